"""The rounds of faults by name: each takes a folder, the nursery and a seed, and gives what it did and what differs."""

from __future__ import annotations

from pathlib import Path

from tests.chaos import disks, kills, machines, nights, pictures, restored, world
from tests.chaos.checker import check
from tests.chaos.place import Nursery, opened
from tests.chaos.told import Round, Told


def intake_kills(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    """`kill -9` of workers, master and scheduler while readers write."""
    with opened(folder, nursery) as place:
        done = kills.intake_under_fire(place, seed, size)
        return Told(check(place.url, place.ledger), done)


def night_kills(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    """`kill -9` of two schedulers while they close, pick, release and send; nights until there were `size` kills."""
    evening = nights.prepare(folder, nursery, seed)
    told = Told(nights.measure(evening, folder / "calm", nursery))
    number = 0
    while sum(told.done.values()) < size and number < size:
        done, found = nights.under_fire(evening, folder / f"night-{number}", nursery, seed + number)
        told.done.update(done)
        told.findings.add(found)
        number += 1
    told.findings.counts["nights"] += number + 1
    return told


ROUNDS: dict[str, tuple[Round, int]] = {
    "intake-kills": (intake_kills, 170),
    "night-kills": (night_kills, 170),
    "disk-full": (disks.disk_full, 6),
    "read-only": (disks.read_only, 2),
    "locked": (disks.locked, 5),
    "gone": (disks.gone, 6),
    "gone-postgresql": (disks.postgresql_gone, 5),
    "machines": (machines.several, 4),
    "clock": (world.clock_jumps, 8),
    "wechat-down": (world.wechat_down, 6),
    "poison": (world.poison, 30),
    "restored": (restored.yesterday, 2),
    "media": (pictures.half_a_gigabyte, 512),
}
"""Name → (round, its full size)."""
