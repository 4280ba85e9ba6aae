"""What a measurement is made of besides the clock. Imports no more of the program than the engine's type."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine


def server_time(engine: Engine, since: float = 0.0) -> float | None:
    """Milliseconds of processor time that the database's own processes took since; None where they cannot be watched."""
    if engine.dialect.name == "sqlite":
        return 0.0
    note = Path(str(engine.url.query.get("host", ""))) / "data" / "postmaster.pid"
    if not note.is_file():
        return None
    parent, ticks = note.read_text().split()[0], 0
    for process in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it may have ended
            fields = process.read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12]) if fields[1] == parent else 0
    return ticks * 1000 / os.sysconf("SC_CLK_TCK") - since


def most_megabytes() -> int:
    """The most that this process held at once. What `getrusage` says is, on Linux, also of the process that started it."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
