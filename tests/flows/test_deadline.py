"""Around the deadline, over HTTP and with real schedulers: what counts, and one close whoever tries."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from bot.audit import Actor, by_staff
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.wechat.platform_side import open_reply
from models.audit import AuditEntry
from models.contests import Award
from models.enums import ReportState, Role, RoundState, Verdict
from models.outgoing import OutgoingMessage
from models.session import reading, writing
from models.staff import Staff
from tests.support.site import until
from tests.support.staff import PASSWORD_HASH
from tests.support.world import (
    LIUWAN,
    Chat,
    at,
    generated_issue,
    generated_text,
    open_contest,
    reports_of,
    round_of,
    rows,
)

pytestmark = pytest.mark.slow
READERS = 14


def add_editor(engine: Engine) -> Actor:
    with writing(engine) as session:
        member = Staff(login="e", display_name="编辑甲", password_hash=PASSWORD_HASH, role=Role.EDITOR,
                       created_at=at("11-01 08:00"))
        session.add(member)
        session.flush()
        return by_staff(member.id)


def fill_round(engine: Engine, count: int = 30) -> None:
    """`count` reports of READERS readers about as many errors, all accepted."""
    open_contest(engine, papers=(LIUWAN,), issues=(generated_issue(LIUWAN, "2026-11", count + 5),))
    chat, editor = Chat(engine), add_editor(engine)
    for n in range(count):
        chat.say(f"oReader{n % READERS}", generated_text(n))
    chat.close()
    for report in reports_of(engine):
        with writing(engine) as session:
            grading.grade(session, report.id, GradeInput(Verdict.ACCEPTED, "N-05", marks=(True, True, False)),
                          actor=editor, now=chat.now, expected_version=report.version)


def assert_one_result(engine: Engine) -> None:
    """One close, one pick, one set of winners, one draft."""
    with reading(engine) as session:
        acts = Counter(session.scalars(select(AuditEntry.verb).where(
            AuditEntry.object_id == round_of(engine, "2026-11").id, AuditEntry.object_kind == "round",
            AuditEntry.verb.in_(("close_round", "pick_round", "release_round")))))
    assert acts == {"close_round": 1, "pick_round": 1}
    awards, picked = rows(engine, Award), round_of(engine, "2026-11")
    assert sorted(a.place for a in awards) == list(range(1, 12))
    assert len({a.person_id for a in awards}) == 11
    assert Counter(a.prize for a in awards) == {"best": 1, "excellent": 10}
    assert (picked.state, picked.released_at) == (RoundState.PICKED, None)
    assert picked.print_block is not None
    assert picked.article is not None
    assert len(picked.result["selection"]["best"]) == 1
    asked = Counter(o.reader_id for o in rows(engine, OutgoingMessage) if o.kind == "ask_name")
    assert asked == Counter({a.reader_id: 1 for a in awards})


def test_two_schedulers_and_a_manual_run_at_one_deadline_close_and_pick_once(site, engine):
    fill_round(engine)
    site.stand_at(at("11-30 23:59:57"))
    schedulers = [site.start_scheduler() for _ in range(2)]
    number = str(round_of(engine, "2026-11").id)
    until(lambda: round_of(engine, "2026-11").state is RoundState.CLOSED, seconds=30, what="the round is closed")
    site.command("rounds", "close", number)

    site.stand_at(at("12-01 00:14:57"))
    hands = [site.start("bot", *command, log="by-hand")
             for command in (("job", "all"), ("rounds", "pick", number), ("job", "pick_rounds"))]
    until(lambda: round_of(engine, "2026-11").state is RoundState.PICKED, seconds=30, what="the winners are picked")
    until(lambda: all(hand.poll() is not None for hand in hands), seconds=30, what="the manual runs are over")
    site.command("job", "all")

    assert [scheduler.poll() for scheduler in schedulers] == [None, None]
    assert_one_result(engine)


def test_schedulers_that_were_down_over_the_deadline_catch_up(site, engine):
    fill_round(engine)
    site.stand_at(at("12-03 08:00"))

    for _ in range(2):
        site.start_scheduler()
    until(lambda: round_of(engine, "2026-11").state is RoundState.PICKED, seconds=30, what="the winners are picked")

    assert_one_result(engine)


def test_a_delivery_created_before_the_deadline_and_delivered_after_it_counts(site, engine):
    open_contest(engine, papers=(LIUWAN,), issues=(generated_issue(LIUWAN, "2026-11", 5),))
    site.start_web()
    site.stand_at(at("12-01 00:00:03"))
    site.command("job", "close_rounds")
    assert round_of(engine, "2026-11").state is RoundState.CLOSED

    in_time = site.send(site.text("oA", generated_text(0), msg_id=1, created=at("11-30 23:59:58")))
    too_late = site.send(site.text("oB", generated_text(1), msg_id=2, created=at("12-01 00:00:00")))
    site.stand_at(at("12-01 00:11:58"))
    on_its_way = site.text("oC", generated_text(2), msg_id=3, created=at("11-30 23:59:58"))
    twelve_minutes = site.post(on_its_way)

    assert in_time is not None
    assert too_late is not None
    assert "目前第1位发现。" in str(in_time["Content"])
    assert "不参加评奖" in str(too_late["Content"])
    assert "不参加评奖" in str(open_reply(site.keys, twelve_minutes[1])["Content"])
    number = round_of(engine, "2026-11").id
    found = reports_of(engine)
    assert [(r.late, r.time_flagged, r.round_id, r.state) for r in found] == [
        (False, False, number, ReportState.FILED), (True, False, number, ReportState.FILED),
        (True, True, number, ReportState.FILED)]  # fmt: skip
    assert [r.counts_at for r in found[:2]] == [at("11-30 23:59:58"), at("12-01 00:00:00")]
    assert timedelta() <= found[2].counts_at - at("12-01 00:11:58") < timedelta(seconds=60)


def test_the_round_is_not_picked_while_deliveries_may_be_on_their_way(site, engine):
    fill_round(engine)
    site.stand_at(at("12-01 00:13:30"))

    site.command("job", "all")
    assert round_of(engine, "2026-11").state is RoundState.CLOSED
    site.stand_at(at("12-01 00:15:01"))
    site.command("job", "all")

    assert round_of(engine, "2026-11").state is RoundState.PICKED


