"""Finalists beside each other: which of two did better, one pair after the other. Nobody is named here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.contest.arithmetic import arithmetic
from bot.contest.pairs import Compared
from bot.contest.rules import from_json
from bot.contest.standing import RoundStanding, compute
from bot.errors import BadInput
from bot.judging import pairs as verbs
from bot.judging.pairs import Contest
from bot.letters import archive
from bot.letters.archive import Shown
from models.contests import Round
from models.enums import Role, RoundState
from models.queries import archive as archive_reads
from models.queries import pairs as queries
from models.queries.pairs import Chosen
from models.session import reading
from web.console.acting import attempt
from web.console.pseudonyms import pseudonyms
from web.deps import deps, now
from web.errors import status_of
from web.numbers import whole
from web.visitor import actor, member

blueprint = Blueprint("pairs", __name__, url_prefix="/rounds/<int:round_id>/pairs")

Answered = Response | tuple[str, int]
EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class Found:
    """One accepted report of a finalist and what it is worth."""

    shown: Shown
    worth: str


@dataclass(frozen=True, slots=True)
class Pair:
    """`position` from 1 in the editor's own order. `better`: the number chosen, EQUAL, or None for not compared yet."""

    position: int
    left: int
    right: int
    better: int | str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """A line of the result: the made-up name, points (halves of a win), wins among equals."""

    name: str
    points: str
    among: str
    why: str


WHY = {"points": "得分多", "among_equals": "互相比时得分多", "draw": "得分一样，按抽签"}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def show(round_id: int) -> Answered:
    return _page(round_id)


@blueprint.post("/choose")
def choose(round_id: int) -> Answered:
    left, right = _two()
    given = request.form.get("better", "")

    def act(session: Session) -> str:
        if left is None or right is None or not (given == EQUAL or whole(given) in (left, right)):
            raise BadInput("请在两位里选一位，或者选“一样好”。")
        verbs.choose(session, round_id, left, right, None if given == EQUAL else whole(given), actor=actor(), now=now())
        return "记下了，交卷以前随时可以改。"

    return _act(round_id, act, onwards=True)


@blueprint.post("/back")
def take_back(round_id: int) -> Answered:
    left, right = _two()

    def act(session: Session) -> str:
        if left is None or right is None:
            raise BadInput("请选一对。")
        verbs.take_back(session, round_id, left, right, actor=actor())
        return "这一对当作没有比过。"

    return _act(round_id, act)


@blueprint.post("/seal")
def seal(round_id: int) -> Answered:
    def act(session: Session) -> str:
        verbs.seal(session, round_id, actor=actor(), now=now())
        return "已经交卷。"

    return _act(round_id, act)


@blueprint.post("/do-not-wait")
def do_not_wait(round_id: int) -> Answered:
    staff_id = request.form.get("staff", type=whole)

    def act(session: Session) -> str:
        if staff_id is None:
            raise BadInput("请选一位编辑。")
        verbs.do_not_wait(session, round_id, staff_id, actor=actor(), now=now())
        return "不等他了，他已经比的照样算。"

    return _act(round_id, act)


def _two() -> tuple[int | None, int | None]:
    return request.form.get("left", type=whole), request.form.get("right", type=whole)


def _act(round_id: int, act: Callable[[Session], str], *, onwards: bool = False) -> Answered:
    problem = attempt(act)
    if problem:
        return _page(round_id, problem=str(problem), status=status_of(problem))
    here = None if onwards else request.form.get("pair", type=whole)
    return redirect(url_for("pairs.show", round_id=round_id, pair=here))


def _page(round_id: int, *, problem: str = "", status: int = 200) -> Answered:
    me = member()
    with reading(deps().engine) as session:
        round_ = session.get(Round, round_id)
        if round_ is None:
            raise NoSuchPage
        on = from_json(round_.rule_set.rules).compares_pairs
        # Before the close there is nothing to compare yet, so the whole round need not be scored.
        standing = compute(session.connection(), round_id) if on and round_.state is not RoundState.OPEN else None
        contest = verbs.contest_of(session, standing, round_.state) if standing else Contest({}, ())
        chosen = queries.chosen(session, round_id, me.staff_id) if contest.persons else {}
        reports = _reports(session, standing, contest) if standing else {}
    mine = next((one for one in contest.comparers if one.staff_id == me.staff_id), None)
    order = contest.order_for(round_id, standing.seed, me.staff_id) if standing and mine else ()
    pairs = [_pair(n, left, right, chosen) for n, (left, right) in enumerate(order, 1)]
    chief = me.role in (Role.CHIEF, Role.ADMIN)
    # What the others chose is hidden until one's own is sealed.
    done = mine is None or mine.sealed
    page = render_template(
        "console/pairs/show.html", round_id=round_id, month=round_.month, contest=contest, mine=mine, pairs=pairs,
        pair=_current(pairs), reports=reports, problem=problem, chief=chief, EQUAL=EQUAL,
        tallies=_tallies(standing, contest, round_id) if standing and done and (chief or mine) else [], on=on)
    return page, status


def _pair(position: int, left: int, right: int, chosen: Mapping[tuple[int, int], Chosen]) -> Pair:
    found = chosen.get((min(left, right), max(left, right)))
    return Pair(position, left, right, None if found is None else EQUAL if found.better is None else found.better)


def _current(pairs: list[Pair]) -> Pair | None:
    """The one asked for, else the first not compared yet; None: all are compared."""
    asked = (request.args if request.method == "GET" else request.form).get("pair", type=whole)
    named = next((one for one in pairs if one.position == asked), None)
    return named or next((one for one in pairs if one.better is None), None)


def _reports(session: Session, standing: RoundStanding, contest: Contest) -> dict[int, list[Found]]:
    """The accepted reports of each finalist, by his number; the dearest first."""
    if not contest.persons:
        return {}
    numbers = {person: number for number, person in contest.persons.items()}
    found: dict[int, list[Found]] = {number: [] for number in contest.persons}
    listed = archive_reads.accepted_of(session, standing.round_id, list(numbers))
    for report in sorted(listed, key=lambda one: (-standing.scores[one.number].total_milli, one.number)):
        line = arithmetic(standing.scores[report.number], standing.rules)
        found[numbers[report.person_id]].append(Found(archive.shown(report), line))
    return found


def _tallies(standing: RoundStanding, contest: Contest, round_id: int) -> list[Tally]:
    compared: Compared | None = standing.select().compared
    if compared is None or not contest.persons:
        return []
    names = pseudonyms((one.person_id for one in standing.standings), round_id=round_id,
                       secret=deps().settings.server.secret_key)
    whys = [*(WHY[one] for one in compared.beats), ""]
    return [Tally(names[person], f"{halves / 2:g}", f"{among / 2:g}", why)
            for person, halves, among, why in zip(compared.order, compared.halves, compared.among_equals, whys, strict=True)]
