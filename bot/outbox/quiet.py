"""Hours of the night in which nobody is written to who did not just write himself. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bot.clock import SHANGHAI

Hours = tuple[time, time]
"""From when to when in Shanghai; the same time twice: never."""
NEVER: Hours = (time(), time())


def is_quiet(now: datetime, hours: Hours) -> bool:
    """Whether it is night: from the first time of day to the second, over midnight where that is the smaller one."""
    begins, ends = hours
    local = now.astimezone(SHANGHAI).time()
    return begins <= local < ends if begins <= ends else local >= begins or local < ends


def awake(now: datetime, hours: Hours) -> datetime:
    """Now, or when the night is over."""
    if not is_quiet(now, hours):
        return now
    local = now.astimezone(SHANGHAI)
    morning = datetime.combine(local.date(), hours[1], SHANGHAI)
    return (morning if morning > local else morning + timedelta(days=1)).astimezone(UTC)
