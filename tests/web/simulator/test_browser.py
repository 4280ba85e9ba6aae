"""网页授权 at the stand-in: WeChat's browser is told silently whose phone it is; codes are good once, for five minutes."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.support.stand_in import Scene, api_of, make_account, make_scene, say
from web.simulator.faults import Fault, FaultKind

BACK = "https://paper.example/my/back"


@pytest.fixture
def scene() -> Scene:
    return make_scene(make_account(kind="service"), say(None))


@pytest.fixture
def api(scene: Scene) -> FlaskClient:
    return api_of(scene)


def asked(scene: Scene, **changes: str) -> str:
    values = {"appid": scene.hook.account.keys.app_id, "redirect_uri": BACK, "response_type": "code",
              "scope": "snsapi_base", "state": "a1b2"} | changes
    return f"/connect/oauth2/authorize?{urlencode(values)}"


def tap(api: FlaskClient, scene: Scene, **more: str) -> Any:
    return api.get("/open", query_string={"account": "demo", "reader": scene.reader.openid, "url": "https://paper.example/x",
                                          **more})


def brought(answer: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def exchange(api: FlaskClient, scene: Scene, code: str, **changes: str) -> dict[str, Any]:
    account = scene.hook.account
    values = {"appid": account.keys.app_id, "secret": account.app_secret, "code": code,
              "grant_type": "authorization_code"} | changes
    return dict(api.get("/sns/oauth2/access_token", query_string=values).get_json())


def test_reader_who_taps_a_link_is_told_apart_silently(api: FlaskClient, scene: Scene) -> None:
    tapped = tap(api, scene)
    assert (tapped.status_code, tapped.headers["Location"]) == (302, "https://paper.example/x")
    sent = api.get(asked(scene))
    assert (sent.status_code, sent.headers["Location"].partition("?")[0]) == (302, BACK)
    assert brought(sent)["state"] == ["a1b2"]
    answer = exchange(api, scene, brought(sent)["code"][0])
    assert (answer["openid"], answer["scope"], "is_snapshotuser" in answer) == (scene.reader.openid, "snsapi_base", False)


def test_code_is_good_once_and_for_five_minutes_and_for_its_account(api: FlaskClient, scene: Scene) -> None:
    tap(api, scene)
    code, late = (brought(api.get(asked(scene)))["code"][0] for _ in range(2))
    assert "openid" in exchange(api, scene, code)
    assert exchange(api, scene, code)["errcode"] == 40163
    scene.clock.advance(seconds=300)
    assert [exchange(api, scene, one)["errcode"] for one in (late, "made-up", "")] == [40029, 40029, 40029]
    assert exchange(api, scene, late, secret="other")["errcode"] == 40125
    assert exchange(api, scene, late, appid="wx0")["errcode"] == 40013
    assert exchange(api, scene, late, grant_type="client_credential")["errcode"] == 40002


def test_snapshot_page_brings_an_openid_of_nobody(api: FlaskClient, scene: Scene) -> None:
    tap(api, scene, snapshot="1")
    answer = exchange(api, scene, brought(api.get(asked(scene)))["code"][0])
    assert (answer["is_snapshotuser"], answer["openid"] == scene.reader.openid) == (1, False)


def test_browser_outside_wechat_gets_the_platforms_own_page(api: FlaskClient, scene: Scene) -> None:
    answer = api.get(asked(scene))
    assert (answer.status_code, "请在微信客户端打开链接" in answer.text) == (200, True)


@pytest.mark.parametrize(("changes", "said"), [
    ({"appid": "wx0"}, "AppID 参数错误"), ({"scope": "snsapi_userinfo"}, "Scope 参数错误"),
    ({"response_type": "token"}, "参数错误"), ({"state": "a-b"}, "state 参数错误")])
def test_what_the_platform_does_not_take_is_said(api: FlaskClient, scene: Scene, changes: dict[str, str], said: str) -> None:
    tap(api, scene)
    assert said in api.get(asked(scene, **changes)).text


def test_order_of_what_is_asked_is_the_platforms(api: FlaskClient, scene: Scene) -> None:
    tap(api, scene)
    path, _, query = asked(scene).partition("?")
    assert "参数错误" in api.get(f"{path}?{'&'.join(reversed(query.split('&')))}").text


@pytest.mark.parametrize(("kind", "verified", "granted"), [
    ("test", False, True), ("subscription", False, False), ("subscription", True, False), ("service", False, False),
    ("service", True, True)])
def test_only_verified_service_accounts_and_the_test_account_have_it(kind: str, verified: bool, granted: bool) -> None:
    scene = make_scene(make_account(kind=kind, verified=verified), say(None))
    api = api_of(scene)
    tap(api, scene)
    assert (api.get(asked(scene)).status_code == 302) is granted
    assert exchange(api, scene, "none")["errcode"] == (40029 if granted else 48001)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", "//paper.example/"])
def test_phone_opens_only_pages(api: FlaskClient, scene: Scene, url: str) -> None:
    assert tap(api, scene, url=url).status_code == 400


def test_exchange_can_be_made_to_fail_and_stands_in_the_log_of_calls(api: FlaskClient, scene: Scene) -> None:
    scene.platform.faults.add(Fault("sns/oauth2/access_token", FaultKind.DOWN))
    account = scene.hook.account
    answer = api.get("/sns/oauth2/access_token", query_string={"appid": account.keys.app_id})
    assert answer.status_code == 503
    assert [one.path for one in scene.platform.store.calls()] == ["sns/oauth2/access_token"]
