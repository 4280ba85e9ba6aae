"""A member's way through the practice reports: begin, answer, begin again. Writes; never commits.

Touches no report: practice has its own material and its own rows. No audit entry either, for nothing is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.contest.rules import DEFAULT_RULES
from bot.errors import BadInput, NotAllowed
from bot.practice.items import Answer, Item, items
from bot.practice.marking import mark
from models.practice import PracticeAnswer, PracticeRun
from models.queries import practice as queries
from models.session import insert_new_row


@dataclass(frozen=True, slots=True)
class Progress:
    """`answers` by the code of the report, in no order. `number`: which time through, 0 before the first."""

    number: int
    answers: dict[str, Answer]
    finished: bool

    @property
    def done(self) -> int:
        return len(self.answers)

    @property
    def next_position(self) -> int | None:
        """From 1; None when all are answered."""
        return next((n for n, item in enumerate(items(), 1) if item.code not in self.answers), None)

    @property
    def right(self) -> int:
        """How many were wholly right."""
        return sum(mark(item, self.answers[item.code]).whole for item in items() if item.code in self.answers)


NOT_BEGUN = Progress(0, {}, finished=False)


def progress(session: Session, staff_id: int) -> Progress:
    """The newest run. Answers to reports that are not in the file any more are left out."""
    run = queries.newest_run(session, staff_id)
    if run is None:
        return NOT_BEGUN
    known = {item.code for item in items()}
    given = {code: _answer(row) for code, row in queries.answers(session, run.id).items() if code in known}
    return Progress(run.number, given, finished=run.finished_at is not None)


def answer(session: Session, staff_id: int, item: Item, given: Answer, *, now: datetime) -> None:
    """Keeps the first answer to a report; a run is begun by it where none is. BadInput for half an answer."""
    _check(given)
    run = queries.newest_run(session, staff_id) or _begin(session, staff_id, 1, now)
    place, correction, reason = given.marks
    kept = insert_new_row(session.connection(), PracticeAnswer, {
        "run_id": run.id, "item": item.code, "verdict": given.verdict, "row_code": given.row_code,
        "doubling": given.doubling, "place_mark": place, "correction_mark": correction, "reason_mark": reason,
        "answered_at": now})
    if not kept:
        raise NotAllowed("这一条已经答过了，想再来一遍，请从头开始。")
    session.expire_all()
    if progress(session, staff_id).next_position is None:
        run.finished_at = now
        session.flush()


def again(session: Session, staff_id: int, *, now: datetime) -> None:
    """A new run from the first report on; the answers of the one before stay. Nothing where it has no answer yet."""
    run = queries.newest_run(session, staff_id)
    if run is None:
        _begin(session, staff_id, 1, now)
    elif queries.answers(session, run.id):
        _begin(session, staff_id, run.number + 1, now)


def offered(session: Session, staff_id: int) -> bool:
    """Whether the member is new: no report graded and no practice begun."""
    found = queries.beginner(session, staff_id)
    return not (found.begun or found.graded)


def _begin(session: Session, staff_id: int, number: int, now: datetime) -> PracticeRun:
    run = PracticeRun(staff_id=staff_id, number=number, started_at=now)
    session.add(run)
    session.flush()
    return run


def _check(given: Answer) -> None:
    if given.scoring and given.row_code not in {row.code for row in DEFAULT_RULES.annex}:
        raise BadInput("请选差错种类，分值由它决定。")


def _answer(row: PracticeAnswer) -> Answer:
    return Answer(row.verdict, row.row_code, row.doubling, (row.place_mark, row.correction_mark, row.reason_mark))
