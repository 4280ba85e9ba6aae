"""What is left of two forms of the same words after dropping how both begin and how both end. Pure."""

from __future__ import annotations

from rapidfuzz.distance import Postfix, Prefix


def apart(wrong: str, right: str) -> tuple[int, int, int]:
    """(begin, end, stop): `wrong[begin:end]` stands where the other form has `right[begin:stop]`."""
    begin = Prefix.similarity(wrong, right)
    after = min(Postfix.similarity(wrong, right), len(wrong) - begin, len(right) - begin)
    return begin, len(wrong) - after, len(right) - after


def pieces(wrong: str, right: str) -> tuple[str, str]:
    """What is too much and what is missing: 帐号, 账号 → 帐, 账."""
    begin, end, stop = apart(wrong, right)
    return wrong[begin:end], right[begin:stop]
