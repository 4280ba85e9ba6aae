"""The errors planted in the demo's texts, as they stand in the typeset newspapers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from tests.support.newsprint import SUBTITLE, TITLE, Story
from tests.support.press import Printed

FOLDERS = ("this_month", "last_month")


@dataclass(frozen=True, slots=True)
class Slip:
    """`wrong` stands at `offset` of the unit; `quoted` are words around it, as a reader copies them."""

    article: str
    title: str
    page: str
    unit: int
    offset: int
    wrong: str
    right: str
    quoted: str


def slips(paper: Printed) -> list[Slip]:
    """Every planted error that was typeset, once each, where the words are printed only once in their article."""
    found: list[Slip] = []
    on = {letter.article: number for number, sheet in reversed(paper.pages.items()) for letter in sheet.letters}
    for folder in FOLDERS:
        for raw in json.loads((resources.files("bot.demo") / "data" / folder / "errata.json").read_text("utf-8")):
            slip = _slip(paper.stories.get(raw["article"]), raw, on)
            if slip is not None and raw["paper"] == paper.paper and all(slip.wrong != other.wrong for other in found):
                found.append(slip)
    return found


def _slip(story: Story | None, raw: dict[str, Any], on: dict[str, str]) -> Slip | None:
    wrong, right = raw["wrong"], raw["right"]
    if story is None or story.key not in on or not wrong or not right or len(wrong) < 2:
        return None
    units = {TITLE: story.title, SUBTITLE: story.subtitle, **dict(enumerate(story.paragraphs))}
    homes = [(unit, text) for unit, text in units.items() if text.count(wrong) == 1]
    if len(homes) != 1:
        return None
    unit, text = homes[0]
    at = text.find(wrong)
    quoted = text[max(0, at - 6) : at + len(wrong) + 6].strip("，。、；：“”‘’（）《》 ")
    return Slip(story.key, story.title, on[story.key], unit, at, wrong, right, quoted)
