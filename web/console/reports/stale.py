"""A save that came too late: what one entered and what stands there now, field by field. Reads nothing, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.enums import ReportState, Verdict
from models.queries.report_history import GradeView
from models.work_enums import DraftOf
from web import present
from web.console.reports import entered

ENDPOINTS = {DraftOf.GRADE: "report.grade", DraftOf.MEND: "report.mend"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One field of the form in both forms: as it would be sent, and in words. `matters`: it belongs to what was decided,
    here or there; the others are sent along as they were entered."""

    name: str
    label: str
    mine: str
    theirs: str
    mine_words: str
    theirs_words: str
    matters: bool = True

    @property
    def differs(self) -> bool:
        return self.matters and self.mine.strip() != self.theirs.strip()


@dataclass(frozen=True, slots=True)
class Conflict:
    """`sentence`: who changed what. `comparable`: there is something of somebody else's to take instead."""

    form: DraftOf
    endpoint: str
    sentence: str
    choices: tuple[Choice, ...]
    comparable: bool

    @property
    def differing(self) -> int:
        return sum(one.differs for one in self.choices)


def conflict(form: DraftOf, *, mine: Any, theirs: Any, found: Any) -> Conflict:
    """`mine` as entered, `theirs` filled from the report as it is now; `found` is what report_page gathered."""
    now = {field.short_name: field for field in entered.fields(theirs)}
    idle = _idle(mine, theirs) if form is DraftOf.GRADE else frozenset()
    choices = tuple(_choice(field, now[field.short_name], field.short_name not in idle, found.kinds)
                    for field in entered.fields(mine) if field.short_name in now)
    decided = found.report.state in (ReportState.DECIDED, ReportState.NEEDS_MORE)
    return Conflict(form, ENDPOINTS[form], what_changed(found), choices, form is DraftOf.MEND or decided)


def _idle(mine: Any, theirs: Any) -> frozenset[str]:
    """Fields of the rubric that neither verdict uses: a kind beside 非差错 is only what the page proposed."""
    verdicts = {mine.verdict.data, theirs.verdict.data}
    idle = frozenset() if verdicts & entered.SCORING else entered.RUBRIC
    return idle if Verdict.REPEATED in verdicts else idle | {"original"}


def _choice(mine: Any, theirs: Any, matters: bool, kinds: Mapping[str, str]) -> Choice:
    ticks = entered.is_tick(mine)
    one, other = entered.value(mine), entered.value(theirs)
    return Choice(mine.name, mine.label.text, one, other, entered.words(mine.short_name, one, kinds, ticks=ticks),
                  entered.words(mine.short_name, other, kinds, ticks=ticks), matters)


def what_changed(found: Any) -> str:
    """编辑甲 10:42 已改：错 1 字→标点. Nothing of a verdict that the viewer must not know yet."""
    report = found.report
    if report.hidden:
        return "这一条刚刚有了改动。"
    if report.decided_at and report.state is ReportState.ESCALATED:
        return f"{report.decided_by} {present.clock_time(report.decided_at)} 已上报。"
    if report.decided_at:
        return _decision(report.decided_by, report.decided_at, found.grades, found.kinds)
    last = found.events[0] if found.events else None
    if last is None:
        return "这一条刚刚有了改动。"
    more = f"：{'；'.join(last.lines)}" if last.lines else ""
    return f"{last.who} {present.clock_time(last.at)} {last.what}{more}。"


def _decision(by: str | None, at: datetime, grades: Sequence[GradeView], kinds: Mapping[str, str]) -> str:
    standing = [grade for grade in grades if not grade.taken_back]
    opening = f"{by} {present.clock_time(at)}"
    if not standing:
        return f"{opening} 已评。"
    last = standing[-1]
    became = _grade_words(last, kinds)
    if len(standing) > 1 and _grade_words(standing[-2], kinds) != became:
        return f"{opening} 已改：{_grade_words(standing[-2], kinds, last)}→{_grade_words(last, kinds, standing[-2])}。"
    return f"{opening} 已评为{became}。"


def _grade_words(grade: GradeView, kinds: Mapping[str, str], beside: GradeView | None = None) -> str:
    """Verdict and kind; beside another grade with the same verdict the kind alone."""
    kind = kinds.get(grade.row_code or "", grade.row_code or "")
    if kind and beside is not None and beside.verdict is grade.verdict and beside.row_code != grade.row_code:
        return kind
    return present.name(grade.verdict) + (f"（{kind}）" if kind else "")
