"""The last decisions that can be taken back, newest first, from any page: kept in the signed cookie, with the key z."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, flash, redirect, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.errors import WoodpeckerError
from bot.judging import rescored
from bot.judging.rescored import LookFirst
from web.console import leaving_bar, listing, looks
from web.console.acting import attempt
from web.deps import now
from web.forms import Form
from web.numbers import whole
from web.visitor import actor

KEY = "undo"
KEPT = 10
"""Decisions that can be taken back one after the other."""
REPORT, BULK = "report", "bulk"

blueprint = Blueprint("undoing", __name__, url_prefix="/undo")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@dataclass(frozen=True, slots=True)
class Undoable:
    """`version` is the report's after the decision: a change by somebody else makes the undo stale.

    `kind` BULK: `number` is that of an act on many reports, without a version.
    """

    number: int
    version: int
    sentence: str
    kind: str = REPORT


def remember(number: int, version: int, sentence: str, kind: str = REPORT) -> None:
    """Puts a decision on top. A later one about the same report replaces it."""
    others = [one for one in _stack() if (one.number, one.kind) != (number, kind)]
    _keep([*others, Undoable(number, version, sentence, kind)])


def forget(number: int, kind: str = REPORT) -> None:
    """What was taken back by another way is offered no more."""
    _keep([one for one in _stack() if (one.number, one.kind) != (number, kind)])


def take() -> Undoable | None:
    """The last decision that can be taken back; it stays until it is, or KEPT others came after it."""
    stack = _stack()
    return stack[-1] if stack else None


def _stack() -> list[Undoable]:
    """What the cookie holds; one of an older form is left out."""
    kept: Any = session.get(KEY)
    if not isinstance(kept, list):
        return []
    return [Undoable(*one) for one in kept if isinstance(one, list) and len(one) == 4]


def _keep(stack: list[Undoable]) -> None:
    session[KEY] = [[one.number, one.version, one.sentence, one.kind] for one in stack[-KEPT:]]


@blueprint.post("")
def last() -> Response | tuple[str, int]:
    """Takes the decision of the button back, if it is still the last; opens the report again, or stays in the list."""
    address = cast("dict[str, Any]", listing.address(listing.asked()))
    stack = _stack()
    number = request.form.get("number", type=whole)
    kind = request.form.get("kind", REPORT)
    wanted = next((one for one in reversed(stack) if (one.number, one.kind) == (number, kind)), None)
    if not Form().validate_on_submit() or wanted is None:
        flash("没有可以撤销的了，或者已经撤销过。", "info")
        return redirect(url_for("queue.index", **address))
    if wanted.kind == BULK:
        return redirect(url_for("bulk.undo", act_id=wanted.number), code=307)
    problem = attempt(lambda db: _undo(db, wanted))
    if isinstance(problem, LookFirst):
        return looks.page(wanted.number, problem)
    # Taken back, or overtaken by somebody else's change: it is not offered again.
    forget(wanted.number)
    if problem is None:
        leaving_bar.forget(wanted.number)  # its words to the reader were called back with it
    else:
        flash(_why_not(wanted, problem), "warning")
    if request.form.get("back") == "list":
        return redirect(url_for("queue.index", **address, seen=wanted.number))
    return redirect(url_for("report.show", number=wanted.number, **address))


def _undo(db: Session, wanted: Undoable) -> str:
    rescored.undo(db, wanted.number, confirmed=looks.confirmed(), actor=actor(), now=now(),
                  expected_version=wanted.version)
    return f"编号 {wanted.number} 的决定已撤销，又在待评里了。"


def _why_not(wanted: Undoable, problem: WoodpeckerError) -> str:
    return f"编号 {wanted.number} 没能撤销：{problem}"
