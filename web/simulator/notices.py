"""Template and subscription messages: consents, numbers, repeats, and how the next one ends. No HTTP, no clock."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from datetime import datetime
from typing import Any

from bot.errors import BadInput
from web.simulator import limits

STATUSES = ("success", "failed:user block", "failed: system failed")


class Notices:
    """Behind one lock of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(200_163_836)
        self._sent: dict[tuple[str, str, str], tuple[int, datetime]] = {}
        self._consents: Counter[tuple[str, str, str]] = Counter()
        self._next_status = STATUSES[0]

    def repeated(self, account: str, openid: str, client_id: object, *, now: datetime) -> int | None:
        """The number of the message sent with that client_msg_id less than ten minutes ago."""
        if not isinstance(client_id, str) or not client_id:
            return None
        with self._lock:
            number, at = self._sent.get((account, openid, client_id), (0, now))
        return number if number and now - at < limits.CLIENT_ID_LIFE else None

    def number(self, account: str, openid: str, client_id: object, *, now: datetime) -> int:
        """A new msgid, kept under the client_msg_id."""
        with self._lock:
            number = next(self._numbers)
            if isinstance(client_id, str) and client_id:
                self._sent[account, openid, client_id] = (number, now)
        return number

    def consent(self, account: str, openid: str, what: str) -> None:
        """The reader accepts one notice; consents to the same do not add up."""
        with self._lock:
            self._consents[account, openid, what] = limits.ACCEPTED_SENDS

    def use(self, account: str, openid: str, what: str) -> bool:
        """Whether there was a consent; it is used up."""
        with self._lock:
            if self._consents[account, openid, what] < 1:
                return False
            self._consents[account, openid, what] -= 1
            return True

    def set_next_status(self, status: str) -> None:
        """How the next template message ends."""
        if status not in STATUSES:
            raise BadInput("模板消息没有这种结局。")
        with self._lock:
            self._next_status = status

    def take_status(self) -> str:
        with self._lock:
            status, self._next_status = self._next_status, STATUSES[0]
        return status


def job_event(number: int, status: str) -> dict[str, Any]:
    """TEMPLATESENDJOBFINISH names its number `MsgID`, unlike a message's `MsgId`."""
    return {"MsgID": str(number), "Status": status}


def sent_event(template: str, number: int) -> dict[str, Any]:
    one = {"TemplateId": template, "MsgID": str(number), "ErrorCode": "0", "ErrorStatus": "success"}
    return {"SubscribeMsgSentEvent": {"List": [one]}}
