"""荣誉证书: PDF files of a released round, for chiefs and the prize role. Names as printed."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Flask
from werkzeug.wrappers import Response

from bot.printing.breaking import one_line
from bot.printing.certificate import Certificate, month_words
from bot.publishing import certificates
from models.session import reading
from web import present
from web.deps import deps, now

blueprint = Blueprint("certificates", __name__, url_prefix="/prizes")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:award_id>/certificate.pdf")
def one(award_id: int) -> Response:
    with reading(deps().engine) as session:
        found = certificates.of_award(session, award_id)
    return _file((found,), f"荣誉证书 {month_words(found.month)} {present.short(one_line(found.name), 20)}")


@blueprint.get("/rounds/<int:round_id>/certificates.pdf")
def of_round(round_id: int) -> Response:
    with reading(deps().engine) as session:
        found = certificates.of_round(session, round_id)
    return _file(found, f"荣誉证书 {month_words(found[0].month)}")


def _file(found: tuple[Certificate, ...], name: str) -> Response:
    answer = Response(certificates.draw(found, now=now()), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"certificate.pdf\"; filename*=UTF-8''{quote(name + '.pdf', safe='')}")
    return answer
