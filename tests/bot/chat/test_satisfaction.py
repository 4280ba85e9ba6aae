"""满意 and 不满意: asked below a result, tapped or typed, taken down once a report, and never in place of a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.chat import satisfaction
from bot.claiming.terms import Terms
from bot.dialogue import outcome_phrases, phrases
from bot.dialogue.commands import parse
from bot.errors import NotAllowed, NotFound
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.outbox import ledger
from bot.readers import own_acts
from bot.readers.own_acts import Hand
from bot.understanding.values import Intent
from bot.wechat.client import Answer
from models.enums import MessageFate, Verdict
from models.grades import Grade
from models.notes import FurtherWords
from models.outgoing import OutgoingMessage
from models.reviews import Review
from models.satisfaction import Satisfaction
from models.session import reading, writing
from models.work_enums import ReviewCause, ReviewState
from tests.support.outbox import FakeSender
from tests.support.told_town import READER, TYPOS, ToldTown
from tests.support.world import at, messages_of, reports_of, rows, text_message

TERMS = Terms(secret_key="s" * 40, public_url="https://desk.example.org")
YES, NO = outcome_phrases.satisfied, outcome_phrases.dissatisfied


@pytest.mark.parametrize(("text", "intent", "targets"), [
    ("满意", Intent.SATISFIED, ()), ("很满意！", Intent.SATISFIED, ()), ("满意 3", Intent.SATISFIED, (3,)),
    ("满意3", Intent.SATISFIED, (3,)), ("第三条满意", Intent.SATISFIED, (3,)), ("非常满意，谢谢你们", Intent.SATISFIED, ()),
    ("不满意", Intent.DISSATISFIED, ()), ("不满意 12", Intent.DISSATISFIED, (12,)),
    ("对第2条不满意。", Intent.DISSATISFIED, (2,)),
    ("不太满意", Intent.DISSATISFIED, ()), ("　不满意　３　", Intent.DISSATISFIED, (3,)),
    ("第二个满意", Intent.SATISFIED, (2,)), ("第2个结果很满意", Intent.SATISFIED, (2,)), ("2号不满意", Intent.DISSATISFIED, (2,)),
    ("这条满意", Intent.SATISFIED, ()), ("那个结果不满意", Intent.DISSATISFIED, ()),
])  # fmt: skip
def test_words_that_rate(text: str, intent: Intent, targets: tuple[int, ...]) -> None:
    found = parse(text)
    assert found is not None
    assert (found.intent, found.targets, found.findings) == (intent, targets, ())


@pytest.mark.parametrize(("text", "intent", "words"), [
    ("1版那条满意", Intent.SATISFIED, "1版"), ("第3版的那一条很满意，谢谢！", Intent.SATISFIED, "第3版"),
    ("对柳湾版3版那条的处理结果我不太满意", Intent.DISSATISFIED, "柳湾版3版"), ("食堂那条不满意", Intent.DISSATISFIED, "食堂"),
    ("头版那篇满意", Intent.SATISFIED, "头版"), ("食堂 那个结果满意", Intent.SATISFIED, "食堂"),
])  # fmt: skip
def test_words_that_rate_one_of_several(text: str, intent: Intent, words: str) -> None:
    found = parse(text)
    assert found is not None
    assert (found.intent, found.targets, [one.context for one in found.findings]) == (intent, (), [words])
    assert parse(text, has_reports=False) is None


@pytest.mark.parametrize("text", [
    "“满易”应为“满意”", "3版满意印成了满易", "第3版“满意”", "满意度写成满易度", "居民很满意，3版",
    "不满意应为不满足", "“不满意”改为“不满足”",
    "满意 3版", "柳湾版3版，满意", "3版标题那个满意", "3版“满易”那条应为满意", "3版满易那条改满意", "3版那条，满意写成了满易",
    "3版那条是居民不满意", "3版那条：居民不满意",
])
def test_report_with_such_a_word_in_it_is_a_report(text: str) -> None:
    found = parse(text)
    assert found is None or found.intent not in (Intent.SATISFIED, Intent.DISSATISFIED)


class Town(ToldTown):
    def told(self, *verdicts: Verdict, verified: bool = True) -> None:
        """So many reports, decided and told in one run."""
        for typo in TYPOS[: len(verdicts)]:
            self.chat.say(READER, typo)
        for ordinal, verdict in enumerate(verdicts, 1):
            self.decide(verdict, ordinal)
        self.deliver(verified=verified)

    def said(self) -> dict[int, bool]:
        ordinals = {one.id: one.ordinal for one in reports_of(self.engine)}
        with reading(self.engine) as session:
            return {ordinals[one.report_id]: one.satisfied for one in session.query(Satisfaction)}


@pytest.fixture
def town(contest: int, engine: Engine) -> Iterator[Town]:
    with Town.opened(engine, TERMS) as town:
        yield town


def test_result_comes_with_words_to_tap(town: Town) -> None:
    town.told(Verdict.ACCEPTED)
    assert town.sender.menus == [[("yes-1", "满意 1"), ("no-1", "不满意 1")]]
    assert town.sender.texts[0].endswith("谢谢您！\n\n这样处理，您满意吗？\n满意 1\n不满意 1")


def test_no_can_be_appealed_against_with_one_tap(town: Town) -> None:
    town.told(Verdict.NOT_AN_ERROR)
    assert town.sender.menus == [[("yes-1", "满意 1"), ("no-1", "不满意 1"), ("appeal-1", "申诉 1")]]
    assert "第1条编辑会重新看" in town.chat.say(READER, "申诉 1", "11-11 09:05")


def test_two_results_can_be_tapped_and_three_are_typed(town: Town) -> None:
    town.told(Verdict.ACCEPTED, Verdict.ACCEPTED)
    assert [words for _, words in town.sender.menus[0]] == ["满意 1", "不满意 1", "满意 2", "不满意 2"]
    town.chat.say(READER, TYPOS[2])
    for ordinal in (1, 2, 3):
        town.decide(Verdict.NOT_AN_ERROR, ordinal, "11-12 09:00")
    town.deliver("11-12 09:01")
    assert len(town.sender.menus) == 1
    assert town.sender.texts[-1].endswith("回“满意 条号”或“不满意 条号”。")


def test_where_nothing_can_be_tapped_words_and_a_page_are_offered(town: Town) -> None:
    town.told(Verdict.ACCEPTED, verified=False)
    reply = town.chat.say(READER, "规则", "11-11 09:02")
    stored = messages_of(town.engine)[-1].reply
    assert "回“满意 1”或“不满意 1”，也可以点这里：\nhttps://desk.example.org/my/" in reply
    assert reply.endswith("/satisfied/1")
    assert "/my/______/satisfied/1" in stored


def test_platform_that_takes_nothing_to_tap_gets_plain_words(town: Town) -> None:
    town.sender = FakeSender(Answer(40008, "invalid message type"))
    town.told(Verdict.ACCEPTED)
    assert [one.state.value for one in rows(town.engine, OutgoingMessage)] == ["sent"]
    assert "回“满意 1”或“不满意 1”" in town.sender.texts[1]


def test_question_back_and_other_words_ask_nothing(town: Town) -> None:
    town.told(Verdict.NEEDS_MORE)
    assert (town.sender.menus, "满意" in town.sender.texts[0]) == ([], False)


def test_very_long_reason_goes_without_the_question_and_within_a_message(town: Town) -> None:
    town.chat.say(READER, TYPOS[0])
    with writing(town.engine) as session:
        grading.grade(session, reports_of(town.engine)[0].id, GradeInput(Verdict.NOT_AN_ERROR, reason="长" * 300),
                      actor=town.editor, now=at("11-11 09:00"), expected_version=1)
        session.query(OutgoingMessage).one().text = "长" * 670
    town.deliver()
    assert town.sender.menus == []
    assert len(town.sender.texts[0].encode()) <= 2048


def test_bare_word_is_about_the_result_told_last(town: Town) -> None:
    town.told(Verdict.ACCEPTED, Verdict.NOT_AN_ERROR)
    assert town.chat.say(READER, "满意", "11-11 09:05") == YES(2)
    assert town.said() == {2: True}


def test_named_report_is_rated_and_the_last_word_stands(town: Town) -> None:
    town.told(Verdict.ACCEPTED, Verdict.NOT_AN_ERROR)
    assert town.chat.say(READER, "满意 1", "11-11 09:05") == YES(1)
    assert town.chat.say(READER, "不满意 1") == NO(1, appeal=False)
    assert town.chat.say(READER, "第2条不满意") == NO(2, appeal=True)
    assert town.said() == {1: False, 2: False}
    assert town.chat.say(READER, "满意 2") == YES(2)
    assert town.said() == {1: False, 2: True}


def test_result_is_named_by_its_page_or_by_a_word_of_it(town: Town) -> None:
    for typo in ("柳湾版1版，“优慧”应为“优惠”", *TYPOS[:2]):
        town.chat.say(READER, typo)
    for ordinal in (1, 2, 3):
        town.decide(Verdict.NOT_AN_ERROR, ordinal)
    town.deliver()
    before = [(one.ordinal, one.version, one.state) for one in reports_of(town.engine)]
    assert town.chat.say(READER, "1版那条满意", "11-11 09:05") == YES(1)
    assert town.chat.say(READER, "高兴地那条不满意") == NO(3, appeal=True)
    assert town.said() == {1: True, 3: False}
    for unclear in ("3版那条满意", "5版那条满意", "食堂那条满意"):
        assert town.chat.say(READER, unclear) == outcome_phrases.which(satisfied=True)
    assert town.chat.say(READER, "5版那条不满意") == outcome_phrases.which(satisfied=False)
    assert messages_of(town.engine)[-1].fate is MessageFate.DESK
    assert town.said() == {1: True, 3: False}
    assert before == [(one.ordinal, one.version, one.state) for one in reports_of(town.engine)]


def test_result_named_by_words_before_any_was_told_is_none(town: Town) -> None:
    town.chat.say(READER, TYPOS[0])
    assert town.chat.say(READER, "3版那条满意") == phrases.THANKS
    assert town.chat.say(READER, "3版那条不满意") == outcome_phrases.NOTHING_TOLD
    assert town.said() == {}


def test_who_is_not_satisfied_comes_to_the_desk_with_his_report(town: Town) -> None:
    town.told(Verdict.NOT_AN_ERROR)
    town.chat.say(READER, "不满意 1", "11-11 09:05")
    letter = messages_of(town.engine)[-1]
    assert (letter.fate, letter.intent) == (MessageFate.DESK, "dissatisfied")
    assert [(one.message_id, one.report_id) for one in rows_of_further(town.engine)] == [
        (letter.id, reports_of(town.engine)[0].id)]
    town.chat.say(READER, "满意 1")
    assert messages_of(town.engine)[-1].fate is MessageFate.READ


def rows_of_further(engine: Engine) -> list[FurtherWords]:
    with reading(engine) as session:
        return list(session.query(FurtherWords))


def test_nothing_told_yet_is_no_rating(town: Town) -> None:
    town.chat.say(READER, TYPOS[0])
    assert town.chat.say(READER, "满意") == phrases.THANKS
    assert town.chat.say(READER, "不满意") == outcome_phrases.NOTHING_TOLD
    assert town.chat.say(READER, "满意 1") == outcome_phrases.too_early(1)
    assert town.chat.say(READER, "满意 9") == phrases.NO_SUCH_REPORT
    assert town.said() == {}


def test_nobody_rates_somebody_elses_report(town: Town) -> None:
    town.told(Verdict.ACCEPTED)
    town.chat.say("oOther", TYPOS[1])
    assert town.chat.say("oOther", "满意") == phrases.THANKS
    assert town.chat.say("oOther", f"满意 {reports_of(town.engine)[0].id + 90}") == phrases.NO_SUCH_REPORT
    assert town.said() == {}


def test_word_asked_for_is_an_error_and_no_rating(town: Town) -> None:
    """We asked which words are wrong, and these are they."""
    town.told(Verdict.ACCEPTED)
    town.chat.say(READER, "柳湾版3版有错字", "11-11 09:05")
    town.chat.say(READER, "满意")
    assert town.said() == {}
    assert town.chat.say(READER, "满意 1") == YES(1)


def test_tap_on_offered_words_opens_the_short_window_only(town: Town) -> None:
    town.told(Verdict.ACCEPTED)
    tapped = at("11-14 09:00")
    town.chat.intake.take("main", text_message(READER, "满意 1", created=tapped, msg_id=7, bizmsgmenuid="yes-1"), stale=False,
                          now=tapped)
    with reading(town.engine) as session:
        heard = ledger.heard(session.connection(), 1, now=tapped)
    assert heard.tap_at == tapped
    assert heard.message_at is not None
    assert heard.message_at < tapped - timedelta(days=3)
    assert town.said() == {1: True}


@pytest.mark.slow
def test_page_says_the_same(town: Town) -> None:
    town.told(Verdict.NOT_AN_ERROR)
    town.chat.say(READER, TYPOS[1])
    when, [first, *_] = at("11-12 09:00"), reports_of(town.engine)
    with writing(town.engine) as session:
        hand = Hand(first.reader_id, 1, "main", 1, first.version, "a secret of this installation")
        assert own_acts.rate(session, hand, satisfied=False, now=when) == NO(1, appeal=True)
        assert satisfaction.of_report(session.connection(), first.id) is False
        with pytest.raises(NotAllowed):
            own_acts.rate(session, replace(hand, ordinal=2), satisfied=True, now=when)
        with pytest.raises(NotFound):
            own_acts.rate(session, replace(hand, ordinal=9), satisfied=True, now=when)


def test_result_that_can_still_be_called_back_or_waits_for_a_second_opinion_is_none_yet(town: Town) -> None:
    town.chat.say(READER, TYPOS[0])
    town.decide(Verdict.NOT_AN_ERROR)
    number = reports_of(town.engine)[0].id
    with writing(town.engine) as session:
        db, report = session.connection(), reports_of(town.engine)[0]
        assert not satisfaction.told(db, report, now=at("11-11 09:00") + timedelta(seconds=9))
        assert satisfaction.told(db, report, now=at("11-11 09:00") + timedelta(seconds=10))
        grade = session.query(Grade).filter_by(report_id=number).one()
        session.add(Review(report_id=number, cause=ReviewCause.RANDOM, state=ReviewState.WAITING_SECOND, held_back=True,
                           opened_at=at("11-11 09:00"), first_grade_id=grade.id))
        session.flush()
        assert not satisfaction.told(db, report, now=at("11-12 09:00"))
