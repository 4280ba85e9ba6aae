"""What stands in a form, in words: the fields of the grading and the mend form by their names. Reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, TextAreaField

from models.enums import SCORING_VERDICTS, Doubling, Verdict
from web import present
from web.console.reports.report_forms import DOUBLINGS

HIDDEN = frozenset({"csrf_token", "expected_version"})
RUBRIC = frozenset({"row_code", "doubling", "place_mark", "correction_mark", "reason_mark"})
"""Fields that only a verdict with points uses; beside another one they hold what the page proposed."""
SCORING = frozenset(verdict.value for verdict in SCORING_VERDICTS)
NOTHING = "（没填）"


def fields(form: Any) -> list[Any]:
    """The fields that an editor fills in."""
    return [field for field in form if field.short_name not in HIDDEN]


def value(field: Any) -> str:
    """What a browser would send for a field; "" for what is empty or not ticked."""
    if isinstance(field, BooleanField):
        return "y" if field.data else ""
    return str(field.data or "").replace("\r\n", "\n")


def words(short_name: str, sent: str, kinds: Mapping[str, str], *, ticks: bool = False) -> str:
    """A value as it is shown: verdicts, kinds (by `kinds`) and doublings by their names."""
    if ticks:
        return "是" if sent else "否"
    if not sent:
        return NOTHING
    try:
        if short_name == "verdict":
            return present.name(Verdict(sent))
        if short_name == "doubling":
            return DOUBLINGS[Doubling(sent)]
    except ValueError:
        return sent
    return kinds.get(sent, sent) if short_name == "row_code" else sent


def is_tick(field: Any) -> bool:
    return isinstance(field, BooleanField)


def is_long(field: Any) -> bool:
    return isinstance(field, TextAreaField)


def summary(form: Any, entered: Mapping[str, str], kinds: Mapping[str, str]) -> str:
    """Kept fields in one line, by their labels: 结论 采纳 · 理由 原文无误."""
    parts = []
    unused = frozenset() if entered.get("verdict") in SCORING or "verdict" not in entered else RUBRIC
    for field in fields(form):
        sent = entered.get(field.name, "")
        if not sent or field.short_name in unused or (field.short_name == "doubling" and sent == Doubling.NONE):
            continue
        label = field.label.text
        parts.append(label if is_tick(field) else f"{label} {present.short(words(field.short_name, sent, kinds), 40)}")
    return " · ".join(parts)
