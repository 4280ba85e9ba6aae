"""Articles as values, and the calls against the stand-in over HTTP: cover, draft, publishing, how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.publishing import cover
from bot.wechat import article, followers
from bot.wechat.article import Article, End
from bot.wechat.client import Answer, Client
from tests.support.stand_in import Scene, make_account, make_scene, served
from tests.support.tokens import OwnToken

WORDS = "2026年11月“啄木鸟”揭晓\n\n感谢每一位认真读的读者。\n\n最佳“啄木鸟”：<早起鸟>\n优秀“啄木鸟”：荷塘、老陈\n"


def client_of(scene: Scene, base: str) -> Client:
    account = next(iter(scene.platform.accounts.values()))
    return Client(account.keys.app_id, account.app_secret or "", tokens=OwnToken(), base=base, connect_seconds=3,
                  read_seconds=3)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


@pytest.fixture
def client(scene: Scene) -> Iterator[Client]:
    with served(scene.platform) as base:
        yield client_of(scene, base)


def test_first_line_is_the_title_and_the_rest_the_body() -> None:
    assert article.article(WORDS, author="一个名字很长的公众号") == Article(
        "2026年11月“啄木鸟”揭晓", "一个名字很长的公", "感谢每一位认真读的读者。",
        "感谢每一位认真读的读者。\n\n最佳“啄木鸟”：<早起鸟>\n优秀“啄木鸟”：荷塘、老陈")


def test_long_titles_and_digests_are_cut() -> None:
    made = article.article("题" * 99 + "\n\n" + "文" * 99, author="a")
    assert (len(made.title), len(made.digest)) == (article.MAX_TITLE, article.MAX_DIGEST)


def test_body_is_html_in_which_names_are_text() -> None:
    assert article.html(article.article(WORDS, author="a").text) == (
        "<p>感谢每一位认真读的读者。</p><p>最佳“啄木鸟”：&lt;早起鸟&gt;<br>优秀“啄木鸟”：荷塘、老陈</p>")


@pytest.mark.parametrize(("content", "end"), [
    ({"publish_id": 1, "publish_status": 1, "fail_idx": []}, End(1, None)),
    ({"publish_status": "0", "article_detail": {"count": "1", "item": {"idx": "1", "article_url": "https://a/1"}}},
     End(0, "https://a/1")),
    ({"publish_status": 0, "article_detail": {"item": [{"article_url": "https://a/1"}, {"article_url": "https://a/2"}]}},
     End(0, "https://a/1")),
    ({"publish_status": "3", "fail_idx": "1"}, End(3, None)),
    ({"publish_status": 0, "article_detail": {"item": [{"article_url": "javascript:alert(1)"}]}}, End(0, None)),
    ({"publish_status": 0, "article_detail": "?"}, End(0, None)),
    ({}, None), ({"publish_status": None}, None), ({"publish_status": "²"}, None),
])
def test_end_is_read_from_xml_and_json_alike(content: dict[str, Any], end: End | None) -> None:
    assert article.end_in(content) == end


@pytest.mark.parametrize(("fields", "end"), [
    ({"PublishEventInfo": {"publish_id": "77", "publish_status": "0"}}, End(0, None)),
    ({"PublishEventInfo": {"publish_id": 77, "publish_status": 2}}, End(2, None)),
    ({"PublishEventInfo": {"publish_id": "78", "publish_status": "0"}}, None),
    ({"PublishEventInfo": "?"}, None), ({}, None),
])
def test_event_speaks_of_one_publishing(fields: dict[str, Any], end: End | None) -> None:
    assert article.end_of_event(fields, "77") == end


def test_draft_with_cover_is_published_on_the_platform(scene: Scene, client: Client) -> None:
    picture = article.upload_cover(client, cover.jpeg())
    assert picture.errcode == 0
    one = article.article(WORDS, author="社区发布")
    draft = article.add_draft(client, one, cover=article.text_of(picture, "media_id"))
    kept = scene.platform.articles.draft("demo", article.text_of(draft, "media_id"))
    assert kept is not None
    assert [(item["title"], item["content"]) for item in kept] == [(one.title, article.html(one.text))]
    accepted = article.submit(client, article.text_of(draft, "media_id"))
    number = article.text_of(accepted, "publish_id")
    assert article.end_in(article.ask(client, number).content) == End(article.UNDER_WAY, None)
    scene.clock.advance(minutes=5)
    scene.platform.tick()
    end = article.end_in(article.ask(client, number).content)
    assert end is not None
    assert end.status == article.PUBLISHED
    assert (end.address or "").endswith("/1")


def test_temporary_or_unknown_cover_is_refused(client: Client) -> None:
    answer = article.add_draft(client, article.article(WORDS, author="a"), cover="nowhere")
    assert answer.errcode == 40007


def test_unverified_account_has_no_such_call() -> None:
    scene = make_scene(make_account(verified=False))
    with served(scene.platform) as base:
        client = client_of(scene, base)
        assert article.upload_cover(client, cover.jpeg()).errcode == 48001
        assert article.submit(client, "draft").errcode == 48001


def test_answer_without_what_was_asked_for_may_have_been_done() -> None:
    class Strange:
        def call(self, *_: Any, **__: Any) -> Answer:
            return Answer(0, "", content={"errcode": 0})

        upload = call

    assert article.add_draft(Strange(), article.article(WORDS, author="a"), cover="c").errcode is None
    assert article.upload_cover(Strange(), b"").errcode is None


def test_unionid_comes_where_the_account_is_bound(scene: Scene, client: Client) -> None:
    openid = scene.reader.openid
    scene.platform.gives_unionid = False
    assert followers.unionid_in(followers.user_info(client, openid)) is None
    scene.platform.gives_unionid = True
    assert (followers.unionid_in(followers.user_info(client, openid)) or "").startswith("u")
    assert followers.user_info(client, "o_stranger").errcode == 40003


def test_cover_is_a_small_jpeg() -> None:
    assert cover.jpeg()[:2] == b"\xff\xd8"
    assert len(cover.jpeg()) < cover.MAX_BYTES
