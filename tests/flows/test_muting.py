"""免打扰 in a real browser: a chief mutes the reader of a letter, the desk is quiet, one press lifts it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from bot.clock import FrozenClock
from bot.members import sign_in
from bot.settings import Settings
from models.enums import MessageFate, Role
from models.session import writing
from models.staff import Staff
from tests.support import factories
from tests.support.console import Windows, fits, served
from tests.support.factories import NOW
from tests.support.look import CLIPPED, ENGLISH, VISIBLE
from tests.support.staff import second_factor
from web import create_app

pytestmark = pytest.mark.browser
WHY = "天天来闲聊，劝过三次"


class Console:
    """Two letters of one reader and one of another; `address` while it is served."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.engine, self.clock, self.address = engine, FrozenClock(NOW + timedelta(hours=1)), ""
        with writing(engine) as session:
            self.chief = factories.staff(session, "chief", Role.CHIEF)
            session.add(second_factor(self.chief, secret_key=settings.server.secret_key, now=NOW))
            factories.build(session, editor_id=self.chief)
            one, other = factories.reader(session), factories.reader(session)
            self.letters = [factories.message(session, who, words, at=NOW + timedelta(minutes=n), fate=MessageFate.DESK)
                            for n, (who, words) in enumerate(((one, "今天天气真好"), (other, "报纸怎么订？"), (one, "理理我呀")))]
            self.reader = one
        self.app = create_app(settings, clock=self.clock, engine=engine)

    def window(self, windows: Windows, **wanted: object) -> Page:
        page = windows.new(**wanted)
        with writing(self.engine) as session:
            member = session.get_one(Staff, self.chief)
            token = sign_in.start_session(session, member, page.evaluate("navigator.userAgent"), now=self.clock.now())
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        page.context.add_cookies([{"name": self.app.config["SESSION_COOKIE_NAME"],
                                   "value": serializer.dumps({"_user_id": token}), "url": self.address}])
        return page


@pytest.fixture
def console(settings: Settings, engine: Engine) -> Iterator[Console]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    made = Console(settings, engine)
    with served(made.app) as address:
        made.address = address
        yield made


def whole(page: Page, name: str) -> None:
    """Nothing is wider than the window, cut, in English or wrong to axe. `name` is for whoever takes pictures here."""
    fits(page)
    english = set(ENGLISH.findall(str(page.evaluate(VISIBLE)))) - {"Enter", "chief"}
    found = [one["id"] for one in Axe().run(page).response["violations"]]
    assert (name, page.evaluate(CLIPPED), english, found) == (name, [], set(), [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chief_mutes_the_reader_of_a_letter_and_lifts_it_again(console: Console, windows: Windows, scheme: str) -> None:
    page = console.window(windows, color_scheme=scheme)
    page.goto(f"{console.address}/desk/{console.letters[0]}")
    page.get_by_role("link", name="这位读者").click()
    page.get_by_text("给他设免打扰").press("Enter")
    whole(page, "reader-to-mute")
    page.get_by_label("多久").select_option(label="7 天")
    page.locator("#mute-reason").fill("  ")
    page.get_by_role("button", name="设免打扰").press("Enter")
    expect(page.get_by_text("请写一句理由。").first).to_be_visible()
    whole(page, "reader-refused")
    page.get_by_label("理由").locator("visible=true").fill(WHY)
    page.get_by_role("button", name="设免打扰").press("Enter")
    expect(page.get_by_text("设好了")).to_be_visible()
    expect(page.get_by_text(WHY).first).to_be_visible()
    whole(page, "reader-muted")
    page.goto(f"{console.address}/readers/")
    page.get_by_role("navigation", name="筛选").get_by_role("link", name="免打扰").click()
    expect(page.get_by_text(WHY)).to_be_visible()
    whole(page, "readers-muted")
    page.goto(f"{console.address}/desk/")
    expect(page.locator(".row-link")).to_have_count(1)
    page.get_by_role("navigation", name="列表").get_by_role("link", name="免打扰").click()
    expect(page.locator(".row-link")).to_have_count(2)
    whole(page, "desk-muted")
    page.locator(f"a.row-link[href^='/desk/{console.letters[2]}']").click()
    expect(page.get_by_role("link", name="看原因、取消")).to_be_visible()
    whole(page, "letter-muted")
    page.get_by_role("link", name="看原因、取消").click()
    page.get_by_role("button", name="取消免打扰").press("Enter")
    expect(page.get_by_text("已取消免打扰")).to_be_visible()
    expect(page.get_by_role("heading", name="以前的")).to_be_visible()
    whole(page, "reader-over")
    page.goto(f"{console.address}/desk/")
    expect(page.locator(".row-link")).to_have_count(3)
