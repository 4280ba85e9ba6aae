"""What is to be looked at in a planned round's deadline because of holidays: pure. Moves nothing, knows no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.contest.days.calendar import CalendarRule, reckon, unannounced
from bot.contest.days.workdays import Workdays

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Planned:
    """An open round as it stands. `by_hand`: somebody gave a reason for its deadline; `has_box`: its box is kept."""

    month: str
    published_on: date
    deadline_on: date
    print_by: date
    by_hand: bool = False
    has_box: bool = False


@dataclass(frozen=True, slots=True)
class DayCheck:
    """`years`: not announced, so the deadline is reckoned by weekends alone. `would_be`: where the rule puts it now, and
    `why`; `hindrance`: why it cannot simply be moved there, empty where it can."""

    deadline_on: date
    years: tuple[int, ...] = ()
    would_be: date | None = None
    why: str = ""
    hindrance: str = ""

    def sentence(self) -> str:
        """For the round's own page."""
        if self.would_be is None:
            return f"{years_words(self.years)}的放假安排还没公布，截止日只按周末算，请到时核对。"
        return f"按{self.why}，截止应在{day(self.would_be)}，现在排在{day(self.deadline_on)}。"

    def reason(self) -> str:
        """What the move may say for itself."""
        return f"按{self.why}"


def check(rule: CalendarRule, round_: Planned, *, today: date) -> DayCheck | None:
    """What a person should look at; None: the deadline is as the rule says and sure, or was set by hand."""
    reckoned = reckon(rule, round_.month)
    if round_.by_hand:
        return None
    if reckoned.deadline_on == round_.deadline_on:
        return DayCheck(round_.deadline_on, reckoned.years) if reckoned.years else None
    if round_.deadline_on not in unannounced(rule, round_.month):
        return None  # printed otherwise, or planned by hand
    return DayCheck(round_.deadline_on, reckoned.years, reckoned.deadline_on,
                    _why(rule.workdays, round_.deadline_on, reckoned.deadline_on),
                    _hindrance(round_, reckoned.deadline_on, today))


def _why(workdays: Workdays, before: date, after: date) -> str:
    if not workdays.is_workday(before):
        return f"放假安排（{_short(before)}放假）" if before.weekday() < 5 else f"现在的规则（{_short(before)}是周末）"
    if after in workdays.worked:
        return f"放假安排（{_short(after)}调休上班）"
    return "现在的规则"


def _hindrance(round_: Planned, would_be: date, today: date) -> str:
    """What readers may read as theirs is never taken away (RULES 1)."""
    if today >= round_.published_on:
        if would_be < round_.deadline_on:
            return "报纸已经印出，截止日只能往后改。"
    elif round_.has_box:
        return "报上的启事已经照现在的日子存好。"
    if would_be >= round_.print_by:
        return f"那天已经到了付印日（{_short(round_.print_by)}），请连付印日一起改。"
    return "那天报纸还没有出。" if would_be < round_.published_on else ""


def unknown_words(months: Iterable[str], years: Iterable[int]) -> str:
    """The sentence over a list of rounds; empty where all is announced."""
    names = "、".join(f"{one[:4]}年{int(one[5:])}月" for one in sorted(set(months)))
    return f"{years_words(years)}的放假安排还没公布，只按周末算，请到时核对这几轮的日子：{names}。" if names else ""


def years_words(years: Iterable[int]) -> str:
    return "、".join(str(year) for year in sorted(set(years))) + " 年"


def day(on: date) -> str:
    return f"{_short(on)}（星期{WEEKDAYS[on.weekday()]}）"


def _short(on: date) -> str:
    return f"{on.month}月{on.day}日"
