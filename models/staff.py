"""Staff: accounts, sessions, failed sign-ins, second factors, password resets, preferences, roles on single papers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, stored_enum
from models.enums import Role, Theme


class Staff(Base):
    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    display_name: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(stored_enum(Role, "role_kind"))
    active: Mapped[bool] = mapped_column(default=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # his own WeChat, wins nothing
    email: Mapped[str | None] = mapped_column(String(254))  # for links to a new password and reminders
    initial_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the password was drawn, good so long; None: his own
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffPreference(Base):
    """What one member chose for himself; without a row everything is as it comes."""

    __tablename__ = "staff_preference"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    large_type: Mapped[bool] = mapped_column(default=False)
    keys_off: Mapped[bool] = mapped_column(default=False)
    stay_here: Mapped[bool] = mapped_column(default=False)
    theme: Mapped[Theme] = mapped_column(stored_enum(Theme, "theme_kind"), default=Theme.SYSTEM)


class PaperRole(Base):
    """A member's role on one paper. Who has a row works on the papers of his rows only; who has none, everywhere."""

    __tablename__ = "paper_role"
    __table_args__ = (CheckConstraint("role IN ('editor', 'chief')", name="grades"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[Role] = mapped_column(stored_enum(Role, "role_kind"))


class SecondFactor(Base):
    """The app on a member's telephone: its secret, encrypted with a key made from the server's.

    `last_step`: the count of 30 seconds whose code was taken last; no code up to it is taken again.
    """

    __tablename__ = "second_factor"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_step: Mapped[int]


class RecoveryCode(Base):
    """A code for the day the telephone is lost: its keyed digest, good once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ResetRequest(Base):
    """Somebody forgot a password, he says. The login need not exist: a job looks, and no answer betrays it."""

    __tablename__ = "reset_request"
    __table_args__ = (
        Index("ix_reset_request_login_at", "login", "at"),
        Index("ix_reset_request_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasswordReset(Base):
    """A link that went out by mail: the SHA-256 of its token. It ends by use, by a newer one and by time."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffSession(Base):
    """One signed-in browser. The cookie holds a random token, the row its SHA-256.

    `code_until`: the password was right and the code of the telephone is awaited; such a row opens nothing else.
    `browser_kind`: in words, for the list of signed-in browsers (手机 · 微信).
    """

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    browser_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    code_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    browser_kind: Mapped[str | None] = mapped_column(String(20))

    staff: Mapped[Staff] = relationship()


class SignInAttempt(Base):
    """A failed sign-in, counted by login and by address; the login need not exist."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_login_at", "login", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
