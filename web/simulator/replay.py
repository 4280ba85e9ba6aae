"""Acts a saved transcript out again, and says where readers were now told something else. No HTTP.

Readers are found by account and name and made where they are missing. The gaps between the acts are made up by
moving the clock of the windows; each act waits for the deliveries of the one before it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.errors import BadInput, NotFound
from web.simulator.platform import Platform
from web.simulator.transcript import Line, LineKind
from web.simulator.values import Reader

MOST_WAITS = 300
WAIT_SECONDS = 0.1
LEAST_GAP = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """After one act: what the readers were told then, and now."""

    act: str
    reader: str
    then: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(slots=True)
class Replay:
    """`done` of `acts` were acted out; `problems` say which could not be."""

    acts: int
    done: int = 0
    problems: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    ended: bool = False


def begin(lines: Sequence[Line]) -> Replay:
    return Replay(sum(line["line"] == LineKind.ACT for line in lines))


def act_out(platform: Platform, lines: Sequence[Line], replay: Replay) -> None:
    """Fills `replay` as it goes."""
    former: datetime | None = None
    try:
        for index, line in enumerate(lines):
            if line["line"] != LineKind.ACT:
                continue
            moment = datetime.fromisoformat(line["at"])
            if former is not None and moment - former >= LEAST_GAP:
                platform.move_books(moment - former)
            former = moment
            _one(platform, line, told_after(lines[index + 1 :]), replay)
    finally:
        replay.ended = True


def told_after(lines: Sequence[Line]) -> tuple[str, ...]:
    """What readers were told before the next act."""
    told = []
    for line in lines:
        if line["line"] == LineKind.ACT:
            break
        if line["line"] == LineKind.TOLD:
            told.append(str(line.get("text", "")))
    return tuple(told)


def _one(platform: Platform, line: Line, then: tuple[str, ...], replay: Replay) -> None:
    mark = platform.transcript.mark()
    act, name = str(line.get("act")), str(line.get("reader"))
    try:
        _perform(platform, act, line)
    except (BadInput, NotFound, KeyError, TypeError, ValueError) as problem:
        replay.problems.append(f"{name}：{act}：{problem}")
        return
    settle(platform)
    replay.done += 1
    now = tuple(
        str(one.get("text", "")) for one in platform.transcript.since(mark) if one["line"] == LineKind.TOLD
    )
    if now != then:
        replay.differences.append(Difference(act, name, then, now))


def settle(platform: Platform) -> None:
    """Waits until no delivery is under way, half a minute at most."""
    for _ in range(MOST_WAITS):
        if not platform.store.running():
            return
        platform.wait(WAIT_SECONDS)


def _perform(platform: Platform, act: str, line: Line) -> None:
    account, name = str(line["account"]), str(line["reader"])
    reader = next((one for one in platform.store.readers(account) if one.name == name), None)
    if act == "add_reader":
        if reader is None:
            platform.add_reader(account, name)
        return
    if reader is None:
        reader = platform.add_reader(account, name)
        settle(platform)
    performer = _ACTS.get(act)
    if performer is None:
        raise BadInput("不认识这个动作。")
    performer(platform, reader, line)


def _bytes(line: Line) -> bytes:
    try:
        return base64.b64decode(str(line["data"]), validate=True)
    except binascii.Error:
        raise BadInput("文件的内容读不出来。") from None


def _late(line: Line) -> timedelta:
    return timedelta(seconds=float(line.get("late_seconds", 0)))


def _consent(platform: Platform, reader: Reader, line: Line) -> None:
    platform.consent(reader, str(line["template"]), scene=line.get("scene"))


def _voice(platform: Platform, reader: Reader, line: Line) -> None:
    platform.send_voice(reader, str(line["recognition"]), _bytes(line) or None)


_ACTS: dict[str, Callable[[Platform, Reader, Line], Any]] = {
    "text": lambda platform, reader, line: platform.send_text(reader, str(line["text"]), late=_late(line)),
    "picture": lambda platform, reader, line: platform.send_picture(
        reader, _bytes(line), address=str(line.get("address", ""))
    ),
    "voice": _voice,
    "click": lambda platform, reader, line: platform.click(reader, str(line["key"])),
    "follow": lambda platform, reader, _line: platform.follow(reader),
    "unfollow": lambda platform, reader, _line: platform.unfollow(reader),
    "scan": lambda platform, reader, line: platform.scan(reader, str(line["ticket"])),
    "consent": _consent,
    "push": lambda platform, reader, line: platform.push(
        reader, str(line["push"]), line.get("changes"), late=_late(line)
    ),
}
