"""Correction notices 更正: drafted from confirmed errata, released by a chief, printed; then the finders are told.

Writes with an audit entry; never commits. The words themselves stand in bot.publishing.correction_words.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.clock import SHANGHAI
from bot.errors import BadInput, NotAllowed, NotFound, Stale
from bot.members.staff import nobody_else
from bot.publishing.correction_told import tell_finders
from bot.publishing.correction_words import Slip, Where, compose, kind_of
from models.enums import CORRECTION_MOVES, CorrectionKind, CorrectionState, Doubling, Role
from models.newsroom import CorrectionItem, CorrectionNotice, CorrectionWaiver
from models.papers import Issue, Paper
from models.queries import corrections as queries
from models.queries import newsroom, paper_of
from models.queries.newsroom import Confirmed
from models.reports import Erratum
from models.session import insert_new_row, lock_for_writing

LONGEST_TEXT = 600
LONGEST_REASON = 300
LONGEST_PAGE = 20
MOST_ITEMS = 12
_KIND = "correction"


@dataclass(frozen=True, slots=True)
class Written:
    """What an editor wrote: the place, the errors by their position, and the words; None: put together anew."""

    page: str | None
    article: str | None
    slips: tuple[Slip, ...]
    text: str | None


def draft(session: Session, erratum_ids: Collection[int], *, actor: Actor, now: datetime) -> int:
    """Drafts one notice about errors of one article; its id. BadInput or NotAllowed says why not."""
    assert actor.staff_id is not None, "only staff draft"
    rows = _to_correct(session, erratum_ids)
    first = rows[0]
    slips = tuple(Slip(_kind_of(row), row.wrong, row.right) for row in rows)
    notice = CorrectionNotice(
        issue_id=first.issue_id, page_label=first.page, article=first.article, text=compose(_where(first), slips),
        state=CorrectionState.DRAFT, version=1, drafted_by_id=actor.staff_id, drafted_at=now,
        discovered_at=min((row.decided_at for row in rows if row.decided_at is not None), default=now))
    notice.items = [CorrectionItem(position=n, erratum_id=row.id, kind=slip.kind, wrong=slip.wrong, right=slip.right)
                    for n, (row, slip) in enumerate(zip(rows, slips, strict=True), 1)]
    session.add(notice)
    session.flush()
    session.execute(delete(CorrectionWaiver).where(CorrectionWaiver.erratum_id.in_([row.id for row in rows])))
    audit.record(session, actor=actor, verb="draft_correction", object_kind="correction", object_id=notice.id, now=now,
                 details={"errata": len(rows)})
    return notice.id


def _to_correct(session: Session, erratum_ids: Collection[int]) -> list[Confirmed]:
    """The errata of a new notice, under the lock of their contest: nobody drafts a second one meanwhile."""
    wanted = set(erratum_ids)
    if not wanted:
        raise BadInput("请先勾选要更正的差错。")
    if len(wanted) > MOST_ITEMS:
        raise BadInput(f"一则更正最多写 {MOST_ITEMS} 处，请分开起草。")
    for contest_id in sorted(set(session.scalars(select(Erratum.contest_id).where(Erratum.id.in_(wanted))))):
        lock_for_writing(session, contest_id)
    rows = newsroom.by_id(session, wanted)
    if len(rows) != len(wanted):
        raise NotAllowed("只有采纳了的差错可以起草更正。")
    if len({(row.issue_id, row.page, row.article_id, row.article) for row in rows}) > 1:
        raise BadInput("一则更正只写一篇文章的差错，请分开起草。")
    known = queries.of_errata(session, wanted)
    if known:
        raise NotAllowed("这里有差错已经起草过更正了，请刷新看看。")
    if any(not row.wrong and not row.right for row in rows):
        raise BadInput("这处差错没有写明哪几个字，请先在纠错里更正记录。")
    return rows


def _kind_of(row: Confirmed) -> CorrectionKind:
    in_title = row.in_title or row.doubling is Doubling.HEADLINE
    return kind_of(row.wrong, row.right, row_code=row.row_code, in_title=in_title)


def _where(row: Confirmed) -> Where:
    return Where(row.published_on, row.month, row.page, row.article)


def write(session: Session, notice_id: int, given: Written, *, actor: Actor, now: datetime,
          expected_version: int) -> None:
    """Changes a draft: its place, the errors' words, and its text (put together anew where none is given)."""
    notice = _opened(session, notice_id, expected_version)
    if notice.state is not CorrectionState.DRAFT:
        raise NotAllowed("定稿以后不能再改，请撤下后重新起草。")
    if len(given.slips) != len(notice.items) or any(not slip.wrong and not slip.right for slip in given.slips):
        raise BadInput("每一处都要写明误或正。")
    issue = session.get_one(Issue, notice.issue_id)
    notice.page_label, notice.article = _line(given.page), _line(given.article)
    for item, slip in zip(notice.items, given.slips, strict=True):
        item.kind, item.wrong, item.right = slip.kind, slip.wrong, slip.right
    where = Where(issue.published_on, issue.month, notice.page_label, notice.article)
    text = compose(where, given.slips) if given.text is None else given.text.strip()
    if not text:
        raise BadInput("请写更正的文字。")
    if len(text) > LONGEST_TEXT:
        raise BadInput(f"更正最多写 {LONGEST_TEXT} 个字。")
    notice.text = text
    _raise_version(session, notice)
    audit.record(session, actor=actor, verb="write_correction", object_kind=_KIND, object_id=notice_id, now=now)


def _line(words: str | None) -> str | None:
    return " ".join((words or "").split()) or None


def release(session: Session, notice_id: int, *, reason: str = "", actor: Actor, now: datetime,
            expected_version: int) -> None:
    """A chief lets it be printed; who drafted it only where nobody else is a chief, and with a reason (RULES 21)."""
    assert actor.staff_id is not None, "only staff release"
    notice = _opened(session, notice_id, expected_version)
    _check_move(notice, CorrectionState.RELEASED)
    same_person = notice.drafted_by_id == actor.staff_id
    if same_person and not alone(session, notice_id, actor.staff_id):
        raise NotAllowed("起草的人不能自己定稿，请另一位主编看过。")
    if same_person and not reason.strip():
        raise BadInput("现在没有别的主编，您自己定稿要写一句理由。")
    notice.state, notice.released_at, notice.released_by_id = CorrectionState.RELEASED, now, actor.staff_id
    notice.release_reason = _reason(reason)
    _raise_version(session, notice)
    audit.record(session, actor=actor, verb="release_correction", object_kind=_KIND, object_id=notice_id, now=now,
                 details={"same_person": True if same_person else None})


def alone(session: Session, notice_id: int, staff_id: int) -> bool:
    """Whether nobody else holds the role that releases, on the paper of this notice (RULES 21)."""
    paper_id = session.scalar(paper_of.correction(notice_id))
    return nobody_else(session, staff_id, Role.CHIEF, paper_id=paper_id)


def mark_printed(session: Session, notice_id: int, *, paper_id: int, printed_on: date, page: str, actor: Actor,
                 now: datetime, expected_version: int, public_url: str = "") -> int:
    """It stands in print: where is kept, and every finder of its errors is told once; gives how many are told.

    `public_url`: where readers open our pages, for the clipping that they are told of.
    """
    notice = _opened(session, notice_id, expected_version)
    _check_move(notice, CorrectionState.PRINTED)
    issue = session.get_one(Issue, notice.issue_id)
    where = _printed_page(session, issue, paper_id, printed_on, page, now)
    notice.state, notice.printed_at, notice.printed_by_id = CorrectionState.PRINTED, now, actor.staff_id
    notice.printed_paper_id, notice.printed_on, notice.printed_page = paper_id, printed_on, where
    _raise_version(session, notice)
    told = tell_finders(session, notice, issue.paper_id, now=now, public_url=public_url)
    audit.record(session, actor=actor, verb="print_correction", object_kind=_KIND, object_id=notice_id, now=now,
                 details={"paper": paper_id, "readers": told})
    return told


def _printed_page(session: Session, issue: Issue, paper_id: int, printed_on: date, page: str, now: datetime) -> str:
    """The page as it is kept. BadInput or NotFound where the notice cannot have been printed so."""
    where = (_line(page) or "").removesuffix("版")
    if not where or len(where) > LONGEST_PAGE:
        raise BadInput(f"请填登在第几版（最多 {LONGEST_PAGE} 个字）。")
    if session.get(Paper, paper_id) is None:
        raise NotFound("没有这份报纸。")
    if printed_on > now.astimezone(SHANGHAI).date():
        raise BadInput("还没有到那一天。报纸出来以后再登记，读者会马上收到消息。")
    if issue.published_on is not None and printed_on < issue.published_on:
        raise BadInput("登更正的日期不会早于出错的那一期。")
    return where


def mend_printed(session: Session, notice_id: int, *, paper_id: int, printed_on: date, page: str, actor: Actor,
                 now: datetime, expected_version: int) -> None:
    """Puts right where a notice was printed. Nobody is told again; who marked it printed, and when, stays."""
    notice = _opened(session, notice_id, expected_version)
    if notice.state is not CorrectionState.PRINTED or notice.printed_on is None:
        raise NotAllowed("这则更正还没有登出来。")
    issue = session.get_one(Issue, notice.issue_id)
    where = _printed_page(session, issue, paper_id, printed_on, page, now)
    before = (notice.printed_paper_id, notice.printed_on, notice.printed_page)
    if before == (paper_id, printed_on, where):
        return
    notice.printed_paper_id, notice.printed_on, notice.printed_page = paper_id, printed_on, where
    _raise_version(session, notice)
    audit.record(session, actor=actor, verb="mend_printed_correction", object_kind=_KIND, object_id=notice_id, now=now,
                 before=f"{before[1]} {before[2]}", after=f"{printed_on} {where}",
                 details={"was_paper": before[0], "paper": paper_id} if before[0] != paper_id else {})


def withdraw(session: Session, notice_id: int, reason: str, *, of: Collection[CorrectionState], actor: Actor,
             now: datetime, expected_version: int) -> None:
    """It will not be printed. `of`: the states from which this actor may withdraw it."""
    notice = _opened(session, notice_id, expected_version)
    _check_move(notice, CorrectionState.WITHDRAWN)
    if notice.state not in of:
        raise NotAllowed("已经定稿的更正由主编撤下。")
    if not reason.strip():
        raise BadInput("请写一句撤下的理由。")
    notice.state, notice.withdrawn_at, notice.withdrawn_by_id = CorrectionState.WITHDRAWN, now, actor.staff_id
    notice.withdraw_reason = _reason(reason)
    _raise_version(session, notice)
    audit.record(session, actor=actor, verb="withdraw_correction", object_kind=_KIND, object_id=notice_id, now=now)


def waive(session: Session, erratum_id: int, *, actor: Actor, now: datetime) -> None:
    """This error needs no notice: it is not suggested again."""
    assert actor.staff_id is not None, "only staff waive"
    if session.get(Erratum, erratum_id) is None:
        raise NotFound("没有这处差错。")
    if not insert_new_row(session.connection(), CorrectionWaiver, {
            "erratum_id": erratum_id, "staff_id": actor.staff_id, "waived_at": now}):
        return
    audit.record(session, actor=actor, verb="waive_correction", object_kind="erratum", object_id=erratum_id, now=now)


def want(session: Session, erratum_id: int, *, actor: Actor, now: datetime) -> None:
    """It may deserve a notice after all."""
    done = session.connection().execute(delete(CorrectionWaiver).where(CorrectionWaiver.erratum_id == erratum_id))
    if done.rowcount:
        audit.record(session, actor=actor, verb="want_correction", object_kind="erratum", object_id=erratum_id, now=now)


def _opened(session: Session, notice_id: int, expected_version: int) -> CorrectionNotice:
    notice = session.get(CorrectionNotice, notice_id, populate_existing=True)
    if notice is None:
        raise NotFound("没有这则更正。")
    if notice.version != expected_version:
        raise Stale("这则更正刚刚有人改过，请看过新的内容再说。")
    return notice


def _raise_version(session: Session, notice: CorrectionNotice) -> None:
    """Of two who act on the same version one is told so: the version's own statement comes first and waits for the
    other's commit; the row's change goes out after it."""
    done = session.connection().execute(update(CorrectionNotice).where(
        CorrectionNotice.id == notice.id, CorrectionNotice.version == notice.version,
    ).values(version=CorrectionNotice.version + 1))
    if done.rowcount != 1:
        raise Stale("这则更正刚刚有人改过，请看过新的内容再说。")
    session.flush()
    session.refresh(notice, ["version"])


def _check_move(notice: CorrectionNotice, to: CorrectionState) -> None:
    if to not in CORRECTION_MOVES[notice.state]:
        raise NotAllowed("这则更正现在不能这样做，请刷新看看。")


def _reason(words: str) -> str | None:
    line = words.strip()
    if len(line) > LONGEST_REASON:
        raise BadInput(f"理由最多 {LONGEST_REASON} 个字。")
    return line or None


@dataclass(frozen=True, slots=True)
class Due:
    """When a notice belongs in print: `next_on` is the day of the first issue after the discovery, where planned."""

    next_on: date | None
    missed: bool


def due(session: Session, notices: Sequence[queries.NoticeView], *, now: datetime) -> dict[int, Due]:
    """By notice. From the day of discovery, in the nearest issue (报刊刊载虚假、失实报道处理办法); for a typo a custom."""
    days = {one.id: (one.paper_id, one.discovered_at.astimezone(SHANGHAI).date()) for one in notices}
    following = queries.next_issues(session, days.values())
    today = now.astimezone(SHANGHAI).date()
    found = {}
    for one in notices:
        on = following.get(days[one.id])
        found[one.id] = Due(on, on is not None and on <= today)
    return found
