"""What the rubric of a report offers: the rows of the annex with their digits, and the one that is proposed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.contest.annex import STATUS_NAMES, AnnexRow, RowKind
from bot.contest.arithmetic import points_text
from bot.contest.rules import RuleSet
from bot.understanding.errata_kind import propose
from bot.understanding.values import Finding
from models.enums import Doubling

DIGITS = 9
OFTEN = ("N-18",)
"""Local rows that stand with the national ones, not folded: punctuation comes up every day."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The row of the annex that the machine would take, and what speaks for it; an editor decides."""

    row: AnnexRow
    doubled: bool
    points: str
    why: str

    @property
    def doubling(self) -> str:
        return Doubling.HEADLINE.value if self.doubled else Doubling.NONE.value


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one standing. `keyed`: (digit or "", row), in sight; `folded`: the rarer ones."""

    name: str
    keyed: tuple[tuple[str, AnnexRow], ...]
    folded: tuple[AnnexRow, ...]


def groups(rules: RuleSet) -> list[Group]:
    """The rows that can be picked, the national ones first; the first nine in sight have the digits."""
    found: list[Group] = []
    digit = 1
    for number, (status, name) in enumerate(STATUS_NAMES.items()):
        rows = [row for row in rules.annex if row.kind is RowKind.POINTS and row.status is status]
        often = [row for row in rows if number == 0 or row.code in OFTEN]
        keyed = []
        for row in often:
            keyed.append((str(digit) if digit <= DIGITS else "", row))
            digit += 1
        if rows:
            found.append(Group(name, tuple(keyed), tuple(row for row in rows if row not in often)))
    return found


def row_of(rules: RuleSet, code: str | None) -> AnnexRow | None:
    """A row that can be picked, by its code."""
    return next((row for row in rules.annex if row.code == code and row.kind is RowKind.POINTS), None)


def proposal(finding: Finding, *, in_title: bool, rules: RuleSet, where: str) -> Kind | None:
    """The likeliest row; doubled in a title, where the row is one that doubles. `where`: 标题, 副题."""
    kind = propose(finding, False)
    row = row_of(rules, kind.code) if kind else None
    if kind is None or row is None:
        return None
    doubled = row.doubles and in_title
    base = points_text(row.base_milli)
    points = f"{base} 分 × {rules.doubling_factor} ＝ {points_text(row.base_milli * rules.doubling_factor)} 分"
    return Kind(row, doubled, points if doubled else f"{base} 分", f"{kind.why}；在{where}里，加倍" if doubled else kind.why)


def for_script(rules: RuleSet, rank: int | None) -> dict[str, Any]:
    """The numbers that console-sum.js multiplies; the server does it again. `rank`: 0 a repeat, None in nobody's way."""
    return {"factor": rules.doubling_factor, "shares": rules.shares_quarters, "small": rules.small_erratum_milli,
            "base": rules.clarity_base_tenths, "step": rules.clarity_step_tenths, "rank": rank,
            "cap": rules.usage_cap_milli}
