"""Three editors and their chief at the screens, wide and narrow: a first grade, a blind second one, a third, the chief."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from bot.contest.rules import DEFAULT_RULES
from bot.settings import Settings
from models.enums import Role, Verdict
from models.outgoing import OutgoingMessage
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.console import Windows, fits, served, sign_in
from tests.support.factories import HEADLINE, NOW
from tests.support.staff import PASSWORD, PASSWORD_HASH, code, second_factor
from web import create_app

pytestmark = pytest.mark.browser
EVERY = replace(DEFAULT_RULES, second_share_percent=100, seconds_contenders=False)
PEOPLE = (("jia", "编辑甲", Role.EDITOR), ("yi", "编辑乙", Role.EDITOR), ("bing", "编辑丙", Role.EDITOR),
          ("chief", "主编", Role.CHIEF))  # fmt: skip


@dataclass(frozen=True)
class Desk:
    address: str
    engine: Engine
    number: int
    paper_id: int

    @property
    def report(self) -> str:
        return f"{self.address}/reports/{self.number}"

    def verdict(self) -> Verdict | None:
        with reading(self.engine) as session:
            return session.get_one(Report, self.number).verdict

    def told(self) -> int:
        with reading(self.engine) as session:
            return len(session.scalars(select(OutgoingMessage.id).where(OutgoingMessage.report_id == self.number)).all())


@pytest.fixture
def desk(settings: Settings, engine: Engine) -> Iterator[Desk]:
    with writing(engine) as session:
        members = [Staff(login=login, display_name=name, password_hash=PASSWORD_HASH, role=role, created_at=NOW)
                   for login, name, role in PEOPLE]
        session.add_all(members)
        session.flush()
        session.add(second_factor(members[-1].id, secret_key=settings.server.secret_key, now=NOW))
        house = factories.build(session, editor_id=members[0].id, rules=EVERY)
        number = factories.report(session, HEADLINE)
    with served(create_app(settings, clock=FrozenClock(NOW), engine=engine)) as address:
        yield Desk(address, engine, number, house.paper_id)


Opener = Callable[[str], Page]


@pytest.fixture
def opens(windows: Windows, desk: Desk) -> Opener:
    """`opens("jia")`: a browser of his own in which this member is signed in."""

    def open_for(login: str) -> Page:
        page = windows.new()
        (sign_in_chief if login == "chief" else sign_in)(page, desk.address, login)
        return page

    return open_for


def sign_in_chief(page: Page, address: str, login: str) -> None:
    """With the code of his telephone after the password."""
    page.goto(f"{address}/sign-in")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("input[name=code]", code(NOW))
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "sign-in" not in url)


def accept(page: Page, row: str = "N-05") -> None:
    page.locator("label[for=verdict-accepted]").click()
    radio = page.locator(f"#row-{row}")
    if not radio.is_visible():
        radio.locator("xpath=ancestor::details").locator("summary").first.click()
    radio.check()
    save(page)


def refuse(page: Page, reason: str) -> None:
    page.locator("label[for=verdict-not_an_error]").click()
    page.fill("#reason", reason)
    save(page)


def save(page: Page) -> None:
    page.locator("#grade-form [type=submit]").last.click()
    page.wait_for_load_state()


def test_three_different_grades_end_with_the_chief(opens: Opener, desk: Desk) -> None:
    first, second, third, chief = (opens(login) for login, _, _ in PEOPLE)
    first.goto(desk.report)
    accept(first)
    assert desk.told() == 0

    second.goto(f"{desk.address}/queue")
    second.locator(f"a[href*='/reports/{desk.number}']").first.click()
    expect(second.locator("#second-opinions")).to_contain_text("请独立再评一次，别人的评分评完才看得到")
    expect(second.locator(".report-grid")).not_to_contain_text("编辑甲")
    expect(second.locator("input[name=verdict]:checked")).to_have_count(0)
    fits(second)
    refuse(second, "招牌上就是这么写的。")
    sides = second.locator(".second-side")
    expect(sides).to_have_count(2)
    expect(second.locator("#second-opinions")).to_contain_text("有分歧，等第三位编辑独立再评")
    fits(second)

    third.goto(desk.report)
    expect(third.locator("main")).not_to_contain_text("招牌上就是这么写的")
    accept(third, "N-08")
    expect(third.locator("#second-opinions")).to_contain_text("有分歧，等主编定")

    chief.goto(f"{desk.address}/queue?view=disagreed")
    chief.locator(f"a[href*='/reports/{desk.number}']").first.click()
    expect(chief.locator(".second-side")).to_have_count(3)
    fits(chief)
    chief.locator(".second-side", has_text="编辑乙").locator("input[type=radio]").check()
    chief.fill("#decide_reason", "门头照片就是这样。")
    chief.get_by_role("button", name="就按这一位的").click()
    expect(chief.locator("#second-opinions")).to_contain_text("主编已定")
    assert desk.verdict() is Verdict.NOT_AN_ERROR
    assert desk.told() == 1


def test_two_that_agree_settle_it_and_the_reader_hears_once(opens: Opener, desk: Desk) -> None:
    first, second = opens("jia"), opens("yi")
    first.goto(desk.report)
    accept(first)
    second.goto(desk.report)
    accept(second)
    expect(second.locator("body")).to_contain_text("和另一位评得一样")
    second.goto(desk.report)
    expect(second.locator("#second-opinions")).to_contain_text("两位评得一样，已经评定")
    assert (desk.verdict(), desk.told()) == (Verdict.ACCEPTED, 1)


def test_whoever_makes_a_page_is_told_that_another_grades_it(opens: Opener, desk: Desk) -> None:
    chief, maker = opens("chief"), opens("yi")
    chief.goto(f"{desk.address}/papers/{desk.paper_id}")
    chief.get_by_role("link", name="各版编辑").click()
    fits(chief)
    chief.locator("fieldset", has_text="2版").get_by_label("编辑乙").check()
    chief.get_by_role("button", name="保存").click()
    maker.goto(desk.report)
    expect(maker.locator("#second-opinions")).to_contain_text("这一版是您编的")
    expect(maker.locator("#grade-form")).to_have_count(0)
