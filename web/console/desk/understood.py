"""What was read of words that staff take down, as a piece of page: shown while they type, and without scripts too."""

from __future__ import annotations

from datetime import datetime

from flask import render_template
from sqlalchemy.orm import Session

from bot.errors import BadInput
from bot.letters import taken_down
from bot.letters.taken_down import Understood
from web.console.desk.desk_forms import FieldsForm
from web.console.shelf import library


def look(session: Session, form: FieldsForm, *, sent_at: datetime) -> tuple[tuple[Understood, ...], str]:
    """(what was read, why not) of a form as it stands; nothing is stored."""
    words, amendments = form.words.data or "", form.amendments()
    if not words.strip() and not amendments:
        return (), ""
    db = session.connection()
    try:
        found = taken_down.findings(db, library(), words, amendments, sent_at=sent_at)
    except BadInput as problem:
        return (), str(problem)
    shown = tuple(taken_down.shown(db, one) for one in found)
    return shown, "" if any(one.complete for one in shown) else taken_down.NOT_UNDERSTOOD


def piece(session: Session, form: FieldsForm, *, sent_at: datetime) -> str:
    understood, why_not = look(session, form, sent_at=sent_at)
    return render_template("console/desk/understood.html", understood=understood, why_not=why_not)
