"""Files between the preview of an import and the import itself: kept in a folder for a day. Reads no content."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import Stale

KEPT = timedelta(days=1)
TOKEN = re.compile(r"(\d{1,12})-[0-9a-f]{32}")
GONE = "上传的文件已经不在了，请重新选一次文件。"


def keep(folder: Path, files: list[tuple[str, bytes]], *, now: datetime) -> str:
    """Keeps the files and returns the token to fetch them by; throws away what is older than a day."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _drop_old(folder, now)
    token = f"{int(now.timestamp())}-{secrets.token_hex(16)}"
    place = folder / token
    place.mkdir(mode=0o700)
    for number, (_, data) in enumerate(files):
        (place / str(number)).write_bytes(data)
    (place / "names").write_text(json.dumps([name for name, _ in files]), encoding="utf-8")
    return token


def fetch(folder: Path, token: str) -> list[tuple[str, bytes]]:
    """The files as they were kept; Stale when they are gone."""
    if not TOKEN.fullmatch(token):
        raise Stale(GONE)
    place = folder / token
    try:
        names = json.loads((place / "names").read_text(encoding="utf-8"))
        return [(name, (place / str(number)).read_bytes()) for number, name in enumerate(names)]
    except FileNotFoundError:
        raise Stale(GONE) from None


def drop(folder: Path, token: str) -> None:
    if TOKEN.fullmatch(token):
        shutil.rmtree(folder / token, ignore_errors=True)


def _drop_old(folder: Path, now: datetime) -> None:
    for place in folder.iterdir():
        match = TOKEN.fullmatch(place.name)
        if match and int(match[1]) < (now - KEPT).timestamp():
            shutil.rmtree(place, ignore_errors=True)
