"""What the demo's newsroom put right on the last released list: a name that was printed short."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.contest.after_pick import amends
from models.contests import Award, Round
from models.enums import AwardOrigin, RoundState

LEFT_OUT = "爱读报的"
REASON = f"读者来信说名字前面还有“{LEFT_OUT}”几个字，登报时漏了"


def correct_a_name(session: Session, *, drafter: Actor, chief: Actor, now: datetime) -> None:
    """One of the winners of the newest released list, drafted by an editor and let go by the chief."""
    award = session.scalars(
        select(Award).join(Round, Round.id == Award.round_id)
        .where(Round.state == RoundState.RELEASED, Award.origin == AwardOrigin.PICKED)
        .order_by(Round.month.desc(), Award.place.desc()).limit(1)).one()
    made = amends.draft_name(session, award.id, f"{LEFT_OUT}{award.printed_name}", REASON, actor=drafter, now=now)
    amends.release(session, made, amends.plan(session, made).seen, actor=chief, now=now)
