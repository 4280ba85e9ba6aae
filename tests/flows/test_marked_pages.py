"""Sixty planted errors through both front doors: told to the account, marked on the page that the editors see.

Three typeset newspapers are imported, every planted error is sent as a reader's message to the account, and each
report is opened in a real browser on a desk's screen and on a phone's. What counts is where the mark stands on the
screen, held against the typesetter's own record of where he printed each letter.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page
from sqlalchemy import select

from bot.audit import OPERATOR
from bot.members.staff import add_staff
from models.enums import Role
from models.papers import Page as PageRow
from models.reports import Report
from models.session import make_engine, reading, writing
from tests.support.browser import browser
from tests.support.databases import Databases
from tests.support.newsprint import NO_FONT, Letter, Sheet, cannot_typeset
from tests.support.press import Printed, printed
from tests.support.print_shop import bring, pictures, quoting
from tests.support.site import Site
from tests.support.slips import Slip, slips
from tests.support.world import at

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.skipif(cannot_typeset(), reason=NO_FONT)]

NOW = at("11-12 09:00")
PASSWORD = "woodpecker-of-the-desk"
SCREENS = {"desk": (1440, 1000), "phone": (390, 844)}
LOOKED_AT = 15
"""So many reports are compared by their ink, on both screens."""
LEAST_ALIKE, ELSEWHERE = 0.7, 0.4
"""How alike the ink is under a mark and where the words were printed, at least; and a line below, at most."""
LARGEST = 1.6
"""A mark covers the words' area at most so many times."""
MARKS = """async () => Promise.all([...document.querySelectorAll("main .page-crop")].map(async crop => {
  const box = one => { const r = one.getBoundingClientRect(); return [r.left + scrollX, r.top + scrollY, r.width, r.height]; };
  const img = crop.querySelector("img"), svg = crop.querySelector("svg.page-marks");
  img.loading = "eager";
  await img.decode().catch(() => null);
  return {page: Number(svg.dataset.page), address: img.src, drawn: img.complete && img.naturalWidth > 0, img: box(img),
          marks: [...svg.querySelectorAll(".own-mark rect.mark")].map(box)};
}))"""
SIDES = ("left", "top", "right", "bottom")


@dataclass(frozen=True)
class Case:
    """A planted error with the report that a reader's message about it became."""

    paper: Printed
    slip: Slip
    report: int


@dataclass(frozen=True)
class Mark:
    """A mark as seen: on the screen in pixels, and on its page in points (left, top, right, bottom)."""

    page: str
    screen: tuple[float, float, float, float]
    paper: tuple[float, float, float, float]


@dataclass(frozen=True)
class Newsroom:
    address: str
    cases: list[Case]
    page_numbers: dict[int, str]


@pytest.fixture(scope="module")
def newsroom(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """The papers imported, the messages sent to the account, the console up."""
    url = sqlite_databases.fresh()
    site = Site(tmp_path_factory.mktemp("marked") / "site", url)
    site.stand_at(NOW)
    engine = make_engine(url)
    try:
        with writing(engine) as session:
            bring(session, site.settings, 0, 1, 2, now=NOW, contest=True)
            add_staff(session, login="jia", display_name="编辑甲", password=PASSWORD, role=Role.EDITOR, actor=OPERATOR, now=NOW)
        site.start_web("waitress")
        planted = [(paper, slip) for paper in printed() for slip in slips(paper)][:60]
        for n, (paper, slip) in enumerate(planted):
            assert site.send(site.text(f"o{n:027}", quoting(paper, slip), msg_id=n + 1)) is not None
        with reading(engine) as session:
            numbers = session.scalars(select(Report.id).order_by(Report.message_id)).all()
            pages = {row.id: row.number for row in session.scalars(select(PageRow))}
        assert len(numbers) == len(planted) == 60
        yield Newsroom(f"http://127.0.0.1:{site.port}",
                       [Case(*one, number) for one, number in zip(planted, numbers, strict=True)], pages)
    finally:
        site.close()
        engine.dispose()
        sqlite_databases.drop(url)


def sheet_of(case: Case, number: str) -> Sheet:
    return case.paper.pages[number]


def letters_of(case: Case) -> list[tuple[str, Letter]]:
    """The letters of the wrong words as they were printed, each with its page."""
    slip = case.slip
    meant = range(slip.offset, slip.offset + len(slip.wrong))
    return [(number, letter) for number, sheet in case.paper.pages.items() for letter in sheet.letters
            if letter.article == slip.article and letter.unit == slip.unit and letter.offset in meant]  # fmt: skip


def seen(page: Page, case: Case, numbers: dict[int, str]) -> list[Mark]:
    """Every mark of the report on the screen as it is now."""
    found = []
    for crop in page.evaluate(MARKS):
        assert crop["drawn"], crop["address"]
        asked = parse_qs(urlsplit(crop["address"]).query)
        left, top, right, bottom = (int(asked[side][0]) / 10_000 for side in SIDES)
        sheet = sheet_of(case, numbers[crop["page"]])
        x, y, width, height = crop["img"]

        def on_paper(across: float, down: float) -> tuple[float, float]:
            return ((left + (across - x) / width * (right - left)) * sheet.width,  # noqa: B023 - called in this turn
                    (top + (down - y) / height * (bottom - top)) * sheet.height)  # noqa: B023

        for a, b, wide, high in crop["marks"]:
            found.append(Mark(numbers[crop["page"]], (a, b, a + wide, b + high),
                              (*on_paper(a, b), *on_paper(a + wide, b + high))))
    return found


def judged(case: Case, marks: list[Mark]) -> str:
    """right: the middle of every printed letter lies in a mark, and the marks are hardly larger; wrong: beside them."""
    if not marks:
        return "none"
    letters = letters_of(case)
    hit = all(
        any(number == mark.page and mark.paper[0] <= (one.box.left + one.box.right) / 2 <= mark.paper[2]
            and mark.paper[1] <= (one.box.top + one.box.bottom) / 2 <= mark.paper[3] for mark in marks)
        for number, one in letters if one.text.isalnum())  # fmt: skip
    drawn = sum((mark.paper[2] - mark.paper[0]) * (mark.paper[3] - mark.paper[1]) for mark in marks)
    meant = sum((one.box.right - one.box.left) * one.size for _, one in letters)
    return "right" if hit and drawn <= LARGEST * meant else "wrong"


def alike(case: Case, mark: Mark, page: Page, *, lower: float = 0.0) -> float:
    """How much the ink under the mark is that of the letters that were printed: 1 the same, about 0 anything else.

    What lies under the mark on the screen is held against the page's picture where the typesetter put the letters,
    however the mark came to its place; or against what stands `lower` by so many lines.
    """
    inside = [one for number, one in letters_of(case) if number == mark.page
              and mark.paper[0] - 1 <= (one.box.left + one.box.right) / 2 <= mark.paper[2] + 1
              and mark.paper[1] - 1 <= (one.box.top + one.box.bottom) / 2 <= mark.paper[3] + 1]  # fmt: skip
    if not inside:
        return 0.0
    picture = page_picture(case, mark.page)
    by, down = picture.width / sheet_of(case, mark.page).width, lower * inside[0].size * 1.4
    true = (min(one.box.left for one in inside) * by, (min(one.box.top for one in inside) + down) * by,
            max(one.box.right for one in inside) * by, (max(one.box.bottom for one in inside) + down) * by)  # fmt: skip
    left, top, right, bottom = mark.screen
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True, clip=clip))).convert("L")
    return correlation(shot, picture.resize(shot.size, Image.Resampling.LANCZOS, box=true))


@cache
def _pictures(paper: int) -> list[Image.Image]:
    return [Image.open(io.BytesIO(data)).convert("L") for data, _, _ in pictures(paper)]


def page_picture(case: Case, number: str) -> Image.Image:
    paper = printed().index(case.paper)
    return _pictures(paper)[list(case.paper.pages).index(number)]


def correlation(one: Image.Image, two: Image.Image) -> float:
    """Of the grey values of two pictures of one size, their rims left out (the mark's own line lies there)."""
    inner = (3, 3, one.width - 3, one.height - 6)
    a, b = list(one.crop(inner).get_flattened_data()), list(two.crop(inner).get_flattened_data())
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    both = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    spread = math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))
    return both / spread if spread else 0.0


def sign_in(page: Page, address: str) -> None:
    page.goto(address)
    page.fill("input[name=login]", "jia")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda now: "sign-in" not in now)


def test_marks_cover_the_words_on_the_desk_and_on_the_phone(newsroom: Newsroom) -> None:
    outcome: dict[str, Counter[str]] = {screen: Counter() for screen in SCREENS}
    ink: dict[str, list[float]] = {screen: [] for screen in SCREENS}
    other: list[float] = []
    with browser() as opened:
        page = opened.new_context(viewport={"width": 1440, "height": 1000}, device_scale_factor=2, locale="zh-CN").new_page()
        sign_in(page, newsroom.address)
        for case in newsroom.cases:
            page.goto(f"{newsroom.address}/reports/{case.report}", wait_until="load")
            for screen, (width, height) in SCREENS.items():
                page.set_viewport_size({"width": width, "height": height})
                marks = seen(page, case, newsroom.page_numbers)
                said = judged(case, marks)
                outcome[screen][said] += 1
                if said == "right" and len(ink[screen]) < LOOKED_AT:
                    ink[screen].append(min(alike(case, mark, page) for mark in marks))
                    other.append(alike(case, marks[0], page, lower=1.0))
    for screen in SCREENS:
        assert outcome[screen]["wrong"] == 0, outcome
        assert outcome[screen]["right"] >= 57, outcome
        assert len(ink[screen]) == LOOKED_AT
        assert min(ink[screen]) >= LEAST_ALIKE, ink
    assert max(other) <= ELSEWHERE
