"""What the templates need to draw a page and the marks on it. Values in, values out; knows no request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.catalogue import cutting, framing, geometry
from bot.catalogue.boxes import Rect, article_name
from bot.catalogue.framing import Frame
from bot.catalogue.geometry import Marked
from models.enums import SCORING_VERDICTS, ReportState, Verdict
from models.queries.page import Leaf, Pointed
from web.present import short

VERSION = 12
"""Characters of the picture's digest that stand in addresses."""
WORDS = 24

Spot = tuple[float, float, float, float]
"""Left, top, width, height in pixels of the page's picture."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's picture. `levels`: the highest zoom of its tiles."""

    page_id: int
    number: str
    version: str
    width: int
    height: int

    @property
    def levels(self) -> int:
        return cutting.levels(self.width, self.height)


@dataclass(frozen=True, slots=True)
class Crop:
    """A piece of the picture. `box`: its left, top, width and height in pixels of the page's picture."""

    frame: Frame
    box: tuple[int, int, int, int]
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class OnPage:
    """One page with marked words. `left_out`: marks too far off to be in a crop."""

    sheet: Sheet
    spots: tuple[Spot, ...]
    crops: tuple[Crop, ...]
    left_out: int


def sheet_of(page: Leaf | Marked) -> Sheet | None:
    """None where there is no picture."""
    if page.picture is None or not page.picture_width or not page.picture_height:
        return None
    return Sheet(page.page_id, page.number, page.picture[:VERSION], page.picture_width, page.picture_height)


def on_pages(marked: Iterable[Marked]) -> tuple[OnPage, ...]:
    """The pages that have a picture, each with its marks and the pieces around them."""
    found = []
    for one in marked:
        sheet = sheet_of(one)
        if sheet is not None:
            frames, left_out = framing.frames(one.rects, one.rows, sheet.width, sheet.height)
            spots = tuple(spot(rect, sheet) for rect in one.rects)
            found.append(OnPage(sheet, spots, tuple(_crop(frame, spots, sheet) for frame in frames), left_out))
    return tuple(found)


def _crop(frame: Frame, spots: Sequence[Spot], sheet: Sheet) -> Crop:
    box = cutting.region(sheet.width, sheet.height, frame.left, frame.top, frame.right, frame.bottom)
    assert box is not None
    left, top, right, bottom = box
    inside = tuple(one for one in spots if left < one[0] + one[2] and one[0] < right
                   and top < one[1] + one[3] and one[1] < bottom)  # fmt: skip
    return Crop(frame, (left, top, right - left, bottom - top), inside)


def spot(rect: Rect, sheet: Sheet) -> Spot:
    """A box in pixels of the page's picture, to a tenth."""
    left, top = rect.left * sheet.width, rect.top * sheet.height
    return (round(left, 1), round(top, 1), round(rect.right * sheet.width - left, 1),
            round(rect.bottom * sheet.height - top, 1))  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportMark:
    """The reports that point at the same words of a page, the first of them as its number.

    `kind`: open, accepted or refused; `label` says the same in words.
    """

    number: int
    count: int
    kind: str
    label: str
    article_id: int
    spots: tuple[Spot, ...]


def report_marks(leaf: Leaf, sheet: Sheet, pointed: Iterable[Pointed]) -> list[ReportMark]:
    """Every report's mark on this page; reports of the same words are one mark."""
    if leaf.boxes is None:
        return []
    boxes = geometry.decoded(leaf.boxes)
    groups: dict[tuple[int, int, int, int], list[Pointed]] = {}
    for one in pointed:
        groups.setdefault((one.article_id, one.paragraph, one.start, one.end), []).append(one)
    found = []
    for group in groups.values():
        first = group[0]
        paragraph, start, length = geometry.meant(first.paragraph, first.start, first.end)
        rects = boxes.marks(article_name(first.article_page, first.article_key), paragraph, start, length)
        if rects:
            kind = _kind(group)
            found.append(ReportMark(first.number, len(group), kind, _label(group, kind), first.article_id,
                                    tuple(spot(rect, sheet) for rect in rects)))  # fmt: skip
    return found


KINDS = {"open": "还没有评定", "accepted": "已采纳", "refused": "没有采纳"}


def _kind(group: Sequence[Pointed]) -> str:
    """Of several reports of the same words: accepted where one is, open where one is still to be decided or hidden."""
    if any(one.hidden for one in group):
        return "open"
    verdicts: set[Verdict | None] = {one.verdict if one.state is ReportState.DECIDED else None for one in group}
    if verdicts & SCORING_VERDICTS:
        return "accepted"
    return "open" if None in verdicts else "refused"


def _label(group: Sequence[Pointed], kind: str) -> str:
    first = group[0]
    more = f"等 {len(group)} 条" if len(group) > 1 else ""
    words = f"“{short(first.wrong, WORDS)}”" if first.wrong else "没有写明哪几个字"
    if first.wrong and first.right is not None:
        words += f"应为“{short(first.right, WORDS)}”" if first.right else "应删去"
    return f"编号 {first.number}{more}：{words}，{KINDS[kind]}"
