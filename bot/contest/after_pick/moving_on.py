"""A prize that is free again goes to the next in line (RULES 18). Writes; never commits.

The scheduler only drafts: who has the prize now is settled, and told, when somebody lets the open correction go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest.after_pick.succession import Held, Move, moves
from bot.contest.announcing import drafts
from bot.contest.rules import from_json
from bot.contest.standing import compute
from models.appeals import Appeal
from models.claims import ClaimTerm
from models.contests import Award, Declaration, Round, RuleSet
from models.enums import (
    AwardOrigin,
    ChangeKind,
    CorrectionState,
    Prize,
    PrizeState,
    Relation,
    RoundState,
)
from models.queries import round_changes as queries
from models.readers import Reader
from models.reports import Report
from models.round_changes import RoundCorrection
from models.session import insert_new
from models.work_enums import AppealState, LapseReason

FARTHEST = 400
"""So many of those who wait are looked at for one who may win: more of them are never barred at once."""
NOT_CLAIMED = "获奖者没有在期限内领奖"
WHY = {LapseReason.NOT_WANTED: "获奖者表示不领这份奖", LapseReason.NOT_FETCHED: "获奖者没有来取"}
NOT_ENTITLED = "领奖时问明，获奖者是本报工作人员或其亲属，按规则不参加评奖"


def due(session: Session) -> list[int]:
    """Lapsed prizes of released rounds that have not moved on, where the rule set of the round lets them."""
    found = queries.lapsed(session.connection())
    lets = {round_id: goes_on(session, round_id) for round_id in {round_id for _, round_id in found}}
    return [award_id for award_id, round_id in found if lets[round_id]]


def goes_on(session: Session, round_id: int) -> bool:
    rules = session.scalars(select(RuleSet.rules).join(Round, Round.rule_set_id == RuleSet.id)
                            .where(Round.id == round_id)).one()
    return from_json(rules).lapsed_prize_moves_on


def draft(session: Session, award_id: int, *, actor: Actor, now: datetime) -> int | None:
    """The open correction by which a lapsed prize moves on, once, whoever tries; None: it was drafted before, or the
    prize has not lapsed. The next in line is asked for a name, in words that give nothing away."""
    award = session.get(Award, award_id, populate_existing=True)
    if award is None or award.state is not PrizeState.LAPSED or award.vacated_at is not None:
        return None
    round_ = session.get_one(Round, award.round_id)
    if round_.state is not RoundState.RELEASED or not goes_on(session, round_.id):
        return None
    made = insert_new(session.connection(), RoundCorrection.__table__, {  # type: ignore[arg-type]
        "round_id": round_.id, "kind": ChangeKind.MOVED_ON, "state": CorrectionState.DRAFT, "award_id": award_id,
        "reason": _reason(session, award_id), "drafted_by_id": actor.staff_id, "drafted_at": now})
    if made is None:
        return None
    audit.record(session, actor=actor, verb="draft_round_correction", object_kind="round", object_id=round_.id, now=now,
                 after=ChangeKind.MOVED_ON, details={"change": made, "award": award_id})
    for move in plan(session, round_, award_id).moves:
        if move.person_id is not None:
            drafts.ask_for_name(session, round_.id, drafts.reader_of(session, round_.id, move.person_id), now=now)
    return made


def _reason(session: Session, award_id: int) -> str:
    told, term = session.get(Declaration, award_id), session.get(ClaimTerm, award_id)
    if told is not None and told.relation is not Relation.NEITHER:
        return NOT_ENTITLED
    because = term.lapsed_because if term is not None else None
    return NOT_CLAIMED if because is None else WHY.get(because, NOT_CLAIMED)


@dataclass(frozen=True, slots=True)
class Onwards:
    """Where a free prize goes. `totals`: the standing of the persons, in thousandths. `goes_on` False: by the rule set
    of the round such a prize stays free."""

    moves: tuple[Move, ...]
    totals: Mapping[int, int]
    goes_on: bool = True


def plan(session: Session, round_: Round, award_id: int) -> Onwards:
    """Where the prize would go now; a further one, which is beyond those that were printed, to nobody. Changes nothing."""
    if not goes_on(session, round_.id) or session.get_one(Award, award_id).origin is AwardOrigin.FURTHER:
        return Onwards((), {}, goes_on=False)
    db = session.connection()
    order, resting, totals = _in_line(session, round_)
    rows = queries.holders(db, round_.id)
    held = [Held(row.id, row.person_id, row.prize, live=_live(row.state, row.vacated_at)) for row in rows]
    asked = {one.person_id for one in held} | set(order)
    return Onwards(moves(award_id, held, order, may_win=queries.who_may_win(db, round_.id, asked), resting=resting), totals)


def _live(state: PrizeState, vacated_at: datetime | None) -> bool:
    return state is not PrizeState.LAPSED and vacated_at is None


def _in_line(session: Session, round_: Round) -> tuple[Sequence[int], Sequence[int], Mapping[int, int]]:
    """(who comes next, who may not be best, standings) by the record of the pick; where an appeal was upheld after the
    release, by the standing as it is since, so that whoever was right does not wait behind others."""
    db = session.connection()
    upheld = select(Appeal.id).join(Report, Report.id == Appeal.report_id).where(
        Report.round_id == round_.id, Appeal.state == AppealState.UPHELD, Appeal.answered_at >= round_.released_at)
    if session.scalar(upheld.limit(1)) is not None:
        standing = compute(db, round_.id)
        chosen = standing.select()
        totals = {one.person_id: one.total_milli for one in standing.standings}
        return (*chosen.winners, *chosen.waiting)[:FARTHEST], chosen.resting, totals
    assert round_.result is not None, "a released round was picked"
    chosen = round_.result["selection"]
    waiting = chosen["waiting"][:FARTHEST]
    now = queries.persons_now(db, {*waiting, *chosen["resting"]})
    totals = {one["person"]: one["total_milli"] for one in round_.result["standings"]}
    return ([now[one] for one in waiting], [now[one] for one in chosen["resting"]],
            totals | {now[one]: totals[one] for one in waiting})


def carry_out(session: Session, round_: Round, onwards: Onwards, *, now: datetime) -> list[Award]:
    """Gives the free prizes to those in line: the new awards, with the names they are printed with."""
    given = []
    for move in onwards.moves:
        if move.leaves is not None:
            leave(session, move.leaves, now=now)
        if move.person_id is not None:
            award = give(session, round_, drafts.reader_of(session, round_.id, move.person_id), move.prize,
                         AwardOrigin.MOVED_ON, standing_milli=onwards.totals.get(move.person_id, 0), now=now,
                         from_award_id=move.from_award_id)
            given.append(award)
    return given


def leave(session: Session, award_id: int, *, now: datetime) -> None:
    """Its winner has a better prize now. What was handed over stays marked so."""
    award = session.get_one(Award, award_id)
    award.vacated_at = now
    if award.state is not PrizeState.HANDED_OVER:
        award.state, award.state_at = PrizeState.LAPSED, now
    session.flush()


def give(session: Session, round_: Round, reader_id: int, prize: Prize, origin: AwardOrigin, *, standing_milli: int,
         now: datetime, from_award_id: int | None = None) -> Award:
    """A prize after the release; it is told and claimed like any other."""
    person_id = session.scalars(select(Reader.person_id).where(Reader.id == reader_id)).one()
    last = session.scalar(select(func.max(Award.place)).where(Award.round_id == round_.id)) or 0
    award = Award(round_id=round_.id, person_id=person_id, reader_id=reader_id, prize=prize, place=last + 1,
                  standing_milli=standing_milli, state=PrizeState.TO_BE_CLAIMED, state_at=now, origin=origin,
                  from_award_id=from_award_id)
    award.printed_name = name_of(session, round_.id, reader_id)
    session.add(award)
    session.flush()
    return award


def name_of(session: Session, round_id: int, reader_id: int) -> str:
    """The name that a winner would be printed with now."""
    return drafts.winner_of(session, Award(round_id=round_id, reader_id=reader_id)).name
