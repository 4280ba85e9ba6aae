"""免打扰: who is muted and until when, what he is told, what the desk is spared, and that nothing else changes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot import jobs, wiring
from bot.audit import OPERATOR, SCHEDULER, by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.contest.blockers import BlockerKind, blockers
from bot.contest.record.checking import verify
from bot.contest.standing import compute
from bot.dialogue import media_phrases, person_phrases, phrases
from bot.errors import BadInput, NotAllowed, NotFound
from bot.outbox import queue
from bot.personal import privacy
from bot.readers import mutes, persons
from bot.recording import records
from bot.settings import Settings
from bot.understanding.values import Intent
from models.audit import AuditEntry
from models.contests import Round
from models.enums import Bar, Measure, MessageFate, OutgoingState, ReportState
from models.links import ReaderLink
from models.measures import ReaderMeasure
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.queries import desk
from models.queries.desk import DeskView
from models.readers import Reader
from models.session import make_engine, reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.databases import Databases
from tests.support.town import MORNING, Town, at_once
from tests.support.world import ACCOUNT, Chat, at, messages_of, reports_of, text_message

NOW = MORNING + timedelta(hours=1)
DAY = timedelta(days=1)
WHY = "天天来闲聊"
REPORT = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def mute(town: Town, name: str, days: int | None = 7, *, by: int | None = None, now: datetime = NOW) -> None:
    mutes.mute(town.session, town.reader(name), days, WHY, actor=by_staff(by or town.chief), now=now)


def unmute(town: Town, name: str, now: datetime = NOW) -> None:
    mutes.unmute(town.session, town.reader(name), actor=by_staff(town.chief), now=now)


def muted(town: Town, name: str, now: datetime = NOW) -> bool:
    return mutes.muted(town.session.connection(), town.person(name), now=now)


# who is muted, and until when


@pytest.mark.parametrize(("days", "still", "over"), [
    (7, timedelta(days=7) - timedelta(seconds=1), timedelta(days=7)),
    (30, timedelta(days=30) - timedelta(seconds=1), timedelta(days=30)), (None, timedelta(days=3650), None)])
def test_a_mute_runs_out_by_itself_or_stands_until_it_is_lifted(
    town: Town, days: int | None, still: timedelta, over: timedelta | None
) -> None:
    mute(town, "甲", days)
    assert muted(town, "甲", NOW + still)
    assert not muted(town, "乙")
    if over is not None:
        assert not muted(town, "甲", NOW + over)
    else:
        unmute(town, "甲", NOW + still)
        assert not muted(town, "甲", NOW + still)


def test_a_mute_keeps_reason_and_doers_after_it_ended_and_both_acts_are_on_record(town: Town) -> None:
    mute(town, "甲", 7)
    mute(town, "甲", None, now=NOW + 8 * DAY)  # the first has run out
    unmute(town, "甲", NOW + 9 * DAY)
    kept = town.session.scalars(select(ReaderMeasure).order_by(ReaderMeasure.id)).all()
    assert [(row.kind, row.bar, row.reason, row.made_by_id, row.made_at, row.ended_at, row.ended_by_id) for row in kept] == [
        (Measure.MUTE, None, WHY, town.chief, NOW, NOW + 7 * DAY, None),
        (Measure.MUTE, None, WHY, town.chief, NOW + 8 * DAY, NOW + 9 * DAY, town.chief)]
    entries = town.session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "reader").order_by(AuditEntry.id))
    assert [(one.verb, one.object_id, one.staff_id, one.details) for one in entries] == [
        ("mute_reader", town.reader("甲"), town.chief, {"days": 7}), ("mute_reader", town.reader("甲"), town.chief, {}),
        ("unmute_reader", town.reader("甲"), town.chief, {})]


@pytest.mark.parametrize("reason", ["", "  ", "长" * 301])
def test_a_mute_has_a_reason(town: Town, reason: str) -> None:
    with pytest.raises(BadInput, match="理由"):
        mutes.mute(town.session, town.reader("甲"), 7, reason, actor=by_staff(town.chief), now=NOW)
    assert town.count(ReaderMeasure) == 0


@pytest.mark.parametrize("days", [0, -7, 8, 100_000])
def test_a_mute_lasts_as_long_as_one_may_choose(town: Town, days: int) -> None:
    with pytest.raises(BadInput, match="多久"):
        mute(town, "甲", days)


def test_a_mute_is_laid_once_and_lifted_once(town: Town) -> None:
    with pytest.raises(NotAllowed, match="没有设"):
        unmute(town, "甲")
    mute(town, "甲")
    with pytest.raises(NotAllowed, match="已经设了"):
        mute(town, "甲", None)
    unmute(town, "甲")
    with pytest.raises(NotAllowed, match="没有设"):
        unmute(town, "甲")


def test_what_has_run_out_cannot_be_lifted(town: Town) -> None:
    mute(town, "甲")
    with pytest.raises(NotAllowed, match="没有设"):
        unmute(town, "甲", NOW + 7 * DAY)


def test_two_chiefs_at_once_lay_one_mute(engine: Engine, town: Town) -> None:
    reader_id = town.reader("甲")
    town.session.commit()

    def act(session: Session) -> None:
        mutes.mute(session, reader_id, 7, WHY, actor=by_staff(town.chief), now=NOW)

    refused = [one for one in at_once(engine, [act, act]) if one is not None]
    assert [type(one) for one in refused] == [NotAllowed]
    assert town.count(ReaderMeasure) == 1


def test_nobody_mutes_himself_a_colleague_or_one_who_is_gone(town: Town) -> None:
    for name, member in (("主编的微信", town.chief), ("编辑的微信", town.editor)):
        persons.join_staff(town.session, member, town.reader(name), actor=by_staff(member), now=NOW)
    with pytest.raises(NotAllowed, match="您自己"):
        mute(town, "主编的微信")
    with pytest.raises(NotAllowed, match="工作人员"):
        mute(town, "编辑的微信")
    persons.bar(town.session, town.reader("职工"), Bar.STAFF, "职工", actor=by_staff(town.chief), now=NOW)
    with pytest.raises(NotAllowed, match="工作人员"):
        mute(town, "职工")
    privacy.erase(town.session.connection(), town.reader("走了"), now=NOW)
    with pytest.raises(NotAllowed, match="删除"):
        mute(town, "走了")
    with pytest.raises(NotFound):
        mutes.mute(town.session, 4711, 7, WHY, actor=by_staff(town.chief), now=NOW)
    with pytest.raises(NotAllowed, match="登录"):
        mutes.mute(town.session, town.reader("甲"), 7, WHY, actor=OPERATOR, now=NOW)
    assert [row.kind for row in town.session.scalars(select(ReaderMeasure))] == [Measure.BAR] * 3


def test_a_blocked_reader_and_a_relative_may_be_muted_too(town: Town) -> None:
    for name, kind in (("拦", Bar.BLOCKED), ("亲", Bar.RELATIVE)):
        persons.bar(town.session, town.reader(name), kind, "核实过", actor=by_staff(town.chief), now=NOW)
        mute(town, name)
        unmute(town, name)
        row = town.session.get_one(Reader, town.reader(name)).person
        assert (row.bar, row.bar_reason) == (kind, "核实过")


def test_a_mute_holds_for_every_account_of_the_person_and_parting_frees_the_other(town: Town) -> None:
    mute(town, "甲")
    persons.link(town.session, town.reader("甲"), town.reader("甲二"), "同一人", actor=by_staff(town.chief), now=NOW)
    assert (muted(town, "甲"), muted(town, "甲二")) == (True, True)
    with pytest.raises(NotAllowed, match="已经设了"):
        mute(town, "甲二")
    link_id = town.session.scalars(select(ReaderLink.id)).one()
    persons.unlink(town.session, link_id, "弄错了", actor=by_staff(town.chief), now=NOW)
    assert (muted(town, "甲"), muted(town, "甲二")) == (True, False)


def test_lifting_frees_every_account_though_each_was_muted(town: Town) -> None:
    for name in ("甲", "甲二"):
        mute(town, name)
    persons.link(town.session, town.reader("甲"), town.reader("甲二"), "同一人", actor=by_staff(town.chief), now=NOW)
    unmute(town, "甲二")
    assert (muted(town, "甲"), muted(town, "甲二")) == (False, False)


def test_a_mute_ends_with_the_reader_who_has_himself_deleted_and_returns_with_one_who_follows_again(town: Town) -> None:
    db = town.session.connection()
    for name in ("甲", "乙"):
        mute(town, name, None)
    privacy.erase(db, town.reader("甲"), now=NOW + DAY)
    privacy.unfollowed(db, town.reader("乙"), digest="d" * 64, now=NOW + DAY)
    assert (muted(town, "甲", NOW + DAY), muted(town, "乙", NOW + DAY)) == (False, True)


# fairness


def _played(town: Town, names: tuple[str, ...]) -> tuple[object, ...]:
    """A round with ties, a shortage and later finders, in which `names` are muted: all that is said of it in the end."""
    for name in names:
        mute(town, name, None, now=MORNING - timedelta(days=1))
    for minute, (name, numbers) in enumerate({"甲": (1, 2, 3), "乙": (3, 4, 5), "丙": (1, 6), "丁": (6, 7)}.items()):
        for number in numbers:
            town.grade(town.file(name, town.said(number), MORNING + timedelta(minutes=minute)).report_id)
    town.refuse(town.file("丁", town.said(8), MORNING + timedelta(hours=1)).report_id)
    round_ = town.round()
    assert rounds.close_round(town.session, round_.id, actor=SCHEDULER, now=round_.closes_at)
    assert rounds.pick_round(town.session, round_.id, actor=SCHEDULER, now=round_.closes_at + timedelta(minutes=15))
    held = compute(town.session.connection(), round_.id)
    record = verify(records.body(records.versions(town.session, round_.id)[-1]))
    names_of = {town.person(name): name for name in town.readers}
    return (town.winners(), [(names_of[one.person_id], one.total_milli) for one in held.standings],
            sorted((number, one.total_milli, one.finder_rank) for number, one in held.scores.items()),
            record.differences, record.best, record.excellent)


@pytest.mark.slow
@pytest.mark.parametrize("names", [("甲",), ("丁",), ("甲", "乙", "丙", "丁")])
def test_the_same_round_with_muted_readers_has_the_same_winners_scores_and_record(
    databases: Databases, town: Town, names: tuple[str, ...]
) -> None:
    other_url = databases.fresh()
    other = make_engine(other_url)
    with Session(other) as session:
        before = _played(Town.founded(session), ())
    other.dispose()
    databases.drop(other_url)
    after = _played(town, names)
    assert [row.kind for row in town.session.scalars(select(ReaderMeasure))] == [Measure.MUTE] * len(names)
    assert after == before
    assert town.winners()[0] == ["甲"]


# what he is told


@pytest.mark.parametrize(("fate", "intent", "idle"), [
    (MessageFate.DESK, Intent.OTHER, True), (MessageFate.READ, Intent.GREETING, True),
    (MessageFate.DESK, Intent.REPORT, False), (MessageFate.DESK, Intent.SUPPLEMENT, False),
    (MessageFate.DESK, Intent.WITHDRAW, False), (MessageFate.READ, Intent.SUPPLEMENT, False),
    *((MessageFate.READ, intent, False) for intent in Intent if intent not in (Intent.GREETING, Intent.OTHER)),
])
def test_only_talk_is_idle(fate: MessageFate, intent: Intent, idle: bool) -> None:
    assert mutes.is_idle(fate, intent) is idle


@pytest.fixture
def chief(engine: Engine) -> int:
    with writing(engine) as session:
        row = Staff(login="zhubian", display_name="主编", password_hash="x", role="chief", created_at=at("10-05 08:00"))
        session.add(row)
        session.flush()
        return row.id


@pytest.fixture
def quiet(chat: Chat, engine: Engine, chief: int) -> Chat:
    """oA has written once and is muted for seven days."""
    chat.say("oA", "你们报社在哪里呀", "11-10 08:00")
    with writing(engine) as session:
        mutes.mute(session, 1, 7, WHY, actor=by_staff(chief), now=at("11-10 08:30"))
    return chat


def test_a_muted_readers_report_is_filed_and_answered_like_anybodys(quiet: Chat, engine: Engine) -> None:
    said = quiet.say("oA", REPORT, "11-10 09:00")
    other = quiet.say("oB", REPORT.replace("八折优慧", "高兴地的说").replace("八折优惠", "高兴地说"), "11-10 09:01")
    assert said.startswith("收到，谢谢！")
    assert phrases.ASK_NAME in said
    assert [(one.reader_id, one.state) for one in reports_of(engine)] == [(1, ReportState.FILED), (2, ReportState.FILED)]
    assert other.replace("10002", "10001").splitlines()[0] == said.splitlines()[0]
    assert quiet.say("oA", "署名 早起鸟") == quiet.say("oB", "署名 早起鸟")
    assert "撤回" in quiet.say("oA", "撤回 1")
    assert reports_of(engine)[0].state is ReportState.WITHDRAWN


def test_a_muted_reader_is_still_told_rules_dates_and_his_own_reports(quiet: Chat) -> None:
    for words in ("规则", "截止", "获奖", "我的", "帮助"):
        assert quiet.say("oA", words) == quiet.say("oB", words), words


def test_talk_is_answered_once_a_day_and_stored_every_time(quiet: Chat, engine: Engine) -> None:
    said = [quiet.take("oA", words, when) for words, when in (
        ("今天天气真好", "11-10 09:00"), ("在吗", "11-10 09:01"), ("你好", "11-10 23:59"),
        ("还是没人理我", "11-11 00:01"), ("你好", "11-11 08:00"))]
    assert said == [person_phrases.HEARD, None, None, person_phrases.HEARD, None]
    kept = [one for one in messages_of(engine) if one.received_at > at("11-10 08:30")]
    assert [one.content for one in kept] == ["今天天气真好", "在吗", "你好", "还是没人理我", "你好"]
    assert {one.fate for one in kept} == {MessageFate.DESK, MessageFate.READ}
    assert [one.reply for one in kept] == said


def test_a_picture_and_a_voice_are_kept_and_count_as_talk(quiet: Chat, engine: Engine) -> None:
    assert [quiet.media("oA", "image", "11-10 09:00"), quiet.media("oA", "voice", "11-10 09:01")] == [person_phrases.HEARD, None]
    assert [one.fate for one in messages_of(engine)[1:]] == [MessageFate.DESK] * 2


def test_a_picture_beside_his_report_is_answered_as_such(quiet: Chat) -> None:
    quiet.say("oA", REPORT, "11-10 09:00")
    assert quiet.media("oA", "image", "11-10 09:01") == media_phrases.photo_with_report(1, None)


def test_a_delivery_sent_again_gets_the_same_silence(quiet: Chat, engine: Engine) -> None:
    for number, reply in ((1, person_phrases.HEARD), (2, None), (1, person_phrases.HEARD), (2, None)):
        incoming = text_message("oA", "在吗", created=at("11-10 09:00"), msg_id=number)
        assert quiet.intake.take(ACCOUNT, incoming, stale=False, now=at("11-10 09:00")) == reply
    assert len(messages_of(engine)) == 3


def test_silence_does_not_hold_back_what_waits_for_him(quiet: Chat, engine: Engine) -> None:
    assert quiet.take("oA", "在吗", "11-10 09:00") == person_phrases.HEARD
    with writing(engine) as session:
        queue.enqueue(session.connection(), reader_id=1, kind="outcome", text="结果：采纳", key="k", now=at("11-10 09:10"))
    assert quiet.take("oA", "在吗", "11-10 10:00") == "结果：采纳"
    with reading(engine) as session:
        assert session.scalars(select(OutgoingMessage.state)).all() == [OutgoingState.SENT]
    assert quiet.take("oA", "在吗", "11-10 10:01") is None


def test_after_the_mute_he_is_answered_like_anybody(quiet: Chat) -> None:
    assert quiet.say("oA", "在吗", "11-17 08:30") == quiet.say("oB", "在吗", "11-17 08:31")


def test_talk_that_was_read_late_is_answered_by_the_same_measure(
    quiet: Chat, engine: Engine, settings: Settings, clock: FrozenClock
) -> None:
    quiet.take("oA", "在吗", "11-10 09:00")
    with writing(engine) as session:
        reader = session.get_one(Reader, 1)
        late = factories.message(session, reader.id, "今天天气真好", at=at("11-10 09:05"), fate=MessageFate.UNREAD)
    clock.moment = at("11-10 09:30")
    jobs.run("read_unread", wiring.work(settings, engine, clock))
    with reading(engine) as session:
        assert session.get_one(Message, late).fate is MessageFate.DESK
        assert session.scalars(select(OutgoingMessage)).all() == []


# what the desk is spared


def _desk(engine: Engine, now: datetime, staff_id: int) -> tuple[int, int, int]:
    """(letters to be dealt with, of them not seen, letters that wait quietly)."""
    with reading(engine) as session:
        many, unseen = desk.counts(session, staff_id=staff_id, now=now)
        badge = session.scalar(select(desk.unseen_count(staff_id, now=now)))
        assert badge == unseen[DeskView.OPEN]
        listed, _ = desk.rows(session, DeskView.OPEN, staff_id=staff_id, now=now)
        hidden, _ = desk.rows(session, DeskView.MUTED, staff_id=staff_id, now=now)
        assert (len(listed), len(hidden)) == (many[DeskView.OPEN], many[DeskView.MUTED])
        return many[DeskView.OPEN], unseen[DeskView.OPEN], many[DeskView.MUTED]


def test_talk_of_a_muted_reader_waits_quietly_and_comes_back_when_the_mute_is_over(
    quiet: Chat, engine: Engine, chief: int
) -> None:
    for words in ("报纸怎么订？", "我要找你们领导"):
        quiet.take("oA", words)
    quiet.media("oA", "image")
    quiet.say("oB", "报纸怎么订？")
    assert [one.fate for one in messages_of(engine)] == [MessageFate.DESK] * 5
    now = quiet.now
    assert _desk(engine, now, chief) == (1, 1, 4)  # with the one from before the mute
    assert _desk(engine, at("11-17 08:30"), chief) == (5, 5, 0)
    with writing(engine) as session:
        mutes.unmute(session, 1, actor=by_staff(chief), now=now)
    assert _desk(engine, now, chief) == (5, 5, 0)


def test_what_holds_a_report_or_could_not_be_read_is_never_quiet(quiet: Chat, engine: Engine, chief: int) -> None:
    with writing(engine) as session:
        factories.message(session, 1, "没读懂的话", at=at("11-10 09:00"), fate=MessageFate.FAILED)
        factories.message(session, 1, "还没读的话", at=at("11-10 09:01"), fate=MessageFate.UNREAD)
        long = factories.message(session, 1, "一口气写了很多处", at=at("11-10 09:02"), fate=MessageFate.DESK)
        session.get_one(Message, long).intent = Intent.REPORT
        anybody = Message(account="main", dedupe_key="nobody", msg_type="text", create_time=0, received_at=at("11-10 09:03"),
                          counts_at=at("11-10 09:03"), fate=MessageFate.DESK)
        session.add(anybody)
    quiet.say("oA", "第3版食堂那篇有错字", "11-10 09:04")
    quiet.media("oA", "image", "11-10 09:05")  # of the half-told report
    assert _desk(engine, quiet.now, chief) == (5, 5, 1)


def test_a_muted_readers_picture_still_holds_the_pick_until_somebody_looked(quiet: Chat, engine: Engine) -> None:
    quiet.media("oA", "image", "11-10 09:00")
    with reading(engine) as session:
        round_id = session.scalars(select(Round.id).where(Round.month == "2026-11")).one()
        found = {one.kind: one.message_ids for one in blockers(session.connection(), round_id)}
    assert found == {BlockerKind.MEDIA: (messages_of(engine)[-1].id,)}
