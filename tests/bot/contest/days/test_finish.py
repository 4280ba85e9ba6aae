"""When grading ends at the present pace, and how it is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.contest.days.finish import (
    Finish,
    Pace,
    countdown,
    finish,
    finish_words,
    pace,
    pace_words,
    part_of_day,
)

NOW = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
DAY = timedelta(days=1)
TODAY = date(2026, 11, 10)


def at(decided: int, came: int = 0, days: float = 7.0, today: int = 0, hours: float = 0.0) -> Pace:
    return Pace(decided, came, days, today, hours)


def days_to_end(waiting: int, pace_: Pace, closes_in: float) -> float | None:
    found = finish(waiting, pace_, now=NOW, closes_at=NOW + closes_in * DAY, deadline=NOW + 10 * DAY)
    return None if found.at is None else round((found.at - NOW) / DAY, 3)


@pytest.mark.parametrize(("waiting", "pace_", "closes_in", "days"), [
    (70, at(70), 0, 7.0),  # ten a day, closed
    (70, at(70), -3, 7.0),  # the close lies behind
    (0, at(0), 5, 0.0),  # nothing waits
    (70, at(0), 5, None),  # nobody grades
    (10, at(70, 35), 5, 2.0),  # ten a day go, five come: done before the close
    (50, at(70, 35), 4, 7.0),  # 50 and 20 more, ten a day
    (10, at(35, 70), 4, 10.0),  # more comes than goes until the close: 10 and 40, five a day
    (10, at(70, 70), 3, 4.0),  # as much comes as goes
    (10_000, at(7), 0, None),  # years away
])  # fmt: skip
def test_the_end_follows_from_what_goes_and_what_comes(
    waiting: int, pace_: Pace, closes_in: float, days: float | None
) -> None:
    assert days_to_end(waiting, pace_, closes_in) == days


@pytest.mark.parametrize(("ahead", "words"), [
    (2.4, "照现在的速度，11月12日下午评完，比截止早 2 天。"), (-1.2, "照现在的速度，11月12日下午评完，比截止晚 1 天。"),
    (0.25, "照现在的速度，11月12日下午评完，比截止早 6 小时。"), (-0.1, "照现在的速度，11月12日下午评完，比截止晚 2 小时。"),
    (0.001, "照现在的速度，11月12日下午评完，正好赶上截止。"),
])  # fmt: skip
def test_the_end_is_told_beside_the_deadline(ahead: float, words: str) -> None:
    assert finish_words(Finish(5, NOW + 2 * DAY + timedelta(hours=3), ahead), to="截止") == words


@pytest.mark.parametrize(("found", "words"), [
    (Finish(0, NOW, 3.0), "都评完了。"), (Finish(12, None, None, nobody=True), "最近 7 天没有人评，还有 12 条等着。"),
    (Finish(9000, None, None), "照现在的速度一时评不完，还有 9000 条等着。"),
])  # fmt: skip
def test_no_end_is_told_as_it_is(found: Finish, words: str) -> None:
    assert finish_words(found, to="截止") == words


@pytest.mark.parametrize(("hour", "words"), [
    (0, "11月10日凌晨"), (6, "11月10日上午"), (12, "11月10日中午"), (14, "11月10日下午"),
    (18, "11月10日晚上"), (23, "11月10日晚上"),
])  # fmt: skip
def test_a_moment_is_told_by_the_part_of_its_day(hour: int, words: str) -> None:
    assert part_of_day(datetime(2026, 11, 9, 16, tzinfo=UTC) + timedelta(hours=hour)) == words


def test_the_pace_counts_seven_days_and_today() -> None:
    decided = {TODAY - 7 * DAY: 5, TODAY - 6 * DAY: 1, TODAY: 2}
    found = pace(
        decided,
        {TODAY - 9 * DAY: 4, TODAY: 1},
        now=NOW,
        began=TODAY - 30 * DAY,
        first_today=NOW - timedelta(hours=3),
    )
    assert found == Pace(3, 1, 6.5, 2, 3.0)
    assert (round(found.a_day, 3), found.an_hour_today) == (0.462, 2 / 3)


def test_a_young_round_is_measured_by_its_own_days() -> None:
    assert pace({}, {}, now=NOW, began=TODAY - 2 * DAY).days == 2.5
    assert pace({}, {}, now=NOW, began=TODAY).days == 1.0
    assert pace({}, {}, now=NOW).days == 1.0


def test_an_hours_pace_needs_an_hour() -> None:
    assert pace({TODAY: 1}, {}, now=NOW, first_today=NOW - timedelta(minutes=20)).an_hour_today is None


@pytest.mark.parametrize(("pace_", "words"), [
    (at(70, today=6, hours=2), "最近 7 天评了 70 条，平均一天 10 条；今天 6 条，一小时 3 条。"),
    (at(3, today=1, hours=0.5), "最近 7 天评了 3 条，平均一天 0.4 条；今天 1 条。"),
    (at(0), "最近 7 天评了 0 条，平均一天 0 条；今天 0 条。"),
])  # fmt: skip
def test_the_pace_is_told_in_one_line(pace_: Pace, words: str) -> None:
    assert pace_words(pace_) == words


@pytest.mark.parametrize(("apart", "words"), [
    (timedelta(days=9, hours=5), "还有 9 天"), (timedelta(days=2, hours=3, minutes=9), "还有 2 天 3 小时"),
    (timedelta(days=3), "还有 3 天"),
    (timedelta(hours=5, minutes=40), "还有 5 小时"), (timedelta(hours=2, minutes=5), "还有 2 小时 5 分钟"),
    (timedelta(hours=1), "还有 1 小时"),
    (timedelta(minutes=40), "还有 40 分钟"), (timedelta(seconds=30), "还有 不到 1 分钟"),
    (timedelta(hours=-5), "已经过了 5 小时"),
    (timedelta(0), "已经过了 不到 1 分钟"), (timedelta(days=-3), "已经过了 3 天"),
])  # fmt: skip
def test_a_deadline_is_counted_down_in_words(apart: timedelta, words: str) -> None:
    assert countdown(NOW + apart, now=NOW) == words
