"""评出以后: what changed since the pick and who moves, open corrections of a released list, appeals, records (RULES 18, 19).

Names stand here as they were printed, and for chiefs those that would come in. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import DateField, StringField
from wtforms.widgets import HiddenInput

from bot.claiming.terms import Terms
from bot.contest.after_pick import amends, moving_on, repicks
from bot.contest.after_pick.amends import Plan
from bot.contest.after_pick.repicks import Proposal
from bot.contest.announcing import drafts
from bot.contest.phases import local_day
from bot.recording import records
from models.enums import ChangeKind, CorrectionState, Prize, PrizeState, RoundState
from models.queries import round_changes as queries
from models.queries import rounds as round_queries
from models.queries.round_changes import AppealCounts, CorrectionView
from models.queries.rounds import AwardView, RoundView
from models.records import RoundRecord
from models.session import reading
from web.access import may
from web.console.acting import attempt
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Form, Required, WholeNumber
from web.visitor import actor, member

blueprint = Blueprint("changes", __name__, url_prefix="/rounds/<int:round_id>/changes")

Answer = Response | tuple[str, int]
SETTLED = (RoundState.PICKED, RoundState.RELEASED)
REASON = "理由（会公开）"


class PickAgainForm(Form):
    seen = StringField(widget=HiddenInput(), validators=[Required("页面不完整，请刷新后再试。")])
    again_reason = StringField("重新评出的理由", validators=[Required("请写一句理由。"), AtMost(repicks.LONGEST_REASON)])


class NameForm(Form):
    award_id = WholeNumber(widget=HiddenInput(), validators=[Required()])
    right = StringField("应为", validators=[Required("请填正确的名字。"), AtMost(amends.LONGEST_NAME)])
    reason = StringField(REASON, validators=[Required("请写一句理由。"), AtMost(amends.LONGEST_REASON)])


class NotEntitledForm(Form):
    award_id = WholeNumber(widget=HiddenInput(), validators=[Required()])
    reason = StringField(REASON, validators=[Required("请写一句理由。"), AtMost(amends.LONGEST_REASON)])


class LetGoForm(Form):
    seen = StringField(widget=HiddenInput(), validators=[Required("页面不完整，请刷新后再试。")])
    own_reason = StringField("由您自己定的理由", validators=[AtMost(300)])


class PrintedForm(Form):
    printed_on = DateField("登出的日子", validators=[Required("请填登出来的日子。")])


class WithdrawForm(Form):
    withdraw_reason = StringField("撤下的理由", validators=[Required("请写一句撤下的理由。"), AtMost(amends.LONGEST_REASON)])


@dataclass(frozen=True, slots=True)
class Shown:
    """One correction as this member sees it. `plan`: of a draft, for chiefs; `mine`: drafted by the member himself."""

    it: CorrectionView
    plan: Plan | None
    mine: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Who comes in, goes out or has another prize: (name, before, after)."""

    name: str
    before: Prize | None
    after: Prize | None


@dataclass(frozen=True, slots=True)
class Part:
    """For the round's own page. `proposal`: something came up since the pick; `corrections`: of a released list."""

    proposal: Proposal | None
    corrections: tuple[CorrectionView, ...]
    appeals: AppealCounts

    @property
    def waiting(self) -> int:
        """Drafts that somebody is to let go."""
        return sum(1 for one in self.corrections if one.state is CorrectionState.DRAFT)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


def part(session: Session, round_: RoundView) -> Part | None:
    """None until there is a list. In four small queries, unless something came up since the pick."""
    if round_.state not in SETTLED:
        return None
    return Part(repicks.proposal(session, round_.id) if round_.state is RoundState.PICKED else None,
                queries.corrections(session, round_.id) if round_.state is RoundState.RELEASED else (),
                queries.appeals(session.connection(), round_.id))


@blueprint.get("/")
def show(round_id: int) -> Answer:
    return _page(round_id)


@blueprint.post("/pick-again")
def pick_again(round_id: int) -> Answer:
    form: Any = PickAgainForm()

    def act(session: Session) -> str:
        repicks.pick_again(session, round_id, form.seen.data, reason=form.again_reason.data, actor=actor(), now=now())
        return "名单已经重新评出，上一版记录照样留着。请再看一遍预览，然后发布。"

    return _act(round_id, form, act)


@blueprint.post("/name")
def name(round_id: int) -> Answer:
    form: Any = NameForm()

    def act(session: Session) -> str:
        _of_round(session, round_id, form.award_id.data)
        amends.draft_name(session, form.award_id.data, form.right.data, form.reason.data, actor=actor(), now=now())
        return "更正起草好了，请另一位看过再定。"

    return _act(round_id, form, act)


@blueprint.post("/not-entitled")
def not_entitled(round_id: int) -> Answer:
    form: Any = NotEntitledForm()

    def act(session: Session) -> str:
        _of_round(session, round_id, form.award_id.data)
        amends.draft_not_entitled(session, form.award_id.data, form.reason.data, actor=actor(), now=now())
        return "更正起草好了，请另一位看过再定。"

    return _act(round_id, form, act)


def _of_round(session: Session, round_id: int, award_id: int) -> None:
    if award_id not in {one.id for one in round_queries.awards(session, round_id)}:
        raise NoSuchPage


@blueprint.post("/<int:change_id>/release")
def release(round_id: int, change_id: int) -> Answer:
    form: Any = LetGoForm()

    def act(session: Session) -> str:
        _known(session, round_id, change_id)
        amends.release(session, change_id, form.seen.data, reason=form.own_reason.data or "", actor=actor(), now=now(),
                       terms=Terms.of(deps().settings))
        return "定下来了，有关的读者会收到消息。请把更正登在下一期，登出来后回来登记。"

    return _act(round_id, form, act)


@blueprint.post("/<int:change_id>/printed")
def printed(round_id: int, change_id: int) -> Answer:
    form: Any = PrintedForm()

    def act(session: Session) -> str:
        _known(session, round_id, change_id)
        amends.mark_printed(session, change_id, form.printed_on.data, actor=actor(), now=now())
        return "记下了，更正已经登出来。"

    return _act(round_id, form, act)


@blueprint.post("/<int:change_id>/withdraw")
def withdraw(round_id: int, change_id: int) -> Answer:
    form: Any = WithdrawForm()

    def act(session: Session) -> str:
        _known(session, round_id, change_id)
        amends.withdraw(session, change_id, form.withdraw_reason.data, actor=actor(), now=now())
        return "撤下了，名单没有变。"

    return _act(round_id, form, act)


def _known(session: Session, round_id: int, change_id: int) -> None:
    if change_id not in {one.id for one in queries.corrections(session, round_id)}:
        raise NoSuchPage


@blueprint.get("/record/<int:version>.json")
def record(round_id: int, version: int) -> Response:
    """One version of the record, as it was kept."""
    with reading(deps().engine) as session:
        row = next((one for one in records.versions(session, round_id) if one.version == version), None)
        if row is None:
            raise NoSuchPage
        answer = Response(records.body(row), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="record-{round_id}-{version}.json"'
    return answer


def _act(round_id: int, form: Any, act: Callable[[Session], str]) -> Answer:
    if not form.validate_on_submit():
        return _page(round_id, next((str(errors[0]) for errors in form.errors.values()), "请再试一次。"), 400)
    if refused := attempt(act):
        return _page(round_id, str(refused), status_of(refused))
    return redirect(url_for("changes.show", round_id=round_id))


def _page(round_id: int, problem: str = "", status: int = 200) -> Answer:
    chief = may(member().role, "changes.release")
    with reading(deps().engine) as session:
        round_ = round_queries.load(session, round_id)
        if round_ is None or round_.state not in SETTLED:
            raise NoSuchPage
        released = round_.state is RoundState.RELEASED
        proposal = None if released else repicks.proposal(session, round_id)
        lines = _lines(session, round_id, proposal) if proposal is not None and chief else ()
        shown = _shown(session, round_id, chief=chief) if released else ()
        awards = round_queries.awards(session, round_id) if released else ()
        versions: list[RoundRecord] = records.versions(session, round_id)
        page = render_template(
            "console/after_pick.html", round=round_, released=released, proposal=proposal, lines=lines, shown=shown,
            awards=sorted(filter(_amendable, awards), key=_in_no_order_of_places), versions=versions,
            problem=problem, chief=chief,
            appeals=queries.appeals(session.connection(), round_id), all_appeals=queries.appeals(session.connection()),
            Kind=ChangeKind, State=CorrectionState, today=local_day(now()), entered=request.form if problem else {},
            goes_on=moving_on.goes_on(session, round_id), longest=amends.LONGEST_REASON, NAME=amends.LONGEST_NAME)
    return page, status


def _amendable(award: AwardView) -> bool:
    return award.state is not PrizeState.LAPSED and bool(award.printed_name)


def _in_no_order_of_places(award: AwardView) -> tuple[bool, str]:
    return award.prize is not Prize.BEST, award.printed_name or ""


def _shown(session: Session, round_id: int, *, chief: bool) -> tuple[Shown, ...]:
    """The newest first."""
    me = member().staff_id
    alone = amends.alone(session, me)
    return tuple(Shown(one, amends.plan(session, one.id) if chief and one.state is CorrectionState.DRAFT else None,
                       one.drafted_by_id == me, alone)
                 for one in reversed(queries.corrections(session, round_id)))


def _lines(session: Session, round_id: int, proposal: Proposal) -> tuple[Line, ...]:
    def called(person_id: int) -> str:
        return moving_on.name_of(session, round_id, drafts.reader_of(session, round_id, person_id))

    change = proposal.change
    return (*(Line(called(one), None, prize) for one, prize in change.came_in),
            *(Line(called(one), prize, None) for one, prize in change.went_out),
            *(Line(called(one), before, after) for one, before, after in change.moved))
