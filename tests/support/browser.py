"""A real browser (Debian's chromium) for stories through the screens, and the whole demo to point it at."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
UP_SECONDS = 120
DOWN_SECONDS = 30


@contextmanager
def browser() -> Iterator[Browser]:
    """Skips with a word where there is no chromium; with CI=true that fails."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI") == "true":
            raise RuntimeError("no chromium on this machine: .ci/browser installs it")
        pytest.skip("no chromium on this machine")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield opened
        finally:
            opened.close()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


@dataclass(frozen=True)
class Demo:
    """The running demo: addresses, passwords by login, and what it printed at its start."""

    console: str
    phone: str
    passwords: dict[str, str]
    printed: str
    process: subprocess.Popen[str]


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """`make run`'s program on free ports, stopped as Ctrl-C stops it."""
    port, phone_port = free_ports(2)
    command = [sys.executable, "-m", "web", "--data", str(folder / "data"), "--port", str(port),
               "--simulator-port", str(phone_port)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WOODPECKER_")} | {"PYTHONPATH": str(ROOT)}
    with (folder / "printed.txt").open("w+", encoding="utf-8") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, text=True, stdout=output,
                                   stderr=subprocess.STDOUT)
        try:
            printed = _wait_for(process, folder / "printed.txt")
            lines = (folder / "data" / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
            passwords = {login: password for login, _, password in (line.split("\t") for line in lines)}
            yield Demo(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{phone_port}", passwords, printed, process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=DOWN_SECONDS)


def _wait_for(process: subprocess.Popen[str], output: Path) -> str:
    until = time.monotonic() + UP_SECONDS
    while time.monotonic() < until:
        printed = output.read_text(encoding="utf-8")
        if "Ctrl-C" in printed:
            return printed
        if process.poll() is not None:
            raise RuntimeError(f"the demo did not start:\n{printed}")
        select_pause()
    raise RuntimeError(f"the demo was not up after {UP_SECONDS} s:\n{output.read_text(encoding='utf-8')}")


def select_pause() -> None:
    """A short wait between two looks at something that happens in another process."""
    select.select([], [], [], 0.1)
