"""Photos and voices of readers, handed out to signed-in editors only. What is sent has our own type, never the sender's."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Flask, Response, send_file
from werkzeug.exceptions import NotFound as NoSuchPage

from bot.media.addresses import Refused
from bot.media.covering import Box, cover
from bot.media.sounds import AMR
from bot.media.sources import store
from bot.media.store import Missing
from models.enums import AttachmentKind
from models.queries import attachments as queries
from models.session import reading
from web.deps import deps

blueprint = Blueprint("attachments", __name__, url_prefix="/attachments")

TYPES = {AttachmentKind.PICTURE: "image/jpeg", AttachmentKind.VOICE: "audio/mpeg"}
"""What a browser may show. Anything else is only handed out to be saved."""


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:attachment_id>/shown")
def shown(attachment_id: int) -> Response:
    """The picture as made anew, with its boxes burnt in, or the voice as MP3."""
    found = _found(attachment_id)
    if found.content_type != TYPES[found.kind]:
        raise NoSuchPage
    ending = "jpg" if found.kind is AttachmentKind.PICTURE else "mp3"
    data = _bytes(found.digest)
    if found.boxes:
        data = _covered(data, found.boxes)
    return send_file(BytesIO(data), mimetype=TYPES[found.kind], conditional=True,
                     download_name=f"{attachment_id}.{ending}")


@blueprint.get("/<int:attachment_id>/original")
def original(attachment_id: int) -> Response:
    """A voice as it came, to be saved and opened elsewhere."""
    found = _found(attachment_id)
    if found.original_digest is None:
        raise NoSuchPage
    data = _bytes(found.original_digest)
    ending = "amr" if data.startswith(AMR) else "speex"
    return send_file(BytesIO(data), mimetype="application/octet-stream", as_attachment=True,
                     download_name=f"{attachment_id}.{ending}")


def _covered(data: bytes, boxes: tuple[Box, ...]) -> bytes:
    """Never without its boxes: a picture that cannot be covered is not shown at all."""
    try:
        return cover(data, boxes)
    except Refused:
        raise NoSuchPage from None


def _found(attachment_id: int) -> queries.FileView:
    with reading(deps().engine) as session:
        found = queries.file(session, attachment_id)
    if found is None:
        raise NoSuchPage
    return found


def _bytes(digest: str) -> bytes:
    try:
        return store(deps().settings).get(digest)
    except Missing:
        raise NoSuchPage from None
