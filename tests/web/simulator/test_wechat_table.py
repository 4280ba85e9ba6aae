"""docs/wechat.md: every row names tests, and every test it names exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TABLE = ROOT / "docs" / "wechat.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def rows() -> list[str]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("| ") and not line.startswith(("| The platform", "| The danger"))]


def test_every_test_that_the_table_names_exists() -> None:
    missing = [
        f"{path}::{name}"
        for path, name in NAMED.findall(TABLE.read_text(encoding="utf-8"))
        if not (ROOT / path).exists() or name not in names_in(path)
    ]
    assert missing == []


def test_every_row_of_the_table_says_what_we_do_and_names_a_test() -> None:
    assert len(rows()) > 70
    assert [row for row in rows() if row.count("|") != 4 or not NAMED.search(row)] == []
