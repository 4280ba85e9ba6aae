"""How pages look, kept beside them: boxes and pictures written at import, words marked when they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from bot.catalogue.aligning import aligned
from bot.catalogue.boxes import BYLINE, PageBoxes, Rect, article_name, decode, encode
from bot.catalogue.exchange import PageForm
from bot.understanding.values import SUBTITLE, TITLE, WHOLE, Place
from models.papers import Article, Page, PageGeometry

LONGEST_TITLE = 10_000


@dataclass(frozen=True, slots=True)
class Marked:
    """Words on one page's picture: one box a line piece. `picture` is the stored file's name, if there is one."""

    page_id: int
    picture: str | None
    picture_width: int | None
    picture_height: int | None
    rects: tuple[Rect, ...]


def keep(session: Session, page_id: int, form: PageForm) -> None:
    """Writes a page's geometry in place of the one before. A picture that the new one lacks is kept."""
    old = session.get(PageGeometry, page_id)
    row = old or PageGeometry(page_id=page_id)
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
    row = db.execute(select(Article.key, Article.page_id, Page.number, Page.issue_id)
                     .join(Page, Page.id == Article.page_id).where(Article.id == place.article_id)).first()  # fmt: skip
    if row is None:
        return ()
    name = article_name(row.number, row.key)
    paragraph, start, length = place.paragraph, place.start, place.end - place.start
    if paragraph == WHOLE:
        paragraph, start, length = TITLE, 0, LONGEST_TITLE
    query = (select(PageGeometry.page_id, PageGeometry.picture, PageGeometry.picture_width, PageGeometry.picture_height,
                    PageGeometry.boxes)
             .join(Page, Page.id == PageGeometry.page_id).order_by(Page.position))  # fmt: skip
    found = []
    for pages in (query.where(Page.id == row.page_id), query.where(Page.issue_id == row.issue_id, Page.id != row.page_id)):
        for page in db.execute(pages):
            boxes = _decoded(page.boxes)
            if rects := boxes.marks(name, paragraph, start, length):
                found.append(Marked(page.page_id, page.picture, page.picture_width, page.picture_height, rects))
            if boxes.holds(name, paragraph, start) and boxes.holds(name, paragraph, start + length - 1):
                return tuple(found)  # the other pages of the issue need not be read
    return tuple(found)


@lru_cache(maxsize=64)
def _decoded(blob: bytes) -> PageBoxes:
    return decode(blob)


def pictures_in_use(db: Connection) -> set[str]:
    """The names of all stored pictures that a page shows."""
    return {name for name in db.scalars(select(PageGeometry.picture)) if name}

