"""排行 and 光荣榜 of a reader's own pages: where he stands, without anybody's name, and whether his name is listed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from threading import Lock

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.wrappers import Response

from bot.audit import SCHEDULER
from bot.contest.arithmetic import points_text as points
from bot.contest.close_calls.bands import Band
from bot.readers import hall, own_standing
from bot.readers.own_standing import Totals
from models.contests import Award, Round
from models.enums import RoundState
from models.readers import Reader
from models.session import reading, writing
from web.deps import deps, now
from web.public import own
from web.public.own import Visit

blueprint = Blueprint("own_standing", __name__, url_prefix="/my")

MOST_REMEMBERED = 8
SAID = {"left": "好的，网上不再列您的名字。", "back": "好的，您登报的名字会列出来。"}
HOW = ("leave", "return")
TOO_OFTEN = "今天来回改得够多了，您的名字现在不列。想列上，请明天再来。"
NOT_BACK = "和您关联的另一个帐号说过不列名字，请用那个帐号改。"


class Remembered:
    """The totals of a round on a day, counted once: the first who asks waits, the others are told the same all day."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[int, date], Totals] = OrderedDict()
        self._lock = Lock()

    def __call__(self, round_id: int, day: date, find: Callable[[], Totals]) -> Totals:
        key = round_id, day
        with self._lock:
            if key in self._held:
                return self._held[key]
        found = find()
        with self._lock:
            self._held[key] = found
            while len(self._held) > MOST_REMEMBERED:
                self._held.popitem(last=False)
        return found


def register(app: Flask) -> None:
    app.extensions["woodpecker.standings"] = Remembered()
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(blueprint)
    own.offer(app, "own_standing.standing", "排行")
    own.offer(app, "own_standing.listing", "光荣榜上列不列名字")


@blueprint.get("/<token>/standing")
def standing(token: str) -> Response:
    def answer(visit: Visit) -> ResponseReturnValue:
        remembered: Remembered = current_app.extensions["woodpecker.standings"]
        with reading(deps().engine) as session:
            found = own_standing.of_person(session.connection(), visit.account, visit.person_id, now=now(),
                                           remembered=remembered)
        return render_template("public/own/standing.html", visit=visit, found=found, points=points, named=band_words,
                               desk=own.desk_called())

    return own.opened(token, answer)


@blueprint.route("/<token>/hall", methods=["GET", "POST"])
def listing(token: str) -> Response:
    return own.opened(token, _change if request.method == "POST" else _listing)


def _listing(visit: Visit) -> str:
    with reading(deps().engine) as session:
        absent = hall.is_absent(session.connection(), visit.reader_id)
        names = session.execute(
            select(Round.month, Award.printed_name).join(Round, Round.id == Award.round_id)
            .join(Reader, Reader.id == Award.reader_id)
            .where(Reader.person_id == visit.person_id, Round.state == RoundState.RELEASED, Award.printed_name.is_not(None))
            .order_by(Round.month.desc()).limit(12)).all()
        contests = own.contests(session, visit.account)
    return render_template("public/own/hall.html", visit=visit, absent=absent, names=names, contests=contests,
                           said=SAID.get(request.args.get("said", "")), desk=own.desk_called())


def _change(visit: Visit) -> ResponseReturnValue:
    how = request.form.get("how")
    if how not in HOW:  # a form that says nothing puts nobody's name up
        return _listing(visit), 422
    leaves = how == "leave"
    act = hall.leave if leaves else hall.come_back
    with writing(deps().engine) as session:
        if not leaves and not hall.may_return(session.connection(), visit.reader_id, now=now()):
            return own.refused("changed too often", "没有办成", TOO_OFTEN, 429)
        act(session.connection(), visit.reader_id, actor=SCHEDULER, now=now())
        absent = hall.is_absent(session.connection(), visit.reader_id)
    if absent is not leaves:
        return own.refused("linked by staff", "没有办成", NOT_BACK, 403)
    return redirect(url_for(".listing", token=visit.token, said="left" if leaves else "back"), 303)


def band_words(band: Band) -> str:
    """20 分以上; 3 到 6 分; 不到 1 分."""
    if band.high is None:
        return "都有分" if band.low == 1 else f"{points(band.low)} 分以上"
    return f"不到 {points(band.high)} 分" if band.low == 1 else f"{points(band.low)} 到 {points(band.high)} 分"
