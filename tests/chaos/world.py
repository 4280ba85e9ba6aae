"""The world outside fails: clocks jump, WeChat is down for a day or loses answers, a message breaks whoever reads it."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

from bot.clock import pause
from tests.chaos import nights
from tests.chaos.checker import check
from tests.chaos.disks import answers
from tests.chaos.findings import Findings
from tests.chaos.kills import settle
from tests.chaos.ledger import Delivery, Ledger
from tests.chaos.load import Load
from tests.chaos.place import Nursery, Place, opened
from tests.chaos.tables import rows_of
from tests.chaos.told import Told
from tests.support.site import until
from tests.support.world import at, generated_text
from web.simulator.faults import Fault, FaultKind

HOUR = 3600
SEND = "message/custom/send"


def clock_jumps(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    """The clock goes forward and back by hours while readers write; then over the deadline and back, again and again."""
    told, chance = Told(), random.Random(seed)
    with opened(folder / "day", nursery) as place:
        place.site.start_web()
        place.site.start_scheduler()
        load = Load(place, seed)
        with load.running():
            for _ in range(size):
                answers(place, 10)
                place.site.stand_at(place.site.now_after(chance.choice((-9, -5, -2, 2, 5, 9)) * HOUR))
                told.done["clock: jumped while readers wrote"] += 1
            answers(place, 10)
        load.finish()
        settle(place)
        told.findings = check(place.url, place.ledger)
    evening = nights.prepare(folder, nursery, seed)
    told.findings.add(_jumping_night(evening, folder / "night", nursery, chance, told.done))
    return told


def _jumping_night(evening: nights.Evening, folder: Path, nursery: Nursery, chance: random.Random,
                   done: Counter[str]) -> Findings:
    with nights.night(evening, folder, nursery) as place:
        for _ in range(2):
            place.site.start_scheduler()
        for moment in ("11-30 22:00", "12-01 00:16", "11-30 20:00", "12-01 03:00", "11-30 23:59", "12-01 00:20"):
            place.site.stand_at(at(moment))
            done["clock: jumped over the deadline"] += 1
            pause(chance.uniform(0.5, 2.5))
        nights.reached(place.url, "sending")
        place.site.stand_at(at("12-01 04:00"))  # what was put off by the latest clock waits for that hour
        nights.finish(place)
        return check(place.url, place.ledger)


def wechat_down(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    """The API answers nothing for a day; then it comes back, and loses some of its answers for a while."""
    told, chance = Told(), random.Random(seed)
    evening = nights.prepare(folder, nursery, seed)
    with nights.night(evening, folder / "day", nursery) as place:
        place.site.stand_at(at("11-30 19:10"))
        place.phones.faults.add(Fault("*", FaultKind.DOWN, left=None))
        place.site.start_scheduler()
        for _ in range(24):
            pause(0.7)
            place.site.stand_at(place.site.now_after(HOUR))
            told.done["WeChat: down for an hour"] += 1
        if place.ledger.heard:
            told.findings.disagreements.append("somebody heard something while WeChat was down")
        place.phones.faults.clear()
        for kind in chance.sample([FaultKind.CUT, FaultKind.GARBAGE, FaultKind.CUT, FaultKind.ERRCODE] * 3, min(size, 12)):
            place.phones.faults.add(Fault(SEND, kind, errcode=-1 if kind is FaultKind.ERRCODE else 0))
            told.done[f"WeChat: answer {kind.value}"] += 1
        _comes_back(place)
        nights.finish(place)
        told.findings.add(check(place.url, place.ledger))
        if not place.ledger.heard:
            told.findings.lost.append("nobody heard anything after WeChat came back")
        if waiting := told.findings.counts["outgoing queued"]:
            told.findings.lost.append(f"{waiting} messages still wait though WeChat is back")
    return told


def _comes_back(place: Place) -> None:
    """Quarters of an hour pass, a day at the most, until nothing waits for the platform any more."""
    for _ in range(96):
        place.site.stand_at(place.site.now_after(HOUR / 4))
        pause(0.8)
        if not rows_of(place.url)("SELECT id FROM outgoing_message WHERE state IN ('queued', 'sending')"):
            return


def poison(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    """Messages that break whoever reads them: stored all the same, read again by a job, then before a person.

    Every third one breaks for ever, the others only while they come in: these are answered later.
    """
    told = Told()
    with opened(folder, nursery) as place:
        place.site.app = "tests.chaos.broken:poisoned()"
        place.site.scheduler = ("tests.chaos.broken", "scheduler")
        place.site.start_web()
        load = Load(place, seed)
        sent = [_poisoned(place, load, number) for number in range(size)]
        place.site.start_scheduler()
        until(lambda: not rows_of(place.url)("SELECT id FROM message WHERE fate = 'unread'"), seconds=60,
              what="what could not be read is read or before a person")
        place.site.stand_at(place.site.now_after(60))
        settle(place)
        told.done["poison: messages"] = len(sent)
        told.findings = check(place.url, place.ledger)
        _fates(told.findings, place.url, place.ledger, sent)
    return told


def _poisoned(place: Place, load: Load, number: int) -> Delivery:
    fields: dict[str, Any] = {
        "FromUserName": place.openids[number % len(place.openids)], "MsgType": "text", "MsgId": str(5_000_000 + number),
        "CreateTime": str(int(place.site.now().timestamp())),
        "Content": generated_text(number) + ("毒药" if number % 3 == 0 else "毒气")}
    load.given(number, fields)
    assert load.send(number)
    return place.ledger.deliveries[number]


def _fates(found: Findings, url: str, ledger: Ledger, sent: list[Delivery]) -> None:
    """Each in front of a person or read; whoever was promised an answer heard it."""
    fates = {row["content"]: row["fate"] for row in rows_of(url)("SELECT content, fate FROM message")}
    heard = Counter(one.openid for one in ledger.heard)
    for one in sent:
        wanted = "failed" if one.mark.endswith("毒药") else "read"
        found.counts["poisoned messages"] += 1
        if fates.get(one.mark) != wanted:
            found.lost.append(f"poisoned {one.mark!r}: {fates.get(one.mark)}, not {wanted}")
        if wanted == "read" and not heard[one.openid]:
            found.lost.append(f"the answer to {one.mark!r} that was promised to {one.openid}")
