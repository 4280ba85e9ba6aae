"""`make chaos`: rounds of faults against a real installation, each followed by the independent checker.

Ends with "0 lost, 0 double, 0 disagreements" and its counts, or names what differs and keeps the folder. The seed is
printed; with `--seed` the same faults come in the same order, though not at the same instant.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import tempfile
import traceback
from collections import Counter
from pathlib import Path

from bot.clock import monotonic
from tests.chaos.findings import Findings
from tests.chaos.place import Nursery
from tests.chaos.rounds import ROUNDS
from tests.chaos.told import Told


def main() -> int:
    asked = _arguments()
    seed = secrets.randbits(31) if asked.seed is None else asked.seed
    print(f"seed {seed}", flush=True)
    folder, nursery = Path(tempfile.mkdtemp(prefix="woodpecker-chaos-")), Nursery()
    found, done, skipped = Findings(), Counter[str](), []
    try:
        for number in range(asked.rounds):
            for name in asked.only or ROUNDS:
                told = _one(name, folder / f"{number}-{name}", nursery, seed + number, asked.scale)
                found.add(told.findings)
                done.update(told.done)
                skipped += [f"{name}: {told.skipped}"] if told.skipped else []
    finally:
        nursery.close()
    return _judged(found, done, skipped, folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, help="of the faults (default: a new one, printed)")
    parser.add_argument("--rounds", type=int, default=1, help="how often all of it is done")
    parser.add_argument("--only", action="append", choices=sorted(ROUNDS), help="only this one; may be repeated")
    parser.add_argument("--scale", type=float, default=1.0, help="how much of each round (0.1: a tenth of the kills)")
    return parser.parse_args()


def _one(name: str, folder: Path, nursery: Nursery, seed: int, scale: float) -> Told:
    round_, size = ROUNDS[name]
    began = monotonic()
    try:
        told = round_(folder, nursery, seed, max(1, round(size * scale)))
    except Exception as problem:  # the edge: the other rounds have their turn, and this one has failed
        traceback.print_exc()
        told = Told(Findings(disagreements=[f"{name} broke off: {problem}"]))
    word = f"skipped: {told.skipped}" if told.skipped else told.findings.verdict()
    print(f"{name:<14} {monotonic() - began:5.0f} s  {word}", flush=True)
    for kind, number in sorted(told.done.items()):
        print(f"    {number:>6} {kind}")
    print(f"    {told.findings.counted()}", flush=True)
    return told


def _judged(found: Findings, done: Counter[str], skipped: list[str], folder: Path) -> int:
    for line in [*skipped, *found.named()]:
        print(line)
    killed = sum(number for kind, number in done.items() if kind.startswith(PHASES))
    print(f"{killed} kills, {sum(done.values()) - killed} other faults; {found.counted()}")
    print(found.verdict())
    if found.clean:
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    print(f"everything is kept in {folder}")
    return 1


PHASES = ("intake: ", "close: ", "pick: ", "release: ", "sending: ")

if __name__ == "__main__":
    raise SystemExit(main())
