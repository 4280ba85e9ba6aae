"""Cookies, limits and security headers of every answer. Knows no view."""

from __future__ import annotations

import hashlib
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.middleware.proxy_fix import ProxyFix

from bot.settings import Settings
from web.access import is_for_readers, may
from web.deps import deps
from web.visitor import signed_in

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "  # data: Bootstrap's arrows
    "form-action 'self'; frame-ancestors 'none'"
)
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
DRAWN = frozenset({"statistics.plot", "cockpit.plot"})
"""Pictures that bear their own style, and nothing else: opened by themselves they would come out black otherwise."""
LARGEST_FORM = 256 * 1024
LARGEST_UPLOAD = 256 * 1024 * 1024
"""A month's PDFs are 20 to 150 MB together. They go to a temporary file and from there to the folder of the import piece by
piece, so that what they take is disk, not memory."""
UPLOADS = frozenset({"imports.send"})
"""Endpoints that take files, from whoever may open them; everybody else there too may send LARGEST_FORM bytes."""

GUARDS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
LONGEST_WAY = 2_000
"""Characters of an address that an answer leads to. What stands in front takes some thousand bytes of headers; an answer with
more, made of an address as long as its asker liked, looks to it like a machine that is down."""
KEYS = ("/my/", "/mine/", "/claim/")
"""Where the address itself is the key: not even our own style sheet is asked for with it, in whose log it would stand."""
SECRET_FORMS = ("/sign-in/reset/",)
"""The same for a page whose form must say from which host it comes: told is the host alone."""
FILES = frozenset({"static", "bootstrap.static"})
OVER_HTTPS = (("Strict-Transport-Security", "max-age=31536000"),)
KEPT = frozenset({"pictures.whole", "pictures.tile", "pictures.crop", "public_records.show", "public_records.file",
                  "public_records.listed", "public_records.data", "contest_pages.home", "contest_pages.rules",
                  "contest_pages.winners", "contest_pages.hall", "errata_pages.index", "errata_pages.issue",
                  "errata_pages.refused", "errata_pages.cut"})
"""Endpoints that say themselves how long a browser may keep their answers: what is printed is no secret."""


class StaffCookies(SecureCookieSessionInterface):
    """Readers get no cookie, and no page that a cache would keep apart by one: Flask-Login looks at the session for every
    answer, and Flask would say so (Vary)."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not is_for_readers():
            super().save_session(app, session, response)


def register(app: Flask) -> None:
    app.session_interface = StaffCookies()
    settings: Settings = app.extensions["woodpecker"].settings
    secure = settings.server.secure_cookies
    app.config.update(
        SECRET_KEY=settings.server.secret_key,
        # __Host-: the browser takes it from this host over https only, for no other name.
        SESSION_COOKIE_NAME="__Host-woodpecker" if secure else "woodpecker",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=30),
    )
    if settings.server.trusted_proxies:
        hops = settings.server.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(_set_limit)
    app.after_request(_add_headers)
    digests = _digests(Path(app.root_path) / "static")

    @app.url_defaults
    def _name_the_version(endpoint: str, values: dict[str, Any]) -> None:
        # A changed file gets a new address, so that browsers may keep the old one for long.
        if endpoint == "static" and values.get("filename") in digests:
            values.setdefault("v", digests[values["filename"]])


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in files
    }


def _set_limit() -> None:
    member = signed_in() if request.endpoint in UPLOADS else None
    if member is not None and may(member.role, request.endpoint or ""):
        request.max_content_length = LARGEST_UPLOAD
    elif (request.endpoint or "").startswith("webhook."):
        request.max_content_length = sys.maxsize  # it measures for itself, and refuses without a page


def unkept(settings: Settings) -> list[tuple[str, str]]:
    """The headers of an answer that nobody may keep, where it does not come by way of a view."""
    return [*GUARDS.items(), *(OVER_HTTPS if settings.server.secure_cookies else ()), ("Cache-Control", "no-store")]


def _add_headers(response: Response) -> Response:
    headers = response.headers
    if headers.get("Location", "").startswith(request.host_url):  # Werkzeug's own, for a slash too many or too few
        headers["Location"] = f"/{headers['Location'].removeprefix(request.host_url).lstrip('/')}"
    if len(headers.get("Location", "")) > LONGEST_WAY:
        way = headers["Location"].partition("?")[0]
        headers["Location"] = way if len(way) <= LONGEST_WAY else "/"
    if request.path.startswith(KEYS):
        headers["Referrer-Policy"] = "no-referrer"
    elif request.path.startswith(SECRET_FORMS):
        headers["Referrer-Policy"] = "strict-origin"
    for name, value in GUARDS.items():
        headers.setdefault(name, value)
    if request.endpoint in DRAWN:
        headers["Content-Security-Policy"] = PICTURE_POLICY
    if deps().settings.server.secure_cookies:
        headers.extend(OVER_HTTPS)
    kept = request.endpoint in KEPT and response.status_code in (200, 304)
    if request.endpoint not in FILES and not kept:
        headers["Cache-Control"] = "no-store"
    return response
