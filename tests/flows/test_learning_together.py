"""Practice, calibration, agreement and the comparison of finalists in a real browser, at a desk and on a telephone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.judging import calibration
from bot.settings import Settings
from models.enums import Role
from models.session import writing
from models.staff import Staff
from tests.support import factories, learning
from tests.support.console import fits, press, served, sign_in
from tests.support.factories import NOW, House
from tests.support.staff import PASSWORD_HASH
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DESK, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
SLOW = 30_000
TYPES = pytest.mark.parametrize("touch", [False, True], ids=["desk", "phone"])


@pytest.fixture
def house(engine: Engine) -> House:
    """A contest with three editors; the one of the house signs in as "anna"."""
    with writing(engine) as session:
        anna = Staff(login="anna", display_name="沈编辑", password_hash=PASSWORD_HASH, role=Role.EDITOR, created_at=NOW)
        session.add(anna)
        session.flush()
        found = factories.build(session, editor_id=anna.id)
        learning.more_editors(session)
    return found


@pytest.fixture
def page(settings: Settings, clock: FrozenClock, engine: Engine, chromium: Browser, house: House, touch: bool) -> Iterator[Page]:
    """Signed in; addresses are relative to the console."""
    app = create_app(settings, clock=clock, engine=engine)
    with served(app) as address:
        context = chromium.new_context(viewport=PHONE if touch else DESK, locale="zh-CN", base_url=address,  # type: ignore[arg-type]
                                       has_touch=touch)
        context.set_default_timeout(SLOW)
        found = context.new_page()
        sign_in(found, address, "anna")
        yield found
        context.close()


def choose(page: Page, touch: bool, key: str, label: str) -> None:
    """By the key at a desk, with a finger on a telephone."""
    if touch:
        page.locator(f"label[for={label}], button#{label}").first.tap()
    else:
        press(page, key)


def send(page: Page, touch: bool) -> None:
    if touch:
        page.locator("#grade-form button[type=submit]").tap()
    else:
        press(page, "Control+Enter")


@TYPES
def test_new_member_practises_and_is_told_why(page: Page, touch: bool) -> None:
    page.goto("/queue")
    expect(page.locator("main")).to_contain_text("先练 20 条，约十分钟")
    page.goto("/practice")
    page.get_by_role("link", name="开始").click()
    page.wait_for_load_state()  # the keys are there once their script is
    choose(page, touch, "a", "verdict-accepted")
    choose(page, touch, "2", "row-N-05")
    expect(page.locator("[data-arithmetic]")).to_contain_text("0.700 分")
    for key, mark in (("f", "place_mark"), ("g", "correction_mark"), ("h", "reason_mark")):
        choose(page, touch, key, mark)
    expect(page.locator("[data-arithmetic]")).to_contain_text("1.000 分")
    send(page, touch)
    answer = page.locator(".practice-answer")
    expect(answer).to_contain_text("全对")
    expect(answer).to_contain_text("为什么")
    expect(answer.locator("h2")).to_be_in_viewport()
    fits(page)
    page.locator("[data-next]").tap() if touch else press(page, "Enter")
    expect(page.locator("h1")).to_contain_text("2／20")
    page.goto("/practice")
    expect(page.locator("main")).to_contain_text("练了 1 条，还有 19 条")


@TYPES
def test_examples_follow_what_is_chosen(page: Page, touch: bool) -> None:
    page.goto("/practice/2")
    page.locator("[data-anchors] summary").click()
    expect(page.locator("[data-anchors-none]")).to_be_visible()
    page.locator("label[for=row-N-08]").click()
    expect(page.locator('[data-anchor="row:N-08"]')).to_be_visible()
    expect(page.locator('[data-anchor="row:N-05"]')).to_be_hidden()
    page.locator("label[for=verdict-both_forms]").click()
    expect(page.locator('[data-anchor="verdict:both_forms"]')).to_be_visible()
    expect(page.locator('[data-anchor="row:N-08"]')).to_be_hidden()


@TYPES
def test_list_opens_when_the_calibration_is_done(page: Page, touch: bool, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        learning.switched(session, house, calibrates=True)
        numbers = learning.archive(session, house)
        calibration.prepare(session, house.round_id, numbers[:5], actor=by_staff(house.editor_id), now=NOW)
    page.goto("/queue")
    expect(page.locator("main")).to_contain_text("先评 5 条校准")
    page.get_by_role("link", name="开始评").click()
    page.get_by_role("link", name="开始评").click()
    for position in range(1, 6):
        expect(page.locator("h1")).to_contain_text(f"{position}／5")
        choose(page, touch, "s", "verdict-suggestion")
        send(page, touch)
    expect(page.locator("main")).to_contain_text("列表已经打开")
    expect(page.locator(".differs")).not_to_have_count(0)
    fits(page)
    page.goto("/queue")
    expect(page.locator("main")).not_to_contain_text("先评 5 条校准")


@TYPES
def test_finalists_are_compared_and_sealed(page: Page, touch: bool, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        learning.compared_by_rule(session, house)
        learning.tie(session, house)
    page.goto(f"/rounds/{house.round_id}/pairs")
    for done, (key, name) in enumerate((("1", "左边更好"), ("2", "一样好"), ("3", "右边更好"))):
        expect(page.locator("main")).to_contain_text(f"比了 {done} 对")
        page.get_by_role("button", name=name).tap() if touch else press(page, key)
    expect(page.locator("main")).to_contain_text("3 对都比完了")
    page.get_by_role("link", name="第 1 对").click()
    expect(page.locator("main")).to_contain_text("这一对您选了左边")
    page.get_by_role("button", name="当作没比过").tap() if touch else press(page, "z")
    expect(page.locator("main")).to_contain_text("比了 2 对")
    page.get_by_role("button", name="一样好").tap() if touch else press(page, "2")
    page.get_by_role("button", name="交卷").click()
    expect(page.locator("main")).to_contain_text("您已经交卷")
    expect(page.locator("main")).to_contain_text("到现在的结果")
    fits(page)


@TYPES
def test_grader_reads_how_he_stands_to_the_others(page: Page, touch: bool, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        learning.switched(session, house, shows_agreement=True)
        other = session.scalars(select(Staff.id).where(Staff.login == "more0")).one()
        learning.doubly_graded(session, house, other, 21)
    page.goto("/agreement")
    expect(page.locator("main")).to_contain_text("结论一样的")
    expect(page.locator(".drift svg")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("偏宽")
    fits(page)
