"""An appeal is answered in words, or the answer is called back; `appeals` shows it on the page of its report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.judging import appealed
from bot.judging import appeals as verbs
from models.session import reading
from web.console.acting import attempt
from web.console.reports import report_view
from web.console.reports.appeals import KeepForm
from web.deps import deps, now
from web.errors import status_of
from web.forms import Form
from web.visitor import actor

blueprint = Blueprint("appeals", __name__, url_prefix="/reports")

Answer = Response | tuple[str, int]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.post("/<int:number>/appeal/keep")
def keep(number: int) -> Answer:
    form: Any = KeepForm()

    def act(session: Session) -> str:
        verbs.keep(session, number, form.words.data or "", actor=actor(), now=now(),
                   same_person_reason=form.same_person.data or "")
        return "申诉已答复：维持原来的结论。10 秒后告诉读者，之前可以撤回。"

    return _act(number, form, act)


@blueprint.post("/<int:number>/appeal/take-back")
def take_back(number: int) -> Answer:
    def act(session: Session) -> str:
        verbs.take_back(session, number, actor=actor(), now=now())
        return "答复已撤回，没有发出，申诉还等着答复。"

    return _act(number, Form(), act)


@blueprint.post("/<int:number>/appeal/preview")
def preview(number: int) -> str:
    """The answer as the reader will see it; nothing is stored."""
    form: Any = KeepForm()
    with reading(deps().engine) as session:
        db = session.connection()
        if appealed.open_of(db, number) is None:
            raise NoSuchPage
        return render_template("console/report/appeal_preview.html",
                               text=verbs.preview(db, number, (form.words.data or "")[: verbs.LONGEST_ANSWER]))


def _act(number: int, form: Form, act: Callable[[Session], str]) -> Answer:
    """One act; where it is refused the page shows why, with what was written."""
    if not form.validate_on_submit():
        return report_view.page(number, problem="没有存：最多 500 个字。", status=400)
    if problem := attempt(act):
        return report_view.page(number, problem=str(problem), status=status_of(problem))
    back = {key: value for key, value in request.args.items() if key in ("view", "paper", "page", "round")}
    return redirect(url_for("report.show", number=number, **back) + "#appeal")  # type: ignore[arg-type]
