"""Giving a report to a colleague, laying it aside, and handing over all that somebody who leaves has in hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.clock import SHANGHAI
from bot.errors import BadInput, NotFound
from bot.teamwork import assignments, handing_over
from bot.teamwork.assignments import Rest
from models.queries import staff as staff_queries
from models.queries import working
from models.session import reading
from web import present
from web.console import listing
from web.console.acting import attempt
from web.console.queue.presence import is_team
from web.deps import deps, now
from web.errors import status_of
from web.numbers import whole
from web.paper_access import check_named
from web.visitor import actor

CHOICE_DAYS = 35
WEEKDAYS = "一二三四五六日"
REST_NAMES = {Rest.TOMORROW: "明天 9 点", Rest.THREE_DAYS: "三天后", Rest.MONDAY: "下周一"}

blueprint = Blueprint("assignments", __name__)


@dataclass(frozen=True, slots=True)
class RestChoice:
    """A ready-made end of a rest. `beyond`: the round must be graded before it."""

    value: str
    name: str
    until: datetime
    beyond: bool


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


def choices(moment: datetime, grading_until: datetime | None = None) -> list[RestChoice]:
    found = []
    for rest, name in REST_NAMES.items():
        until = assignments.rest_until(rest, moment)
        found.append(RestChoice(rest.value, name, until, grading_until is not None and until > grading_until))
    return found


def days(moment: datetime, grading_until: datetime | None = None) -> list[tuple[str, str]]:
    """The days that a rest may be chosen to end on, with their names; those beyond the round's grading say so."""
    today = moment.astimezone(SHANGHAI).date()
    found = []
    for day in (today + timedelta(days=ahead) for ahead in range(1, CHOICE_DAYS + 1)):
        late = grading_until is not None and assignments.morning(day) > grading_until
        found.append((day.isoformat(), f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}{'（过了期限）' if late else ''}"))
    return found


@blueprint.post("/reports/<int:number>/assign")
def assign(number: int) -> Response:
    to = request.form.get("to", type=whole)

    def act(session: Session) -> str:
        if not is_team():
            raise BadInput("只有一位编辑，不用分。")
        assignments.assign(session, number, to, actor=actor(), now=now())
        return f"编号 {number} 分给{_name(session, to)}了。" if to else f"编号 {number} 不再分给谁。"

    return _back(number, act)


def _name(session: Session, staff_id: int) -> str:
    found = staff_queries.member(session, staff_id)
    return found.display_name if found else ""


@blueprint.post("/reports/<int:number>/snooze")
def snooze(number: int) -> Response:
    def act(session: Session) -> str:
        until = asked_until(request.form.get("rest", ""), request.form.get("day", ""), now())
        assignments.snooze(session, number, until, actor=actor(), now=now(), anyway=request.form.get("anyway") == "y")
        return f"编号 {number} 搁置到{present.moment(until)}，有了新动静会提前回来。"

    return _back(number, act)


def asked_until(rest: str, day: str, moment: datetime) -> datetime:
    """From a button or from a date; BadInput for neither."""
    try:
        if rest and rest != "day":
            return assignments.rest_until(Rest(rest), moment)
        return assignments.morning(date.fromisoformat(day))
    except ValueError:
        raise BadInput("请选一天。") from None


@blueprint.post("/reports/<int:number>/wake")
def wake(number: int) -> Response:
    def act(session: Session) -> str:
        assignments.wake(session, number, actor=actor(), now=now())
        return f"编号 {number} 拿回来了。"

    return _back(number, act)


def _back(number: int, act: Any) -> Response:
    if problem := attempt(act):
        flash(str(problem), "warning")
    address: dict[str, Any] = dict(listing.address(listing.asked()))
    return redirect(url_for("report.show", number=number, **address))


@blueprint.get("/staff/<int:staff_id>/hand-over")
def preview(staff_id: int) -> str:
    return _page(staff_id)


@blueprint.post("/staff/<int:staff_id>/hand-over")
def hand_over(staff_id: int) -> str | tuple[str, int]:
    chosen = request.form.get("to", "")
    moved: list[handing_over.InHand] = []

    def act(session: Session) -> str:
        if not chosen:
            raise BadInput("请选交给谁。")
        to = None if chosen == "all" else _id(chosen)
        in_hand = handing_over.in_hand(session, staff_id, now=now())
        check_named(session, "number", in_hand.reports)
        check_named(session, "paper_id", [paper_id for paper_id, _ in in_hand.papers])
        moved.append(handing_over.hand_over(session, staff_id, to, actor=actor(), now=now()))
        return "交接好了。"

    if problem := attempt(act):
        return _page(staff_id, problem=str(problem)), status_of(problem)
    return _page(staff_id, moved=moved[0], to=chosen)


def _id(text: str) -> int:
    try:
        return whole(text)
    except ValueError:
        raise BadInput("请选交给谁。") from None


def _page(staff_id: int, *, problem: str = "", moved: handing_over.InHand | None = None, to: str = "") -> str:
    with reading(deps().engine) as session:
        member = staff_queries.member(session, staff_id)
        if member is None:
            raise NotFound("没有这个人。")
        in_hand = handing_over.in_hand(session, staff_id, now=now())
        colleagues = [one for one in working.colleagues(session) if one[0] != staff_id]
    receiver = next((name for one, name in colleagues if str(one) == to), "")
    return render_template("console/staff/hand_over.html", member=member, in_hand=in_hand, colleagues=colleagues,
                           problem=problem, moved=moved, receiver=receiver)
