"""The newsroom loop: at which step of the work an error came about, and the month put together for the desks.

Writes with an audit entry; never commits. Optional throughout: no grade waits for a cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import BadInput, NotAllowed, NotFound
from bot.filing.returned import Again, Words, again
from bot.house.classes import CheckClass, shanghai_class
from models.enums import DeskCause
from models.newsroom import ErratumCause
from models.queries import newsroom as queries
from models.queries.newsroom import MOST, Confirmed, Earlier
from models.reports import Erratum
from models.session import insert_new_row

LONGEST_NOTE = 200
AT_ONCE = 200
"""At most so many errata get a cause by one touch."""
WORST_PAGES = 10


def set_cause(session: Session, erratum_id: int, cause: DeskCause | None, *, actor: Actor, now: datetime,
              note: str | None = None) -> None:
    """Says where an erratum was caused; None takes it back. Its linked slips share it unless they have their own."""
    assert actor.staff_id is not None, "only staff say it"
    row = session.execute(select(Erratum.row_code).where(Erratum.id == erratum_id)).first()
    if row is None:
        raise NotFound("没有这处差错。")
    if row.row_code is None and cause is not None:
        raise NotAllowed("这处差错还没有采纳，采纳以后再定出错环节。")
    if note and len(note.strip()) > LONGEST_NOTE:
        raise BadInput(f"说明最多 {LONGEST_NOTE} 个字。")
    # Two may say the first word at once: on PostgreSQL one waits here for the other's row, then changes it.
    new = cause is not None and insert_new_row(session.connection(), ErratumCause, {
        "erratum_id": erratum_id, "cause": cause, "staff_id": actor.staff_id, "set_at": now})
    known = session.get(ErratumCause, erratum_id, with_for_update=True, populate_existing=True)
    before = None if known is None or new else known.cause
    if cause is None:
        session.execute(delete(ErratumCause).where(ErratumCause.erratum_id == erratum_id))
    elif known is not None:
        known.cause, known.staff_id, known.set_at = cause, actor.staff_id, now
        known.note = known.note if note is None else note.strip() or None
    session.flush()
    if before is not cause:
        audit.record(session, actor=actor, verb="set_cause", object_kind="erratum", object_id=erratum_id, now=now,
                     before=before, after=cause)


def set_causes(session: Session, erratum_ids: Collection[int], cause: DeskCause, *, actor: Actor, now: datetime) -> int:
    """The same for several at once; gives how many."""
    wanted = sorted(set(erratum_ids))
    if not wanted:
        raise BadInput("请先勾选差错。")
    if len(wanted) > AT_ONCE:
        raise BadInput(f"一次最多定 {AT_ONCE} 处。")
    for one in wanted:
        set_cause(session, one, cause, actor=actor, now=now)
    return len(wanted)


@dataclass(frozen=True, slots=True)
class Return:
    """An error that was made before: its newest earlier place, and how often it was confirmed before."""

    why: Again
    last: Earlier
    times: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One slip of the month with all its places; those that were said to have another cause stand apart."""

    places: tuple[Confirmed, ...]
    back: Return | None

    @property
    def first(self) -> Confirmed:
        return self.places[0]

    @property
    def cause(self) -> DeskCause | None:
        return self.first.cause

    @property
    def targets(self) -> list[int]:
        """Whose cause says it of all the places: the root, and those that were told apart from it."""
        return sorted({one.id if one.own_cause else one.root_id for one in self.places})

    @property
    def finders(self) -> int:
        return len(frozenset().union(*(one.persons for one in self.places)))

    @property
    def check_class(self) -> CheckClass | None:
        return shanghai_class(self.first.row_code)


@dataclass(frozen=True, slots=True)
class WorstPage:
    paper: str
    page: str | None
    page_id: int | None
    places: int
    points_milli: int


@dataclass(frozen=True, slots=True)
class Month:
    """What the desks talk about. Counts are of slips: copy shared by editions was written once."""

    month: str
    entries: tuple[Entry, ...]
    causes: tuple[tuple[DeskCause, int], ...]
    classes: tuple[tuple[CheckClass, int], ...]
    pages: tuple[WorstPage, ...]
    places: int
    finders: int
    cut: bool

    @property
    def missing(self) -> tuple[Entry, ...]:
        return tuple(one for one in self.entries if one.cause is None)

    @property
    def returned(self) -> tuple[Entry, ...]:
        return tuple(one for one in self.entries if one.back is not None)


def month_of(session: Session, month: str, *, paper_id: int | None = None) -> Month:
    """The month's confirmed errata, by cause, by class of the Shanghai checks, by page, and what came back."""
    rows = queries.of_month(session, month, paper_id=paper_id)
    cut, rows = len(rows) > MOST, rows[:MOST]
    entries = _entries(rows, _before(session, month, rows))
    causes = Counter(one.cause for one in entries if one.cause is not None)
    classes = Counter(one.check_class for one in entries if one.check_class is not None)
    return Month(
        month, entries, tuple((cause, causes[cause]) for cause in DeskCause),
        tuple((kind, classes[kind]) for kind in CheckClass), _worst(rows), len(rows),
        len(frozenset().union(*(one.persons for one in rows))), cut)


def _entries(rows: Iterable[Confirmed], before: list[Earlier]) -> tuple[Entry, ...]:
    slips: dict[tuple[int, DeskCause | None], list[Confirmed]] = {}
    for row in rows:
        slips.setdefault((row.root_id, row.cause), []).append(row)
    changed: dict[str, list[tuple[Words, Earlier]]] = {}
    for one in before:
        words = Words(one.wrong, one.right)
        if (change := words.change) is not None:
            changed.setdefault(change, []).append((words, one))
    return tuple(Entry(tuple(places), _back(places[0], changed)) for places in slips.values())


def _before(session: Session, month: str, rows: list[Confirmed]) -> list[Earlier]:
    words = [Words(row.wrong, row.right) for row in rows]
    changes = {one.change for one in words} - {None}
    return queries.earlier(session, month, changes={one for one in changes if one},
                           wrongs={row.wrong for row in rows if row.wrong})


def _back(row: Confirmed, before: Mapping[str, list[tuple[Words, Earlier]]]) -> Return | None:
    """The surest likeness first, the newest of these. `before`: what was made earlier, by its change."""
    mine = Words(row.wrong, row.right)
    alike = [(why, one) for words, one in before.get(mine.change or "", ()) if (why := again(mine, words)) is not None]
    if not alike:
        return None
    why, last = min(alike, key=lambda pair: list(Again).index(pair[0]))
    return Return(why, last, len(alike))


def _worst(rows: list[Confirmed]) -> tuple[WorstPage, ...]:
    """Pages by their points, the worst first."""
    found: dict[tuple[int, str | None], list[Confirmed]] = {}
    for row in rows:
        found.setdefault((row.paper_id, row.page), []).append(row)
    pages = [WorstPage(places[0].paper, page, places[0].page_id, len(places), sum(one.points_milli for one in places))
             for (_, page), places in found.items()]
    pages.sort(key=lambda one: (-one.points_milli, -one.places, one.paper, _by_number(one.page)))
    return tuple(pages[:WORST_PAGES])


def _by_number(page: str | None) -> tuple[int, str]:
    """02 before 10, as the read of the month sorts them."""
    bare = (page or "").lstrip("0")
    return len(bare), bare
