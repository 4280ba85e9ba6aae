"""Routes of the demo; registered only where settings.demo.enabled. Its notice stands in base.html."""

from __future__ import annotations

from flask import Blueprint, Flask, jsonify
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from models.contests import Round
from models.enums import RoundState
from models.session import reading
from web.deps import deps, now

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/deadline")
def deadline() -> Response:
    """`{"closes_at": ISO time or null, "now": ISO time}`: the next close, for the stand-in's clock button."""
    with reading(deps().engine) as session:
        closes_at = session.scalar(select(func.min(Round.closes_at)).where(Round.state == RoundState.OPEN))
    return jsonify({"closes_at": closes_at.isoformat() if closes_at else None, "now": now().isoformat()})
