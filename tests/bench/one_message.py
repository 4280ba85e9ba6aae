"""`make bench-message`: what one message costs, kind by kind: statements, instructions, microseconds.

Statements and instructions do not move with the machine's mood. Instructions are those of the whole WSGI call, counted
by callgrind (0 where valgrind is not installed; the suite's own gate counts bytecodes). A thousand articles are in
print; SQLite with synchronous=FULL. `--profile KIND` shows where the time of one kind goes.
"""

from __future__ import annotations

import argparse
import cProfile
import logging
import os
import pickle
import pstats
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from flask import Flask
from sqlalchemy import Engine

from bot.clock import FrozenClock
from bot.database import upgrade
from bot.settings import Settings, parse_settings
from models.session import make_engine
from tests.support.letters import KINDS, Letter, Letters, Statements, found_town, post, unhurried
from tests.support.settings import raw_settings
from tests.support.world import at
from web import create_app

WARM, TIMED, COUNTED = 10, 60, 20


def main() -> None:
    logging.disable(logging.INFO)
    options = _options()
    if options.under_callgrind:
        _mark_for_callgrind(Path(options.under_callgrind))
        return
    with tempfile.TemporaryDirectory(prefix="woodpecker-bench-") as name:
        folder = Path(name)
        upgrade(_settings(folder).database_url)
        engine = make_engine(_settings(folder).database_url)
        quotes = found_town(engine, account=options.account, now=at("10-05 08:00"))
        letters = Letters(_app(folder, engine), options.account, quotes)
        if options.profile:
            _profile(letters, options.profile, options.sort)
        else:
            _print_table(letters, _instructions(letters, folder))
        engine.dispose()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--account", default="plain", choices=("plain", "main"), help="main: safe mode")
    parser.add_argument("--profile", choices=KINDS)
    parser.add_argument("--sort", default="tottime")
    parser.add_argument("--under-callgrind", metavar="FOLDER", help=argparse.SUPPRESS)
    return parser.parse_args()


def _settings(folder: Path) -> Settings:
    return unhurried(parse_settings(raw_settings(folder, f"sqlite:///{folder}/bench.db"), base=folder, source="bench"))


def _app(folder: Path, engine: Engine | None = None) -> Flask:
    return create_app(_settings(folder), clock=FrozenClock(at("11-20 09:00")), engine=engine)


def _print_table(letters: Letters, instructions: dict[str, int]) -> None:
    engine: Engine = letters.app.extensions["woodpecker-door"].intake._engine
    print(f"{'kind':<10}{'statements':>11}{'instructions':>14}{'µs':>8}{'own µs':>8}")
    for kind in KINDS:
        _run(letters.app, letters.ready(kind, WARM))
        wall, own = _timed(letters.app, letters.ready(kind, TIMED))
        ready = letters.ready(kind, 1)
        with Statements(engine) as sent:
            _run(letters.app, ready)
        print(f"{kind:<10}{len(sent):>11}{instructions.get(kind, 0):>14,}{wall:>8.0f}{own:>8.0f}")


def _run(app: Flask, letters: Sequence[Letter]) -> None:
    for letter in letters:
        post(app, letter)


def _timed(app: Flask, letters: Sequence[Letter]) -> tuple[float, float]:
    """(median of the wall clock, mean of this process's own time) of one, in µs."""
    took, began = [], process_time()
    for letter in letters:
        started = perf_counter()
        post(app, letter)
        took.append(perf_counter() - started)
    return median(took) * 1e6, (process_time() - began) / len(took) * 1e6


def _profile(letters: Letters, kind: str, sort: str) -> None:
    _run(letters.app, letters.ready(kind, WARM))
    ready = letters.ready(kind, TIMED)
    profile = cProfile.Profile()
    profile.enable()
    _run(letters.app, ready)
    profile.disable()
    pstats.Stats(profile).strip_dirs().sort_stats(sort).print_stats(60)


# Instructions: the letters once more in a process below callgrind, which counts only between our marks.

def _instructions(letters: Letters, folder: Path) -> dict[str, int]:
    if shutil.which("valgrind") is None or shutil.which("callgrind_control") is None:
        return {}
    ready = {kind: [letters.ready(kind, many) for many in (WARM, COUNTED, 2 * COUNTED)] for kind in KINDS}
    (folder / "letters").write_bytes(pickle.dumps(ready))
    command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder}/out",
               sys.executable, "-m", "tests.bench.one_message", "--under-callgrind", str(folder)]
    subprocess.run(command, check=True, stdout=sys.stderr, env=os.environ | {"PYTHONHASHSEED": "0"})
    parts = sorted(folder.glob("out.[0-9]*"), key=lambda path: int(path.suffix[1:]))
    totals = [int(re.findall(r"^(?:summary|totals): (\d+)", path.read_text("utf-8"), re.M)[0]) for path in parts]
    # The difference of two counts holds nothing of the marks themselves.
    return {kind: (totals[2 * n + 1] - totals[2 * n]) // COUNTED for n, kind in enumerate(KINDS)}


def _mark_for_callgrind(folder: Path) -> None:
    app = _app(folder)
    for kind, (warm, *counted) in pickle.loads((folder / "letters").read_bytes()).items():
        _run(app, warm)
        for letters in counted:
            for mark in ("-i on", "-z"):
                _control(*mark.split())
            _run(app, letters)
            _control("-d", kind)
            _control("-i", "off")


def _control(*what: str) -> None:
    subprocess.run(["callgrind_control", *what, str(os.getpid())], check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main()
