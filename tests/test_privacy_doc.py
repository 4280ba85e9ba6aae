"""docs/privacy.md names every column with personal data as the code does; no data of the tests is anybody's."""

from __future__ import annotations

import re
from pathlib import Path

from models.personal import OTHERS, READERS, Fate

ROOT = Path(__file__).resolve().parent.parent
DOC = ROOT / "docs" / "privacy.md"
FATES = (Fate.GOES, Fate.LATER, Fate.MASKED, Fate.FACT)
"""In the order of the doc's columns."""
INVENTED = {"13912345678", "13800138000", "13812345678", "13912345679", "13887654321", "13800001111", "13800000000"}
SAMPLES = {"o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "oyORnuP8q7ou2gfYjqLzSIWZf0rs", "oSecretSecretSecretSecret-28", "310101199001011234"}
"""Openids of WeChat's own published examples, and made-up ones."""
MADE_UP = ("tests", "bot/demo", "bot/practice", "docs")


def rows() -> dict[str, list[list[str]]]:
    """Table → the columns named in each cell of its row."""
    found = {}
    for line in DOC.read_text(encoding="utf-8").splitlines():
        cells = [re.findall(r"`([^`]+)`", cell) for cell in line.strip("|").split("|")]
        if line.startswith("| `") and cells[0]:
            found[cells[0][0]] = cells[1:]
    return found


def test_every_column_stands_in_the_record_with_its_fate() -> None:
    there = rows()
    wanted = {name: [[column for column, (fate, _) in held.columns.items() if fate is one] for one in FATES]
              for name, held in READERS.items()}
    wanted |= {name: [held.personal.split()] for name, held in OTHERS.items()}
    assert {name: there.get(name) for name in wanted} == wanted
    assert there.keys() == wanted.keys()


def texts() -> dict[str, str]:
    found = {}
    for folder in MADE_UP:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".json", ".jsonl", ".md", ".txt", ".csv", ".toml"):
                found[str(path.relative_to(ROOT))] = path.read_text(encoding="utf-8")
    return found


def test_no_data_of_the_tests_is_anybodys() -> None:
    """Identity cards (18 digits with a date), openids as WeChat makes them, mobile numbers that nobody invented here."""
    card = re.compile(r"(?<![0-9a-fA-F])[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
                      r"(?![0-9a-fA-F])")
    openid = re.compile(r"(?<![\w-])o[A-Za-z0-9_-]{5}(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{22}(?![\w-])")
    mobile = re.compile(r"(?<![\d.])1[3-9]\d{9}(?!\d)")
    found = {}
    for name, text in texts().items():
        if name == "tests/test_privacy_doc.py":
            continue
        hits = {*card.findall(text), *openid.findall(text), *mobile.findall(text)} - INVENTED - SAMPLES
        if hits:
            found[name] = sorted(hits)
    assert found == {}
