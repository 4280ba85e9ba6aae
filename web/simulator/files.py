"""Addresses that need no token: pictures, videos, a QR code's picture, published articles, pictures that lie."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, current_app, redirect
from werkzeug.wrappers import Response as AnyResponse

from bot.errors import NotFound
from web.simulator import hostile
from web.simulator.api_account import code_picture
from web.simulator.media import small_video
from web.simulator.platform import Platform

files = Blueprint("files", __name__)

BODIES: dict[str, Callable[[], bytes]] = {
    "html": hostile.html,
    "bomb": hostile.bomb,
    "cut": hostile.half,
    "empty": lambda: b"",
}


@files.get("/pictures/<key>")
def picture(key: str) -> Response:
    """A picture that a reader sent (its address is what the bot gets as PicUrl) or that the bot uploaded."""
    platform: Platform = current_app.extensions["platform"]
    found = platform.media.any_picture(key)
    if found is None:
        raise NotFound("这张图片已经不在了。")
    return Response(found.data, mimetype=found.mime)


@files.get("/videos/<_key>")
def video(_key: str) -> Response:
    return Response(small_video(), mimetype="video/mp4")


@files.get("/cgi-bin/showqrcode")
def qrcode() -> Response:
    """In life at mp.weixin.qq.com. One white dot: scanning is done by steering."""
    return Response(code_picture(), mimetype="image/png")


@files.get("/hostile/<kind>.jpg")
def lie(kind: str) -> AnyResponse:
    """See hostile.WORDS; anything else is missing."""
    if kind == "redirect":
        return redirect("http://127.0.0.1:22/secret.jpg")
    if kind == "endless":
        return Response(hostile.endless(), mimetype="image/jpeg",
                        headers={"Content-Length": str(hostile.ENDLESS_BYTES)})  # fmt: skip
    if kind not in BODIES:
        raise NotFound("没有这张图片。")
    return Response(BODIES[kind](), mimetype="image/png" if kind in ("bomb", "cut") else "image/jpeg")
