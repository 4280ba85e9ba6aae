"""Each request has an id: it stands in its log lines, in the answer's X-Request-Id and on the page of an error."""

from __future__ import annotations

from flask import Flask, Response, request

from bot import logs
from web.deps import deps

HEADER = "X-Request-Id"
UNTOLD = "webhook.receive"
"""The platform does not want it, and every refusal looks alike to whoever tries."""


def register(app: Flask) -> None:
    """First of all, so that whatever comes after can be told apart in the log."""
    app.before_request(_begin)
    app.after_request(_tell)
    app.teardown_request(lambda _: logs.end())


def _begin() -> None:
    # Whoever is not our proxy could give many requests one id.
    given = request.headers.get(HEADER) if deps().settings.server.trusted_proxies else None
    logs.begin(given)


def _tell(response: Response) -> Response:
    if request.endpoint != UNTOLD:
        response.headers[HEADER] = logs.current()
    return response
