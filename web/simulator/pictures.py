"""Whether an uploaded file is a picture, by its first bytes. Knows no HTTP; decodes nothing."""

from __future__ import annotations

from bot.errors import BadInput
from web.simulator import limits


def picture_type(data: bytes) -> str:
    """The content type of JPEG, PNG, GIF or WebP. BadInput for anything else, or if it is too big."""
    if len(data) > limits.PICTURE_BYTES:
        raise BadInput("图片太大了，最多 10 MB。")
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    raise BadInput("这不是图片，请选 JPG、PNG、GIF 或 WebP。")
