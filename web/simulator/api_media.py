"""The API's calls for files: temporary media up and down, permanent material, pictures of an article."""

from __future__ import annotations

from web.simulator import limits
from web.simulator.calls import Binary, Call, Content, File, Route, text_in
from web.simulator.errcodes import Failure
from web.simulator.media import Keeping, Medium, mime_of
from web.simulator.profiles import Right


def upload(call: Call) -> Content:
    kind = call.query.get("type", "")
    medium = call.platform.media.keep(call.account.name, kind, _file(call).data, now=call.now)
    name = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, name: medium.media_id, "created_at": int(call.now.timestamp())}


def get(call: Call) -> Content | Binary:
    """Bytes; for a video JSON with an address; 40007 as JSON for what is gone."""
    medium = call.platform.media.find(call.account.name, call.query.get("media_id"), now=call.now)
    if medium.kind == "video":
        return {"video_url": f"{call.platform.picture_base}/videos/{medium.media_id}"}
    suffix = medium.mime.rpartition("/")[2]
    return Binary(medium.mime, medium.data, f"{medium.media_id[:16]}.{suffix}")


def upload_picture(call: Call) -> Content:
    """media/uploadimg: for the body of an article; gives an address, no media_id."""
    file = _file(call)
    if len(file.data) > limits.ARTICLE_PICTURE_BYTES:
        raise Failure(40009)
    medium = call.platform.media.keep(call.account.name, "image", file.data, now=call.now, keeping=Keeping.PERMANENT)
    return {"url": _address(call, medium)}


def add_material(call: Call) -> Content:
    kind = call.query.get("type", "")
    medium = call.platform.media.keep(
        call.account.name, kind, _file(call).data, now=call.now, keeping=Keeping.PERMANENT
    )
    answer: Content = {"media_id": medium.media_id}
    return answer | {"url": _address(call, medium)} if mime_of(kind, medium.data).startswith("image") else answer


def get_material(call: Call) -> Content | Binary:
    media_id = text_in(call.json(), "media_id", errcode=40007)
    medium = call.platform.media.find(call.account.name, media_id, now=call.now)
    if medium.keeping is not Keeping.PERMANENT:
        raise Failure(40007)
    return Binary(medium.mime, medium.data, "material")


def _file(call: Call) -> File:
    file = call.files.get("media")
    if file is None:
        raise Failure(41005)
    return file


def _address(call: Call, medium: Medium) -> str:
    return f"{call.platform.picture_base}/pictures/{medium.media_id}"


ROUTES = {
    "media/upload": Route("POST", Right.MEDIA, upload),
    "media/get": Route("GET", Right.MEDIA, get),
    "media/uploadimg": Route("POST", Right.MEDIA, upload_picture),
    "material/add_material": Route("POST", Right.MEDIA, add_material),
    "material/get_material": Route("POST", Right.MEDIA, get_material),
    "material/get_materialcount": Route(
        "GET", Right.MEDIA, lambda _call: {"voice_count": 0, "video_count": 0, "image_count": 0, "news_count": 0}
    ),
}
