"""Prints the demo's issues: each page made up as a newspaper page, drawn and stored. Its texts stay as they are.

The makeup is the same for every page: its head, the first story across the page with a photograph, the others side by
side below it, notices and advertisements in frames. The size of the type is chosen so that the page is full.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.catalogue.boxes import BYLINE, article_name
from bot.catalogue.exchange import ArticleFile, IssueFile, PageFile
from bot.catalogue.pdf.values import Box
from bot.catalogue.sources import ReadIssue, with_pages
from bot.demo.sheet import GREY, INK, RED, Face, Sheet, Words, width_of
from bot.media.store import Store
from bot.understanding.values import SUBTITLE, TITLE

WIDTH, HEIGHT, LOWEST = 600.0, 800.0, 480.0
"""A page; its spread is twice as wide. A page of few texts is cut to its content, but not below LOWEST."""
MARGIN, GUTTER, COLUMNS, GAP = 30.0, 14.0, 4, 16.0
SIZES = tuple(n / 2 for n in range(18, 28))
LEADING = 1.5
PHOTOGRAPHS = tuple(range(60, 320, 10))
"""Heights that the first story's photograph may have."""
LARGE, MIDDLE, SMALL = 34.0, 25.0, 20.0
"""Largest headlines: of the first story, of one that stands across the page below, of those side by side."""
PADDING = 8.0
FRAMED = ("ad", "contest", "gutter", "guide", "notice")
LAST = ("ad", "gutter", "notice")
"""Kinds that never lead a page."""
MAY_NOT_BEGIN = "，。、；：？！”’）》…％%·—"
MAY_NOT_END = "“‘（《□"


def printed(issues: Iterable[ReadIssue], store: Store) -> list[ReadIssue]:
    """The issues with every page's boxes, and its picture in the store."""
    return [with_pages(issue, tuple(_printed(issue.file, page, store) for page in issue.file.pages)) for issue in issues]


def _printed(issue: IssueFile, page: PageFile, store: Store) -> PageFile:
    sheet = made_up(issue, page)
    data, width, height = sheet.picture()
    return replace(page, form=replace(sheet.form(), picture=store.put(data), picture_width=width, picture_height=height))


def made_up(issue: IssueFile, page: PageFile) -> Sheet:
    """The page with the largest type that fits, and then the highest photograph."""

    def too_deep(size: float, photograph: float) -> bool:
        return _Desk(issue, page, size, photograph).make() + MARGIN > HEIGHT

    # The smallest of each is taken even where it does not fit.
    size = SIZES[max(1, bisect_left(SIZES, True, key=lambda one: too_deep(one, PHOTOGRAPHS[0]))) - 1]
    photograph = PHOTOGRAPHS[max(1, bisect_left(PHOTOGRAPHS, True, key=lambda one: too_deep(size, one))) - 1]
    desk = _Desk(issue, page, size, photograph)
    desk.sheet.height = max(LOWEST, desk.make() + MARGIN)
    return desk.sheet


@dataclass(frozen=True, slots=True)
class _Set:
    """A line of body text: full lines are spaced out to the column, a signature stands at its right."""

    words: Words
    size: float
    indent: float
    full: bool
    right: bool = False


class _Desk:
    """Makes one page up at one size of type."""

    def __init__(self, issue: IssueFile, page: PageFile, size: float, photograph: float) -> None:
        self.issue, self.page, self.size, self.photograph = issue, page, size, photograph
        self.leading = size * LEADING
        spread = "、" in page.number
        self.sheet = Sheet(WIDTH * 2 if spread else WIDTH, HEIGHT)
        self.columns = COLUMNS * 2 if spread else COLUMNS
        self.right = self.sheet.width - MARGIN

    def make(self) -> float:
        """Everything in its place; the bottom of the lowest."""
        articles = sorted(self.page.articles, key=lambda one: one.kind in LAST)
        head = [one for one in articles if one.kind == "masthead"]
        guides = [one for one in articles if one.kind == "guide"]
        captions = [one for one in articles if not one.title]
        stories = [one for one in articles if one not in (*head, *guides, *captions)]
        top = self._masthead(head[0]) if head else self._page_head()
        for guide in guides:
            top = self._guide(guide, top)
        top = self._row(stories[:1], top, LARGE, captions)
        across = 3 if self.columns > COLUMNS else 2
        for n in range(1, len(stories), across):
            self.sheet.rule(Box(MARGIN, top - GAP / 2, self.right, top - GAP / 2))
            top = self._row(stories[n : n + across], top, MIDDLE if across > len(stories) - n else SMALL)
        return top - GAP

    def _name(self, article: ArticleFile) -> str:
        return article_name(self.page.number, article.key)

    def _masthead(self, article: ArticleFile) -> float:
        """The paper's name, its English name, the line with month and price. The article's title is not printed."""
        name, (paper, english, line) = self._name(article), article.paragraphs
        self._centred(Words(paper, name, 0, begins=True), 26, 52, Face.NAME, RED)
        self._centred(Words(english, name, 1, begins=True), 84, 11, Face.BODY, INK)
        self._centred(Words(line, name, 2, begins=True), 102, 10, Face.BODY, INK)
        self.sheet.rule(Box(MARGIN, 120, self.right, 120), 1.6, RED)
        return 132.0

    def _page_head(self) -> float:
        year, month = self.issue.month.split("-")
        self.sheet.set(Words(self.page.number), MARGIN, 24, 22, Face.HEAD, colour=RED)
        left = MARGIN + width_of(self.page.number, 22, Face.HEAD) + 10
        self.sheet.set(Words(self.page.name or ""), left, 31, 14, Face.HEAD)
        printed = f"{self.issue.edition} {year}年{int(month)}月号"
        self.sheet.set(Words(printed), self.right - width_of(printed, 9, Face.BODY), 36, 9, colour=GREY)
        self.sheet.rule(Box(MARGIN, 52, self.right, 52), 1.2, RED)
        return 64.0

    def _centred(self, words: Words, top: float, size: float, face: Face, colour: tuple[int, int, int]) -> None:
        left = (self.sheet.width - width_of(words.text, size, face)) / 2
        self.sheet.set(words, left, top, size, face, colour=colour)

    def _guide(self, article: ArticleFile, top: float) -> float:
        """A strip with the titles of what is inside, in two columns."""
        name, size = self._name(article), 10.5
        rows = -(-len(article.paragraphs) // 2)
        box = Box(MARGIN, top, self.right, top + rows * size * 1.7 + 10)
        self.sheet.tints.append(box)
        self.sheet.set(Words(article.title, name, TITLE, begins=True), MARGIN + 10, (box.top + box.bottom) / 2 - 9, 18,
                       Face.HEAD, colour=RED)  # fmt: skip
        for n, words in enumerate(article.paragraphs):
            left = MARGIN + 70 + n // rows * (self.right - MARGIN - 70) / 2
            self.sheet.set(Words(words, name, n, begins=True), left, top + 8 + n % rows * size * 1.7, size)
        return box.bottom + GAP

    def _row(self, articles: Sequence[ArticleFile], top: float, heading: float, captions: Sequence[ArticleFile] = ()) -> float:
        """Articles side by side, each over so many columns as its length asks for. Returns where the next row begins."""
        bottoms, boxes = [], list(self._places(articles, top))
        for article, box in zip(articles, boxes, strict=True):
            inner = box.inside(PADDING) if article.kind in FRAMED else box
            count = max(1, round((inner.width + GUTTER) / (self._column + GUTTER)))
            photograph = self.photograph if len(articles) == 1 and inner is box else 0.0
            bottoms.append(self._article(article, inner, count, heading, photograph, captions) + inner.top - box.top)
        lowest = max(bottoms, default=top - GAP)
        for article, box, bottom in zip(articles, boxes, bottoms, strict=True):
            if article.kind in FRAMED:
                self.sheet.rule(Box(box.left, top, box.right, lowest), 1.2 if article.kind == "ad" else 0.6)
            elif lowest - bottom > 50:
                self.sheet.photographs.append(Box(box.left, bottom + 10, box.right, lowest))
        return lowest + GAP

    @property
    def _column(self) -> float:
        return (self.right - MARGIN - GUTTER * (self.columns - 1)) / self.columns

    def _places(self, articles: Sequence[ArticleFile], top: float) -> Iterator[Box]:
        lengths = [sum(map(len, one.paragraphs)) + 40 for one in articles]
        left, rest = MARGIN, self.columns
        for n, length in enumerate(lengths):
            others = len(lengths) - n - 1
            fair = round(rest * length / sum(lengths[n:]))
            count = rest if not others else min(max(fair, self._least(articles[n])), rest - 2 * others)
            right = left + count * self._column + (count - 1) * GUTTER
            yield Box(left, top, right, top)
            left, rest = right + GUTTER, rest - count

    def _least(self, article: ArticleFile) -> int:
        return 1 if len(article.title) <= 8 else 2

    def _article(self, article: ArticleFile, box: Box, count: int, heading: float, photograph: float,
                 captions: Sequence[ArticleFile]) -> float:  # fmt: skip
        """Headline, then the text in columns of equal depth, with a photograph over the last of them. Its bottom."""
        name, top = self._name(article), box.top
        for unit, words, most in ((TITLE, article.title, heading), (SUBTITLE, article.subtitle or "", 14.0)):
            if words:
                size = min(most, box.width / width_of(words, 1.0, Face.HEAD))
                self.sheet.set(Words(words, name, unit, begins=True), box.left, top, size, Face.HEAD)
                top += size * 1.3
        return self._flow(article, replace(box, top=top + 3), count, photograph, captions)

    def _flow(self, article: ArticleFile, box: Box, count: int, photograph: float, captions: Sequence[ArticleFile]) -> float:
        """The text in its columns, beside and below the photograph; the bottom of the deeper."""
        width = (box.width - GUTTER * (count - 1)) / count
        lines = _lines(article, self._name(article), width, self.size)
        beside, hole = count, 0
        if photograph:
            beside = count // 2
            left = box.left + beside * (width + GUTTER)
            hole = self._picture(Box(left, box.top + 2, box.right, box.top + 2 + photograph), captions, box.top)
        deep = -(-(len(lines) + (count - beside) * hole) // count)
        if deep < hole:  # a short text stands beside its photograph only
            deep = -(-len(lines) // beside)
        rest = iter(lines)
        for column in range(count):
            for row in range(hole if column >= beside else 0, deep):
                if (line := next(rest, None)) is not None:
                    self._line(line, box.left + column * (width + GUTTER), box.top + row * self.leading, width)
        return box.top + max(deep, hole) * self.leading - (self.leading - self.size)

    def _picture(self, box: Box, captions: Sequence[ArticleFile], top: float) -> int:
        """The photograph with its caption; how many lines of text they take the place of."""
        self.sheet.photographs.append(box)
        bottom = box.bottom + 6
        for caption in captions:
            for unit, words in enumerate(caption.paragraphs):
                for n, (start, piece) in enumerate(_wrapped(words, box.width, 9.0, 0.0)):
                    self.sheet.set(Words(piece, self._name(caption), unit, start, begins=not n), box.left, bottom, 9.0)
                    bottom += 13.0
        return int(-(-(bottom + 2 - top) // self.leading))

    def _line(self, line: _Set, left: float, top: float, width: float) -> None:
        if line.right:
            left += width - width_of(line.words.text, line.size, Face.BODY)
        room = width - line.indent if line.full else None
        self.sheet.set(line.words, left + line.indent, top + self.size - line.size, line.size, room=room)


def _lines(article: ArticleFile, name: str, width: float, size: float) -> list[_Set]:
    """Byline and paragraphs as lines of a column: a writer is named before the text, who signs stands behind it."""
    lines, by = [], []
    signed = (article.byline or "").startswith("（")
    if article.byline:  # on one line, smaller where it is long
        fitting = min(size, width / width_of(article.byline, 1.0, Face.BODY))
        by = [_Set(Words(article.byline, name, BYLINE, begins=True), fitting, 0.0, full=False, right=signed)]
    for unit, words in enumerate(article.paragraphs):
        pieces = _wrapped(words, width, size, 2 * size)
        for n, (start, piece) in enumerate(pieces):
            lines.append(_Set(Words(piece, name, unit, start, begins=not n), size, 0.0 if n else 2 * size,
                              full=n < len(pieces) - 1))  # fmt: skip
    return [*lines, *by] if signed else [*by, *lines]


@lru_cache(maxsize=4096)
def _wrapped(words: str, width: float, size: float, indent: float) -> tuple[tuple[int, str], ...]:
    """(offset, piece) of every line, by the rules of setting: no closing mark begins a line, no opening one ends it."""
    pieces, start, room = [], 0, width - indent
    while start < len(words):
        end, used = start, 0.0
        while end < len(words) and (used := width_of(words[start : end + 1], size, Face.BODY)) <= room:
            end += 1
        if end < len(words):
            end = _cut(words, start, end, room + 0.7 * size >= used)
        pieces.append((start, words[start:end]))
        start, room = end, width
    return tuple(pieces)


def _cut(words: str, start: int, end: int, hangs: bool) -> int:
    """Where to break before or about `end`, the first character that has no room."""
    if words[end] in MAY_NOT_BEGIN and hangs and words[end + 1 : end + 2] not in tuple(MAY_NOT_BEGIN):
        return end + 1
    cut = end
    while cut > start + 1 and (words[cut] in MAY_NOT_BEGIN or words[cut - 1] in MAY_NOT_END or _one_word(words, cut)):
        cut -= 1
    return cut if cut > start + 1 else end


def _one_word(words: str, at: int) -> bool:
    pair = words[at - 1 : at + 1]
    return pair.isascii() and pair.isalnum()
