"""Composes the right form where a reader only names what is missing, too much or a mark. Knows words only."""

from __future__ import annotations

from itertools import pairwise

from bot.understanding.words.normalise import strict_key

MARK_NAMES = {
    "逗号": "，", "句号": "。", "顿号": "、", "冒号": "：", "分号": "；", "问号": "？", "感叹号": "！", "叹号": "！",
    "破折号": "——", "一字线": "—", "连接号": "—", "省略号": "……", "间隔号": "·", "引号": "“”", "双引号": "“”",
    "单引号": "‘’", "书名号": "《》", "括号": "（）", "空格": " ", "百分号": "%",
}  # fmt: skip
MARK_WORD = "(?:" + "|".join(sorted(MARK_NAMES, key=len, reverse=True)) + ")"
_LIKE = {"，": "，,", "。": "。．.", "：": "：:", "；": "；;", "？": "？?", "！": "！!", "、": "、", "—": "—-－–", " ": " \u3000"}
BEFORE = ("前面", "前边", "之前", "前", "开头")
_AFTER = ("后面", "后边", "之后", "后头", "后", "末尾", "结尾", "最后")


def _places_of(words: str, mark: str) -> list[int]:
    return [i for i, c in enumerate(words) if c in _LIKE.get(mark, mark[0])]


def mark_replaced(words: str, old: str, new: str, near: str) -> str | None:
    """`words` with one mark for another; None where it cannot be told which. `near` may name what it follows."""
    at = _places_of(words, old)
    if len(at) > 1:
        at = [i for i in at if i >= 2 and words[i - 2 : i] in near]
    return words[: at[0]] + new + words[at[0] + 1 :] if len(at) == 1 else None


def mark_removed(words: str, mark: str) -> str | None:
    """`words` without the mark; None where it cannot be told which."""
    if len(mark) == 2 and mark[0] != mark[1]:
        return "".join(c for c in words if c not in mark)
    at = _places_of(words, mark)
    doubled = [b for a, b in pairwise(at) if b == a + 1]  # 风景。。
    at = doubled or at
    return words[: at[0]] + words[at[0] + 1 :] if len(at) == 1 else None


def enclosed(words: str, name: str) -> str:
    """`words` in the marks named."""
    marks = MARK_NAMES[name]
    return marks[0] + words + marks[1]


def inserted(words: str, missing: str, position: str, anchor: str | None) -> str | None:
    """`words` with what is missing at the position named; None where that does not tell where."""
    if anchor is not None and anchor in words and strict_key(anchor) != strict_key(words):
        if words.count(anchor) != 1 or not position:
            return None
        at = words.index(anchor) + (len(anchor) if position in _AFTER else 0)
        return words[:at] + missing + words[at:] if position in BEFORE + _AFTER else None
    if position in BEFORE:
        return missing + words
    if position in _AFTER:
        return words + missing
    return None


def inserted_as_said(words: str, missing: str, message: str) -> str | None:
    """`words` with what is missing where the message itself writes it so: 关键点、关节点."""
    for at in range(len(words) + 1):
        whole = words[:at] + missing + words[at:]
        if whole != words and whole in message:
            return whole
    return None
