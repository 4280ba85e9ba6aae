"""Readers' pages whose address is the key: guessing is slowed, and the address goes nowhere else."""

from __future__ import annotations

from collections.abc import Callable

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from bot.members.admission import LockedOut
from web import present


def opened(answer: Callable[[], ResponseReturnValue]) -> Response:
    """The answer; a kind page instead where this address has tried too many keys."""
    try:
        response = make_response(answer())
    except LockedOut as locked:
        until = present.clock_time(locked.until)
        response = make_response(end("请稍等", f"来得太快了，请过一会儿再试（{until} 以后）。"), 429)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def end(title: str, sentence: str, *, kind: str = "") -> str:
    """A page with nothing but these words. `kind`: "yes" where something was done."""
    return render_template("claim_end.html", title=title, sentence=sentence, kind=kind)
