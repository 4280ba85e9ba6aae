"""Leaves what an earlier release's demo made in its database as rows: `python dump.py FILE.json.gz`, in a tree of that release.

    git archive REVISION | tar -x -C OLD && cd OLD && python .../tests/data/releases/dump.py .../0015.json.gz

The rows are as SQLite stores them, by table; bytes stand as {"base64": …}. Nothing in them is anybody's: it is the demo.
"""

from __future__ import annotations

import base64
import gzip
import importlib
import json
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)


def dump(target: Path) -> None:
    sys.path.insert(0, str(Path.cwd()))  # the release's own code, whatever is installed
    load = importlib.import_module
    folder = Path(tempfile.mkdtemp())
    url = f"sqlite:///{folder / 'demo.db'}"
    load("bot.database").upgrade(url)
    raw = load("tests.support.settings").raw_settings(folder, url)
    engine = load("models.session").make_engine(url)
    load("bot.demo.seed").fill(engine, load("bot.settings").parse_settings(raw, base=folder, source="demo"), now=NOW)
    engine.dispose()
    rows = json.dumps(_rows(folder / "demo.db"), ensure_ascii=False, indent=0)
    target.write_bytes(gzip.compress(rows.encode(), 9, mtime=0))


def _rows(database: Path) -> dict[str, list[dict[str, Any]]]:
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    found = {name: [{key: _value(row[key]) for key in row.keys()}  # noqa: SIM118 - a Row iterates over its values
                    for row in connection.execute(f'SELECT * FROM "{name}"')] for (name,) in names}
    connection.close()
    return {name: several for name, several in found.items() if several}


def _value(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode("ascii")} if isinstance(value, bytes) else value


if __name__ == "__main__":
    dump(Path(sys.argv[1]).absolute())
