"""Notes of editors on a report: written, taken back, read by whom they mention. Writes; never commits.

Readers never see them. The text goes nowhere else: the audit trail keeps only that there was one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import BadInput, NotAllowed, NotFound
from models.enums import Role
from models.notes import Note, NoteMention
from models.reports import Report
from models.staff import Staff

LONGEST = 1000
"""Characters."""
SENT_TWICE = timedelta(minutes=1)
"""The same words of the same hand right behind one another, so soon, are one note whose button was pressed twice."""
AT_SIGNS = "@＠"
READERS = (Role.EDITOR, Role.CHIEF, Role.ADMIN)
"""Who can open a report, and so be mentioned on it."""


def add(session: Session, report_id: int, text: str, *, actor: Actor, now: datetime) -> int:
    """Writes a note; the id. Whom it names with @ finds it under 提到我的; the writer has read what was meant for him."""
    words = checked(text)
    # Locked, so that of two presses at once the second sees the first.
    if session.scalar(select(Report.id).where(Report.id == report_id).with_for_update(key_share=True)) is None:
        raise NotFound(f"没有编号 {report_id} 的纠错。")
    return _write(session, report_id, words, _team(session), actor=actor, now=now)


def add_to_all(session: Session, report_ids: Iterable[int], text: str, *, actor: Actor, now: datetime) -> list[int]:
    """The same note on several reports; the numbers that there are."""
    words, team = checked(text), _team(session)
    known = list(session.scalars(select(Report.id).where(Report.id.in_(sorted(set(report_ids)))).order_by(Report.id)
                                 .with_for_update(key_share=True)))
    for report_id in known:
        _write(session, report_id, words, team, actor=actor, now=now)
    return known


def checked(text: str) -> str:
    """The note as it is kept. BadInput where it is empty or too long."""
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise BadInput("请先写点什么，再留便签。")
    if len(words) > LONGEST:
        raise BadInput(f"便签最多 {LONGEST} 个字，请写短些。")
    return words


def _write(session: Session, report_id: int, words: str, team: list[tuple[int, str]], *, actor: Actor,
           now: datetime) -> int:
    assert actor.staff_id is not None, "only staff write notes"
    read_mentions(session, actor.staff_id, now=now, report_id=report_id)
    newest = session.scalar(select(Note).where(Note.report_id == report_id).order_by(Note.id.desc()).limit(1))
    if newest is not None and (newest.staff_id, newest.text) == (actor.staff_id, words) and now - newest.created_at < SENT_TWICE:
        return newest.id
    note = Note(report_id=report_id, staff_id=actor.staff_id, text=words, created_at=now)
    session.add(note)
    session.flush()
    for staff_id in sorted(mentioned(words, team) - {actor.staff_id}):
        session.execute(insert(NoteMention).values(note_id=note.id, staff_id=staff_id))
    audit.record(session, actor=actor, verb="add_note", object_kind="report", object_id=report_id, now=now,
                 details={"note": note.id})
    return note.id


def _team(session: Session) -> list[tuple[int, str]]:
    rows = session.execute(select(Staff.id, Staff.display_name).where(Staff.active.is_(True), Staff.role.in_(READERS)))
    return [(row.id, row.display_name) for row in rows]


def mentioned(text: str, team: Iterable[tuple[int, str]]) -> set[int]:
    """Whose names stand behind an @. Of names that begin alike the longest counts; two of one name both do."""
    by_name: dict[str, set[int]] = {}
    for staff_id, name in team:
        by_name.setdefault(name, set()).add(staff_id)
    longest_first = sorted(by_name, key=len, reverse=True)
    found: set[int] = set()
    for at, sign in enumerate(text):
        if sign in AT_SIGNS:
            named = next((one for one in longest_first if one and text.startswith(one, at + 1)), "")
            found |= by_name.get(named, set())
    return found


def take_back(session: Session, note_id: int, *, actor: Actor, now: datetime) -> int:
    """Its writer takes a note back as long as nobody answered; the report's number. Its words are gone for good."""
    note = session.get(Note, note_id, with_for_update=True)
    if note is None or note.staff_id != actor.staff_id:
        raise NotFound("没有这张便签，或者不是您写的。")
    if note.taken_back_at is not None:
        return note.report_id
    answered = session.scalar(select(Note.id).where(
        Note.report_id == note.report_id, Note.id > note.id, Note.staff_id != note.staff_id,
        Note.taken_back_at.is_(None)).limit(1))
    if answered is not None:
        raise NotAllowed("后面已经有人接着写了，这张便签不能再收回。")
    session.execute(delete(NoteMention).where(NoteMention.note_id == note_id))
    note.text, note.taken_back_at = "", now
    session.flush()
    audit.record(session, actor=actor, verb="take_back_note", object_kind="report", object_id=note.report_id, now=now,
                 details={"note": note_id})
    return note.report_id


def read_mentions(session: Session, staff_id: int, *, now: datetime, report_id: int | None = None) -> int:
    """Marks what mentions somebody as read, on one report or everywhere; how many there were."""
    query = update(NoteMention).where(NoteMention.staff_id == staff_id, NoteMention.read_at.is_(None))
    if report_id is not None:
        query = query.where(NoteMention.note_id.in_(select(Note.id).where(Note.report_id == report_id)))
    done = session.connection().execute(query.values(read_at=now))
    return done.rowcount
