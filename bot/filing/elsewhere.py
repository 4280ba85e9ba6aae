"""The same slip elsewhere (RULES 7): linked where print leaves no doubt, proposed to an editor where it may be.

Certain: the same characters of a line that is printed again in the month, in whatever edition (shared copy), or
the same wrong word for the same right word in one issue. Looked up by index, bounded by counting. Never commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, delete, insert, or_, select

from bot.contest.aim import SETTLED
from bot.filing import erratum_group, slips
from bot.filing.slips import Stand, Why
from models.contests import Round
from models.prepared import InsertInto, Prepared
from models.queries import elsewhere as queries
from models.queries.elsewhere import LocatedErratum
from models.reports import ErratumApart, ErratumSlip
from models.session import lock_parts

LOOK_AT = 40
"""At most so many errata of a month, alike by index, are compared with a new one."""
SHOWN = 5
"""At most so many places are proposed to an editor at once."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another place of what is, or may be, the same slip. `number`: its first report; `why` None: an editor said so."""

    erratum_id: int
    number: int
    paper: str
    month: str
    page: str
    article: str
    wrong: str | None
    right: str | None
    why: Why | None


_KEEP = InsertInto(ErratumSlip, or_set=("month", "change", "line_digest"))
_FORGET = Prepared(delete(ErratumSlip).where(ErratumSlip.erratum_id == bindparam("erratum_id")))


def note(db: Connection, erratum_id: int) -> LocatedErratum | None:
    """Keeps what an erratum is found again by; None where it has no line (a whole article)."""
    found = queries.located(db, erratum_id)
    if found is None:
        forget(db, [erratum_id])
        return None
    known = replace(found, change=slips.change(found.wrong, found.right),
                    line_digest=slips.digest(found.line) if found.placed else None)
    _KEEP.run(db, erratum_id=known.id, month=known.month, change=known.change, line_digest=known.line_digest)
    return known


def forget(db: Connection, erratum_ids: list[int]) -> None:
    """After an erratum lost its place there is nothing to find it again by."""
    for erratum_id in erratum_ids:
        _FORGET.run(db, erratum_id=erratum_id)


def link_new(db: Connection, erratum_id: int) -> None:
    """Links an erratum that is new, or newly placed, to the earliest of which it is certainly the same slip.

    Whoever looks for the same line or the same change waits for the commit, so that reports of one second see each
    other. What is picked stays.
    """
    one = note(db, erratum_id)
    if one is None:
        return
    lock_parts(db, one.contest_id, *(f"{kind} {value}" for kind, value in (("line", one.line_digest), ("change", one.change))
                                     if value))
    for other in queries.alike(db, one, limit=LOOK_AT):
        if certain(one, other) is not None:
            if not _is_settled(db, one):
                erratum_group.link(db, erratum_id, other.id)
            return


def _is_settled(db: Connection, one: LocatedErratum) -> bool:
    state = db.scalar(select(Round.state).where(Round.contest_id == one.contest_id, Round.month == one.month))
    return state in SETTLED


def certain(one: LocatedErratum, other: LocatedErratum) -> Why | None:
    """Why two errata of a month are the same slip beyond doubt; None where they are not, or only may be."""
    here, there = _stand(one), _stand(other)
    if one.line_digest is not None and one.line_digest == other.line_digest and slips.same_line(here, there):
        return Why.SHARED_COPY
    if one.issue_id == other.issue_id and slips.same_word(here, there):
        return Why.SAME_WORD
    return None


def _stand(one: LocatedErratum) -> Stand:
    return Stand(one.line, one.start, one.end, one.wrong, one.right)


@dataclass(frozen=True, slots=True)
class Around:
    """The other places of a slip: those that count as one with it, and those that an editor should look at."""

    linked: tuple[Neighbour, ...] = ()
    proposed: tuple[Neighbour, ...] = ()


def around(db: Connection, erratum_id: int, root_id: int) -> Around:
    """Both, with what speaks for each; of every group that is proposed one place, the likeliest first."""
    near = queries.around(db, erratum_id, root_id, limit=LOOK_AT)
    group = [one for one in near if one.root_id == root_id][:LOOK_AT]
    own = next((one for one in near if one.id == erratum_id), None)
    if own is None:  # nothing is known of where it stands; what it is linked to is listed with the reports
        return Around()
    others = [(other, _why_in_group(own, other, group)) for other in group if other.id != erratum_id]
    return Around(_neighbours(others), _neighbours(_maybe(own, [one for one in near if one.root_id != root_id][:LOOK_AT])))


def _why_in_group(own: LocatedErratum, other: LocatedErratum, group: list[LocatedErratum]) -> Why | None:
    """Directly, else over a third place that is certainly the same as both."""
    return certain(own, other) or next(
        (why for third in group if third.id not in (own.id, other.id) and certain(own, third)
         and (why := certain(third, other))), None)


def _maybe(one: LocatedErratum, alike: list[LocatedErratum]) -> list[tuple[LocatedErratum, Why]]:
    seen = {one.root_id}
    found: list[tuple[LocatedErratum, Why]] = []
    for other in alike:
        why = _likeness(one, other)
        if why is not None and other.root_id not in seen:
            seen.add(other.root_id)
            found.append((other, why))
    found.sort(key=lambda pair: (list(Why).index(pair[1]), pair[0].id))
    return found[:SHOWN]


def _likeness(one: LocatedErratum, other: LocatedErratum) -> Why | None:
    """In another edition the same word alone is not certain: RULES 7 speaks of copy that is shared."""
    here, there = _stand(one), _stand(other)
    if slips.same_word(here, there):
        return certain(one, other) or Why.SAME_WORD
    return certain(one, other) or (Why.SAME_CHANGE if slips.maybe_same(here, there) else None)


def _neighbours(found: Sequence[tuple[LocatedErratum, Why | None]]) -> tuple[Neighbour, ...]:
    return tuple(
        Neighbour(one.id, one.first_report, one.paper, one.month, one.page, one.article, one.wrong, one.right, why)
        for one, why in found if one.first_report is not None)


def keep_apart(db: Connection, one_id: int, other_ids: list[int]) -> None:
    """Remembers that an editor told these errata apart."""
    wanted = {(min(one_id, other_id), max(one_id, other_id)) for other_id in other_ids}
    known = {(row.one_id, row.other_id) for row in db.execute(select(ErratumApart.one_id, ErratumApart.other_id).where(
        or_(ErratumApart.one_id == one_id, ErratumApart.other_id == one_id)))}
    for one, other in sorted(wanted - known):
        db.execute(insert(ErratumApart).values(one_id=one, other_id=other))
