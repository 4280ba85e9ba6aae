"""满意吗: two large buttons about one report, opened from the chat. Looking says nothing; a button does, as often as it likes."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from bot.chat import satisfaction
from bot.dialogue import phrases
from bot.readers import own_acts
from models.session import reading, writing
from web.deps import deps, now
from web.public import own
from web.public.own import Visit

blueprint = Blueprint("satisfaction", __name__, url_prefix="/my")

ANSWERS = {"yes": True, "no": False}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(blueprint)


@blueprint.route("/<token>/satisfied/<int:ordinal>", methods=["GET", "POST"])
def show(token: str, ordinal: int) -> Response:
    return own.opened(token, lambda visit: _said(visit, ordinal) if request.method == "POST" else _page(visit, ordinal))


def _said(visit: Visit, ordinal: int) -> ResponseReturnValue:
    satisfied = ANSWERS.get(request.form.get("satisfied", ""))
    if satisfied is None:
        return _page(visit, ordinal, problem="请点“满意”或“不满意”。"), 422
    hand = own.hand(visit, ordinal)
    with writing(deps().engine) as session:
        sentence = own_acts.rate(session, hand, satisfied=satisfied, now=now())
    return render_template("public/satisfied_done.html", satisfied=satisfied, sentence=sentence, desk=own.desk_called(),
                           visit=visit, ordinal=ordinal)


def _page(visit: Visit, ordinal: int, *, problem: str = "") -> str:
    with reading(deps().engine) as session:
        db = session.connection()
        report = satisfaction.own(db, visit.reader_id, ordinal)
        said, told = satisfaction.of_report(db, report.id), satisfaction.told(db, report, now=now())
    return render_template(
        "public/satisfied.html", token=visit.token, ordinal=ordinal, version=report.version, told=told, said=said,
        problem=problem, desk=own.desk_called(),
        words=phrases.correction(report.wrong, report.right), page=phrases.page_words(report.page_label),
        verdict=phrases.state_words(report.state, report.verdict) if told else "", reason=report.reason_text if told else "")
