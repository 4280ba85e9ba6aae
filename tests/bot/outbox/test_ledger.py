"""The platform's books as we keep them: windows by act, quotas by attempt, caps by day in Shanghai."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.outbox import ledger
from bot.outbox.ledger import Channel, Heard, Tried, Why
from bot.wechat.profiles import Call
from models.enums import AttemptOutcome
from models.session import reading, writing
from tests.support.outbox import START, Outbox

H, M, S = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
SENT, UNKNOWN, REFUSED, NEVER = (AttemptOutcome.SENT, AttemptOutcome.UNKNOWN, AttemptOutcome.REFUSED,
                                 AttemptOutcome.NEVER_LEFT)  # fmt: skip


def sends(*offsets: timedelta, outcome: AttemptOutcome | None = SENT, channel: Channel = Channel.CUSTOMER) -> list[Tried]:
    return [Tried(channel, outcome, None, START + offset) for offset in offsets]


@pytest.mark.parametrize(
    ("message", "tap", "attempts", "at", "why"),
    [
        (None, None, [], 0 * S, Why.WINDOW),
        (0 * S, None, [], 48 * H - 5 * S, None),
        (0 * S, None, [], 48 * H - 4 * S, Why.WINDOW),
        (None, 0 * S, [], 55 * S, None),
        (None, 0 * S, [], 56 * S, Why.WINDOW),
        (0 * S, None, sends(1 * S, 2 * S, 3 * S, 4 * S), 1 * H, None),
        (0 * S, None, sends(1 * S, 2 * S, 3 * S, 4 * S, 5 * S), 1 * H, Why.QUOTA),
        (None, 0 * S, sends(1 * S, 2 * S, 3 * S), 30 * S, Why.QUOTA),
        # an act renews, it does not add: sends before it no longer count, but for the margin
        (1 * H, None, sends(*[n * S for n in range(5)]), 2 * H, None),
        (1 * H, None, sends(*[1 * H - 4 * S] * 5), 2 * H, Why.QUOTA),
        # a tap opens a window of its own beside one that is used up
        (0 * S, 2 * H, sends(*[n * M for n in range(5)]), 2 * H + 10 * S, None),
        (0 * S, 2 * H, sends(*[n * M for n in range(5)]), 3 * H, Why.QUOTA),
        # what may have been sent counts, what was refused or never left does not
        (0 * S, None, sends(*[n * S for n in range(5)], outcome=UNKNOWN), 1 * H, Why.QUOTA),
        (0 * S, None, sends(*[n * S for n in range(5)], outcome=None), 1 * H, Why.QUOTA),
        (0 * S, None, sends(*[n * S for n in range(5)], outcome=REFUSED), 1 * H, None),
        (0 * S, None, sends(*[n * S for n in range(5)], outcome=NEVER), 1 * H, None),
        (0 * S, None, sends(*[n * S for n in range(5)], channel=Channel.TEMPLATE), 1 * H, None),
    ],
)  # fmt: skip
def test_windows_and_quotas(
    message: timedelta | None, tap: timedelta | None, attempts: list[Tried], at: timedelta, why: Why | None
) -> None:
    heard = Heard(None if message is None else START + message, None if tap is None else START + tap)
    assert ledger.customer_closed(heard, attempts, now=START + at) == why


@pytest.mark.parametrize(
    ("code", "at", "why"),
    [
        (45015, 1 * H, Why.WINDOW),
        (45047, 1 * H, Why.QUOTA),
        (43004, 1 * H, Why.REFUSED),
        (43101, 1 * H, Why.NO_CONSENT),
        (43004, -1 * H, None),  # he acted since
        (-1, 1 * H, None),  # says nothing of the reader
    ],
)
def test_refusal_counts_until_the_reader_acts(code: int, at: timedelta, why: Why | None) -> None:
    heard = Heard(START, None)
    tried = [Tried(Channel.CUSTOMER, REFUSED, code, START + at)]
    assert ledger.refused(heard, tried, Channel.CUSTOMER) == why
    assert ledger.refused(heard, tried, Channel.TEMPLATE) is None


def heard(engine: Engine, now: datetime = START + 10 * H) -> Heard:
    with reading(engine) as session:
        return ledger.heard(session.connection(), 1, now=now)


@pytest.mark.parametrize("event", ["click", "scan", "subscribe", "scancode_push", "scancode_waitmsg"])
def test_taps_open_the_short_window(outbox: Outbox, engine: Engine, event: str) -> None:
    outbox.hear(START + 1 * H, event=event)
    assert heard(engine) == Heard(START, START + 1 * H)


@pytest.mark.parametrize("event", ["view", "location", "templatesendjobfinish", "something_new"])
def test_other_events_open_nothing(outbox: Outbox, engine: Engine, event: str) -> None:
    outbox.hear(START + 1 * H, event=event)
    assert heard(engine) == Heard(START, None)


def test_unfollowing_closes_every_window(outbox: Outbox, engine: Engine) -> None:
    outbox.hear(START + 1 * H, event="unsubscribe")
    assert heard(engine) == Heard(None, None)
    outbox.hear(START + 2 * H, event="subscribe")
    assert heard(engine) == Heard(None, START + 2 * H)


def test_time_that_the_platform_says_lies_ahead_counts_as_now(outbox: Outbox, engine: Engine) -> None:
    outbox.hear(START + 100 * H)
    assert heard(engine, START + 1 * H) == Heard(START + 1 * H, None)


def test_calls_are_counted_by_days_in_shanghai(engine: Engine) -> None:
    evening = datetime.fromisoformat("2026-11-10T23:59:59+08:00")

    def used_up(now: datetime, account: str = "main") -> bool:
        with reading(engine) as session:
            return ledger.used_up(session.connection(), account, Call.CUSTOMER, cap=2, now=now)

    for expected in (False, False, True):
        assert used_up(evening) is expected
        with writing(engine) as session:
            ledger.count(session.connection(), "main", Call.CUSTOMER, now=evening)
    assert [used_up(evening + 1 * S), used_up(evening, "other")] == [False, False]
    assert ledger.reset_at(evening) == datetime.fromisoformat("2026-11-11T00:05:00+08:00")


def test_used_up_cap_waits_for_the_next_day_without_asking_the_platform(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.wechat.profiles.DAILY_CAPS", {Call.CUSTOMER: 2})
    outbox.put("k1")
    outbox.put("k2")
    assert outbox.run() == {"sent": 1, "waiting": 1}
    assert outbox.state("k2") == ("queued", "daily")
    assert outbox.message("k2").not_before == datetime.fromisoformat("2026-11-11T00:05:00+08:00")
