"""发奖台账: what was paid out, with the tax on it (RULES 18). Reads; a download is kept on record. Never commits.

On a cash basis: a prize counts in the month in which it was handed over, whatever round it is of. What was not handed
over has no tax: of what is still owed the sums are said as they will be, of what nobody got there are none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.clock import SHANGHAI
from bot.contest import finance
from bot.contest.finance import Payout, Total
from bot.contest.rules import RuleSet, from_json
from bot.errors import BadInput
from models.enums import Prize, PrizeState
from models.queries import payouts as queries
from models.queries.payouts import AwardRow

FIRST_YEAR, LAST_YEAR = 2000, 2999


class Part(StrEnum):
    """Which prizes are listed."""

    HANDED_OVER = "handed_over"
    STILL_OWED = "still_owed"
    NOT_GIVEN = "not_given"


@dataclass(frozen=True, slots=True)
class Period:
    """A year, or a month of it, in Shanghai."""

    year: int
    month: int | None = None

    @classmethod
    def read(cls, text: str) -> Period:
        """2026 or 2026-05; BadInput for anything else."""
        year, dash, month = text.partition("-")
        if not (text.isascii() and len(year) == 4 and year.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR):
            raise BadInput("没有这一年。")
        if not dash:
            return cls(int(year))
        if not (len(month) == 2 and month.isdecimal() and 1 <= int(month) <= 12):
            raise BadInput("没有这个月。")
        return cls(int(year), int(month))

    @property
    def text(self) -> str:
        """As it is read; also how the months in it begin."""
        return f"{self.year}" if self.month is None else f"{self.year}-{self.month:02d}"

    def bounds(self) -> tuple[datetime, datetime]:
        """Its first moment and the first one after it."""
        last = self.month or 12
        end = (self.year + 1, 1) if last == 12 else (self.year, last + 1)
        return (datetime(self.year, self.month or 1, 1, tzinfo=SHANGHAI), datetime(*end, 1, tzinfo=SHANGHAI))


@dataclass(frozen=True, slots=True)
class Line:
    """One prize of the ledger. `payout` None: nothing was paid, or a souvenir without a price. `handed_on`: the day."""

    award: AwardRow
    what: str
    percent: int
    payout: Payout | None
    handed_on: date | None

    @property
    def unpriced(self) -> bool:
        return self.payout is None and self.award.state is not PrizeState.LAPSED


@dataclass(frozen=True)
class Book:
    """A part of the ledger in a period. `months`: the sums of what was handed over, month by month, oldest first.
    `years`: those that can be chosen, newest first. `counts`: how many lines each part has."""

    part: Part
    period: Period
    lines: tuple[Line, ...]
    months: Mapping[str, Total]
    counts: Mapping[Part, int]
    years: tuple[int, ...]

    @cached_property
    def total(self) -> Total:
        return finance.together(self.months.values())


def usual_period(session: Session, now: datetime) -> Period:
    """The last year in which anything was handed over; else this one."""
    last = queries.span(session).last_handed_at
    return Period((last or now).astimezone(SHANGHAI).year)


def read(session: Session, part: Part, period: Period, *, limit: int | None = None, offset: int = 0) -> Book:
    """`limit` and `offset` are of the lines; the sums are of the whole period."""
    first, end = period.bounds()
    counted, rows = queries.counted(session, first, end), _rows(session, part, period, limit, offset)
    wanted = {one.rule_set_id for one in counted} | {one.rule_set_id for one in rows}
    rules = {number: from_json(text) for number, text in queries.rules_of(session, wanted).items()}
    months: dict[str, Total] = {}
    for one in counted:
        month = f"{one.handed_at.astimezone(SHANGHAI):%Y-%m}"
        worth = finance.of_prize(rules[one.rule_set_id], one.prize, price_fen=one.price_fen)
        months[month] = months.get(month, Total()).plus(one.prize, worth)
    owed, not_given = queries.how_many(session, period.text)
    return Book(part, period, tuple(_line(row, rules[row.rule_set_id]) for row in rows), months,
                {Part.HANDED_OVER: len(counted), Part.STILL_OWED: owed, Part.NOT_GIVEN: not_given},
                _years(queries.span(session), period))


def _rows(session: Session, part: Part, period: Period, limit: int | None, offset: int) -> tuple[AwardRow, ...]:
    if part is Part.STILL_OWED:
        return queries.owed(session, limit=limit, offset=offset)
    if part is Part.NOT_GIVEN:
        return queries.not_given(session, period.text, limit=limit, offset=offset)
    return queries.handed_over(session, *period.bounds(), limit=limit, offset=offset)


def _line(row: AwardRow, rules: RuleSet) -> Line:
    handed = row.state is PrizeState.HANDED_OVER
    return Line(
        row, "现金" if row.prize is Prize.BEST else rules.souvenir, rules.tax_percent,
        None if row.state is PrizeState.LAPSED else finance.of_prize(rules, row.prize, price_fen=row.price_fen),
        row.state_at.astimezone(SHANGHAI).date() if handed else None)


def _years(span: queries.Span, period: Period) -> tuple[int, ...]:
    known = {period.year}
    known |= {one.astimezone(SHANGHAI).year for one in (span.first_handed_at, span.last_handed_at) if one is not None}
    known |= {int(one[:4]) for one in (span.first_month, span.last_month) if one is not None}
    return tuple(range(max(known), min(known) - 1, -1))


def rules_of(session: Session, rule_set_id: int) -> RuleSet:
    """The rule set of a round."""
    return from_json(queries.rules_of(session, [rule_set_id])[rule_set_id])


def take(session: Session, part: Part, period: Period, file: str, *, actor: Actor, now: datetime) -> Book:
    """All lines for a file of finance; that somebody took them is kept."""
    book = read(session, part, period)
    audit.record(session, actor=actor, verb="take_payouts", object_kind="payouts", object_id=None, now=now,
                 details={"part": part.value, "period": period.text, "rows": len(book.lines), "file": file})
    return book
