"""When the grading of a round ends at the present pace, and how deadlines are told: pure functions of numbers and moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.clock import SHANGHAI

WINDOW_DAYS = 7
"""The pace is that of the last seven days."""
DAY = timedelta(days=1)
FARTHEST_DAYS = 400
"""Beyond this a day is no help to anybody."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Decisions and new reports of the last seven days, today among them. `days`: those with work, at least one."""

    decided: int
    came: int
    days: float
    decided_today: int
    hours_today: float  # since today's first decision; 0 when there was none

    @property
    def a_day(self) -> float:
        return self.decided / self.days

    @property
    def coming_a_day(self) -> float:
        return self.came / self.days

    @property
    def an_hour_today(self) -> float | None:
        """None where today's work is shorter than an hour: an hour's pace would be a guess."""
        return self.decided_today / self.hours_today if self.hours_today >= 1 else None


@dataclass(frozen=True, slots=True)
class Finish:
    """`at`: when nothing waits any more; None where nobody grades or more comes than is graded.

    `ahead_days`: days between that and the deadline, negative when it lies after it.
    """

    waiting: int
    at: datetime | None
    ahead_days: float | None
    nobody: bool = False


def pace(decided: Mapping[date, int], came: Mapping[date, int], *, now: datetime, began: date | None = None,
         first_today: datetime | None = None) -> Pace:
    """From the counts by day in Shanghai. `began`: of the first report; `first_today`: when today's work began."""
    local = now.astimezone(SHANGHAI)
    today = local.date()
    window = [today - n * DAY for n in range(WINDOW_DAYS)]
    since = max(window[-1], began or today)
    days = max(1.0, (local - datetime.combine(since, time.min, SHANGHAI)) / DAY)
    hours = max(0.0, (now - first_today) / timedelta(hours=1)) if first_today else 0.0
    return Pace(sum(decided.get(day, 0) for day in window), sum(came.get(day, 0) for day in window), days,
                decided.get(today, 0), hours)


def finish(waiting: int, at: Pace, *, now: datetime, closes_at: datetime, deadline: datetime) -> Finish:
    """When `waiting` reports are decided, those that still come until `closes_at` among them; `deadline` to compare with."""
    if waiting == 0:
        return Finish(0, now, (deadline - now) / DAY)
    if at.a_day == 0:
        return Finish(waiting, None, None, nobody=True)
    left_days = max(0.0, (closes_at - now) / DAY)
    gain = at.a_day - at.coming_a_day
    days = waiting / gain if gain > 0 else float("inf")
    if days > left_days:  # not before the close: afterwards nothing new comes
        days = (waiting + at.coming_a_day * left_days) / at.a_day
    if days > FARTHEST_DAYS:
        return Finish(waiting, None, None)
    ends = now + days * DAY
    return Finish(waiting, ends, (deadline - ends) / DAY)


# --- in words ---

_PARTS = ((6, "凌晨"), (12, "上午"), (14, "中午"), (18, "下午"), (24, "晚上"))


def part_of_day(moment: datetime) -> str:
    """11月20日上午, in Shanghai."""
    local = moment.astimezone(SHANGHAI)
    part = next(word for until, word in _PARTS if local.hour < until)
    return f"{local.month}月{local.day}日{part}"


def finish_words(found: Finish, *, to: str) -> str:
    """One sentence. `to`: what the deadline is called, 截止 or 评分结束."""
    if found.waiting == 0:
        return "都评完了。"
    if found.nobody:
        return f"最近 {WINDOW_DAYS} 天没有人评，还有 {found.waiting} 条等着。"
    if found.at is None or found.ahead_days is None:
        return f"照现在的速度一时评不完，还有 {found.waiting} 条等着。"
    return f"照现在的速度，{part_of_day(found.at)}评完，{_apart(found.ahead_days, to)}。"


def _apart(days: float, to: str) -> str:
    word = "早" if days >= 0 else "晚"
    whole, hours = int(abs(days)), round(abs(days) * 24)
    if hours == 0:
        return f"正好赶上{to}"
    return f"比{to}{word} {whole} 天" if whole else f"比{to}{word} {hours} 小时"


def pace_words(at: Pace) -> str:
    """How fast it goes, in one line."""
    words = f"最近 {WINDOW_DAYS} 天评了 {at.decided} 条，平均一天 {_rounded(at.a_day)} 条；今天 {at.decided_today} 条"
    hourly = at.an_hour_today
    return words + (f"，一小时 {_rounded(hourly)} 条。" if hourly is not None else "。")


def _rounded(number: float) -> str:
    return f"{number:.0f}" if number >= 10 or number == int(number) else f"{number:.1f}"


def countdown(moment: datetime, *, now: datetime) -> str:
    """还有 2 天 3 小时 · 还有 40 分钟 · 已经过了 5 小时; whole units, the two largest."""
    apart = abs(moment - now)
    minutes = int(apart / timedelta(minutes=1))
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days >= WINDOW_DAYS or (days and not hours):
        words = f"{days} 天"
    elif days:
        words = f"{days} 天 {hours} 小时"
    elif hours:
        words = f"{hours} 小时" + (f" {minutes % 60} 分钟" if hours < 3 and minutes % 60 else "")
    else:
        words = f"{minutes} 分钟" if minutes else "不到 1 分钟"
    return f"还有 {words}" if moment > now else f"已经过了 {words}"
