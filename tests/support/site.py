"""A whole installation in a folder: configuration, database, and real server and scheduler processes.

Its clock is the demo's, so that all processes stand at a chosen moment and go on from there.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bot.clock import ShiftedClock, SystemClock, monotonic, pause
from bot.settings import Settings, load_settings
from bot.wechat.platform_side import make_delivery, open_reply
from bot.wiring import keys_of
from tests.support.settings import raw_settings

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 40.0
SILENCE_SECONDS = 5.0
"""After so long without an answer the platform hangs up."""
TRIES = 3
SERVERS: dict[str, Callable[[int], list[str]]] = {
    "gunicorn": lambda port: ["gunicorn", "--workers", "2", "--preload", "--bind", f"127.0.0.1:{port}",
                              "--graceful-timeout", "3", "wsgi:app"],
    "waitress": lambda port: ["waitress", f"--listen=127.0.0.1:{port}", "wsgi:app"],
    "granian": lambda port: ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
                             "--workers", "2", "--blocking-threads", "16", "--respawn-failed-workers", "--no-ws", "wsgi:app"],
}  # fmt: skip


def until(true: Callable[[], Any], *, seconds: float, what: str) -> Any:
    """Looks again and again until `true()` is; AssertionError when that takes too long."""
    end = monotonic() + seconds
    while monotonic() < end:
        found = true()
        if found:
            return found
        pause(0.02)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


@dataclass
class Site:
    folder: Path
    database_url: str
    every_seconds: int = 1
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    port: int = 0
    nonces: int = 0
    more: dict[str, Any] = field(default_factory=dict)
    """Tables of the configuration that take the place of the usual ones."""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        raw = raw_settings(self.folder, self.database_url)
        raw["accounts"] = {"main": raw["accounts"]["main"] | {"verified": False}}
        raw |= {"demo": {"enabled": True}, "scheduler": {"every_seconds": self.every_seconds}}
        raw |= self.more
        self.config.write_text(_toml(raw), encoding="utf-8")

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def settings(self) -> Settings:
        return load_settings(self.config, {})

    # The clock

    def stand_at(self, moment: datetime) -> None:
        """Makes `moment` the present of all processes; it may lie before the machine's own."""
        draft, target = self.folder / "clock.draft", self.folder / "clock.json"
        draft.write_text(json.dumps((moment - SystemClock().now()).total_seconds()), encoding="ascii")
        draft.replace(target)

    def now(self) -> datetime:
        return ShiftedClock(self.folder / "clock.json").now()

    # Processes

    def start(self, *command: str, log: str, folder: Path = ROOT, **environment: str) -> subprocess.Popen[bytes]:
        """`python -m command…` in a group of its own, reading this site's configuration."""
        with (self.folder / f"{log}.log").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=folder, env=self._environment() | environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def start_web(self, server: str = "gunicorn") -> subprocess.Popen[bytes]:
        """A web server, always at the same port, that answers already."""
        self.port = self.port or free_port()
        process = self.start(*SERVERS[server](self.port), log=server)
        until(lambda: self._lives(process, server) and self.healthy(), seconds=STARTS_WITHIN, what=f"{server} answers")
        return process

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        return self.start("bot", "scheduler", log="scheduler")

    def command(self, *arguments: str) -> str:
        """Runs `python -m bot …` to its end and gives what it printed."""
        done = subprocess.run([sys.executable, "-m", "bot", *arguments], cwd=ROOT, env=self._environment(),
                              capture_output=True, timeout=60, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def healthy(self) -> bool:
        try:
            return self._request("GET", "/healthz", None, 2.0)[0] == 200
        except (OSError, HTTPException):
            return False

    def close(self) -> None:
        """Ends whatever still runs; asks first."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        end = monotonic() + 5
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, end - monotonic()))
            kill(process)

    def _lives(self, process: subprocess.Popen[bytes], log: str) -> bool:
        assert process.poll() is None, f"{log} ended by itself:\n{self.log(log)[-2000:]}"
        return True

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WOODPECKER_")}
        return kept | {"WOODPECKER_CONFIG": str(self.config), "PYTHONDONTWRITEBYTECODE": "1"}

    # The platform

    def post(self, fields: dict[str, Any], *, seconds: float = SILENCE_SECONDS) -> tuple[int, bytes]:
        """One delivery in the account's mode. OSError or HTTPException where no answer comes."""
        self.nonces += 1
        query, body = make_delivery(self.keys, fields, timestamp=int(self.now().timestamp()), nonce=str(self.nonces))
        return self._request("POST", f"/wechat/main?{urlencode(query)}", body, seconds)

    def send(self, fields: dict[str, Any]) -> dict[str, Any] | None:
        """As the platform does: again at once for a wrong status, again after silence, three times in all.

        The opened answer, or None where the reader sees the fault notice.
        """
        for _ in range(TRIES):
            try:
                status, body = self.post(fields)
            except (OSError, HTTPException):
                continue
            if status == 200:
                return open_reply(self.keys, body)
        return None

    @property
    def keys(self) -> Any:
        settings = self.settings
        return keys_of("main", settings.accounts["main"])

    def text(self, sender: str, content: str, *, msg_id: int, created: datetime | None = None) -> dict[str, Any]:
        moment = created or self.now()
        return {"FromUserName": sender, "CreateTime": str(int(moment.timestamp())), "MsgType": "text",
                "Content": content, "MsgId": str(msg_id)}  # fmt: skip

    def _request(self, method: str, path: str, body: bytes | None, seconds: float) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, path, body=body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def kill(process: subprocess.Popen[bytes]) -> None:
    """`kill -9` for it and all it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def children(pid: int) -> list[int]:
    """The processes that a process has started itself (Linux)."""
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _toml(table: dict[str, Any], path: str = "") -> str:
    """Plain values first, then the tables below; texts and numbers are the same in TOML and in JSON."""
    plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
    lines = [f"[{path}]"] if path and plain else []
    lines += [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
    for key, value in table.items():
        if isinstance(value, dict):
            lines.append(_toml(value, f"{path}.{key}" if path else key))
    return "\n".join(lines)
