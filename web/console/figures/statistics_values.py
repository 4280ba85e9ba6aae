"""One statistic as a value: columns, rows, plot, and how a cell looks on the page and in a file. Reads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from bot.exports import Cell, Sheet
from web.console.figures.plots import Plot


class Name(StrEnum):
    """As it stands in an address."""

    DAYS = "days"
    PAPERS = "papers"
    PAGES = "pages"
    KINDS = "kinds"
    FINDERS = "finders"
    RATE = "rate"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    ANSWERS = "answers"


class CellKind(StrEnum):
    TEXT = "text"
    DAY = "day"
    MONTH = "month"  # YYYY-MM
    COUNT = "count"
    PERCENT = "percent"  # a Fraction of one
    MINUTES = "minutes"
    RATE = "rate"  # errors per 10,000, a Fraction
    POINTS = "points"  # thousandths


UNITS = {CellKind.PERCENT: "（%）", CellKind.MINUTES: "（小时）"}
LABELS = frozenset({CellKind.TEXT, CellKind.DAY, CellKind.MONTH})
"""What a row is named by; all others are figures."""
Value = str | date | int | Fraction | None


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    kind: CellKind = CellKind.COUNT


@dataclass(frozen=True, slots=True)
class Statistic:
    """`sentence` says what the plot shows; `plot` None: too little for one, or nothing at all (`counted` 0)."""

    name: Name
    title: str
    sentence: str
    how: str
    counted: int
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    plot: Plot | None

    @property
    def listed(self) -> Sequence[tuple[Value, ...]]:
        """The rows as the page lists them: the newest day or month first."""
        return self.rows[::-1] if self.columns[0].kind in (CellKind.DAY, CellKind.MONTH) else self.rows

    @property
    def sheet(self) -> Sheet:
        """The table for a file: units in the headings, numbers as numbers."""
        heads = [one.title + UNITS.get(one.kind, "") for one in self.columns]
        return Sheet(self.title, heads, [[_exported(column, value) for column, value in zip(self.columns, row, strict=True)]
                                         for row in self.rows])


def shown(column: Column, value: Value) -> str:
    """One cell as the page shows it."""
    if value is None:
        return "—"
    if isinstance(value, date):
        return f"{value.year}年{day_name(value)}"
    if isinstance(value, str):
        return month_name(value) if column.kind is CellKind.MONTH else value
    if column.kind is CellKind.PERCENT:
        return percent(Fraction(value))
    if column.kind is CellKind.MINUTES:
        return duration(int(value))
    if column.kind is CellKind.RATE:
        return f"{float(value):.2f}"
    return f"{int(value) / 1000:g}" if column.kind is CellKind.POINTS else f"{value:,}"


def _exported(column: Column, value: Value) -> Cell:
    if value is None or isinstance(value, str | date):
        return value
    if column.kind is CellKind.PERCENT:
        return round(float(value) * 100, 1)
    if column.kind is CellKind.MINUTES:
        return round(float(value) / 60, 2)
    return float(value) / 1000 if column.kind is CellKind.POINTS else value


def _calendar(value: str | date) -> str:
    return month_name(value) if isinstance(value, str) else f"{value.year}年{day_name(value)}"


def percent(value: Fraction) -> str:
    """0.605 → 60.5%; whole ones without a decimal."""
    return f"{float(value) * 100:.1f}".removesuffix(".0") + "%"


def duration(minutes: int) -> str:
    """Two units at most: 35 分钟, 5 小时 20 分, 2 天 3 小时."""
    hours, rest = divmod(minutes, 60)
    days, left = divmod(hours, 24)
    if days:
        return f"{days} 天 {left} 小时" if left else f"{days} 天"
    if hours:
        return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"
    return f"{rest} 分钟"


def month_name(month: str) -> str:
    """2026-11 → 2026年11月."""
    return f"{month[:4]}年{int(month[5:])}月"


def day_name(day: date) -> str:
    return f"{day.month}月{day.day}日"
