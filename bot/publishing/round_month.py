"""A round's month on one page: names, digest, error rates, counts, what is owed, the next dates. Reads only.

The same value is shown in the console and sent by mail, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from bot.claiming.terms import Terms
from bot.contest import finance
from bot.contest.rules import RuleSet, from_json
from bot.house import ledger
from bot.house.own_rate import Ledger
from models.enums import AwardOrigin, Prize, PrizeState, RoundState
from models.queries import round_month as queries
from models.queries.round_month import AwardRow, MonthRow


@dataclass(frozen=True, slots=True)
class PaperRate:
    """What was found so far in one paper's issues of the month, by the annex."""

    paper: str
    ledger: Ledger
    errata: int


@dataclass(frozen=True, slots=True)
class Owed:
    """What is still to be done. `unclaimed_until`: the last day on which the first of them may still be claimed;
    money in fen, for cash prizes that have not lapsed."""

    to_hand_over: int
    unclaimed: int
    unclaimed_until: date | None
    lapsed: int
    cash_prizes: int
    gross_fen: int
    net_fen: int

    @property
    def tax_fen(self) -> int:
        return self.gross_fen - self.net_fen


@dataclass(frozen=True, slots=True)
class RoundMonth:
    """`best` and `excellent`: as printed, empty before the release; `later`: to whom prizes moved on or went beside them."""

    it: MonthRow
    best: tuple[str, ...]
    excellent: tuple[str, ...]
    later: tuple[str, ...]
    papers: tuple[PaperRate, ...]
    total: Ledger
    owed: Owed

    @property
    def released(self) -> bool:
        return self.it.state is RoundState.RELEASED

    @property
    def accepted_share(self) -> Fraction | None:
        """Of the reports that were decided."""
        return Fraction(self.it.accepted, self.it.decided) if self.it.decided else None


def gather(session: Session, round_id: int) -> RoundMonth | None:
    """None: there is no such round. Ten queries at most, whatever number of papers."""
    row = queries.load(session, round_id)
    if row is None:
        return None
    awards = queries.awards(session, round_id)
    issues = [one for one in ledger.of_months(session, first=row.month, last=row.month)
              if one.issue.contest_id == row.contest_id]
    picked = [one for one in awards if one.origin is AwardOrigin.PICKED]
    return RoundMonth(
        row, _names(one for one in picked if one.prize is Prize.BEST),
        _names(one for one in picked if one.prize is Prize.EXCELLENT),
        _names(one for one in awards if one.origin is not AwardOrigin.PICKED),
        tuple(_rate(name, [one for one in issues if one.issue.paper_id == paper_id])
              for paper_id, name in sorted({one.issue.paper_id: one.issue.paper for one in issues}.items())),
        ledger.together(issues), owed(awards if row.state is RoundState.RELEASED else (), from_json(row.rules)))


def _names(awards: Iterable[AwardRow]) -> tuple[str, ...]:
    """In no order of places, as they are printed."""
    return tuple(sorted(one.printed_name for one in awards if one.printed_name))


def _rate(paper: str, those: Sequence[ledger.IssueLedger]) -> PaperRate:
    total = those[0].ledger if len(those) == 1 else ledger.together(those)
    return PaperRate(paper, total, sum(len(one.counted) for one in those))


def owed(awards: Sequence[AwardRow], rules: RuleSet) -> Owed:
    """Of a released list. What moved on is owed to its new winner, and not where it came from."""
    standing = [one for one in awards if not one.vacated]
    unclaimed = [one for one in standing if one.state is PrizeState.TO_BE_CLAIMED]
    cash = sum(one.prize is Prize.BEST and one.state is not PrizeState.LAPSED for one in standing)
    best = finance.of_best(rules)
    ends = min((one.until for one in unclaimed if one.until is not None), default=None)
    return Owed(
        to_hand_over=sum(one.state is PrizeState.CLAIMED for one in standing), unclaimed=len(unclaimed),
        unclaimed_until=Terms.last_day(ends) if ends else None,
        lapsed=sum(one.state is PrizeState.LAPSED for one in standing), cash_prizes=cash,
        gross_fen=cash * best.gross_fen, net_fen=cash * best.net_fen)
