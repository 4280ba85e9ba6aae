"""The page of a report as an answer: gathered, its forms filled, drawn. The acts on it stand beside (report, report_acts)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.errors import Stale, WoodpeckerError
from bot.judging.rescored import LookFirst
from models.enums import DeskCause, ReportState, Verdict
from models.queries.listed import Filter
from models.session import reading
from models.work_enums import DraftOf
from web.console import leaving_bar, listing, looks, undoing
from web.console.acting import attempt
from web.console.reports import drafts, report_page, report_parts
from web.console.reports.report_forms import LONGEST_FIELD, GradeForm, MendForm, first_words
from web.console.reports.stale import conflict
from web.deps import deps, now
from web.errors import status_of
from web.visitor import member

MEND = "mend-"
"""Keeps the names of the two forms of the page apart."""

blueprint = Blueprint("report", __name__, url_prefix="/reports")

Answer = Response | tuple[str, int]


def address() -> dict[str, Any]:
    """The list that the page was opened from, as parameters of an address."""
    return cast("dict[str, Any]", listing.address(listing.asked()))


def act(number: int, form: Any, does: Callable[[Session, int, Any], str | None], done: str) -> Answer:
    """One small act of the page; afterwards the same page again. `does` may give the sentence in place of `done`."""
    if not form.validate_on_submit():
        return page(number, problem=first_words(form), status=400)

    def acted(session: Session) -> str:
        return does(session, form.expected_version.data, form) or done

    problem = attempt(acted)
    return again(number, problem) if problem else back(number)


def onwards(following: int | None, listed: Filter) -> Response:
    parameters = cast("dict[str, Any]", listing.address(listed))
    if following is None:
        flash("这一列都评完了。", "success")
        return redirect(url_for("queue.index", **parameters))
    return redirect(url_for("report.show", number=following, **parameters))


def back(number: int) -> Response:
    return redirect(url_for("report.show", number=number, **address()))


def again(number: int, problem: WoodpeckerError, *, grade_form: GradeForm | None = None,
          mend_form: MendForm | None = None) -> Answer:
    """The page as it is now, with what was entered kept, and why it was not saved; first who would move, where that is
    to be looked at."""
    if isinstance(problem, LookFirst):
        return looks.page(number, problem)
    stale = isinstance(problem, Stale)
    entered: tuple[DraftOf, Any] | None = None
    if stale and (grade_form or mend_form):
        entered = (DraftOf.GRADE, grade_form) if grade_form else (DraftOf.MEND, mend_form)
        drafts.keep_entered(number, *entered)
    return page(number, grade_form=grade_form, mend_form=mend_form, problem=str(problem), status=status_of(problem),
                entered=entered)


def page(number: int, *, grade_form: GradeForm | None = None, mend_form: MendForm | None = None, problem: str = "",
         status: int = 200, entered: tuple[DraftOf, Any] | None = None, preview: str = "",
         note_text: str = "") -> Answer:
    """`entered`: what was refused as stale; `preview`: the message to the reader as it would be sent."""
    listed = listing.asked()
    with reading(deps().engine) as session:
        found = report_page.gather(session, number, viewer_id=member().staff_id, now=now())
        if found is None:
            raise NoSuchPage
        before, after = listing.around(session, listed, found.report)
        parts = report_parts.gather(report_parts.Asked(session, found.report, member(), now(), found.kinds))
    theirs: dict[DraftOf, Any] = {DraftOf.GRADE: filled_grade(found), DraftOf.MEND: filled_mend(found)}
    clash = conflict(entered[0], mine=entered[1], theirs=theirs[entered[0]], found=found) if entered else None
    if grade_form is None:
        grade_form = theirs[DraftOf.GRADE]
        drafts.fill(grade_form, parts["drafts"], DraftOf.GRADE)
    if mend_form is None:
        mend_form = theirs[DraftOf.MEND]
        drafts.fill(mend_form, parts["drafts"], DraftOf.MEND)
    for form in (grade_form, mend_form):
        # What is entered now is meant for the record as it is shown now.
        form.expected_version.raw_data, form.expected_version.data = None, found.report.version
    looking = request.method == "GET"
    waiting = leaving_bar.take(now()) if looking else None
    drawn = render_template(
        "console/report.html", it=found, report=found.report, attachments=found.attachments, grade_form=grade_form,
        mend_form=mend_form, problem=problem, conflict=clash, listed=listed, address=listing.address(listed), before=before,
        after=after, now=now(), undo=undoing.take() if looking else None, leaving_now=waiting,
        list_name=listing.views(member().editors).get(listed.view, listing.VIEW_NAMES[listed.view]), age=listing.age,
        correction=listing.correction, corrected=found.corrected, cause=found.cause, desk_causes=tuple(DeskCause),
        preview=preview, note_text=note_text, stay=_stays(),
        frames={verdict.value: (frame.filled, frame.bare) for verdict, frame in found.frames.items()},
        canned_chosen=request.form.get("canned", ""), **report_page.CHOICES, **parts,
    )
    return drawn, status


def _stays() -> bool:
    """Whether the page stays after a decision: as just said, else as the member prefers."""
    return request.form.get("stay") == "y" if request.method == "POST" else member().stay_here


def filled_grade(found: report_page.Gathered) -> GradeForm:
    """The last grade where there is one, else what the machine proposes."""
    report = found.report
    decided = report.state in (ReportState.DECIDED, ReportState.NEEDS_MORE) and report.verdict is not None
    kind = found.proposal
    row_code = report.row_code or (kind.row.code if kind else None)
    doubling = report.doubling if report.row_code else kind.doubling if kind else "none"
    place, correction, reason = report.marks if decided else found.proposed_marks
    verdict = report.verdict.value if decided and report.verdict else _asked_verdict()
    return GradeForm(
        formdata=None, expected_version=report.version, row_code=row_code, doubling=str(doubling), verdict=verdict,
        place_mark=place, correction_mark=correction, reason_mark=reason,
        reason=report.reason_text if decided else "", original=str(report.original_id or request.args.get("original", "")[:12]),
    )


def _asked_verdict() -> str | None:
    """Comparing two reports leads here with the verdict that was chosen there."""
    wanted = request.args.get("verdict", "")
    return wanted if wanted in list(Verdict) else None


def filled_mend(found: report_page.Gathered) -> MendForm:
    """A field too long to be mended here stays empty, which leaves it as it is."""
    values: dict[str, Any] = {key: value if len(value) <= LONGEST_FIELD else "" for key, value in found.record.items()}
    values["delete"] = bool(values["delete"])
    return MendForm(formdata=None, prefix=MEND, expected_version=found.report.version, **values)
