"""出报日历: which paper came out when, what is planned, what is not imported though its deadline comes near."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask import Blueprint, Flask, render_template, request

from bot.contest import contests
from bot.contest.days import planned
from bot.contest.days.calendar import Rhythm, RoundDates, month_range, round_dates
from bot.contest.phases import local_day
from bot.errors import BadInput
from models.queries import calendar as queries
from models.queries import papers as paper_queries
from models.queries.calendar import ContestRule, Missing
from models.queries.papers import IssueLine, PaperLine
from models.session import reading
from web.deps import deps, now
from web.numbers import whole

blueprint = Blueprint("calendar", __name__, url_prefix="/papers/calendar")

OLDEST, NEWEST = 1950, 2999


class Cell(StrEnum):
    """How a paper stands in a month."""

    IMPORTED = "imported"
    MISSING = "missing"  # out, not imported, its round not picked yet
    LEFT_OUT = "left_out"  # never imported, and its round is over
    PLANNED = "planned"
    EXPECTED = "expected"  # no row yet: follows from the paper's rhythm
    NONE = "none"  # does not come out


@dataclass(frozen=True, slots=True)
class Slot:
    """One paper in one month. `issue` is none where there is no row."""

    paper: PaperLine
    cell: Cell
    issue: IssueLine | None = None
    published_on: date | None = None
    deadline_on: date | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """All papers in one month, those that do not come out included, in the order of the papers."""

    month: str
    slots: tuple[Slot, ...]
    is_now: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Issues of one month that are not imported, of one deadline."""

    month: str
    deadline_on: date | None
    papers: tuple[str, ...]
    issue_ids: tuple[int, ...]
    waiting: int


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    today = local_day(now())
    year = request.args.get("year", default=today.year, type=whole)
    year = min(max(year, OLDEST), NEWEST)
    with reading(deps().engine) as session:
        papers = paper_queries.papers(session)
        issues = queries.issues_between(session, f"{year}-01", f"{year}-12")
        rules = queries.rules(session)
        absent = queries.missing(session, today)
        span = queries.years(session)
        checks = planned.checks(session, today=today)
    months = months_of(year, papers, issues, rules, {one.issue_id for one in absent}, today)
    first, last = span or (today.year, today.year)
    return render_template(
        "console/papers/calendar.html", year=year, papers=papers, months=months, Cell=Cell, today=today,
        issues=issues, unknown=planned.unknown_words(checks), checks={one.round_id: one.found for one in checks},
        notices=[(one, sentence(one, today)) for one in notices(absent)], earlier=year > first,
        later=year <= max(last, today.year))


def months_of(
    year: int, papers: list[PaperLine], issues: list[IssueLine], rules: dict[int, ContestRule], absent: set[int],
    today: date,
) -> list[Month]:
    """The twelve months of a year; what has no row yet is worked out from rhythm and contest."""
    known = {(issue.paper_id, issue.month): issue for issue in issues}
    names = month_range(f"{year}-01", 12)
    expected = {number: _dates(rule, names, [paper for paper in papers if paper.contest_id == number])
                for number, rule in rules.items()}
    return [
        Month(month, tuple(
            _slot(paper, known.get((paper.id, month)), expected.get(paper.contest_id or 0, {}).get(month), month,
                  absent, today) for paper in papers), month == f"{today:%Y-%m}")
        for month in names
    ]


def _dates(rule: ContestRule, months: Iterable[str], papers: list[PaperLine]) -> dict[str, RoundDates]:
    """The dates of each month by a contest's rule."""
    rhythms = [Rhythm(paper.months_between, paper.first_month) for paper in papers]
    try:
        wanted = [month for month in months if any(rhythm.has(month) for rhythm in rhythms)]
        return {dates.month: dates for dates in round_dates(contests.calendar_of(rule), wanted)}
    except BadInput:
        return {}  # a rule that no month can keep: only what stands in rows is shown


def _slot(paper: PaperLine, issue: IssueLine | None, dates: RoundDates | None, month: str, absent: set[int],
          today: date) -> Slot:
    if issue is not None:
        return Slot(paper, _cell(issue, absent, today), issue, issue.published_on, issue.deadline_on)
    coming = dates is not None and dates.published_on > today
    if dates is None or not coming or not Rhythm(paper.months_between, paper.first_month).has(month):
        return Slot(paper, Cell.NONE)
    return Slot(paper, Cell.EXPECTED, None, dates.published_on, dates.deadline_on)


def _cell(issue: IssueLine, absent: set[int], today: date) -> Cell:
    if issue.imported_at is not None:
        return Cell.IMPORTED
    if issue.id in absent:
        return Cell.MISSING
    return Cell.PLANNED if issue.published_on is None or issue.published_on > today else Cell.LEFT_OUT


def notices(absent: Iterable[Missing]) -> list[Notice]:
    """What is not imported, a sentence for each month and deadline; the nearest deadline first."""
    groups: dict[tuple[str, date | None], list[Missing]] = {}
    for one in absent:
        groups.setdefault((one.month, one.deadline_on), []).append(one)
    return [Notice(month, deadline_on, tuple(one.paper for one in found), tuple(one.issue_id for one in found),
                   sum(one.waiting for one in found)) for (month, deadline_on), found in groups.items()]


def sentence(notice: Notice, today: date) -> str:
    """2 份报纸的 11 月刊还没导入，12 月 1 日截止，有 5 条纠错等着找原文。"""
    who = f"《{notice.papers[0]}》" if len(notice.papers) == 1 else f" {len(notice.papers)} 份报纸"
    year, _, month = notice.month.partition("-")
    words = f"{who}的{'' if int(year) == today.year else f' {year} 年'} {int(month)} 月刊还没导入".strip()
    if notice.deadline_on is not None:
        past = "已于 " if notice.deadline_on < today else ""
        words += f"，{past}{notice.deadline_on.month} 月 {notice.deadline_on.day} 日截止"
    return words + (f"，有 {notice.waiting} 条纠错等着找原文。" if notice.waiting else "。")
