"""Prizes of released rounds: who has which, what he said when he claimed it, that it was handed over. Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import audit, persons
from bot.audit import Actor
from bot.errors import NotAllowed, NotFound
from models.contests import Award, Declaration, Round
from models.enums import Bar, PrizeState, Relation, RoundState

HANDED_FROM = (PrizeState.TO_BE_CLAIMED, PrizeState.CLAIMED)


BARS = {Relation.STAFF: Bar.STAFF, Relation.RELATIVE: Bar.RELATIVE}


def claim(session: Session, award_id: int, relation: Relation, *, actor: Actor, now: datetime) -> bool:
    """The winner was asked whether he is staff or a relative (RULES 12), and his answer is kept.

    True: handed over. False: he may not have it; the prize lapses and he wins nothing from now on.
    """
    award = _released(session, award_id)
    state = PrizeState.HANDED_OVER if relation is Relation.NEITHER else PrizeState.LAPSED
    verb = "hand_over" if relation is Relation.NEITHER else "refuse_prize"
    _move(session, award, state, verb, actor=actor, now=now)
    session.add(Declaration(award_id=award_id, relation=relation, staff_id=actor.staff_id, asked_at=now))
    session.flush()
    if relation is not Relation.NEITHER:
        persons.bar(session, award.reader_id, BARS[relation], "领奖时本人说的", actor=actor, now=now)
    return relation is Relation.NEITHER


def _released(session: Session, award_id: int) -> Award:
    award = session.get(Award, award_id)
    if award is None:
        raise NotFound("没有这项获奖。")
    if session.get_one(Round, award.round_id).state is not RoundState.RELEASED:
        raise NotAllowed("名单发布后才能发奖。")
    return award


def _move(session: Session, award: Award, to: PrizeState, verb: str, *, actor: Actor, now: datetime) -> None:
    before = award.state
    done = session.execute(
        update(Award).where(Award.id == award.id, Award.state.in_(HANDED_FROM))
        .values(state=to, state_at=now).execution_options(synchronize_session="fetch")
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowed("这份奖品已经登记过了。")
    audit.record(session, actor=actor, verb=verb, object_kind="award", object_id=award.id, now=now, before=before,
                 after=to)
