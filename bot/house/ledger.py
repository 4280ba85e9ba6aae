"""The paper's own ledger from the database: confirmed errata and checked characters of issues, counted by the annex.

Confirmed is an erratum of which a report was accepted (or that is linked to such a one), and one that the newsroom found
itself; each once, with the row of its grade, else that of the find. Not counted: a linked place whose own reports were
refused, and words of no certain place beside places of the same slip. Which errata are one text error, of which an issue
counts three: see bot.house.same_slip. Reads only; a statement costs eight queries, whatever number of issues.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from sqlalchemy.orm import Session

from bot.contest.annex import DEFAULT_ANNEX, AnnexRow
from bot.contest.rules import from_json
from bot.house import same_slip
from bot.house.own_rate import Ledger, Line, PageSize, Slip, layout_characters, ledger, of_page
from bot.house.same_slip import Stated
from bot.understanding.values import SUBTITLE, TITLE
from models.enums import Doubling
from models.queries import ledger as queries
from models.queries.ledger import ErratumRow, FindRow, IssueRow, LayoutRow, PageRow

NO_PAGE = 0
"""The page of a slip whose page is not known, and all pages together of an issue that is not imported."""
_NUMBER = re.compile(r"\d+")


class LeftOut(StrEnum):
    """Why an erratum on record is not in the sum."""

    REFUSED_HERE = "refused_here"
    PLACED_ELSEWHERE = "placed_elsewhere"


@dataclass(frozen=True, slots=True)
class PageCharacters:
    """One page's checked characters and how they came about. `sheets`: 2 for a spread; of an issue that is not
    imported one entry (`id` NO_PAGE) stands for as many pages as the paper usually has.

    `per_line` and `lines` None: nobody gave the layout, and `by_text` counts. `own`: this page's, not the paper's.
    """

    id: int
    number: str
    name: str | None
    sheets: int
    per_line: int | None
    lines: int | None
    own: bool
    pictures_percent: int
    decoration_percent: int
    by_text: int

    @property
    def full(self) -> int | None:
        """Characters of the layout before pictures are taken into account."""
        return None if self.per_line is None or self.lines is None else self.per_line * self.lines * self.sheets

    @property
    def by_layout(self) -> int | None:
        if self.per_line is None or self.lines is None:
            return None
        return layout_characters(self.per_line * self.sheets, self.lines, pictures=Fraction(self.pictures_percent, 100),
                                 decoration=Fraction(self.decoration_percent, 100))

    @property
    def characters(self) -> int:
        known = self.by_layout
        return self.by_text if known is None else known


@dataclass(frozen=True, slots=True)
class Item:
    """One erratum as the ledger lists it: where, what, under which row. `first_report` None: only found in-house.

    `line` is what it counts; None where it is left out, for the reason `left_out`.
    """

    number: int
    erratum: ErratumRow
    page_id: int
    page: str
    row: AnnexRow
    doubling: Doubling
    points_milli: int
    found_in_house: bool
    graded: bool
    line: Line | None = None
    repeats: int | None = None  # the number of the first line of the same text error
    left_out: LeftOut | None = None

    @property
    def where(self) -> str:
        """标题, 副题, 正文第 3 段, or "" where it is not known."""
        paragraph = self.erratum.paragraph
        if paragraph is None:
            return ""
        named = {TITLE: "标题", SUBTITLE: "副题"}.get(paragraph)
        return named or (f"正文第 {paragraph + 1} 段" if paragraph >= 0 else "")

    @property
    def base_milli(self) -> int:
        """Before doubling."""
        return self.points_milli if self.doubling is Doubling.NONE else min(self.row.base_milli, self.points_milli)


@dataclass(frozen=True, slots=True)
class IssueLedger:
    """One issue: the sum, its pages with their characters, every item in the order of print."""

    issue: IssueRow
    ledger: Ledger
    pages: tuple[PageCharacters, ...]
    items: tuple[Item, ...]

    def of_page(self, page_id: int) -> Ledger:
        """What of the issue's sum stands on one page."""
        page = next(one for one in self.pages if one.id == page_id)
        return of_page(self.ledger.lines, _size(page, self.issue.id))

    @property
    def counted(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.line is not None)


def of_issue(session: Session, issue_id: int) -> IssueLedger | None:
    """The ledger of one issue with the text length of every page; None where there is no such issue."""
    found = _ledgers(session, queries.issues(session, issue_id=issue_id), every_text=True)
    return found[0] if found else None


def of_months(session: Session, *, first: str, last: str, paper_id: int | None = None,
              most: int | None = None) -> list[IssueLedger]:
    """The ledgers of all issues of these months (YYYY-MM, both included), the newest first; at most `most`."""
    return _ledgers(session, queries.issues(session, first=first, last=last, paper_id=paper_id, most=most))


def by_month(session: Session, *, first: str, last: str, paper_id: int | None = None) -> list[tuple[str, Ledger]]:
    """One sum a month, the oldest first: only months with an imported page or an erratum on record."""
    months: dict[str, list[IssueLedger]] = {}
    for one in reversed(of_months(session, first=first, last=last, paper_id=paper_id)):
        months.setdefault(one.issue.month, []).append(one)
    return [(month, together(those)) for month, those in months.items()]


def together(ledgers: Iterable[IssueLedger]) -> Ledger:
    """One sum over several issues. The caps hold within each; an issue without a character tells no rate, so its points
    stay out of the sum."""
    known = [one for one in ledgers if one.ledger.characters]
    slips = [line.slip for one in known for line in one.ledger.lines]
    return ledger(slips, [_size(page, one.issue.id) for one in known for page in one.pages])


def _ledgers(session: Session, issues: Sequence[IssueRow], *, every_text: bool = False) -> list[IssueLedger]:
    if not issues:
        return []
    pages = _pages(session, issues, every_text)
    errata: dict[int, list[ErratumRow]] = defaultdict(list)
    ids = [issue.id for issue in issues]
    finds: dict[int, list[FindRow]] = defaultdict(list)
    for find in queries.finds(session, ids):
        finds[find.root_id].append(find)
    for row in queries.errata(session, ids):
        if row.points_milli is not None or row.root_id in finds:  # a find may be entered or withdrawn between the reads
            errata[row.issue_id].append(row)
    apart = queries.apart(session, ids)
    annexes = _annexes(session, issues)
    return [_one(issue, pages.get(issue.id, ()), errata[issue.id], finds, apart, annexes[issue.id]) for issue in issues]


def _annexes(session: Session, issues: Sequence[IssueRow]) -> dict[int, Mapping[str, AnnexRow]]:
    """By issue the rows of the annex as its contest has them now, and those that only an earlier rule set had."""
    stored = queries.rules(session, sorted({one.contest_id for one in issues if one.contest_id is not None}))
    default = {row.code: row for row in DEFAULT_ANNEX}
    by_contest = {contest: default | {row.code: row for text in texts for row in from_json(text).annex}
                  for contest, texts in stored.items()}
    return {one.id: by_contest.get(one.contest_id or 0, default) for one in issues}


# Characters


def _pages(session: Session, issues: Sequence[IssueRow], every_text: bool) -> dict[int, tuple[PageCharacters, ...]]:
    layouts = queries.layouts(session, sorted({issue.paper_id for issue in issues}))
    of_issue = {issue.id: valid(layouts, issue.paper_id, issue.month) for issue in issues}
    rows = queries.pages(session, list(of_issue))
    unknown = [row.id for row in rows if every_text or (row.per_line is None and of_issue[row.issue_id] is None)]
    texts = queries.text_lengths(session, unknown) if unknown else {}
    found: dict[int, list[PageCharacters]] = defaultdict(list)
    for row in rows:
        found[row.issue_id].append(_characters(row, of_issue[row.issue_id], texts.get(row.id, 0)))
    for issue in issues:
        layout = of_issue[issue.id]
        if issue.id not in found and layout is not None and issue.usual_pages:
            found[issue.id].append(PageCharacters(NO_PAGE, "", None, issue.usual_pages, layout.per_line, layout.lines,
                                                  own=False, pictures_percent=0, decoration_percent=0, by_text=0))
    return {issue_id: tuple(pages) for issue_id, pages in found.items()}


def valid(layouts: Iterable[LayoutRow], paper_id: int, month: str) -> LayoutRow | None:
    """The layout of a paper in a month: the newest given from this month or an earlier one on."""
    fitting = [one for one in layouts if one.paper_id == paper_id and one.from_month <= month]
    return max(fitting, key=lambda one: one.from_month, default=None)


def _characters(row: PageRow, layout: LayoutRow | None, by_text: int) -> PageCharacters:
    own = row.per_line is not None
    # What is given for one page is that page's, a spread included; the paper's is that of a single sheet.
    sheets = 1 if own else sheets_of(row.number)
    return PageCharacters(
        row.id, row.number, row.name, sheets, row.per_line if own else layout.per_line if layout else None,
        row.lines if own else layout.lines if layout else None, own, row.pictures_percent, row.decoration_percent, by_text)


def sheets_of(number: str) -> int:
    """How many pages a number names: 04、05 is a spread of two."""
    return max(1, len(_NUMBER.findall(number)))


def _size(page: PageCharacters, issue_id: int) -> PageSize:
    return PageSize(page.id, issue_id, page.by_layout, page.by_text)


# Errata


def _one(issue: IssueRow, pages: Sequence[PageCharacters], errata: Sequence[ErratumRow],
         finds: Mapping[int, Sequence[FindRow]], apart: Collection[tuple[int, int]],
         annex: Mapping[str, AnnexRow]) -> IssueLedger:
    """`finds` by the root of their erratum."""
    own_finds = {find.erratum_id for row in errata for find in finds.get(row.root_id, ())}
    items = [_item(n, row, pages, finds, annex) for n, row in enumerate(errata, 1)]
    placed = {item.erratum.root_id for item in items if item.erratum.placed}
    left_out = {item.number: _why_left_out(item, placed, own_finds) for item in items}
    kept = [item for item in items if left_out[item.number] is None]
    same = same_slip.classes([Stated(one.erratum.id, one.erratum.root_id, one.erratum.wrong, one.erratum.right)
                              for one in kept], apart)  # fmt: skip
    numbers = {item.erratum.id: item.number for item in kept}
    slips = [Slip(item.number, issue.id, item.page_id, item.row.code, item.points_milli, same[item.erratum.id])
             for item in kept]  # fmt: skip
    counted = ledger(slips, [_size(page, issue.id) for page in pages])
    lines = {line.slip.number: line for line in counted.lines}
    return IssueLedger(issue, counted, tuple(pages), tuple(
        _finished(item, lines.get(item.number), numbers, same, left_out[item.number]) for item in items))


def _item(number: int, row: ErratumRow, pages: Sequence[PageCharacters], finds: Mapping[int, Sequence[FindRow]],
          annex: Mapping[str, AnnexRow]) -> Item:  # fmt: skip
    mine = finds.get(row.root_id, ())
    find = next((one for one in mine if one.erratum_id == row.id), mine[0] if mine else None)
    graded = row.points_milli is not None and row.row_code is not None
    code = row.row_code if graded else find.row_code if find else None
    points = row.points_milli if graded else find.points_milli if find else None
    assert code is not None, "neither graded nor found in-house"
    assert points is not None
    page_id = row.page_id or _page_named(pages, row.page_label)
    label = next((page.number for page in pages if page.id == page_id), row.page_label or "")
    doubling = row.doubling if graded or find is None else find.doubling
    return Item(number, row, page_id, label, annex[code], doubling, points, found_in_house=find is not None, graded=graded)


def _page_named(pages: Sequence[PageCharacters], label: str | None) -> int:
    """The page that a stated number means: 2 is 02, and 5 stands on the spread 04、05."""
    wanted = {int(part) for part in _NUMBER.findall(label or "")}
    for page in pages:
        if label == page.number or (wanted and wanted <= {int(part) for part in _NUMBER.findall(page.number)}):
            return page.id
    return NO_PAGE


def _why_left_out(item: Item, placed: Collection[int], own_finds: Collection[int]) -> LeftOut | None:
    """`placed`: the roots of the errata of the issue whose place is known."""
    if item.erratum.id in own_finds:
        return None
    if item.erratum.refused:
        return LeftOut.REFUSED_HERE
    beside = not item.erratum.placed and item.erratum.root_id in placed
    return LeftOut.PLACED_ELSEWHERE if beside else None


def _finished(item: Item, line: Line | None, numbers: Mapping[int, int], same: Mapping[int, int],
              left_out: LeftOut | None) -> Item:  # fmt: skip
    first = numbers[same[item.erratum.id]] if item.erratum.id in same else item.number
    return Item(item.number, item.erratum, item.page_id, item.page, item.row, item.doubling, item.points_milli,
                item.found_in_house, item.graded, line, first if first != item.number else None, left_out)  # fmt: skip
