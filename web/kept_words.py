"""What was typed into a form that could not be taken, handed back with the answer: no long letter is lost because a
sign-in ended meanwhile.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from web.visitor import signed_in

LEAST, MOST = 10, 5
"""A shorter text is typed again at once; so many are handed back."""
TITLE = "登录到时了"
SENTENCE = "您离开得久了，这次没有交上。写的话都在下面：先复制好，登录以后贴回去再交。"
_WORDS = re.compile("[\u4e00-\u9fff]")
_SECRET = re.compile("password|token|code|secret")


def handed_back() -> Response | None:
    """The page with the words, for whoever is not signed in any more; None where no words came from a page of ours."""
    words = typed() if signed_in() is None else []
    if not words:
        return None
    return make_response(render_template("words_back.html", title=TITLE, sentence=SENTENCE, words=words, back=page_before()), 400)


def typed() -> list[str]:
    """The longer texts of a form sent by a page of ours: what a strange page sends is never shown under our name."""
    if request.method != "POST" or not _from_here():
        return []
    texts = [value.strip() for name, value in request.form.items(multi=True) if not _SECRET.search(name)]
    return list(dict.fromkeys(one for one in texts if len(one) >= LEAST and _WORDS.search(one)))[:MOST]


def page_before() -> str | None:
    """The path of the page that sent the form."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:  # half an address of IPv6, say: no page of ours
        return None
    if parts.netloc != request.host or not parts.path.startswith("/"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _from_here() -> bool:
    return (request.headers.get("Sec-Fetch-Site") == "same-origin"
            or request.headers.get("Origin") == request.host_url.rstrip("/"))
