"""Leads of fair play as they are kept: sought in a round, closed by a person with a reason. Writes; never commits.

No lead blocks a pick or touches a score: whoever looked at it bars or links readers on their own page, or does nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot import audit
from bot.audit import Actor
from bot.clock import SHANGHAI
from bot.errors import BadInput, NotAllowed, NotFound
from bot.readers import fair_play
from bot.readers.fair_play import Seen
from bot.understanding.words.normalise import strict_key
from models.contests import Round
from models.enums import ReportState, RoundState
from models.leads import Lead, LeadReader, LeadSearch
from models.messages import Message
from models.papers import Article, Issue, Page
from models.readers import Person, Reader
from models.reports import Erratum, Report
from models.reviews import PageMaker, UsualPageMaker
from models.session import lock_for_writing, upsert
from models.staff import Staff
from models.work_enums import LeadOutcome

EVERY = timedelta(hours=12)
OWN_WORDS = 16
"""Letters from which on two equal messages are hardly chance."""
LONGEST_REASON = 300
MOST_OPEN = 100
"""So many stand open at most, those that weigh most: nobody looks at a thousand."""
LOCK = 7_012_000_001
SEALED = (RoundState.PICKED, RoundState.RELEASED)


def due(session: Session, now: datetime) -> list[int]:
    """Rounds under way whose leads were sought long ago, or not since the close."""
    rows = session.execute(
        select(Round.id).outerjoin(LeadSearch, LeadSearch.round_id == Round.id)
        .where(Round.state.not_in(SEALED), Round.published_on <= now.astimezone(SHANGHAI).date(),
               or_(LeadSearch.at.is_(None), LeadSearch.at <= now - EVERY, LeadSearch.at < Round.closed_at)))
    return [row.id for row in rows]


def seek(session: Session, round_id: int, *, now: datetime) -> int:
    """Seeks the leads of a round again; how many stand open. Closed ones stay, and what they cover is not raised again."""
    db = session.connection()
    lock_for_writing(db, LOCK)
    found = fair_play.find(_seen(db, round_id), makers=_makers(db, round_id), namesakes=_namesakes(db, round_id))
    closed, open_ones = _kept(db, round_id)
    stand: set[str] = set()
    for one in found:
        if len(stand) == MOST_OPEN:
            break
        if any(set(one.readers) <= readers for readers in closed[one.kind]):
            continue
        key = _key(one)
        stand.add(key)
        values = {"count": one.count, "total": one.total, "numbers": list(one.numbers)}
        if key in open_ones:
            db.execute(update(Lead).where(Lead.id == open_ones[key]).values(**values))
            continue
        issue_id, page = one.page or (None, None)
        lead_id = db.scalar(insert(Lead).values(round_id=round_id, kind=one.kind, key=key, issue_id=issue_id, page=page,
                                                staff_id=one.staff_id, found_at=now, **values).returning(Lead.id))
        db.execute(insert(LeadReader), [{"lead_id": lead_id, "reader_id": reader} for reader in one.readers])
    _drop(db, [lead_id for key, lead_id in open_ones.items() if key not in stand])
    session.execute(upsert(session, LeadSearch, {"round_id": round_id}, {"at": now}))
    session.expire_all()
    return len(stand)


def close(session: Session, lead_id: int, outcome: LeadOutcome, reason: str, *, actor: Actor, now: datetime) -> None:
    """A person looked at it and says why nothing, or what, was done."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput(f"请写一句理由，不超过{LONGEST_REASON}字。")
    if actor.staff_id is None:
        raise NotAllowed("请登录后再看线索。")
    _move(session, lead_id, Lead.closed_at.is_(None), "这条线索已经看过了。", closed_at=now, closed_by_id=actor.staff_id,
          outcome=outcome, reason=reason)
    audit.record(session, actor=actor, verb="close_lead", object_kind="lead", object_id=lead_id, now=now, after=outcome)


def reopen(session: Session, lead_id: int, *, actor: Actor, now: datetime) -> None:
    """Closed too soon."""
    _move(session, lead_id, Lead.closed_at.is_not(None), "这条线索还没有人看。", closed_at=None, closed_by_id=None,
          outcome=None, reason=None)
    audit.record(session, actor=actor, verb="reopen_lead", object_kind="lead", object_id=lead_id, now=now)


def _move(session: Session, lead_id: int, where: Any, refusal: str, **values: Any) -> None:
    done = session.execute(update(Lead).where(Lead.id == lead_id, where).values(**values)
                           .execution_options(synchronize_session="fetch"))
    if done.rowcount == 1:  # type: ignore[attr-defined]
        return
    if session.get(Lead, lead_id) is None:
        raise NotFound("没有这条线索，来信改了以后它可能已经不在了。")
    raise NotAllowed(refusal)


def _key(one: fair_play.Lead) -> str:
    words = f"{one.kind}\n{one.readers}\n{one.page}\n{one.staff_id}"
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _kept(db: Connection, round_id: int) -> tuple[dict[str, list[set[int]]], dict[str, int]]:
    """The readers of closed leads by kind, and the open ones' ids by key."""
    readers: dict[int, set[int]] = defaultdict(set)
    for lead_id, reader_id in db.execute(select(LeadReader.lead_id, LeadReader.reader_id).join(
            Lead, Lead.id == LeadReader.lead_id).where(Lead.round_id == round_id)):
        readers[lead_id].add(reader_id)
    closed: dict[str, list[set[int]]] = defaultdict(list)
    open_ones: dict[str, int] = {}
    for row in db.execute(select(Lead.id, Lead.kind, Lead.key, Lead.closed_at).where(Lead.round_id == round_id)):
        if row.closed_at is None:
            open_ones[row.key] = row.id
        else:
            closed[row.kind].append(readers[row.id])
    return closed, open_ones


def _drop(db: Connection, ids: list[int]) -> None:
    """Open leads that nothing speaks for any more."""
    if ids:
        db.execute(delete(LeadReader).where(LeadReader.lead_id.in_(ids)))
        db.execute(delete(Lead).where(Lead.id.in_(ids)))


def _seen(db: Connection, round_id: int) -> Iterator[Seen]:
    """Reports that may win something: not late, not taken back, of nobody who is barred, works here or has gone."""
    own, root = aliased(Erratum), aliased(Erratum)
    works_here = select(Staff.person_id).where(Staff.person_id.is_not(None))
    rows = db.execute(
        select(Report.id, Report.reader_id, Reader.person_id, Report.sent_at, root.id, Report.issue_id,
               func.ltrim(func.coalesce(Page.number, Report.page_label), "0"), Issue.published_on, Message.content)
        .join(Reader, Reader.id == Report.reader_id).join(Person, Person.id == Reader.person_id)
        .join(Message, Message.id == Report.message_id)
        .outerjoin(own, own.id == Report.erratum_id).outerjoin(root, root.id == func.coalesce(own.same_as_id, own.id))
        .outerjoin(Article, Article.id == Report.article_id).outerjoin(Page, Page.id == Article.page_id)
        .outerjoin(Issue, Issue.id == Report.issue_id)
        .where(Report.round_id == round_id, Report.late.is_(False), Person.bar.is_(None), Reader.erased_at.is_(None),
               Report.state.not_in((ReportState.WITHDRAWN, ReportState.LAPSED)), Reader.person_id.not_in(works_here))
        .execution_options(yield_per=2000))
    for number, reader, person, sent, erratum, issue, page, out_on, words in rows:
        out_at = None if out_on is None else datetime.combine(out_on, time(), SHANGHAI)
        yield Seen(number, reader, person, sent, erratum, (issue, page) if issue is not None and page else None,
                   _letter(words), out_at)


def _letter(words: str | None) -> bytes | None:
    """The digest of a message that is long enough to be somebody's own words."""
    plain = strict_key(words or "")
    return hashlib.sha256(plain.encode()).digest()[:12] if len(plain) >= OWN_WORDS else None


def _makers(db: Connection, round_id: int) -> dict[tuple[int, str], set[int]]:
    """Who made the pages of the round's issues: what an issue says of a page goes before what is usual."""
    of_round = select(Report.issue_id).where(Report.round_id == round_id, Report.issue_id.is_not(None))
    usual = db.execute(select(Issue.id, UsualPageMaker.page, UsualPageMaker.staff_id)
                       .join(UsualPageMaker, UsualPageMaker.paper_id == Issue.paper_id).where(Issue.id.in_(of_round)))
    said = db.execute(select(PageMaker.issue_id, PageMaker.page, PageMaker.staff_id).where(PageMaker.issue_id.in_(of_round)))
    return _grouped(usual) | _grouped(said)


def _grouped(rows: Iterable[Any]) -> dict[tuple[int, str], set[int]]:
    found: dict[tuple[int, str], set[int]] = defaultdict(set)
    for issue_id, page, staff_id in rows:
        found[issue_id, page].add(staff_id)
    return found


def _namesakes(db: Connection, round_id: int) -> set[int]:
    """Readers of the round who want to be printed by a name that a member of staff has."""
    return set(db.scalars(select(Reader.id).join(Staff, Staff.display_name == Reader.printed_name).where(
        Reader.id.in_(select(Report.reader_id).where(Report.round_id == round_id)))))
