"""Intake: stored and answered once whatever happens, read later where reading failed, forgotten when asked."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, MetaData, func, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from bot import intake, jobs, reading_jobs, wiring
from bot.chat import turns
from bot.dialogue import media_phrases, phrases
from bot.intake import CannotStore
from bot.outbox import queue
from bot.understanding.values import Intent
from models.enums import MessageFate, NameState, OutgoingState, ReportState
from models.messages import Conversation, Message
from models.outgoing import OutgoingMessage
from models.readers import Person, Reader
from models.reports import Erratum, Report, ReportVersion
from models.session import make_engine, reading, writing
from tests.support.world import (
    ACCOUNT,
    Chat,
    at,
    event_of,
    messages_of,
    new_intake,
    reports_of,
    rows,
    text_message,
)

NOW = at("11-10 09:00")
REPORT = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"
HALF_TOLD = "第3版食堂那篇有错字"


@pytest.fixture
def another(database_url):
    """`another()`: the intake of another worker on the same database."""
    made = []

    def make() -> intake.Intake:
        made.append(new_intake(make_engine(database_url, busy_seconds=1.0, pool_size=0)))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def work(engine, settings, clock):
    clock.moment = NOW + timedelta(minutes=30)
    return wiring.work(settings, engine, clock)


def count(engine: Engine, table) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# Once


def test_a_resent_delivery_gets_the_same_reply_from_another_worker(chat, engine, another):
    incoming = text_message("oA", REPORT, created=NOW, msg_id=1)
    first = chat.intake.take(ACCOUNT, incoming, stale=False, now=NOW)

    again = another().answer(ACCOUNT, incoming, stale=False, now=NOW + timedelta(seconds=5))

    assert (again.reply, again.at) == (first, NOW)
    assert (len(messages_of(engine)), len(reports_of(engine))) == (1, 1)


def test_three_deliveries_at_the_same_time_are_one_message_with_one_reply(engine, chat, another):
    doors = [another() for _ in range(3)]
    together = threading.Barrier(3)

    def deliver(number: int, door) -> str | None:
        incoming = text_message(f"oReader{number}", REPORT, created=NOW, msg_id=number)
        together.wait(10)
        return door.take(ACCOUNT, incoming, stale=False, now=NOW)

    with ThreadPoolExecutor(3) as pool:
        replies = [list(pool.map(deliver, [number] * 3, doors)) for number in range(10)]

    assert all(len(set(of_one)) == 1 for of_one in replies)
    assert all(of_one[0].startswith("收到，谢谢！记为第1条") for of_one in replies)
    assert (len(messages_of(engine)), len(reports_of(engine)), len(rows(engine, Reader))) == (10, 10, 10)


def test_a_resend_that_comes_while_the_first_is_still_running_waits_for_its_reply(engine, chat, another, monkeypatch):
    """The first is held inside its transaction until the second has begun."""
    second_looks, first_inside = threading.Event(), threading.Event()
    take, saved = turns.take, intake._saved

    def slow_take(*args, **named):
        first_inside.set()
        assert second_looks.wait(10)
        return take(*args, **named)

    def seen(*args):
        found = saved(*args)
        if threading.current_thread().name == "second":
            second_looks.set()
        return found

    monkeypatch.setattr(turns, "take", slow_take)
    monkeypatch.setattr(intake, "_saved", seen)
    incoming = text_message("oA", REPORT, created=NOW, msg_id=1)
    replies = {}

    def deliver() -> None:
        replies[threading.current_thread().name] = another().take(ACCOUNT, incoming, stale=False, now=NOW)

    first, second = (threading.Thread(target=deliver, name=name) for name in ("first", "second"))
    first.start()
    assert first_inside.wait(10)
    second.start()
    first.join(20)
    second.join(20)

    assert replies["first"] == replies["second"]
    assert replies["first"].startswith("收到，谢谢！记为第1条")
    assert (len(messages_of(engine)), len(reports_of(engine))) == (1, 1)


def test_the_same_msg_id_of_two_readers_is_two_messages(chat, engine):
    for sender in ("oA", "oB"):
        chat.intake.take(ACCOUNT, text_message(sender, REPORT, created=NOW, msg_id=7), stale=False, now=NOW)

    assert [(m.reader_id, m.content) for m in messages_of(engine)] == [(1, REPORT), (2, REPORT)]


def test_two_events_of_one_reader_in_one_second_are_two_messages(chat, engine):
    for key in ("rules", "mine"):
        chat.intake.take(ACCOUNT, event_of("oA", "click", created=NOW, key=key), stale=False, now=NOW)
    chat.intake.take(ACCOUNT, event_of("oA", "location", created=NOW, Latitude="31"), stale=False, now=NOW)

    assert [(m.event, m.intent) for m in messages_of(engine)] == [
        ("click", Intent.RULES), ("click", Intent.STATUS), ("location", None)]


def test_one_reader_in_two_accounts_is_two_readers(chat, engine):
    for account in (ACCOUNT, "service"):
        chat.intake.take(account, text_message("oA", "您好", created=NOW, msg_id=7), stale=False, now=NOW)

    assert [(r.account, r.openid) for r in rows(engine, Reader)] == [("main", "oA"), ("service", "oA")]


def test_more_threads_than_a_pool_holds_are_all_served(settings, engine, chat):
    door = new_intake(wiring.intake_engine(settings))
    together = threading.Barrier(24)

    def deliver(number: int) -> str | None:
        together.wait(20)
        return door.take(ACCOUNT, text_message(f"o{number}", "您好", created=NOW, msg_id=1), stale=False, now=NOW)

    with ThreadPoolExecutor(24) as pool:
        replies = set(pool.map(deliver, range(24)))
    door.close()

    assert replies == {phrases.HELLO}
    assert len(messages_of(engine)) == 24


def test_threads_of_one_process_take_turns_on_sqlite_and_go_together_on_postgresql(settings, engine, chat, monkeypatch):
    door, inside, most, used = new_intake(wiring.intake_engine(settings)), [], [], set()
    act, two = door._act, threading.Barrier(2)

    def noted(db, *args):
        inside.append(1)
        most.append(len(inside))
        if engine.dialect.name == "postgresql":
            two.wait(20)
        try:
            return act(db, *args)
        finally:
            inside.pop()
            used.add(db)

    monkeypatch.setattr(door, "_act", noted)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: door.take(
            ACCOUNT, text_message(f"o{number}", "您好", created=NOW, msg_id=1), stale=False, now=NOW), range(8)))
    door.close()

    assert len(messages_of(engine)) == 8
    alone = engine.dialect.name == "sqlite"
    assert (max(most) == 1, len(used) == 1) == (alone, alone)


def test_what_postgresqls_driver_has_prepared_outlives_the_messages(chat, engine):
    """It forgets everything at a ROLLBACK; every statement is planned anew then, which takes longer than running it."""
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite's driver keeps what it has prepared")
    for number in range(8):
        chat.say(f"o{number}", REPORT)
        incoming = text_message(f"o{number}", "您好", created=NOW, msg_id=number)
        for _ in range(2):
            chat.intake.take(ACCOUNT, incoming, stale=False, now=NOW)

    with chat.intake._kept.db.connection.cursor() as cursor:
        kept = cursor.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()[0]

    assert kept > 20


# Nobody speaks past another


def test_a_second_message_is_read_in_the_light_of_the_first_when_both_come_at_once(engine, chat, another, monkeypatch):
    """The second was read before the first was stored; it is read again in the transaction."""
    late = another()
    store = late._store

    def after_the_first(*args, **named):
        chat.intake.take(ACCOUNT, text_message("oA", HALF_TOLD, created=NOW, msg_id=1), stale=False, now=NOW)
        return store(*args, **named)

    monkeypatch.setattr(late, "_store", after_the_first)

    reply = late.take(ACCOUNT, text_message("oA", "“八折优慧”应为“八折优惠”", created=NOW, msg_id=2), stale=False, now=NOW)

    assert reply is not None
    assert reply.startswith("好的，已经补上。记为第1条")
    assert [(r.ordinal, r.state, r.wrong) for r in reports_of(engine)] == [(1, ReportState.FILED, "八折优慧")]


def test_many_messages_of_one_reader_at_once_get_numbers_without_gap_or_double(engine, chat, another):
    door = another()
    words = ["“八折优慧”应为“八折优惠”", "“高兴地的说”应为“高兴地说”", "“污水横留”应为“污水横流”", "“轮留值班”应为“轮流值班”"]
    together = threading.Barrier(4)

    def deliver(number: int) -> str | None:
        together.wait(10)
        return door.take(ACCOUNT, text_message("oA", words[number], created=NOW, msg_id=number), stale=False, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(deliver, range(4)))

    assert sorted(r.ordinal for r in reports_of(engine)) == [1, 2, 3, 4]
    assert len(rows(engine, Reader)) == len(rows(engine, Person)) == 1


# The time that counts (RULES 2)


@pytest.mark.parametrize(("created_after", "counts_after", "flagged"), [
    (-600, -600, False), (-599, -599, False), (-601, 0, True), (-12 * 60, 0, True), (0, 0, False),
    (30, 0, False), (61, 0, True), (10**18, 0, True), (-(10**18), 0, True),
])  # fmt: skip
def test_the_create_time_counts_within_ten_minutes_of_the_receipt(chat, engine, created_after, counts_after, flagged):
    incoming = text_message("oA", REPORT, created=NOW, msg_id=1)
    incoming = incoming._replace(created=int(NOW.timestamp()) + created_after)

    chat.intake.take(ACCOUNT, incoming, stale=False, now=NOW)

    counts_at = NOW + timedelta(seconds=counts_after)
    assert [(m.counts_at, m.time_flagged) for m in messages_of(engine)] == [(counts_at, flagged)]
    assert [(r.counts_at, r.time_flagged) for r in reports_of(engine)] == [(counts_at, flagged)]


def test_a_forged_create_time_is_no_moment_of_sending():
    assert [intake.sent_at(created, NOW) for created in (10**18, -5, int(NOW.timestamp()) - 5)] == [
        NOW, NOW, NOW - timedelta(seconds=5)]  # fmt: skip


# When something breaks


def test_a_message_that_cannot_be_read_is_stored_and_answered_politely(chat, engine, monkeypatch):
    def broken(*_args, **_named):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(intake, "read", broken)

    assert chat.say("oA", REPORT) == phrases.READ_LATER
    assert [(m.fate, m.content, m.reply) for m in messages_of(engine)] == [
        (MessageFate.UNREAD, REPORT, phrases.READ_LATER)]
    assert reports_of(engine) == []


def test_what_could_not_be_read_is_read_by_the_job_and_answered(chat, engine, monkeypatch, work):
    with monkeypatch.context() as broken:
        broken.setattr(intake, "read", _fails)
        chat.say("oA", REPORT)

    assert jobs.run("read_unread", work) == {"read": 1, "failed": 0}

    [message], [report], [answer] = messages_of(engine), reports_of(engine), rows(engine, OutgoingMessage)
    assert (message.fate, message.attempts, message.intent) == (MessageFate.READ, 1, Intent.REPORT)
    assert (report.wrong, report.counts_at, report.sequence) == ("八折优慧", chat.now, message.id)
    assert message.reply == phrases.READ_LATER
    assert answer.text.startswith("收到，谢谢！记为第1条")


def test_resend_that_comes_after_the_job_has_read_gets_what_the_first_one_got(chat, engine, monkeypatch, work):
    """Else the reader would hear the late answer twice: with the resend and by itself."""
    with monkeypatch.context() as broken:
        broken.setattr(intake, "read", _fails)
        first = chat.say("oA", REPORT, "11-10 09:00")
    jobs.run("read_unread", work)
    chat.sent -= 1  # the same delivery
    assert chat.say("oA", REPORT, "11-10 09:00") == first == phrases.READ_LATER


def test_after_three_failures_a_person_looks(chat, engine, monkeypatch, work):
    monkeypatch.setattr(intake, "read", _fails)
    monkeypatch.setattr(reading_jobs, "read", _fails)
    chat.say("oA", REPORT)

    results = [jobs.run("read_unread", work) for _ in range(4)]

    assert results == [{"read": 0, "failed": 1}] * 3 + [{}]
    assert [(m.fate, m.attempts) for m in messages_of(engine)] == [(MessageFate.FAILED, 3)]


def test_one_unreadable_message_does_not_hold_up_the_next(chat, engine, monkeypatch, work):
    read = intake.read
    monkeypatch.setattr(intake, "read", _fails)
    monkeypatch.setattr(reading_jobs, "read", _fails)
    chat.say("oA", "坏的")
    chat.say("oB", REPORT)
    monkeypatch.setattr(intake, "read", lambda words, **named: _fails() if words == "坏的" else read(words, **named))
    monkeypatch.setattr(reading_jobs, "read", lambda words, **named: _fails() if words == "坏的" else read(words, **named))

    assert jobs.run("read_unread", work) == {"read": 1, "failed": 1}
    assert [m.fate for m in messages_of(engine)] == [MessageFate.UNREAD, MessageFate.READ]


def test_two_jobs_at_once_read_a_message_once(chat, engine, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(intake, "read", _fails)
        chat.say("oA", HALF_TOLD)
    library = chat.intake._library

    for _ in range(2):
        with writing(engine) as session:
            reading_jobs.read_again(session.connection(), library, 1, now=NOW)

    assert len(reports_of(engine)) == 1
    assert [(m.fate, m.attempts) for m in messages_of(engine)] == [(MessageFate.READ, 1)]


def test_an_unread_message_whose_reader_has_gone_is_left_alone(chat, engine, monkeypatch, work):
    with monkeypatch.context() as broken:
        broken.setattr(intake, "read", _fails)
        chat.say("oA", REPORT)
    chat.event("oA", "unsubscribe")

    jobs.run("read_unread", work)

    assert reports_of(engine) == []
    assert [m.fate for m in messages_of(engine)] == [MessageFate.READ, MessageFate.EVENT]


def _fails(*_args, **_named):
    raise RuntimeError("a fault of ours")


@pytest.mark.parametrize("problem", [RuntimeError("a fault of ours"),
                                     IntegrityError("INSERT", {}, Exception("CHECK constraint failed"))])
def test_acting_that_breaks_leaves_the_message_stored_and_nothing_half_written(chat, engine, monkeypatch, problem):
    def half_way(db, coming, *_args, **_named):
        db.execute(text("UPDATE reader SET last_ordinal = 99"))
        db.execute(Conversation.__table__.insert().values(reader_id=coming.reader_id, asked_name=False))
        raise problem

    monkeypatch.setattr(turns, "take", half_way)

    assert chat.say("oA", REPORT) == phrases.READ_LATER
    assert [m.fate for m in messages_of(engine)] == [MessageFate.UNREAD]
    assert [r.last_ordinal for r in rows(engine, Reader)] == [0]
    assert [count(engine, table) for table in (Report, ReportVersion, Erratum, Conversation)] == [0, 0, 0, 0]


def test_a_statement_that_the_database_refuses_leaves_the_message_stored(chat, engine, monkeypatch):
    """On PostgreSQL nothing more goes in a transaction after that: it is begun anew."""
    def refused(db, *_args, **_named):
        db.execute(Reader.__table__.insert().values(account=None, person_id=1))

    monkeypatch.setattr(turns, "take", refused)

    assert chat.say("oA", REPORT) == phrases.READ_LATER
    assert [m.fate for m in messages_of(engine)] == [MessageFate.UNREAD]


def test_nothing_that_a_reader_wrote_is_in_the_log_of_what_broke(chat, engine, monkeypatch, caplog):
    """A database's own words quote the row that it refuses, PostgreSQL's the whole of it."""
    row = {"account": None, "openid": "季小满的号", "person_id": 1}

    def refused(db, *_args, **_named):
        db.execute(Reader.__table__.insert().values(row))

    monkeypatch.setattr(turns, "take", refused)
    chat.say("oA", "第3版“季小满”应为“季小曼”，电话13912345678")
    monkeypatch.setattr(intake, "read", lambda text, **_: int(text))
    chat.say("oA", "第2版“季小满”应为“季小曼”，电话13912345678")

    assert [word for word in ("sqlalchemy.exc.IntegrityError", "builtins.ValueError") if word not in caplog.text] == []
    assert [word for word in ("季小", "13912345678") if word in caplog.text] == []


def test_a_busy_database_is_tried_again_not_taken_for_an_unreadable_text(chat, engine, monkeypatch):
    index, pauses = chat.intake._library.index, []

    def busy_once(db):
        if not pauses:
            raise OperationalError("SELECT", {}, Exception("database is locked"))
        return index(db)

    monkeypatch.setattr(chat.intake._library, "index", busy_once)
    monkeypatch.setattr(intake.clock, "pause", pauses.append)

    assert chat.say("oA", REPORT).startswith("收到，谢谢！记为第1条")
    assert pauses == [intake.PAUSE_SECONDS]


def test_what_no_table_takes_is_not_acknowledged(chat, engine, monkeypatch):
    def refused(*_args, **_named):
        raise IntegrityError("INSERT", {}, Exception("NOT NULL constraint failed"))

    monkeypatch.setattr(intake._KEEP, "scalar", refused)

    with pytest.raises(CannotStore):
        chat.say("oA", REPORT)
    assert messages_of(engine) == []


def test_a_connection_lost_between_two_messages_is_made_anew(chat, engine):
    chat.say("oA", "您好")
    chat.intake._kept.db.connection.dbapi_connection.close()

    assert chat.say("oA", REPORT).startswith("收到，谢谢！记为第1条")


def test_a_very_long_message_is_kept_whole_and_shown_to_a_person(chat, engine):
    long = REPORT + "\n" + "说明" * 3000

    reply = chat.say("oA", long)

    assert phrases.TOO_LONG in reply
    assert [(m.content, m.fate) for m in messages_of(engine)] == [(long, MessageFate.DESK)]


# Events and media


@pytest.mark.parametrize("event", ["masssendjobfinish", "publishjobfinish", "templatesendjobfinish", "location", "news"])
def test_events_that_are_not_a_readers_own_doing_make_no_reader(chat, engine, event):
    assert chat.event("gh_or_whoever", event) is None

    assert [(m.reader_id, m.fate) for m in messages_of(engine)] == [(None, MessageFate.EVENT)]
    assert rows(engine, Reader) == rows(engine, Person) == []


def test_a_new_follower_is_welcomed(chat, engine):
    assert chat.event("oA", "subscribe", key="qrscene_3") == phrases.WELCOME
    assert [r.openid for r in rows(engine, Reader)] == ["oA"]


@pytest.mark.parametrize(("key", "said"), [
    ("report", phrases.HELP), ("mine", phrases.NOTHING_TO_CHANGE), ("winners", phrases.NO_WINNERS_YET),
    ("deadline", "2026年11月这期，11月30日（星期一）24时截止。"), ("rules", "报纸上印错的都算"), ("unknown", None),
])  # fmt: skip
def test_a_press_on_the_menu_is_answered_like_the_word(chat, key, said):
    reply = chat.event("oA", "click", key=key)

    assert reply == said if said is None else reply.startswith(said)


@pytest.mark.parametrize(("msg_type", "said"), [("image", media_phrases.PHOTO_KEPT), ("voice", media_phrases.VOICE_KEPT),
                                                ("video", media_phrases.MEDIA_KEPT), ("file", media_phrases.MEDIA_KEPT)])
def test_what_has_no_words_is_kept_for_the_desk(chat, engine, msg_type, said):
    assert chat.media("oA", msg_type) == said

    [message] = messages_of(engine)
    assert (message.fate, message.fields["MediaId"]) == (MessageFate.DESK, "media-1")
    assert message.fields["PicUrl"] == "http://127.0.0.1/picture"


def test_a_voice_with_a_transcript_is_read(chat, engine):
    voice = text_message("oA", REPORT, created=NOW, msg_id=1)
    voice = voice._replace(msg_type="voice")

    reply = chat.intake.take(ACCOUNT, voice, stale=False, now=NOW)

    assert reply is not None
    assert reply.startswith("收到，谢谢！记为第1条")


# Forgetting (RULES 20)


def everything(engine: Engine) -> str:
    """All that stands in the database, as text."""
    tables = MetaData()
    with reading(engine) as session:
        db = session.connection()
        tables.reflect(db)
        return "\n".join(f"{name}: {tuple(row)}" for name, table in tables.tables.items()
                         for row in db.execute(select(table)))


def _a_whole_conversation(chat: Chat) -> None:
    chat.event("oSecretOfA", "subscribe")
    chat.say("oSecretOfA", REPORT)
    chat.say("oSecretOfA", "署名 独一无二的名字")
    chat.say("oSecretOfA", "我家住在独一无二路")
    chat.media("oSecretOfA", "image")
    chat.event("oSecretOfA", "location")
    chat.say("oSecretOfA", HALF_TOLD)


@pytest.mark.parametrize("how", ["ask", "unfollow"])
def test_nothing_in_any_table_names_a_reader_who_is_forgotten(chat, engine, how):
    _a_whole_conversation(chat)
    assert "oSecretOfA" in everything(engine)

    chat.say("oSecretOfA", "删除我的信息") if how == "ask" else chat.event("oSecretOfA", "unsubscribe")

    left = everything(engine)
    assert [word for word in ("oSecretOfA", "独一无二", "media-1", "删除我的信息") if word in left] == []
    [reader] = rows(engine, Reader)
    assert (reader.openid, reader.printed_name, reader.name_state) == (None, None, NameState.NOT_ASKED)
    assert (reader.openid_digest is None, reader.erased_at is None) == ((how == "ask"), (how == "unfollow"))
    assert [r.wrong for r in reports_of(engine)] == ["八折优慧", None]


def test_what_was_queued_for_a_reader_who_goes_is_called_back_and_its_words_go(chat, engine):
    chat.say("oA", REPORT)
    with writing(engine) as session:
        for number, state in enumerate((OutgoingState.QUEUED, OutgoingState.SENT)):
            session.add(OutgoingMessage(
                reader_id=1, kind="outcome", idempotency_key=f"k{number}", text="您的第1条", state=state,
                not_before=NOW, created_at=NOW, sent_at=NOW if state is OutgoingState.SENT else None))

    chat.event("oA", "unsubscribe")

    assert [(o.state, o.text) for o in rows(engine, OutgoingMessage)] == [
        (OutgoingState.CALLED_BACK, ""), (OutgoingState.SENT, "")]  # fmt: skip


def test_following_again_restores_the_reports(chat, engine):
    chat.say("oA", REPORT)
    chat.event("oA", "unsubscribe")

    assert chat.event("oA", "subscribe") == phrases.WELCOME
    assert chat.say("oA", "我的").startswith("您共报过1处：\n第1条 ")
    assert [(r.openid, r.openid_digest, r.unfollowed_at) for r in rows(engine, Reader)] == [("oA", None, None)]


def test_after_deleting_for_good_nothing_comes_back(chat, engine):
    chat.say("oA", REPORT)
    chat.say("oA", "删除我的信息")
    chat.event("oA", "unsubscribe")
    chat.event("oA", "subscribe")

    assert chat.say("oA", "我的") == phrases.NOTHING_TO_CHANGE
    assert [(r.id, r.openid, r.erased_at is None) for r in rows(engine, Reader)] == [(1, None, False), (2, "oA", True)]


def test_an_unknown_follower_who_leaves_makes_no_reader(chat, engine):
    assert chat.event("oA", "unsubscribe") is None
    assert rows(engine, Reader) == []


def test_the_resent_wish_to_be_deleted_gets_its_answer_again(chat, engine):
    chat.say("oA", REPORT)
    wish = text_message("oA", "删除我的信息", created=chat.now, msg_id=77)

    replies = [chat.intake.take(ACCOUNT, wish, stale=False, now=chat.now) for _ in range(2)]

    assert replies == [phrases.ERASED] * 2
    assert len(rows(engine, Reader)) == 1


@pytest.mark.parametrize("said", ["谢谢", None])
def test_what_waits_rides_on_the_reply_to_its_reader_alone(chat, engine, said):
    for openid in ("oA", "oB"):
        chat.say(openid, "您好")
    with writing(engine) as session:
        him = session.scalars(select(Reader.id).where(Reader.openid == "oB")).one()
        queue.enqueue(session.connection(), reader_id=him, kind="desk", text="编辑回您的话", key="k", now=NOW)
    chat.now += timedelta(minutes=20)

    answers = [chat.say(openid, said) if said else chat.media(openid, "image") for openid in ("oA", "oB", "oB")]

    assert ["编辑回您的话" in one for one in answers] == [False, True, False]


def test_a_late_reply_never_runs_out_and_rides_on_the_next_one(chat, engine, monkeypatch, work):
    with monkeypatch.context() as broken:
        broken.setattr(intake, "read", _fails)
        chat.say("oA", REPORT)
    with writing(engine) as session:
        session.execute(update(Message).values(received_at=datetime(2026, 11, 1, tzinfo=UTC)))

    jobs.run("read_unread", work)

    [answer] = rows(engine, OutgoingMessage)
    assert answer.expires_at is None
    chat.now += timedelta(days=4)
    assert "记为第1条" in chat.say("oA", "谢谢")
