"""关联 in the chat: a code from one account makes one person in another; guessing leads nowhere."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.audit import by_staff
from bot.dialogue import person_phrases, phrases
from bot.personal import privacy
from bot.readers import persons as verbs
from bot.readers.link_codes import LETTERS, WRONG_TRIES, Outcome, tidy, use
from models.enums import Role
from models.links import LinkCode, LinkTry, ReaderLink, ReaderTie
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.reports import Report
from models.session import make_engine, reading, writing
from tests.support import factories
from tests.support.world import Chat, rows

A, B = "oQiuMain", "oQiuPlain"


@pytest.fixture
def here(contest: int, engine: Engine) -> Iterator[Chat]:
    chat = Chat(engine)
    yield chat
    chat.close()


@pytest.fixture
def there(here: Chat, database_url: str) -> Iterator[Chat]:
    """The same readers may write to another account, in a process of its own."""
    chat = Chat(make_engine(database_url), account="plain", sent=500)
    yield chat
    chat.close()


def code_from(reply: str) -> str:
    found = re.search(r"关联码：([0-9A-Z]{6})", reply)
    assert found is not None, reply
    return found[1]


def all_of(engine: Engine, model: type[Any]) -> list[Any]:
    with reading(engine) as session:
        return list(session.scalars(select(model)))


def persons(engine: Engine) -> dict[str | None, int]:
    return {row.openid: row.person_id for row in rows(engine, Reader)}


def test_code_typed_in_the_other_account_makes_one_person(here: Chat, there: Chat) -> None:
    there.say(B, "你好", "11-10 09:00")
    code = code_from(here.say(A, "关联", "11-10 09:01"))
    assert there.say(B, f"关联 {code}", "11-10 09:10") == person_phrases.LINKED
    both = persons(here.engine)
    assert both[A] == both[B]
    assert [(row.how.value, row.undone_at) for row in rows(here.engine, ReaderLink)] == [("code", None)]
    assert all_of(here.engine, LinkCode) == []


def test_other_side_is_told(here: Chat, there: Chat) -> None:
    code = code_from(here.say(A, "关联", "11-10 09:01"))
    there.say(B, f"关联{code}", "11-10 09:10")
    told = {row.id: row.openid for row in rows(here.engine, Reader)}
    assert [(told[row.reader_id], row.text) for row in rows(here.engine, OutgoingMessage)] == [
        (A, person_phrases.LINKED_ELSEWHERE)]


@pytest.mark.parametrize("typed", ["关联 {}", "关联码：{}", "绑定 {}", "我要关联 {}", "关联 {}。", "关联帐号 {}"])
def test_code_is_taken_however_it_is_typed(here: Chat, there: Chat, typed: str) -> None:
    code = code_from(here.say(A, "关联我的帐号", "11-10 09:01"))
    assert there.say(B, typed.format(f"{code[:3]} {code[3:].lower()}"), "11-10 09:10") == person_phrases.LINKED


def test_code_is_worth_nothing_where_it_was_given(here: Chat) -> None:
    code = code_from(here.say(A, "关联", "11-10 09:01"))
    assert here.say(A, f"关联 {code}", "11-10 09:02") == person_phrases.CODE_OWN


def test_code_ends_after_half_an_hour(here: Chat, there: Chat) -> None:
    code = code_from(here.say(A, "关联", "11-10 09:00"))
    assert there.say(B, f"关联 {code}", "11-10 09:30") == person_phrases.CODE_WRONG
    assert rows(here.engine, ReaderLink) == []


def test_code_asked_for_anew_replaces_the_former(here: Chat, there: Chat) -> None:
    first = code_from(here.say(A, "关联", "11-10 09:00"))
    second = code_from(here.say(A, "关联", "11-10 09:01"))
    assert there.say(B, f"关联 {first}", "11-10 09:02") == person_phrases.CODE_WRONG
    assert there.say(B, f"关联 {second}", "11-10 09:03") == person_phrases.LINKED


def test_code_is_used_once(here: Chat, there: Chat) -> None:
    code = code_from(here.say(A, "关联", "11-10 09:00"))
    there.say(B, f"关联 {code}", "11-10 09:01")
    assert there.say("oThird", f"关联 {code}", "11-10 09:02") == person_phrases.CODE_WRONG


def test_linking_twice_says_so(here: Chat, there: Chat) -> None:
    there.say(B, f"关联 {code_from(here.say(A, '关联', '11-10 09:00'))}", "11-10 09:01")
    again = code_from(there.say(B, "关联", "11-10 09:02"))
    assert here.say(A, f"关联 {again}", "11-10 09:03") == person_phrases.LINKED_ALREADY


def test_guessing_is_stopped_even_for_the_right_code(here: Chat, there: Chat) -> None:
    code = code_from(here.say(A, "关联", "11-10 09:00"))
    for minute in range(1, 6):
        assert there.say(B, "关联 222222", f"11-10 09:0{minute}") == person_phrases.CODE_WRONG
    assert there.say(B, f"关联 {code}", "11-10 09:06") == person_phrases.CODE_TOO_MANY
    assert len(rows(here.engine, LinkTry)) == 5
    fresh = code_from(here.say(A, "关联", "11-10 10:05"))
    assert there.say(B, f"关联 {fresh}", "11-10 10:06") == person_phrases.LINKED


def test_codes_guessed_at_once_are_counted_like_those_in_a_row(here: Chat, there: Chat, engine: Engine) -> None:
    here.say(A, "你好")
    together = threading.Barrier(12)

    def guess(number: int) -> Outcome:
        together.wait(20)
        with writing(engine) as session:
            return use(session.connection(), 1, f"AAAA{number:02}".replace("0", "B").replace("1", "C"), now=here.now).outcome

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(guess, range(12)))

    assert outcomes.count(Outcome.WRONG) == WRONG_TRIES
    assert outcomes.count(Outcome.TOO_MANY) == 12 - WRONG_TRIES


def test_what_can_be_no_code_is_no_guess(here: Chat) -> None:
    assert here.say(A, "关联 7KPX", "11-10 09:00") == person_phrases.CODE_FORM
    assert rows(here.engine, LinkTry) == []


def test_delivery_sent_again_gets_the_same_code(here: Chat) -> None:
    first = here.take(A, "关联", "11-10 09:00")
    here.sent -= 1
    assert here.take(A, "关联", "11-10 09:00") == first


def test_word_in_a_report_is_no_command(here: Chat) -> None:
    assert "关联码" not in here.say(A, "柳湾版3版“关联企业”应为“关连企业”", "11-10 09:00")


def test_repeat_in_the_other_account_is_known_as_ones_own(here: Chat, there: Chat) -> None:
    there.say(B, f"关联 {code_from(here.say(A, '关联', '11-10 09:00'))}", "11-10 09:01")
    here.say(A, "柳湾版3版“优慧”应为“优惠”", "11-10 09:02")
    assert "您已经报过" in there.say(B, "柳湾版3版“优慧”应为“优惠”", "11-10 09:03")
    assert len(rows(here.engine, Report)) == 1


def test_unfollowing_takes_the_code_and_keeps_the_link(here: Chat, there: Chat) -> None:
    there.say(B, f"关联 {code_from(here.say(A, '关联', '11-10 09:00'))}", "11-10 09:01")
    here.say(A, "关联", "11-10 09:02")
    here.event(A, "unsubscribe", "11-10 09:03")
    assert all_of(here.engine, LinkCode) == []
    assert len({row.person_id for row in rows(here.engine, Reader)}) == 1


def test_erasure_leaves_no_way_from_one_account_to_the_other(here: Chat, there: Chat) -> None:
    before = here.say(A, "你好", "11-10 08:58")
    assert before == phrases.HELLO
    own = persons(here.engine)[A]
    there.say(B, f"关联 {code_from(here.say(A, '关联', '11-10 09:00'))}", "11-10 09:01")
    with writing(here.engine) as session:
        privacy.erase(session.connection(), 2, now=there.now)
    readers = rows(here.engine, Reader)
    assert [row.person_id for row in readers if row.openid == A] == [own]
    assert len({row.person_id for row in readers}) == len(readers)
    assert rows(here.engine, ReaderLink) == []
    assert {row.union_digest for row in all_of(here.engine, ReaderTie)} == {None}


def test_who_asks_to_be_erased_goes_with_every_account_that_he_has_shown_to_be_his(here: Chat, there: Chat) -> None:
    there.say(B, f"关联 {code_from(here.say(A, '关联', '11-10 09:00'))}", "11-10 09:01")

    assert there.say(B, "删除我的信息") == phrases.ERASED

    assert [(row.openid, row.erased_at is None) for row in rows(here.engine, Reader)] == [(None, False)] * 2


def test_what_staff_linked_may_be_a_mistake_and_is_not_erased_in_the_chat(here: Chat, there: Chat) -> None:
    here.say(A, "你好", "11-10 09:00")
    there.say(B, "你好", "11-10 09:01")
    with writing(here.engine) as session:
        chief = by_staff(factories.staff(session, "chief", Role.CHIEF))
        verbs.link(session, 1, 2, "来电说是同一位", actor=chief, now=there.now)

    there.say(B, "删除我的信息")

    assert [row.openid for row in rows(here.engine, Reader)] == [A, None]


def test_alphabet_has_no_two_that_look_alike() -> None:
    assert not set(LETTERS) & set("0O1IL")
    assert len(set(LETTERS)) == len(LETTERS)


@pytest.mark.parametrize(("typed", "code"), [
    ("7kpx3m", "7KPX3M"), ("７ＫＰＸ３Ｍ", "7KPX3M"), ("7KP-X3M", "7KPX3M"), (" 7kp x3m ", "7KPX3M"), ("7KPX3", ""), ("", ""),
    ("7KPX3MM", ""),
])
def test_code_is_tidied(typed: str, code: str) -> None:
    assert tidy(typed) == code
