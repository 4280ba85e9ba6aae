"""Two real browsers on one report: presence, claim, taking over, a save that came too late, drafts; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from bot.settings import Settings
from models.audit import AuditEntry
from models.reports import Report
from models.session import reading, writing
from models.working import Draft
from tests.support import factories
from tests.support.console import Windows, fits, served, sign_in, two_editors
from tests.support.factories import DISCOUNT, HEADLINE, NOW
from web import create_app

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Desk:
    """The running console, its clock, and the numbers of two open reports."""

    address: str
    engine: Engine
    clock: FrozenClock
    numbers: tuple[int, int]

    @property
    def report(self) -> str:
        return f"{self.address}/reports/{self.numbers[0]}"

    def drafts(self) -> list[str]:
        with reading(self.engine) as session:
            return list(session.scalars(select(Draft.fields).order_by(Draft.staff_id)))

    def log(self, verb: str) -> list[int | None]:
        with reading(self.engine) as session:
            return list(session.scalars(select(AuditEntry.object_id).where(AuditEntry.verb == verb)))

    def decided(self) -> tuple[str, str | None]:
        with reading(self.engine) as session:
            row = session.execute(select(Report.verdict, Report.reason_text).where(Report.id == self.numbers[0])).one()
        return str(row.verdict), row.reason_text


@pytest.fixture
def desk(settings: Settings, engine: Engine) -> Iterator[Desk]:
    clock = FrozenClock(NOW)
    with writing(engine) as session:
        factories.build(session, editor_id=two_editors(session)[0])
        numbers = factories.report(session, HEADLINE), factories.report(session, DISCOUNT)
    with served(create_app(settings, clock=clock, engine=engine)) as address:
        yield Desk(address, engine, clock, numbers)


Opener = Callable[[str], Page]


@pytest.fixture
def opens(windows: Windows, desk: Desk) -> Opener:
    """`opens("jia")`: a browser of his own in which this editor is signed in."""

    def open_for(login: str) -> Page:
        page = windows.new()
        sign_in(page, desk.address, login)
        return page

    return open_for


def beat(page: Page) -> None:
    """One sign of life now, and its answer awaited; of a list, its column made fresh."""
    box = page.locator("[data-together], [data-together-list]").first
    counted = "el => Number(el.dataset.beats || el.dataset.fresh || 0)"
    before = box.evaluate(counted)
    page.evaluate("document.dispatchEvent(new Event('together:beat'))")
    page.wait_for_function("([before]) => { const el = document.querySelector('[data-together], [data-together-list]');"
                           " return Number(el.dataset.beats || el.dataset.fresh || 0) > before; }", arg=[before])


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("() => document.querySelector('[data-together]').dataset.beats")


def kept(page: Page, form: str = "grade") -> None:
    """What was typed is kept now, not a moment later."""
    selector = f"form[data-draft={form}]"
    before = page.locator(selector).evaluate("el => Number(el.dataset.kept || 0)")
    page.evaluate("document.dispatchEvent(new Event('together:keep'))")
    page.wait_for_function("([selector, before]) => Number(document.querySelector(selector).dataset.kept || 0) > before",
                           arg=[selector, before])


def decide(page: Page, verdict: str, reason: str) -> None:
    page.locator(f"label[for=verdict-{verdict}]").click()
    page.fill("#reason", reason)
    page.locator("#grade-form [type=submit]").last.click()
    page.wait_for_load_state()


def test_each_sees_the_other_in_the_report_and_in_the_list(opens: Opener, desk: Desk) -> None:
    one, other = opens("jia"), opens("yi")
    opened(one, desk.report)
    opened(other, desk.report)
    line = other.locator("[data-together-line]")
    expect(line).to_contain_text("编辑甲")
    expect(line).to_contain_text("在看")
    expect(line).to_contain_text("在评")
    one.locator("label[for=verdict-not_an_error]").click()
    beat(one)
    beat(other)
    expect(line).to_contain_text("在填")
    beat(one)
    expect(one.locator("[data-together-line]")).to_contain_text("编辑乙")
    other.goto(f"{desk.address}/queue?view=all")
    cell = other.locator(f"[data-on='{desk.numbers[0]}']")
    expect(cell).to_contain_text("编辑甲")
    one.goto(f"{desk.address}/queue?view=all")
    desk.clock.advance(minutes=6)
    beat(other)
    expect(cell).to_have_text("")


def test_whoever_left_stays_away(opens: Opener, desk: Desk) -> None:
    one, other = opens("jia"), opens("yi")
    opened(one, desk.report)
    sent: list[str] = []
    one.on("request", lambda request: sent.append(request.url.rsplit("/", 1)[-1]))
    one.evaluate("window.dispatchEvent(new Event('pagehide')); document.dispatchEvent(new Event('visibilitychange'));"
                 "document.dispatchEvent(new Event('together:beat'))")
    opened(other, desk.report)
    expect(other.locator("[data-together-line]")).not_to_contain_text("编辑甲")
    assert sent == ["left"]


def test_a_claim_is_taken_over_and_its_holder_told_and_nothing_lost(opens: Opener, desk: Desk) -> None:
    one, other = opens("jia"), opens("yi")
    opened(one, desk.report)
    expect(one.locator("[data-together-line]")).to_contain_text("您在评")
    one.locator("label[for=verdict-not_an_error]").click()
    one.fill("#reason", "词典收了这个词。")
    kept(one)
    opened(other, desk.report)
    other.get_by_role("button", name="接过来评").click()
    expect(other.locator("[data-together-bar]")).to_contain_text("由您接过来评")
    expect(other.locator("[data-together-line]")).to_contain_text("您在评")
    beat(one)
    expect(one.locator("[data-together-bar]")).to_contain_text("编辑乙刚刚接过去评了")
    expect(one.locator("#reason")).to_have_value("词典收了这个词。")
    assert desk.log("steal_claim") == [desk.numbers[0]]
    one.reload()
    offer = one.locator("[data-offer=grade]")
    expect(offer).to_contain_text("词典收了这个词。")
    offer.get_by_role("link", name="继续").click()
    expect(one.locator("#reason")).to_have_value("词典收了这个词。")
    expect(one.locator("#verdict-not_an_error")).to_be_checked()
    expect(offer).to_have_count(0)


@pytest.mark.parametrize("way", ["mine", "theirs", "both"])
def test_a_save_that_came_too_late_shows_both_and_loses_neither(opens: Opener, desk: Desk, way: str) -> None:
    one, other = opens("jia"), opens("yi")
    opened(one, desk.report)
    opened(other, desk.report)
    decide(other, "not_an_error", "这样写也对。")
    beat(one)
    expect(one.locator("[data-together-bar]")).to_contain_text("编辑乙刚刚评为非差错")
    decide(one, "both_forms", "两种写法都见得到。")
    stale = one.locator(".stale")
    expect(stale).to_contain_text("编辑乙 09:00 已评为非差错")
    rows = stale.locator(".stale-differs")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("两种写法都见得到。")
    expect(rows.nth(1)).to_contain_text("这样写也对。")
    expect(one.locator("#reason")).to_have_value("两种写法都见得到。")
    assert "两种写法都见得到。" in desk.drafts()[0]
    if way == "theirs":
        stale.get_by_role("link", name="用现在的").click()
        expect(one.locator("[data-offer=grade]")).to_contain_text("两种写法都见得到。")
        assert desk.decided() == ("not_an_error", "这样写也对。")
        return
    if way == "both":
        rows.nth(0).locator("input").nth(1).check()
        stale.get_by_role("button", name="照选的合起来存").click()
    else:
        stale.get_by_role("button", name="留我的再存").click()
    one.wait_for_load_state()
    verdict = "not_an_error" if way == "both" else "both_forms"
    expect(one.locator(".stale")).to_have_count(0)
    assert (desk.decided(), desk.drafts()) == ((verdict, "两种写法都见得到。"), [])


def test_what_is_kept_while_the_page_is_made_anew_is_offered_there(opens: Opener, desk: Desk) -> None:
    """The server makes the next page before it has the words, and has them before the browser shows it."""
    one = opens("jia")
    opened(one, desk.report)
    held: list[Route] = []
    one.route("**/drafts/grade/*", lambda route: held.append(route))
    one.fill("#reason", "原稿已不在。")
    with one.expect_request("**/drafts/grade/*"):
        one.evaluate("document.dispatchEvent(new Event('together:keep'))")

    def made_before(route: Route) -> None:
        page = route.fetch()
        kept = held[0].fetch()
        with one.expect_event("requestfinished", lambda request: "/drafts/" in request.url):
            held[0].fulfill(response=kept)
        route.fulfill(response=page)

    one.route(desk.report, made_before, times=1)
    one.reload()
    expect(one.locator("[data-offer=grade]")).to_contain_text("错字、别字、多字、漏字，1 个字")
    expect(one.locator("[data-offer=grade]")).to_contain_text("原稿已不在。")


def test_what_was_typed_survives_a_reload_and_goes_when_saved(opens: Opener, desk: Desk) -> None:
    one = opens("jia")
    opened(one, desk.report)
    one.locator("label[for=verdict-cannot_check]").click()
    one.fill("#reason", "原稿已不在。")
    one.reload()
    offer = one.locator("[data-offer=grade]")
    expect(offer).to_contain_text("无法核对")
    offer.get_by_text("继续").click()
    one.locator("#grade-form [type=submit]").last.click()
    one.wait_for_load_state()
    one.goto(desk.report)
    expect(one.locator("[data-offer]")).to_have_count(0)
    assert (desk.decided(), desk.drafts()) == (("cannot_check", "原稿已不在。"), [])


def test_a_report_is_given_and_laid_aside_by_touch(opens: Opener, desk: Desk) -> None:
    one = opens("jia")
    opened(one, desk.report)
    one.locator(".together-more summary").click()
    one.get_by_role("button", name="分给我").click()
    expect(one.locator(".together-more summary")).to_contain_text("分给编辑甲")
    one.locator(".together-more summary").click()
    one.get_by_role("button", name="明天 9 点").click()
    expect(one.locator(".together-more summary")).to_contain_text("搁置到 11月11日 09:00")
    fits(one)
