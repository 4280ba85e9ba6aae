"""Which statistics an address asks for, of which days and paper, and what is read for each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from bot.house import ledger
from bot.house.statistics import (
    LONGEST_DAYS,
    Period,
    PeriodKind,
    Waiting,
    day_of,
    own_period,
    standing_period,
)
from models.queries import rounds
from models.queries import statistics as queries
from models.queries.statistics import Asked, DayCount, Waits
from web.console.figures import statistics_tables as tables
from web.console.figures.statistics_values import Name, Statistic
from web.numbers import whole

Kind = TypeVar("Kind", bound=StrEnum)

USUAL = PeriodKind.THREE


class Part(StrEnum):
    """The tabs: each page asks the database for its own only."""

    RECEIVED = "received"
    ERRATA = "errata"
    RATE = "rate"
    GRADED = "graded"


PART_NAMES = {Part.RECEIVED: "收到的纠错", Part.ERRATA: "差错", Part.RATE: "每万字差错", Part.GRADED: "评定和答复"}
PARTS: dict[Part, tuple[Name, ...]] = {
    Part.RECEIVED: (Name.DAYS, Name.PAPERS, Name.PAGES),
    Part.ERRATA: (Name.KINDS, Name.FINDERS),
    Part.RATE: (Name.RATE,),
    Part.GRADED: (Name.ACCEPTED, Name.WAITING, Name.ANSWERS),
}
PERIOD_NAMES = {PeriodKind.ROUND: "本轮", PeriodKind.MONTH: "本月", PeriodKind.THREE: "近 3 个月",
                PeriodKind.TWELVE: "近 12 个月", PeriodKind.OWN: "自选日期"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address asks for. `problem`: why it could not be taken as it stands; the usual period is shown then."""

    part: Part
    kind: PeriodKind
    period: Period
    paper_id: int | None
    papers: tuple[tuple[int, str], ...]
    problem: str = ""

    @property
    def names(self) -> tuple[Name, ...]:
        """The statistics of this part. One paper alone is compared with none."""
        alone = len(self.papers) < 2 or self.paper_id is not None
        return tuple(one for one in PARTS[self.part] if not (alone and one is Name.PAPERS))

    @property
    def paper_name(self) -> str:
        return dict(self.papers).get(self.paper_id or 0, "")

    def address(self) -> dict[str, str | int]:
        """Period and paper as parameters of an address; what is usual is left out."""
        found: dict[str, str | int] = {} if self.kind is USUAL else {"period": self.kind.value}
        if self.kind is PeriodKind.OWN:
            found |= {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        return found if self.paper_id is None else {**found, "paper": self.paper_id}


def choose(session: Session, args: MultiDict[str, str], *, now: datetime) -> Chosen:
    """Reads an address; whatever is not understood is left out, or said where it matters."""
    papers = queries.papers(session)
    paper_id = args.get("paper", type=whole)
    kind, part = _one_of(PeriodKind, args.get("period"), USUAL), _one_of(Part, args.get("part"), Part.RECEIVED)
    period, problem = _period(session, kind, args, now)
    if period is None:
        period = standing_period(USUAL, day_of(now))
        kind = kind if kind is PeriodKind.OWN else USUAL
    return Chosen(part, kind, period, paper_id if paper_id in dict(papers) else None, papers, problem)


def _one_of(kinds: type[Kind], text: str | None, usual: Kind) -> Kind:
    try:
        return kinds(text or "")
    except ValueError:
        return usual


def _period(session: Session, kind: PeriodKind, args: MultiDict[str, str], now: datetime) -> tuple[Period | None, str]:
    """The days asked for; None with a sentence, or without one where nothing was said yet."""
    today = day_of(now)
    if kind is PeriodKind.ROUND:
        span = queries.round_span(session, rounds.current(session, today))
        if span is None:
            return None, "还没有轮次，先看近 3 个月的。"
        return Period(span[0], max(span[0], min(span[1], today))), ""
    if kind is not PeriodKind.OWN:
        return standing_period(kind, today), ""
    texts = args.get("from", ""), args.get("to", "")
    if not any(texts):
        return None, ""
    try:
        found = own_period(*(date.fromisoformat(text) for text in texts))
    except ValueError:
        return None, "请把起止两个日期都选上。"
    return found, "" if found else f"起始日期要在结束日期之前，最长 {LONGEST_DAYS // 366} 年。"


class Reads:
    """Reads for the statistics of one page; what two of them need is read once."""

    def __init__(self, session: Session, chosen: Chosen, *, now: datetime) -> None:
        self.session, self.chosen, self.now, self.period = session, chosen, now, chosen.period
        self.asked = Asked(chosen.period.since, chosen.period.until, chosen.paper_id)

    @cached_property
    def days(self) -> list[DayCount]:
        return queries.days(self.session, self.asked)

    @cached_property
    def waits(self) -> Waits:
        return queries.decisions(self.session, self.asked, self.period.month_starts, now=self.now)

    @cached_property
    def waited(self) -> tuple[list[Waiting], Waiting]:
        return tables.waited(self.waits, self.period.months)


def read(reads: Reads, name: Name) -> Statistic:
    """One statistic."""
    return _READERS[name](reads)


def _rate(reads: Reads) -> Statistic:
    months = reads.period.months
    return tables.rate(ledger.by_month(reads.session, first=months[0], last=months[-1], paper_id=reads.asked.paper_id))


def _answers(reads: Reads) -> Statistic:
    return tables.answers(reads.waited[0], reads.period.months, queries.desk(reads.session, reads.asked, now=reads.now),
                          now=reads.now)


_READERS: dict[Name, Callable[[Reads], Statistic]] = {
    Name.DAYS: lambda reads: tables.days(reads.days, reads.period),
    Name.PAPERS: lambda reads: tables.papers(reads.days, dict(reads.chosen.papers)),
    Name.PAGES: lambda reads: tables.pages(queries.pages(reads.session, reads.asked)),
    Name.KINDS: lambda reads: tables.kinds(queries.kinds(reads.session, reads.asked)),
    Name.FINDERS: lambda reads: tables.finders(queries.finders(reads.session, reads.asked)),
    Name.RATE: _rate,
    Name.ACCEPTED: lambda reads: tables.accepted(reads.waits, reads.period.months),
    Name.WAITING: lambda reads: tables.waiting(*reads.waited, reads.period.months),
    Name.ANSWERS: _answers,
}
