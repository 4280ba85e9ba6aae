"""`python -m tests.bench.thresholds [--write] [NAME ...]`: what each number that judges is worth.

Every threshold of bot/understanding/thresholds.py is moved by a quarter down and up, alone, and the conversations
fully right are counted again in our tuned part and, with WOODPECKER_CORPUS set, in dev.jsonl. The unseen part is left
out on purpose: it must not choose numbers. `--write` puts values and effects into the table of docs/understanding.md;
names restrict it to these. A row for a new threshold is written by hand.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

PAGE = Path(__file__).parents[2] / "docs" / "understanding.md"
TOLERANCE = "tolerance"
AT_LENGTHS = (4, 5, 8, 12, 20, 40)
Counts = dict[str, int]
"""Conversations fully right by set, and `misplaced` reports of all sets together."""


def thresholds() -> ModuleType:
    return importlib.import_module("bot.understanding.thresholds")


def numbers() -> dict[str, int | float]:
    """Every number of the module by its name, in its order."""
    return {name: value for name, value in vars(thresholds()).items()
            if name.isupper() and isinstance(value, int | float)}  # fmt: skip


def shown_values() -> dict[str, str]:
    """Name → value as the table shows it, `tolerance` with its steps."""
    steps = ", ".join(str(thresholds().tolerance(length)) for length in AT_LENGTHS)
    lengths = ", ".join(map(str, AT_LENGTHS))
    return {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in numbers().items()} | {
        TOLERANCE: f"{steps} at {lengths} letters"}  # fmt: skip


def moved(value: float) -> tuple[float, float]:
    """A quarter less and a quarter more; whole numbers by at least one, never under one; shares at most 1."""
    if isinstance(value, int):
        step = max(1, round(value / 4))
        return max(1, value - step), value + step
    return value * 0.75, min(value * 1.25, 1.0)


def counts(name: str | None = None, value: float = 0.0) -> Counts:
    """Counted in this process, with one threshold replaced before anything has read it."""
    if name == TOLERANCE:
        true = thresholds().tolerance
        setattr(thresholds(), TOLERANCE, lambda length: max(0, true(length) + int(value)))
    elif name is not None:
        setattr(thresholds(), name, value)
    figures = importlib.import_module("tests.support.figures")
    gold = importlib.import_module("tests.support.gold")
    own = importlib.import_module("tests.support.own_conversations")
    found = {"tune": own.measured("tune")}
    corpus = os.environ.get("WOODPECKER_CORPUS")
    if corpus:
        file = Path(corpus) / "dev.jsonl"
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        found["dev"] = figures.figures(lines, gold.predictions(Path(corpus) / "papers", file))
    misplaced = sum(one[figures.CONFIDENTLY_WRONG][0] for one in found.values())
    return {name: one["lines_right"][0] for name, one in found.items()} | {"misplaced": misplaced}


def _apart(case: tuple[str, float]) -> Counts:
    """The same in a process of its own: modules copy the numbers when they are imported."""
    command = [sys.executable, "-m", "tests.bench.thresholds", "--one", case[0], str(case[1])]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    found: Counts = json.loads(done.stdout)
    return found


def _effect(base: Counts, now: Counts) -> str:
    """`tune −2, dev +1`; empty where nothing moves."""
    changes = [(name, now[name] - base[name]) for name in base]
    return ", ".join(f"{name} {'+' if change > 0 else '−'}{abs(change)}" for name, change in changes if change)


def effects(base: Counts, names: list[str]) -> dict[str, str]:
    """Name → what moving it does; all of them where none is named."""
    cases = [(name, to) for name, value in numbers().items() for to in moved(value)]
    cases += [(TOLERANCE, -1), (TOLERANCE, 1)]
    cases = [case for case in cases if not names or case[0] in names]
    with ThreadPoolExecutor(2) as pool:
        results = dict(zip(cases, pool.map(_apart, cases), strict=True))
    said: dict[str, str] = {}
    for (name, to), result in results.items():
        effect = _effect(base, result)
        if effect:
            said[name] = "; ".join(filter(None, (said.get(name), f"{to:g}: {effect}")))
    return {name: said.get(name, "nothing") for name, _ in cases}


def rows(text: str) -> dict[str, list[str]]:
    """Name → cells of the table's rows in the page."""
    found = re.findall(r"^\| `(\w+)` \|(.*)\|$", text, re.MULTILINE)
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in found}


def written(text: str, said: dict[str, str]) -> str:
    """The page with present values and effects in its table; a threshold without a row is left to a test to tell."""
    values = shown_values()

    def row(found: re.Match[str]) -> str:
        name, cells = found.group(1), [cell.strip() for cell in found.group(2).split("|")]
        if name not in said:
            return found.group()
        return f"| `{name}` | " + " | ".join([values[name], *cells[1:-1], said[name]]) + " |"

    return re.sub(r"^\| `(\w+)` \|(.*)\|$", row, text, flags=re.MULTILINE)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        name, raw = arguments[1:]
        value = float(raw)
        whole = name == TOLERANCE or isinstance(numbers()[name], int)
        print(json.dumps(counts(name, int(value) if whole else value)))
        return
    base = counts()
    print(f"As it is: {base}")
    said = effects(base, [name for name in arguments if not name.startswith("--")])
    for name, effect in said.items():
        print(f"{name:<22}{shown_values()[name]:<10}{effect}")
    if "--write" in arguments:
        PAGE.write_text(written(PAGE.read_text("utf-8"), said), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
