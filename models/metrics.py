"""AnswerCount: how deliveries were answered, counted by all processes together. Nothing of whom."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class AnswerCount(Base):
    """One running count, which only grows: of a bucket of answer times, of their sum, of what was refused or failed."""

    __tablename__ = "answer_count"
    __table_args__ = (CheckConstraint("many >= 0", name="counted"),)

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    many: Mapped[int] = mapped_column(BigInteger)
