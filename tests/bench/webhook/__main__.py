"""`make bench`: our webhook's whole job beside WeRoBot's echo, as ratios of runs that take turns.

W is WeRoBot's echo in a Flask view with its default SQLite sessions under gunicorn's sync workers: it stores a session
row, no message, and understands nothing. Ours verifies, decrypts, reads, files, stores and answers, all committed
(`synchronous=FULL`) before the answer, with 1,000 articles loaded. All servers are up at once and idle but for the one under
load; each round visits every server in every mode once, in a new order, after a warm-up. A ratio is the median of the
rounds' ratios. Every answer is opened and checked after each visit: a fast wrong answer ends the bench.

Prints each ratio beside its bar and ends with an error where one is missed. `--rounds`, `--messages` for a shorter look.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bot.wechat.keys import AccountKeys
from bot.wechat.platform_side import open_reply
from bot.wechat.refusals import Refused
from tests.bench.webhook import lasting
from tests.bench.webhook.client import Run, drive
from tests.bench.webhook.material import Sender
from tests.bench.webhook.servers import GRANIAN, GUNICORN, MODES, Server, Town, installed, ours, peer

ROUNDS, MESSAGES, WARM = 7, 600, 100
OPEN_LOOP_RATE, OPEN_LOOP_MESSAGES, MOST_CONNECTIONS = 300.0, 1_500, 256
SLOWEST_SECONDS = 2.0
PACKAGES = ("WeRoBot", "Flask", "gunicorn", "granian", "SQLAlchemy", "cryptography")


@dataclass(frozen=True, slots=True)
class Bar:
    """Our server beside the peer's; `text` and `picture`: the least ratio for each kind of message, None for no bar."""

    ours: str
    peer: str
    text: float | None
    picture: float | None


BARS = (
    Bar("ours sync 1", "W sync 1", 1.0, 1.5), Bar("ours sync 2", "W sync 2", 1.7, 2.3),
    Bar("ours granian 1", "W sync 1", 1.6, 2.8), Bar("ours granian 2", "W sync 1", 2.5, None),
)
KINDS = ("text", "picture")
Key = tuple[str, str, str]
"""(server, mode, kind)"""


def main() -> int:
    asked = _arguments()
    print("  ".join(f"{name} {version(name)}" for name in PACKAGES))
    with tempfile.TemporaryDirectory(prefix="woodpecker-bench-") as folder:
        town = installed(Path(folder))
        with closing(town.site):
            servers = [
                peer(town, "W sync 1", 1), peer(town, "W sync 2", 2),
                ours(town, "ours sync 1", (*GUNICORN, "--workers", "1")),
                ours(town, "ours sync 2", (*GUNICORN, "--workers", "2")),
                ours(town, "ours granian 1", (*GRANIAN, "--workers", "1")),
                ours(town, "ours granian 2", (*GRANIAN, "--workers", "2")),
            ]
            bench = Bench(town, asked.messages)
            missed = told(bench, servers, BARS, asked.rounds)
            if not asked.only_ratios:
                missed += _open_loop(bench, servers, asked.rounds) + _crowd(bench, servers)
                missed += lasting.burst(town, servers[-1]) + lasting.starts(town) + lasting.level(town)
    print(f"{missed} bars missed" if missed else "every bar holds")
    return 1 if missed else 0


class Bench:
    def __init__(self, town: Town, messages: int) -> None:
        self.town, self.messages = town, messages
        self._senders = {mode: Sender(texts) for mode, texts in town.texts.items()}

    def visit(self, server: Server, mode: str, kind: str, *, messages: int | None = None, connections: int = 16,
              rate: float | None = None) -> Run:
        """One run after a warm-up; ends the bench where an answer is not one that the platform takes."""
        keys, sender = self.town.keys[mode], self._senders[mode]
        make: Callable[[int], list[bytes]] = lambda many: sender.requests(  # noqa: E731
            server.paths[mode], keys, many, now=self.town.now(), picture=kind == "picture")
        port = server.ports[mode]
        drive(port, make(WARM), connections=connections)
        run = drive(port, make(messages or self.messages), connections=connections, rate=rate)
        _check(run, keys, f"{server.name} {mode} {kind}", self.town.site.log(server.logs[mode]))
        return run


def _check(run: Run, keys: AccountKeys, name: str, log: str) -> None:
    if set(run.status) != {200}:
        found = {status: run.status.count(status) for status in set(run.status)}
        raise SystemExit(f"{name}: answered {found} (0: nothing in time)\n{log[-3000:]}")
    for body in run.bodies:
        try:
            opened = open_reply(keys, body)
        except Refused as problem:
            raise SystemExit(f"{name}: an answer that the platform refuses: {problem}") from problem
        if not opened.get("Content"):
            raise SystemExit(f"{name}: an answer without words")


def told(bench: Bench, servers: list[Server], bars: tuple[Bar, ...], rounds: int) -> int:
    """Prints what each server does and each ratio beside its bar; how many bars are missed."""
    drawn = random.Random(5)
    cells = [(server, mode, kind) for server in servers for mode in MODES for kind in ("text", "picture")]
    found: dict[Key, list[float]] = {(server.name, mode, kind): [] for server, mode, kind in cells}
    for number in range(rounds):
        drawn.shuffle(cells)
        for server, mode, kind in cells:
            found[server.name, mode, kind].append(bench.visit(server, mode, kind).rate)
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
    print(f"\n{'requests a second, median':<28}" + "".join(f"{mode + ' ' + kind:>15}" for mode in MODES for kind in KINDS))
    for server in servers:
        print(f"{server.name:<28}" + "".join(f"{median(found[server.name, mode, kind]):>15.0f}"
                                             for mode in MODES for kind in KINDS))
    print(f"\n{'ratio':<32}{'mode':<8}{'kind':<10}{'median':>7}{'range':>14}{'bar':>7}")
    return sum(_judged(found, bar, mode, kind) for bar in bars for mode in MODES for kind in KINDS)


def _judged(found: dict[Key, list[float]], bar: Bar, mode: str, kind: str) -> int:
    least = bar.text if kind == "text" else bar.picture
    ratios = [one / other for one, other in zip(found[bar.ours, mode, kind], found[bar.peer, mode, kind], strict=True)]
    missed = least is not None and median(ratios) < least
    print(f"{bar.ours + ' : ' + bar.peer:<32}{mode:<8}{kind:<10}{median(ratios):>7.2f}"
          f"{min(ratios):>8.2f}–{max(ratios):.2f}{least if least is not None else '-':>7}{'  MISSED' if missed else ''}")
    return int(missed)


def _open_loop(bench: Bench, servers: list[Server], rounds: int) -> int:
    """At 300 a second, whatever the server does: our 99 % beside the peer's."""
    by_name = {server.name: server for server in servers}
    found: dict[str, list[float]] = {"W sync 1": [], "ours sync 1": [], "ours granian 1": []}
    for _ in range(rounds):
        for name, times in found.items():
            run = bench.visit(by_name[name], "plain", "text", messages=OPEN_LOOP_MESSAGES, rate=OPEN_LOOP_RATE)
            times.append(run.at(0.99) * 1000)
    print(f"\nopen loop at {OPEN_LOOP_RATE:.0f} a second, 99 % within, ms: "
          + ", ".join(f"{name} {median(times):.1f}" for name, times in found.items()))
    missed = 0
    for name in ("ours sync 1", "ours granian 1"):
        ratio = median(one / other for one, other in zip(found[name], found["W sync 1"], strict=True))
        print(f"{name + ' : W sync 1':<32}{'99 %':<18}{ratio:>7.2f}{'':>14}{'≤ 1.0':>7}{'  MISSED' if ratio > 1 else ''}")
        missed += ratio > 1
    return missed


def _crowd(bench: Bench, servers: list[Server]) -> int:
    """256 connections at once: nobody waits for over two seconds."""
    missed = 0
    for server in servers:
        if server.name in ("ours sync 1", "ours granian 1", "ours granian 2"):
            slowest = max(bench.visit(server, "safe", "text", messages=4_000, connections=MOST_CONNECTIONS).took)
            print(f"{server.name:<32}{'256 connections':<18}{slowest:>7.2f} s{'':>12}{'≤ 2 s':>7}"
                  f"{'  MISSED' if slowest > SLOWEST_SECONDS else ''}")
            missed += slowest > SLOWEST_SECONDS
    return missed


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--only-ratios", action="store_true", help="leave out the open loop, the crowd and what a worker bears")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
