"""Prizes of released rounds: who has which, and that it was handed over. Writes; never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import NotAllowed, NotFound
from models.contests import Award, Round
from models.enums import PrizeState, RoundState

HANDED_FROM = (PrizeState.TO_BE_CLAIMED, PrizeState.CLAIMED)


def mark_handed_over(session: Session, award_id: int, *, actor: Actor, now: datetime) -> None:
    """Ticks off one prize. NotAllowed before the release, or when it was ticked off before."""
    award = session.get(Award, award_id)
    if award is None:
        raise NotFound("没有这项获奖。")
    if session.get_one(Round, award.round_id).state is not RoundState.RELEASED:
        raise NotAllowed("名单发布后才能发奖。")
    before = award.state
    done = session.execute(
        update(Award).where(Award.id == award_id, Award.state.in_(HANDED_FROM))
        .values(state=PrizeState.HANDED_OVER, state_at=now).execution_options(synchronize_session="fetch")
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowed("这份奖品已经登记过了。")
    audit.record(session, actor=actor, verb="hand_over", object_kind="award", object_id=award_id, now=now,
                 before=before, after=PrizeState.HANDED_OVER)
