"""A body that nobody read is read away before the answer goes. Knows no view.

Who is refused at once (too large, not signed in, no such page) is answered without a look at what he sent. The server then
ends the connection under a proxy that is still handing the body on; the proxy takes that for a machine that is down: it shows
an error of its own in place of ours, and of several machines each is left out for seconds, so that a stranger with a few large
bodies would stop them all. Only behind a proxy, which hands on what is whole: elsewhere a body that never ends would hold us.
"""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

PIECE = 1024 * 1024


class WholeBodies:
    def __init__(self, inside: WSGIApplication) -> None:
        self._inside = inside

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._inside(environ, start_response)
        if environ.get("CONTENT_LENGTH") not in (None, "", "0"):
            while environ["wsgi.input"].read(PIECE):
                pass
        return answer


def register(app: Flask) -> None:
    """Last of all, so that it stands around everything."""
    if app.extensions["woodpecker"].settings.server.trusted_proxies:
        app.wsgi_app = WholeBodies(app.wsgi_app)  # type: ignore[method-assign]
