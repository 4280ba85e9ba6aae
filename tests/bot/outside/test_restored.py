"""A backup is brought back: the operator sees what is missing, and nothing is given out, picked or sent twice."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, create_engine, make_url, select, text, update

from bot import jobs, wiring
from bot.audit import SCHEDULER, by_staff
from bot.cli import main
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.errors import DatabaseProblem, NotAllowed
from bot.intake import CannotStore
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.outbox import queue
from bot.outside import journal
from bot.personal import erasing, privacy
from bot.personal.erasing import Way
from bot.settings import Settings, load_settings
from models.articles import RoundArticle
from models.audit import AuditEntry
from models.contests import Award, Contest
from models.enums import ArticleState, OutgoingState, Role, RoundState, Verdict
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.one_person import where
from tests.support.settings import config_file
from tests.support.world import SECRET, Chat, at, open_contest, reports_of, round_of

FIRST = "“五百多位居民参加了拔河和跳绳比塞”应为“五百多位居民参加了拔河和跳绳比赛”"
SECOND = "“运动会上周落下帏幕”应为“运动会上周落下帷幕”"
THIRD = "“老人凭卡享受八折优慧”应为“老人凭卡享受八折优惠”"


class House:
    """An installation whose database can be backed up and brought back; the journal beside it stays."""

    def __init__(self, folder: Path, url: str) -> None:
        self.config = config_file(folder, url)
        self.settings: Settings = load_settings(self.config, {})
        self.engine: Engine = wiring.main_engine(self.settings)
        self.bring_back: Callable[[], None] = lambda: None

    def restart(self) -> None:
        """Processes that are started now have looked at nothing yet."""
        self.engine.dispose()
        self.engine = wiring.main_engine(self.settings)

    def say(self, sender: str, words: str, when: str) -> str:
        with closing(Chat(self.engine)) as chat:
            return chat.say(sender, words, when)

    def command(self, *arguments: str) -> str:
        done = CliRunner().invoke(main, ["--config", str(self.config), *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    def jobs(self, when: str) -> dict[str, Any]:
        return jobs.run_all(wiring.work(self.settings, self.engine, FrozenClock(at(when))))

    def written(self) -> str:
        return "".join(path.read_text() for path in (self.settings.server.data_dir / "outside").rglob("*.jsonl"))

    def mark(self) -> None:
        """What every scheduler does before its jobs."""
        journal.keep_up(self.engine)

    def back_up(self) -> None:
        self.engine.dispose()
        url = make_url(self.settings.database_url)
        if url.get_backend_name() == "sqlite":
            path = Path(str(url.database))
            with closing(sqlite3.connect(path)) as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            kept = path.read_bytes()
            self.bring_back = lambda: _overwrite(self, path, kept)
        else:
            name = f"{url.database}_kept"
            _run(url, f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
            self.bring_back = lambda: _rename(self, name)
        self.restart()


def _overwrite(house: House, path: Path, kept: bytes) -> None:
    house.engine.dispose()
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    path.write_bytes(kept)
    house.restart()


def _rename(house: House, name: str) -> None:
    url = make_url(house.settings.database_url)
    house.engine.dispose()
    _run(url, f'DROP DATABASE "{url.database}" WITH (FORCE)', f'ALTER DATABASE "{name}" RENAME TO "{url.database}"')
    house.restart()


def _run(url: Any, *statements: str) -> None:
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as db:
        for one in statements:
            db.execute(text(one))
    admin.dispose()


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """Its contest's October ends on the 30th; 甲 reported one error of it, which was accepted."""
    house = House(tmp_path, database_url)
    open_contest(house.engine)
    house.say("oJia", FIRST, "10-20 09:00")
    with writing(house.engine) as session:
        editor = factories.staff(session, "e", Role.EDITOR)
        [report] = reports_of(house.engine)
        grading.grade(session, report.id, GradeInput(Verdict.ACCEPTED, "N-05", marks=(True, True, True)),
                      actor=by_staff(editor), now=at("10-21 09:00"), expected_version=report.version)
    yield house
    house.engine.dispose()


def outgoing(house: House) -> dict[str, tuple[OutgoingState, str | None]]:
    with reading(house.engine) as session:
        return {row.idempotency_key: (row.state, row.last_error) for row in session.scalars(select(OutgoingMessage))}


def numbers(house: House) -> list[tuple[int, int]]:
    return [(row.id, row.ordinal) for row in reports_of(house.engine)]


def enqueue(house: House, key: str, kind: str = "desk", *, reader_id: int = 1, report_id: int | None = None) -> None:
    with writing(house.engine) as session:
        queue.enqueue(session.connection(), reader_id=reader_id, kind=kind, text=f"words of {key}", key=key,
                      report_id=report_id, now=at("10-28 09:00"))


def pick(house: House, *, actor: Any = SCHEDULER, reason: str | None = None, when: str = "10-31 00:20") -> bool:
    with writing(house.engine) as session:
        id_ = round_of(house.engine, "2026-10").id
        rounds.close_round(session, id_, actor=SCHEDULER, now=at("10-31 00:00"))
        return rounds.pick_round(session, id_, actor=actor, now=at(when), reason=reason)


def test_older_database_takes_nothing_and_sends_nothing_until_an_operator_has_looked(house):
    house.back_up()
    house.say("oYi", SECOND, "10-28 10:00")
    house.mark()
    house.bring_back()

    with pytest.raises(CannotStore):
        house.say("oBing", THIRD, "10-29 09:00")
    assert house.jobs("10-29 09:01") == {"all": journal.OLDER}
    with writing(house.engine) as session, pytest.raises(DatabaseProblem):
        privacy.erase(session.connection(), 1, now=at("10-29 09:02"))

    assert "The database may be used again." in house.command("restored")
    house.restart()
    assert "记为第1条" in house.say("oBing", THIRD, "10-29 09:03")
    assert "all" not in house.jobs("10-29 09:04")


def test_check_says_that_a_backup_was_brought_back_and_what_it_lacks(house):
    def checked() -> str:
        return CliRunner().invoke(main, ["--config", str(house.config), "check"]).output

    house.back_up()
    house.say("oYi", SECOND, "10-28 10:00")
    house.mark()
    assert "restored: " not in checked()
    house.bring_back()
    assert ("WRONG  restored: The database is older than what has left the house: no delivery is stored and nothing is sent. "
            "Missing here: 1 messages, 1 reports, 1 new readers. python -m bot restored --dry-run names each") in checked()
    house.command("restored")
    assert "restored: " not in checked()


def test_operator_sees_exactly_what_is_missing(house):
    house.back_up()
    house.say("oYi", SECOND, "10-28 10:00")
    house.say("oYi", "您好", "10-28 10:01")
    house.bring_back()

    told = house.command("restored", "--dry-run").splitlines()
    assert told[0] == ("Missing: 2 messages, 1 reports, 1 new readers, 0 messages that left, 0 picks, 0 readers who left, "
                       "0 articles, 0 acts.")
    assert told[1] == "Report numbers told to readers and missing here: 10002."
    assert told[3] == "  report 10002: the 1. of reader 2, 2026-10-28T02:00:00+00:00"
    assert told[-1] == "Dry run: nothing was changed."
    assert numbers(house) == [(10001, 1)]


@pytest.mark.slow
def test_nothing_is_missing_where_nothing_was_brought_back(house):
    house.say("oYi", SECOND, "10-28 10:00")
    house.mark()
    assert house.command("restored").splitlines() == [
        "Nothing is missing: the database knows everything that left the house.", "The database may be used again."]
    with reading(house.engine) as session:
        assert session.scalars(select(AuditEntry.id).where(AuditEntry.verb == "check_restored")).all() == []


@pytest.mark.slow
def test_numbers_and_counts_that_readers_were_told_are_never_given_again(house):
    house.back_up()
    house.say("oJia", SECOND, "10-28 10:00")
    house.say("oYi", THIRD, "10-28 10:01")
    assert numbers(house) == [(10001, 1), (10002, 2), (10003, 1)]
    house.bring_back()
    house.command("restored")
    house.command("restored")
    house.restart()

    house.say("oJia", THIRD, "10-29 09:00")
    house.say("oYi", SECOND, "10-29 09:01")
    house.say("oBing", SECOND, "10-29 09:02")

    found = numbers(house)
    assert [ordinal for _, ordinal in found] == [1, 3, 2, 1]
    assert all(number > 10003 for number, _ in found[1:])
    assert len({number for number, _ in found}) == 4


def test_message_that_left_does_not_leave_again(house):
    enqueue(house, "known")
    house.back_up()
    enqueue(house, "unknown", "outcome", report_id=10001)
    before = house.say("oJia", "您好", "10-28 10:00")  # both ride on the answer
    assert "words of known" in before
    assert "words of unknown" in before
    house.bring_back()
    assert "desk known to reader 1: sent at" in house.command("restored")

    assert outgoing(house)["known"] == (OutgoingState.SENT, None)
    enqueue(house, "another key", "outcome", report_id=10001)
    enqueue(house, "another report", "outcome")
    assert outgoing(house)["another key"] == (OutgoingState.UNCERTAIN, "restored")
    assert outgoing(house)["another report"] == (OutgoingState.QUEUED, None)
    after = house.say("oJia", "您好", "10-28 10:10")
    assert "words of known" not in after
    assert "words of another key" not in after
    assert "words of another report" in after


@pytest.mark.slow
def test_round_that_was_picked_is_picked_again_by_a_chief_with_a_reason_only(house):
    house.back_up()
    assert pick(house)
    with writing(house.engine) as session:
        session.execute(update(Contest).values(auto_announce=True))
        assert rounds.release_round(session, round_of(house.engine, "2026-10").id, actor=SCHEDULER, now=at("10-31 00:30"))
    house.say("oJia", "获奖", "10-31 01:00")  # the notice rides
    house.bring_back()
    told = house.command("restored")
    assert "社区晨报啄木鸟 2026-10: picked at 2026-10-30T16:20:00+00:00, record " in told
    assert "winners by their first reports, the best first: 10001. Only a chief picks again." in told

    assert not pick(house)
    assert round_of(house.engine, "2026-10").state is not RoundState.PICKED
    with writing(house.engine) as session:
        chief = factories.staff(session, "c", Role.CHIEF)
    with pytest.raises(NotAllowed, match="已经评过"):
        pick(house, actor=by_staff(chief))
    assert pick(house, actor=by_staff(chief), reason="和那时的名单一样", when="11-05 09:00")
    with writing(house.engine) as session:
        session.execute(update(Contest).values(auto_announce=True))
        assert not rounds.release_round(session, round_of(house.engine, "2026-10").id, actor=SCHEDULER, now=at("11-05 09:10"))
    with writing(house.engine) as session:
        assert rounds.release_round(session, round_of(house.engine, "2026-10").id, actor=by_staff(chief),
                                    now=at("11-05 09:20"))
        awards = session.scalars(select(Award.id)).all()
    assert [outgoing(house)[f"award-{one}"] for one in awards] == [(OutgoingState.UNCERTAIN, "restored")]


@pytest.mark.slow
def test_who_asked_to_be_forgotten_is_forgotten_again(house):
    house.say("oYi", SECOND, "10-27 10:00")
    house.back_up()
    with writing(house.engine) as session:
        digest = privacy.digest(SECRET, "main", "oJia")
        privacy.unfollowed(session.connection(), 1, digest=digest, now=at("10-28 10:00"))
        privacy.erase(session.connection(), 2, now=at("10-28 10:00"))
    house.bring_back()
    house.command("restored")
    with reading(house.engine) as session:
        found = [(row.openid, row.openid_digest, row.erased_at is not None)
                 for row in session.scalars(select(Reader).order_by(Reader.id))]
    assert found == [(None, digest, False), (None, None, True)]


def erased(house: House) -> list[tuple[str | None, str | None, bool]]:
    with reading(house.engine) as session:
        return [(row.openid, row.openid_digest, row.erased_at is not None)
                for row in session.scalars(select(Reader).order_by(Reader.id))]


@pytest.mark.slow
def test_a_reader_who_came_and_was_erased_after_the_backup_is_not_known_again(house):
    house.back_up()
    house.say("oYi", SECOND, "10-27 10:00")
    with writing(house.engine) as session:
        erasing.erase(session.connection(), [2], way=Way.CHAT, actor=SCHEDULER, now=at("10-28 10:00"))
    house.bring_back()
    house.command("restored")
    assert erased(house)[1:] == [(None, None, True)]
    house.say("oYi", "我的", "10-28 11:00")
    assert erased(house)[1:] == [(None, None, True), ("oYi", None, False)]


@pytest.mark.slow
def test_who_had_left_before_the_backup_and_was_erased_after_it_cannot_come_back(house):
    with writing(house.engine) as session:
        digest = privacy.digest(SECRET, "main", "oJia")
        privacy.unfollowed(session.connection(), 1, digest=digest, now=at("10-26 10:00"))
    house.back_up()
    with writing(house.engine) as session:
        erasing.erase(session.connection(), [1], way=Way.CONSOLE, actor=SCHEDULER, now=at("10-28 10:00"))
    house.bring_back()
    assert erased(house) == [(None, digest, False)]
    house.command("restored")
    assert erased(house) == [(None, None, True)]


@pytest.mark.slow
def test_an_erasure_is_done_again_however_old_the_backup_is(house):
    """The journal's months go after a while; who was erased stays known, by number alone."""
    house.say("oJia", "署名 独一无二", "10-20 10:00")
    house.back_up()
    with writing(house.engine) as session:
        erasing.erase(session.connection(), [1], way=Way.CHAT, actor=SCHEDULER, now=at("10-28 10:00"))
    house.bring_back()
    for path in (house.settings.server.data_dir / "outside").rglob("*.jsonl"):
        if path.name != journal.ERASED:
            path.unlink()
    assert "asked to be forgotten" in house.command("restored")
    assert erased(house) == [(None, None, True)]
    assert where(house.engine, "独一无二", "oJia") == {}
    with reading(house.engine) as session:
        [proof] = erasing.proofs(session, 10)
    assert proof.way is Way.RESTORED


@pytest.mark.slow
def test_two_threads_of_a_process_write_down_at_once_how_far_the_database_is(house, monkeypatch):
    """Two jobs that are run by hand: a mark that half stands there would stop everything."""
    fsync, inner = os.fsync, []

    def meanwhile(handle):
        fsync(handle)
        if not inner:
            inner.append(Thread(target=lambda: _mark(house)))
            inner[0].start()
            inner[0].join()

    monkeypatch.setattr(journal.os, "fsync", meanwhile)
    _mark(house)
    monkeypatch.undo()
    with reading(house.engine) as session:
        db = session.connection()
        folder = journal.of(db).folder(db)
        assert not journal.is_behind(db)
    assert [path.name for path in folder.glob("mark*")] == ["mark.json"]


def _mark(house):
    with reading(house.engine) as session:
        db = session.connection()
        journal.of(db).set_mark(db, journal.standing(db))


def test_months_of_the_journal_go_and_who_was_erased_stays(house, tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    for name in ("2026-01", "2026-02", "2026-03", "2026-04", "erased"):
        (folder / f"{name}.jsonl").write_text("")
    journal._drop_old(folder, "2026-05.jsonl")
    assert sorted(path.stem for path in folder.iterdir()) == ["2026-03", "2026-04", "erased"]


@pytest.mark.slow
def test_journal_holds_no_openid_and_no_words(house):
    house.say("oJia", "署名 早起鸟", "10-28 10:00")
    enqueue(house, "k")
    house.say("oJia", "您好", "10-28 11:00")
    text = house.written()
    assert text.count('"k":"message"') == 3
    assert not [word for word in ("oJia", "早起鸟", "\\u65e9", "比塞", "words of", "您好") if word in text]


@pytest.mark.slow
def test_what_cannot_be_noted_is_not_acknowledged_and_not_stored(house, monkeypatch):
    house.say("oYi", "您好", "10-28 10:00")
    with closing(Chat(house.engine)) as chat:
        with monkeypatch.context() as patch:
            patch.setattr("bot.outside.journal.os.write", _full)
            with pytest.raises(CannotStore):
                chat.say("oYi", SECOND, "10-28 10:01")
        assert numbers(house) == [(10001, 1)]
        assert "记为第1条" in chat.say("oYi", SECOND, "10-28 10:02")
    with reading(house.engine) as session:
        assert len(session.scalars(select(Report.id).where(Report.ordinal == 1)).all()) == 2


def _full(*_: Any) -> int:
    raise OSError(28, "No space left on device")


@pytest.mark.slow
def test_line_that_a_crash_cut_off_is_left_out(house):
    [path] = (house.settings.server.data_dir / "outside").rglob("*.jsonl")
    whole = list(journal.lines(path.parent))
    with path.open("a") as file:
        file.write('\n{"k":"report","n":10')
    house.say("oJia", "您好", "10-28 10:00")
    assert [line["k"] for line in journal.lines(path.parent)] == [*(line["k"] for line in whole), "message", "sending", "sent"]


@pytest.mark.slow
def test_only_the_last_months_are_kept(house):
    [path] = (house.settings.server.data_dir / "outside").rglob("2026-10.jsonl")
    for month in ("2026-06", "2026-07", "2026-08", "2026-09"):
        (path.parent / f"{month}.jsonl").write_text("")
    house.say("oJia", "您好", "11-02 10:00")
    assert sorted(one.stem for one in path.parent.glob("*.jsonl")) == ["2026-09", "2026-10", "2026-11"]


@pytest.mark.slow
def test_acts_that_are_missing_are_named(house):
    house.back_up()
    with writing(house.engine) as session:
        editor = session.scalars(select(AuditEntry.staff_id).where(AuditEntry.verb == "grade")).one()
        [report] = reports_of(house.engine)
        grading.undo(session, 10001, actor=by_staff(editor), now=at("10-28 10:00"), expected_version=report.version)
    house.bring_back()
    assert house.command("restored").splitlines()[:3] == [
        "Missing: 0 messages, 0 reports, 0 new readers, 0 messages that left, 0 picks, 0 readers who left, 0 articles, 1 acts.",
        "Acts missing here (their work is to be done again where it still matters):",
        f"  undo_grade report 10001: filed by staff {editor}, 2026-10-28T02:00:00+00:00"]


@pytest.mark.slow
def test_article_that_went_to_the_account_waits_for_a_person(house):
    round_id = round_of(house.engine, "2026-10").id
    with writing(house.engine) as session:
        session.add(RoundArticle(round_id=round_id, state=ArticleState.WAITING, state_at=at("10-31 09:00"),
                                 due_at=at("10-31 09:00")))
    house.back_up()
    with writing(house.engine) as session:  # as bot.publishing.articles does before the call
        session.execute(update(RoundArticle).values(state=ArticleState.DRAFTING))
        journal.note(session.connection(), "article", at=at("10-31 09:01"), durable=True, round=round_id, step="drafting")
    house.bring_back()
    assert f"  article of round {round_id}: may be in the account already; a person looks" in house.command("restored")
    with reading(house.engine) as session:
        assert session.scalars(select(RoundArticle.state)).all() == [ArticleState.UNCERTAIN]
