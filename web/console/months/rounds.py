"""轮次: the rounds, what blocks them, the trial, the pick, the announcement and its release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, StringField, TextAreaField, ValidationError
from wtforms.validators import AnyOf, Optional
from wtforms.widgets import HiddenInput

from bot.claiming.terms import Terms
from bot.contest import rounds as verbs
from bot.contest.after_pick import checklist
from bot.contest.announcing import drafts
from bot.contest.days import planned
from bot.contest.phases import local_day
from bot.contest.rounds import Preview
from models.enums import Prize, ReleaseStep, RoundState
from models.queries import articles, reviews
from models.queries import release as release_queries
from models.queries import rounds as queries
from models.session import reading
from web import present
from web.access import announces, may
from web.console.acting import attempt
from web.console.months import after_pick
from web.console.pseudonyms import pseudonyms
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Form, Required, WholeNumber
from web.visitor import actor, member

blueprint = Blueprint("rounds", __name__, url_prefix="/rounds")

Answer = Response | tuple[str, int]
CONFIRM = "发布"


class PickForm(Form):
    reason = TextAreaField("理由", validators=[AtMost(300)])


class MoveForm(Form):
    deadline_on = DateField("新的截止日", validators=[Required("请填新的截止日。")])
    print_by = DateField("新的付印日（不改就空着）", validators=[Optional()])
    move_reason = StringField("改期的理由", validators=[Required("请写一句理由。"), AtMost(300)])


class KeepForm(Form):
    keep_reason = StringField("不改的理由", validators=[Required("请写一句理由。"), AtMost(300)])


class BoxForm(Form):
    box_text = TextAreaField("报上印的启事", [Required("请把报上印的启事原样填进来。"), AtMost(2000)])


class UnsuitableForm(Form):
    award_id = WholeNumber(widget=HiddenInput(), validators=[Required()])
    unsuitable_reason = StringField("理由", validators=[Required("请写一句理由，读者会看到。"),
                                                     AtMost(drafts.MAX_REASON)])


class ReleaseForm(Form):
    confirm = StringField(f"请输入“{CONFIRM}”两个字", validators=[Required(f"请输入“{CONFIRM}”两个字。")])

    def validate_confirm(self, field: StringField) -> None:
        if (field.data or "").strip() != CONFIRM:
            raise ValidationError(f"请输入“{CONFIRM}”两个字，名单就会公布。")


class TickForm(Form):
    step = StringField("事项", validators=[AnyOf([step.value for step in ReleaseStep], "没有这一项。")])
    done = BooleanField("做好了")


MOST_TRIED = 25
"""With more reports open, the screen does not try each: before the end nearly all could change a name, and each takes
milliseconds."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A dry run under made-up names: (name, total, prize)."""

    preview: Preview
    winners: tuple[tuple[str, int, Prize], ...]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
def index() -> str:
    with reading(deps().engine) as session:
        found = queries.rounds(session)
        checks = planned.checks(session, today=local_day(now()))
    return render_template("console/rounds.html", rounds=found, today=local_day(now()),
                           checks={one.round_id: one.found for one in checks}, unknown=planned.unknown_words(checks))


@blueprint.get("/<int:round_id>")
def show(round_id: int) -> Answer:
    return _page(round_id)


@blueprint.post("/<int:round_id>/pick")
def pick(round_id: int) -> Answer:
    form: Any = PickForm()

    def act(session: Session) -> str:
        done = verbs.pick_round(session, round_id, actor=actor(), now=now(), reason=form.reason.data or None)
        return "名单已经评出，请看下面的预览，确认后发布。" if done else "这一轮不用再评：还没截止，或者已经评出。"

    return _act(round_id, form, act)


@blueprint.post("/<int:round_id>/move")
def move(round_id: int) -> Answer:
    form: Any = MoveForm()

    def act(session: Session) -> str:
        verbs.move_deadline(session, round_id, form.deadline_on.data, form.move_reason.data, actor=actor(),
                            now=now(), print_by=form.print_by.data)
        moved = queries.load(session, round_id)
        assert moved is not None
        heard = "读者问“截止”，听到的就是新日子。" if moved.published_on <= local_day(now()) else ""
        return (f"日子改好了：截止{present.day(moved.deadline_on)}24时，评到{present.moment(moved.grading_until)}，"
                f"付印{present.day(moved.print_by)}。{heard}")

    return _act(round_id, form, act, move_form=form)


@blueprint.post("/<int:round_id>/keep")
def keep(round_id: int) -> Answer:
    form: Any = KeepForm()

    def act(session: Session) -> str:
        verbs.keep_deadline(session, round_id, form.keep_reason.data, actor=actor(), now=now())
        return "记下了，截止日不改。"

    return _act(round_id, form, act, keep_form=form)


@blueprint.post("/<int:round_id>/box")
def box(round_id: int) -> Answer:
    form: Any = BoxForm()

    def act(session: Session) -> str:
        verbs.set_box(session, round_id, form.box_text.data, actor=actor(), now=now())
        return "启事已经存好，日期和奖金与这一轮一致。"

    return _act(round_id, form, act, box_form=form)


@blueprint.post("/<int:round_id>/unsuitable")
def unsuitable(round_id: int) -> Answer:
    form: Any = UnsuitableForm()

    def act(session: Session) -> str:
        drafts.mark_unsuitable(session, form.award_id.data, form.unsuitable_reason.data, actor=actor(), now=now())
        return "已记为不宜刊出，并请读者换一个名字；预览里先用代称。"

    return _act(round_id, form, act)


@blueprint.post("/<int:round_id>/release")
def release(round_id: int) -> Answer:
    form: Any = ReleaseForm()

    def act(session: Session) -> str:
        done = verbs.release_round(session, round_id, actor=actor(), now=now(), terms=Terms.of(deps().settings))
        return "名单已经发布，获奖读者会收到通知。" if done else "这一轮不用再发布：还没评出，或者已经发布过。"

    return _act(round_id, form, act, release_form=form)


@blueprint.post("/<int:round_id>/tick")
def tick(round_id: int) -> Answer:
    form: Any = TickForm()

    def act(session: Session) -> str:
        verb = checklist.tick if form.done.data else checklist.untick
        verb(session, round_id, ReleaseStep(form.step.data), actor=actor(), now=now())
        return "记下了。" if form.done.data else "勾去掉了。"

    return _act(round_id, form, act)


def _act(round_id: int, form: Any, act: Callable[[Session], str], **kept: Any) -> Answer:
    if not form.validate_on_submit():
        problem = "" if kept else next((str(errors[0]) for errors in form.errors.values()), "请再试一次。")
        return _page(round_id, problem=problem, status=400, **kept)
    if refused := attempt(act):
        return _page(round_id, problem=str(refused), status=status_of(refused), **kept)
    return redirect(url_for("rounds.show", round_id=round_id))


def _page(round_id: int, *, problem: str = "", status: int = 200, move_form: MoveForm | None = None,
          release_form: ReleaseForm | None = None, box_form: BoxForm | None = None,
          keep_form: KeepForm | None = None) -> Answer:
    chief = may(member().role, "rounds.pick")
    with reading(deps().engine) as session:
        round_ = queries.load(session, round_id)
        if round_ is None:
            raise NoSuchPage
        trial = _trial(session, round_id) if round_.state in (RoundState.OPEN, RoundState.CLOSED) else None
        states = queries.states(session, round_id)
        # Names are for those who announce them.
        announcing = announces(member(), round_.contest_id)
        picked = announcing and trial is None
        awards = queries.awards(session, round_id) if picked else ()
        article = articles.load(session, round_id) if picked else None
        after = after_pick.part(session, round_)
        steps = release_queries.steps(session, round_id) if round_.state is RoundState.RELEASED else ()
    page = render_template(
        "console/round.html", round=round_, trial=trial, states=states, awards=awards, problem=problem,
        chief=chief, today=local_day(now()), now=now(), confirm=CONFIRM,
        RoundState=RoundState, Prize=Prize,
        pick_form=PickForm(formdata=None), move_form=move_form or MoveForm(formdata=None, deadline_on=round_.deadline_on),
        release_form=release_form or ReleaseForm(formdata=None),
        box_form=box_form or BoxForm(formdata=None, box_text=round_.box_text),
        announcing=announcing, show_texts=announcing or round_.state is RoundState.RELEASED, article=article,
        steps=steps, ReleaseStep=ReleaseStep, most_tried=MOST_TRIED, check=planned.check(round_, today=local_day(now())),
        keep_form=keep_form or KeepForm(formdata=None), after=after,
    )
    return page, status


def _trial(session: Session, round_id: int) -> Trial:
    # What others graded and this member is still to grade himself counts as not decided here.
    hidden = reviews.hidden_numbers(session, member().staff_id) if member().editors > 1 else ()
    seen = verbs.look(session, round_id, most_tried=MOST_TRIED, unseen=hidden)
    standing, chosen = seen.standing, seen.selection
    names = pseudonyms((one.person_id for one in standing.standings), round_id=round_id,
                       secret=deps().settings.server.secret_key)
    totals = {one.person_id: one.total_milli for one in standing.standings}
    winners = [(names[person], totals[person], Prize.BEST) for person in chosen.best]
    winners += [(names[person], totals[person], Prize.EXCELLENT) for person in chosen.excellent]
    return Trial(seen, tuple(winners))
