"""What the finders of an erratum have of its points, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

QUARTERS = ("零分", "四分之一", "一半", "四分之三", "全分")


def finders(shares: Sequence[int]) -> str:
    """What the first finder of an erratum has, in quarters, then the others; who have the same are said together."""
    found: list[tuple[str, int]] = []
    for place, share in zip("二三四五六七八九十", shares[1:], strict=False):
        if found and found[-1][1] == share:
            found[-1] = (f"{found[-1][0]}、{place}", share)
        else:
            found.append((place, share))
    said = [f"第{places}位得{QUARTERS[share]}" for places, share in found if share]
    return "，".join([QUARTERS[shares[0]], *(said or ["后来的不得分"])])
