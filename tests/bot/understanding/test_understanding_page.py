"""docs/understanding.md says what is: every module, every threshold with its present value, the recorded figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bot.understanding
from tests.bench.thresholds import PAGE, numbers, rows, shown_values
from tests.bench.understanding import into_page
from tests.support.figures import IN_A_ROW
from tests.support.own_conversations import FILES, REFRESH, recorded

MODULES = sorted(path.name for path in Path(bot.understanding.__file__).parent.rglob("*.py"))
WRITE = "python -m tests.bench.thresholds --write"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text("utf-8")


def test_every_threshold_stands_in_the_table_with_its_present_value(page: str) -> None:
    table = {name: cells[0] for name, cells in rows(page).items()}
    assert table == shown_values(), f"add a row by hand (value and effect: `{WRITE}`)"


def test_every_threshold_says_what_for_whence_and_what_hangs_on_it(page: str) -> None:
    assert [name for name, cells in rows(page).items() if len(cells) != 4 or not all(cells) or "?" in cells] == []


def test_numbers_that_judge_are_found_in_their_module() -> None:
    assert {"SHORT", "MARGIN", "BEST_CANDIDATES"} <= numbers().keys()


def test_every_module_has_its_place_in_the_method(page: str) -> None:
    assert [name for name in MODULES if f"`{name}`" not in page] == []


@pytest.mark.parametrize("file", FILES)
def test_the_figures_shown_are_those_on_record(page: str, file: str) -> None:
    found = re.search(rf"<!-- sets -->\n```text\n.*?^{file} +\d+ +([^\n]*)$.*?```", page, re.DOTALL | re.MULTILINE)
    assert found is not None, f"run `{REFRESH}`"
    shares = [None if cell == "-" else float(cell) for cell in found.group(1).split()]
    assert shares == [recorded(file)[name] for name in IN_A_ROW.values()], f"run `{REFRESH}`"


def test_a_block_is_replaced_and_its_neighbours_are_not() -> None:
    text = "<!-- a -->\n```text\nold\n```\n\n<!-- b -->\n```text\nstays\n```\n"
    assert into_page(text, {"a": ["1", r"\2"]}) == text.replace("old", "1\n\n\\2")
