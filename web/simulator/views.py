"""The stand-in's page and the JSON behind it: readers' acts, the chat, the log of deliveries, the clock."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException

from bot.clock import SHANGHAI
from bot.errors import BadInput, NotFound
from web.simulator import asked, demo_clock, limits
from web.simulator.platform import MENU, Platform
from web.simulator.values import DeliveryRecord, Entry, Outcome

pages = Blueprint("pages", __name__)

OUTCOME_WORDS = {
    Outcome.HELD: "扣住未投",
    Outcome.RUNNING: "等待回应",
    Outcome.REPLIED: "已回复",
    Outcome.SILENT: "收下，无回复",
    Outcome.FAULT: "故障",
}
# A page elsewhere cannot set this header without asking first, and it is never allowed to: the fence against
# forged requests, for the stand-in has no sign-in.
OWN_HEADER = "X-Simulator"


@pages.before_app_request
def refuse_foreign_requests() -> None:
    """For the pages' own requests; the API's callers show a token instead."""
    own = request.blueprint in ("pages", "steering")
    if own and request.method == "POST" and OWN_HEADER not in request.headers:
        abort(403)


@pages.app_errorhandler(BadInput)
@pages.app_errorhandler(NotFound)
def explain(problem: BadInput | NotFound) -> tuple[Response, int]:
    return jsonify(error=str(problem)), 404 if isinstance(problem, NotFound) else 400


@pages.app_errorhandler(HTTPException)
def explain_http(problem: HTTPException) -> tuple[Response, int]:
    words = {404: "没有这个页面。", 413: f"文件太大了，最多 {limits.TRANSCRIPT_BYTES // 2**20} MB。"}
    code = problem.code or 500
    return jsonify(error=words.get(code, "这个请求办不了。")), code


@pages.get("/")
def index() -> str:
    platform = asked.platform()
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
    platform = asked.platform()
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
        menu=[{"title": one.title, "key": one.key, "opens": one.kind == "view"} for one in platform.menu(account.name)],
        entries=[_entry(one) for one in chat],
        deliveries=[delivery_shown(one) for one in platform.store.deliveries(account.name)[:30]],
    )


@pages.post("/act/text")
def send_text() -> Response:
    content = asked.content()
    asked.platform().send_text(asked.reader(content), asked.words(content, "text"))
    return jsonify(ok=True)


@pages.post("/act/voice")
def send_voice() -> Response:
    """JSON, or a form with the file `voice` (AMR)."""
    content = dict(request.form) if request.files else asked.content()
    file = request.files.get("voice")
    data = _bytes(file) if file else None
    asked.platform().send_voice(asked.reader(content), asked.words(content, "recognition"), data)
    return jsonify(ok=True)


@pages.post("/act/picture")
def send_picture() -> Response:
    reader = asked.reader(dict(request.form))
    file = request.files.get("picture")
    if file is None:
        raise BadInput("先选一张图片。")
    asked.platform().send_picture(reader, _bytes(file))
    return jsonify(ok=True)


@pages.post("/act/menu")
def press_menu() -> Response:
    content = asked.content()
    asked.platform().click(asked.reader(content), asked.words(content, "key"))
    return jsonify(ok=True)


@pages.post("/act/follow")
def follow() -> Response:
    asked.platform().follow(asked.reader(asked.content()))
    return jsonify(ok=True)


@pages.post("/act/unfollow")
def unfollow() -> Response:
    asked.platform().unfollow(asked.reader(asked.content()))
    return jsonify(ok=True)


@pages.post("/act/readers")
def add_reader() -> Response:
    content = asked.content()
    reader = asked.platform().add_reader(asked.words(content, "account"), asked.words(content, "name"))
    return jsonify(ok=True, openid=reader.openid)


@pages.post("/act/clock")
def move_clock() -> Response:
    """{"to": "deadline"} or {"hours": number}."""
    content = asked.content()
    clock = asked.platform().clock
    if content.get("to") == "deadline":
        moment = demo_clock.move_past_deadline(clock, current_app.extensions["ask_deadline"])
    else:
        hours = content.get("hours")
        if isinstance(hours, bool) or not isinstance(hours, int | float):
            raise BadInput("要快进几小时？")
        moment = demo_clock.move_by_hours(clock, hours)
    return jsonify(ok=True, clock=moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"))


def _bytes(file: FileStorage) -> bytes:
    """What was uploaded; a large one stands in a temporary file, which is closed at once."""
    with file.stream:
        data: bytes = file.read()
    return data


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


def delivery_shown(record: DeliveryRecord) -> dict[str, Any]:
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
