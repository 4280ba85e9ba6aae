"""A practice answer held against the right one, and what either is worth by the rules of the contest. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.contest.annex import USAGE
from bot.contest.arithmetic import arithmetic
from bot.contest.rules import DEFAULT_RULES, RuleSet
from bot.contest.scoring import ErratumPoints, ScoringReport, score
from bot.practice.items import Answer, Item
from models.enums import Doubling, Verdict

READER, NUMBER, ERRATUM = 1, 1, 1
MORNING = datetime(2026, 7, 1, tzinfo=UTC)
"""Practice has no calendar: only the order of the finders counts."""
SEQUENCE = 1_000
"""Of the receipt of what came at MORNING; one a minute."""


class Part(StrEnum):
    """What an answer is made of."""

    VERDICT = "verdict"
    ROW = "row"
    DOUBLING = "doubling"
    MARKS = "marks"


@dataclass(frozen=True, slots=True)
class Marked:
    """`right`, `wrong`: the parts that agree with the right answer and those that do not; `also`: another row was
    picked that can be argued for. `worth`: the arithmetic of the right answer, "" where nothing is scored."""

    right: tuple[Part, ...]
    wrong: tuple[Part, ...]
    also: bool
    worth: str

    @property
    def whole(self) -> bool:
        return not self.wrong


def mark(item: Item, given: Answer) -> Marked:
    """Only what belongs to the verdict is compared: a "no" has no row, doubling or marks."""
    expected = item.answer
    also = given.row_code in item.also_rows
    parts = [(Part.VERDICT, given.verdict is expected.verdict)]
    if expected.scoring and given.scoring:
        parts += [(Part.ROW, given.row_code == expected.row_code or also),
                  (Part.DOUBLING, given.doubling is expected.doubling), (Part.MARKS, given.marks == expected.marks)]
    return Marked(tuple(part for part, same in parts if same), tuple(part for part, same in parts if not same),
                  also and given.scoring, worth(item, expected))


def worth(item: Item, answer: Answer, rules: RuleSet = DEFAULT_RULES) -> str:
    """The line that the real page would show for this answer; "" for one that scores nothing by its verdict."""
    if not answer.scoring or answer.row_code is None or item.finder == 0:
        return ""
    reports = [_report(NUMBER, READER, ERRATUM, answer.marks, 0, answer.verdict)]
    reports += [_report(100 + n, 100 + n, ERRATUM, (True, True, True), -item.finder + n) for n in range(1, item.finder)]
    errata = {ERRATUM: ErratumPoints(ERRATUM, answer.row_code, answer.doubling)}
    usage = next(row for row in rules.annex if row.cap_group == USAGE)
    for n in range(item.usage_spent_milli // usage.base_milli):
        reports.append(_report(200 + n, READER, 200 + n, (True, True, True), -100 + n))
        errata[200 + n] = ErratumPoints(200 + n, usage.code, Doubling.NONE)
    return arithmetic(score(reports, errata, rules)[NUMBER], rules)


def _report(number: int, person: int, erratum: int, marks: tuple[bool, bool, bool], minute: int,
            verdict: Verdict | None = Verdict.ACCEPTED) -> ScoringReport:
    return ScoringReport(number, person, erratum, verdict, marks, MORNING + timedelta(minutes=minute), SEQUENCE + minute)
