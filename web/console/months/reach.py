"""谁会收到通知: how each winner's notice would reach him now; after the release, who has it. Decides nothing."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot import wiring
from bot.contest.announcing import telling
from bot.contest.announcing.telling import AT_ONCE, BY_HAND, How, Told
from bot.outbox.ledger import Why
from models.enums import RoundState
from models.queries import rounds as queries
from models.session import reading
from web.access import announces
from web.console.months.notices import WHY
from web.deps import deps, now
from web.visitor import member

blueprint = Blueprint("reach", __name__, url_prefix="/rounds")

HOW = {
    How.TOLD: "已经知道",
    How.CUSTOMER: "马上在聊天里收到", How.TEMPLATE: "马上收到模板消息", How.SUBSCRIPTION: "马上收到订阅通知",
    How.LATER: "过一会儿再发", How.NEXT_LETTER: "等他下次来信", How.CALL: "要打电话", How.GONE: "联系不上",
}
GONE = "已取消关注，或请我们删掉了他的信息；名单照登，看他自己来不来"
CALLER = "他是打电话、写信来的，代录时记作“{label}”，这里发不到"
SHOWN = (RoundState.PICKED, RoundState.RELEASED)
TONES = {**dict.fromkeys((How.TOLD, *AT_ONCE), "success"), **dict.fromkeys(BY_HAND, "danger")}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:round_id>/reach")
def show(round_id: int) -> str | Response:
    known = deps()
    with reading(known.engine) as session:
        round_ = queries.load(session, round_id)
        if round_ is None:
            raise NoSuchPage
        if not announces(member(), round_.contest_id):
            raise Forbidden
        if round_.state not in SHOWN:
            return redirect(url_for("rounds.show", round_id=round_id))
        senders = wiring.clients(known.settings, known.engine, known.clock)
        told = telling.winners(session, round_id, wiring.outbox_accounts(known.settings, senders), now=now())
    return render_template(
        "console/rounds/reach.html", round=round_, told=told, counts=telling.counts(told), how_name=HOW, How=How,
        at_once=sum(one.how in AT_ONCE for one in told), tones=TONES, detail=detail,
        released=round_.state is RoundState.RELEASED)


def detail(one: Told) -> str:
    """What stands beside the channel."""
    if one.how is How.CALL:
        return CALLER.format(label=one.label)
    if one.how is How.GONE:
        return GONE
    return WHY[Why(one.why)] if one.why is not None else "48 小时内来过信" if one.how is How.CUSTOMER else ""
