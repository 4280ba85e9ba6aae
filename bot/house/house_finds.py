"""Errors that the newsroom found itself: entered, classed anew, withdrawn, placed by an import. Writes; never commits.

The time is the moment of the call, sealed with a digest of what was entered in the audit chain: nobody enters a time.
RULES 9: an in-house find never lowers a reader's score; it only marks the ledger.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest.annex import RowKind
from bot.contest.rules import RuleSet as Rules
from bot.contest.rules import from_json
from bot.errors import BadInput, NotAllowed, NotFound
from bot.filing import errata
from bot.understanding.errata_kind import propose
from bot.understanding.in_print.locate import Index
from bot.understanding.in_print.placing import stated_page
from bot.understanding.in_print.scope import same_page
from bot.understanding.turns.merge import amend
from bot.understanding.values import SUBTITLE, TITLE, Finding, Located, Place
from models.contests import Round, RuleSet
from models.enums import Doubling
from models.ledger import HouseFind
from models.papers import Issue, Page, Paper
from models.queries.house_finds import ENTERED, RECLASSED
from models.reports import Erratum

MOST_PLACES = 100
"""So many places of the same characters are offered at most."""
LONGEST = 400
"""Characters of a quotation, of its right form and of a note."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What an editor enters. `right` "": should be deleted. `page` as typed; "" where the print tells it."""

    issue_id: int
    wrong: str
    right: str
    row_code: str
    page: str = ""
    doubling: Doubling = Doubling.NONE
    note: str = ""


def seek(db: Connection, entry: Entry, *, index: Index, now: datetime) -> Finding:
    """Where the words stand in the issue named, and nowhere else. BadInput, NotFound."""
    _check_words(entry)
    issue = _issue(db, entry.issue_id)
    page = stated_page(entry.page, index) or entry.page.strip() or None if entry.page.strip() else None
    stated = Finding(paper_text=issue.name, paper_id=issue.paper_id, issue_label=issue.month, issue_id=entry.issue_id,
                     page_text=entry.page.strip() or None, page=page, wrong=entry.wrong.strip(),
                     right=entry.right.strip())
    found = _within(amend(stated, (), index=index, sent_at=max(now, _month(issue.month))), entry.issue_id)
    return found if found.place is not None else _word_for_word(found, entry.issue_id, index)


def _word_for_word(found: Finding, issue_id: int, index: Index) -> Finding:
    """With every place of the issue, or of the page named, where just these characters stand, however few they are:
    an editor copies from the page in his hand, while two characters of a reader's tell too little."""
    wrong = found.wrong or ""
    places = [
        Place(entry.paper.id, entry.issue.id, entry.page.id, entry.article.id, unit, hit.start(), hit.end())
        for entry in index.entries
        if entry.issue.id == issue_id and (found.page is None or same_page(found.page, entry.page))
        for unit, text in entry.units for hit in re.finditer(re.escape(wrong), text)
    ]
    places = list(dict.fromkeys([*places, *found.places]))[:MOST_PLACES]
    if not places:
        return found
    if len(places) == 1:
        return found._replace(place=places[0], places=(), located=Located.FOUND)
    return found._replace(places=tuple(places), located=Located.SEVERAL)


def _within(found: Finding, issue_id: int) -> Finding:
    """Places in other issues are none: the editor has this one in his hand."""
    places = tuple(place for place in found.places if place.issue_id == issue_id)
    if found.place is not None and found.place.issue_id != issue_id:
        return found._replace(place=None, located=Located.NOT_FOUND, issue_id=issue_id)
    if found.located is Located.SEVERAL and len(places) == 1:
        return found._replace(place=places[0], places=(), located=Located.FOUND, issue_id=issue_id)
    if found.located is Located.SEVERAL and not places:
        return found._replace(places=(), located=Located.NOT_FOUND, issue_id=issue_id)
    return found._replace(places=places, issue_id=issue_id)


def at(found: Finding, place: Place) -> Finding:
    """A finding in several places, taken to be at one of them. BadInput where it is none of them."""
    if place not in found.places:
        raise BadInput("选的地方已经变了，请再找一次。")
    return found._replace(place=place, places=(), located=Located.FOUND)


def with_kind(entry: Entry, found: Finding, rules: Rules) -> Entry:
    """The entry with the row that the words propose, doubled in a title, where the editor left that open.

    BadInput where the words do not tell.
    """
    kind = propose(found, in_title(found))
    if kind is None:
        raise BadInput("从改法看不出是哪一种差错，请选。")
    try:
        doubles = rules.row(kind.code).doubles
    except KeyError:
        raise BadInput("从改法看不出是哪一种差错，请选。") from None
    return replace(entry, row_code=kind.code, doubling=Doubling.HEADLINE if doubles and in_title(found) else Doubling.NONE)


def in_title(found: Finding) -> bool:
    return found.place is not None and found.place.paragraph in (TITLE, SUBTITLE)


def enter(session: Session, entry: Entry, found: Finding, *, actor: Actor, now: datetime) -> int:
    """Puts a find on record, sealed at `now`; its number. `found`: what `seek` says (and `at` chose).

    BadInput when no row or no place is told, or when it stands on record already.
    """
    db = session.connection()
    assert actor.staff_id is not None, "only staff find in-house"
    _check_words(entry)
    if found.located is Located.SEVERAL:
        raise BadInput("这几个字在几处都有，请选是哪一处。")
    if found.place is None and not (found.page or "").strip():
        raise BadInput("在版面里没有找到，请写明是第几版。")
    if found.place is not None and not errata.hold_article(db, found.place):
        raise BadInput("选的地方已经变了，请再找一次。")
    issue = _issue(db, entry.issue_id)
    points = _points(entry.row_code, entry.doubling, rules_of(db, issue.contest_id, issue.month))
    erratum_id = errata.match_or_make(db, contest_id=issue.contest_id, issue_id=entry.issue_id, finding=found, now=now,
                                      in_house=True).erratum_id
    _check_new(db, erratum_id)
    find = HouseFind(
        issue_id=entry.issue_id, erratum_id=erratum_id, page_label=(found.page or "")[:40] or None,
        wrong=entry.wrong.strip(), right=entry.right.strip(), located=found.located, row_code=entry.row_code,
        doubling=entry.doubling, points_milli=points, note=entry.note.strip() or None, digest="", found_at=now,
        found_by_id=actor.staff_id)
    find.digest = digest_of(find)
    session.add(find)
    session.flush()
    audit.record(session, actor=actor, verb=ENTERED, object_kind="house_find", object_id=find.id, now=now,
                 details={"issue": entry.issue_id, "erratum": erratum_id, "row": entry.row_code,
                          "doubling": entry.doubling, "sha256": find.digest})
    return find.id


def digest_of(find: HouseFind) -> str:
    """SHA-256 of what was entered, so that the sealed entry holds it without the words themselves."""
    values = [find.issue_id, find.page_label, find.wrong, find.right, find.row_code, find.doubling, find.points_milli,
              find.note]  # fmt: skip
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def reclass(session: Session, find_id: int, row_code: str, doubling: Doubling, *, actor: Actor, now: datetime) -> bool:
    """Puts a standing find under another row; False where it stands there already. NotFound, BadInput, NotAllowed.

    Nothing else can be changed: the words, the time and the digest stay as they were sealed. The entry says what it was.
    """
    find = session.get(HouseFind, find_id, with_for_update=True)
    if find is None:
        raise NotFound("没有这条自查记录。")
    if find.withdrawn_at is not None:
        raise NotAllowed("这一条已经撤销，不用再改种类。")
    if (find.row_code, find.doubling) == (row_code, doubling):
        return False
    points = _points(row_code, doubling, rules_of_issue(session.connection(), find.issue_id))
    audit.record(session, actor=actor, verb=RECLASSED, object_kind="house_find", object_id=find_id, now=now,
                 before=find.row_code, after=row_code,
                 details={"erratum": find.erratum_id, "was_doubling": find.doubling, "doubling": doubling})
    find.row_code, find.doubling, find.points_milli = row_code, doubling, points
    session.flush()
    return True


def withdraw(session: Session, find_id: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """Takes a find back; it stays on record, struck. NotFound, BadInput without a reason, NotAllowed twice."""
    assert actor.staff_id is not None, "only staff withdraw"
    words = reason.strip()
    if not words:
        raise BadInput("请写一句为什么撤销。")
    if len(words) > LONGEST:
        raise BadInput(f"理由最多 {LONGEST} 个字。")
    find = session.get(HouseFind, find_id)
    if find is None:
        raise NotFound("没有这条自查记录。")
    done = session.connection().execute(
        update(HouseFind).where(HouseFind.id == find_id, HouseFind.withdrawn_at.is_(None)).values(
            withdrawn_at=now, withdrawn_by_id=actor.staff_id, withdrawn_reason=words))
    if done.rowcount != 1:
        raise NotAllowed("这一条已经撤销过了。")
    audit.record(session, actor=actor, verb="withdraw_house_find", object_kind="house_find", object_id=find_id, now=now,
                 details={"erratum": find.erratum_id})


def unplaced(db: Connection, *, after: int, limit: int) -> list[int]:
    """Numbers above `after` of finds without a place, in issues that have pages."""
    has_pages = select(Page.id).where(Page.issue_id == HouseFind.issue_id).exists()
    return list(db.scalars(
        select(HouseFind.id).join(Erratum, Erratum.id == HouseFind.erratum_id)
        .where(HouseFind.id > after, Erratum.article_id.is_(None), has_pages).order_by(HouseFind.id).limit(limit)))


def place_again(db: Connection, find_id: int, *, index: Index, now: datetime) -> bool:
    """Gives a find the place that an import brought; False where its words stand nowhere, or in several places.

    One whose erratum readers report goes with their reports, which are placed by themselves.
    """
    row = db.execute(select(HouseFind.__table__).where(HouseFind.id == find_id)).one()
    if not errata.is_asleep(db, row.erratum_id):
        return False
    entry = Entry(row.issue_id, row.wrong, row.right, row.row_code, page=row.page_label or "")
    found = seek(db, entry, index=index, now=now)
    if found.place is None or not errata.place_asleep(db, row.erratum_id, found):
        return False
    db.execute(update(HouseFind).where(HouseFind.id == find_id).values(located=found.located))
    return True


def rules_of(db: Connection, contest_id: int, month: str) -> Rules:
    """The rule set of the month's round, else the contest's newest."""
    own = db.scalar(select(RuleSet.rules).join(Round, Round.rule_set_id == RuleSet.id)
                    .where(Round.contest_id == contest_id, Round.month == month))
    newest = own or db.scalar(select(RuleSet.rules).where(RuleSet.contest_id == contest_id)
                              .order_by(RuleSet.number.desc()).limit(1))
    return from_json(newest) if newest else Rules()


def rules_of_issue(db: Connection, issue_id: int) -> Rules:
    """Those of the issue's contest and month; the default ones where it is in no contest."""
    row = db.execute(select(Issue.month, Paper.contest_id).join(Paper, Paper.id == Issue.paper_id)
                     .where(Issue.id == issue_id)).first()
    return rules_of(db, row.contest_id, row.month) if row is not None and row.contest_id is not None else Rules()


def _points(row_code: str, doubling: Doubling, rules: Rules) -> int:
    try:
        row = rules.row(row_code)
    except KeyError:
        raise BadInput("请选差错种类，分值由它决定。") from None
    if row.kind is not RowKind.POINTS:
        raise BadInput("这一种不计分，不在这里登记。")
    if doubling is not Doubling.NONE and not row.doubles:
        raise BadInput(f"“{row.name}”不加倍。")
    return row.base_milli * (rules.doubling_factor if doubling is not Doubling.NONE else 1)


def _check_words(entry: Entry) -> None:
    wrong, right = entry.wrong.strip(), entry.right.strip()
    if not wrong:
        raise BadInput("请写报上印的是什么。")
    if wrong == right:
        raise BadInput("错的和对的一样，请再看一看。")
    if max(len(wrong), len(right), len(entry.note.strip())) > LONGEST:
        raise BadInput(f"每一栏最多 {LONGEST} 个字。")


def _check_new(db: Connection, erratum_id: int) -> None:
    known = db.scalar(select(HouseFind.id).where(HouseFind.erratum_id == erratum_id, HouseFind.withdrawn_at.is_(None))
                      .order_by(HouseFind.id).limit(1))
    if known is not None:
        raise BadInput(f"这一处已经登记过了：自查第 {known} 条。")


@dataclass(frozen=True, slots=True)
class _Issue:
    paper_id: int
    name: str
    month: str
    contest_id: int


def _issue(db: Connection, issue_id: int) -> _Issue:
    row = db.execute(select(Issue.paper_id, Paper.name, Issue.month, Paper.contest_id)
                     .join(Paper, Paper.id == Issue.paper_id).where(Issue.id == issue_id)).first()
    if row is None:
        raise NotFound("没有这一期。")
    if row.contest_id is None:
        raise BadInput("这份报纸还没有加入活动，请先在“设置”里加入。")
    return _Issue(row.paper_id, row.name, row.month, row.contest_id)


def _month(label: str) -> datetime:
    year, month = label.split("-")
    return datetime(int(year), int(month), 15, tzinfo=UTC)
