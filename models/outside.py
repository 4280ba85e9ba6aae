"""Which database this is, and what the world outside knows that a restored one does not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from models.base import Base, UtcDateTime


class Installation(Base):
    """One row, made by the migrations: the name under which the journal beside the database knows it.

    A backup brought back has the same name as what it replaces; a new database has a new one.
    """

    __tablename__ = "installation"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)


class LostNotice(Base):
    """A message that left for a reader and that the restored database did not know: its like waits for a person."""

    __tablename__ = "lost_notice"
    __table_args__ = (Index("ix_lost_notice_reader_id", "reader_id", "kind"),)

    idempotency_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"))
    kind: Mapped[str] = mapped_column(String(40))
    report_id: Mapped[int | None]  # the number, known here or not
    left_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LostPick(Base):
    """A pick that was made, and perhaps released, and that the restored database did not know: only a chief repeats it."""

    __tablename__ = "lost_pick"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(19))  # of its record, as printed
    winners: Mapped[list[Any]] = mapped_column(JSON)  # by their first report numbers, the best first
    picked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
