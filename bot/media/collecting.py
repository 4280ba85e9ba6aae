"""Fetches what readers sent, checks it and keeps it. No transaction is open while something is fetched.

A picture comes by its MediaId where the account has the media right, else from its PicUrl; a voice by its
MediaId only. What cannot be had says why, on the letter.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Engine

from bot.clock import monotonic
from bot.media import fetching, keeping, pictures, sounds
from bot.media.addresses import Refused
from bot.media.fetching import Limits, Lost, Resolve, Unreachable, too_big
from bot.media.keeping import Wanted
from bot.media.store import Store
from bot.wechat.codes import Action, advise
from bot.wechat.media import Given
from models.enums import AttachmentKind
from models.session import reading, writing

log = logging.getLogger(__name__)

BATCH = 50
SECONDS_A_RUN = 10.0
"""The other jobs have their turn after so long; the rest is fetched in the next run."""
VOICE_BYTES = 2 * 1024 * 1024
"""The platform's own limit for a voice."""
NO_RIGHT = "这个公众号没有取语音的权限"


class Api(Protocol):
    """media/get of one account."""

    def get(self, media_id: str, *, most_bytes: int, seconds: float) -> Given: ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Where files come from and where they go. `apis` by account name; an account without one has no media right."""

    store: Store
    apis: Mapping[str, Api]
    hosts: tuple[str, ...]
    limits: Limits
    most_pixels: int
    resolve: Resolve = field(default=fetching.resolve)


@dataclass(frozen=True, slots=True)
class _Brought:
    digest: str
    content_type: str
    original_digest: str | None = None


def collect(engine: Engine, sources: Sources, clock_now: Callable[[], datetime], *, now: datetime) -> dict[str, Any]:
    """Fetches what is due, for ten seconds or one file more; counts by what became of it."""
    counts: dict[str, Any] = {}
    until = monotonic() + SECONDS_A_RUN
    with reading(engine) as session:
        waiting = keeping.due(session.connection(), now=now, limit=BATCH)
    for attachment_id in waiting:
        if monotonic() > until:
            break
        state = _one(engine, sources, attachment_id, clock_now)
        counts[state] = counts.get(state, 0) + 1
    return counts


def _one(engine: Engine, sources: Sources, attachment_id: int, clock_now: Callable[[], datetime]) -> str:
    with writing(engine) as session:
        wanted = keeping.claim(session.connection(), attachment_id, now=clock_now())
    if wanted is None:
        return "taken"
    try:
        brought = _bring(sources, wanted)
    except (Refused, Lost, Unreachable) as problem:
        # The sentence holds no address and no id: it is ours.
        log.warning("attachment %d of message %d not kept: %s", attachment_id, wanted.message_id, problem)
        return _give_up(engine, attachment_id, problem, clock_now())
    with writing(engine) as session:
        there = keeping.keep(session.connection(), attachment_id, digest=brought.digest, content_type=brought.content_type,
                             original_digest=brought.original_digest, now=clock_now())
        orphans = [] if there else [name for name in (brought.digest, brought.original_digest)
                                    if name and not keeping.needed(session.connection(), name)]
    for name in orphans:
        sources.store.drop(name)
    return "kept" if there else "gone"


def _give_up(engine: Engine, attachment_id: int, problem: Exception, now: datetime) -> str:
    with writing(engine) as session:
        db = session.connection()
        if isinstance(problem, Unreachable):
            return keeping.put_off(db, attachment_id, str(problem), now=now).value
        if isinstance(problem, Lost):
            keeping.lose(db, attachment_id, str(problem))
            return "lost"
        keeping.refuse(db, attachment_id, str(problem))
        return "refused"


def _bring(sources: Sources, wanted: Wanted) -> _Brought:
    if wanted.kind is AttachmentKind.VOICE:
        return _voice(sources, wanted)
    data = _picture_bytes(sources, wanted)
    shown = pictures.clean(data, most_pixels=sources.most_pixels)
    return _Brought(sources.store.put(shown.data), pictures.CONTENT_TYPE)


def _picture_bytes(sources: Sources, wanted: Wanted) -> bytes:
    """By MediaId where that works; else from the address in the message, which anybody may have written."""
    if wanted.media_id and wanted.account in sources.apis:
        given = _given(sources, wanted.account, wanted.media_id, sources.limits.most_bytes)
        if given.data is not None:
            return given.data
        if given.too_big:
            raise Refused(too_big(sources.limits.most_bytes))
        if not wanted.pic_url:
            raise _why_not(given)
    if not wanted.pic_url:
        raise Lost("来信里没有图片的地址")
    return fetching.fetch(wanted.pic_url, hosts=sources.hosts, limits=sources.limits, resolve=sources.resolve)


def _voice(sources: Sources, wanted: Wanted) -> _Brought:
    if not wanted.media_id:
        raise Lost("来信里没有语音的编号")
    if wanted.account not in sources.apis:
        raise Lost(NO_RIGHT)
    given = _given(sources, wanted.account, wanted.media_id, VOICE_BYTES)
    if given.too_big:
        raise Refused(too_big(VOICE_BYTES))
    if given.data is None:
        raise _why_not(given)
    sound = sounds.playable(given.data)
    return _Brought(sources.store.put(sound.data), sound.content_type, sources.store.put(given.data))


def _given(sources: Sources, account: str, media_id: str, most: int) -> Given:
    return sources.apis[account].get(media_id, most_bytes=most, seconds=sources.limits.seconds)


def _why_not(given: Given) -> Exception:
    """What the platform's answer means for a file: by the one table of codes."""
    if given.errcode is None:
        return Unreachable("微信没有回应")
    advice = advise(given.errcode)
    if advice.action in (Action.BACK_OFF, Action.REFRESH_TOKEN, Action.WAIT_FOR_QUOTA):
        return Unreachable(advice.meaning)
    if given.errcode == 48001:
        return Lost(NO_RIGHT)
    if given.errcode == 40007:
        return Lost("微信上已经没有这个文件")
    if advice.action is Action.SWITCH_OFF:
        return Unreachable(advice.meaning)  # an operator can mend it, within the three days
    return Lost(f"微信没有给（{given.errcode}）")


def forget(engine: Engine, store: Store) -> dict[str, Any]:
    """Deletes the files of readers who have gone, unless somebody else sent the same."""
    with reading(engine) as session:
        gone = keeping.forgotten(session.connection())
        names = {name for own in gone.values() for name in own if not keeping.needed(session.connection(), name)}
    if not gone:
        return {}
    for name in sorted(names):
        store.drop(name)
    with writing(engine) as session:
        keeping.strike(session.connection(), gone)
    return {"deleted": len(names)}
