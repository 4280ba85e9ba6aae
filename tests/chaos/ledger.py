"""What the world outside saw: each delivery with every answer it got, each message that reached a reader's phone.

Kept by the load client and the stand-in, never by the processes under fire. Knows no database and nothing of the bot.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass, field

from bot.dialogue import outcome_phrases


@dataclass
class Delivery:
    """One message or event of one reader; `mark` is what no other delivery holds (words, picture address, event key).

    `replies`: what each acknowledged try was answered with, None for "nothing to say".
    """

    account: str
    openid: str
    msg_type: str
    create_time: int
    mark: str
    tries: int = 0
    replies: list[str | None] = field(default_factory=list)

    @property
    def acknowledged(self) -> bool:
        return bool(self.replies)


@dataclass(frozen=True)
class Heard:
    """A customer message that the platform took and showed to a reader."""

    openid: str
    text: str


CALLABLE = re.compile(r"\n想找人说说[^\n]*\Z")
"""The line that says whom a reader can call, below a no."""


class Ledger:
    """Several threads write to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.deliveries: dict[int, Delivery] = {}
        self.heard: list[Heard] = []
        self.answers = 0
        self.silences = 0

    def opened(self, number: int, delivery: Delivery) -> Delivery:
        """The same for every resend."""
        with self._lock:
            return self.deliveries.setdefault(number, delivery)

    def answered(self, delivery: Delivery, reply: str | None) -> None:
        with self._lock:
            delivery.tries += 1
            delivery.replies.append(reply)
            self.answers += 1

    def not_answered(self, delivery: Delivery) -> None:
        """Silence, a cut connection or a wrong status: the reader got nothing."""
        with self._lock:
            delivery.tries += 1
            self.silences += 1

    def reached(self, openid: str, text: str) -> None:
        with self._lock:
            self.heard += [Heard(openid, one) for one in _messages(text)]

    def acknowledged(self) -> list[Delivery]:
        with self._lock:
            return [one for one in self.deliveries.values() if one.acknowledged]

    def unanswered(self) -> list[int]:
        with self._lock:
            return [number for number, one in self.deliveries.items() if not one.acknowledged]

    def heard_times(self) -> Counter[Heard]:
        with self._lock:
            return Counter(self.heard)


def _messages(shown: str) -> list[str]:
    """The stored messages in what a phone showed: without the question below them, and without a milestone's line."""
    words = shown.partition(f"\n\n{outcome_phrases.ASK}")[0]
    head, *several = words.split("\n\n")
    found = several if several and head == outcome_phrases.several(len(several)) else [words]
    return [_bare(one) for one in found]


def _bare(text: str) -> str:
    for line in outcome_phrases.MILESTONES.values():
        text = text.removesuffix(f"\n{line}")
    return CALLABLE.sub("", text)
