"""A contest in an archive and brought into an empty system: the same standings, or nothing at all and why."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.claiming import keys
from bot.contest import rounds
from bot.contest.record.checking import verify
from bot.errors import BadInput
from bot.recording import audit_chain, records
from bot.transfer import belonging, exporting, importing, nameless
from bot.transfer.importing import MAYBE_SENT
from models.audit import AuditEntry
from models.base import Base
from models.claims import ClaimContact, PrizeClaim
from models.contests import Award, Round
from models.enums import NameState, OutgoingState
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.papers import Paper
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff
from models.work_enums import ClaimWay, ContactKind, Receiving
from tests.support.backed_up import NOW, ORIGINAL, PICTURE, VOICE, Newsroom, furnished, newsroom
from tests.support.carried import content, opened, settings_for, standing_of, tampered, with_line
from tests.support.databases import Databases
from tests.support.played_rounds import Month, Play, founded, months
from tests.support.world import Chat, open_contest

CONTEST = "社区晨报啄木鸟"
STAFF_COLUMNS = ("password_hash", "initial_until", "email", "active")


@pytest.fixture
def room(tmp_path: Path, database_url: str) -> Newsroom:
    return furnished(tmp_path / "machine", database_url)


@pytest.fixture
def other_url(databases: Databases) -> Iterator[str]:
    url = databases.fresh()
    yield url
    databases.drop(url)


@pytest.fixture
def other(tmp_path: Path, other_url: str) -> Newsroom:
    """A migrated system without a row."""
    return newsroom(tmp_path / "other", other_url)


@pytest.fixture
def archive(room: Newsroom, tmp_path: Path) -> Path:
    assert room.run("contests", "export", CONTEST, tmp_path / "contest.zip").exit_code == 0
    return tmp_path / "contest.zip"


def test_every_table_is_carried_or_left_out_for_a_reason() -> None:
    """A new table has to be thought about: whose rows are these, and may they leave the house?"""
    said = [*belonging.LEFT_OUT, *belonging.WHOLE, *belonging.POINTED_AT, *belonging.OWNED_BY]
    assert sorted(said) == sorted(Base.metadata.tables)
    wrong = [f"{table}.{column}" for table, column in [
        *((table, column) for table, columns in belonging.OWNED_BY.items() for column in columns), *belonging.BOTH.items(),
        *belonging.CUT] if not Base.metadata.tables[table].c[column].foreign_keys and table != "round_record_part"]
    assert wrong == []
    assert {*nameless.CHANGES, *nameless.LEFT_OUT} <= set(belonging.OWNED_BY) | set(belonging.POINTED_AT)


def test_exported_and_imported_it_is_the_same_contest(room: Newsroom, other: Newsroom, archive: Path) -> None:
    with room.engine() as engine, reading(engine) as session:
        before, stands, chain = content(engine), standing_of(session, CONTEST), audit_chain.head(session)
    done = other.run("contests", "import", archive)
    assert (done.exit_code, done.output.splitlines()[0]) == (0, (
        f"Imported. {CONTEST}, of {json.loads(zipfile.ZipFile(archive).read('manifest.json'))['made_at'][:16]} UTC, "
        f"revision {revision_of(archive)}: {sum(map(len, before.values()))} rows of {sum(map(bool, before.values()))} tables, "
        "3 files, 0 records of rounds. Audit trail, records and standings are those of the archive."))
    with other.engine() as engine, reading(engine) as session:
        assert (content(engine), standing_of(session, CONTEST), audit_chain.head(session)) == (before, stands, chain)
        assert audit_chain.verify(session) is None
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        assert (last.verb, last.actor_kind, last.chain) == ("import_contest", "operator", None)
    assert other.files() == room.files()
    assert {*map(other.stores["media"].get, other.files()["media"])} == {VOICE, ORIGINAL}
    assert [*map(other.stores["pages"].get, other.files()["pages"])] == [PICTURE]


def inside(path: Path) -> str:
    """Everything in the archive, unpacked."""
    with zipfile.ZipFile(path) as found:
        return b"".join(map(found.read, found.namelist())).decode(errors="replace")


def revision_of(path: Path) -> str:
    with zipfile.ZipFile(path) as found:
        return str(json.loads(found.read("manifest.json"))["revision"])


@pytest.mark.slow
def test_numbers_go_on_behind_the_last_one_given_out(room: Newsroom, other: Newsroom, archive: Path) -> None:
    with room.engine() as engine, reading(engine) as session:
        last = {table: session.scalar(select(func.max(table.id))) for table in (Report, Message, Reader)}
    assert other.run("contests", "import", archive).exit_code == 0
    with other.engine() as engine:
        chat = Chat(engine)
        chat.sent = 5000
        chat.say("oNewcomer", "柳湾3版食堂那篇，“优慧”应为“优惠”")
        chat.close()
        with reading(engine) as session:
            newest = {table: session.scalar(select(func.max(table.id))) for table in last}
    # Of reports and messages a whole block may have been given out to others meanwhile: never lower, never again.
    assert [newest[table] - last[table] for table in (Report, Message)] == [1, 1]  # type: ignore[operator]
    assert newest[Reader] > last[Reader]  # type: ignore[operator]


@pytest.mark.slow
def test_number_of_a_row_that_is_gone_is_not_given_out_again(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    with room.engine() as engine:
        chat = Chat(engine)
        chat.sent = 300
        chat.event("oGone", "subscribe")
        chat.close()
        with writing(engine) as session:
            last = session.scalars(select(Message).order_by(Message.id.desc())).first()
            assert last is not None
            gone = last.id
            session.delete(last)
    assert room.run("contests", "export", CONTEST, tmp_path / "c.zip").exit_code == 0
    assert other.run("contests", "import", tmp_path / "c.zip").exit_code == 0
    with other.engine() as engine:
        chat = Chat(engine)
        chat.sent = 400
        chat.event("oNext", "subscribe")
        chat.close()
        with reading(engine) as session:
            assert session.scalar(select(func.max(Message.id))) == gone + 1


@pytest.mark.slow
def test_staff_come_without_secrets_and_nobody_can_sign_in(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    with room.engine() as engine:
        added = room.run("staff", "add", "lin", "--name", "林编辑", "--role", "chief", "--password", "a long pass 93 word")
        assert added.exit_code == 0, added.output
        with writing(engine) as session:
            member = session.scalars(select(Staff)).one()
            member.email = "lin@example.org"
            session.add(AuditEntry(at=NOW, actor_kind="staff", staff_id=member.id, verb="set_box", object_kind="round",
                                   object_id=1, details={}))
            digest = member.password_hash
    assert room.run("contests", "export", CONTEST, tmp_path / "c.zip").exit_code == 0
    everything = inside(tmp_path / "c.zip")
    assert [secret for secret in (digest, "lin@example.org", "argon2") if secret in everything] == []
    assert other.run("contests", "import", tmp_path / "c.zip").exit_code == 0
    with other.engine() as engine, reading(engine) as session:
        member = session.scalars(select(Staff)).one()
        assert (member.login, member.display_name, member.password_hash, member.email, member.active) == (
            "lin", "林编辑", "!", None, False)


@pytest.mark.slow
def test_other_contest_stays_behind(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    """Another contest on another account, and a reader who writes to both."""
    with room.engine() as engine:
        open_contest(engine, papers=("凉城晨报",), issues=(), account="other", name="凉城啄木鸟")
        chat = Chat(engine, account="other")
        chat.sent = 900
        chat.say("oReader1", "凉城3版“帐户”应为“账户”")
        chat.close()
        before = content(engine)
        with reading(engine) as session:
            theirs = {row.reader_id for row in session.scalars(select(Message).where(Message.account == "other"))}
    assert room.run("contests", "export", CONTEST, tmp_path / "c.zip").exit_code == 0
    assert other.run("contests", "import", tmp_path / "c.zip").exit_code == 0
    with other.engine() as engine:
        after = content(engine)
    assert [row["name"] for row in after["contest"]] == [CONTEST]
    assert {row["name"] for row in before["paper"]} - {row["name"] for row in after["paper"]} == {"凉城晨报"}
    assert {row["account"] for row in [*after["message"], *after["reader"]]} == {"main"}
    assert theirs & {row["id"] for row in after["reader"]} == set()
    assert after["audit_entry"] == before["audit_entry"]


@pytest.mark.slow
def test_paper_that_belongs_to_another_contest_by_now_comes_with_what_was_reported_of_it(
    room: Newsroom, other: Newsroom, tmp_path: Path
) -> None:
    with room.engine() as engine:
        other_id = open_contest(engine, papers=("凉城晨报",), issues=(), account="other", name="凉城啄木鸟")
        with writing(engine) as session:
            session.execute(update(Paper).values(contest_id=other_id))
        with reading(engine) as session:
            stands = standing_of(session, CONTEST)
    assert room.run("contests", "export", CONTEST, tmp_path / "c.zip").exit_code == 0
    assert other.run("contests", "import", tmp_path / "c.zip").exit_code == 0
    with other.engine() as engine, reading(engine) as session:
        after = content(engine)
        assert standing_of(session, CONTEST) == stands
    assert [(row["name"], row["contest_id"]) for row in after["paper"]] == [("社区晨报·柳湾", None)]
    assert len(after["report"]) == 4


@pytest.mark.slow
def test_what_was_about_to_be_sent_waits_for_a_person(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    with room.engine() as engine, writing(engine) as session:
        reader = session.scalars(select(Reader)).first()
        assert reader is not None
        for state in (OutgoingState.QUEUED, OutgoingState.SENDING, OutgoingState.SENT):
            session.add(OutgoingMessage(
                reader_id=reader.id, kind="decided", idempotency_key=state, text="评好了", state=state, not_before=NOW,
                created_at=NOW, sent_at=NOW if state is OutgoingState.SENT else None))
    assert room.run("contests", "export", CONTEST, tmp_path / "c.zip").exit_code == 0
    done = other.run("contests", "import", tmp_path / "c.zip")
    assert "2 messages or articles were on their way when it was exported" in done.output
    with other.engine() as engine, reading(engine) as session:
        assert [(one.idempotency_key, one.state, one.last_error) for one in session.scalars(
            select(OutgoingMessage).where(OutgoingMessage.text == "评好了").order_by(OutgoingMessage.id))] == [
            ("queued", "uncertain", MAYBE_SENT), ("sending", "uncertain", MAYBE_SENT), ("sent", "sent", None)]


# A round with ties, closed and picked


@pytest.mark.slow
@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(months())
def test_random_months_stand_and_are_recorded_the_same(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, month: Month
) -> None:
    """Ties, links, bars, goodbyes, appeals, a draw: played, picked, carried; with personal data and without."""
    url, others = databases.fresh(), [databases.fresh(), databases.fresh()]
    folder = tmp_path_factory.mktemp("carried")
    try:
        with opened(url) as engine:
            with Session(engine, expire_on_commit=False) as session:
                play = Play(founded(session), month)
                play.letters()
                play.grade_and_pick(jumping=False)
                while audit_chain.seal(session):
                    pass
                session.commit()
            before = _stand(engine)
            assert len(before[1]) == 2, "April and May have their records"
            for target, personal in zip(others, (True, False), strict=True):
                path = folder / f"{personal}.zip"
                exporting.export(engine, settings_for(folder / "old", url), "啄木鸟", path, personal_data=personal, now=NOW)
                with opened(target) as new:
                    importing.import_(new, settings_for(folder / f"new {personal}", target), path, now=NOW)
                    assert _stand(new) == before
    finally:
        for one in (url, *others):
            databases.drop(one)


def _stand(engine: Engine) -> tuple[Any, ...]:
    """Standings, records, winners, seeds, results and the end of the audit trail, each record recomputed from itself."""
    with reading(engine) as session:
        for row in session.scalars(select(Round)):
            for record in records.versions(session, row.id):
                assert verify(records.body(record)).differences == ()
        assert audit_chain.verify(session) is None
        found = standing_of(session, "啄木鸟")
        awards = [(one.round_id, one.person_id, one.reader_id, one.prize, one.place, one.standing_milli, one.state)
                  for one in session.scalars(select(Award).order_by(Award.id))]
        results = [(one.month, one.state, one.seed, one.result, one.picked_at)
                   for one in session.scalars(select(Round).order_by(Round.month))]
        return *found, awards, results, audit_chain.head(session)


@pytest.mark.slow
def test_contest_goes_on_where_it_was(
    session: Session, engine: Engine, other: Newsroom, tmp_path: Path, database_url: str
) -> None:
    """Open and graded in one system, closed and picked in the other."""
    town = founded(session)
    for name, number in (("乙", 1), ("丙", 2), ("丁", 1)):
        town.grade(town.file(name, town.said(number)).report_id)
    closes_at = town.round().closes_at
    session.commit()
    old = settings_for(tmp_path / "old", database_url)
    exporting.export(engine, old, "啄木鸟", tmp_path / "c.zip", personal_data=True, now=NOW)
    with other.engine() as new:
        importing.import_(new, other.settings, tmp_path / "c.zip", now=NOW)
        winners = []
        for one in (engine, new):
            with writing(one) as after:
                round_id = after.scalars(select(Round.id).where(Round.month == "2023-05")).one()
                assert rounds.close_round(after, round_id, actor=importing.OPERATOR, now=closes_at)
                assert rounds.pick_round(after, round_id, actor=importing.OPERATOR, now=closes_at.replace(hour=23))
                winners.append(after.execute(select(Award.prize, Award.person_id, Award.standing_milli).where(
                    Award.round_id == round_id).order_by(Award.place)).all())
    assert winners[0] == winners[1]
    assert len(winners[0]) == 3


# What winners gave


def sealed_claim(session: Session, one: keys.Keys) -> int:
    """A winner of April who gave his telephone."""
    award = session.scalars(select(Award)).first()
    assert award is not None
    session.add(PrizeClaim(award_id=award.id, way=ClaimWay.PAGE, receiving=Receiving.PICK_UP, notice_version="1", claimed_at=NOW))
    session.flush()
    closed = one.seal(award.id, ContactKind.PHONE, "13912345678")
    session.add(ClaimContact(award_id=award.id, kind=ContactKind.PHONE, key_id=closed.key_id, sealed=closed.text))
    session.commit()
    return award.id


@pytest.mark.slow
def test_contacts_travel_sealed_and_open_only_with_the_key(
    session: Session, engine: Engine, other: Newsroom, tmp_path: Path, database_url: str
) -> None:
    founded(session)
    key_id = keys.add_key(tmp_path / "claim-keys")
    with_key = keys.load(tmp_path / "claim-keys")
    award_id = sealed_claim(session, with_key)
    old = settings_for(tmp_path / "old", database_url)
    made = exporting.export(engine, old, "啄木鸟", tmp_path / "c.zip", personal_data=True, now=NOW)
    assert made.manifest.sealed_contacts == {key_id: 1}
    assert "13912345678" not in inside(tmp_path / "c.zip")
    done = other.run("contests", "import", tmp_path / "c.zip")
    assert (done.exit_code, f"sealed with key {key_id}, which is not here" in done.output) == (0, True)
    with other.engine() as new, reading(new) as after:
        contact = after.scalars(select(ClaimContact)).one()
        assert with_key.open(award_id, ContactKind.PHONE, contact.key_id, contact.sealed) == "13912345678"


@pytest.mark.slow
def test_account_that_the_configuration_does_not_know_is_told(room: Newsroom, other: Newsroom, archive: Path) -> None:
    """Letters to an account of another name would come to no contest, and no notice would leave."""
    config = other.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("[accounts.main]", "[accounts.chenbao]"), encoding="utf-8")
    done = other.run("contests", "import", archive)
    assert done.exit_code == 0
    assert "The contest runs on the account main, of which there is no [accounts.main]" in done.output


@pytest.mark.slow
def test_without_personal_data_nothing_leads_to_a_person_and_standings_stay(
    session: Session, engine: Engine, other: Newsroom, tmp_path: Path, database_url: str
) -> None:
    town = founded(session)
    keys.add_key(tmp_path / "claim-keys")
    sealed_claim(session, keys.load(tmp_path / "claim-keys"))
    town.message("乙", NOW, content="我叫季小满，电话13912345678", reply="季小满您好",
                 fields={"PicUrl": "http://pictures/jixiaoman"})
    number = town.file("丙", town.said(3)).report_id
    town.refuse(number, reason="季小满，电话13912345678，打过来说过")
    session.commit()
    with writing(engine) as change:
        change.execute(update(Reader).values(name_state=NameState.GIVEN, printed_name="季小满"))
        change.execute(update(Award).values(printed_name="季小满"))
    path = tmp_path / "c.zip"
    exporting.export(engine, settings_for(tmp_path / "old", database_url), "啄木鸟", path, personal_data=False, now=NOW)
    everything = inside(path)
    escaped = [json.dumps(words)[1:-1] for words in ("季小满", "o-乙")]
    assert [one for one in (*escaped, "季小满", "13912345678", "jixiaoman") if one in everything] == []
    done = other.run("contests", "import", path)
    assert (done.exit_code, "sealed" in done.output) == (0, False)
    with other.engine() as new, reading(new) as after, reading(engine) as was:
        assert standing_of(after, "啄木鸟") == standing_of(was, "啄木鸟")
        assert after.scalars(select(ClaimContact)).all() == []


# What is not whole


def nothing_came(other: Newsroom) -> bool:
    with other.engine() as engine:
        return not any(content(engine).values()) and other.files() == {"media": [], "pages": []}


@pytest.mark.slow
@pytest.mark.parametrize(("change", "says"), [
    ({"wrong": 7}, "tables/report.jsonl, line 2: wrong: text is expected"),
    ({"state": "lost"}, "tables/report.jsonl, line 2: state: one of 7 words is expected"),
    ({"issue_label": "2" * 11}, "tables/report.jsonl, line 2: issue_label: 11 characters, at most 10 fit"),
    ({"sent_at": "2026-11-10T09:00:00"}, "line 2: sent_at: the time does not say that it is UTC"),
    ({"reader_id": 999}, "line 2: reader_id: no such row of reader"),
    ({"reader_id": None}, "line 2: reader_id: a value is missing"),
    ({"ordinal": 2**40}, "line 2: ordinal: the number is too large"),
    ({"wrong": "a\0b"}, "line 2: wrong: a character that PostgreSQL cannot keep"),
    ({"wrong": "\ud800"}, "line 2: wrong: a character that PostgreSQL cannot keep"),
    ({"id": 10001}, "line 2: this key is there already"),
    ({"hacked": 1}, "line 2: the fields are not those of the table: hacked"),
    ({"original_id": 10001}, "tables/report.jsonl, line 2: the database does not take it"),
])
def test_line_that_cannot_stand_is_named_and_nothing_is_written(
    other: Newsroom, archive: Path, tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    done = other.run("contests", "import", with_line(archive, tmp_path / "bad.zip", "report", 2, **change))
    assert (done.exit_code, says in done.output, "Nothing was imported." in done.output) == (1, True, True), done.output
    assert nothing_came(other)


@pytest.mark.slow
def test_grade_changed_by_hand_shows_in_the_standings(
    session: Session, engine: Engine, other: Newsroom, tmp_path: Path, database_url: str
) -> None:
    """Every line could stand, the hashes fit, and yet nobody had that standing."""
    town = founded(session)
    town.grade(town.file("乙", town.said(1)).report_id)
    session.commit()
    path = tmp_path / "c.zip"
    exporting.export(engine, settings_for(tmp_path / "old", database_url), "啄木鸟", path, personal_data=True, now=NOW)
    bad = with_line(path, tmp_path / "bad.zip", "report", 2, place_mark=False)
    says = r"The standings of 2023-05 come out otherwise .* Nothing was imported\."
    with other.engine() as new, pytest.raises(BadInput, match=says):
        importing.import_(new, other.settings, bad, now=NOW)
    assert nothing_came(other)


@pytest.mark.slow
def test_audit_trail_changed_by_hand_is_refused(other: Newsroom, archive: Path, tmp_path: Path) -> None:
    done = other.run("contests", "import", with_line(archive, tmp_path / "bad.zip", "audit_entry", 1, verb="nothing"))
    assert (done.exit_code, "The audit trail in this archive is not whole" in done.output) == (1, True)
    assert nothing_came(other)


@pytest.mark.slow
@pytest.mark.parametrize(("member", "says"), [
    ("tables/report.jsonl", "tables/report.jsonl is not what was put into it"),
    ("manifest.json", "manifest"),
    ("pages/", "is not the file of that name"),
])
def test_damaged_archive_is_refused(other: Newsroom, archive: Path, tmp_path: Path, member: str, says: str) -> None:
    def change(name: str, data: bytes) -> bytes:
        return data[:-1] + b"?" if name.startswith(member) else data

    done = other.run("contests", "import", tampered(archive, tmp_path / "bad.zip", change))
    assert (done.exit_code, says in done.output) == (1, True), done.output
    assert nothing_came(other)


@pytest.mark.slow
def test_cut_off_strange_and_crammed_files_are_refused_in_a_sentence(other: Newsroom, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "half.zip").write_bytes(archive.read_bytes()[:-2000])
    (tmp_path / "text.zip").write_text("啄木鸟", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    tampered(archive, tmp_path / "less.zip", lambda name, data: None if name == "tables/page.jsonl" else data)
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as more, zipfile.ZipFile(archive) as old:
        for name in old.namelist():
            more.writestr(name, old.read(name))
        more.writestr("../../etc/passwd", "x")
    for name in ("half", "text", "empty", "less", "more"):
        done = other.run("contests", "import", tmp_path / f"{name}.zip")
        assert (name, done.exit_code, len(done.output.splitlines())) == (name, 1, 1), done.output
    assert nothing_came(other)


@pytest.mark.slow
def test_system_that_is_not_empty_and_archive_of_another_revision_are_refused(
    room: Newsroom, other: Newsroom, archive: Path, tmp_path: Path
) -> None:
    before = room.content()
    done = room.run("contests", "import", archive)
    assert (done.exit_code, done.output.startswith("This system is not empty: table ")) == (1, True)
    assert room.content() == before

    def older(name: str, data: bytes) -> bytes:
        return json.dumps(json.loads(data) | {"revision": "0001"}).encode() if name == "manifest.json" else data

    done = other.run("contests", "import", tampered(archive, tmp_path / "old.zip", older))
    assert (done.exit_code, "This archive is at revision 0001" in done.output) == (1, True)


@pytest.mark.slow
def test_files_that_were_put_go_again_when_the_import_fails(
    other: Newsroom, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(importing, "_note", broken)
    assert (other.run("contests", "import", archive).exit_code, nothing_came(other)) == (1, True)
    monkeypatch.undo()
    assert other.run("contests", "import", archive).exit_code == 0


@pytest.mark.slow
def test_export_says_what_is_missing_and_never_overwrites(room: Newsroom, tmp_path: Path) -> None:
    room.stores["pages"].drop(room.files()["pages"][0])
    done = room.run("contests", "export", CONTEST, tmp_path / "c.zip")
    assert (done.exit_code, "not in the storage or damaged" in done.output, "personal data" in done.output) == (3, True, True)
    assert room.run("contests", "export", CONTEST, tmp_path / "c.zip").exit_code == 1
    none = room.run("contests", "export", "没有的", tmp_path / "d.zip")
    assert (none.exit_code, none.output) == (1, f"There is no contest 没有的. There are: {CONTEST}\n")
    assert sorted(path.name for path in tmp_path.glob("*.zip*")) == ["c.zip"]
    assert oct((tmp_path / "c.zip").stat().st_mode & 0o777) == "0o600"
