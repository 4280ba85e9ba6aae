"""A grade, a kind or the rules of a round changed as RULES 10 asks: looked at first, then applied with a reason.

A change is tried in the transaction that may make it: who asks to look gets the difference as an error, and with it the
transaction is rolled back. So what is applied is what was shown. Writes; never commits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest.after_pick.rescoring import Difference, difference
from bot.contest.standing import gather
from bot.errors import BadInput, WoodpeckerError
from bot.filing import errata, reports
from bot.judging import grading, reviews
from bot.judging.verdicts import GradeInput
from models.contests import Round
from models.enums import SCORING_VERDICTS, ReportState, RoundState
from models.grades import Grade
from models.queries import reviews as review_reads
from models.rescoring import Rescoring

T = TypeVar("T")

LONGEST_REASON = 300
AT_ONCE = timedelta(minutes=5)
"""So soon after his first decision on a report an editor takes it back as he always could: a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What somebody looked at (`Look.seen`) and why it is to be so."""

    seen: str
    reason: str


@dataclass(frozen=True, slots=True)
class Look:
    """Who would move. `seen` is the digest of all that is shown; `report_id` None: the rules are changed. `persons`:
    everybody in the round, for made-up names."""

    round_id: int
    report_id: int | None
    difference: Difference
    seen: str
    persons: tuple[int, ...]


class LookFirst(WoodpeckerError):
    """Nothing was saved: who would move is looked at first. `stale`: it is not what was looked at any more."""

    def __init__(self, look: Look, sentence: str = "", *, stale: bool = False) -> None:
        super().__init__(sentence or "先看看谁会变，再确认。")
        self.look, self.sentence, self.stale = look, sentence, stale


NO_REASON = "请写一句为什么改。"
STALE = "您看过以后又有了改动，下面是现在的样子；还没有改。请再看一遍。"


def grade(session: Session, report_id: int, given: GradeInput, *, confirmed: Confirmed | None = None, actor: Actor,
          now: datetime, expected_version: int) -> int:
    """`grading.grade`; LookFirst where the round is closed and this changes a grade, or the kind of the erratum, that
    was decided before. A first decision, and an opinion given unseen, stay as quick as ever."""
    def act() -> int:
        return grading.grade(session, report_id, given, actor=actor, now=now, expected_version=expected_version)

    db = session.connection()
    report = reports.get(db, report_id)
    if not _decides(db, report_id, actor) or not _changes(db, report, given):
        return act()
    return looked(session, report, act, always=True, confirmed=confirmed, actor=actor, now=now)


def decide(session: Session, report_id: int, grade_id: int | None, reason: str, *, confirmed: Confirmed | None = None,
           actor: Actor, now: datetime, expected_version: int) -> None:
    """`reviews.decide`; LookFirst where the round is closed and the chosen grade moves somebody."""
    apply(session, report_id, lambda: reviews.decide(
        session, report_id, grade_id, reason, actor=actor, now=now, expected_version=expected_version),
        confirmed=confirmed, actor=actor, now=now)


def undo(session: Session, report_id: int, *, confirmed: Confirmed | None = None, always: bool = True, actor: Actor,
         now: datetime, expected_version: int) -> None:
    """`grading.undo`; LookFirst where the round is closed and more is taken back than one's own slip of a moment ago.
    `always`: even where nobody moves."""
    def act() -> None:
        grading.undo(session, report_id, actor=actor, now=now, expected_version=expected_version)

    db = session.connection()
    report = reports.get(db, report_id)
    quick = report.state is not ReportState.DECIDED or report.late or _own_slip(db, report, actor, now)
    if quick or not _decides(db, report_id, actor):
        return act()
    return looked(session, report, act, always=always, confirmed=confirmed, actor=actor, now=now)


def apply(session: Session, report_id: int, act: Callable[[], T], *, confirmed: Confirmed | None = None, actor: Actor,
          now: datetime) -> T:
    """Any other act on a report or its erratum; LookFirst where the round is closed and somebody would move."""
    return looked(session, reports.get(session.connection(), report_id), act, always=False, confirmed=confirmed,
                  actor=actor, now=now)


def looked(session: Session, report: Row[Any], act: Callable[[], T], *, always: bool, confirmed: Confirmed | None,
           actor: Actor, now: datetime) -> T:
    """Does `act`, which changes something about `report`, once it was looked at. `always`: even where nobody moves."""
    if not _is_closed(session, report.round_id):
        return act()
    done, look, whole = tried(session, report.round_id, report.id, act, actor=actor)
    if look.difference or whole or always:
        confirm(look, confirmed)
        assert confirmed is not None
        keep(session, look, whole, confirmed.reason, actor=actor, now=now)
    return done


def tried(session: Session, round_id: int, report_id: int | None, act: Callable[[], T], *, actor: Actor,
          given: object = None) -> tuple[T, Look, Difference]:
    """Does `act` in this transaction: what it gave, the difference as this member may see it, and all of it.

    The round is locked first: grades under way elsewhere wait, so that nothing else is in the difference.
    """
    db = session.connection()
    db.execute(select(Round.id).where(Round.id == round_id).with_for_update())
    hidden = review_reads.hidden_numbers(session, actor.staff_id) if actor.staff_id is not None else frozenset()
    before = gather(db, round_id)
    done = act()
    session.flush()
    after = gather(session.connection(), round_id)
    whole = difference(before.scored(), after.scored())
    shown = difference(before.scored(hidden), after.scored(hidden)) if hidden else whole
    persons = {one.person_id for held in (before, after) for one in held.reports}
    look = Look(round_id, report_id, shown, shown.digest(round_id, report_id, given), tuple(sorted(persons)))
    return done, look, whole


def confirm(look: Look, confirmed: Confirmed | None) -> None:
    """LookFirst unless exactly this was looked at and a reason stands there."""
    if confirmed is None:
        raise LookFirst(look)
    if confirmed.seen != look.seen:
        raise LookFirst(look, STALE, stale=True)
    if not confirmed.reason.strip():
        raise LookFirst(look, NO_REASON)
    if len(confirmed.reason.strip()) > LONGEST_REASON:
        raise LookFirst(look, f"理由最多 {LONGEST_REASON} 个字。")


def keep(session: Session, look: Look, whole: Difference, reason: str, *, actor: Actor, now: datetime,
         rules: tuple[int, int] | None = None) -> None:
    """Writes down why it was changed. `rules`: the ids of the rule sets before and after."""
    if actor.staff_id is None:
        raise BadInput("只有编辑部的人能改。")
    moved, crossing = len(whole.moves), len(whole.crossing)
    session.add(Rescoring(
        round_id=look.round_id, staff_id=actor.staff_id, at=now, reason=reason.strip(), report_id=look.report_id,
        before_rules_id=rules[0] if rules else None, after_rules_id=rules[1] if rules else None, moved=moved,
        crossing=crossing))
    session.flush()
    if look.report_id is not None:
        audit.record(session, actor=actor, verb="rescore", object_kind="report", object_id=look.report_id, now=now,
                     details={"moved": moved, "crossing": crossing})


def _is_closed(session: Session, round_id: int | None) -> bool:
    """Closed and not picked: an open round is graded as ever, after the pick the verbs refuse by themselves."""
    return round_id is not None and session.scalar(select(Round.state).where(Round.id == round_id)) is RoundState.CLOSED


def _decides(db: Connection, report_id: int, actor: Actor) -> bool:
    """Whether what this member says of a report decides it. An opinion given unseen must not be shown what it moves."""
    held = reviews.open_of(db, report_id)
    return held is None or (held.second_grade_id is None and reviews.first_grader(db, held) == actor.staff_id)


def _changes(db: Connection, report: Row[Any], given: GradeInput) -> bool:
    """Whether a decision changes a grade or a kind that stands, as far as these are scored."""
    if report.state is ReportState.DECIDED and not report.late and _scored(report) != (given.verdict, _marks(given)):
        return True
    if given.verdict not in SCORING_VERDICTS or report.erratum_id is None:
        return False
    points = errata.points_of(db, report.erratum_id)
    return points.row_code is not None and (points.row_code, points.doubling) != (given.row_code, given.doubling)


def _scored(report: Row[Any]) -> tuple[Any, tuple[bool, bool, bool]]:
    return report.verdict, (report.place_mark, report.correction_mark, report.reason_mark)


def _marks(given: GradeInput) -> tuple[bool, bool, bool]:
    return given.marks if given.verdict in SCORING_VERDICTS else (False, False, False)


def _own_slip(db: Connection, report: Row[Any], actor: Actor, now: datetime) -> bool:
    """His own decision of a moment ago, the only one that stands, given after the close."""
    closed_at = db.scalar(select(Round.closed_at).where(Round.id == report.round_id))
    standing = db.scalar(select(func.count(Grade.id)).where(
        Grade.report_id == report.id, Grade.opinion.is_(False), Grade.taken_back.is_(False)))
    return (report.decided_by_id == actor.staff_id and report.decided_at is not None and now - report.decided_at <= AT_ONCE
            and (closed_at is None or report.decided_at >= closed_at) and standing == 1)
