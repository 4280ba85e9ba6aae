"""Telephone numbers that readers wrote into their messages go when their time is over. Opens its own transactions.

What a message reports as the error stays, for a printed number may be the very thing that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.understanding.identity import mask_phones
from models.audit import JobRun
from models.enums import JobOutcome
from models.messages import Message
from models.reports import Report, ReportVersion
from models.session import reading, writing

JOB, UPTO = "forget_contact", "upto"
BATCH = 500
ERROR = ("wrong", "right")
"""Fields of a report that hold what it is about."""


def forget(engine: Engine, before: datetime) -> dict[str, int]:
    """Blackens them in messages received until `before`; how many messages held some, and the last message looked at.

    Goes on where the last run ended, message by message in their order; {} where nothing is due.
    """
    with reading(engine) as session:
        upto = began = _last(session)
        waits = session.scalar(select(func.min(Message.id)).where(Message.id > began, Message.received_at > before))
        ids = list(session.scalars(select(Message.id).where(
            Message.id > began, Message.id < waits if waits is not None else Message.received_at <= before)
            .order_by(Message.id)))
    mended = 0
    for start in range(0, len(ids), BATCH):
        with writing(engine) as session:
            mended += sum(_mend(session, message_id) for message_id in ids[start : start + BATCH])
        upto = ids[min(start + BATCH, len(ids)) - 1]
    return {"phones": mended, UPTO: upto} if upto != began else {}


def _last(session: Session) -> int:
    """The last message that an earlier run looked at."""
    for result in session.scalars(select(JobRun.result).where(JobRun.name == JOB, JobRun.outcome == JobOutcome.DONE)
                                  .order_by(JobRun.id.desc())):
        if UPTO in result:
            return int(result[UPTO])
    return 0


def _mend(session: Session, message_id: int) -> bool:
    row = session.execute(select(Message.content, Message.fields).where(Message.id == message_id)).one()
    versions = session.execute(select(ReportVersion.id, ReportVersion.fields).where(
        ReportVersion.message_id == message_id)).all()
    errors = session.execute(select(Report.wrong, Report.right).where(Report.message_id == message_id)).all()
    keep = [word for one in errors for word in one if word]
    keep += [str(one.fields[name]) for one in versions for name in ERROR if one.fields.get(name)]
    content = row.content and mask_phones(row.content, keep=keep)
    fields = _masked(row.fields, keep)
    changed: bool = content != row.content or fields != row.fields
    if changed:
        session.execute(update(Message).where(Message.id == message_id).values(content=content, fields=fields))
    for one in versions:
        kept = _masked(one.fields, keep)
        if kept != one.fields:
            session.execute(update(ReportVersion).where(ReportVersion.id == one.id).values(fields=kept))
    for report in session.execute(select(Report.id, Report.reason).where(
            Report.message_id == message_id, Report.reason.is_not(None))).all():
        reason = mask_phones(report.reason or "", keep=keep)
        if reason != report.reason:
            session.execute(update(Report).where(Report.id == report.id).values(reason=reason))
    return changed


def _masked(fields: Mapping[str, Any], keep: list[str]) -> dict[str, Any]:
    return {name: mask_phones(text, keep=keep) if isinstance(text, str) and name not in ERROR else text
            for name, text in fields.items()}
