"""Whether a reader is satisfied with what became of his report: one answer a report, which he may change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class Satisfaction(Base):
    """His last word on it; `said_at`: when he said that."""

    __tablename__ = "satisfaction"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    satisfied: Mapped[bool]
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
