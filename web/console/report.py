"""The grading page: article, the reader's own words and the record, rubric. Rules stand in bot.grading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot import grading, linking, reports
from bot.errors import Stale, WoodpeckerError
from models.enums import DeskCause, ReportState
from models.queries import attachments as files
from models.queries import corrections, newsroom, queue
from models.queries.queue import OPEN_VIEWS, Filter
from models.session import reading, writing
from web import present
from web.console import listing, report_page, undoing
from web.console.acting import attempt
from web.console.report_forms import (
    EscalateForm,
    GradeForm,
    MendForm,
    NumberForm,
    VersionedForm,
    first_words,
)
from web.console.shelf import library
from web.deps import deps, now
from web.errors import status_of
from web.numbers import whole
from web.visitor import actor

MEND = "mend-"
"""Keeps the names of the two forms of the page apart."""

blueprint = Blueprint("report", __name__, url_prefix="/reports")

Answer = Response | tuple[str, int]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:number>")
def show(number: int) -> Answer:
    return _page(number)


@blueprint.post("/<int:number>/grade")
def grade(number: int) -> Answer:
    form: Any = GradeForm()
    if not form.validate_on_submit():
        return _page(number, grade_form=form, status=400)
    listed = listing.asked()
    try:
        with writing(deps().engine) as session:
            given = form.given()
            key = queue.key_of(session, number, listed.view)
            grading.grade(session, number, given, actor=actor(), now=now(),
                          expected_version=form.expected_version.data)
            version = reports.get(session.connection(), number).version
            following = _next(session, listed, key, number)
    except WoodpeckerError as problem:
        return _again(number, problem, grade_form=form)
    undoing.remember(number, version, f"编号 {number} 已评：{present.name(given.verdict)}。")
    return _onwards(following, listed)


@blueprint.post("/<int:number>/undo")
def undo(number: int) -> Answer:
    return _act(number, VersionedForm(), lambda session, version, _: grading.undo(
        session, number, actor=actor(), now=now(), expected_version=version), f"编号 {number} 的评分已撤销。")


@blueprint.post("/<int:number>/mend")
def mend(number: int) -> Answer:
    form: Any = MendForm(prefix=MEND)
    if not form.validate_on_submit():
        return _page(number, mend_form=form, status=400)
    try:
        with writing(deps().engine) as session:
            record = report_page.record_of(session, number)
            if record is None:
                raise NoSuchPage
            amendments = form.amendments(record)
            if amendments:
                grading.mend(session, number, amendments, index=library().index(session.connection()),
                             actor=actor(), now=now(), expected_version=form.expected_version.data)
    except WoodpeckerError as problem:
        return _again(number, problem, mend_form=form)
    flash("记录已更正，读者的原话不变。" if amendments else "没有改动。", "success" if amendments else "info")
    return _back(number)


@blueprint.post("/<int:number>/join")
def join(number: int) -> Answer:
    return _act(number, NumberForm(), lambda session, version, form: grading.join(
        session, number, form.number(), actor=actor(), now=now(), expected_version=version), "已归到同一处。")


@blueprint.post("/<int:number>/link")
def link(number: int) -> Answer:
    return _act(number, NumberForm(), lambda session, version, form: grading.link_slip(
        session, number, form.number(), actor=actor(), now=now(), expected_version=version),
        "已记为同一差错在别处，对读者只算一处。")


@blueprint.post("/<int:number>/unlink")
def unlink(number: int) -> Answer:
    return _act(number, VersionedForm(), lambda session, version, _: linking.unlink_slip(
        session, number, actor=actor(), now=now(), expected_version=version), "已分开，各算一处。")


@blueprint.post("/<int:number>/apart")
def apart(number: int) -> Answer:
    return _act(number, NumberForm(), lambda session, version, form: linking.keep_apart(
        session, number, form.number(), actor=actor(), now=now(), expected_version=version),
        "已记下不是同样的错，不再提示。")


@blueprint.post("/<int:number>/split")
def split(number: int) -> Answer:
    return _act(number, VersionedForm(), lambda session, version, _: grading.split(
        session, number, actor=actor(), now=now(), expected_version=version), "已另立一处。")


@blueprint.post("/<int:number>/place")
def place(number: int) -> Answer:
    """Which of several places is meant: its number among those found."""
    choice = request.form.get("place", type=whole)
    return _act(number, VersionedForm(), lambda session, version, _: grading.settle_place(
        session, number, choice, actor=actor(), now=now(), expected_version=version), "已定为这一处。")


@blueprint.post("/<int:number>/settle")
def settle(number: int) -> Answer:
    same = request.form.get("same") == "yes"
    return _act(number, VersionedForm(), lambda session, version, _: grading.settle_maybe(
        session, number, same=same, actor=actor(), now=now(), expected_version=version),
        "已定为同一处。" if same else "已定为不是同一处。")


@blueprint.post("/<int:number>/escalate")
def escalate(number: int) -> Answer:
    form: Any = EscalateForm()
    listed = listing.asked()
    if not form.validate_on_submit():
        return _page(number, problem=first_words(form), status=400)
    try:
        with writing(deps().engine) as session:
            key = queue.key_of(session, number, listed.view)
            grading.escalate(session, number, form.escalate_reason.data, actor=actor(), now=now(),
                             expected_version=form.expected_version.data)
            version = reports.get(session.connection(), number).version
            following = _next(session, listed, key, number)
    except WoodpeckerError as problem:
        return _again(number, problem)
    undoing.remember(number, version, f"编号 {number} 已上报。")
    return _onwards(following, listed)


def _act(number: int, form: Any, act: Callable[[Session, int, Any], None], done: str) -> Answer:
    """One small act of the page; afterwards the same page again."""
    if not form.validate_on_submit():
        return _page(number, problem=first_words(form), status=400)

    def acted(session: Session) -> str:
        act(session, form.expected_version.data, form)
        return done

    problem = attempt(acted)
    return _again(number, problem) if problem else _back(number)


def _next(session: Session, listed: Filter, key: queue.Key | None, number: int) -> int | None:
    """What opens after a decision: what follows in the list, else its first; in lists of done work nothing."""
    for after in (key, None):
        found = [row.number for row in queue.rows(session, listed, after=after, limit=2).rows
                 if row.number != number]
        if found:
            return found[0]
        if listed.view not in OPEN_VIEWS:
            return number
    return None


def _onwards(following: int | None, listed: Filter) -> Response:
    address = cast("dict[str, Any]", listing.address(listed))
    if following is None:
        flash("这一列都评完了。", "success")
        return redirect(url_for("queue.index", **address))
    return redirect(url_for("report.show", number=following, **address))


def _back(number: int) -> Response:
    address = cast("dict[str, Any]", listing.address(listing.asked()))
    return redirect(url_for("report.show", number=number, **address))


def _again(number: int, problem: WoodpeckerError, *, grade_form: GradeForm | None = None,
           mend_form: MendForm | None = None) -> Answer:
    """The page as it is now, with what was entered kept, and why it was not saved."""
    status = status_of(problem)
    return _page(number, grade_form=grade_form, mend_form=mend_form, problem=str(problem), status=status,
                 stale=isinstance(problem, Stale))


def _page(number: int, *, grade_form: GradeForm | None = None, mend_form: MendForm | None = None,
          problem: str = "", status: int = 200, stale: bool = False) -> Answer:
    listed = listing.asked()
    with reading(deps().engine) as session:
        found = report_page.gather(session, number)
        if found is None:
            raise NoSuchPage
        attachments = files.of_report(session, number)
        cause = newsroom.cause_of(session, found.report.erratum_id)
        corrected = (corrections.of_errata(session, [cause.erratum_id]).get(cause.erratum_id)
                     if cause and cause.confirmed else None)
        key = queue.key_of(session, number, listed.view)
        before, after = queue.neighbours(session, listed, key) if key else (None, None)
    grade_form = grade_form or _filled_grade(found)
    mend_form = mend_form or _filled_mend(found)
    for form in (grade_form, mend_form):
        # What is entered now is meant for the record as it is shown now.
        form.expected_version.raw_data, form.expected_version.data = None, found.report.version
    page = render_template(
        "console/report.html", it=found, report=found.report, attachments=attachments, grade_form=grade_form, mend_form=mend_form,
        problem=problem, stale=stale, listed=listed, address=listing.address(listed), before=before, after=after, now=now(),
        undo=undoing.take() if request.method == "GET" else None, list_name=listing.VIEW_NAMES[listed.view],
        age=listing.age, correction=listing.correction, corrected=corrected, cause=cause, desk_causes=tuple(DeskCause),
        **report_page.CHOICES,
    )
    return page, status


def _filled_grade(found: report_page.Gathered) -> GradeForm:
    """The last grade where there is one, else what the machine proposes."""
    report = found.report
    decided = report.state in (ReportState.DECIDED, ReportState.NEEDS_MORE) and report.verdict is not None
    kind = found.proposal
    row_code = report.row_code or (kind.row.code if kind else None)
    doubling = report.doubling if report.row_code else kind.doubling if kind else "none"
    place, correction, reason = report.marks if decided else found.proposed_marks
    return GradeForm(
        formdata=None, expected_version=report.version, row_code=row_code, doubling=str(doubling),
        verdict=report.verdict.value if decided and report.verdict else None,
        place_mark=place, correction_mark=correction, reason_mark=reason,
        reason=report.reason_text if decided else "", original=str(report.original_id or ""),
    )


def _filled_mend(found: report_page.Gathered) -> MendForm:
    values: dict[str, Any] = dict(found.record)
    values["delete"] = bool(values["delete"])
    return MendForm(formdata=None, prefix=MEND, expected_version=found.report.version, **values)
