"""Twelve typeset pages, imported and then spoilt on purpose, are mended in a real browser in under two minutes a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Page, expect
from sqlalchemy import Engine, select

from bot import audit
from bot.catalogue import editing
from bot.catalogue.boxes import decode
from bot.catalogue.exchange import PageFile
from bot.catalogue.pdf.compose import At
from bot.catalogue.pdf.mending import Arranged, arranged, mended
from bot.clock import FrozenClock, monotonic
from bot.settings import Settings, parse_settings
from models.enums import Role
from models.papers import Issue, PageGeometry
from models.session import make_engine, reading, writing
from models.staff import Staff
from tests.support.browser import browser
from tests.support.console import served, sign_in
from tests.support.databases import Databases
from tests.support.factories import NOW
from tests.support.mending_editor import SECONDS_AN_ACT, Editor, Finger, Meant, Mouse, truth_of
from tests.support.newsprint import NO_FONT, cannot_typeset
from tests.support.press import JUMPING, printed
from tests.support.print_shop import bring
from tests.support.settings import raw_settings
from tests.support.staff import PASSWORD_HASH
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.skipif(cannot_typeset(), reason=NO_FONT)]
ALLOWED_SECONDS = 120.0
"""What mending a page may take, a person's pace added."""
WIDE, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}


@dataclass(frozen=True)
class House:
    """The running console and what it serves."""

    address: str
    engine: Engine
    issue_ids: list[int]
    page_ids: list[list[int]]

    def files(self, number: int) -> tuple[PageFile, ...]:
        with reading(self.engine) as session:
            return editing.stored(session, self.issue_ids[number]).pages

    def texts(self, number: int) -> list[tuple[object, ...]]:
        """Every article of an issue as it reads, in no order."""
        return sorted((page.number, a.title, a.subtitle or "", a.byline or "", a.paragraphs)
                      for page in self.files(number) for a in page.articles)  # fmt: skip

    def spoil(self, number: int, change: Callable[[list[Arranged], Sequence[PageFile]], list[Arranged]]) -> None:
        with writing(self.engine) as session:
            files = editing.stored(session, self.issue_ids[number]).pages
            pages = mended(files, change(arranged(files), files))
            editing.write_back(session, self.issue_ids[number], pages, actor=audit.OPERATOR, now=NOW)

    def mend_address(self, number: int, page: int) -> str:
        return f"{self.address}/papers/pages/{self.page_ids[number][page]}/mend"


@pytest.fixture
def house(sqlite_databases: Databases, tmp_path: Path) -> Iterator[House]:
    url = sqlite_databases.fresh()
    engine = make_engine(url)
    settings: Settings = parse_settings(raw_settings(tmp_path, url), base=tmp_path, source="test settings")
    with writing(engine) as session:
        session.add(Staff(login="editor", display_name="测试编辑", password_hash=PASSWORD_HASH, role=Role.EDITOR, created_at=NOW))
        bring(session, settings, 0, 1, 2, now=NOW)
        issues = [session.scalars(select(Issue).where(Issue.source == paper.name)).one() for paper in printed()]
        ids = [issue.id for issue in issues]
        pages = [[page.id for page in issue.pages] for issue in issues]
    with served(create_app(settings, clock=FrozenClock(NOW), engine=engine)) as address:
        yield House(address, engine, ids, pages)
    engine.dispose()
    sqlite_databases.drop(url)


@pytest.fixture
def screen() -> Iterator[Callable[..., Page]]:
    """`screen(address, phone=…)`: a browser's page in which the editor is signed in."""
    with browser() as opened:

        def open_page(address: str, *, phone: bool = False) -> Page:
            context = opened.new_context(viewport=PHONE if phone else WIDE, has_touch=phone, is_mobile=phone, locale="zh-CN")
            context.set_default_timeout(15_000)
            page = context.new_page()
            sign_in(page, address, "editor")
            return page

        yield open_page


# How pages are spoilt


def own(articles: Sequence[Arranged], page: int, least: int = 4) -> list[Arranged]:
    """The articles of a page with a headline and a text of some lines, all on that page."""
    return [one for one in articles if one.page == page and one.title and one.kind == "news"
            and len(one.body) >= least and all(at.page == page for at in one.lines)]  # fmt: skip


def swapped(articles: Sequence[Arranged], *fresh: Arranged) -> list[Arranged]:
    by_name = {(one.page, one.key): one for one in fresh}
    return [by_name.get((one.page, one.key), one) for one in articles]


def split(articles: list[Arranged], page: int) -> list[Arranged]:
    """The second half of the first article is an article of its own."""
    first = own(articles, page)[0]
    half = len(first.body) // 2
    at = articles.index(first) + 1
    rest = Arranged(page, f"{first.key}x", "news", body=first.body[half:])
    return [*swapped(articles[:at], replace(first, body=first.body[:half])), rest, *articles[at:]]


def headline_astray(articles: list[Arranged], page: int) -> list[Arranged]:
    """The last article's headline stands in the title of the one before it."""
    *_, taker, loser = own(articles, page)
    return swapped(articles, replace(taker, title=(*taker.title, *loser.title)), replace(loser, title=()))


def column_astray(articles: list[Arranged], page: int) -> list[Arranged]:
    """The last lines of the last article end another one."""
    taker, *_, loser = own(articles, page)
    cut = max(2, len(loser.body) // 3)
    return swapped(articles, replace(taker, body=(*taker.body, *loser.body[-cut:])), replace(loser, body=loser.body[:-cut]))


def heading_in_text(articles: list[Arranged], page: int) -> list[Arranged]:
    """The first article's headline begins its text."""
    first = own(articles, page)[0]
    return swapped(articles, replace(first, title=(), body=(*first.title, *first.body)))


def head_in_article(articles: list[Arranged], page: int, files: Sequence[PageFile]) -> list[Arranged]:
    """The running head (or whatever is in no article) ends the first article."""
    taken = {at for one in articles for at in one.lines}
    form = files[page].form
    assert form is not None
    free = tuple(at for n in range(len(decode(form.boxes).lines)) if (at := At(page, n)) not in taken)
    first = own(articles, page)[0]
    return swapped(articles, replace(first, body=(*first.body, *free)))


def one_of_two(articles: list[Arranged], page: int) -> list[Arranged]:
    """Two articles are one."""
    first, second, *_ = own(articles, page)
    rest = [one for one in articles if one is not second]
    return swapped(rest, replace(first, title=(*first.title, *second.title), body=(*first.body, *second.subtitle, *second.body)))


def jump_cut(articles: list[Arranged]) -> list[Arranged]:
    """What goes on from 01 on 03 is an article of 03."""
    (jumping,) = (one for one in articles if len({at.page for at in one.lines}) == 2)
    there = tuple(at for at in jumping.body if at.page == 2)
    here = replace(jumping, body=tuple(at for at in jumping.body if at.page == 0))
    return [*swapped(articles, here), Arranged(2, "03x", "news", body=there)]


def spoilt(articles: list[Arranged], files: Sequence[PageFile]) -> list[Arranged]:
    """Every page of the issue, each in more than one way."""
    for page, file in enumerate(files):
        several = len(own(articles, page))
        if not several:
            continue
        articles = head_in_article(articles, page, files)
        if several == 1:
            articles = split(heading_in_text(articles, page), page)
        elif several == 2 or page % 2:
            articles = split(headline_astray(articles, page), page)
        else:
            articles = one_of_two(column_astray(articles, page), page)
        assert file.form is not None
    return jump_cut(articles) if any(len({at.page for at in one.lines}) == 2 for one in articles) else articles


# What is true


def truths(house: House, number: int) -> list[list[Meant]]:
    found = []
    for sheet, file in zip(printed()[number].pages.values(), house.files(number), strict=True):
        assert file.form is not None
        found.append([] if sheet.scanned else truth_of(sheet, file.form))
    return found


def astray(house: House, number: int) -> int:
    """Letters in an article that is not mostly theirs, or in none; and letters of running heads in articles."""
    files, lines = house.files(number), truths(house, number)
    where: dict[str, dict[tuple[int, str] | None, int]] = {}
    homes = {at: (one.page, one.key) for one in arranged(files) for at in one.lines}
    for page, (file, truth) in enumerate(zip(files, lines, strict=True)):
        assert file.form is not None
        for n, (line, true) in enumerate(zip(decode(file.form.boxes).lines, truth, strict=True)):
            counts = where.setdefault(true.story, {})
            home = homes.get(At(page, n))
            counts[home] = counts.get(home, 0) + line.letters
    heads = sum(count for home, count in where.pop("", {}).items() if home is not None)
    taken: set[tuple[int, str]] = set()
    wrong = heads
    for counts in where.values():
        free = [(count, home) for home, count in counts.items() if home is not None and home not in taken]
        count, best = max(free, default=(0, None))
        wrong += sum(counts.values()) - count
        taken |= {best} if best else set()
    return wrong


def mend_page(editor: Editor, house: House, number: int, page: int, truth: Sequence[Meant]) -> float:
    """Mends one page and saves it; the seconds it took, with a person's pace added for every act."""
    editor.acts, began = 0, monotonic()
    editor.open(house.mend_address(number, page))
    editor.mend(truth)
    jumps = [one for one in {true.story for true in truth} if one == JUMPING and number == 0 and page == 2]
    if jumps:
        editor.join_elsewhere(editor.numbers(truth)[JUMPING], "01", printed()[0].stories[JUMPING].title)
    if editor.acts:
        editor.save()
    return monotonic() - began + SECONDS_AN_ACT * editor.acts


def test_spoilt_pages_are_mended_with_the_mouse_in_under_two_minutes_each(house: House, screen: Callable[..., Page]) -> None:
    page = screen(house.address)
    editor = Editor(page, Mouse(page))
    took: dict[tuple[int, int], float] = {}
    for number in range(3):
        before, lines = house.texts(number), truths(house, number)
        house.spoil(number, spoilt)
        assert astray(house, number) > 100
        for at, truth in enumerate(lines):
            if truth:
                took[number, at] = mend_page(editor, house, number, at, truth)
        assert astray(house, number) == 0
        assert house.texts(number) == before
    assert len(took) == 11  # the twelfth has no text at all
    assert max(took.values()) < ALLOWED_SECONDS


def test_spoilt_page_is_mended_with_a_finger_on_a_phone(house: House, screen: Callable[..., Page]) -> None:
    before, lines = house.texts(1), truths(house, 1)
    house.spoil(1, lambda articles, files: split(headline_astray(head_in_article(articles, 1, files), 1), 1))
    page = screen(house.address, phone=True)
    editor = Editor(page, Finger(page))
    began = monotonic()
    editor.open(house.mend_address(1, 1))
    editor.act("[data-mode=select]")
    editor.mend(lines[1])
    editor.save()
    assert monotonic() - began + SECONDS_AN_ACT * editor.acts < ALLOWED_SECONDS
    assert astray(house, 1) == 0
    assert house.texts(1) == before


def test_finger_scrolls_where_it_moves_and_marks_where_it_selects(house: House, screen: Callable[..., Page]) -> None:
    page = screen(house.address, phone=True)
    finger = Finger(page)
    page.goto(house.mend_address(1, 1))
    for _ in range(3):
        page.tap("[data-zoom='1']")
    page.evaluate("document.querySelector('.mend-frame').scrollTop = 200")
    box = centred(page)
    middle = box["x"] + box["width"] / 2
    drag = (middle, box["y"] + box["height"] * 0.7, middle - 60, box["y"] + box["height"] * 0.4)
    finger.drag(drag)
    page.wait_for_function("() => document.querySelector('.mend-frame').scrollTop > 220")
    assert page.locator(".mend-line.chosen").count() == 0
    top = settled(page)
    page.tap("[data-mode=select]")
    expect(page.locator("[data-mode=select]")).to_have_attribute("aria-pressed", "true")
    box = centred(page)  # the tap may have scrolled the window to reach its button
    finger.drag((box["x"] + 9, box["y"] + 9, box["x"] + box["width"] - 9, box["y"] + box["height"] * 0.9))
    page.wait_for_function("() => document.querySelectorAll('.mend-line.chosen').length > 3")
    assert page.evaluate("document.querySelector('.mend-frame').scrollTop") == top


def centred(page: Page) -> FloatRect:
    """The picture's frame, brought to the middle of the window."""
    page.evaluate("document.querySelector('.mend-frame').scrollIntoView({block: 'center'})")
    box = page.locator(".mend-frame").bounding_box()
    assert box is not None
    return box


def settled(page: Page) -> float:
    """Where the picture has come to rest: a tap while it still glides only stops it."""
    last = -1.0
    while last != (last := page.evaluate("document.querySelector('.mend-frame').scrollTop")):
        page.wait_for_timeout(200)
    return last


def focus_page(page: Page) -> None:
    """By Tab alone."""
    for _ in range(60):
        if page.evaluate("document.activeElement.classList.contains('mend-page')"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the page cannot be reached by Tab")


def test_headline_is_brought_home_by_keyboard_alone(house: House, screen: Callable[..., Page]) -> None:
    before = house.texts(2)
    house.spoil(2, lambda articles, _: headline_astray(articles, 0))
    page = screen(house.address)
    editor = Editor(page, Mouse(page))
    began = monotonic()
    editor.open(house.mend_address(2, 0))
    truth = truths(house, 2)[0]
    numbers = editor.numbers(truth)
    lost = [n for n, (line, true) in enumerate(zip(editor.seen(), truth, strict=True))
            if line.number and line.number != numbers[true.story]]  # fmt: skip
    wrong = lost[0]
    focus_page(page)
    keys = 0
    while page.get_attribute("svg.mend-page", "aria-activedescendant") != f"line-{wrong}":
        page.keyboard.press("ArrowDown")
        keys += 1
        assert keys < 80
    page.keyboard.press("Space")
    page.keyboard.press(str(numbers[truth[wrong].story]))
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")
    page.keyboard.press("Control+s")
    expect(page.locator(".flashes")).to_contain_text("已保存")
    assert house.texts(2) == before
    # An arrow held down runs; the other keys are struck at a person's pace.
    assert monotonic() - began + keys * 0.3 + 6 * SECONDS_AN_ACT < ALLOWED_SECONDS


def test_checking_goes_from_page_to_page_and_says_so(house: House, screen: Callable[..., Page]) -> None:
    page = screen(house.address)
    page.goto(house.mend_address(2, 0))
    for number in (1, 2):
        page.click("[data-act=checked]")
        page.wait_for_url(house.mend_address(2, number))
    page.click("[data-act=checked]")
    expect(page.locator(".flashes")).to_contain_text("03版核对好了，这一期各版都核对好了。")
    with reading(house.engine) as session:
        rows = session.scalars(select(PageGeometry.checked_at).where(PageGeometry.page_id.in_(house.page_ids[2]))).all()
    assert rows == [NOW] * 3


def test_what_was_arranged_stays_when_somebody_was_faster(house: House, screen: Callable[..., Page]) -> None:
    page = screen(house.address)
    editor = Editor(page, Mouse(page))
    editor.open(house.mend_address(1, 1))
    editor.select([0])
    editor.act("[data-act=drop]")
    house.spoil(1, lambda articles, _: split(articles, 1))
    editor.act("[data-act=save]")
    expect(page.locator("[data-problem-line]")).to_contain_text("别人改过02版")
    assert editor.seen()[0].number == 0
    editor.act("[data-act=over]")
    expect(page.locator(".flashes")).to_contain_text("02版已保存。")
    assert editor.seen()[0].number == 0


def test_arrangement_outlives_a_sign_in_that_ran_out(house: House, screen: Callable[..., Page]) -> None:
    page = screen(house.address)
    editor = Editor(page, Mouse(page))
    editor.open(house.mend_address(1, 1))
    page.context.clear_cookies()
    editor.select([0])
    editor.act("[data-act=drop]")
    editor.act("[data-act=save]")
    expect(page.locator("[data-problem-line]")).to_contain_text("登录已经过期。您排的还在这里")
    window = page.context.new_page()
    sign_in(window, house.address, "editor")
    editor.save()
    assert editor.seen()[0].number == 0


def test_article_is_typed_on_a_page_without_letters(house: House, screen: Callable[..., Page]) -> None:
    page = screen(house.address)
    page.goto(house.mend_address(0, 4))
    page.click("[data-act=type]")
    page.fill("#type-heading", "寻猫启事")
    page.fill("#type-text", "猫走失了。\n请联系居委会。")
    page.click("[data-dialog=type] [value=yes]")
    expect(page.locator("[data-article='1'] .mend-title")).to_have_text("寻猫启事")
    page.click("[data-act=save]")
    expect(page.locator(".flashes")).to_contain_text("06版已保存。")
    assert [one for one in house.texts(0) if one[0] == "06"] == [("06", "寻猫启事", "", "", ("猫走失了。", "请联系居委会。"))]
