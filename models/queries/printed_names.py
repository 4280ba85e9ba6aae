"""Which printed names open pages may show, and the names of released rounds. No other word of a reader.

The paper is out and stays what it is; but on a page of ours nobody stands by name who has left, has had himself erased
(RULES 20) or does not want to be listed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models.contests import Award, Round
from models.enums import AwardOrigin, CorrectionState, Prize, RoundState
from models.hall import HallAbsence
from models.queries.round_changes import OpenCorrection
from models.readers import Reader
from models.round_changes import RoundCorrection

LEFT_OUT = "〔略〕"
OUT = (CorrectionState.RELEASED, CorrectionState.PRINTED)


def listed() -> ColumnElement[bool]:
    """Of a reader: he is here, and neither he nor a reader linked with him has asked not to be listed."""
    absent = select(Reader.person_id).join(HallAbsence, HallAbsence.reader_id == Reader.id)
    return and_(Reader.erased_at.is_(None), Reader.unfollowed_at.is_(None), Reader.person_id.not_in(absent))


def is_out() -> ColumnElement[bool]:
    """Of an award: its name is published, with the list or with a correction of it that was let go."""
    about = select(RoundCorrection.id).where(
        RoundCorrection.state.in_(OUT),
        or_(RoundCorrection.award_id == Award.id, RoundCorrection.award_id == Award.from_award_id))
    return or_(Award.origin == AwardOrigin.PICKED, about.exists())


@dataclass(frozen=True, slots=True)
class Named:
    """One name of one released month. `person_id` is for counting, never shown."""

    month: str
    prize: Prize
    name: str
    person_id: int


def years(session: Session, contest_id: int) -> list[str]:
    """The years that have released rounds, the newest first."""
    year = func.substr(Round.month, 1, 4)
    return list(session.scalars(select(year).where(
        Round.contest_id == contest_id, Round.state == RoundState.RELEASED).distinct().order_by(year.desc())))


def named(session: Session, contest_id: int, *, years: Collection[str] | None = None, later: bool = True) -> list[Named]:
    """The names that may be shown, the newest month first and the best before the ten, who stand in no order of places.

    A name that a lapsed prize was printed with stays (RULES 18); `later`: with those who came to a prize after it.
    """
    wanted = [Round.contest_id == contest_id, Round.state == RoundState.RELEASED, Award.printed_name.is_not(None), listed(),
              is_out() if later else Award.origin == AwardOrigin.PICKED]
    if years is not None:
        wanted.append(func.substr(Round.month, 1, 4).in_(sorted(years)))
    rows = session.execute(
        select(Round.month, Award.prize, Award.printed_name, Reader.person_id).join(Round, Round.id == Award.round_id)
        .join(Reader, Reader.id == Award.reader_id).where(*wanted).order_by(Round.month.desc(), Award.prize, Award.printed_name))
    return [Named(row.month, row.prize, row.printed_name, row.person_id) for row in rows]


def unlisted(session: Session, round_ids: Iterable[int]) -> dict[int, list[str]]:
    """By round the printed names that are not shown."""
    found: dict[int, list[str]] = {}
    for row in session.execute(
            select(Award.round_id, Award.printed_name).join(Reader, Reader.id == Award.reader_id)
            .where(Award.round_id.in_(sorted(round_ids)), Award.printed_name.is_not(None), ~listed())):
        found.setdefault(row.round_id, []).append(row.printed_name)
    return found


def without_names(said: Iterable[OpenCorrection], names: Collection[str]) -> tuple[OpenCorrection, ...]:
    """Corrections as they were let go, but for these names in them."""
    return tuple(replace(one, text=_without(one.text, names)) for one in said)


def _without(text: str, names: Collection[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, LEFT_OUT)
    return text
