"""The last days of a round, a photo covered by hand, a chief's look: in a real browser, wide and narrow."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from bot.media.sources import store
from bot.members import sign_in
from bot.settings import Settings
from models.attachments import Attachment
from models.cockpit import PictureBox
from models.contests import Round
from models.enums import AttachmentKind, AttachmentState, MessageFate, Role
from models.session import reading, writing
from models.staff import Staff
from models.working import Assignment
from tests.support import factories
from tests.support.console import fits, press, served
from tests.support.factories import DISCOUNT, ELSEWHERE, HEADLINE, NOW, VOLUNTEERS, House
from tests.support.files import picture
from tests.support.staff import second_factor
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DESK, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["1440", "390"])
WAIT = 30_000


@dataclass
class Site:
    """The console of a round 27 hours before its close. `members`: ids by login."""

    app: Flask
    engine: Engine
    settings: Settings
    clock: FrozenClock
    house: House
    members: dict[str, int]
    numbers: list[int]
    photo: int
    address: str = ""

    def enter(self, context: BrowserContext, login: str) -> Page:
        """A tab in which this member is signed in."""
        page = context.new_page()
        with writing(self.engine) as session:
            member = session.get_one(Staff, self.members[login])
            token = sign_in.start_session(
                session, member, page.evaluate("navigator.userAgent"), now=self.clock.now()
            )
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        context.add_cookies(
            [
                {
                    "name": self.app.config["SESSION_COOKIE_NAME"],
                    "value": serializer.dumps({"_user_id": token}),
                    "url": self.address,
                }
            ]
        )
        page.set_default_timeout(WAIT)
        return page

    def boxes(self) -> list[tuple[int, int, int, int]]:
        with reading(self.engine) as session:
            found = session.scalars(
                select(PictureBox).where(PictureBox.removed_at.is_(None)).order_by(PictureBox.id)
            )
            return [(one.left_, one.top, one.right_, one.bottom) for one in found]


def furnish(settings: Settings, engine: Engine) -> Site:
    clock = FrozenClock(NOW)
    with writing(engine) as session:
        members = {
            login: factories.staff(session, login, role)
            for login, role in (("jia", Role.EDITOR), ("yi", Role.EDITOR), ("chief", Role.CHIEF))
        }
        for login, name in (("jia", "编辑甲"), ("yi", "编辑乙"), ("chief", "陈主编")):
            session.get_one(Staff, members[login]).display_name = name
        session.add(second_factor(members["chief"], secret_key=settings.server.secret_key, now=NOW))
        house = factories.build(session, editor_id=members["jia"])
        close = session.get_one(Round, house.round_id).closes_at
        texts = [
            f"{HEADLINE}。我叫季小满，手机13912345678",
            DISCOUNT,
            VOLUNTEERS,
            ELSEWHERE,
            HEADLINE,
            DISCOUNT,
        ]
        reader_id = factories.reader(session)
        numbers = [
            factories.report(
                session, text, reader_id=None if n else reader_id, at=close - timedelta(days=9 - n)
            )
            for n, text in enumerate(texts)
        ]
        for n, number in enumerate(numbers[2:4]):
            factories.accept(session, number, house, now=close - timedelta(days=5 - 2 * n))
        session.add(
            Assignment(
                report_id=numbers[1], staff_id=members["yi"], assigned_at=NOW, assigned_by_id=members["chief"]
            )
        )
        message = factories.message(
            session, reader_id, None, msg_type="image", fate=MessageFate.DESK, at=close - timedelta(days=2)
        )
        row = Attachment(
            message_id=message,
            reader_id=reader_id,
            kind=AttachmentKind.PICTURE,
            state=AttachmentState.KEPT,
            received_at=NOW,
            due_at=NOW,
            digest=store(settings).put(picture(800, 600)),
            content_type="image/jpeg",
            kept_at=NOW,
            report_id=numbers[0],
        )
        session.add(row)
        session.flush()
        photo = row.id
    clock.moment = close - timedelta(hours=27)
    return Site(
        create_app(settings, clock=clock, engine=engine),
        engine,
        settings,
        clock,
        house,
        members,
        numbers,
        photo,
    )


@pytest.fixture
def site(settings: Settings, engine: Engine) -> Iterator[Site]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    made = furnish(settings, engine)
    with served(made.app) as address:
        made.address = address
        yield made


@pytest.fixture
def context(chromium: Browser, size: dict[str, int]) -> Iterator[BrowserContext]:
    made = tab(chromium, size)
    yield made
    made.close()


def tab(chromium: Browser, size: dict[str, int]) -> BrowserContext:
    return chromium.new_context(viewport=size, locale="zh-CN", has_touch=size is PHONE)  # type: ignore[arg-type]


@SIZES
def test_the_bar_leads_to_the_cockpit_and_the_cockpit_to_the_work(site: Site, context: BrowserContext) -> None:
    page = site.enter(context, "yi")
    page.goto(f"{site.address}/queue")
    bar = page.locator("[data-deadline-bar]")
    expect(bar).to_contain_text("离截止还有 1 天 3 小时")
    expect(bar).to_contain_text("轮到您的有 1 条，没有指定人的有 3 条，有空请评几条。")
    bar.get_by_role("link", name="看进度").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2026年11月的进度")
    expect(page.locator(".cockpit-finish")).to_contain_text("照现在的速度")
    expect(page.get_by_role("row", name="编辑乙")).to_contain_text("1")
    assert (
        page.locator(".cockpit-plot img").evaluate(
            "async image => { await image.decode(); return image.naturalWidth; }"
        )
        > 0
    )
    fits(page)
    page.get_by_role("link", name="还没评的纠错").click()
    expect(page.locator("tr[data-row]")).to_have_count(4)
    fits(page)
    page.go_back()
    page.goto(f"{site.address}/queue")
    bar.get_by_role("button", name="知道了").press("Enter")
    expect(page.locator("[data-deadline-bar]")).to_have_count(0)


def centre(page: Page) -> dict[str, float]:
    page.locator("[data-cover] img").evaluate("image => image.decode()")
    page.locator("[data-cover]").scroll_into_view_if_needed()
    found = page.locator("[data-cover]").bounding_box()
    assert found
    return dict(found)


def near(box: tuple[int, ...], *edges: int) -> bool:
    return all(abs(one - other) <= 150 for one, other in zip(box, edges, strict=True))


def test_a_photo_is_covered_with_the_mouse(site: Site, chromium: Browser) -> None:
    page = site.enter(tab(chromium, DESK), "jia")
    page.goto(f"{site.address}/reports/{site.numbers[0]}")
    page.get_by_role("link", name="遮住一部分").click()
    area = centre(page)
    page.mouse.move(area["x"] + area["width"] * 0.1, area["y"] + area["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.5, area["y"] + area["height"] * 0.6, steps=5)
    page.mouse.up()
    expect(page.locator("[data-cover-count]")).to_have_text("画了 1 块，还没有存。")
    page.get_by_role("button", name="遮好，存下").click()
    expect(page.get_by_text("遮住了 1 块")).to_be_visible()
    assert near(site.boxes()[0], 1000, 2000, 5000, 6000)
    page.get_by_role("link", name="回去").click()
    expect(page.get_by_text("已遮 1 块")).to_be_visible()
    page.get_by_role("link", name="遮住一部分").click()
    page.get_by_role("button", name="去掉", exact=True).click()
    expect(page.get_by_text("去掉了一块遮盖。")).to_be_visible()
    assert site.boxes() == []


def touch(client: Any, kind: str, x: float, y: float) -> None:
    client.send(
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [] if kind == "touchEnd" else [{"x": x, "y": y}]},
    )


def test_a_photo_is_covered_with_a_finger(site: Site, chromium: Browser) -> None:
    page = site.enter(tab(chromium, PHONE), "jia")
    page.goto(f"{site.address}/attachments/{site.photo}/cover")
    area = centre(page)
    fits(page)
    # The finger rests before it lifts: a browser takes the tap after a quick swipe for the hand that stops it.
    points = [(area["x"] + area["width"] * part, area["y"] + area["height"] * part) for part in (0.2, 0.4, *[0.7] * 12)]
    finger = page.context.new_cdp_session(page)
    touch(finger, "touchStart", *points[0])
    for point in points[1:]:
        touch(finger, "touchMove", *point)
        page.evaluate("new Promise(requestAnimationFrame)")
    touch(finger, "touchEnd", *points[-1])
    expect(page.locator("[data-cover-count]")).to_have_text("画了 1 块，还没有存。")
    page.get_by_role("button", name="遮好，存下").tap()
    expect(page.get_by_text("遮住了 1 块")).to_be_visible()
    assert near(site.boxes()[0], 2000, 2000, 7000, 7000)


@SIZES
def test_a_photo_is_covered_by_keys_alone(site: Site, context: BrowserContext) -> None:
    page = site.enter(context, "jia")
    page.goto(f"{site.address}/attachments/{site.photo}/cover")
    page.get_by_role("button", name="加一块").focus()
    press(page, "Enter")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        press(page, key)
    page.get_by_role("button", name="加一块").press("Enter")
    press(page, "Delete")
    page.get_by_role("button", name="遮好，存下").press("Enter")
    expect(page.get_by_text("遮住了 1 块")).to_be_visible()
    assert site.boxes() == [(3300, 4400, 6400, 5500)]


@SIZES
def test_a_chief_looks_once_with_a_reason_and_everybody_reads_it(site: Site, context: BrowserContext) -> None:
    page = site.enter(context, "chief")
    page.goto(f"{site.address}/reports/{site.numbers[0]}")
    assert "季小满" not in page.content()
    page.get_by_text("看没有遮的原话").click()
    page.get_by_label("有人身安全的危险").check()
    page.get_by_label("写明理由").fill("信里有威胁的话，要报警")
    page.get_by_role("button", name="记下理由，看一次").click()
    expect(page.get_by_text("我叫季小满，手机13912345678")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="看好了，回去").click()
    expect(page.locator(".identity-log")).to_contain_text(
        "陈主编 看了原话：有人身安全的危险。信里有威胁的话，要报警"
    )
    assert "季小满" not in page.content()
    editor = site.enter(context, "jia")
    editor.goto(f"{site.address}/reports/{site.numbers[0]}")
    expect(editor.locator(".identity-log")).to_contain_text("陈主编 看了原话")
    expect(editor.get_by_text("看没有遮的原话")).to_have_count(0)
