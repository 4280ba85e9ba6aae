"""Reader 读者: one follower of one account. Person 人: all linked readers. The printed name and its consent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, stored_enum
from models.enums import Bar, NameState


class Person(Base):
    """Whoever stands behind one or more readers; prizes go to persons (RULES 11, 12)."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("(bar IS NULL) = (bar_reason IS NULL)", name="bar_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bar: Mapped[Bar | None] = mapped_column(stored_enum(Bar, "bar_kind"))
    bar_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Reader(Base):
    """One follower of one account. `openid` goes when he unfollows or asks for it (RULES 20)."""

    __tablename__ = "reader"
    __table_args__ = (
        UniqueConstraint("account", "openid"),
        UniqueConstraint("account", "openid_digest"),
        CheckConstraint("(name_state = 'given') = (printed_name IS NOT NULL)", name="given_name"),
        CheckConstraint("erased_at IS NULL OR openid IS NULL", name="erased_has_no_openid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(40))
    openid: Mapped[str | None] = mapped_column(String(80))
    openid_digest: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_message_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unfollowed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_ordinal: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)  # how often he wrote, followed or tapped and we answered
    name_state: Mapped[NameState] = mapped_column(
        stored_enum(NameState, "name_state_kind"), default=NameState.NOT_ASKED
    )
    printed_name: Mapped[str | None] = mapped_column(String(40))
    name_is_nickname: Mapped[bool] = mapped_column(default=True)
    name_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name_reason: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Person] = relationship()
