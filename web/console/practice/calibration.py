"""校准: archived reports that everybody grades at the start of a round, and how the grades differ. No real grade here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.contest.annex import ROW_NAMES
from bot.contest.rules import RuleSet, from_json
from bot.errors import BadInput, WoodpeckerError
from bot.judging import calibration as verbs
from bot.judging.calibration import FEWEST, MOST
from bot.judging.verdicts import GradeInput
from bot.letters import archive
from bot.letters.archive import Shown
from models.contests import Round
from models.contests import RuleSet as RuleRow
from models.enums import SCORING_VERDICTS, Doubling, Role, Verdict
from models.practice import CalibrationGrade, CalibrationItem
from models.queries import archive as archive_reads
from models.queries import calibration as queries
from models.queries.calibration import Member, RunningRound
from models.session import reading, writing
from web import present
from web.console.acting import attempt
from web.console.reports import anchors, rubric, rubric_choices
from web.console.reports.report_forms import DOUBLINGS, MARKS
from web.console.reports.rubric import RubricForm
from web.deps import deps, now
from web.errors import status_of
from web.numbers import whole
from web.visitor import actor, member

blueprint = Blueprint("calibration", __name__, url_prefix="/calibration")

Answered = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """One grade in words, line by line: verdict, row, doubling, marks, reason. `differs` from what was decided."""

    verdict: str
    lines: tuple[str, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One archived report: what was decided then, and the grades in the order of the members shown."""

    item_id: int
    position: int
    shown: Shown
    decided: Cell
    cells: tuple[Cell | None, ...]

    @property
    def apart(self) -> bool:
        """Whether not all agree with what was decided."""
        return any(cell is not None and cell.differs for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Setup:
    """A round of the overview, and what a chief may choose from where it has no set yet."""

    round: RunningRound
    proposals: tuple[Shown, ...]
    chosen: frozenset[int]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> Answered:
    return _overview()


@blueprint.post("/<int:round_id>/prepare")
def prepare(round_id: int) -> Answered:
    numbers = [int(value) for value in request.form.getlist("report") if value.isdecimal() and len(value) < 10]

    def act(session: Session) -> str:
        verbs.prepare(session, round_id, numbers, actor=actor(), now=now())
        return f"选好了 {len(set(numbers))} 条，编辑打开列表时会先看到它们。"

    problem = attempt(act)
    if problem:
        return _overview(problem=str(problem), status=status_of(problem), round_id=round_id, kept=frozenset(numbers))
    return redirect(url_for("calibration.show", round_id=round_id))


@blueprint.get("/<int:round_id>")
def show(round_id: int) -> Answered:
    """One's own grades beside what was decided, once all are given; a chief sees everybody's."""
    with reading(deps().engine) as session:
        month = _month(session, round_id)
        items = queries.items(session, round_id)
        if not items:
            raise NoSuchPage
        grades = queries.grades(session, round_id)
        people = queries.members(session, round_id)
        reports = archive_reads.reports(session, [item.report_id for item in items])
    me = member().staff_id
    mine = [item for item in items if (item.id, me) in grades]
    left = [item.position for item in items if (item.id, me) not in grades]
    must = any(one.staff_id == me for one in people) and bool(left)
    shown_people = _shown_people(people, me, chief=_chief(), done=not must)
    lines = [_line(item, reports, grades, shown_people) for item in items] if shown_people else []
    return render_template(
        "console/calibration/show.html", round_id=round_id, month=month, count=len(items), done=len(mine), left=left,
        must=must, chief=_chief(), people=people, shown_people=shown_people, lines=lines, me=me), 200


@blueprint.get("/<int:round_id>/<int:position>")
def item(round_id: int, position: int) -> Answered:
    return _item_page(round_id, position)


@blueprint.post("/<int:round_id>/<int:position>")
def grade(round_id: int, position: int) -> Answered:
    form: Any = RubricForm()
    if not form.validate_on_submit():
        return _item_page(round_id, position, form=form, status=400)
    try:
        given = form.given()
        if given.verdict is None:
            raise BadInput("请选一个结论。")
        with writing(deps().engine) as session:
            one = _item(session, round_id, position)
            verbs.grade(session, one.id, GradeInput(given.verdict, given.row_code, given.doubling, given.marks,
                                                    reason=given.reason), actor=actor(), now=now())
            grades = queries.grades(session, round_id)
            left = [other.position for other in queries.items(session, round_id)
                    if (other.id, member().staff_id) not in grades]
    except WoodpeckerError as problem:
        return _item_page(round_id, position, form=form, problem=str(problem), status=status_of(problem))
    if not left:
        flash("都评完了，列表已经打开。下面是您和当时的结论。", "success")
        return redirect(url_for("calibration.show", round_id=round_id))
    following = next((n for n in left if n > position), left[0])
    return redirect(url_for("calibration.item", round_id=round_id, position=following))


@blueprint.post("/<int:round_id>/skip")
def skip(round_id: int) -> Response:
    staff_id = request.form.get("staff", type=whole)

    def act(session: Session) -> str:
        if staff_id is None:
            raise BadInput("请选一位编辑。")
        verbs.skip(session, round_id, staff_id, actor=actor(), now=now())
        return "他可以直接去评了。"

    problem = attempt(act)
    if problem:
        flash(str(problem), "danger")
    return redirect(url_for("calibration.show", round_id=round_id))


def _chief() -> bool:
    return member().role in (Role.CHIEF, Role.ADMIN)


def _shown_people(people: list[Member], me: int, *, chief: bool, done: bool) -> list[Member]:
    """Whose grades this member sees: nobody's before he has graded himself, then his own; a chief then everybody's."""
    if not done:
        return []
    return [one for one in people if one.staff_id == me or chief]


def _overview(*, problem: str = "", status: int = 200, round_id: int = 0, kept: frozenset[int] = frozenset()) -> Answered:
    with reading(deps().engine) as session:
        rounds = queries.running(session, member().staff_id)
        setups = [_setup(session, one, kept if one.round_id == round_id else frozenset()) for one in rounds]
    page = render_template("console/calibration/index.html", setups=setups, chief=_chief(), problem=problem,
                           fewest=FEWEST, most=MOST)
    return page, status


def _setup(session: Session, one: RunningRound, kept: frozenset[int]) -> Setup:
    if one.count or not _chief():
        return Setup(one, (), frozenset())
    found = verbs.propose(session, one.contest_id)
    chosen = kept or frozenset(report.number for report in found.reports[: found.chosen])
    return Setup(one, tuple(archive.shown(report) for report in found.reports), chosen)


def _month(session: Session, round_id: int) -> str:
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NoSuchPage
    return round_.month


def _item(session: Session, round_id: int, position: int) -> CalibrationItem:
    found = next((one for one in queries.items(session, round_id) if one.position == position), None)
    if found is None:
        raise NoSuchPage
    return found


def _item_page(round_id: int, position: int, *, form: RubricForm | None = None, problem: str = "",
               status: int = 200) -> Answered:
    with reading(deps().engine) as session:
        month = _month(session, round_id)
        one = _item(session, round_id, position)
        items = queries.items(session, round_id)
        grades = queries.grades(session, round_id)
        if not problem and (one.id, member().staff_id) in grades:
            return redirect(url_for("calibration.show", round_id=round_id))
        report = archive_reads.reports(session, [one.report_id])[one.report_id]
        rules = _rules(session, round_id)
    done = sum((other.id, member().staff_id) in grades for other in items)
    # What was decided then is not on this page: the shown report carries it only where grades are compared.
    page = render_template(
        "console/calibration/item.html", round_id=round_id, month=month, position=position, count=len(items), done=done,
        shown=archive.shown(report), form=form or RubricForm(formdata=None), problem=problem,
        worth=rubric_choices.for_script(rules, None), **rubric.names(rules), **anchors.names())
    return page, status


def _rules(session: Session, round_id: int) -> RuleSet:
    round_ = session.get_one(Round, round_id)
    return from_json(session.get_one(RuleRow, round_.rule_set_id).rules)


def _line(item: CalibrationItem, reports: dict[int, archive_reads.ArchivedReport],
          grades: dict[tuple[int, int], CalibrationGrade], people: list[Member]) -> Line:
    shown = archive.shown(reports[item.report_id])
    decided = (shown.verdict, shown.row_code, shown.doubling)
    cells = []
    for one in people:
        grade = grades.get((item.id, one.staff_id))
        cells.append(None if grade is None else _cell(
            grade.verdict, grade.row_code, grade.doubling, (grade.place_mark, grade.correction_mark, grade.reason_mark),
            grade.reason_text, decided))
    own = _cell(shown.verdict or Verdict.NEEDS_MORE, shown.row_code, shown.doubling, shown.marks, shown.reason_text,
                decided)
    return Line(item.id, item.position, shown, own, tuple(cells))


def _cell(verdict: Verdict, row_code: str | None, doubling: Doubling, marks: tuple[bool, bool, bool],
          reason: str | None, decided: tuple[Verdict | None, str | None, Doubling]) -> Cell:
    scoring = verdict in SCORING_VERDICTS
    lines = []
    if scoring and row_code:
        lines.append(ROW_NAMES.get(row_code, row_code))
        if doubling is not Doubling.NONE:
            lines.append(f"加倍：{DOUBLINGS[doubling]}")
        on = [name for name, given in zip(MARKS.values(), marks, strict=True) if given]
        lines.append("、".join(on) or "说明都没打勾")
    if reason:
        lines.append(f"理由：{reason}")
    same = verdict is decided[0] and (not scoring or (row_code, doubling) == decided[1:])
    return Cell(present.name(verdict), tuple(lines), not same)
