"""Reads of the issue calendar: which issue of which paper came or comes out when, and what is not imported in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models.contests import Contest, Round
from models.enums import ReportState, RoundState
from models.papers import Issue, Paper
from models.queries.papers import IssueLine, issue_line, select_issues
from models.reports import Report

UNDER_WAY = (RoundState.OPEN, RoundState.CLOSED)
WAITING = (ReportState.FILED, ReportState.NEEDS_MORE, ReportState.HALF_TOLD, ReportState.ESCALATED)


@dataclass(frozen=True, slots=True)
class Missing:
    """An issue that is out, whose round is not picked yet and of which nothing is imported.

    `waiting`: reports about it that are not decided.
    """

    issue_id: int
    paper_id: int
    paper: str
    month: str
    deadline_on: date | None
    waiting: int


@dataclass(frozen=True, slots=True)
class ContestRule:
    """The calendar rule of a contest as stored."""

    id: int
    publication_day: int
    deadline_day: int
    weekend_rule: str
    published_months: int
    deadline_months: int


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """An open round whose deadline is still to come, with its contest's rule.

    `by_hand`: somebody gave a reason for its deadline; `has_box`: the words of its printed box are kept.
    """

    rule: ContestRule
    id: int
    month: str
    published_on: date
    deadline_on: date
    print_by: date
    by_hand: bool
    has_box: bool


def issues_between(session: Session, first: str, last: str) -> list[IssueLine]:
    """Of all papers, months in order; without counts."""
    query = select_issues().where(Issue.month.between(first, last)).order_by(Issue.month, Issue.paper_id)
    return [issue_line(row) for row in session.execute(query)]


def years(session: Session) -> tuple[int, int] | None:
    """(first, last) year of which there is an issue."""
    row = session.execute(select(func.min(Issue.month), func.max(Issue.month))).one()
    return (int(row[0][:4]), int(row[1][:4])) if row[0] else None


def rules(session: Session) -> dict[int, ContestRule]:
    """The calendar rule of every contest."""
    return {row.id: ContestRule(*row) for row in session.execute(select(*RULE))}


RULE = (Contest.id, Contest.publication_day, Contest.deadline_day, Contest.weekend_rule, Contest.published_months,
        Contest.deadline_months)
"""The columns of a ContestRule."""


def planned(session: Session, today: date) -> list[PlannedRound]:
    """Open rounds whose deadline is to come, months in order. One query."""
    cut = len(RULE)
    query: Any = (
        select(*RULE, Round.id, Round.month, Round.published_on, Round.deadline_on, Round.print_by,
               Round.deadline_reason.is_not(None), Round.box_text.is_not(None))
        .join(Round, Round.contest_id == Contest.id)
        .where(Round.state == RoundState.OPEN, Round.deadline_on >= today).order_by(Round.month, Round.id))
    found = (tuple(row) for row in session.execute(query))
    return [PlannedRound(ContestRule(*row[:cut]), *row[cut:]) for row in found]


def missing(session: Session, today: date) -> list[Missing]:
    """What should be imported, the nearest deadline first. One query."""
    waiting = func.count(Report.id)
    query = (
        select(Issue.id, Issue.paper_id, Paper.name, Issue.month, Issue.deadline_on, waiting)
        .join(Paper, Paper.id == Issue.paper_id)
        .outerjoin(Round, and_(Round.contest_id == Paper.contest_id, Round.month == Issue.month))
        .outerjoin(Report, and_(Report.issue_id == Issue.id, Report.state.in_(WAITING)))
        .where(Issue.imported_at.is_(None), Issue.published_on <= today, _under_way(today))
        .group_by(Issue.id, Paper.name).order_by(Issue.deadline_on.is_(None), Issue.deadline_on, Issue.month, Issue.paper_id)
    )
    return [Missing(*row) for row in session.execute(query)]


def _under_way(today: date) -> ColumnElement[bool]:
    """Its round is not picked yet; without a round: its deadline has not passed."""
    return or_(Round.state.in_(UNDER_WAY), and_(Round.id.is_(None), Issue.deadline_on >= today))
