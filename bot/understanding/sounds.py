"""How characters sound, for people who write by voice or by pinyin: 即使 for 及时. Knows characters only."""

from __future__ import annotations

import importlib.util
import runpy
import unicodedata
from functools import cache
from pathlib import Path

_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"))
"""Sounds that many readers of the south do not tell apart, nor their voice input."""


@cache
def _table() -> dict[str, frozenset[str]]:
    """Character → its syllables without tones. Read from pypinyin's table alone: its start would load 47,000
    phrases (57 MB) that nothing here needs."""
    spec = importlib.util.find_spec("pypinyin")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("pypinyin")
    listed = runpy.run_path(str(Path(spec.submodule_search_locations[0]) / "pinyin_dict.py"))["pinyin_dict"]
    syllables: dict[str, frozenset[str]] = {}
    shared: dict[frozenset[str], frozenset[str]] = {}
    for code, spelt in listed.items():
        if 0x4E00 <= code <= 0x9FFF:
            sounds = frozenset(_toneless(one) for one in spelt.split(","))
            syllables[chr(code)] = shared.setdefault(sounds, sounds)
    return syllables


def _toneless(spelt: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", spelt) if not unicodedata.combining(c) or c == "\u0308")
    for long, short in _MERGED:
        plain = plain.replace(long, short) if plain.startswith(long) else plain
    return plain.removesuffix("g") if plain.endswith("ng") else plain


def same_sound(one: str, other: str) -> bool:
    """Whether two characters can be read alike; a character is read like itself."""
    if one == other:
        return True
    table = _table()
    return not table.get(one, frozenset()).isdisjoint(table.get(other, frozenset()))


def sound_share(one: str, other: str) -> float:
    """The share (0 to 100) of positions at which two equally long words are read alike; 0 for unequal lengths."""
    if len(one) != len(other) or not one:
        return 0.0
    return 100 * sum(map(same_sound, one, other)) / len(one)


def sounds_within(words: str, text: str) -> bool:
    """Whether some stretch of a text is read like the words."""
    return any(all(map(same_sound, words, text[i : i + len(words)])) for i in range(len(text) - len(words) + 1))
