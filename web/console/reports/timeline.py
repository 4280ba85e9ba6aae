"""The history of one report as one list: versions, grades, notes, acts, words to and from the reader. Names no reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.chat.chat_links import in_words
from bot.readers.own_acts import WAY as ON_PAGE
from bot.understanding.values import Located
from models.enums import SCORING_VERDICTS, OutgoingState
from models.queries.report_history import (
    AuditView,
    FurtherView,
    GradeView,
    History,
    NoteView,
    OutcomeView,
    VersionView,
)
from web import audit_words, present

FIELDS = {
    "paper_text": "报纸", "issue_text": "期", "page": "版面", "article_text": "文章", "wrong": "原文",
    "right": "改正", "reason": "理由",
}
SHOWN_ELSEWHERE = frozenset({"grade", "mend", "add_note", "give_opinion"})
"""Verbs whose effect stands in a grade, a version or a note of its own."""
DECIDING = frozenset({"grade", "undo_grade", "regrade_erratum", "escalate", "open_review", "give_opinion",
                      "take_back_opinion", "settle_review", "mark_repeat", "unmark_repeat", "call_back_outcome",
                      "write_outcome_anew"})
"""Acts that tell how somebody has graded."""
LOCATED = {
    Located.FOUND: "找到了", Located.SEVERAL: "有几处一样的", Located.NOT_FOUND: "没有找到",
    Located.NOT_IMPORTED: "还没有导入", Located.NO_QUOTE: "没有引用原文",
}
SHORT = 80
KINDS = {"": "全部", "grade": "评定", "note": "便签", "reader": "读者"}
"""What the history can be narrowed to."""

Mask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Event:
    """`kind`: reader, grade, note or staff; it gives the colour, the words say the same. `numbers`: other reports;
    `message_id`: of a letter at the desk; `note_id`: of a note that its writer may still take back.
    """

    at: datetime
    kind: str
    who: str
    what: str
    lines: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    message_id: int | None = None
    note_id: int | None = None


def events(history: History, mask: Mask, kinds: Mapping[str, str], *, viewer_id: int,
           hidden_since: datetime | None = None) -> list[Event]:
    """Newest first. `kinds`: the annex's rows by their codes. `hidden_since`: what was graded and written since is not
    for this viewer yet."""
    versions = history.versions
    found = [_version(old, new, mask) for old, new in zip((None, *versions), versions, strict=False)
             if not _same_place(old, new)]
    found += [_further(one, mask) for one in history.further]
    found += [_entry(entry) for entry in history.entries
              if entry.verb not in SHOWN_ELSEWHERE and not (hidden_since and entry.verb in DECIDING)]
    found += [event for event in _notes(history.notes, mask, viewer_id)
              if hidden_since is None or event.at < hidden_since]
    if hidden_since is None:
        found += [_grade(grade, kinds) for grade in history.grades]
        found += [_outcome(outcome) for outcome in history.outcomes]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _version(old: VersionView | None, new: VersionView, mask: Mask) -> Event:
    lines = tuple(_changes(old.fields if old else {}, new.fields, mask))
    if new.by is not None:
        return Event(new.at, "staff", new.by, "更正记录", lines)
    if _sought_again(old, new):
        return Event(new.at, "staff", "系统", "报纸有改动，又找了一遍", (LOCATED[new.fields["located"]],))
    told = "补充或更正" if new.msg_type != ON_PAGE else "在网页上补充或更正"
    return Event(new.at, "reader", "读者", "来信" if old is None else told, lines)


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


def _further(one: FurtherView, mask: Mask) -> Event:
    words = "原话不再保留：读者要求删除、取消关注，或者过了期限。" if one.erased else mask(one.content or "") or "（不是文字）"
    what = "在网页上说" if one.msg_type == ON_PAGE else "评过以后又来信"
    return Event(one.at, "reader", "读者", what, (words,), message_id=one.message_id)


def _grade(grade: GradeView, kinds: Mapping[str, str]) -> Event:
    kind = kinds.get(grade.row_code or "", grade.row_code)
    details = [part for part in (
        kind, f"{sum(grade.marks)} 项说明" if grade.verdict in SCORING_VERDICTS else None) if part]
    verb = "独立再评为" if grade.opinion else "评为"
    what = f"{verb}“{present.name(grade.verdict)}”" + (f"（{'，'.join(details)}）" if details else "")
    lines = [grade.reason_text] if grade.reason_text else []
    if grade.taken_back:
        lines.append("这次评分已撤销")
    numbers = (grade.original_id,) if grade.original_id else ()
    return Event(grade.at, "grade", grade.by, what, tuple(lines), numbers)


def _entry(entry: AuditView) -> Event:
    who = entry.by or present.name(entry.by_kind)
    lines = (f"{entry.before} → {entry.after}",) if entry.verb == "regrade_erratum" else ()
    what = audit_words.verb(entry.verb)
    if entry.verb == "settle_maybe":
        what = "定为同一处" if entry.after == "same" else "定为不是同一处"
    kind = "grade" if entry.verb in DECIDING else "staff"
    return Event(entry.at, kind, who, what, lines, _numbers(entry.details))


def _numbers(details: dict[str, Any]) -> tuple[int, ...]:
    """The other reports that an entry names."""
    one, many = details.get("report"), details.get("reports")
    named: Iterable[Any] = [*([one] if one is not None else []), *(many if isinstance(many, list) else [])]
    return tuple(int(number) for number in named)


def _notes(notes: list[NoteView], mask: Mask, viewer_id: int) -> list[Event]:
    """`note_id` is set while nobody else has written after it."""
    standing = [note for note in notes if not note.taken_back]
    found = []
    for note in notes:
        if note.taken_back:
            found.append(Event(note.at, "note", note.by, "收回了一张便签"))
            continue
        answered = any(other.id > note.id and other.staff_id != note.staff_id for other in standing)
        own = note.id if note.staff_id == viewer_id and not answered else None
        found.append(Event(note.at, "note", note.by, "便签", (mask(note.text),), note_id=own))
    return found


def _outcome(outcome: OutcomeView) -> Event:
    at = outcome.sent_at or outcome.not_before
    what = "告诉读者" if outcome.state is OutgoingState.SENT else f"给读者的话（{present.name(outcome.state)}）"
    return Event(at, "reader", "系统", what, (in_words(outcome.text),))
