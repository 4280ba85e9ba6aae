"""One list item of a message while its corrections are read, and what a correction is. Knows words only."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.understanding.words.masking import Masked
from bot.understanding.words.normalise import loose_key


class Correction(NamedTuple):
    """One error pointed out at masked offsets [start, end); words as typed.

    `left`: unquoted words before the verb that still have to be delimited; `doubt`: only a quotation was
    given; `item`: number of the list item it stands in.
    """

    start: int
    end: int
    wrong: str | None = None
    right: str | None = None
    context: str | None = None
    doubt: bool = False
    quoted: bool = True
    item: int = 0


_QUOTES = re.compile("[\ue000-\ue3ff]")
Delimit = Callable[[str, str | None], str]
Stands = Callable[[str], bool]
"""Whether words stand in print exactly."""
Differing = Callable[[str, int], str | None]
"""The only printed words that differ from some in one character."""
Often = Callable[[str], int]
"""How often words stand in print."""


@dataclass(slots=True)
class Item:
    """One list item (or the whole message) while its corrections are read."""

    masked: Masked
    text: str
    start: int
    end: int
    delimit: Delimit
    stands: Stands
    differing: Differing
    often: Often
    number: int = 0
    found: list[Correction] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    quotes: tuple[int, ...] = field(init=False)  # where quotations stand, asked for again and again

    def __post_init__(self) -> None:
        self.quotes = tuple(m.start() for m in _QUOTES.finditer(self.text, self.start, self.end))

    def segment(self) -> str:
        return self.text[self.start : self.end]

    def words(self, at: int) -> str:
        return self.masked.quoted(self.text[at])

    def given(self, value: str, at: int) -> str:
        """A captured value as typed: the quotation it stands for, or the words themselves."""
        if len(value) == 1 and "\ue000" <= value <= "\ue6ff":
            return self.masked.quoted(value)
        return self.masked.words(at, at + len(value)).strip()

    def typed(self, words: str, at: int) -> str:
        """Folded words that stand in the item from `at` on, as typed."""
        found = self.text.find(words, at, self.end)
        return self.masked.words(found, found + len(words)) if words and found >= 0 else words

    def titles(self) -> list[str]:
        """The titles in marks, as typed without them."""
        return [self.masked.inner(c) for c in self.masked.text[self.start : self.end] if "\ue400" <= c <= "\ue6ff"]

    def title_before(self, at: int) -> str | None:
        """The nearest title in marks before `at`, as typed without them."""
        found = [c for c in self.masked.text[self.start : at] if "\ue400" <= c <= "\ue6ff"]
        return self.masked.inner(found[-1]) if found else None

    def add(self, start: int, end: int, wrong: str | None, right: str | None, **more: object) -> None:
        context = more.get("context")
        self.found.append(Correction(start, end, wrong, right, context if isinstance(context, str) else None,
                                     bool(more.get("doubt")), bool(more.get("quoted", True)), self.number))  # fmt: skip
        self.used.update(range(start, end))

    def free(self, start: int, end: int) -> bool:
        return not any(i in self.used for i in range(start, end))


def around(item: Item, wrong: str) -> str | None:
    """A longer quotation of the same item that contains the wrong words."""
    key = loose_key(wrong)
    longer = [w for q in item.quotes if len(loose_key(w := item.words(q))) > len(key) and key and key in loose_key(w)]
    return max(longer, key=len, default=None)
