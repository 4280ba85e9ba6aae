"""Appeals from the chat to the answer (RULES 19, 21)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from bot.audit import Actor, by_staff
from bot.contest.blockers import BlockerKind, blockers
from bot.dialogue import commands
from bot.errors import BadInput, NotAllowed, NotFound
from bot.judging import appeals, grading
from bot.judging.grading import GradeInput
from bot.understanding.values import Intent
from models.appeals import Appeal
from models.audit import AuditEntry
from models.enums import OutgoingState, Role, Verdict
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.queries import appeals as queries
from models.reports import Report
from models.session import reading, writing
from models.work_enums import AppealState
from tests.support import factories, world
from tests.support.factories import version_of
from tests.support.world import Chat, at

READER = "oReader"
TYPO = "柳湾版1版《社区食唐开张》，“食唐”应为“食堂”"
LATER = "柳湾版2版，“优慧”应为“优惠”"


@pytest.mark.parametrize(
    ("text", "targets", "words"),
    [
        ("申诉 2 词典里只有这一种写法", (2,), "词典里只有这一种写法"),
        ("申诉2", (2,), ""),
        ("我要申诉第2条，请看原图", (2,), "请看原图"),
        ("不服 2", (2,), ""),
        ("复核 10023 请看原图", (10023,), "请看原图"),
        ("申诉第二条 词典", (2,), "词典"),
        ("申诉　２　全角的理由", (2,), "全角的理由"),
        ("申诉：我的第3条", (3,), ""),
        ("申诉 2。\n因为\n有两行", (2,), "因为\n有两行"),
        ("申诉", (), ""),
        ("申诉 怎么弄", (), "怎么弄"),
        ("申诉 2 " + "长" * 1900, (2,), "长" * 1900),
    ],
)
def test_appeals_are_heard(text: str, targets: tuple[int, ...], words: str) -> None:
    reading_ = commands.parse(text)
    assert reading_ is not None
    assert (reading_.intent, reading_.targets, commands.appeal_words(text)) == (Intent.APPEAL, targets, words)


@pytest.mark.parametrize(
    "text",
    ["申诉书里“复合”应为“复核”", "申诉，3版“甲”应为“乙”", "复核第3版", "不服气", "复核一下", "申诉2024年的规定", "申诉 2版",
     "3版“不服”应为“不符”", "申诉 2 " + "长" * 2000],
)
def test_errors_told_in_such_words_are_no_appeals(text: str) -> None:
    found = commands.parse(text)
    assert found is None or found.intent is not Intent.APPEAL


def test_who_never_reported_cannot_appeal() -> None:
    assert commands.parse("申诉 2", has_reports=False) is None


@pytest.mark.parametrize(
    ("made_on", "due"),
    [
        (date(2026, 11, 9), date(2026, 11, 16)),  # Monday → Monday
        (date(2026, 11, 13), date(2026, 11, 20)),  # Friday → Friday
        (date(2026, 11, 14), date(2026, 11, 20)),  # Saturday → Friday
        (date(2026, 9, 30), date(2026, 10, 13)),  # over the National Day; Saturday 10 October is worked
        (date(2026, 2, 13), date(2026, 2, 27)),  # over the Spring Festival; Saturday 14 February is worked
    ],
)
def test_answer_is_due_after_five_working_days(made_on: date, due: date) -> None:
    assert appeals.due_on(made_on, 5) == due


@dataclass
class Town:
    """One account with a contest, a reader who writes, and two editors."""

    engine: Engine
    chat: Chat
    decider: Actor
    other: Actor
    other_id: int

    def number(self, ordinal: int = 1) -> int:
        with reading(self.engine) as session:
            return session.scalars(select(Report.id).where(Report.ordinal == ordinal)).one()

    def refuse(self, ordinal: int = 1, when: str = "11-11 09:00", verdict: Verdict = Verdict.NOT_AN_ERROR) -> None:
        self.grade(GradeInput(verdict, reason="词典里两种写法都有。"), self.decider, when, ordinal)

    def accept(self, actor: Actor, when: str, ordinal: int = 1) -> None:
        self.grade(GradeInput(Verdict.ACCEPTED, row_code="N-05", marks=(True, True, True)), actor, when, ordinal)

    def grade(self, given: GradeInput, actor: Actor, when: str, ordinal: int = 1) -> None:
        with writing(self.engine) as session:
            number = self.number(ordinal)
            grading.grade(session, number, given, actor=actor, now=at(when),
                          expected_version=version_of(session, number))

    def appeal(self) -> Appeal:
        with reading(self.engine) as session:
            return session.scalars(select(Appeal)).one()

    def outgoing(self) -> list[OutgoingMessage]:
        with reading(self.engine) as session:
            return list(session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id)))

    def alone(self) -> None:
        with writing(self.engine) as session:
            session.get_one(factories.Staff, self.other_id).active = False


@pytest.fixture
def town(contest: int, engine: Engine) -> Iterator[Town]:
    with writing(engine) as session:
        decider = factories.staff(session, "decider", Role.EDITOR)
        other = factories.staff(session, "other", Role.EDITOR)
    chat = Chat(engine)
    chat.say(READER, TYPO)
    yield Town(engine, chat, by_staff(decider), by_staff(other), other)
    chat.close()


def keep(town: Town, words: str = "词典里确实两种都收。", *, actor: Actor | None = None, reason: str = "",
         now: datetime | None = None) -> None:
    with writing(town.engine) as session:
        appeals.keep(session, town.number(), words, actor=actor or town.other, now=now or at("11-13 09:00"),
                     same_person_reason=reason)


def test_refused_report_is_appealed_against_once(town: Town) -> None:
    town.refuse()
    reply = town.chat.say(READER, "申诉 1 原文就是印错了，我有照片", "11-12 09:00")
    assert reply.startswith("申诉收到。第1条编辑会重新看，11月19日前答复您。")
    saved = town.appeal()
    assert (saved.state, saved.verdict, saved.due_on) == (AppealState.OPEN, Verdict.NOT_AN_ERROR, date(2026, 11, 19))
    assert saved.decided_by_id == town.decider.staff_id
    with reading(town.engine) as session:
        content = session.get_one(Message, saved.message_id).content
    assert appeals.words_of(content) == "原文就是印错了，我有照片"
    assert town.chat.say(READER, "申诉 1 再说一遍") == "第1条您已经申诉过，11月19日前答复您。"


def test_without_a_number_the_only_refusal_is_meant(town: Town) -> None:
    town.refuse()
    assert "第1条编辑会重新看" in town.chat.say(READER, "申诉", "11-12 09:00")


def test_of_several_refusals_the_reader_is_asked_which(town: Town) -> None:
    town.chat.say(READER, LATER)
    town.refuse(1)
    town.refuse(2)
    assert "请写明是哪一条（可以申诉第1、2条）" in town.chat.say(READER, "我要申诉", "11-12 09:00")
    assert "第2条编辑会重新看" in town.chat.say(READER, "不服 2")


def test_printed_number_names_the_report_too(town: Town) -> None:
    town.refuse()
    assert "第1条编辑会重新看" in town.chat.say(READER, f"复核 {town.number()} 请再看", "11-12 09:00")


def test_nothing_to_appeal_against_is_said_so(town: Town) -> None:
    assert town.chat.say(READER, "申诉 1") == "第1条还没有评出结果，评出后不同意再申诉。"
    assert town.chat.say(READER, "申诉 7").startswith("没有找到您说的那一条")
    assert town.chat.say(READER, "申诉") == "现在没有可以申诉的结果。有话请直接写来，编辑会看。"
    town.accept(town.decider, "11-11 09:00")
    assert "第1条已经采纳，不用申诉" in town.chat.say(READER, "申诉 1", "11-11 10:00")


def test_withdrawn_report_has_nothing_to_appeal(town: Town) -> None:
    town.chat.say(READER, "撤回 1")
    assert "没有结果可以申诉" in town.chat.say(READER, "申诉 1")


@pytest.mark.parametrize(("when", "taken"), [("11-21 23:59", True), ("11-22 00:00", False)])
def test_ten_days_after_the_decision_it_is_too_late(town: Town, when: str, taken: bool) -> None:
    town.refuse(when="11-11 09:00")
    reply = town.chat.say(READER, "申诉 1 还是觉得错了", when)
    assert ("申诉收到" in reply, "第1条只能申诉到11月21日" in reply) == (taken, not taken)


def test_somebody_elses_report_is_not_found(town: Town) -> None:
    town.refuse()
    number = town.number()
    town.chat.say("oStranger", LATER)
    assert "没有找到" in town.chat.say("oStranger", f"申诉 {number}", "11-12 09:00")
    with reading(town.engine) as session:
        assert session.scalars(select(Appeal)).all() == []


def test_outcome_of_a_no_tells_how_to_appeal(town: Town) -> None:
    town.refuse()
    assert town.outgoing()[-1].text.endswith("不同意？10天内回“申诉 1 理由”，编辑会重新看。")


@pytest.mark.parametrize(("alone", "kind"), [(True, BlockerKind.APPEAL), (False, BlockerKind.REVIEW)])
def test_open_appeal_blocks_the_pick(town: Town, alone: bool, kind: BlockerKind) -> None:
    if alone:
        town.alone()
    town.refuse()
    town.chat.say(READER, "申诉 1", "11-12 09:00")
    with reading(town.engine) as session:
        round_id = session.scalars(select(Report.round_id)).one()
        named = {one.kind: one.report_ids for one in blockers(session.connection(), round_id or 0)}
        listed = session.scalars(select(Report.id).where(queries.open_appeal())).all()
    assert named == {kind: (town.number(),)}
    assert listed == [town.number()]


def test_second_grade_that_disagrees_does_not_settle_and_a_third_does(town: Town) -> None:
    """Somebody else grades blindly; two of three decide, and the reader hears once, of both."""
    with writing(town.engine) as session:
        third = by_staff(factories.staff(session, "third", Role.EDITOR))
    town.refuse()
    town.chat.say(READER, "申诉 1 请看原图", "11-12 09:00")
    before = len(town.outgoing())
    town.accept(town.other, "11-12 10:00")
    assert town.appeal().state is AppealState.OPEN
    town.accept(third, "11-12 11:00")
    assert town.appeal().state is AppealState.UPHELD
    [told] = town.outgoing()[before:]
    assert told.text.splitlines()[0] == "您对第1条的申诉，编辑重新看过，改判如下。"
    assert "结果：采纳" in told.text


def test_second_grade_that_agrees_answers_the_appeal(town: Town) -> None:
    town.refuse()
    town.chat.say(READER, "申诉 1", "11-12 09:00")
    before = len(town.outgoing())
    town.grade(GradeInput(Verdict.NOT_AN_ERROR, reason="两种写法都可以。"), town.other, "11-12 10:00")
    assert (town.appeal().state, town.appeal().answered_by_id) == (AppealState.KEPT, town.other.staff_id)
    [told] = town.outgoing()[before:]
    assert told.text.splitlines()[0] == "您对第1条的申诉，编辑重新看过，结果不变。"
    assert "申诉 1 理由" not in told.text
    # He has read the first editor's words; these are of whoever looked again.
    assert ("两种写法都可以。" in told.text, "词典里两种写法都有。" in told.text) == (True, False)


@pytest.mark.slow
def test_answered_appeal_stays_the_only_one(town: Town) -> None:
    town.refuse()
    town.chat.say(READER, "申诉 1", "11-12 09:00")
    town.grade(GradeInput(Verdict.NOT_AN_ERROR, reason="两种写法都可以。"), town.other, "11-12 10:00")
    assert "一条只能申诉一次" in town.chat.say(READER, "申诉 1 还是不服", "11-12 11:00")


def test_words_cannot_answer_while_somebody_is_asked_to_grade_again(town: Town) -> None:
    town.refuse()
    town.chat.say(READER, "申诉 1", "11-12 09:00")
    with pytest.raises(NotAllowed, match="独立再评"):
        keep(town)


def test_alone_one_answers_oneself_with_a_reason(town: Town) -> None:
    """RULES 21: nobody else is there."""
    town.alone()
    town.refuse()
    town.chat.say(READER, "申诉 1", "11-12 09:00")
    before = len(town.outgoing())
    with pytest.raises(BadInput, match="同一人"):
        keep(town, actor=town.decider)
    keep(town, actor=town.decider, reason="编辑部只有我一人")
    saved = town.appeal()
    assert (saved.state, saved.same_person_reason) == (AppealState.KEPT, "编辑部只有我一人")
    [told] = town.outgoing()[before:]
    assert told.text.splitlines() == [
        "您对第1条的申诉，编辑重新看过，结果不变。", "01版“食唐”→“食堂”", "结果：不是差错。", "词典里确实两种都收。"]
    with reading(town.engine) as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.verb == "answer_appeal"))
    assert (entry.after, entry.details) == ("kept", {"same_person": True})


@pytest.mark.slow
def test_alone_one_grades_again_and_undoing_opens_the_appeal_again(town: Town) -> None:
    town.alone()
    town.refuse()
    town.chat.say(READER, "申诉 1", "11-12 09:00")
    town.accept(town.decider, "11-12 10:00")
    assert (town.appeal().state, town.appeal().same_person_reason) == (AppealState.UPHELD, "没有别的编辑，由原来评的人重新看")
    with writing(town.engine) as session:
        number = town.number()
        grading.undo(session, number, actor=town.decider, now=at("11-12 10:00") + timedelta(seconds=5),
                     expected_version=version_of(session, number))
    assert (town.appeal().state, town.appeal().answered_at) == (AppealState.OPEN, None)


def test_answer_in_words_can_be_called_back_until_it_leaves(town: Town) -> None:
    town.alone()
    town.refuse()
    town.chat.say(READER, "申诉 1", "11-12 09:00")
    keep(town, actor=town.decider, reason="只有我")
    with writing(town.engine) as session:
        appeals.take_back(session, town.number(), actor=town.decider, now=at("11-13 09:00"))
    assert town.appeal().state is AppealState.OPEN
    assert town.outgoing()[-1].state is OutgoingState.CALLED_BACK
    keep(town, "再核对过一遍，仍然两可。", actor=town.decider, reason="只有我")
    assert [one.state for one in town.outgoing() if one.kind == "appeal"] == [
        OutgoingState.CALLED_BACK, OutgoingState.QUEUED]


@pytest.mark.parametrize("words", ["", "  ", "长" * 501])
def test_answer_needs_words(town: Town, words: str) -> None:
    town.alone()
    town.refuse()
    town.chat.say(READER, "申诉 1", "11-12 09:00")
    with pytest.raises(BadInput):
        keep(town, words, actor=town.decider, reason="只有我")


def test_where_no_appeal_waits_nothing_is_answered(town: Town) -> None:
    town.refuse()
    with pytest.raises(NotFound):
        keep(town)


@pytest.mark.slow
def test_reader_who_goes_takes_his_words_along(town: Town) -> None:
    town.alone()
    town.refuse()
    town.chat.say(READER, "申诉 1 我叫季小满", "11-12 09:00")
    town.chat.event(READER, "unsubscribe")
    with reading(town.engine) as session:
        found = queries.of_report(session, town.number())
    assert found is not None
    assert found.words is None
    keep(town, actor=town.decider, reason="只有我")
    assert town.appeal().state is AppealState.KEPT


def test_appeal_sent_twice_by_the_platform_is_one(town: Town) -> None:
    town.refuse()
    created = at("11-12 09:00")
    message = world.text_message(READER, "申诉 1", created=created, msg_id=77)
    replies = [town.chat.intake.take(world.ACCOUNT, message, stale=False, now=created) for _ in range(2)]
    assert replies[0] == replies[1]
    assert town.appeal().state is AppealState.OPEN


def test_decision_without_an_appeal_says_nothing_of_one(town: Town) -> None:
    town.refuse()
    town.grade(GradeInput(Verdict.SUGGESTION, reason="算建议。"), town.other, "11-12 10:00")
    assert "申诉，" not in town.outgoing()[-1].text
