"""What was done to a paper, in plain sentences. Reads no row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from models.queries.audit import AuditLine
from models.queries.paper_history import History
from web import audit_words, present
from web.console.papers.paper_forms import rhythm_words


def sentence(entry: AuditLine, history: History) -> str:
    """What one entry says: 改名：“凉城报” 改成 “社区晨报·凉城”."""
    said = SENTENCES.get(entry.verb)
    if said is not None:
        return said(entry.details, history)
    words = audit_words.verb(entry.verb)
    month = history.months.get(entry.object_id or 0) if entry.object_kind == "issue" else None
    held = audit_words.details({key: entry.details[key] for key in ("pages", "articles") if key in entry.details})
    return f"{words}{f'：{present.month(month)}' if month else ''}{f'（{held}）' if held else ''}"


def _swapped(name: str, form: str = "“{}”") -> Callable[[dict[str, Any], History], str]:
    def said(details: dict[str, Any], _: History) -> str:
        before, after = details.get("was"), details.get("became")
        if before is None:
            return f"{name}：填了{form.format(after)}"
        if after is None:
            return f"{name}：去掉了{form.format(before)}"
        return f"{name}：{form.format(before)}改成{form.format(after)}"

    return said


def _set(name: str, shown: Callable[[Any, History], str]) -> Callable[[dict[str, Any], History], str]:
    def said(details: dict[str, Any], history: History) -> str:
        parts = [f"{verb}{_listed(details.get(key, ()), shown, history)}"
                 for key, verb in (("added", "加上"), ("removed", "去掉")) if details.get(key)]
        return f"{name}：{'，'.join(parts)}"

    return said


def _listed(values: Iterable[Any], shown: Callable[[Any, History], str], history: History) -> str:
    return "、".join(shown(value, history) for value in values)


def _rhythm(details: dict[str, Any], _: History) -> str:
    before = rhythm_words(details["was"], details.get("was_first"))
    return f"出报：“{before}”改成“{rhythm_words(details['became'], details.get('first_month'))}”"


def _month(words: str) -> Callable[[dict[str, Any], History], str]:
    return lambda details, _: f"{words}{present.month(details['month'])}的一期"


SENTENCES: dict[str, Callable[[dict[str, Any], History], str]] = {
    "rename_paper": _swapped("名字"),
    "set_aliases": _set("别名", lambda value, _: f"“{value}”"),
    "set_rhythm": _rhythm,
    "set_usual_pages": _swapped("通常几个版", " {} 个版"),
    "set_scope": _swapped("不算在内的"),
    "assign_graders": _set("谁来评", lambda value, history: history.staff.get(value, f"人员 {value}")),
    "plan_issue": _month("加排"),
    "drop_issue": _month("取消"),
}
