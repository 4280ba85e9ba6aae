"""What was entered and not saved: kept while typing, offered back on opening. The keeping stands in bot.teamwork.drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, flash, jsonify, redirect, request, url_for
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import BooleanField

from bot.errors import BadInput
from bot.teamwork import drafts
from models.queries.working import DraftView
from models.session import writing
from models.work_enums import DraftOf
from web import present
from web.console import listing
from web.console.reports import entered
from web.console.reports.report_forms import GradeForm, MendForm
from web.deps import deps, now
from web.numbers import whole
from web.visitor import actor

blueprint = Blueprint("drafts", __name__)

MEND = "mend-"
"""As in web.console.reports.report, which keeps the names of the two forms of its page apart."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A draft as it is offered back. `fields`: JSON for the script; `stale`: the report was changed since."""

    form: DraftOf
    name: str
    summary: str
    fields: str
    saved_at: datetime
    stale: bool


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.post("/drafts/<form>/<int:subject>")
def keep(form: str, subject: int) -> Response | tuple[Response, int]:
    """All fields of the form as they stand now, sent while typing."""
    kind = _form(form)
    moment = now()
    try:
        with writing(deps().engine) as session:
            kept = drafts.keep(session, kind, subject, request.form.to_dict(), actor=actor(), now=moment,
                               version=request.form.get("version", 0, type=whole))
    except BadInput as problem:
        return jsonify(problem=str(problem)), 400
    return jsonify(kept=f"{present.clock_time(moment)} 已替您存下" if kept else "")


@blueprint.post("/drafts/<form>/<int:subject>/drop")
def drop(form: str, subject: int) -> Response:
    kind = _form(form)
    with writing(deps().engine) as session:
        drafts.drop(session, kind, subject, actor=actor())
    flash("没存的丢掉了。", "info")
    address: dict[str, Any] = dict(listing.address(listing.asked()))
    if kind is DraftOf.ANSWER:
        view: dict[str, Any] = {"view": request.args["view"]} if request.args.get("view") else {}
        return redirect(url_for("desk.show", message_id=subject, **view))
    return redirect(url_for("report.show", number=subject, **address))


def _form(text: str) -> DraftOf:
    try:
        return DraftOf(text)
    except ValueError:
        raise NoSuchPage from None


def keep_entered(subject: int, kind: DraftOf, form: Any) -> None:
    """A refused save: what was entered stays as a draft besides, in a transaction of its own."""
    with writing(deps().engine) as session:
        try:
            drafts.keep(session, kind, subject, {field.name: entered.value(field) for field in entered.fields(form)},
                        version=_version(form), actor=actor(), now=now())
        except BadInput:
            return  # it stands in the page all the same


def _version(form: Any) -> int:
    """Of the report as it was shown; a letter has no versions."""
    return int(form.expected_version.data or 0) if "expected_version" in form else 0


def offers(found: tuple[DraftView, ...], version: int, kinds: Mapping[str, str] = listing.KINDS) -> list[Offer]:
    """The drafts of a report as they are offered back; nothing while one of them is being filled in."""
    made = []
    for one in found:
        if one.form is _wanted():
            continue
        fields = drafts.read_fields(one.fields)
        made.append(Offer(one.form, present.name(one.form), _summary(one.form, fields, kinds),
                          json.dumps(fields, ensure_ascii=False), one.saved_at, one.version != version))
    return made


def _summary(kind: DraftOf, fields: dict[str, str], kinds: Mapping[str, str]) -> str:
    if kind is DraftOf.GRADE:
        return entered.summary(GradeForm(formdata=None), fields, kinds)
    if kind is DraftOf.MEND:
        return entered.summary(MendForm(formdata=None, prefix=MEND), fields, kinds)
    if kind is DraftOf.ANSWER:
        return present.short(fields.get("text", ""), 80)
    return present.short(" ".join(fields.values()), 80)


def _wanted() -> DraftOf | None:
    """The draft that the address asks to be filled in, for those without scripts."""
    text = request.args.get("draft", "")
    return DraftOf(text) if text in list(DraftOf) else None


def fill(form: Any, found: tuple[DraftView, ...], kind: DraftOf) -> None:
    """Puts a draft into its form where the address asks for it."""
    draft = next((one for one in found if one.form is kind), None)
    if draft is None or _wanted() is not kind:
        return
    fields = drafts.read_fields(draft.fields)
    for field in entered.fields(form):
        sent = fields.get(field.name, "")
        field.data = bool(sent) if isinstance(field, BooleanField) else sent
