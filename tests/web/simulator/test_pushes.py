"""Every push in every mode and format; late, in bursts, held back, out of order, and twice after a lost answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import BadInput, NotFound
from bot.wechat.keys import BodyFormat, Mode
from tests.support.stand_in import NOW, Scene, make_account, make_scene, say
from web.simulator.pushes import PUSHES
from web.simulator.values import Outcome


def scene_of(mode: Mode = Mode.SAFE, body_format: BodyFormat = BodyFormat.XML) -> Scene:
    return make_scene(make_account(kind="service", mode=mode, body_format=body_format), say(None))


@pytest.mark.parametrize("body_format", list(BodyFormat))
@pytest.mark.parametrize("mode", list(Mode))
def test_every_push_is_read_by_the_bots_own_gate(mode: Mode, body_format: BodyFormat) -> None:
    scene = scene_of(mode, body_format)

    for name, push in PUSHES.items():
        if name == "unsubscribe":
            continue
        scene.platform.push(scene.reader, name)
        message = scene.hook.deliveries[-1].message
        assert (message.msg_type, message.event) == (push.msg_type.lower(), push.event.lower() or None)
        assert (message.msg_id is not None) is push.has_message_id
        assert (message.sender == scene.reader.openid) is push.from_reader
    scene.platform.push(scene.reader, "unsubscribe")
    assert scene.platform.store.readers("demo")[0].following is False


def test_fields_can_be_changed_added_and_left_out() -> None:
    scene = scene_of()

    scene.platform.push(scene.reader, "link", {"Title": "旧闻", "New": "新", "Description": None})

    fields = scene.hook.deliveries[0].message.fields
    assert (fields["Title"], fields["New"], "Description" in fields) == ("旧闻", "新", False)


def test_each_file_of_a_push_is_really_there() -> None:
    scene = scene_of()

    for name in ("image", "voice", "video"):
        scene.platform.push(scene.reader, name)
        media_id = scene.hook.deliveries[-1].message.media_id
        assert scene.platform.media.find("demo", media_id, now=NOW).kind == name


def test_a_late_message_carries_the_moment_it_was_sent() -> None:
    scene = scene_of()

    scene.platform.push(scene.reader, "text", late=timedelta(minutes=7))

    assert scene.hook.deliveries[0].message.created_at == NOW - timedelta(minutes=7)
    with pytest.raises(BadInput):
        scene.platform.push(scene.reader, "text", late=timedelta(days=4))


def test_a_lost_answer_brings_the_same_message_again() -> None:
    scene = make_scene(None, say("收到"))
    scene.platform.courier.lose_answers(2)

    scene.platform.send_text(scene.reader, "第3版")

    assert len({delivery.message.msg_id for delivery in scene.hook.deliveries}) == 1
    assert len(scene.hook.deliveries) == 3
    assert scene.chat() == [("reader", "第3版"), ("account", "收到")]


def test_what_is_held_back_is_released_in_another_order() -> None:
    scene = make_scene(None, say(None))
    scene.platform.hold(True)
    scene.platform.send_burst(scene.reader, ["一", "二", "三"])
    assert scene.hook.deliveries == []
    assert {one.outcome for one in scene.platform.store.deliveries("demo")} == {Outcome.HELD}

    numbers = [one.number for one in scene.platform.held()]
    scene.platform.hold(False)

    assert scene.platform.release(numbers[::-1]) == 3
    assert [one.message.content for one in scene.hook.deliveries] == ["三", "二", "一"]
    assert scene.platform.held() == []


def test_a_burst_has_different_ids_in_one_moment() -> None:
    scene = make_scene(None, say(None))

    scene.platform.send_burst(scene.reader, [f"第{number}条" for number in range(50)])

    messages = [one.message for one in scene.hook.deliveries]
    assert len({one.msg_id for one in messages}) == 50
    assert {one.created_at for one in messages} == {NOW}


def test_unknown_push_and_wrong_bursts_are_refused() -> None:
    scene = make_scene()
    with pytest.raises(NotFound):
        scene.platform.push(scene.reader, "telepathy")
    for texts in ([], [" "], ["x"] * 201):
        with pytest.raises(BadInput):
            scene.platform.send_burst(scene.reader, texts)


def test_only_what_a_reader_does_opens_a_window() -> None:
    for name, left in (("text", 5), ("CLICK", 3), ("SCAN", 3), ("VIEW", 0), ("TEMPLATESENDJOBFINISH", 0)):
        scene = scene_of()
        scene.platform.push(scene.reader, name)
        windows = scene.platform.quota.open_windows(f"demo/{scene.reader.openid}", now=NOW)
        assert sum(one.left for one in windows) == left
