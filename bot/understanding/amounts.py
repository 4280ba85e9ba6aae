"""Reads what is too much, what is missing and which mark is wrong; the right form is composed.

Works on one list item; knows no citation and no print.
"""

from __future__ import annotations

import re

from bot.understanding.composing import (
    MARK_NAMES,
    enclosed,
    inserted,
    inserted_as_said,
    mark_removed,
    mark_replaced,
)
from bot.understanding.forms import LEFT_WORDS, MARK_FOR_MARK, POSITION, PUT_IN, TOO_MUCH
from bot.understanding.item import Item, around
from bot.understanding.normalise import loose_key


def read_marks(item: Item) -> None:
    """逗号应为句号: the phrase around the mark is the wrong, the right is composed."""
    for found in MARK_FOR_MARK.finditer(item.text, item.start, item.end):
        before = [q for q in item.quotes if q < found.start()]
        if not before or not item.free(found.start(), found.end()):
            continue
        old, new = MARK_NAMES[found.group("old")], MARK_NAMES[found.group("new")]
        wrong = item.words(before[-1])
        near = item.text[before[-1] + 1 : found.start()]
        right = mark_replaced(wrong, old, new, near)
        if right is not None:
            item.add(before[-1], found.end(), wrong, right)


def read_too_much(item: Item) -> None:
    """多了一个“的”, “工作”二字应去掉, 删“开展”, 顿号多余."""
    for found in TOO_MUCH.finditer(item.text, item.start, item.end):
        name = found.lastgroup or "y"
        words = item.given(found.group(name), found.start(name))
        before = [q for q in item.quotes if q < found.start()]
        if any(c.wrong and (loose_key(words) in loose_key(c.wrong) or found.group(name) in MARK_NAMES)
               for c in item.found):  # fmt: skip
            continue
        if found.group(name) in MARK_NAMES:
            if before:
                first = before[-2] if len(before) > 1 and "之间" in item.text[before[-1] : found.end()] else before[-1]
                wrong = item.masked.words(first, before[-1] + 1) if first != before[-1] else item.words(first)
                right = mark_removed(wrong, MARK_NAMES[found.group(name)])
                item.add(first, found.end(), wrong, right if right is not None else None)
            continue
        context = around(item, words) or clause_before(item, found.start(), words)
        item.add(min([q for q in before if q not in item.used] or [found.start()]), found.end(), words, "", context=context)


def clause_before(item: Item, at: int, words: str) -> str | None:
    """Unquoted words before a remark that contain the words remarked on."""
    clauses = re.split(r"[,。;:!?\n\ue000-\ue7ff]|——+", item.text[item.start : at])
    clause = next((c.strip() for c in reversed(clauses) if words in c and len(c.strip()) > len(words) + 1), None)
    return item.typed(clause, item.start) if clause else None


def read_missing(item: Item) -> None:
    """少了个“有”字, 前面漏“在”, “服务站”后面缺“工作”二字, 没加引号: the right is composed."""
    for found in PUT_IN.finditer(item.text, item.start, item.end):
        name = found.lastgroup or "y"
        before = [q for q in item.quotes if q < found.start()]
        if not item.free(found.start(), found.end()) or any(c.right is not None for c in item.found):
            continue
        given = item.given(found.group(name), found.start(name))
        position = POSITION.search(item.text, item.start, found.start())
        if not before:
            _missing_without_quote(item, found, given)
            continue
        anchor_at = position.start("anchor") if position and position.group("anchor") else -1
        free = [q for q in before if q not in item.used] or before
        anchor = item.words(anchor_at) if anchor_at >= 0 else None
        base = (around(item, anchor) if anchor else None) or item.words(free[0] if anchor_at < 0 else anchor_at)
        right = _composed(item, base, anchor, position.group("pos") if position else "", given, found.group(name))
        item.add(free[0], found.end(), base, right)


def _composed(item: Item, base: str, anchor: str | None, pos: str, given: str, raw: str) -> str | None:
    if raw in {"引号", "双引号", "单引号", "书名号", "括号"}:
        return enclosed(base, raw)
    words = MARK_NAMES.get(raw, given)
    said = inserted_as_said(base, words, item.masked.folded.source)
    if said is not None:
        return said
    return inserted(base, words, pos, anchor)


def _missing_without_quote(item: Item, found: re.Match[str], given: str) -> None:
    """关键点关节点少个顿号: the words before are unquoted."""
    left = LEFT_WORDS.search(item.text, item.start, found.start())
    if left is None or len(loose_key(left.group())) < 4:
        return
    words = item.typed(item.delimit(left.group().strip(" ,"), None), left.start())
    if len(loose_key(words)) >= 4:
        right = inserted_as_said(words, MARK_NAMES.get(given, given), item.masked.folded.source)
        item.add(left.start(), found.end(), words, right, quoted=False)
