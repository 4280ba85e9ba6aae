"""What open pages have in common: how often one address may ask, how long anybody may keep an answer. Knows no page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, abort, current_app, request
from werkzeug.wrappers import Response

from web.deps import now
from web.public_pace import Pace
from web.visitor import address

PAGES_A_MINUTE, CUTS_A_MINUTE = 60, 60
PAGE_KEPT, PICTURE_KEPT = 300, 86_400
"""Seconds: what an editor decides shows within minutes; a picture changes with its page only."""


def register(app: Flask) -> None:
    add(app, {"page": PAGES_A_MINUTE, "cut": CUTS_A_MINUTE})


def add(app: Flask, kinds: Mapping[str, int]) -> None:
    """Kinds of pages that are counted apart, each with how many a minute one address may open."""
    app.extensions.setdefault("public_paces", {}).update({kind: Pace(most) for kind, most in kinds.items()})


def paced(kind: str) -> None:
    """429 where this address comes too often."""
    pace: Pace = current_app.extensions["public_paces"][kind]
    if not pace.admits(address(), now=now()):
        abort(429)


def kept(answer: Response, seconds: int) -> Response:
    """The answer with how long anybody may keep it; nothing but its head where he has it already."""
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    if not answer.get_etag()[0]:
        answer.add_etag()
    answer.make_conditional(request.environ)
    return answer
