"""Named reads of notes and mentions. The texts are shown masked: an editor may have copied a reader's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session, aliased

from models.enums import ReportState, Role, Verdict
from models.notes import Note, NoteMention
from models.papers import Issue, Paper
from models.readers import Reader
from models.reports import Report
from models.staff import Staff

READERS = (Role.EDITOR, Role.CHIEF, Role.ADMIN)
MOST = 100
QUOTED = 40
"""So many characters of the words reported stand beside a mention."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A note that is meant for somebody. `printed_name` is for masking only and never shown."""

    note_id: int
    number: int
    at: datetime
    by: str
    text: str
    read_at: datetime | None
    state: ReportState
    verdict: Verdict | None
    paper: str | None
    month: str | None
    wrong: str | None
    right: str | None
    printed_name: str | None


def unread_of(staff_id: ColumnElement[int] | int) -> ScalarSelect[int]:
    """How many mentions somebody has not read, as a sub-select for any read that knows who he is."""
    one = aliased(NoteMention)
    return (select(func.count()).select_from(one).where(one.staff_id == staff_id, one.read_at.is_(None))
            .scalar_subquery())


def unread(session: Session, staff_id: int) -> int:
    """How many mentions somebody has not read."""
    return session.scalar(select(unread_of(staff_id))) or 0


def mentions(session: Session, staff_id: int, *, only_unread: bool) -> list[Mention]:
    """What mentions somebody, the newest first; at most MOST."""
    query: Any = (
        select(Note.id, Note.report_id, Note.created_at, Staff.display_name, Note.text, NoteMention.read_at,
               Report.state, Report.verdict, Paper.name, Issue.month, func.substr(Report.wrong, 1, QUOTED),
               func.substr(Report.right, 1, QUOTED), Reader.printed_name)
        .join(Note, Note.id == NoteMention.note_id).join(Staff, Staff.id == Note.staff_id)
        .join(Report, Report.id == Note.report_id).join(Reader, Reader.id == Report.reader_id)
        .outerjoin(Paper, Paper.id == Report.paper_id).outerjoin(Issue, Issue.id == Report.issue_id)
        .where(NoteMention.staff_id == staff_id).order_by(NoteMention.note_id.desc()).limit(MOST)
    )
    if only_unread:
        query = query.where(NoteMention.read_at.is_(None))
    return [Mention(*row) for row in session.execute(query)]


def names(session: Session) -> list[str]:
    """Who can be mentioned, by name."""
    rows = session.scalars(select(Staff.display_name).where(Staff.active.is_(True), Staff.role.in_(READERS))
                           .distinct().order_by(Staff.display_name))
    return list(rows)


def counts(session: Session, numbers: Iterable[int]) -> dict[int, int]:
    """How many notes stand on each of these reports; a report without any is absent."""
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    rows = session.execute(select(Note.report_id, func.count().label("many"))
                           .where(Note.report_id.in_(wanted), Note.taken_back_at.is_(None)).group_by(Note.report_id))
    return {row.report_id: row.many for row in rows}
