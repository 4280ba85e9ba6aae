"""Who does not want to be listed in the hall of fame, nor by name on any other open page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class HallAbsence(Base):
    """A reader's own wish. It counts for the person: for all readers who are one with him while their link stands."""

    __tablename__ = "hall_absence"

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"), primary_key=True, autoincrement=False)
    since_at: Mapped[datetime] = mapped_column(UtcDateTime)
