"""Reads of what was done to one paper and its issues, for the paper's screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import and_, select, union_all
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from models.papers import Issue
from models.queries.audit import AuditLine
from models.staff import Staff


@dataclass(frozen=True, slots=True)
class History:
    """Changes of a paper and its issues; `months`: the month of each issue named; `staff`: names of those named."""

    entries: tuple[AuditLine, ...]
    months: dict[int, str] = field(default_factory=dict)
    staff: dict[int, str] = field(default_factory=dict)


def history(session: Session, paper_id: int, *, before: int | None = None, limit: int = 30) -> History:
    """Entries of the paper and of its issues, newest first. Two queries."""
    # Each part is found by the index of what was acted on; an "or" over both would read the trail from its end.
    theirs = union_all(
        select(AuditEntry.id).where(AuditEntry.object_kind == "paper", AuditEntry.object_id == paper_id),
        select(AuditEntry.id).join(Issue, Issue.id == AuditEntry.object_id)
        .where(AuditEntry.object_kind == "issue", Issue.paper_id == paper_id),
    ).subquery()
    query = (
        select(AuditEntry.id, AuditEntry.at, AuditEntry.actor_kind, Staff.display_name, AuditEntry.verb,
               AuditEntry.object_kind, AuditEntry.object_id, AuditEntry.before, AuditEntry.after, AuditEntry.details,
               Issue.month)
        .join(theirs, theirs.c.id == AuditEntry.id).outerjoin(Staff, Staff.id == AuditEntry.staff_id)
        .outerjoin(Issue, and_(AuditEntry.object_kind == "issue", AuditEntry.object_id == Issue.id))
        .order_by(AuditEntry.id.desc()).limit(limit)
    )
    if before is not None:
        query = query.where(AuditEntry.id < before)
    found = session.execute(query).all()
    entries = tuple(AuditLine(*row[:-1]) for row in found)
    months = {entry.object_id: row.month for entry, row in zip(entries, found, strict=True) if row.month}
    return History(entries, {number: month for number, month in months.items() if number}, _names(session, entries))


def _names(session: Session, entries: Iterable[AuditLine]) -> dict[int, str]:
    """Of the staff whom an entry names as graders."""
    named = {number for entry in entries if entry.verb == "assign_graders"
             for key in ("added", "removed") for number in entry.details.get(key, ())}
    if not named:
        return {}
    query = select(Staff.id, Staff.display_name).where(Staff.id.in_(named))
    return {number: name for number, name in session.execute(query)}  # noqa: C416
