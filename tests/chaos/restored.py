"""Yesterday's backup is brought back after a night on which the round was closed, picked, released and told.

The evening is the backup; the night and some further letters are lost. What was told outside in both lives of the
database is compared: no number twice, no count twice, no winner told twice, and the operator's list is exactly what is
missing.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path

from bot.audit import by_staff
from bot.contest import rounds
from models.enums import Role
from models.session import writing
from models.staff import Staff
from tests.chaos import nights
from tests.chaos.checker import check
from tests.chaos.findings import Findings
from tests.chaos.ledger import Delivery
from tests.chaos.load import Load
from tests.chaos.place import Nursery, Place
from tests.chaos.tables import rows_of
from tests.chaos.told import Told
from tests.support.site import kill, until
from tests.support.staff import PASSWORD_HASH
from tests.support.world import at

TOLD = re.compile(r"记为第(\d+)条（编号(\d+)）")
NAMED = re.compile(r"^  report (\d+): the (\d+)\. of reader")
WON = "您被评为"
LETTERS = 24
"""As many before the loss, from old readers and new ones, and as many after it."""


def yesterday(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    told = Told()
    evening = nights.prepare(folder, nursery, seed)
    for number in range(size):
        with nights.night(evening, folder / f"life-{number}", nursery) as place:
            told.findings.add(_lives(place, evening, seed + number))
        told.done["backup: brought back"] += 1
    return told


def _lives(place: Place, evening: nights.Evening, seed: int) -> Findings:
    found, load = Findings(), Load(place, seed)
    place.openids += [place.phones.store.add_reader(place.phones.account("main"), f"新读者{n}", following=True).openid
                      for n in range(4)]
    first = max(place.ledger.deliveries) + 1
    lost = _first_life(place, load, first)
    _bring_back(place, evening)
    _refuses(place, load, first + LETTERS, found)
    _operator(place, found, lost)
    _second_life(place, load, first + 2 * LETTERS)
    _rode(place, lost)
    for number in range(first, first + LETTERS):
        place.ledger.deliveries.pop(number)  # lost with the backup; the operator has named them
    _never_twice(place, found, lost)
    place.ledger.heard = [one for one in place.ledger.heard if _known(place, one.text, one.openid)]
    found.add(check(place.url, place.ledger))
    return found


def _first_life(place: Place, load: Load, first: int) -> list[Delivery]:
    """The night, and letters in it; then everything dies."""
    place.site.start_web()
    place.site.start_scheduler()
    for number in range(first, first + LETTERS):
        assert load.send(number)
    nights.reached(place.url, "sending")
    place.site.stand_at(place.site.now_after(nights.LATER))
    until(lambda: nights.phase_of(place.url) == "", seconds=90, what="everything has left")
    for process in place.site.processes:
        kill(process)
    place.site.processes.clear()
    return [place.ledger.deliveries[number] for number in range(first, first + LETTERS)]


def _bring_back(place: Place, evening: nights.Evening) -> None:
    place.engine.dispose()
    path = Path(place.url.removeprefix("sqlite:///"))
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(evening.file, path)


def _refuses(place: Place, load: Load, first: int, found: Findings) -> None:
    """Whoever starts everything without looking: nothing is taken, nothing is sent."""
    heard = len(place.ledger.heard)
    place.site.start_web()
    place.site.start_scheduler()
    taken = [load.send(number) for number in range(first, first + 3)]
    if any(taken):
        found.double.append("a delivery was taken on a backup that nobody had looked at")
    until(lambda: "a backup was brought back" in place.site.log("scheduler"), seconds=30, what="the scheduler says so")
    if len(place.ledger.heard) != heard:
        found.double.append("something was sent on a backup that nobody had looked at")
    for process in place.site.processes:
        kill(process)
    place.site.processes.clear()


def _operator(place: Place, found: Findings, lost: list[Delivery]) -> None:
    """`python -m bot restored` names exactly the reports that readers were told of and that are missing."""
    printed = place.site.command("restored", "--all").splitlines()
    named = {(int(number), int(ordinal)) for line in printed for number, ordinal in NAMED.findall(line)}
    wanted = {(int(number), int(ordinal)) for one in lost for ordinal, number in TOLD.findall(one.replies[0] or "")}
    if named != wanted:
        found.disagreements.append(f"the operator is told {sorted(named)}, missing are {sorted(wanted)}")
    if f"Messages acknowledged and missing here: {len(lost)}, " not in "\n".join(printed):
        found.disagreements.append(f"{len(lost)} messages are missing: {printed}")
    if not any("picked at" in line and "released at" in line for line in printed):
        found.disagreements.append(f"the operator is not told of the pick: {printed}")
    found.counts["reports named as missing"] += len(named)


def _second_life(place: Place, load: Load, first: int) -> None:
    """Readers write on; the scheduler does not pick; a chief does, with a reason, and releases."""
    place.site.start_web()
    place.site.start_scheduler()
    for number in range(first, first + LETTERS):
        assert load.send(number)
    until(lambda: nights.phase_of(place.url) == "pick", seconds=30, what="the round is closed again")
    place.site.stand_at(at("12-05 09:00"))
    with writing(place.engine) as session:
        chief = Staff(login="c", display_name="主编", password_hash=PASSWORD_HASH, role=Role.CHIEF, created_at=at("12-05 08:00"))
        session.add(chief)
        session.flush()
        id_ = rows_of(place.url)("SELECT id FROM round WHERE month = '2026-11'")[0]["id"]
        now = max(at("12-05 09:00"), place.site.now())
        assert rounds.pick_round(session, id_, actor=by_staff(chief.id), now=now, reason="照恢复前的名单核对过")
    with writing(place.engine) as session:
        assert rounds.release_round(session, id_, actor=by_staff(chief.id), now=now)
    nights.finish(place)


def _rode(place: Place, lost: list[Delivery]) -> None:
    """What came to readers with the answers of the lost life was heard as well as what came by itself."""
    texts = defaultdict(list)
    for row in rows_of(place.url)("SELECT r.openid, o.text FROM outgoing_message o JOIN reader r ON r.id = o.reader_id"
                                  " WHERE o.state = 'sent' AND o.text <> ''"):
        texts[row["openid"]].append(row["text"])
    for one in lost:
        for text in texts[one.openid]:
            if text in (one.replies[0] or ""):
                place.ledger.reached(one.openid, text)


def _never_twice(place: Place, found: Findings, lost: list[Delivery]) -> None:
    """Over both lives: numbers, counts, and the news of having won."""
    both = [*lost, *place.ledger.acknowledged()]
    numbers: dict[str, set[str]] = defaultdict(set)
    counts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in both:
        for ordinal, number in TOLD.findall(one.replies[0] or ""):
            numbers[number].add(one.mark + one.openid)
            counts[one.openid, ordinal].add(one.mark)
    found.double += [f"number {number} was told for {len(marks)} reports" for number, marks in numbers.items() if len(marks) > 1]
    found.double += [f"{openid} was told the {ordinal}. for {len(marks)} reports"
                     for (openid, ordinal), marks in counts.items() if len(marks) > 1]
    won = Counter(one.openid for one in place.ledger.heard if WON in one.text)
    found.double += [f"{openid} heard {times} times that he won" for openid, times in won.items() if times > 1]
    found.double += [f"{one.openid} heard {times} times: {one.text[:40]!r}"
                     for one, times in place.ledger.heard_times().items() if times > 1]
    if not won:
        found.lost.append("nobody heard that he won")
    found.counts["numbers told in both lives"] += len(numbers)
    found.counts["winners told"] += len(won)


def _known(place: Place, text: str, openid: str) -> bool:
    """Whether the brought-back database has a row for these words: what left in the lost life may have none."""
    known = {(row["openid"], row["text"]) for row in rows_of(place.url)(
        "SELECT r.openid, o.text FROM outgoing_message o JOIN reader r ON r.id = o.reader_id")}
    return (openid, text) in known
