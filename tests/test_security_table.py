"""docs/security.md: every requirement of ASVS 4.0.3 that levels 1 and 2 ask for stands there once, with tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

TABLE = Path("docs/security.md")
ASKED = """
1.1.1-7 1.2.1-4 1.4.1 1.4.4 1.4.5 1.5.1-4 1.6.1-4 1.7.1-2 1.8.1-2 1.9.1-2 1.10.1 1.11.1-2 1.12.2 1.14.1-6
2.1.1-12 2.2.1-3 2.3.1-3 2.4.1-5 2.5.1-7 2.6.1-3 2.7.1-6 2.8.1-7 2.9.1-3 2.10.1-4
3.1.1 3.2.1-4 3.3.1-4 3.4.1-5 3.5.1-3 3.7.1
4.1.1-3 4.1.5 4.2.1-2 4.3.1-3
5.1.1-5 5.2.1-8 5.3.1-10 5.4.1-3 5.5.1-4
6.1.1-3 6.2.1-6 6.3.1-2 6.4.1-2
7.1.1-4 7.2.1-2 7.3.1 7.3.3-4 7.4.1-3
8.1.1-4 8.2.1-3 8.3.1-8
9.1.1-3 9.2.1-4
10.2.1-2 10.3.1-3
11.1.1-8
12.1.1-3 12.2.1 12.3.1-6 12.4.1-2 12.5.1-2 12.6.1
13.1.1 13.1.3-5 13.2.1-3 13.2.5-6 13.3.1-2 13.4.1-2
14.1.1-4 14.2.1-6 14.3.2-3 14.4.1-7 14.5.1-4
"""


def numbers(text: str) -> list[str]:
    """1.1.1-3 → 1.1.1, 1.1.2, 1.1.3"""
    found = []
    for chapter, first, last in re.findall(r"(\d+\.\d+)\.(\d+)(?:-(\d+))?", text):
        found += [f"{chapter}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def test_every_requirement_has_its_row_once() -> None:
    rows = re.findall(r"^\| ([0-9., -]+) \|", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(numbers(" ".join(rows))) == sorted(numbers(ASKED))


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`tests/([\w/]+\.py)(?:::(\w+))?`", TABLE.read_text(encoding="utf-8"))
    assert len(named) > 60
    missing = [(file, name) for file, name in named if not (path := Path("tests") / file).is_file()
               or (name and f"def {name}(" not in path.read_text(encoding="utf-8"))]
    assert missing == []


def test_what_is_not_met_is_open_or_not_taken_and_says_why() -> None:
    rows = re.findall(r"^\| [0-9., -]+ \|.*\|$", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    words = {word.lower() for row in rows for word in re.findall(r"\*\*(.+?)\*\*", row)}
    assert words <= {"open", "not taken"}
    bare = [row for row in rows if "**not taken**" in row and not re.search(r"\*\*not taken\*\*: .{40,}", row)]
    assert bare == []
