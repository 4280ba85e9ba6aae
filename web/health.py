"""Whether the program runs (`/healthz`) and can do its work (`/readyz`). For machines; tells nothing else."""

from __future__ import annotations

from flask import Blueprint, Flask
from sqlalchemy.exc import SQLAlchemyError

from bot.database import check
from bot.errors import DatabaseProblem
from web.deps import deps

blueprint = Blueprint("health", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz() -> tuple[str, dict[str, str]]:
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
def readyz() -> tuple[str, int, dict[str, str]]:
    """200 when the database answers and has the schema of this program, else 503."""
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    try:
        check(deps().engine)
    except (SQLAlchemyError, DatabaseProblem):
        return "not ready\n", 503, plain
    return "ready\n", 200, plain
