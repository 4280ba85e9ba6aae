"""A reader opens 我的纠错 from the chat on a small phone without scripts: he amends, withdraws, answers and appeals; the
console sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select

from bot import audit
from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.settings import Settings
from models.enums import Role, Verdict
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.console import served, sign_in
from tests.support.settings import reached
from tests.support.small_phone import in_it, looked_at, phone
from tests.support.staff import PASSWORD_HASH
from tests.support.world import Chat
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READER = "reader-with-a-phone"


@dataclass
class House:
    app: Flask
    engine: Engine
    settings: Settings
    clock: FrozenClock
    house: factories.House
    address: str

    def say(self, words: str) -> str:
        with closing(Chat(self.engine, self.clock.now(), factories.ACCOUNT, terms=Terms.of(self.settings))) as chat:
            chat.sent = int(self.clock.now().timestamp())
            said = chat.say(READER, words)
        self.clock.moment = chat.now
        return said

    def grade(self, ordinal: int, verdict: Verdict, reason: str, **given: Any) -> None:
        with writing(self.engine) as session:
            number = session.scalars(select(Report.id).where(Report.ordinal == ordinal)).one()
            grading.grade(session, number, GradeInput(verdict, reason=reason, **given), now=self.clock.now(),
                          actor=audit.by_staff(self.house.editor_id), expected_version=factories.version_of(session, number))
        self.clock.advance(minutes=1)

    def report(self, ordinal: int) -> Report:
        with reading(self.engine) as session:
            return session.scalars(select(Report).where(Report.ordinal == ordinal)).one()


@pytest.fixture
def site(settings: Settings, engine: Engine, clock: FrozenClock) -> Iterator[House]:
    with writing(engine) as session:
        house = factories.build(session)
        session.add(Staff(login="jia", display_name="编辑甲", password_hash=PASSWORD_HASH, role=Role.EDITOR,
                          created_at=clock.now()))
    app = create_app(reached(settings), clock=clock, engine=engine)
    with served(app) as address:
        here = reached(settings, address)
        app.extensions["woodpecker"] = app.extensions["woodpecker"].__class__(here, clock, engine)
        yield House(app, engine, here, clock, house, address)


def test_a_reader_without_scripts_looks_after_his_reports(chromium: Browser, site: House) -> None:
    site.say(factories.HEADLINE)
    site.say(factories.DISCOUNT)
    site.say(factories.VOLUNTEERS)
    site.grade(1, Verdict.ACCEPTED, "", row_code="N-05", marks=(True, True, False))
    site.grade(3, Verdict.NOT_AN_ERROR, "两种写法词典都收，报社按原样排")
    told = site.say("我的")
    address, code = in_it(told)
    with phone(chromium) as page:
        page.goto(address)
        expect(page.locator("h1")).to_have_text("我的纠错")
        expect(page.locator("ul.cells").first.locator("li")).to_have_count(3)
        expect(page.locator("ul.cells li").first).to_contain_text("不是差错")
        looked_at(chromium, page, "own-list")

        page.click("text=第2条")
        looked_at(chromium, page, "own-report")
        page.click("a.cell:has-text('应为')")
        expect(page.locator("h1")).to_have_text("改“应为”")
        looked_at(chromium, page, "own-change")
        page.fill("[name=value]", "八五折的优惠")
        page.click("main form button")
        expect(page.locator("[role=status]")).to_have_text("好的，已经改好。")
        expect(page.locator("ul.cells")).to_contain_text("八五折的优惠")
        assert site.report(2).right == "八五折的优惠"

        page.click("summary")
        page.fill("[name=code]", "0000" if code != "0000" else "1111")
        page.click("text=撤回第2条")
        expect(page.locator(".problem")).to_contain_text("这四位数不对")
        looked_at(chromium, page, "own-wrong-code")
        page.fill("[name=code]", code)
        page.click("text=撤回第2条")
        expect(page.locator("[role=status]")).to_have_text("好的，已经撤回。")
        expect(page.locator("h1")).to_contain_text("已撤回")
        assert site.report(2).state.value == "withdrawn"
        page.reload()
        page.go_back()
        page.go_forward()
        expect(page.locator("h1")).to_contain_text("已撤回")

        page.click("text=我的纠错")
        page.click("text=第3条")
        looked_at(chromium, page, "own-refused")
        page.fill("[name=words]", "《现代汉语词典》只收“值守”")
        page.click("main form button:has-text('申诉')")
        expect(page.locator("[role=status]")).to_contain_text("申诉收到")
        expect(page.locator("main")).to_contain_text("您不同意“不是差错”，申诉了")
        looked_at(chromium, page, "own-appealed")

    with closing_desk(chromium) as desk:
        sign_in(desk, site.address, "jia")
        desk.goto(f"{site.address}/reports/{site.report(3).id}")
        expect(desk.locator("main")).to_contain_text("《现代汉语词典》只收“值守”")
        desk.goto(f"{site.address}/reports/{site.report(2).id}")
        expect(desk.locator("main")).to_contain_text("在网页上补充或更正")
        expect(desk.locator("main")).to_contain_text("撤回 2")


@contextmanager
def closing_desk(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
    context.set_default_timeout(20_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def test_what_an_editor_asks_is_answered_there_and_an_old_link_is_kind(chromium: Browser, site: House) -> None:
    site.say(factories.DISCOUNT)
    site.say(factories.VOLUNTEERS)
    site.grade(1, Verdict.NEEDS_MORE, "是文章里的哪一段？请告诉我们前后几个字。")
    address, _ = in_it(site.say("我的"))
    with phone(chromium) as page:
        page.goto(f"{address}1")
        expect(page.locator("h2").first).to_have_text("编辑想再问一句")
        looked_at(chromium, page, "own-asked")
        page.fill("[name=words]", "第二段，“六十岁以上老人凭卡”后面")
        page.click("text=告诉编辑")
        expect(page.locator("[role=status]")).to_contain_text("已经补上")
        expect(page.locator("h1")).to_contain_text("待评")
        assert "第二段" in (site.report(1).reason or "")
        site.clock.advance(minutes=31)
        page.goto(address)
        expect(page.locator("h1")).to_have_text("链接过了时间")
        expect(page.locator("main")).not_to_contain_text("优慧")
        looked_at(chromium, page, "own-expired")
