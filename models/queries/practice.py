"""Reads of practice: how far a member is, and whether he is new here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models.grades import Grade
from models.practice import PracticeAnswer, PracticeRun


@dataclass(frozen=True, slots=True)
class Beginner:
    """What decides whether practice is offered: a run was begun, or a real report was graded."""

    begun: bool
    graded: bool


def beginner(session: Session, staff_id: int) -> Beginner:
    """One query."""
    row = session.execute(select(
        exists(select(PracticeRun.id).where(PracticeRun.staff_id == staff_id)).label("begun"),
        exists(select(Grade.id).where(Grade.grader_id == staff_id)).label("graded"))).one()
    return Beginner(bool(row.begun), bool(row.graded))


def newest_run(session: Session, staff_id: int) -> PracticeRun | None:
    return session.scalar(select(PracticeRun).where(PracticeRun.staff_id == staff_id)
                          .order_by(PracticeRun.number.desc()).limit(1))


def answers(session: Session, run_id: int) -> dict[str, PracticeAnswer]:
    """By the code of the practice report."""
    found = session.scalars(select(PracticeAnswer).where(PracticeAnswer.run_id == run_id))
    return {row.item: row for row in found}
