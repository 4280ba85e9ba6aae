"""Routes of the demo; registered only where settings.demo.enabled. Its notice stands in layout.html."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, jsonify, redirect, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from models.contests import Round
from models.enums import RoundState
from models.session import reading, writing
from web.deps import deps, now
from web.visitor import actor

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/deadline")
def deadline() -> Response:
    """`{"closes_at": ISO time or null, "now": ISO time}`: the next close, for the stand-in's clock button."""
    with reading(deps().engine) as session:
        closes_at = session.scalar(select(func.min(Round.closes_at)).where(Round.state == RoundState.OPEN))
    return jsonify({"closes_at": closes_at.isoformat() if closes_at else None, "now": now().isoformat()})


@blueprint.post("/finish")
def finish() -> Response:
    """Has the demo's own reports decided, so that a visitor need not grade forty to see the winners."""
    from bot.demo import colleague  # with the whole of the demo behind it

    account = next(iter(deps().settings.accounts))
    with writing(deps().engine) as session:
        done = colleague.finish(session, account, actor=actor(), now=now())
    flash(f"演示读者的来信都评完了（{done}条），要两位评的也由另一位演示编辑评过。您自己扮演读者发的，请自己评。", "success")
    return redirect(url_for("queue.index"))
