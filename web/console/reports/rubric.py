"""The rubric outside the page of a report: for practice and calibration, with the fields and keys of the real one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.contest.arithmetic import points_text
from bot.contest.rules import RuleSet
from bot.errors import BadInput
from models.enums import SCORING_VERDICTS, Doubling, Verdict
from web.console.reports.report_forms import DOUBLINGS, KEYS, MARK_KEYS, MARKS, RubricFields
from web.console.reports.rubric_choices import groups

ESCALATED = "escalated"
"""What stands in place of a verdict where a report is handed up."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was entered; only what belongs to the verdict is kept. `verdict` None: handed up."""

    verdict: Verdict | None
    row_code: str | None
    doubling: Doubling
    marks: tuple[bool, bool, bool]
    reason: str


class RubricForm(RubricFields):
    def given(self) -> Given:
        """BadInput for a forged choice."""
        try:
            verdict = None if self.verdict.data == ESCALATED else Verdict(self.verdict.data or "")
            doubling = Doubling(self.doubling.data or Doubling.NONE)
        except ValueError:
            raise BadInput("请选一个结论。") from None
        if verdict not in SCORING_VERDICTS:
            return Given(verdict, None, Doubling.NONE, (False, False, False), self.reason.data or "")
        return Given(verdict, self.row_code.data or None, doubling, self.marks(), self.reason.data or "")


def names(rules: RuleSet) -> dict[str, Any]:
    """What console/practice/rubric.html asks for besides the form."""
    return {"keys": KEYS, "doublings": DOUBLINGS, "mark_names": MARKS, "mark_keys": MARK_KEYS, "rows": groups(rules),
            "points_text": points_text}
