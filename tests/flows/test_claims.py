"""A prize from the chat to the counter: the winner's notice, his page on a phone, the prize role's desk; in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select

from bot.chat import chat_links
from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.settings import Settings
from models.audit import AuditEntry
from models.contests import Award
from models.enums import PrizeState, Role
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.session import reading, writing
from models.staff import Staff
from tests.support import claims, factories
from tests.support.claims import award, later
from tests.support.console import DESK, PHONE, fits, served, sign_in
from tests.support.settings import reached
from tests.support.small_phone import clean, in_it, picture
from tests.support.staff import PASSWORD_HASH
from tests.support.world import Chat
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class House:
    app: Flask
    engine: Engine
    settings: Settings
    clock: FrozenClock
    address: str
    best: int
    souvenir: int
    said: int = 0
    """Messages so far: no MsgId comes twice."""

    def chat(self) -> Chat:
        return Chat(self.engine, self.clock.now(), factories.ACCOUNT, terms=Terms.of(self.settings))

    def winner(self, award_id: int) -> str:
        """His openid."""
        with reading(self.engine) as session:
            found = session.scalars(select(Reader.openid).join(Award, Award.reader_id == Reader.id).where(
                Award.id == award_id)).one()
        assert found is not None
        return found

    def asks(self, award_id: int, words: str = "领奖") -> tuple[str, str]:
        """The link and the digits that the winner is told."""
        with closing(self.chat()) as chat:
            chat.sent, self.said = self.said, self.said + 1
            answer = chat.say(self.winner(award_id), words)
            self.clock.moment = chat.now
        return in_it(answer)

    def answered(self, award_id: int) -> str:
        with closing(self.chat()) as chat:
            chat.sent, self.said = self.said, self.said + 1
            return chat.say(self.winner(award_id), "领奖")

    def notice(self, award_id: int) -> str:
        with reading(self.engine) as session:
            return session.scalars(select(OutgoingMessage.text).where(
                OutgoingMessage.idempotency_key == f"award-{award_id}")).one()


@pytest.fixture
def site(settings: Settings, engine: Engine, clock: FrozenClock, tmp_path: Path) -> Iterator[House]:
    with writing(engine) as session:
        house = factories.build(session)
        chief = factories.staff(session, "chief", Role.CHIEF)
        session.add(Staff(login="prizes", display_name="发奖的小周", password_hash=PASSWORD_HASH, role=Role.PRIZES,
                          created_at=clock.now()))
    settings = claims.claiming(settings, tmp_path)
    app = create_app(settings, clock=clock, engine=engine)
    with served(app) as address:
        # What readers are told is where the pages are.
        here = reached(settings, address)
        app.extensions["woodpecker"] = app.extensions["woodpecker"].__class__(here, clock, engine)
        best, souvenir = claims.released(engine, house, clock, chief, here)
        yield House(app, engine, here, clock, address, best, souvenir)


@contextmanager
def window(chromium: Browser, *, phone: bool, dark: bool = False) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE if phone else DESK, has_touch=phone, is_mobile=phone, locale="zh-CN",
                                   color_scheme="dark" if dark else "light", reduced_motion="reduce")  # fmt: skip
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("pageerror", lambda problem: pytest.fail(str(problem)))
    try:
        yield page
    finally:
        context.close()


def seen(page: Page, name: str) -> None:
    """Nothing sticks out, nothing that axe objects to; a picture where one is wanted."""
    fits(page)
    clean(page)
    picture(page, name)


def test_winner_claims_on_his_phone_and_the_prize_role_ticks_off(chromium: Browser, site: House) -> None:
    assert "回“领奖”两个字" in site.notice(site.best)
    assert "http" not in site.notice(site.best)
    link, code = site.asks(site.best)
    with window(chromium, phone=True) as phone:
        phone.goto(link)
        expect(phone.locator("h1")).to_have_text("恭喜您，来领奖吧")
        expect(phone.locator(".for-guardian")).to_be_hidden()
        seen(phone, "claim-phone")
        phone.fill("[name=phone]", "139 1234")
        phone.fill("[name=code]", f"{(int(code) + 1) % 10_000:04d}")
        phone.click("main button[type=submit]")
        expect(phone.locator("#code-problem")).to_contain_text("这四位数不对")
        expect(phone.locator("[name=phone]")).to_have_value("139 1234")
        seen(phone, "claim-code-phone")
        phone.fill("[name=code]", code)
        phone.click("main button[type=submit]")
        expect(phone.locator("#problems")).to_contain_text("还有几处要补上")
        expect(phone.locator("[name=phone]")).to_have_value("139 1234")
        seen(phone, "claim-wrong-phone")
        phone.check("[name=agreed]")
        phone.fill("[name=phone]", "139 1234 5678")
        phone.check("[name=relation][value=neither]")
        phone.click("main button[type=submit]")
        expect(phone.locator("h1")).to_have_text("登记好了")
        word = phone.locator("[data-word]").inner_text()
        seen(phone, "claim-done-phone")
        phone.goto(link)
        expect(phone.locator("h1")).to_have_text("已经登记过了")
        seen(phone, "claim-used-phone")
    assert f"领奖暗号：{word}。" in site.answered(site.best)
    with window(chromium, phone=False) as desk:
        sign_in(desk, site.address, "prizes")
        desk.goto(f"{site.address}/prizes/")
        seen(desk, "prizes-desktop")
        desk.click(f'a[href="/prizes/{site.best}"]')
        expect(desk.locator("main")).not_to_contain_text("13912345678")
        seen(desk, "prize-claimed-desktop")
        desk.click("text=看联系方式")
        expect(desk.locator("[data-contact]")).to_contain_text("13912345678")
        seen(desk, "prize-contact-desktop")
        desk.fill("[name=said]", "不记得了")
        desk.click("text=登记领走")
        expect(desk.locator("[data-problem]")).to_contain_text("暗号对不上")
        desk.fill("[name=said]", word)
        desk.fill("[name=note]", "签收单 0012")
        desk.click("text=登记领走")
        expect(desk.locator("main")).to_contain_text("已登记，这份奖发出去了。")
        seen(desk, "prizes-handed-desktop")
        told_in_the_ledger(desk, site.address)
    assert award(site.engine, site.best).state is PrizeState.HANDED_OVER
    with reading(site.engine) as session:
        verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.object_kind == "award").order_by(AuditEntry.id))
        assert list(verbs) == ["claim_prize", "see_contact", "hand_over", "enter_receipt"]
        assert session.scalars(select(AuditEntry.verb).where(AuditEntry.verb == "take_payouts")).all() == ["take_payouts"]


def told_in_the_ledger(desk: Page, address: str) -> None:
    """From the list on: the hand-over with its tax, its receipt, the file for finance and the certificate."""
    desk.click("text=发奖台账")
    expect(desk.locator("h1")).to_have_text("发奖台账")
    line = desk.locator(".payout-lines tbody tr")
    expect(line).to_have_count(1)
    for words in ("最佳啄木鸟", "125.00", "25.00", "100.00", "签收单 0012"):
        expect(line).to_contain_text(words)
    expect(desk.locator("main")).not_to_contain_text("13912345678")
    seen(desk, "payouts-desktop")
    with desk.expect_download() as file:
        desk.click("text=下载表格")
    assert re.fullmatch(r"发奖台账 已发 \d{4}\.xlsx", file.value.suggested_filename)
    desk.emulate_media(color_scheme="dark")
    seen(desk, "payouts-desktop-dark")
    desk.set_viewport_size({"width": 390, "height": 844})
    seen(desk, "payouts-phone-dark")
    desk.emulate_media(color_scheme="light")
    seen(desk, "payouts-phone")
    desk.click("text=还没发")
    expect(desk.locator(".payout-lines tbody tr")).to_have_count(1)
    seen(desk, "payouts-owed-phone")
    desk.goto(f"{address}/prizes/")
    with desk.expect_download() as file:
        desk.click("text=荣誉证书")
    assert Path(file.value.path()).read_bytes().startswith(b"%PDF-")


def test_souvenir_for_a_child_is_sent(chromium: Browser, site: House) -> None:
    link, code = site.asks(site.souvenir, "我要领奖")
    with window(chromium, phone=True, dark=True) as phone:
        phone.goto(link)
        expect(phone.locator(".for-post")).to_be_hidden()
        phone.check("[name=receiving][value=post]")
        phone.check("[name=under_age]")
        phone.fill("[name=recipient]", "季大满")
        phone.fill("[name=address]", "银杏小区3栋2单元501室")
        phone.check("[name=relation][value=neither]")
        phone.check("[name=agreed]")
        phone.fill("[name=code]", code)
        phone.fill("[name=guardian]", "季大满")
        phone.fill("[name=guardian_phone]", "13887654321")
        seen(phone, "claim-child-phone-dark")
        phone.click("main button[type=submit]")
        expect(phone.locator("#problems")).to_contain_text("要监护人看过说明并同意")
        expect(phone.locator("[name=address]")).to_have_value("银杏小区3栋2单元501室")
        phone.check("[name=guardian_agrees]")
        phone.click("main button[type=submit]")
        expect(phone.locator("main")).to_contain_text("会寄到您留的地址")
        seen(phone, "claim-sent-phone-dark")
    assert "会寄到您留的地址" in site.answered(site.souvenir)
    with window(chromium, phone=True, dark=True) as desk:
        sign_in(desk, site.address, "prizes")
        desk.goto(f"{site.address}/prizes/{site.souvenir}")
        seen(desk, "prize-sent-phone-dark")
        desk.click("text=已经寄出")
        expect(desk.locator("main")).to_contain_text("已登记，这份奖发出去了。")
    assert award(site.engine, site.souvenir).state is PrizeState.HANDED_OVER


def test_claim_by_telephone_and_links_that_open_nothing(chromium: Browser, site: House) -> None:
    with window(chromium, phone=False) as desk:
        sign_in(desk, site.address, "prizes")
        desk.goto(f"{site.address}/prizes/{site.best}")
        seen(desk, "prize-desktop")
        desk.click("text=代他登记")
        expect(desk.locator(".read-aloud")).to_contain_text("只用来把这份奖品交到您手里")
        seen(desk, "prize-enter-desktop")
        desk.check("[name=relation][value=neither]")
        desk.click("main form button[type=submit]")
        expect(desk.locator("[data-problem]")).to_contain_text("还有几处要补上")
        desk.check("[name=agreed]")
        desk.click("main form button[type=submit]")
        expect(desk.locator("[data-word]")).to_have_text(re.compile("^[一-鿿]{4}$"))
        seen(desk, "prize-entered-desktop")
    link, _ = site.asks(site.souvenir)
    with window(chromium, phone=True) as phone:
        later(site.clock, minutes=31)
        phone.goto(link)
        expect(phone.locator("main")).to_contain_text("这个已经过了时间。请回到公众号，回“领奖”两个字")
        seen(phone, "claim-ended-phone")
        link, _ = site.asks(site.souvenir)
        phone.goto(link.replace("-", "-1", 1))
        expect(phone.locator("main")).to_contain_text("回“领奖”两个字")
        seen(phone, "claim-none-phone")
        phone.goto(f"{site.address}/claim/{site.souvenir}-0123456789abcdef")
        expect(phone.locator("main")).to_contain_text("回“领奖”两个字")
    told = chat_links.token(award(site.engine, site.souvenir).reader_id, site.clock.now() + timedelta(days=62),
                            site.settings.server.secret_key)
    later(site.clock, days=61)
    with window(chromium, phone=True) as phone:
        phone.goto(f"{site.address}/my/{told}/claim/{site.souvenir}")
        expect(phone.locator("main")).to_contain_text("领取的日子已经过了")
        seen(phone, "claim-over-phone")


@pytest.mark.parametrize("page_of", ["", "/enter"], ids=["counter", "telephone"])
def test_a_slip_of_the_finger_bars_nobody(chromium: Browser, site: House, page_of: str) -> None:
    """Staff and their relatives win nothing, which no screen undoes: asked before it is set down, and not of others."""
    with window(chromium, phone=True) as page:
        sign_in(page, site.address, "prizes")
        page.goto(f"{site.address}/prizes/{site.best}{page_of}")
        asked: list[str] = []
        page.once("dialog", lambda one: (asked.append(one.message), one.dismiss()))
        page.get_by_label("本报工作人员").check()
        done = page.get_by_role("button", name="登记领走" if not page_of else "登记", exact=True)
        done.click()
        assert (len(asked), "这份奖会空出来" in asked[0]) == (1, True)
        assert award(site.engine, site.best).state is PrizeState.TO_BE_CLAIMED
        page.on("dialog", lambda one: pytest.fail(one.message))
        page.get_by_label("都不是").check()
        if page_of:
            page.get_by_label("上面的说明念给对方听了").check()
        done.click()
        expect(done).to_have_count(0)
    assert award(site.engine, site.best).state is (PrizeState.CLAIMED if page_of else PrizeState.HANDED_OVER)
