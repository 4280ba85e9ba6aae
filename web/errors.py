"""What the browser sees when something goes wrong: one kind sentence, no inner matter. Logs hold ids only."""

from __future__ import annotations

import logging

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from werkzeug.exceptions import BadHost, HTTPException
from werkzeug.wrappers import Response

from bot import logs
from bot.errors import BadInput, ImportProblem, NotAllowed, NotFound, Stale, WoodpeckerError, without_words
from web import kept_words
from web.access import PUBLIC, is_for_readers
from web.visitor import signed_in

LOG = logging.getLogger(__name__)

STATUS: dict[type[WoodpeckerError], int] = {
    BadInput: 400, ImportProblem: 400, NotAllowed: 403, NotFound: 404, Stale: 409,
}


def status_of(problem: WoodpeckerError, otherwise: int = 400) -> int:
    """The HTTP status of an error that a person can mend."""
    return next((code for kind, code in STATUS.items() if isinstance(problem, kind)), otherwise)

PAGES: dict[int, tuple[str, str]] = {
    400: ("这次没有收下", "填的内容有些不对，请返回上一页看一看再试。"),
    403: ("这里不归您管", "您的角色打不开这一页。需要的话，请找管理员。"),
    404: ("没有找到", "这个地址没有内容，也许已经移走了。"),
    405: ("这样打不开", "请从页面上的按钮进来。"),
    409: ("有人先改过了", "您打开之后，别人刚刚改过。没有保存任何东西，请刷新后再看一眼。"),
    413: ("内容太大", "送来的内容太大了，请分几次。"),
    429: ("请稍等", "来得太快了，请过一会儿再试。"),
    500: ("出了点问题", "这不是您的错。我们已经记下，请过一会儿再试。"),
}
TO_READERS: dict[int, tuple[str, str]] = {
    403: ("打不开", "这一页打不开。请回到公众号里再试一次。"),
    404: ("没有找到", "这里没有内容。请看看链接有没有复制全，或者回到公众号里再点一次。"),
    405: ("打不开", "这一页打不开。请回到公众号里再试一次。"),
}
"""Said on pages of readers in place of the above."""
DEADLOCK = "40P01"
CSRF_SENTENCE = "这一页放得太久了，请返回上一页刷新后再试一次。"


def register(app: Flask) -> None:
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(WoodpeckerError, _ours)
    app.register_error_handler(IntegrityError, _at_once)
    app.register_error_handler(OperationalError, _waited_crosswise)
    app.register_error_handler(Exception, _unforeseen)


def _csrf(_: CSRFError) -> Response | tuple[str, int]:
    _note_refusal("a form without its token")
    kept = None if request.endpoint in PUBLIC else kept_words.handed_back()
    if kept is not None:
        return kept
    return _page(400, sentence=CSRF_SENTENCE)


def _http(problem: HTTPException) -> Response | tuple[str, int]:
    status = problem.code or 500
    if status < 400 or isinstance(problem, BadHost):  # a redirect of the routing; a name with which no page makes a link
        return problem.get_response()
    if status == 403:
        _note_refusal("no right")
    return _page(status)


def _ours(problem: WoodpeckerError) -> tuple[str, int]:
    status = status_of(problem, 500)
    if status == 500:
        return _unforeseen(problem)
    if status == 403:
        _note_refusal("no right")
    sentences = problem.problems if isinstance(problem, ImportProblem) else [str(problem)]
    return _page(status, sentence=sentences[0], more=sentences[1:])


def _at_once(problem: DBAPIError) -> tuple[str, int]:
    """Two who do the same at once: the second meets the row that the first has just written. As web/console/acting.py,
    for views that have a transaction of their own."""
    LOG.warning("an act at %s met another one: %s", request.endpoint, without_words(problem))
    return _page(409)


def _waited_crosswise(problem: OperationalError) -> tuple[str, int]:
    """Two who wait for each other on PostgreSQL: one of them it sends away, with nothing done."""
    return _at_once(problem) if getattr(problem.orig, "sqlstate", None) == DEADLOCK else _unforeseen(problem)


def _note_refusal(why: str) -> None:
    """For whoever looks for guessing in the log: an endpoint and a number, never what was typed."""
    who = signed_in()
    LOG.warning("refused %s at %s to %s: %s", request.method, request.endpoint,
                "a stranger" if who is None else f"staff {who.staff_id}", why)


def _unforeseen(problem: Exception) -> tuple[str, int]:
    """Logged without the error's own text: a database error quotes the values, and so a reader's words."""
    number = logs.current()
    LOG.error("error %s at %s: %s", number, request.endpoint, without_words(problem))
    title, sentence = PAGES[500]
    if is_for_readers():
        return render_template("claim_end.html", title=title, sentence=sentence, number=number), 500
    # Without navigation: that would ask the database, which may be what is broken.
    page = render_template("error_bare.html", status=500, title=title, sentence=sentence, number=number)
    return page, 500


def _page(status: int, sentence: str = "", more: list[str] | None = None) -> tuple[str, int]:
    title, usual = PAGES.get(status, PAGES[400 if status < 500 else 500])
    if is_for_readers():
        title, usual = TO_READERS.get(status, (title, usual))
        return render_template("claim_end.html", title=title, sentence=sentence or usual), status
    template = "error_bare.html" if status >= 500 else "error.html"
    return render_template(template, status=status, title=title, sentence=sentence or usual,
                           more=more or []), status
