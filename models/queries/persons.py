"""Named reads of readers and their links, for the one page where staff link them. No name, no openid, no words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.enums import Bar, LinkedBy, Measure
from models.links import ReaderLink
from models.measures import ReaderMeasure
from models.messages import Message
from models.queries.mutes import muted_readers
from models.readers import Person, Reader
from models.reports import Report
from models.staff import Staff

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class ReaderView:
    """One reader as staff see him. `bar` is that of the person, all his readers with him."""

    id: int
    account: str
    person_id: int
    first_seen_at: datetime
    last_message_at: datetime | None
    unfollowed: bool
    erased: bool
    reports: int
    bar: Bar | None
    bar_reason: str | None


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A bar or a mute that was laid on a reader, with who did it and who ended it. `bar`: why, of a bar."""

    reader_id: int
    kind: Measure
    bar: Bar | None
    reason: str
    made_at: datetime
    by: str | None
    until_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    ended_reason: str | None

    def stands(self, now: datetime) -> bool:
        return self.ended_at is None and (self.until_at is None or self.until_at > now)


class Marked(StrEnum):
    """Which readers of those on whom something lies now."""

    ALL = "all"
    MUTED = "muted"
    BARRED = "barred"


@dataclass(frozen=True, slots=True)
class LinkView:
    """One link that a reader is in, standing or undone."""

    id: int
    other_id: int
    how: LinkedBy
    by: str | None
    reason: str | None
    made_at: datetime
    undone_at: datetime | None
    undone_by: str | None
    undone_reason: str | None


def readers(session: Session, ids: Collection[int]) -> tuple[ReaderView, ...]:
    """Those readers by id."""
    counted = select(func.count()).select_from(Report).where(Report.reader_id == Reader.id).scalar_subquery()
    found = session.execute(
        select(Reader.id, Reader.account, Reader.person_id, Reader.first_seen_at, Reader.last_message_at,
               Reader.unfollowed_at.is_not(None), Reader.erased_at.is_not(None), counted, Person.bar, Person.bar_reason)
        .join(Person, Person.id == Reader.person_id).where(Reader.id.in_(ids)).order_by(Reader.id)
    )
    return tuple(ReaderView(*row) for row in found)


def links(session: Session, ids: Collection[int]) -> tuple[tuple[int, LinkView], ...]:
    """(one reader, the link to the other) for every link among or out of these readers, the newest first."""
    maker, undoer = aliased(Staff), aliased(Staff)
    found = session.execute(
        select(ReaderLink, maker.display_name, undoer.display_name)
        .outerjoin(maker, maker.id == ReaderLink.staff_id).outerjoin(undoer, undoer.id == ReaderLink.undone_by_id)
        .where(or_(ReaderLink.one_id.in_(ids), ReaderLink.other_id.in_(ids))).order_by(ReaderLink.id.desc())
    )
    return tuple((link.one_id, LinkView(link.id, link.other_id, link.how, by, link.reason, link.made_at,
                                        link.undone_at, undone_by, link.undone_reason))
                 for link, by, undone_by in found)


def measures(session: Session, person_ids: Collection[int]) -> tuple[tuple[int, MeasureView], ...]:
    """(person, measure) of all that was ever laid on readers who are these persons now, the newest first."""
    maker, ender = aliased(Staff), aliased(Staff)
    found = session.execute(
        select(Reader.person_id, ReaderMeasure.reader_id, ReaderMeasure.kind, ReaderMeasure.bar, ReaderMeasure.reason,
               ReaderMeasure.made_at, maker.display_name, ReaderMeasure.until_at, ReaderMeasure.ended_at,
               ender.display_name, ReaderMeasure.ended_reason)
        .join(Reader, Reader.id == ReaderMeasure.reader_id)
        .outerjoin(maker, maker.id == ReaderMeasure.made_by_id).outerjoin(ender, ender.id == ReaderMeasure.ended_by_id)
        .where(Reader.person_id.in_(person_ids)).order_by(ReaderMeasure.id.desc()))
    return tuple((row[0], MeasureView(*row[1:])) for row in found)


def marked(session: Session, which: Marked, *, now: datetime, before: int | None = None,
           limit: int = PAGE_SIZE) -> tuple[tuple[ReaderView, ...], int | None]:
    """Readers who are muted or barred, with all their accounts, the latest comers first; where the next page begins."""
    query = select(Reader.id).join(Person, Person.id == Reader.person_id).where(_marked(which, now))
    if before is not None:
        query = query.where(Reader.id < before)
    ids = list(session.scalars(query.order_by(Reader.id.desc()).limit(limit + 1)))
    shown = tuple(reversed(readers(session, ids[:limit])))
    return shown, ids[limit - 1] if len(ids) > limit else None


def marked_counts(session: Session, *, now: datetime) -> dict[Marked, int]:
    counted = (func.count().filter(_marked(which, now)) for which in Marked)
    row = session.execute(select(*counted).select_from(Reader).join(Person, Person.id == Reader.person_id)
                          .where(_marked(Marked.ALL, now))).one()
    return dict(zip(Marked, row, strict=True))


def _marked(which: Marked, now: datetime) -> ColumnElement[bool]:
    muted, barred = Reader.id.in_(muted_readers(now)), Person.bar.is_not(None)
    return {Marked.ALL: or_(muted, barred), Marked.MUTED: muted, Marked.BARRED: barred}[which]


def reader_of_report(session: Session, number: int) -> int | None:
    return session.scalar(select(Report.reader_id).where(Report.id == number))


def reader_of_message(session: Session, message_id: int) -> int | None:
    return session.scalar(select(Message.reader_id).where(Message.id == message_id))


def own_accounts(session: Session, staff_id: int) -> tuple[str, ...]:
    """The public accounts on which a member of staff has shown his own WeChat."""
    found = session.scalars(
        select(Reader.account).join(Staff, Staff.person_id == Reader.person_id)
        .where(Staff.id == staff_id, Reader.erased_at.is_(None)).order_by(Reader.id)
    )
    return tuple(found)
