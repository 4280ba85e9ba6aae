"""二维码 for each paper, and which edition a reader holds because he scanned one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class PaperCode(Base):
    """The permanent parametric QR code of one paper in one account. `url` is what the printed code holds."""

    __tablename__ = "paper_code"

    account: Mapped[str] = mapped_column(String(40), primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), primary_key=True)
    ticket: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HeldPaper(Base):
    """The edition whose code a reader scanned last: what he means where he names none. Goes with him (RULES 20)."""

    __tablename__ = "held_paper"

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"), primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    scanned_at: Mapped[datetime] = mapped_column(UtcDateTime)
