"""What a printed QR code says when it is scanned: which paper it stood on. Knows no database and no platform call."""

from __future__ import annotations

_BEFORE = "paper-"
_LONGEST = 18
"""Digits; more cannot be one of our numbers."""


def scene_of(paper_id: int) -> str:
    """The scene string of a paper's code; the platform allows 1 to 64 characters."""
    return f"{_BEFORE}{paper_id}"


def paper_of(scene: str) -> int | None:
    """The paper of a code of ours, None where the scene is of another code."""
    number = scene.removeprefix(_BEFORE)
    if number == scene or not (number.isascii() and number.isdigit() and len(number) <= _LONGEST):
        return None
    return int(number) if scene_of(int(number)) == scene else None
