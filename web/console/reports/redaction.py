"""遮盖: boxes are drawn over a reader's photo by mouse, finger or keyboard. What is looked at here is covered already."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import Optional

from bot.errors import BadInput
from bot.letters import redaction as verbs
from bot.media.covering import WHOLE, Box
from models.enums import AttachmentState
from models.queries import attachments as queries
from models.session import reading
from web.auth import safe_next
from web.console.acting import attempt
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Form, WholeNumber
from web.visitor import actor, member, role_here

blueprint = Blueprint("redaction", __name__, url_prefix="/attachments")

Answer = Response | tuple[str, int]
LONGEST_LIST = 4000
PERCENT = WHOLE // 100


class BoxesForm(Form):
    """`boxes`: a JSON list of [left, top, right, bottom] in ten-thousandths; the numbers are for whoever has no script."""

    boxes = HiddenField(validators=[AtMost(LONGEST_LIST)])
    left = WholeNumber("离左边", [Optional()])
    top = WholeNumber("离上边", [Optional()])
    width = WholeNumber("宽", [Optional()])
    height = WholeNumber("高", [Optional()])

    def drawn(self) -> list[Box]:
        """BadInput: these are no boxes."""
        found = _parsed(self.boxes.data or "[]")
        given = [self.left.data, self.top.data, self.width.data, self.height.data]
        if any(one is not None for one in given):
            numbers = [one * PERCENT for one in given if one is not None and 0 <= one <= 100]
            if len(numbers) < len(given):
                raise BadInput("四个数都要填，0 到 100。")
            left, top, width, height = numbers
            found.append((left, top, min(WHOLE, left + width), min(WHOLE, top + height)))
        return found


class PlainForm(Form):
    """Guards a button."""


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:attachment_id>/cover")
def show(attachment_id: int) -> Answer:
    return _page(attachment_id)


@blueprint.post("/<int:attachment_id>/cover")
def draw(attachment_id: int) -> Answer:
    form: Any = BoxesForm()

    def act(session: Session) -> str:
        many = verbs.draw(session, attachment_id, form.drawn(), actor=actor(), now=now())
        return f"遮住了 {many} 块，大家看到的都是遮过的。原来的照片没有动。"

    return _act(attachment_id, form, act)


@blueprint.post("/<int:attachment_id>/cover/<int:box_id>/remove")
def remove(attachment_id: int, box_id: int) -> Answer:
    def act(session: Session) -> str:
        verbs.remove(session, attachment_id, box_id, actor=actor(), now=now())
        return "去掉了一块遮盖。"

    return _act(attachment_id, PlainForm(), act)


def _act(attachment_id: int, form: Any, act: Any) -> Answer:
    if not form.validate_on_submit():
        return _page(attachment_id, problem="没有存，请再画一次。", status=400)
    if problem := attempt(act):
        return _page(attachment_id, problem=str(problem), status=status_of(problem))
    return redirect(url_for("redaction.show", attachment_id=attachment_id, back=_back()))


def _page(attachment_id: int, *, problem: str = "", status: int = 200) -> Answer:
    with reading(deps().engine) as session:
        picture = queries.one(session, attachment_id)
        if picture is None or not picture.is_picture or picture.state is not AttachmentState.KEPT:
            raise NoSuchPage
        boxes = queries.boxes(session, attachment_id)
    chief = role_here() in verbs.MAY_UNCOVER
    page = render_template(
        "console/redaction.html", picture=picture, boxes=boxes, problem=problem, back=_back(), whole=WHOLE,
        removable={one.id for one in boxes if chief or one.by_id == member().staff_id}, form=BoxesForm(formdata=None),
        way_back=_back() or url_for("desk.show", message_id=picture.message_id))
    return page, status


def _back() -> str | None:
    return safe_next(request.values.get("back"))


def _parsed(text: str) -> list[Box]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadInput("没有存，请再画一次。") from None
    if not isinstance(found, list) or not all(_is_box(one) for one in found):
        raise BadInput("没有存，请再画一次。")
    return [(one[0], one[1], one[2], one[3]) for one in found]


def _is_box(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 4 and all(isinstance(edge, int) and not isinstance(edge, bool) for edge in one)
