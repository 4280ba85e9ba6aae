"""A real HTTP server on this machine for one test: answers as it is told, byte by byte where it must be slow."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer
from typing import Any

Answer = Callable[["Line"], None]


@contextmanager
def in_a_thread(server: BaseServer) -> Iterator[str]:
    """The address of a server that runs in a thread while the block does."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def picture_host(folder: Path) -> Iterator[str]:
    """The platform's picture host: the address of a server that gives the files of a folder as JPEG."""

    class Pictures(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = (folder / Path(self.path).name).read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    with in_a_thread(ThreadingHTTPServer(("127.0.0.1", 0), Pictures)) as address:
        yield address


@dataclass
class Line:
    """One connection, after its request was read."""

    connection: socket.socket
    request: str
    ending: threading.Event

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def drip(self, data: bytes, *, each: float = 0.01) -> None:
        """Byte by byte until the other side hangs up or the server ends."""
        for n in range(len(data)):
            if self.ending.wait(each):
                return
            self.connection.sendall(data[n : n + 1])


@dataclass
class Host:
    """`address`: the root of the server; `requests`: what was asked, request line and headers."""

    port: int
    requests: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.name}"


def reply(body: bytes, *, status: str = "200 OK", content_type: str = "image/jpeg", length: int | None = -1,
          headers: str = "") -> Answer:
    """A complete answer. `length`: what is stated (-1: the truth, None: nothing)."""

    def answer(line: Line) -> None:
        stated = len(body) if length == -1 else length
        size = f"Content-Length: {stated}\r\n" if stated is not None else ""
        head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{size}{headers}Connection: close\r\n\r\n"
        line.send(head.encode() + body)

    return answer


@contextmanager
def serving(answer: Answer) -> Iterator[Host]:
    """Answers every request by `answer`, at a free port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    host, ending, threads = Host(listener.getsockname()[1]), threading.Event(), []  # type: ignore[var-annotated]

    def one(connection: socket.socket) -> None:
        with connection:
            try:
                request = _request(connection)
                host.requests.append(request)
                answer(Line(connection, request, ending))
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # the other side hung up

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=one, args=(connection,), daemon=True)
            threads.append(thread)
            thread.start()

    loop = threading.Thread(target=accept, daemon=True)
    loop.start()
    try:
        yield host
    finally:
        ending.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in [loop, *threads]:
            thread.join(timeout=5)


def _request(connection: socket.socket) -> str:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(4096)
        if not part:
            break
        data += part
    return data.decode("latin-1")
