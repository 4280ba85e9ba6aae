"""The queue of imports: taken in, claimed by whoever reads, applied or dropped. Rows only: opens no file of an import.

A claim is a conditional UPDATE: 0 rows, somebody else has it. A claim that is not renewed in time is free again, for
whoever held it has died; after MOST_TRIES the import is refused with a sentence.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import SCHEDULER, Actor
from bot.catalogue import importer, whose
from bot.catalogue.importer import ImportPlan
from bot.catalogue.kept import KEPT
from bot.catalogue.sources import Hint, issue_date
from bot.errors import BadInput, NotAllowed, NotFound, Stale
from models.enums import IMPORT_MOVES, ImportState, ImportStep
from models.imports import ImportUpload

LEASE = timedelta(minutes=2)
MOST_TRIES = 3
LONGEST_NAME = 200
MOST_OPEN = 20
"""So many imports may wait for somebody's decision at once: their files are kept, and a disk has an end."""
MOST_PROBLEMS, LONGEST_PROBLEM = 50, 400
GAVE_UP = "{name}：读了{tries}次都没有读完，先停下了。文件可能有问题，请从排版软件里重新导出一次，再导入。"
CHANGED = "您看过之后，报纸库又变了，这次没有导入。下面是按现在的库重新比较的，请再看一遍。"
OVER = "这次导入已经有人处理过了。"


@dataclass(frozen=True, slots=True)
class Claimed:
    """An import that is ours to read, under this claim."""

    upload_id: int
    claim: str
    token: str
    names: list[str]
    hint: Hint


def take_in(session: Session, *, token: str, files: Sequence[tuple[str, int]], paper: str | None, issue: str | None,
            actor: Actor, now: datetime) -> int:  # fmt: skip
    """Files (name, bytes) whose folder is kept under `token`; its number. BadInput for an issue that is none, or
    where too many imports wait already; NotAllowed for a paper that is not the actor's."""
    assert actor.staff_id is not None
    _checked(issue)
    whose.check_names(session, [paper] if paper else [], actor=actor)
    waiting = len(open_tokens(session))
    if waiting >= MOST_OPEN:
        raise BadInput(f"有 {waiting} 次导入还没有处理。请先在“最近的导入”里处理几次：导入，或不导入。一天没人处理的会自动删掉。")
    row = ImportUpload(staff_id=actor.staff_id, sent_at=now, token=token, paper=paper, issue=issue,
                       files=[{"name": name[-LONGEST_NAME:], "size": size} for name, size in files],
                       state=ImportState.WAITING, state_at=now)  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _checked(issue: str | None) -> None:
    try:
        issue_date(issue or "2026-01")
    except ValueError:
        raise BadInput("期号要写成2026-11这样的年月，或2026-11-08这样的出版日期。") from None


def get(session: Session, upload_id: int) -> ImportUpload:
    row = session.get(ImportUpload, upload_id, populate_existing=True)
    if row is None:
        raise NotFound("没有这次导入。")
    return row


# Reading


def claim(session: Session, *, now: datetime) -> Claimed | None:
    """The oldest import that waits, or whose reader died; None where there is none or others were quicker."""
    free = or_(ImportUpload.state == ImportState.WAITING,
               and_(ImportUpload.state == ImportState.READING, ImportUpload.claimed_until < now))  # fmt: skip
    for row in session.scalars(select(ImportUpload).where(free).order_by(ImportUpload.id)):
        if row.tries >= MOST_TRIES:
            _give_up(session, row, now)
            continue
        mine = secrets.token_hex(16)
        same = ImportUpload.claim == row.claim if row.claim else ImportUpload.claim.is_(None)
        if _changed(session, and_(ImportUpload.id == row.id, ImportUpload.state == row.state, same),
                    state=ImportState.READING, state_at=now, claim=mine, claimed_until=now + LEASE, tries=row.tries + 1,
                    step=ImportStep.READING, pages_done=0, pages_all=0):  # fmt: skip
            return Claimed(row.id, mine, row.token, [str(one["name"]) for one in row.files], _hint(session, row))
    return None


def _give_up(session: Session, row: ImportUpload, now: datetime) -> None:
    same = ImportUpload.claim == row.claim if row.claim else ImportUpload.claim.is_(None)
    name = row.files[0]["name"] if len(row.files) == 1 else f"{row.files[0]['name']}等{len(row.files)}个文件"
    _changed(session, and_(ImportUpload.id == row.id, ImportUpload.state == row.state, same), state=ImportState.REFUSED,
             state_at=now, claim=None, claimed_until=None, problems=[GAVE_UP.format(name=name, tries=row.tries)])  # fmt: skip


def _hint(session: Session, row: ImportUpload) -> Hint:
    month, day = issue_date(row.issue) if row.issue else (None, None)
    known = importer.known_papers(session)
    said = next((name for name, aliases in known if row.paper in (name, *aliases)), row.paper)
    return Hint(said, month, day, known)


def note(session: Session, claimed: Claimed, step: ImportStep, done: int, of: int, *, now: datetime) -> bool:
    """How far it is, and that its reader lives. False: it was dropped, or somebody else has it now."""
    return _changed(session, _ours(claimed), step=step, pages_done=min(done, of), pages_all=of, claimed_until=now + LEASE)


def finish(session: Session, claimed: Claimed, result: str, *, now: datetime) -> bool:
    """What was read lies in the folder under `result`, to be looked at. False as in `note`."""
    return _changed(session, _ours(claimed), state=ImportState.READ, state_at=now, claim=None, claimed_until=None,
                    result=result, problems=[])  # fmt: skip


def refuse(session: Session, claimed: Claimed, problems: Sequence[str], *, files_kept: bool, now: datetime) -> bool:
    """Why it cannot be imported. `files_kept`: it may be tried again with the same files. False as in `note`."""
    return _changed(session, _ours(claimed), state=ImportState.REFUSED, state_at=now, claim=None, claimed_until=None,
                    problems=_few(problems), files_kept=files_kept)  # fmt: skip


def _few(problems: Sequence[str]) -> list[str]:
    """As many as a person reads, none endless: a spoilt file may have a million."""
    found = [one if len(one) <= LONGEST_PROBLEM else f"{one[: LONGEST_PROBLEM - 1]}…" for one in problems[:MOST_PROBLEMS]]
    return found + ([f"还有{len(problems) - MOST_PROBLEMS}处。"] if len(problems) > MOST_PROBLEMS else [])


def _ours(claimed: Claimed) -> ColumnElement[bool]:
    return and_(ImportUpload.id == claimed.upload_id, ImportUpload.state == ImportState.READING,
                ImportUpload.claim == claimed.claim)  # fmt: skip


def _changed(session: Session, where: ColumnElement[bool], **values: Any) -> bool:
    done = session.execute(update(ImportUpload).where(where).values(**values)
                           .execution_options(synchronize_session=False))  # fmt: skip
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


# Deciding


def again(session: Session, upload_id: int, *, paper: str | None, issue: str | None, actor: Actor, now: datetime) -> None:
    """A refused import is read once more, with paper and issue told. NotAllowed where its files are gone, or where
    it or the paper is not the actor's."""
    assert actor.staff_id is not None
    _checked(issue)
    row = get(session, upload_id)
    whose.check_upload(session, row, actor=actor)
    whose.check_names(session, [paper] if paper else [], actor=actor)
    if not row.files_kept:
        raise NotAllowed("上传的文件已经不在了，请重新选一次文件。")
    _move(session, row, ImportState.WAITING, now, paper=paper, issue=issue, tries=0, problems=[], step=None,
          pages_done=0, pages_all=0)  # fmt: skip


def apply(session: Session, upload_id: int, plan: ImportPlan, *, seen: str, actor: Actor, now: datetime) -> list[int]:
    """Writes what was looked at (`seen`: its fingerprint) into the catalogue, all or nothing; the issues' ids.

    Stale where the catalogue changed since, or where somebody else applied or dropped it. NotAllowed where one of the
    papers is not the actor's.
    """
    whose.check_plan(session, plan, actor=actor)
    _move(session, get(session, upload_id), ImportState.APPLIED, now)
    if importer.fingerprint(plan) != seen:
        raise Stale(CHANGED)
    importer.apply(session, plan, actor=actor, now=now)
    session.flush()
    issues = [importer.find_issue(session, one.file.edition, one.file.month) for one in plan.changes]
    ids = [issue.id for issue in issues if issue is not None]
    _changed(session, ImportUpload.id == upload_id, issue_ids=ids, files_kept=False)
    return ids


def drop(session: Session, upload_id: int, *, actor: Actor, now: datetime) -> str:
    """It is not to be imported; the token of the folder to delete after the commit. Stale where it is decided already,
    NotAllowed where it is not the actor's."""
    row = get(session, upload_id)
    whose.check_upload(session, row, actor=actor)
    _move(session, row, ImportState.DROPPED, now, files_kept=False, claim=None, claimed_until=None)
    audit.record(session, actor=actor, verb="drop_import", object_kind="import", object_id=upload_id, now=now,
                 before=row.state, after=ImportState.DROPPED)  # fmt: skip
    return row.token


def _move(session: Session, row: ImportUpload, to: ImportState, now: datetime, **values: Any) -> None:
    if to not in IMPORT_MOVES[row.state]:
        raise Stale(OVER)
    where = and_(ImportUpload.id == row.id, ImportUpload.state == row.state)
    if not _changed(session, where, state=to, state_at=now, **values):
        raise Stale(OVER)


# After a day


def drop_old(session: Session, *, now: datetime) -> list[str]:
    """Drops what nobody decided on for a day; the tokens of the folders to delete after the commit."""
    old = session.scalars(select(ImportUpload).where(
        ImportUpload.files_kept, ImportUpload.state_at < now - KEPT,
        ImportUpload.state.in_([ImportState.WAITING, ImportState.READ, ImportState.REFUSED])))  # fmt: skip
    tokens = []
    for row in old.all():
        if row.state is ImportState.REFUSED:  # said already; only its files go
            _changed(session, and_(ImportUpload.id == row.id, ImportUpload.state == row.state), files_kept=False)
            tokens.append(row.token)
        else:
            with suppress(Stale):  # another scheduler, or a person, was faster, and has its folder to delete
                tokens.append(drop(session, row.id, actor=SCHEDULER, now=now))
    return tokens


def open_tokens(session: Session) -> set[str]:
    """The folders that are still needed."""
    return set(session.scalars(select(ImportUpload.token).where(ImportUpload.files_kept)))
