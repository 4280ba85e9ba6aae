"""The project's own conversations played through `read`, their figures, and those on record (the floor).

Of `unseen.jsonl` only figures leave this module, never a line.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from tests.support.figures import Figure, figures, percent
from tests.support.gold import predictions
from tests.support.own_papers import write_own_papers

FOLDER = Path(__file__).parents[1] / "data" / "conversations"
FILES = ("tune", "unseen")
RECORD = FOLDER / "figures.json"
REFRESH = "python -m tests.bench.understanding --record"
Percentages = dict[str, float | None]


def measured(file: str) -> dict[str, Figure]:
    """The figures of one file, `tune` or `unseen`, as the understanding is now."""
    gold = FOLDER / f"{file}.jsonl"
    with tempfile.TemporaryDirectory(prefix="woodpecker-papers-") as folder:
        write_own_papers(Path(folder))
        understood = predictions(Path(folder), gold)
    return figures((json.loads(line) for line in gold.read_text("utf-8").splitlines()), understood)


def percentages(found: dict[str, Figure]) -> Percentages:
    return {name: percent(figure) for name, figure in found.items()}


def recorded(file: str) -> Percentages:
    found: dict[str, Percentages] = json.loads(RECORD.read_text("utf-8"))
    return found[file]


def record(found: dict[str, dict[str, Figure]]) -> None:
    """Makes these figures the floor."""
    text = json.dumps({file: percentages(of) for file, of in found.items()}, indent=1, sort_keys=True)
    RECORD.write_text(text + "\n", encoding="utf-8")
