"""Who comes in at a reader's own pages, on a small phone without JavaScript: the winner with his digits, the reader whom his
account knows, another follower with the same link, a browser outside WeChat; and who says goodbye."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine, select

from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.dialogue import menu
from bot.settings import Settings
from models.enums import PrizeState, Role
from models.messages import Message
from models.readers import Reader
from models.session import reading, writing
from tests.support import claims, factories
from tests.support.claims import award
from tests.support.console import served
from tests.support.factories import ACCOUNT
from tests.support.phone import OUTSIDE, WECHAT, stand_in, telling
from tests.support.settings import reached
from tests.support.small_phone import in_it, looked_at, phone
from tests.support.world import Chat
from web import create_app
from web.public import followers
from web.simulator.platform import Platform
from web.simulator.values import Side

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class House:
    engine: Engine
    settings: Settings
    clock: FrozenClock
    address: str
    best: int
    other: int
    platform: Platform | None = None
    said: int = 0

    def reader(self, award_id: int) -> tuple[int, str]:
        with reading(self.engine) as session:
            found = session.get_one(Reader, award(self.engine, award_id).reader_id)
            return found.id, found.openid or ""

    def says(self, award_id: int, words: str) -> str:
        """The answer in the chat of whoever won that."""
        with closing(Chat(self.engine, self.clock.now(), ACCOUNT, terms=Terms.of(self.settings))) as chat:
            chat.sent, self.said = self.said, self.said + 1
            answer = chat.say(self.reader(award_id)[1], words)
            self.clock.moment = chat.now
        return answer

    def tapped(self, award_id: int, url: str, **more: str) -> str:
        """What the phone of whoever won that opens when he taps a link."""
        assert self.platform is not None
        openid = self.reader(award_id)[1]
        if not any(one.openid == openid for one in self.platform.store.readers(ACCOUNT)):
            self.platform.store.add_reader(self.platform.account(ACCOUNT), f"读者{award_id}", following=True, openid=openid)
        query = urlencode({"account": ACCOUNT, "reader": openid, "url": url, **more})
        return f"{self.settings.wechat.oauth_base}/open?{query}"


@contextmanager
def house_of(settings: Settings, engine: Engine, clock: FrozenClock, platform: Platform | None = None) -> Iterator[House]:
    with writing(engine) as session:
        house = factories.build(session)
        chief = factories.staff(session, "chief", Role.CHIEF)
    app = create_app(settings, clock=clock, engine=engine)
    with served(app) as address:
        here = reached(settings, address)
        app.extensions["woodpecker"] = replace(app.extensions["woodpecker"], settings=here)
        best, other = claims.released(engine, house, clock, chief, here)
        yield House(engine, here, clock, address, best, other, platform)


@pytest.fixture
def site(settings: Settings, engine: Engine, clock: FrozenClock, tmp_path: Path) -> Iterator[House]:
    with house_of(claims.claiming(settings, tmp_path), engine, clock) as house:
        yield house


@pytest.fixture
def knowing(settings: Settings, engine: Engine, clock: FrozenClock, tmp_path: Path) -> Iterator[House]:
    """An installation whose account tells who opens a page."""
    with (stand_in(telling(claims.claiming(settings, tmp_path), ACCOUNT), clock) as (there, platform),
          house_of(there, engine, clock, platform) as house):
        yield house


def test_winner_answers_the_word_opens_is_wrong_once_and_claims(chromium: Browser, site: House) -> None:
    link, code = in_it(site.says(site.best, "领奖"))
    with phone(chromium) as his:
        his.goto(link)
        expect(his.locator("h1")).to_have_text("恭喜您，来领奖吧")
        looked_at(chromium, his, "claim")
        his.check("[name=agreed]")
        his.check("[name=relation][value=neither]")
        his.fill("[name=phone]", "139 1234 5678")
        his.click("main button[type=submit]")
        expect(his.locator("#code-problem")).to_contain_text("请填公众号里给您的四位数")
        his.fill("[name=code]", f"{(int(code) + 1) % 10_000:04d}")
        his.click("main button[type=submit]")
        expect(his.locator("#code-problem")).to_contain_text("这四位数不对")
        expect(his.locator("[name=phone]")).to_have_value("139 1234 5678")
        looked_at(chromium, his, "claim-wrong-code")
        assert award(site.engine, site.best).state is PrizeState.TO_BE_CLAIMED
        his.fill("[name=code]", code)
        his.click("main button[type=submit]")
        expect(his.locator("h1")).to_have_text("登记好了")
        word = his.locator("[data-word]").inner_text()
        looked_at(chromium, his, "claim-done")
    assert award(site.engine, site.best).state is PrizeState.CLAIMED
    assert f"领奖暗号：{word}。" in site.says(site.best, "领奖")
    with reading(site.engine) as session:
        stored = "\n".join(filter(None, session.scalars(select(Message.reply))))
    assert (link in stored, code in stored) == (False, False)


def test_link_opens_for_the_reader_whom_his_account_knows_and_for_nobody_else(chromium: Browser, knowing: House) -> None:
    link, code = in_it(knowing.says(knowing.best, "领奖"))
    with phone(chromium) as his:
        his.goto(knowing.tapped(knowing.best, link))
        expect(his.locator("h1")).to_have_text("恭喜您，来领奖吧")
        assert his.url.partition("#")[0] == link  # browsers carry the platform's own #wechat_redirect along
    with phone(chromium) as another:
        another.goto(knowing.tapped(knowing.other, link))
        expect(another.locator("main")).to_contain_text(followers.OTHER)
        assert "领奖吧" not in another.content()
        looked_at(chromium, another, "another-follower")
    with phone(chromium, OUTSIDE) as outside:
        outside.goto(knowing.tapped(knowing.best, link))
        expect(outside.locator("main")).to_contain_text("要在微信里打开")
        looked_at(chromium, outside, "outside-wechat")
    with phone(chromium) as framed:
        framed.goto(knowing.tapped(knowing.best, link, snapshot="1"))
        expect(framed.locator("main")).to_contain_text("使用完整服务")
    with phone(chromium) as his:
        his.goto(knowing.tapped(knowing.best, link))
        his.check("[name=agreed]")
        his.check("[name=relation][value=neither]")
        his.fill("[name=code]", code)
        his.click("main button[type=submit]")
        expect(his.locator("h1")).to_have_text("登记好了")
    assert award(knowing.engine, knowing.best).state is PrizeState.CLAIMED


def test_menu_and_an_old_link_lead_a_known_reader_to_his_pages(chromium: Browser, knowing: House) -> None:
    old, _ = in_it(knowing.says(knowing.best, "领奖"))
    button = next(one for one in menu.of(f"{knowing.address}/my/?at={ACCOUNT}") if one.url)
    with phone(chromium) as his:
        his.goto(knowing.tapped(knowing.best, button.url))
        expect(his.locator("h1")).to_have_text("我的纠错")
        knowing.clock.moment += timedelta(hours=5)
        his.goto(knowing.tapped(knowing.best, old))
        expect(his.locator("h1")).to_have_text("恭喜您，来领奖吧")
        assert his.url != old


def test_reader_sees_what_is_held_takes_his_copy_and_says_goodbye(chromium: Browser, site: House) -> None:
    link, code = in_it(site.says(site.best, "我的"))
    with phone(chromium) as his:
        his.goto(link)
        his.click("text=我的个人信息")
        expect(his.locator("h1")).to_have_text("我的个人信息")
        looked_at(chromium, his, "own-privacy")
        his.fill("[name=code]", "12")
        his.click("text=取我的信息")
        expect(his.locator("#code-problem")).to_be_visible()
        his.fill("[name=code]", code)
        his.click("text=取我的信息")
        expect(his.locator("main")).to_contain_text("这一页只给您一个人，用一次")
        his.goto(link)
        his.click("text=我的个人信息")
        his.click("text=删除我的信息")
        expect(his.locator("main")).to_contain_text("您有 1 份奖品还没领")
        looked_at(chromium, his, "own-delete")
        his.click("text=先不删")
        expect(his.locator("h1")).to_have_text("我的个人信息")
        his.click("text=删除我的信息")
        his.fill("[name=code]", code)
        his.click("text=全部删除")
        expect(his.locator("main")).to_contain_text("再见")
        looked_at(chromium, his, "goodbye")
        his.goto(link)
        expect(his.locator("main")).to_contain_text("这里没有您的内容了")
        looked_at(chromium, his, "dead-link")
    with reading(site.engine) as session:
        assert session.get_one(Reader, award(site.engine, site.best).reader_id).erased_at is not None


def test_link_in_a_chat_of_the_stand_in_opens_as_the_reader_whose_phone_it_is(chromium: Browser, knowing: House) -> None:
    """Both sides played by hand, as somebody does who tries the program: the other reader's phone shows the same link."""
    answer = knowing.says(knowing.best, "领奖")
    assert knowing.platform is not None
    openids = {award_id: knowing.reader(award_id)[1] for award_id in (knowing.best, knowing.other)}
    for openid in openids.values():
        reader = knowing.platform.store.add_reader(knowing.platform.account(ACCOUNT), f"读者{openid}", following=True,
                                                   openid=openid)
        knowing.platform.store.say(reader, Side.ACCOUNT, answer, now=knowing.clock.now())
    for award_id, heading in ((knowing.best, "恭喜您，来领奖吧"), (knowing.other, "打不开")):
        context = chromium.new_context(locale="zh-CN", user_agent=WECHAT)
        context.set_default_timeout(20_000)
        desk = context.new_page()
        desk.goto(f"{knowing.settings.wechat.oauth_base}/")
        desk.select_option("#account", ACCOUNT)
        desk.click(f'[data-openid="{openids[award_id]}"]')
        assert desk.locator("#chat .bubble").inner_text().split() == answer.split()
        with context.expect_page() as opened:
            desk.click("#chat .bubble a")
        expect(opened.value.locator("h1")).to_have_text(heading)
        context.close()
