"""领奖: the prizes of released rounds, ticked off as they are handed over. Shows printed names and nothing else."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField

from bot.contest import prizes as verbs
from models.enums import PrizeState, Relation
from models.queries import rounds as queries
from models.session import reading, writing
from web import present
from web.deps import deps, now
from web.forms import Form
from web.visitor import actor

blueprint = Blueprint("prizes", __name__, url_prefix="/prizes")


QUESTION = "问过本人：是不是本报工作人员，或他们的亲属？"
REFUSED = "记下了：工作人员和亲属不领奖，这份奖空出来；他以后也不参加评奖。"


class ClaimForm(Form):
    relation = RadioField(QUESTION, choices={one.value: present.name(one) for one in Relation})


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
def index() -> str:
    return _page()


def _page(problem: str = "") -> str:
    with reading(deps().engine) as session:
        awards = queries.prizes(session)
    waiting = sum(1 for one in awards if one.state in verbs.HANDED_FROM)
    return render_template("console/prizes.html", awards=awards, waiting=waiting, open_states=verbs.HANDED_FROM,
                           PrizeState=PrizeState, relations=list(Relation),
                           question=QUESTION, problem=problem)


@blueprint.post("/<int:award_id>/hand-over")
def hand_over(award_id: int) -> Response | tuple[str, int]:
    form = ClaimForm()
    if not form.validate_on_submit():
        return _page("请先问清是不是本报工作人员或他们的亲属，再登记。"), 400
    with writing(deps().engine) as session:
        handed = verbs.claim(session, award_id, Relation(form.relation.data), actor=actor(), now=now())
    flash("已登记领走。" if handed else REFUSED, "success" if handed else "warning")
    return redirect(url_for("prizes.index"))
