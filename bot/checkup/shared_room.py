"""The place that several machines share for pictures: whether it can be listed, written, read and deleted from.

Whoever does not answer is given up after `SECONDS`. What is written there holds nothing of anybody and is deleted at once;
if a look was cut off between the two, a later one deletes it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.bounded import GivenUp, within
from bot.checkup.findings import Finding, fine, wrong
from bot.errors import SettingsError
from bot.media.rooms import shared
from bot.media.store import Room
from bot.settings import Settings

AREA = "pictures"
SECONDS = 15.0
"""For all that is tried together. A service that is well takes some tenths of one."""
WORDS = b"woodpecker looks whether this place can be written\n"
_NAME = re.compile(r"check-(\d{8}T\d{6})-[0-9a-f]{8}", re.ASCII)
_STAMP = "%Y%m%dT%H%M%S"
CUT_OFF = timedelta(hours=1)
"""Older than any look that still runs."""


@dataclass(slots=True)
class _Tried:
    """How far it came."""

    step: str = "listed"


def look(settings: Settings, *, now: datetime, seconds: float = SECONDS) -> Iterator[Finding]:
    """Nothing where pictures lie in the data folder, or where the address cannot be used at all (bot.checkup.machine)."""
    room = shared(settings)
    if room is None:
        return
    try:
        room.open()
    except SettingsError:
        return
    tried = _Tried()
    try:
        within(seconds, lambda: _use(room, now, tried))
    except GivenUp:
        yield wrong(AREA, f"No photo can be kept: the place in [media] storage did not answer for {seconds:g} seconds when "
                          f"it was to be {tried.step}. Look at storage_endpoint, the network and the service there.")
    except Exception as problem:  # noqa: BLE001 - each kind of place has errors of its own, and each is an answer
        yield wrong(AREA, f"No photo can be kept: the place in [media] storage cannot be {tried.step} "
                          f"({_said(room, problem)}). {_advice(problem)}")
    else:
        yield fine(AREA, "The place in [media] storage can be listed, written, read and deleted from.")


def _use(room: Room, now: datetime, tried: _Tried) -> None:
    files, root = room.open()
    root = root.rstrip("/")
    name = f"{root}/check-{now.astimezone(UTC):{_STAMP}}-{secrets.token_hex(4)}"
    with suppress(FileNotFoundError):  # nothing lies there yet
        for path in files.ls(root, detail=False):
            _drop_old(files, str(path), now)
    tried.step = "deleted from"  # first, so that nothing is written where it would have to stay
    with suppress(FileNotFoundError):
        files.rm_file(name)
    tried.step = "written"
    try:
        files.pipe_file(name, WORDS)
        tried.step = "read"
        if files.cat_file(name) != WORDS:
            raise OSError("it gives other bytes than were written")
    finally:
        with suppress(FileNotFoundError):
            files.rm_file(name)


def _drop_old(files: object, path: str, now: datetime) -> None:
    found = _NAME.fullmatch(path.rstrip("/").rsplit("/", 1)[-1])
    if found and now - datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC) > CUT_OFF:
        files.rm_file(path)  # type: ignore[attr-defined]


def _said(room: Room, problem: Exception) -> str:
    """What the service answers. Of another kind of address only the kind of error: its text may hold a password."""
    told = str(problem).strip().splitlines() if room.address.startswith("s3://") else []
    return told[0].rstrip(".") if told else type(problem).__name__


def _advice(problem: Exception) -> str:
    if isinstance(problem, FileNotFoundError):
        return "Make the bucket or the folder first (or mount it), or write its name into storage as it is."
    if isinstance(problem, PermissionError) or "Credentials" in type(problem).__name__:
        return "Look at storage_key and storage_secret, and at what they may do there: list, read, write and delete."
    return "Look at storage_endpoint, the network and the service there."
