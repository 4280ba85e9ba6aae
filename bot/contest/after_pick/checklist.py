"""What people do once a round is released, outside of this program: ticked off, and taken back. Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import NotAllowed, NotFound
from models.contests import Round, RoundTick
from models.enums import ReleaseStep, RoundState
from models.session import insert_new_row


def tick(session: Session, round_id: int, step: ReleaseStep, *, actor: Actor, now: datetime) -> None:
    """The step is done. Of two who tick it at once the first one's name stands."""
    _released(session, round_id)
    if insert_new_row(session.connection(), RoundTick, {"round_id": round_id, "step": step,
                                                        "staff_id": actor.staff_id, "ticked_at": now}):
        audit.record(session, actor=actor, verb="tick_step", object_kind="round", object_id=round_id, now=now,
                     details={"step": step.value})


def untick(session: Session, round_id: int, step: ReleaseStep, *, actor: Actor, now: datetime) -> None:
    """The step is not done after all."""
    _released(session, round_id)
    done = session.connection().execute(delete(RoundTick).where(RoundTick.round_id == round_id, RoundTick.step == step))
    if done.rowcount == 1:
        audit.record(session, actor=actor, verb="untick_step", object_kind="round", object_id=round_id, now=now,
                     details={"step": step.value})


def _released(session: Session, round_id: int) -> None:
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("没有这一轮。")
    if round_.state is not RoundState.RELEASED:
        raise NotAllowed("名单发布后才有发布清单。")
