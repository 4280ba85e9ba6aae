"""The main job through both front doors with a real browser: a reader's message becomes a printed winner's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Demo, browser, running_demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

THREE_ERRORS = (
    "梧桐里这期，三处：\n1. 01版“梧桐理街道”应为“梧桐里街道”，自家地名不能错\n"
    "2. 05版“不亦乐呼”应为“不亦乐乎”，成语\n3. 06版“应即使去医院”应为“应及时去医院”"
)
SLOW = 30_000  # milliseconds: the scheduler looks every five seconds, and these machines are shared


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as started:
        yield started


@pytest.fixture
def page() -> Iterator[Page]:
    with browser() as opened:
        context = opened.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
        context.set_default_timeout(SLOW)
        yield context.new_page()


ANSWERED = """([text, part]) => {
  const said = [...document.querySelectorAll("#chat li")];
  const mine = said.map(one => !one.classList.contains("account") && one.innerText.includes(text)).lastIndexOf(true);
  const answer = said.slice(mine + 1).find(one => one.classList.contains("account") && one.innerText.includes(part));
  return mine >= 0 && answer ? answer.innerText : false;
}"""


def say(page: Page, text: str, part: str) -> str:
    """Types as the reader and gives the account's answer that holds `part`; notices may come in between."""
    page.fill("#text", text)
    page.click("#send")
    answer = page.wait_for_function(ANSWERED, arg=[text.splitlines()[0], part], timeout=SLOW)
    return str(answer.json_value())


def sign_in(page: Page, demo: Demo, login: str) -> None:
    page.goto(demo.console)
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", demo.passwords[login])
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "sign-in" not in address)


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def accept(page: Page, demo: Demo, number: str) -> None:
    """Grades one report by key: a for accepted, then Ctrl+Enter."""
    page.goto(f"{demo.console}/reports/{number}")
    page.keyboard.press("a")
    if not page.locator("input[name=row_code]:checked").count():
        page.locator("input[name=row_code]").first.check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text(f"编号 {number} 已评：采纳", timeout=SLOW)


def test_a_readers_message_becomes_a_printed_name(page: Page, demo: Demo) -> None:
    page.goto(demo.phone)
    page.fill("#new-name", "啄木先生")
    page.locator("#new-name").press("Enter")
    expect(page.locator("#chat li.account")).to_have_count(1, timeout=SLOW)  # whoever follows is welcomed
    say(page, THREE_ERRORS, "共3处")
    say(page, "改 2 版面 07", "07版")
    say(page, "署名 啄木先生", "登报用“啄木先生”")
    say(page, "我的", "您共报过3处")

    sign_in(page, demo, "jia")
    page.goto(f"{demo.console}/?view=all")
    page.goto(f"{demo.console}/queue")
    assert "啄木先生" not in page.content()
    for number in _numbers(demo, page):
        accept(page, demo, number)
    page.click("text=替我评完演示读者的来信")
    expect(page.locator(".flashes")).to_contain_text("都评完了")
    sign_out(page)

    page.goto(demo.phone)
    page.click("#to-deadline")
    sign_in(page, demo, "chief")
    _wait_for_state(page, demo, "已评出")
    page.click("text=看整个栏目")
    assert "啄木先生" in page.locator("#print-block").inner_text()
    page.go_back()
    page.fill("input[name=confirm]", "发布")
    page.click("text=发布名单")
    expect(page.locator("h1")).to_contain_text("已公布")
    page.click("text=看整个栏目")
    printed = page.locator("#print-block").inner_text()

    page.goto(demo.phone)
    page.click("#readers button:has-text('啄木先生')")
    told = say(page, "获奖", "月啄木鸟：")
    for name in re.split("[：、\n]", printed.split("名单\n", 1)[1].split("评选记录校验码")[0]):
        if name and "啄木鸟" not in name and "昵称" not in name:
            assert name in told


def _numbers(demo: Demo, page: Page) -> list[str]:
    """The numbers of the three new reports: the newest in the list of all."""
    page.goto(f"{demo.console}/queue?view=all")
    found = sorted(set(re.findall(r"/reports/(\d{5})", page.content())))
    return found[-3:]


def _wait_for_state(page: Page, demo: Demo, state: str) -> None:
    """Looks at the running round until the scheduler has brought it so far."""
    page.goto(f"{demo.console}/rounds/2")
    for _ in range(20):
        if state in page.locator("h1").inner_text():
            return
        page.wait_for_timeout(1500)
        page.reload()
    raise AssertionError(f"the round is not {state}: {page.locator('main').inner_text()}")


def test_the_demo_says_where_to_go_and_who_may_sign_in(demo: Demo) -> None:
    for word in (demo.console, demo.phone, "主编", "编辑甲", "发奖", "Ctrl-C"):
        assert word in demo.printed
    assert [line for line in demo.printed.splitlines() if re.match("[A-Za-z]", line)] == []  # no line of a log


def test_data_stay_for_the_second_start(tmp_path: Path) -> None:
    with running_demo(tmp_path) as first:
        passwords = first.passwords
    assert first.process.returncode == 0
    with running_demo(tmp_path) as second:
        assert second.passwords == passwords
    assert second.process.returncode == 0
