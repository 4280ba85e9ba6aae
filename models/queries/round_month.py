"""Named reads of what a round came to: counts, names as printed, what is owed, the round after it. No reader's own name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, and_, func, literal, select
from sqlalchemy.orm import Session, aliased

from models.claims import ClaimTerm
from models.contests import Award, Contest, Round, RuleSet
from models.enums import (
    SCORING_VERDICTS,
    AwardOrigin,
    CorrectionState,
    Prize,
    PrizeState,
    ReportState,
    RoundState,
)
from models.newsroom import CorrectionNotice
from models.papers import Issue, Paper
from models.queries.round_changes import AppealCounts, counted_appeals
from models.records import RoundRecord
from models.reports import Report
from models.round_changes import RoundCorrection


@dataclass(frozen=True, slots=True)
class NextRound:
    month: str
    published_on: date
    deadline_on: date
    grading_until: datetime
    print_by: date


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One round. `rules`: JSON of its rule set; `digest`: of the newest version of its record; `accepted` of `decided`;
    `list_drafts`: corrections of the list that wait for somebody, `list_unprinted`: let go and not printed yet;
    `notices`: corrections of its papers' errors that are not printed."""

    id: int
    contest_id: int
    contest: str
    month: str
    state: RoundState
    rules: str
    picked_at: datetime | None
    released_at: datetime | None
    digest: str | None
    versions: int
    reports: int
    readers: int
    decided: int
    accepted: int
    appeals: AppealCounts
    list_drafts: int
    list_unprinted: int
    notices: int
    following: NextRound | None


@dataclass(frozen=True, slots=True)
class AwardRow:
    """`until`: to when it may be claimed, where that is set."""

    prize: Prize
    origin: AwardOrigin
    printed_name: str | None
    state: PrizeState
    vacated: bool
    until: datetime | None


def load(session: Session, round_id: int) -> MonthRow | None:
    """One query."""
    held = select(
        func.count().label("reports"), func.count(Report.reader_id.distinct()).label("readers"),
        func.count().filter(Report.state == ReportState.DECIDED).label("decided"),
        func.count().filter(Report.state == ReportState.DECIDED, Report.verdict.in_(SCORING_VERDICTS)).label("accepted"),
    ).where(Report.round_id == round_id).subquery()
    appeals = counted_appeals().where(Report.round_id == round_id).subquery()
    after = aliased(Round)
    following = (select(func.min(after.month)).where(after.contest_id == Round.contest_id, after.month > Round.month)
                 .correlate(Round).scalar_subquery())
    row = session.execute(
        select(Round.__table__, Contest.name.label("contest"), RuleSet.rules, _digest().label("digest"),
               _versions().label("versions"), held, appeals.c.filed, appeals.c.upheld, appeals.c.refused,
               appeals.c.open, _list(CorrectionState.DRAFT).label("list_drafts"),
               _list(CorrectionState.RELEASED).label("list_unprinted"), _notices().label("notices"),
               after.month.label("next_month"), after.published_on.label("next_published"),
               after.deadline_on.label("next_deadline"), after.grading_until.label("next_grading"),
               after.print_by.label("next_print"))
        .join(Contest, Contest.id == Round.contest_id).join(RuleSet, RuleSet.id == Round.rule_set_id)
        .join(held, literal(True)).join(appeals, literal(True))
        .outerjoin(after, and_(after.contest_id == Round.contest_id, after.month == following))
        .where(Round.id == round_id)).first()
    return None if row is None else _row(row)


def _row(row: Any) -> MonthRow:
    following = None if row.next_month is None else NextRound(
        row.next_month, row.next_published, row.next_deadline, row.next_grading, row.next_print)
    return MonthRow(
        row.id, row.contest_id, row.contest, row.month, row.state, row.rules, row.picked_at, row.released_at, row.digest,
        row.versions, row.reports, row.readers, row.decided, row.accepted,
        AppealCounts(row.filed, row.upheld, row.refused, row.open), row.list_drafts, row.list_unprinted, row.notices,
        following)


def _digest() -> ScalarSelect[str]:
    return (select(RoundRecord.digest).where(RoundRecord.round_id == Round.id).order_by(RoundRecord.version.desc())
            .limit(1).correlate(Round).scalar_subquery())


def _versions() -> ScalarSelect[int]:
    return select(func.count()).where(RoundRecord.round_id == Round.id).correlate(Round).scalar_subquery()


def _list(state: CorrectionState) -> ScalarSelect[int]:
    return (select(func.count()).where(RoundCorrection.round_id == Round.id, RoundCorrection.state == state)
            .correlate(Round).scalar_subquery())


def _notices() -> ScalarSelect[int]:
    return (select(func.count()).select_from(CorrectionNotice).join(Issue, Issue.id == CorrectionNotice.issue_id)
            .join(Paper, Paper.id == Issue.paper_id)
            .where(CorrectionNotice.state.in_((CorrectionState.DRAFT, CorrectionState.RELEASED)),
                   Issue.month == Round.month, Paper.contest_id == Round.contest_id)
            .correlate(Round).scalar_subquery())


def awards(session: Session, round_id: int) -> tuple[AwardRow, ...]:
    """In order of places, later ones behind them. One query."""
    rows = session.execute(
        select(Award.prize, Award.origin, Award.printed_name, Award.state, Award.vacated_at.is_not(None), ClaimTerm.until)
        .outerjoin(ClaimTerm, ClaimTerm.award_id == Award.id).where(Award.round_id == round_id).order_by(Award.place))
    return tuple(AwardRow(*row) for row in rows)
