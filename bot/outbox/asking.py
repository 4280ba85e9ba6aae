"""Below a result: whether the reader is satisfied, to be tapped where the platform permits, else to be typed. Pure words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.chat import chat_links
from bot.dialogue import outcome_phrases
from bot.outbox import together
from bot.wechat.replies import MAX_TEXT_BYTES

MOST_TAPPED = 2
"""Results in one message that have items to tap; below more there would be a wall of them."""
PAGE = "satisfied"
"""Behind the key of an own page: `/my/…/satisfied/3`."""

Items = Sequence[tuple[str, str]]


def items(rows: Sequence[Any]) -> Items:
    """(id, words that a tap sends) for each result of a message; none where nothing is asked, or too much would be."""
    results = [row for row in rows if together.is_result(row)]
    return [one for row in results for one in _of(row)] if len(results) <= MOST_TAPPED else []


def _of(row: Any) -> Items:
    n = row.ordinal
    found = [(f"yes-{n}", outcome_phrases.tap(n, satisfied=True)), (f"no-{n}", outcome_phrases.tap(n, satisfied=False))]
    appeal = outcome_phrases.tap_appeal(n)
    return [*found, (f"appeal-{n}", appeal)] if appeal in row.text else found  # where the words offer it


def typed(text: str, rows: Sequence[Any], *, public_url: str, room: int) -> str:
    """The text with what can be typed below it, where there are results in it and it fits into `room` bytes."""
    ordinals = [row.ordinal for row in rows if together.is_result(row)]
    if not ordinals:
        return text
    page = chat_links.unsigned(public_url, f"{PAGE}/{ordinals[0]}") if public_url else ""
    whole = f"{text}\n\n{outcome_phrases.ask_typed(ordinals, page)}"
    return whole if chat_links.sent_bytes(whole) <= room else text


def fits(head: str, offered: Items, tail: str) -> bool:
    """Whether a message with items to tap is within what one takes."""
    whole = "\n".join((head, *(words for _, words in offered), tail))
    return len(whole.encode("utf-8", "replace")) <= MAX_TEXT_BYTES
