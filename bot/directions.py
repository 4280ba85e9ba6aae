"""Marks that turn the direction of writing (U+202E and its kin): in readers' words they turn round what stands after them.

What is stored, searched and handed to programs keeps them as they came; only what people look at is written differently.
"""

from __future__ import annotations

import re

MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Unicode's Bidi_Control, whole."""


def named(text: str) -> str:
    """Each mark by its number, so that whoever judges the words sees that it is there: ［U+202E］."""
    return MARKS.sub(lambda mark: f"［U+{ord(mark[0]):04X}］", text)


def without(text: str) -> str:
    return MARKS.sub("", text)
