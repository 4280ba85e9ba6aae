"""便签 and 提到我的: notes on a report, written and taken back; what mentions whoever is signed in."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Flask, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from bot.errors import WoodpeckerError
from bot.teamwork import drafts, notes
from bot.understanding.identity import mask_identity
from models.queries import notes as queries
from models.queries.notes import Mention
from models.session import reading, writing
from models.work_enums import DraftOf
from web.console import listing
from web.console.acting import attempt
from web.console.reports import report_view
from web.console.reports.report_forms import first_words
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Form
from web.visitor import actor, member

blueprint = Blueprint("notes", __name__)


class NoteForm(Form):
    note = TextAreaField("便签", validators=[AtMost(notes.LONGEST)])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.post("/reports/<int:number>/notes")
def add(number: int) -> report_view.Answer:
    form: Any = NoteForm()
    if not form.validate_on_submit():
        return report_view.page(number, problem=first_words(form), status=400, note_text=form.note.data or "")
    try:
        with writing(deps().engine) as session:
            notes.add(session, number, form.note.data or "", actor=actor(), now=now())
            drafts.finish(session, DraftOf.NOTE, number, actor=actor())
    except WoodpeckerError as problem:
        return report_view.page(number, problem=str(problem), status=status_of(problem), note_text=form.note.data or "")
    return _to_history(number)


@blueprint.post("/notes/<int:note_id>/take-back")
def take_back(note_id: int) -> Response:
    taken: list[int] = []

    def back(session: Session) -> str:
        taken.append(notes.take_back(session, note_id, actor=actor(), now=now()))
        return "便签已收回。"

    problem = attempt(back)
    if problem:
        raise problem
    return _to_history(taken[0])


@blueprint.get("/mentions")
def index() -> str:
    """What mentions me: what I have not read, or all of it."""
    everything = request.args.get("all") == "1"
    with reading(deps().engine) as session:
        found = queries.mentions(session, member().staff_id, only_unread=not everything)
    return render_template("console/notes/index.html", mentions=[(one, _masked(one)) for one in found], everything=everything,
                           most=queries.MOST, correction=listing.correction)


@blueprint.post("/mentions/read")
def read() -> Response:
    """I have read those of one report, or all."""
    number = listing.number(request.form.get("number"))

    def done(session: Session) -> str:
        many = notes.read_mentions(session, member().staff_id, now=now(), report_id=number)
        return f"记下了，{many} 条看过。" if many else "没有没看过的。"

    problem = attempt(done)
    if problem:
        raise problem
    return redirect(url_for("notes.index"))


@blueprint.get("/mentions/names")
def names() -> Response:
    """Who can be mentioned, for the list that a script offers behind an @."""
    with reading(deps().engine) as session:
        found = queries.names(session)
    return jsonify(names=found)


def _masked(one: Mention) -> str:
    names_known = (one.printed_name,) if one.printed_name else ()
    return mask_identity(one.text, names=names_known, keep=[words for words in (one.wrong, one.right) if words])


def _to_history(number: int) -> Response:
    address = cast("dict[str, Any]", listing.address(listing.asked()))
    return redirect(url_for("report.show", number=number, **address, _anchor="history"))
