"""A winner's claim: on his page, or entered by staff after the notice was read out (RULES 17). Never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import SCHEDULER, Actor
from bot.claiming import code_words, filling
from bot.claiming.filling import Filled
from bot.claiming.keys import Keys
from bot.claiming.terms import Terms
from bot.contest import prizes
from bot.contest.announcing import prize_words
from bot.contest.rules import from_json
from bot.dialogue import claim_phrases
from bot.dialogue.claim_phrases import NOTICE_VERSION
from bot.errors import NotAllowed, Stale, WoodpeckerError
from bot.outbox import queue
from models.claims import ClaimContact, ClaimTerm, PrizeClaim
from models.contests import Award, Round, RuleSet
from models.enums import Prize, PrizeState
from models.work_enums import ClaimWay, ContactKind, LapseReason, Receiving

ON_HIS_PAGE = SCHEDULER
"""The doer, in the audit trail, of what a winner does on his page: no member of staff; the claim's own row says how."""
CLAIMED_MEANWHILE = "读者刚才自己登记好了，什么都没有改。要用这里填的盖掉他留的，请跟他说好，再按一次“登记”。"


class Unclear(WoodpeckerError):
    """What was filled in cannot be taken; `fields`: why, by the name of the field. Nothing was saved."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("还有几处要补上，已经填的都在。")
        self.fields = fields


class Over(NotAllowed):
    """The time to claim it is past, or somebody has claimed or settled it; `claimed`: it was claimed."""

    def __init__(self, sentence: str, *, claimed: bool = False) -> None:
        super().__init__(sentence)
        self.claimed = claimed


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be claimed, and how. `taxed`: what of it the tax takes, or who pays that; empty where nothing is to say."""

    award_id: int
    month: str
    prize: Prize
    what: str
    taxed: str
    until: datetime | None
    may_post: bool
    age: int  # under it a guardian claims


def offer(session: Session, award_id: int, terms: Terms) -> Offer:
    """NotFound, or NotAllowed before the release."""
    award = prizes.released(session, award_id)
    round_ = session.get_one(Round, award.round_id)
    rules = from_json(session.get_one(RuleSet, round_.rule_set_id).rules)
    term = session.get(ClaimTerm, award_id)
    return Offer(award_id, round_.month, award.prize, prize_words.plain(rules, award.prize),
                 prize_words.taxed(rules, award.prize), term.until if term else None,
                 terms.by_post and award.prize is not Prize.BEST, rules.guardian_under_age)


def rows_of(session: Session, award_id: int) -> Row[Award, Round, RuleSet, ClaimTerm] | None:
    """What is read of a prize, in one query. While somebody holds it nothing of it is read again: what nobody holds the
    session forgets."""
    return session.execute(
        select(Award, Round, RuleSet, ClaimTerm).join(Round, Round.id == Award.round_id)
        .join(RuleSet, RuleSet.id == Round.rule_set_id).outerjoin(ClaimTerm, ClaimTerm.award_id == Award.id)
        .where(Award.id == award_id)).first()


def check_open(session: Session, award_id: int, *, now: datetime) -> None:
    """Whether the page still takes the claim; Over."""
    award, term = prizes.released(session, award_id), session.get(ClaimTerm, award_id)
    if award.state is PrizeState.CLAIMED:
        raise Over("这份奖品已经登记好了，链接只能用一次。", claimed=True)
    if award.state is PrizeState.HANDED_OVER:
        raise Over("这份奖品已经领走了。", claimed=True)
    refused = term is not None and term.lapsed_because is LapseReason.RELATION
    if award.state is PrizeState.LAPSED or (term is not None and term.until <= now):
        raise Over("这份奖品不能领了。" if refused else "领取的日子已经过了。")


def claim(session: Session, award_id: int, filled: Filled, *, way: ClaimWay, keys: Keys, terms: Terms, actor: Actor,
          now: datetime, mends: bool = True) -> str | None:
    """Keeps the claim; the code word to say at the counter. None: he may not have the prize (RULES 12), nothing is kept.

    Unclear names every field that is wrong; Over. Staff may enter it after its end and once more, to mend it; Stale where
    the winner has claimed it himself since, unless whoever enters it `mends` what he knows of.
    """
    prizes.released(session, award_id, lock=True)
    offered, plain = offer(session, award_id, terms), filling.tidied(filled)
    if way is ClaimWay.PAGE:
        check_open(session, award_id, now=now)
    wrong = filling.problems(plain, may_post=offered.may_post, age=offered.age)
    if wrong:
        raise Unclear(wrong)
    assert plain.relation is not None
    assert plain.receiving is not None
    mended = session.get_one(Award, award_id).state is PrizeState.CLAIMED
    if mended and not mends and session.get_one(PrizeClaim, award_id).way is ClaimWay.PAGE:
        raise Stale(CLAIMED_MEANWHILE)
    if not prizes.declare(session, award_id, plain.relation, actor=actor, now=now):
        contact_goes(session, award_id, now=now)
        return None
    details = {"way": way.value, "receiving": plain.receiving.value}
    if mended:
        audit.record(session, actor=actor, verb="mend_claim", object_kind="award", object_id=award_id, now=now,
                     details=details)
    else:
        prizes.mark_claimed(session, award_id, actor=actor, now=now, details=details)
    return _keep(session, award_id, plain, way, keys, actor, now)


def _keep(session: Session, award_id: int, filled: Filled, way: ClaimWay, keys: Keys, actor: Actor,
          now: datetime) -> str:
    assert filled.receiving is not None
    session.execute(delete(ClaimContact).where(ClaimContact.award_id == award_id))
    session.merge(PrizeClaim(
        award_id=award_id, way=way, staff_id=actor.staff_id, receiving=filled.receiving, notice_version=NOTICE_VERSION,
        guardian_agreed_at=now if filled.under_age else None, claimed_at=now, contact_deleted_at=None))
    session.flush()
    word = code_words.new()
    for kind, text in (filling.contacts(filled) | {ContactKind.CODE_WORD: word}).items():
        closed = keys.seal(award_id, kind, text)
        session.add(ClaimContact(award_id=award_id, kind=kind, key_id=closed.key_id, sealed=closed.text))
    session.flush()
    month = int(session.get_one(Round, session.get_one(Award, award_id).round_id).month[5:])
    queue.enqueue(session.connection(), reader_id=session.get_one(Award, award_id).reader_id, kind="award", now=now,
                  text=claim_phrases.claimed(month), key=f"claimed-{award_id}-{now:%Y%m%d%H%M%S}")
    return word


def contact_of(session: Session, award_id: int, keys: Keys) -> dict[ContactKind, str]:
    """All that is kept of a claim, opened; NoKey. Whoever shows it to staff logs that: see bot.claiming.counter."""
    rows = session.scalars(select(ClaimContact).where(ClaimContact.award_id == award_id)).all()
    return {row.kind: keys.open(award_id, row.kind, row.key_id, row.sealed) for row in rows}


def contact_goes(session: Session, award_id: int, *, now: datetime) -> list[ContactKind]:
    """Deletes whatever was given; which kinds."""
    gone = session.scalars(delete(ClaimContact).where(ClaimContact.award_id == award_id)
                           .returning(ClaimContact.kind)).all()
    kept = session.get(PrizeClaim, award_id)
    if kept is not None and kept.contact_deleted_at is None:
        kept.contact_deleted_at = now
        session.flush()
    return sorted(gone)


def by_post(session: Session, award_id: int) -> bool:
    kept = session.get(PrizeClaim, award_id)
    return kept is not None and kept.receiving is Receiving.POST
