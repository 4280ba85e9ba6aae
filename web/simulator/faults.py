"""Faults on purpose: which call fails how, once or always. Knows no HTTP and waits for nothing itself."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.errors import BadInput, NotFound

ANY = "*"
MOST_SECONDS = 600.0


class FaultKind(StrEnum):
    """How a call fails. The last three happen after the call was carried out: the answer is lost, not the deed."""

    ERRCODE = "errcode"  # refused with that errcode
    DOWN = "down"  # a gateway's HTTP 503
    SLOW = "slow"  # carried out, answered late
    CUT = "cut"  # carried out, the connection ends in the middle of the answer
    GARBAGE = "garbage"  # carried out, HTTP 200 with something that is no JSON

    @property
    def carried_out(self) -> bool:
        return self in (FaultKind.SLOW, FaultKind.CUT, FaultKind.GARBAGE)


@dataclass(frozen=True, slots=True)
class Fault:
    """`path`: of the API, without /cgi-bin/, or ANY. `left`: how many times more; None for always."""

    path: str
    kind: FaultKind
    errcode: int = 0
    seconds: float = 0.0
    left: int | None = 1
    number: int = 0

    def __post_init__(self) -> None:
        if not self.path:
            raise BadInput("要写明哪个接口，或者用 * 表示全部。")
        if self.kind is FaultKind.ERRCODE and self.errcode == 0:
            raise BadInput("错误码不能是 0。")
        if not 0 <= self.seconds <= MOST_SECONDS:
            raise BadInput("慢多少秒要在 0 到 600 之间。")
        if self.left is not None and self.left < 1:
            raise BadInput("次数至少是 1。")


class Faults:
    """The switches, oldest first; behind one lock of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._rules: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Sets a switch; it gets its number."""
        with self._lock:
            numbered = replace(fault, number=next(self._numbers))
            self._rules.append(numbered)
        return numbered

    def remove(self, number: int) -> None:
        with self._lock:
            kept = [one for one in self._rules if one.number != number]
            if len(kept) == len(self._rules):
                raise NotFound("没有这个故障开关。")
            self._rules = kept

    def clear(self) -> None:
        with self._lock:
            self._rules = []

    def take(self, path: str) -> Fault | None:
        """The oldest switch for that path, used up by one."""
        with self._lock:
            for index, one in enumerate(self._rules):
                if one.path in (path, ANY):
                    if one.left is not None:
                        self._rules[index : index + 1] = [replace(one, left=one.left - 1)] if one.left > 1 else []
                    return one
        return None

    def rules(self) -> list[Fault]:
        with self._lock:
            return list(self._rules)
