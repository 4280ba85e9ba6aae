"""Changes of a released list: drafted with a reason, let go by a second person, printed, never silent (RULES 5, 18, 19, 21).

Writes with an audit entry; never commits. Until it is let go nothing is changed; from then on the first names stay as
they were printed, and the correction stands beside them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.claiming import chat
from bot.claiming.terms import OFFLINE, Terms
from bot.clock import SHANGHAI
from bot.contest.after_pick import moving_on
from bot.contest.after_pick.moving_on import Onwards
from bot.contest.announcing import drafts
from bot.contest.announcing.correction_texts import (
    Change,
    Step,
    Texts,
    correction,
    told_lapsed,
    told_name,
    told_winner,
)
from bot.contest.standing import compute
from bot.errors import BadInput, NotAllowed, NotFound, Stale
from bot.members.staff import nobody_else
from bot.outbox import queue
from models.claims import ClaimTerm
from models.contests import Award, Contest, Round
from models.enums import (
    AwardOrigin,
    ChangeKind,
    CorrectionState,
    Prize,
    PrizeState,
    Role,
    RoundState,
)
from models.queries import round_changes as queries
from models.readers import Reader
from models.round_changes import RoundCorrection
from models.session import insert_new
from models.work_enums import LapseReason

LONGEST_REASON = 200
LONGEST_NAME = 40
LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[ -]?\d){6,}")
GONE = "这位读者已经离开，名字不能再登；要撤下更正，写一句理由就行。"
TWICE = "这项获奖已经起草了一则更正，请先定下来。"


def draft_name(session: Session, award_id: int, name: str, reason: str, *, actor: Actor, now: datetime) -> int:
    """A name was printed wrongly; the id of the draft."""
    award, round_ = _announced(session, award_id)
    name, before = " ".join(name.split()), award.printed_name or ""
    if _has_gone(session, award.reader_id):
        raise NotAllowed(GONE)
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(f"请填正确的名字，不超过{LONGEST_NAME}字。")
    if name == before:
        raise BadInput("这就是现在登着的名字。")
    return _drafted(session, round_.id, ChangeKind.NAME, _public_reason(reason), actor=actor, now=now, award_id=award_id,
                    old_name=before, new_name=name)


def draft_not_entitled(session: Session, award_id: int, reason: str, *, actor: Actor, now: datetime) -> int:
    """A prize was given wrongly, or its winner turns out to be staff; the id of the draft. Another gets it then."""
    award, round_ = _announced(session, award_id)
    if award.state is PrizeState.LAPSED or award.vacated_at is not None or _has_gone_on(session, award_id):
        raise NotAllowed("这份奖已经空出来了。")
    return _drafted(session, round_.id, ChangeKind.NOT_ENTITLED, _public_reason(reason), actor=actor, now=now,
                    award_id=award_id)


def _has_gone(session: Session, reader_id: int) -> bool:
    """Whether he left, or had himself erased: the paper that is out names him, nothing new does (RULES 20)."""
    reader = session.get_one(Reader, reader_id)
    return reader.erased_at is not None or reader.unfollowed_at is not None


def _has_gone_on(session: Session, award_id: int) -> bool:
    """Whether a correction was let go by which another has this prize; what was handed over wrongly stays marked so."""
    return session.scalar(select(RoundCorrection.id).where(
        RoundCorrection.award_id == award_id, RoundCorrection.kind.in_((ChangeKind.NOT_ENTITLED, ChangeKind.MOVED_ON)),
        RoundCorrection.released_at.is_not(None)).limit(1)) is not None


def draft_further(session: Session, round_: Round, reader_id: int, prize: Prize, report_id: int, *, actor: Actor,
                  now: datetime) -> int:
    """An appeal was upheld after the release: nobody loses a printed prize, a further one is awarded (RULES 19)."""
    return _drafted(session, round_.id, ChangeKind.FURTHER, "读者的申诉经另一位编辑复核成立，重新计分后应当获奖", actor=actor,
                    now=now, reader_id=reader_id, prize=prize, report_id=report_id)


def better_further(session: Session, correction_id: int, report_id: int, *, actor: Actor, now: datetime) -> int | None:
    """Another appeal of the same reader was upheld before his further souvenir was let go: the draft is of the best now.
    None where it is of the best already."""
    it = _of(session, correction_id)
    done = session.execute(update(RoundCorrection).where(
        RoundCorrection.id == correction_id, RoundCorrection.state == CorrectionState.DRAFT,
        RoundCorrection.prize == Prize.EXCELLENT).values(prize=Prize.BEST, drafted_by_id=actor.staff_id, drafted_at=now)
        .execution_options(synchronize_session="fetch"))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return None
    audit.record(session, actor=actor, verb="draft_round_correction", object_kind="round", object_id=it.round_id, now=now,
                 after=ChangeKind.FURTHER, details={"change": correction_id, "award": None, "report": report_id})
    return correction_id


def _announced(session: Session, award_id: int) -> tuple[Award, Round]:
    award = session.get(Award, award_id, populate_existing=True)
    if award is None:
        raise NotFound("没有这项获奖。")
    round_ = session.get_one(Round, award.round_id)
    if round_.state is not RoundState.RELEASED:
        raise NotAllowed("名单还没有发布，不用更正。")
    return award, round_


def _public_reason(reason: str) -> str:
    words = " ".join(reason.split())
    if not words or len(words) > LONGEST_REASON:
        raise BadInput(f"请写一句理由，不超过{LONGEST_REASON}字。")
    if LONG_NUMBER.search(words):
        raise BadInput("理由会公开，请不要写电话一类的号码。")
    return words


def _drafted(session: Session, round_id: int, kind: ChangeKind, reason: str, *, actor: Actor, now: datetime,
             **of: object) -> int:
    made = insert_new(session.connection(), RoundCorrection.__table__, {  # type: ignore[arg-type]
        "round_id": round_id, "kind": kind, "state": CorrectionState.DRAFT, "reason": reason,
        "drafted_by_id": actor.staff_id, "drafted_at": now, **of})
    if made is None:
        raise NotAllowed(TWICE)
    audit.record(session, actor=actor, verb="draft_round_correction", object_kind="round", object_id=round_id, now=now,
                 after=kind, details={"change": made, "award": of.get("award_id"), "report": of.get("report_id")})
    return made


@dataclass(frozen=True, slots=True)
class Plan:
    """What letting a draft go would do now: its texts, and where a free prize goes. `seen` stands for all of it, so that
    nobody lets go what he has not looked at."""

    texts: Texts
    onwards: Onwards
    handed_over: bool  # whether some prize that would change hands has been handed over already
    seen: str


def plan(session: Session, correction_id: int) -> Plan:
    """What stands on the screen for whoever is to let it go. Changes nothing."""
    return _plan(session, _of(session, correction_id))


def _of(session: Session, correction_id: int) -> RoundCorrection:
    found = session.get(RoundCorrection, correction_id, populate_existing=True)
    if found is None:
        raise NotFound("没有这则更正。")
    return found


def _plan(session: Session, it: RoundCorrection) -> Plan:
    round_ = session.get_one(Round, it.round_id)
    award = session.get_one(Award, it.award_id) if it.award_id is not None else None
    moves = it.kind in (ChangeKind.NOT_ENTITLED, ChangeKind.MOVED_ON)
    onwards = moving_on.plan(session, round_, award.id) if moves and award is not None else Onwards((), {})
    name: str | None
    if it.kind is ChangeKind.FURTHER:
        assert it.reader_id is not None
        assert it.prize is not None
        name, prize = moving_on.name_of(session, it.round_id, it.reader_id), it.prize
    else:
        assert award is not None, "all others are about a prize"
        name, prize = it.old_name or award.printed_name or "", award.prize
        name = None if moves and _has_gone(session, award.reader_id) else name
    texts = correction(Change(it.kind, round_.month, prize, name, it.reason, right=it.new_name,
                              steps=_steps(session, round_.id, onwards), goes_on=onwards.goes_on))
    leaving = {move.leaves for move in onwards.moves} | ({it.award_id} if it.kind is ChangeKind.NOT_ENTITLED else set())
    handed = session.scalar(select(Award.id).where(Award.id.in_({one for one in leaving if one is not None}),
                                                   Award.state == PrizeState.HANDED_OVER).limit(1)) is not None
    seen = hashlib.sha256(f"{texts.print}\n{onwards.moves}\n{handed}".encode()).hexdigest()[:16]
    return Plan(texts, onwards, handed, seen)


def _steps(session: Session, round_id: int, onwards: Onwards) -> tuple[Step, ...]:
    steps = []
    for move in onwards.moves:
        if move.person_id is None:
            steps.append(Step(move.prize, None))
            continue
        reader_id = drafts.reader_of(session, round_id, move.person_id)
        named = move.leaves is not None and not _has_gone(session, reader_id)
        printed = queries.names(session.connection(), [move.leaves]).get(move.leaves) if named and move.leaves else None
        steps.append(Step(move.prize, printed or moving_on.name_of(session, round_id, reader_id),
                          was=Prize.EXCELLENT if move.leaves is not None else None))
    return tuple(steps)


def release(session: Session, correction_id: int, seen: str, *, reason: str = "", actor: Actor, now: datetime,
            terms: Terms = OFFLINE) -> None:
    """A second person lets it go: the list is changed, those concerned are told. Whoever drafted it only where nobody
    else is a chief, and with a reason (RULES 21). Stale where what he looked at has changed since."""
    it = _of(session, correction_id)
    round_ = _locked(session, it.round_id)
    it = _of(session, correction_id)  # as it is now that nobody else changes this list
    if it.state is not CorrectionState.DRAFT:
        raise NotAllowed("这则更正已经定下来了，请刷新看看。")
    if it.award_id is not None and it.kind is not ChangeKind.NAME and _has_gone_on(session, it.award_id):
        raise NotAllowed("这份奖已经递补过了，请撤下这则更正。")
    if it.kind is ChangeKind.NAME and _has_gone(session, session.get_one(Award, it.award_id).reader_id):
        raise NotAllowed(GONE)
    same_person = _second_person(session, it, reason, actor)
    held = _plan(session, it)
    if held.seen != seen:
        raise Stale("这则更正的内容刚刚变了，请看过新的再定。")
    before = it.award_id
    given = _carry_out(session, it, round_, held, now=now)
    it.state, it.released_at, it.released_by_id = CorrectionState.RELEASED, now, actor.staff_id
    it.release_reason = reason.strip()[:300] or None
    it.print_text, it.article_text = held.texts.print, held.texts.article
    session.flush()
    _tell(session, it, round_, given, terms, now=now)
    audit.record(session, actor=actor, verb="release_round_correction", object_kind="round", object_id=round_.id, now=now,
                 before=CorrectionState.DRAFT, after=CorrectionState.RELEASED,
                 details={"change": it.id, "award": before, "given": [one.id for one in given] or None,
                          "same_person": same_person or None})


def _locked(session: Session, round_id: int) -> Round:
    """One after the other, so that no two corrections give the same person a prize."""
    return session.scalars(select(Round).where(Round.id == round_id).with_for_update()
                           .execution_options(populate_existing=True)).one()


def _second_person(session: Session, it: RoundCorrection, reason: str, actor: Actor) -> bool:
    """Whether the same person acts for both."""
    if actor.staff_id is None:
        contest = session.scalars(select(Contest).join(Round, Round.contest_id == Contest.id)
                                  .where(Round.id == it.round_id)).one()
        if not contest.auto_announce:
            raise NotAllowed("更正由主编定下来。")
        return False
    if it.drafted_by_id != actor.staff_id:
        return False
    if not nobody_else(session, actor.staff_id, Role.CHIEF):
        raise NotAllowed("起草的人不能自己定，请另一位主编看过。")
    if not reason.strip():
        raise BadInput("现在没有别的主编，您自己定要写一句理由。")
    return True


def alone(session: Session, staff_id: int) -> bool:
    """Whether nobody else could let go what this member drafted (RULES 21)."""
    return nobody_else(session, staff_id, Role.CHIEF)


def _carry_out(session: Session, it: RoundCorrection, round_: Round, held: Plan, *, now: datetime) -> list[Award]:
    """The prizes given by it."""
    if it.kind is ChangeKind.FURTHER:
        assert it.reader_id is not None
        assert it.prize is not None
        return [_further(session, it, round_, it.reader_id, it.prize, now=now)]
    award = session.get_one(Award, it.award_id)
    if it.kind is ChangeKind.NAME:
        award.printed_name = it.new_name
        return []
    if it.kind is ChangeKind.NOT_ENTITLED and award.state is not PrizeState.HANDED_OVER:
        award.state, award.state_at = PrizeState.LAPSED, now
    session.flush()
    return moving_on.carry_out(session, round_, held.onwards, now=now)


def _further(session: Session, it: RoundCorrection, round_: Round, reader_id: int, prize: Prize, *, now: datetime) -> Award:
    """One prize a person: who is among the ten and is a further best leaves his souvenir, which nobody else gets."""
    person_id = session.scalars(select(Reader.person_id).where(Reader.id == reader_id)).one()
    had = next((one for one in queries.holders(session.connection(), round_.id) if one.person_id == person_id
                and one.state is not PrizeState.LAPSED and one.vacated_at is None), None)
    if had is not None and prize in (had.prize, Prize.EXCELLENT):
        raise NotAllowed("这位读者已经有奖了，请撤下这则更正。")
    if person_id not in queries.who_may_win(session.connection(), round_.id, {person_id}):
        raise NotAllowed("这位读者现在不能获奖，请撤下这则更正。")
    if had is not None and prize is Prize.BEST:
        moving_on.leave(session, had.id, now=now)
    award = moving_on.give(session, round_, reader_id, prize, AwardOrigin.FURTHER, standing_milli=_total(session, it),
                           now=now)
    it.award_id = award.id
    return award


def _total(session: Session, it: RoundCorrection) -> int:
    person_id = session.scalars(select(Reader.person_id).where(Reader.id == it.reader_id)).one()
    return next((one.total_milli for one in compute(session.connection(), it.round_id).standings
                 if one.person_id == person_id), 0)


def _tell(session: Session, it: RoundCorrection, round_: Round, given: list[Award], terms: Terms, *,
          now: datetime) -> None:
    """Those concerned, each once; what stands in print is told to nobody else."""
    db, rules = session.connection(), drafts.rules_of(session, round_)
    for award in given:
        text = told_winner(round_.month, award.prize, rules, name=award.printed_name or "",
                           further=award.origin is AwardOrigin.FURTHER,
                           claim=chat.how(chat.set_term(session, award.id, terms, now=now), terms))
        queue.enqueue(db, reader_id=award.reader_id, kind="award", text=text, key=f"award-{award.id}", now=now)
    if it.kind is ChangeKind.FURTHER:
        return
    first = session.get_one(Award, it.award_id)
    term = session.get(ClaimTerm, first.id)
    if it.kind is ChangeKind.MOVED_ON and term is not None and term.lapsed_because is LapseReason.NOT_CLAIMED:
        return  # he was told when his time was over
    text = told_name(round_.month, it.new_name or "") if it.kind is ChangeKind.NAME else told_lapsed(
        round_.month, first.prize, entitled=it.kind is ChangeKind.MOVED_ON and it.reason != moving_on.NOT_ENTITLED)
    queue.enqueue(db, reader_id=first.reader_id, kind="award", text=text, key=f"round-correction-{it.id}", now=now)


def mark_printed(session: Session, correction_id: int, printed_on: date, *, actor: Actor, now: datetime) -> None:
    """It stood in print on that day."""
    it = _of(session, correction_id)
    released_on = it.released_at.astimezone(SHANGHAI).date() if it.released_at else None
    if printed_on > now.astimezone(SHANGHAI).date():
        raise BadInput("还没有到那一天，报纸出来以后再登记。")
    if released_on is not None and printed_on < released_on:
        raise BadInput("登出的日子不会早于定下来的那一天。")
    done = session.connection().execute(update(RoundCorrection).where(
        RoundCorrection.id == correction_id, RoundCorrection.state == CorrectionState.RELEASED,
    ).values(state=CorrectionState.PRINTED, printed_on=printed_on, printed_at=now, printed_by_id=actor.staff_id))
    if done.rowcount != 1:
        raise NotAllowed("这则更正现在不能登记，请刷新看看。")
    audit.record(session, actor=actor, verb="print_round_correction", object_kind="round", object_id=it.round_id, now=now,
                 before=CorrectionState.RELEASED, after=CorrectionState.PRINTED, details={"change": correction_id})
    session.expire_all()


def withdraw(session: Session, correction_id: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """A draft that will not be let go. Of a lapsed prize: it goes to nobody."""
    it = _of(session, correction_id)
    words = reason.strip()
    if not words or len(words) > LONGEST_REASON:
        raise BadInput(f"请写一句撤下的理由，不超过{LONGEST_REASON}字。")
    done = session.connection().execute(update(RoundCorrection).where(
        RoundCorrection.id == correction_id, RoundCorrection.state == CorrectionState.DRAFT,
    ).values(state=CorrectionState.WITHDRAWN, withdrawn_at=now, withdrawn_by_id=actor.staff_id, withdraw_reason=words))
    if done.rowcount != 1:
        raise NotAllowed("这则更正已经定下来了，不能再撤。")
    audit.record(session, actor=actor, verb="withdraw_round_correction", object_kind="round", object_id=it.round_id,
                 now=now, before=CorrectionState.DRAFT, after=CorrectionState.WITHDRAWN, details={"change": correction_id})
    session.expire_all()


def move_prizes_on(session: Session, award_id: int, *, actor: Actor, now: datetime, terms: Terms = OFFLINE) -> bool:
    """One step of the scheduler: drafts where a lapsed prize goes; where the contest announces without a person, lets it go."""
    award = session.get(Award, award_id)
    if award is not None:  # first of all: the draft holds the round a little, and of two who do neither could lock it
        _locked(session, award.round_id)
    made = moving_on.draft(session, award_id, actor=actor, now=now)
    if made is None:
        return False
    it = _of(session, made)
    contest_id = session.get_one(Round, it.round_id).contest_id
    if session.get_one(Contest, contest_id).auto_announce:
        release(session, made, plan(session, made).seen, actor=actor, now=now, terms=terms)
    return True
