"""Acts on many reports: looked at before, done report by report, told one by one, undone as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, cast

from flask import Blueprint, Flask, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, Forbidden
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.clock import SHANGHAI
from bot.errors import WoodpeckerError
from bot.teamwork import bulk, canned
from models.enums import Verdict
from models.queries import bulk as queries
from models.queries import list_frame, queue
from models.queries.bulk import ActView, Facts
from models.session import reading, writing
from models.work_enums import BulkFate, BulkVerb, CannedKind
from web import present
from web.access import CHIEFS
from web.console import listing, undoing
from web.console.acting import attempt
from web.deps import deps, now
from web.errors import status_of
from web.visitor import actor, member

blueprint = Blueprint("bulk", __name__, url_prefix="/queue/bulk")
AT_A_TIME = 25
"""Reports that one request does, so that a bar can move and nobody waits long."""
NOT_YOURS = "不是您负责的报纸"

Answer = Response | tuple[str, int]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    """What one did to many reports lately."""
    with reading(deps().engine) as session:
        acts = queries.mine(session, member().staff_id)
    return render_template("console/queue/bulk_list.html", acts=acts)


@blueprint.post("/preview")
def preview() -> Answer:
    """Says what would be done and what skipped; changes nothing."""
    verb = _verb()
    with reading(deps().engine) as session:
        numbers = _chosen(session)
        if not numbers:
            flash("请先在列表里选几条。", "info")
            return redirect(url_for("queue.index", **_address()))
        return _preview(session, verb, numbers)


def _verb() -> BulkVerb:
    try:
        verb = BulkVerb(request.form.get("verb", ""))
    except ValueError:
        raise BadRequest from None
    if verb is BulkVerb.ASSIGN and member().editors < 2:
        raise BadRequest
    return verb


def _chosen(session: Session) -> list[int]:
    """The numbers ticked, else all that the list holds, as many as can be done at once."""
    if request.form.get("scope") == "all":
        listed, _ = listing.resolved(session, listing.from_args(request.form, listing.viewer()))
        return queue.numbers(session, listed, limit=bulk.MOST)
    ticked = [listing.number(text) for text in request.form.getlist("number")]
    return list(dict.fromkeys(number for number in ticked if number is not None))[: bulk.MOST]


def _preview(session: Session, verb: BulkVerb, numbers: Sequence[int], problem: str = "", status: int = 200) -> Answer:
    facts = queries.facts(session, numbers, listing.viewer())
    willing, skipped = [], cast("dict[str, list[Facts]]", {})
    for one in facts:
        why = NOT_YOURS if _foreign(one) else bulk.why_not(verb, one)
        if why is None:
            willing.append(one)
        else:
            skipped.setdefault(why, []).append(one)
    colleagues = list_frame.frame(session, member().staff_id).colleagues if verb is BulkVerb.ASSIGN else ()
    page = render_template(
        "console/queue/bulk_preview.html", verb=verb, V=BulkVerb, facts=facts, willing=willing, skipped=skipped,
        canned=_sentences(session, verb, facts), refusals=bulk.REFUSALS, colleagues=colleagues, problem=problem,
        entered=request.form, address=_address(), tomorrow=_days(1), latest=_days(90), longest=bulk.LONGEST)
    return page, status


def _foreign(one: Facts) -> bool:
    only = member().only_papers
    return only is not None and one.paper_id is not None and one.paper_id not in only


def _sentences(session: Session, verb: BulkVerb, facts: Sequence[Facts]) -> dict[Verdict, tuple[str, ...]]:
    """Ready words for what is said to readers, by verdict."""
    verdicts = {BulkVerb.REFUSE: bulk.REFUSALS, BulkVerb.ASK_BACK: (Verdict.NEEDS_MORE,)}.get(verb, ())
    if not verdicts or not facts:
        return {}
    kept = canned.of_contest(session, facts[0].contest_id)
    return {verdict: kept[CannedKind(verdict.value)].texts for verdict in verdicts}


def _days(days: int) -> str:
    return (now().astimezone(SHANGHAI).date() + timedelta(days=days)).isoformat()


@blueprint.post("")
def begin() -> Answer:
    """Writes the act down, does the first of it and goes on at its own page."""
    verb = _verb()
    items = _items()
    with reading(deps().engine) as session:
        mine = {one.line.number for one in queries.facts(session, list(items), listing.viewer()) if not _foreign(one)}
    details = {"to": listing.number(request.form.get("member")) or None, "until": request.form.get("until", ""),
               "anyway": request.form.get("anyway") == "y", "text": request.form.get("text", ""),
               "verdict": request.form.get("verdict", "")}
    try:
        if verb is BulkVerb.ASSIGN and not request.form.get("member"):
            raise BadRequest
        with writing(deps().engine) as session:
            chosen = [(number, version) for number, version in items.items() if number in mine]
            act_id = bulk.begin(session, verb, details, chosen, actor=actor(), now=now())
    except WoodpeckerError as problem:
        with reading(deps().engine) as session:
            return _preview(session, verb, list(items), str(problem), status_of(problem))
    undoing.remember(act_id, 0, f"{len(chosen)} 条一起{present.name(verb)}。", undoing.BULK)
    _go_on(act_id)
    return redirect(url_for("bulk.show", act_id=act_id, **_address()))


def _items() -> dict[int, int]:
    """Number and version as they were shown, from 10023.4; whatever else stands there is left out."""
    found: dict[int, int] = {}
    for text in request.form.getlist("item")[: bulk.MOST]:
        number, _, version = text.partition(".")
        if listing.number(number) is not None and listing.number(version) is not None:
            found[int(number)] = int(version)
    return found


@blueprint.get("/<int:act_id>")
def show(act_id: int) -> str:
    """What became of each report."""
    with reading(deps().engine) as session:
        act = queries.act(session, act_id)
        staff = dict(list_frame.frame(session, member().staff_id).colleagues) if act and act.verb is BulkVerb.ASSIGN else {}
    act = _visible(act)
    return render_template("console/queue/bulk.html", act=act, own=act.staff_id == member().staff_id, staff=staff,
                           V=BulkVerb, F=BulkFate, why_groups=_by_why(act), address=_address(), undo=None)


def _visible(act: ActView | None) -> ActView:
    """One's own; those of others are the chief's to look at."""
    if act is None:
        raise NoSuchPage
    if act.staff_id != member().staff_id and member().role not in CHIEFS:
        raise Forbidden
    return act


def _by_why(act: ActView) -> dict[str, int]:
    """How many were skipped, or could not be undone, for each reason."""
    found: dict[str, int] = {}
    for item in act.items:
        if item.fate in (BulkFate.SKIPPED, BulkFate.STAYS):
            found[item.why or ""] = found.get(item.why or "", 0) + 1
    return found


@blueprint.post("/<int:act_id>/step")
def step(act_id: int) -> Response:
    """Does, or undoes, some more; a script asks again until nothing is left, without one a button does."""
    left = _go_on(act_id)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(left=left)
    return redirect(url_for("bulk.show", act_id=act_id, **_address()))


@blueprint.post("/<int:act_id>/undo")
def undo(act_id: int) -> Response:
    def act(session: Session) -> str:
        bulk.ask_undo(session, act_id, actor=actor(), now=now())
        return "一条一条撤销，结果在下面。"

    problem = attempt(act)
    undoing.forget(act_id, undoing.BULK)
    if problem:
        flash(str(problem), "warning")
    else:
        _go_on(act_id)
    return redirect(url_for("bulk.show", act_id=act_id, **_address()))


def _go_on(act_id: int) -> int:
    """Does or undoes the next AT_A_TIME reports, each in a transaction of its own; how many are left."""
    with reading(deps().engine) as session:
        act = queries.act(session, act_id)
        if act is None or act.staff_id != member().staff_id:
            raise NoSuchPage
        undoing_now = act.undo_asked_at is not None
        fate = BulkFate.DONE if undoing_now else BulkFate.WAITING
        numbers = queries.next_items(session, act_id, fate, limit=AT_A_TIME)
    for number in numbers:
        if undoing_now:
            _one(bulk.undo, bulk.stay, act_id, number)
        else:
            _one(bulk.do, bulk.skip, act_id, number)
    return act.left - len(numbers)


def _one(do: Callable[..., None], otherwise: Callable[..., None], act_id: int, number: int) -> None:
    """One report: done as a whole or not at all, and then why is kept."""
    problem = attempt(lambda session: do(session, act_id, number, actor=actor(), now=now()))
    if problem is not None:
        with writing(deps().engine) as session:
            otherwise(session, act_id, number, str(problem), actor=actor())


def _address() -> dict[str, Any]:
    """The list that one came from: of the form, else of the address."""
    return cast("dict[str, Any]", listing.address(listing.from_args(request.values)))
