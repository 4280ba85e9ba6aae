"""What is held about the readers who are one person, as numbers on their own page. Reads no words and no name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.attachments import Attachment
from models.claims import ClaimContact
from models.contests import Award
from models.enums import AttachmentState, NameState
from models.messages import Message
from models.readers import Reader
from models.reports import Report


@dataclass(frozen=True, slots=True)
class Held:
    """`named`: a name for print is kept; `contacts`: prizes for which a telephone or an address is kept, sealed."""

    accounts: int
    messages: int
    reports: int
    files: int
    named: bool
    contacts: int


def held(session: Session, reader_ids: Sequence[int]) -> Held:
    """In one statement."""
    row = session.execute(select(
        _many(Message.id, Message.reader_id.in_(reader_ids)), _many(Report.id, Report.reader_id.in_(reader_ids)),
        _many(Attachment.id, Attachment.reader_id.in_(reader_ids), Attachment.state == AttachmentState.KEPT),
        _many(Reader.id, Reader.id.in_(reader_ids), Reader.name_state == NameState.GIVEN),
        select(func.count(func.distinct(ClaimContact.award_id))).join(Award, Award.id == ClaimContact.award_id).where(
            Award.reader_id.in_(reader_ids)).scalar_subquery())).one()
    return Held(len(reader_ids), row[0], row[1], row[2], row[3] > 0, row[4])


def _many(what: object, *where: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count(what)).where(*where).scalar_subquery()  # type: ignore[arg-type]
