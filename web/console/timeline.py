"""The history of one report as one list: versions, grades, acts of the editors. No reader stands in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.understanding.values import Located
from models.queries.report import AuditView, GradeView, VersionView
from web import present

FIELDS = {
    "paper_text": "报纸", "issue_text": "期", "page": "版面", "article_text": "文章", "wrong": "原文",
    "right": "改正", "reason": "理由",
}
SHOWN_ELSEWHERE = frozenset({"grade", "mend"})
"""Verbs whose effect stands in a grade or a version of its own."""
LOCATED = {
    Located.FOUND: "找到了", Located.SEVERAL: "有几处一样的", Located.NOT_FOUND: "没有找到",
    Located.NOT_IMPORTED: "还没有导入", Located.NO_QUOTE: "没有引用原文",
}
SHORT = 80

Mask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Event:
    """`kind`: reader, grade or staff; it gives the colour, the words say the same."""

    at: datetime
    kind: str
    who: str
    what: str
    lines: tuple[str, ...] = ()


def events(versions: tuple[VersionView, ...], grades: tuple[GradeView, ...], entries: tuple[AuditView, ...],
           mask: Mask) -> list[Event]:
    """Newest first."""
    found = [_version(old, new, mask) for old, new in zip((None, *versions), versions, strict=False)
             if not _same_place(old, new)]
    found += [_grade(grade) for grade in grades]
    found += [_entry(entry) for entry in entries if entry.verb not in SHOWN_ELSEWHERE]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _version(old: VersionView | None, new: VersionView, mask: Mask) -> Event:
    lines = tuple(_changes(old.fields if old else {}, new.fields, mask))
    if new.by is not None:
        return Event(new.at, "staff", new.by, "更正记录", lines)
    if _sought_again(old, new):
        return Event(new.at, "staff", "系统", "报纸有改动，又找了一遍", (LOCATED[new.fields["located"]],))
    return Event(new.at, "reader", "读者", "来信" if old is None else "补充或更正", lines)


def _sought_again(old: VersionView | None, new: VersionView) -> bool:
    """A search in a newly imported paper writes a version out of the same words; no reader spoke."""
    return (old is not None and new.by is None and new.message_id == old.message_id
            and new.fields.get("located") in LOCATED
            and all(old.fields.get(key) == new.fields.get(key) for key in FIELDS))  # fmt: skip


def _same_place(old: VersionView | None, new: VersionView) -> bool:
    """Such a search that ended where the last one did is no event."""
    return (old is not None and _sought_again(old, new)
            and all(old.fields.get(key) == new.fields.get(key) for key in ("located", "place")))  # fmt: skip


def _changes(before: dict[str, Any], after: dict[str, Any], mask: Mask) -> list[str]:
    lines = []
    for key, label in FIELDS.items():
        if before.get(key) != after.get(key):
            value = after.get(key)
            told = "（删去）" if value == "" else "（空）" if value is None else mask(str(value))
            lines.append(f"{label}：{present.short(told, SHORT)}")
    return lines


def _grade(grade: GradeView) -> Event:
    details = [part for part in (
        grade.row_code, None if grade.verdict.value not in ("accepted", "accepted_with_edits")
        else f"{sum(grade.marks)} 项说明", f"原件 {grade.original_id}" if grade.original_id else None) if part]
    what = f"评为“{present.name(grade.verdict)}”" + (f"（{'，'.join(details)}）" if details else "")
    lines = [grade.reason_text] if grade.reason_text else []
    if grade.taken_back:
        lines.append("这次评分已撤销")
    return Event(grade.at, "grade", grade.by, what, tuple(lines))


def _entry(entry: AuditView) -> Event:
    who = entry.by or present.name(entry.by_kind)
    lines = (f"{entry.before} → {entry.after}",) if entry.verb == "regrade_erratum" else ()
    return Event(entry.at, "staff", who, present.verb(entry.verb), lines)
