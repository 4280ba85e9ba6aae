"""A reader sees what is held about him and has it erased, in the chat and through the paper; in a real browser."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select, update

from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.media import collecting
from bot.media.sources import store
from bot.settings import Settings
from models.enums import Role
from models.readers import Reader
from models.session import writing
from models.staff import Staff
from tests.flows.test_claims import seen, window
from tests.support import claims
from tests.support.console import served
from tests.support.one_person import LETTER, NAME, OPENID, SECRETS, Planted, files_in, plant, where
from tests.support.settings import reached
from tests.support.small_phone import link_in
from tests.support.staff import PASSWORD, PASSWORD_HASH, code, second_factor
from tests.support.world import Chat
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class House:
    engine: Engine
    settings: Settings
    clock: FrozenClock
    address: str
    him: Planted

    def chat(self) -> Chat:
        return Chat(self.engine, self.clock.now(), terms=Terms.of(self.settings))


@pytest.fixture
def site(settings: Settings, engine: Engine, clock: FrozenClock, tmp_path: Path) -> Iterator[House]:
    settings = claims.claiming(settings, tmp_path)
    him = plant(engine, settings, clock)
    with writing(engine) as session:
        chief = session.scalars(select(Staff.id).where(Staff.role == Role.CHIEF)).one()
        session.execute(update(Staff).where(Staff.id == chief).values(password_hash=PASSWORD_HASH))
        session.add(second_factor(chief, secret_key=settings.server.secret_key, now=clock.now()))
    app = create_app(settings, clock=clock, engine=engine)
    with served(app) as address:
        here = reached(settings, address)
        app.extensions["woodpecker"] = app.extensions["woodpecker"].__class__(here, clock, engine)
        yield House(engine, here, clock, address, him)


def as_chief(page: Page, site: House) -> None:
    page.goto(f"{site.address}/sign-in")
    page.fill("[name=login]", "chief")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("[name=code]", code(site.clock.now()))
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "sign-in" not in url)


@pytest.mark.parametrize("dark", [False, True])
def test_a_reader_reads_his_copy_on_his_phone_and_is_erased_at_his_word(
    chromium: Browser, site: House, dark: bool
) -> None:
    with closing(site.chat()) as chat:
        address = link_in(chat.say(OPENID, "导出我的信息"))
        with window(chromium, phone=True, dark=dark) as phone:
            phone.goto(address)
            expect(phone.locator("h1")).to_have_text("看看我们存着您的什么")
            seen(phone, "copy-asked-phone")
            phone.click("text=在这里看")
            expect(phone.locator("h1")).to_have_text("我们存着的您的信息")
            expect(phone.locator("main")).to_contain_text(LETTER)
            expect(phone.locator("main")).to_contain_text(NAME)
            seen(phone, "copy-phone")
            phone.click("text=个人信息说明")
            expect(phone.locator("h1")).to_have_text("个人信息说明")
            seen(phone, "notice-phone")
            phone.goto(address)
            expect(phone.locator("h1")).to_have_text("链接打不开")
            seen(phone, "copy-used-phone")
        assert chat.say(OPENID, "删除我的信息").startswith("已经删除您的名字")
    collecting.forget(site.engine, store(site.settings))
    assert where(site.engine, *SECRETS) == {}
    assert not files_in(site.settings.server.data_dir / "media") & set(site.him.files)


@pytest.mark.parametrize("phone", [False, True])
def test_a_chief_gives_a_copy_and_erases_for_who_telephones(
    chromium: Browser, site: House, phone: bool, tmp_path: Path
) -> None:
    size = "phone" if phone else "desktop"
    with window(chromium, phone=phone) as page:
        as_chief(page, site)
        page.goto(f"{site.address}/readers/")
        page.fill("[name=number]", str(site.him.number))
        page.click("main button[type=submit]")
        page.click("text=他的信息：导出、删除")
        expect(page.locator("main")).to_contain_text("他有 1 份奖品还没登记领取")
        seen(page, f"reader-personal-{size}")
        page.click("summary >> text=导出")
        page.check("#copy-himself")
        with page.expect_download() as coming:
            page.click("text=下载他的信息")
        coming.value.save_as(tmp_path / "copy.zip")
        with zipfile.ZipFile(tmp_path / "copy.zip") as packed:
            assert packed.testzip() is None
            packed.extractall(tmp_path / "copy")
        page.click("summary >> text=删除")
        page.check("#erase-himself")
        page.fill("#erase-sure", "删")
        page.click("text=全部删除")
        expect(page.locator("[data-problem]")).to_contain_text("请填“删除”两个字")
        seen(page, f"reader-erase-wrong-{size}")
        page.check("#erase-himself")
        page.fill("#erase-sure", "删除")
        page.click("text=全部删除")
        expect(page.locator("main")).to_contain_text("这位读者的信息已经删除")
        seen(page, f"reader-erased-{size}")
        page.goto(f"{site.address}/personal")
        expect(page.locator("main")).to_contain_text("删除过信息的读者")
        seen(page, f"personal-{size}")
    with window(chromium, phone=phone) as page:
        page.goto((tmp_path / "copy" / "我的信息.html").as_uri())
        expect(page.locator("main")).to_contain_text(LETTER)
        seen(page, f"copy-file-{size}")
    assert where(site.engine, *SECRETS) == {}
    with writing(site.engine) as session:
        assert session.scalars(select(Reader.openid).where(Reader.id == site.him.reader_id)).one() is None
