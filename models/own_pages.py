"""A reader's own pages, opened from the chat: wrong codes typed there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class CodeTry(Base):
    """Four digits that did not fit, typed on a page of this reader; counted against guessing."""

    __tablename__ = "code_try"
    __table_args__ = (Index("ix_code_try_reader_id_at", "reader_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
