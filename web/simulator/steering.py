"""The steering page and its JSON: what the platform is made to do. What it shows stands in panel.py."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from bot.clock import SHANGHAI
from bot.errors import BadInput
from bot.wechat.keys import BodyFormat, Mode
from bot.wechat.platform_side import sign
from web.simulator import asked, hostile, limits, panel, replay, webhook
from web.simulator.api import NAMES
from web.simulator.articles import STATUSES as PUBLISH_STATUSES
from web.simulator.errcodes import MESSAGES
from web.simulator.faults import Fault, FaultKind
from web.simulator.notices import STATUSES as TEMPLATE_STATUSES
from web.simulator.profiles import TITLES, Profile
from web.simulator.pushes import PUSHES
from web.simulator.replay import Replay
from web.simulator.transcript import parse
from web.simulator.webhook import NoAnswer

steering = Blueprint("steering", __name__, url_prefix="/steer")

MOST_HOURS = 24 * 400
CHECK_SECONDS = 5.0
DONE: dict[str, Any] = {"ok": True}


class Desk:
    """The last replay, which goes on beside the page."""

    def __init__(self) -> None:
        self.replay: Replay | None = None


DESK_KEY = "steering_desk"


def _desk() -> Desk:
    found: Desk = current_app.extensions.setdefault(DESK_KEY, Desk())
    return found


@steering.get("/")
def page() -> str:
    platform = asked.platform()
    return render_template(
        "steer.html",
        accounts=list(platform.accounts.values()),
        pushes=PUSHES,
        fields={name: json.dumps(dict(one.fields), ensure_ascii=False, indent=1) for name, one in PUSHES.items()},
        paths=NAMES,
        codes=sorted((code, words) for code, words in MESSAGES.items() if code),
        profiles=TITLES,
        modes=list(Mode),
        formats=list(BodyFormat),
        limits=[(one, panel.limit_value(one.value)) for one in limits.TABLE],
        lies=hostile.WORDS,
        template_statuses=TEMPLATE_STATUSES,
        publish_statuses=PUBLISH_STATUSES,
    )


@steering.get("/state")
def state() -> Response:
    """Everything the page shows of one account, asked for every two seconds."""
    platform = asked.platform()
    shown = panel.state(platform, platform.account(request.args.get("account", "")))
    done = _desk().replay
    return jsonify(shown | {"replay": asdict(done) if done else None})


@steering.post("/profile")
def profile() -> Response:
    content = asked.content()
    asked.platform().set_profile(asked.account(content).name, _one_of(Profile, asked.words(content, "profile")))
    return jsonify(DONE)


@steering.post("/mode")
def mode() -> Response:
    content = asked.content()
    asked.platform().set_mode(
        asked.account(content).name,
        _one_of(Mode, asked.words(content, "mode")),
        _one_of(BodyFormat, asked.words(content, "body_format")),
    )
    return jsonify(DONE)


@steering.post("/unionid")
def unionid() -> Response:
    asked.platform().gives_unionid = asked.content().get("given") is True
    return jsonify(DONE)


@steering.post("/clock")
def clock() -> Response:
    """{"hours": …}: moves the clock of windows, caps, tokens and media ahead; what falls due happens."""
    hours = asked.number(asked.content(), "hours")
    if not 0 < hours <= MOST_HOURS:
        raise BadInput("平台的钟只能往前拨，一次最多 400 天。")
    platform = asked.platform()
    moment = platform.move_books(timedelta(hours=hours))
    platform.tick()
    return jsonify(ok=True, clock=moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"))


@steering.post("/fault")
def fault() -> Response:
    """{"path", "kind", "errcode", "seconds", "times"}: `times` null for always."""
    content = asked.content()
    times = content.get("times", 1)
    made = Fault(
        path=asked.words(content, "path"),
        kind=_one_of(FaultKind, asked.words(content, "kind")),
        errcode=asked.whole(content, "errcode", default=0),
        seconds=asked.number(content, "seconds", default=0.0),
        left=None if times is None else asked.whole(content, "times", default=1),
    )
    if made.path != "*" and made.path not in NAMES:
        raise BadInput("没有这个接口。")
    return jsonify(ok=True, number=asked.platform().faults.add(made).number)


@steering.post("/fault/remove")
def remove_fault() -> Response:
    """{"number": …}, or {} for all of them."""
    content = asked.content()
    if "number" in content:
        asked.platform().faults.remove(asked.whole(content, "number"))
    else:
        asked.platform().faults.clear()
    return jsonify(DONE)


@steering.post("/push")
def push() -> Response:
    """{"account", "reader", "push", "changes": {…}, "late_minutes"}: any push by its name."""
    content = asked.content()
    changes = content.get("changes") or {}
    if not isinstance(changes, dict):
        raise BadInput("字段要写成 JSON 对象。")
    late = timedelta(minutes=asked.number(content, "late_minutes", default=0))
    number = asked.platform().push(asked.reader(content), asked.words(content, "push"), changes, late=late)
    return jsonify(ok=True, delivery=number)


@steering.post("/burst")
def burst() -> Response:
    """{"account", "reader", "texts": […]}: all in one moment."""
    content = asked.content()
    texts = content.get("texts")
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise BadInput("连发的内容要是一列文字。")
    asked.platform().send_burst(asked.reader(content), texts)
    return jsonify(ok=True, sent=len(texts))


@steering.post("/picture")
def lying_picture() -> Response:
    """{"account", "reader", "lie"}: a picture message whose PicUrl serves something else (hostile.WORDS)."""
    content = asked.content()
    lie = asked.words(content, "lie")
    if lie not in hostile.WORDS:
        raise BadInput("没有这种图片。")
    platform = asked.platform()
    address = f"{platform.picture_base}/hostile/{lie}.jpg"
    number = platform.push(asked.reader(content), "image", {"PicUrl": address})
    return jsonify(ok=True, delivery=number)


@steering.post("/hold")
def hold() -> Response:
    asked.platform().hold(asked.content().get("holding") is True)
    return jsonify(DONE)


@steering.post("/release")
def release() -> Response:
    """{"order": "sent" | "reversed" | "shuffled" | [numbers]}: everything held back, at once."""
    platform = asked.platform()
    order = asked.content().get("order", "sent")
    numbers = [one.number for one in platform.held()]
    if order == "reversed":
        numbers.reverse()
    elif order == "shuffled":
        secrets.SystemRandom().shuffle(numbers)
    elif isinstance(order, list) and all(isinstance(one, int) for one in order):
        numbers = order
    elif order != "sent":
        raise BadInput("没有这种次序。")
    return jsonify(ok=True, released=platform.release(numbers))


@steering.post("/lose")
def lose() -> Response:
    """{"count": n}: the next n answers of the webhook are lost, so that the same delivery comes again."""
    count = asked.whole(asked.content(), "count")
    if not 0 <= count <= limits.BURST:
        raise BadInput(f"次数要在 0 到 {limits.BURST} 之间。")
    asked.platform().courier.lose_answers(count)
    return jsonify(DONE)


@steering.post("/scan")
def scan() -> Response:
    content = asked.content()
    asked.platform().scan(asked.reader(content), asked.words(content, "ticket"))
    return jsonify(DONE)


@steering.post("/consent")
def consent() -> Response:
    """{"template", "scene"}: with a scene a one-time subscription message, else one subscription notice."""
    content = asked.content()
    scene = content.get("scene")
    template = asked.words(content, "template").strip()
    if not template:
        raise BadInput("要写明模板。")
    asked.platform().consent(
        asked.reader(content), template, scene=None if scene is None else asked.whole(content, "scene")
    )
    return jsonify(DONE)


@steering.post("/tokens")
def void_tokens() -> Response:
    """All tokens of the account are invalid from now on."""
    asked.platform().tokens.void(asked.account(asked.content()).name)
    return jsonify(DONE)


@steering.post("/cap")
def cap() -> Response:
    """{"account", "path", "used"}: as if so many calls had been made today."""
    content = asked.content()
    platform = asked.platform()
    path = asked.words(content, "path")
    platform.caps.set_used(asked.account(content).name, path, asked.whole(content, "used"), now=platform.book_now())
    return jsonify(DONE)


@steering.post("/next")
def next_results() -> Response:
    """{"template": status, "publish": status, "publish_seconds": n}, each where given."""
    content = asked.content()
    platform = asked.platform()
    if "template" in content:
        platform.notices.set_next_status(asked.words(content, "template"))
    if "publish" in content:
        platform.articles.set_next_status(asked.whole(content, "publish"))
    if "publish_seconds" in content:
        platform.publish_delay = timedelta(seconds=max(0.0, asked.number(content, "publish_seconds")))
    return jsonify(DONE)


@steering.post("/check")
def check_address() -> Response:
    """The GET by which the platform tries the server's address; says what is wrong with the answer."""
    platform = asked.platform()
    account = asked.account(asked.content())
    timestamp, nonce, echo = str(int(platform.clock.now().timestamp())), secrets.token_hex(5), secrets.token_hex(8)
    signature = sign(account.keys.token, timestamp, nonce)
    query = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    try:
        answer = webhook.check(platform.webhook_of(account), query, seconds=CHECK_SECONDS)
    except NoAnswer as problem:
        return jsonify(ok=True, passed=False, says=f"没有回应（{problem}）。")
    if answer.status != 200 or answer.body != echo.encode("ascii"):
        return jsonify(ok=True, passed=False, says=f"状态码 {answer.status}，回答的不是 echostr 原文。")
    return jsonify(ok=True, passed=True, says="通过。")


@steering.get("/transcript")
def transcript() -> Response:
    text = asked.platform().transcript.dump()
    response = Response(text, mimetype="application/jsonl")
    response.headers["Content-Disposition"] = 'attachment; filename="transcript.jsonl"'
    return response


@steering.post("/transcript/clear")
def clear_transcript() -> Response:
    asked.platform().transcript.clear()
    return jsonify(DONE)


@steering.post("/replay")
def replay_transcript() -> Response:
    """The saved lines as the body, or as the file `transcript` of a form. Its course is in the state."""
    file = request.files.get("transcript")
    raw = request.get_data() if file is None else file.read()
    try:
        lines = parse(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadInput("记录不是 UTF-8 文本。") from None
    if not lines:
        raise BadInput("记录是空的。")
    desk, platform = _desk(), asked.platform()
    if desk.replay is not None and not desk.replay.ended:
        raise BadInput("上一次重放还没有结束。")
    begun = desk.replay = replay.begin(lines)
    platform.beside(lambda: replay.act_out(platform, lines, begun))
    return jsonify(ok=True, acts=begun.acts)


def _one_of(kind: Any, value: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise BadInput("没有这个选项。") from None
