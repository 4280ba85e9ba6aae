"""One page of an issue as printed: its picture with every report's mark, its articles beside. Knows not how it came in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, request, url_for

from bot.catalogue import geometry
from bot.catalogue.boxes import article_name
from bot.errors import NotFound
from models.queries import page as queries
from models.queries.page import ArticleLine, Leaf
from models.session import reading
from web.console.papers import page_pictures
from web.console.papers.page_pictures import KINDS, Sheet, Spot
from web.deps import deps
from web.numbers import whole
from web.visitor import member

blueprint = Blueprint("pages", __name__, url_prefix="/papers/pages")

ZOOMS = (1, 2, 3)
"""How many times as wide as its box the picture is shown where no script zooms."""
UNTITLED = {"caption": "图片说明", "ad": "广告", "table": "表格", "notice": "启事", "letter": "来信", "masthead": "报头",
            "guide": "导读"}  # fmt: skip
"""What stands for the title of an article that has none."""


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:page_id>")
def show(page_id: int) -> str:
    """`?report=`: the report that one came from, its mark stands out; `?zoom=`: for browsers without scripts."""
    with reading(deps().engine) as session:
        leaf = _leaf(queries.leaf(session, page_id))
        pages = queries.of_issue(session, leaf.issue_id)
        articles = queries.articles(session, page_id, member().staff_id)
        pointed = queries.pointed(session, leaf.issue_id, member().staff_id)
    sheet = page_pictures.sheet_of(leaf)
    return render_template(
        "console/papers/page.html", issue_id=leaf.issue_id, page=next(one for one in pages if one.id == page_id), pages=pages,
        articles=articles, sheet=sheet, kinds=KINDS, untitled=UNTITLED, zoom=_one_of("zoom", ZOOMS),
        marks=page_pictures.report_marks(leaf, sheet, pointed) if sheet else [], report=request.args.get("report", type=whole),
        areas=_areas(leaf, sheet, articles) if sheet else {})


@blueprint.get("/<int:page_id>/marks")
def marks(page_id: int) -> Response:
    """Every report's mark on the page, for the viewer of a report's screen."""
    with reading(deps().engine) as session:
        leaf = _leaf(queries.leaf(session, page_id))
        pointed = queries.pointed(session, leaf.issue_id, member().staff_id)
    sheet = page_pictures.sheet_of(leaf)
    found: list[dict[str, Any]] = [
        {"number": one.number, "count": one.count, "kind": one.kind, "label": one.label, "spots": one.spots,
         "address": url_for("report.show", number=one.number)}
        for one in (page_pictures.report_marks(leaf, sheet, pointed) if sheet else [])
    ]
    return jsonify(marks=found)


def _leaf(found: Leaf | None) -> Leaf:
    if found is None:
        raise NotFound("没有这一版。")
    return found


def _one_of(name: str, allowed: tuple[int, ...]) -> int:
    asked = request.args.get(name, type=whole)
    return asked if asked in allowed else allowed[0]


def _areas(leaf: Leaf, sheet: Sheet, articles: list[ArticleLine]) -> dict[int, list[Spot]]:
    """Where each article of the page is printed on it, so that it can be chosen on the picture."""
    if leaf.boxes is None:
        return {}
    areas = geometry.decoded(leaf.boxes).areas()
    return {article.id: [page_pictures.spot(rect, sheet) for rect in areas.get(article_name(leaf.number, article.key), ())]
            for article in articles}  # fmt: skip
