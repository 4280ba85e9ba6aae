"""运行 in a real browser, wide and narrow, light and dark: much that failed, a job run at once, giving up with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from bot import jobs
from bot.clock import FrozenClock
from bot.members import sign_in
from bot.settings import Settings
from models.audit import JobRun
from models.cockpit import Reminder
from models.enums import JobOutcome, OutgoingState, Role
from models.outgoing import OutgoingMessage
from models.session import writing
from models.staff import Staff
from models.work_enums import ReminderMoment, ReminderState
from tests.support import factories, look
from tests.support.browser import browser
from tests.support.console import served
from tests.support.factories import NOW
from tests.support.look import WIDTHS, Mode
from tests.support.screens import Address
from tests.support.staff import second_factor
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STATES = (OutgoingState.FAILED, OutgoingState.UNCERTAIN, OutgoingState.UNREACHABLE, OutgoingState.QUEUED)
SCREENS = [Address(view, None, f"/operations/?view={view}") for view in ("person", "unreachable", "queued")]


@pytest.fixture
def app(settings: Settings, engine: Engine) -> Flask:
    """A scheduler that runs, one job of it failing; forty messages in every state, letters that did not leave."""
    with writing(engine) as session:
        house = factories.build(session)
        admin = factories.staff(session, "admin", Role.ADMIN)
        session.get_one(Staff, house.editor_id).display_name = "编辑甲"
        session.get_one(Staff, admin).display_name = "管理员"
        session.add(second_factor(admin, secret_key=settings.server.secret_key, now=NOW))
        reader = factories.reader(session)
        session.add_all(OutgoingMessage(
            reader_id=reader, kind="outcome", idempotency_key=f"k{n}", text="话", state=STATES[n % 4], not_before=NOW,
            created_at=NOW - timedelta(hours=n + 1), last_error="window" if n % 4 == 2 else "ReadTimeout") for n in range(40))
        session.add_all(Reminder(
            round_id=house.round_id, staff_id=house.editor_id, moment=moment, state=ReminderState.FAILED, owed=1,
            made_at=NOW - timedelta(hours=2)) for moment in (ReminderMoment.CLOSES_72, ReminderMoment.CLOSES_24))
        session.add_all([
            JobRun(name="deliver", started_at=NOW, finished_at=NOW, outcome=JobOutcome.FAILED,
                   result={"error": "OperationalError"}),
            JobRun(name="index_search", started_at=NOW, finished_at=NOW, outcome=JobOutcome.DONE, result={"read": 12}),
            JobRun(name=jobs.TURN, started_at=NOW, finished_at=NOW, outcome=JobOutcome.DONE, result={"failed": ["deliver"]})])
    return create_app(settings, clock=FrozenClock(NOW), engine=engine)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


def enter(app: Flask, engine: Engine, page: Page, address: str) -> None:
    with writing(engine) as session:
        member = session.query(Staff).filter(Staff.login == "admin").one()
        token = sign_in.start_session(session, member, page.evaluate("navigator.userAgent"), now=NOW)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    page.context.add_cookies([{"name": app.config["SESSION_COOKIE_NAME"], "url": address,
                               "value": serializer.dumps({"_user_id": token})}])


@pytest.mark.parametrize("mode", WIDTHS, ids=lambda mode: mode.name)
def test_much_that_failed_is_read_and_mended(app: Flask, engine: Engine, address: str, mode: Mode) -> None:
    with browser() as chromium, look.opened(chromium, mode) as page:
        enter(app, engine, page, address)
        assert look.problems(page, SCREENS, address) == []
        page.goto(f"{address}/operations/")
        page.set_default_timeout(10_000)
        failing = page.locator("tr").filter(has_text="数据库没有应答")
        expect(failing).to_contain_text("发通知")
        failing.get_by_role("button").click()
        expect(page.get_by_text("“发通知”开始做了")).to_be_visible()
        app.extensions["woodpecker-jobs"].wait()
        page.goto(f"{address}/operations/")
        page.locator("summary").filter(has_text="任务").click()
        expect(page.locator("tr").filter(has_text="更新查找")).to_contain_text("读了 12")
        first = page.locator("tr").filter(has_text="截止前 3 天")
        first.get_by_text("不送了", exact=True).first.click()
        first.get_by_label("理由").select_option("已用别的办法告知")
        first.get_by_role("button", name="不送了").click()
        expect(page.get_by_text("不送了，理由：已用别的办法告知。")).to_be_visible()
        expect(page.locator("tr").filter(has_text="截止前 3 天")).to_have_count(0)
        assert look.problems(page, [Address("after", None, "/operations/")], address) == []
