"""The platform's behaviour: what it sends, when it sends again, what the phone shows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import BadInput, NotFound
from bot.wechat.bodies import build
from bot.wechat.keys import BodyFormat, Mode
from tests.support.stand_in import NOW, body, make_account, make_scene, say, silence, status
from web.simulator import limits
from web.simulator.platform import FIRST_READERS
from web.simulator.values import Kind, Outcome, openid_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
FAULT = ("middle", limits.FAULT_NOTICE)


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("body_format", list(BodyFormat))
def test_text_is_delivered_and_its_reply_shown(mode: Mode, body_format: BodyFormat) -> None:
    scene = make_scene(make_account(mode=mode, body_format=body_format), say("收到，编号1"))

    scene.platform.send_text(scene.reader, " 第3版“己经” ")

    message = scene.hook.deliveries[0].message
    assert scene.hook.urls == ["http://bot.invalid/wechat/demo"]
    assert (message.msg_type, message.content, message.sender) == (
        "text",
        " 第3版“己经” ",
        scene.reader.openid,
    )
    assert message.created_at == NOW
    assert scene.chat() == [("reader", " 第3版“己经” "), ("account", "收到，编号1")]
    record = scene.platform.store.deliveries("demo")[0]
    assert (record.outcome, [one.status for one in record.tries]) == (Outcome.REPLIED, [200])


def test_silence_is_repeated_after_5_and_10_seconds_with_the_same_message_id() -> None:
    scene = make_scene(None, silence(), silence(), say("终于收到"))

    scene.platform.send_text(scene.reader, "在吗")

    assert len({delivery.message.msg_id for delivery in scene.hook.deliveries}) == 1
    assert len({delivery.message.created for delivery in scene.hook.deliveries}) == 1
    assert scene.clock.now() - NOW == timedelta(seconds=10)
    assert scene.chat()[-1] == ("account", "终于收到")
    tries = scene.platform.store.deliveries("demo")[0].tries
    assert [(one.status, one.milliseconds) for one in tries] == [(None, 5000), (None, 5000), (200, 0)]


def test_refused_connection_is_repeated_when_the_5_seconds_are_over() -> None:
    scene = make_scene(None, silence(0.25), say("好"))

    scene.platform.send_text(scene.reader, "在吗")

    assert scene.pauses == [4.75]
    assert scene.chat()[-1] == ("account", "好")


@pytest.mark.parametrize("code", [500, 403, 302, 201])
def test_wrong_status_is_repeated_at_once(code: int) -> None:
    scene = make_scene(None, status(code), say("好"))

    scene.platform.send_text(scene.reader, "在吗")

    assert (scene.clock.now(), scene.pauses) == (NOW, [])
    assert [one.status for one in scene.platform.store.deliveries("demo")[0].tries] == [code, 200]


@pytest.mark.parametrize("failure", [silence(), status(500)])
def test_fault_notice_appears_after_the_third_failure(failure: object) -> None:
    scene = make_scene(None, failure)  # type: ignore[arg-type]

    scene.platform.send_text(scene.reader, "在吗")

    assert len(scene.hook.deliveries) == 3
    assert scene.chat() == [("reader", "在吗"), FAULT]
    assert scene.platform.store.deliveries("demo")[0].outcome is Outcome.FAULT


@pytest.mark.parametrize("content", [b"", b"success"])
def test_nothing_to_say_shows_nothing(content: bytes) -> None:
    scene = make_scene(None, body(content))

    scene.platform.send_text(scene.reader, "谢谢")

    assert scene.chat() == [("reader", "谢谢")]
    assert scene.platform.store.deliveries("demo")[0].outcome is Outcome.SILENT


@pytest.mark.parametrize(
    "change",
    [
        {"Content": ""},
        {"Content": "字" * 683},
        {"ToUserName": "oSomebodyElse"},
        {"FromUserName": "gh_other"},
        {"MsgType": "news"},
        {"MsgType": "image"},
        {"MsgType": "hologram"},
    ],
)
def test_reply_that_the_platform_refuses_becomes_the_fault_notice(change: dict[str, str]) -> None:
    account = make_account(mode=Mode.PLAINTEXT)
    reader = openid_of(account.keys.app_id, FIRST_READERS[0])
    proper = {
        "ToUserName": reader,
        "FromUserName": "gh_demo",
        "CreateTime": 1,
        "MsgType": "text",
        "Content": "好",
    }
    scene = make_scene(account, body(build(BodyFormat.XML, {**proper, **change})))

    scene.platform.send_text(scene.reader, "在吗")

    assert scene.chat() == [("reader", "在吗"), FAULT]
    assert len(scene.hook.deliveries) == 1  # a complete answer, however bad, is not repeated


@pytest.mark.parametrize("content", [b"<html>", b'{"ok": true}', b"<xml><Content>clear</Content></xml>"])
def test_garbage_and_clear_replies_to_a_safe_account_become_the_fault_notice(content: bytes) -> None:
    scene = make_scene(None, body(content))

    scene.platform.send_text(scene.reader, "在吗")

    assert scene.chat()[-1] == FAULT


def test_message_ids_are_unique_and_grow_while_the_clock_stands() -> None:
    scene = make_scene()

    for _ in range(3):
        scene.platform.send_text(scene.reader, "同一句话")

    ids = [int(delivery.message.msg_id) for delivery in scene.hook.deliveries]
    assert ids == sorted(set(ids))


def test_picture_is_sent_with_an_address_that_serves_it() -> None:
    scene = make_scene()

    scene.platform.send_picture(scene.reader, PNG)

    message = scene.hook.deliveries[0].message
    base, _, key = message.pic_url.rpartition("/")
    assert (message.msg_type, base, message.media_id) == ("image", "http://127.0.0.1:8001/pictures", key)
    kept = scene.platform.media.any_picture(key)
    assert kept is not None
    assert (kept.mime, kept.data) == ("image/png", PNG)


@pytest.mark.parametrize("data", [b"", b"<html><script>", b"%PDF-1.7"])
def test_what_is_no_picture_is_not_sent(data: bytes) -> None:
    scene = make_scene()

    with pytest.raises(BadInput):
        scene.platform.send_picture(scene.reader, data)

    assert (scene.hook.deliveries, scene.chat()) == ([], [])


@pytest.mark.parametrize(("spoken", "heard"), [("第三版有错", "第三版有错"), ("", None)])
def test_voice_carries_what_the_platform_heard(spoken: str, heard: str | None) -> None:
    scene = make_scene()

    scene.platform.send_voice(scene.reader, spoken)

    message = scene.hook.deliveries[0].message
    assert (message.msg_type, message.content, message.fields["Format"]) == ("voice", heard, "amr")


@pytest.mark.parametrize(
    ("title", "key"), [("我要纠错", "report"), ("我的纠错", "mine"), ("活动规则", "rules")]
)
def test_menu_button_sends_a_click_without_message_id(title: str, key: str) -> None:
    scene = make_scene()

    scene.platform.click(scene.reader, key)

    message = scene.hook.deliveries[0].message
    assert (message.event, message.event_key, message.msg_id) == ("click", key, None)
    assert scene.chat()[0] == ("middle", f"点了菜单“{title}”")


def test_new_reader_follows_at_once() -> None:
    scene = make_scene(None, say("欢迎"))

    reader = scene.platform.add_reader("demo", "  新 读者 ")

    assert scene.hook.deliveries[0].message.event == "subscribe"
    assert (reader.name, len(reader.openid)) == ("新 读者", 28)
    assert [entry.text for entry in scene.platform.chat(reader)] == ["新 读者关注了公众号", "欢迎"]


@pytest.mark.parametrize("name", ["", "   ", "长" * 21, FIRST_READERS[0]])
def test_reader_needs_a_short_name_of_her_own(name: str) -> None:
    scene = make_scene()

    with pytest.raises(BadInput):
        scene.platform.add_reader("demo", name)


def test_one_who_unfollowed_is_not_reached_and_cannot_write() -> None:
    scene = make_scene(None, say("再见"))

    reader = scene.platform.unfollow(scene.reader)

    assert scene.hook.deliveries[0].message.event == "unsubscribe"
    assert scene.chat() == [("middle", f"{reader.name}取消了关注")]
    with pytest.raises(BadInput):
        scene.platform.send_text(reader, "还在吗")
    with pytest.raises(NotFound):
        scene.platform.customer_message("demo", reader.openid, Kind.TEXT, "在")


def test_chat_keeps_the_last_500_lines() -> None:
    scene = make_scene(None, say(None))

    for number in range(510):
        scene.platform.send_text(scene.reader, str(number))

    chat = scene.chat()
    assert (len(chat), chat[0], chat[-1]) == (500, ("reader", "10"), ("reader", "509"))


def test_same_name_has_another_openid_in_another_account() -> None:
    assert openid_of("wx1", "张阿姨") == openid_of("wx1", "张阿姨")
    assert openid_of("wx1", "张阿姨") != openid_of("wx2", "张阿姨")
