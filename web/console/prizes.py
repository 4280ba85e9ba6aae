"""领奖: the prizes of released rounds, ticked off as they are handed over. Shows printed names and nothing else."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from bot.contest import prizes as verbs
from models.enums import PrizeState
from models.queries import rounds as queries
from models.session import reading, writing
from web.deps import deps, now
from web.visitor import actor

blueprint = Blueprint("prizes", __name__, url_prefix="/prizes")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
def index() -> str:
    with reading(deps().engine) as session:
        awards = queries.prizes(session)
    waiting = sum(1 for one in awards if one.state in verbs.HANDED_FROM)
    return render_template("console/prizes.html", awards=awards, waiting=waiting, open_states=verbs.HANDED_FROM,
                           PrizeState=PrizeState)


@blueprint.post("/<int:award_id>/hand-over")
def hand_over(award_id: int) -> Response:
    with writing(deps().engine) as session:
        verbs.mark_handed_over(session, award_id, actor=actor(), now=now())
    flash("已登记领走。", "success")
    return redirect(url_for("prizes.index"))
