"""Message 来信: a delivery as received, its unique key, its fate and the reply given. Conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from models.base import Base, UtcDateTime, stored_enum
from models.enums import MessageFate
from models.readers import Reader


class Message(Base):
    """One delivery, stored once. Its id is the intake sequence (RULES 2)."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("account", "dedupe_key"),
        Index("ix_message_fate_account", "fate", "account", "id"),
        CheckConstraint("(fate = 'desk_closed') = (closed_at IS NOT NULL)", name="closed_has_time"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(40))
    dedupe_key: Mapped[str] = mapped_column(String(200))
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("reader.id"), index=True)
    msg_type: Mapped[str] = mapped_column(String(40))
    event: Mapped[str | None] = mapped_column(String(80))
    content: Mapped[str | None] = mapped_column(Text)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    create_time: Mapped[int] = mapped_column(BigInteger)  # CreateTime as the platform gave it, seconds
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    time_flagged: Mapped[bool] = mapped_column(default=False)
    stale: Mapped[bool] = mapped_column(default=False)  # the delivery's timestamp was over 10 minutes old
    fate: Mapped[MessageFate] = mapped_column(stored_enum(MessageFate, "message_fate"))
    attempts: Mapped[int] = mapped_column(default=0)
    intent: Mapped[str | None] = mapped_column(String(20))
    reply: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    close_reason: Mapped[str | None] = mapped_column(Text)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    reader: Mapped[Reader | None] = relationship()


class HeldMessage(Base):
    """A message beyond the day's pace: stored unread, read by a job when its time comes."""

    __tablename__ = "held_message"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the reader knows what came of it


class Conversation(Base):
    """What the bot waits for from one reader. One row a reader."""

    __tablename__ = "conversation"

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"), primary_key=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))  # the half-told report
    waiting_for: Mapped[str | None] = mapped_column(String(20))
    asked_name: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
