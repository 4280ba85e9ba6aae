"""Files the platform keeps: readers' pictures and voices, and what the bot uploads. No HTTP, no clock."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import BadInput
from web.simulator import limits
from web.simulator.errcodes import Failure
from web.simulator.pictures import picture_type

AMR_HEAD = b"#!AMR\n"
_MODES = {"image": "image", "voice": "voice", "video": "video", "thumb": "image"}
_SIZES = {
    "image": limits.PICTURE_BYTES,
    "voice": limits.VOICE_BYTES,
    "video": limits.VIDEO_BYTES,
    "thumb": limits.THUMB_BYTES,
}


class Keeping(StrEnum):
    """Temporary media end after three days; permanent material stays."""

    TEMPORARY = "temporary"
    PERMANENT = "permanent"


@dataclass(frozen=True, slots=True)
class Medium:
    """One file of one account. `kind`: image, voice, video or thumb; `made_at` by the clock of the windows."""

    media_id: str
    account: str
    kind: str
    mime: str
    data: bytes
    made_at: datetime
    keeping: Keeping = Keeping.TEMPORARY

    def lives(self, now: datetime) -> bool:
        return self.keeping is Keeping.PERMANENT or now < self.made_at + limits.MEDIA_LIFE


class MediaShelf:
    """The last files, behind one lock of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: OrderedDict[str, Medium] = OrderedDict()

    def keep(self, account: str, kind: str, data: bytes, *, now: datetime,
             keeping: Keeping = Keeping.TEMPORARY) -> Medium:  # fmt: skip
        """Failure: unknown kind 40004, too big 45001, not of that kind 40005."""
        if kind not in _SIZES:
            raise Failure(40004)
        if not data:
            raise Failure(41005)
        if len(data) > _SIZES[kind]:
            raise Failure(45001)
        medium = Medium(secrets.token_urlsafe(32), account, kind, mime_of(kind, data), data, now, keeping)
        with self._lock:
            self._files[medium.media_id] = medium
            while len(self._files) > limits.PICTURES_KEPT * 3:
                self._files.popitem(last=False)
        return medium

    def find(self, account: str, media_id: object, *, now: datetime) -> Medium:
        """Failure 40007 for another account's, an unknown or an expired one."""
        with self._lock:
            found = self._files.get(media_id) if isinstance(media_id, str) else None
        if found is None or found.account != account or not found.lives(now):
            raise Failure(40007)
        return found

    def any_picture(self, media_id: str) -> Medium | None:
        """For the address that needs no token."""
        with self._lock:
            found = self._files.get(media_id)
        return found if found is not None and found.kind in ("image", "thumb") else None


def mime_of(kind: str, data: bytes) -> str:
    """The content type by the first bytes. Failure 40005 where they do not fit the kind."""
    if _MODES[kind] == "image":
        try:
            return picture_type(data)
        except BadInput:
            raise Failure(40005) from None
    if kind == "voice":
        if data.startswith(AMR_HEAD):
            return "audio/amr"
        if data.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
            return "audio/mp3"
        raise Failure(40005)
    if data[4:8] != b"ftyp":
        raise Failure(40005)
    return "video/mpeg4"


def quiet_voice(seconds: float = 1.0) -> bytes:
    """An AMR narrow-band voice, 50 frames a second at 4.75 kbit/s: a real file that says nothing."""
    frame = b"\x04" + b"\x00" * 12
    return AMR_HEAD + frame * max(1, round(seconds * 50))


def small_video() -> bytes:
    """The head of an MP4 file: enough for its type to be seen."""
    return b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
