"""Prizes of released rounds: claimed, handed over or sent, lapsed, each once (RULES 12, 18). Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import audit, persons
from bot.audit import Actor
from bot.errors import BadInput, NotAllowed, NotFound
from models.claims import ClaimTerm
from models.contests import Award, Declaration, Round
from models.enums import Bar, PrizeState, Relation, RoundState
from models.work_enums import LapseReason

HANDED_FROM = (PrizeState.TO_BE_CLAIMED, PrizeState.CLAIMED)


BARS = {Relation.STAFF: Bar.STAFF, Relation.RELATIVE: Bar.RELATIVE}


def declare(session: Session, award_id: int, relation: Relation, *, actor: Actor, now: datetime) -> bool:
    """The winner was asked whether he is staff or a relative (RULES 12), and his answer is kept.

    False: he may not have it; the prize lapses and he wins nothing from now on.
    """
    award = released(session, award_id, lock=True)
    session.merge(Declaration(award_id=award_id, relation=relation, staff_id=actor.staff_id, asked_at=now))
    session.flush()
    if relation is Relation.NEITHER:
        return True
    _lapse(session, award, LapseReason.RELATION, "refuse_prize", actor=actor, now=now)
    persons.bar(session, award.reader_id, BARS[relation], "领奖时本人说的", actor=actor, now=now)
    return False


def mark_claimed(session: Session, award_id: int, *, actor: Actor, now: datetime, details: Mapping[str, Any]) -> None:
    """He has said how he wants to have it; see bot.claiming.claims."""
    award = released(session, award_id, lock=True)
    _move(session, award, (PrizeState.TO_BE_CLAIMED,), PrizeState.CLAIMED, "claim_prize", actor=actor, now=now,
          details=details)


def hand_over(session: Session, award_id: int, relation: Relation | None, *, actor: Actor, now: datetime,
              details: Mapping[str, Any] | None = None) -> bool:
    """It was given to him, or sent. `relation`: his answer, where he was not asked before.

    True: handed over. False: he may not have it, as `declare` says.
    """
    award = released(session, award_id, lock=True)
    if relation is None and session.get(Declaration, award_id) is None:
        raise BadInput("请先问清是不是本报工作人员或他们的亲属，再登记。")
    if award.state not in HANDED_FROM:
        raise NotAllowed(_SETTLED)
    if relation is not None and not declare(session, award_id, relation, actor=actor, now=now):
        return False
    _move(session, award, HANDED_FROM, PrizeState.HANDED_OVER, "hand_over", actor=actor, now=now, details=details)
    return True


def lapse(session: Session, award_id: int, *, reason: LapseReason, actor: Actor, now: datetime) -> None:
    """Nobody gets it under this name any more. Whether it moves on to another is decided elsewhere (RULES 18)."""
    _lapse(session, released(session, award_id, lock=True), reason, "lapse_prize", actor=actor, now=now)


def released(session: Session, award_id: int, *, lock: bool = False) -> Award:
    """The award, of a released round; NotFound, NotAllowed. `lock`: whoever else acts on it waits for the commit."""
    award = session.get(Award, award_id, with_for_update=lock or None, populate_existing=lock)
    if award is None:
        raise NotFound("没有这项获奖。")
    if session.get_one(Round, award.round_id).state is not RoundState.RELEASED:
        raise NotAllowed("名单发布后才能发奖。")
    return award


def _lapse(session: Session, award: Award, reason: LapseReason, verb: str, *, actor: Actor, now: datetime) -> None:
    _move(session, award, HANDED_FROM, PrizeState.LAPSED, verb, actor=actor, now=now, details={"reason": reason.value})
    term = session.get(ClaimTerm, award.id)
    if term is None:
        term = ClaimTerm(award_id=award.id, until=now)
        session.add(term)
    term.lapsed_because = reason
    session.flush()


_SETTLED = "这份奖品已经登记过了。"


def _move(session: Session, award: Award, from_: tuple[PrizeState, ...], to: PrizeState, verb: str, *, actor: Actor,
          now: datetime, details: Mapping[str, Any] | None = None) -> None:
    before = award.state
    done = session.execute(
        update(Award).where(Award.id == award.id, Award.state.in_(from_))
        .values(state=to, state_at=now).execution_options(synchronize_session="fetch")
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowed(_SETTLED)
    audit.record(session, actor=actor, verb=verb, object_kind="award", object_id=award.id, now=now, before=before,
                 after=to, details=dict(details or {}))
