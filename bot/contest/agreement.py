"""How far graders agree, and how each of them stands to the others: pure functions of values.

Krippendorff's alpha after his "Computing Krippendorff's Alpha-Reliability" (2011), Gwet's AC1 after Gwet (2008, 2014).
Knows no database, no clock, no words of a screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist, fmean, stdev
from typing import NamedTuple

ENOUGH = 20
"""Below so many doubly graded reports a figure says more about chance than about graders: none is shown."""

Value = str | int
Unit = Mapping[int, Value]
"""What was judged once: grader → value. Whoever did not judge it is missing; with one grader it counts nowhere."""


class Level(StrEnum):
    """How two different values are apart: just different, by rank, by distance."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; `low`/`high` None where there is too little to tell."""

    value: float
    low: float | None
    high: float | None


def alpha(units: Iterable[Unit], level: Level) -> float | None:
    """Krippendorff's alpha: 1 is full agreement, 0 what chance would give, below 0 worse than that.

    None where it is not defined: nothing was judged twice, or all gave one and the same value. Values of ordinal
    and interval data are numbers.
    """
    return _alpha(_sum(_coincidences(list(unit.values())) for unit in units), level)


def alpha_estimate(units: Sequence[Unit], level: Level) -> Estimate | None:
    """Alpha with the interval of the jackknife (each unit left out once): no chance in it, the same at every look."""
    parts = [part for part in (_coincidences(list(unit.values())) for unit in units) if part]
    whole = _sum(parts)
    value = _alpha(whole, level)
    if value is None:
        return None
    # Thousands of reports are graded in a few ways: leaving one out comes to the same as leaving out its like.
    alike = [tuple(sorted(part.items(), key=str)) for part in parts]
    left = {key: _alpha(_without(whole, dict(key)), level) for key in set(alike)}
    without = [left[key] for key in alike]
    known = [one for one in without if one is not None]
    if len(known) < len(without) or len(known) < 2:
        return Estimate(value, None, None)
    middle, many = fmean(known), len(known)
    error = sqrt((many - 1) / many * sum((one - middle) ** 2 for one in known))
    reach = student(many - 1) * error
    return Estimate(value, max(value - reach, -1.0), min(value + reach, 1.0))


def ac1(units: Iterable[Unit]) -> float | None:
    """Gwet's AC1 over the values that were given: stays sensible where nearly everything gets the same verdict."""
    rows = [Counter(unit.values()) for unit in units if unit]
    agreed = _raw(rows)
    if agreed is None:
        return None
    kinds = {value for row in rows for value in row}
    shares = [fmean(row[kind] / row.total() for row in rows) for kind in kinds]
    by_chance = sum(share * (1 - share) for share in shares) / max(len(kinds) - 1, 1)
    return (agreed - by_chance) / (1 - by_chance)


def raw_agreement(units: Iterable[Unit]) -> float | None:
    """The share of pairs of graders of one report who gave the same, each report weighing the same. None: no pair."""
    return _raw([Counter(unit.values()) for unit in units])


FEW_DEGREES = (12.706, 4.303, 3.182, 2.776)
"""The same point for 1 to 4 degrees, from any printed table: the series is right to 0.004 from 5 on."""


def student(degrees: int) -> float:
    """The two-sided 95 % point of Student's t, by the series of Cornish and Fisher."""
    if degrees <= len(FEW_DEGREES):
        return FEW_DEGREES[degrees - 1]
    z = NormalDist().inv_cdf(0.975)
    terms: tuple[float, ...] = ((z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96,
             (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384)  # fmt: skip
    return z + sum(term / float(degrees) ** power for power, term in enumerate(terms, 1))


def _raw(rows: Sequence[Counter[Value]]) -> float | None:
    shares = [sum(n * (n - 1) for n in row.values()) / (row.total() * (row.total() - 1))
              for row in rows if row.total() > 1]
    return fmean(shares) if shares else None


Coincidences = dict[tuple[Value, Value], float]


def _coincidences(values: Sequence[Value]) -> Coincidences:
    """How often two graders of one unit gave these two values, each unit weighing as many values as it has."""
    if len(values) < 2:
        return {}
    counts = Counter(values)
    weight = 1 / (len(values) - 1)
    return {(a, b): counts[a] * (counts[b] - (a == b)) * weight
            for a in counts for b in counts if a != b or counts[a] > 1}


def _sum(parts: Iterable[Coincidences]) -> Coincidences:
    whole: Coincidences = {}
    for part in parts:
        for pair, many in part.items():
            whole[pair] = whole.get(pair, 0.0) + many
    return whole


NOTHING_LEFT = 1e-9
"""What subtracting floats leaves of nothing."""


def _without(whole: Coincidences, part: Coincidences) -> Coincidences:
    left = {pair: many - part.get(pair, 0.0) for pair, many in whole.items()}
    return {pair: many for pair, many in left.items() if many > NOTHING_LEFT}


def _alpha(seen: Coincidences, level: Level) -> float | None:
    totals: dict[Value, float] = {}
    for (one, _), many in seen.items():
        totals[one] = totals.get(one, 0.0) + many
    count = sum(totals.values())
    apart = _distances(totals, level)
    by_chance = sum(totals[a] * totals[b] * apart[a, b] for a in totals for b in totals)
    if not by_chance:
        return None
    observed = sum(many * apart[pair] for pair, many in seen.items())
    return 1 - (count - 1) * observed / by_chance


def _distances(totals: Mapping[Value, float], level: Level) -> dict[tuple[Value, Value], float]:
    """The squared difference of every two values; ordinal ones are as far apart as there are values between them."""
    if level is Level.NOMINAL:
        return {(a, b): float(a != b) for a in totals for b in totals}
    if level is Level.INTERVAL:
        return {(a, b): float((_number(a) - _number(b)) ** 2) for a in totals for b in totals}
    places: dict[Value, float] = {}
    below = 0.0
    for value in sorted(totals, key=_number):
        places[value] = below + totals[value] / 2
        below += totals[value]
    return {(a, b): (places[a] - places[b]) ** 2 for a in totals for b in totals}


def _number(value: Value) -> int:
    if isinstance(value, str):
        raise TypeError(f"not a number: {value!r}")
    return value


# --- how one grader stands to the others ---


class Judged(NamedTuple):
    """One grader's grade of one report. `points_milli`: what the erratum would be worth, 0 for every "no".

    `period` is what drift is followed over: the month of the round.
    """

    report: int
    grader: int
    accepted: bool
    points_milli: int
    row_code: str | None
    period: str


@dataclass(frozen=True, slots=True)
class Drift:
    """A grader beside those who graded the same reports. Points in thousandths, shares from 0 to 1.

    `shift_milli`: by how much his points lie above theirs on average; `reach_milli` half of its 95 % interval, None
    for one report. `favourite`: the row that he gives more often than they do, by how many of his accepted reports.
    """

    grader: int
    reports: int
    shift_milli: float
    reach_milli: float | None
    accepted: float
    accepted_by_others: float
    favourite: str | None
    favourite_share: float
    favourite_share_of_others: float

    @property
    def leans(self) -> bool:
        """Whether the shift is more than chance would give."""
        return self.reach_milli is not None and abs(self.shift_milli) > self.reach_milli


def drifts(judged: Iterable[Judged]) -> dict[int, Drift]:
    """Every grader's drift over the reports that another one graded as well."""
    groups: dict[int, list[list[Judged]]] = {}
    for group in _doubled(judged):
        for one in group:
            groups.setdefault(one.grader, []).append(group)
    return {grader: _drift(grader, groups[grader]) for grader in sorted(groups)}


def drifts_over_time(judged: Iterable[Judged]) -> dict[str, dict[int, Drift]]:
    """The same for each period by itself, the earliest first."""
    periods: dict[str, list[Judged]] = {}
    for one in judged:
        periods.setdefault(one.period, []).append(one)
    return {period: drifts(periods[period]) for period in sorted(periods)}


def units_of(judged: Iterable[Judged], value: str) -> list[dict[int, Value]]:
    """What the figures of agreement take: one unit a report, `value` being "accepted", "points_milli"…"""
    units: dict[int, dict[int, Value]] = {}
    for one in judged:
        units.setdefault(one.report, {})[one.grader] = getattr(one, value)
    return list(units.values())


def doubly_graded(judged: Iterable[Judged]) -> int:
    """How many reports at least two graders judged."""
    return len(_doubled(judged))


def _doubled(judged: Iterable[Judged]) -> list[list[Judged]]:
    reports: dict[int, dict[int, Judged]] = {}
    for one in judged:
        reports.setdefault(one.report, {})[one.grader] = one
    return [list(graders.values()) for _, graders in sorted(reports.items()) if len(graders) > 1]


def _drift(grader: int, groups: Sequence[Sequence[Judged]]) -> Drift:
    own = [next(one for one in group if one.grader == grader) for group in groups]
    others = [[one for one in group if one.grader != grader] for group in groups]
    shifts = [mine.points_milli - sum(one.points_milli for one in theirs) / len(theirs)
              for mine, theirs in zip(own, others, strict=True)]
    reach = student(len(shifts) - 1) * stdev(shifts) / sqrt(len(shifts)) if len(shifts) > 1 else None
    favourite, share, of_others = _favourite(own, [one for theirs in others for one in theirs])
    return Drift(
        grader, len(own), fmean(shifts), reach, fmean(one.accepted for one in own),
        fmean(sum(one.accepted for one in theirs) / len(theirs) for theirs in others), favourite, share, of_others)


def _favourite(own: Sequence[Judged], others: Sequence[Judged]) -> tuple[str | None, float, float]:
    """The row given more often than by the others, counted among accepted reports; the first code on a tie."""
    mine, theirs = _row_shares(own), _row_shares(others)
    ahead = sorted((theirs.get(row, 0.0) - share, row) for row, share in mine.items())
    if not ahead or ahead[0][0] >= 0:
        return None, 0.0, 0.0
    row = ahead[0][1]
    return row, mine[row], theirs.get(row, 0.0)


def _row_shares(judged: Sequence[Judged]) -> dict[str, float]:
    rows = Counter(one.row_code for one in judged if one.accepted and one.row_code is not None)
    return {row: many / rows.total() for row, many in rows.items()}
