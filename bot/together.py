"""One COMMIT for all who come at once: for the threads of a process that write to SQLite, which has one writer.

Whoever has the turn does what all the others in line want done, each after the other, in one transaction; nobody waits
for company, and nobody is answered before the COMMIT. A commit costs more than all else about a photo, and on a slow
disk more than anything. Threads that went on beside the writer would only take the interpreter from it, and with
connections of their own each would forget the pages it holds at every commit of another. Knows no table.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot import clock

MOST = 16
"""So many share a COMMIT at most: so long does another process wait before it may write."""
Seen = TypeVar("Seen")
Found = TypeVar("Found")


class TookTooLong(Exception):
    """Those before took too long."""


class Task(NamedTuple, Generic[Seen, Found]):
    """What one wants done. `look` reads, before writing begins; `act` writes, in the light of what that gave.

    `act` is told whether its transaction is its own. If it is not, it leaves COMMIT and ROLLBACK alone and raises
    whatever goes wrong; then both are called again.
    """

    look: Callable[[Connection], Seen]
    act: Callable[[Connection, Seen, bool], Found]


class _Waiting(Generic[Seen, Found]):
    """A task in line, and what came of it."""

    __slots__ = ("done", "found", "problem", "task")

    def __init__(self, task: Task[Seen, Found]) -> None:
        self.task, self.done = task, False
        self.found: Found
        self.problem: Exception | None = None


def passes(problem: Exception) -> bool:
    """Whether it may go when tried again: another writer, a lost connection, a server that restarts."""
    return isinstance(problem, DBAPIError) and (
        problem.connection_invalidated or isinstance(problem, (OperationalError, InterfaceError)))


def alone(db: Connection, task: Task[Seen, Found]) -> Found:
    """Does it in a transaction of its own."""
    try:
        # No ROLLBACK between them: PostgreSQL's driver forgets at it whatever it has prepared.
        found = task.act(db, task.look(db), True)
        db.commit()
        return found
    except (DBAPIError, OSError):  # after the second the database's own transaction is still open
        db.invalidate()
        raise
    finally:
        if not db.invalidated:
            db.rollback()


class Together(Generic[Seen, Found]):
    """The line of one process, at the connection that `connection` gives."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection
        self._turn = threading.Lock()
        self._line: deque[_Waiting[Seen, Found]] = deque()

    def do(self, task: Task[Seen, Found], until: float) -> Found:
        """What `act` gives, once it is committed. `until`: monotonic seconds.

        Raises TookTooLong, what `look` and `act` raise, and what the COMMIT raises.
        """
        mine = _Waiting(task)
        self._line.append(mine)
        try:
            if not self._turn.acquire(timeout=max(0.0, until - clock.monotonic())):
                raise TookTooLong
            try:
                while not mine.done:
                    self._serve()
            finally:
                self._turn.release()
        finally:
            if not mine.done:
                with contextlib.suppress(ValueError):  # somebody is at it just now
                    self._line.remove(mine)
        if mine.problem is not None:
            raise mine.problem
        return mine.found

    def _serve(self) -> None:
        """Those who are in line now, at most MOST of them."""
        served: list[_Waiting[Seen, Found]] = []
        try:
            with contextlib.suppress(IndexError):  # not asked for its length: somebody may give up just now
                while len(served) < MOST:
                    served.append(self._line.popleft())
            if len(served) == 1 or not self._as_one(served):
                for one in served:
                    self._alone(one)
        finally:  # where something ended this thread: whoever has the next turn goes on
            self._line.extendleft(one for one in reversed(served) if not one.done)

    def _as_one(self, served: list[_Waiting[Seen, Found]]) -> bool:
        """Whether they are done: if not, it may be one's own fault, and each has to be done alone."""
        db = self._connection()
        try:
            seen = [one.task.look(db) for one in served]
            for at, one in enumerate(served):
                one.found = one.task.act(db, seen[at], at == 0)
            db.commit()
        except Exception as problem:  # noqa: BLE001 - the edge: nobody may suffer for another one's words
            if isinstance(problem, (DBAPIError, OSError)):
                db.invalidate()
            if not isinstance(problem, OSError) and not passes(problem):
                return False
            for one in served:  # the database's or the disk's: what it means for him, each knows himself
                one.problem = problem
        finally:
            if not db.invalidated:
                db.rollback()
        for one in served:
            one.done = True
        return True

    def _alone(self, one: _Waiting[Seen, Found]) -> None:
        try:
            one.found = alone(self._connection(), one.task)
        except Exception as problem:  # noqa: BLE001 - raised where it was asked for
            one.problem = problem
        one.done = True
