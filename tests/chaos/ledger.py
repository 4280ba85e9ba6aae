"""What the world outside saw: each delivery with every answer it got, each message that reached a reader's phone.

Kept by the load client and the stand-in, never by the processes under fire. Knows no database and nothing of the bot.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass, field


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


# What stands around stored messages on a phone, in this checker's own words: it knows nothing of the program's.
HEADING, QUESTION = re.compile(r"有\d+件事告诉您："), "\n\n这样处理，您满意吗？"
BELOW = re.compile(r"\n(?:这是您被采纳的|这已经是您被采纳的|您帮报纸捉错满一年|想找人说说)[^\n]*\Z")


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
    """The stored messages in what a phone showed: without the question below them, a milestone's line, whom to call."""
    words = BELOW.sub("", shown.partition(QUESTION)[0])
    head, *several = words.split("\n\n")
    return [BELOW.sub("", one) for one in (several if several and HEADING.fullmatch(head) else [words])]
