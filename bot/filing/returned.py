"""Whether a slip of this month was made before: the same wrong word, or the same change to a word. Values only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.filing.slips import LEAST_WORD, PARTICLES, change
from bot.understanding.words.normalise import strict_key

_FIGURE = re.compile(r"[\d〇零一二三四五六七八九十百千万两.,%]*")


class Again(StrEnum):
    """Why two slips of different months are the same habit, the surer first."""

    SAME_WORD = "same_word"  # the same words were wrong and corrected alike
    SAME_CHANGE = "same_change"  # another word, the same character for the same character


@dataclass(frozen=True, slots=True)
class Words:
    """What was printed and what it should have been."""

    wrong: str | None
    right: str | None

    @property
    def change(self) -> str | None:
        """帐>账; None where it tells nothing."""
        return change(self.wrong, self.right)


def again(one: Words, other: Words) -> Again | None:
    """Why `one` is `other` come back; None where it is not. Symmetric."""
    known = one.change
    if known is None or known != other.change:
        return None
    word = strict_key(one.wrong or "")
    if len(word) >= LEAST_WORD and word == strict_key(other.wrong or ""):
        return Again.SAME_WORD
    return Again.SAME_CHANGE if tells(known) else None


def tells(known: str | None) -> bool:
    """Whether a change alone is a habit: not of particles, of figures, or of something left out or too much.

    的 for 地 and 3 for 5 stand in every issue and have nothing to do with each other.
    """
    old, _, new = (known or "").partition(">")
    if not old or not new:
        return False
    return not (set(old) | set(new) <= PARTICLES or (_FIGURE.fullmatch(old) and _FIGURE.fullmatch(new)))
