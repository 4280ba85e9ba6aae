"""来信: messages that wait for a person. The verbs stand in bot.letters.desk; nothing here names a reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.letters import desk as verbs
from bot.outbox.queue import GRACE
from bot.teamwork import canned
from bot.teamwork import drafts as unsent
from bot.understanding.identity import mask_identity
from models.enums import MESSAGE_MOVES, MessageFate, OutgoingState
from models.queries import attachments as files
from models.queries import callers, mutes
from models.queries import desk as queries
from models.queries.desk import CLOSABLE_VIEWS, OPEN_FATES, OPEN_VIEWS, DeskMessage, DeskView, Heard, Sent
from models.session import reading, writing
from models.work_enums import CannedKind, DraftOf
from web.access import may
from web.console import listing
from web.console.acting import attempt
from web.console.desk import desk_undo, understood
from web.console.desk.desk_forms import READY_REASONS, AnswerForm, CloseForm, PlainForm, ReportForm
from web.console.reports import drafts
from web.console.shelf import library
from web.deps import deps, now
from web.errors import status_of
from web.numbers import whole
from web.paper_access import check_named
from web.visitor import actor, member

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

Answer = Response | tuple[str, int]
TYPE_NAMES = {
    "text": "文字", "image": "照片", "voice": "语音", "video": "视频", "shortvideo": "小视频", "location": "位置",
    "link": "链接", "call": "来电", "letter": "信件", "page": "网页",
}
VIEW_NAMES = {
    DeskView.OPEN: "待处理", DeskView.TEXT: "文字", DeskView.PHOTO: "照片", DeskView.VOICE: "语音",
    DeskView.UNREAD: "没读懂", DeskView.CLOSED: "已结案", DeskView.TURNED: "已转纠错",
    DeskView.MUTED: "免打扰",
}
WITH_FILES = ("image", "voice", "video", "shortvideo")
RESULT = "结果："
"""By which a reply that carries the outcome of a report is told."""
MOST_CLOSED = 50
"""As many as one page of the list holds."""


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.tests["heard"] = lambda one: isinstance(one, Heard)


def _view() -> DeskView:
    try:
        return DeskView(request.args.get("view", DeskView.OPEN))
    except ValueError:
        return DeskView.OPEN


def _address(view: DeskView) -> dict[str, Any]:
    """The list in an address; the usual one is left out."""
    return {} if view is DeskView.OPEN else {"view": view.value}


@blueprint.get("/")
def index() -> str:
    view, after = _view(), request.args.get("after", type=whole)
    me = member()
    with reading(deps().engine) as session:
        rows, following = queries.rows(session, view, staff_id=me.staff_id, now=now(), before=after,
                                       names=me.editors > 1)
        counts, unseen = queries.counts(session, staff_id=me.staff_id, now=now())
        to_confirm = callers.to_confirm(session)
    return render_template(
        "console/desk.html", view=view, rows=rows, following=following, counts=counts, unseen=unseen,
        first_page=after is None, view_names=VIEW_NAMES, type_names=TYPE_NAMES, now=now(), age=listing.age,
        mask=_masked, DeskView=DeskView, open_views=OPEN_VIEWS, closable=CLOSABLE_VIEWS, address=_address(view),
        undo=desk_undo.take(now()), to_confirm=to_confirm)


def _masked(text: str, known_name: str | None) -> str:
    return mask_identity(text, names=(known_name,) if known_name else ())


@blueprint.get("/<int:message_id>")
def show(message_id: int) -> Answer:
    return _page(message_id)


@blueprint.post("/<int:message_id>/answer")
def answer(message_id: int) -> Answer:
    form: Any = AnswerForm()
    closes = bool(form.and_close.data)

    def act(session: Session) -> str:
        verbs.answer(session, message_id, form.text.data, actor=actor(), now=now())
        unsent.finish(session, DraftOf.ANSWER, message_id, actor=actor())
        if closes:
            verbs.close(session, message_id, "已回复", actor=actor(), now=now())
        return "回复 10 秒后发出，可以撤回。" if closes else ""  # on the letter's own page a bar says so, with the button

    done = _act(message_id, form, act, goes_on=closes, answer_form=form)
    if closes and isinstance(done, Response):
        desk_undo.remember([message_id], f"来信 {message_id} 已回复、已结案。", with_answer=True, at=now())
    return done


@blueprint.post("/<int:message_id>/answers/<int:outgoing_id>/take-back")
def take_back(message_id: int, outgoing_id: int) -> Answer:
    def act(session: Session) -> str:
        verbs.take_back(session, message_id, outgoing_id, actor=actor(), now=now())
        return "回复已撤回，没有发出。"

    return _act(message_id, PlainForm(), act, goes_on=False)


@blueprint.post("/<int:message_id>/close")
def close(message_id: int) -> Answer:
    ready = request.form.get("ready", "")
    form: Any = CloseForm(formdata=MultiDict({**request.form, "reason": ready})) if ready in READY_REASONS else CloseForm()

    def act(session: Session) -> str:
        verbs.close(session, message_id, form.reason.data, actor=actor(), now=now())
        return ""

    done = _act(message_id, form, act, close_form=form)
    if isinstance(done, Response):
        desk_undo.remember([message_id], f"来信 {message_id} 已结案：{form.reason.data.strip()}", at=now())
    return done


@blueprint.post("/<int:message_id>/reopen")
def reopen(message_id: int) -> Answer:
    def act(session: Session) -> str:
        verbs.reopen(session, message_id, actor=actor(), now=now())
        return "重新打开了。"

    return _act(message_id, PlainForm(), act, goes_on=False)


@blueprint.post("/<int:message_id>/report")
def to_report(message_id: int) -> Answer:
    form: Any = ReportForm()
    if request.form.get("look"):
        return _page(message_id, report_form=form, looks=True)

    def act(session: Session) -> str:
        filed = verbs.to_report(session, library(), message_id, form.words.data, actor=actor(), now=now(),
                                amendments=form.amendments())
        numbers = "、".join(str(one.report_id) for one in filed)
        if all(one.repeat_of for one in filed):
            return f"这位读者已经报过这一处：编号 {numbers}。"
        return f"已转为纠错：编号 {numbers}，时间按来信算。"

    return _act(message_id, form, act, report_form=form)


@blueprint.post("/<int:message_id>/preview")
def preview(message_id: int) -> str:
    """What the words typed so far would be read as; nothing is stored."""
    with reading(deps().engine) as session:
        message = queries.load(session, message_id)
        if message is None:
            raise NoSuchPage
        return understood.piece(session, ReportForm(), sent_at=message.received_at)


# several at once, and taking back


@blueprint.post("/close-many")
def close_many() -> Answer:
    """First what would be closed, counted; then, with a reason, done letter by letter."""
    ids = list(dict.fromkeys(request.form.getlist("message", type=whole)))[:MOST_CLOSED]
    form: Any = CloseForm()
    if not ids:
        return redirect(url_for("desk.index", **_address(_view())))
    if not request.form.get("sure") or not form.validate_on_submit():
        return _to_close(ids, form if request.form.get("sure") else CloseForm(formdata=None))
    done: list[tuple[tuple[int, ...], tuple[tuple[int, str], ...]]] = []

    def act(session: Session) -> str:
        check_named(session, "message_id", ids)
        done.append(verbs.close_many(session, ids, form.reason.data, actor=actor(), now=now()))
        closed, skipped = done[0]
        left = "；".join(f"来信 {one} 跳过：{why}" for one, why in skipped)
        return f"结案 {len(closed)} 封。" + (f"{left}" if left else "")

    if problem := attempt(act):
        return _to_close(ids, form, str(problem), status_of(problem))
    if done[0][0]:
        desk_undo.remember(list(done[0][0]), f"{len(done[0][0])} 封来信已结案。", at=now())
    return redirect(url_for("desk.index", **_address(_view())))


def _to_close(ids: list[int], form: CloseForm, problem: str = "", status: int = 200) -> Answer:
    view = _view()
    with reading(deps().engine) as session:
        check_named(session, "message_id", ids)
        can, cannot = verbs.closable(session, ids)
        chosen = queries.some(session, can)
    status = 400 if form.errors else status
    return render_template(
        "console/desk/close_many.html", can=can, cannot=cannot, chosen=chosen, close_form=form, problem=problem,
        address=_address(view), type_names=TYPE_NAMES, mask=_masked, ready=READY_REASONS), status


@blueprint.post("/undo")
def undo() -> Answer:
    """Opens again what the last act closed; an answer that went with it is called back where it has not left."""
    last = desk_undo.take(now())
    if last is None or not PlainForm().validate_on_submit():
        return redirect(url_for("desk.index"))

    def act(session: Session) -> str:
        return desk_undo.back(session, last, actor=actor(), now=now())

    attempt(act)
    target = url_for("desk.show", message_id=last.ids[0]) if len(last.ids) == 1 else url_for("desk.index")
    return redirect(target)


def _act(message_id: int, form: Any, act: Callable[[Session], str], *, goes_on: bool = True, **kept: Any) -> Answer:
    """One act on a message; the form stays filled where it is refused. `goes_on`: the next letter opens by itself."""
    if not form.validate_on_submit():
        return _refused(message_id, status=400, **kept)
    if problem := attempt(act):
        return _refused(message_id, problem=str(problem), status=status_of(problem), **kept)
    view = _view()
    if goes_on:
        with reading(deps().engine) as session:
            following = queries.following(session, view, message_id, now=now())
        if following is None:
            return redirect(url_for("desk.index", **_address(view)))
        message_id = following
    return redirect(url_for("desk.show", message_id=message_id, **_address(view)))


def _refused(message_id: int, **kept: Any) -> Answer:
    if "answer_form" in kept:
        drafts.keep_entered(message_id, DraftOf.ANSWER, kept["answer_form"])
    return _page(message_id, **kept)


def _answer_form(message: DeskMessage) -> AnswerForm:
    """Empty, unless the address asks for what was not sent last time."""
    form = AnswerForm(formdata=None)
    drafts.fill(form, (message.draft,) if message.draft else (), DraftOf.ANSWER)
    return form


def _page(message_id: int, *, problem: str = "", status: int = 200, looks: bool = False,
          answer_form: AnswerForm | None = None, close_form: CloseForm | None = None,
          report_form: ReportForm | None = None) -> Answer:
    view, me = _view(), member()
    with reading(deps().engine) as session:
        message = queries.load(session, message_id, staff_id=me.staff_id)
        if message is None or message.fate is MessageFate.EVENT:
            raise NoSuchPage
        found = _found(session, message, view)
        read = understood.look(session, report_form, sent_at=message.received_at) if looks and report_form else ((), "")
    _mark(message, now())
    return render_template(
        "console/desk_message.html", message=message, **found, **_shown(message, report_form), problem=problem,
        looks=looks, understood=read[0], why_not=read[1], view=view, address=_address(view), undo=desk_undo.take(now()),
        answer_form=answer_form or _answer_form(message), close_form=close_form or CloseForm(formdata=None),
        offers=drafts.offers((message.draft,), 0) if message.draft and not answer_form else (),
    ), status


def _found(session: Session, message: DeskMessage, view: DeskView) -> dict[str, Any]:
    """What stands around a letter; nothing is asked of the database that this letter cannot have."""
    me = member()
    thread = queries.thread(session, message)
    tells = any((isinstance(one, Sent) and one.report_id) or (isinstance(one, Heard) and RESULT in (one.reply or ""))
                for one in thread)
    return {
        "thread": thread, "leaving": _leaving(thread, message.id, now()),
        "attachments": files.of_message(session, message.id) if message.msg_type in WITH_FILES else (),
        "filed": queries.filed(session, message.id) if message.fate is MessageFate.READ else (),
        "seen_by": queries.seen_by(session, [message.id], but=me.staff_id).get(message.id, ())
        if me.editors > 1 else (),
        "hidden": queries.hidden_of_reader(session, message.reader_id, me.staff_id) if me.editors > 1 and tells else (),
        "following": queries.following(session, view, message.id, now=now()),
        "chief": may(me.role, "readers.show"),
        "muted": mutes.is_muted(session, message.reader_id, now=now()),
        "canned": canned.of_kind(session, CannedKind.DESK, contest_id=message.contest_id) if message.reachable else (),
    }


def _leaving(thread: Sequence[Heard | Sent], message_id: int, at: datetime) -> list[tuple[Sent, int]]:
    """Answers to this letter that are still on the desk, with the seconds left."""
    waiting = [(one, round((one.not_before - at).total_seconds())) for one in thread
               if isinstance(one, Sent) and one.message_id == message_id and one.state is OutgoingState.QUEUED]
    return [(one, seconds) for one, seconds in waiting if 0 < seconds <= GRACE.total_seconds()]


def _mark(message: DeskMessage, at: datetime) -> None:
    """Whoever opens a letter that waits has seen it."""
    if not message.seen and message.fate in OPEN_FATES:
        with writing(deps().engine) as session:
            verbs.seen(session, message.id, actor=actor(), now=at)


def _shown(message: DeskMessage, report_form: ReportForm | None) -> dict[str, Any]:
    """What the template needs beside the rows."""
    moves = MESSAGE_MOVES[message.fate]
    words = _masked(message.content or "", message.known_name)
    return {
        "shown": words, "type_name": TYPE_NAMES.get(message.msg_type, "其他"), "type_names": TYPE_NAMES,
        "can_close": MessageFate.DESK_CLOSED in moves, "can_reopen": message.fate is MessageFate.DESK_CLOSED,
        "can_report": MessageFate.READ in moves and message.has_reader, "OutgoingState": OutgoingState,
        "mask": lambda text: _masked(text, message.known_name), "ready": READY_REASONS,
        "view_names": VIEW_NAMES,
        # Recognised words, or what was written, are where the editor starts.
        "report_form": report_form or ReportForm(formdata=None, words=words),
    }
