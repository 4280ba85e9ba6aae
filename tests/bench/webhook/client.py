"""A load client for webhooks: raw HTTP/1.1 over kept connections, closed or open loop. Knows bytes and sockets only.

All requests are made before the clock starts. A server that answers `Connection: close` (gunicorn's sync workers do) gets
a new connection for each request; connecting is then part of its time. Answers must say their Content-Length.
"""

from __future__ import annotations

import re
import select
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import urlencode

LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.I)
CLOSE = re.compile(rb"\r\nconnection:\s*close", re.I)
SILENCE_SECONDS = 5.0
"""After so long without an answer the platform hangs up."""
PEEK_SECONDS = 0.2


@dataclass(slots=True)
class Run:
    """What came back, by the number of the request. `took`: seconds, from the moment a request was due in an open loop."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    status: list[int] = field(default_factory=list)  # 0: no answer in time
    bodies: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers with 200 a second."""
        return self.status.count(200) / self.seconds

    def at(self, share: float) -> float:
        """The time within which this share was answered, in seconds."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def request(path: str, query: dict[str, str], body: bytes) -> bytes:
    """The bytes of one POST."""
    head = (f"POST {path}?{urlencode(query)} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nContent-Type: text/xml\r\n"
            f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n")
    return head.encode("ascii") + body


class _Line:
    """One connection: at most one request is under way."""

    __slots__ = ("began", "got", "number", "socket")

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.number, self.began, self.got = -1, 0.0, b""


class _Load:
    def __init__(self, port: int, requests: Sequence[bytes], rate: float | None) -> None:
        self._address, self._requests, self._rate = ("127.0.0.1", port), requests, rate
        self._poll, self._busy = select.epoll(), {}  # type: select.epoll, dict[int, _Line]
        self._next, self._done, self._start = 0, 0, 0.0
        many = len(requests)
        self.run = Run(took=[0.0] * many, status=[0] * many, bodies=[b""] * many)

    def all(self, connections: int) -> Run:
        idle = [_Line() for _ in range(connections)]
        self._start = perf_counter()
        while self._done < len(self._requests):
            while idle and self._due():
                self._begin(idle.pop())
            for descriptor, _ in self._poll.poll(self._wait(bool(idle))):
                line = self._busy.get(descriptor)
                if line is not None and self._read(line):
                    idle.append(line)
            idle += self._given_up()
        self.run.seconds = perf_counter() - self._start
        for line in idle:
            self._hang_up(line)
        self._poll.close()
        return self.run

    def _due(self) -> bool:
        if self._next >= len(self._requests):
            return False
        return self._rate is None or self._start + self._next / self._rate <= perf_counter()

    def _wait(self, idle: bool) -> float:
        if self._rate is None or not idle or self._next >= len(self._requests):
            return PEEK_SECONDS
        # epoll counts whole milliseconds; a request that is due in less is waited for by asking again.
        return max(0.0, min(PEEK_SECONDS, self._start + self._next / self._rate - perf_counter() - 0.001))

    def _begin(self, line: _Line) -> None:
        line.number, self._next = self._next, self._next + 1
        line.began = perf_counter() if self._rate is None else self._start + line.number / self._rate
        line.got = b""
        data = self._requests[line.number]
        if line.socket is not None:
            try:
                line.socket.sendall(data)
                self._busy[line.socket.fileno()] = line
                return
            except OSError:  # closed by the server while it was idle
                self._hang_up(line)
        line.socket = socket.create_connection(self._address, SILENCE_SECONDS)
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.socket.sendall(data)
        self._poll.register(line.socket.fileno(), select.EPOLLIN)
        self._busy[line.socket.fileno()] = line

    def _read(self, line: _Line) -> bool:
        """Whether the answer is whole."""
        assert line.socket is not None
        try:
            data = line.socket.recv(65536)
        except OSError:
            data = b""
        line.got += data
        end = line.got.find(b"\r\n\r\n")
        head = line.got[:end + 2]
        length = LENGTH.search(head) if end >= 0 else None
        if length is not None and len(line.got) >= end + 4 + int(length.group(1)):
            return self._finish(line, int(head[9:12]), line.got[end + 4:], bool(CLOSE.search(head)))
        return False if data else self._finish(line, 0, b"", True)

    def _finish(self, line: _Line, status: int, body: bytes, closed: bool) -> bool:
        assert line.socket is not None
        self.run.took[line.number] = perf_counter() - line.began
        self.run.status[line.number], self.run.bodies[line.number] = status, body
        self._done += 1
        self._busy.pop(line.socket.fileno(), None)
        if closed:
            self._hang_up(line)
        return True

    def _given_up(self) -> list[_Line]:
        late = [line for line in self._busy.values() if perf_counter() - line.began > SILENCE_SECONDS]
        for line in late:
            self._finish(line, 0, b"", True)
        return late

    def _hang_up(self, line: _Line) -> None:
        if line.socket is not None:
            self._busy.pop(line.socket.fileno(), None)
            line.socket.close()
            line.socket = None


def drive(port: int, requests: Sequence[bytes], *, connections: int = 16, rate: float | None = None) -> Run:
    """Sends all. `rate`: requests a second, whatever the server does; None: each connection sends when it was answered."""
    return _Load(port, requests, rate).all(connections)
