"""The certificates of a released round's winners, with the names they were printed with. Only reads; never commits.

Whoever lost his prize, or left a souvenir for the best one, gets none for it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import SHANGHAI
from bot.contest.announcing import drafts
from bot.contest.prizes import released
from bot.errors import NotAllowed, NotFound
from bot.printing import certificate
from bot.printing.certificate import Certificate
from models.contests import Award, Round
from models.enums import PrizeState, RoundState


def deserved(state: PrizeState, *, vacated: bool) -> bool:
    """Whether there is a certificate for such a prize."""
    return state is not PrizeState.LAPSED and not vacated


def of_award(session: Session, award_id: int) -> Certificate:
    """NotFound; NotAllowed before the release, and for a prize that its winner has no longer."""
    award = released(session, award_id)
    if not deserved(award.state, vacated=award.vacated_at is not None):
        raise NotAllowed("这份奖不再是他的，没有证书。")
    return _of(session.get_one(Round, award.round_id), award)


def of_round(session: Session, round_id: int) -> tuple[Certificate, ...]:
    """Of all winners, the best first, the others by name: the ten have no order. NotFound, NotAllowed."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("没有这一轮。")
    if round_.state is not RoundState.RELEASED:
        raise NotAllowed("名单发布后才有证书。")
    awards = session.scalars(select(Award).where(Award.round_id == round_id)
                             .order_by(Award.prize, Award.printed_name, Award.id))
    found = tuple(_of(round_, award) for award in awards
                  if deserved(award.state, vacated=award.vacated_at is not None))
    if not found:
        raise NotFound("这一轮没有要发的证书。")
    return found


def draw(certificates: tuple[Certificate, ...], *, now: datetime) -> bytes:
    """One PDF, a page for each."""
    return certificate.draw(certificates, made_at=now)


def _of(round_: Round, award: Award) -> Certificate:
    assert round_.released_at is not None, "a released round has its time"
    titles = drafts.titles_of(round_.contest) or [round_.contest.account_title]  # where no paper is left
    return Certificate(
        award.printed_name or "微信读者", award.prize, round_.month, round_.contest.name,
        "".join(f"《{title}》" for title in titles), "、".join(titles), round_.released_at.astimezone(SHANGHAI).date())
