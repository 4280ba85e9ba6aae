"""Named reads of the list of reports to grade. No column of a reader is ever selected here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from models.contests import Round
from models.enums import ReportState, RoundState, Verdict
from models.papers import Article, Issue, Page, Paper, PaperGrader
from models.readers import Reader
from models.reports import Erratum, Report
from models.staff import Staff

PAGE_SIZE = 50
SHOWN_CHARS = 60
"""So many characters of a quotation are read for a row of the list; a report may hold thousands."""


class View(StrEnum):
    """The ready-made lists. Their order is that of the tabs."""

    FILED = "filed"
    NEEDS_MORE = "needs_more"
    MAYBE = "maybe"
    ESCALATED = "escalated"
    DECIDED = "decided"
    ALL = "all"


OPEN_VIEWS = frozenset({View.FILED, View.NEEDS_MORE, View.MAYBE, View.ESCALATED})
"""Lists of work: those with most finders first, then the oldest. The others show the highest number first."""

STATES: dict[View, tuple[ReportState, ...]] = {
    View.FILED: (ReportState.FILED,),
    View.NEEDS_MORE: (ReportState.NEEDS_MORE, ReportState.HALF_TOLD),
    View.ESCALATED: (ReportState.ESCALATED,),
    View.DECIDED: (ReportState.DECIDED,),
}
GONE = (ReportState.WITHDRAWN, ReportState.LAPSED)


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address of a list says. `page` as printed or as stated, with or without a leading zero.

    `grader_id`: only what this member of staff is to grade; 0: everything, said on purpose; None: nothing was said.
    """

    view: View = View.FILED
    paper_id: int | None = None
    page: str | None = None
    round_id: int | None = None
    grader_id: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """Where a row stands in its list: finders (0 in lists by time), the time that counts, the number."""

    finders: int
    counts_at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One report in the list. `page` is where it stands in print, else as stated."""

    number: int
    paper: str | None
    month: str | None
    page: str | None
    article: str | None
    wrong: str | None
    right: str | None
    row_code: str | None
    state: ReportState
    verdict: Verdict | None
    counts_at: datetime
    finders: int
    late: bool
    time_flagged: bool
    maybe: bool

    @property
    def key(self) -> Key:
        return Key(self.finders, self.counts_at, self.number)


@dataclass(frozen=True, slots=True)
class QueuePage:
    rows: tuple[QueueRow, ...]
    next: Key | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: (id, name) of papers, (id, month, state) of rounds."""

    papers: tuple[tuple[int, str], ...]
    rounds: tuple[tuple[int, str, RoundState], ...]


def rows(session: Session, asked: Filter, *, after: Key | None = None, limit: int = PAGE_SIZE) -> QueuePage:
    """One page of a list, from after `after` on. One query whatever the number of rows."""
    found = session.execute(_ordered(_selected(asked), asked.view, after).limit(limit + 1)).all()
    made = tuple(_row(row) for row in found[:limit])
    return QueuePage(made, made[-1].key if len(found) > limit else None)


def counts(session: Session, asked: Filter) -> dict[View, int]:
    """How many reports each view holds under the other filters of the address."""
    maybe = Report.maybe_erratum_id.is_not(None)
    counted: Any = select(Report.state, maybe.label("maybe"), func.count().label("many"))
    narrowed = _narrowed(counted, replace(asked, view=View.ALL))
    result = dict.fromkeys(View, 0)
    for row in session.execute(narrowed.group_by(Report.state, maybe)):
        result[View.ALL] += row.many
        for view, states in STATES.items():
            result[view] += row.many if row.state in states else 0
        result[View.MAYBE] += row.many if row.maybe and row.state not in GONE else 0
    return result


def choices(session: Session) -> Choices:
    """The papers of contests, and the rounds with the newest first."""
    papers = session.execute(select(Paper.id, Paper.name).where(Paper.contest_id.is_not(None)).order_by(Paper.id))
    rounds = session.execute(select(Round.id, Round.month, Round.state).order_by(Round.month.desc(), Round.id))
    return Choices(tuple((p.id, p.name) for p in papers), tuple((r.id, r.month, r.state) for r in rounds))


def key_of(session: Session, number: int, view: View) -> Key | None:
    """Where report `number` stands in a list of this kind; None when there is no such report."""
    own = _finders() if view in OPEN_VIEWS else literal(0)
    row = session.execute(select(own.label("finders"), Report.counts_at).where(Report.id == number)).first()
    return Key(int(row.finders), row.counts_at, number) if row else None


def neighbours(session: Session, asked: Filter, key: Key) -> tuple[int | None, int | None]:
    """The numbers before and after a place in a list."""
    after = rows(session, asked, after=key, limit=1).rows
    before = session.execute(_ordered(_selected(asked), asked.view, key, backwards=True).limit(1)).first()
    return before.number if before else None, after[0].number if after else None


def _finders() -> ColumnElement[int]:
    """Persons who point at the report's erratum now; at least one. Correlated: it costs what is listed."""
    other = aliased(Report)
    query = (
        select(func.count(Reader.person_id.distinct())).select_from(other)
        .join(Reader, Reader.id == other.reader_id)
        .where(other.erratum_id == Report.erratum_id, other.state.not_in(GONE))
        .correlate(Report).scalar_subquery()
    )
    return case((query > 0, query), else_=1)


def _narrowed(query: Select[Any], asked: Filter) -> Select[Any]:
    query = query.select_from(Report).outerjoin(Article, Article.id == Report.article_id).outerjoin(
        Page, Page.id == Article.page_id)
    if asked.view is View.MAYBE:
        query = query.where(Report.maybe_erratum_id.is_not(None), Report.state.not_in(GONE))
    elif asked.view is not View.ALL:
        query = query.where(Report.state.in_(STATES[asked.view]))
    if asked.paper_id is not None:
        query = query.where(Report.paper_id == asked.paper_id)
    if asked.round_id is not None:
        query = query.where(Report.round_id == asked.round_id)
    if asked.page:
        forms = {asked.page, asked.page.lstrip("0"), asked.page.zfill(2)}
        query = query.where(func.coalesce(Page.number, Report.page_label).in_(sorted(forms)))
    if asked.grader_id:
        query = query.where(_falls_to(asked.grader_id))
    return query


def _falls_to(staff_id: int) -> ColumnElement[bool]:
    """What a member of staff grades: nothing that is others' alone, so that no report lies between two chairs."""
    here = (select(PaperGrader.staff_id).join(Staff, Staff.id == PaperGrader.staff_id)
            .where(PaperGrader.paper_id == Report.paper_id, Staff.active.is_(True)).correlate(Report))
    return or_(here.where(PaperGrader.staff_id == staff_id).exists(), ~here.exists())


def _selected(asked: Filter) -> Select[Any]:
    """The rows of a list with their place in it, as a sub-select that can be ordered and cut."""
    finders = _finders() if asked.view in OPEN_VIEWS else literal(0)
    inner = _narrowed(select(
        Report.id.label("number"), Report.counts_at, finders.label("finders"), Report.paper_id, Report.issue_id,
        func.coalesce(Page.number, Report.page_label).label("page"),
        func.coalesce(Article.title, Report.article_text).label("article"),
        func.substr(Report.wrong, 1, SHOWN_CHARS).label("wrong"),
        func.substr(Report.right, 1, SHOWN_CHARS).label("right"), Report.state, Report.verdict, Report.late,
        Report.time_flagged, Report.maybe_erratum_id.is_not(None).label("maybe"), Report.erratum_id,
    ), asked).subquery("listed")
    return (
        select(inner, Paper.name.label("paper"), Issue.month, Erratum.row_code)
        .outerjoin(Paper, Paper.id == inner.c.paper_id).outerjoin(Issue, Issue.id == inner.c.issue_id)
        .outerjoin(Erratum, Erratum.id == inner.c.erratum_id)
    )


def _ordered(query: Select[Any], view: View, after: Key | None, *, backwards: bool = False) -> Select[Any]:
    listed = query.selected_columns
    finders, at, number = listed.finders, listed.counts_at, listed.number
    if view not in OPEN_VIEWS:
        # By number alone, which the primary key gives in order: these lists grow for years.
        if after is not None:
            query = query.where(number > after.number if backwards else number < after.number)
        return query.order_by(number.asc() if backwards else number.desc())
    if after is not None:
        query = query.where(_beyond(finders, at, number, after, backwards=backwards))
    if backwards:
        return query.order_by(finders.asc(), at.desc(), number.desc())
    return query.order_by(finders.desc(), at.asc(), number.asc())


def _beyond(finders: Any, at: Any, number: Any, key: Key, *, backwards: bool) -> ColumnElement[bool]:
    """Strictly after `key` in a list of work (before it, when backwards)."""
    moment = key.counts_at
    if backwards:
        earlier = or_(at < moment, and_(at == moment, number < key.number))
        return or_(finders > key.finders, and_(finders == key.finders, earlier))
    later = or_(at > moment, and_(at == moment, number > key.number))
    return or_(finders < key.finders, and_(finders == key.finders, later))


def _row(row: Row[Any]) -> QueueRow:
    return QueueRow(
        row.number, row.paper, row.month, row.page, row.article, row.wrong, row.right, row.row_code, row.state,
        row.verdict, row.counts_at, row.finders, row.late, row.time_flagged, bool(row.maybe))


def key_text(key: Key) -> str:
    """A key as it stands in an address."""
    return f"{key.finders}-{round(key.counts_at.timestamp() * 1_000_000)}-{key.number}"


def key_from(text: str) -> Key | None:
    """The key of an address; None for anything else."""
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) <= 18 for part in parts):
        return None
    finders, micros, number = (int(part) for part in parts)
    try:
        moment = datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)
    except (ValueError, OverflowError, OSError):
        return None
    return Key(finders, moment, number)
