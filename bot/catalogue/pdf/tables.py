"""Ruled tables: where they stand and what their rows say. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.catalogue.pdf.values import Box, Line, around

NEAR = 3.0
TALLEST_ROW = 90.0
"""Points between two lying rules of a table; rules between stories stand farther apart."""
THROUGH = 0.9
"""Share of a table's height that a standing rule runs through."""


@dataclass(frozen=True, slots=True)
class Table:
    """`rows`: the lines of each row from left to right, the first of each row beginning a paragraph."""

    box: Box
    rows: tuple[tuple[Line, ...], ...]

    @property
    def lines(self) -> list[Line]:
        return [line for row in self.rows for line in row]


def grids_of(rules: Sequence[Box]) -> list[Box]:
    """Where lying rules of one length follow each other row by row and standing ones run through them."""
    lying = sorted((rule for rule in rules if rule.width > rule.height), key=lambda rule: rule.top)
    standing = [rule for rule in rules if rule.height >= rule.width]
    grids = []
    used: set[int] = set()
    for n, rule in enumerate(lying):
        if n in used:
            continue
        group = [n]
        for m in range(n + 1, len(lying)):
            alike = abs(lying[m].left - rule.left) < NEAR and abs(lying[m].right - rule.right) < NEAR
            if alike and m not in used and lying[m].top - lying[group[-1]].top <= TALLEST_ROW:
                group.append(m)
        box = around([lying[m] for m in group])
        if len(group) >= 3 and len(_posts(box, standing)) >= 2:
            used.update(group)
            grids.append(box)
    return grids


def _posts(box: Box, standing: Sequence[Box]) -> list[float]:
    """Where standing rules run through the whole grid, in one stroke or row by row."""
    found: list[float] = []
    within = [post for post in standing if box.left - NEAR <= post.centre <= box.right + NEAR and post.down(box) > 0]
    for post in within:
        covered = sum(other.down(box) for other in within if abs(other.centre - post.centre) < NEAR)
        if covered >= THROUGH * box.height and all(abs(post.centre - other) >= NEAR for other in found):
            found.append(post.centre)
    return found


def table_of(box: Box, lines: Sequence[Line], rules: Sequence[Box]) -> Table:
    """The lines within a grid by rows; a cell's lines stand one after the other."""
    floors = sorted({round(rule.middle, 1) for rule in rules
                     if rule.width > rule.height and rule.width > 0.5 * box.width and box.holds(rule, NEAR)})  # fmt: skip
    posts = sorted(rule.centre for rule in rules if rule.height >= rule.width and rule.down(box) > 5)
    rows: dict[int, list[tuple[int, Line]]] = {}
    for line in lines:
        floor = sum(edge < line.box.middle for edge in floors)
        cell = sum(post < line.box.centre for post in posts)
        rows.setdefault(floor, []).append((cell, line))
    ordered = []
    for floor in sorted(rows):
        cells = [line for _, line in sorted(rows[floor], key=lambda pair: (pair[0], pair[1].box.top))]
        ordered.append(tuple(replace(line, begins=n == 0) for n, line in enumerate(cells)))
    return Table(box, tuple(ordered))
