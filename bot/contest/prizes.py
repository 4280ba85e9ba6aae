"""Prizes of released rounds: claimed, handed over or sent, lapsed, each once (RULES 12, 18). Never commits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import BadInput, NotAllowed, NotFound
from bot.readers import persons
from models.claims import ClaimTerm, PrizeReceipt
from models.contests import Award, Declaration, Round
from models.enums import Bar, Prize, PrizeState, Relation, RoundState
from models.work_enums import LapseReason

HANDED_FROM = (PrizeState.TO_BE_CLAIMED, PrizeState.CLAIMED)
LONGEST_NOTE = 60
MOST_FEN = 100_000_000
_MOBILE = re.compile(r"(?<![0-9])1[3-9](?:[ -]?[0-9]){9}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Receipt:
    """签收: a number or a word of whoever handed over; `price_fen`: what this souvenir cost, where it is said here."""

    note: str = ""
    price_fen: int | None = None


NO_RECEIPT = Receipt()

BARS = {Relation.STAFF: Bar.STAFF, Relation.RELATIVE: Bar.RELATIVE}


def declare(session: Session, award_id: int, relation: Relation, *, actor: Actor, now: datetime) -> bool:
    """The winner was asked whether he is staff or a relative (RULES 12), and his answer is kept.

    False: he may not have it; the prize lapses and he wins nothing from now on.
    """
    award = released(session, award_id, lock=True)
    session.merge(Declaration(award_id=award_id, relation=relation, staff_id=actor.staff_id, asked_at=now))
    session.flush()
    if relation is Relation.NEITHER:
        return True
    _lapse(session, award, LapseReason.RELATION, "refuse_prize", actor=actor, now=now)
    persons.bar(session, award.reader_id, BARS[relation], "领奖时本人说的", actor=actor, now=now)
    return False


def mark_claimed(session: Session, award_id: int, *, actor: Actor, now: datetime, details: Mapping[str, Any]) -> None:
    """He has said how he wants to have it; see bot.claiming.claims."""
    award = released(session, award_id, lock=True)
    _move(session, award, (PrizeState.TO_BE_CLAIMED,), PrizeState.CLAIMED, "claim_prize", actor=actor, now=now,
          details=details)


def hand_over(session: Session, award_id: int, relation: Relation | None, *, actor: Actor, now: datetime,
              details: Mapping[str, Any] | None = None, receipt: Receipt = NO_RECEIPT) -> bool:
    """It was given to him, or sent. `relation`: his answer, where he was not asked before.

    True: handed over. False: he may not have it, as `declare` says.
    """
    award = released(session, award_id, lock=True)
    if relation is None and session.get(Declaration, award_id) is None:
        raise BadInput("请先问清是不是本报工作人员或他们的亲属，再登记。")
    if award.state not in HANDED_FROM:
        raise NotAllowed(_SETTLED)
    if relation is not None and not declare(session, award_id, relation, actor=actor, now=now):
        return False
    _move(session, award, HANDED_FROM, PrizeState.HANDED_OVER, "hand_over", actor=actor, now=now, details=details)
    enter_receipt(session, award_id, receipt, actor=actor, now=now)
    return True


def enter_receipt(session: Session, award_id: int, receipt: Receipt, *, actor: Actor, now: datetime) -> bool:
    """What was signed, and what the souvenir cost: entered, mended, or taken away where `receipt` says nothing.

    Whether anything changed. NotAllowed before the prize is handed over; BadInput for what does not belong there.
    """
    award = released(session, award_id, lock=True)
    wanted = _checked(award, receipt)
    kept = session.get(PrizeReceipt, award_id)
    if wanted == (Receipt(kept.note, kept.price_fen) if kept is not None else NO_RECEIPT):
        return False
    if award.state is not PrizeState.HANDED_OVER:
        raise NotAllowed("奖品发出去以后再登记签收。")
    if kept is not None and wanted == NO_RECEIPT:
        session.delete(kept)
    else:
        session.merge(PrizeReceipt(award_id=award_id, note=wanted.note, price_fen=wanted.price_fen, staff_id=actor.staff_id,
                                   entered_at=now))
    session.flush()
    audit.record(session, actor=actor, verb="enter_receipt", object_kind="award", object_id=award_id, now=now,
                 details={"noted": bool(wanted.note), "price_fen": wanted.price_fen})
    return True


def _checked(award: Award, receipt: Receipt) -> Receipt:
    """As it is kept: one line, without what no screen and no table can show."""
    readable = "".join(one if unicodedata.category(one)[0] != "C" or one.isspace() else "" for one in receipt.note)
    note = " ".join(readable.split())
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"签收最多写 {LONGEST_NOTE} 个字。")
    if _MOBILE.search(unicodedata.normalize("NFKC", note)):
        raise BadInput("签收里不写电话，写单子的编号或一句话就好。")
    if receipt.price_fen is not None and award.prize is Prize.BEST:
        raise BadInput("奖金是定好的，不用填价钱。")
    if receipt.price_fen is not None and not 0 < receipt.price_fen <= MOST_FEN:
        raise BadInput("价钱要大于 0，最多一百万元。")
    return Receipt(note, receipt.price_fen)


def lapse(session: Session, award_id: int, *, reason: LapseReason, actor: Actor, now: datetime) -> None:
    """Nobody gets it under this name any more. Whether it moves on to another is decided elsewhere (RULES 18)."""
    _lapse(session, released(session, award_id, lock=True), reason, "lapse_prize", actor=actor, now=now)


def released(session: Session, award_id: int, *, lock: bool = False) -> Award:
    """The award, of a released round; NotFound, NotAllowed. `lock`: whoever else acts on it waits for the commit."""
    award = session.get(Award, award_id, with_for_update=lock or None, populate_existing=lock)
    if award is None:
        raise NotFound("没有这项获奖。")
    if session.get_one(Round, award.round_id).state is not RoundState.RELEASED:
        raise NotAllowed("名单发布后才能发奖。")
    return award


def _lapse(session: Session, award: Award, reason: LapseReason, verb: str, *, actor: Actor, now: datetime) -> None:
    _move(session, award, HANDED_FROM, PrizeState.LAPSED, verb, actor=actor, now=now, details={"reason": reason.value})
    term = session.get(ClaimTerm, award.id)
    if term is None:
        term = ClaimTerm(award_id=award.id, until=now)
        session.add(term)
    term.lapsed_because = reason
    session.flush()


_SETTLED = "这份奖品已经登记过了。"


def _move(session: Session, award: Award, from_: tuple[PrizeState, ...], to: PrizeState, verb: str, *, actor: Actor,
          now: datetime, details: Mapping[str, Any] | None = None) -> None:
    before = award.state
    done = session.execute(
        update(Award).where(Award.id == award.id, Award.state.in_(from_))
        .values(state=to, state_at=now).execution_options(synchronize_session="fetch")
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowed(_SETTLED)
    audit.record(session, actor=actor, verb=verb, object_kind="award", object_id=award.id, now=now, before=before,
                 after=to, details=dict(details or {}))
