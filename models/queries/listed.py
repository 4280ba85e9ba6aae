"""Which reports stand in a list: its views and filters as conditions. Knows no order, no page of a list, no row of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from models.contests import Round
from models.enums import ReportSource, ReportState, RoundState
from models.papers import Article, Page, PaperGrader
from models.queries import reviews, working
from models.queries.appeals import open_appeal
from models.readers import Reader
from models.reports import Erratum, Report
from models.reviews import PageMaker, UsualPageMaker
from models.staff import Staff
from models.working import Assignment, Claim, Snooze

DUE_SOON = timedelta(hours=72)
"""So long before a round closes, or its grading ends, its open reports stand in 快到截止."""


class View(StrEnum):
    """The ready-made lists. Their order is that of the tabs."""

    MINE_TO_GRADE = "mine_to_grade"
    DISAGREED = "disagreed"
    NEEDS_MORE = "needs_more"
    MAYBE = "maybe"
    APPEALS = "appeals"
    DUE_SOON = "due_soon"
    MINE = "mine"
    ESCALATED = "escalated"
    DECIDED = "decided"
    ALL = "all"


OPEN_VIEWS = frozenset(set(View) - {View.DECIDED, View.ALL})
"""Lists of work: those with most finders first, then the oldest. The others show the highest number first."""
TEAM_VIEWS = frozenset({View.DISAGREED, View.MINE})
"""Lists that say nothing while one editor works alone."""

STATES: dict[View, tuple[ReportState, ...]] = {
    View.NEEDS_MORE: (ReportState.NEEDS_MORE, ReportState.HALF_TOLD),
    View.DUE_SOON: (ReportState.FILED, ReportState.NEEDS_MORE, ReportState.HALF_TOLD),
    View.MINE: (ReportState.FILED, ReportState.NEEDS_MORE, ReportState.HALF_TOLD, ReportState.ESCALATED),
    View.ESCALATED: (ReportState.ESCALATED,),
    View.DECIDED: (ReportState.DECIDED,),
}
GONE = (ReportState.WITHDRAWN, ReportState.LAPSED)
NOBODY = 0
"""As `assigned_to`: what is given to nobody."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose list it is, and when. `editors`: how many there are; alone, nothing is anybody else's.

    `only_papers`: the papers that he works on; None: all of them.
    """

    staff_id: int
    now: datetime
    editors: int = 1
    only_papers: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address of a list says. `page` as printed or as stated, with or without a leading zero.

    `grader_id`: only what this member of staff is to grade; 0: everything, said on purpose; None: nothing was said.
    `assigned_to`: a member, NOBODY, or None. `older_days`: counts from at least so many days ago. `words`: what is
    searched for, `numbers` the reports that hold it. `after`: the page of the list one looks at, as it stands in its
    address; it changes nothing of the list. `skip_held`: without what others are grading at this moment. Without a
    viewer the list is nobody's in particular.
    """

    view: View = View.MINE_TO_GRADE
    paper_id: int | None = None
    page: str | None = None
    round_id: int | None = None
    grader_id: int | None = None
    row_code: str | None = None
    source: ReportSource | None = None
    state: ReportState | None = None
    several: bool = False
    older_days: int | None = None
    assigned_to: int | None = None
    words: str = ""
    numbers: tuple[int, ...] | None = None
    after: str = ""
    skip_held: bool = False
    viewer: Viewer | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view and the own papers is asked for."""
        return any((self.paper_id is not None, self.page, self.round_id is not None, self.row_code, self.source, self.state,
                    self.several, self.older_days, self.assigned_to is not None, self.words))


def reports(asked: Filter, *columns: Any) -> list[Select[Any]]:
    """Selects of the list's reports; no report stands in two of them."""
    base = select(*columns).select_from(Report)
    me = asked.viewer
    if asked.view is not View.MINE_TO_GRADE:
        queries = [base.where(*_in_view(asked))]
    else:
        queries = [base.where(Report.state == ReportState.FILED, *([] if me is None else _waits(me)))]
        if me is not None and me.editors > 1:
            # A select of its own: OR would look at every report there is.
            queries.append(base.where(reviews.waits_for(me.staff_id)))
    wanted = list(_conditions(asked))
    return [query.where(*wanted) for query in queries]


def _in_view(asked: Filter) -> list[ColumnElement[bool]]:
    view, me = asked.view, asked.viewer
    if view is View.MAYBE:
        return [Report.maybe_erratum_id.is_not(None), Report.state.not_in(GONE)]
    if view is View.DISAGREED:
        return [reviews.disagreed()]
    if view is View.APPEALS:
        return [open_appeal()]
    found: list[ColumnElement[bool]] = [Report.state.in_(STATES[view])] if view in STATES else []
    if view is View.MINE:
        mine = me.staff_id if me else NOBODY
        found += [Report.id.in_(select(Assignment.report_id).where(Assignment.staff_id == mine))]
    if view is View.DUE_SOON:
        found.append(Report.round_id.in_(_rounds_due(me.now if me else None)))
    return found


def _rounds_due(now: datetime | None) -> Select[Any]:
    """Rounds that close, or whose grading ends, within DUE_SOON, and those where it should have ended."""
    rounds = select(Round.id).where(Round.state.in_((RoundState.OPEN, RoundState.CLOSED)))
    if now is None:
        return rounds
    soon = now + DUE_SOON
    return rounds.where(or_(Round.closes_at.between(now, soon), Round.grading_until <= soon))


def _waits(me: Viewer) -> list[ColumnElement[bool]]:
    """That a filed report is this member's to decide now: it does not rest, and nobody else has it."""
    # Each condition begins with a short list that is read once: of 20,000 waiting reports only those in it are looked at.
    resting = Report.id.in_(select(Snooze.report_id).where(Snooze.until > me.now))
    found = [~and_(resting, working.snoozed(me.now))]
    if me.editors > 1:
        others = select(Assignment.report_id).join(Staff, Staff.id == Assignment.staff_id).where(
            Assignment.staff_id != me.staff_id, Staff.active.is_(True))
        found += [Report.id.not_in(others), ~_made_by(me.staff_id)]
    return found


def _made_by(staff_id: int) -> ColumnElement[bool]:
    """The member's own page; asked of a report only where its paper or issue is one that he works on."""
    usual = select(UsualPageMaker.paper_id).where(UsualPageMaker.staff_id == staff_id)
    once = select(PageMaker.issue_id).where(PageMaker.staff_id == staff_id)
    here = or_(func.coalesce(Report.paper_id, 0).in_(usual), func.coalesce(Report.issue_id, 0).in_(once))
    return and_(or_(usual.exists(), once.exists()), here, func.coalesce(reviews.own_page(staff_id), False))


def _conditions(asked: Filter) -> list[ColumnElement[bool]]:
    """What the address asks for beside the view."""
    found: list[ColumnElement[bool]] = []
    if asked.paper_id is not None:
        found.append(Report.paper_id == asked.paper_id)
    if asked.round_id is not None:
        found.append(Report.round_id == asked.round_id)
    if asked.source is not None:
        found.append(Report.source == asked.source)
    if asked.state is not None:
        found.append(Report.state == asked.state)
    if asked.numbers is not None:
        found.append(Report.id.in_(asked.numbers))
    if asked.page:
        found.append(_on_page(asked.page))
    if asked.several and asked.view not in OPEN_VIEWS:  # lists of work count the finders anyway
        found.append(_several())
    if asked.grader_id:
        found.append(_falls_to(asked.grader_id))
    if asked.assigned_to is not None:
        found.append(_given_to(asked.assigned_to))
    return found + _personal(asked)


def _personal(asked: Filter) -> list[ColumnElement[bool]]:
    """Conditions that know whose list it is, or when."""
    found: list[ColumnElement[bool]] = []
    me = asked.viewer
    if asked.row_code:
        found.append(select(Erratum.id).where(Erratum.id == Report.erratum_id, Erratum.row_code == asked.row_code)
                     .correlate(Report).exists())
    if me is None:
        return found
    if asked.row_code and me.editors > 1:
        found.append(~reviews.hidden_from(me.staff_id))  # else the filter would tell what others chose
    if asked.older_days:
        found.append(Report.counts_at <= me.now - timedelta(days=asked.older_days))
    if asked.skip_held and me.editors > 1:
        claimed = select(Claim.report_id).where(Claim.held_until > me.now)
        found.append(~and_(Report.id.in_(claimed), working.held_by_others(me.staff_id, me.now)))
    if me.only_papers is not None:
        # Of what paper it is, nobody knows yet: anybody may find out.
        found.append(or_(Report.paper_id.is_(None), Report.paper_id.in_(sorted(me.only_papers))))
    return found


def _on_page(page: str) -> ColumnElement[bool]:
    """Where it stands in print, else as stated."""
    forms = sorted({page, page.lstrip("0"), page.zfill(2)})
    printed = select(Article.id).join(Page, Page.id == Article.page_id).where(Page.number.in_(forms))
    return or_(Report.article_id.in_(printed), and_(Report.article_id.is_(None), Report.page_label.in_(forms)))


def _several() -> ColumnElement[bool]:
    """Somebody else points at the same erratum."""
    own, other, theirs = aliased(Reader), aliased(Report), aliased(Reader)
    return (select(other.id).join(theirs, theirs.id == other.reader_id).join(own, own.id == Report.reader_id)
            .where(other.erratum_id == Report.erratum_id, other.state.not_in(GONE), theirs.person_id != own.person_id)
            .correlate(Report).exists())


def _falls_to(staff_id: int) -> ColumnElement[bool]:
    """What a member of staff grades: nothing that is others' alone, so that no report lies between two chairs."""
    here = (select(PaperGrader.staff_id).join(Staff, Staff.id == PaperGrader.staff_id)
            .where(PaperGrader.paper_id == Report.paper_id, Staff.active.is_(True)).correlate(Report))
    return or_(here.where(PaperGrader.staff_id == staff_id).exists(), ~here.exists())


def _given_to(staff_id: int) -> ColumnElement[bool]:
    given = select(Assignment.report_id)
    if staff_id == NOBODY:
        return Report.id.not_in(given)
    return Report.id.in_(given.where(Assignment.staff_id == staff_id))
