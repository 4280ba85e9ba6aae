"""Named reads for the statistics: counts, grouped in the database. No column of a reader is ever selected here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.functions import FunctionElement

from models.contests import Round
from models.enums import SCORING_VERDICTS, Bar, MessageFate, OutgoingState, ReportState, Verdict
from models.grades import Grade
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.papers import Article, Page, Paper
from models.queries.mutes import quiet
from models.readers import Person, Reader
from models.reports import Erratum, Report

NOT_COUNTED = (ReportState.HALF_TOLD, ReportState.WITHDRAWN, ReportState.LAPSED)
"""Not told to the end, taken back, or never completed: no report came of it."""
WAITING_FATES = (MessageFate.DESK, MessageFate.DESK_CLOSED)
ANSWERS_LOOKED_AT = 3
"""An answer called back keeps its number; the first that stands is looked for among so many."""


class ShanghaiDay(FunctionElement[str]):
    """The day of a moment in Shanghai, as YYYY-MM-DD. (SQLite knows no zones; Shanghai keeps no summer time since 1991.)"""

    type = String()
    inherit_cache = True


class MinutesBetween(FunctionElement[int]):
    """Whole minutes from one moment to another, rounded down."""

    type = Integer()
    inherit_cache = True


@compiles(ShanghaiDay, "sqlite")
def _day_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+8 hours')"


@compiles(ShanghaiDay, "postgresql")
def _day_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"to_char(timezone('Asia/Shanghai', {compiler.process(element.clauses, **kw)}), 'YYYY-MM-DD')"


@compiles(MinutesBetween, "sqlite")
def _minutes_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    since, until = (compiler.process(one, **kw) for one in element.clauses)
    # A Julian day is a float: a full minute may come out a trifle too small.
    return f"CAST((julianday({until}) - julianday({since})) * 1440 + 0.0001 AS INTEGER)"


@compiles(MinutesBetween, "postgresql")
def _minutes_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    since, until = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(FLOOR(EXTRACT(EPOCH FROM ({until} - {since})) / 60 + 0.0001) AS INTEGER)"


@dataclass(frozen=True, slots=True)
class Asked:
    """Reports whose time that counts (RULES 2) lies in [since, until), of one paper or of all."""

    since: datetime
    until: datetime
    paper_id: int | None = None


class Outcome(StrEnum):
    """What became of a report, as far as the share accepted goes."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    REPEATED = "repeated"  # the reader's own repeat: neither way
    OPEN = "open"  # filed, to be completed, or with the chief
    YOUNG = "young"  # open, never decided, and less than a day old


OUTCOMES = tuple(Outcome)


@dataclass(frozen=True, slots=True)
class DayCount:
    day: date
    paper_id: int | None
    reports: int
    accepted: int


@dataclass(frozen=True, slots=True)
class PageCount:
    """`label` as printed where the words were found, else as the reader gave it; None: neither."""

    label: str | None
    reports: int
    accepted: int


@dataclass(frozen=True, slots=True)
class KindCount:
    row_code: str | None
    errata: int
    reports: int


Waits = dict[tuple[int, Outcome], list[int | None]]
"""By part of the period and outcome, the minutes that each report waited for its first decision; None: none yet."""


@dataclass(frozen=True, slots=True)
class DeskWait:
    """One message that waited for a person; `done_at`: answered or closed, whichever came first."""

    received_at: datetime
    done_at: datetime | None


def papers(session: Session) -> tuple[tuple[int, str], ...]:
    """(id, name) of every paper, as registered."""
    return tuple((row.id, row.name) for row in session.execute(select(Paper.id, Paper.name).order_by(Paper.id)))


def anything(session: Session) -> bool:
    """Whether a report was ever filed."""
    return session.scalar(select(Report.id).limit(1)) is not None


def round_span(session: Session, round_id: int | None) -> tuple[date, date] | None:
    """From the day a round's issues came out to its printed deadline."""
    row = session.execute(select(Round.published_on, Round.deadline_on).where(Round.id == round_id)).first()
    return (row.published_on, row.deadline_on) if row else None


def days(session: Session, asked: Asked) -> list[DayCount]:
    """Reports by day in Shanghai and paper."""
    inner = select(ShanghaiDay(Report.counts_at).label("day"), Report.paper_id, _accepted().label("accepted")).where(
        *_in(asked)).subquery()
    query = select(inner.c.day, inner.c.paper_id, func.count().label("reports"), func.sum(inner.c.accepted).label("accepted"))
    return [DayCount(date.fromisoformat(row.day), row.paper_id, row.reports, int(row.accepted))
            for row in session.execute(query.group_by(inner.c.day, inner.c.paper_id))]


def pages(session: Session, asked: Asked) -> list[PageCount]:
    """Reports by page. Grouped before the pages are looked up: a report more costs no look."""
    inner = (select(Report.article_id, Report.page_label, func.count().label("reports"),
                    func.sum(_accepted()).label("accepted"))
             .where(*_in(asked)).group_by(Report.article_id, Report.page_label).subquery())
    label = func.coalesce(Page.number, inner.c.page_label).label("label")
    query = (select(label, func.sum(inner.c.reports).label("reports"), func.sum(inner.c.accepted).label("accepted"))
             .select_from(inner).outerjoin(Article, Article.id == inner.c.article_id)
             .outerjoin(Page, Page.id == Article.page_id).group_by(label))
    return [PageCount(row.label, int(row.reports), int(row.accepted)) for row in session.execute(query)]


def kinds(session: Session, asked: Asked) -> list[KindCount]:
    """Errata with an accepted report, by the row of the annex; each place in print once."""
    inner = (select(Report.erratum_id, func.count().label("reports"))
             .where(*_in(asked), Report.verdict.in_(SCORING_VERDICTS)).group_by(Report.erratum_id).subquery())
    query = (select(Erratum.row_code, func.count().label("errata"), func.sum(inner.c.reports).label("reports"))
             .select_from(inner).join(Erratum, Erratum.id == inner.c.erratum_id).group_by(Erratum.row_code))
    return [KindCount(row.row_code, row.errata, int(row.reports)) for row in session.execute(query)]


def finders(session: Session, asked: Asked) -> dict[int, int]:
    """By number of persons whose reports of it were accepted, how many errata. Staff are no finders (RULES 9)."""
    inner = (select(func.count(Reader.person_id.distinct()).label("persons"))
             .select_from(Report).join(Reader, Reader.id == Report.reader_id).join(Person, Person.id == Reader.person_id)
             .where(*_in(asked), Report.verdict.in_(SCORING_VERDICTS), or_(Person.bar.is_(None), Person.bar != Bar.STAFF))
             .group_by(Report.erratum_id).subquery())
    found = session.execute(select(inner.c.persons, func.count().label("errata")).group_by(inner.c.persons))
    return {row.persons: row.errata for row in found}


def decisions(session: Session, asked: Asked, starts: Sequence[datetime], *, now: datetime) -> Waits:
    """What became of the reports and how long they waited. `starts`: where the second part begins, the third…;
    parts count from 0.

    Put together here and not by GROUP BY: nearly every report waited another number of minutes, and sorting them all
    costs the database more.
    """
    first = _first_decision()
    found: Waits = defaultdict(list)
    # By the connection: the session would wrap each of these many rows once more.
    for part, outcome, minutes in session.connection().execute(select(
        _part(Report.counts_at, starts), _outcome(first, now), MinutesBetween(Report.counts_at, first)
    ).where(*_in(asked))):
        found[part, OUTCOMES[outcome]].append(minutes)
    return dict(found)


def desk(session: Session, asked: Asked, *, now: datetime) -> list[DeskWait]:
    """Messages that waited for a person, but for those that wait quietly. They name no paper: that filter does not touch them."""
    keys = [literal("desk-") + cast(Message.id, String) + literal(f"-{number}")
            for number in range(1, ANSWERS_LOOKED_AT + 1)]
    answered = (select(func.min(OutgoingMessage.created_at))
                .where(OutgoingMessage.idempotency_key.in_(keys), OutgoingMessage.state != OutgoingState.CALLED_BACK)
                .correlate(Message).scalar_subquery())
    rows = session.execute(select(
        Message.received_at, answered.label("answered_at"), Message.closed_at, quiet(now).label("quiet")).where(
        Message.fate.in_(WAITING_FATES), Message.received_at >= asked.since, Message.received_at < asked.until))
    return [DeskWait(row.received_at, min((at for at in (row.answered_at, row.closed_at) if at), default=None))
            for row in rows if row.answered_at or not row.quiet]


def _in(asked: Asked) -> list[ColumnElement[bool]]:
    # NOT IN: with IN, SQLite would go by the index of states and read nearly every report.
    found = [Report.counts_at >= asked.since, Report.counts_at < asked.until, Report.state.not_in(NOT_COUNTED)]
    return found if asked.paper_id is None else [*found, Report.paper_id == asked.paper_id]


def _accepted() -> ColumnElement[int]:
    return case((Report.verdict.in_(SCORING_VERDICTS), 1), else_=0)


def _outcome(first: ColumnElement[datetime | None], now: datetime) -> ColumnElement[int]:
    """As a place in OUTCOMES: a number costs less to fetch than a word."""
    young = and_(first.is_(None), Report.counts_at > now - timedelta(days=1))
    return case(
        (Report.verdict.in_(SCORING_VERDICTS), OUTCOMES.index(Outcome.ACCEPTED)),
        (Report.verdict == Verdict.REPEATED, OUTCOMES.index(Outcome.REPEATED)),
        (Report.state == ReportState.DECIDED, OUTCOMES.index(Outcome.REFUSED)),
        (young, OUTCOMES.index(Outcome.YOUNG)),
        else_=OUTCOMES.index(Outcome.OPEN),
    )


def _part(column: Any, starts: Sequence[datetime], before: int = 0) -> ColumnElement[int]:
    """Which part a moment falls in, by halving. Compared as stored: cheaper than reckoning a month from every time."""
    if not starts:
        return literal(before)
    middle = len(starts) // 2
    return case((column < starts[middle], _part(column, starts[:middle], before)),
                else_=_part(column, starts[middle + 1:], before + middle + 1))


def _first_decision() -> ColumnElement[datetime | None]:
    """When a report was first decided (what was undone does not count).

    The report itself knows its last decision; its grades are read only where one was replaced, or none stands now.
    """
    again = aliased(Grade)
    replaced = select(again.report_id).where(again.replaces_id > 0)
    first = (select(func.min(Grade.created_at)).where(Grade.report_id == Report.id, Grade.taken_back.is_(False))
             .correlate(Report).scalar_subquery())
    return case((or_(Report.decided_at.is_(None), Report.id.in_(replaced)), func.coalesce(first, Report.decided_at)),
                else_=Report.decided_at)
