"""The paper's own error rate by the official method, with every step of the arithmetic. Knows values only.

Source: 《报纸编校差错率计算方法》 (annex of 国新出发〔2020〕10号): points ÷ checked characters × 10,000; the same text
error counts at most 3 times in one issue; number usage counts at most 1 point in one issue. What readers found is not
all that is wrong: the rate is one of errors found so far.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

MOST_REPEATS = 3
"""The same text error counts so many times in one issue (annex, 重复差错)."""
USAGE_ROW, USAGE_CAP_MILLI = "N-10", 1000
"""Number usage: at most 1 point in one issue (annex, 第2（3）项)."""
PASS_PER_10_000 = Fraction(3)
"""编校质量 passes at no more than 3 per 10,000 (《报纸期刊质量管理规定》 Art. 5)."""


class Counting(StrEnum):
    """How a slip went into the sum."""

    FULL = "full"
    PART = "part"  # what was left below the cap of number usage
    REPEATED = "repeated"  # the fourth and later times in its issue
    CAPPED = "capped"  # number usage beyond 1 point in its issue


class CharactersFrom(StrEnum):
    """Where the number of checked characters comes from."""

    LAYOUT = "layout"  # characters a line × lines, as the annex counts
    TEXT = "text"  # letters of the imported text: fewer than the layout's, so the rate is too high
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Slip:
    """One confirmed error as printed. `points_milli`: after doubling; `same`: what repeats of one text error share."""

    number: int
    issue: int
    page: int
    row: str
    points_milli: int
    same: int


@dataclass(frozen=True, slots=True)
class PageSize:
    """The checked characters of one page; `by_layout` None where nobody gave the layout."""

    page: int
    issue: int
    by_layout: int | None
    by_text: int

    @property
    def characters(self) -> int:
        return self.by_text if self.by_layout is None else self.by_layout


@dataclass(frozen=True, slots=True)
class Line:
    """A slip with what it counts."""

    slip: Slip
    counted_milli: int
    counting: Counting


@dataclass(frozen=True, slots=True)
class Ledger:
    """Lines in the order given, with the sum, the characters and the rate."""

    lines: tuple[Line, ...]
    characters: int
    characters_from: CharactersFrom

    @property
    def points_milli(self) -> int:
        return sum(line.counted_milli for line in self.lines)

    @property
    def per_10_000(self) -> Fraction | None:
        """Exact; None where no character was checked."""
        return Fraction(self.points_milli * 10, self.characters) if self.characters else None

    @property
    def passes(self) -> bool | None:
        """Whether the rate found so far is within 3 per 10,000."""
        rate = self.per_10_000
        return None if rate is None else rate <= PASS_PER_10_000

    @property
    def budget_milli(self) -> int:
        """Points (thousandths) that this many characters may hold and still pass."""
        return self.characters * 3 // 10


def layout_characters(per_line: int, lines: int, *, pictures: Fraction = Fraction(0), decoration: Fraction = Fraction(0)) -> int:
    """Characters of a page by its layout. `pictures` and `decoration`: the shares of its area that photographs and
    ornaments take; they count as 80 and 30 per cent of it (annex, 字数计算)."""
    if min(per_line, lines) < 0 or min(pictures, decoration) < 0 or pictures + decoration > 1:
        raise ValueError("characters, lines and shares must not be negative, and the shares no more than the page")
    full = per_line * lines
    if not pictures and not decoration:
        return full
    return int(full * (1 - pictures - decoration) + full * pictures * Fraction(4, 5) + full * decoration * Fraction(3, 10))


def count(slips: Sequence[Slip]) -> tuple[Line, ...]:
    """What each slip counts, in the order given: repeats beyond the third and number usage beyond 1 point do not."""
    seen: Counter[tuple[int, int]] = Counter()
    usage: Counter[int] = Counter()
    lines = []
    for slip in slips:
        seen[slip.issue, slip.same] += 1
        if seen[slip.issue, slip.same] > MOST_REPEATS:
            lines.append(Line(slip, 0, Counting.REPEATED))
            continue
        counted, counting = slip.points_milli, Counting.FULL
        if slip.row == USAGE_ROW:
            left = USAGE_CAP_MILLI - usage[slip.issue]
            if counted > left:
                counted, counting = left, Counting.PART if left else Counting.CAPPED
            usage[slip.issue] += counted
        lines.append(Line(slip, counted, counting))
    return tuple(lines)


def ledger(slips: Iterable[Slip], pages: Iterable[PageSize]) -> Ledger:
    """The ledger of some pages: of a page, an issue, a month or a paper. The caps hold within each issue, so slips of
    one issue must come together whole; `of_page` cuts a page out afterwards."""
    sizes = list(pages)
    given = {size.by_layout is not None for size in sizes}
    source = CharactersFrom.MIXED if len(given) > 1 else CharactersFrom.LAYOUT if True in given else CharactersFrom.TEXT
    ordered = sorted(slips, key=lambda slip: slip.number)
    return Ledger(count(ordered), sum(size.characters for size in sizes), source)


def of_page(lines: Iterable[Line], size: PageSize) -> Ledger:
    """One page's share of its issue's ledger: what was counted stays counted where it was."""
    source = CharactersFrom.LAYOUT if size.by_layout is not None else CharactersFrom.TEXT
    return Ledger(tuple(line for line in lines if line.slip.page == size.page), size.characters, source)
