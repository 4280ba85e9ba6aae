"""A reader's own copy of what is held about him, opened from the chat; and what is held of everybody, why and how long.

No session, no cookie, no member of staff. The address holds our signature and is good once: looking at the page spends
nothing, the form does. Whoever does not know the address can send no form, so that it needs no token.
"""

from __future__ import annotations

from flask import Blueprint, Flask, make_response, render_template, request
from werkzeug.wrappers import Response

from bot.audit import SCHEDULER
from bot.claiming import tries
from bot.dialogue import privacy_notice
from bot.personal import copy_links, erasing
from bot.personal.erasing import Way
from bot.readers import persons
from models.copies import CopyLink
from models.session import reading, writing
from web import key_pages, personal_copy
from web.deps import deps, now
from web.visitor import address

blueprint = Blueprint("copies", __name__, url_prefix="/mine")

NO_SUCH = "这个链接不对，用过了，或者过了时间。请回到公众号，回“导出我的信息”，会再给您一个。"


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(blueprint)


@blueprint.get("/")
def notice() -> str:
    settings = deps().settings
    return render_template("mine/notice.html", items=privacy_notice.items(
        phone=settings.desk.phone.strip(), keep_days=settings.claims.keep_days, phone_days=settings.claims.phone_days,
        words_months=settings.privacy.words_months, by_post=settings.claims.by_post))


@blueprint.route("/<token>", methods=["GET", "POST"])
def show(token: str) -> Response:
    return key_pages.opened(lambda: _answer(token))


def _answer(token: str) -> Response:
    number = copy_links.number_of(token, deps().settings.server.secret_key)
    with reading(deps().engine) as session:
        link = session.get(CopyLink, number) if number is not None else None
        good = number is not None and copy_links.reader_of(session.connection(), number, now=now()) is not None
    if number is None or link is None or not good:
        return _refused()
    if request.method != "POST":
        return make_response(render_template("mine/show.html", until=link.expires_at))
    return _copy(number, take=request.form.get("how") == "take")


def _copy(number: int, *, take: bool) -> Response:
    with writing(deps().engine) as session:
        db = session.connection()
        reader_id = copy_links.use(db, number, now=now())
        if reader_id is not None:
            together = persons.proved_with(db, reader_id)
            erasing.note_copy(db, reader_id, way=Way.CHAT, actor=SCHEDULER, now=now(), accounts=len(together))
    if reader_id is None:  # spent in another window this very moment
        return _refused()
    with reading(deps().engine) as session:
        copy = personal_copy.gathered(session.connection(), together, now=now())
    if take:
        return personal_copy.file_of(copy)
    return make_response(personal_copy.page(copy, in_file=False))


def _refused() -> Response:
    """Counted by address; whoever holds a good link is not kept from it by others who come from there."""
    with writing(deps().engine) as session:
        tries.check(session, address(), now=now())
        tries.note(session, address(), now=now())
    return make_response(key_pages.end("链接打不开", NO_SUCH), 404)
