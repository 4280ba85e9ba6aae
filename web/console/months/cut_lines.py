"""名次线: how close it is at the cut lines of a round, under made-up names, and second grades asked for there. Holds no rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Flask, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.contest.close_calls import lines as reads
from bot.contest.close_calls.cut_lines import Crossing, CutLine, Flip, Line, Part
from bot.contest.selection import Criterion
from bot.errors import NotAllowed
from bot.judging import contenders
from models.enums import Prize, RoundState
from models.queries import reviews
from models.queries import rounds as queries
from models.session import reading
from web.console.acting import attempt
from web.console.pseudonyms import pseudonyms
from web.deps import deps, now
from web.errors import status_of
from web.forms import Form
from web.visitor import actor, member

blueprint = Blueprint("cut_lines", __name__, url_prefix="/rounds")

Answer = Response | tuple[str, int]
FEWEST_EDITORS = 2
MOST_SHOWN = 30
"""Changes that would move somebody, of each line, and reports near it."""
OPEN = (RoundState.OPEN, RoundState.CLOSED)
PARTS = {Part.PLACE: "位置", Part.CORRECTION: "改正", Part.REASON: "理由"}
LINES = {Line.BEST: "最佳", Line.EXCELLENT: "优秀"}
APART = {
    Criterion.FIRST_FINDS: "先发现的差错更多", Criterion.SHARE_ACCEPTED: "采纳的比例更高",
    Criterion.LAST_SCORING: "最后一条得分的来得更早", Criterion.PAIRS: "两两比较胜出",
    Criterion.PAIRS_AMONG_EQUALS: "两两比较胜出", Criterion.DRAW: "抽签",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One grade otherwise, and what follows: (who, before, after)."""

    number: int
    what: str
    moves: tuple[tuple[str, Prize | None, Prize | None], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One line in the words of the screen. `near`: (report, whose, by how much it may differ)."""

    name: str
    places: tuple[int, int]
    above: tuple[str, int]
    below: tuple[str, int]
    margin_milli: int
    apart: str
    near: tuple[tuple[int, str, int], ...]
    more_near: int
    changes: tuple[Change, ...]
    more_changes: int
    whole: bool  # only a whole report refused would move anybody
    cut: bool


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:round_id>/lines")
def show(round_id: int) -> Answer:
    return _page(round_id)


@blueprint.post("/<int:round_id>/lines/seek")
def seek(round_id: int) -> Answer:
    """Asks for second grades of the reports near the lines."""
    def act(session: Session) -> str:
        round_ = queries.load(session, round_id)
        if round_ is None:
            raise NoSuchPage
        if round_.state is not RoundState.CLOSED:
            raise NotAllowed("截止以后、评出名单以前，才请第二位看名次线附近的。")
        if member().editors < FEWEST_EDITORS:
            raise NotAllowed("有两位编辑以后才能请第二位再看。")
        found = contenders.seek(session, round_id, actor=actor(), now=now(), asked=True).numbers
        if not found:
            return "没有要再请人看的：名次线附近的都看过两遍了，或者正等着第二位看。"
        more = "等" if len(found) > MOST_SHOWN else ""
        return f"请了第二位再看 {len(found)} 条：{'、'.join(map(str, found[:MOST_SHOWN]))}{more}。"

    if not Form().validate_on_submit():
        return _page(round_id, problem="请再试一次。", status=400)
    if refused := attempt(act):
        return _page(round_id, problem=str(refused), status=status_of(refused))
    return redirect(url_for("cut_lines.show", round_id=round_id))


def _page(round_id: int, *, problem: str = "", status: int = 200) -> Answer:
    with reading(deps().engine) as session:
        round_ = queries.load(session, round_id)
        if round_ is None:
            raise NoSuchPage
        # What this member is still to grade himself counts as not decided here.
        hidden = reviews.hidden_numbers(session, member().staff_id) if member().editors > 1 else frozenset()
        found = reads.look(session, round_id, unseen=hidden) if round_.state in OPEN else None
    lines: tuple[Shown, ...] = ()
    if found is not None:
        names = pseudonyms((one.person_id for one in found.standing.standings), round_id=round_id,
                           secret=deps().settings.server.secret_key)
        lines = tuple(_shown(one, names) for one in found.lines)
    page = render_template(
        "console/looks/cut_lines.html", round=round_, lines=lines, found=found, problem=problem,
        undecided=len(found.standing.open_numbers) if found else 0,
        hidden=sum(one.number in hidden for one in found.standing.reports) if found and hidden else 0,
        may_ask=round_.state is RoundState.CLOSED and member().editors >= FEWEST_EDITORS, RoundState=RoundState)
    return page, status


def _shown(line: CutLine, names: Mapping[int, str]) -> Shown:
    changes = _changes(line.flips or line.refusals, lambda person: names[person])
    near = tuple((one.number, names[one.person_id], one.noise_milli) for one in line.near)
    return Shown(
        LINES[line.line], line.places, (names[line.above.person_id], line.above.total_milli),
        (names[line.below.person_id], line.below.total_milli), line.margin_milli, APART[line.decided] if line.decided else "",
        near[:MOST_SHOWN], max(len(near) - MOST_SHOWN, 0), changes[:MOST_SHOWN], max(len(changes) - MOST_SHOWN, 0),
        whole=not line.flips, cut=line.cut)


def _changes(flips: Iterable[Flip], name: Callable[[int], str]) -> tuple[Change, ...]:
    """Marks of one report with the same effect are told together."""
    groups: dict[tuple[int, bool, tuple[Crossing, ...]], list[Part]] = {}
    for flip in flips:
        groups.setdefault((flip.number, flip.given, flip.moves), []).append(flip.part)
    return tuple(Change(number, _what(parts, given), tuple((name(one.person_id), one.before, one.after) for one in moves))
                 for (number, given, moves), parts in groups.items())


def _what(parts: list[Part], given: bool) -> str:
    if parts == [Part.VERDICT]:
        return "整条改判为非差错"
    named = "".join(f"“{PARTS[part]}”" for part in parts)
    which = "一项" if len(parts) == 1 else "里任一项"
    return f"的{named}{which}改判为{'有' if given else '没有'}"
