"""Whom a reader can call: named with every third answer and with every no, once, and never beyond a message."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from bot.claiming.terms import Terms
from bot.dialogue import appeal_phrases, person_phrases, withdrawal_phrases
from bot.dialogue.person_phrases import Desk
from models.enums import Verdict
from tests.support import world
from tests.support.told_town import READER, TYPOS
from tests.support.told_town import ToldTown as Town
from tests.support.world import Chat, at

DESK = Desk("021-5555 0100", "周一至周五 9:00—17:00")
TERMS = Terms(phone=DESK.phone, hours=DESK.hours)
LINE = "想找人说说，打编辑部电话021-5555 0100（周一至周五 9:00—17:00）。"


@pytest.fixture
def town(contest: int, engine: Engine) -> Iterator[Town]:
    with Town.opened(engine, TERMS) as town:
        yield town


def test_every_third_answer_names_whom_to_call(town: Town) -> None:
    replies = [town.chat.say(READER, "规则") for _ in range(7)]
    assert [LINE in reply for reply in replies] == [False, False, True, False, False, True, False]
    assert replies[2].endswith(f"\n{LINE}")


def test_each_reader_is_counted_for_himself(town: Town) -> None:
    for _ in range(2):
        town.chat.say(READER, "规则")
    assert LINE not in town.chat.say("oOther", "规则")
    assert LINE in town.chat.say(READER, "规则")


def test_same_delivery_once_more_gets_the_same_answer_and_counts_once(town: Town) -> None:
    incoming = world.text_message(READER, "规则", created=town.chat.now, msg_id=1)
    first = [town.chat.intake.take("main", incoming, stale=False, now=town.chat.now) for _ in range(3)]
    assert len(set(first)) == 1
    assert [LINE in town.chat.say(READER, "规则") for _ in range(2)] == [False, True]


def test_events_that_get_no_answer_do_not_count(town: Town) -> None:
    for _ in range(2):
        town.chat.say(READER, "规则")
    assert town.chat.event(READER, "view", key="http://127.0.0.1/") is None
    assert LINE in town.chat.say(READER, "规则")


def test_without_a_telephone_nobody_is_named(engine: Engine) -> None:
    world.open_contest(engine)
    chat = Chat(engine, terms=Terms(hours="周一至周五"))
    replies = [chat.say(READER, "规则") for _ in range(3)]
    chat.close()
    assert len(set(replies)) == 1
    assert "周一至周五" not in replies[0]


@pytest.mark.sampled
@pytest.mark.parametrize(("verdict", "named"), [
    (Verdict.ACCEPTED, False), (Verdict.NOT_AN_ERROR, True), (Verdict.SUGGESTION, True), (Verdict.NEEDS_MORE, False)])
def test_verdict_that_does_not_score_names_whom_to_call(town: Town, verdict: Verdict, named: bool) -> None:
    town.chat.say(READER, TYPOS[0])
    town.decide(verdict)
    town.deliver()
    assert [text.count(LINE) for text in town.sender.texts] == [int(named)]


def test_several_noes_in_one_message_name_him_once(town: Town) -> None:
    for typo in TYPOS[:2]:
        town.chat.say(READER, typo)
    town.decide(Verdict.NOT_AN_ERROR, 1)
    town.decide(Verdict.NOT_AN_ERROR, 2)
    town.deliver()
    assert [text.count(LINE) for text in town.sender.texts] == [1]


def test_no_that_rides_names_him_once_even_on_the_third_answer(town: Town) -> None:
    town.chat.say(READER, TYPOS[0])
    town.chat.say(READER, "规则")
    town.decide(Verdict.NOT_AN_ERROR)
    town.deliver(verified=False)
    reply = town.chat.say(READER, "规则", "11-11 09:02")
    assert ("结果：不是差错。" in reply, reply.count(LINE), reply.endswith(LINE)) == (True, 1, True)


def test_decided_report_that_cannot_be_changed_names_whom_to_call(town: Town) -> None:
    town.chat.say(READER, TYPOS[0])
    town.decide(Verdict.ACCEPTED)
    town.deliver()
    assert town.chat.say(READER, "撤回 1", "11-11 09:05") == f"{withdrawal_phrases.decided_already(1)}\n{LINE}"


def test_appeal_that_was_answered_names_whom_to_call(town: Town) -> None:
    assert DESK.beside(appeal_phrases.already(1, at("11-12 09:00").date(), answered=True), due=False).endswith(LINE)


@pytest.mark.parametrize("no", [withdrawal_phrases.decided_already(1), appeal_phrases.too_late(1, at("11-12 09:00").date()),
                                appeal_phrases.which([])])
def test_every_no_of_the_chat_sends_to_a_person(no: str) -> None:
    assert person_phrases.WRITE in no


def test_long_answer_goes_without_him_rather_than_be_cut() -> None:
    long = "长" * 670
    assert DESK.beside(long, due=True) == long
    assert len(DESK.beside("长" * 630, due=True).encode()) <= 2048


def test_telephone_that_was_named_is_not_named_again() -> None:
    assert DESK.beside(f"有事打{DESK.phone}。", due=True) == f"有事打{DESK.phone}。"


def test_naming_him_costs_no_statement(town: Town) -> None:
    """The third report is filed with as many statements as the one before, where nobody can be called."""
    town.chat.say(READER, TYPOS[0])
    sent: list[int] = []
    for typo in TYPOS[1:]:
        statements: list[str] = []
        listen = lambda *given, into=statements: into.append(given[2])  # noqa: E731
        event.listen(town.engine, "before_cursor_execute", listen)
        named = LINE in town.chat.say(READER, typo)
        event.remove(town.engine, "before_cursor_execute", listen)
        sent.append(len(statements))
    assert (named, sent[0], sent[1]) == (True, sent[1], sent[0])
