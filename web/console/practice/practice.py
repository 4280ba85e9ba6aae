"""练习: twenty made-up reports, each answered and explained; and what waits for a member before the list opens.

Touches no real report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, redirect, render_template, url_for
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.contest.rules import DEFAULT_RULES
from bot.errors import WoodpeckerError
from bot.practice import progress as verbs
from bot.practice.items import MINUTES, Answer, Item, items
from bot.practice.marking import Marked, Part, mark, worth
from bot.practice.progress import Progress
from models.enums import Verdict
from models.queries import calibration, contests, team
from models.queries.calibration import Gate
from models.session import reading, writing
from web import present
from web.access import may
from web.console.reports import anchors, rubric, rubric_choices
from web.console.reports.report_forms import DOUBLINGS, MARKS
from web.console.reports.rubric import RubricForm
from web.deps import deps, now
from web.errors import status_of
from web.visitor import member, signed_in

blueprint = Blueprint("practice", __name__, url_prefix="/practice")

Answered = Response | tuple[str, int]
ESCALATED_NAME = "上报"
CALIBRATES_FROM = 3


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes before the list: practice for who is new, calibration for who has not done it. A `gate` keeps the
    list closed."""

    offer: bool = False
    gate: Gate | None = None
    count: int = 0
    minutes: int = MINUTES


@dataclass(frozen=True, slots=True)
class Compared:
    """One part of an answer beside the right one."""

    name: str
    given: str
    right: str
    same: bool


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

    @app.context_processor
    def _names() -> dict[str, Any]:
        # A function: a page that does not ask costs no query.
        return {"ahead_of_work": ahead_of_work, "practice_tabs": practice_tabs}


def practice_tabs() -> list[tuple[str, str]]:
    """练习 alone; from three editors on with what a chief has switched on. One query then."""
    found, viewer = [("practice.index", "练习")], signed_in()
    if viewer is not None and viewer.editors >= CALIBRATES_FROM:
        with reading(deps().engine) as session:
            on = contests.switched_on(session)
        found += [("calibration.index", "校准")] if on.calibrates else []
        found += [("agreement.index", "一致性")] if on.shows_agreement else []
    return found


def ahead_of_work() -> Ahead:
    """One query; two from three editors on."""
    viewer = signed_in()
    if viewer is None or not may(viewer.role, "practice.index"):
        return Ahead()
    with reading(deps().engine) as session:
        offer = verbs.offered(session, viewer.staff_id)
        grades = viewer.role in team.EDITING and viewer.editors >= CALIBRATES_FROM
        gate = calibration.gate(session, viewer.staff_id) if grades else None
    return Ahead(offer, gate, len(items()))


@blueprint.get("")
def index() -> str:
    with reading(deps().engine) as session:
        found = verbs.progress(session, member().staff_id)
    marked = [(n, item, mark(item, found.answers[item.code]) if item.code in found.answers else None)
              for n, item in enumerate(items(), 1)]
    return render_template("console/practice/index.html", progress=found, marked=marked, minutes=MINUTES,
                           count=len(items()))


@blueprint.get("/<int:position>")
def show(position: int) -> Answered:
    return _page(position)


@blueprint.post("/<int:position>")
def answer(position: int) -> Answered:
    item = _item(position)
    form: Any = RubricForm()
    if not form.validate_on_submit():
        return _page(position, form=form, status=400)
    try:
        given = form.given()
        with writing(deps().engine) as session:
            verbs.answer(session, member().staff_id, item,
                         Answer(given.verdict, given.row_code, given.doubling, given.marks), now=now())
    except WoodpeckerError as problem:
        return _page(position, form=form, problem=str(problem), status=status_of(problem))
    return redirect(url_for("practice.show", position=position))


@blueprint.post("/again")
def again() -> Response:
    with writing(deps().engine) as session:
        verbs.again(session, member().staff_id, now=now())
    return redirect(url_for("practice.show", position=1))


def _item(position: int) -> Item:
    if not 1 <= position <= len(items()):
        raise NoSuchPage
    return items()[position - 1]


def _page(position: int, *, form: RubricForm | None = None, problem: str = "", status: int = 200) -> Answered:
    item = _item(position)
    with reading(deps().engine) as session:
        found = verbs.progress(session, member().staff_id)
    given = found.answers.get(item.code)
    marked = mark(item, given) if given else None
    rank = item.finder or 0
    page = render_template(
        "console/practice/show.html", item=item, position=position, count=len(items()), progress=found, given=given,
        marked=marked, compared=_compared(item, given, marked) if given and marked else [], problem=problem,
        own_worth=worth(item, given) if given and marked and not marked.whole else "",
        form=form or RubricForm(formdata=None), worth=rubric_choices.for_script(DEFAULT_RULES, rank),
        rank_words=_rank_words(rank), following=_following(found, position), right_name=_verdict(item.answer.verdict),
        **rubric.names(DEFAULT_RULES), **anchors.names())
    return page, status


def _following(found: Progress, position: int) -> int | None:
    """The next report without an answer, the ones after this first; None when all are answered."""
    left = [n for n, item in enumerate(items(), 1) if item.code not in found.answers and n != position]
    return next((n for n in left if n > position), left[0] if left else None)


def _rank_words(rank: int) -> str:
    return "同一读者已报过" if rank == 0 else "首位发现" if rank == 1 else f"第 {rank} 位发现"


def _verdict(verdict: Verdict | None) -> str:
    return ESCALATED_NAME if verdict is None else present.name(verdict)


def _compared(item: Item, given: Answer, marked: Marked) -> list[Compared]:
    """Every part that was compared, beside the right answer."""
    right = item.answer
    words = {
        Part.VERDICT: ("结论", _verdict(given.verdict), _verdict(right.verdict)),
        Part.ROW: ("差错种类", _row(given.row_code), _row(right.row_code)),
        Part.DOUBLING: ("加倍", DOUBLINGS[given.doubling], DOUBLINGS[right.doubling]),
        Part.MARKS: ("说明", _marks(given.marks), _marks(right.marks)),
    }
    known = {*marked.right, *marked.wrong}
    return [Compared(*words[part], part in marked.right) for part in Part if part in known]


def _row(code: str | None) -> str:
    return DEFAULT_RULES.row(code).name if code else "没有选"


def _marks(marks: tuple[bool, bool, bool]) -> str:
    return "、".join(name for name, on in zip(cast("Any", MARKS.values()), marks, strict=True) if on) or "都不打勾"
