"""每月讲评: the month's confirmed errors for the desks, and at which step each came about. Shows nothing of readers."""

from __future__ import annotations

import re

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.contest.arithmetic import points_text
from bot.house import newsroom
from bot.house.classes import CLASS_NAMES
from models.enums import DeskCause
from models.queries import newsroom as queries
from models.session import reading
from web import present
from web.console import listing
from web.console.acting import attempt
from web.console.house import briefing_text
from web.deps import deps, now
from web.numbers import whole
from web.paper_access import check_named
from web.visitor import actor

blueprint = Blueprint("newsroom", __name__, url_prefix="/papers/newsroom")

CAUSES = tuple(DeskCause)
PAGE_SIZE, RETURNED = 100, 30
"""Errors listed at once, and of those that came back."""
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_IDS = re.compile(r"[0-9]{1,9}(,[0-9]{1,9})*")  # no id that PostgreSQL cannot hold


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
def index() -> str:
    return _page(None)


@blueprint.get("/<month>")
def month(month: str) -> str:
    if not _MONTH.fullmatch(month):
        raise NoSuchPage
    return _page(month)


def _page(asked: str | None) -> str:
    paper_id = request.args.get("paper", type=whole)
    with reading(deps().engine) as session:
        months = queries.months(session)
        label = asked or (months[0] if months else None)
        found = newsroom.month_of(session, label, paper_id=paper_id) if label else None
        papers = queries.papers(session, label) if label else []
        kinds = listing.kinds(queries.rules(session, label)) if label else {}
    start = min(max(request.args.get("after", type=whole) or 0, 0), len(found.entries) if found else 0)
    around = sorted({*months, *([label] if label else [])})
    at = around.index(label) if label else 0
    return render_template(
        "console/newsroom/month.html", it=found, month=label, papers=papers, paper_id=paper_id, causes=CAUSES,
        before=around[at - 1] if at > 0 else None, after=around[at + 1] if at + 1 < len(around) else None,
        causes_named=[(present.name(one), many) for one, many in found.causes] if found else [],
        classes_named=[(CLASS_NAMES[one], many) for one, many in found.classes] if found else [],
        listed=found.entries[start : start + PAGE_SIZE] if found else (), start=start, page_size=PAGE_SIZE,
        returned=found.returned if found else (), most_returned=RETURNED, points_text=points_text,
        class_names=CLASS_NAMES, kinds=kinds,
        chat_text=briefing_text.text(found) if found else "")


@blueprint.post("/<month>/causes")
def causes(month: str) -> Response:
    """The cause of those ticked, or of one by its own button (`one`: ids, a space, the cause)."""
    if not _MONTH.fullmatch(month):
        raise NoSuchPage
    ids, cause = _asked()

    def act(session: Session) -> str:
        check_named(session, "erratum_id", ids)
        return _set(newsroom.set_causes(session, ids, cause, actor=actor(), now=now()), cause)

    _say(attempt(act))
    return redirect(url_for("newsroom.month", month=month, paper=request.args.get("paper", type=whole),
                            after=request.args.get("after", type=whole) or None,
                            _anchor="missing" if "one" in request.form else "all"))


def _asked() -> tuple[list[int], DeskCause]:
    one, _, chosen = request.form.get("one", "").rpartition(" ")
    groups = [one] if one else request.form.getlist("slip")
    if not all(_IDS.fullmatch(group) for group in groups):
        raise BadRequest
    return [int(number) for group in groups for number in group.split(",")], _cause(chosen or request.form.get("cause"))


def _set(count: int, cause: DeskCause) -> str:
    return f"{count} 处定为“{present.name(cause)}”。"


@blueprint.post("/errata/<int:erratum_id>/cause")
def cause(erratum_id: int) -> Response:
    """From the grading page; an empty cause takes it back."""
    number = request.args.get("number", type=whole)
    chosen = request.form.get("cause", "")
    wanted = _cause(chosen) if chosen else None
    note = request.form.get("note")

    def act(session: Session) -> str:
        newsroom.set_cause(session, erratum_id, wanted, note=note, actor=actor(), now=now())
        return f"出错环节定为“{present.name(wanted)}”。" if wanted else "出错环节先不定。"

    _say(attempt(act))
    if number is None:
        return redirect(url_for("newsroom.index"))
    address = listing.address(listing.asked())
    return redirect(url_for("report.show", number=number, _anchor="desk-cause", **address))  # type: ignore[arg-type]


def _cause(value: str | None) -> DeskCause:
    try:
        return DeskCause(value or "")
    except ValueError:
        raise BadRequest from None


def _say(problem: Exception | None) -> None:
    if problem is not None:
        flash(str(problem), "danger")

