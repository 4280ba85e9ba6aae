"""我的纠错: a reader's own reports with their state, points and history, and what he may still do about each.

Opened by the link from the chat; see web/public/own.py. Every act goes through the verbs of the chat.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.dialogue import phrases
from bot.errors import BadInput, NotAllowed, NotFound
from bot.publishing.correction_words import page
from bot.readers import own_acts, own_view
from bot.readers.own_acts import Hand
from bot.understanding.values import Field
from models.session import reading, writing
from web.console.shelf import library
from web.deps import deps, now
from web.numbers import whole
from web.public import own
from web.public.own import Visit

blueprint = Blueprint("own_reports", __name__, url_prefix="/my")

FIELDS = {
    Field.PAGE: ("版面", "在第几版？", "例如：3版"), Field.ARTICLE: ("文章", "在哪一篇文章？写题目就行。", ""),
    Field.WRONG: ("原文", "报上印错的是哪几个字？", "照报上的样子写"), Field.RIGHT: ("应为", "应当是哪几个字？", ""),
    Field.REASON: ("理由", "为什么这么改？", "有词典、文件作依据的，也写在这里"),
}
"""What can be amended: its name, the question, a word of help."""
SAID = {**{done.name.lower(): words for done, words in phrases.MENDED.items()}, "withdrawn": "好的，已经撤回。",
        "answered": "好的，已经补上，编辑会接着看。", "appealed": "申诉收到，编辑会重新看。"}

WRONG_CODE = "code"


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.filters["page_words"] = lambda label: page(phrases.short(label, phrases.PAGE_CHARS))
    app.extensions["csrf"].exempt(blueprint)


@blueprint.get("/<token>/")
def index(token: str) -> Response:
    return own.opened(token, _index)


@blueprint.get("/<token>/<int:ordinal>")
def show(token: str, ordinal: int) -> Response:
    return own.opened(token, lambda visit: _page(visit, ordinal))


@blueprint.post("/<token>/<int:ordinal>/withdraw")
def withdraw(token: str, ordinal: int) -> Response:
    def answer(visit: Visit) -> ResponseReturnValue:
        if not own.code_is_right(visit, request.form.get("code", "")):
            # Not at once: whoever loads an answer again would send the wrong digits again, and be counted.
            return redirect(url_for(".show", token=visit.token, ordinal=ordinal, said=WRONG_CODE), 303)
        return _done(visit, ordinal, "withdrawn", lambda session, hand: own_acts.withdraw(session, hand, now=now()))

    return own.opened(token, answer)


@blueprint.route("/<token>/<int:ordinal>/change/<field>", methods=["GET", "POST"])
def change(token: str, ordinal: int, field: str) -> Response:
    def answer(visit: Visit) -> ResponseReturnValue:
        if field not in FIELDS:
            raise NotFound("没有这一页。")
        asked = Field(field)
        if request.method != "POST":
            return _form(visit, ordinal, asked)
        value = "" if asked is Field.RIGHT and request.form.get("drop") else request.form.get("value", "")
        if not value.strip() and not request.form.get("drop"):
            return _form(visit, ordinal, asked, "请写上改成什么。"), 400
        try:
            return _done(visit, ordinal, "", lambda session, hand: own_acts.amend(
                session, library(), hand, asked, value, now=now()).name.lower())
        except BadInput as problem:
            return _form(visit, ordinal, asked, str(problem), value), 400

    return own.opened(token, answer)


@blueprint.post("/<token>/<int:ordinal>/answer")
def answer(token: str, ordinal: int) -> Response:
    return own.opened(token, lambda visit: _told(visit, ordinal, "answered", lambda session, hand, words: own_acts.answer(
        session, hand, words, now=now())))


@blueprint.post("/<token>/<int:ordinal>/appeal")
def appeal(token: str, ordinal: int) -> Response:
    return own.opened(token, lambda visit: _told(visit, ordinal, "appealed", lambda session, hand, words: own_acts.appeal(
        session, hand, words, now=now())))


def _index(visit: Visit) -> ResponseReturnValue:
    before = request.args.get("before", type=whole)
    with reading(deps().engine) as session:
        listing = own_view.of_reader(session, visit.reader_id, visit.person_id, before=before, now=now())
        contests = own.contests(session, visit.account)
    return render_template("public/own/index.html", visit=visit, listing=listing, newest=before is None, contests=contests,
                           offered=own.offered(), desk=own.desk_called())


def _page(visit: Visit, ordinal: int, *, problem: str = "", at: str = "", words: str = "") -> str:
    with reading(deps().engine) as session:
        whole_ = own_view.one(session, visit.reader_id, visit.person_id, ordinal, now=now())
    said = request.args.get("said", "") if request.method == "GET" else ""
    return render_template(
        "public/own/report.html", visit=visit, it=whole_, shown=whole_.shown, report=whole_.shown.report, fields=FIELDS,
        said=SAID.get(said), problem=problem or (own.CODE_WRONG if said == WRONG_CODE else ""),
        at="withdraw" if said == WRONG_CODE else at, words=words,
        longest=own_acts.LONGEST_WORDS, desk=own.desk_called())


def _form(visit: Visit, ordinal: int, field: Field, problem: str = "", value: str | None = None) -> str:
    with reading(deps().engine) as session:
        whole_ = own_view.one(session, visit.reader_id, visit.person_id, ordinal, now=now())
    report = whole_.shown.report
    if not whole_.shown.open:
        raise NotAllowed(f"第{ordinal}条现在不能改了。")
    known = {Field.PAGE: whole_.shown.page, Field.ARTICLE: whole_.shown.article, Field.WRONG: report.wrong,
             Field.RIGHT: report.right, Field.REASON: report.reason}
    title, question, help_ = FIELDS[field]
    return render_template(
        "public/own/change.html", visit=visit, report=report, field=field.value, title=title, question=question, help=help_,
        value=(known[field] or "") if value is None else value, longest=own_acts.LONGEST[field], problem=problem)


def _told(visit: Visit, ordinal: int, what: str, act: Callable[[Session, Hand, str], None]) -> ResponseReturnValue:
    words = request.form.get("words", "")
    try:
        return _done(visit, ordinal, what, lambda session, hand: act(session, hand, words))
    except BadInput as problem:
        return _page(visit, ordinal, problem=str(problem), at=what, words=words), 400


def _done(visit: Visit, ordinal: int, what: str, act: Callable[[Session, Hand], str | None]) -> ResponseReturnValue:
    """Acts, and leads to the report as it is then, so that going on or loading it again sends nothing twice. What is said
    there is what the act tells, else `what`."""
    hand = own.hand(visit, ordinal)
    with writing(deps().engine) as session:
        told = act(session, hand)
    return redirect(url_for(".show", token=visit.token, ordinal=ordinal, said=told or what), 303)
