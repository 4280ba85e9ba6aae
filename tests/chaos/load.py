"""Readers who write without pause, as the platform delivers: three tries, then the fault notice. Keeps the ledger."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

from bot.clock import pause
from bot.wechat.platform_side import open_reply
from tests.chaos.ledger import Delivery
from tests.chaos.place import ACCOUNT, ERRORS, Place
from tests.support.world import generated_text

TRIES = 3
THREADS = 8
"""Enough for several to come to one process at once."""
BETWEEN = 0.02
A_DAY = 25
"""Reports of one reader, below the number a day at which intake holds them back."""


class Load:
    """`fields_of` invents delivery number N; the same number is the same delivery for ever."""

    def __init__(self, place: Place, seed: int, *, errors: int = ERRORS, between: float = BETWEEN) -> None:
        self._place, self._seed, self._errors, self._between = place, seed, errors, between
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._next = 0
        self._most = A_DAY * len(place.openids)
        self._fields: dict[int, dict[str, Any]] = {}
        self._threads: list[threading.Thread] = []

    # What is sent

    def fields_of(self, number: int) -> dict[str, Any]:
        """Mostly a report of one error that this reader has not named; else small talk, a name, a press of the menu."""
        with self._lock:
            known = self._fields.get(number)
            if known is None:
                known = self._fields[number] = self._invent(number)
            return known

    def given(self, number: int, fields: dict[str, Any]) -> None:
        """This delivery is the caller's own invention."""
        with self._lock:
            self._fields[number] = fields

    def _invent(self, number: int) -> dict[str, Any]:
        place, chance = self._place, random.Random(f"{self._seed}-{number}")
        openid, turn = place.openids[number % len(place.openids)], number // len(place.openids)
        if chance.random() < 0.12:
            words = chance.choice((f"您好，今天是第{number}次来信", f"署名 早起鸟{number}", f"谢谢编辑部{number}"))
        else:  # another error for every turn of a reader; readers meet at the same errors
            words = generated_text((turn * 7 + number % len(place.openids) * 3) % self._errors)
        moment = int(place.site.now().timestamp())
        if chance.random() < 0.06:
            return {"FromUserName": openid, "CreateTime": str(moment), "MsgType": "event", "Event": "CLICK",
                    "EventKey": f"menu-{number}"}
        return {"FromUserName": openid, "CreateTime": str(moment), "MsgType": "text", "Content": words,
                "MsgId": str(1_000_000 + number)}

    # Sending

    def send(self, number: int) -> bool:
        """As the platform does; whether the reader got an answer."""
        fields = self.fields_of(number)
        delivery = self._place.ledger.opened(number, _delivery(fields))
        for _ in range(TRIES):
            with contextlib.suppress(OSError, HTTPException):
                status, body = self._place.site.post(fields)
                if status == 200:
                    self._place.ledger.answered(delivery, open_reply(self._place.site.keys, body).get("Content"))
                    return True
            self._place.ledger.not_answered(delivery)
        return False

    def finish(self) -> None:
        """Whatever nobody acknowledged is sent until it is; and some of the rest once more."""
        for number in self._place.ledger.unanswered():
            for _ in range(20):
                if self.send(number):
                    break
                pause(0.1)
        chance = random.Random(self._seed)
        known = sorted(self._place.ledger.deliveries)
        for number in chance.sample(known, min(len(known), 60)):
            self.send(number)

    def _run(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                number, self._next = self._next, self._next + 1
            if number >= self._most or (number % 11 == 10 and number > 50):
                number = random.randrange(min(number, self._most))  # the platform sends an old one again
            self.send(number)
            self._stop.wait(self._between)

    @contextmanager
    def running(self) -> Iterator[Load]:
        """THREADS senders side by side until the block ends."""
        self._stop.clear()
        self._threads = [threading.Thread(target=self._run) for _ in range(THREADS)]
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(60)


def _delivery(fields: dict[str, Any]) -> Delivery:
    mark = fields.get("Content") or fields.get("PicUrl") or f"{fields['Event'].lower()} {fields.get('EventKey', '')}".strip()
    return Delivery(ACCOUNT, fields["FromUserName"], fields["MsgType"], int(fields["CreateTime"]), mark)
