"""The project's own conversations played through `read`, their figures, and those on record (the floor).

Of the sealed files only figures leave this module, never a line.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from tests.support.figures import Figure, figures, percent
from tests.support.gold import predictions
from tests.support.own_papers import write_own_papers

FOLDER = Path(__file__).parents[1] / "data" / "conversations"
SEALED = {
    "tune": False, "unseen": True, "yinxing": False, "hexi-open": False, "hexi": True, "lianhua-open": False, "lianhua": True,
    "madu-open": False, "madu": True, "beiying-open": False, "beiying": True,
}  # fmt: skip
"""Each file, and whether nobody looks at its lines while writing rules. All but the first two are by other hands."""
FILES = tuple(SEALED)
RECORD = FOLDER / "figures.json"
REFRESH = "python -m tests.bench.understanding --record"
Percentages = dict[str, float | None]


def measured(file: str) -> dict[str, Figure]:
    """The figures of one file as the understanding is now."""
    gold = FOLDER / f"{file}.jsonl"
    with tempfile.TemporaryDirectory(prefix="woodpecker-papers-") as folder:
        write_papers(file, Path(folder))
        understood = predictions(Path(folder), gold)
    return figures((json.loads(line) for line in gold.read_text("utf-8").splitlines()), understood)


def write_papers(file: str, folder: Path) -> None:
    """The papers that the conversations of one file speak of: the demo's four issues, and the edition it is about."""
    write_own_papers(folder)
    for path in (FOLDER / "papers").glob(f"{file.partition('-')[0]}-*.json"):
        shutil.copy(path, folder)


def percentages(found: dict[str, Figure]) -> Percentages:
    return {name: percent(figure) for name, figure in found.items()}


def recorded(file: str) -> Percentages:
    found: dict[str, Percentages] = json.loads(RECORD.read_text("utf-8"))
    return found[file]


def record(found: dict[str, dict[str, Figure]]) -> None:
    """Makes these figures the floor."""
    text = json.dumps({file: percentages(of) for file, of in found.items()}, indent=1, sort_keys=True)
    RECORD.write_text(text + "\n", encoding="utf-8")
