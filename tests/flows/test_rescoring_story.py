"""After the close: a chief sees how close it is, an editor changes a mark after he has seen who moves; at a desk, on a phone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from bot.contest.standing import compute
from bot.members import sign_in
from bot.settings import Settings
from models.enums import Role
from models.rescoring import Rescoring
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.console import Windows, fits, served
from tests.support.factories import DISCOUNT, HEADLINE, NOW, VOLUNTEERS, House
from tests.support.staff import second_factor
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class Console:
    """A round that is closed and not picked; `numbers`: 0.900, 1.000 and 0.250 of three readers."""

    app: Flask
    engine: Engine
    house: House
    members: dict[str, int]
    numbers: list[int]
    clock: FrozenClock
    address: str = ""

    def enter(self, windows: Windows, login: str) -> Page:
        """A window in which this member is signed in."""
        page = windows.new()
        with writing(self.engine) as session:
            member = session.get_one(Staff, self.members[login])
            token = sign_in.start_session(session, member, page.evaluate("navigator.userAgent"), now=self.clock.now())
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        page.context.add_cookies([{"name": self.app.config["SESSION_COOKIE_NAME"],
                                   "value": serializer.dumps({"_user_id": token}), "url": self.address}])
        return page

    def totals(self) -> list[int]:
        with reading(self.engine) as session:
            return [one.total_milli for one in compute(session.connection(), self.house.round_id).standings]


@pytest.fixture
def console(settings: Settings, engine: Engine) -> Iterator[Console]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    clock = FrozenClock(NOW)
    with writing(engine) as session:
        members = {login: factories.staff(session, login, role) for login, role in (
            ("jia", Role.EDITOR), ("yi", Role.EDITOR), ("chief", Role.CHIEF))}
        session.add(second_factor(members["chief"], secret_key=settings.server.secret_key, now=NOW))
        house = factories.build(session, editor_id=members["jia"])
        numbers = [factories.report(session, text, at=NOW + timedelta(minutes=at))
                   for at, text in enumerate((DISCOUNT, VOLUNTEERS, HEADLINE, HEADLINE))]
        factories.accept(session, numbers[0], house, marks=(True, True, False))
        for number in numbers[1:]:
            factories.accept(session, number, house)
        clock.moment = factories.closed(session, house)
    made = Console(create_app(settings, clock=clock, engine=engine), engine, house, members, numbers, clock)
    with served(made.app) as address:
        made.address = address
        yield made


def whole(page: Page, name: str) -> None:
    """Nothing is wider than the window, and axe finds nothing. `name` is for whoever takes pictures here."""
    fits(page)
    found = Axe().run(page).response["violations"]
    assert (name, [one["id"] for one in found]) == (name, [])


def test_a_mark_is_changed_after_who_moves_was_seen(console: Console, windows: Windows) -> None:
    assert console.totals() == [1000, 1000, 900, 250]
    chief = console.enter(windows, "chief")
    chief.goto(f"{console.address}/rounds/{console.house.round_id}")
    chief.get_by_role("link", name="名次线").click()
    expect(chief.get_by_role("heading", name="最佳：第 1 名和第 2 名之间")).to_be_visible()
    whole(chief, "cut-lines")
    editor = console.enter(windows, "jia")
    editor.goto(f"{console.address}/reports/{console.numbers[0]}?view=all")
    editor.get_by_text("理由", exact=False).locator("visible=true").first.wait_for()
    editor.locator("label[for=reason_mark]").click()
    editor.locator("[data-submit]").click()
    expect(editor.get_by_role("heading", name=f"编号 {console.numbers[0]}：看看谁会变")).to_be_visible()
    whole(editor, "look")
    assert console.totals() == [1000, 1000, 900, 250]
    editor.get_by_label("为什么改").fill("来信里写了出处，第一次评漏看了")
    editor.get_by_role("button", name="确认，就这样改").click()
    expect(editor.get_by_role("heading", name="看看谁会变")).to_have_count(0)
    assert console.totals() == [1000, 1000, 1000, 250]
    chief.goto(f"{console.address}/rounds/{console.house.round_id}/rules")
    expect(chief.get_by_text("来信里写了出处，第一次评漏看了")).to_be_visible()


def test_other_rules_are_seen_first_then_applied(console: Console, windows: Windows) -> None:
    chief = console.enter(windows, "chief")
    chief.goto(f"{console.address}/rounds/{console.house.round_id}")
    chief.get_by_role("link", name="规则", exact=True).click()
    chief.get_by_label("第 2 位发现的人得这处分值的").select_option(label="一半")
    whole(chief, "rules")
    chief.get_by_role("button", name="看看谁会变", exact=True).click()
    expect(chief.get_by_role("heading", name="看看谁会变")).to_be_visible()
    whole(chief, "rules-look")
    assert console.totals() == [1000, 1000, 900, 250]
    chief.get_by_label("为什么改").fill("第二位发现的也认真写了")
    chief.get_by_role("button", name="确认，就这样改").click()
    expect(chief.get_by_text("这一轮现在按第 2 版规则算")).to_be_visible()
    whole(chief, "rules-done")
    assert console.totals() == [1000, 1000, 900, 500]
    with reading(console.engine) as session:
        assert [one.reason for one in session.scalars(select(Rescoring))] == ["第二位发现的也认真写了"]


def test_second_grades_are_asked_for_from_the_lines(console: Console, windows: Windows) -> None:
    chief = console.enter(windows, "chief")
    chief.goto(f"{console.address}/rounds/{console.house.round_id}/lines")
    chief.get_by_role("button", name="请第二位再看这几条").click()
    expect(chief.get_by_text("请了第二位再看")).to_be_visible()
    whole(chief, "cut-lines-asked")
