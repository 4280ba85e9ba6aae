"""Contests carried to another system in tests: what is there before is compared with what is there after."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.settings import Settings, parse_settings
from bot.transfer import belonging, standings
from models.base import Base
from models.session import make_engine, reading
from tests.support.settings import raw_settings

Rows = dict[str, list[dict[str, Any]]]
THEIR_OWN = ("export_contest", "import_contest", "move_database")
"""What the carrying itself leaves in the audit trail."""


def settings_for(folder: Path, url: str) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    return parse_settings(raw_settings(folder, url), base=folder, source="test settings")


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def content(engine: Engine, leave: tuple[str, ...] = tuple(belonging.LEFT_OUT)) -> Rows:
    """Every row of every table that is carried."""
    with reading(engine) as session:
        return {name: sorted((dict(row) for row in session.execute(select(table)).mappings()
                              if row.get("verb") not in THEIR_OWN), key=repr)
                for name, table in Base.metadata.tables.items() if name not in leave}


def standing_of(session: Session, contest: str) -> tuple[dict[str, str], list[list[Any]]]:
    """(what everybody's standing comes to by month, the records with their SHA-256)."""
    db = session.connection()
    contest_id = standings.contest_named(db, contest)
    assert contest_id is not None
    return standings.digests(db, contest_id), standings.records(db, contest_id)


def tampered(path: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The archive with members changed (None: taken out), as somebody with a zip program would."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


def with_line(path: Path, target: Path, table: str, number: int, **values: Any) -> Path:
    """The archive with values of one line changed, and its manifest made to fit: what only a look at the line finds."""
    import hashlib

    name = f"tables/{table}.jsonl"
    with zipfile.ZipFile(path) as old:
        lines = old.read(name).splitlines(keepends=True)
        manifest = json.loads(old.read("manifest.json"))
    lines[number - 1] = json.dumps(json.loads(lines[number - 1]) | values).encode() + b"\n"
    data = b"".join(lines)
    manifest["tables"][table] |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    def change(member: str, was: bytes) -> bytes:
        return data if member == name else json.dumps(manifest).encode() if member == "manifest.json" else was

    return tampered(path, target, change)
