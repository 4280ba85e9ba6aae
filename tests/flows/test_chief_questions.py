"""What a chief is asked before it is done: only where it would be done, and only about what cannot be taken back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Dialog, Page, expect
from sqlalchemy import Engine, func, select

from bot.clock import FrozenClock
from bot.settings import Settings
from models.contests import Contest, Round
from models.enums import Role
from models.session import reading, writing
from tests.flows.test_after_pick_story import Site
from tests.support import factories
from tests.support.console import Windows, served
from tests.support.factories import HEADLINE, NOW
from tests.support.staff import second_factor
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def site(settings: Settings, engine: Engine) -> Iterator[Site]:
    """An open round whose paper is out, with one report accepted."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with writing(engine) as session:
        members = {login: factories.staff(session, login, role)
                   for login, role in (("jia", Role.EDITOR), ("chief", Role.CHIEF))}
        session.add(second_factor(members["chief"], secret_key=settings.server.secret_key, now=NOW))
        house = factories.build(session, editor_id=members["jia"])
        factories.accept(session, factories.report(session, HEADLINE, reader_id=factories.reader(session)), house)
    made = Site(create_app(settings, clock=FrozenClock(NOW), engine=engine), engine, house.round_id, members, NOW)
    with served(made.app) as address:
        made.address = address
        yield made


def asked(page: Page, *, says: bool) -> list[str]:
    """The questions from now on, each answered so."""
    questions: list[str] = []

    def answer(question: Dialog) -> None:
        questions.append(question.message)
        if says:
            question.accept()
        else:
            question.dismiss()

    page.on("dialog", answer)
    return questions


def contests(engine: Engine) -> int | None:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(Contest))


def test_a_contest_is_asked_about_once_there_is_something_to_make(site: Site, desks: Windows) -> None:
    page = site.enter(desks.new(), "chief")
    page.goto(f"{site.address}/settings")
    questions = asked(page, says=False)
    page.click("summary:has-text('新建活动')")
    page.goto(f"{site.address}/queue")  # an untouched form holds nobody back
    page.goto(f"{site.address}/settings")
    page.click("summary:has-text('新建活动')")
    page.click("text=建好这个活动")
    expect(page.locator("[data-problem]")).to_have_text("活动名称：请给活动起个名字。")
    assert questions == []
    page.fill("[name=name]", "城北啄木鸟")
    page.fill("[name=new_papers]", "社区晨报·城北")
    page.click("text=建好这个活动")
    assert (len(questions), contests(site.engine)) == (1, 1)
    expect(page.locator("[name=name]")).to_have_value("城北啄木鸟")


def test_a_deadline_is_asked_about_where_it_moves(site: Site, desks: Windows) -> None:
    page = site.enter(desks.new(), "chief")
    questions = asked(page, says=True)
    with reading(site.engine) as session:
        before = session.get_one(Round, site.round_id)
        deadline, press = before.deadline_on, before.print_by
    for days in (0, 1):
        page.click("summary:has-text('改截止日')")
        page.fill("[name=deadline_on]", (deadline + timedelta(days=days)).isoformat())
        page.fill("[name=print_by]", (press + timedelta(days=days + 1)).isoformat())
        page.fill("[name=move_reason]", "大雪停邮")
        page.click("text=改日子")
        expect(page.locator(".flashes")).to_contain_text("日子改好了")
        assert len(questions) == days
