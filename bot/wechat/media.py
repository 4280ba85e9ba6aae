"""Temporary media of one account (media/get): a reader's picture or voice by its MediaId, within three days.

Only accounts with the media right have it; the others get 48001. Errors come as JSON with status 200, so the
kind of the answer is looked at before its bytes are taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from bot.clock import monotonic
from bot.wechat.client import Answer

if TYPE_CHECKING:
    import requests

PART = 16 * 1024
LONGEST_ERROR = 4096
WORDS = ("application/json", "text/")


class Authorised(Protocol):
    """The account's client, which has the token and renews it once where it is refused."""

    def authorised(self, make: Callable[[str], Answer]) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Given:
    """A file, or why there is none: `errcode` of the platform, None where nothing complete came."""

    data: bytes | None
    errcode: int | None = None
    too_big: bool = False


class MediaApi:
    """`base`: the platform's API. `measure`: seconds of a clock that only runs on."""

    def __init__(self, client: Authorised, *, base: str, connect_seconds: float, read_seconds: float,
                 measure: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._address = base.rstrip("/") + "/cgi-bin/media/get"
        self._timeouts = (connect_seconds, read_seconds)
        self._measure = measure

    def get(self, media_id: str, *, most_bytes: int, seconds: float) -> Given:
        """The file. Never raises for what the platform or the network does."""
        got: list[Given] = []

        def make(token: str) -> Answer:
            got[:] = [self._once(token, media_id, most_bytes, seconds)]
            return Answer(0 if got[0].data is not None else got[0].errcode, "")

        answer = self._client.authorised(make)
        return got[0] if got and answer.errcode in (0, got[0].errcode) else Given(None, answer.errcode)

    def _once(self, token: str, media_id: str, most_bytes: int, seconds: float) -> Given:
        import requests  # the web's workers fetch nothing
        from urllib3.exceptions import HTTPError

        try:
            with requests.get(self._address, params={"access_token": token, "media_id": media_id},
                              timeout=self._timeouts, stream=True, allow_redirects=False) as answer:
                return self._read(answer, most_bytes, seconds)
        except (requests.RequestException, HTTPError, OSError):
            return Given(None)

    def _read(self, answer: requests.Response, most_bytes: int, seconds: float) -> Given:
        if answer.status_code != HTTPStatus.OK:
            return Given(None)
        words = answer.headers.get("Content-Type", "").lower().startswith(WORDS)
        until, most = self._measure() + seconds, LONGEST_ERROR if words else most_bytes
        body = bytearray()
        while part := answer.raw.read1(PART, decode_content=True):  # read(PART) would wait until so much is there
            body += part
            if len(body) > most or self._measure() > until:
                return Given(None, too_big=not words and len(body) > most)
        return Given(None, _errcode(bytes(body))) if words else Given(bytes(body))


def _errcode(body: bytes) -> int | None:
    try:
        fields: Any = json.loads(body)
        return int(fields["errcode"])
    except (ValueError, TypeError, KeyError):
        return None
