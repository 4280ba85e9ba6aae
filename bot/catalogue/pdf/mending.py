"""Articles taken apart into printed lines and put together again, as an editor mends them on the page picture. Pure.

An issue's stored pages give `arranged`: every article as lists of lines, each line by its page and number. Whatever an
editor moves, joins, parts or reorders is a change of these lists; `recomposed` makes texts and boxes of them anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.catalogue.boxes import BYLINE, WHOLE, PageBoxes, article_name, decode, encode
from bot.catalogue.exchange import PageFile
from bot.catalogue.pdf.compose import At, Composer
from bot.catalogue.pdf.values import Box, Glyph, Laid, Line
from bot.understanding.values import SUBTITLE, TITLE


@dataclass(frozen=True, slots=True)
class Arranged:
    """One article by its lines, in the order of reading. `page` is the number (from 0) of the page it belongs to."""

    page: int
    key: str
    kind: str
    title: tuple[At, ...]
    subtitle: tuple[At, ...]
    body: tuple[At, ...]


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
    """Every article of an issue whose pages have boxes, with its lines in the order of its text."""
    parts: dict[tuple[str, int], list[tuple[int, int, At]]] = {}
    for number, file in enumerate(files):
        if file.form is None:
            continue
        page = decode(file.form.boxes)
        line_of = [n for n, line in enumerate(page.lines) for _ in range(line.letters)]
        for span in page.spans:
            order = (span.paragraph, span.offset, At(number, line_of[span.first]))
            parts.setdefault((span.article, min(span.paragraph, 0)), []).append(order)
    return [_arranged(number, file, n, parts) for number, file in enumerate(files) for n in range(len(file.articles))]


def _arranged(number: int, file: PageFile, n: int, parts: Mapping[tuple[str, int], list[tuple[int, int, At]]]) -> Arranged:
    article = file.articles[n]
    name = article_name(file.number, article.key)

    def lines(part: int) -> tuple[At, ...]:
        return tuple(dict.fromkeys(at for *_, at in sorted(parts.get((name, part), ()), key=lambda one: one[:2])))

    body, byline = lines(0), lines(BYLINE)
    # A byline that leads stands before the text, one that signs behind it.
    leads = bool(article.byline) and not (article.byline or "").startswith(("（", "("))
    return Arranged(number, article.key, article.kind, lines(TITLE), lines(SUBTITLE),
                    (*byline, *body) if leads else (*body, *byline))


def recomposed(files: Sequence[PageFile], articles: Sequence[Arranged], begins: Mapping[At, bool] | None = None
               ) -> tuple[PageFile, ...]:  # fmt: skip
    """The pages with these articles, in this order on each page, in place of those they had.

    `begins` says of lines whether a paragraph begins there, where that was read wrongly. Pages without boxes stay as
    they are. Lines in no article are furniture.
    """
    pages = [laid_of(decode(file.form.boxes), file.form.width, file.form.height) if file.form else Laid(1, 1, (), ())
             for file in files]  # fmt: skip
    for at, fresh in (begins or {}).items():
        lines = list(pages[at.page].lines)
        lines[at.line] = replace(lines[at.line], begins=fresh)
        pages[at.page] = replace(pages[at.page], lines=tuple(lines))
    composer = Composer(pages)
    made = {number: [composer.article(article_name(file.number, one.key), one.key, one.kind, one.title, one.subtitle,
                                      one.body) for one in articles if one.page == number]
            for number, file in enumerate(files) if file.form}  # fmt: skip
    return tuple(
        replace(file, articles=tuple(made[number]), form=replace(file.form, boxes=encode(composer.boxes(number))))
        if file.form else file for number, file in enumerate(files)
    )  # fmt: skip
