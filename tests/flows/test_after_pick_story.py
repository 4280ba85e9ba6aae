"""A lapsed prize goes to the next and is printed; a wrong name is corrected by two persons: in a real browser."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, select

from bot.audit import SCHEDULER, by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.contest.after_pick import amends, moving_on
from bot.contest.phases import local_day
from bot.members import sign_in
from bot.settings import Settings
from models.contests import Award
from models.enums import CorrectionState, Prize, PrizeState, Role
from models.reports import Report
from models.round_changes import RoundCorrection
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.console import Windows, fits, served
from tests.support.factories import ALONE, DISCOUNT, HEADLINE, NOW, VOLUNTEERS
from tests.support.staff import second_factor
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES = pytest.mark.parametrize("phone", [False, True], ids=["1440", "390"])


@dataclass
class Site:
    """A released list of two winners, with one more reader in line. `members`: ids by login."""

    app: Flask
    engine: Engine
    round_id: int
    members: dict[str, int]
    now: datetime
    address: str = ""

    def enter(self, page: Page, login: str) -> Page:
        """Signs this member in."""
        with writing(self.engine) as session:
            member = session.get_one(Staff, self.members[login])
            token = sign_in.start_session(session, member, page.evaluate("navigator.userAgent"), now=self.now)
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        page.context.add_cookies([{"name": self.app.config["SESSION_COOKIE_NAME"], "url": self.address,
                                   "value": serializer.dumps({"_user_id": token})}])
        page.goto(f"{self.address}/rounds/{self.round_id}")
        return page

    def states(self) -> list[CorrectionState]:
        with reading(self.engine) as session:
            return list(session.scalars(select(RoundCorrection.state).order_by(RoundCorrection.id)))


@pytest.fixture
def site(settings: Settings, engine: Engine) -> Iterator[Site]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    clock = FrozenClock(NOW)
    with writing(engine) as session:
        members = {login: factories.staff(session, login, role)
                   for login, role in (("jia", Role.EDITOR), ("chief", Role.CHIEF))}
        session.add(second_factor(members["chief"], secret_key=settings.server.secret_key, now=NOW))
        house = factories.build(session, editor_id=members["jia"], rules=replace(ALONE, excellent_count=1))
        for n, (text, name) in enumerate(((HEADLINE, "早起鸟"), (VOLUNTEERS, "晚归人"), (DISCOUNT, "河边客"))):
            moment = NOW + timedelta(minutes=n)
            number = factories.report(session, text, reader_id=factories.reader(session, name=name), at=moment)
            factories.accept(session, number, house, now=moment)
        clock.moment = factories.picked(session, house)
        rounds.release_round(session, house.round_id, actor=by_staff(members["chief"]), now=clock.now())
        best = session.scalars(select(Award).where(Award.prize == Prize.BEST)).one()
        best.state, best.state_at = PrizeState.LAPSED, clock.now()
        session.flush()
        assert session.scalars(select(Report.id)).all()
        for award_id in moving_on.due(session):
            amends.move_prizes_on(session, award_id, actor=SCHEDULER, now=clock.now())
    clock.moment += timedelta(hours=1)
    made = Site(create_app(settings, clock=clock, engine=engine), engine, house.round_id, members, clock.now())
    with served(made.app) as address:
        made.address = address
        yield made


@pytest.fixture
def windows(chromium: object, phone: bool) -> Iterator[Windows]:
    opened = Windows(chromium, phone)  # type: ignore[arg-type]
    yield opened
    opened.close()


@SIZES
def test_lapsed_prize_goes_to_the_next_in_line_and_its_correction_is_printed(site: Site, windows: Windows) -> None:
    page = site.enter(windows.new(), "chief")
    fits(page)
    page.get_by_role("link", name="去看看").click()
    expect(page.locator(".print-text").first).to_contain_text(
        "由优秀“啄木鸟”“晚归人”递补；空出的一名优秀“啄木鸟”由“河边客”递补")
    fits(page)
    page.get_by_role("button", name="定下来，告诉有关的读者").click()
    expect(page.get_by_text("定下来了，有关的读者会收到消息")).to_be_visible()
    page.get_by_label("登出的日子").fill(local_day(site.now).isoformat())
    page.get_by_role("button", name="报上登出来了").click()
    expect(page.get_by_text("记下了，更正已经登出来")).to_be_visible()
    assert site.states() == [CorrectionState.PRINTED]
    fits(page)
    page.get_by_role("link", name="回到这一轮").click()
    expect(page.locator("section", has=page.get_by_role("heading", name="评出以后"))).to_contain_text("递补")
    fits(page)


@SIZES
def test_wrong_name_is_drafted_by_one_and_let_go_by_another(site: Site, windows: Windows) -> None:
    editor = site.enter(windows.new(), "jia")
    editor.get_by_role("link", name="名单更正、评选记录").click()
    editor.get_by_text("优秀啄木鸟：晚归人").click()
    form = editor.locator("details.amend[open]")
    form.get_by_label("名字登错了，应为").fill("晚归的人")
    form.get_by_label("理由（会公开）", exact=True).fill("录入时漏了一个字")
    form.get_by_role("button", name="起草").first.click()
    expect(editor.get_by_text("更正起草好了，请另一位看过再定")).to_be_visible()
    expect(editor.get_by_role("button", name="定下来，告诉有关的读者")).to_have_count(0)
    fits(editor)
    chief = site.enter(windows.new(), "chief")
    chief.get_by_role("link", name="去看看").click()
    change = chief.locator("article.change", has_text="名字登错")
    expect(change.locator(".print-text")).to_contain_text("优秀“啄木鸟”“晚归人”，应为“晚归的人”")
    change.get_by_role("button", name="定下来，告诉有关的读者").click()
    expect(chief.get_by_text("定下来了")).to_be_visible()
    chief.get_by_role("link", name="回到这一轮").click()
    expect(chief.locator("section", has=chief.get_by_role("heading", name="评出以后"))).to_contain_text("理由：录入时漏了一个字")
    fits(chief)
