"""常用的话: the ready sentences of a contest, one box a verdict, a sentence a line. Rules stand in bot.teamwork.canned."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from bot.errors import WoodpeckerError
from bot.teamwork import canned
from models.queries import contests as queries
from models.session import reading
from models.work_enums import CannedKind
from web.console.acting import attempt
from web.console.reports.report_view import Answer
from web.deps import deps, now
from web.errors import status_of
from web.forms import Form
from web.visitor import actor

blueprint = Blueprint("canned", __name__, url_prefix="/contests/<int:contest_id>/sentences")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index(contest_id: int) -> Answer:
    return _page(contest_id)


@blueprint.post("/<kind>")
def save(contest_id: int, kind: str) -> Answer:
    """The box of one kind as it stands: what is left out is retired, what is new is offered from now on."""
    known = _kind(kind)
    texts, seen = _lines("texts"), _lines("seen")
    if not Form().validate_on_submit():
        return _page(contest_id, kept={known: texts}, problem="页面放得太久了，请再存一次。", status=400)

    def set_them(session: Session) -> str:
        canned.set_sentences(session, contest_id, known, texts, seen=seen, actor=actor(), now=now())
        return "存好了，评的时候马上能用。"

    problem = attempt(set_them)
    if problem:
        return _again(contest_id, known, texts, problem)
    return redirect(url_for("canned.index", contest_id=contest_id, _anchor=known.value))


def _again(contest_id: int, kind: CannedKind, texts: list[str], problem: WoodpeckerError) -> Answer:
    return _page(contest_id, kept={kind: texts}, problem=str(problem), status=status_of(problem))


def _page(contest_id: int, *, kept: dict[CannedKind, list[str]] | None = None, problem: str = "",
          status: int = 200) -> Answer:
    with reading(deps().engine) as session:
        name = queries.name_of(session, contest_id)
        if name is None:
            abort(404)
        found = canned.of_contest(session, contest_id)
    drawn = render_template("console/canned/index.html", contest_id=contest_id, name=name, found=found, kept=kept or {},
                            problem=problem, longest=canned.LONGEST, most=canned.MOST)
    return drawn, status


def _kind(text: str) -> CannedKind:
    try:
        return CannedKind(text)
    except ValueError:
        abort(404)


def _lines(field: str) -> list[str]:
    return [line.strip() for line in request.form.get(field, "").splitlines() if line.strip()]
