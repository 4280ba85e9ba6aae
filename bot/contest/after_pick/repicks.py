"""A pick made anew before its release: a new version with a reason, once whoever tries (RULES 19). Never commits.

What changes is shown first and applied then; the record of the version before stays as it was kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest import rounds
from bot.contest.after_pick import since_pick
from bot.contest.after_pick.since_pick import Since
from bot.contest.after_pick.succession import Changed, changed
from bot.contest.announcing import drafts
from bot.contest.selection import Selection
from bot.contest.standing import RoundStanding, compute
from bot.errors import BadInput, NotAllowed, Stale
from bot.recording import records
from models.contests import Award, Round
from models.enums import AwardOrigin, Prize, PrizeState, RoundState
from models.readers import Reader
from models.records import RoundRecord

LONGEST_REASON = 300
AWAY = 1_000_000
"""Added to the places of prizes that stay, so that none is taken while the others move."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What picking again would change. `version`: that of the record as it is; `seen` stands for the change looked at."""

    since: tuple[Since, ...]
    change: Changed
    version: int
    seen: str


def proposal(session: Session, round_id: int) -> Proposal | None:
    """None where nothing came up since the pick. Changes nothing."""
    round_ = session.get(Round, round_id)
    since = since_pick.found(session, round_) if round_ is not None else ()
    if round_ is None or not since:
        return None
    return _proposal(session, round_id, since, compute(session.connection(), round_id).select())


def _proposal(session: Session, round_id: int, since: tuple[Since, ...], chosen: Selection) -> Proposal:
    change = changed(_held(session, round_id), _prizes(chosen))
    version = session.scalar(select(func.max(RoundRecord.version)).where(RoundRecord.round_id == round_id)) or 0
    return Proposal(since, change, version, hashlib.sha256(f"{version}\n{change}".encode()).hexdigest()[:16])


def _held(session: Session, round_id: int) -> dict[int, Prize]:
    """The winners as picked, by who they are known as now."""
    rows = session.execute(select(Reader.person_id, Award.prize).join(Reader, Reader.id == Award.reader_id)
                           .where(Award.round_id == round_id).order_by(Award.place))
    return {row.person_id: row.prize for row in rows}


def _prizes(chosen: Selection) -> dict[int, Prize]:
    return dict.fromkeys(chosen.best, Prize.BEST) | dict.fromkeys(chosen.excellent, Prize.EXCELLENT)


def pick_again(session: Session, round_id: int, seen: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Puts the winners as they are now in the place of those picked; a chief, with a reason that the record keeps.

    Stale where the change is another one than looked at, or somebody was quicker; NotAllowed where there is none."""
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise BadInput(f"请写一句重新评出的理由，不超过{LONGEST_REASON}字。")
    round_ = session.scalar(select(Round).where(Round.id == round_id, Round.state == RoundState.PICKED)
                            .with_for_update().execution_options(populate_existing=True))
    if round_ is None:
        raise NotAllowed("只有评出了、还没有发布的名单可以重新评出。")
    same_person = rounds.acts_as_chief(session, actor)
    since = since_pick.found(session, round_)
    if not since:
        raise NotAllowed("评出以后没有什么变化，不用重新评。")
    preview = rounds.preview(session, round_id)
    held = _proposal(session, round_id, since, preview.selection)
    if held.seen != seen:
        raise Stale("名单的变化和您刚才看到的不一样了，请再看一遍。")
    _replace(session, round_, preview.standing, preview.selection, now=now)
    result = rounds.result_of(session, preview)
    round_.picked_at, round_.pick_reason, round_.result = now, reason.strip(), result
    session.flush()
    drafts.ask_for_names(session, round_, now=now)
    session.flush()
    audit.record(session, actor=actor, verb="pick_again", object_kind="round", object_id=round_id, now=now,
                 details={"version": held.version + 1, "came_in": len(held.change.came_in),
                          "went_out": len(held.change.went_out), "moved": len(held.change.moved),
                          "same_person": same_person})
    picked = records.Picked(standing=preview.standing, blockers=preview.blockers, could_change=preview.could_change)
    records.keep(session, round_id, picked, actor=actor, now=now, reason=reason, version_reason=reason)
    drafts.write(session, round_)  # with the record's digest


def _replace(session: Session, round_: Round, standing: RoundStanding, chosen: Selection, *, now: datetime) -> None:
    """Prizes of persons who stay keep their rows; the others go, and new ones come."""
    totals = {one.person_id: one.total_milli for one in standing.standings}
    prizes = _prizes(chosen)
    # Put aside: whoever a prize was given to then may be known by a number now that another prize still stands under.
    session.execute(update(Award).where(Award.round_id == round_.id).values(
        place=Award.place + AWAY, origin=AwardOrigin.FURTHER).execution_options(synchronize_session=False))
    rows = _rows_by_person(session, round_.id)
    stay = [award_id for person, award_id in rows.items() if person in prizes]
    session.execute(delete(Award).where(Award.round_id == round_.id, Award.id.not_in(stay)).execution_options(
        synchronize_session=False))
    session.expire_all()
    for place, (person_id, prize) in enumerate(prizes.items(), 1):
        values = {"person_id": person_id, "reader_id": drafts.reader_of(session, round_.id, person_id), "prize": prize,
                  "place": place, "standing_milli": totals[person_id], "origin": AwardOrigin.PICKED}
        if person_id in rows:
            session.execute(update(Award).where(Award.id == rows[person_id]).values(**values).execution_options(
                synchronize_session=False))
        else:
            session.add(Award(round_id=round_.id, state=PrizeState.TO_BE_CLAIMED, state_at=now, **values))
            session.flush()
    session.expire_all()


def _rows_by_person(session: Session, round_id: int) -> Mapping[int, int]:
    """Person as known now → the row of his prize; of two who were linked since, the better prize stays."""
    rows = session.execute(select(Reader.person_id, Award.id).join(Reader, Reader.id == Award.reader_id)
                           .where(Award.round_id == round_id).order_by(Award.place.desc()))
    return {row.person_id: row.id for row in rows}
