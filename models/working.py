"""Who is at a report, who has it for the moment, whom it is given to, until when it rests; what was entered and not saved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, stored_enum
from models.work_enums import Doing, DraftOf


class Presence(Base):
    """A member of staff has the page of a report open. It counts while `seen_at` is fresh; old rows are swept away."""

    __tablename__ = "presence"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    doing: Mapped[Doing] = mapped_column(stored_enum(Doing, "doing_kind"))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Claim(Base):
    """Somebody grades a report now; a soft hold that ends by itself and that anybody may take over."""

    __tablename__ = "claim"
    __table_args__ = (CheckConstraint("claimed_at < held_until", name="ends_later"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_until: Mapped[datetime] = mapped_column(UtcDateTime)


class Assignment(Base):
    """A report is given to one member of staff, until it is given to another or to nobody."""

    __tablename__ = "assignment"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class Snooze(Base):
    """A report rests for everybody until a moment, or until anything about it changes."""

    __tablename__ = "snooze"
    __table_args__ = (CheckConstraint("snoozed_at < until", name="ends_later"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    snoozed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    snoozed_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)


class Draft(Base):
    """What one member of staff entered into one form and has not saved yet.

    `subject_id` is the number of the report, for an answer the id of the message; no key, so that a draft never
    holds up what it is about. `fields`: a JSON object of text by name of field. `version`: of the report as it was then.
    """

    __tablename__ = "draft"
    __table_args__ = (CheckConstraint("length(fields) <= 20000", name="has_bound"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    form: Mapped[DraftOf] = mapped_column(stored_enum(DraftOf, "draft_form"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    fields: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
