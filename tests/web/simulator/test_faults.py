"""Faults on purpose: errcodes once and always, slow, cut, garbage, down; over a test client and a real socket."""

from __future__ import annotations

import pytest
import requests

from bot.errors import BadInput, NotFound
from tests.support.stand_in import caller_of, make_scene, say, served, token_of
from web.simulator.api import Cut
from web.simulator.errcodes import MESSAGES
from web.simulator.faults import Fault, FaultKind, Faults


def text_to(openid: str) -> dict[str, object]:
    return {"touser": openid, "msgtype": "text", "text": {"content": "hello"}}


@pytest.mark.parametrize("errcode", sorted(code for code in MESSAGES if code))
def test_any_errcode_once_and_always(errcode: int) -> None:
    scene = make_scene(None, say(None))
    scene.platform.send_text(scene.reader, "hi")
    caller = caller_of(scene)
    scene.platform.faults.add(Fault("message/custom/send", FaultKind.ERRCODE, errcode, left=2))

    codes = [caller.post("message/custom/send", text_to(scene.reader.openid))["errcode"] for _ in range(3)]

    assert codes == [errcode, errcode, 0]
    scene.platform.faults.add(Fault("message/custom/send", FaultKind.ERRCODE, errcode, left=None))
    assert {caller.post("message/custom/send", text_to("x"))["errcode"] for _ in range(5)} == {errcode}
    assert scene.chat()[1:] == [("account", "hello")]


@pytest.mark.parametrize(
    ("kind", "carried_out"),
    [(FaultKind.SLOW, True), (FaultKind.GARBAGE, True), (FaultKind.DOWN, False), (FaultKind.ERRCODE, False)],
)
def test_what_is_carried_out_although_the_answer_is_bad(kind: FaultKind, carried_out: bool) -> None:
    scene = make_scene(None, say(None))
    scene.platform.send_text(scene.reader, "hi")
    caller = caller_of(scene)
    token = token_of(caller.api, caller.account)
    scene.platform.faults.add(Fault("message/custom/send", kind, errcode=-1, seconds=30))

    answer = caller.api.post(f"/cgi-bin/message/custom/send?access_token={token}", json=text_to(scene.reader.openid))

    assert (scene.chat()[-1] == ("account", "hello")) is carried_out
    assert scene.pauses == ([30] if kind is FaultKind.SLOW else [])
    assert answer.status_code == (503 if kind is FaultKind.DOWN else 200)
    assert (answer.get_json(silent=True) is None) is (kind in (FaultKind.GARBAGE, FaultKind.DOWN))


def test_a_cut_answer_ends_in_the_middle_after_the_deed() -> None:
    scene = make_scene(None, say(None))
    scene.platform.send_text(scene.reader, "hi")
    caller = caller_of(scene)
    token = token_of(caller.api, caller.account)
    scene.platform.faults.add(Fault("message/custom/send", FaultKind.CUT))

    with pytest.raises(Cut):
        _ = caller.api.post(f"/cgi-bin/message/custom/send?access_token={token}", json=text_to(scene.reader.openid)).data
    assert scene.chat()[-1] == ("account", "hello")


def test_a_cut_answer_breaks_a_real_client() -> None:
    scene = make_scene(None, say(None))
    scene.platform.faults.add(Fault("getcallbackip", FaultKind.CUT))
    with served(scene.platform) as address, requests.Session() as session:
        session.trust_env = False
        account = scene.platform.accounts["demo"]
        content = {"grant_type": "client_credential", "appid": account.keys.app_id, "secret": account.app_secret}
        token = session.post(f"{address}/cgi-bin/stable_token", json=content, timeout=5).json()["access_token"]
        with pytest.raises(requests.RequestException):
            session.get(f"{address}/cgi-bin/getcallbackip", params={"access_token": token}, timeout=5)
        answer = session.get(f"{address}/cgi-bin/getcallbackip", params={"access_token": token}, timeout=5)
    assert answer.json() == {"ip_list": ["127.0.0.1"]}


def test_the_oldest_switch_that_fits_is_used_first() -> None:
    faults = Faults()
    faults.add(Fault("menu/get", FaultKind.ERRCODE, 45009))
    faults.add(Fault("*", FaultKind.DOWN, left=None))

    taken = [faults.take("menu/get"), faults.take("menu/get"), faults.take("token")]

    assert [one.kind for one in taken if one] == [FaultKind.ERRCODE, FaultKind.DOWN, FaultKind.DOWN]
    faults.remove(2)
    assert (faults.take("token"), faults.rules()) == (None, [])
    with pytest.raises(NotFound):
        faults.remove(2)


@pytest.mark.parametrize(
    "wrong",
    [{"path": ""}, {"errcode": 0}, {"seconds": -1.0}, {"seconds": 601.0}, {"left": 0}],
)
def test_a_wrong_switch_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        Fault(**({"path": "token", "kind": FaultKind.ERRCODE, "errcode": -1} | wrong))  # type: ignore[arg-type]
