"""The appeal against a report on its page, and its answer in words. Knows no other part of that page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from bot import appealed
from bot import appeals as verbs
from bot.contest import phases
from bot.errors import WoodpeckerError
from bot.understanding.identity import mask_identity
from models.enums import RoundState
from models.queries import appeals as queries
from models.session import reading
from models.work_enums import AppealState
from web.console.acting import attempt
from web.deps import deps, now
from web.forms import AtMost, Form
from web.visitor import actor

if TYPE_CHECKING:
    from web.console.part_asked import Asked

blueprint = Blueprint("appeals", __name__, url_prefix="/reports")

SETTLED = (RoundState.PICKED, RoundState.RELEASED)


class KeepForm(Form):
    words = TextAreaField("给读者的话", validators=[AtMost(verbs.LONGEST_ANSWER)])
    same_person = TextAreaField("为什么由您答复", validators=[AtMost(verbs.LONGEST_ANSWER)])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


def part(asked: Asked) -> dict[str, Any]:
    """`appeal` for console/report/appeal.html; None where the reader did not appeal."""
    found = queries.of_report(asked.session, asked.report.number) if asked.report.appeal is not None else None
    if found is None:
        return {"appeal": None}
    mine = found.decided_by_id == asked.viewer.staff_id
    return {"appeal": {
        "it": found, "words": mask_identity(verbs.words_of(found.words)),
        "overdue": found.state is AppealState.OPEN and phases.local_day(asked.now) > found.due_on,
        "open": found.state is AppealState.OPEN,
        # Whoever is to grade it without knowing the first grade must not learn it here.
        "blind": asked.report.hidden or (found.state is AppealState.OPEN and found.in_review and not mine),
        "in_review": found.in_review, "mine": mine and asked.viewer.editors > 1,
        "alone": mine and asked.viewer.editors < 2, "picked": asked.report.round_state in SETTLED,
        "form": KeepForm(formdata=None), "taken_back": found.state is AppealState.KEPT and found.not_sent,
    }}


@blueprint.post("/<int:number>/appeal/keep")
def keep(number: int) -> Response:
    form: Any = KeepForm()

    def act(session: Session) -> str:
        verbs.keep(session, number, form.words.data or "", actor=actor(), now=now(),
                   same_person_reason=form.same_person.data or "")
        return "申诉已答复：维持原来的结论。10 秒后告诉读者，之前可以撤回。"

    return _act(number, form, act)


@blueprint.post("/<int:number>/appeal/take-back")
def take_back(number: int) -> Response:
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


def _act(number: int, form: Form, act: Callable[[Session], str]) -> Response:
    """One act; refused or not, the report's page says what came of it."""
    problem: WoodpeckerError | None = None
    if not form.validate_on_submit():
        flash("没有存：最多 500 个字。", "danger")
    elif problem := attempt(act):
        flash(str(problem), "danger")
    back = {key: value for key, value in request.args.items() if key in ("view", "paper", "page", "round")}
    return redirect(url_for("report.show", number=number, **back) + "#appeal")  # type: ignore[arg-type]
