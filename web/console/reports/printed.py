"""The article as printed with the reported words marked, and what does not agree with the reader. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.filing import cited
from bot.filing.cited import Contradiction, Impossible, Printed
from bot.understanding.values import SUBTITLE, TITLE, WHOLE, Field, Finding, Located, Place
from models.queries.report import PrintedArticle, ReportView
from web import present
from web.console.papers.page_pictures import OnPage


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One unit of an article: its title, a paragraph. `near`: shown around the marked words."""

    kind: str  # title, subtitle, paragraph
    pieces: tuple[Piece, ...]
    near: bool

    @property
    def has_mark(self) -> bool:
        return any(piece.marked for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One place in print. `where`: 标题, 正文第 3 段 or ""; `moved`: the text there is another one now.

    `choice`: its number among the places found, where an editor may still say which is meant. `pages`: the pages that
    have a picture, with the words marked.
    """

    article: PrintedArticle
    where: str
    passages: tuple[Passage, ...]
    moved: bool = False
    choice: int | None = None
    pages: tuple[OnPage, ...] = ()

    @property
    def words(self) -> str:
        """The marked words as printed."""
        return "".join(piece.text for passage in self.passages for piece in passage.pieces if piece.marked)

    @property
    def in_title(self) -> bool:
        return self.where in ("标题", "副题")


def found_at(report: ReportView, finding: Finding, articles: dict[int, PrintedArticle]) -> list[tuple[int | None, Place]]:
    """Where the words stand: the one place, or every candidate with its number among the places found."""
    if report.article_id is not None and report.article_id in articles:
        return [(None, Place(0, 0, 0, report.article_id, report.paragraph if report.paragraph is not None else WHOLE,
                             report.quote_start or 0, report.quote_end or 0))]
    several = report.located == Located.SEVERAL
    return [(n if several else None, place) for n, place in enumerate(finding.places) if place.article_id in articles]


def places(found: Sequence[tuple[int | None, Place]], articles: dict[int, PrintedArticle],
           marked: Sequence[tuple[OnPage, ...]]) -> list[PlaceView]:  # fmt: skip
    """The same to be shown; `marked`: the pages with the words of each. Words that are others now are not marked."""
    views = []
    for (choice, place), pages in zip(found, marked, strict=True):
        view = _view(place, articles[place.article_id])
        views.append(replace(view, choice=choice, pages=() if view.moved else pages))
    return views


def wanted(report: ReportView, finding: Finding) -> set[int]:
    """The ids of the articles that `places` will ask for, and of the one stated."""
    ids = {place.article_id for place in finding.places}
    ids |= {one for one in (report.article_id, finding.article_id) if one is not None}
    return ids


def _view(place: Place, article: PrintedArticle) -> PlaceView:
    units = [(TITLE, "title", article.title)] if article.title else []
    units += [(SUBTITLE, "subtitle", article.subtitle)] if article.subtitle else []
    units += [(number, "paragraph", text) for number, text in enumerate(article.paragraphs)]
    at = next((n for n, unit in enumerate(units) if unit[0] == place.paragraph), None)
    passages, moved = [], place.paragraph != WHOLE
    for n, (number, kind, text) in enumerate(units):
        whole = Piece(text)
        pieces: tuple[Piece, ...] = (whole,)
        if number == place.paragraph and 0 <= place.start <= place.end <= len(text):
            pieces, moved = _marked(text, place.start, place.end), False
        passages.append(Passage(kind, pieces, near=at is not None and abs(n - at) <= 1))
    return PlaceView(article, _where(place.paragraph), tuple(passages), moved)


def _marked(text: str, start: int, end: int) -> tuple[Piece, ...]:
    pieces = (Piece(text[:start]), Piece(text[start:end], marked=True), Piece(text[end:]))
    return tuple(piece for piece in pieces if piece.text)


def _where(paragraph: int) -> str:
    names = {TITLE: "标题", SUBTITLE: "副题", WHOLE: ""}
    return names[paragraph] if paragraph in names else f"正文第 {paragraph + 1} 段"


def verdict_on_place(report: ReportView, found: int) -> str:
    """What the search in print gave, in plain words; empty where the mark says it all."""
    match report.located:
        case Located.SEVERAL:
            return f"这几个字在 {found} 处都有，请对照来信，点“就是这里”定下来。"
        case Located.NOT_FOUND:
            return "在所说的报纸里没有找到这几个字。请对着报纸核实：也许读者引用有出入，也许版面写错了。"
        case Located.NOT_IMPORTED:
            return "这一期或这一版还没有导入，不能自动对照，请对着报纸核实。导入以后会自动再找。"
        case Located.NO_QUOTE:
            return "读者没有引用原文，说的是下面这篇文章。" if found else "读者没有引用原文，请对着报纸核实。"
    return ""


def contradicted(report: ReportView, finding: Finding, articles: dict[int, PrintedArticle],
                 pages: Sequence[str]) -> list[Contradiction]:  # fmt: skip
    """Where the reader's words and the place found do not agree. `pages`: the numbers of those the words stand on, where
    that is known: an article may go on elsewhere."""
    article = articles.get(report.article_id) if report.article_id is not None else None
    if article is None or finding.place is None:
        return []
    known = (*pages, article.page)
    page = next((one for one in known if finding.page and cited.same_page(finding.page, one)), known[0])
    there = Printed(finding.place.paper_id, article.paper, article.month, article.published_on, page, article.id,
                    article.title)
    stated = articles.get(finding.article_id) if finding.article_id is not None else None
    return cited.contradictions(finding, there, paper=finding.paper_text, article=stated.title if stated else None)


def contradictions(report: ReportView, found: Sequence[Contradiction], articles: dict[int, PrintedArticle]) -> list[str]:
    """The same in sentences."""
    article = articles.get(report.article_id) if report.article_id is not None else None
    title = article.title if article else ""
    return [CONTRADICTIONS[one.field].format(stated=present.month(one.stated), printed=present.month(one.printed), article=title)
            for one in found]


CONTRADICTIONS = {
    Field.PAPER: "读者说的报纸是“{stated}”，找到的地方在《{printed}》。",
    Field.ISSUE: "读者说的是 {stated}那期，找到的地方在 {printed}那期。",
    Field.PAGE: "读者说的是 {stated} 版，找到的地方在 {printed} 版《{article}》。",
    Field.ARTICLE: "读者说的是《{stated}》，找到的地方在《{printed}》。",
}


def impossible_words(cannot: Impossible) -> str:
    """What was cited and cannot be."""
    if cannot.issue is not None:
        return f"读者说的 {present.month(cannot.issue)}那期{'还没有出' if cannot.not_out else '没有查到'}，请核实是哪一期。"
    return f"读者说的是 {cannot.page} 版，这一期没有这一版。"
