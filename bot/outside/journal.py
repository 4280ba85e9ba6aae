"""The journal beside the database: a line for everything that somebody outside knows. Knows no verb.

Lines are gathered during a transaction and written right before its COMMIT, so that nothing is committed that is not
in the journal; a line of a COMMIT that failed stands there for nothing. What must outlive a power failure (a message
about to leave, a pick, a block of numbers) is synced to the disk; of reports a block ahead of the last number is.
No name, no words, no openid: ids, numbers, keyed digests. Files are by month; those older than KEPT_MONTHS go. Who was
erased for good (numbers alone) stands in a file of its own as well, which stays: a backup of any age may be brought back.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, func, select

from bot.errors import DatabaseProblem
from models.audit import AuditEntry
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.outside import Installation
from models.reports import Report
from models.session import reading

OPTION, PENDING = "woodpecker_journal", "woodpecker_journal_lines"
BLOCK = 100
"""So many report numbers are promised at once; after a restore at most so many are skipped that nobody got."""
KEPT_MONTHS = 3
ERASED = "erased.jsonl"
OLDER = ("The database is older than what has left the house already: a backup was brought back. "
         "Nothing is taken or sent until you have run: python -m bot restored")
Line = dict[str, Any]
_json = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the database had come when the scheduler last looked: the highest ids that were committed."""

    message: int
    report: int
    outgoing: int
    chain: int

    def ahead_of(self, other: Mark) -> bool:
        return (self.message > other.message or self.report > other.report or self.outgoing > other.outgoing
                or self.chain > other.chain)


class _Open:
    """An open file of the journal; closes itself."""

    def __init__(self, path: str, handle: int, inode: int) -> None:
        self.path, self.handle, self.inode = path, handle, inode

    @classmethod
    def at(cls, path: str) -> _Open:
        # Appending is atomic: whatever other processes write stands before or behind it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return cls(path, handle, os.fstat(handle).st_ino)

    def __del__(self) -> None:
        if self.handle >= 0:
            os.close(self.handle)


class Journal:
    """One a process; `folder` holds a folder for each database that was used here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: Path | None = None
        self._block = 0
        self._checked = False
        self._marked: Mark | None = None
        self._open = _Open("", -1, -1)

    def attach(self, engine: Engine) -> Engine:
        """Every transaction of this engine writes what was noted in it."""
        event.listen(engine, "commit", self._flush)
        event.listen(engine, "rollback", _forget)
        engine.update_execution_options(**{OPTION: self})
        return engine

    def add(self, db: Connection, line: Line, *, durable: bool) -> None:
        if not self._checked and self.is_behind(db):
            raise DatabaseProblem(OLDER)
        self._checked = True
        pending: list[tuple[Line, bool]] = db.info.setdefault(PENDING, [])
        if line["k"] == "report" and line["n"] > self._block:
            pending.append(({"k": "block", "n": line["n"] + BLOCK, "at": line["at"]}, True))
        pending.append((line, durable))

    def trust(self) -> None:
        """Whoever mends a database that was brought back knows that it is behind."""
        self._checked = True

    def _flush(self, db: Connection) -> None:
        pending: list[tuple[Line, bool]] = db.info.pop(PENDING, [])
        if not pending:
            return
        file = self._file(f"{self.folder(db)}/{pending[0][0]['at'][:7]}.jsonl")
        _append(file.handle, [line for line, _ in pending], durable=any(durable for _, durable in pending))
        erased = [line for line, _ in pending if line["k"] == "gone" and line["erased"]]
        if erased:
            for_good = _Open.at(f"{self.folder(db)}/{ERASED}")
            _append(for_good.handle, erased, durable=True)
        for line, _ in pending:
            if line["k"] == "block":
                self._block = max(self._block, line["n"])

    def _file(self, path: str) -> _Open:
        """The month's file, kept open; opened again where it is another one by now."""
        known = self._open
        with contextlib.suppress(FileNotFoundError):
            if known.path == path and os.stat(path).st_ino == known.inode:  # noqa: PTH116 - for every message
                return known
        folder = Path(path).parent
        folder.mkdir(parents=True, exist_ok=True)
        if not Path(path).exists():
            _drop_old(folder, Path(path).name)
        # The one before closes itself when the last thread that writes to it has let go of it.
        self._open = opened = _Open.at(path)
        return opened

    def folder(self, db: Connection) -> Path:
        """Where the lines about this database are."""
        if self._own is None:
            self._own = self._folder / (db.scalar(select(Installation.token)) or "unnamed")
        return self._own

    # How far the database had come

    def mark(self, db: Connection) -> None:
        """Writes down how far the database has come; every scheduler does so before its jobs."""
        now = standing(db)
        if now != self._marked:
            self.set_mark(db, now)

    def set_mark(self, db: Connection, mark: Mark) -> None:
        folder = self.folder(db)
        folder.mkdir(parents=True, exist_ok=True)
        # Of this thread alone: jobs that are run by hand have a thread each.
        draft = folder / f"mark.{os.getpid()}.{threading.get_ident()}"
        with draft.open("wb") as file:
            file.write(json.dumps(asdict(mark)).encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / "mark.json")
        self._marked = mark

    def is_behind(self, db: Connection) -> bool:
        """Whether the database is older than it was already: somebody brought back a backup. A mark that cannot be read
        may have said so: an operator looks."""
        path = self.folder(db) / "mark.json"
        try:
            known = Mark(**json.loads(path.read_text(encoding="ascii")))
        except FileNotFoundError:
            return False
        except (ValueError, TypeError):
            return True
        return known.ahead_of(standing(db))


def note(db: Connection, kind: str, /, *, at: datetime, durable: bool = False, **values: Any) -> None:
    """Puts a line into the journal with this transaction's commit; nothing where the engine has none."""
    journal = of(db)
    if journal is not None:
        journal.add(db, {"k": kind, "at": at.astimezone(UTC).isoformat(timespec="seconds"), **values}, durable=durable)


def of(db: Connection | Engine) -> Journal | None:
    found: Journal | None = db.get_execution_options().get(OPTION)
    return found


def is_behind(db: Connection) -> bool:
    """Whether the database is older than it was already; never where the engine has no journal."""
    journal = of(db)
    return journal is not None and journal.is_behind(db)


def keep_up(engine: Engine) -> None:
    """The scheduler's look before its jobs: writes down how far the database is. DatabaseProblem where it is older."""
    journal = of(engine)
    if journal is None:
        return
    with reading(engine) as session:
        db = session.connection()
        if journal.is_behind(db):
            raise DatabaseProblem(OLDER)
        journal.mark(db)


def lines(folder: Path) -> Iterator[Line]:
    """Every line of the files in a folder, month by month; one that a crash cut off is left out."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="ascii", errors="replace") as file:
            for line in file:
                with contextlib.suppress(ValueError):
                    yield json.loads(line)


def standing(db: Connection) -> Mark:
    """How far the database has come."""
    newest = [db.scalar(select(func.max(column))) or 0
              for column in (Message.id, Report.id, OutgoingMessage.id, AuditEntry.chain_number)]
    return Mark(*newest)


def _append(handle: int, those: list[Line], *, durable: bool) -> None:
    # The newline comes first: what a full disk cut off is one line of its own, and nobody else's with it.
    data = "".join(f"\n{_json(line)}" for line in those).encode("ascii")
    while data:
        data = data[os.write(handle, data):]
    if durable:
        os.fsync(handle)


def _forget(db: Connection) -> None:
    if not db.closed and not db.invalidated:
        db.info.pop(PENDING, None)


def _drop_old(folder: Path, newest: str) -> None:
    """Keeps the months that a backup may still be compared with; no one's digest stays longer."""
    months = sorted(path for path in folder.glob("*.jsonl") if path.name < newest and path.name != ERASED)
    for path in months[: max(0, len(months) - KEPT_MONTHS + 1)]:
        path.unlink(missing_ok=True)
