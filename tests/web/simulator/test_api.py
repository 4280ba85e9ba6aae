"""The API side: tokens with overlap, customer messages with windows and counts, the errcodes."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.stand_in import NOW, Scene, make_account, make_scene, make_settings, say
from web.simulator.application import build
from web.simulator.values import Account


def api_of(scene: Scene) -> FlaskClient:
    return build(
        make_settings(), console="http://bot.invalid", port=8001, platform=scene.platform
    ).test_client()


@pytest.fixture
def scene() -> Scene:
    return make_scene(None, say(None))


@pytest.fixture
def api(scene: Scene) -> FlaskClient:
    return api_of(scene)


def credentials(account: Account | None = None, **changes: Any) -> dict[str, Any]:
    account = account or make_account()
    return {
        "grant_type": "client_credential",
        "appid": account.keys.app_id,
        "secret": account.app_secret,
        **changes,
    }


def stable(api: FlaskClient, **changes: Any) -> dict[str, Any]:
    return dict(api.post("/cgi-bin/stable_token", json=credentials(**changes)).get_json())


def send(api: FlaskClient, token: str, openid: str, words: str = "hi", **changes: Any) -> int:
    content = {"touser": openid, "msgtype": "text", "text": {"content": words}, **changes}
    answer = api.post(f"/cgi-bin/message/custom/send?access_token={token}", json=content)
    assert answer.status_code == 200
    return int(answer.get_json()["errcode"])


def test_stable_token_stays_the_same_until_its_last_five_minutes(api: FlaskClient, scene: Scene) -> None:
    first = stable(api)
    scene.clock.advance(seconds=6899)
    second = stable(api)
    scene.clock.advance(seconds=1)
    third = stable(api)

    assert (first["expires_in"], second["expires_in"], third["expires_in"]) == (7200, 301, 7200)
    assert second["access_token"] == first["access_token"] != third["access_token"]


def test_former_stable_token_lives_on_through_the_overlap(api: FlaskClient, scene: Scene) -> None:
    token = stable(api)["access_token"]
    scene.platform.send_text(scene.reader, "hi")
    scene.clock.advance(seconds=6900)
    stable(api)

    assert send(api, token, scene.reader.openid) == 0
    scene.clock.advance(seconds=300)
    assert send(api, token, scene.reader.openid) == 42001


def test_forced_refresh_voids_the_former_but_not_within_30_seconds(api: FlaskClient, scene: Scene) -> None:
    first = stable(api)["access_token"]
    assert stable(api, force_refresh=True)["access_token"] == first
    scene.clock.advance(seconds=30)
    assert stable(api, force_refresh=True)["access_token"] != first
    assert send(api, first, scene.reader.openid) == 40001


def test_plain_token_is_new_each_time_and_the_former_lives_five_minutes(
    api: FlaskClient, scene: Scene
) -> None:
    first = api.get("/cgi-bin/token", query_string=credentials()).get_json()
    second = api.get("/cgi-bin/token", query_string=credentials()).get_json()
    scene.platform.send_text(scene.reader, "hi")

    assert first["access_token"] != second["access_token"]
    assert send(api, first["access_token"], scene.reader.openid) == 0
    scene.clock.advance(minutes=5)
    assert send(api, first["access_token"], scene.reader.openid) == 42001
    assert send(api, second["access_token"], scene.reader.openid) == 0


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": "wxunknown"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"secret": None}, 40125),
    ],
)
def test_wrong_credentials_get_their_errcode(api: FlaskClient, changes: dict[str, Any], errcode: int) -> None:
    answer = stable(api, **changes)

    assert answer["errcode"] == errcode
    assert " rid: " in answer["errmsg"]


def test_five_messages_within_48_hours_of_a_message(api: FlaskClient, scene: Scene) -> None:
    scene.platform.send_text(scene.reader, "hi")
    token = stable(api)["access_token"]

    assert [send(api, token, scene.reader.openid, f"{n}") for n in range(6)] == [0, 0, 0, 0, 0, 45047]
    assert scene.chat()[1:] == [("account", str(number)) for number in range(5)]


def test_a_new_message_renews_the_count_but_does_not_add_to_it(api: FlaskClient, scene: Scene) -> None:
    token = stable(api)["access_token"]
    scene.platform.send_text(scene.reader, "one")
    send(api, token, scene.reader.openid)
    scene.platform.send_text(scene.reader, "two")

    assert [send(api, token, scene.reader.openid) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


def test_outside_48_hours_nothing_is_taken(api: FlaskClient, scene: Scene) -> None:
    scene.platform.send_text(scene.reader, "hi")
    scene.clock.advance(hours=48)
    assert send(api, stable(api)["access_token"], scene.reader.openid) == 0
    scene.clock.advance(seconds=1)
    assert send(api, stable(api)["access_token"], scene.reader.openid) == 45015


def test_reader_who_never_wrote_is_out_of_reach(api: FlaskClient, scene: Scene) -> None:
    assert send(api, stable(api)["access_token"], scene.reader.openid) == 45015


def test_menu_click_opens_three_messages_within_a_minute(api: FlaskClient, scene: Scene) -> None:
    token = stable(api)["access_token"]
    scene.platform.click(scene.reader, "mine")
    assert [send(api, token, scene.reader.openid) for _ in range(4)] == [0, 0, 0, 45047]
    scene.platform.click(scene.reader, "mine")
    scene.clock.advance(seconds=61)
    assert send(api, token, scene.reader.openid) == 45015


def test_stranger_and_one_who_unfollowed_are_told_apart(api: FlaskClient, scene: Scene) -> None:
    token = stable(api)["access_token"]
    assert send(api, token, "oNobody") == 40003
    scene.platform.unfollow(scene.reader)
    assert send(api, token, scene.reader.openid) == 43004


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"msgtype": "hologram"}, 40008),
        ({"text": {}}, 47001),
        ({"text": {"content": "x" * 2049}}, 45002),
        ({"touser": None}, 40003),
    ],
)
def test_wrong_customer_message_gets_its_errcode(
    api: FlaskClient, scene: Scene, changes: dict[str, Any], errcode: int
) -> None:
    scene.platform.send_text(scene.reader, "hi")

    assert send(api, stable(api)["access_token"], scene.reader.openid, **changes) == errcode


@pytest.mark.parametrize(
    ("raw", "errcode"),
    [
        (b"", 47001),
        (b"[1]", 47001),
        (b"\xff", 47001),
        (b'{"touser":"\\u5f20"}', 40033),
        (b'{"a":"\\\\u5f20"}', 40008),
    ],
)
def test_body_must_be_raw_utf8_json(api: FlaskClient, raw: bytes, errcode: int) -> None:
    token = stable(api)["access_token"]
    answer = api.post(f"/cgi-bin/message/custom/send?access_token={token}", data=raw)

    assert answer.get_json()["errcode"] == errcode


@pytest.mark.parametrize(("query", "errcode"), [("", 41001), ("?access_token=made-up", 40001)])
def test_call_without_a_valid_token_is_refused(api: FlaskClient, query: str, errcode: int) -> None:
    assert api.post(f"/cgi-bin/message/custom/send{query}", json={}).get_json()["errcode"] == errcode


def test_unverified_account_may_not_send() -> None:
    scene = make_scene(make_account(verified=False), say(None))
    api = api_of(scene)
    scene.platform.send_text(scene.reader, "hi")

    assert send(api, stable(api)["access_token"], scene.reader.openid) == 48001
    assert scene.clock.now() == NOW
