"""How pages look, kept beside them: boxes and pictures written at import, words marked when they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from bot.catalogue.aligning import aligned
from bot.catalogue.boxes import BYLINE, PageBoxes, Rect, article_name, decode, encode
from bot.catalogue.exchange import PageForm
from bot.understanding.values import SUBTITLE, TITLE, WHOLE, Place
from models.papers import Article, Page, PageGeometry
from models.queries import page as queries
from models.queries.page import Leaf

LONGEST_TITLE = 10_000


@dataclass(frozen=True, slots=True)
class Marked:
    """Words on one page's picture: one box a line piece, in `rows` the box of the whole line that each stands in.

    `picture` is the stored file's name, if there is one; `number` the page's.
    """

    page_id: int
    picture: str | None
    picture_width: int | None
    picture_height: int | None
    rects: tuple[Rect, ...]
    number: str = ""
    rows: tuple[Rect, ...] = ()


def keep(session: Session, page_id: int, form: PageForm) -> None:
    """Writes a page's geometry in place of the one before. A picture that the new one lacks is kept."""
    old = session.get(PageGeometry, page_id)
    row = old or PageGeometry(page_id=page_id)
    if row.boxes != form.boxes:  # another layout is to be checked anew
        row.checked_at = row.checked_by_id = None
    row.width, row.height, row.boxes = form.width, form.height, form.boxes
    if form.picture or old is None:
        row.picture, row.picture_width, row.picture_height = form.picture, form.picture_width, form.picture_height
    session.add(row)


def mend(session: Session, page: Page) -> int:
    """Fits the kept boxes to a page's texts after they were changed by hand or by an import without pictures.

    Returns how many characters of its articles now have no box. What an article has on other pages stays.
    """
    row = session.get(PageGeometry, page.id)
    if row is None:
        return 0
    units = {
        (article_name(page.number, article.key), number): text
        for article in session.scalars(select(Article).where(Article.page_id == page.id))
        for number, text in ((TITLE, article.title), (SUBTITLE, article.subtitle or ""), (BYLINE, article.byline or ""),
                             *enumerate(article.paragraphs))
    }  # fmt: skip
    before = decode(row.boxes)
    own = f"{page.number}/"
    foreign = tuple(span for span in before.spans if not span.article.startswith(own))
    spans = aligned(before, units, foreign)
    row.boxes = encode(PageBoxes(before.text, before.boxes, before.lines, (*foreign, *spans)))
    printed = sum(len(text.replace(" ", "")) for text in units.values())
    return max(0, printed - sum(span.letters for span in spans))


def marks(db: Connection, place: Place) -> tuple[Marked, ...]:
    """Where the words of a place are printed, page by page: an article that jumps has words on two.

    An article as a whole (WHOLE) is marked by its title. () where the pages have no boxes.
    """
    return marks_of(db, [place], queries.homes(db, [place.article_id]))[0]


def marks_of(db: Connection, places: Sequence[Place], homes: Mapping[int, tuple[str, Leaf]]) -> list[tuple[Marked, ...]]:
    """The same for several places. `homes`: each article's key and the page it begins on.

    The other pages of an issue are read only where words do not all stand on the page their article begins on.
    """
    found: dict[int, list[Marked]] = {}
    jumping: dict[int, int] = {}
    for n, place in enumerate(places):
        if place.article_id in homes:
            key, leaf = homes[place.article_id]
            whole = _add(found.setdefault(n, []), leaf, article_name(leaf.number, key), place)
            if not whole:
                jumping[n] = leaf.issue_id
    for leaf in queries.leaves_of(db, set(jumping.values())) if jumping else ():
        for n in (n for n, issue_id in jumping.items() if issue_id == leaf.issue_id):
            key, home = homes[places[n].article_id]
            if leaf.page_id != home.page_id:
                _add(found[n], leaf, article_name(home.number, key), places[n])
    return [tuple(found.get(n, ())) for n in range(len(places))]


def _add(found: list[Marked], leaf: Leaf, name: str, place: Place) -> bool:
    """Adds what stands of the words on this page; whether it is all of them."""
    if leaf.boxes is None:
        return True  # the pages of an issue have boxes all or none
    boxes = decoded(leaf.boxes)
    paragraph, start, length = meant(place.paragraph, place.start, place.end)
    if rects := boxes.marks(name, paragraph, start, length):
        found.append(Marked(leaf.page_id, leaf.picture, leaf.picture_width, leaf.picture_height, rects,
                            leaf.number, boxes.rows(name, paragraph, start, length)))  # fmt: skip
    if place.paragraph == WHOLE:
        return bool(rects)
    return boxes.holds(name, paragraph, start) and boxes.holds(name, paragraph, start + length - 1)


def meant(paragraph: int, start: int, end: int) -> tuple[int, int, int]:
    """(paragraph, first character, how many) to be marked: the title for an article as a whole."""
    if paragraph == WHOLE:
        return TITLE, 0, LONGEST_TITLE
    return paragraph, start, max(1, end - start)


@lru_cache(maxsize=64)
def decoded(blob: bytes) -> PageBoxes:
    """A page's boxes; the pages looked at last are kept unfolded."""
    return decode(blob)


def pictures_in_use(db: Connection) -> set[str]:
    """The names of all stored pictures that a page shows."""
    return {name for name in db.scalars(select(PageGeometry.picture)) if name}

