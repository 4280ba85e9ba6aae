"""A reader who scanned the code on his paper: what he sends without naming an edition is about that one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select

from bot.dialogue import phrases
from bot.dialogue.scenes import scene_of
from models.codes import HeldPaper
from models.papers import Paper
from models.session import reading
from tests.support.databases import Databases
from tests.support.world import (
    ISSUES,
    LIUWAN,
    WUTONGLI,
    Chat,
    article,
    issue,
    open_contest,
    page,
    reports_of,
)

BOTH = article("b1", "全市要闻", "全市推行垃圾分类，志愿者轮留值班。")
SHARED = (issue(LIUWAN, "2026-09", page("01", BOTH)), issue(WUTONGLI, "2026-09", page("01", BOTH)))
COPY = "9月1版《全市要闻》“轮留值班”应为“轮流值班”"
HOLDS_LIUWAN = phrases.HOLDS.format(paper=LIUWAN)


def play(engine: Engine) -> int:
    return open_contest(engine, issues=(*ISSUES, *SHARED), first="2026-09", deadline_day=30)


@pytest.fixture
def begun(databases: Databases) -> tuple[str, int]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def chat(contest: int, engine: Engine) -> Iterator[Chat]:
    chat = Chat(engine)
    yield chat
    chat.close()


def held(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return list(session.scalars(select(HeldPaper.paper_id)))


def scene(engine: Engine, paper: str) -> str:
    with reading(engine) as session:
        return scene_of(session.scalars(select(Paper.id).where(Paper.name == paper)).one())


def test_who_follows_by_the_code_on_his_paper_is_told_which_it_is(chat: Chat) -> None:
    assert chat.event("oA", "subscribe", key=f"qrscene_{scene(chat.engine, LIUWAN)}") == f"{phrases.WELCOME}\n{HOLDS_LIUWAN}"


def test_a_follower_who_scans_hears_only_that(chat: Chat) -> None:
    chat.event("oA", "subscribe")
    assert chat.event("oA", "scan", key=scene(chat.engine, LIUWAN)) == HOLDS_LIUWAN


@pytest.mark.parametrize("key", ["", "paper-", "paper-999999", "paper-0", "paper--1", "3", "qrscene_x", "paper-1'; --", "纸"])
def test_other_codes_change_nothing(chat: Chat, key: str) -> None:
    assert chat.event("oA", "scan", key=key) is None
    assert chat.event("oB", "subscribe", key=f"qrscene_{key}") == phrases.WELCOME
    assert held(chat.engine) == []


def test_copy_printed_in_two_editions_is_placed_in_the_one_in_hand(chat: Chat) -> None:
    chat.say("oA", COPY)
    chat.event("oB", "scan", key=scene(chat.engine, WUTONGLI))
    assert f"报纸：{WUTONGLI}" in chat.say("oB", COPY)
    assert [report.located for report in reports_of(chat.engine)] == ["several", "found"]


def test_the_paper_is_not_asked_for_any_more(chat: Chat) -> None:
    assert "哪一份报纸" in chat.say("oA", "“汤元”应为“汤圆”")
    chat.event("oB", "scan", key=scene(chat.engine, LIUWAN))
    assert "哪一份报纸" not in chat.say("oB", "“汤元”应为“汤圆”")


def test_a_stated_edition_and_a_quotation_found_elsewhere_win(chat: Chat) -> None:
    chat.event("oA", "scan", key=scene(chat.engine, WUTONGLI))
    chat.say("oA", "柳湾3版《社区食堂开张》，“八折优慧”应为“八折优惠”")
    chat.say("oB", "“凭卡享受八折优慧”应为“优惠”")
    chat.event("oC", "scan", key=scene(chat.engine, WUTONGLI))
    chat.say("oC", "“八折优慧”应为“八折优惠”")
    with reading(chat.engine) as session:
        names = dict(session.execute(select(Paper.id, Paper.name)).all())
    assert names[reports_of(chat.engine)[0].paper_id] == LIUWAN
    assert reports_of(chat.engine)[-1].article_id == reports_of(chat.engine)[0].article_id


def test_the_last_code_counts_and_goes_with_the_reader(chat: Chat) -> None:
    chat.event("oA", "scan", key=scene(chat.engine, LIUWAN))
    chat.event("oA", "scan", key=scene(chat.engine, WUTONGLI))
    assert len(held(chat.engine)) == 1
    chat.event("oA", "unsubscribe")
    assert held(chat.engine) == []
