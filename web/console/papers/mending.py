"""A page's articles mended on its picture: boundaries, titles, order; then checked. Knows no layout rule."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, flash, jsonify, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from bot.catalogue import editing, foreseen
from bot.catalogue.editing import Given, Overtaken
from bot.catalogue.exchange import ArticleFile
from bot.errors import BadInput, NotFound, WoodpeckerError
from models.queries import mending as queries
from models.queries.mending import PageHead
from models.session import reading, writing
from web.console.papers import arrangements
from web.deps import deps, now
from web.errors import status_of
from web.visitor import actor

blueprint = Blueprint("mending", __name__, url_prefix="/papers/pages")

WIDE = 1.2
"""A page so many times as wide as high is a spread: its picture is asked for larger."""


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:page_id>/mend")
def show(page_id: int) -> str:
    with reading(deps().engine) as session:
        page = _head(session, page_id)
        siblings = queries.siblings(session, page.issue_id)
        files = editing.stored(session, page.issue_id).pages
    data = arrangements.sent(files, page.at)
    data |= {"saveUrl": url_for("mending.save", page_id=page_id), "previewUrl": url_for("mending.preview", page_id=page_id),
             "picture": _picture(page, data["width"] > WIDE * data["height"])}
    return render_template("console/papers/mend.html", page=page, siblings=siblings, data=data)


@blueprint.post("/<int:page_id>/mend/preview")
def preview(page_id: int) -> tuple[Response, int]:
    """The articles as they will read, and which reports would lose their place. Writes nothing."""
    try:
        with reading(deps().engine) as session:
            page = _head(session, page_id)
            made = editing.outcome(session, page.issue_id, _given(session, page, _posted()))
    except WoodpeckerError as problem:
        return _refused(problem)
    texts = [_text(text) for text in made.texts]
    return jsonify(articles=texts, lost=_lost(list(made.lost))), 200


@blueprint.post("/<int:page_id>/mend")
def save(page_id: int) -> tuple[Response, int]:
    """Writes the arrangement; with `checked` the page counts as checked, and the answer leads to the next one."""
    try:
        posted = _posted()
        with writing(deps().engine) as session:
            page = _head(session, page_id)
            changed = editing.save(session, page.issue_id, _given(session, page, posted), actor=actor(), now=now())
            if posted.get("checked") is True:
                editing.mark_checked(session, page_id, actor=actor(), now=now())
                session.flush()
            following = queries.next_unchecked(session, page.issue_id, page_id)
    except WoodpeckerError as problem:
        return _refused(problem)
    return jsonify(next=_onwards(page, posted.get("checked") is True, changed, following)), 200


def _onwards(page: PageHead, checked: bool, changed: bool, following: int | None) -> str:
    """The address to go on to, with a word about what was done."""
    if not checked:
        flash(f"{page.number}版已保存。" if changed else f"{page.number}版没有改动。", "success")
        return url_for("mending.show", page_id=page.id)
    if following is None:
        flash(f"{page.number}版核对好了，这一期各版都核对好了。", "success")
        return url_for("papers.issue", issue_id=page.issue_id)
    flash(f"{page.number}版核对好了，接着看这一版。", "success")
    return url_for("mending.show", page_id=following)


def _head(session: Any, page_id: int) -> PageHead:
    page = queries.head(session, page_id)
    if page is None:
        raise NotFound("没有这一版。")
    return page


def _posted() -> dict[str, Any]:
    try:
        raw = request.get_json()
    except (BadRequest, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        raise BadInput(arrangements.UNREADABLE)
    return raw


def _given(session: Any, page: PageHead, posted: dict[str, Any]) -> Given:
    given = arrangements.read(posted, editing.stored(session, page.issue_id, boxes_of=()).pages)
    if page.at not in given.seen:
        raise BadInput(arrangements.UNREADABLE)
    return given


def _refused(problem: WoodpeckerError) -> tuple[Response, int]:
    fresh = problem.fresh if isinstance(problem, Overtaken) else None
    return jsonify(problem=str(problem), fresh=fresh and {str(page): state for page, state in fresh.items()}), status_of(problem)


def _text(text: ArticleFile) -> dict[str, Any]:
    return {"title": text.title, "subtitle": text.subtitle or "", "byline": text.byline or "", "paragraphs": text.paragraphs}


def _lost(numbers: list[int]) -> str:
    return f"{foreseen.named(numbers)}纠错所指的字句换了位置，保存后会自动重找，找不到的请人工核对。" if numbers else ""


def _picture(page: PageHead, spread: bool) -> str | None:
    if page.picture is None or "pictures.whole" not in current_app.view_functions:
        return None
    return url_for("pictures.whole", page_id=page.id, width=2400 if spread else 1400, v=page.picture[:12])
