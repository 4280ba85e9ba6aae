"""个人信息 on a reader's own page: what is held, a copy of it, and its erasure, for which the four digits are asked.

Looking changes nothing. The erasure is the verb of 删除我的信息 in the chat; afterwards the address opens nothing any more.
"""

from __future__ import annotations

from flask import Blueprint, Flask, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from bot.dialogue import claim_phrases, phrases, privacy_phrases
from bot.personal import copy_links, erasing
from bot.personal.erasing import Way
from bot.readers import persons
from models.queries import own_privacy as queries
from models.session import reading, writing
from web import key_pages
from web.deps import deps, now
from web.public import own, proofs
from web.public.own import CODE_WRONG, Visit

blueprint = Blueprint("own_privacy", __name__, url_prefix="/my/<token>/privacy")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(blueprint)
    own.offer(app, "own_privacy.show", "我的个人信息")


@blueprint.get("")
def show(token: str) -> Response:
    return own.opened(token, _page)


@blueprint.post("/copy")
def copy(token: str) -> Response:
    return own.opened(token, _copy)


@blueprint.route("/delete", methods=["GET", "POST"])
def delete(token: str) -> Response:
    return own.opened(token, lambda visit: _delete(visit) if request.method == "POST" else _warned(visit))


def _page(visit: Visit, problem: str = "") -> str:
    with reading(deps().engine) as session:
        held = queries.held(session, persons.proved_with(session.connection(), visit.reader_id))
    return render_template("public/own/privacy.html", visit=visit, held=held, problem=problem, desk=own.desk_called(),
                           hours=int(copy_links.LIVES.total_seconds() // 3600))


def _copy(visit: Visit) -> ResponseReturnValue:
    """On to a link that is good once, as the chat gives it; which then says what is taken, and spends itself."""
    if not own.code_is_right(visit, request.form.get("code", "")):
        return _page(visit, CODE_WRONG), 400
    with writing(deps().engine) as session:
        number = copy_links.new(session.connection(), visit.reader_id, now=now())
    if number is None:
        return _page(visit, privacy_phrases.COPY_TOO_OFTEN), 429
    return redirect(f"/mine/{copy_links.token(number, deps().settings.server.secret_key)}", 303)


def _warned(visit: Visit, problem: str = "") -> str:
    with reading(deps().engine) as session:
        db = session.connection()
        together = persons.proved_with(db, visit.reader_id)
        lost = erasing.given_up(db, together)
    return render_template("public/own/delete.html", visit=visit, lost=lost, accounts=len(together), problem=problem,
                           desk=own.desk_called())


def _delete(visit: Visit) -> ResponseReturnValue:
    if not own.code_is_right(visit, request.form.get("code", "")):
        return _warned(visit, CODE_WRONG), 400
    with writing(deps().engine) as session:
        keeps = erasing.erase_in_chat(session.connection(), visit.reader_id, now=now(), way=Way.PAGE)
    kept = claim_phrases.KEPT_FOR_PRIZE if keeps else ""
    answer = make_response(key_pages.end("删好了", f"{phrases.ERASED}{kept}谢谢您替报纸捉过错，再见。", kind="yes"))
    proofs.drop(answer, proofs.PROOF)
    return answer
