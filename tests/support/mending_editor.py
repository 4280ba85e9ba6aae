"""An editor at the mending screen who knows what is printed: sees what stands where it should not, and mends it by hand.

He sees what a person sees (the lines and whose they are), and every act of his hand is counted. `Mouse` and `Finger` are
his hands.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from playwright.sync_api import CDPSession, Page, expect

from bot.catalogue.boxes import PageBoxes, decode
from bot.catalogue.exchange import PageForm
from tests.support.newsprint import BYLINE, SUBTITLE, TITLE, Letter, Sheet

SECONDS_AN_ACT = 2.0
"""A person's pace: looks, reaches, clicks."""
PARTS = {"标题": "title", "副题": "subtitle", "正文": "body", "": ""}
PART_OF_UNIT = {TITLE: "title", SUBTITLE: "subtitle", BYLINE: "body"}


@dataclass(frozen=True, slots=True)
class Meant:
    """What a line is in truth: its story ("" is furniture) and its part."""

    story: str
    part: str


def truth_of(sheet: Sheet, form: PageForm) -> list[Meant]:
    """For every line of the imported page what the typesetter set there."""
    page = decode(form.boxes)
    drawn: dict[str, list[Letter]] = {}
    for letter in sheet.letters:
        drawn.setdefault(letter.text, []).append(letter)
    return [_most(page, line.first, line.letters, form, drawn) for line in page.lines]


def _most(page: PageBoxes, first: int, letters: int, form: PageForm, drawn: dict[str, list[Letter]]) -> Meant:
    counted: Counter[Meant] = Counter()
    for n in range(first, first + letters):
        box = page.boxes[n]
        x, y = (box[0] + box[2]) / 131070 * form.width, (box[1] + box[3]) / 131070 * form.height
        for one in drawn.get(page.text[n], ()):
            if abs((one.box.left + one.box.right) / 2 - x) < 0.2 * one.size and abs(
                    (one.box.top + one.box.bottom) / 2 - y) < 0.2 * one.size:  # fmt: skip
                counted[Meant(one.article, PART_OF_UNIT.get(one.unit, "body") if one.article else "")] += 1
                break
    return counted.most_common(1)[0][0]


Box = tuple[float, float, float, float]


class Hand(Protocol):
    def tap(self, x: float, y: float, *, more: bool) -> None: ...

    def drag(self, box: Box, *, more: bool) -> None: ...

    def press(self, selector: str) -> None: ...


class Mouse:
    def __init__(self, page: Page) -> None:
        self.page = page

    def tap(self, x: float, y: float, *, more: bool) -> None:
        if more:
            self.page.keyboard.down("Control")
        self.page.mouse.click(x, y)
        if more:
            self.page.keyboard.up("Control")

    def drag(self, box: Box, *, more: bool) -> None:
        if more:
            self.page.keyboard.down("Shift")
        self.page.mouse.move(box[0], box[1])
        self.page.mouse.down()
        self.page.mouse.move((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        self.page.mouse.move(box[2], box[3])
        self.page.mouse.up()
        if more:
            self.page.keyboard.up("Shift")

    def press(self, selector: str) -> None:
        self.page.click(selector)


class Finger:
    """Touches as the browser gets them from a phone's screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screen: CDPSession = page.context.new_cdp_session(page)

    def _touch(self, kind: str, *points: tuple[float, float]) -> None:
        self.screen.send("Input.dispatchTouchEvent",
                         {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})  # fmt: skip

    def tap(self, x: float, y: float, *, more: bool) -> None:
        """A touch always adds, unless an act came before it."""
        self.page.touchscreen.tap(x, y)

    def drag(self, box: Box, *, more: bool = True) -> None:
        left, top, right, bottom = box
        self._touch("touchStart", (left, top))
        for n in range(1, 9):
            self._touch("touchMove", (left + (right - left) * n / 8, top + (bottom - top) * n / 8))
        self._touch("touchEnd")

    def press(self, selector: str) -> None:
        self.page.tap(selector)


@dataclass(frozen=True, slots=True)
class Seen:
    """A line as the screen shows it: the number of its article (0: none) and its part."""

    number: int
    part: str


class Editor:
    def __init__(self, page: Page, hand: Hand) -> None:
        self.page, self.hand = page, hand
        self.acts = 0

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.page.wait_for_selector("svg.mend-page rect.mend-line, [data-typed]:not([hidden])")
        self.data: dict[str, Any] = json.loads(html.unescape(self.page.get_attribute("#mend", "data-mend") or "{}"))

    # What he sees

    def seen(self) -> list[Seen]:
        labels = self.page.eval_on_selector_all(".mend-line", "all => all.map(one => one.getAttribute('aria-label'))")
        found = [re.match(r"第(\d+)篇(标题|副题|正文)：|不属于文章：", label) for label in labels]
        return [Seen(int(m[1] or 0), PARTS[m[2] or ""]) for m in found if m]

    def numbers(self, truth: Sequence[Meant]) -> dict[str, int]:
        """Story → the number of the article that is mostly his; a story without one is not there."""
        seen = self.seen()
        inside: dict[int, Counter[str]] = {}
        for line, true in zip(seen, truth, strict=True):
            if line.number:
                inside.setdefault(line.number, Counter())[true.story] += 1
        found: dict[str, tuple[int, int]] = {}
        for number, stories in inside.items():
            story, count = stories.most_common(1)[0]
            if count > found.get(story, (0, 0))[1]:
                found[story] = (count, number)
        return {story: number for story, (_, number) in found.items()}

    # What he does

    def act(self, selector: str) -> None:
        self.acts += 1
        self.hand.press(selector)

    def select(self, lines: Sequence[int]) -> None:
        """Chooses exactly these lines, by boxes drawn around those that stand together."""
        for n, run in enumerate(self._runs(lines)):
            self._reveal(run)
            left, top, right, bottom = self._on_screen(run)
            self.acts += 1
            if len(run) == 1:
                self.hand.tap((left + right) / 2, (top + bottom) / 2, more=n > 0)
            else:
                self.hand.drag((left - 2, top - 1, right + 2, bottom + 1), more=n > 0)
        chosen = self.page.eval_on_selector_all(".mend-line.chosen", "all => all.map(one => Number(one.id.slice(5)))")
        assert sorted(chosen) == sorted(lines), f"meant and not chosen or the other way round: {set(chosen) ^ set(lines)}"

    def _runs(self, lines: Sequence[int]) -> list[list[int]]:
        wanted, runs, caught = set(lines), list[list[int]](), set[int]()
        for line in sorted(lines, key=lambda n: (self.data["lines"][n][1] // 300, self.data["lines"][n][2])):
            if line in caught:
                continue
            if runs and len(runs[-1]) < 25 and self._caught([*runs[-1], line]) <= wanted:
                runs[-1].append(line)
            else:
                runs.append([line])
            caught |= self._caught(runs[-1]) if len(runs[-1]) > 1 else {line}
        return runs

    def _caught(self, run: Sequence[int]) -> set[int]:
        """The lines that a box around these ones would catch."""
        boxes = [self.data["lines"][n] for n in run]
        left, top, right, bottom = (min(b[1] for b in boxes), min(b[2] for b in boxes),
                                    max(b[3] for b in boxes), max(b[4] for b in boxes))  # fmt: skip
        return {n for n, line in enumerate(self.data["lines"]) if top - 20 <= (line[2] + line[4]) / 2 <= bottom + 20
                and min(line[3], right + 40) - max(line[1], left - 40) > 0.35 * (line[3] - line[1])}  # fmt: skip

    def _reveal(self, run: Sequence[int]) -> None:
        """Scrolls where a run is not wholly in view; that is an act too."""
        hidden = self.page.evaluate("""([first, last]) => {
          const view = document.querySelector(".mend-frame").getBoundingClientRect();
          const foot = document.querySelector(".mend-acts").getBoundingClientRect();
          const floor = Math.min(view.bottom, foot.top, innerHeight) - 2;
          const ends = () => [first, last].map(n => document.getElementById("line-" + n).getBoundingClientRect());
          const out = () => ends().some(e => e.top < Math.max(view.top, 50) + 2 || e.bottom > floor ||
            e.left < view.left || e.right > view.right);
          if (!out()) return false;
          const middle = ends().reduce((sum, e) => sum + (e.top + e.bottom) / 4, 0);
          const frame = document.querySelector(".mend-frame");
          frame.scrollTop += middle - (Math.max(view.top, 50) + floor) / 2;
          const across = ends().reduce((sum, e) => sum + (e.left + e.right) / 4, 0);
          frame.scrollLeft += across - (view.left + view.right) / 2;
          return true;
        }""", [run[0], run[-1]])
        self.acts += bool(hidden)

    def _on_screen(self, run: Sequence[int]) -> Box:
        sides = self.page.evaluate("""run => run.map(n => document.getElementById("line-" + n).getBoundingClientRect())
          .map(one => [one.left, one.top, one.right, one.bottom])""", list(run))
        return (min(s[0] for s in sides), min(s[1] for s in sides), max(s[2] for s in sides), max(s[3] for s in sides))

    def mend(self, truth: Sequence[Meant]) -> None:
        """Brings every line of the page to its story and its part."""
        for story in dict.fromkeys(true.story for true in truth if true.story):
            self._gather(story, truth)
        strays = [n for n, (line, true) in enumerate(zip(self.seen(), truth, strict=True)) if line.number and not true.story]
        if strays:
            self.select(strays)
            self.act("[data-act=drop]")
        for name in ("title", "subtitle", "body"):
            self._set_parts(name, truth)

    def _gather(self, story: str, truth: Sequence[Meant]) -> None:
        lines = [n for n, true in enumerate(truth) if true.story == story]
        number = self.numbers(truth).get(story)
        if number is None:
            self.select(lines)
            self.act("[data-act=apart]")
            return
        seen = self.seen()
        wrong = [n for n in lines if seen[n].number != number]
        whole = {seen[n].number for n in wrong}
        if len(whole) == 1 and whole == {number + 1} and sum(s.number == number + 1 for s in seen) == len(wrong):
            self.act(f'[data-article="{number + 1}"] [data-of=pick]')
            self.act(f'[data-article="{number + 1}"] [data-of=join]')
        elif wrong:
            self.select(wrong)
            self.act(f'[data-number="{number}"]')

    def _set_parts(self, name: str, truth: Sequence[Meant]) -> None:
        titled = {true.story for true in truth if true.part == "title"}  # a masthead's name may be either
        wrong = [n for n, (line, true) in enumerate(zip(self.seen(), truth, strict=True))
                 if true.story in titled and true.part == name and line.part != name]  # fmt: skip
        if wrong:
            self.select(wrong)
            self.act(f"[data-act={name}]")

    def join_elsewhere(self, number: int, page: str, title: str) -> None:
        """The article with this number goes on behind one of another page."""
        if not self.page.locator(f'[data-article="{number}"].current').count():
            self.act(f'[data-article="{number}"] [data-of=pick]')
        self.act(f'[data-article="{number}"] [data-of=away]')
        self.page.select_option("#join-page", label=f"{page}版")
        self.page.select_option("#join-article", label=title)
        self.acts += 2
        self.act("[data-dialog=join] [value=yes]")

    def save(self) -> None:
        self.act("[data-act=save]")
        expect(self.page.locator(".flashes")).to_contain_text("已保存")
