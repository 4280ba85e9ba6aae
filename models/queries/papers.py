"""Reads of the catalogue for the console: papers, issues and pages, with reports and confirmed errors counted.

Counts are grouped over the rows that are shown, never asked for row by row. No column of a reader is selected here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.contests import Contest, Round
from models.enums import SCORING_VERDICTS, ReportState, Role, RoundState
from models.ledger import HouseFind
from models.papers import Article, Issue, Page, PageGeometry, Paper, PaperGrader
from models.reports import Erratum, Report
from models.staff import Staff

COUNTED = Report.state != ReportState.WITHDRAWN
CONFIRMED = or_(
    exists().where(Report.erratum_id == Erratum.id, Report.state == ReportState.DECIDED,
                   Report.verdict.in_(SCORING_VERDICTS)),
    exists().where(HouseFind.erratum_id == Erratum.id, HouseFind.withdrawn_at.is_(None)),
)
"""A confirmed error: an erratum that a reader was right about or the newsroom found; each place in print by itself."""

GRADING_ROLES = (Role.EDITOR, Role.CHIEF)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper. `months_between`, `first_month`: its rhythm; `version`: what an edit must expect."""

    id: int
    name: str
    aliases: list[str]
    contest_id: int | None
    contest: str | None
    months_between: int
    first_month: str | None
    usual_pages: int | None
    outside_scope: str | None
    version: int
    graders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IssueLine:
    """`articles` is 0 where nothing is imported; `errata` are confirmed ones. `usual_pages` are the paper's."""

    id: int
    paper_id: int
    paper: str
    month: str
    published_on: date | None
    deadline_on: date | None
    imported_at: datetime | None
    usual_pages: int | None
    round_id: int | None
    round_state: RoundState | None
    pages: int = 0
    articles: int = 0
    reports: int = 0
    errata: int = 0


@dataclass(frozen=True, slots=True)
class PageLine:
    """`picture`: the stored file's name, none where the page has none. `checked_at`: an editor looked at its articles."""

    id: int
    number: str
    name: str | None
    picture: str | None
    picture_width: int | None
    picture_height: int | None
    has_layout: bool
    checked_at: datetime | None
    articles: int = 0
    reports: int = 0
    errata: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """The issues of one paper that a list shows, newest first; `more`: there are older ones."""

    issues: tuple[IssueLine, ...] = ()
    planned: tuple[IssueLine, ...] = ()
    more: bool = False


# --- papers ---


def papers(session: Session) -> list[PaperLine]:
    """All, in the order in which they were made, with who grades them. One query."""
    return [_paper(row) for row in session.execute(_papers().order_by(Paper.id))]


def paper(session: Session, paper_id: int) -> PaperLine | None:
    row = session.execute(_papers().where(Paper.id == paper_id)).first()
    return _paper(row) if row else None


def _paper(row: Row[Any]) -> PaperLine:
    return PaperLine(row.id, row.name, row.aliases, row.contest_id, row.contest, row.months_between, row.first_month,
                     row.usual_pages, row.outside_scope, row.version, tuple(sorted((row.graders or "").splitlines())))


def _papers() -> Any:
    return (select(Paper.id, Paper.name, Paper.aliases, Paper.contest_id, Contest.name.label("contest"),
                   Paper.months_between, Paper.first_month, Paper.usual_pages, Paper.outside_scope, Paper.version,
                   graders_of(Paper.id))
            .outerjoin(Contest, Contest.id == Paper.contest_id))


def who_may_grade(session: Session, paper_id: int) -> list[tuple[int, str, bool]]:
    """(id, name, grades this paper) of the editors and chiefs in use; nobody where nothing can be shared out."""
    own = select(PaperGrader.paper_id).where(PaperGrader.staff_id == Staff.id, PaperGrader.paper_id == paper_id).exists()
    many = select(func.count(Paper.id)).scalar_subquery()
    query = (select(Staff.id, Staff.display_name, own.label("own"), many.label("papers"))
             .where(Staff.role.in_(GRADING_ROLES), Staff.active.is_(True)).order_by(Staff.display_name, Staff.id))
    found = session.execute(query).all()
    worth_it = len(found) >= 2 and found[0].papers >= 2
    return [(row.id, row.display_name, row.own) for row in found if worth_it or any(one.own for one in found)]


def divided(session: Session) -> bool:
    """Whether there are two or more people who grade and two or more papers: only then work can be shared out."""
    people = (select(func.count(Staff.id)).where(Staff.role.in_(GRADING_ROLES), Staff.active.is_(True))
              .scalar_subquery())
    many = select(func.count(Paper.id)).scalar_subquery()
    row = session.execute(select(people, many)).one()
    return bool(min(row) >= 2)


def grades_papers(session: Session, staff_id: int) -> bool:
    """Whether any paper is this member's in particular."""
    return session.scalar(select(PaperGrader.paper_id).where(PaperGrader.staff_id == staff_id).limit(1)) is not None


def paper_known_as(session: Session, name: str) -> Paper | None:
    """By its name, else by one of its other names, as written."""
    found = session.scalar(select(Paper).where(Paper.name == name))
    if found is None:
        found = next((one for one in session.scalars(select(Paper).order_by(Paper.id)) if name in one.aliases), None)
    return found


def graders_of(paper_id: Any) -> Any:
    """A column: names of the staff in use who grade that paper, one a line in no order; NULL: it is everybody's."""
    member = aliased(Staff)
    return (select(func.aggregate_strings(member.display_name, "\n"))
            .join(PaperGrader, PaperGrader.staff_id == member.id)
            .where(PaperGrader.paper_id == paper_id, member.active.is_(True)).scalar_subquery().label("graders"))


# --- issues ---


def issues(session: Session, *, issue_id: int) -> list[IssueLine]:
    """The one asked for, with its counts; none where there is no such issue."""
    return counted(session, [issue_line(row) for row in session.execute(select_issues().where(Issue.id == issue_id))])


def shelves(session: Session, today: date, *, each: int = 4) -> dict[int, Shelf]:
    """For each paper its newest issues that are out, and all that are only planned. Four queries for all papers."""
    place = func.row_number().over(partition_by=(Issue.paper_id, _is_out(today)), order_by=Issue.month.desc())
    ranked = select(Issue.id, place.label("place"), _is_out(today).label("out")).subquery()
    query = select_issues(ranked.c.out).join(ranked, ranked.c.id == Issue.id).where(
        or_(ranked.c.place <= each + 1, ranked.c.out.is_(False))).order_by(Issue.month.desc())
    out: dict[int, list[IssueLine]] = {}
    planned: dict[int, list[IssueLine]] = {}
    for row in session.execute(query):
        (out if row.out else planned).setdefault(row.paper_id, []).append(issue_line(row))
    shown = counted(session, [line for lines in out.values() for line in lines[:each]])
    return {
        paper_id: Shelf(tuple(line for line in shown if line.paper_id == paper_id),
                        tuple(planned.get(paper_id, ())), len(out.get(paper_id, ())) > each)
        for paper_id in out.keys() | planned.keys()
    }


def issues_of(session: Session, paper_id: int, *, before: str | None = None, limit: int = 24) -> list[IssueLine]:
    """Newest first, from before a month on."""
    query = select_issues().where(Issue.paper_id == paper_id).order_by(Issue.month.desc()).limit(limit)
    if before is not None:
        query = query.where(Issue.month < before)
    return counted(session, [issue_line(row) for row in session.execute(query)])


def _is_out(today: date) -> ColumnElement[bool]:
    return or_(Issue.imported_at.is_not(None), func.coalesce(Issue.published_on, today) <= today)


def select_issues(*more: Any) -> Any:
    """Issues with their paper and round; `issue_line` makes a line of a row."""
    return (
        select(Issue.id, Issue.paper_id, Paper.name.label("paper"), Issue.month, Issue.published_on,
               Issue.deadline_on, Issue.imported_at, Paper.usual_pages, Round.id.label("round_id"),
               Round.state.label("round_state"), *more)
        .join(Paper, Paper.id == Issue.paper_id)
        .outerjoin(Round, and_(Round.contest_id == Paper.contest_id, Round.month == Issue.month))
    )


def issue_line(row: Row[Any]) -> IssueLine:
    return IssueLine(row.id, row.paper_id, row.paper, row.month, row.published_on, row.deadline_on, row.imported_at,
                     row.usual_pages, row.round_id, row.round_state)


def counted(session: Session, lines: Sequence[IssueLine]) -> list[IssueLine]:
    """The same lines with their counts. Three queries, however many lines."""
    ids = [line.id for line in lines]
    if not ids:
        return []
    held = {row.issue_id: row for row in session.execute(
        select(Page.issue_id, func.count(Page.id.distinct()).label("pages"), func.count(Article.id).label("articles"))
        .outerjoin(Article, Article.page_id == Page.id).where(Page.issue_id.in_(ids)).group_by(Page.issue_id))}
    reports = _many(session, select(Report.issue_id, func.count()).where(Report.issue_id.in_(ids), COUNTED)
                    .group_by(Report.issue_id))
    errata = _many(session, select(Erratum.issue_id, func.count()).where(Erratum.issue_id.in_(ids), CONFIRMED)
                   .group_by(Erratum.issue_id))
    return [replace(line, pages=held[line.id].pages if line.id in held else 0,
                    articles=held[line.id].articles if line.id in held else 0,
                    reports=reports.get(line.id, 0), errata=errata.get(line.id, 0)) for line in lines]


def _many(session: Session, query: Any) -> dict[Any, int]:
    return {key: many for key, many in session.execute(query)}  # noqa: C416 - rows are not plain tuples to mypy


# --- pages ---


def pages(session: Session, issue_id: int) -> list[PageLine]:
    """In the order of the paper. What is located counts at its article's page, the rest at the page as stated."""
    found = session.execute(
        select(Page.id, Page.number, Page.name, PageGeometry.picture, PageGeometry.picture_width,
               PageGeometry.picture_height, PageGeometry.page_id.is_not(None).label("has_layout"),
               PageGeometry.checked_at)
        .outerjoin(PageGeometry, PageGeometry.page_id == Page.id)
        .where(Page.issue_id == issue_id).order_by(Page.position)).all()
    numbers = {_plain(row.number): row.id for row in found}
    articles = _many(session, select(Article.page_id, func.count()).join(Page, Page.id == Article.page_id)
                     .where(Page.issue_id == issue_id).group_by(Article.page_id))
    reports = _by_page(session, numbers, select(Article.page_id, Report.page_label, func.count())
                       .select_from(Report).outerjoin(Article, Article.id == Report.article_id)
                       .where(Report.issue_id == issue_id, COUNTED).group_by(Article.page_id, Report.page_label))
    errata = _by_page(session, numbers, select(Article.page_id, Erratum.page_label, func.count())
                      .select_from(Erratum).outerjoin(Article, Article.id == Erratum.article_id)
                      .where(Erratum.issue_id == issue_id, CONFIRMED).group_by(Article.page_id, Erratum.page_label))
    return [PageLine(*row, articles.get(row.id, 0), reports.get(row.id, 0), errata.get(row.id, 0)) for row in found]


def _by_page(session: Session, numbers: dict[str, int], query: Any) -> dict[int, int]:
    found: dict[int, int] = {}
    for page_id, label, many in session.execute(query):
        at = page_id if page_id is not None else numbers.get(_plain(label or ""))
        if at is not None:
            found[at] = found.get(at, 0) + many
    return found


def _plain(number: str) -> str:
    """2 and 02 are one page."""
    return number.lstrip("0")
