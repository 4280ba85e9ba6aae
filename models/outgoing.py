"""OutgoingMessage and its delivery attempts; what is known of an account's calls; the token all processes share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from models.base import Base, UtcDateTime, stored_enum
from models.enums import AttemptOutcome, OutgoingState, RightState
from models.readers import Reader
from models.work_enums import CallTarget


class OutgoingMessage(Base):
    """Words to a reader outside the passive reply. A claim is a conditional UPDATE to `sending`."""

    __tablename__ = "outgoing_message"
    __table_args__ = (
        Index("ix_outgoing_message_state_not_before", "state", "not_before"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    kind: Mapped[str] = mapped_column(String(40))
    idempotency_key: Mapped[str] = mapped_column(String(120), unique=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[OutgoingState] = mapped_column(
        stored_enum(OutgoingState, "outgoing_state"), default=OutgoingState.QUEUED
    )
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    reader: Mapped[Reader] = relationship()


class DeliveryAttempt(Base):
    """One try to send, by one channel; the ledger counts windows and quotas from these rows."""

    __tablename__ = "delivery_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing_message.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[AttemptOutcome | None] = mapped_column(stored_enum(AttemptOutcome, "attempt_outcome"))
    errcode: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    along: Mapped[bool] = mapped_column(default=False)  # in the call of another message, which counts for both


class OutgoingCall(Base):
    """Something to be said to an address of the configuration: another program, a group, an operator's mailbox. Never readers.

    Or to one member of staff, at the address that he had when it was put here; it is kept while it may still be needed.

    A claim is a conditional UPDATE to `sending`; what stays there is made again, for such calls carry an id.
    """

    __tablename__ = "outgoing_call"
    __table_args__ = (
        Index("ix_outgoing_call_state_not_before", "state", "not_before"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        CheckConstraint("tries >= 0", name="tries_counted"),
        CheckConstraint("(address IS NOT NULL) = (target = 'member' AND state IN ('queued', 'sending', 'failed'))",
                        name="address_while_needed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[CallTarget] = mapped_column(stored_enum(CallTarget, "call_target"))
    address: Mapped[str | None] = mapped_column(String(254))
    idempotency_key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)  # no personal data
    state: Mapped[OutgoingState] = mapped_column(
        stored_enum(OutgoingState, "outgoing_state"), default=OutgoingState.QUEUED
    )
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(60))  # a code of ours, see bot.outbox.calls
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Alert(Base):
    """Something that is wrong, or was: the row is what several machines claim, so that one tells it.

    `told_at`: when last, none while nobody was told; `times` counts them.
    """

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint("(times = 0) = (told_at IS NULL)", name="told_has_time"),
        CheckConstraint("times >= 0", name="times_counted"),
    )

    code: Mapped[str] = mapped_column(String(100), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))  # what it is, for saying that it is over
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    times: Mapped[int] = mapped_column(default=0)
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CallRight(Base):
    """What was learnt of one call of one account: granted, refused, or at rest until a time."""

    __tablename__ = "call_right"
    __table_args__ = (
        CheckConstraint("(state = 'resting') = (until IS NOT NULL)", name="resting_has_end"),
    )

    account: Mapped[str] = mapped_column(String(40), primary_key=True)
    call: Mapped[str] = mapped_column(String(20), primary_key=True)
    state: Mapped[RightState] = mapped_column(stored_enum(RightState, "right_state"))
    errcode: Mapped[int | None]
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)  # in a row; how long the next rest is
    noted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a person knows


class CallUse(Base):
    """How often one call of one account was made on one day in Shanghai."""

    __tablename__ = "call_use"

    account: Mapped[str] = mapped_column(String(40), primary_key=True)
    call: Mapped[str] = mapped_column(String(20), primary_key=True)
    used_on: Mapped[date] = mapped_column(primary_key=True)
    calls: Mapped[int]


class AccessToken(Base):
    """The stable token of one account, shared by all processes."""

    __tablename__ = "access_token"

    account: Mapped[str] = mapped_column(String(40), primary_key=True)
    token: Mapped[str] = mapped_column(String(600))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TokenLease(Base):
    """Which process fetches the account's next token. `until` in the past: nobody does."""

    __tablename__ = "token_lease"

    account: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    force: Mapped[bool] = mapped_column(default=False)  # the platform gave a token that it refuses
