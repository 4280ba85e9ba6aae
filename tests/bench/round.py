"""`make bench-round`: closing and picking a large round, with its record: seconds, memory, and how both grow.

20,000 and 200,000 reports, a tenth as many readers, each in a database of its own; the work is done by a process of its
own, as the scheduler does it: close, ask for second grades near the cut lines, and, once these agree, pick and keep the
record, which is then checked. Beside the bars (10 s, 300 MB at 200,000 reports; ten times the reports take at most 13
times as long) stands a yardstick taken in the same process right after: so many SHA-256 of short texts, so that a slow or
busy machine is told from a slow program.

- clock: what the bar is about. Beside the process that writes its record a thread deflates it, and PostgreSQL works in
  processes of its own, so that two cores are used; `s` is the processor time of all of them.
- MB: the most that the process held at once, Python and the program included.

`make bench-round DB=postgresql` measures with a PostgreSQL server of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bot.database import upgrade
from models.session import make_engine
from tests.bench.full_round import fill
from tests.bench.picking import HASHES
from tests.support.databases import PostgresqlDatabases, SqliteDatabases, postgresql_server

SIZES = (20_000, 200_000)
MOST_SECONDS, MOST_MEGABYTES, MOST_GROWTH = 10.0, 300, 13.0


def main() -> int:
    asked = _arguments()
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="woodpecker-bench-")))
        databases = (PostgresqlDatabases(kept.enter_context(postgresql_server(buffers="128MB")), "bench")
                     if asked.db == "postgresql" else SqliteDatabases(folder))
        print(f"{'reports':>9}{'close':>8}{'seek':>8}{'pick':>8}{'s':>8}{'clock':>8}{'MB':>7}{'yard':>7}   bars: "
              f"{MOST_SECONDS:.0f} s and {MOST_MEGABYTES} MB at {SIZES[-1]:,}, growth {MOST_GROWTH:.0f}")
        found = [_size(databases.empty(), size) for size in SIZES]
    return _judged(*found)


def _size(url: str, reports: int) -> dict[str, Any]:
    """Fills a database, has a fresh process do the work, prints a line."""
    upgrade(url)
    engine = make_engine(url)
    round_id, closes_at = fill(engine, reports, reports // 10)
    engine.dispose()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.picking", url, str(round_id), closes_at.isoformat()],
        check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    print(f"{reports:>9,}{found['close']:>8.2f}{found['seek']:>8.2f}{found['pick']:>8.2f}{found['seconds']:>8.2f}"
          f"{found['clock']:>8.2f}{found['megabytes']:>7}{found['yard']:>7.2f}   {found['digest']}", flush=True)
    return found


def _judged(small: dict[str, Any], large: dict[str, Any]) -> int:
    """1 where a bar is not held. Growth is told in yardsticks: the machine may have been busier the second time."""
    growth = (large["seconds"] / large["yard"]) / (small["seconds"] / small["yard"])
    print(f"{SIZES[1] // SIZES[0]} times the reports take {growth:.1f} times as long; "
          f"{large['seconds'] / large['yard']:.1f} yardsticks of {HASHES:,} SHA-256")
    over = [name for name, value, most in (
        ("seconds by the clock", large["clock"], MOST_SECONDS), ("MB", large["megabytes"], MOST_MEGABYTES),
        ("growth", growth, MOST_GROWTH)) if value > most]
    print("OVER: " + ", ".join(over) if over else "within the bars")
    return 1 if over else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
