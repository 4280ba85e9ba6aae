"""Deciding a report: graded, previewed, taken back, handed up, its record mended. Rules stand in bot.judging.grading."""

from __future__ import annotations

from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage

from bot.errors import BadInput, WoodpeckerError
from bot.filing import reports
from bot.judging import grading, outcomes, rescored
from bot.teamwork import drafts
from models.session import reading, writing
from models.work_enums import DraftOf
from web import present
from web.console import leaving_bar, listing, looks, undoing
from web.console.reports import outcome_words, own_words, regrading, report_acts, report_page, reviews
from web.console.reports.report_forms import (
    EscalateForm,
    GradeForm,
    MendForm,
    TellForm,
    VersionedForm,
    first_words,
)
from web.console.reports.report_view import MEND, Answer, act, again, back, blueprint, onwards, page
from web.console.shelf import library
from web.deps import deps, now
from web.visitor import actor, member


def register(app: Flask) -> None:
    report_acts.add()
    app.register_blueprint(blueprint)


@blueprint.get("/<int:number>")
def show(number: int) -> Answer:
    return page(number)


@blueprint.get("/<int:number>/words")
def words(number: int) -> str:
    """All that the reader wrote, where the page holds only its beginning."""
    with reading(deps().engine) as session:
        found = own_words.words_of(session, number)
    if found is None:
        raise NoSuchPage
    return render_template("console/report/all_words.html", number=number, words=found, address=_address())


@blueprint.post("/<int:number>/grade")
def grade(number: int) -> Answer:
    form: Any = GradeForm()
    if not form.validate_on_submit():
        return page(number, grade_form=form, status=400)
    listed, moment = listing.asked(), now()
    try:
        given = form.given(request.form.get("canned", ""))
        with writing(deps().engine) as session:
            rescored.grade(session, number, given, confirmed=looks.confirmed(), actor=actor(), now=moment,
                           expected_version=form.expected_version.data)
            drafts.finish(session, DraftOf.GRADE, number, actor=actor())
            said = reviews.after(session, number, member().staff_id)
            settled = regrading.after_grade(session, number)
            version = reports.get(session.connection(), number).version
            stays = request.form.get("stay") == "y" or bool(said and said.stay)
            following = number if stays else listing.following(session, listed, number)
    except WoodpeckerError as problem:
        return again(number, problem, grade_form=form)
    if settled:
        flash(settled, "info")
    elif not (said and said.settled):
        undoing.remember(number, version, f"编号 {number} 已评：{present.name(given.verdict)}。")
    if said:
        flash(said.words, "info")
    else:
        leaving_bar.remember(number, moment)
    return onwards(following, listed)


@blueprint.post("/<int:number>/preview")
def preview(number: int) -> Answer:
    """What the reader would get were the form saved as it is; nothing is saved."""
    form: Any = GradeForm()
    if not form.validate_on_submit():
        return page(number, grade_form=form, status=400)
    with reading(deps().engine) as session:
        found = report_page.gather(session, number, viewer_id=member().staff_id, now=now())
    if found is None:
        raise NoSuchPage
    try:
        given = form.given(request.form.get("canned", ""))
    except BadInput as problem:
        return again(number, problem, grade_form=form)
    form.reason.data = given.reason
    words = outcomes.words(outcome_words.told(found.report, found.worth.rules), given.verdict, given.reason)
    return page(number, grade_form=form, preview=words)


@blueprint.post("/<int:number>/undo")
def undo(number: int) -> Answer:
    def undone(session: Session, version: int, _: Any) -> None:
        rescored.undo(session, number, confirmed=looks.confirmed(), actor=actor(), now=now(), expected_version=version)
        undoing.forget(number)
        leaving_bar.forget(number)

    return act(number, VersionedForm(), undone, f"编号 {number} 的评分已撤销。")


@blueprint.post("/<int:number>/hold")
def hold(number: int) -> Answer:
    """Calls the words to the reader back; the decision stands, and they can be written anew here."""
    def held(session: Session) -> None:
        outcomes.hold(session, number, actor=actor(), now=now())

    leaving_bar.forget(number)
    try:
        with writing(deps().engine) as session:
            held(session)
    except WoodpeckerError as problem:
        return again(number, problem)
    flash("给读者的话已撤回，评分没有变。改好了再发。", "success")
    return redirect(url_for("report.show", number=number, **_address(), _anchor="outcome"))


@blueprint.post("/<int:number>/tell")
def tell(number: int) -> Answer:
    """Tells the reader in other words what was called back."""
    def told(session: Session, version: int, form: Any) -> None:
        outcomes.write_anew(session, number, (form.reason.data or "").replace("\r\n", "\n"), actor=actor(), now=now(),
                            expected_version=version)

    return act(number, TellForm(), told, "好，10 秒后发给读者。")


@blueprint.post("/<int:number>/mend")
def mend(number: int) -> Answer:
    form: Any = MendForm(prefix=MEND)
    if not form.validate_on_submit():
        return page(number, mend_form=form, status=400)
    try:
        with writing(deps().engine) as session:
            record = report_page.record_of(session, number)
            if record is None:
                raise NoSuchPage
            amendments = form.amendments(record)
            if amendments:
                looks.apply(session, number, lambda: grading.mend(
                    session, number, amendments, index=library().index(session.connection()), actor=actor(), now=now(),
                    expected_version=form.expected_version.data))
            drafts.finish(session, DraftOf.MEND, number, actor=actor())
    except WoodpeckerError as problem:
        return again(number, problem, mend_form=form)
    flash("记录已更正，读者的原话不变。" if amendments else "没有改动。", "success" if amendments else "info")
    return back(number)


@blueprint.post("/<int:number>/escalate")
def escalate(number: int) -> Answer:
    form: Any = EscalateForm()
    listed = listing.asked()
    if not form.validate_on_submit():
        return page(number, problem=first_words(form), status=400)
    try:
        with writing(deps().engine) as session:
            looks.apply(session, number, lambda: grading.escalate(
                session, number, form.escalate_reason.data, actor=actor(), now=now(),
                expected_version=form.expected_version.data))
            drafts.finish(session, DraftOf.GRADE, number, actor=actor())
            version = reports.get(session.connection(), number).version
            following = listing.following(session, listed, number)
    except WoodpeckerError as problem:
        return again(number, problem)
    undoing.remember(number, version, f"编号 {number} 已上报。")
    return onwards(following, listed)


def _address() -> dict[str, Any]:
    return dict(listing.address(listing.asked()))
