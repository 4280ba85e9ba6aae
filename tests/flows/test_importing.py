"""A newspaper's PDFs dropped in a real browser: sent with progress, read beside, looked at, imported, browsed."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine, select

from bot.catalogue.reader import THUMBNAIL_WIDTH
from models import papers
from models.enums import ImportState, Role
from models.imports import ImportUpload
from models.session import reading, writing
from models.staff import Staff
from tests.support.browser import browser
from tests.support.newsprint import NO_FONT, cannot_typeset
from tests.support.press import printed
from tests.support.site import Site
from tests.support.staff import PASSWORD, PASSWORD_HASH

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.skipif(cannot_typeset(), reason=NO_FONT)]

SLOW = 60_000  # milliseconds: these machines are shared
WATCH = """() => {
  window.seen = JSON.parse(sessionStorage.getItem("seen") || "[]");
  new MutationObserver(() => {
    const words = document.querySelector("[data-words], [data-sending-words]");
    if (words && words.textContent.trim() !== window.seen.at(-1)) {
      window.seen.push(words.textContent.trim());
      sessionStorage.setItem("seen", JSON.stringify(window.seen));
    }
  }).observe(document, { childList: true, subtree: true, characterData: true });
}"""
"""Collects the sentences of progress, over the change of pages too."""
DROP = """async ([files]) => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  }
  const zone = document.querySelector("[data-drop]");
  zone.dispatchEvent(new DragEvent("dragover", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  const over = zone.hasAttribute("data-over");
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  return over;
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=SLOW)
    with browser() as opened:
        yield opened
    expect.set_options(timeout=5_000)


@pytest.fixture
def running(site: Site, engine: Engine) -> Site:
    """A console with a chief, and the paper's name."""
    with writing(engine) as session:
        session.add(Staff(login="chief", display_name="主编", password_hash=PASSWORD_HASH, role=Role.CHIEF,
                          created_at=site.now()))  # fmt: skip
        session.add(papers.Paper(name="社区晨报·柳湾", aliases=["柳湾"]))
    site.start_web("granian")
    return site


def signed_in(site: Site, chromium: Browser, **options: object) -> BrowserContext:
    context = chromium.new_context(locale="zh-CN", base_url=f"http://127.0.0.1:{site.port}", **options)  # type: ignore[arg-type]
    context.set_default_timeout(SLOW)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("input[name=login]", "chief")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "sign-in" not in address)
    page.close()
    return context


def test_files_are_chosen_sent_read_with_progress_looked_at_and_imported(
    running: Site, chromium: Browser, engine: Engine, tmp_path: Path
) -> None:
    paper = printed()[0]
    (tmp_path / paper.name).write_bytes(paper.data)
    context = signed_in(running, chromium)
    context.add_init_script(f"({WATCH})()")
    page = context.new_page()
    page.goto("/papers/import")
    page.set_input_files("#files", [tmp_path / paper.name])
    expect(page.locator("[data-chosen-list] li")).to_contain_text(["liuwan.pdf"])
    expect(page.locator("[data-chosen-sum]")).to_contain_text("共 1 个文件")
    page.click("[data-send]")
    page.wait_for_url(re.compile(r"/papers/import/\d+$"))
    expect(page.locator("h2").first).to_have_text("社区晨报·柳湾 2026年11月")
    seen = str(page.evaluate("window.seen"))
    # Asked for once a second: five pages may be read between two looks. test_imports.py has every sentence.
    assert re.search(r"正在传文件.*(排着队|正在打开文件|正在(看|画)第 \d 版，共 5 版)", seen), seen
    expect(page.locator(".thumbnails img")).to_have_count(5)
    shown = page.locator(".thumbnails img").first
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", THUMBNAIL_WIDTH)
    expect(page.locator(".notes")).to_contain_text("06版")
    page.locator(".decide .btn-primary").click()
    expect(page.locator(".flashes")).to_contain_text("已导入 1 期")
    page.click("h2 a")
    expect(page.locator("main")).to_contain_text("04、05")
    with reading(engine) as session:
        assert session.scalars(select(ImportUpload.state)).all() == [ImportState.APPLIED]
        assert len(session.scalars(select(papers.PageGeometry.picture)).all()) == 5
    context.close()


def test_files_are_dropped_taken_out_and_refused_with_a_sentence_each(running: Site, chromium: Browser) -> None:
    context = signed_in(running, chromium)
    page = context.new_page()
    page.goto("/papers/import")
    broken = base64.b64encode(b"%PDF-1.4 broken").decode()
    assert page.evaluate(DROP, [[["第01版.pdf", broken], ["第02版.pdf", broken], [".DS_Store", broken]]])
    chosen = page.locator("[data-chosen-list] li")
    expect(chosen).to_have_count(2)
    chosen.nth(1).get_by_role("button").click()
    expect(chosen).to_have_count(1)
    page.click("[data-send]")
    expect(page.locator("[data-problem]:visible")).to_contain_text("第01版.pdf：文件坏了，打不开。请重新导出一次。")
    page.goto("/papers/import")
    expect(page.locator("table")).to_contain_text("不能导入")
    page.click("[data-send]")
    expect(page.locator("[data-problem]:visible")).to_contain_text("请先选一个或几个文件")
    context.close()


def test_folder_is_sent_with_the_names_of_its_folders(running: Site, chromium: Browser, engine: Engine, tmp_path: Path) -> None:
    for number, title in (("02", "社区食堂开张了"), ("03", "书屋搬了新家")):
        (tmp_path / "柳湾" / f"{number}版").mkdir(parents=True)
        (tmp_path / "柳湾" / f"{number}版" / f"{title}.txt").write_text(f"{title}\n\n正文在这里。\n", encoding="utf-8")
    context = signed_in(running, chromium)
    page = context.new_page()
    page.goto("/papers/import")
    page.set_input_files("#folder", tmp_path / "柳湾")
    page.click("summary:has-text('写明是哪份报纸')")
    page.select_option("#paper", "社区晨报·柳湾")
    page.fill("#issue", "2026年11月")
    page.click("[data-send]")
    page.locator(".decide .btn-primary").click()
    expect(page.locator(".page-links li")).to_have_count(2)
    with reading(engine) as session:
        assert sorted(session.scalars(select(papers.Page.number))) == ["02", "03"]
    context.close()


def test_without_scripts_it_works_too(running: Site, chromium: Browser, tmp_path: Path) -> None:
    paper = printed()[2]
    (tmp_path / paper.name).write_bytes(paper.data)
    context = signed_in(running, chromium, java_script_enabled=False)
    page = context.new_page()
    page.goto("/papers/import")
    page.set_input_files("#files", [tmp_path / paper.name])
    page.click("button:has-text('传上去看看')")
    _reloaded_until(page, "看不出是哪份报纸")
    page.select_option("#paper", "社区晨报·柳湾")
    page.click("button:has-text('再看一遍')")
    _reloaded_until(page, "新导入")
    page.locator(".decide .btn-primary").click()
    expect(page.locator(".page-links li")).to_have_count(3)
    context.close()


def _reloaded_until(page: Page, words: str) -> None:
    """The page comes again by itself while the files are read."""
    expect(page.locator("main")).to_contain_text(words, timeout=SLOW)
