"""The practice reports, read from the file beside this module and checked once. Knows no database.

Papers, readers and passages are made up. The marked words of a passage stand between ⟦ and ⟧.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from bot.contest.annex import RowKind
from bot.contest.rules import DEFAULT_RULES
from models.enums import SCORING_VERDICTS, Doubling, Verdict

MINUTES = 10
"""How long twenty take, at half a minute each."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision on a practice report, the right one or a member's. `verdict` None: handed up (上报)."""

    verdict: Verdict | None
    row_code: str | None = None
    doubling: Doubling = Doubling.NONE
    marks: tuple[bool, bool, bool] = (False, False, False)

    @property
    def scoring(self) -> bool:
        return self.verdict in SCORING_VERDICTS


@dataclass(frozen=True, slots=True)
class Item:
    """One practice report. `passage`: before, the marked words, after. `finder`: the place among the finders, 0 for
    the same reader's repeat. `usage_spent_milli`: what he has of the cap on punctuation and number usage already."""

    code: str
    paper: str
    page: str
    article: str
    where: str
    passage: tuple[str, str, str]
    words: str
    wrong: str
    right: str
    reason: str
    note: str
    finder: int
    usage_spent_milli: int
    original: int | None
    answer: Answer
    also_rows: tuple[str, ...]
    why: str


@cache
def items() -> tuple[Item, ...]:
    """All of them, in the order in which they are practised. ValueError for a file that contradicts the rules."""
    text = resources.files("bot.practice").joinpath("data/reports.json").read_text(encoding="utf-8")
    found = tuple(_item(raw) for raw in json.loads(text))
    if len({item.code for item in found}) != len(found):
        raise ValueError("a practice report stands twice")
    return found


def _item(raw: dict[str, Any]) -> Item:
    answer = _answer(raw["answer"])
    for code in (answer.row_code, *raw.get("also_rows", ())):
        if code is not None and DEFAULT_RULES.row(code).kind is not RowKind.POINTS:
            raise ValueError(f"{raw['code']}: {code} cannot be picked")
    if answer.scoring != (answer.row_code is not None):
        raise ValueError(f"{raw['code']}: an accepted report has a row, and only that")
    if answer.doubling is not Doubling.NONE and not DEFAULT_RULES.row(answer.row_code or "").doubles:
        raise ValueError(f"{raw['code']}: {answer.row_code} is never doubled")
    return Item(
        code=raw["code"], paper=raw["paper"], page=raw["page"], article=raw["article"], where=raw["where"],
        passage=_passage(raw["passage"]), words=raw["words"], wrong=raw["wrong"], right=raw["right"],
        reason=raw["reason"], note=raw.get("note", ""), finder=raw.get("finder", 1),
        usage_spent_milli=raw.get("usage_spent_milli", 0), original=raw.get("original"), answer=answer,
        also_rows=tuple(raw.get("also_rows", ())), why=raw["why"],
    )


def _answer(raw: dict[str, Any]) -> Answer:
    verdict = None if raw["verdict"] == "escalated" else Verdict(raw["verdict"])
    place, correction, reason = raw.get("marks", (False, False, False))
    return Answer(verdict, raw.get("row"), Doubling(raw.get("doubling", "none")), (place, correction, reason))


def _passage(text: str) -> tuple[str, str, str]:
    before, _, rest = text.partition("⟦")
    marked, _, after = rest.partition("⟧")
    return before, marked, after
