"""Every page for readers is a word away in the chat: open pages by address, his own by a link for half an hour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from bot.claiming.terms import Terms
from bot.dialogue import page_phrases, phrases
from models.enums import MessageFate
from tests.support import world
from tests.support.world import Chat, messages_of

SITE = "https://desk.example.org"
READER = "oReader"


@pytest.fixture
def chat(contest: int, engine: Engine) -> Iterator[Chat]:
    chat = Chat(engine, terms=Terms(secret_key="s" * 40, public_url=SITE))
    yield chat
    chat.close()


@pytest.mark.parametrize(("words", "address"), [
    ("规则", f"{SITE}/c/1/rules"), ("光荣榜", f"{SITE}/c/1/hall"), ("看看光荣榜", f"{SITE}/c/1/hall"),
    ("差错日历", f"{SITE}/c/1/errata"), ("排行", f"{SITE}/my/______/standing"), ("我的排名", f"{SITE}/my/______/standing"),
    ("名次", f"{SITE}/my/______/standing"), ("个人信息", f"{SITE}/my/______/privacy"),
    ("隐私政策", f"{SITE}/my/______/privacy"),
])  # fmt: skip
def test_a_word_leads_to_its_page(chat: Chat, engine: Engine, words: str, address: str) -> None:
    told = chat.say(READER, words)
    [kept] = messages_of(engine)
    assert kept.fate is MessageFate.READ
    assert address in (kept.reply or "")
    assert page_phrases.UNTOLD not in told


def test_whoever_asks_for_his_data_hears_the_digits_that_a_copy_and_the_erasure_want(chat: Chat) -> None:
    last = chat.say(READER, "个人信息").splitlines()[-1]
    assert last.startswith("取走、删除要填的四位数：")
    assert last[-4:].isdigit()


@pytest.mark.parametrize("key", ["standing", "hall", "errata", "privacy"])
def test_a_press_on_the_menu_leads_to_the_same_page_as_its_word(chat: Chat, key: str) -> None:
    assert SITE in (chat.event(READER, "click", key=key) or "")


def test_before_any_names_are_out_no_list_of_names_is_offered(chat: Chat) -> None:
    assert chat.say(READER, "获奖") == phrases.NO_WINNERS_YET


@pytest.mark.parametrize("words", ["光荣榜", "差错日历", "个人信息"])
def test_without_an_address_there_are_no_pages_and_a_person_is_named(engine: Engine, words: str) -> None:
    world.open_contest(engine)
    chat = Chat(engine, terms=Terms(phone="021-5555 0100"))
    assert chat.say(READER, words) == f"{page_phrases.NO_PAGES}\n想找人说说，打编辑部电话021-5555 0100。"
    assert "http" not in chat.say(READER, "规则")
    chat.close()


@pytest.mark.parametrize("words", ["3版“排行”应为“排名”", "柳湾版2版《光荣榜》里“王大民”应为“王大明”"])
def test_an_error_told_with_such_a_word_is_an_error(chat: Chat, words: str) -> None:
    assert "记为第1条" in chat.say(READER, words)
