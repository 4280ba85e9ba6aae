"""A process with everything imported that forks real servers and schedulers on demand: hundreds of starts in minutes.

What it forks is a process of its own with its own group and session, as started by hand, only without the seconds
that Python needs to import the program.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from bot.clock import monotonic, pause

ROOT = Path(__file__).resolve().parents[2]


class Child:
    """A forked process, seen from outside; enough of Popen for tests.support.site."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """None while it runs."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self, timeout: float | None = None) -> int:
        end = monotonic() + (20 if timeout is None else timeout)
        while self.poll() is None:
            if monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 20)
            pause(0.002)
        return 0

    def terminate(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)


class Nursery:
    """Close it; what it forked and still runs is killed with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pids: list[int] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})

    def start(self, *command: str, config: Path, log: Path) -> Child:
        """`python -m command…` with that configuration, in a group of its own."""
        asked = {"command": command, "config": str(config), "log": str(log)}
        with self._lock:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            pid = int(self._process.stdout.readline())
            self._pids.append(pid)
        return Child(pid)

    def close(self) -> None:
        for pid in self._pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


def main() -> None:
    """One line of JSON in, one number of a process out."""
    _import_everything()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries what is killed
    while line := sys.stdin.readline():
        asked = json.loads(line)
        its_end, ours = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.close(ours)
            os.close(its_end)
            _become(asked)
        os.close(ours)
        os.read(its_end, 1)  # at its end: it has its group, so that whoever asks for it now can stop or kill all of it
        os.close(its_end)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _import_everything() -> None:
    for name in ("gunicorn.app.wsgiapp", "gunicorn.workers.sync", "bot.cli", "bot.scheduler", "web", "web.webhook"):
        importlib.import_module(name)


def _become(asked: dict[str, Any]) -> None:
    """The forked side: never returns."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ["WOODPECKER_CONFIG"] = asked["config"]
        output = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.argv = list(asked["command"])
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - the end of a process
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
