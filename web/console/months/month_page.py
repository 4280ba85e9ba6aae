"""这个月一页纸: what a round came to, for the chief to look at, print and file. Decides nothing."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template
from werkzeug.exceptions import NotFound as NoSuchPage

from bot.publishing import release_words, round_month
from models.session import reading
from web.deps import deps, now

blueprint = Blueprint("month_page", __name__, url_prefix="/rounds")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:round_id>/month")
def show(round_id: int) -> str:
    with reading(deps().engine) as session:
        found = round_month.gather(session, round_id)
    if found is None:
        raise NoSuchPage
    return render_template("console/rounds/month.html", month=found, it=found.it, words=release_words, now=now())
