"""看看谁会变: the page between a change and its confirmation, the same for a grade, a kind and the rules. Judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from bot.contest.after_pick.rescoring import Spot
from bot.judging import rescored
from bot.judging.rescored import LONGEST_REASON, Confirmed, Look, LookFirst
from models.enums import Prize
from web.console.pseudonyms import pseudonyms
from web.deps import deps, now
from web.visitor import actor

T = TypeVar("T")

SEEN, REASON = "look_seen", "look_reason"
MOST_SHOWN = 40
"""Persons in the table; those whose prize changes come first."""

Answer = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One person who moves, under his made-up name."""

    name: str
    before: Spot | None
    after: Spot | None
    crosses: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A difference in the words of the screen. `names`: (prize, who comes in, who goes out)."""

    lines: tuple[Line, ...]
    more: int
    names: tuple[tuple[Prize, tuple[str, ...], tuple[str, ...]], ...]
    reports: int


def confirmed() -> Confirmed | None:
    """What the member says he has looked at; None where he comes from elsewhere."""
    seen = request.form.get(SEEN, "")
    return Confirmed(seen, request.form.get(REASON, "")) if seen else None


def apply(session: Session, number: int, act: Callable[[], T]) -> T:
    """`rescored.apply` for the member of this request."""
    return rescored.apply(session, number, act, confirmed=confirmed(), actor=actor(), now=now())


def shown(look: Look) -> Shown:
    found = look.difference
    names = pseudonyms(look.persons, round_id=look.round_id, secret=deps().settings.server.secret_key)
    prizes = tuple((prize, _named(names, found.coming(prize)), _named(names, found.going(prize))) for prize in Prize)
    many = max(MOST_SHOWN, len(found.crossing))
    return Shown(
        tuple(Line(names[one.person_id], one.before, one.after, one.crosses) for one in found.moves[:many]),
        max(len(found.moves) - many, 0), tuple(one for one in prizes if one[1] or one[2]), len(found.reports))


def _named(names: Mapping[int, str], persons: Iterable[int]) -> tuple[str, ...]:
    return tuple(names[one] for one in persons)


def page(number: int, problem: LookFirst, why: str = "") -> Answer:
    """Who would move by what was just sent about this report; the same is sent again to confirm it. `why`: a reason that
    was given already, proposed for this one."""
    drawn = render_template(
        "console/looks/report.html", number=number, shown=shown(problem.look),
        problem=problem.sentence, seen=problem.look.seen, sent=sent(), action=request.full_path.rstrip("?"),
        reason=request.form.get(REASON, why), longest=LONGEST_REASON, back=url_for("report.show", number=number))
    return drawn, status_of(problem)


def sent() -> list[tuple[str, str]]:
    """Every field of the form that led here, to be sent again."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", SEEN, REASON)]


def status_of(problem: LookFirst) -> int:
    return 409 if problem.stale else 400 if problem.sentence else 200
