"""Display lines → headlines with their subtitles. Pure; knows no body text but its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.catalogue.pdf.values import Box, Line, around

FOLLOWS = 0.75
"""A second line of one headline stands within so many em below the first (white between them)."""
SAME = 1.15
SUBTITLE_GAP = 1.1
"""A kicker or subtitle stands within so many em of its own size from the headline …"""
SMALLER = 0.92
"""… and is set in type of at most so much of the headline's size."""


@dataclass(frozen=True, slots=True)
class Headline:
    """`lines` are the title's, `minor` those of kicker and subtitle, each from top to bottom."""

    lines: tuple[Line, ...]
    minor: tuple[Line, ...]

    @property
    def box(self) -> Box:
        return around([line.box for line in (*self.lines, *self.minor)])

    @property
    def size(self) -> float:
        return self.lines[0].size

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)


def headlines_of(lines: Sequence[Line], rules: Sequence[Box]) -> list[Headline]:
    """Groups display lines: lines of one size under or beside each other, then smaller ones to their headline."""
    groups = _grouped(sorted(lines, key=lambda line: (line.box.top, line.box.left)), rules)
    groups.sort(key=lambda group: -group[0].size)
    taken: set[int] = set()
    headlines = []
    for n, group in enumerate(groups):
        if n in taken:
            continue
        box = around([line.box for line in group])
        minor: list[Line] = []
        for m in range(n + 1, len(groups)):
            if m not in taken and _is_minor(groups[m], box, group[0].size, rules):
                taken.add(m)
                minor += groups[m]
                box = around([box, *(line.box for line in groups[m])])
        minor.sort(key=lambda line: (line.box.top, line.box.left))
        headlines.append(Headline(tuple(group), tuple(minor)))
    return sorted(headlines, key=lambda headline: (headline.box.top, headline.box.left))


def _grouped(lines: Sequence[Line], rules: Sequence[Box]) -> list[list[Line]]:
    groups: list[list[Line]] = []
    for line in lines:
        home = next((group for group in groups if _belongs(line, group[-1], rules)), None)
        if home is None:
            groups.append([line])
        else:
            home.append(line)
    return groups


def _belongs(line: Line, last: Line, rules: Sequence[Box]) -> bool:
    small, large = sorted((line.size, last.size))
    if large > SAME * small or any(_between(rule, last.box, line.box) for rule in rules):
        return False
    return (-0.3 * small <= line.box.top - last.box.bottom <= FOLLOWS * small
            and line.box.across(last.box) > 0.3 * min(line.box.width, last.box.width))  # fmt: skip


def _is_minor(group: Sequence[Line], box: Box, size: float, rules: Sequence[Box]) -> bool:
    own = around([line.box for line in group])
    gap = max(own.top - box.bottom, box.top - own.bottom)
    if group[0].size > SMALLER * size or gap > SUBTITLE_GAP * group[0].size or own.across(box) <= 0:
        return False
    upper, lower = sorted((own, box), key=lambda one: one.top)
    return not any(_between(rule, upper, lower) for rule in rules) and own.width < 2.2 * box.width + 40


def _between(rule: Box, upper: Box, lower: Box) -> bool:
    return rule.width > rule.height and upper.middle < rule.middle < lower.middle and rule.across(lower) > 0
