"""Three newspapers of twelve pages in all, typeset from the demo's texts, each page hard in its own way.

柳湾 (5 pages): jump 下转3版 in the middle of a sentence, captions, a framed notice, a spread with a table, a page that
is only a picture. 梧桐里 (4 pages): no rules at all, five columns, a headline under its body, an advertisement, columns
of different widths. 柳湾 of the month before (3 pages): a headline beside its text, uneven column feet, a subhead.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.support.newsprint import Box, SetLine, Sheet, Story, as_pdf, columns, depth, lines_of
from tests.support.own_papers import LAST_MONTH, THIS_MONTH, own_papers

SIZE, LEADING, GUTTER = 10.5, 15.5, 14.0
LEFT, RIGHT, TOP = 30.0, 650.0, 58.0
JUMP, BACK = "（下转3版）", "（上接1版）"
JUMPING, STAY = "a3", 24
"""The story that jumps, and how many of its lines stay on the front page."""
TABLE = (("月份", "报修件数", "最多的一类"), ("三月", "二十一", "水管"), ("六月", "三十四", "电路"),
         ("九月", "二十七", "门窗"))  # fmt: skip


@dataclass
class Printed:
    """One PDF with the truth about it. `pages`: page number → sheet; the keys of `stories` are those of the letters."""

    paper: str
    month: str
    name: str
    stories: dict[str, Story]
    pages: dict[str, Sheet] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return as_pdf(self.pages.values(), seed=len(self.name))


@cache
def printed() -> tuple[Printed, ...]:
    """The three PDFs."""
    return (_liuwan(), _wutongli(), _before())


@dataclass
class Desk:
    """Places stories on one sheet, from the top down."""

    sheet: Sheet
    stories: dict[str, Story]
    right: float = RIGHT
    ruled: bool = True

    def head(self, number: str, name: str, date: str) -> None:
        self.sheet.text(number, LEFT, 22, 16)
        self.sheet.text(name, LEFT + 70, 25, 12)
        self.sheet.text(f"{date} 责任编辑/柳小满 美编/沙沙", self.right - 200, 28, 8)
        self.rule(54)

    def masthead(self) -> None:
        """The paper's name, its English name and the line with date and price."""
        name, english, line = self.stories["a1"].paragraphs
        self.sheet.text(name, 120, 20, 44, article="a1", unit=0, bold=True)
        self.sheet.text(english, 130, 68, 10, article="a1", unit=1)
        self.sheet.text(f"{line} 2026年11月8日出版", 130, 82, 9, article="a1", unit=2)
        self.rule(106)

    def rule(self, top: float) -> None:
        """A rule above what stands at `top`."""
        if self.ruled:
            self.sheet.rules.append((LEFT, top - 8, self.right, top - 8))

    def story(self, key: str, top: float, count: int, *, left: float = LEFT, right: float | None = None,
              size: float = 20.0, at: str = "above", extra: float = 0.0) -> float:  # fmt: skip
        """Headline and balanced columns; `at`: above, below or beside. Returns where the next thing may stand."""
        story, beside, begins = self.stories[key], 0.0, left
        right = right or self.right
        if at == "beside":
            beside = self.sheet.headline(key, story.title, left, top + 4, size * 4.6, size)
            begins = left + size * 5.2
        elif at == "above":
            top = self._titles(story, left, right, top, size)
        width = (right - begins - GUTTER * (count - 1)) / count
        lines = lines_of(story, width, SIZE)
        deep = depth(len(lines), count, SIZE, LEADING) + extra
        rest = self.sheet.body(key, lines, columns(begins, right, top, top + deep, count, GUTTER), SIZE, LEADING)
        assert not rest
        bottom = max(top + deep, beside)
        if at == "below":
            bottom = self._titles(story, left, right, bottom + 8, size) - 6
        return bottom + 16

    def _titles(self, story: Story, left: float, right: float, top: float, size: float) -> float:
        top = self.sheet.headline(story.key, story.title, left, top, right - left, size)
        if story.subtitle:
            top = self.sheet.headline(story.key, story.subtitle, left, top + 2, right - left, 13, unit=-2)
        return top + 5

    def piece(self, key: str, lines: Sequence[SetLine], top: float, count: int) -> float:
        """Some lines of a story that stands on two pages, across the page. Returns the bottom."""
        deep = depth(len(lines), count, SIZE, LEADING)
        assert not self.sheet.body(key, lines, columns(LEFT, RIGHT, top, top + deep, count, GUTTER), SIZE, LEADING)
        return top + deep

    def picture(self, box: Box, key: str) -> float:
        self.sheet.pictures.append(box)
        self.sheet.text(self.stories[key].paragraphs[0], box.left + 4, box.bottom + 4, 8, article=key)
        return box.bottom + 26

    def framed(self, key: str, top: float, left: float, right: float, count: int = 1, size: float = 14.0) -> float:
        bottom = self.story(key, top + 8, count, left=left + 8, right=right - 8, size=size)
        self.sheet.frames.append(Box(left, top, right, bottom - 8))
        return bottom + 4


def _stories(file: str) -> dict[str, Story]:
    raw: dict[str, Any] = json.loads(own_papers()[file])
    return {
        article["id"]: Story(article["id"], article["title"], tuple(article["paragraphs"]),
                             article["subtitle"] or "", article["byline"] or "")
        for page in raw["pages"] for article in page["articles"]
    }  # fmt: skip


def _liuwan() -> Printed:
    stories = _stories(f"liuwan-{THIS_MONTH}")
    stories["c1"] = Story("c1", "", ("老周（左）在教队员更换水龙头的阀芯。",))
    stories["c2"] = Story("c2", "", ("面店门口每天早上都排着队。",))
    stories["t1"] = Story("t1", "一年报修一览", tuple(" ".join(row) for row in TABLE))
    lines = lines_of(stories[JUMPING], (RIGHT - LEFT - 3 * GUTTER) / 4, SIZE)
    return Printed("社区晨报·柳湾", THIS_MONTH, "liuwan.pdf", stories, {
        "01": _front(stories, lines[:STAY]), "02": _second(stories), "03": _third(stories, lines[STAY:]),
        "04、05": _spread(stories), "06": Sheet(scanned=True),
    })  # fmt: skip


def _front(stories: dict[str, Story], stays: Sequence[SetLine]) -> Sheet:
    desk = Desk(Sheet(), stories)
    desk.masthead()
    top = desk.sheet.headline(JUMPING, stories[JUMPING].title, LEFT, 112, RIGHT - LEFT, 26) + 6
    bottom = desk.piece(JUMPING, stays, top, 4)
    desk.sheet.text(JUMP, RIGHT - 6 * SIZE, bottom + 6, SIZE)
    desk.rule(bottom + 40)
    top = desk.story("a4", bottom + 40, 4, size=18)
    desk.picture(Box(LEFT, top, LEFT + 250, top + 150), "c1")
    desk.framed("a5", top, LEFT + 270, RIGHT, 2)
    return desk.sheet


def _second(stories: dict[str, Story]) -> Sheet:
    desk = Desk(Sheet(), stories)
    desk.head("02", "身边", "2026.11.8")
    top = desk.story("a6", TOP, 4, size=24)
    desk.rule(top)
    half = (LEFT + RIGHT) / 2
    low = desk.story("a7", top, 2, right=half - 10, size=17)
    top = max(low, desk.picture(Box(half + 10, top, RIGHT, top + 130), "c2"))
    desk.rule(top)
    desk.story("a8", top, 2, right=half - 10, size=17)
    desk.story("a9", top, 2, left=half + 10, size=16)
    return desk.sheet


def _third(stories: dict[str, Story], rest: Sequence[SetLine]) -> Sheet:
    desk = Desk(Sheet(), stories)
    desk.head("03", "民生", "2026.11.8")
    top = desk.story("a10", TOP, 4, size=22)
    desk.rule(top)
    desk.sheet.text(BACK, LEFT, top, SIZE)
    top = desk.piece(JUMPING, rest, top + 16, 4) + 16
    desk.rule(top)
    split = LEFT + (RIGHT - LEFT) * 2 / 3
    low = desk.story("a12", top, 2, right=split - 10, size=17)
    top = max(low, desk.framed("a11", top, split + 10, RIGHT) + 14)
    desk.rule(top)
    desk.story("a13", top, 4, size=18)
    return desk.sheet


def _spread(stories: dict[str, Story]) -> Sheet:
    desk = Desk(Sheet(width=1360.0), stories, right=1330.0)
    desk.head("04、05", "专题", "2026.11.8")
    top = desk.story("a15", TOP, 8, size=34)
    desk.rule(top)
    low = desk.story("a17", top, 4, right=670, size=20)
    top = max(low, desk.story("a18", top, 4, left=690, size=20)) + 10
    desk.sheet.headline("t1", stories["t1"].title, LEFT, top, 300, 15)
    desk.sheet.table("t1", TABLE, LEFT, top + 24, (80, 100, 120), SIZE)
    desk.story("a16", top, 3, left=380, size=18)
    return desk.sheet


def _wutongli() -> Printed:
    made = Printed("社区晨报·梧桐里", THIS_MONTH, "wutongli.pdf", _stories(f"wutongli-{THIS_MONTH}"))
    desks = {number: Desk(Sheet(), made.stories, ruled=False) for number in ("01", "02", "03", "04")}
    made.pages = {number: desk.sheet for number, desk in desks.items()}
    desk = desks["01"]
    desk.masthead()
    desk.story("a4", desk.story("a3", 112, 5, size=26) + 8, 5, size=20)
    desk = desks["02"]
    desk.head("02", "身边", "2026.11.8")
    top = desk.story("a6", TOP, 5, at="below", size=24)
    top = desk.story("a7", top + 16, 5, size=20) + 4
    split = LEFT + (RIGHT - LEFT) * 0.6
    desk.story("a8", top, 3, right=split - 10, size=17)
    desk.story("a9", top, 2, left=split + 10, size=14)
    desk = desks["03"]
    desk.head("03", "绿色", "2026.11.8")
    top = desk.story("a10", TOP, 4, size=26) + 4
    low = desk.story("a11", top, 3, size=20, right=LEFT + 435)
    desk.story("a13", max(low, desk.framed("a12", top, LEFT + 455, RIGHT) + 14) + 4, 4, size=18)
    desk = desks["04"]
    desk.head("04", "民生", "2026.11.8")
    low = desk.story("a14", TOP, 3, right=LEFT + 370, size=20)
    top = desk.story("a17", max(low, desk.story("a15", TOP, 2, left=LEFT + 390, size=16)) + 4, 4, size=18)
    desk.framed("a28", top + 10, LEFT, LEFT + 300, 2, size=18)
    desk.framed("a16", top + 10, LEFT + 320, RIGHT, 2)
    return made


def _before() -> Printed:
    stories = _stories(f"liuwan-{LAST_MONTH}")
    more = _stories(f"liuwan-{THIS_MONTH}")
    stories |= {key: more[key] for key in ("a19", "a20", "a21", "a22", "a23", "a24", "a28", "a29")}
    long = stories["a22"]
    stories["a22"] = Story("a22", long.title, (*long.paragraphs[:2], "■一枚顶针用了三十年", *long.paragraphs[2:]),
                           long.subtitle, long.byline)  # fmt: skip
    made = Printed("社区晨报·柳湾", LAST_MONTH, "liuwan-10.pdf", stories)
    desks = {number: Desk(Sheet(), stories) for number in ("01", "02", "03")}
    made.pages = {number: desk.sheet for number, desk in desks.items()}
    for number, name in (("01", "头版"), ("02", "民生"), ("03", "健康")):
        desks[number].head(number, name, "2026.10.10")
    desk = desks["01"]
    top = desk.story("a2", TOP, 4, size=28)
    desk.rule(top)
    top = desk.story("a19", top, 4, size=20, extra=LEADING * 2)
    desk.rule(top)
    desk.story("a23", top, 4, size=20)
    desk = desks["02"]
    top = desk.story("a22", TOP, 5, size=24)
    desk.rule(top)
    top = desk.story("a24", top, 3, size=20, at="beside")
    desk.rule(top)
    desk.story("a28", top, 4, size=18)
    desk = desks["03"]
    split = LEFT + (RIGHT - LEFT) * 0.5
    low = desk.story("a6", TOP, 2, right=split - 8, size=16)
    top = max(low, desk.story("a29", TOP, 2, left=split + 8, size=16))
    desk.rule(top)
    top = desk.story("a20", top, 4, size=18)
    desk.rule(top)
    desk.story("a21", top, 4, size=18)
    return made
