"""What happened to one report, read at once: versions, grades, acts, notes, words to and from the reader, ready reasons.

One statement, whose parts are told apart afterwards. No column of a reader but what he wrote.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Integer,
    Select,
    String,
    Text,
    and_,
    cast,
    false,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import type_coerce as as_type
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from models.base import UtcDateTime
from models.enums import ActorKind, Doubling, OutgoingState, Verdict
from models.grades import Grade
from models.messages import Message
from models.notes import CannedReason, FurtherWords, Note
from models.outgoing import OutgoingMessage
from models.reports import Report, ReportVersion
from models.staff import Staff
from models.work_enums import CannedKind


@dataclass(frozen=True, slots=True)
class VersionView:
    """One form of the record and the words it came from. `by` is a member of staff, None the reader."""

    number: int
    at: datetime
    by: str | None
    message_id: int | None
    msg_type: str | None
    content: str | None
    erased: bool
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GradeView:
    """`opinion`: an independent further grade, no decision."""

    id: int
    at: datetime
    by: str
    verdict: Verdict
    row_code: str | None
    doubling: Doubling
    marks: tuple[bool, bool, bool]
    original_id: int | None
    reason_text: str | None
    taken_back: bool
    opinion: bool


@dataclass(frozen=True, slots=True)
class AuditView:
    """`object_kind`: report, or the erratum that it hangs on."""

    at: datetime
    by: str | None
    by_kind: ActorKind
    verb: str
    object_kind: str
    before: str | None
    after: str | None
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NoteView:
    """One note, its words not yet masked; "" where it was taken back."""

    id: int
    at: datetime
    by: str
    staff_id: int
    text: str
    taken_back: bool


@dataclass(frozen=True, slots=True)
class FurtherView:
    """What the reader said of the report when it could take nothing in any more."""

    message_id: int
    at: datetime
    msg_type: str
    content: str | None
    erased: bool


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """Words about the outcome that go, or went, to the reader."""

    id: int
    text: str
    state: OutgoingState
    not_before: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class CannedView:
    """A ready sentence of the report's contest."""

    position: int
    kind: CannedKind
    text: str
    retired: bool


@dataclass(slots=True)
class History:
    """Each part oldest first; the ready sentences of the contest in their order."""

    versions: list[VersionView] = field(default_factory=list)
    grades: list[GradeView] = field(default_factory=list)
    entries: list[AuditView] = field(default_factory=list)
    notes: list[NoteView] = field(default_factory=list)
    further: list[FurtherView] = field(default_factory=list)
    outcomes: list[OutcomeView] = field(default_factory=list)
    canned: list[CannedView] = field(default_factory=list)

    @property
    def outcome(self) -> OutcomeView | None:
        """The newest."""
        return self.outcomes[-1] if self.outcomes else None


_TYPES: dict[str, Any] = {
    "part": String(), "id": Integer(), "at": UtcDateTime(), "later_at": UtcDateTime(), "who": String(), "one": String(),
    "two": String(), "three": String(), "text": Text(), "number": Integer(), "other": Integer(), "flag": Boolean(),
    "more": Boolean(), "third": Boolean(), "fourth": Boolean(), "data": JSON(),
}


def _part(name: str, **given: Any) -> Select[Any]:
    """One part of the union: every column in its place, those not given empty, each of its type."""
    columns = [as_type(given[key], kind).label(key) if key in given
               else literal(name).label(key) if key == "part" else cast(null(), kind).label(key)
               for key, kind in _TYPES.items()]
    return select(*columns)


def read(session: Session, number: int, *, erratum_id: int | None, contest_id: int) -> History:
    """All of it, in one statement."""
    parts = [_versions(number), _grades(number), _entries(number, erratum_id), _notes(number), _further(number),
             _outcomes(number), _canned(contest_id)]
    found = History()
    rows = sorted(session.execute(union_all(*parts)), key=lambda row: (row.part, row.id))
    for row in rows:
        _SORTED[row.part](found, row)
    found.canned.sort(key=lambda one: one.position)
    return found


def _versions(number: int) -> Select[Any]:
    query = _part("version", id=ReportVersion.number, at=ReportVersion.created_at, who=Staff.display_name,
                  one=Message.msg_type, text=Message.content, number=ReportVersion.message_id,
                  flag=Message.erased_at.is_not(None), data=ReportVersion.fields)
    return (query.select_from(ReportVersion).outerjoin(Staff, Staff.id == ReportVersion.staff_id)
            .outerjoin(Message, Message.id == ReportVersion.message_id).where(ReportVersion.report_id == number))


def _grades(number: int) -> Select[Any]:
    query = _part("grade", id=Grade.id, at=Grade.created_at, who=Staff.display_name, one=Grade.verdict, two=Grade.row_code,
                  three=Grade.doubling, text=Grade.reason_text, number=Grade.original_id,
                  other=cast(Grade.opinion, Integer), flag=Grade.taken_back, more=Grade.place_mark,
                  third=Grade.correction_mark, fourth=Grade.reason_mark)
    return query.select_from(Grade).join(Staff, Staff.id == Grade.grader_id).where(Grade.report_id == number)


def _entries(number: int, erratum_id: int | None) -> Select[Any]:
    query = _part("entry", id=AuditEntry.id, at=AuditEntry.at, who=Staff.display_name, one=AuditEntry.verb,
                  two=AuditEntry.before, three=AuditEntry.after, text=AuditEntry.actor_kind,
                  flag=AuditEntry.object_kind == "report", data=AuditEntry.details)
    own = and_(AuditEntry.object_kind == "report", AuditEntry.object_id == number)
    shared = false() if erratum_id is None else and_(
        AuditEntry.object_kind == "erratum", AuditEntry.object_id == erratum_id)
    return query.select_from(AuditEntry).outerjoin(Staff, Staff.id == AuditEntry.staff_id).where(or_(own, shared))


def _notes(number: int) -> Select[Any]:
    query = _part("note", id=Note.id, at=Note.created_at, later_at=Note.taken_back_at, who=Staff.display_name,
                  text=Note.text, number=Note.staff_id)
    return query.select_from(Note).join(Staff, Staff.id == Note.staff_id).where(Note.report_id == number)


def _further(number: int) -> Select[Any]:
    query = _part("further", id=Message.id, at=Message.received_at, one=Message.msg_type, text=Message.content,
                  flag=Message.erased_at.is_not(None))
    return (query.select_from(FurtherWords).join(Message, Message.id == FurtherWords.message_id)
            .where(FurtherWords.report_id == number))


def _outcomes(number: int) -> Select[Any]:
    query = _part("outcome", id=OutgoingMessage.id, at=OutgoingMessage.not_before, later_at=OutgoingMessage.sent_at,
                  one=OutgoingMessage.state, text=OutgoingMessage.text)
    # By the reader, which has an index.
    return query.select_from(OutgoingMessage).where(
        OutgoingMessage.reader_id == select(Report.reader_id).where(Report.id == number).scalar_subquery(),
        OutgoingMessage.report_id == number, OutgoingMessage.kind == "outcome")


def _canned(contest_id: int) -> Select[Any]:
    query = _part("canned", id=CannedReason.id, one=CannedReason.kind, text=CannedReason.text,
                  number=CannedReason.position, flag=CannedReason.retired_at.is_not(None))
    return query.select_from(CannedReason).where(CannedReason.contest_id == contest_id)


def _add_version(found: History, row: Any) -> None:
    found.versions.append(VersionView(row.id, row.at, row.who, row.number, row.one, row.text, bool(row.flag), row.data))


def _add_grade(found: History, row: Any) -> None:
    found.grades.append(GradeView(
        row.id, row.at, row.who, Verdict(row.one), row.two, Doubling(row.three),
        (bool(row.more), bool(row.third), bool(row.fourth)), row.number, row.text, bool(row.flag), bool(row.other)))


def _add_entry(found: History, row: Any) -> None:
    found.entries.append(AuditView(row.at, row.who, ActorKind(row.text), row.one, "report" if row.flag else "erratum",
                                   row.two, row.three, row.data))


def _add_note(found: History, row: Any) -> None:
    found.notes.append(NoteView(row.id, row.at, row.who, row.number, row.text, row.later_at is not None))


def _add_further(found: History, row: Any) -> None:
    found.further.append(FurtherView(row.id, row.at, row.one, row.text, bool(row.flag)))


def _add_outcome(found: History, row: Any) -> None:
    found.outcomes.append(OutcomeView(row.id, row.text, OutgoingState(row.one), row.at, row.later_at))


def _add_canned(found: History, row: Any) -> None:
    found.canned.append(CannedView(row.number, CannedKind(row.one), row.text, bool(row.flag)))


_SORTED = {"version": _add_version, "grade": _add_grade, "entry": _add_entry, "note": _add_note,
           "further": _add_further, "outcome": _add_outcome, "canned": _add_canned}
