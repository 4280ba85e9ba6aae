"""一致性: how far graders agree and how each stands to the others. A grader sees himself, a chief everybody."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, render_template, request

from bot.contest.agreement import ENOUGH, Estimate
from bot.contest.annex import ROW_NAMES
from bot.judging import agreement as verbs
from bot.judging.agreement import GraderDrift
from models.enums import Role
from models.queries import contests
from models.queries.agreement import MOST_REPORTS
from models.session import reading
from web.deps import deps
from web.numbers import whole
from web.visitor import member

blueprint = Blueprint("agreement", __name__, url_prefix="/agreement")

FROM_EDITORS = 3
FIRM, TENTATIVE = 0.8, 0.667
"""The customary reading of alpha (Krippendorff): from .80 on it can be relied on, from .667 on for a first look."""
HALF_WIDTH, MIDDLE = 90, 100
"""Of the small picture: 200 wide, the zero in the middle."""
LEAST_SCALE = 200
"""In thousandths of a point: a shift below that is not blown up to fill the picture."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One grader's shift on a line: where the point lies and from where to where its interval reaches."""

    point: float
    start: float
    end: float


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    chief = member().role in (Role.CHIEF, Role.ADMIN)
    enough = member().editors >= FROM_EDITORS
    with reading(deps().engine) as session:
        on = enough and contests.switched_on(session).shows_agreement
        round_id = request.args.get("round", type=whole)
        found = verbs.measure(session, round_id) if on else None
    drifts = [one for one in found.drifts if chief or one.grader == member().staff_id] if found else []
    scale = _scale(drifts)
    return render_template(
        "console/agreement.html", on=on, enough=enough, chief=chief, found=found, drifts=drifts, round_id=round_id,
        plots={one.grader: _plot(one, scale) for one in drifts if one.drift}, scale=scale, ENOUGH=ENOUGH, most=MOST_REPORTS,
        reading=reading_of, percent=percent, shift=shift, number=number, row_names=ROW_NAMES, me=member().staff_id)


def reading_of(estimate: Estimate | None) -> str:
    """What alpha says, in plain words."""
    if estimate is None:
        return "大家给的全都一样，这个数算不出来；这是好事。"
    if estimate.value >= FIRM:
        words = "尺度一致，可以放心。"
    elif estimate.value >= TENTATIVE:
        words = "大体一致，看看差在哪几种。"
    else:
        words = "尺度不一，先一起做一次校准。"
    if estimate.low is None or estimate.high is None:
        return words
    return f"{words}条数有限，真正的数大约在 {number(estimate.low)} 到 {number(estimate.high)} 之间。"


def percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.0f}%"


def number(value: float) -> str:
    """Two places, with the sign of print: −0.18."""
    return f"{value:.2f}".replace("-", "−")


def shift(milli: float) -> str:
    """A shift in points, with its sign: +0.12, −0.05."""
    sign = "+" if milli > 0 else "−" if milli < 0 else ""
    return f"{sign}{abs(milli) / 1000:.2f}"


def _scale(drifts: list[GraderDrift]) -> float:
    """The shift at the edge of the picture, in thousandths."""
    reaches = [abs(one.drift.shift_milli) + (one.drift.reach_milli or 0) for one in drifts if one.drift]
    return max([LEAST_SCALE, *reaches])


def _plot(one: GraderDrift, scale: float) -> Plot:
    assert one.drift is not None
    reach = one.drift.reach_milli or 0.0

    def at(milli: float) -> float:
        return round(MIDDLE + HALF_WIDTH * milli / scale, 1)

    return Plot(at(one.drift.shift_milli), at(one.drift.shift_milli - reach), at(one.drift.shift_milli + reach))
