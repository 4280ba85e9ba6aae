"""Reads the imports that wait, one after the other, beside whatever else this process does; opens its own transactions.

Both kinds of processes read: the console's begins the moment that files have come in, so that nobody waits for the
scheduler's next look; the scheduler's takes up what a console process left behind when it died.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from bot.catalogue import drawing, kept, reading_apart, results, uploads
from bot.catalogue.kept import Folder
from bot.catalogue.reader import Order
from bot.catalogue.reading_apart import Outcome, Stage, Tell
from bot.catalogue.uploads import Claimed
from bot.clock import monotonic
from bot.media.store import Missing, Room
from bot.settings import Settings
from models.papers import Issue
from models.session import reading, writing

log = logging.getLogger(__name__)

NOTE_SECONDS = 0.8
"""Progress is written no oftener than a person sees it."""
Read = Callable[[Order, Tell], Outcome | None]


class ReadingLoop:
    """`wake` starts one thread where none runs; it ends when nothing waits any more."""

    def __init__(self, engine: Engine, settings: Settings, clock_now: Callable[[], datetime], *,
                 read: Read = reading_apart.read) -> None:  # fmt: skip
        self._engine, self._clock_now, self._read = engine, clock_now, read
        self._base = kept.address(settings)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._asked = False

    def wake(self) -> None:
        """Returns at once."""
        with self._lock:
            self._asked = True
            if self._thread is None:
                # A daemon: it must not hold up the end of the process, whose pipe ends the reader with it.
                self._thread = threading.Thread(target=self._serve, name="imports", daemon=True)
                self._thread.start()

    def run(self) -> dict[str, Any]:
        """Reads all that waits here and now; how many were read and refused."""
        counts: dict[str, Any] = {}
        while (word := self._one()) is not None:
            counts[word] = counts.get(word, 0) + 1
        return counts

    def _serve(self) -> None:
        try:
            while self._wanted():
                self.run()
        finally:
            with self._lock:
                if self._thread is threading.current_thread():
                    self._thread = None

    def _wanted(self) -> bool:
        with self._lock:
            asked, self._asked = self._asked, False
            if not asked:
                self._thread = None  # whoever wakes it from here on starts another
            return asked

    def _one(self) -> str | None:
        now = self._clock_now()
        with writing(self._engine) as session:
            claimed = uploads.claim(session, now=now)
            if claimed is None:
                return None
            digests = [digest for digest in session.scalars(select(Issue.content_hash)) if digest]
        log.info("import %d: reading", claimed.upload_id)
        outcome = self._read(_order(self._base, claimed, digests), self._teller(claimed))
        word = self._settled(claimed, outcome)
        log.info("import %d: %s", claimed.upload_id, word)
        return word

    def _teller(self, claimed: Claimed) -> Tell:
        last: list[tuple[Stage, float]] = []

        def tell(stage: Stage) -> bool:
            moment = monotonic()
            if last and moment - last[0][1] < NOTE_SECONDS and stage.done < stage.of:
                return True
            last[:] = [(stage, moment)]
            with writing(self._engine) as session:
                return uploads.note(session, claimed, stage.step, stage.done, stage.of, now=self._clock_now())

        return tell

    def _settled(self, claimed: Claimed, outcome: Outcome | None) -> str:
        now = self._clock_now()
        with writing(self._engine) as session:
            if outcome is None:
                ours = False
            elif outcome.result is not None:
                ours = uploads.finish(session, claimed, outcome.result, now=now)
            else:
                ours = uploads.refuse(session, claimed, outcome.problems, files_kept=outcome.again, now=now)
            wanted = claimed.token in uploads.open_tokens(session)
        if not wanted:
            Folder(self._base, claimed.token).drop()
        if not ours or outcome is None:
            return "left"
        return "read" if outcome.result is not None else "refused"


def _order(base: Room, claimed: Claimed, digests: list[str]) -> Order:
    hint = claimed.hint
    return Order(base, claimed.token, claimed.names, hint.paper, hint.month,
                 hint.published_on.isoformat() if hint.published_on else None,
                 [(name, list(aliases)) for name, aliases in hint.known], digests)  # fmt: skip


def forget(engine: Engine, settings: Settings, *, now: datetime) -> int:
    """Drops imports that nobody decided on for a day, with their files, and folders that no row knows; how many."""
    base = kept.address(settings)
    with writing(engine) as session:
        tokens = uploads.drop_old(session, now=now)
    with reading(engine) as session:
        needed = uploads.open_tokens(session)
    gone = [token for token in dict.fromkeys([*tokens, *kept.old_tokens(base, now=now)]) if token not in needed]
    for token in gone:
        _forget_pictures(engine, settings, Folder(base, token))
        Folder(base, token).drop()
    return len(gone)


def _forget_pictures(engine: Engine, settings: Settings, folder: Folder) -> None:
    """An import that died while it was applied may have left pictures among the pages' that no page shows."""
    names = [name for result in folder.results() for name in _pictures(folder, result)]
    if names:
        with reading(engine) as session:
            drawing.discard_named(session.connection(), drawing.page_store(settings), names)


def _pictures(folder: Folder, result: str) -> list[str]:
    try:
        return results.pictures_of(results.decode(folder.result(result)))
    except (Missing, ValueError):
        return []
