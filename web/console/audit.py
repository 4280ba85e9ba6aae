"""记录: the audit trail, newest first. Only reads; shows ids, states and codes as stored."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request

from models.queries import audit as queries
from models.session import reading
from web.deps import deps
from web.numbers import whole
from web.present import OBJECTS, VERBS

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
    more = len(entries) > PAGE_SIZE
    entries = entries[:PAGE_SIZE]
    return render_template("console/audit.html", entries=entries, verbs=VERBS, kinds=OBJECTS, chosen_verb=verb,
                           chosen_kind=kind, number=number, before=before,
                           next_before=entries[-1].id if more else None)
