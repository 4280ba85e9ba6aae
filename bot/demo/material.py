"""Reads the demo's material and puts its dates in. Knows no database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import resources
from typing import Any

from bot.clock import SHANGHAI
from bot.contest.days.calendar import month_range

PAPERS = ("liuwan.json", "wutongli.json")
COMING = "liuwan.json"
PUBLISHED_DAYS_AGO = 13
DEADLINE_IN_DAYS = 10
"""The running month's dates from the day of seeding, so that the demo always stands in mid-month."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The demo's calendar: `month` is the running round's, `last_month` the finished one's."""

    today: date
    published_on: date
    deadline_on: date
    last_published_on: date
    last_deadline_on: date

    @property
    def month(self) -> str:
        return f"{self.published_on:%Y-%m}"

    @property
    def last_month(self) -> str:
        return f"{self.last_published_on:%Y-%m}"

    @property
    def deadline_months(self) -> int:
        return (self.deadline_on.year - self.published_on.year) * 12 + self.deadline_on.month - self.published_on.month


def dates(today: date) -> Dates:
    """The running month began 13 days ago and closes in 10; the one before lies a month earlier."""
    published, deadline = today - timedelta(days=PUBLISHED_DAYS_AGO), today + timedelta(days=DEADLINE_IN_DAYS)
    return Dates(today, published, deadline, _month_before(published), _month_before(deadline))


def _month_before(day: date) -> date:
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of the demo with the moment it is sent and the errors it means."""

    reader: str
    at: datetime
    msg_type: str
    text: str | None
    expect: tuple[str, ...]


class Month:
    """The files of one month: `name` is this_month or last_month."""

    def __init__(self, name: str, month: str, deadline_on: date, counted_from: date) -> None:
        self._folder = resources.files("bot.demo") / "data" / name
        self._month, self._deadline, self._from = month, deadline_on, counted_from
        self.errata = {entry["id"]: entry for entry in self._json("errata.json")}
        self.decoys = {entry["id"]: entry for entry in self._json("decoys.json")}
        self.gradings: list[dict[str, Any]] = self._json("gradings.json")

    def papers(self) -> list[tuple[str, bytes]]:
        """The issues in the exchange format, dated."""
        return [(name, _dated(self._month, self._deadline, (self._folder / name).read_text("utf-8")).encode()) for name in PAPERS]

    def messages(self) -> list[Spoken]:
        lines = (self._folder / "messages.jsonl").read_text("utf-8").splitlines()
        return [self._spoken(json.loads(_dated(self._month, self._deadline, line))) for line in lines if line.strip()]

    def _spoken(self, raw: dict[str, Any]) -> Spoken:
        at = datetime.combine(self._from + timedelta(days=raw["day"]), time.fromisoformat(raw["time"]), SHANGHAI)
        return Spoken(raw["reader"], at, raw["type"], raw.get("text") or raw.get("recognition"), tuple(raw["expect"]))

    def _json(self, name: str) -> Any:
        return json.loads((self._folder / name).read_text("utf-8"))

def coming(month: str, deadline_on: date) -> tuple[str, bytes]:
    """(name, content) of an issue of the month YYYY-MM that waits to be imported, in the exchange format."""
    text = (resources.files("bot.demo") / "data" / "next_month" / COMING).read_text("utf-8")
    return f"柳湾{month}.JSON", _dated(month, deadline_on, text).encode()


def _dated(month: str, deadline_on: date, text: str) -> str:
    """Puts month numbers for the placeholders; the printed deadline is the round's own."""
    before, _, after = month_range(_shift(month, -1), 3)
    year, number = month.split("-")
    printed = f"{deadline_on.year}年{deadline_on.month}月{deadline_on.day}日"
    text = text.replace("{NY}年{NM}月1日", printed)
    words = {"{Y}": year, "{M}": str(int(number)), "{MM}": number, "{PY}": before[:4], "{PM}": str(int(before[5:])),
             "{NY}": after[:4], "{NM}": str(int(after[5:]))}
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def month_after(month: str) -> str:
    return _shift(month, 1)


def _shift(month: str, months: int) -> str:
    index = int(month[:4]) * 12 + int(month[5:]) - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def people() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((resources.files("bot.demo") / "data" / "people.json").read_text("utf-8"))
    return found
