"""来信, 代录 and appeals in a real browser: from the letter to what becomes of it, wide and on a phone, by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.settings import Settings
from models.appeals import Appeal, CallerEntry
from models.enums import MessageFate, OutgoingState, ReportSource, Verdict
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff
from models.work_enums import AppealState, EntryState
from models.working import Draft
from tests.support import factories, world
from tests.support.console import fits, press, served, sign_in, two_editors
from tests.support.factories import HEADLINE, NOW
from tests.support.world import new_intake, text_message
from web import create_app

pytestmark = pytest.mark.browser
WIDE, PHONE = (1440, 1000), (390, 844)
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])


@dataclass(frozen=True)
class Desk:
    """The running console with two editors, three letters of one reader and one of another."""

    address: str
    engine: Engine
    clock: FrozenClock
    question: int
    voice: int
    failed: int
    decider: int

    def fate(self, message_id: int) -> MessageFate:
        with reading(self.engine) as session:
            return session.get_one(Message, message_id).fate

    def outgoing(self, kind: str) -> list[OutgoingMessage]:
        with reading(self.engine) as session:
            return list(session.scalars(select(OutgoingMessage).where(OutgoingMessage.kind == kind)
                                        .order_by(OutgoingMessage.id)))

    def reports(self) -> list[Report]:
        with reading(self.engine) as session:
            return list(session.scalars(select(Report).order_by(Report.id)))


@pytest.fixture
def desk(settings: Settings, engine: Engine) -> Iterator[Desk]:
    clock = FrozenClock(NOW + timedelta(hours=5))
    with writing(engine) as session:
        decider = two_editors(session)[0]
        factories.build(session, editor_id=decider)
        one, other = factories.reader(session), factories.reader(session)
        question = factories.message(session, one, "报纸在哪里订？", at=NOW, fate=MessageFate.DESK)
        voice = factories.message(session, one, "第三版志愿者那篇，“值首”不对", at=NOW + timedelta(minutes=1),
                                  msg_type="voice", fate=MessageFate.DESK)
        failed = factories.message(session, other, "<script>document.title='hit'</script>", at=NOW + timedelta(minutes=2),
                                   fate=MessageFate.FAILED)
    with served(create_app(settings, clock=clock, engine=engine)) as address:
        yield Desk(address, engine, clock, question, voice, failed, decider)


def page_of(browser: Browser, desk: Desk, login: str, size: tuple[int, int]) -> Page:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN", has_touch=size == PHONE,
                                  is_mobile=size == PHONE, timezone_id="Asia/Shanghai")
    context.set_default_timeout(20_000)
    page = context.new_page()
    sign_in(page, desk.address, login)
    return page


@SIZES
def test_letters_are_answered_closed_and_turned_into_reports(
    chromium: Browser, desk: Desk, size: tuple[int, int]
) -> None:
    page = page_of(chromium, desk, "jia", size)
    page.goto(f"{desk.address}/desk/")
    fits(page)
    page.locator(f"a.row-link[href='/desk/{desk.question}']").click()
    page.wait_for_url(f"**/desk/{desk.question}")
    fits(page)
    page.get_by_label("回复读者", exact=True).fill("邮局就能订，全年二十四元。")
    page.get_by_label("回复后结案").check()
    page.get_by_role("button", name="发送回复").click()
    # The next letter opens by itself: the voice, with what was recognised as a start.
    page.wait_for_url(f"**/desk/{desk.voice}")
    words = page.get_by_label("差错是什么")
    expect(words).to_have_value("第三版志愿者那篇，“值首”不对")
    words.fill("东城版3版《垃圾箱房换新颜》，“值首”应为“值守”")
    expect(page.locator("#understood")).to_contain_text("报上找到了")
    page.get_by_role("button", name="转为纠错").click()
    page.wait_for_url(f"**/desk/{desk.failed}")
    expect(page.get_by_text("已转为纠错")).to_be_visible()
    assert page.title() != "hit"
    page.get_by_role("button", name="看过了，不是纠错").click()
    page.wait_for_url("**/desk/")
    expect(page.get_by_text("没有要处理的来信")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    page.wait_for_url(f"**/desk/{desk.failed}")
    assert [desk.fate(one) for one in (desk.question, desk.voice, desk.failed)] == [
        MessageFate.DESK_CLOSED, MessageFate.READ, MessageFate.DESK]
    [report] = desk.reports()
    assert (report.wrong, report.right, report.source) == ("值首", "值守", ReportSource.VOICE)
    assert [one.text for one in desk.outgoing("desk")] == ["邮局就能订，全年二十四元。"]


def drafts(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(Draft.fields)))


@SIZES
def test_an_answer_half_written_survives_a_reload_and_another_browser(
    chromium: Browser, desk: Desk, size: tuple[int, int]
) -> None:
    address = f"{desk.address}/desk/{desk.question}"
    page = page_of(chromium, desk, "jia", size)
    page.goto(address)
    page.get_by_label("回复读者", exact=True).fill("邮局就能订，")
    page.reload()  # sooner than it was kept
    offer = page.locator("[data-offer=answer]")
    expect(offer).to_contain_text("邮局就能订，")
    fits(page)
    offer.get_by_text("继续").click()
    page.get_by_label("回复读者", exact=True).fill("邮局就能订，全年二十四元。")
    page.evaluate("document.dispatchEvent(new Event('together:keep'))")
    expect(page.locator("[data-together-kept]")).to_contain_text("已替您存下")
    elsewhere = page_of(chromium, desk, "jia", size)
    elsewhere.goto(address)
    elsewhere.locator("[data-offer=answer]").get_by_text("继续").click()
    expect(elsewhere.get_by_label("回复读者", exact=True)).to_have_value("邮局就能订，全年二十四元。")
    elsewhere.get_by_role("button", name="发送回复").click()
    expect(elsewhere.get_by_text("回复还没发出")).to_be_in_viewport()
    expect(elsewhere.locator("[data-offer]")).to_have_count(0)
    assert ([one.text for one in desk.outgoing("desk")], drafts(desk.engine)) == (["邮局就能订，全年二十四元。"], [])


@SIZES
def test_an_answer_is_called_back_without_looking_for_it_in_a_long_conversation(
    chromium: Browser, desk: Desk, size: tuple[int, int]
) -> None:
    with writing(desk.engine) as session:
        reader_id = session.get_one(Message, desk.question).reader_id
        assert reader_id is not None
        for n in range(8):
            factories.message(session, reader_id, f"第{n}封，" + "写得很长的一封来信。" * 12, at=NOW + timedelta(minutes=10 + n),
                              fate=MessageFate.DESK)
    page = page_of(chromium, desk, "jia", size)
    page.goto(f"{desk.address}/desk/{desk.question}")
    jump = page.get_by_role("link", name="去处理")
    if size == PHONE:
        expect(page.get_by_role("button", name="发送回复")).not_to_be_in_viewport()
        jump.click()
        expect(page.get_by_role("heading", name="回复")).to_be_in_viewport()
    else:
        expect(jump).to_be_hidden()
    page.get_by_label("回复读者", exact=True).fill("邮局就能订。")
    page.get_by_role("button", name="发送回复").click()
    call_back = page.locator(".leaving-bar").get_by_role("button", name="撤回")
    expect(call_back).to_be_in_viewport()
    assert call_back.evaluate("one => one.scrollHeight < 2 * parseFloat(getComputedStyle(one).fontSize) + 32")  # one line
    if size == PHONE:
        call_back.click()
    else:
        press(page, "z")
    expect(page.get_by_text("回复已撤回，没有发出。")).to_be_visible()
    assert [one.state for one in desk.outgoing("desk")] == [OutgoingState.CALLED_BACK]
    fits(page)


def test_all_of_it_goes_by_keys_alone(chromium: Browser, desk: Desk) -> None:
    page = page_of(chromium, desk, "jia", WIDE)
    page.goto(f"{desk.address}/desk/")
    press(page, "j")
    press(page, "Enter")
    page.wait_for_url(f"**/desk/{desk.question}")
    press(page, "1")  # a ready sentence
    answer = page.get_by_label("回复读者", exact=True)
    expect(answer).to_be_focused()
    assert answer.input_value() != ""
    press(page, "Control+Enter")
    expect(page.get_by_text("待发送")).to_be_visible()
    press(page, "e")
    page.wait_for_url(f"**/desk/{desk.voice}")
    assert desk.fate(desk.question) is MessageFate.DESK_CLOSED
    press(page, "z")
    page.wait_for_url(f"**/desk/{desk.question}")
    assert desk.fate(desk.question) is MessageFate.DESK
    press(page, "t")
    expect(page.get_by_label("差错是什么")).to_be_focused()


@SIZES
def test_call_is_entered_and_confirmed_by_a_second(chromium: Browser, desk: Desk, size: tuple[int, int]) -> None:
    with writing(desk.engine) as session:
        factories.report(session, HEADLINE, at=NOW + timedelta(hours=4))
    page = page_of(chromium, desk, "jia", size)
    page.goto(f"{desk.address}/callers/new")
    fits(page)
    page.get_by_label("什么时候来的").fill("2026-11-10T11:00")  # two hours before the reader wrote
    page.get_by_label("他怎么说的").fill("东城版2版，大标题“食唐”应为“食堂”")
    expect(page.locator("#understood")).to_contain_text("报上找到了")
    page.get_by_label("称呼").fill("银杏路季阿婆")
    page.get_by_role("button", name="记下，给出编号").click()
    page.wait_for_url("**/callers/*said=1")
    fits(page)
    number = desk.reports()[-1].id
    expect(page.locator(".big-number")).to_contain_text(str(number))
    expect(page.get_by_text("目前第2位")).to_be_visible()
    expect(page.get_by_text("请另一位编辑来确认")).to_be_visible()
    second = page_of(chromium, desk, "yi", size)
    second.goto(f"{desk.address}/desk/")
    second.get_by_role("link", name="去看").click()
    second.get_by_role("button", name="确认来电时间属实").click()
    expect(second.get_by_text("已确认，按来电的时间算")).to_be_visible()
    expect(second.get_by_text("目前第1位发现")).to_be_visible()
    fits(second)
    with reading(desk.engine) as session:
        assert session.scalars(select(CallerEntry.state)).one() is EntryState.CONFIRMED


def appealed(desk: Desk) -> int:
    """A report refused by the first editor, against which its reader appeals in the chat; its number."""
    with writing(desk.engine) as session:
        number = factories.report(session, HEADLINE)
        grading.grade(session, number, GradeInput(Verdict.NOT_AN_ERROR, reason="两种写法都有。"),
                      actor=by_staff(desk.decider), now=desk.clock.now(),
                      expected_version=factories.version_of(session, number))
        openid = session.get_one(Reader, session.get_one(Report, number).reader_id).openid
    intake = new_intake(desk.engine)
    try:
        now = desk.clock.now() + timedelta(minutes=1)
        reply = intake.take(world.ACCOUNT, text_message(openid or "", "申诉 1 明明印错了，我叫季小满", created=now, msg_id=9),
                            stale=False, now=now)
    finally:
        intake.close()
    assert reply is not None
    assert "申诉收到" in reply
    return number


@SIZES
def test_appeal_is_graded_again_by_somebody_else(chromium: Browser, desk: Desk, size: tuple[int, int]) -> None:
    number = appealed(desk)
    page = page_of(chromium, desk, "yi", size)
    page.goto(f"{desk.address}/queue?view=appeals")
    page.locator(f"a.row-link[href^='/reports/{number}']").first.click()
    part = page.locator("#appeal")
    expect(part).to_contain_text("明明印错了")
    expect(part).not_to_contain_text("季小满")
    expect(part).not_to_contain_text("非差错")
    fits(page)
    page.locator("label[for='verdict-not_an_error']").click()
    page.locator("#grade-form textarea[name=reason]").fill("核对过原文，报上没有印错。")
    page.get_by_role("button", name="评定，看下一条").click()
    expect(page.locator("#appeal")).to_have_count(0)
    with reading(desk.engine) as session:
        assert session.scalars(select(Appeal.state)).one() is AppealState.KEPT
    told = desk.outgoing("outcome")[-1]
    assert told.text.startswith("您对第1条的申诉，编辑重新看过，结果不变。")


@SIZES
def test_alone_the_appeal_is_answered_in_words(chromium: Browser, desk: Desk, size: tuple[int, int]) -> None:
    with writing(desk.engine) as session:
        session.scalars(select(Staff).where(Staff.login == "yi")).one().active = False
    number = appealed(desk)
    page = page_of(chromium, desk, "jia", size)
    page.goto(f"{desk.address}/reports/{number}")
    part = page.locator("#appeal")
    part.get_by_label("给读者的话").fill("词典里两种写法都收，谢谢您细心。")
    expect(page.locator("#appeal-preview")).to_contain_text("您对第1条的申诉")
    part.get_by_label("为什么由您答复").fill("编辑部只有我一人")
    fits(page)
    part.get_by_role("button", name="维持原来的结论").click()
    expect(page.locator("#appeal")).to_contain_text("同一人：编辑部只有我一人")
    page.locator("#appeal").get_by_role("button", name="撤回这句答复").click()
    expect(page.locator("#appeal")).to_contain_text("申诉待答复")
    assert [one.state for one in desk.outgoing("appeal")] == [OutgoingState.CALLED_BACK]
