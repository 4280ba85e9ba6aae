"""Attachment rows: noted at intake, claimed, kept or given up, forgotten. Writes in Core statements; never commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, func, or_, select, update
from sqlalchemy.orm import aliased

from models.attachments import Attachment
from models.enums import UNSENT, AttachmentKind, AttachmentState, MessageFate, OutgoingState, ReportState
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.prepared import InsertInto, Prepared, one_of
from models.readers import Reader
from models.reports import Report

KINDS = {"image": AttachmentKind.PICTURE, "voice": AttachmentKind.VOICE}
EVIDENCE_WITHIN = timedelta(minutes=30)
"""A photo and a report of one reader so near each other are taken to belong together."""
EXPIRES = timedelta(days=3)
"""The platform keeps what readers send so long."""
LEASE = timedelta(minutes=5)
"""A fetch that left no word after so long is begun anew: fetching twice does no harm."""
MOST_ADOPTED = 50
QUESTION = "photo_question"
"""The kind, in the outbox, of what a reader is asked about his photo."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
OPEN = (ReportState.HALF_TOLD, ReportState.FILED, ReportState.NEEDS_MORE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to be fetched, and where it may be had."""

    attachment_id: int
    message_id: int
    account: str
    kind: AttachmentKind
    media_id: str | None
    pic_url: str | None


class Beside(Protocol):
    """The report that a photo belongs to."""

    id: int
    ordinal: int
    state: ReportState


# At intake

_INSERT = InsertInto(Attachment)
_original = aliased(Report)
_BESIDE = (select(*(func.coalesce(getattr(_original, name), getattr(Report, name)).label(name)
                    for name in ("id", "ordinal", "state")))
           .select_from(Report).outerjoin(_original, _original.id == Report.original_id))
_ASKED_ABOUT = Prepared(_BESIDE.where(Report.id == bindparam("report_id")))
_NEAR = Prepared(
    _BESIDE.where(Report.reader_id == bindparam("reader_id"), Report.sent_at >= bindparam("since"),
                  or_(one_of(Report.state, OPEN), one_of(_original.state, OPEN)))
    .order_by(Report.id.desc()).limit(1))
_LOOSE = Prepared(
    select(Attachment.id, Attachment.message_id, Attachment.received_at, Attachment.report_id)
    .join(Message, Message.id == Attachment.message_id)
    .where(Attachment.reader_id == bindparam("reader_id"), Attachment.kind == AttachmentKind.PICTURE,
           Message.fate == MessageFate.DESK)
    .order_by(Attachment.id.desc()).limit(MOST_ADOPTED))


def note(db: Connection, *, message_id: int, reader_id: int, msg_type: str, report_id: int | None,
         now: datetime) -> None:
    """A message brought a photo or a voice: a job will fetch it."""
    kind = KINDS.get(msg_type)
    if kind is None:
        return
    _INSERT.run(db, message_id=message_id, reader_id=reader_id, kind=kind, state=AttachmentState.WAITING,
                received_at=now, due_at=now, attempts=0, report_id=report_id)


def report_for(db: Connection, reader_id: int, asked_about: int | None, *, now: datetime) -> Beside | None:
    """The open report that a photo coming now belongs to: the one asked about, else one sent in the last half hour.

    What is meant for a repeat is meant for its original.
    """
    if asked_about is not None:
        found: Beside | None = _ASKED_ABOUT.first(db, report_id=asked_about)
    else:
        found = _NEAR.first(db, reader_id=reader_id, since=now - EVIDENCE_WITHIN)
    return found


def adopt(db: Connection, *, reader_id: int, now: datetime) -> None:
    """Photos that wait at the desk become evidence of what was reported just now; then they are no letters any more.

    Those of the last half hour do, and one about which the reader was asked. A question not yet sent is taken back.
    """
    loose = _LOOSE.all(db, reader_id=reader_id)
    if not loose:
        return
    told = db.execute(select(Report.id, Report.message_id).where(
        Report.reader_id == reader_id, Report.updated_at == now, Report.state == ReportState.FILED).order_by(Report.id)).all()
    by_photo, ids = {row.message_id: row.id for row in told}, {row.id for row in told}
    for one in loose:
        if told and (one.message_id in by_photo or one.report_id in ids or one.received_at >= now - EVIDENCE_WITHIN):
            report_id = one.report_id if one.report_id in ids else by_photo.get(one.message_id, told[0].id)
            db.execute(update(Attachment).where(Attachment.id == one.id).values(report_id=report_id))
            db.execute(update(Message).where(Message.id == one.message_id).values(fate=MessageFate.READ))
    if told:
        db.execute(update(OutgoingMessage).where(
            OutgoingMessage.reader_id == reader_id, OutgoingMessage.kind == QUESTION,
            OutgoingMessage.state.in_(UNSENT)).values(state=OutgoingState.CALLED_BACK))


# The job

def due(db: Connection, *, now: datetime, limit: int) -> list[int]:
    """Numbers of the files to fetch now, the longest waiting first."""
    return list(db.scalars(
        select(Attachment.id).where(_is_due(now)).order_by(Attachment.due_at, Attachment.id).limit(limit)))


def _is_due(now: datetime) -> Any:
    open_ = or_(Attachment.state == AttachmentState.WAITING, Attachment.state == AttachmentState.FETCHING)
    return open_ & (Attachment.due_at <= now)


def claim(db: Connection, attachment_id: int, *, now: datetime) -> Wanted | None:
    """Takes one file for this process; None: another has it, or its reader has gone."""
    done = db.execute(update(Attachment).where(Attachment.id == attachment_id, _is_due(now)).values(
        state=AttachmentState.FETCHING, due_at=now + LEASE, attempts=Attachment.attempts + 1))
    if done.rowcount != 1:
        return None
    row = db.execute(select(Attachment.kind, Attachment.message_id, Message.account, Message.fields)
                     .join(Message, Message.id == Attachment.message_id).where(Attachment.id == attachment_id)).one()
    return Wanted(attachment_id, row.message_id, row.account, row.kind, row.fields.get("MediaId"),
                  row.fields.get("PicUrl"))


def keep(db: Connection, attachment_id: int, *, digest: str, content_type: str, original_digest: str | None,
         now: datetime) -> bool:
    """The file is in the store; False: its reader has gone meanwhile, and the file must go too."""
    return _settle(db, attachment_id, AttachmentState.KEPT, digest=digest, content_type=content_type,
                   original_digest=original_digest, kept_at=now)


def refuse(db: Connection, attachment_id: int, why: str) -> None:
    """It is nothing that we take."""
    _settle(db, attachment_id, AttachmentState.REFUSED, problem=why)


def lose(db: Connection, attachment_id: int, why: str) -> None:
    """It cannot be had any more."""
    _settle(db, attachment_id, AttachmentState.LOST, problem=why)


def put_off(db: Connection, attachment_id: int, why: str, *, now: datetime) -> AttachmentState:
    """It is tried again later, each time after a longer pause, as long as the platform keeps it."""
    row = db.execute(select(Attachment.attempts, Attachment.received_at).where(Attachment.id == attachment_id)).one()
    again = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(row.attempts - 1, 10))
    if again >= row.received_at + EXPIRES:
        lose(db, attachment_id, why)
        return AttachmentState.LOST
    _settle(db, attachment_id, AttachmentState.WAITING, due_at=again)
    return AttachmentState.WAITING


def _settle(db: Connection, attachment_id: int, state: AttachmentState, **values: Any) -> bool:
    done = db.execute(update(Attachment).where(
        Attachment.id == attachment_id, Attachment.state == AttachmentState.FETCHING).values(state=state, **values))
    return done.rowcount == 1


# Forgetting (RULES 20)

def forget(db: Connection, reader_id: int) -> None:
    """Photos and voices are conversation: they go with it. The files are deleted by a job."""
    db.execute(update(Attachment).where(Attachment.reader_id == reader_id).values(
        state=AttachmentState.ERASED, problem=None))


def forgotten(db: Connection, limit: int = 200) -> dict[int, set[str]]:
    """Rows of readers who have gone, with the names of their files."""
    return {row.id: {name for name in (row.digest, row.original_digest) if name} for row in db.execute(
        select(Attachment.id, Attachment.digest, Attachment.original_digest).where(
            Attachment.state == AttachmentState.ERASED,
            or_(Attachment.digest.is_not(None), Attachment.original_digest.is_not(None))).limit(limit))}


def needed(db: Connection, digest: str) -> bool:
    """Whether a message whose reader is still here has this file."""
    return db.scalar(select(Attachment.id).where(
        or_(Attachment.digest == digest, Attachment.original_digest == digest),
        Attachment.state != AttachmentState.ERASED).limit(1)) is not None


def strike(db: Connection, attachment_ids: Iterable[int]) -> None:
    """Their files are deleted: the names go too."""
    db.execute(update(Attachment).where(Attachment.id.in_(list(attachment_ids))).values(
        digest=None, original_digest=None, report_id=None, article_id=None, page_id=None))


def reader_of(db: Connection, attachment_id: int) -> tuple[int, int, str] | None:
    """(reader id, person id, account) of whoever sent it; None: gone."""
    row = db.execute(select(Reader.id, Reader.person_id, Reader.account).join(Attachment, Attachment.reader_id == Reader.id)
                     .where(Attachment.id == attachment_id, Reader.openid.is_not(None))).first()
    return (row.id, row.person_id, row.account) if row else None
