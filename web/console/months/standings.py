"""排名: how the persons of a round stand, under made-up names, with the arithmetic of every report."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, render_template, request
from werkzeug.exceptions import NotFound as NoSuchPage

from bot.contest.arithmetic import arithmetic
from bot.contest.phases import local_day
from bot.contest.standing import RoundStanding, gather
from bot.contest.values import Standing, WhyNot
from models.enums import Bar, RoundState
from models.queries import reviews
from models.queries import rounds as queries
from models.session import reading
from web.console.pseudonyms import pseudonyms
from web.deps import deps, now
from web.numbers import whole
from web.visitor import member

blueprint = Blueprint("standings", __name__, url_prefix="/standings")

WHY_NOT = {WhyNot.NO_POINTS: "没有得分", WhyNot.TOO_FEW_ACCEPTED: "采纳不到一半"}
EXCLUDED = {Bar.STAFF.value: "本报工作人员", Bar.RELATIVE.value: "工作人员亲属", Bar.BLOCKED.value: "已停止参加",
            "erased": "已删除信息"}
PAGE_SIZE = 100
MOST_REPORTS = 50
"""So many reports of one person are shown with their arithmetic, the newest; his own list has all."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person in the table. `reports`: (number, arithmetic)."""

    place: int
    name: str
    total_milli: int
    accepted: int
    decided: int
    first_finds: int
    why_not: str
    reports: tuple[tuple[int, str], ...]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
def index() -> str:
    with reading(deps().engine) as session:
        choices = queries.choices(session)
        chosen = request.args.get("round", type=whole) or queries.current(session, local_day(now()))
        found = next((one for one in choices if one[0] == chosen), None)
        if found is None and choices:
            raise NoSuchPage
        hidden = reviews.hidden_numbers(session, member().staff_id) if found and member().editors > 1 else ()
        standing = gather(session.connection(), found[0]).scored(hidden) if found else None
    after = max(request.args.get("after", type=whole) or 0, 0)
    lines = _lines(standing, after) if standing else []
    undecided = len(standing.open_numbers) if standing else 0
    return render_template("console/standings.html", choices=choices, chosen=found, lines=lines, after=after,
                           following=after + PAGE_SIZE if standing and len(standing.standings) > after + PAGE_SIZE else None,
                           page_size=PAGE_SIZE, undecided=undecided, RoundState=RoundState)


def _lines(standing: RoundStanding, after: int) -> list[Line]:
    """One page of the table."""
    held: dict[int, list[int]] = {}
    for report in standing.reports:
        held.setdefault(report.person_id, []).append(report.number)
    names = pseudonyms(held, round_id=standing.round_id, secret=deps().settings.server.secret_key)
    return [_line(standing, one, names[one.person_id], sorted(held[one.person_id])[-MOST_REPORTS:])
            for one in standing.standings[after : after + PAGE_SIZE]]


def _line(standing: RoundStanding, one: Standing, name: str, numbers: list[int]) -> Line:
    barred = standing.excluded.get(one.person_id)
    why_not = EXCLUDED.get(barred, barred) if barred else WHY_NOT[one.why_not] if one.why_not else ""
    return Line(one.place, name, one.total_milli, one.accepted, one.decided, one.first_finds, why_not,
                tuple((number, arithmetic(standing.scores[number], standing.rules)) for number in numbers))
