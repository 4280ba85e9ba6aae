"""An appeal upheld after the release: would the appellant have won (RULES 19)? Writes a draft; never commits.

Called in the transaction of the decision that upholds it, so that it is weighed once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.contest.after_pick import amends
from bot.contest.selection import choose
from bot.contest.standing import compute
from models.appeals import Appeal
from models.contests import Round
from models.enums import ChangeKind, CorrectionState, Prize, PrizeState, RoundState
from models.queries import round_changes as queries
from models.readers import Reader
from models.reports import Report
from models.round_changes import RoundCorrection
from models.work_enums import AppealState


def weigh(session: Session, report_id: int, *, actor: Actor, now: datetime) -> int | None:
    """Drafts a further prize where the round, recomputed with what was just decided, has the appellant among its
    winners; the id of the draft. None: the list is not released, the appeal was not upheld, or he has the prize."""
    row = session.execute(select(Report.round_id, Report.reader_id, Reader.person_id)
                          .join(Reader, Reader.id == Report.reader_id)
                          .join(Appeal, Appeal.report_id == Report.id)
                          .where(Report.id == report_id, Report.late.is_(False),
                                 Appeal.state == AppealState.UPHELD)).first()
    round_ = session.get(Round, row.round_id) if row is not None and row.round_id is not None else None
    if row is None or round_ is None or round_.state is not RoundState.RELEASED:
        return None
    prize = _missed(session, round_, row.person_id)
    if prize is None:
        return None
    drafted = _drafted(session, round_.id, row.person_id)
    if drafted is not None:
        return amends.better_further(session, drafted, report_id, actor=actor, now=now) if prize is Prize.BEST else None
    return amends.draft_further(session, round_, row.reader_id, prize, report_id, actor=actor, now=now)


def _missed(session: Session, round_: Round, person_id: int) -> Prize | None:
    """The prize that the person would have by the standing as it is now, and has not. Whoever lost his prize for good
    stands in nobody's way: what was free would have come to this person and not to whoever has it now."""
    db = session.connection()
    rows = queries.holders(db, round_.id)
    gone = {one.person_id: "lapsed" for one in rows if one.state is PrizeState.LAPSED and one.vacated_at is None}
    has = {one.prize for one in rows
           if one.person_id == person_id and one.state is not PrizeState.LAPSED and one.vacated_at is None}
    held = compute(db, round_.id)
    chosen = choose(held.standings, excluded=dict(held.excluded) | gone, rules=held.rules,
                    previous_best=held.previous_best, comparisons=held.comparisons)
    if person_id in chosen.best:
        return None if Prize.BEST in has else Prize.BEST
    return Prize.EXCELLENT if person_id in chosen.excellent and not has else None


def _drafted(session: Session, round_id: int, person_id: int) -> int | None:
    """The draft of a further prize for the person that waits already."""
    found: int | None = session.scalar(
        select(RoundCorrection.id).join(Reader, Reader.id == RoundCorrection.reader_id)
        .where(RoundCorrection.round_id == round_id, RoundCorrection.kind == ChangeKind.FURTHER,
               RoundCorrection.state == CorrectionState.DRAFT, Reader.person_id == person_id).limit(1))
    return found
