"""Text answers as the platform takes them: cut to its limit, in XML or JSON. Knows no secrets, no readers."""

import json
import unicodedata

from bot.wechat.bodies import cdata, drop_illegal
from bot.wechat.keys import BodyFormat

SUCCESS = b"success"  # the legal "nothing to say"; never encrypted
MAX_TEXT_BYTES = 2048  # UTF-8; undocumented, measured by others: beyond it the reader sees a fault notice
ELLIPSIS = "…"
_ZERO_WIDTH_JOINER = "\u200d"
_MAX_STEPS_BACK = 32  # longer runs of joined signs are made to annoy; cut inside them

_XML = (
    "<xml><ToUserName>%s</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime>"
    "<MsgType><![CDATA[text]]></MsgType><Content>%s</Content></xml>"
)


def text_reply(body_format: BodyFormat, *, to: str, sender: str, text: str, created: int) -> bytes:
    """A text message from `sender` (the account) to `to` (the reader), in the clear. `created` in seconds."""
    content = cut_text(drop_illegal(text))
    if body_format is BodyFormat.XML:
        return (_XML % (cdata(to), cdata(sender), created, cdata(content))).encode("utf-8")
    fields = {
        "ToUserName": to,
        "FromUserName": sender,
        "CreateTime": created,
        "MsgType": "text",
        "Content": content,
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def cut_text(text: str, limit: int = MAX_TEXT_BYTES) -> str:
    """`text`, or as much of it as fits into `limit` bytes of UTF-8 together with "…".

    Never cuts inside a character, nor inside an emoji made of several or before a combining mark.
    """
    if len(text) * 4 <= limit:
        return text
    encoded = text.encode("utf-8")
    if len(encoded) <= limit:
        return text
    room = limit - len(ELLIPSIS.encode("utf-8"))
    end = len(encoded[:room].decode("utf-8", "ignore"))
    for back in range(min(end, _MAX_STEPS_BACK)):
        if not _joined(text, end - back):
            return text[: end - back] + ELLIPSIS
    return text[:end] + ELLIPSIS


def _joined(text: str, position: int) -> bool:
    """Whether the characters around `position` are shown as one sign."""
    after, before = text[position], text[position - 1]
    if after == _ZERO_WIDTH_JOINER or before == _ZERO_WIDTH_JOINER:
        return True
    if unicodedata.category(after) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True  # combining marks, variation selectors; skin tones
    if _regional(after) and _regional(before):  # flags are pairs of letters: cut only between pairs
        run = 1
        while run < position and _regional(text[position - run - 1]):
            run += 1
        return run % 2 == 1
    return False


def _regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
