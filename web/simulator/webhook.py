"""One HTTP request to the bot's webhook, cut when it takes too long. Knows no message and no repetition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import requests

from bot.clock import monotonic

MAX_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer."""

    status: int
    body: bytes


class NoAnswer(Exception):
    """Nothing complete came in time, or nobody listens there."""


class Post(Protocol):
    """Sends one request; Answer, or NoAnswer after `cut_seconds` at the latest."""

    def __call__(self, url: str, query: Mapping[str, str], body: bytes, *, cut_seconds: float) -> Answer: ...


def post(url: str, query: Mapping[str, str], body: bytes, *, cut_seconds: float) -> Answer:
    """A new connection each time, as the platform's many senders do; no redirect is followed.

    `trust_env` is off: a proxy of the environment must not stand between the stand-in and this machine.
    """
    until = monotonic() + cut_seconds
    with requests.Session() as session:
        session.trust_env = False
        try:
            with session.post(
                url,
                params=dict(query),
                data=body,
                headers={"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"},
                timeout=cut_seconds,
                stream=True,
                allow_redirects=False,
            ) as response:
                return Answer(response.status_code, _read(response, until))
        except requests.RequestException as problem:
            raise NoAnswer(type(problem).__name__) from None


def check(url: str, query: Mapping[str, str], *, seconds: float) -> Answer:
    """The GET by which the platform tries an address; NoAnswer as for a delivery."""
    until = monotonic() + seconds
    with requests.Session() as session:
        session.trust_env = False
        try:
            with session.get(
                url, params=dict(query), timeout=seconds, stream=True, allow_redirects=False
            ) as response:
                return Answer(response.status_code, _read(response, until))
        except requests.RequestException as problem:
            raise NoAnswer(type(problem).__name__) from None


def _read(response: requests.Response, until: float) -> bytes:
    body = b""
    for part in response.iter_content(8192):
        body += part
        if monotonic() > until or len(body) > MAX_ANSWER_BYTES:
            raise NoAnswer("cut")
    return body
