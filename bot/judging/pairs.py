"""Finalists of a closed round compared pair by pair, where its rule set says so (RULES 11). Writes; never commits.

Nobody is named: a finalist is the number of his first scoring report, as in the draw. What is chosen stands until the
editor seals it or the round is picked. The arithmetic stands in bot.contest.pairs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest.blockers import LABELS, Blocker, BlockerKind
from bot.contest.blockers import blockers as open_work
from bot.contest.pairs import finalists, running_order
from bot.contest.standing import RoundStanding, compute
from bot.errors import BadInput, NotAllowed
from models.contests import Round
from models.enums import RoundState
from models.practice import PairChoice, PairSeal
from models.queries import pairs as queries
from models.queries.pairs import Comparer
from models.session import insert_new_row

FROM_EDITORS = 3
"""With fewer the comparison would be the whim of one or two: the draw is fairer."""


@dataclass(frozen=True, slots=True)
class Contest:
    """The finalists of a round by the number of their first scoring report → person, and who compares them.

    Empty where there is nothing to compare: no such tie, switched off, not closed, reports still open, or too few
    editors.
    """

    persons: dict[int, int]
    comparers: tuple[Comparer, ...]

    @property
    def waiting_for(self) -> tuple[Comparer, ...]:
        return tuple(one for one in self.comparers if not one.sealed) if self.persons else ()

    def order_for(self, round_id: int, seed: str, staff_id: int) -> tuple[tuple[int, int], ...]:
        """Every pair once, as (left, right); another order for each editor, the same at every look."""
        return running_order(self.persons, f"{seed}|{round_id}|{staff_id}")


def contest_of(session: Session, standing: RoundStanding, state: RoundState, found: Iterable[Blocker] | None = None) -> Contest:
    """What there is to compare in this round now. `found`: what else blocks its pick, where that is known already."""
    if state is not RoundState.CLOSED or not standing.rules.compares_pairs:
        return Contest({}, ())
    tied = finalists(standing.standings, excluded=standing.excluded, rules=standing.rules,
                     previous_best=standing.previous_best)
    if tied and found is None:
        found = open_work(session.connection(), standing.round_id)
    if any(one.report_ids for one in found or ()):
        return Contest({}, ())  # a grade may still part them, and what waits for a second grade is not to be seen
    comparers = tuple(queries.comparers(session, standing.round_id)) if tied else ()
    if len(comparers) < FROM_EDITORS:
        return Contest({}, ())
    return Contest({standing.first_scoring(person): person for person in tied}, comparers)


def blockers(session: Session, standing: RoundStanding, found: Iterable[Blocker]) -> list[Blocker]:
    """Editors whose comparison the pick waits for, until `grading_until`; none where nothing is to be compared.

    `found`: what else blocks the pick.
    """
    waiting = contest_of(session, standing, standing.state, found).waiting_for
    kind = BlockerKind.PAIRS
    return [Blocker(kind, LABELS[kind], staff_ids=tuple(one.staff_id for one in waiting))] if waiting else []


def choose(session: Session, round_id: int, one: int, other: int, better: int | None, *, actor: Actor,
           now: datetime) -> None:
    """One editor's choice between two finalists, in place of an earlier one; `better` None: equally good."""
    staff_id = _may_choose(session, round_id, actor, (one, other))
    if better not in (None, one, other):
        raise BadInput("请在两位里选一位，或者选“一样好”。")
    low, high = sorted((one, other))
    _forget(session, round_id, staff_id, low, high)
    session.add(PairChoice(round_id=round_id, staff_id=staff_id, one_id=low, other_id=high, better_id=better,
                           chosen_at=now))
    session.flush()


def take_back(session: Session, round_id: int, one: int, other: int, *, actor: Actor) -> None:
    """As if the pair had not been compared."""
    staff_id = _may_choose(session, round_id, actor, (one, other))
    low, high = sorted((one, other))
    _forget(session, round_id, staff_id, low, high)


def seal(session: Session, round_id: int, *, actor: Actor, now: datetime) -> None:
    """The editor has compared every pair and changes nothing more."""
    staff_id = _may_choose(session, round_id, actor, ())
    contest = _contest(session, round_id)
    done = queries.chosen(session, round_id, staff_id)
    missing = [pair for pair in running_order(contest.persons, "") if tuple(sorted(pair)) not in done]
    if missing:
        raise NotAllowed(f"还有 {len(missing)} 对没有比。")
    _seal(session, round_id, staff_id, actor, now)
    audit.record(session, actor=actor, verb="seal_pairs", object_kind="round", object_id=round_id, now=now,
                 details={"pairs": len(done)})


def do_not_wait(session: Session, round_id: int, staff_id: int, *, actor: Actor, now: datetime) -> None:
    """A chief does not wait for an editor: what he has chosen counts, the rest is missing."""
    _lock(session, round_id)
    if staff_id not in {one.staff_id for one in _contest(session, round_id).waiting_for}:
        raise NotAllowed("不用等这一位：他已经比完，或者这一轮没有要比的。")
    _seal(session, round_id, staff_id, actor, now)
    audit.record(session, actor=actor, verb="waive_pairs", object_kind="round", object_id=round_id, now=now,
                 details={"staff": staff_id})


def _may_choose(session: Session, round_id: int, actor: Actor, pair: tuple[int, ...]) -> int:
    """The editor's id, where the round waits for his comparison of these finalists."""
    _lock(session, round_id)
    contest = _contest(session, round_id)
    mine = next((one for one in contest.comparers if one.staff_id == actor.staff_id), None)
    if mine is None or actor.staff_id is None:
        raise NotAllowed("现在没有要比的：名次已经分出来了，或者名单已经评出。")
    if mine.sealed:
        raise NotAllowed("您已经交卷，不能再改。")
    if len(set(pair)) != len(pair) or not set(pair) <= contest.persons.keys():
        raise BadInput("并列的人变了，请刷新以后再比。")
    return actor.staff_id


def _lock(session: Session, round_id: int) -> None:
    """Shared: a pick under way is waited for, and the pick waits for what is being chosen."""
    session.execute(select(Round.id).where(Round.id == round_id).with_for_update(read=True))


def _contest(session: Session, round_id: int) -> Contest:
    state = session.scalar(select(Round.state).where(Round.id == round_id))
    if state is None:
        return Contest({}, ())
    return contest_of(session, compute(session.connection(), round_id), state)


def _forget(session: Session, round_id: int, staff_id: int, low: int, high: int) -> None:
    session.execute(delete(PairChoice).where(
        PairChoice.round_id == round_id, PairChoice.staff_id == staff_id, PairChoice.one_id == low,
        PairChoice.other_id == high).execution_options(synchronize_session="fetch"))


def _seal(session: Session, round_id: int, staff_id: int, actor: Actor, now: datetime) -> None:
    insert_new_row(session.connection(), PairSeal, {
        "round_id": round_id, "staff_id": staff_id, "sealed_by_id": actor.staff_id, "sealed_at": now})
