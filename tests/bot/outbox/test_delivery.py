"""The queue and its delivery with a fake sender: grace, window, quota, claims, what each answer leads to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.clock import FrozenClock
from bot.outbox import queue
from bot.outbox.delivery import Delivery
from bot.wechat.client import Answer
from models.enums import OutgoingState
from models.outgoing import DeliveryAttempt, OutgoingMessage
from models.readers import Person, Reader
from models.session import writing

START = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
LATER = START + timedelta(seconds=10)
SENT = Answer(0, "")


class FakeSender:
    """Answers as told and keeps what it was given; `during` runs while the call is under way."""

    def __init__(self, *answers: Answer, during: Callable[[], None] = lambda: None) -> None:
        self.answers, self.during = list(answers), during
        self.calls: list[tuple[str, str]] = []

    def send_text(self, openid: str, text: str) -> Answer:
        self.calls.append((openid, text))
        self.during()
        return self.answers.pop(0) if self.answers else SENT


@pytest.fixture
def reader(engine: Engine) -> int:
    with writing(engine) as session:
        session.add(Person(id=1, created_at=START))
        session.flush()
        session.add(Reader(id=1, account="main", openid="o1", person_id=1, first_seen_at=START, last_message_at=START))
    return 1


def enqueue(engine: Engine, key: str = "k1", *, now: datetime = START, **more: datetime) -> int | None:
    with writing(engine) as session:
        return queue.enqueue(session.connection(), reader_id=1, kind="outcome", text=f"话{key}", key=key, now=now, **more)


def run(engine: Engine, sender: FakeSender | None, now: datetime = LATER) -> dict[str, int]:
    return Delivery({"main": sender} if sender else {}, FrozenClock(now).now).run(engine, now=now)


def message(engine: Engine, key: str = "k1") -> OutgoingMessage:
    with writing(engine) as session:
        return session.scalars(select(OutgoingMessage).where(OutgoingMessage.idempotency_key == key)).one()


def set_values(engine: Engine, table: type, **values: object) -> None:
    with writing(engine) as session:
        session.execute(update(table).values(**values))


def test_message_leaves_ten_seconds_after_it_was_decided(engine: Engine, reader: int) -> None:
    enqueue(engine)
    sender = FakeSender()
    assert run(engine, sender, LATER - timedelta(milliseconds=1)) == {}
    assert run(engine, sender) == {"sent": 1}
    assert sender.calls == [("o1", "话k1")]
    found = message(engine)
    assert (found.state, found.sent_at) == (OutgoingState.SENT, LATER)
    assert run(engine, sender, LATER + timedelta(days=1)) == {}


def test_one_key_is_queued_once(engine: Engine, reader: int) -> None:
    assert enqueue(engine) is not None
    assert enqueue(engine) is None


def test_message_is_called_back_until_it_leaves(engine: Engine, reader: int) -> None:
    enqueue(engine)
    with writing(engine) as session:
        assert queue.call_back(session.connection(), "k1")
        assert not queue.call_back(session.connection(), "k1")
    sender = FakeSender()
    assert run(engine, sender) == {}
    enqueue(engine, "k2")
    run(engine, sender)
    with writing(engine) as session:
        assert not queue.call_back(session.connection(), "k2")
    assert [text for _, text in sender.calls] == ["话k2"]


def test_reader_who_has_gone_is_not_written_to(engine: Engine, reader: int) -> None:
    enqueue(engine, "before")
    set_values(engine, Reader, openid=None)
    assert enqueue(engine, "after") is None
    sender = FakeSender()
    assert run(engine, sender) == {"unreachable": 1}
    assert (sender.calls, message(engine, "before").last_error) == ([], "gone")


def test_account_without_a_channel_makes_the_message_unreachable(engine: Engine, reader: int) -> None:
    enqueue(engine)
    assert run(engine, None) == {"unreachable": 1}
    assert message(engine).last_error == "no_channel"


def test_window_of_48_hours_holds_the_message_until_the_reader_writes_again(engine: Engine, reader: int) -> None:
    enqueue(engine)
    after = START + timedelta(hours=48, seconds=1)
    sender = FakeSender()
    assert run(engine, sender, after) == {"waiting": 1}
    assert (message(engine).state, message(engine).last_error) == (OutgoingState.QUEUED, "window")
    set_values(engine, Reader, last_message_at=after)
    assert run(engine, sender, after + timedelta(minutes=10)) == {"sent": 1}


def test_within_48_hours_to_the_second_it_is_sent(engine: Engine, reader: int) -> None:
    enqueue(engine)
    assert run(engine, FakeSender(), START + timedelta(hours=48)) == {"sent": 1}


def test_sixth_message_after_one_of_the_readers_waits(engine: Engine, reader: int) -> None:
    for n in range(6):
        enqueue(engine, f"k{n}")
    sender = FakeSender()
    assert run(engine, sender) == {"sent": 5, "waiting": 1}
    assert message(engine, "k5").last_error == "quota"
    set_values(engine, Reader, last_message_at=LATER + timedelta(minutes=1))
    assert run(engine, sender, LATER + timedelta(minutes=10)) == {"sent": 1}


def test_message_past_its_time_is_not_sent(engine: Engine, reader: int) -> None:
    enqueue(engine, expires_at=LATER)
    sender = FakeSender()
    assert run(engine, sender) == {"expired": 1}
    assert (sender.calls, message(engine).state, message(engine).last_error) == ([], OutgoingState.FAILED, "expired")


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(0, ""), "sent"),
        (Answer(45065, "duplicate"), "sent"),
        (Answer(-1, "busy"), "queued"),
        (Answer(45011, "too often"), "queued"),
        (Answer(40001, "token"), "queued"),
        (Answer(45009, "daily quota"), "queued"),
        (Answer(45015, "48 hours"), "queued"),
        (Answer(45047, "quota"), "queued"),
        (Answer(40003, "openid"), "unreachable"),
        (Answer(43004, "unfollowed"), "unreachable"),
        (Answer(48001, "unauthorised"), "unreachable"),
        (Answer(40164, "ip"), "unreachable"),
        (Answer(45002, "too long"), "failed"),
        (Answer(99999, "new code"), "failed"),
        (Answer(None, "ReadTimeout"), "uncertain"),
        (Answer(None, "connect timeout", never_left=True), "queued"),
    ],
)
def test_each_answer_leads_to_its_state(engine: Engine, reader: int, answer: Answer, state: str) -> None:
    enqueue(engine)
    assert run(engine, FakeSender(answer)) == {state: 1}
    found = message(engine)
    assert (found.state, found.last_error) == (state, answer.error or None)
    assert found.not_before == (LATER + timedelta(minutes=10) if state == "queued" else LATER)
    with writing(engine) as session:
        attempt = session.scalars(select(DeliveryAttempt)).one()
    assert (attempt.errcode, attempt.error, attempt.finished_at) == (answer.errcode, answer.error or None, LATER)


def test_what_stays_sending_goes_to_a_person_and_never_out_again(engine: Engine, reader: int) -> None:
    enqueue(engine)
    set_values(engine, OutgoingMessage, state=OutgoingState.SENDING, claimed_at=LATER)
    sender = FakeSender()
    assert run(engine, sender, LATER + timedelta(minutes=2)) == {}
    assert run(engine, sender, LATER + timedelta(minutes=2, seconds=1)) == {"uncertain": 1}
    assert run(engine, sender, LATER + timedelta(days=1)) == {}
    assert (sender.calls, message(engine).state) == ([], OutgoingState.UNCERTAIN)


def test_no_transaction_is_open_during_a_call(engine: Engine, reader: int) -> None:
    def write_elsewhere() -> None:
        with writing(engine) as session:
            session.execute(update(Reader).values(last_message_at=START))
            assert session.scalar(select(OutgoingMessage.state)) is OutgoingState.SENDING

    enqueue(engine)
    assert run(engine, FakeSender(during=write_elsewhere)) == {"sent": 1}


def test_two_deliverers_at_once_send_each_message_once(engine: Engine, reader: int) -> None:
    for n in range(4):
        enqueue(engine, f"k{n}")
    sender, start = FakeSender(), Barrier(2)

    def deliver() -> None:
        start.wait(timeout=20)
        run(engine, sender)

    threads = [Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(text for _, text in sender.calls) == ["话k0", "话k1", "话k2", "话k3"]
    assert {message(engine, f"k{n}").state for n in range(4)} == {OutgoingState.SENT}


def test_message_called_back_while_others_are_sent_stays_back(engine: Engine, reader: int, session: Session) -> None:
    enqueue(engine, "k1")
    enqueue(engine, "k2")

    def call_back() -> None:
        with writing(engine) as other:
            queue.call_back(other.connection(), "k2")

    sender = FakeSender(during=call_back)
    assert run(engine, sender) == {"sent": 1, "taken": 1}
    assert message(engine, "k2").state is OutgoingState.CALLED_BACK
