"""Who found an erratum, in which order (RULES 2, 9), and what a person reported of it before. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, distinct, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from bot.filing.erratum_group import GROUP
from models.enums import SCORING_VERDICTS, ReportState
from models.prepared import Prepared, one_of
from models.readers import Person, Reader
from models.reports import Report

STANDING_STATES = (ReportState.FILED, ReportState.NEEDS_MORE, ReportState.DECIDED, ReportState.ESCALATED)
FEW = 12
"""So many finds are looked at one by one; behind them the database counts. Thousands may report one headline in an
evening, and each is told his place at once."""
ALL = 2**31


@dataclass(frozen=True, slots=True)
class Finders:
    """Who found an erratum, for now. `rank` counts persons from 1; 0: in nobody's way (late, barred).

    `elsewhere`: the first find is the same slip at another place.
    """

    rank: int
    first_number: int
    first_at: datetime
    elsewhere: bool = False


def _finds(what: Any, report: Any = Report, reader: Any = Reader, person: Any = Person) -> Select[Any]:
    """Reports that count as finds of `:erratum_id`."""
    # The state as a function's value, which no index holds: while PostgreSQL has no statistics of the table, it would
    # go through all reports by their state instead of taking those of the erratum.
    state = func.lower(report.state, type_=Report.state.type)
    return (
        select(*what).select_from(report).join(reader, reader.id == report.reader_id).join(person, person.id == reader.person_id)
        .where(report.erratum_id.in_(GROUP), report.late.is_(False), person.bar.is_(None), one_of(state, STANDING_STATES),
               or_(report.verdict.is_(None), one_of(report.verdict, SCORING_VERDICTS))))


def _order(report: Any) -> tuple[Any, ...]:
    return report.counts_at, report.sequence, report.id


_FINDERS = Prepared(_finds((Report.id, Reader.person_id, Report.counts_at, Report.erratum_id))
                    .order_by(*_order(Report)).limit(bindparam("most")))
_report, _reader, _person = aliased(Report), aliased(Reader), aliased(Person)
_MINE = (_finds(_order(_report), _report, _reader, _person).where(_reader.person_id == bindparam("person_id"))
         .order_by(*_order(_report)).limit(1).scalar_subquery())
_PLACE = Prepared(_finds((func.count(distinct(Reader.person_id)),)).where(tuple_(*_order(Report)) <= _MINE))
# By the person and not by the erratum, of which there may be thousands: a sum stands in no index.
_OF_PERSON = (
    select(Report.id).join(Reader, Reader.id == Report.reader_id)
    .where(Reader.person_id == bindparam("person_id"), one_of(Report.state, STANDING_STATES), Report.id != bindparam("but"))
    .order_by(Report.id).limit(1))
_OWN_HERE = Prepared(_OF_PERSON.where(Report.erratum_id + 0 == bindparam("erratum_id")))
_OWN_ELSEWHERE = Prepared(_OF_PERSON.where(and_((Report.erratum_id + 0).in_(GROUP),
                                                Report.erratum_id != bindparam("erratum_id"))))


def first_finds(db: Connection, erratum_id: int, most: int = ALL) -> list[Row[int, int, datetime, int | None]]:
    """Reports that count as finds of an erratum, one a person, in order of RULES 2, of the first `most`.

    Each: id, person_id, counts_at, erratum_id.
    """
    seen: set[int] = set()
    firsts: list[Row[int, int, datetime, int | None]] = []
    for row in _FINDERS.all(db, erratum_id=erratum_id, most=most):
        if row.person_id not in seen:
            seen.add(row.person_id)
            firsts.append(row)
    return firsts


def among(db: Connection, erratum_id: int, person_id: int) -> Finders | None:
    """Where a person stands among the finders of an erratum for now; None when nobody counts yet."""
    rows = first_finds(db, erratum_id, FEW)
    if not rows:
        return None
    rank = next((n for n, row in enumerate(rows, 1) if row.person_id == person_id), 0)
    if not rank:
        rank = _PLACE.scalar(db, erratum_id=erratum_id, person_id=person_id)
    first = rows[0]
    return Finders(rank, first.id, first.counts_at, elsewhere=first.erratum_id != erratum_id)


def own_report(db: Connection, erratum_id: int, person_id: int, *, but: int | None = None) -> int | None:
    """The person's earlier report of the same place in print, if any stands."""
    found: int | None = _OWN_HERE.scalar(db, erratum_id=erratum_id, person_id=person_id, but=but or 0)
    return found


def own_elsewhere(db: Connection, erratum_id: int, person_id: int, *, but: int) -> int | None:
    """The person's earlier report of the same slip at another place: one erratum for him too, but no repeat."""
    found: int | None = _OWN_ELSEWHERE.scalar(db, erratum_id=erratum_id, person_id=person_id, but=but)
    return found
