"""One file from an address that somebody else chose, against real servers on this machine."""

from __future__ import annotations

import threading

import pytest

from bot.clock import monotonic
from bot.media.addresses import Refused
from bot.media.fetching import Limits, Lost, Unreachable, fetch
from tests.support.hosts import Answer, Line, reply, serving

MB = 1024 * 1024
LIMITS = Limits(MB, 2.0, 10.0)
HURRY = Limits(MB, 2.0, 0.3)


def bring(address: str, *hosts: str, limits: Limits = LIMITS) -> bytes:
    return fetch(address, hosts=hosts, limits=limits)


def test_a_listed_host_gives_its_bytes_and_hears_its_name() -> None:
    with serving(reply(b"picture")) as host:
        assert bring(f"{host.address}/a/0?x=1", host.name) == b"picture"
    [request] = host.requests
    assert request.startswith("GET /a/0?x=1 HTTP/1.1\r\n")
    assert f"Host: {host.name}\r\n" in request
    assert "Accept-Encoding: identity" in request


def test_an_answer_without_a_length_is_whole_at_its_end() -> None:
    with serving(reply(b"picture", length=None)) as host:
        assert bring(host.address, host.name) == b"picture"


def test_an_answer_in_chunks_is_put_together() -> None:
    chunked = reply(b"4\r\npict\r\n3\r\nure\r\n0\r\n\r\n", length=None, headers="Transfer-Encoding: chunked\r\n")
    with serving(chunked) as host:
        assert bring(host.address, host.name) == b"picture"


def endless(line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n")
    while not line.ending.is_set():
        line.send(b"\0" * 65536)


REFUSED: dict[str, tuple[Answer, str]] = {
    "a redirect": (reply(b"", status="302 Found", headers="Location: http://127.0.0.1/\r\n"), "转向了别处"),
    "a permanent redirect": (reply(b"", status="308 Permanent Redirect", headers="Location: /b\r\n"), "转向了别处"),
    "2 GB stated": (reply(b"x", length=2 * 1024 * MB), "太大"),
    "2 GB sent without a word": (endless, "太大"),
    "one byte too many": (reply(b"x" * (MB + 1), length=None), "太大"),
    "packed": (reply(b"x", headers="Content-Encoding: gzip\r\n"), "压缩"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_answers_are_refused_for_good(name: str) -> None:
    answer, why = REFUSED[name]
    with serving(answer) as host, pytest.raises(Refused, match=why):
        bring(host.address, host.name)


def drip_body(line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\n")
    line.drip(b"x" * 100_000)


def drip_body_without_length(line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n")
    line.drip(b"x" * 100_000)


def drip_header(line: Line) -> None:
    line.drip(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 100_000)


def say_nothing(line: Line) -> None:
    line.ending.wait(20)


@pytest.mark.parametrize("answer", [drip_body, drip_body_without_length, drip_header, say_nothing])
def test_a_server_that_drips_is_cut_off(answer: Answer) -> None:
    began = monotonic()
    with serving(answer) as host, pytest.raises(Unreachable, match=r"太慢|没有传完"):
        bring(host.address, host.name, limits=HURRY)
    assert monotonic() - began < 8


def cut_in_the_middle(line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")


UNREACHABLE: dict[str, Answer] = {
    "cut in the middle": cut_in_the_middle,
    "nothing": lambda line: None,
    "garbage": lambda line: line.send(b"\x00\x01\x02 nothing of ours\r\n\r\n"),
    "too many headers": lambda line: line.send(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n"),
    "wrong chunks": reply(b"zz\r\nx", length=None, headers="Transfer-Encoding: chunked\r\n"),
    "500": reply(b"", status="500 Oh"),
    "403": reply(b"", status="403 No"),
}


@pytest.mark.parametrize("name", UNREACHABLE)
def test_what_breaks_may_be_tried_again(name: str) -> None:
    with serving(UNREACHABLE[name]) as host, pytest.raises(Unreachable):
        bring(host.address, host.name)


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
def test_what_is_gone_is_lost(status: str) -> None:
    with serving(reply(b"", status=status)) as host, pytest.raises(Lost):
        bring(host.address, host.name)


def test_nobody_listening_may_be_tried_again() -> None:
    with serving(reply(b"")) as host:
        pass
    with pytest.raises(Unreachable, match="连不上"):
        bring(host.address, host.name)


def test_https_that_is_none_may_be_tried_again() -> None:
    with serving(reply(b"")) as host, pytest.raises(Unreachable):
        bring(host.address.replace("http:", "https:"), host.name, limits=HURRY)


def test_a_listed_name_that_leads_inside_is_not_asked() -> None:
    with serving(reply(b"secret")) as host, pytest.raises(Refused, match="内部网络"):
        fetch("http://mmbiz.qpic.cn/a", hosts=("*.qpic.cn",), limits=LIMITS, resolve=lambda *_: ["127.0.0.1"])
    assert host.requests == []


def test_the_name_is_resolved_once_so_that_no_second_answer_leads_inside() -> None:
    answers = iter([["203.0.113.9", "127.0.0.1"]])
    with pytest.raises(Refused):
        fetch("http://mmbiz.qpic.cn/a", hosts=("*.qpic.cn",), limits=LIMITS, resolve=lambda *_: next(answers))


def test_a_name_without_an_address_may_be_tried_again() -> None:
    with pytest.raises(Unreachable, match="找不到"):
        fetch("http://mmbiz.qpic.cn/a", hosts=("*.qpic.cn",), limits=LIMITS, resolve=lambda *_: [])


def test_the_address_connected_to_is_the_one_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second look-up: the connection goes to the IP address, the name only into the request."""
    asked: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> None:
        asked.append(address)
        raise OSError

    monkeypatch.setattr("bot.media.fetching.socket.create_connection", connect)
    with pytest.raises(Unreachable):
        fetch("http://mmbiz.qpic.cn/a", hosts=("*.qpic.cn",), limits=LIMITS, resolve=lambda *_: ["203.205.254.157"])
    assert asked == [("203.205.254.157", 80)]


def test_no_thread_stays_behind() -> None:
    before = threading.active_count()
    with serving(reply(b"picture")) as host:
        bring(host.address, host.name)
    assert threading.active_count() <= before + 1  # a timer that was cancelled may still be ending
