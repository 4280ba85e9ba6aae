"""What arrived, typed: any message or event, of a known kind or not. Knows no secrets, no HTTP, no rows.

Kinds and fields: the platform's pages on receiving messages and on event pushes. Other kinds are kept.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bot.wechat.refusals import RefusalReason, Refused

MAX_ID_CHARACTERS = 64  # an openid has 28, a MsgId 17 to 20, the longest event name 30
MAX_DEDUPE_CHARACTERS = 200
_MILLISECONDS_FROM = 10**11  # in seconds that is the year 5138
_TYPED = frozenset(
    [
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "Event",
        "EventKey",
        "MsgId",
        "Content",
        "MediaId",
        "PicUrl",
        "Recognition",
        "Encrypt",
    ]
)
_PLAIN_COMPONENT = re.compile(r"[A-Za-z0-9_\-]{0,64}", re.ASCII)


class Incoming(NamedTuple):
    """One message or event.

    to, sender: gh_… name of the account, openid of the reader. created: seconds since 1970, the platform's.
    msg_type, event: lower case; event is None for messages. event_key: "" where there is none.
    content: a text as sent, spaces included; of a voice message the transcript; None where empty or absent.
    fields: everything else as given (JSON values only).
    """

    to: str
    sender: str
    created: int
    msg_type: str
    event: str | None
    event_key: str
    msg_id: str | None
    content: str | None
    media_id: str | None
    pic_url: str | None
    fields: Mapping[str, Any]

    @property
    def created_at(self) -> datetime:
        """`created` as an aware UTC time."""
        return datetime.fromtimestamp(self.created, UTC)

    @property
    def dedupe_key(self) -> str:
        """Names this delivery among all of its account, and its resends alike: ASCII, at most 200 characters.

        MsgId alone is too weak (seen equal for different readers), sender and second too (two events within
        one second), so all of it is taken, with the event's own id where it has one.
        """
        if self.msg_id is not None:
            tail = ["m", self.msg_id]
        else:
            own = [_text(self.fields.get(name)) or "" for name in ("MsgID", "publish_id", "Ticket")]
            own[1] = own[1] or _publish_id(self.fields)
            what = [self.content or "", self.media_id or "", self.pic_url or ""]
            tail = ["e", self.msg_type, self.event or "", self.event_key, *own, *what]
        head = f"{_component(self.sender)}:{self.created}:"
        key = head + ":".join(map(_component, tail)).rstrip(":")
        return key if len(key) <= MAX_DEDUPE_CHARACTERS else head + _digest(key)


def read_incoming(fields: Mapping[str, Any]) -> Incoming:
    """The message in a parsed body. Raise Refused(malformed) if a field that all share is wrong."""
    msg_type = _required(fields, "MsgType").lower()
    spoken = "Recognition" if msg_type == "voice" else "Content"
    event = _optional_id(fields, "Event")
    return Incoming(
        to=_required(fields, "ToUserName"),
        sender=_required(fields, "FromUserName"),
        created=_created(_required(fields, "CreateTime")),
        msg_type=msg_type,
        event=event.lower() if event else None,
        event_key=_text(fields.get("EventKey")) or "",
        msg_id=_optional_id(fields, "MsgId"),
        content=_text(fields.get(spoken)) or None,
        media_id=_text(fields.get("MediaId")) or None,
        pic_url=_text(fields.get("PicUrl")) or None,
        fields={name: value for name, value in fields.items() if name not in _TYPED},
    )


def _text(value: Any) -> str | None:
    """A field of a text kind; JSON pushes send ids and scene keys as numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def _required(fields: Mapping[str, Any], name: str) -> str:
    value = _text(fields.get(name))
    if not value or len(value) > MAX_ID_CHARACTERS:
        raise Refused(RefusalReason.MALFORMED, name)
    return value


def _optional_id(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return None if value is None or value == "" else _required(fields, name)


def _created(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 14):
        raise Refused(RefusalReason.MALFORMED, "CreateTime")
    created = int(value)
    return created // 1000 if created >= _MILLISECONDS_FROM else created


def _publish_id(fields: Mapping[str, Any]) -> str:
    """PUBLISHJOBFINISH keeps its id one level down."""
    info = fields.get("PublishEventInfo")
    return (_text(info.get("publish_id")) or "") if isinstance(info, Mapping) else ""


def _component(value: str) -> str:
    """`value`, or its digest where it is long or could blur the border between two components."""
    return value if _PLAIN_COMPONENT.fullmatch(value) else "~" + _digest(value)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:32]
