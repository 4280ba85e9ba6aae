"""Claims of prizes: until when, how, what the winner gave for it, sealed, and what he signed. Knows no key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, stored_enum
from models.contests import Award
from models.work_enums import ClaimWay, ContactKind, LapseReason, Receiving


class ClaimTerm(Base):
    """Until when a prize may be claimed, and why it lapsed where it did."""

    __tablename__ = "claim_term"

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    lapsed_because: Mapped[LapseReason | None] = mapped_column(stored_enum(LapseReason, "lapse_reason"))


class PrizeClaim(Base):
    """One winner's claim. `notice_version`: the notice he was shown, or was read, before he gave anything.

    `guardian_agreed_at` is set where the winner is under the age of the rules. Once `contact_deleted_at` is set
    nothing is left that leads to him.
    """

    __tablename__ = "prize_claim"
    __table_args__ = (
        CheckConstraint("(way = 'page') = (staff_id IS NULL)", name="entered_by_staff"),
        CheckConstraint("contact_deleted_at IS NULL OR contact_deleted_at >= claimed_at", name="deleted_after_claim"),
    )

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), primary_key=True)
    way: Mapped[ClaimWay] = mapped_column(stored_enum(ClaimWay, "claim_way"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # who entered it
    receiving: Mapped[Receiving] = mapped_column(stored_enum(Receiving, "receiving_kind"))
    notice_version: Mapped[str] = mapped_column(String(20))
    guardian_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    contact_deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    award: Mapped[Award] = relationship()


class ClaimContact(Base):
    """One thing given for a claim, or the code word: sealed with the key `key_id`, which lies outside the database."""

    __tablename__ = "claim_contact"
    __table_args__ = (Index("ix_claim_contact_key_id", "key_id"),)

    award_id: Mapped[int] = mapped_column(ForeignKey("prize_claim.award_id"), primary_key=True)
    kind: Mapped[ContactKind] = mapped_column(stored_enum(ContactKind, "contact_kind"), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[str] = mapped_column(Text)


class PrizeReceipt(Base):
    """What was signed when a prize was handed over, and what a souvenir really cost, for the ledger. No contact stands
    in it: it stays when that goes."""

    __tablename__ = "prize_receipt"
    __table_args__ = (
        CheckConstraint("note <> '' OR price_fen IS NOT NULL", name="says_something"),
        CheckConstraint("price_fen > 0", name="price_above_nothing"),
    )

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), primary_key=True)
    note: Mapped[str] = mapped_column(String(60))
    price_fen: Mapped[int | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # who entered it
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    award: Mapped[Award] = relationship()


class ClaimTry(Base):
    """A claim's page asked for with an address that is none, or sent again and again; counted by where it came from."""

    __tablename__ = "claim_try"
    __table_args__ = (Index("ix_claim_try_address_at", "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
