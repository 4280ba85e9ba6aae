"""读者: who is one person with whom, who wins nothing, who is muted. For chiefs; shows no name, no words, no reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from bot.errors import NotFound, WoodpeckerError
from bot.readers import mutes
from bot.readers import persons as verbs
from models.enums import Bar, Measure
from models.queries import persons as queries
from models.queries.persons import Marked
from models.session import reading, writing
from web import present
from web.console.pseudonyms import pseudonyms
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Form, Required, WholeNumber
from web.numbers import whole
from web.paper_access import check_named
from web.visitor import actor

blueprint = Blueprint("readers", __name__, url_prefix="/readers")

Answer = Response | tuple[str, int]
EVERY_ROUND = 0
"""These made-up names are this page's own: they lead to no line of a standing."""
UNTIL_LIFTED = "0"
MARKED_NAMES = {Marked.ALL: "全部", Marked.MUTED: "免打扰", Marked.BARRED: "不参加评奖"}


class FindForm(Form):
    number = WholeNumber("纠错编号", [Optional()])
    message = WholeNumber("来信号", [Optional()])


class LinkForm(Form):
    number = WholeNumber("另一位的纠错编号", [Required("请填另一位读者任意一条纠错的编号。")])
    reason = StringField("理由", [Required("请写一句理由。"), AtMost(verbs.LONGEST_REASON)])


class ReasonForm(Form):
    reason = StringField("理由", [Required("请写一句理由。"), AtMost(verbs.LONGEST_REASON)])


class BarForm(ReasonForm):
    kind = SelectField("为什么", choices={kind.value: present.name(kind) for kind in Bar})


class MuteForm(ReasonForm):
    days = SelectField("多久", choices={**{str(days): f"{days} 天" for days in mutes.DAYS}, UNTIL_LIFTED: "直到取消"})


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.route("/", methods=["GET", "POST"])
def index() -> Answer:
    form: Any = FindForm()
    if not form.validate_on_submit():
        return _list(form, status=400 if form.errors else 200)
    if not form.number.data and not form.message.data:
        return _list(form, problem="请填他报过的一条纠错的编号，或者一封来信的号。", status=400)
    with reading(deps().engine) as session:
        found = queries.reader_of_report(session, form.number.data) if form.number.data else (
            queries.reader_of_message(session, form.message.data) if form.message.data else None)
    if found is None:
        return _list(form, problem="没有这个编号，请再对一对数字。", status=400)
    return redirect(url_for("readers.show", reader_id=found))


def _list(form: FindForm, *, problem: str = "", status: int) -> Answer:
    """The search, and below it the readers on whom something lies."""
    which, moment = _which(), now()
    with reading(deps().engine) as session:
        counts = queries.marked_counts(session, now=moment)
        rows, following = queries.marked(session, which, now=moment, before=request.args.get("before", type=whole))
        laid = queries.measures(session, {row.person_id for row in rows})
    page = render_template(
        "console/readers.html", form=form, problem=problem, which=which, counts=counts, rows=rows, following=following,
        muted={person: one for person, one in laid if one.kind is Measure.MUTE and one.stands(moment)},
        names=_names(row.id for row in rows), titles=_titles(), marked_names=MARKED_NAMES)
    return page, status


def _which() -> Marked:
    try:
        return Marked(request.args.get("which", Marked.ALL))
    except ValueError:
        return Marked.ALL


def _names(ids: Iterable[int]) -> Mapping[int, str]:
    """One name a reader, not a person: else a link would show before it is looked at."""
    return pseudonyms(ids, round_id=EVERY_ROUND, secret=deps().settings.server.secret_key)


def _titles() -> dict[str, str]:
    return {name: one.title for name, one in deps().settings.accounts.items()}


@blueprint.get("/<int:reader_id>")
def show(reader_id: int) -> Answer:
    return _page(reader_id)


@blueprint.post("/<int:reader_id>/link")
def link(reader_id: int) -> Answer:
    form: Any = LinkForm()

    def act(session: Session) -> str:
        other = queries.reader_of_report(session, form.number.data)
        if other is None:
            raise NotFound(f"没有编号 {form.number.data} 的纠错。")
        check_named(session, "reader_id", [other])
        verbs.link(session, reader_id, other, form.reason.data, actor=actor(), now=now())
        return "已关联，两边的纠错合在一起算。还没评出的轮次按新的结果算。"

    return _act(reader_id, form, act, link_form=form)


@blueprint.post("/<int:reader_id>/unlink/<int:link_id>")
def unlink(reader_id: int, link_id: int) -> Answer:
    form: Any = ReasonForm()

    def act(session: Session) -> str:
        verbs.unlink(session, link_id, form.reason.data, of=reader_id, actor=actor(), now=now())
        return "已分开，两边各算各的。"

    return _act(reader_id, form, act)


@blueprint.post("/<int:reader_id>/bar")
def bar(reader_id: int) -> Answer:
    form: Any = BarForm()

    def act(session: Session) -> str:
        verbs.bar(session, reader_id, Bar(form.kind.data), form.reason.data, actor=actor(), now=now())
        return "记下了：他报的差错照样更正，不参加评奖。"

    return _act(reader_id, form, act, bar_form=form)


@blueprint.post("/<int:reader_id>/unbar")
def unbar(reader_id: int) -> Answer:
    form: Any = ReasonForm()

    def act(session: Session) -> str:
        verbs.unbar(session, reader_id, form.reason.data, actor=actor(), now=now())
        return "已恢复参加评奖。"

    return _act(reader_id, form, act)


@blueprint.post("/<int:reader_id>/mute")
def mute(reader_id: int) -> Answer:
    form: Any = MuteForm()

    def act(session: Session) -> str:
        mutes.mute(session, reader_id, int(form.days.data) or None, form.reason.data, actor=actor(), now=now())
        return "设好了：他的来信照收，报的差错照样评，别的话不再提醒大家。"

    return _act(reader_id, form, act, mute_form=form)


@blueprint.post("/<int:reader_id>/unmute")
def unmute(reader_id: int) -> Answer:
    def act(session: Session) -> str:
        mutes.unmute(session, reader_id, actor=actor(), now=now())
        return "已取消免打扰，还没看的来信回到“来信”里。"

    return _act(reader_id, Form(), act)


def _act(reader_id: int, form: Any, act: Callable[[Session], str], **kept: Any) -> Answer:
    if not form.validate_on_submit():
        problem = "" if kept else next((str(errors[0]) for errors in form.errors.values()), "请再试一次。")
        return _page(reader_id, problem=problem, status=400, **kept)
    try:
        with writing(deps().engine) as session:
            done = act(session)
    except WoodpeckerError as refused:
        return _page(reader_id, problem=str(refused), status=status_of(refused), **kept)
    flash(done, "success")
    return redirect(url_for("readers.show", reader_id=reader_id))


def _page(reader_id: int, *, problem: str = "", status: int = 200, link_form: LinkForm | None = None,
          bar_form: BarForm | None = None, mute_form: MuteForm | None = None) -> Answer:
    with reading(deps().engine) as session:
        ids = verbs.linked_with(session.connection(), reader_id)
        every = {one.id: one for one in queries.readers(session, ids)}
        if reader_id not in every:
            raise NoSuchPage
        found = queries.links(session, ids)
        others = {other for one, link in found for other in (one, link.other_id)} - every.keys()
        every |= {one.id: one for one in queries.readers(session, others)}
        laid = [one for _, one in queries.measures(session, [every[reader_id].person_id])]
    standing = [one for one in laid if one.stands(now())]
    page = render_template(
        "console/reader.html", reader=every[reader_id], together=[every[one] for one in ids], links=found,
        names=_names(every), titles=_titles(), problem=problem, over=[one for one in laid if one not in standing],
        mute=next((one for one in standing if one.kind is Measure.MUTE), None),
        bar_laid=next((one for one in standing if one.kind is Measure.BAR), None), mute_form=mute_form or MuteForm(formdata=None),
        link_form=link_form or LinkForm(formdata=None), bar_form=bar_form or BarForm(formdata=None),
    )
    return page, status
