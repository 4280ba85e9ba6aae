"""Which edition a reader holds: the one whose code he scanned last. Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from bot.dialogue.scenes import paper_of
from models.codes import HeldPaper
from models.papers import Paper

PREFIX = "qrscene_"
"""Stands before the scene where the code was scanned by somebody who did not follow yet (event subscribe)."""


def scanned(db: Connection, reader_id: int, event_key: str, *, now: datetime) -> str | None:
    """Remembers the edition of a scanned code; its name, or None where the code is no paper's."""
    paper_id = paper_of(event_key.removeprefix(PREFIX))
    name = db.scalar(select(Paper.name).where(Paper.id == paper_id)) if paper_id is not None else None
    if name is None:
        return None
    forget(db, reader_id)
    db.execute(insert(HeldPaper).values(reader_id=reader_id, paper_id=paper_id, scanned_at=now))
    return name


def forget(db: Connection, reader_id: int) -> None:
    db.execute(delete(HeldPaper).where(HeldPaper.reader_id == reader_id))
