"""The list goes to press the day after tomorrow and the chief is away: the deputy looks who will hear of it, and releases.

Back again, the chief prints the month: one sheet, with forty papers and ten long names.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import pypdfium2
import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, update

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.contest import deputies
from bot.contest.phases import local_day
from bot.settings import Settings
from models.contests import Contest, Round
from models.enums import Role
from models.papers import Article, Issue, Page, Paper
from models.session import writing
from tests.flows.test_after_pick_story import Site
from tests.support import factories
from tests.support.console import Windows, fits, served
from tests.support.factories import DISCOUNT, HEADLINE, MONTH, NOW, VOLUNTEERS
from tests.support.staff import second_factor
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MORE_PAPERS = 39
LONG = "名" * 40


@pytest.fixture
def site(settings: Settings, engine: Engine) -> Iterator[Site]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    clock = FrozenClock(NOW)
    with writing(engine) as session:
        members = {login: factories.staff(session, login, role)
                   for login, role in (("jia", Role.EDITOR), ("chief", Role.CHIEF))}
        session.add(second_factor(members["chief"], secret_key=settings.server.secret_key, now=NOW))
        house = factories.build(session, editor_id=members["jia"])
        for text in (HEADLINE, DISCOUNT, VOLUNTEERS):
            reader = factories.reader(session, name=LONG)
            factories.accept(session, factories.report(session, text, reader_id=reader), house)
        for n in range(MORE_PAPERS):
            paper = Paper(name=f"社区晨报·第{n}街道", contest_id=house.contest_id)
            session.add(paper)
            session.flush()
            issue = Issue(paper_id=paper.id, month=MONTH, imported_at=NOW)
            session.add(issue)
            session.flush()
            page = Page(issue_id=issue.id, position=1, number="02")
            session.add(page)
            session.flush()
            session.add(Article(page_id=page.id, position=1, key="a", title="题", paragraphs=["字" * 500]))
        clock.moment = factories.picked(session, house)
        press = local_day(clock.now()) + timedelta(days=2)
        session.execute(update(Round).where(Round.id == house.round_id).values(print_by=press))
        deputies.name_deputy(session, house.contest_id, members["jia"], actor=by_staff(members["chief"]), now=clock.now())
        assert session.get_one(Contest, house.contest_id).deputy_id == members["jia"]
    made = Site(create_app(settings, clock=clock, engine=engine), engine, house.round_id, members, clock.now())
    with served(made.app) as address:
        made.address = address
        yield made


def test_the_deputy_releases_and_the_chief_prints_the_month(site: Site, windows: Windows) -> None:
    page = site.enter(windows.new(), "jia")
    expect(page.locator("[data-overdue]")).to_contain_text("11月的名单还没有发布")
    fits(page)
    page.get_by_role("link", name="发布前看看").click()
    expect(page.get_by_text("3 位获奖读者里有 0 位马上收到通知")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="回到这一轮").click()
    page.get_by_label("请输入“发布”两个字").fill("发布")
    page.get_by_role("button", name="发布名单").click()
    expect(page.get_by_text("名单已经发布")).to_be_visible()
    expect(page.locator("[data-overdue]")).to_have_count(0)
    page = site.enter(windows.new(), "chief")
    page.get_by_role("link", name="这个月一页纸").click()
    expect(page.locator("bdi")).to_have_text([LONG] * 3)
    fits(page)
    excellent = page.locator(".month-facts dd").nth(1)
    excellent.evaluate("(it, name) => { it.textContent = Array(10).fill(name).join('、') }", LONG)
    sheet = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    width, height = sheet[0].get_size()
    assert (len(sheet), round(width), round(height)) == (1, 595, 842)
