"""Conversations about the demo's papers, over the index of all of them, which is made once."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from bot.understanding.in_print.locate import Index
from tests.bench.understanding import demo_catalogue
from tests.support.conversation import Conversation

SENT = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


@cache
def index() -> Index:
    return Index(demo_catalogue())


def talk(*turns: str) -> Conversation:
    """What one reader says, one message after the other."""
    conversation = Conversation(index())
    for text in turns:
        conversation.say(text, SENT)
    return conversation


def pairs(text: str) -> list[tuple[str | None, str | None]]:
    """(wrong, right) of each error that one message brings on record."""
    return [(one.wrong, one.right) for one in Conversation(index()).say(text, SENT).findings]
