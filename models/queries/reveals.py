"""Named reads for the rare look without blackening: a reader's words as written, and who looked at what and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cockpit import IdentityReveal
from models.messages import Message
from models.queries import attachments
from models.reports import ReportVersion
from models.staff import Staff
from models.work_enums import RevealCause, Revealed


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the reader wrote it. Only for a look that was logged; never for a screen of its own."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class RevealView:
    at: datetime
    by: str
    what: Revealed
    cause: RevealCause
    reason: str
    sealed: bool


def of_report(session: Session, number: int) -> tuple[Said, ...]:
    """The messages behind a report, in order; those of readers who have gone are empty and left out."""
    rows = session.execute(
        select(Message.id, Message.received_at, Message.content).join(ReportVersion, ReportVersion.message_id == Message.id)
        .where(ReportVersion.report_id == number, Message.content.is_not(None)).distinct().order_by(Message.id))
    return tuple(Said(row.received_at, row.content) for row in rows)


def of_message(session: Session, message_id: int) -> tuple[Said, ...]:
    rows = session.execute(select(Message.received_at, Message.content).where(
        Message.id == message_id, Message.content.is_not(None)))
    return tuple(Said(row.received_at, row.content) for row in rows)


def pictures(session: Session, number: int | None, message_id: int | None) -> frozenset[int]:
    """The photos that belong to a report or to a letter."""
    found = attachments.of_report(session, number) if number is not None else attachments.of_message(session, message_id or 0)
    return frozenset(one.id for one in found if one.is_picture)


def log(session: Session, *, number: int | None = None, message_id: int | None = None) -> tuple[RevealView, ...]:
    """Who saw something of this report or letter without blackening, oldest first. One query."""
    about = IdentityReveal.report_id == number if number is not None else IdentityReveal.message_id == message_id
    rows = session.execute(
        select(IdentityReveal.at, Staff.display_name, IdentityReveal.what, IdentityReveal.cause, IdentityReveal.reason,
               IdentityReveal.sealed)
        .join(Staff, Staff.id == IdentityReveal.staff_id).where(about).order_by(IdentityReveal.id))
    return tuple(RevealView(*row) for row in rows)
