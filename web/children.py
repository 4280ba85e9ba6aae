"""The programs that the runner starts beside itself: their output, their health, their end. Knows no settings."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO

from bot.clock import monotonic

LOG_BYTES = 5 * 1024 * 1024
LAST_LINES = 12
STOP_SECONDS = 10.0
_TROUBLE = re.compile(r"\b(ERROR|CRITICAL|FATAL)\b|^Traceback ", re.ASCII)
_HTTP_OK = 200


@dataclass(frozen=True, slots=True)
class Program:
    """What to start. `title` names it to people; `health_port` is where /healthz answers, if anywhere."""

    name: str
    title: str
    command: Sequence[str]
    health_port: int | None = None


class Child:
    """One running program. Its output goes to a log file, what looks like trouble to `tell` as well."""

    def __init__(self, program: Program, *, folder: Path, log: Path, tell: Callable[[str], None]) -> None:
        self.program = program
        self.log = log
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self._tell = tell
        # A session of its own: Ctrl-C in the terminal reaches only the runner, which stops all in order.
        self._process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
            program.command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._copy, name=f"log-{program.name}", daemon=True)
        self._reader.start()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def healthy(self) -> bool:
        """Whether it runs, and answers where it ought to."""
        if self.exit_code is not None:
            return False
        return self.program.health_port is None or answers(self.program.health_port)

    def ask_to_stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    def wait(self, seconds: float) -> bool:
        """Whether it ended in time."""
        try:
            self._process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """It and all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """Lets the copying of the output come to its end."""
        self._reader.join(2.0)

    def _copy(self) -> None:
        output = self._process.stdout
        if output is None:
            return
        with output, self.log.open("a", encoding="utf-8") as log:
            self._copy_lines(output, log)

    def _copy_lines(self, output: IO[str], log: IO[str]) -> None:
        inside_trace = False
        for line in output:
            log.write(line)
            log.flush()
            text = line.rstrip()
            self.last_lines.append(text)
            trouble = bool(_TROUBLE.search(text))
            if trouble or inside_trace:
                self._tell(f"[{self.program.name}] {text}")
            # The lines of a traceback are indented; the first one that is not is the error itself.
            inside_trace = text.startswith("Traceback ") or (inside_trace and line.startswith(" "))


def stop_all(children: Sequence[Child], *, seconds: float = STOP_SECONDS) -> None:
    """Asks all to stop, waits so long for all together, then kills."""
    for child in children:
        child.ask_to_stop()
    until = monotonic() + seconds
    for child in children:
        if not child.wait(until - monotonic()):
            child.kill()
    for child in children:
        child.close()


def answers(port: int, path: str = "/healthz") -> bool:
    """Whether 127.0.0.1:port says 200. Straight, whatever proxy the environment names."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2.0)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == _HTTP_OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def turn_over(log: Path) -> None:
    """Begins a new log where the present one has grown too big; one former one is kept."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def python(*arguments: str, config: Path) -> list[str]:
    """This Python with `arguments`, reading `config`. `env` sets the one variable and becomes the program."""
    return ["/usr/bin/env", f"WOODPECKER_CONFIG={config}", sys.executable, "-u", *arguments]
