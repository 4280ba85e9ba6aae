"""Calls to addresses of the configuration, over real HTTP: taken, refused, tried again, given up, never led elsewhere."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from bot.audit import OPERATOR
from bot.clock import FrozenClock, monotonic
from bot.errors import NotAllowed, NotFound
from bot.outbox import calls
from bot.outbox.callers import Robot, Webhook
from bot.outbox.calls import FIRST_WAIT, LONGEST_WAIT, MOST_TRIES, STUCK_AFTER, Caller
from models.audit import AuditEntry
from models.enums import OutgoingState
from models.outgoing import OutgoingCall
from models.session import reading, writing
from models.work_enums import CallTarget, GiveUpReason
from tests.support.factories import NOW
from tests.support.hosts import Line, reply, serving
from tests.support.receiver import receiving
from tests.support.site import free_port

BODY = {"title": "题", "text": "字" * 1000, "at": "now"}
QUEUED, SENDING, SENT, FAILED, CALLED_BACK = (
    OutgoingState.QUEUED, OutgoingState.SENDING, OutgoingState.SENT, OutgoingState.FAILED, OutgoingState.CALLED_BACK)


def put(engine: Engine, key: str = "k", target: CallTarget = CallTarget.WEBHOOK) -> int | None:
    with writing(engine) as session:
        return calls.enqueue(session.connection(), target, kind="alert", key=key, body=BODY, now=NOW)


def run(engine: Engine, caller: Caller | None, now: Any = NOW, target: CallTarget = CallTarget.WEBHOOK) -> dict[str, int]:
    return calls.deliver(engine, {target: caller} if caller else {}, lambda: now, now=now)


def row(engine: Engine) -> OutgoingCall:
    with reading(engine) as session:
        return session.scalars(select(OutgoingCall)).one()


def test_call_is_made_once_with_what_was_queued(engine: Engine) -> None:
    assert put(engine) is not None
    assert put(engine) is None
    with receiving() as other:
        hook = Webhook(other.address + "/hook?x=1")
        assert (run(engine, hook), run(engine, hook)) == ({"sent": 1}, {})
    (received,) = other.calls
    assert (received.path, received.json, received.headers["user-agent"]) == ("/hook?x=1", BODY, "woodpecker")
    found = row(engine)
    assert (found.state, found.sent_at, found.tries, found.last_error) == (SENT, NOW, 1, None)


def test_robot_is_told_in_the_form_it_takes(engine: Engine) -> None:
    put(engine, target=CallTarget.ROBOT)
    with receiving() as group:
        assert run(engine, Robot(group.address), target=CallTarget.ROBOT) == {"sent": 1}
    text = group.calls[0].json
    assert (text["msgtype"], set(text)) == ("text", {"msgtype", "text"})
    assert len(text["text"]["content"].encode()) <= 2048


@pytest.mark.parametrize(("answer", "problem"), [
    ((200, b'{"errcode":93000,"errmsg":"invalid webhook url"}'), "answer_93000"), ((200, b"<html>"), "no_answer"),
    ((200, b"[" * 4_000), "no_answer"),
    ((200, b"[]"), "no_answer"), ((200, b'{"errcode":"0"}'), "no_answer"), ((200, b""), "no_answer"), ((502, b""), "http_502")])
def test_robot_that_did_not_take_it_is_asked_again(engine: Engine, answer: tuple[int, bytes], problem: str) -> None:
    put(engine, target=CallTarget.ROBOT)
    with receiving() as group:
        group.answers = [answer, (200, b'{"errcode":0}')]
        robot = Robot(group.address)
        assert run(engine, robot, target=CallTarget.ROBOT) == {"waiting": 1}
        found = row(engine)
        assert (found.state, found.last_error, found.not_before) == (QUEUED, problem, NOW + FIRST_WAIT)
        assert run(engine, robot, NOW + FIRST_WAIT - timedelta(seconds=1), CallTarget.ROBOT) == {}
        assert run(engine, robot, NOW + FIRST_WAIT, CallTarget.ROBOT) == {"sent": 1}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(engine: Engine, status: int) -> None:
    put(engine)
    with receiving() as other:
        other.answers = [(status, b"")]
        assert run(engine, Webhook(other.address + "/here")) == {"waiting": 1}
    assert [one.path for one in other.calls] == ["/here"]
    assert row(engine).last_error == f"http_{status}"


def test_waits_get_longer_and_then_it_is_given_up(engine: Engine) -> None:
    put(engine)
    now, waits = NOW, []
    with receiving() as other:
        other.answers = [(500, b"")]
        for _ in range(MOST_TRIES):
            run(engine, Webhook(other.address), now)
            waits.append(row(engine).not_before - now)
            now = max(now, row(engine).not_before)
        assert run(engine, Webhook(other.address), now + timedelta(days=9)) == {}
    assert len(other.calls) == MOST_TRIES
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert max(waits) == LONGEST_WAIT
    assert now - NOW > timedelta(days=1)
    assert (row(engine).state, row(engine).last_error) == (FAILED, "http_500")


def test_nobody_there_and_nothing_configured(engine: Engine) -> None:
    put(engine)
    assert run(engine, Webhook(f"http://127.0.0.1:{free_port()}/")) == {"waiting": 1}
    assert row(engine).last_error == "no_connection"
    assert run(engine, None, NOW + FIRST_WAIT) == {"failed": 1}
    assert (row(engine).state, row(engine).last_error) == (FAILED, calls.OFF)


def test_endless_answer_is_not_read(engine: Engine) -> None:
    """The first bytes are enough; the rest may be as long as it likes."""
    put(engine)
    with serving(reply(b"x" * 3_000_000, length=10**12)) as other:
        assert run(engine, Webhook(other.address)) == {"sent": 1}


def test_silent_program_is_given_up_for_now(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.outbox import callers

    monkeypatch.setattr(callers, "READ_SECONDS", 0.05)
    put(engine)
    with serving(lambda line: (line.ending.wait(0.5), None)[1]) as other:
        assert run(engine, Webhook(other.address)) == {"waiting": 1}
    assert row(engine).last_error == "timeout"


@pytest.mark.parametrize("begin", [b"X-Slow: ", b"Transfer-Encoding: chunked\r\n\r\nfff\r\n"], ids=["head", "body"])
def test_program_whose_answer_trickles_is_given_up_too(engine: Engine, monkeypatch: pytest.MonkeyPatch, begin: bytes) -> None:
    """It is never silent for long, so that no timeout of the connection comes: the jobs behind it would wait for hours."""
    from bot.outbox import callers

    def trickle(line: Line) -> None:
        line.send(b"HTTP/1.1 200 OK\r\n" + begin)
        line.drip(b"x" * 300)

    monkeypatch.setattr(callers, "WHOLE_SECONDS", 0.2)
    put(engine)
    with serving(trickle) as other:
        began = monotonic()
        assert run(engine, Webhook(other.address)) == {"waiting": 1}
        assert monotonic() - began < 2
    assert row(engine).last_error == "timeout"


def test_process_that_died_in_a_call_leaves_it_to_the_next(engine: Engine) -> None:
    put(engine)
    with writing(engine) as session:
        session.execute(update(OutgoingCall).values(state=SENDING, claimed_at=NOW, tries=1))
    with receiving() as other:
        assert run(engine, Webhook(other.address), NOW + STUCK_AFTER) == {}
        assert run(engine, Webhook(other.address), NOW + STUCK_AFTER + timedelta(seconds=1)) == {"sent": 1}


def test_of_several_schedulers_one_makes_the_call(engine: Engine) -> None:
    for n in range(5):
        put(engine, f"k{n}")
    barrier = Barrier(4)
    with receiving() as other:
        hook = Webhook(other.address)

        def one() -> None:
            barrier.wait()
            run(engine, hook)

        threads = [Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(other.calls) == 5


def test_person_has_it_tried_again_or_gives_it_up_for_a_reason(engine: Engine, clock: FrozenClock) -> None:
    call_id = put(engine)
    assert call_id is not None
    with receiving() as other:
        other.answers = [(500, b""), (200, b"")]
        run(engine, Webhook(other.address))
        with writing(engine) as session:
            calls.send_again(session, call_id, actor=OPERATOR, now=clock.now())
        assert row(engine).tries == 0
        assert run(engine, Webhook(other.address)) == {"sent": 1}
    with writing(engine) as session, pytest.raises(NotAllowed):
        calls.give_up(session, call_id, GiveUpReason.DOUBLE, actor=OPERATOR, now=NOW)
    with writing(engine) as session, pytest.raises(NotFound):
        calls.send_again(session, 99, actor=OPERATOR, now=NOW)
    second = put(engine, "k2")
    assert second is not None
    with writing(engine) as session:
        calls.give_up(session, second, GiveUpReason.OUTDATED, actor=OPERATOR, now=NOW)
    with reading(engine) as session:
        assert session.get_one(OutgoingCall, second).state is CALLED_BACK
        assert [(one.verb, one.details) for one in session.scalars(select(AuditEntry).order_by(AuditEntry.id))] == [
            ("send_call_again", {}), ("drop_call", {"reason": "outdated"})]
