"""How characters sound, for people who write by voice or by pinyin: 即使 for 及时. Knows characters only."""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from array import array
from functools import cache
from pathlib import Path

_FIRST, _LAST = 0x4E00, 0x9FFF
_ENTRY = re.compile(r'"(\d+)": "([^"]+)"')
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"))
"""Sounds that many readers of the south do not tell apart, nor their voice input."""


@cache
def _table() -> tuple[array[int], tuple[int, ...]]:
    """(by a character's code the number of its sounds, the sounds by number: a bit for every syllable).

    Read from pypinyin's file alone: its start would load 47,000 phrases (57 MB) that nothing here needs. And entry by
    entry: 41,000 of them at once take 8 MB, of which the process would keep half.
    """
    spec = importlib.util.find_spec("pypinyin")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("pypinyin")
    listed = (Path(spec.submodule_search_locations[0]) / "pinyin_dict.json").read_text("utf-8")
    bits: dict[str, int] = {}
    numbers = {0: 0}
    table = array("H", bytes(2 * (_LAST + 1)))
    for code, spelt in map(re.Match.groups, _ENTRY.finditer(listed)):
        if _FIRST <= int(code) <= _LAST:
            sounds = 0
            for one in spelt.split(","):
                sounds |= bits.setdefault(_toneless(one), 1 << len(bits))
            table[int(code)] = numbers.setdefault(sounds, len(numbers))
    return table, tuple(numbers)


def _toneless(spelt: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", spelt) if not unicodedata.combining(c) or c == "\u0308")
    for long, short in _MERGED:
        plain = plain.replace(long, short) if plain.startswith(long) else plain
    return plain.removesuffix("g") if plain.endswith("ng") else plain


def same_sound(one: str, other: str) -> bool:
    """Whether two characters can be read alike; a character is read like itself."""
    if one == other:
        return True
    table, sounds = _table()
    try:
        return sounds[table[ord(one)]] & sounds[table[ord(other)]] != 0
    except IndexError:  # beyond the table
        return False


def sound_share(one: str, other: str) -> float:
    """The share (0 to 100) of positions at which two equally long words are read alike; 0 for unequal lengths."""
    if len(one) != len(other) or not one:
        return 0.0
    return 100 * sum(map(same_sound, one, other)) / len(one)


def sounds_within(words: str, text: str) -> bool:
    """Whether some stretch of a text is read like the words."""
    return any(all(map(same_sound, words, text[i : i + len(words)])) for i in range(len(text) - len(words) + 1))
