"""Half a gigabyte of readers' photos, fetched while schedulers are killed: all are kept, and memory stays small."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from bot.clock import pause
from tests.chaos.checker import check
from tests.chaos.findings import Findings
from tests.chaos.kills import settle
from tests.chaos.load import Load
from tests.chaos.nursery import Nursery
from tests.chaos.place import Place, opened
from tests.chaos.tables import rows_of
from tests.chaos.told import Told
from tests.support.hosts import picture_host
from tests.support.site import kill, until

WIDE, HIGH, QUALITY = 2600, 1900, 97
MOST_MB = {"scheduler": 350, "web": 200}
"""A photo of 5 megapixels unpacked, its copy made anew, and all that the nursery has imported."""


def half_a_gigabyte(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    """`size` megabytes of different photos."""
    told, chance = Told(), random.Random(seed)
    files = list(_photos(folder / "photos", seed, size * 1_000_000))
    told.findings.counts["megabytes of photos"] = sum(one.stat().st_size for one in files) // 1_000_000
    with picture_host(folder / "photos") as address, opened(folder / "site", nursery) as place:
        hosts = place.site.settings.media.picture_hosts
        place.site.set(media={"picture_hosts": [*hosts, address.removeprefix("http://")]})
        place.site.workers = 1
        web = place.site.start_web()
        load = Load(place, seed)
        for number, one in enumerate(files):
            load.given(number, _fields(place, number, f"{address}/{one.name}"))
            assert load.send(number)
        peaks = {"web": _peak(web.pid)}
        peaks["scheduler"] = _fetch_under_fire(place, len(files), chance, told)
        settle(place)
        told.findings.add(check(place.url, place.ledger))
        _whole(told.findings, place, len(files), peaks)
    return told


def _photos(folder: Path, seed: int, total: int) -> Iterator[Path]:
    """Noise, which no encoder makes smaller: some five megabytes each."""
    folder.mkdir(parents=True)
    chance, made = random.Random(seed), 0
    while made < total:
        picture = Image.frombytes("RGB", (WIDE, HIGH), chance.randbytes(WIDE * HIGH * 3))
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=QUALITY)
        path = folder / f"{len(list(folder.iterdir()))}.jpg"
        path.write_bytes(data.getvalue())
        made += len(data.getvalue())
        yield path


def _fields(place: Place, number: int, address: str) -> dict[str, Any]:
    return {"FromUserName": place.openids[number % len(place.openids)], "MsgType": "image", "PicUrl": address,
            "CreateTime": str(int(place.site.now().timestamp())), "MsgId": str(7_000_000 + number)}


def _fetch_under_fire(place: Place, number: int, chance: random.Random, told: Told) -> int:
    """The most that any scheduler held, in megabytes. Some are killed in the middle of a photo."""
    peak, kills = 0, 4
    while True:
        scheduler = place.site.start_scheduler()
        lives = chance.uniform(3.0, 8.0) if kills else 600.0
        while lives > 0 and _kept(place) < number:
            pause(0.25)
            lives -= 0.25
            peak = max(peak, _peak(scheduler.pid))
        if _kept(place) >= number:
            return peak
        kill(scheduler)
        kills -= 1
        told.done["media: scheduler killed while it fetched"] += 1
        place.site.stand_at(place.site.now_after(900))  # what was under way is tried again
        until(lambda: scheduler.poll() is not None, seconds=10, what="it is gone")  # noqa: B023


def _kept(place: Place) -> int:
    return int(rows_of(place.url)("SELECT count(*) AS n FROM attachment WHERE state = 'kept'")[0]["n"])


def _peak(pid: int) -> int:
    """Megabytes: the most that a process has held so far, its children's each by itself."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def _whole(found: Findings, place: Place, number: int, peaks: dict[str, int]) -> None:
    """Every photo has its file, whose name is the SHA-256 of its bytes."""
    kept = rows_of(place.url)("SELECT digest FROM attachment WHERE state = 'kept'")
    if len(kept) != number:
        found.lost.append(f"{number} photos were acknowledged, {len(kept)} are kept")
    for row in kept:
        path = place.site.folder / "media" / row["digest"][:2] / row["digest"]
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != row["digest"]:
            found.lost.append(f"the file of photo {row['digest']}")
    found.counts["photos kept"] += len(kept)
    for what, most in MOST_MB.items():
        found.counts[f"megabytes at most ({what})"] = peaks[what]
        if peaks[what] > most:
            found.disagreements.append(f"the {what} held {peaks[what]} MB, more than {most}")
