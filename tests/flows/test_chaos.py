"""A small `make chaos`: some kills, one night; and that the checker names what broken builds and tampering do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.chaos import kills, nights, world
from tests.chaos.checker import check
from tests.chaos.load import Load
from tests.chaos.nights import Evening
from tests.chaos.nursery import Nursery
from tests.chaos.place import opened, still
from tests.support.site import kill

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
SEED = 20261122


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with closing(Nursery()) as made:
        yield made


@pytest.fixture(scope="module")
def evening(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Evening:
    """Its own file is that of a calm night that is over."""
    folder = tmp_path_factory.mktemp("evening")
    evening = nights.prepare(folder, nursery, SEED, letters=60)
    found = nights.measure(evening, folder / "calm", nursery)
    assert (found.named(), found.counts["rounds picked"], found.counts["awards"]) == ([], 1, 11)
    return evening


def test_kills_during_intake_lose_and_double_nothing(nursery, tmp_path):
    with opened(tmp_path / "site", nursery) as place:
        done = kills.intake_under_fire(place, SEED, 12)
        found = check(place.url, place.ledger)
    assert found.named() == []
    assert sum(done.values()) == 12
    assert found.counts["deliveries acknowledged"] == len(place.ledger.deliveries) > 20


def test_kills_during_the_night_close_pick_release_and_send_once(nursery, evening, tmp_path):
    done, found = nights.under_fire(evening, tmp_path / "night", nursery, SEED)
    assert found.named() == []
    assert sum(done.values()) > 4
    assert (found.counts["rounds picked"], found.counts["records"], found.counts["awards"]) == (1, 1, 11)


def test_whatever_was_just_started_can_be_stopped_with_all_its_children(nursery, tmp_path):
    for number in range(20):
        child = nursery.start("http.server", "0", config=tmp_path / "none.toml", log=tmp_path / "log")
        assert os.getpgid(child.pid) == child.pid, number
        kill(child)


def test_poisoned_messages_are_before_a_person_and_the_others_answered_later(nursery, tmp_path):
    told = world.poison(tmp_path, nursery, SEED, 6)
    assert told.findings.named() == []
    assert (told.findings.counts["poisoned messages"], told.findings.counts["messages heard"]) == (6, 4)


def test_build_that_commits_after_the_answer_is_found_to_lose(nursery, tmp_path):
    with opened(tmp_path / "site", nursery) as place:
        place.site.app = "tests.chaos.broken:late_commit()"
        web = place.site.start_web()
        load = Load(place, SEED)
        for number in range(4):
            assert load.send(number)
        kill(web)
        still(place)
        found = check(place.url, place.ledger)
    assert found.lost
    assert "acknowledged, no message" in found.named()[0]


def test_build_without_a_key_for_deliveries_is_found_to_double(nursery, tmp_path):
    with opened(tmp_path / "site", nursery) as place:
        place.site.app = "tests.chaos.broken:no_key()"
        place.site.start_web()
        load = Load(place, SEED)
        for number in (0, 1, 2, 0, 1, 2):
            assert load.send(number)
        still(place)
        found = check(place.url, place.ledger)
    assert len([one for one in found.double if "2 messages" in one]) == 3


TAMPERING = {
    "UPDATE message SET reply = 'x' WHERE id = (SELECT min(id) FROM message WHERE content IS NOT NULL)": "another reply",
    "UPDATE award SET standing_milli = standing_milli + 1 WHERE place = 2": "worked out",
    "UPDATE audit_entry SET before = 'x' WHERE chain_number = 3": "link 3",
    "DELETE FROM audit_entry WHERE chain_number = 5": "link 5 of the chain is missing",
    "UPDATE outgoing_message SET state = 'queued', sent_at = NULL WHERE id ="
    " (SELECT min(id) FROM outgoing_message WHERE state = 'sent')": "heard 1 times, 0 sent",
    "INSERT INTO audit_entry (at, actor_kind, verb, object_kind, object_id, details)"
    " SELECT at, actor_kind, verb, object_kind, object_id, details FROM audit_entry WHERE verb = 'pick_round'":
        "pick_round of round",
}


@pytest.mark.parametrize("act", TAMPERING)
def test_checker_names_what_was_changed_behind_the_program(evening, tmp_path, act):
    over = evening.file.parent / "calm" / "chaos.db"
    shutil.copyfile(over, tmp_path / "changed.db")
    with closing(sqlite3.connect(tmp_path / "changed.db")) as db, db:
        db.execute(act)
    found = check(f"sqlite:///{tmp_path / 'changed.db'}", evening.after)
    assert any(TAMPERING[act] in line for line in found.named()), found.named()


def test_checker_imports_nothing_of_the_program():
    told = subprocess.run(
        [sys.executable, "-c", "import sys, tests.chaos.checker; print(*sorted({n.split('.')[0] for n in sys.modules}))"],
        capture_output=True, text=True, check=True)
    assert not {"bot", "models", "web", "sqlalchemy"} & set(told.stdout.split())
