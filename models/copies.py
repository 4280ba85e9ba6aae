"""The link to a reader's own copy of what is held about him: good once, for a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class CopyLink(Base):
    """One link that was told in the chat. Its address is the number with our signature; no word of it is kept."""

    __tablename__ = "copy_link"
    __table_args__ = (CheckConstraint("made_at < expires_at", name="ends_later"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
