"""查找: words in articles and reports, newest first. Only reads; shows nothing of readers."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, render_template, request

from bot import search
from models.enums import SearchKind
from models.queries import search as queries
from models.session import reading
from web.console import listing
from web.deps import deps
from web.visitor import member

blueprint = Blueprint("search", __name__, url_prefix="/search")
SHOWN = 50
LONGEST = 200


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    words = request.args.get("q", "").strip()[:LONGEST]
    kind = SearchKind.REPORT if request.args.get("in") == SearchKind.REPORT else SearchKind.ARTICLE
    number = _number(words)
    with reading(deps().engine) as session:
        numbered = queries.report_lines(session, [number], member().only_papers) if number else {}
        results = search.find(session, words, kind, most=SHOWN)
        ids = [hit.ref_id for hit in results.found]
        articles = queries.article_lines(session, ids, member().staff_id) if kind is SearchKind.ARTICLE else {}
        reports = queries.report_lines(session, ids, member().only_papers) if kind is SearchKind.REPORT else {}
    known = articles if kind is SearchKind.ARTICLE else reports
    results = replace(results, found=tuple(hit for hit in results.found if hit.ref_id in known))
    return render_template("console/search.html", words=words, kind=kind, kinds=SearchKind, results=results,
                           articles=articles, reports=reports, numbered=numbered.get(number))  # fmt: skip


def _number(words: str) -> int:
    """Of the report that is asked for by its number, as readers are told it; 0 where other words are sought."""
    return listing.number(words.removeprefix("编号").strip()) or 0
