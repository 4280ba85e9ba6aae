"""No pattern repeats a repetition: (a+)+ takes twice as long for every sign more, and a reader may write one sign fifty times."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)
COLLECT = """
import importlib, json, re, sys
from pathlib import Path
found, real = {}, re.compile
def noted(pattern, flags=0):
    if isinstance(pattern, str) and sys._getframe(1).f_globals.get("__name__", "").split(".")[0] in ("bot", "models", "web"):
        found[pattern] = (int(flags), sys._getframe(1).f_globals["__name__"])
    return real(pattern, flags)
re.compile = noted
for top in ("bot", "models", "web"):
    for path in sorted(Path(top).rglob("*.py")):
        if "migrations" not in path.parts and path.stem != "__main__":
            importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
print(json.dumps(found))
"""


def _patterns() -> dict[str, tuple[int, str]]:
    done = subprocess.run([sys.executable, "-c", COLLECT], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, tuple[int, str]] = json.loads(done.stdout)
    return found


def _endless(low_high: tuple[Any, ...]) -> bool:
    return low_high[1] is _constants.MAXREPEAT


def _parts(item: tuple[Any, Any]) -> list[Any]:
    """The sequences inside one item of a parsed pattern."""
    kind, value = item
    if kind in REPEATS or kind is _constants.POSSESSIVE_REPEAT:
        return [value[2]]
    if kind is _constants.SUBPATTERN:
        return [value[-1]]
    if kind is _constants.BRANCH:
        return list(value[1])
    if kind in (_constants.ASSERT, _constants.ASSERT_NOT):
        return [value[1]]
    if kind is _constants.ATOMIC_GROUP:
        return [value]
    if kind is _constants.GROUPREF_EXISTS:
        return [one for one in value[1:] if one is not None]
    return []


def _nested(sequence: Any) -> bool:
    """Whether a sequence may be nothing but one repetition, of no one number: then repeating it is ambiguous."""
    for at, (kind, value) in enumerate(sequence):
        rest = [one for n, one in enumerate(sequence) if n != at]
        if any(_parser.SubPattern(sequence.state, [one]).getwidth()[0] for one in rest):
            continue
        if kind in REPEATS and value[0] != value[1] and value[1] > 1:
            return True
        if kind in (_constants.SUBPATTERN, _constants.BRANCH, *REPEATS) and any(map(_nested, _parts((kind, value)))):
            return True
    return False


def repeats_a_repetition(pattern: str, flags: int = 0) -> bool:
    def walk(sequence: Any) -> bool:
        return any((item[0] in REPEATS and _endless(item[1]) and _nested(item[1][2])) or any(map(walk, _parts(item)))
                   for item in sequence)

    return walk(_parser.parse(pattern, flags))


@pytest.mark.parametrize("pattern", ["(a+)+", "(?:嗯+|好)*x", "(?:a*b?)+", "((a|b+)c?)*", "(?:(?:a+)?)*", "(?:a{1,3})+"])
def test_the_look_finds_what_repeats_a_repetition(pattern: str) -> None:
    assert repeats_a_repetition(pattern)


@pytest.mark.parametrize("pattern", ["(?:a+b)+", "(?:a+){2}", "(?:嗯|好)*x", "(?:a++)+", "(?>a+)+", "a+b*", "(?:ba?)*"])
def test_the_look_lets_the_others_pass(pattern: str) -> None:
    assert not repeats_a_repetition(pattern)


def test_no_pattern_of_ours_repeats_a_repetition() -> None:
    found = _patterns()
    assert len(found) > 100
    assert [(where, pattern) for pattern, (flags, where) in found.items() if repeats_a_repetition(pattern, flags)] == []
