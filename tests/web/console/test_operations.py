"""The screen 运行: each job with how it went and a button, the outbox of readers and mails with what to do about each."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot import jobs
from bot.clock import FrozenClock
from bot.publishing import release_letters
from bot.teamwork.reminders import STUCK_AFTER
from models.audit import AuditEntry, JobRun
from models.cockpit import Reminder
from models.contests import Round
from models.enums import JobOutcome, OutgoingState, Role
from models.outgoing import OutgoingCall, OutgoingMessage
from models.queries.release import months_to_repeat
from models.session import reading, writing
from models.staff import ResetRequest, Staff
from models.work_enums import CallTarget, GiveUpReason, ReminderMoment, ReminderState
from tests.support.factories import NICKNAME, NOW, OPENID, House
from tests.web.conftest import Browser
from tests.web.console.months.test_notices import load, notice
from web.job_threads import JobThreads

QUEUED, FAILED, UNCERTAIN, UNREACHABLE, CALLED_BACK = (
    OutgoingState.QUEUED, OutgoingState.FAILED, OutgoingState.UNCERTAIN, OutgoingState.UNREACHABLE, OutgoingState.CALLED_BACK)


@pytest.fixture
def admin(browser: Browser, house: House) -> FlaskClient:
    return browser(Role.ADMIN)


def turn(engine: Engine, at: Any = NOW, *failed: str) -> None:
    with writing(engine) as session:
        session.add(JobRun(name=jobs.TURN, started_at=at - timedelta(seconds=3), finished_at=at, outcome=JobOutcome.DONE,
                           result={"failed": list(failed)}))


def ran(engine: Engine, name: str, outcome: JobOutcome, result: dict[str, Any], at: Any = NOW) -> None:
    with writing(engine) as session:
        session.add(JobRun(name=name, started_at=at, outcome=outcome, result=result,
                           finished_at=None if outcome is JobOutcome.RUNNING else at + timedelta(seconds=2)))


def letter(engine: Engine, house: House, staff_id: int, state: ReminderState = ReminderState.FAILED, **changes: Any) -> str:
    """One that did not leave; its address on the screen."""
    values: dict[str, Any] = {"moment": ReminderMoment.CLOSES_72, "made_at": NOW - timedelta(hours=1), "owed": 1} | changes
    with writing(engine) as session:
        session.add(Reminder(round_id=house.round_id, staff_id=staff_id, state=state, **values))
    return f"{house.round_id}-{values['moment'].value}-{staff_id}"


def entries(engine: Engine) -> list[tuple[str, dict[str, Any]]]:
    with reading(engine) as session:
        return [(row.verb, row.details) for row in session.scalars(select(AuditEntry).where(
            AuditEntry.verb.in_(("run_job", "send_again", "hurry_message", "drop_message", "send_letter_again", "drop_letter")))
            .order_by(AuditEntry.id))]


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# Jobs


def test_scheduler_that_never_ran_or_stands_still_is_said_first_with_what_to_do(
    engine: Engine, admin: FlaskClient, clock: FrozenClock
) -> None:
    assert "定时任务停着。 从来没有做过。" in text_of(admin.get("/operations/").text)
    turn(engine)
    calm = text_of(admin.get("/operations/").text)
    assert "定时任务停着" not in calm
    assert "每 15 秒轮一遍" in calm
    assert "用了 3 秒" in calm
    assert "都正常" in calm
    clock.advance(minutes=6)
    assert "定时任务停着。 上一遍是 11月10日 09:00 做完的" in text_of(admin.get("/operations/").text)


def test_every_job_stands_there_with_what_it_did_last(engine: Engine, admin: FlaskClient) -> None:
    turn(engine)
    ran(engine, "deliver", JobOutcome.DONE, {"sent": 7, "uncertain": 1}, NOW - timedelta(days=1))
    ran(engine, "deliver", JobOutcome.DONE, {"sent": 3, "failed": 2, "strange": "<b>"})
    page = admin.get("/operations/").text
    assert page.count("/run\"") == len(jobs.JOBS)
    assert "11月10日 09:00 ，用了 2 秒：送出 3，没成 2" in text_of(page)
    assert "送出 7" not in page


def test_job_that_fails_comes_first_until_a_turn_goes_well(engine: Engine, admin: FlaskClient) -> None:
    ran(engine, "deliver", JobOutcome.FAILED, {"error": "OperationalError"}, NOW - timedelta(minutes=1))
    turn(engine, NOW, "deliver", "seal_audit")
    page = admin.get("/operations/").text
    assert "要看看的任务" in page
    assert "数据库没有应答，或者正忙 OperationalError" in text_of(page)
    assert "程序出错，日志里有详情" in page  # seal_audit, of which no row tells more
    assert f"其余 {len(jobs.JOBS) - 2} 个任务" in page
    with writing(engine) as session:
        session.query(JobRun).filter(JobRun.name == jobs.TURN).delete()
    turn(engine)
    assert "要看看的任务" not in admin.get("/operations/").text


def test_job_is_run_at_once_in_its_own_thread_and_tells_what_it_did(
    app: Flask, engine: Engine, admin: FlaskClient, staff: dict[Role, int]
) -> None:
    threads: JobThreads = app.extensions["woodpecker-jobs"]
    answer = admin.post("/operations/jobs/seal_audit/run", follow_redirects=True)
    assert "“封存记录”开始做了" in answer.text
    threads.wait()
    with reading(engine) as session:
        row = session.scalars(select(JobRun).where(JobRun.name == "seal_audit")).one()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "run_job")).one()
    assert (row.outcome, row.result, row.finished_at) == (JobOutcome.DONE, {"sealed": entry.chain_number}, NOW)
    assert (entry.staff_id, entry.object_id, entry.details) == (staff[Role.ADMIN], row.id, {"job": "seal_audit"})
    assert f"封存 {entry.chain_number}" in admin.get("/operations/").text
    assert "任务 封存记录" in admin.get("/audit").text


def test_job_under_way_is_not_begun_again_and_one_that_broke_off_may_be(
    app: Flask, engine: Engine, admin: FlaskClient, clock: FrozenClock
) -> None:
    turn(engine)
    ran(engine, "index_search", JobOutcome.RUNNING, {})
    page = admin.get("/operations/").text
    assert "/operations/jobs/index_search/run" not in page
    assert "进行中 11月10日 09:00 开始" in text_of(page)
    assert "正在做，请等它做完" in admin.post("/operations/jobs/index_search/run", follow_redirects=True).text
    assert entries(engine) == []
    clock.advance(hours=1)
    assert "做到一半程序停了" in admin.get("/operations/").text
    admin.post("/operations/jobs/index_search/run")
    app.extensions["woodpecker-jobs"].wait()
    assert entries(engine) == [("run_job", {"job": "index_search"})]


def test_unknown_job_is_not_found(admin: FlaskClient) -> None:
    for name in ("turn", "backup", "no_such"):
        assert admin.post(f"/operations/jobs/{name}/run").status_code == 404


# The outbox


@pytest.mark.slow
def test_lists_hold_messages_and_mails_by_state_without_a_word_of_them(
    engine: Engine, admin: FlaskClient, house: House, staff: dict[Role, int]
) -> None:
    turn(engine)
    notice(engine, FAILED, "data format error", text=f"{NICKNAME} 的话")
    notice(engine, UNREACHABLE, "window")
    notice(engine, QUEUED, "resting", not_before=NOW + timedelta(minutes=4), created_at=NOW - timedelta(hours=3))
    letter(engine, house, house.editor_id)
    letter(engine, house, staff[Role.CHIEF], ReminderState.SENDING, made_at=NOW - STUCK_AFTER - timedelta(seconds=1))
    letter(engine, house, staff[Role.ADMIN], ReminderState.SENDING, made_at=NOW)
    letter(engine, house, staff[Role.PRIZES], dismissed_at=NOW)  # seen in the console: no mail is needed
    with writing(engine) as session:
        session.add(ResetRequest(login="geheim", address="::1", at=NOW - timedelta(minutes=2)))
    pages = {view: admin.get(f"/operations/?view={view}").text for view in ("person", "queued", "unreachable")}
    told = {view: text_of(page) for view, page in pages.items()}
    assert re.findall(r'class="count">(\d+)<', pages["person"]) == ["3", "1", "3"]
    assert "给读者：纠错结果 社区发布" in told["person"]
    assert "给同事的邮件：截止前 3 天（2026年11月）" in told["person"]
    assert "邮件服务器没有收下，或者连不上" in told["person"]
    assert "寄的时候断了，不知道寄到没有" in told["person"]
    assert "重设密码的邮件：重设密码" in told["queued"]
    assert "等了 3 小时" in told["queued"]
    assert "11月10日 09:04" in told["queued"]
    assert "读者 48 小时没有来信" in told["unreachable"]
    assert not [word for word in (NICKNAME, OPENID, "geheim", "::1") for page in pages.values() if word in page]
    only = text_of(admin.get("/operations/?view=person&what=letter").text)
    assert "给同事的邮件：截止前 3 天" in only
    assert "给读者：纠错结果" not in only


@pytest.mark.slow
def test_empty_lists_say_so_and_offer_no_choice(engine: Engine, admin: FlaskClient) -> None:
    turn(engine)
    for view, words in (("person", "没有要处理的"), ("unreachable", "没有送不到的"), ("queued", "没有等着送的"),
                        ("x", "没有要处理的")):
        page = admin.get(f"/operations/?view={view}&what=nonsense&page=-3").text
        assert words in page
        assert "只看" not in page


@pytest.mark.slow
def test_many_come_fifty_at_a_time_the_oldest_first(engine: Engine, admin: FlaskClient) -> None:
    for n in range(52):
        notice(engine, FAILED, "why", created_at=NOW - timedelta(hours=100 - n))
    first, second = admin.get("/operations/").text, admin.get("/operations/?page=2").text
    assert (first.count("/again?"), second.count("/again?")) == (50, 2)
    assert "后 50 条" in first
    assert "前 50 条" in second
    assert "等了 4 天 4 小时" in first
    assert "没有要处理的" in admin.get("/operations/?page=99999999").text


@pytest.mark.sampled
@pytest.mark.parametrize(("state", "verb"), [
    (FAILED, "send_again"), (UNCERTAIN, "send_again"), (QUEUED, "hurry_message"), (UNREACHABLE, "hurry_message")])
def test_message_is_tried_again_at_once(engine: Engine, admin: FlaskClient, state: OutgoingState, verb: str) -> None:
    outgoing_id = notice(engine, state, "window", not_before=NOW + timedelta(hours=1))
    assert admin.post(f"/operations/outbox/notice/{outgoing_id}/again").status_code == 302
    row = load(engine, outgoing_id)
    assert (row.state, row.not_before <= NOW + timedelta(seconds=10)) == (QUEUED, True)
    assert [one for one, _ in entries(engine)] == [verb]


@pytest.mark.slow
def test_giving_up_needs_a_reason_which_is_kept(engine: Engine, admin: FlaskClient) -> None:
    outgoing_id = notice(engine, FAILED, "why")
    for reason in ("", "because", "0"):
        answer = admin.post(f"/operations/outbox/notice/{outgoing_id}/give-up", data={"reason": reason}, follow_redirects=True)
        assert "请选一个理由。" in answer.text
    assert load(engine, outgoing_id).state is FAILED
    admin.post(f"/operations/outbox/notice/{outgoing_id}/give-up", data={"reason": GiveUpReason.OUTDATED})
    assert load(engine, outgoing_id).state is CALLED_BACK
    assert entries(engine) == [("drop_message", {"reason": "outdated"})]
    assert "原因 说的事已经过了" in admin.get("/audit").text


@pytest.mark.slow
def test_what_was_decided_meanwhile_is_told(engine: Engine, admin: FlaskClient) -> None:
    outgoing_id = notice(engine, OutgoingState.SENT)
    for act in ("again", "give-up"):
        answer = admin.post(f"/operations/outbox/notice/{outgoing_id}/{act}", data={"reason": "outdated"}, follow_redirects=True)
        assert "已经不在这个状态" in answer.text
    assert "没有这条消息" in admin.post("/operations/outbox/notice/999/again", follow_redirects=True).text
    assert entries(engine) == []


@pytest.mark.slow
def test_letter_is_claimed_anew_by_its_job_or_given_up(
    engine: Engine, browser: Browser, house: House, staff: dict[Role, int], clock: FrozenClock
) -> None:
    with reading(engine) as session:
        closes_at = session.get_one(Round, house.round_id).closes_at
    clock.moment = closes_at - timedelta(hours=70)
    admin = browser(Role.ADMIN)
    first = letter(engine, house, house.editor_id, made_at=clock.now() - timedelta(hours=1))
    second = letter(engine, house, staff[Role.CHIEF], made_at=clock.now() - timedelta(hours=1))
    assert "记下了" in admin.post(f"/operations/outbox/letter/{first}/again", follow_redirects=True).text
    admin.post(f"/operations/outbox/letter/{second}/give-up", data={"reason": "told_otherwise"})
    with reading(engine) as session:
        left = {row.staff_id: row.state for row in session.scalars(select(Reminder))}
    assert left == {staff[Role.CHIEF]: ReminderState.CONSOLE}
    assert entries(engine) == [
        ("send_letter_again", {"letter": "closes_72", "staff": house.editor_id}),
        ("drop_letter", {"letter": "closes_72", "staff": staff[Role.CHIEF], "reason": "told_otherwise"})]


@pytest.mark.slow
def test_letter_about_what_is_over_is_not_sent_again(
    engine: Engine, browser: Browser, house: House, clock: FrozenClock
) -> None:
    with reading(engine) as session:
        closes_at = session.get_one(Round, house.round_id).closes_at
    clock.moment = closes_at - timedelta(hours=20)  # the next reminder has come
    admin = browser(Role.ADMIN)
    ref = letter(engine, house, house.editor_id, made_at=clock.now() - timedelta(hours=50))
    assert "不用再寄" in admin.post(f"/operations/outbox/letter/{ref}/again", follow_redirects=True).text
    sent = letter(engine, house, house.editor_id, ReminderState.SENT, moment=ReminderMoment.CLOSES_24, sent_at=NOW)
    assert "不在这个状态" in admin.post(f"/operations/outbox/letter/{sent}/again", follow_redirects=True).text


@pytest.mark.slow
def test_month_that_did_not_leave_is_due_again_for_two_days(
    engine: Engine, browser: Browser, released: House, staff: dict[Role, int], clock: FrozenClock
) -> None:
    chief = staff[Role.CHIEF]
    with writing(engine) as session:
        session.get_one(Staff, chief).email = "chief@example.com"
    ref = letter(engine, released, chief, moment=ReminderMoment.MONTH, made_at=clock.now())

    def due() -> list[tuple[int, int]]:
        with reading(engine) as session:
            return months_to_repeat(session, tried_before=clock.now() - release_letters.AGAIN_AFTER,
                                    released_after=clock.now() - release_letters.AGAIN_FOR)

    assert due() == []
    browser(Role.ADMIN).post(f"/operations/outbox/letter/{ref}/again")
    assert due() == [(released.round_id, chief)]
    clock.advance(days=3)
    assert "不用再寄" in browser(Role.ADMIN).post(f"/operations/outbox/letter/{ref}/again", follow_redirects=True).text


@pytest.mark.sampled
@pytest.mark.parametrize("address", [
    "letter/1-nonsense-1", "letter/1", "letter/1-closes_72", "letter/x-closes_72-1", "notice/abc", "notice/-1",
    "notice/99999999999", "reset/1", "nothing/1", "notice/٣"])
def test_addresses_of_nothing_lead_nowhere(admin: FlaskClient, address: str) -> None:
    for act in ("again", "give-up"):
        assert admin.post(f"/operations/outbox/{address}/{act}", data={"reason": "outdated"}).status_code == 404


@pytest.mark.slow
def test_screen_is_for_admins(browser: Browser, house: House) -> None:
    del house
    assert {role: browser(role).get("/operations/").status_code for role in Role} == {
        Role.EDITOR: 403, Role.CHIEF: 403, Role.PRIZES: 403, Role.ADMIN: 200}


@pytest.mark.slow
def test_screen_asks_the_database_little(engine: Engine, admin: FlaskClient, count_queries: Any) -> None:
    for _ in range(30):
        notice(engine, FAILED, "why")
    with count_queries() as asked:
        admin.get("/operations/")
    assert len(asked) <= 9, asked


def test_outgoing_messages_keep_their_words(engine: Engine, admin: FlaskClient) -> None:
    """Giving up blanks nothing: the conversation stays whole."""
    outgoing_id = notice(engine, UNREACHABLE, "window", text="原话")
    admin.post(f"/operations/outbox/notice/{outgoing_id}/give-up", data={"reason": "not_needed"})
    with reading(engine) as session:
        assert session.get_one(OutgoingMessage, outgoing_id).text == "原话"


@pytest.mark.slow
def test_calls_to_other_programs_are_told_in_words_and_decided(engine: Engine, admin: FlaskClient) -> None:
    ids = []
    with writing(engine) as session:
        for target, state, why in ((CallTarget.ROBOT, FAILED, "answer_93000"), (CallTarget.WEBHOOK, FAILED, "http_502"),
                                   (CallTarget.MAIL, QUEUED, "mail")):
            row = OutgoingCall(target=target, idempotency_key=target, kind="alert", body={"text": "里面的话"}, state=state,
                               tries=3, last_error=why, not_before=NOW, created_at=NOW)
            session.add(row)
            session.flush()
            ids.append(row.id)
    page = admin.get("/operations/").text
    told = text_of(page)
    assert "送到别处：有事停着的提醒 企业微信群 没发出去 对方没有收（93000）（试了 3 次）" in told
    assert "对方回答出错（502）" in told
    assert "邮件服务器没有收下" in text_of(admin.get("/operations/?view=queued").text)
    assert "里面的话" not in page
    admin.post(f"/operations/outbox/call/{ids[0]}/again")
    admin.post(f"/operations/outbox/call/{ids[1]}/give-up", data={"reason": "no_address"})
    with reading(engine) as session:
        assert [session.get_one(OutgoingCall, one).state for one in ids[:2]] == [QUEUED, CALLED_BACK]
        verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.object_kind == "outgoing_call")).all()
    assert verbs == ["send_call_again", "drop_call"]
