"""That the readers of a released round were told of their month: the row is what several schedulers claim."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class MonthTold(Base):
    """One row a round."""

    __tablename__ = "month_told"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
