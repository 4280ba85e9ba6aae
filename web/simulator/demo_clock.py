"""Moves the demo's clock: by hours, or to just after the running round's deadline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import requests

from bot.clock import Clock, ShiftedClock
from bot.errors import BadInput

# Deliveries created before a deadline count for 15 minutes more, and nothing is picked earlier (contest
# rule 4): a jump to the deadline itself would leave everybody waiting a quarter of an hour.
PAST_DEADLINE = timedelta(minutes=15, seconds=5)
MOST_HOURS = 24 * 40
ASK_SECONDS = 5.0

AskDeadline = Callable[[], datetime]


def move_by_hours(clock: Clock, hours: float) -> datetime:
    """The new present. BadInput where the clock cannot be moved, or not by so much."""
    if not 0 < hours <= MOST_HOURS:
        raise BadInput("时钟只能往前走，一次最多 40 天。")
    return _move(clock, clock.now() + timedelta(hours=hours))


def move_past_deadline(clock: Clock, ask: AskDeadline) -> datetime:
    """The new present: just after the running round's deadline and the quarter of an hour for late deliveries."""
    _movable(clock)
    return _move(clock, ask() + PAST_DEADLINE)


def can_move(clock: Clock) -> bool:
    return isinstance(clock, ShiftedClock)


def _movable(clock: Clock) -> ShiftedClock:
    if not isinstance(clock, ShiftedClock):
        raise BadInput("只有演示环境的时钟可以拨动。")
    return clock


def _move(clock: Clock, moment: datetime) -> datetime:
    movable = _movable(clock)
    movable.move_to(moment)
    return movable.now()


def deadline_asker(console: str) -> AskDeadline:
    """Asks `console`/demo/deadline, answered by {"closes_at": ISO time or null}; BadInput where it fails."""

    def ask() -> datetime:
        with requests.Session() as session:
            session.trust_env = False  # the console is on this machine, whatever proxy the environment names
            try:
                answer = session.get(f"{console}/demo/deadline", timeout=ASK_SECONDS, allow_redirects=False)
            except requests.RequestException:
                raise BadInput("编辑部那边没有回应，不知道截止时刻。") from None
        return _closes_at(answer)

    return ask


def _closes_at(answer: requests.Response) -> datetime:
    if answer.status_code != requests.codes.ok:
        raise BadInput("编辑部那边说不出截止时刻，看看后台是否正常。")
    try:
        stated = answer.json()["closes_at"]
        if stated is None:
            raise BadInput("眼下没有正在进行的一轮，没有截止时刻可跳。")
        moment = datetime.fromisoformat(stated)
    except (ValueError, KeyError, TypeError):
        raise BadInput("编辑部给的截止时刻看不懂。") from None
    if moment.tzinfo is None:
        raise BadInput("编辑部给的截止时刻没有时区。")
    return moment.astimezone(UTC)
