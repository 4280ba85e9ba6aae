"""通知: messages that did not simply go, and calls the platform refused. The verbs stand in bot.outbox.people."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.outbox import people
from bot.outbox.delivery import KIND_NAMES
from bot.outbox.ledger import Why
from bot.understanding.identity import mask_identity
from bot.wechat.codes import advise
from bot.wechat.profiles import INSTEAD, NAMES, Call
from models.enums import OutgoingState
from models.queries import notices as queries
from models.queries.notices import CallOff, NoticeRow, NoticeView
from models.queries.reviews import hidden_numbers
from models.session import reading
from web.console.acting import attempt
from web.deps import deps, now
from web.numbers import whole
from web.visitor import actor, member

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

VIEW_NAMES = {NoticeView.PERSON: "要处理", NoticeView.UNREACHABLE: "发不到", NoticeView.QUEUED: "待发送"}
WHY = {
    Why.GONE: "读者已取消关注", Why.NO_CHANNEL: "这个公众号不能主动发消息，读者下次来信时带上",
    Why.SWITCHED_OFF: "接口停用了，读者下次来信时带上", Why.WINDOW: "读者 48 小时没有来信，下次来信时带上",
    Why.QUOTA: "这次来信后的 5 条用完了，读者下次来信时带上", Why.REFUSED: "微信不让发给这位读者，读者下次来信时带上",
    Why.NO_CONSENT: "读者没有订阅，下次来信时带上", Why.RESTING: "微信接口暂停，稍后再发",
    Why.DAILY: "今天的次数用完了，明天再发", Why.EXPIRED: "过了时效，没有发出",
    Why.RESTORED: "恢复备份之前可能已经发过", Why.NIGHT: "夜里不打扰，早上再发",
    Why.TOGETHER: "刚告诉过他别的结果，等一会儿一起发",
}
MAY_HAVE_GONE = "发的时候断了，不知道读者收到没有"


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
def index() -> str:
    try:
        view = NoticeView(request.args.get("view", NoticeView.PERSON))
    except ValueError:
        view = NoticeView.PERSON
    after = request.args.get("after", type=whole)
    with reading(deps().engine) as session:
        rows, following = queries.rows(session, view, after=after)
        counts, off = queries.counts(session), queries.calls_off(session, now=now())
        hidden = hidden_numbers(session, member().staff_id)
    return render_template(
        "console/notices.html", view=view, rows=rows, following=following, counts=counts, off=off,
        first_page=after is None, view_names=VIEW_NAMES, kind_names=KIND_NAMES, why=why, why_off=why_off,
        call_name=_call_name, instead=_instead, mask=mask_identity, hidden=hidden, NoticeView=NoticeView, State=OutgoingState)


def why(row: NoticeRow) -> str:
    """Why a message is where it is, in words."""
    return why_of(row.state, row.why, row.errcode)


def why_of(state: OutgoingState, told: str | None, errcode: int | None) -> str:
    """The same of its parts; `told`: a reason of the outbox or the platform's words."""
    if state is OutgoingState.UNCERTAIN:
        return MAY_HAVE_GONE
    if told is not None and told in list(Why) and (errcode in (None, 0) or told != Why.REFUSED):
        return WHY[Why(told)]
    if errcode:
        return f"{advise(errcode).meaning}（{errcode}）"
    return "微信没有回应，稍后再发" if told else ""


def why_off(off: CallOff) -> str:
    """What the platform said of a call."""
    return f"{advise(off.errcode).meaning}（{off.errcode}）" if off.errcode else "微信没有回应"


def _call_name(off: CallOff) -> str:
    return NAMES.get(Call(off.call), off.call)


def _instead(off: CallOff) -> str:
    return INSTEAD.get(Call(off.call), "")


@blueprint.post("/<int:outgoing_id>/sent")
def sent(outgoing_id: int) -> Response:
    return _act(lambda session: people.mark_sent(session, outgoing_id, actor=actor(), now=now()), "记下了：读者已经知道。")


@blueprint.post("/<int:outgoing_id>/again")
def again(outgoing_id: int) -> Response:
    return _act(lambda session: people.send_again(session, outgoing_id, actor=actor(), now=now()),
                "10 秒后再发，之前可以撤回。")


@blueprint.post("/<int:outgoing_id>/drop")
def drop(outgoing_id: int) -> Response:
    return _act(lambda session: people.drop(session, outgoing_id, actor=actor(), now=now()), "不发了。")


@blueprint.post("/calls/<account>/<call>/on")
def switch_on(account: str, call: str) -> Response:
    known = _known(call)
    return _act(lambda session: people.switch_on(session, account, known, actor=actor(), now=now()),
                "重新启用，等着的消息马上再试。")


@blueprint.post("/calls/<account>/<call>/note")
def note(account: str, call: str) -> Response:
    known = _known(call)
    return _act(lambda session: people.take_note(session, account, known, actor=actor(), now=now()), "知道了，先停着。")


def _known(call: str) -> Call:
    try:
        return Call(call)
    except ValueError:
        raise NoSuchPage from None


def _act(act: Callable[[Session], None], done: str) -> Response:
    """One decision; what came too late is said on the list."""

    def done_so(session: Session) -> str:
        act(session)
        return done

    if problem := attempt(done_so):
        flash(str(problem), "danger")
    return redirect(url_for("notices.index", view=request.args.get("view")))
