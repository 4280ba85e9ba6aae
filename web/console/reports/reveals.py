"""查看原样: a chief's look without blackening. Asked by POST, logged before it is shown, shown once; nothing here has an address
that could be opened again.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField
from wtforms.validators import Optional

from bot.errors import WoodpeckerError
from bot.letters import reveals as verbs
from bot.letters.reveals import Of
from bot.media.sources import store
from bot.media.store import Missing
from bot.understanding.identity import mask_identity
from models.queries import reveals as queries
from models.queries.reveals import RevealView, Said
from models.session import reading, writing
from models.work_enums import RevealCause
from web import present
from web.auth import safe_next
from web.deps import deps, now
from web.forms import AtMost, Form, Required, WholeNumber
from web.visitor import actor

if TYPE_CHECKING:
    from web.console.reports.part_asked import Asked

blueprint = Blueprint("reveals", __name__)


class RevealForm(Form):
    attachment_id = WholeNumber("看什么", [Optional()])
    cause = SelectField("为什么要看", choices={one.value: present.name(one) for one in RevealCause})
    reason = TextAreaField("写明理由（大家都会看到）", [Required("请写明理由。"), AtMost(verbs.LONGEST_REASON)])


@dataclass(frozen=True, slots=True)
class Identity:
    """What the report's page says about looks without blackening. Reasons are masked too: a chief may have named the reader."""

    log: tuple[RevealView, ...]
    sealed: bool
    causes: tuple[RevealCause, ...]
    action: str


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.context_processor(lambda: {"identity_of_message": of_message, "mask_words": mask_identity})


@blueprint.post("/reports/<int:number>/reveal")
def of_report(number: int) -> Response | str:
    return _reveal(Of(report_id=number), url_for("report.show", number=number))


@blueprint.post("/desk/<int:message_id>/reveal")
def of_letter(message_id: int) -> Response | str:
    return _reveal(Of(message_id=message_id), url_for("desk.show", message_id=message_id))


def _reveal(of: Of, page: str) -> Response | str:
    form: Any = RevealForm()
    back = safe_next(request.form.get("back")) or page
    if not form.validate_on_submit():
        flash(next((str(errors[0]) for errors in form.errors.values()), "请再试一次。"), "danger")
        return redirect(back)
    attachment_id, cause, reason = form.attachment_id.data, RevealCause(form.cause.data), form.reason.data
    words: tuple[Said, ...] = ()
    data = None
    try:
        # The log is committed before a word is sent.
        with writing(deps().engine) as session:
            if attachment_id:
                digest = verbs.picture(session, of, attachment_id, cause, reason, actor=actor(), now=now())
                data = store(deps().settings).get(digest)
            else:
                words = verbs.words(session, of, cause, reason, actor=actor(), now=now())
    except WoodpeckerError as problem:
        flash(str(problem), "danger")
        return redirect(back)
    except Missing:
        flash("照片已经不在了。", "danger")
        return redirect(back)
    picture = f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}" if data else None
    return render_template("console/reveal.html", of=of, words=words, picture=picture, back=back, cause=cause, reason=reason)


def part(asked: Asked) -> dict[str, Any]:
    """For the page of a report. One query, none where nobody looked."""
    number = asked.report.number
    sealed = asked.report.round_state in verbs.SEALED
    log = queries.log(asked.session, number=number) if asked.report.revealed else ()
    return {"identity": Identity(log, sealed, verbs.causes(sealed=sealed), url_for("reveals.of_report", number=number))}


def of_message(message_id: int) -> Identity:
    """For the page of a letter; a function of the template, so that other pages pay nothing. One query."""
    with reading(deps().engine) as session:
        log = queries.log(session, message_id=message_id)
    return Identity(log, False, verbs.causes(sealed=False), url_for("reveals.of_letter", message_id=message_id))
