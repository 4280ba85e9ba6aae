"""Which columns belong to which headline: rows under, above or beside them, cut where the text does not go on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from bot.catalogue.pdf.blocks import separates
from bot.catalogue.pdf.columns import Column, Row
from bot.catalogue.pdf.furniture import BACK
from bot.catalogue.pdf.headlines import Headline
from bot.catalogue.pdf.values import Box

ABOVE_REACH, BELOW_REACH, BESIDE_REACH = 5.0, 3.5, 3.5
"""How far (in em of the body) a headline may stand from its text."""
BROKEN_FLOW, WIDE_GUTTER, OUTSIDE = 4.0, 2.5, 3.0
"""Weights of a cut: against the text that goes on, for a gutter wider than the others, of a headline's overhang."""


@dataclass
class Article:
    """One article under construction: its headline and the rows of columns that were given to it."""

    headline: Headline | None
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ground:
    """What else stands in the container."""

    rules: Sequence[Box]
    em: float


def articles_of(headlines: Sequence[Headline], rows: Sequence[Row], ground: Ground) -> list[Article]:
    """Every row goes to one headline, or to an article without one; every headline becomes an article."""
    found = {id(headline): Article(headline) for headline in headlines}
    rest: list[Row] = []
    for row in rows:
        above = [h for h in headlines if _is_above(h, row, rows, headlines, ground)]
        if not above:
            rest.append(row)
            continue
        for headline, part in _parted(row, sorted(above, key=lambda h: h.box.centre), ground.em):
            found[id(headline)].rows.append(part)
    untitled = [row for row in rest if not _given_elsewhere(row, found, headlines, ground)]
    articles = [*found.values()]
    for row in untitled:
        home = _continued(row, articles, ground)
        if home is not None:
            home.rows.append(row)
        else:
            articles.append(Article(None, [row]))
    return articles


def _is_above(headline: Headline, row: Row, rows: Sequence[Row], headlines: Sequence[Headline], ground: Ground) -> bool:
    """Whether the row is the next thing below the headline."""
    box = headline.box
    top = min((column.top for column in row.columns if column.box.across(box) > 0), default=None)
    if top is None:
        return False
    gap = top - box.bottom
    if not -1.0 * ground.em <= gap <= ABOVE_REACH * ground.em:
        return False
    if any(separates(rule, box, row.box) for rule in ground.rules):
        return False
    between = Box(box.left, box.bottom, box.right, top)
    others = [other.box for other in headlines if other is not headline]
    others += [other.box for other in rows if other is not row]
    return not any(other.across(between) > 2 and other.down(between) > 2 and other.top > box.top for other in others)


def _parted(row: Row, headlines: list[Headline], em: float) -> list[tuple[Headline, Row]]:
    """The row cut into as many runs of columns as there are headlines above it, where that fits best."""
    columns = row.columns
    if len(headlines) > len(columns):
        headlines = sorted(headlines, key=lambda h: -h.size)[:len(columns)]
        headlines.sort(key=lambda h: h.box.centre)
    gutters = [right.box.left - left.box.right for left, right in pairwise(columns)]
    usual = median(gutters) if gutters else 0.0
    best: dict[tuple[int, int], tuple[float, list[int]]] = {(0, 0): (0.0, [])}
    for h, headline in enumerate(headlines, 1):
        for end in range(h, len(columns) - (len(headlines) - h) + 1):
            choices = []
            for start in range(h - 1, end):
                if (h - 1, start) not in best:
                    continue
                cost, cuts = best[h - 1, start]
                cost += _misfit(headline, columns[start:end], em)
                if start:
                    cost += _cut_cost(columns[start - 1], columns[start], gutters[start - 1] - usual, em)
                choices.append((cost, [*cuts, end]))
            best[h, end] = min(choices)
    cuts = [0, *best[len(headlines), len(columns)][1]]
    return [(h, Row(columns[a:b])) for h, (a, b) in zip(headlines, pairwise(cuts), strict=True)]


def _misfit(headline: Headline, run: Sequence[Column], em: float) -> float:
    """How badly a headline sits on a run of columns, in em: neither centred on it nor flush with it, or beyond it."""
    left, right, box = run[0].box.left, run[-1].box.right, headline.box
    off = min(abs((left + right) / 2 - box.centre), abs(left - box.left), abs(right - box.right))
    beyond = max(0.0, left - box.left) + max(0.0, box.right - right)
    return (off + OUTSIDE * beyond) / em


def _cut_cost(left: Column, right: Column, wider: float, em: float) -> float:
    goes_on = left.blocks[-1].ends_open or right.blocks[0].opens
    return (BROKEN_FLOW if goes_on else 0.0) - (WIDE_GUTTER if wider > 0.25 * em else 0.0)


def _given_elsewhere(row: Row, found: dict[int, Article], headlines: Sequence[Headline], ground: Ground) -> bool:
    """A row with no headline above it takes a free one below it or beside it."""
    free = [h for h in headlines if not found[id(h)].rows]
    choices: list[tuple[float, Headline]] = []
    for headline in free:
        box, em = headline.box, ground.em
        below, side = box.top - row.box.bottom, max(row.box.left - box.right, box.left - row.box.right)
        if -em <= below <= BELOW_REACH * em and box.across(row.box) > 0 and not any(
                separates(rule, row.box, box) for rule in ground.rules):  # fmt: skip
            choices.append((below, headline))
        elif -em <= side <= BESIDE_REACH * em and box.down(row.box) > 0.5 * min(box.height, row.box.height):
            choices.append((side, headline))
    if not choices:
        return False
    found[id(min(choices, key=lambda choice: choice[0])[1])].rows.append(row)
    return True


def _continued(row: Row, articles: Sequence[Article], ground: Ground) -> Article | None:
    """The article whose text goes on in this row: right above it with no rule between, or at its right hand."""
    if BACK.search(row.columns[0].lines[0].text):
        return None
    choices: list[tuple[float, Article]] = []
    for article in articles:
        for other in article.rows:
            box, em = other.box, ground.em
            below = row.top - box.bottom
            if -em <= below <= ABOVE_REACH * em and box.across(row.box) > 0.5 * min(box.width, row.box.width) and not any(
                    separates(rule, box, row.box) for rule in ground.rules):  # fmt: skip
                choices.append((below, article))
            side = row.box.left - box.right
            goes_on = other.columns[-1].blocks[-1].ends_open and row.columns[0].blocks[0].opens
            if -em <= side <= BESIDE_REACH * em and goes_on and box.down(row.box) > 0:
                choices.append((side, article))
    return min(choices, key=lambda choice: choice[0])[1] if choices else None


def reading_order(rows: Sequence[Row]) -> list[Column]:
    """The columns as they are read: row by row, or down each side first, whichever the paragraphs' joints favour."""
    row_wise = [column for row in sorted(rows, key=lambda row: (row.top, row.box.left)) for column in row.columns]
    side_wise = sorted(row_wise, key=lambda column: (round(column.box.left / 12), column.box.top))
    return min((row_wise, side_wise), key=_breaks)


def _breaks(columns: Sequence[Column]) -> int:
    """How often a paragraph is torn, or joined to another one."""
    return sum(
        (left.blocks[-1].ends_open and not right.blocks[0].opens)
        + 2 * (left.blocks[-1].ends_closed and right.blocks[0].opens)
        for left, right in pairwise(columns)
    )
