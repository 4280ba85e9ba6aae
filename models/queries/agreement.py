"""Reads of doubly graded reports, for the statistics of agreement. Holds no statistics."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.contests import Contest, Round, RuleSet
from models.enums import Doubling, Verdict
from models.grades import Grade
from models.reports import Report
from models.reviews import Review
from models.staff import Staff


class GivenGrade(NamedTuple):
    """One independent grade of a report that a second editor graded unseen."""

    report_id: int
    grader_id: int
    verdict: Verdict
    row_code: str | None
    doubling: Doubling
    rule_set_id: int
    round_id: int
    month: str
    contest: str


MOST_REPORTS = 1_000
"""So many doubly graded reports, the newest, are looked at: of a thousand reports a month those of ten months."""


def given(session: Session, round_id: int | None = None) -> list[GivenGrade]:
    """The first, second and third grades of settled reviews, in contests that show their agreement; the older first.

    Of one round, or of all; at most MOST_REPORTS reports, the newest. What is not settled yet is left out: a figure
    must not tell what is hidden on the page. One query.
    """
    # Only a settled one has a result; asked by its state, all settled ones would be read and sorted.
    newest = (select(Review.id).where(Review.result.is_not(None), Review.second_grade_id.is_not(None))
              .order_by(Review.id.desc()).limit(MOST_REPORTS))
    shown = (select(Round.id).join(Contest, Contest.id == Round.contest_id).where(Contest.shows_agreement.is_(True)))
    if round_id is None:  # by the reviews, the newest first, and not by the reports of all rounds
        newest = newest.where(select(Report.id).where(Report.id == Review.report_id, Report.round_id.in_(shown))
                              .correlate(Review).exists())
    else:
        newest = newest.join(Report, Report.id == Review.report_id).where(
            Report.round_id == round_id, Report.round_id.in_(shown))
    rows = session.execute(
        select(Review.report_id, Grade.grader_id, Grade.verdict, Grade.row_code, Grade.doubling, Grade.rule_set_id,
               Round.id, Round.month, Contest.name)
        .join(Grade, Grade.id.in_((Review.first_grade_id, Review.second_grade_id, Review.third_grade_id)))
        .join(Report, Report.id == Review.report_id).join(Round, Round.id == Report.round_id)
        .join(Contest, Contest.id == Round.contest_id)
        .where(Review.id.in_(newest)).order_by(Grade.id))
    return [GivenGrade(*row) for row in rows]


def rule_sets(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """The rules (JSON as stored) by id."""
    rows = session.execute(select(RuleSet.id, RuleSet.rules).where(RuleSet.id.in_(numbers)))
    return {row.id: row.rules for row in rows}


def names(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """The names of members, by id."""
    rows = session.execute(select(Staff.id, Staff.display_name).where(Staff.id.in_(numbers)))
    return {row.id: row.display_name for row in rows}
