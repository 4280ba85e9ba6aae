"""`kill -9` of web and scheduler at 50 random moments during intake, close and pick (the seed is logged)."""

from __future__ import annotations

import contextlib
import logging
import os
import random
import secrets
import signal
import subprocess
import threading
from collections import Counter
from http.client import HTTPException
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from bot.audit import Actor, by_staff
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.wechat.platform_side import open_reply
from models.audit import AuditEntry
from models.contests import Award
from models.enums import ReportState, Role, RoundState, Verdict
from models.messages import Message
from models.reports import Erratum
from models.session import reading, writing
from models.staff import Staff
from tests.support.site import Site, children, kill, until
from tests.support.staff import PASSWORD_HASH
from tests.support.world import (
    LIUWAN,
    at,
    generated_issue,
    generated_text,
    messages_of,
    open_contest,
    reports_of,
    round_of,
    rows,
)

log = logging.getLogger(__name__)
pytestmark = [pytest.mark.slow, pytest.mark.long]
ERRORS = 220
READERS = 20
WORKER_KILLS, WEB_KILLS, SCHEDULER_KILLS, LATE_KILLS = 32, 3, 5, 10  # 50 in all


class Stream:
    """Readers write one message after the other; what was acknowledged is remembered with its answer."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._keys = site.keys
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._next = 0
        self.answers = 0
        self.acknowledged: dict[int, str] = {}
        self.differing: list[int] = []
        self._threads = [threading.Thread(target=self._run) for _ in range(3)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()

    def _run(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                number, self._next = self._next, self._next + 1
            if number >= ERRORS:
                number = random.randrange(ERRORS)  # the platform sends an old one again
            self._send(number)
            self._stop.wait(0.03)  # so that the errors last until the last kill

    def _send(self, number: int) -> None:
        """Three tries as the platform's; what the reader would see is the first answer."""
        fields = message(self._site, number)
        for _ in range(3):
            with contextlib.suppress(OSError, HTTPException):
                status, body = self._site.post(fields)
                if status == 200:
                    self._note(number, str(open_reply(self._keys, body)["Content"]))
                    return

    def _note(self, number: int, reply: str) -> None:
        with self._lock:
            self.answers += 1
            if self.acknowledged.setdefault(number, reply) != reply:
                self.differing.append(number)


def message(site: Site, number: int) -> dict[str, Any]:
    """The same for every resend: written at 09:00 sharp, so that the clock's going on changes nothing."""
    return site.text(f"oReader{number % READERS}", generated_text(number), msg_id=number, created=at("11-10 09:00"))


def kill_a_worker(web: subprocess.Popen[bytes], chance: random.Random) -> None:
    workers = children(web.pid)
    if workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(workers), signal.SIGKILL)


def intake_under_fire(site: Site, chance: random.Random) -> Stream:
    """Kills of one worker, of the whole web and of the scheduler, in random order at random moments."""
    acts = ["worker"] * WORKER_KILLS + ["web"] * WEB_KILLS + ["scheduler"] * SCHEDULER_KILLS
    chance.shuffle(acts)
    web, scheduler = site.start_web(), site.start_scheduler()
    stream, waiting = Stream(site), threading.Event()
    stream.start()
    try:
        for act in acts:
            seen = stream.answers
            until(lambda: stream.answers > seen + 1, seconds=40, what="the web answers again")  # noqa: B023
            waiting.wait(chance.uniform(0.0, 0.3))
            if act == "worker":
                kill_a_worker(web, chance)
            elif act == "web":
                kill(web)
                web = site.start_web()
            else:
                kill(scheduler)
                scheduler = site.start_scheduler()
    finally:
        stream.stop()
    kill(scheduler)
    return stream


def close_and_pick_under_fire(site: Site, engine: Engine, chance: random.Random) -> None:
    """Two schedulers; now one, now the other is killed while round closes and winners are picked."""
    schedulers = [site.start_scheduler() for _ in range(2)]
    waiting = threading.Event()
    site.stand_at(at("11-30 23:59:59"))
    for number in range(LATE_KILLS):
        if number == LATE_KILLS // 2:
            site.stand_at(at("12-01 00:14:59"))
        waiting.wait(chance.uniform(0.2, 2.2))
        which = number % 2
        kill(schedulers[which])
        schedulers[which] = site.start_scheduler()
    until(lambda: round_of(engine, "2026-11").state is RoundState.PICKED, seconds=40, what="the winners are picked")


def accept_everything(engine: Engine) -> None:
    with writing(engine) as session:
        member = Staff(login="e", display_name="编辑甲", password_hash=PASSWORD_HASH, role=Role.EDITOR,
                       created_at=at("11-01 08:00"))
        session.add(member)
        session.flush()
        editor: Actor = by_staff(member.id)
        for report in reports_of(engine):
            grading.grade(session, report.id, GradeInput(Verdict.ACCEPTED, "N-05", marks=(True, True, False)),
                          actor=editor, now=at("11-20 08:00"), expected_version=report.version)


def test_fifty_kills_lose_nothing_acknowledged_and_double_nothing(site, engine):
    seed = secrets.randbits(32)
    log.warning("random seed of the kills: %d", seed)  # shown when the test fails, and with -o log_cli=true
    chance = random.Random(seed)
    open_contest(engine, papers=(LIUWAN,), issues=(generated_issue(LIUWAN, "2026-11", ERRORS),))

    stream = intake_under_fire(site, chance)
    assert_intake_is_whole(site, engine, stream)
    accept_everything(engine)
    close_and_pick_under_fire(site, engine, chance)

    assert_one_close_and_one_result(engine)


def assert_intake_is_whole(site: Site, engine: Engine, stream: Stream) -> None:
    assert stream.answers > WORKER_KILLS + WEB_KILLS + SCHEDULER_KILLS
    assert stream.differing == []
    stored = {m.content: m for m in messages_of(engine)}
    assert len(stored) == len(messages_of(engine))
    missing = [n for n in stream.acknowledged if generated_text(n) not in stored]
    assert missing == []
    assert [n for n, reply in stream.acknowledged.items() if stored[generated_text(n)].reply != reply] == []
    found = reports_of(engine)
    assert Counter(r.message_id for r in found) == Counter(m.id for m in stored.values())
    assert {r.state for r in found} == {ReportState.FILED}
    assert len(rows(engine, Erratum)) == len(found)
    for reader_id in {r.reader_id for r in found}:
        ordinals = sorted(r.ordinal for r in found if r.reader_id == reader_id)
        assert ordinals == list(range(1, len(ordinals) + 1))
    # Whatever was not acknowledged before is taken now, once.
    for number in range(ERRORS):
        assert site.send(message(site, number)) is not None
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Message)) == ERRORS
    assert len(reports_of(engine)) == ERRORS


def assert_one_close_and_one_result(engine: Engine) -> None:
    picked = round_of(engine, "2026-11")
    with reading(engine) as session:
        acts = Counter(session.scalars(select(AuditEntry.verb).where(
            AuditEntry.object_kind == "round", AuditEntry.object_id == picked.id,
            AuditEntry.verb.in_(("close_round", "pick_round")))))
    assert acts == {"close_round": 1, "pick_round": 1}
    awards = rows(engine, Award)
    assert sorted(a.place for a in awards) == list(range(1, 12))
    assert len({a.person_id for a in awards}) == 11
    assert picked.print_block is not None
    assert picked.seed is not None
