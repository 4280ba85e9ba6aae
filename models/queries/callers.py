"""Named reads of what staff entered for callers and letter writers: the list, one entry, who called before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.appeals import Caller, CallerEntry
from models.enums import SCORING_VERDICTS, ReportState, Verdict
from models.messages import Message
from models.readers import Reader
from models.reports import Erratum, Report
from models.staff import Staff
from models.work_enums import EntryState

STANDING = (ReportState.FILED, ReportState.NEEDS_MORE, ReportState.DECIDED, ReportState.ESCALATED)


def unconfirmed() -> ColumnElement[bool]:
    """Whether the report was entered for a caller and overtakes another reader unconfirmed; correlated to Report.

    One that waits, and one that overtook nobody when it was entered but does since it was put on another erratum.
    """
    entered = aliased(CallerEntry)  # not correlated: the few entries are read once, whatever the number of reports
    few = Report.message_id.in_(select(entered.message_id).where(
        entered.state.in_((EntryState.WAITING, EntryState.COUNTS))))
    waits = select(CallerEntry.message_id).where(
        CallerEntry.message_id == Report.message_id, CallerEntry.state == EntryState.WAITING).correlate(Report)
    other, own_reader, their_reader = aliased(Report), aliased(Reader), aliased(Reader)
    own, their = aliased(Erratum), aliased(Erratum)
    root = func.coalesce(own.same_as_id, own.id)
    # Each side has an index; as one value compared in a join, every report there is would be looked at.
    group = select(their.id).where(or_(and_(their.id == root, their.same_as_id.is_(None)), their.same_as_id == root)
                                   ).correlate(own)
    since = (
        select(CallerEntry.message_id)
        .join(own, own.id == Report.erratum_id).join(own_reader, own_reader.id == Report.reader_id)
        .join(other, other.erratum_id.in_(group)).join(their_reader, their_reader.id == other.reader_id)
        .where(CallerEntry.message_id == Report.message_id, CallerEntry.state == EntryState.COUNTS,
               Report.state.in_(STANDING), other.id != Report.id, their_reader.person_id != own_reader.person_id,
               other.state.in_(STANDING), other.late.is_(False),
               or_(other.verdict.is_(None), other.verdict.in_(SCORING_VERDICTS)),
               Report.late.is_(False), other.counts_at > Report.counts_at, other.counts_at < CallerEntry.entered_at)
        .correlate(Report)
    )
    return and_(few, or_(waits.exists(), since.exists()))


@dataclass(frozen=True, slots=True)
class Earlier:
    """Somebody who called or wrote before. `label` is for the entry form alone."""

    reader_id: int
    label: str
    calls: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReportOfEntry:
    number: int
    state: ReportState
    verdict: Verdict | None
    wrong: str | None
    right: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    """One call or letter. `label`, `words` and `said` (what to read out): None once the caller is forgotten."""

    message_id: int
    way: str
    label: str | None
    words: str | None
    said: str | None
    called_at: datetime
    counts_at: datetime
    cut: bool
    entered_at: datetime
    entered_by_id: int
    entered_by: str
    state: EntryState
    settled_at: datetime | None
    settled_by: str | None
    settled_by_id: int | None
    settle_reason: str | None
    needs_second: bool
    reports: tuple[ReportOfEntry, ...] = ()


PAGE_SIZE = 50


def earlier(session: Session, account: str | None = None, *, after: int = 0, limit: int | None = None) -> tuple[Earlier, ...]:
    """Callers known by name, whoever called last first; `limit` of them `after` so many."""
    calls = select(func.count()).select_from(Message).where(Message.reader_id == Caller.reader_id).scalar_subquery()
    query = select(Caller.reader_id, Caller.label, calls, Reader.last_message_at).join(
        Reader, Reader.id == Caller.reader_id).order_by(Reader.last_message_at.desc().nulls_last(),
                                                    Caller.reader_id).offset(after or None).limit(limit)
    return tuple(Earlier(*row) for row in session.execute(
        query if account is None else query.where(Reader.account == account)))


def entries(session: Session, *, before: int | None = None,
            limit: int = PAGE_SIZE) -> tuple[tuple[EntryView, ...], int | None]:
    """A page of entries: those that wait for a second person first, then the newest; and where the next begins."""
    waits = case((CallerEntry.state == EntryState.WAITING, 0), else_=1)
    query = _entries().order_by(waits, CallerEntry.message_id.desc())
    if before is not None:
        last = aliased(CallerEntry)
        still_waiting = exists().where(last.message_id == before, last.state == EntryState.WAITING)
        done, older = CallerEntry.state != EntryState.WAITING, CallerEntry.message_id < before
        query = query.where(or_(and_(done, or_(older, still_waiting)), and_(older, still_waiting)))
    found = session.execute(query.limit(limit + 1)).all()
    return _with_reports(session, found[:limit]), found[limit - 1].message_id if len(found) > limit else None


def entry(session: Session, message_id: int) -> EntryView | None:
    found = session.execute(_entries().where(CallerEntry.message_id == message_id)).all()
    return _with_reports(session, found)[0] if found else None


def to_confirm(session: Session) -> int:
    """How many entries wait for a second member of staff."""
    return session.scalar(select(func.count()).select_from(CallerEntry).where(or_(
        CallerEntry.state == EntryState.WAITING, _overtakes_since()))) or 0


def _overtakes_since() -> ColumnElement[bool]:
    """An entry that overtook nobody at first has a report that does now; correlated to CallerEntry."""
    return select(Report.id).where(Report.message_id == CallerEntry.message_id,
                                   CallerEntry.state == EntryState.COUNTS, unconfirmed()).correlate(
                                       CallerEntry).exists()


def _entries() -> Select[Any]:
    by, settler = aliased(Staff), aliased(Staff)
    return (
        select(CallerEntry.__table__, Message.msg_type, Message.content, Message.reply, Message.counts_at, Message.time_flagged,
               Caller.label, by.display_name.label("entered_by"), settler.display_name.label("settled_by"),
               _overtakes_since().label("since"))
        .join(Message, Message.id == CallerEntry.message_id).outerjoin(Caller, Caller.reader_id == Message.reader_id)
        .join(by, by.id == CallerEntry.entered_by_id).outerjoin(settler, settler.id == CallerEntry.settled_by_id)
    )


def _with_reports(session: Session, rows: Sequence[Row[Any]]) -> tuple[EntryView, ...]:
    of: dict[int, tuple[ReportOfEntry, ...]] = {}
    for one in session.execute(
        select(Report.message_id, Report.id, Report.state, Report.verdict, Report.wrong, Report.right, Report.late)
        .where(Report.message_id.in_([row.message_id for row in rows])).order_by(Report.id)
    ):
        of[one.message_id] = (*of.get(one.message_id, ()), ReportOfEntry(*one[1:]))
    return tuple(EntryView(
        row.message_id, row.msg_type, row.label, row.content, row.reply, row.called_at, row.counts_at, row.time_flagged,
        row.entered_at, row.entered_by_id, row.entered_by, row.state, row.settled_at, row.settled_by,
        row.settled_by_id, row.settle_reason, row.state is EntryState.WAITING or bool(row.since),
        of.get(row.message_id, ())) for row in rows)
