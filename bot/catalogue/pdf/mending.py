"""Articles taken apart into printed lines and put together again, as an editor mends them on the page picture. Pure.

An issue's stored pages give `arranged`: every article as lists of lines, each line by its page and number. Whatever an
editor moves, joins, parts or reorders is a change of these lists; `recomposed` makes texts and boxes of them anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.catalogue.boxes import BYLINE, WHOLE, PageBoxes, article_name, decode, encode
from bot.catalogue.exchange import ArticleFile, PageFile, PageForm
from bot.catalogue.pdf.compose import At, Composer
from bot.catalogue.pdf.values import Box, Glyph, Laid, Line
from bot.understanding.values import SUBTITLE, TITLE

_Part = tuple[str, int]
"""An article's name, and TITLE, SUBTITLE, BYLINE or 0 for the text."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """One article by its lines, in the order of reading. `page` is the number (from 0) of the page it belongs to.

    `written`: its text where no line of it is known: entered by hand, or from a file without letters' boxes.
    """

    page: int
    key: str
    kind: str
    title: tuple[At, ...] = ()
    subtitle: tuple[At, ...] = ()
    body: tuple[At, ...] = ()
    written: ArticleFile | None = None

    @property
    def lines(self) -> tuple[At, ...]:
        return (*self.title, *self.subtitle, *self.body)


def laid_of(page: PageBoxes, width: float, height: float) -> Laid:
    """A stored page's lines with their letters, as the layout had them; no articles proposed."""
    lines = []
    for line in page.lines:
        size = line.size * width
        glyphs = tuple(
            Glyph(page.text[n], Box(box[0] / WHOLE * width, box[1] / WHOLE * height, box[2] / WHOLE * width,
                                    box[3] / WHOLE * height), size)
            for n, box in enumerate(page.boxes[line.first : line.first + line.letters], line.first)
        )  # fmt: skip
        box = Box(min(g.box.left for g in glyphs), min(g.box.top for g in glyphs),
                  max(g.box.right for g in glyphs), max(g.box.bottom for g in glyphs))  # fmt: skip
        lines.append(Line(glyphs, box, size, line.begins))
    return Laid(width, height, tuple(lines), ())


def arranged(files: Sequence[PageFile]) -> list[Arranged]:
    """Every article of an issue with its lines in the order of its text; one without any is `written`.

    A line that two of them share after texts were fitted by hand belongs to the one with more of its letters.
    """
    parts: dict[_Part, list[tuple[int, int, At]]] = {}
    for number, file in enumerate(files):
        if file.form is None:
            continue
        page = decode(file.form.boxes)
        line_of = [n for n, line in enumerate(page.lines) for _ in range(line.letters)]
        owners = _owners(page, line_of)
        for span in page.spans:
            line, part = line_of[span.first], (span.article, min(span.paragraph, 0))
            if owners[line] == part:
                parts.setdefault(part, []).append((span.paragraph, span.offset, At(number, line)))
    return [_arranged(number, file, n, parts) for number, file in enumerate(files) for n in range(len(file.articles))]


def _owners(page: PageBoxes, line_of: Sequence[int]) -> dict[int, _Part]:
    """Line → the part of an article that has most of its letters."""
    counted: dict[int, dict[_Part, int]] = {}
    for span in page.spans:
        shares = counted.setdefault(line_of[span.first], {})
        part = (span.article, min(span.paragraph, 0))
        shares[part] = shares.get(part, 0) + span.letters
    return {line: max(shares, key=lambda part: shares[part]) for line, shares in counted.items()}


def _arranged(number: int, file: PageFile, n: int, parts: Mapping[_Part, list[tuple[int, int, At]]]) -> Arranged:
    article = file.articles[n]
    name = article_name(file.number, article.key)

    def lines(part: int) -> tuple[At, ...]:
        return tuple(dict.fromkeys(at for *_, at in sorted(parts.get((name, part), ()), key=lambda one: one[:2])))

    body, byline = lines(0), lines(BYLINE)
    # A byline that leads stands before the text, one that signs behind it.
    leads = bool(article.byline) and not (article.byline or "").startswith(("（", "("))
    made = Arranged(number, article.key, article.kind, lines(TITLE), lines(SUBTITLE),
                    (*byline, *body) if leads else (*body, *byline))
    return made if made.lines and file.form else Arranged(number, article.key, article.kind, written=article)


def recomposed(files: Sequence[PageFile], articles: Sequence[Arranged], begins: Mapping[At, bool] | None = None
               ) -> tuple[PageFile, ...]:  # fmt: skip
    """The pages with these articles, in this order on each page, in place of those they had, every text made anew.

    `begins` says of lines whether a paragraph begins there, where that was read wrongly. Lines in no article are
    furniture.
    """
    return _Bench(files, articles, begins or {}, frozenset()).pages()


def mended(files: Sequence[PageFile], articles: Sequence[Arranged], begins: Mapping[At, bool] | None = None
           ) -> tuple[PageFile, ...]:  # fmt: skip
    """As `recomposed`, but an article whose lines are those it had keeps its text and its boxes to the letter.

    So a text that was corrected after its import is made anew from print only where an editor changed its lines.
    """
    before = {(one.page, one.key): one for one in arranged(files)}
    same = frozenset((one.page, one.key) for one in articles
                     if (old := before.get((one.page, one.key))) and _alike(one, old) and not _touched(one, begins or {}))
    return _Bench(files, articles, begins or {}, same).pages()


def _alike(one: Arranged, old: Arranged) -> bool:
    parts = (one.title, one.subtitle, one.body, one.written) == (old.title, old.subtitle, old.body, old.written)
    return parts and (one.kind == "table") == (old.kind == "table")


def _touched(one: Arranged, begins: Mapping[At, bool]) -> bool:
    return any(at in begins for at in one.lines)


class _Bench:
    """Where an issue's pages are put together. `same`: articles (page, key) that keep their text and boxes."""

    def __init__(self, files: Sequence[PageFile], articles: Sequence[Arranged], begins: Mapping[At, bool],
                 same: frozenset[tuple[int, str]]) -> None:  # fmt: skip
        self._files, self._articles, self._same = files, articles, same
        self._kept = {article_name(files[page].number, key) for page, key in same}
        self._boxes = [decode(file.form.boxes) if file.form else None for file in files]
        changed = {at.page for one in articles if (one.page, one.key) not in same for at in one.lines}
        changed |= {at.page for at in begins}
        changed |= {n for n, boxes in enumerate(self._boxes) if boxes and any(
            span.article not in self._kept for span in boxes.spans)}  # fmt: skip
        self._changed = changed
        self._composer = Composer([self._laid(n, begins) for n in range(len(files))])

    def _laid(self, number: int, begins: Mapping[At, bool]) -> Laid:
        boxes, form = self._boxes[number], self._files[number].form
        if boxes is None or form is None or number not in self._changed:
            return Laid(1, 1, (), ())
        page = laid_of(boxes, form.width, form.height)
        lines = tuple(replace(line, begins=begins.get(At(number, n), line.begins)) for n, line in enumerate(page.lines))
        return replace(page, lines=lines)

    def pages(self) -> tuple[PageFile, ...]:
        made: dict[int, list[ArticleFile]] = {}
        for one in self._articles:
            made.setdefault(one.page, []).append(self._text(one))
        return tuple(replace(file, articles=tuple(made.get(n, ())), form=self._form(n))
                     for n, file in enumerate(self._files))  # fmt: skip

    def _text(self, one: Arranged) -> ArticleFile:
        file = self._files[one.page]
        if (one.page, one.key) in self._same:
            return replace(next(old for old in file.articles if old.key == one.key), kind=one.kind)
        if one.written is not None:
            return replace(one.written, key=one.key, kind=one.kind)
        return self._composer.article(article_name(file.number, one.key), one.key, one.kind, one.title, one.subtitle,
                                      one.body)

    def _form(self, number: int) -> PageForm | None:
        form, before = self._files[number].form, self._boxes[number]
        if form is None or before is None or number not in self._changed:
            return form
        fresh = self._composer.boxes(number)
        kept = tuple(span for span in before.spans if span.article in self._kept)
        # The letters' own boxes are taken over as they were: through points they would shift by rounding.
        return replace(form, boxes=encode(PageBoxes(before.text, before.boxes, fresh.lines, (*kept, *fresh.spans))))
