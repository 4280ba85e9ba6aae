"""An archive of a contest brought into an empty system: all of it checked before the first row is written, then all in
one transaction, or nothing. What it holds keeps its numbers and keys."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.orm import Session

from bot import audit, database
from bot.audit import OPERATOR
from bot.backups import making
from bot.errors import BadInput, ImportProblem, NotAllowed
from bot.media.store import Missing, Store
from bot.recording import audit_chain
from bot.settings import Settings
from bot.transfer import archive, belonging, inserting, standings
from bot.transfer.archive import MOST_LINE, Manifest, Reader
from bot.transfer.exporting import NOT_CARRIED, SHOWN_EVERY, Progress
from bot.transfer.order import Key, Row, key_of, own_parent, tables
from bot.transfer.values import Unfit, decode
from models.enums import ArticleState, OutgoingState
from models.session import reading, writing

MOST_PROBLEMS = 20
NOTHING = "Nothing was imported."
STAFF_CANNOT_SIGN_IN = {"password_hash": "!", "initial_until": None, "email": None, "active": False}
MAYBE_SENT = "导入之前，这条可能已经由原来的系统发出去了，请看一眼再决定。"
MAYBE_PUBLISHED = "导入之前，这篇文章可能已经由原来的系统送进公众号后台，请到后台看一眼。"
WAITING = frozenset({OutgoingState.QUEUED, OutgoingState.UNREACHABLE, OutgoingState.SENDING})
ON_ITS_WAY = frozenset({ArticleState.WAITING, ArticleState.DRAFTING, ArticleState.WANTED, ArticleState.SUBMITTING,
                        ArticleState.SUBMITTED})


@dataclass(frozen=True, slots=True)
class Imported:
    """`held_back`: messages and articles that were on their way and now wait for a person."""

    manifest: Manifest
    held_back: int


@dataclass
class _Seen:
    """What the lines read so far hold: every key, so that a pointer to none is found before anything is written."""

    keys: dict[str, set[Key]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def problem(self, place: str, words: str) -> None:
        self.problems.append(f"{place}: {words}")
        if len(self.problems) >= MOST_PROBLEMS:
            raise ImportProblem([*self.problems, f"and perhaps more. {NOTHING}"])


def import_(engine: Engine, settings: Settings, path: Path, *, now: datetime,
            progress: Progress | None = None) -> Imported:
    """NotAllowed where the system is not empty; BadInput or ImportProblem, naming file and line, where the archive is not
    whole. Nothing is left of an import that failed."""
    with archive.opened(path) as reader:
        _refuse_unfit(engine, reader.manifest)
        step = _counter(reader.manifest, progress)
        check(reader, step)
        stores = making.stores(settings)
        with contextlib.ExitStack() as undo:
            with writing(engine) as session:
                held_back = _write(session.connection(), reader, step)
                _compare(session, reader.manifest)
                _put_files(reader, stores, undo, step)
                _note(session, reader.manifest, now)
            undo.pop_all()
    return Imported(reader.manifest, held_back)


def _counter(manifest: Manifest, progress: Progress | None) -> Callable[[int], None]:
    """Rows and files are counted twice: when they are checked, and when they are written."""
    of, done = 2 * (manifest.rows + len(manifest.files)), 0

    def step(several: int) -> None:
        nonlocal done
        done += several
        if progress is not None and (done % SHOWN_EVERY == 0 or done >= of or several > 1):
            progress(min(done, of), of)

    return step


def _refuse_unfit(engine: Engine, manifest: Manifest) -> None:
    _, head = database.revision(engine)
    if manifest.revision != head:
        raise BadInput(f"This archive is at revision {manifest.revision}, this program at {head}. Import it with the program "
                       "that made it into an empty database, then bring that one to this program: python -m bot db upgrade")
    with reading(engine) as session:
        full = inserting.full_table(session.connection())
    if full is not None:
        raise NotAllowed(f"This system is not empty: table {full} holds rows. {NOTHING} Point database_url to a new database, "
                         "run: python -m bot db upgrade, and import before anything else is done there.")
    expected = {table.name for table in tables()} - set(belonging.LEFT_OUT)
    if set(manifest.tables) != expected:
        odd = sorted(set(manifest.tables) ^ expected)[0]
        raise BadInput(f"This archive is damaged: table {odd[:80]} is missing, or does not belong there.")


# checking, before anything is written


def check(reader: Reader, step: Callable[[int], None]) -> None:
    """Reads everything to its end. ImportProblem names each line that cannot stand and what is expected there."""
    seen = _Seen()
    for table in tables():
        if table.name in reader.manifest.tables:
            for _ in _rows(reader, table, seen):
                step(1)
    if seen.problems:
        raise ImportProblem([*seen.problems, f"{NOTHING} Export the contest again; no line of an archive is mended by hand."])
    for name in reader.manifest.files:
        reader.file(name)
        step(1)


def _rows(reader: Reader, table: Table, seen: _Seen) -> Iterator[Row]:
    """The rows of a table that are as they should be; of the others `seen` is told."""
    keys = seen.keys.setdefault(table.name, set())
    for number, line in enumerate(reader.lines(table.name), 1):
        place = f"tables/{table.name}.jsonl, line {number}"
        try:
            row = _row(table, line)
            key = key_of(table, row)
            if key in keys:
                raise Unfit("this key is there already")
            _points_at_something(table, row, seen)
        except Unfit as problem:
            seen.problem(place, str(problem))
            continue
        keys.add(key)
        yield row


def _row(table: Table, line: bytes) -> Row:
    if len(line) >= MOST_LINE or not line.endswith(b"\n"):
        raise Unfit("the line is too long, or was cut off")
    try:
        raw = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Unfit("this is no JSON") from None
    left = NOT_CARRIED.get(table.name, frozenset())
    names = [column.name for column in table.columns if column.name not in left]
    if not isinstance(raw, dict) or sorted(raw) != sorted(names):
        odd = sorted(set(raw) ^ set(names)) if isinstance(raw, dict) else []
        raise Unfit("the fields are not those of the table" + (f": {odd[0][:80]}" if odd else ""))
    row: dict[str, Any] = {name: decode(table.c[name], raw[name]) for name in names}
    return row | STAFF_CANNOT_SIGN_IN if table.name == "staff" else row


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _points_at_something(table: Table, row: Row, seen: _Seen) -> None:
    for constraint in table.foreign_key_constraints:
        at = tuple(row[column.name] for column in constraint.columns)
        target = constraint.referred_table
        if None in at or target.name in belonging.LEFT_OUT:
            continue
        whole = [element.column for element in constraint.elements] == list(target.primary_key)
        if whole and at not in seen.keys.get(target.name, ()):
            behind = " before it" if own_parent(table) is not None and target is table else ""
            raise Unfit(f"{', '.join(column.name for column in constraint.columns)}: no such row of {target.name}{behind}")


# writing


def _write(db: Connection, reader: Reader, step: Callable[[int], None]) -> int:
    held_back = 0

    def stilled(table: Table) -> Iterator[Row]:
        nonlocal held_back
        for line in reader.lines(table.name):
            row = _row(table, line)
            change = _still(table.name, row)
            held_back += bool(change)
            yield row | change

    full = inserting.full_table(db)  # looked at again: now nobody else writes
    if full is not None:
        raise NotAllowed(f"This system is not empty any more: table {full} holds rows. {NOTHING}")
    for table in tables():
        if table.name in reader.manifest.tables:
            try:
                for several in inserting.insert_rows(db, table, stilled(table)):
                    step(several)
            except inserting.Refused as problem:
                place = f"tables/{problem.table}.jsonl, line {problem.number}"
                raise ImportProblem([f"{place}: the database does not take it ({problem.why}).",
                                     f"{NOTHING} Export the contest again."]) from None
    inserting.go_on(db, {name: int(last) for name, last in reader.manifest.last_numbers.items()})
    return held_back


def _still(table: str, row: Row) -> Row:
    """What was about to leave the other system may have left it: here a person decides."""
    if table == "outgoing_message" and row["state"] in WAITING:
        return {"state": OutgoingState.UNCERTAIN, "last_error": MAYBE_SENT}
    if table == "round_article" and row["state"] in ON_ITS_WAY:
        return {"state": ArticleState.UNCERTAIN, "problem": MAYBE_PUBLISHED}
    return {}


def _compare(session: Session, manifest: Manifest) -> None:
    """What was written against what the manifest says of it: the audit trail, the records, everybody's standing."""
    session.flush()
    db = session.connection()
    broken, end = audit_chain.verify(session), audit_chain.head(session)
    if broken is not None or (None if end is None else list(end)) != manifest.audit_end:
        raise BadInput(f"The audit trail in this archive is not whole: {broken or 'its end is another one'}. {NOTHING}")
    contest_id = standings.contest_named(db, manifest.contest)
    if contest_id is None or standings.records(db, contest_id) != manifest.records:
        raise BadInput(f"The records in this archive are not those that its manifest names. {NOTHING}")
    found = standings.digests(db, contest_id)
    odd = sorted(month for month in {*found, *manifest.standings} if found.get(month) != manifest.standings.get(month))
    if odd:
        raise BadInput(f"The standings of {odd[0]} come out otherwise than where this was exported. {NOTHING}")


def _put_files(reader: Reader, stores: dict[str, Store], undo: contextlib.ExitStack, step: Callable[[int], None]) -> None:
    for name in reader.manifest.files:
        kind, _, digest = name.partition("/")
        try:
            stores[kind].get(digest)  # there already: it is not ours to take away again
        except Missing:
            stores[kind].put(reader.file(name))
            undo.callback(stores[kind].drop, digest)
        step(1)


def _note(session: Session, manifest: Manifest, now: datetime) -> None:
    contest_id = standings.contest_named(session.connection(), manifest.contest)
    audit.record(session, actor=OPERATOR, verb="import_contest", object_kind="contest", object_id=contest_id, now=now,
                 details={"rows": manifest.rows, "files": len(manifest.files), "personal_data": manifest.personal_data})
