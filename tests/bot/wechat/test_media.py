"""media/get of one account: the file, or what the platform said instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot.wechat.client import Answer
from bot.wechat.media import Given, MediaApi
from tests.support import hosts
from tests.support.hosts import Line, reply, serving

KB = 1024


@dataclass
class OneToken:
    """Hands out tokens one after the other; a refused one is replaced once, as the client does."""

    tokens: list[str] = field(default_factory=lambda: ["first", "second"])

    def authorised(self, make: Callable[[str], Answer]) -> Answer:
        answer = make(self.tokens[0])
        return make(self.tokens[1]) if answer.errcode == 40001 and len(self.tokens) > 1 else answer


class NoToken:
    def authorised(self, make: Callable[[str], Answer]) -> Answer:
        return Answer(40164, "not on the list")


def get(host: hosts.Host, client: OneToken | NoToken | None = None, *, measure: Callable[[], float] = lambda: 0.0) -> Given:
    api = MediaApi(client or OneToken(), base=host.address, connect_seconds=2, read_seconds=5, measure=measure)
    return api.get("media 1&x=y", most_bytes=64 * KB, seconds=5)


def test_the_file_is_given() -> None:
    with serving(reply(b"\xff\xd8\xff picture")) as host:
        assert get(host) == Given(b"\xff\xd8\xff picture")
    [request] = host.requests
    assert request.startswith("GET /cgi-bin/media/get?access_token=first&media_id=media+1%26x%3Dy HTTP/1.1")


@pytest.mark.parametrize("content_type", ["application/json; encoding=utf-8", "text/plain", "text/html"])
@pytest.mark.parametrize("errcode", [40007, 48001, -1])
def test_an_error_comes_as_words_with_status_200(content_type: str, errcode: int) -> None:
    with serving(reply(b'{"errcode":%d,"errmsg":"x"}' % errcode, content_type=content_type)) as host:
        assert get(host) == Given(None, errcode)


def test_a_refused_token_is_renewed_once() -> None:
    def answer(line: Line) -> None:
        first = "access_token=first" in line.request
        reply(b'{"errcode":40001}' if first else b"sound", content_type="text/plain" if first else "audio/amr")(line)

    with serving(answer) as host:
        assert get(host) == Given(b"sound")
    assert len(host.requests) == 2


def test_without_a_token_nothing_is_asked() -> None:
    with serving(reply(b"x")) as host:
        assert get(host, NoToken()) == Given(None, 40164)
    assert host.requests == []


@pytest.mark.parametrize("length", [-1, None])
def test_a_file_that_is_too_big_is_not_taken(length: int | None) -> None:
    with serving(reply(b"x" * (64 * KB + 1), length=length)) as host:
        assert get(host) == Given(None, too_big=True)


NOTHING = {
    "a redirect": reply(b"", status="302 Found", headers="Location: http://127.0.0.1:1/\r\n"),
    "a status": reply(b"", status="502 Bad Gateway"),
    "a page": reply(b"<html>", content_type="text/html"),
    "a list": reply(b"[]", content_type="application/json"),
    "no number": reply(b'{"errcode":"x"}', content_type="application/json"),
    "endless words": reply(b"a" * (8 * KB), content_type="text/plain"),
    "half of it": lambda line: line.send(b"HTTP/1.1 200 OK\r\nContent-Type: audio/amr\r\nContent-Length: 500\r\n\r\nhalf"),
    "nothing": lambda line: None,
}


@pytest.mark.parametrize("name", NOTHING)
def test_anything_else_is_no_answer(name: str) -> None:
    with serving(NOTHING[name]) as host:
        assert get(host) == Given(None)


def test_an_answer_that_drips_is_left() -> None:
    clock = iter(range(0, 1000, 2))

    def drip(line: Line) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Type: audio/amr\r\n\r\n")
        line.drip(b"x" * 1000)

    with serving(drip) as host:
        assert get(host, measure=lambda: float(next(clock))) == Given(None)


def test_nobody_listening_is_no_answer() -> None:
    with serving(reply(b"x")) as host:
        pass
    assert get(host) == Given(None)
