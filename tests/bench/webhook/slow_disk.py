"""`python -m tests.bench.webhook.slow_disk`: ours on PostgreSQL beside WeRoBot, on a disk with 2 ms more for every sync.

An ordinary cloud volume takes 1 to 5 ms for a sync, the disk of a bench often a tenth of one. A library put before
the C library's (needs a C compiler) makes every fsync and fdatasync of both servers and of PostgreSQL wait so much longer.
Ours: two processes of the server that we ship, a connection a thread; a commit of PostgreSQL takes others' along.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import median

from tests.bench.webhook.__main__ import Bench
from tests.bench.webhook.servers import GRANIAN, Server, installed, ours, peer
from tests.support.databases import PostgresqlDatabases, postgresql_server

ROUNDS, MESSAGES, BAR = 5, 400, 8.0
SHIM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
static void wait_longer(void) { struct timespec t = {0, 2000000}; nanosleep(&t, 0); }
int fsync(int fd) { wait_longer(); return ((int (*)(int)) dlsym(RTLD_NEXT, "fsync"))(fd); }
int fdatasync(int fd) { wait_longer(); return ((int (*)(int)) dlsym(RTLD_NEXT, "fdatasync"))(fd); }
"""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="woodpecker-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user, who loads the library too
        slow = _compiled(folder)
        with postgresql_server(buffers="128MB", durable=True, LD_PRELOAD=slow) as url:
            databases = PostgresqlDatabases(url, "bench")
            with closing(databases), closing((town := installed(folder / "site", databases.fresh())).site):
                servers = (peer(town, "W sync 1", 1, LD_PRELOAD=slow),
                           ours(town, "ours granian 2", (*GRANIAN, "--workers", "2"), LD_PRELOAD=slow))
                return _told(Bench(town, MESSAGES), servers)


def _told(bench: Bench, servers: tuple[Server, ...], rounds: int = ROUNDS) -> int:
    missed = 0
    for mode in ("plain", "safe"):
        for kind in ("text", "picture"):
            ratios, drawn = [], random.Random(7)
            for _ in range(rounds):
                order = list(servers)
                drawn.shuffle(order)
                rate = {one.name: bench.visit(one, mode, kind).rate for one in order}
                ratios.append(rate["ours granian 2"] / rate["W sync 1"])
            below = kind == "text" and median(ratios) < BAR
            print(f"2 ms a sync, PostgreSQL, 2 processes : W   {mode:<8}{kind:<10}{median(ratios):>7.2f}"
                  f"{min(ratios):>8.2f}–{max(ratios):.2f}{'≥ 8' if kind == 'text' else '-':>7}{'  MISSED' if below else ''}",
                  flush=True)
            missed += below
    return int(missed > 0)


def _compiled(folder: Path) -> str:
    (folder / "slow.c").write_text(SHIM, "ascii")
    library = folder / "slow.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(folder / "slow.c"), "-ldl"], check=True)
    return str(library)


if __name__ == "__main__":
    sys.exit(main())
