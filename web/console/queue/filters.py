"""Saved filters of the list: kept from the present address, renamed, shared, deleted and brought back."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from bot.teamwork import filters
from models.queries import list_frame
from models.session import reading
from web.access import CHIEFS
from web.console import listing
from web.console.acting import attempt
from web.deps import deps, now
from web.visitor import actor, member

blueprint = Blueprint("filters", __name__, url_prefix="/queue/filters")
LEFT_OUT = frozenset({"grader", "after"})
"""Whose papers one looks at, and which page of the list, is no part of a filter."""


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    """All of them, to be renamed and deleted; what was just deleted can be brought back."""
    with reading(deps().engine) as session:
        frame = list_frame.frame(session, member().staff_id)
    papers, rounds, staff = dict(frame.papers), {one[0]: one[1] for one in frame.rounds}, dict(frame.colleagues)
    kinds = listing.kinds(frame.rules)
    described = {one.id: listing.described(listing.from_args(MultiDict(one.parameters)), papers, rounds, staff, kinds)
                 for one in frame.kept}
    return render_template("console/queue/filters.html", kept=frame.kept, described=described, longest=filters.LONGEST,
                           removed=request.args.get("removed", type=listing.number), may_share=_may_share())


@blueprint.post("")
def save() -> Response:
    """Keeps the list of the address in the form."""
    listed = listing.from_args(request.form)
    parameters = {name: str(value) for name, value in listing.address(listed).items() if name not in LEFT_OUT}
    shared = request.form.get("shared") == "y"

    def act(session: Session) -> str:
        filters.save(session, request.form.get("name", ""), parameters, shared=shared, actor=actor(), now=now())
        return "筛选已存，在列表的“筛选”里，点名字就到。"

    _say(attempt(act))
    return redirect(url_for("queue.index", **cast("dict[str, Any]", listing.address(listed))))


@blueprint.post("/<int:filter_id>/rename")
def rename(filter_id: int) -> Response:
    def act(session: Session) -> str:
        filters.rename(session, filter_id, request.form.get("name", ""), actor=actor(), now=now())
        return "名字改好了。"

    _say(attempt(act))
    return redirect(url_for("filters.index"))


@blueprint.post("/<int:filter_id>/share")
def share(filter_id: int) -> Response:
    shared = request.form.get("shared") == "y"

    def act(session: Session) -> str:
        filters.share(session, filter_id, shared=shared, actor=actor(), now=now())
        return "大家都能用了。" if shared else "只有您自己能用了。"

    _say(attempt(act))
    return redirect(url_for("filters.index"))


@blueprint.post("/<int:filter_id>/remove")
def remove(filter_id: int) -> Response:
    problem = attempt(lambda session: f"“{filters.remove(session, filter_id, actor=actor(), now=now())}”已删掉。")
    _say(problem)
    return redirect(url_for("filters.index", removed=None if problem else filter_id))


@blueprint.post("/<int:filter_id>/restore")
def restore(filter_id: int) -> Response:
    _say(attempt(lambda session: f"“{filters.restore(session, filter_id, actor=actor(), now=now())}”恢复了。"))
    return redirect(url_for("filters.index"))


def _say(problem: Exception | None) -> None:
    if problem is not None:
        flash(str(problem), "danger")


def _may_share() -> bool:
    return member().role in CHIEFS
