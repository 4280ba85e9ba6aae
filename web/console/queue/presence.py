"""Who is at a report: the signs of life of an open page, the claim, and what the page and the list show of both.

An answer to a script is JSON with ready-made markup, so that words stand in one place. The rules stand in bot.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.errors import NotFound, WoodpeckerError
from bot.teamwork import claims
from bot.teamwork import presence as signs
from models.enums import Verdict
from models.queries import working
from models.queries.working import BeatView, OnIt, Somebody
from models.session import reading, writing
from models.work_enums import Doing
from web import audit_words, present
from web.console import listing
from web.console.acting import attempt
from web.deps import deps, now
from web.numbers import whole
from web.visitor import actor, member

MOST_NUMBERS = 100
TEAM = 2
"""So many editors make a team; one alone sees nothing of all this."""
LIST_SECONDS = 20

blueprint = Blueprint("presence", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals["avatar"] = avatar
    app.jinja_env.globals["doing_words"] = doing_words


def is_team() -> bool:
    return member().editors >= TEAM


def avatar(name: str) -> str:
    """The one character that stands for a name: the last one, for colleagues share families' and roles' first ones."""
    return name[-1:].upper()


def doing_words(one: Somebody) -> str:
    return present.name(one.doing)


@blueprint.post("/reports/<int:number>/here")
def beat(number: int) -> Response | tuple[Response, int]:
    """A sign of life of an open page: one read, at most one write; on opening the claim is taken besides."""
    me, moment = member(), now()
    if not is_team():
        return jsonify(alone=True)
    doing = _doing(request.form.get("doing"))
    with reading(deps().engine) as session:
        seen = working.beat(session, number, me.staff_id, now=moment)
    if seen is None:
        return jsonify(gone=True), 404
    claim = seen.on.claim
    mine = claim.at if claim and claim.staff_id == me.staff_id else None
    wants = request.form.get("holds") == "yes" and _is_work(seen) and (claim is None or mine is not None)
    due = signs.due(seen.own, mine, doing=doing, wants=wants, opening=request.form.get("opening") == "yes", now=moment)
    if due.presence or due.claim:
        with writing(deps().engine) as session:
            if due.presence:
                signs.mark(session, number, doing, actor=actor(), now=moment)
            took = due.claim and claims.take(session, number, actor=actor(), now=moment)
        if took:
            seen = working.with_claim(seen, me.staff_id, me.display_name, moment + claims.LENGTH)
    return jsonify(_answer(number, seen))


def _is_work(seen: BeatView) -> bool:
    return claims.is_work(seen.state, seen.round_state, seen.late, waits=seen.waits)


def _doing(text: str | None) -> Doing:
    try:
        return Doing(text or "")
    except ValueError:
        return Doing.VIEWING


def _answer(number: int, seen: BeatView) -> dict[str, Any]:
    me = member().staff_id
    claim = seen.on.claim
    held = request.form.get("held") == "yes"
    version = request.form.get("version", 0, type=whole)
    return {
        "line": render_template("console/report/presence_line.html", on=seen.on, number=number, me=me,
                                open_for_work=_is_work(seen), address=listing.address(listing.asked())),
        "mine": claim is not None and claim.staff_id == me,
        "taken": f"{claim.name}刚刚接过去评了。您填的都还在。" if held and claim and claim.staff_id != me else "",
        "changed": changed_words(seen, me) if version and version != seen.version else "",
    }


def changed_words(seen: BeatView, me: int) -> str:
    """Who changed the report meanwhile and how, as far as the viewer may know."""
    if seen.changed_at != seen.updated_at or seen.changed_verb is None:
        return "这一条刚刚有了改动"
    if seen.changed_by_id == me:
        return "您在别处改过这一条"
    who = seen.changed_by or "系统"
    if seen.hidden:
        return f"{who}刚刚改过这一条"
    if seen.changed_verb == "grade" and isinstance(seen.verdict, Verdict):
        return f"{who}刚刚评为{present.name(seen.verdict)}"
    return f"{who}刚刚做了“{audit_words.verb(seen.changed_verb)}”"


@blueprint.post("/reports/<int:number>/left")
def leave(number: int) -> tuple[str, int]:
    """The page was closed or left for another."""
    if is_team():
        with writing(deps().engine) as session:
            signs.leave(session, number, actor=actor(), keep_claim=request.form.get("keep") == "yes")
    return "", 204


@blueprint.post("/reports/<int:number>/claim")
def claim(number: int) -> Response | tuple[Response, int]:
    return _take(number, lambda session: claims.claim(session, number, actor=actor(), now=now()),
                 "您在评这条，五分钟内别人看得到。")


@blueprint.post("/reports/<int:number>/steal")
def steal(number: int) -> Response | tuple[Response, int]:
    return _take(number, lambda session: claims.steal(session, number, actor=actor(), now=now()),
                 "这条由您接过来评，记录里有一笔。")


@blueprint.post("/reports/<int:number>/let-go")
def let_go(number: int) -> Response | tuple[Response, int]:
    return _take(number, lambda session: claims.let_go(session, number, actor=actor()), "放开了，别人可以评。")


def _take(number: int, act: Any, done: str) -> Response | tuple[Response, int]:
    """One press about the claim. A script gets the same answer as to a sign of life."""

    def acted(session: Session) -> str:
        act(session)
        return done

    if request.form.get("script") != "yes":
        if problem := attempt(acted):
            flash(str(problem), "warning")
        return redirect(url_for("report.show", number=number, **_address()))
    try:
        with writing(deps().engine) as session:
            act(session)
    except NotFound:
        return jsonify(gone=True), 404
    except WoodpeckerError as problem:
        return _seen(number, problem=str(problem))
    return _seen(number, done=done)


def _seen(number: int, **words: str) -> Response | tuple[Response, int]:
    with reading(deps().engine) as session:
        seen = working.beat(session, number, member().staff_id, now=now())
    return jsonify(_answer(number, seen) | words) if seen else (jsonify(gone=True), 404)


def _address() -> dict[str, Any]:
    return dict(listing.address(listing.asked()))


@blueprint.get("/queue/on")
def listed() -> Response:
    """Who is at the reports of a list, for the column that keeps itself fresh."""
    asked = map(listing.number, request.args.get("numbers", "").split(","))
    numbers = [number for number in asked if number is not None][:MOST_NUMBERS]
    on: dict[int, OnIt] = {}
    if is_team():
        with reading(deps().engine) as session:
            on = working.on_reports(session, numbers, now=now())
    return jsonify({str(number): render_template("console/on_row.html", on=on.get(number)) for number in numbers})
