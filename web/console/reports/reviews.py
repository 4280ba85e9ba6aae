"""Second opinions on the page of a report: what this member may see and do, the chief's choice. Rules: bot.judging.reviews."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Flask, flash, redirect, url_for
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from bot.judging import eligible, rescored
from bot.judging.eligible import Hindrance
from bot.judging.rescored import LookFirst
from models.enums import Role
from models.queries import reviews as queries
from models.queries.reviews import OpinionView, ReviewView, Seen
from models.work_enums import BLIND_REVIEWS, OPEN_REVIEWS, ReviewState
from web.console import listing, looks
from web.console.acting import attempt
from web.console.reports import regrading
from web.deps import now
from web.forms import AtMost, Form, Required, WholeNumber
from web.numbers import whole
from web.visitor import actor, role_here

if TYPE_CHECKING:
    from web.console.reports.part_asked import Asked

LONGEST_REASON = 300
KEPT = "decide"
"""Where the cookie keeps what a chief wrote when it could not be saved."""
PLACES = {1: "第一位", 2: "第二位", 3: "第三位"}

blueprint = Blueprint("reviews", __name__, url_prefix="/reports")


class DecideForm(Form):
    expected_version = WholeNumber(validators=[Required("页面不完整，请刷新后再试。")])
    grade = StringField("哪一位的评分", validators=[AtMost(12)])
    decide_reason = TextAreaField("为什么这样定", validators=[AtMost(LONGEST_REASON)])


@dataclass(frozen=True, slots=True)
class Side:
    """One grade beside the others. `stands`: it is what was settled on."""

    place: str
    own: bool
    stands: bool
    said: OpinionView


@dataclass(frozen=True, slots=True)
class Part:
    """What the template asks for; everything is empty where nobody is asked for a second opinion.

    `asked`: this member is to grade without seeing others' grades. `refused`: he may not grade it at all. `why`: he
    may, and says why. `words`: where the review stands; never anything of a grade that he must not see.
    """

    asked: bool = False
    refused: str = ""
    why: str = ""
    words: str = ""
    cause: str = ""
    reason: str = ""
    sides: tuple[Side, ...] = ()
    can_decide: bool = False
    chosen: int | None = None
    decide_reason: str = ""


@dataclass(frozen=True, slots=True)
class After:
    """What became of the opinion that was just given; `stay`: the grades are worth a look before going on.

    `settled`: it can no longer be taken back.
    """

    words: str
    stay: bool
    settled: bool = False


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


def part(asked: Asked) -> dict[str, Any]:
    """For console/report/review.html. One query, none where nobody is asked twice and the page is not his own."""
    late_why = regrading.why(asked.report)
    if asked.report.review_id is None and not asked.report.own_page:
        return {"review": Part(why=late_why)}
    staff_id = asked.viewer.staff_id
    seen = queries.of_report(asked.session.connection(), asked.report.number, staff_id)
    found = of(seen, staff_id, role_here())
    return {"review": replace(found, why=found.why or late_why)}


def of(seen: Seen, staff_id: int, role: Role) -> Part:
    """What one member is shown of a review."""
    found = eligible.judge(seen, staff_id)
    review = seen.review
    why, refused = _hindered(found)
    if seen.hidden or review is None:
        return Part(asked=seen.hidden and not refused, refused=refused, why=why,
                    words="" if review is None else "有一位编辑评过了。")
    many = len(review.opinions) > 1 or review.state is ReviewState.SETTLED
    sides = tuple(_side(review, one, staff_id) for one in review.opinions) if many else ()
    decides = _may_decide(seen, review, role)
    kept = cookie.pop(KEPT, {}) if decides else {}
    return Part(refused="" if decides else refused, why=why, words=_words(review, decides=decides), cause=review.cause,
                reason=review.reason or "", sides=sides or _to_decide(review, staff_id, decides=decides),
                can_decide=decides, chosen=kept.get("grade"), decide_reason=kept.get("reason", ""))


def _hindered(found: Hindrance | None) -> tuple[str, str]:
    """(why he is asked for a reason, why he may not)."""
    if found is None:
        return "", ""
    return (found.words, "") if found.with_reason else ("", found.words)


def _side(review: ReviewView, one: OpinionView, staff_id: int) -> Side:
    return Side(PLACES[one.nth], one.by_id == staff_id, review.stands(one), one)


def _to_decide(review: ReviewView, staff_id: int, *, decides: bool) -> tuple[Side, ...]:
    """The one grade there is, where nobody is left to give another."""
    return tuple(_side(review, one, staff_id) for one in review.opinions) if decides else ()


def _may_decide(seen: Seen, review: ReviewView, role: Role) -> bool:
    """Whether the form is shown; bot.judging.reviews has the last word."""
    asked = review.state is ReviewState.WAITING_CHIEF or (review.state in BLIND_REVIEWS and not seen.others)
    return asked and (role is Role.CHIEF or not seen.chiefs)


def _words(review: ReviewView, *, decides: bool) -> str:
    if decides:
        return "评分不一样，请您定：选一位的评分，写一句为什么。" if len(review.opinions) > 1 else \
            "没有别的编辑能再评了，请您定，并写一句为什么。"
    if review.state is ReviewState.SETTLED:
        return {"agreed": "两位评得一样，已经评定。", "two_of_three": "三位里有两位评得一样，按这两位的评定。",
                "chief": "评分不一样，主编已定。"}[review.result or ""]
    waits = "评定以后才告诉读者。" if review.held_back else ""
    return {ReviewState.WAITING_SECOND: f"请了第二位编辑独立再评。{waits}",
            ReviewState.WAITING_THIRD: f"有分歧，等第三位编辑独立再评。{waits}",
            ReviewState.WAITING_CHIEF: f"有分歧，等主编定。{waits}"}[review.state]


def after(session: Session, number: int, staff_id: int) -> After | None:
    """What to say after a grade was saved; None where it was an ordinary decision."""
    review = queries.of_report(session.connection(), number, staff_id).review
    if review is None or len(review.opinions) < 2 or review.opinions[-1].by_id != staff_id:
        return None
    last = review.opinions[-1]
    if review.state is ReviewState.SETTLED and review.closed_at == last.at:
        agreed = len(review.opinions) == 2
        said = "和另一位评得一样，已经评定。" if agreed else "三位里有两位评得一样，已经评定。"
        return After(said, stay=not agreed, settled=True)
    if review.state not in OPEN_REVIEWS:
        return None
    chief = review.state is ReviewState.WAITING_CHIEF
    return After("和别人评得不一样，等主编定。" if chief else "和另一位评得不一样，等第三位来评。", stay=True)


@blueprint.post("/<int:number>/decide")
def decide(number: int) -> Response | tuple[str, int]:
    form: Any = DecideForm()
    if not form.validate_on_submit():
        flash(next((str(errors[0]) for errors in form.errors.values() if errors), "请再试一次。"), "danger")
        return _back(number, form)

    def act(session: Session) -> str:
        rescored.decide(session, number, whole(form.grade.data) if form.grade.data else None,
                        form.decide_reason.data or "", confirmed=looks.confirmed(), actor=actor(), now=now(),
                        expected_version=form.expected_version.data)
        return f"编号 {number} 已定。"

    problem = attempt(act)
    if problem is None:
        return _back(number, None)
    if isinstance(problem, LookFirst):
        return looks.page(number, problem, why=(form.decide_reason.data or "").strip())
    flash(str(problem), "danger")
    return _back(number, form)


def _back(number: int, entered: Any) -> Response:
    """The page of the report again; what was entered and not saved is kept for it."""
    if entered is not None:
        grade = entered.grade.data or ""
        cookie[KEPT] = {"grade": int(grade) if grade.isdecimal() and len(grade) <= 9 else None,
                        "reason": (entered.decide_reason.data or "")[:LONGEST_REASON]}
    address = cast("dict[str, Any]", listing.address(listing.asked()))
    return redirect(url_for("report.show", number=number, _anchor="second-opinions", **address))
