"""Named reads of the lists of reports: a page, the neighbours, the counts. No column of a reader is ever selected here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models.enums import ReportSource, ReportState, Verdict
from models.papers import Article, Issue, Page, Paper
from models.queries import listed, reviews
from models.queries.listed import GONE, OPEN_VIEWS, TEAM_VIEWS, Filter, View, Viewer
from models.readers import Reader
from models.reports import Erratum, Report

__all__ = ["OPEN_VIEWS", "PAGE_SIZE", "TEAM_VIEWS", "Filter", "Key", "QueuePage", "QueueRow", "View", "Viewer",
           "counts", "finders_of", "following", "key_from", "key_of", "key_text", "neighbours", "numbers", "rows"]

PAGE_SIZE = 50
SHOWN_CHARS = 60
"""So many characters of a quotation are read for a row of the list; a report may hold thousands."""
COUNTED = OPEN_VIEWS
"""Lists of work say how much waits; what is done grows for years and is not counted."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where a row stands in its list: finders (0 in lists by time), the time that counts, the number."""

    finders: int
    counts_at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One report in the list. `page` is where it stands in print, else as stated.

    `hidden`: the viewer still owes an opinion on it, so nothing of its grades is here and it looks undecided.
    """

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
    source: ReportSource = ReportSource.CHAT
    hidden: bool = False

    @property
    def key(self) -> Key:
        return Key(self.finders, self.counts_at, self.number)


@dataclass(frozen=True, slots=True)
class QueuePage:
    rows: tuple[QueueRow, ...]
    next: Key | None


def rows(session: Session, asked: Filter, *, after: Key | None = None, limit: int = PAGE_SIZE) -> QueuePage:
    """One page of a list, from after `after` on. One query whatever the number of rows."""
    top = _ordered(asked, after=after).limit(limit + 1).subquery("top")
    found = session.execute(_shown(top, asked)).all()
    made = tuple(_row(row) for row in found[:limit])
    return QueuePage(made, made[-1].key if len(found) > limit else None)


def numbers(session: Session, asked: Filter, *, limit: int) -> list[int]:
    """The numbers at the head of a list."""
    return [row.number for row in session.execute(_ordered(asked).limit(limit))]


def counts(session: Session, asked: Filter) -> dict[View, int]:
    """How many reports the lists of work hold under the other filters of the address. One query.

    Where the finders are asked for, only the list that is looked at: to know them for all lists takes too long.
    """
    if asked.several:
        places = _places(asked)
        query = select(func.count()).select_from(places)
        return {asked.view: session.scalar(query) or 0} if asked.view in COUNTED else {}
    alone = asked.viewer is None or asked.viewer.editors <= 1
    wanted = [view for view in View if view in COUNTED and not (alone and view in TEAM_VIEWS)]
    columns = [_count(replace(asked, view=view)).label(view.value) for view in wanted]
    row = session.execute(select(*columns)).one()
    return {view: row._mapping[view.value] for view in wanted}


def _count(asked: Filter) -> ColumnElement[int]:
    parts = [query.scalar_subquery() for query in listed.reports(asked, func.count(Report.id))]
    return parts[0] + parts[1] if len(parts) > 1 else parts[0] + 0


def following(session: Session, asked: Filter, number: int) -> int | None:
    """What opens after a decision: what follows in the list, else its first; in lists of done work the same again."""
    key = key_of(session, number, asked.view)
    places = _places(replace(asked, skip_held=True))
    other = select(places.c.number).where(places.c.number != number)
    later = None if key is None else _sorted(other.where(_beyond(places, asked.view, key)), places, asked.view).limit(1)
    if asked.view not in OPEN_VIEWS:
        return number if later is None else session.scalar(later) or number
    first = _sorted(other, places, asked.view).limit(1)
    parts = [_tagged(part, tag) for tag, part in enumerate((later, first)) if part is not None]
    found = session.execute(union_all(*parts).order_by("tag").limit(1)).first()
    return found.number if found else None


def neighbours(session: Session, asked: Filter, key: Key) -> tuple[int | None, int | None]:
    """The numbers before and after a place in a list, whatever stands there now. One query."""
    places = _places(asked)
    parts = []
    for tag, backwards in enumerate((True, False)):
        beyond = select(places.c.number).where(_beyond(places, asked.view, key, backwards=backwards))
        parts.append(_tagged(_sorted(beyond, places, asked.view, backwards=backwards).limit(1), tag))
    found = {row.tag: row.number for row in session.execute(union_all(*parts))}
    return found.get(0), found.get(1)


def _tagged(query: Select[Any], tag: int) -> Select[Any]:
    """One of several ordered parts of a statement, so that the list itself is worked out once for all of them."""
    part = query.subquery()
    return select(part.c.number, literal(tag).label("tag"))


def key_of(session: Session, number: int, view: View) -> Key | None:
    """Where report `number` stands in a list of this kind; None when there is no such report."""
    finders = finders_of() if view in OPEN_VIEWS else literal(0)
    row = session.execute(select(finders.label("finders"), Report.counts_at).where(Report.id == number)).first()
    return Key(int(row.finders), row.counts_at, number) if row else None


# --- order ---


def _places(asked: Filter) -> Subquery | CTE:
    """The list's reports with what they are ordered by, as a CTE that is worked out once."""
    wanted: Select[Any] | CompoundSelect[Any]
    parts = listed.reports(asked, Report.id.label("number"), Report.erratum_id, Report.counts_at)
    wanted = parts[0] if len(parts) == 1 else union_all(*parts)
    if asked.view not in OPEN_VIEWS:
        inner = wanted.subquery("listed")
        return select(inner.c.number, inner.c.counts_at, literal(0).label("finders")).subquery("places")
    # MATERIALIZED: what is asked twice, before and after a place, is worked out once on both databases.
    found = wanted.cte("listed").prefix_with("MATERIALIZED")
    each = _with_finders(found, _crowd(found))
    places = select(each.c.number, each.c.counts_at, func.coalesce(each.c.most, 1).label("finders")).where(
        each.c.number.is_not(None))
    if asked.several:
        places = places.where(each.c.most > 1)
    return places.cte("places").prefix_with("MATERIALIZED")


def _with_finders(found: CTE, crowd: Subquery) -> Subquery:
    """The reports beside the finders of their errata: sorted together, for a join of two lists without an index is
    left to the guess of SQLite's planner, and 20,000 times 6,000 rows took it seven seconds."""
    nothing, never = cast(null(), Integer), cast(null(), Report.counts_at.type)
    mixed = union_all(
        select(found.c.number, found.c.erratum_id, found.c.counts_at, nothing.label("finders")),
        select(nothing, crowd.c.erratum_id, never, crowd.c.finders),
    ).subquery("mixed")
    most = func.max(mixed.c.finders).over(partition_by=mixed.c.erratum_id)
    return select(mixed.c.number, mixed.c.counts_at, most.label("most")).subquery("each")


def _crowd(found: CTE) -> Subquery:
    """Persons who point at each erratum of the list now. Grouped once: asked report by report it costs four times as much."""
    other = aliased(Report)
    return (
        select(other.erratum_id, func.count(Reader.person_id.distinct()).label("finders"))
        .join(Reader, Reader.id == other.reader_id)
        .where(other.erratum_id.in_(select(found.c.erratum_id)), other.state.not_in(GONE))
        .group_by(other.erratum_id).subquery("crowd")
    )


def finders_of() -> ColumnElement[int]:
    """Persons who point at the report's erratum now; at least one. Correlated: for a single report."""
    other = aliased(Report)
    query = (
        select(func.count(Reader.person_id.distinct())).select_from(other)
        .join(Reader, Reader.id == other.reader_id)
        .where(other.erratum_id == Report.erratum_id, other.state.not_in(GONE))
        .correlate(Report).scalar_subquery()
    )
    return case((query > 0, query), else_=1)


def _ordered(asked: Filter, *, after: Key | None = None) -> Select[Any]:
    places = _places(asked)
    query = select(places.c.number, places.c.counts_at, places.c.finders)
    if after is not None:
        query = query.where(_beyond(places, asked.view, after))
    return _sorted(query, places, asked.view)


def _sorted(query: Select[Any], places: Subquery | CTE, view: View, *, backwards: bool = False) -> Select[Any]:
    finders, at, number = places.c.finders, places.c.counts_at, places.c.number
    if view not in OPEN_VIEWS:
        # By number alone, which the primary key gives in order: these lists grow for years.
        return query.order_by(number.asc() if backwards else number.desc())
    if backwards:
        return query.order_by(finders.asc(), at.desc(), number.desc())
    return query.order_by(finders.desc(), at.asc(), number.asc())


def _beyond(places: Subquery | CTE, view: View, key: Key, *, backwards: bool = False) -> ColumnElement[bool]:
    """Strictly after a place in the list (before it, when backwards)."""
    many, at, number = places.c.finders, places.c.counts_at, places.c.number
    if view not in OPEN_VIEWS:
        return number > key.number if backwards else number < key.number
    finders, moment = key.finders, literal(key.counts_at, Report.counts_at.type)
    if backwards:
        earlier = or_(at < moment, and_(at == moment, number < key.number))
        return or_(many > finders, and_(many == finders, earlier))
    later = or_(at > moment, and_(at == moment, number > key.number))
    return or_(many < finders, and_(many == finders, later))


# --- what a row shows ---


def _shown(top: Subquery, asked: Filter) -> Select[Any]:
    """The rows of one page: only now anything else of a report is read."""
    me = asked.viewer
    hidden = reviews.hidden_from(me.staff_id) if me is not None and me.editors > 1 else false()
    query = (
        select(
            Report.id.label("number"), Report.counts_at, top.c.finders, Paper.name.label("paper"), Issue.month,
            func.coalesce(Page.number, Report.page_label).label("page"),
            func.coalesce(Article.title, Report.article_text).label("article"),
            func.substr(Report.wrong, 1, SHOWN_CHARS).label("wrong"),
            func.substr(Report.right, 1, SHOWN_CHARS).label("right"), Erratum.row_code, Report.state, Report.verdict,
            Report.late, Report.time_flagged, Report.maybe_erratum_id.is_not(None).label("maybe"), Report.source,
            hidden.label("hidden"))
        .join(top, top.c.number == Report.id)
        .outerjoin(Article, Article.id == Report.article_id).outerjoin(Page, Page.id == Article.page_id)
        .outerjoin(Paper, Paper.id == Report.paper_id).outerjoin(Issue, Issue.id == Report.issue_id)
        .outerjoin(Erratum, Erratum.id == Report.erratum_id)
    )
    if asked.view not in OPEN_VIEWS:
        return query.order_by(Report.id.desc())
    return query.order_by(top.c.finders.desc(), Report.counts_at, Report.id)


def _row(row: Row[Any]) -> QueueRow:
    hidden = bool(row.hidden)
    return QueueRow(
        row.number, row.paper, row.month, row.page, row.article, row.wrong, row.right,
        None if hidden else row.row_code, ReportState.FILED if hidden else row.state, None if hidden else row.verdict,
        row.counts_at, row.finders, row.late, row.time_flagged, bool(row.maybe), row.source, hidden)


# --- keys of an address ---


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
