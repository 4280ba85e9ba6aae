"""Results that are due for one reader at once go as one message: which they are, and its words. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from bot.chat import chat_links
from bot.dialogue import outcome_phrases
from bot.outbox.ledger import CLOSING, USED, Channel
from bot.readers import milestones
from models.enums import SCORING_VERDICTS, AttemptOutcome, OutgoingState, Verdict
from models.outgoing import DeliveryAttempt, OutgoingMessage
from models.reports import Report

OUTCOME, APPEAL = "outcome", "appeal"
KINDS = (OUTCOME, APPEAL, "correction")
OPEN = {Verdict.NEEDS_MORE, None}
ASK_ROOM = 300
"""Bytes that asking whether the reader is satisfied takes below a message, with what can be tapped, or with an address."""
MOST = 12
RESTS = (timedelta(), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""After so many messages with results since the reader last wrote, the next waits this long for others to go with it.

A window holds five messages: whose ten reports are graded one by one would not hear of the last ones.
"""
COLUMNS = (OutgoingMessage.id, OutgoingMessage.text, OutgoingMessage.idempotency_key, OutgoingMessage.kind,
           OutgoingMessage.report_id, OutgoingMessage.reader_id, OutgoingMessage.created_at, Report.verdict, Report.ordinal)
"""What is read of each message that a call carries; its report, where it has one, is joined."""


def companions(db: Connection, lead: Any, *, room: int, now: datetime) -> list[Any]:
    """What else is due for the reader of `lead` and fits with it into `room` bytes, the oldest first.

    What the platform refused for its own sake goes alone, so that one message's words hold up no other.
    """
    if lead.kind not in KINDS or _refused(db, lead.id):
        return []
    refused = select(DeliveryAttempt.id).where(DeliveryAttempt.outgoing_id == OutgoingMessage.id, *_OF_ITS_OWN)
    due = db.execute(select(*COLUMNS).outerjoin(Report, Report.id == OutgoingMessage.report_id).where(
        OutgoingMessage.reader_id == lead.reader_id, OutgoingMessage.kind.in_(KINDS), OutgoingMessage.id != lead.id,
        OutgoingMessage.state == OutgoingState.QUEUED, OutgoingMessage.not_before <= now, OutgoingMessage.text != "",
        ~refused.exists()).order_by(OutgoingMessage.id).limit(MOST - 1))
    found: list[Any] = []
    for one in due:
        if _size(words([*map(said, (lead, *found, one))])) > room:
            break
        found.append(one)
    return found


def rests_until(db: Connection, lead: Any) -> datetime | None:
    """Until when a result waits for others of its reader, who was told of some just before; None: for none.

    It waits no longer than a rest since it was decided. What the platform refused for its own sake goes alone, so at once.
    """
    if lead.kind not in KINDS or _refused(db, lead.id):
        return None
    told = (
        select(DeliveryAttempt.started_at).join(OutgoingMessage, OutgoingMessage.id == DeliveryAttempt.outgoing_id)
        .where(OutgoingMessage.reader_id == lead.reader_id, OutgoingMessage.kind.in_(KINDS),
               DeliveryAttempt.channel == Channel.CUSTOMER, DeliveryAttempt.along.is_(False),
               or_(DeliveryAttempt.outcome.in_(USED[:2]), DeliveryAttempt.outcome.is_(None)))
        .order_by(DeliveryAttempt.started_at.desc()).limit(len(RESTS)))
    if lead.last_message_at is not None:
        told = told.where(DeliveryAttempt.started_at >= lead.last_message_at)
    times = db.scalars(told).all()
    return min(times[0], lead.created_at) + RESTS[min(len(times), len(RESTS) - 1)] if times else None


_OF_ITS_OWN = (DeliveryAttempt.outcome == AttemptOutcome.REFUSED, DeliveryAttempt.errcode.not_in(CLOSING))


def _refused(db: Connection, outgoing_id: int) -> bool:
    return db.scalar(select(DeliveryAttempt.id).where(
        DeliveryAttempt.outgoing_id == outgoing_id, *_OF_ITS_OWN).limit(1)) is not None


def words(texts: Sequence[str]) -> str:
    """One message of several."""
    return texts[0] if len(texts) == 1 else "\n\n".join((outcome_phrases.several(len(texts)), *texts))


def said(row: Any) -> str:
    """A message's words as they go out."""
    return milestones.said(row.text, row.idempotency_key)


def says_no(row: Any) -> bool:
    """Whether a message tells of a verdict that does not score; a question back is none."""
    return is_result(row) and row.verdict not in SCORING_VERDICTS


def is_result(row: Any) -> bool:
    """Whether a message tells what was decided."""
    return row.kind in (OUTCOME, APPEAL) and row.verdict not in OPEN


def _size(text: str) -> int:
    return chat_links.sent_bytes(text)
