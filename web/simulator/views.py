"""The stand-in's page and the JSON behind it: readers' acts, the chat, the log of deliveries, the clock."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from bot.clock import SHANGHAI
from bot.errors import BadInput, NotFound
from web.simulator import demo_clock
from web.simulator.platform import MENU, Platform
from web.simulator.values import DeliveryRecord, Entry, Outcome, Reader

pages = Blueprint("pages", __name__)

OUTCOME_WORDS = {
    Outcome.RUNNING: "等待回应",
    Outcome.REPLIED: "已回复",
    Outcome.SILENT: "收下，无回复",
    Outcome.FAULT: "故障",
}
# A page elsewhere cannot set this header without asking first, and it is never allowed to: the fence against
# forged requests, for the stand-in has no sign-in.
OWN_HEADER = "X-Simulator"


def _platform() -> Platform:
    platform: Platform = current_app.extensions["platform"]
    return platform


@pages.before_request
def refuse_foreign_requests() -> None:
    if request.method == "POST" and OWN_HEADER not in request.headers:
        abort(403)


@pages.errorhandler(BadInput)
@pages.errorhandler(NotFound)
def explain(problem: BadInput | NotFound) -> tuple[Response, int]:
    return jsonify(error=str(problem)), 404 if isinstance(problem, NotFound) else 400


@pages.app_errorhandler(HTTPException)
def explain_http(problem: HTTPException) -> tuple[Response, int]:
    words = {404: "没有这个页面。", 413: "图片太大了，最多 10 MB。"}
    code = problem.code or 500
    return jsonify(error=words.get(code, "这个请求办不了。")), code


@pages.get("/")
def index() -> str:
    platform = _platform()
    return render_template(
        "phone.html",
        accounts=list(platform.accounts.values()),
        menu=MENU,
        console=current_app.extensions["console"],
        can_move=demo_clock.can_move(platform.clock),
    )


@pages.get("/healthz")
def healthz() -> Response:
    return jsonify(status="ok")


@pages.get("/state")
def state() -> Response:
    """What the page shows, asked for every second. `after`: the last line the page has."""
    platform = _platform()
    account = platform.account(request.args.get("account", ""))
    after = request.args.get("after", 0, type=int)
    openid = request.args.get("reader", "")
    if request.args.get("boot") != platform.store.boot:
        after = 0  # the stand-in was started anew, and its numbers with it
    chat = platform.chat(platform.store.reader(account.name, openid), after=after) if openid else []
    return jsonify(
        boot=platform.store.boot,
        clock=platform.clock.now().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
        readers=_readers(platform, account.name),
        entries=[_entry(one) for one in chat],
        deliveries=[_delivery(one) for one in platform.store.deliveries(account.name)[:30]],
    )


@pages.post("/act/text")
def send_text() -> Response:
    content = _content()
    _platform().send_text(_reader(content), _words(content, "text"))
    return jsonify(ok=True)


@pages.post("/act/voice")
def send_voice() -> Response:
    content = _content()
    _platform().send_voice(_reader(content), _words(content, "recognition"))
    return jsonify(ok=True)


@pages.post("/act/picture")
def send_picture() -> Response:
    reader = _reader(dict(request.form))
    file = request.files.get("picture")
    if file is None:
        raise BadInput("先选一张图片。")
    _platform().send_picture(reader, file.read())
    return jsonify(ok=True)


@pages.post("/act/menu")
def press_menu() -> Response:
    content = _content()
    _platform().click(_reader(content), _words(content, "key"))
    return jsonify(ok=True)


@pages.post("/act/follow")
def follow() -> Response:
    _platform().follow(_reader(_content()))
    return jsonify(ok=True)


@pages.post("/act/unfollow")
def unfollow() -> Response:
    _platform().unfollow(_reader(_content()))
    return jsonify(ok=True)


@pages.post("/act/readers")
def add_reader() -> Response:
    content = _content()
    reader = _platform().add_reader(_words(content, "account"), _words(content, "name"))
    return jsonify(ok=True, openid=reader.openid)


@pages.post("/act/clock")
def move_clock() -> Response:
    """{"to": "deadline"} or {"hours": number}."""
    content = _content()
    clock = _platform().clock
    if content.get("to") == "deadline":
        moment = demo_clock.move_past_deadline(clock, current_app.extensions["ask_deadline"])
    else:
        hours = content.get("hours")
        if isinstance(hours, bool) or not isinstance(hours, int | float):
            raise BadInput("要快进几小时？")
        moment = demo_clock.move_by_hours(clock, hours)
    return jsonify(ok=True, clock=moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"))


@pages.get("/pictures/<key>")
def picture(key: str) -> Response:
    """A picture that a reader sent: its address is what the bot gets as PicUrl."""
    found = _platform().store.picture(key)
    if found is None:
        raise NotFound("这张图片已经不在了。")
    return Response(found[1], mimetype=found[0])


def _content() -> dict[str, Any]:
    content = request.get_json(silent=True)
    if not isinstance(content, dict):
        raise BadInput("请求的格式不对。")
    return content


def _words(content: dict[str, Any], name: str) -> str:
    value = content.get(name, "")
    if not isinstance(value, str):
        raise BadInput("请求的格式不对。")
    return value


def _reader(content: dict[str, Any]) -> Reader:
    platform = _platform()
    account = platform.account(_words(content, "account"))
    return platform.store.reader(account.name, _words(content, "reader"))


def _readers(platform: Platform, account: str) -> list[dict[str, Any]]:
    last = platform.store.last_numbers(account)
    return [
        {"openid": one.openid, "name": one.name, "following": one.following, "last": last[one.openid]}
        for one in platform.store.readers(account)
    ]


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "side": entry.side,
        "kind": entry.kind,
        "text": entry.text,
        "picture": entry.picture_url,
        "note": entry.note,
        "at": entry.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M"),
    }


def _delivery(record: DeliveryRecord) -> dict[str, Any]:
    return {
        "number": record.number,
        "reader": record.reader,
        "label": record.label,
        # As text: JavaScript's numbers would round an id of 17 digits.
        "message_id": "" if record.message_id is None else str(record.message_id),
        "at": record.at.astimezone(SHANGHAI).strftime("%H:%M:%S"),
        "outcome": record.outcome,
        "words": OUTCOME_WORDS[record.outcome],
        "reason": record.reason,
        "tries": [
            {"status": "无回应" if one.status is None else str(one.status), "ms": one.milliseconds}
            for one in record.tries
        ],
    }
