"""Fetches one file from an address that somebody else chose. Knows the network; knows no rows.

The name is resolved once, the answer checked, and the connection made to that very IP address, so that a
second answer of the name server cannot lead elsewhere. No redirect is followed, no proxy of the environment
asked, nothing unpacked. Bytes are counted as they come, and a timer cuts the line when it takes too long:
timeouts of single reads alone would let a server drip for hours.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse

from bot.media.addresses import Refused, Target, public, target

PART = 16 * 1024
TOO_SLOW = "图片传得太慢，断开了"
HEADERS = {"Accept": "image/*", "Accept-Encoding": "identity", "Connection": "close", "User-Agent": "Mozilla/5.0"}
Resolve = Callable[[str, int], list[str]]


class Unreachable(Exception):
    """Nothing complete came; it may when tried again. `str()` is for the log and for editors."""


class Lost(Exception):
    """It was there and is no more."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds`: for the whole of it, from the first packet to the last byte."""

    most_bytes: int
    connect_seconds: float
    seconds: float


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a name; none where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def fetch(address: str, *, hosts: tuple[str, ...], limits: Limits, resolve: Resolve = resolve) -> bytes:
    """The bytes behind `address`. Refused: never to be asked again; Unreachable: perhaps later."""
    aim = target(address, hosts)
    found = resolve(aim.host, aim.port)
    if not found:
        raise Unreachable("图片的网址找不到")
    chosen = found if aim.listed else public(found)
    try:
        line = _Line(socket.create_connection((chosen[0], aim.port), timeout=limits.connect_seconds))
    except OSError as problem:
        raise Unreachable(f"连不上图片的服务器（{type(problem).__name__}）") from None
    with line.cut_after(limits.seconds):
        try:
            body = _read(_connected(line, aim, limits), aim, limits)
        except (OSError, HTTPException) as problem:
            raise Unreachable(TOO_SLOW if line.cut else f"图片没有传完（{type(problem).__name__}）") from None
        if line.cut:  # where no length was stated, a cut line looks like the end
            raise Unreachable(TOO_SLOW)
        return body


class _Line:
    """One connection, which a timer shuts whatever is being waited for: the handshake, a header or the body."""

    def __init__(self, raw: socket.socket) -> None:
        self.socket = raw
        self.cut = False

    @contextlib.contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self._shut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self.socket.close()

    def _shut(self) -> None:
        self.cut = True
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)  # beneath TLS, which might wait for the other side


def _connected(line: _Line, aim: Target, limits: Limits) -> HTTPConnection:
    """An HTTP connection over a line that is open already; TLS is checked against the name, not the IP address."""
    line.socket.settimeout(limits.seconds)
    connection = HTTPConnection(aim.host, aim.port)
    if aim.scheme == "https":
        connection.default_port = aim.port
        secured = ssl.create_default_context().wrap_socket(line.socket, server_hostname=aim.host,
                                                           do_handshake_on_connect=False)
        line.socket = secured
        secured.do_handshake()
    connection.sock = line.socket
    return connection


def _read(connection: HTTPConnection, aim: Target, limits: Limits) -> bytes:
    connection.request("GET", aim.path, headers=HEADERS)
    with connection.getresponse() as answer:
        if 300 <= answer.status < 400:
            raise Refused("图片地址转向了别处")
        if answer.status in (404, 410):
            raise Lost("图片已经不在微信的服务器上")
        if answer.status != 200:
            raise Unreachable(f"图片的服务器回了 {answer.status}")
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Refused("图片是压缩过的包")
        return _body(answer, limits.most_bytes)


def _body(answer: HTTPResponse, most: int) -> bytes:
    stated = answer.length
    if stated is not None and stated > most:
        raise Refused(too_big(most))
    parts = bytearray()
    while part := answer.read1(PART):
        parts += part
        if len(parts) > most:
            raise Refused(too_big(most))
    if stated is not None and len(parts) < stated:
        raise Unreachable("图片没有传完")
    return bytes(parts)


def too_big(most: int) -> str:
    return f"文件太大，超过 {most // (1024 * 1024)} MB"
