"""The copy of what is held about one person: all of it, his alone, readable by programs."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from bot.claiming import keys
from bot.clock import FrozenClock
from bot.media.sources import store
from bot.personal import copying
from bot.personal.copying import AMONG_STAFF, UNREADABLE, Copy
from bot.settings import Settings
from models.contests import Round
from models.messages import Message
from models.personal import READERS
from models.session import reading, writing
from tests.support.claims import claiming
from tests.support.databases import Databases
from tests.support.one_person import LETTER, NAME, OPENID, PHONE, REPLY, Among, Planted, again, alone_claimed


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return claiming(settings, tmp_path)


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Among]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(alone_claimed)


@pytest.fixture
def him(begun: tuple[str, Among], settings: Settings, clock: FrozenClock) -> Planted:
    return again(begun[1], settings, clock)


def copy_of(engine: Engine, settings: Settings, clock: FrozenClock, *readers: int, sealed: bool = False) -> Copy:
    with reading(engine) as session:
        return copying.gather(session.connection(), readers, now=clock.now(),
                              keys=None if sealed else keys.load(settings.claims.keys))


def held(copy: Copy) -> dict[str, list[dict[str, object]]]:
    found = json.loads(copying.as_json(copy))["held"]
    return {part["table"]: part["rows"] for part in found}


def test_everything_that_is_listed_is_in_it(engine: Engine, settings: Settings, clock: FrozenClock, him: Planted) -> None:
    copy = held(copy_of(engine, settings, clock, him.reader_id))
    without = {"appeal"}  # he made none
    assert copy.keys() == READERS.keys() - set(AMONG_STAFF) - without
    assert {name: list(rows[0]) for name, rows in copy.items()} == {
        name: list(READERS[name].columns) for name in copy}
    assert copy["reader"][0]["openid"] == OPENID
    assert copy["reader"][0]["printed_name"] == NAME
    assert LETTER in [row["content"] for row in copy["message"]]
    assert REPLY in [row["reply"] for row in copy["message"]]
    assert {(row["kind"], row["sealed"]) for row in copy["claim_contact"]} >= {("phone", PHONE)}
    assert copy["held_paper"][0]["paper_id"] == "社区晨报·东城"


def test_nothing_of_anybody_else_is_in_it(engine: Engine, settings: Settings, clock: FrozenClock, him: Planted) -> None:
    copy = copy_of(engine, settings, clock, him.reader_id)
    text = copying.as_json(copy).decode()
    assert "另一位" not in text
    assert {part.table: len(part.rows) for part in copy.parts if part.table in ("reader", "award", "report")} == {
        "reader": 1, "award": 1, "report": 1}


def test_what_editors_said_among_themselves_is_counted(
    engine: Engine, settings: Settings, clock: FrozenClock, him: Planted
) -> None:
    copy = copy_of(engine, settings, clock, him.reader_id)
    assert copy.among_staff == 2  # a note and a lead
    assert "他自称" not in json.dumps(held(copy).get("note", []), ensure_ascii=False)


def test_grades_of_a_round_that_is_not_released_are_told_later(
    engine: Engine, settings: Settings, clock: FrozenClock, him: Planted
) -> None:
    assert len(held(copy_of(engine, settings, clock, him.reader_id))["grade"]) == 1
    with writing(engine) as session:
        session.execute(update(Round).where(Round.id == him.round_id).values(state="picked", released_at=None))
    copy = copy_of(engine, settings, clock, him.reader_id)
    assert "grade" not in held(copy)
    assert copy.told_later == 1


def test_without_the_key_what_is_sealed_says_so(
    engine: Engine, settings: Settings, clock: FrozenClock, him: Planted
) -> None:
    copy = held(copy_of(engine, settings, clock, him.reader_id, sealed=True))
    assert {row["sealed"] for row in copy["claim_contact"]} == {UNREADABLE}


def test_all_accounts_of_one_person_stand_together(
    engine: Engine, settings: Settings, clock: FrozenClock, him: Planted
) -> None:
    copy = copy_of(engine, settings, clock, him.reader_id, him.other_id)
    assert (copy.accounts, len(held(copy)["reader"]), len(held(copy)["report"])) == (2, 2, 2)


def test_the_file_holds_photos_and_voices(engine: Engine, settings: Settings, clock: FrozenClock, him: Planted) -> None:
    copy = copy_of(engine, settings, clock, him.reader_id)
    kept = store(settings)
    out = io.BytesIO()
    assert copying.write(copy, {"我的信息.html": "页"}, kept, out) == 0
    with zipfile.ZipFile(out) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        photo = packed.read("照片/1.jpg")
    assert names == ["我的信息.html", "数据.json", "照片/1.jpg", "语音/2.mp3", "语音/2.amr"]
    assert photo == b"\xff\xd8his photo"

    kept.drop(him.files[0])
    assert copying.write(copy, {}, kept, io.BytesIO()) == 1


def test_hostile_words_stay_words(engine: Engine, settings: Settings, clock: FrozenClock, him: Planted) -> None:
    words = "=cmd|' /C calc'!A0 <script>alert(1)</script> \u202e 👵🏻\x07 " + "长" * 20_000
    with writing(engine) as session:
        number = session.scalars(select(Message.id).where(Message.reader_id == him.reader_id).limit(1)).one()
        session.execute(update(Message).where(Message.id == number).values(content=words))
    assert words in [row["content"] for row in held(copy_of(engine, settings, clock, him.reader_id))["message"]]
