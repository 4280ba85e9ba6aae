"""`python -m tests.bench.webhook.slow_disk`: ours on PostgreSQL beside WeRoBot, on a disk with 2 ms more for every sync.

An ordinary cloud volume takes 1 to 5 ms for a sync, the disk of a bench often a tenth of one. A library put before
the C library's (needs a C compiler) makes every fsync and fdatasync of both servers and of PostgreSQL wait so much longer.
Ours: two processes of the server that we ship, a connection a thread; a commit of PostgreSQL takes others' along.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.bench.webhook.__main__ import BARS, Bar, Bench, told
from tests.bench.webhook.servers import GRANIAN, GUNICORN, installed, ours, peer
from tests.support.databases import PostgresqlDatabases, postgresql_server

ROUNDS, MESSAGES = 5, 400
POSTGRESQL_BARS = (Bar("ours granian 2", "W sync 1", 8.0, None),)
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
        slow = {"LD_PRELOAD": _compiled(folder)}
        print(f"2 ms more a sync, {MESSAGES} messages a visit, {ROUNDS} rounds\n\nSQLite")
        with closing((town := installed(folder / "sqlite")).site):
            missed = told(Bench(town, MESSAGES), [
                *(peer(town, f"W sync {workers}", workers, **slow) for workers in (1, 2)),
                *(ours(town, f"ours {server} {workers}", (*command, "--workers", str(workers)), **slow)
                  for server, command in (("sync", GUNICORN), ("granian", GRANIAN)) for workers in (1, 2))], BARS, ROUNDS)
        print("\nPostgreSQL")
        with postgresql_server(buffers="128MB", durable=True, **slow) as url:
            databases = PostgresqlDatabases(url, "bench")
            with closing(databases), closing((town := installed(folder / "postgresql", databases.fresh())).site):
                return missed + told(Bench(town, MESSAGES), [
                    peer(town, "W sync 1", 1, **slow), ours(town, "ours granian 2", (*GRANIAN, "--workers", "2"), **slow)],
                    POSTGRESQL_BARS, ROUNDS)


def _compiled(folder: Path) -> str:
    (folder / "slow.c").write_text(SHIM, "ascii")
    library = folder / "slow.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(folder / "slow.c"), "-ldl"], check=True)
    return str(library)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
