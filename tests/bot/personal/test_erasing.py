"""Erasing a person: nothing that names him is left anywhere, what was decided stays decided, a proof stays (RULES 20)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from bot import search
from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.contest.record.checking import verify
from bot.errors import NotFound
from bot.media import collecting
from bot.media.sources import store
from bot.personal import erasing, privacy, rows
from bot.personal.erasing import GivenUp, Way
from bot.recording import audit_chain, records
from bot.settings import Settings
from models.audit import AuditEntry
from models.claims import ClaimContact
from models.contests import Award, Round
from models.enums import Role, SearchKind
from models.personal import READERS, Fate
from models.readers import Person, Reader
from models.search import SearchGram
from models.session import reading, writing
from models.staff import Staff
from tests.support.claims import claiming
from tests.support.databases import Databases
from tests.support.one_person import (
    LETTER,
    NAME,
    OPENID,
    PHONE,
    REPLY,
    SECRETS,
    SELF,
    STREET,
    Among,
    Planted,
    again,
    alone,
    bytes_of,
    everything,
    files_in,
    plant,
    reports_of,
    where,
)

PRINTED = {"award": [NAME], "round": [NAME], "round_correction": [NAME]}
"""Where the name that was printed stays."""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return claiming(settings, tmp_path)


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Among]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(alone)


@pytest.fixture
def him(begun: tuple[str, Among], settings: Settings, clock: FrozenClock) -> Planted:
    return again(begun[1], settings, clock)


def erase(engine: Engine, clock: FrozenClock, *readers: int) -> dict[str, int]:
    with writing(engine) as session:
        chief = session.scalars(select(Staff.id).where(Staff.role == Role.CHIEF)).one()
        return erasing.erase(session.connection(), readers, way=Way.CONSOLE, actor=by_staff(chief), now=clock.now())


def test_what_is_planted_is_everywhere(engine: Engine, him: Planted) -> None:
    """Else the tests below would look for what was never there."""
    assert {word for words in where(engine, *SECRETS).values() for word in words} == set(SECRETS)
    assert {"reader", "person", "message", "outgoing_message", "delivery_attempt", "note", "bulk_act", "report", "report_version",
            "lead", "draft", "caller", "caller_entry", "reader_link", "reader_tie", "award", "round",
            "round_correction"} <= where(engine, NAME, *SECRETS).keys()


def test_nothing_names_him_any_more(engine: Engine, him: Planted, clock: FrozenClock) -> None:
    erase(engine, clock, him.reader_id)
    assert where(engine, *SECRETS) == {}
    assert where(engine, NAME) == PRINTED


@pytest.mark.slow
def test_nor_do_the_bytes_of_the_file(engine: Engine, him: Planted, clock: FrozenClock) -> None:
    """SQLite leaves deleted rows in its free places unless it is told to overwrite them."""
    if engine.dialect.name != "sqlite":
        pytest.skip("a server's own files are cleaned by its vacuum")
    assert SELF.encode() in bytes_of(engine)
    erase(engine, clock, him.reader_id)
    assert [word for word in SECRETS if word.encode() in bytes_of(engine)] == []


@pytest.mark.slow
def test_every_value_has_the_fate_that_the_list_gives_it(engine: Engine, him: Planted, clock: FrozenClock) -> None:
    with reading(engine) as session:
        ids = rows.ids_of(session.connection(), [him.reader_id])
    erase(engine, clock, him.reader_id)
    with reading(engine) as session:
        left = {
            (name, column): value
            for name, held in READERS.items()
            for row in rows.rows(session.connection(), name, ids, held.columns)
            for column, (fate, _) in held.columns.items()
            if (value := getattr(row, column)) and fate in (Fate.GOES, Fate.LATER)
        }
    digests = {("attachment", "digest"), ("attachment", "original_digest")}  # until the job has deleted the files
    assert left.keys() == digests


@pytest.mark.slow
def test_his_photos_and_voices_are_deleted_and_nobody_elses(
    engine: Engine, him: Planted, clock: FrozenClock, settings: Settings
) -> None:
    kept = store(settings)
    other = kept.put(b"somebody else's photo")
    erase(engine, clock, him.reader_id)
    collecting.forget(engine, kept)
    assert files_in(settings.server.data_dir / "media") == {other}
    assert where(engine, *him.files) == {}


@pytest.mark.slow
def test_his_report_stays_with_its_error_and_without_his_name(engine: Engine, him: Planted, clock: FrozenClock) -> None:
    before = next(one for one in reports_of(engine) if one.id == him.number)
    erase(engine, clock, him.reader_id)
    after = next(one for one in reports_of(engine) if one.id == him.number)
    assert (after.wrong, after.right, after.verdict) == (before.wrong, before.right, before.verdict)
    assert SELF in before.reason
    assert after.reason
    assert not [word for word in (SELF, NAME, PHONE) if word in after.reason]


@pytest.mark.slow
def test_decided_is_decided(engine: Engine, him: Planted, clock: FrozenClock) -> None:
    """The list, its record and the audit trail are what they were, and prove it."""
    def held() -> tuple[object, ...]:
        with reading(engine) as session:
            round_ = session.get_one(Round, him.round_id)
            record = records.versions(session, him.round_id)[-1]
            return (round_.print_block, round_.article, round_.result, record.sha256, records.body(record),
                    session.execute(select(Award.id, Award.prize, Award.printed_name).order_by(Award.id)).all())

    before = held()
    erase(engine, clock, him.reader_id)
    with writing(engine) as session:
        while audit_chain.seal(session):
            pass
    assert held() == before
    with reading(engine) as session:
        assert audit_chain.verify(session) is None
        checked = verify(records.body(records.versions(session, him.round_id)[-1]))
    assert checked.whole


@pytest.mark.slow
def test_the_search_no_longer_knows_words_that_went(engine: Engine, him: Planted, clock: FrozenClock) -> None:
    def grams() -> set[str]:
        with reading(engine) as session:
            return set(session.scalars(select(SearchGram.gram).where(
                SearchGram.kind == SearchKind.REPORT, SearchGram.ref_id == him.number)))

    before = grams()
    assert SELF[:2] in before
    erase(engine, clock, him.reader_id)
    assert SELF[:2] not in grams()
    report = next(one for one in reports_of(engine) if one.id == him.number)
    assert search.grams([report.wrong, report.right]) <= grams()


@pytest.mark.slow
def test_another_reader_keeps_what_is_his(engine: Engine, him: Planted, clock: FrozenClock) -> None:
    erase(engine, clock, him.reader_id)
    with reading(engine) as session:
        other = session.get_one(Reader, him.other_id)
        assert (other.printed_name, other.erased_at) == ("另一位", None)
        assert session.get_one(Person, other.person_id).bar is None


@pytest.mark.slow
def test_the_proof_counts_and_names_nobody(engine: Engine, him: Planted, clock: FrozenClock) -> None:
    erase(engine, clock, him.reader_id)
    with reading(engine) as session:
        [proof] = erasing.proofs(session, 10)
        entry = session.get_one(AuditEntry, proof.number)
    assert (proof.reader_id, proof.way, proof.at) == (him.reader_id, Way.CONSOLE, clock.now())
    assert proof.counts == {"accounts": 1, "messages": 5, "media": 2, "notices": 6, "names": 1,
                            "masked": proof.counts["masked"]}
    assert proof.counts["masked"] >= 8
    assert all(isinstance(value, int) for value in entry.details.values())


@pytest.mark.slow
def test_who_is_erased_already_is_not_erased_again(engine: Engine, him: Planted, clock: FrozenClock) -> None:
    erase(engine, clock, him.reader_id)
    with pytest.raises(NotFound):
        erase(engine, clock, him.reader_id)


@pytest.mark.slow
def test_all_accounts_of_one_person_go_together(engine: Engine, him: Planted, clock: FrozenClock) -> None:
    counts = erase(engine, clock, him.reader_id, him.other_id)
    assert counts["accounts"] == 2
    with reading(engine) as session:
        assert session.scalars(select(Reader.erased_at)).all() == [clock.now()] * 2
        first, second = sorted(erasing.proofs(session, 10), key=lambda one: one.reader_id)
    assert second.counts == {"with": first.reader_id}


@pytest.mark.slow
def test_of_a_claimed_prize_stays_what_handing_it_over_needs(
    engine: Engine, settings: Settings, clock: FrozenClock
) -> None:
    him = plant(engine, settings, clock, claimed=True)
    with reading(engine) as session:
        assert erasing.given_up(session.connection(), [him.reader_id]) == GivenUp(0, 1, 0)
    erase(engine, clock, him.reader_id)
    with reading(engine) as session:
        kinds = session.scalars(select(ClaimContact.kind).where(ClaimContact.award_id == him.award_id)).all()
    assert kinds == ["code_word"]
    assert where(engine, *SECRETS) == {}


def test_what_he_gives_up_is_counted_before(engine: Engine, him: Planted) -> None:
    with writing(engine) as session:
        assert erasing.given_up(session.connection(), [him.reader_id]) == GivenUp(1, 0, 0)
        session.execute(update(Round).where(Round.id == him.round_id).values(
            state="closed", picked_at=None, released_at=None, result=None))
        assert erasing.given_up(session.connection(), [him.reader_id]) == GivenUp(0, 0, 1)


@pytest.mark.slow
def test_unfollowing_takes_the_name_out_of_what_staff_wrote_too(engine: Engine, him: Planted, clock: FrozenClock) -> None:
    with writing(engine) as session:
        privacy.unfollowed(session.connection(), him.reader_id, digest="d", now=clock.now())
    assert where(engine, NAME) == PRINTED | {"reader_link": [NAME]}  # a link waits for him to come back
    assert where(engine, OPENID, LETTER, REPLY) == {}
    assert [word for word in (NAME, PHONE, STREET) if word in everything(engine)["note"]] == []


@pytest.mark.slow
@pytest.mark.parametrize("hostile", [
    "=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)>", "\u202e反转名字", "名" * 12, "👵🏻👵🏻"])
def test_hostile_names_go_as_any_other(
    engine: Engine, him: Planted, clock: FrozenClock, hostile: str
) -> None:
    with writing(engine) as session:
        session.execute(update(Reader).where(Reader.id == him.reader_id).values(printed_name=hostile))
        session.execute(update(Staff).where(Staff.role == Role.CHIEF).values(display_name="主编"))
        session.execute(rows.table_of("note").update().values(text=f"{hostile} 来过电话"))
    erase(engine, clock, him.reader_id)
    assert hostile not in json.loads(everything(engine)["note"].splitlines()[0])
