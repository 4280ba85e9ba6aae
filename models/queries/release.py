"""Named reads of what is left to do once a round is released. No column of a reader is selected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from models.articles import RoundArticle
from models.contests import Award, RoundTick
from models.enums import ArticleState, OutgoingState, PrizeState, ReleaseStep
from models.outgoing import OutgoingMessage
from models.staff import Staff

IN_THE_ACCOUNT = (ArticleState.DRAFTED, ArticleState.WANTED, ArticleState.SUBMITTING, ArticleState.SUBMITTED,
                  ArticleState.PUBLISHED, ArticleState.BY_HAND)


@dataclass(frozen=True, slots=True)
class StepView:
    """One line of the list. `by_itself`: seen from the records, nobody need tick it; else by whom and when."""

    step: ReleaseStep
    done: bool
    by_itself: bool
    by: str | None = None
    at: datetime | None = None
    left: int = 0  # winners not told yet


def steps(session: Session, round_id: int) -> tuple[StepView, ...]:
    """All of them, in order."""
    untold = _untold(session, round_id)
    article = session.scalar(select(RoundArticle.state).where(RoundArticle.round_id == round_id))
    seen = {ReleaseStep.ARTICLE: article in IN_THE_ACCOUNT, ReleaseStep.WINNERS_TOLD: untold == 0}
    ticked = {row.step: (row.display_name, row.ticked_at) for row in session.execute(
        select(RoundTick.step, RoundTick.ticked_at, Staff.display_name)
        .outerjoin(Staff, Staff.id == RoundTick.staff_id).where(RoundTick.round_id == round_id))}
    return tuple(
        StepView(step, seen.get(step, False) or step in ticked, seen.get(step, False), *ticked.get(step, (None, None)),
                 left=untold if step is ReleaseStep.WINNERS_TOLD else 0)
        for step in ReleaseStep)


def _untold(session: Session, round_id: int) -> int:
    """Winners whom no notice has reached and who have not come for the prize either."""
    key = literal("award-").concat(cast(Award.id, String))  # see bot.contest.drafts.tell_winners
    reached = select(OutgoingMessage.id).where(
        OutgoingMessage.idempotency_key == key, OutgoingMessage.state == OutgoingState.SENT).exists()
    return session.scalar(select(func.count()).select_from(Award).where(
        Award.round_id == round_id, Award.state == PrizeState.TO_BE_CLAIMED, ~reached)) or 0
