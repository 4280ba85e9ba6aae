"""公众号文章: where the article stands, what a chief may do, and the page from which it is copied."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot.clock import FrozenClock
from bot.outbox import rights
from bot.wechat.profiles import Call
from models.articles import RoundArticle
from models.enums import ArticleState, Role
from models.session import reading, writing
from tests.support.factories import NICKNAME, House


def stands(engine: Engine, house: House, clock: FrozenClock, state: ArticleState, **more: str) -> None:
    with writing(engine) as session:
        session.add(RoundArticle(round_id=house.round_id, state=state, state_at=clock.now(), due_at=clock.now(), **more))


def state(engine: Engine, house: House) -> ArticleState:
    with reading(engine) as session:
        return session.get_one(RoundArticle, house.round_id).state


def test_page_holds_title_text_and_digest_to_copy(released: House, browser: Callable[[Role], FlaskClient]) -> None:
    page = browser(Role.CHIEF).get(f"/rounds/{released.round_id}/article/").text
    assert "2026年11月“啄木鸟”揭晓" in page
    assert NICKNAME in page
    assert [page.count(f'data-copy="copy-{part}"') for part in ("title", "text", "digest")] == [1, 1, 1]
    assert "console-copy.js" in page


def test_cover_is_a_picture_to_keep(released: House, browser: Callable[[Role], FlaskClient]) -> None:
    answer = browser(Role.CHIEF).get(f"/rounds/{released.round_id}/article/cover.jpg")
    assert answer.mimetype == "image/jpeg"
    assert answer.data[:2] == b"\xff\xd8"
    assert len(answer.data) < 64 * 1024


def test_before_the_release_nothing_can_be_sent(
    engine: Engine, picked: House, browser: Callable[[Role], FlaskClient]
) -> None:
    chief = browser(Role.CHIEF)
    page = chief.get(f"/rounds/{picked.round_id}/article/").text
    assert "名单还没有发布" in page
    assert "发布文章" not in page
    assert chief.post(f"/rounds/{picked.round_id}/article/publish").status_code == 404


@pytest.mark.sampled
@pytest.mark.parametrize(("where", "more", "words"), [
    (ArticleState.DRAFTED, {"draft_media_id": "d"}, "草稿已在公众号后台"),
    (ArticleState.NOT_GRANTED, {}, "没有权限，请复制"),
    (ArticleState.FAILED, {"problem": "请求里有不合法的字符（40033）。"}, "请求里有不合法的字符"),
    (ArticleState.UNCERTAIN, {"problem": "微信没有回音"}, "不知成没成"),
])
def test_round_page_says_where_the_article_stands(
    engine: Engine, released: House, clock: FrozenClock, browser: Callable[[Role], FlaskClient], where: ArticleState,
    more: dict[str, str], words: str,
) -> None:
    stands(engine, released, clock, where, **more)
    chief = browser(Role.CHIEF)
    assert words in chief.get(f"/rounds/{released.round_id}").text
    assert words in chief.get(f"/rounds/{released.round_id}/article/").text


def test_chief_publishes_the_draft(
    engine: Engine, released: House, clock: FrozenClock, browser: Callable[[Role], FlaskClient]
) -> None:
    stands(engine, released, clock, ArticleState.DRAFTED, draft_media_id="d")
    chief = browser(Role.CHIEF)
    assert ">发布文章<" in chief.get(f"/rounds/{released.round_id}/article/").text
    assert chief.post(f"/rounds/{released.round_id}/article/publish").status_code == 302
    assert state(engine, released) is ArticleState.WANTED
    assert chief.post(f"/rounds/{released.round_id}/article/publish").status_code == 403


def test_account_that_may_not_publish_shows_no_button(
    engine: Engine, released: House, clock: FrozenClock, browser: Callable[[Role], FlaskClient]
) -> None:
    stands(engine, released, clock, ArticleState.DRAFTED, draft_media_id="d")
    with writing(engine) as session:
        rights.refuse(session.connection(), "main", Call.PUBLISH, errcode=48001, now=clock.now())
    page = browser(Role.CHIEF).get(f"/rounds/{released.round_id}/article/").text
    assert ">发布文章<" not in page
    assert "请到公众号后台看草稿" in page


@pytest.mark.parametrize(("act", "after"), [("draft", ArticleState.WAITING), ("by-hand", ArticleState.BY_HAND)])
def test_uncertain_article_waits_for_the_chiefs_word(
    engine: Engine, released: House, clock: FrozenClock, browser: Callable[[Role], FlaskClient], act: str,
    after: ArticleState,
) -> None:
    stands(engine, released, clock, ArticleState.UNCERTAIN)
    assert browser(Role.CHIEF).post(f"/rounds/{released.round_id}/article/{act}").status_code == 302
    assert state(engine, released) is after


def test_published_article_is_linked(
    engine: Engine, released: House, clock: FrozenClock, browser: Callable[[Role], FlaskClient]
) -> None:
    stands(engine, released, clock, ArticleState.PUBLISHED, draft_media_id="d", address="https://mp.weixin.qq.com/s/a")
    assert 'href="https://mp.weixin.qq.com/s/a"' in browser(Role.CHIEF).get(f"/rounds/{released.round_id}/article/").text


def test_article_is_for_chiefs_and_of_picked_rounds(house: House, browser: Callable[[Role], FlaskClient]) -> None:
    assert browser(Role.EDITOR).get(f"/rounds/{house.round_id}/article/").status_code == 403
    assert browser(Role.CHIEF).get(f"/rounds/{house.round_id}/article/").status_code == 404
