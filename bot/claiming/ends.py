"""What time does to claims: reminders, the end, and the deletion of what was given (RULES 17, 18). Work of two jobs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, and_, or_, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.claiming import chat, claims
from bot.claiming.terms import Terms
from bot.contest import prizes
from bot.dialogue import claim_phrases
from bot.outbox import queue
from models.claims import ClaimContact, ClaimTerm, PrizeClaim
from models.contests import Award, Round
from models.enums import PrizeState, RoundState
from models.readers import Reader
from models.session import reading, writing
from models.work_enums import LapseReason

REMINDED = (timedelta(days=7), timedelta(days=2))
"""So long before the end a winner who has not claimed is reminded; the later one last."""
OPEN = (PrizeState.TO_BE_CLAIMED, PrizeState.CLAIMED)


def tend(engine: Engine, terms: Terms, *, actor: Actor, now: datetime) -> dict[str, int]:
    """Gives prizes without one a term, reminds, ends. One transaction a prize."""
    counts = {
        "terms": _each(engine, _without_term, lambda session, award_id: _give_term(session, award_id, terms, now)),
        "reminded": _each(engine, lambda session: _nearing(session, now),
                          lambda session, award_id: _remind(session, award_id, terms, now)),
        "lapsed": _each(engine, lambda session: _over(session, now),
                        lambda session, award_id: _lapse(session, award_id, actor, now)),
    }
    return {word: number for word, number in counts.items() if number}


def _each(engine: Engine, due: Callable[[Session], list[int]], act: Callable[[Session, int], bool]) -> int:
    with reading(engine) as session:
        ids = due(session)
    done = 0
    for award_id in ids:
        with writing(engine) as session:
            done += act(session, award_id)
    return done


def _without_term(session: Session) -> list[int]:
    """Released before prizes had an end, or moved on to somebody: their time begins now."""
    return list(session.scalars(
        select(Award.id).join(Round, Round.id == Award.round_id).outerjoin(ClaimTerm, ClaimTerm.award_id == Award.id)
        .where(Round.state == RoundState.RELEASED, Award.state == PrizeState.TO_BE_CLAIMED, ClaimTerm.award_id.is_(None))
        .order_by(Award.id)))


def _give_term(session: Session, award_id: int, terms: Terms, now: datetime) -> bool:
    chat.set_term(session, award_id, terms, now=now)
    return True


def _nearing(session: Session, now: datetime) -> list[int]:
    return _to_be_claimed(session, ClaimTerm.until > now, ClaimTerm.until <= now + max(REMINDED))


def _over(session: Session, now: datetime) -> list[int]:
    return _to_be_claimed(session, ClaimTerm.until <= now)


def _to_be_claimed(session: Session, *when: object) -> list[int]:
    """What was claimed in time never ends by itself: a person lets it go."""
    return list(session.scalars(select(Award.id).join(ClaimTerm, ClaimTerm.award_id == Award.id).where(
        Award.state == PrizeState.TO_BE_CLAIMED, *when).order_by(Award.id)))  # type: ignore[arg-type]


def _remind(session: Session, award_id: int, terms: Terms, now: datetime) -> bool:
    """The one reminder that is due; after downtime not two at once."""
    award, until = session.get_one(Award, award_id), session.get_one(ClaimTerm, award_id).until
    if award.state is not PrizeState.TO_BE_CLAIMED:
        return False
    due = min(span for span in REMINDED if until <= now + span)
    days = (terms.last_day(until) - terms.last_day(now + timedelta(seconds=1))).days + 1
    text = claim_phrases.reminder(_month(session, award), days, chat.how(until, terms))
    sent = queue.enqueue(session.connection(), reader_id=award.reader_id, kind="award", text=text, now=now,
                         key=f"claim-reminder-{award_id}-{due.days}", expires_at=until)
    return sent is not None


def _lapse(session: Session, award_id: int, actor: Actor, now: datetime) -> bool:
    award = prizes.released(session, award_id, lock=True)
    if award.state is not PrizeState.TO_BE_CLAIMED:
        return False  # claimed or handed over in between
    prizes.lapse(session, award_id, reason=LapseReason.NOT_CLAIMED, actor=actor, now=now)
    queue.enqueue(session.connection(), reader_id=award.reader_id, kind="award", now=now,
                  text=claim_phrases.lapsed(_month(session, award)), key=f"claim-over-{award_id}")
    return True


def _month(session: Session, award: Award) -> int:
    return int(session.get_one(Round, award.round_id).month[5:])


def forget_contact(engine: Engine, terms: Terms, *, actor: Actor, now: datetime) -> int:
    """Deletes what was given for prizes that were handed over, or lapsed, long enough ago, at once where the winner has
    left or had himself erased (RULES 20); the trail says of which and what."""
    before = now - timedelta(days=terms.keep_days)
    gone = or_(Reader.erased_at.is_not(None), and_(Reader.unfollowed_at.is_not(None), Reader.openid.is_(None)))

    def due(session: Session) -> list[int]:
        kept = select(ClaimContact.award_id).where(ClaimContact.award_id == PrizeClaim.award_id)
        return list(session.scalars(
            select(PrizeClaim.award_id).join(Award, Award.id == PrizeClaim.award_id)
            .join(Reader, Reader.id == Award.reader_id).where(
                Award.state.not_in(OPEN), or_(Award.state_at <= before, gone),
                or_(PrizeClaim.contact_deleted_at.is_(None), kept.exists())).order_by(PrizeClaim.award_id)))

    def act(session: Session, award_id: int) -> bool:
        kinds = claims.contact_goes(session, award_id, now=now)
        audit.record(session, actor=actor, verb="delete_contact", object_kind="award", object_id=award_id, now=now,
                     details={"kinds": [kind.value for kind in kinds]})
        return True

    return _each(engine, due, act)
