"""Two reports compared in a real browser, joined, parted and marked as repeats; and what their readers are told of it.

By keys at a desk, with a finger on a phone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from bot.settings import Settings
from models.enums import ReportState, Verdict
from models.outgoing import OutgoingMessage
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.console import Windows, fits, press, served, sign_in, two_editors
from tests.support.factories import DISCOUNT, HEADLINE, NOW
from web import create_app

pytestmark = pytest.mark.browser


@dataclass
class Hand:
    """The editor's: the same act by a key or by a tap."""

    page: Page
    address: str
    engine: Engine
    touch: bool
    one: int
    two: int

    def do(self, key: str, label: str) -> None:
        if self.touch:
            self.page.get_by_role("button", name=label).first.tap()
        else:
            press(self.page, key)

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)
        fits(self.page)

    def errata(self) -> list[int | None]:
        with reading(self.engine) as session:
            return list(session.scalars(select(Report.erratum_id).where(Report.id.in_((self.one, self.two))).order_by(Report.id)))

    def report(self, number: int) -> tuple[ReportState, Verdict | None, int | None]:
        with reading(self.engine) as session:
            row = session.get_one(Report, number)
            return row.state, row.verdict, row.original_id

    def told(self, number: int) -> list[tuple[str, str]]:
        with reading(self.engine) as session:
            rows = session.execute(select(OutgoingMessage.state, OutgoingMessage.text).where(
                OutgoingMessage.report_id == number, OutgoingMessage.kind == "outcome").order_by(OutgoingMessage.id))
            return [(row.state.value, row.text) for row in rows]


@pytest.fixture
def hand(settings: Settings, engine: Engine, windows: Windows) -> Iterator[Hand]:
    """Reports 1 and 2 are one reader's, about two places; others read along (编辑乙)."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with writing(engine) as session:
        factories.build(session, editor_id=two_editors(session)[0])
        reader = factories.reader(session)
        one = factories.report(session, HEADLINE, reader_id=reader)
        two = factories.report(session, DISCOUNT, reader_id=reader, at=NOW + timedelta(minutes=1))
    with served(create_app(settings, clock=FrozenClock(NOW + timedelta(minutes=2)), engine=engine)) as address:
        page = windows.new()
        sign_in(page, address, "jia")
        yield Hand(page, address, engine, windows.phone, one, two)


BEYOND_ITS_CELL = """() => [...document.querySelectorAll(".compare-table .badge")].filter(
  one => one.getBoundingClientRect().right > one.closest("th, td").getBoundingClientRect().right).map(one => one.innerText)"""

BROKEN = """() => [...document.querySelectorAll(".badge")].filter(
  one => one.checkVisibility() && one.innerText.length < 5 && one.getClientRects()[0].height > 32).map(one => one.innerText)"""


def history(hand: Hand, number: int) -> str:
    hand.open(f"/reports/{number}?view=all")
    return hand.page.locator("main").inner_text()


def test_joined_and_parted_again_and_both_histories_say_so(hand: Hand) -> None:
    page, before = hand.page, hand.errata()
    assert before[0] != before[1]
    hand.open(f"/reports/{hand.one}")
    if hand.touch:
        page.get_by_text("找别的来比").tap()
    else:
        press(page, "d")
    page.get_by_label("和它比：编号").fill(str(hand.two))
    press(page, "Enter")
    expect(page.locator(".compare-table")).to_contain_text("不同")
    expect(page.locator(".compare-sides mark").first).to_have_text("食唐")
    assert page.evaluate(BEYOND_ITS_CELL) == []
    assert page.evaluate(BROKEN) == []
    fits(page)
    hand.do("1", "是同一处")
    page.wait_for_url(lambda url: "compare" not in url)
    joined = hand.errata()
    assert joined[0] == joined[1]
    for number, other in ((hand.one, hand.two), (hand.two, hand.one)):
        assert str(other) in history(hand, number)
    hand.open(f"/reports/{hand.one}/compare/{hand.two}")
    expect(page.locator(".compare-acts")).to_contain_text("已经归在同一处差错上")
    hand.do("2", "不是同一处")
    page.wait_for_url(lambda url: "compare" not in url)
    parted = hand.errata()
    assert parted[0] != parted[1]
    for number, words in ((hand.one, "食唐"), (hand.two, "优慧")):
        assert words in history(hand, number)


def test_a_repeat_names_its_original_and_the_reader_is_told_both(hand: Hand) -> None:
    page = hand.page
    hand.open(f"/reports/{hand.two}/compare/{hand.one}")
    page.locator(".compare-acts summary").click()
    page.get_by_label("原件的编号").fill("")
    page.get_by_role("button", name="评为重复").click()
    assert hand.report(hand.two)[0] is ReportState.FILED  # the browser asks for the number
    page.get_by_label("原件的编号").fill(str(hand.one))
    page.get_by_role("button", name="评为重复").click()
    page.wait_for_url(lambda url: "compare" not in url)
    assert hand.report(hand.two) == (ReportState.DECIDED, Verdict.REPEATED, hand.one)
    [(state, words)] = hand.told(hand.two)
    assert state == "queued"
    assert "优慧" in words
    assert str(hand.two) in history(hand, hand.one)
    hand.open(f"/reports/{hand.one}/compare/{hand.two}")  # a repeat of a repeat would be a circle
    expect(page.locator(".compare-acts")).not_to_contain_text("的重复")


def test_what_a_reader_will_be_told_is_seen_first_called_back_and_said_otherwise(hand: Hand) -> None:
    page = hand.page
    hand.open(f"/reports/{hand.one}")
    if hand.touch:
        page.locator("label[for=verdict-not_an_error]").tap()
    else:
        press(page, "r")
    expect(page.locator("#verdict-not_an_error")).to_be_checked()
    page.locator("[data-submit]").click()  # a no needs its reason
    expect(page.locator("#grade-form")).to_be_visible()
    assert hand.report(hand.one)[0] is ReportState.FILED
    reason = "这两个字在店名里就是这样写的。"
    page.fill("#reason", reason)
    preview = page.locator("[data-preview]")
    expect(preview).to_contain_text(reason)
    expect(preview).to_contain_text("食唐")
    shown = preview.inner_text()
    page.locator("[data-submit]").click()
    expect(page.locator(".leaving-bar")).to_contain_text("待发送")
    assert [(state, " ".join(words.split())) for state, words in hand.told(hand.one)] == [("queued", " ".join(shown.split()))]
    page.locator(".leaving-bar button").click()
    expect(page.locator("#outcome")).to_contain_text("已撤回")
    assert hand.report(hand.one)[1] is Verdict.NOT_AN_ERROR
    page.fill("#tell-reason", "请看店门口的招牌，店名里就是这个字。")
    page.get_by_role("button", name="发给读者").click()
    expect(page.locator("#outcome")).to_contain_text("招牌")
    assert [state for state, _ in hand.told(hand.one)] == ["called_back", "queued"]
    page.get_by_role("button", name="撤销这次评分").click()
    expect(page.locator("#grade-form")).to_be_visible()
    assert hand.report(hand.one)[0] is ReportState.FILED
    assert "queued" not in [state for state, _ in hand.told(hand.one)]
