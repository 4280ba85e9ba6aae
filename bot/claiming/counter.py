"""What the prize role does: looks at contact data, checks the code word, hands over, sends, lets go (RULES 17, 18).

Writes with an audit entry; never commits. A look is logged before anything is given.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.claiming import claims, code_words
from bot.claiming.keys import Keys
from bot.contest import prizes
from bot.errors import BadInput, NotAllowed, NotFound
from models.claims import ClaimContact, PrizeClaim
from models.enums import PrizeState, Relation, Role
from models.staff import Staff
from models.work_enums import ContactKind, LapseReason, Receiving

ONLY_PRIZES = "电话和地址只有负责发奖的同事能看。"
WRONG_WORD = "暗号对不上。请对方在公众号里回“领奖”再看一眼；实在没有，核对过人以后勾选“没有暗号”。"
BY_HAND = (LapseReason.NOT_WANTED, LapseReason.NOT_FETCHED)
"""Why a person lets a prize go; the other reasons are told by the claim and by the calendar."""


def may_see(session: Session, staff_id: int) -> bool:
    """The prize role; where nobody holds it, whoever may hand over (RULES 21)."""
    return session.get_one(Staff, staff_id).role is Role.PRIZES or not _has_prize_role(session)


def _has_prize_role(session: Session) -> bool:
    return session.scalar(select(Staff.id).where(Staff.role == Role.PRIZES, Staff.active.is_(True)).limit(1)) is not None


def see(session: Session, award_id: int, keys: Keys, *, actor: Actor, now: datetime) -> dict[ContactKind, str]:
    """What the winner gave, without his code word: that is for him to say. NoKey, NotAllowed; NotFound where nothing is kept."""
    if actor.staff_id is None or not may_see(session, actor.staff_id):
        raise NotAllowed(ONLY_PRIZES)
    prizes.released(session, award_id)
    kinds = sorted(session.scalars(select(ClaimContact.kind).where(
        ClaimContact.award_id == award_id, ClaimContact.kind != ContactKind.CODE_WORD)))
    if not kinds:
        raise NotFound("没有留联系方式。")
    audit.record(session, actor=actor, verb="see_contact", object_kind="award", object_id=award_id, now=now,
                 details={"kinds": [kind.value for kind in kinds]} | (
                     {"same_person": True} if not _has_prize_role(session) else {}))
    session.flush()
    opened = claims.contact_of(session, award_id, keys)
    return {kind: opened[kind] for kind in kinds}


def hand_over(session: Session, award_id: int, relation: Relation | None, *, said: str, without_word: bool, keys: Keys | None,
              actor: Actor, now: datetime, receipt: prizes.Receipt = prizes.NO_RECEIPT) -> bool:
    """At the counter, or sent. Of a claimed prize the code word is checked first (`keys` None: it cannot be read).

    False: he may not have it, as `prizes.hand_over` says.
    """
    award = prizes.released(session, award_id, lock=True)
    kept = session.get(PrizeClaim, award_id)
    if kept is None or award.state is not PrizeState.CLAIMED:
        return prizes.hand_over(session, award_id, relation, actor=actor, now=now, receipt=receipt)
    details: dict[str, object] = {"receiving": kept.receiving.value}
    if kept.receiving is Receiving.PICK_UP:
        fits = _fits(session, award_id, said, keys)
        if not fits and not without_word:
            raise BadInput(WRONG_WORD)
        details["word"] = fits
    return prizes.hand_over(session, award_id, None, actor=actor, now=now, details=details, receipt=receipt)


def _fits(session: Session, award_id: int, said: str, keys: Keys | None) -> bool:
    row = session.get(ClaimContact, (award_id, ContactKind.CODE_WORD))
    if row is None or keys is None or not said.strip():
        return False
    return code_words.same(said, keys.open(award_id, row.kind, row.key_id, row.sealed))


def let_go(session: Session, award_id: int, reason: LapseReason, *, actor: Actor, now: datetime) -> None:
    """He does not want it, or never came though he had claimed it."""
    award = prizes.released(session, award_id, lock=True)
    if reason not in BY_HAND or (reason is LapseReason.NOT_FETCHED and award.state is not PrizeState.CLAIMED):
        raise BadInput("请选一个缘由。")
    prizes.lapse(session, award_id, reason=reason, actor=actor, now=now)
