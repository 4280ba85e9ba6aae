"""The API's books: media, menu, codes, followers, template and subscription messages, articles, caps, the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.errors import BadInput, NotFound
from tests.support.stand_in import NOW, Scene, caller_of, make_account, make_scene, say
from web.simulator import limits
from web.simulator.media import quiet_voice, small_video
from web.simulator.values import unionid_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
CAPTION = {"thing1": {"value": "第3版“己经”"}}


@pytest.fixture
def scene() -> Scene:
    return make_scene(make_account(kind="service"), say(None))


# Media


@pytest.mark.parametrize(
    ("kind", "data", "errcode"),
    [
        ("image", PNG, 0),
        ("voice", quiet_voice(), 0),
        ("video", small_video(), 0),
        ("thumb", PNG, 0),
        ("image", b"<html>", 40005),
        ("hologram", PNG, 40004),
        ("image", b"", 41005),
        ("thumb", PNG + b"\0" * limits.THUMB_BYTES, 45001),
        ("voice", quiet_voice() + b"\0" * limits.VOICE_BYTES, 45001),
    ],
)
def test_upload_takes_what_fits(scene: Scene, kind: str, data: bytes, errcode: int) -> None:
    assert caller_of(scene).upload("media/upload", data, type=kind).get("errcode", 0) == errcode


def test_a_readers_voice_comes_down_and_ends_after_three_days(scene: Scene) -> None:
    scene.platform.send_voice(scene.reader)
    caller = caller_of(scene)
    media_id = scene.hook.deliveries[0].message.media_id

    answer = caller.api.get("/cgi-bin/media/get", query_string=caller._query({"media_id": media_id}))

    assert (answer.mimetype, answer.data) == ("audio/amr", quiet_voice())
    scene.clock.advance(days=3)
    assert caller.get("media/get", media_id=media_id)["errcode"] == 40007


def test_a_video_comes_as_an_address(scene: Scene) -> None:
    caller = caller_of(scene)
    media_id = caller.upload("media/upload", small_video(), type="video")["media_id"]

    assert caller.get("media/get", media_id=media_id)["video_url"].endswith(f"/videos/{media_id}")


def test_a_picture_is_sent_as_a_customer_message(scene: Scene) -> None:
    scene.platform.send_text(scene.reader, "hi")
    caller = caller_of(scene)
    media_id = caller.upload("media/upload", PNG, type="image")["media_id"]
    content = {"touser": scene.reader.openid, "msgtype": "image", "image": {"media_id": media_id}}

    assert caller.post("message/custom/send", content)["errcode"] == 0
    assert scene.platform.chat(scene.reader)[-1].picture_url == f"/pictures/{media_id}"
    assert caller.post("message/custom/send", content | {"image": {"media_id": "x"}})["errcode"] == 40007


# Menu, codes, followers


def button(**changes: Any) -> dict[str, Any]:
    return {"type": "click", "name": "纠错", "key": "report", **changes}


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([button()], 0),
        ([{"name": "更多", "sub_button": [button(), button(type="view", url="http://127.0.0.1/")]}], 0),
        ([], 40016),
        ([button()] * 4, 40016),
        ([button(name="长" * 6)], 40018),
        ([button(type="fly")], 40017),
        ([button(key="")], 40019),
        ([button(type="view")], 40020),
        ([{"name": "更多", "sub_button": [button()] * 6}], 40023),
        ([{"name": "更多", "sub_button": [button(name="长" * 21)]}], 40025),
    ],
)
def test_menu_is_checked_and_shown(scene: Scene, buttons: list[Any], errcode: int) -> None:
    caller = caller_of(scene)

    assert caller.post("menu/create", {"button": buttons})["errcode"] == errcode
    assert caller.get("menu/get").get("errcode", 0) == (46003 if errcode else 0)


def test_a_published_menu_is_on_the_phone(scene: Scene) -> None:
    caller = caller_of(scene)
    caller.post("menu/create", {"button": [button(), button(type="view", name="报纸", url="http://127.0.0.1/a")]})

    assert [one.title for one in scene.platform.menu("demo")] == ["纠错", "报纸"]
    scene.platform.click(scene.reader, "http://127.0.0.1/a")
    assert scene.hook.deliveries[0].message.event == "view"
    caller.get("menu/delete")
    assert caller.get("menu/get")["errcode"] == 46003


def code(scene: Scene, **changes: Any) -> Any:
    content = {"action_name": "QR_STR_SCENE", "expire_seconds": 600,
               "action_info": {"scene": {"scene_str": "paper-1"}}, **changes}  # fmt: skip
    return caller_of(scene).post("qrcode/create", content)


def test_a_code_is_scanned_by_a_follower_and_by_a_new_reader(scene: Scene) -> None:
    ticket = code(scene)["ticket"]

    scene.platform.scan(scene.reader, ticket)
    gone = scene.platform.unfollow(scene.reader)
    scene.platform.scan(gone, ticket)

    seen = [(one.message.event, one.message.event_key) for one in scene.hook.deliveries]
    assert seen == [("scan", "paper-1"), ("unsubscribe", ""), ("subscribe", "qrscene_paper-1")]
    scene.clock.advance(seconds=601)
    with pytest.raises(NotFound):
        scene.platform.scan(scene.reader, ticket)


@pytest.mark.parametrize(
    "wrong",
    [
        {"action_name": "QR_SOMETHING"},
        {"action_info": {}},
        {"action_info": {"scene": {"scene_str": "x" * 65}}},
        {"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100_001}}},
    ],
)
def test_a_wrong_code_is_refused(scene: Scene, wrong: dict[str, Any]) -> None:
    assert code(scene, **wrong)["errcode"] == 40053


def test_a_code_lives_thirty_days_at_most_and_thirty_seconds_by_default(scene: Scene) -> None:
    assert code(scene, expire_seconds=limits.CODE_SECONDS)["expire_seconds"] == 2_592_000
    assert code(scene, expire_seconds=limits.CODE_SECONDS + 1)["errcode"] == 47001
    content = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "s"}}}
    assert caller_of(scene).post("qrcode/create", content)["expire_seconds"] == 30


def test_a_follower_has_a_unionid_and_no_name(scene: Scene) -> None:
    caller = caller_of(scene)

    found = caller.get("user/info", openid=scene.reader.openid)

    assert (found["subscribe"], found["unionid"]) == (1, unionid_of(scene.reader.name))
    assert "nickname" not in found
    scene.platform.gives_unionid = False
    assert "unionid" not in caller.get("user/info", openid=scene.reader.openid)
    scene.platform.unfollow(scene.reader)
    assert caller.get("user/info", openid=scene.reader.openid)["subscribe"] == 0
    assert caller.get("user/info", openid="oNobody")["errcode"] == 40003


# Template and subscription messages


def test_a_template_message_is_shown_and_its_result_comes_as_an_event(scene: Scene) -> None:
    content = {"touser": scene.reader.openid, "template_id": "t", "data": CAPTION, "client_msg_id": "a1"}
    caller = caller_of(scene)

    first, again = caller.post("message/template/send", content), caller.post("message/template/send", content)

    assert first["msgid"] == again["msgid"]
    assert scene.chat() == [("account", "thing1：第3版“己经”")]
    assert scene.hook.deliveries == []
    scene.clock.advance(seconds=1)
    scene.platform.tick()
    assert [one.message.fields["Status"] for one in scene.hook.deliveries] == ["success"]
    scene.clock.advance(minutes=10)
    assert caller.post("message/template/send", content)["msgid"] != first["msgid"]


def test_a_template_message_can_end_with_the_reader_refusing(scene: Scene) -> None:
    scene.platform.notices.set_next_status("failed:user block")
    content = {"touser": scene.reader.openid, "template_id": "t", "data": CAPTION}

    assert caller_of(scene).post("message/template/send", content)["errcode"] == 0
    scene.clock.advance(seconds=1)
    scene.platform.tick()

    assert scene.chat() == []
    assert scene.hook.deliveries[0].message.fields["Status"] == "failed:user block"


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [({"template_id": ""}, 40037), ({"data": {}}, 47003), ({"data": {"a": {}}}, 47003), ({"touser": "x"}, 40003)],
)
def test_a_wrong_template_message_is_refused(scene: Scene, changes: dict[str, Any], errcode: int) -> None:
    content = {"touser": scene.reader.openid, "template_id": "t", "data": CAPTION, **changes}

    assert caller_of(scene).post("message/template/send", content)["errcode"] == errcode


def test_a_notice_needs_a_consent_each_time(scene: Scene) -> None:
    content = {"touser": scene.reader.openid, "template_id": "t", "data": CAPTION}
    caller = caller_of(scene)
    assert caller.post("message/subscribe/bizsend", content)["errcode"] == 43101
    scene.platform.consent(scene.reader, "t")
    scene.platform.consent(scene.reader, "t")

    codes = [caller.post("message/subscribe/bizsend", content)["errcode"] for _ in range(2)]

    assert codes == [0, 43101]
    assert scene.hook.deliveries[0].message.event == "subscribe_msg_popup_event"


def test_a_one_time_subscription_counts_for_its_scene(scene: Scene) -> None:
    content = {"touser": scene.reader.openid, "template_id": "t", "scene": "5", "title": "结果", "data": CAPTION}
    caller = caller_of(scene)
    scene.platform.consent(scene.reader, "t", scene=5)

    codes = [caller.post("message/template/subscribe", content | {"scene": one})["errcode"]
             for one in ("6", "5", "5", "10001")]  # fmt: skip

    assert codes == [43101, 0, 43101, 47001]


# Articles


def article(cover: str, **changes: Any) -> dict[str, Any]:
    return {"articles": [{"title": "获奖名单", "content": "<p>恭喜</p>", "thumb_media_id": cover, **changes}]}


def test_a_draft_is_published_and_the_result_comes_later(scene: Scene) -> None:
    caller = caller_of(scene)
    cover = caller.upload("material/add_material", PNG, type="thumb")["media_id"]
    draft = caller.post("draft/add", article(cover))["media_id"]
    publish_id = caller.post("freepublish/submit", {"media_id": draft})["publish_id"]
    assert caller.post("freepublish/get", {"publish_id": publish_id})["publish_status"] == 1

    scene.clock.advance(seconds=5)
    scene.platform.tick()

    message = scene.hook.deliveries[0].message
    assert (message.event, message.sender == scene.reader.openid) == ("publishjobfinish", False)
    assert message.fields["PublishEventInfo"]["publish_id"] == publish_id
    assert caller.post("freepublish/get", {"publish_id": publish_id})["publish_status"] == 0


def test_publishing_can_fail_without_a_reason(scene: Scene) -> None:
    caller = caller_of(scene)
    cover = caller.upload("material/add_material", PNG, type="image")["media_id"]
    draft = caller.post("draft/add", article(cover))["media_id"]
    scene.platform.articles.set_next_status(3)
    publish_id = caller.post("freepublish/submit", {"media_id": draft})["publish_id"]
    scene.clock.advance(seconds=5)
    scene.platform.tick()

    found = caller.post("freepublish/get", {"publish_id": publish_id})

    assert (found["publish_status"], "article_id" in found) == (3, False)


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"title": ""}, 45003),
        ({"title": "长" * 65}, 45003),
        ({"content": "字" * 20_000}, 45002),
        ({"digest": "长" * 121}, 45004),
        ({"thumb_media_id": "x"}, 40007),
    ],
)
def test_a_wrong_article_is_refused(scene: Scene, changes: dict[str, Any], errcode: int) -> None:
    caller = caller_of(scene)
    cover = caller.upload("material/add_material", PNG, type="thumb")["media_id"]

    assert caller.post("draft/add", article(cover, **changes))["errcode"] == errcode


def test_a_temporary_picture_is_no_cover(scene: Scene) -> None:
    caller = caller_of(scene)
    cover = caller.upload("media/upload", PNG, type="image")["media_id"]

    assert caller.post("draft/add", article(cover))["errcode"] == 40007


# Caps and the clock


def test_a_day_s_calls_are_used_up_until_midnight_in_shanghai(scene: Scene) -> None:
    caller = caller_of(scene)
    scene.platform.caps.set_used("demo", "menu/create", limits.MENUS_A_DAY - 1, now=NOW)

    codes = [caller.post("menu/create", {"button": [button()]})["errcode"] for _ in range(2)]

    assert codes == [0, 45009]
    scene.clock.advance(hours=8)  # 16:00 → 00:00
    assert caller.post("menu/create", {"button": [button()]})["errcode"] == 0


def test_clear_quota_helps_ten_times_a_month(scene: Scene) -> None:
    caller = caller_of(scene)
    app_id = {"appid": caller.account.keys.app_id}
    scene.platform.caps.set_used("demo", "menu/create", limits.MENUS_A_DAY, now=NOW)

    assert caller.post("clear_quota", app_id)["errcode"] == 0
    assert caller.post("menu/create", {"button": [button()]})["errcode"] == 0
    assert [caller.post("clear_quota", app_id)["errcode"] for _ in range(10)] == [0] * 9 + [48006]


def test_the_test_account_has_a_tenth() -> None:
    scene = make_scene(make_account(kind="test"), say(None))
    caller = caller_of(scene)
    scene.platform.caps.set_used("demo", "token", 200, now=NOW)
    account = caller.account
    query = {"grant_type": "client_credential", "appid": account.keys.app_id, "secret": account.app_secret}

    assert caller.api.get("/cgi-bin/token", query_string=query).get_json()["errcode"] == 45009


def test_twenty_forced_refreshes_a_day(scene: Scene) -> None:
    caller = caller_of(scene)
    account = caller.account
    content = {"grant_type": "client_credential", "appid": account.keys.app_id, "secret": account.app_secret,
               "force_refresh": True}  # fmt: skip
    answers = []
    for _ in range(22):
        answers.append(caller.api.post("/cgi-bin/stable_token", json=content).get_json())
        scene.clock.advance(seconds=30)

    assert [answer.get("errcode", 0) for answer in answers] == [0] * 21 + [45009]


def test_moving_the_platforms_clock_closes_windows_but_stamps_nothing_anew(scene: Scene) -> None:
    scene.platform.send_text(scene.reader, "hi")
    scene.platform.move_books(timedelta(hours=49))

    content = {"touser": scene.reader.openid, "msgtype": "text", "text": {"content": "在吗"}}
    assert caller_of(scene).post("message/custom/send", content)["errcode"] == 45015
    scene.platform.send_text(scene.reader, "again")
    assert scene.hook.deliveries[-1].message.created_at == NOW
    with pytest.raises(BadInput):
        scene.platform.move_books(timedelta(hours=-1))


@pytest.mark.parametrize(
    ("method", "path", "errcode"), [("get", "menu/create", 43002), ("post", "menu/get", 43001), ("get", "x/y", 40066)]
)
def test_wrong_method_and_unknown_path(scene: Scene, method: str, path: str, errcode: int) -> None:
    caller = caller_of(scene)

    assert getattr(caller, method)(path)["errcode"] == errcode
