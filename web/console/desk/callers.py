"""代录: what staff enter for callers and letter writers, and the second pair of eyes. The verbs stand in bot.letters.callers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.widgets import HiddenInput

from bot.chat.answers import LONGEST_NAME
from bot.clock import SHANGHAI
from bot.errors import BadInput
from bot.letters import callers as verbs
from bot.letters.callers import Entered, Given
from bot.letters.taken_down import LONGEST_WORDS
from bot.understanding.identity import mask_identity
from models.contests import Contest
from models.queries import callers as queries
from models.queries.reviews import hidden_numbers
from models.session import reading
from web.console.acting import attempt
from web.console.desk import understood
from web.console.desk.desk_forms import FieldsForm, PlainForm
from web.console.shelf import library
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Form, Required
from web.numbers import whole
from web.visitor import actor, member

blueprint = Blueprint("callers", __name__, url_prefix="/callers")

Answer = Response | tuple[str, int]
WAY_NAMES = {"call": "电话", "letter": "信件"}
NEW = ""
EARLIEST = 2000
"""The year before which nobody called: months of the first thousand are not even written alike."""
KEPT, SAID, NONE_WANTED = "", "said", "none"
PEOPLE = 50
"""Callers listed at once, whoever called last first."""


class EntryForm(FieldsForm):
    """`nonce` makes a form count once, however often it is sent."""

    nonce = StringField(widget=HiddenInput(), validators=[Required("页面不完整，请刷新后再试。"), AtMost(40)])
    contest = SelectField("哪个活动", coerce=int)
    way = RadioField("怎么来的", choices=WAY_NAMES, default="call")
    at = StringField("什么时候来的", validators=[Required("请填来电或收到信的时间。")])
    who = SelectField("以前来过的", choices={})
    label = StringField("称呼", validators=[AtMost(verbs.LONGEST_LABEL)])
    naming = RadioField("登报的名字", default=KEPT, choices={
        KEPT: "没有说，或者和上次一样", SAID: "说了，登下面这个", NONE_WANTED: "不愿意登"})
    name = StringField("名字", validators=[AtMost(LONGEST_NAME)])
    real = BooleanField("是真名（不勾就是昵称）")
    agreed = BooleanField("已经念给对方听：若获奖，名字会印在报上，对方同意")
    words = TextAreaField("他怎么说的", validators=[Required("请写是哪几个字错了。"), AtMost(LONGEST_WORDS)])

    def given(self) -> Given:
        """What was entered. BadInput names what is missing."""
        return Given(
            way=self.way.data or "", called_at=self.called_at(), words=self.words.data or "",
            nonce=self.nonce.data or "", contest_id=self.contest.data,
            reader_id=int(self.who.data) if self.who.data else None, label=self.label.data or "", name=self._name(),
            is_nickname=not self.real.data, amendments=self.amendments())

    def called_at(self) -> datetime:
        try:
            at = datetime.strptime(self.at.data or "", "%Y-%m-%dT%H:%M").replace(tzinfo=SHANGHAI)
        except (ValueError, OverflowError):
            at = None
        if at is None or at.year < EARLIEST:
            raise BadInput("时间请写成 2026-11-21 09:30 这样。")
        return at

    def _name(self) -> str | None:
        if self.naming.data == NONE_WANTED:
            return ""
        if self.naming.data != SAID:
            return None
        name = (self.name.data or "").strip()
        if not name:
            raise BadInput("请填登报的名字，或者选“没有说”。")
        if not self.agreed.data:
            raise BadInput("登名字要先念给对方听，得到同意后打勾。")
        return name


class SecondForm(Form):
    reason = TextAreaField("理由", validators=[AtMost(verbs.LONGEST_REASON)])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
def index() -> str:
    after = request.args.get("after", type=whole)
    with reading(deps().engine) as session:
        entries, following = queries.entries(session, before=after)
        skipped = max(request.args.get("people", type=whole) or 0, 0)
        earlier = queries.earlier(session, after=skipped, limit=PEOPLE + 1)
    return render_template("console/callers/index.html", entries=entries, following=following, earlier=earlier[:PEOPLE],
                           people=skipped, more_people=skipped + PEOPLE if len(earlier) > PEOPLE else None,
                           first_page=after is None, **_around())


def _around() -> dict[str, Any]:
    return {"way_names": WAY_NAMES, "mask": mask_identity, "me": member().staff_id,
            "alone": member().editors < 2, "second_form": SecondForm(formdata=None)}


@blueprint.route("/new", methods=["GET", "POST"])
def enter() -> Answer:
    form = EntryForm()
    with reading(deps().engine) as session:
        known = _choices(session, form)
        if request.method == "GET":
            form.nonce.data = secrets.token_urlsafe(12)
            form.at.data = now().astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
            asked = request.args.get("who", NEW)
            form.who.data = asked if asked in known else NEW
            return _form(form)
        if request.form.get("look"):
            return _form(form, session=session)
    if not form.validate_on_submit():
        return _form(form, status=400)
    done: list[Entered] = []

    def act(session: Session) -> str:
        done.append(verbs.enter(session, library(), form.given(), actor=actor(), now=now()))
        return ""

    if problem := attempt(act):
        return _form(form, problem=str(problem), status=status_of(problem))
    return redirect(url_for("callers.show", message_id=done[0].message_id, said="1"))


def _choices(session: Session, form: EntryForm) -> set[str]:
    """Fills the lists of the form; the values that a caller of before can have."""
    contests = session.execute(select(Contest.id, Contest.name).order_by(Contest.id)).all()
    form.contest.choices = {row.id: row.name for row in contests}
    if form.contest.data is None and contests:
        form.contest.data = contests[0].id
    known = {str(one.reader_id): f"{one.label}（来过 {one.calls} 次）" for one in queries.earlier(session)}
    form.who.choices = {NEW: "新的来电者"} | known
    return set(known)


def _form(form: EntryForm, *, session: Session | None = None, problem: str = "", status: int = 200) -> Answer:
    shown, why_not = understood.look(session, form, sent_at=_sent(form)) if session is not None else ((), "")
    return render_template("console/callers/enter.html", form=form, problem=problem, understood=shown,
                           why_not=why_not, way_names=WAY_NAMES,
                           latest=now().astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")), status


def _sent(form: EntryForm) -> datetime:
    try:
        return form.called_at()
    except BadInput:
        return now()


@blueprint.post("/preview")
def preview() -> str:
    """What the words typed so far would be read as; nothing is stored."""
    form = EntryForm()
    with reading(deps().engine) as session:
        return understood.piece(session, form, sent_at=_sent(form))


@blueprint.get("/<int:message_id>")
def show(message_id: int) -> Answer:
    return _entry(message_id)


def _entry(message_id: int, *, problem: str = "", status: int = 200) -> Answer:
    with reading(deps().engine) as session:
        entry = queries.entry(session, message_id)
        if entry is None:
            raise NoSuchPage
        numbers = [one.number for one in entry.reports]
        hidden = hidden_numbers(session, member().staff_id, numbers) if numbers and member().editors > 1 else ()
    return render_template("console/callers/show.html", entry=entry, problem=problem,
                           hidden=hidden,
                           fresh="said" in request.args, **_around()), status


@blueprint.post("/<int:message_id>/confirm")
def confirm(message_id: int) -> Answer:
    form: Any = SecondForm()
    return _second(message_id, form, lambda session: verbs.confirm(
        session, message_id, actor=actor(), now=now(), same_person_reason=form.reason.data or ""),
        "已确认，按来电的时间算。")


@blueprint.post("/<int:message_id>/refuse")
def refuse(message_id: int) -> Answer:
    form: Any = SecondForm()
    return _second(message_id, form, lambda session: verbs.refuse(
        session, message_id, form.reason.data or "", actor=actor(), now=now()), "没有确认，按录入的时间算。")


def _second(message_id: int, form: Form, verb: Callable[[Session], None], done: str) -> Answer:
    def act(session: Session) -> str:
        verb(session)
        return done

    if not form.validate_on_submit():
        return _entry(message_id, problem=f"理由最多 {verbs.LONGEST_REASON} 个字。", status=400)
    if problem := attempt(act):
        return _entry(message_id, problem=str(problem), status=status_of(problem))
    return redirect(url_for("callers.show", message_id=message_id))


@blueprint.post("/people/<int:reader_id>/forget")
def forget(reader_id: int) -> Response:
    def act(session: Session) -> str:
        verbs.forget(session, reader_id, actor=actor(), now=now())
        return "已删除：称呼、名字和他说过的话都没有了，报过的差错还在。"

    if not PlainForm().validate_on_submit():
        return redirect(url_for("callers.index"))
    if problem := attempt(act):
        flash(str(problem), "danger")
    return redirect(url_for("callers.index"))
