"""The night of the deadline, again and again from the same evening: close, pick, release and sending under `kill -9`.

Each night is a copy of one prepared evening. A phase is waited for by looking at the database; the kill comes at a
random moment of the time that the phase takes when nobody disturbs it, and counts for the phase that it found.
"""

from __future__ import annotations

import itertools
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.audit import by_staff
from bot.clock import monotonic, pause
from bot.judging import grading
from bot.judging.grading import GradeInput
from models.enums import Role, Verdict
from models.session import writing
from models.staff import Staff
from tests.chaos.checker import check
from tests.chaos.findings import Findings
from tests.chaos.ledger import Ledger
from tests.chaos.load import Load
from tests.chaos.place import Nursery, Place, opened, still
from tests.chaos.tables import Rows, rows_of
from tests.support.site import kill, until
from tests.support.staff import PASSWORD_HASH
from tests.support.world import at, reports_of

PHASES = ("close", "pick", "release", "sending")
FALLS_DUE, LATER = at("12-01 00:15:30"), 40
"""When all of the night is due at once; so many seconds after the release the notices may leave."""
EACH = {"close": 5, "pick": 3, "release": 5, "sending": 4}
"""Strikes that are tried for each phase of one night."""
LETTERS, READERS = 140, 24


@dataclass
class Evening:
    """The prepared evening: its database file, and what was said until then. `took`, `after`: of the calm night."""

    file: Path
    ledger: Ledger
    took: dict[str, float] = field(default_factory=dict)
    after: Ledger = field(default_factory=Ledger)


def prepare(folder: Path, nursery: Nursery, seed: int, *, letters: int = LETTERS) -> Evening:
    """Readers wrote, an editor graded everything; nothing is due yet."""
    with opened(folder / "evening", nursery, readers=READERS) as place:
        place.site.stand_at(at("11-30 18:00"))  # within two days: the platform still takes messages to these readers
        place.site.start_web()
        load = Load(place, seed)
        for number in range(letters):
            load.send(number)
        _grade(place, random.Random(seed))
        still(place)
        file = folder / "evening.db"
        shutil.copyfile(folder / "evening" / "chaos.db", file)
        assert not (folder / "evening" / "chaos.db-wal").exists()
        return Evening(file, place.ledger)


def _grade(place: Place, chance: random.Random) -> None:
    with writing(place.engine) as session:
        member = Staff(login="e", display_name="编辑甲", password_hash=PASSWORD_HASH, role=Role.EDITOR,
                       created_at=at("11-01 08:00"))
        session.add(member)
        session.flush()
        actor = by_staff(member.id)
        for report in reports_of(place.engine):
            marks = (True, chance.random() < 0.7, chance.random() < 0.5)
            given = (GradeInput(Verdict.ACCEPTED, chance.choice(("N-05", "N-06", "N-10")), marks=marks)
                     if chance.random() < 0.85 else GradeInput(Verdict.NOT_AN_ERROR, None, reason="原文没有错"))
            grading.grade(session, report.id, given, actor=actor, now=at("11-30 19:00"), expected_version=report.version)


@contextmanager
def night(evening: Evening, folder: Path, nursery: Nursery) -> Iterator[Place]:
    """The evening again, a minute after everything fell due; nothing runs yet."""
    with opened(folder, nursery, file=evening.file, readers=READERS) as place:
        place.ledger.deliveries = dict(evening.ledger.deliveries)
        place.ledger.heard = list(evening.ledger.heard)
        place.site.stand_at(FALLS_DUE)
        yield place


def phase_of(url: str) -> str:
    """Where the night stands; "" when it is over."""
    return _phase(rows_of(url))


def _phase(rows: Rows) -> str:
    state = rows("SELECT state FROM round WHERE month = '2026-11'")[0]["state"]
    if state != "released":
        return {"open": "close", "closed": "pick", "picked": "release"}[state]
    waiting = rows("SELECT count(*) AS n FROM outgoing_message WHERE state = 'queued' AND last_error IS NULL")
    return "sending" if waiting[0]["n"] else ""


def reached(url: str, phase: str) -> None:
    """Waits until the night has come so far, or further; looks every millisecond."""
    rows, end = rows_of(url), monotonic() + 60
    earlier = PHASES[:PHASES.index(phase)]
    while _phase(rows) in earlier:
        assert monotonic() < end, f"not within a minute: {phase}"
        pause(0.001)


def measure(evening: Evening, folder: Path, nursery: Nursery) -> Findings:
    """A night without kills: how long each phase takes; and that the checker finds it in order."""
    with night(evening, folder, nursery) as place:
        place.site.start_scheduler()
        for phase, after in itertools.pairwise(PHASES):
            began = monotonic()
            reached(place.url, after)
            evening.took[phase] = monotonic() - began
        finish(place, evening)
        evening.after = place.ledger
        return check(place.url, place.ledger)


def finish(place: Place, evening: Evening | None = None) -> None:
    """The notices leave; what was under way in a kill goes to a person."""
    place.site.stand_at(place.site.now_after(LATER))
    began = monotonic()
    until(lambda: not _counted(place.url, "queued"), seconds=90, what="everything has left")
    if evening is not None:
        evening.took["sending"] = monotonic() - began
    place.site.stand_at(place.site.now_after(900))
    until(lambda: not _counted(place.url, "sending"), seconds=30, what="what hangs goes to a person")
    until(lambda: _sealed(place.url), seconds=30, what="the chain is sealed")
    still(place)


def _counted(url: str, state: str) -> int:
    """Outgoing messages in this state that nothing holds back."""
    rows = rows_of(url)(f"SELECT count(*) AS n FROM outgoing_message WHERE state = '{state}' AND last_error IS NULL")
    return int(rows[0]["n"])


def _sealed(url: str) -> bool:
    return not rows_of(url)("SELECT id FROM audit_entry WHERE chain IS NULL")


def under_fire(evening: Evening, folder: Path, nursery: Nursery, seed: int) -> tuple[Counter[str], Findings]:
    """One night with two schedulers, of which now one, now the other, now both are killed."""
    chance, done = random.Random(seed), Counter[str]()
    with night(evening, folder, nursery) as place:
        alive = [place.site.start_scheduler() for _ in range(2)]
        for phase, times in EACH.items():
            reached(place.url, phase)
            if phase == "sending":
                place.site.stand_at(place.site.now_after(LATER))
            starting = 0.0  # whoever is started anew must come up first, and to close is the first thing he does
            for _ in range(times):
                took = evening.took[phase] / (times if phase == "sending" else 1)
                pause(chance.uniform(0.3, 1.0) * took if phase == "close" else chance.uniform(starting / 2, starting + took))
                found, killed = _strike(place, alive, chance)
                if found:
                    done[f"{found}: scheduler"] += killed
                starting = evening.took["close"]
        finish(place)
        return done, check(place.url, place.ledger)


def _strike(place: Place, alive: list[Any], chance: random.Random) -> tuple[str, int]:
    """Kills one scheduler or both and starts them again; the phase that this found ("": all was over), how many."""
    victims = [0, 1] if chance.random() < 0.4 else [chance.randrange(2)]
    for which in victims:
        kill(alive[which])
    found = phase_of(place.url)
    for which in victims:
        alive[which] = place.site.start_scheduler()
    return found, len(victims)
