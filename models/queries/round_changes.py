"""Named reads of what changed on lists of winners after the pick: corrections, prizes that are free, upheld appeals.

Printed names are read for chiefs and for what is public; no other column of a reader.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from models.appeals import Appeal
from models.contests import Award, Contest, Round
from models.enums import AwardOrigin, ChangeKind, CorrectionState, Prize, PrizeState, RoundState
from models.links import ReaderTie
from models.readers import Person, Reader
from models.reports import Report
from models.round_changes import RoundCorrection
from models.staff import Staff
from models.work_enums import AppealState

OUT = (CorrectionState.RELEASED, CorrectionState.PRINTED)


@dataclass(frozen=True, slots=True)
class AppealCounts:
    """What became of the appeals against reports of a round, or of all."""

    filed: int = 0
    upheld: int = 0
    refused: int = 0
    open: int = 0


def appeals(db: Connection, round_id: int | None = None, *, account: str | None = None) -> AppealCounts:
    """Of one round; of all rounds of one account; or of all. One query."""
    query = counted_appeals()
    if round_id is not None:
        query = query.where(Report.round_id == round_id)
    if account is not None:
        query = query.join(Contest, Contest.id == Report.contest_id).where(Contest.account == account)
    return AppealCounts(*db.execute(query).one())


def counted_appeals() -> Select[int, int, int, int]:
    """The numbers of `AppealCounts` in their order, of all appeals; a caller says of which reports."""
    return select(
        func.count().label("filed"), func.count().filter(Appeal.state == AppealState.UPHELD).label("upheld"),
        func.count().filter(Appeal.state == AppealState.KEPT).label("refused"),
        func.count().filter(Appeal.state == AppealState.OPEN).label("open"),
    ).select_from(Appeal).join(Report, Report.id == Appeal.report_id)


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """One correction of a released list, for those who announce it."""

    id: int
    round_id: int
    kind: ChangeKind
    state: CorrectionState
    award_id: int | None
    reader_id: int | None
    prize: Prize | None  # of the award, or of the further one
    name: str | None  # of the award, as printed
    old_name: str | None
    new_name: str | None
    report_id: int | None
    reason: str
    print_text: str | None
    article_text: str | None
    drafted_by_id: int | None
    drafted_by: str | None  # None: by itself
    drafted_at: datetime
    released_by: str | None
    released_at: datetime | None
    release_reason: str | None
    printed_on: date | None
    printed_by: str | None
    printed_at: datetime | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdraw_reason: str | None


def corrections(session: Session, round_id: int) -> tuple[CorrectionView, ...]:
    """Those of a round, drafts and withdrawn ones too, the oldest first."""
    drafted, released, printed, withdrawn = (aliased(Staff) for _ in range(4))
    rows = session.execute(
        select(RoundCorrection.__table__, Award.prize.label("of_award"), Award.printed_name,
               drafted.display_name.label("drafted_by"), released.display_name.label("released_by"),
               printed.display_name.label("printed_by"), withdrawn.display_name.label("withdrawn_by"))
        .outerjoin(Award, Award.id == RoundCorrection.award_id)
        .outerjoin(drafted, drafted.id == RoundCorrection.drafted_by_id)
        .outerjoin(released, released.id == RoundCorrection.released_by_id)
        .outerjoin(printed, printed.id == RoundCorrection.printed_by_id)
        .outerjoin(withdrawn, withdrawn.id == RoundCorrection.withdrawn_by_id)
        .where(RoundCorrection.round_id == round_id).order_by(RoundCorrection.id))
    return tuple(_view(row) for row in rows)


def _view(row: Row[Any]) -> CorrectionView:
    return CorrectionView(
        row.id, row.round_id, row.kind, row.state, row.award_id, row.reader_id, row.prize or row.of_award,
        row.printed_name, row.old_name, row.new_name, row.report_id, row.reason, row.print_text, row.article_text,
        row.drafted_by_id, row.drafted_by, row.drafted_at, row.released_by, row.released_at, row.release_reason,
        row.printed_on, row.printed_by, row.printed_at, row.withdrawn_by, row.withdrawn_at, row.withdraw_reason)


@dataclass(frozen=True, slots=True)
class OpenCorrection:
    """What anybody may read of a correction: the day it was let go, its words and its reason."""

    kind: ChangeKind
    released_at: datetime
    text: str
    reason: str
    printed_on: date | None


def published(db: Connection, round_id: int) -> tuple[OpenCorrection, ...]:
    rows = db.execute(select(RoundCorrection.kind, RoundCorrection.released_at, RoundCorrection.print_text,
                             RoundCorrection.reason, RoundCorrection.printed_on)
                      .where(RoundCorrection.round_id == round_id, RoundCorrection.state.in_(OUT))
                      .order_by(RoundCorrection.released_at, RoundCorrection.id))
    return tuple(OpenCorrection(row.kind, row.released_at, row.print_text, row.reason, row.printed_on)
                 for row in rows)


def lapsed(db: Connection) -> list[tuple[int, int]]:
    """(award, round) of lapsed prizes of released lists about which no correction says where they went, the oldest first.

    A souvenir that was left behind has gone on with the better prize, and a further prize goes to nobody else.
    """
    about = select(RoundCorrection.id).where(
        RoundCorrection.award_id == Award.id,
        (RoundCorrection.kind == ChangeKind.MOVED_ON)
        | (RoundCorrection.kind == ChangeKind.NOT_ENTITLED) & (RoundCorrection.state != CorrectionState.WITHDRAWN))
    rows = db.execute(
        select(Award.id, Award.round_id).join(Round, Round.id == Award.round_id)
        .where(Round.state == RoundState.RELEASED, Award.state == PrizeState.LAPSED, Award.vacated_at.is_(None),
               Award.origin != AwardOrigin.FURTHER, ~about.exists())
        .order_by(Award.state_at, Award.id))
    return [(row.id, row.round_id) for row in rows]


def persons_now(db: Connection, persons: Collection[int]) -> dict[int, int]:
    """Whom a person of the pick is known as by now: he may have been linked with another one since."""
    moved = db.execute(select(ReaderTie.own_person_id, Reader.person_id).join(Reader, Reader.id == ReaderTie.reader_id)
                       .where(ReaderTie.own_person_id.in_(persons)))
    return {one: one for one in persons} | {row.own_person_id: row.person_id for row in moved}


def who_may_win(db: Connection, round_id: int, persons: Collection[int]) -> set[int]:
    """Those of these persons whom nothing bars and who have not had themselves forgotten (RULES 12, 20)."""
    works_here = select(Staff.person_id).where(Staff.person_id.is_not(None))
    return set(db.scalars(
        select(Reader.person_id).distinct().join(Report, Report.reader_id == Reader.id)
        .join(Person, Person.id == Reader.person_id)
        .where(Report.round_id == round_id, Reader.person_id.in_(persons), Reader.erased_at.is_(None),
               Person.bar.is_(None), Reader.person_id.not_in(works_here))))


def holders(db: Connection, round_id: int) -> list[Row[Any]]:
    """The prizes of a round with who their winners are by now, in order of places."""
    return list(db.execute(
        select(Award.id, Reader.person_id, Award.prize, Award.state, Award.vacated_at, Award.reader_id)
        .join(Reader, Reader.id == Award.reader_id).where(Award.round_id == round_id).order_by(Award.place)))


def names(db: Connection, awards: Collection[int]) -> Mapping[int, str]:
    """The printed names of prizes."""
    rows = db.execute(select(Award.id, Award.printed_name).where(Award.id.in_(awards)))
    return {row.id: row.printed_name or "" for row in rows}
