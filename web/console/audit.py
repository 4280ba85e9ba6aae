"""记录: the audit trail, newest first. Only reads. What has a name is shown by it, a report by its number."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, render_template, request

from models.queries import audit as queries
from models.queries.audit import AuditLine
from models.queries.reviews import hidden_objects
from models.session import reading
from web.audit_words import OBJECTS, VERBS, named_objects
from web.deps import deps
from web.numbers import whole
from web.visitor import member

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
PAGE_SIZE = 50


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    verb, kind = request.args.get("verb", ""), request.args.get("object", "")
    number = request.args.get("number", type=whole)
    before = request.args.get("before", type=whole)
    with reading(deps().engine) as session:
        entries = queries.entries(session, verb=verb or None, object_kind=kind or None, object_id=number,
                                  before=before, limit=PAGE_SIZE + 1)
        hidden = hidden_objects(session, member().staff_id)
        more = len(entries) > PAGE_SIZE
        entries = [_masked(entry, hidden) for entry in entries[:PAGE_SIZE]]
        names = queries.names(session, {named for entry in entries for named in _named(entry)})
    return render_template("console/audit.html", entries=entries, names=names, verbs=VERBS, kinds=OBJECTS, chosen_verb=verb,
                           chosen_kind=kind, number=number, before=before,
                           next_before=entries[-1].id if more else None)


def _named(entry: AuditLine) -> list[tuple[str, int]]:
    own = [] if entry.object_id is None else [(entry.object_kind, entry.object_id)]
    return own + named_objects(entry.details)


def _masked(entry: AuditLine, hidden: frozenset[tuple[str, int]]) -> AuditLine:
    """What others said of a report that this member is still to grade himself is left out."""
    if (entry.object_kind, entry.object_id) in hidden:
        return replace(entry, staff_name=None, before=None, after=None, details={})
    return entry
