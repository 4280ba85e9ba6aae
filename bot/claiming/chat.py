"""What a winner is told of his prize: in his notice, and in the chat when he says 领奖. Writes terms only; never commits."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import Session

from bot.claiming import keys
from bot.claiming.keys import NoKey
from bot.claiming.terms import Terms
from bot.dialogue import claim_phrases
from models.claims import ClaimContact, ClaimTerm, PrizeClaim
from models.contests import Award, Round
from models.enums import PrizeState, RoundState
from models.readers import Reader
from models.work_enums import ContactKind, Receiving

log = logging.getLogger(__name__)


def set_term(session: Session, award_id: int, terms: Terms, *, now: datetime) -> datetime:
    """Until when a prize may be claimed that its winner is told of now; a term that was set before stays."""
    term = session.get(ClaimTerm, award_id)
    if term is None:
        term = ClaimTerm(award_id=award_id, until=terms.ends(now))
        session.add(term)
        session.flush()
    return term.until


def how(until: datetime, terms: Terms) -> str:
    """How he comes to it, and until when. No link: that is given when he asks, for half an hour."""
    return claim_phrases.invitation(terms.last_day(until), page=terms.has_page, place=terms.place, phone=terms.phone,
                                    hours=terms.hours)


def answer(db: Connection, person_id: int, terms: Terms) -> str:
    """The prizes of all his readers that wait for him."""
    rows = db.execute(
        select(Award.id, Award.state, Round.month, ClaimTerm.until, PrizeClaim.receiving)
        .join(Round, Round.id == Award.round_id).join(Reader, Reader.id == Award.reader_id)
        .outerjoin(ClaimTerm, ClaimTerm.award_id == Award.id).outerjoin(PrizeClaim, PrizeClaim.award_id == Award.id)
        .where(Reader.person_id == person_id, Round.state == RoundState.RELEASED, Award.state.in_(
            (PrizeState.TO_BE_CLAIMED, PrizeState.CLAIMED))).order_by(Round.month, Award.id)).all()
    return claim_phrases.asked([_of(db, row, terms) for row in rows], code=terms.has_page and any(map(_on_page, rows)))


def _on_page(row: Row[int, PrizeState, str, datetime, Receiving | None]) -> bool:
    return row.state is PrizeState.TO_BE_CLAIMED and row.until is not None


def _of(db: Connection, row: Row[int, PrizeState, str, datetime, Receiving | None], terms: Terms) -> str:
    month = int(row.month[5:])
    if row.state is PrizeState.TO_BE_CLAIMED:
        if row.until is None:  # released before prizes had a term; a job gives it one
            return claim_phrases.to_claim(month, claim_phrases.come(terms.place, terms.phone, terms.hours))
        if not terms.has_page:
            return claim_phrases.to_claim(month, how(row.until, terms))
        return claim_phrases.to_claim(month, claim_phrases.link(
            terms.last_day(row.until), terms.link(row.id), place=terms.place, phone=terms.phone, hours=terms.hours))
    if row.receiving is Receiving.POST:
        return claim_phrases.to_be_sent(month)
    word = _word(db, row.id, terms)
    if word is None:
        return claim_phrases.word_unreadable(month, phone=terms.phone)
    return claim_phrases.word(month, word, place=terms.place, phone=terms.phone, hours=terms.hours)


def _word(db: Connection, award_id: int, terms: Terms) -> str | None:
    row = db.execute(select(ClaimContact.key_id, ClaimContact.sealed).where(
        ClaimContact.award_id == award_id, ClaimContact.kind == ContactKind.CODE_WORD)).first()
    if row is None:
        return None
    try:
        return keys.load(terms.keys).open(award_id, ContactKind.CODE_WORD, row.key_id, row.sealed)
    except NoKey:
        log.warning("the code word of award %d cannot be read: a key is missing", award_id)
        return None
