"""The stand-in's memory: readers, chats, deliveries, calls, behind one lock. No HTTP, no protocol."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections import OrderedDict, deque
from dataclasses import replace
from datetime import datetime

from bot.errors import BadInput, NotFound
from web.simulator import limits
from web.simulator.values import (
    Account,
    CallRecord,
    DeliveryRecord,
    Entry,
    Kind,
    Outcome,
    Reader,
    Side,
    Try,
    openid_of,
)


class Store:
    """Everything is lost at the end, as befits a toy phone. `boot` tells the page that numbers begin anew."""

    def __init__(self) -> None:
        self.boot = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._readers: dict[tuple[str, str], Reader] = {}
        self._chats: dict[tuple[str, str], deque[Entry]] = {}
        self._deliveries: OrderedDict[int, DeliveryRecord] = OrderedDict()
        self._calls: deque[CallRecord] = deque(maxlen=limits.CALLS_KEPT)
        self._last_message_id = 0

    # Readers

    def add_reader(
        self, account: Account, name: str, *, following: bool, openid: str | None = None
    ) -> Reader:
        """`openid`: made from the name unless given. BadInput if the name is empty, too long or taken."""
        name = " ".join(name.split())
        if not name or len(name) > limits.NAME_CHARACTERS:
            raise BadInput(f"读者的名字要有 1 到 {limits.NAME_CHARACTERS} 个字。")
        reader = Reader(account.name, openid or openid_of(account.keys.app_id, name), name, following)
        key = (reader.account, reader.openid)
        with self._lock:
            if any(one.name == name and one.account == account.name for one in self._readers.values()):
                raise BadInput(f"已经有一位“{name}”了，换个名字吧。")
            if sum(owner == account.name for owner, _ in self._readers) >= limits.READERS_PER_ACCOUNT:
                raise BadInput("读者已经够多了。")
            self._readers[key] = reader
            self._chats[key] = deque(maxlen=limits.TRANSCRIPT_ENTRIES)
        return reader

    def reader(self, account: str, openid: str) -> Reader:
        with self._lock:
            found = self._readers.get((account, openid))
        if found is None:
            raise NotFound("没有这位读者。")
        return found

    def readers(self, account: str) -> list[Reader]:
        with self._lock:
            return [one for one in self._readers.values() if one.account == account]

    def set_following(self, reader: Reader, following: bool, *, now: datetime) -> Reader:
        changed = replace(reader, following=following, since=now if following else None)
        with self._lock:
            self._readers[(reader.account, reader.openid)] = changed
        return changed

    # Chats

    def say(
        self,
        reader: Reader,
        side: Side,
        text: str,
        *,
        now: datetime,
        kind: Kind = Kind.TEXT,
        picture_url: str | None = None,
        note: str = "",
    ) -> Entry:
        """Adds a line to the reader's chat."""
        with self._lock:
            entry = Entry(next(self._numbers), side, kind, text, now, picture_url, note)
            self._chats[(reader.account, reader.openid)].append(entry)
        return entry

    def chat(self, reader: Reader, *, after: int = 0) -> list[Entry]:
        """The lines with a number above `after`, oldest first."""
        with self._lock:
            return [entry for entry in self._chats[(reader.account, reader.openid)] if entry.number > after]

    def last_numbers(self, account: str) -> dict[str, int]:
        """For each reader's openid the number of the last line that is not the reader's own, or 0."""
        with self._lock:
            return {
                openid: max((one.number for one in chat if one.side is not Side.READER), default=0)
                for (owner, openid), chat in self._chats.items()
                if owner == account
            }

    # Deliveries

    def next_message_id(self, now: datetime) -> int:
        """Unique, growing, also over a restart: milliseconds and four more digits."""
        with self._lock:
            self._last_message_id = max(self._last_message_id + 1, int(now.timestamp() * 1000) * 10_000)
            return self._last_message_id

    def open_delivery(
        self, account: str, reader: str, label: str, message_id: int | None, *, now: datetime,
        outcome: Outcome = Outcome.RUNNING,
    ) -> int:  # fmt: skip
        """Notes the begin of a delivery; its number. `reader`: a name, "" for none."""
        with self._lock:
            number = next(self._numbers)
            self._deliveries[number] = DeliveryRecord(
                number, account, reader, label, message_id, now, outcome=outcome
            )
            while len(self._deliveries) > limits.DELIVERIES_KEPT:
                self._deliveries.popitem(last=False)
        return number

    def note_try(self, number: int, one: Try) -> None:
        with self._lock:
            if number in self._deliveries:
                record = self._deliveries[number]
                self._deliveries[number] = replace(record, tries=(*record.tries, one))

    def close_delivery(self, number: int, outcome: Outcome, reason: str = "") -> None:
        with self._lock:
            if number in self._deliveries:
                record = self._deliveries[number]
                self._deliveries[number] = replace(record, outcome=outcome, reason=reason)

    def deliveries(self, account: str) -> list[DeliveryRecord]:
        """The account's last deliveries, newest first."""
        with self._lock:
            return [one for one in reversed(self._deliveries.values()) if one.account == account]

    def set_outcome(self, number: int, outcome: Outcome) -> None:
        """From held to running."""
        self.close_delivery(number, outcome)

    def running(self) -> int:
        """How many deliveries are not at their end yet."""
        with self._lock:
            return sum(one.outcome is Outcome.RUNNING for one in self._deliveries.values())

    # Calls

    def note_call(self, account: str, path: str, errcode: int | None, fault: str, *, now: datetime) -> None:
        with self._lock:
            self._calls.append(CallRecord(next(self._numbers), account, path, errcode, fault, now))

    def calls(self) -> list[CallRecord]:
        """The last calls, newest first."""
        with self._lock:
            return list(reversed(self._calls))
