"""来信: messages that wait for a person. The verbs stand in bot.desk; nothing here names a reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import BooleanField, TextAreaField

from bot import desk as verbs
from bot.understanding.identity import mask_identity
from models.enums import MESSAGE_MOVES, MessageFate, OutgoingState
from models.queries import attachments as files
from models.queries import desk as queries
from models.queries.desk import DeskView
from models.session import reading
from web.console import listing
from web.console.acting import attempt
from web.console.shelf import library
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Form, Required
from web.numbers import whole
from web.visitor import actor

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

Answer = Response | tuple[str, int]
TYPE_NAMES = {
    "text": "文字", "image": "照片", "voice": "语音", "video": "视频", "shortvideo": "小视频", "location": "位置",
    "link": "链接",
}
VIEW_NAMES = {DeskView.OPEN: "待处理", DeskView.CLOSED: "已处理"}


class AnswerForm(Form):
    text = TextAreaField("回复读者", validators=[Required("请写回复。"), AtMost(verbs.LONGEST_ANSWER)])
    and_close = BooleanField("回复后结案")


class CloseForm(Form):
    reason = TextAreaField("结案的理由", validators=[Required("请写一句结案的理由。"), AtMost(verbs.LONGEST_REASON)])


class ReportForm(Form):
    words = TextAreaField("差错是什么", validators=[Required("请写是哪几个字错了。"), AtMost(2000)])


class PlainForm(Form):
    """Guards a button."""


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
def index() -> str:
    try:
        view = DeskView(request.args.get("view", DeskView.OPEN))
    except ValueError:
        view = DeskView.OPEN
    after = request.args.get("after", type=whole)
    with reading(deps().engine) as session:
        rows, following = queries.rows(session, view, before=after)
        counts = queries.counts(session)
    return render_template("console/desk.html", view=view, rows=rows, following=following, counts=counts,
                           first_page=after is None, view_names=VIEW_NAMES, type_names=TYPE_NAMES, now=now(),
                           age=listing.age, mask=mask_identity, DeskView=DeskView)


@blueprint.get("/<int:message_id>")
def show(message_id: int) -> Answer:
    return _page(message_id)


@blueprint.post("/<int:message_id>/answer")
def answer(message_id: int) -> Answer:
    form: Any = AnswerForm()

    def act(session: Session) -> str:
        verbs.answer(session, message_id, form.text.data, actor=actor(), now=now())
        if form.and_close.data:
            verbs.close(session, message_id, "已回复", actor=actor(), now=now())
        return "回复 10 秒后发出，可以撤回。"

    return _act(message_id, form, act, answer_form=form)


@blueprint.post("/<int:message_id>/answers/<int:outgoing_id>/take-back")
def take_back(message_id: int, outgoing_id: int) -> Answer:
    def act(session: Session) -> str:
        verbs.take_back(session, message_id, outgoing_id, actor=actor(), now=now())
        return "回复已撤回，没有发出。"

    return _act(message_id, PlainForm(), act)


@blueprint.post("/<int:message_id>/close")
def close(message_id: int) -> Answer:
    form: Any = CloseForm()

    def act(session: Session) -> str:
        verbs.close(session, message_id, form.reason.data, actor=actor(), now=now())
        return "已结案。"

    return _act(message_id, form, act, close_form=form)


@blueprint.post("/<int:message_id>/reopen")
def reopen(message_id: int) -> Answer:
    def act(session: Session) -> str:
        verbs.reopen(session, message_id, actor=actor(), now=now())
        return "重新打开了。"

    return _act(message_id, PlainForm(), act)


@blueprint.post("/<int:message_id>/report")
def to_report(message_id: int) -> Answer:
    form: Any = ReportForm()

    def act(session: Session) -> str:
        filed = verbs.to_report(session, library(), message_id, form.words.data, actor=actor(), now=now())
        numbers = "、".join(str(one.report_id) for one in filed)
        if all(one.repeat_of for one in filed):
            return f"这位读者已经报过这一处：编号 {numbers}。"
        return f"已转为纠错：编号 {numbers}，时间按来信算。"

    return _act(message_id, form, act, report_form=form)


def _act(message_id: int, form: Any, act: Callable[[Session], str], **kept: Any) -> Answer:
    """One act on a message; the form stays filled where it is refused."""
    if not form.validate_on_submit():
        return _page(message_id, status=400, **kept)
    if problem := attempt(act):
        return _page(message_id, problem=str(problem), status=status_of(problem), **kept)
    return redirect(url_for("desk.show", message_id=message_id))


def _page(message_id: int, *, problem: str = "", status: int = 200, answer_form: AnswerForm | None = None,
          close_form: CloseForm | None = None, report_form: ReportForm | None = None) -> Answer:
    with reading(deps().engine) as session:
        message = queries.load(session, message_id)
        if message is None or message.fate is MessageFate.EVENT:
            raise NoSuchPage
        answers, filed = queries.answers(session, message_id), queries.filed(session, message_id)
        attachments = files.of_message(session, message_id)
    moves = MESSAGE_MOVES[message.fate]
    page = render_template(
        "console/desk_message.html", message=message, shown=mask_identity(message.content or ""),
        answers=answers, filed=filed, attachments=attachments, problem=problem,
        type_name=TYPE_NAMES.get(message.msg_type, "其他"),
        can_close=MessageFate.DESK_CLOSED in moves, can_reopen=message.fate is MessageFate.DESK_CLOSED,
        can_report=MessageFate.READ in moves and message.has_reader, OutgoingState=OutgoingState,
        answer_form=answer_form or AnswerForm(formdata=None), close_form=close_form or CloseForm(formdata=None),
        report_form=report_form or ReportForm(formdata=None), correction=listing.correction,
    )
    return page, status
