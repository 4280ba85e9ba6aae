"""Types of account: who is refused what, as the platform's table of permissions says."""

from __future__ import annotations

import pytest

from bot.errors import BadInput
from tests.support.stand_in import caller_of, make_account, make_scene, say
from web.simulator.profiles import Profile, profile_of

# path → the types that are granted it: T test, s/S subscription unverified/verified, v/V service
GRANTED = [
    ("getcallbackip", "GET", "TsSvV"),
    ("menu/get", "GET", "TSvV"),
    ("message/custom/send", "POST", "TSV"),
    ("user/get", "GET", "TSV"),
    ("media/get", "GET", "TSV"),
    ("message/template/subscribe", "POST", "TSV"),
    ("message/template/send", "POST", "TV"),
    ("message/subscribe/bizsend", "POST", "TV"),
    ("qrcode/create", "POST", "TV"),
    ("draft/add", "POST", "TSV"),
    ("freepublish/submit", "POST", "TSV"),
]
TYPES = {
    "T": ("test", False),
    "s": ("subscription", False),
    "S": ("subscription", True),
    "v": ("service", False),
    "V": ("service", True),
}


@pytest.mark.parametrize("letter", list(TYPES))
@pytest.mark.parametrize(("path", "method", "granted"), GRANTED)
def test_a_call_that_the_type_is_not_granted_gets_48001(path: str, method: str, granted: str, letter: str) -> None:
    kind, verified = TYPES[letter]
    caller = caller_of(make_scene(make_account(kind=kind, verified=verified), say(None)))

    answer = caller.get(path) if method == "GET" else caller.post(path)

    assert (answer.get("errcode") == 48001) is (letter not in granted)


def test_every_type_gets_a_token_and_a_passive_reply() -> None:
    for kind, verified in TYPES.values():
        scene = make_scene(make_account(kind=kind, verified=verified), say("收到"))
        scene.platform.send_text(scene.reader, "第3版")
        assert scene.chat()[-1] == ("account", "收到")
        assert caller_of(scene).get("getcallbackip")["ip_list"] == ["127.0.0.1"]


def test_a_verification_that_expires_takes_the_right_away() -> None:
    scene = make_scene(None, say(None))
    caller = caller_of(scene)
    assert caller.get("user/get")["total"] == 5

    scene.platform.set_profile("demo", Profile.SUBSCRIPTION_UNVERIFIED)

    assert caller.get("user/get")["errcode"] == 48001


def test_only_a_verified_service_account_is_told_the_place_of_readers() -> None:
    with pytest.raises(BadInput):
        make_scene().platform.push(make_scene().reader, "LOCATION")
    scene = make_scene(make_account(kind="service"), say(None))

    scene.platform.push(scene.reader, "LOCATION")

    assert scene.hook.deliveries[0].message.event == "location"


def test_profile_from_the_configuration() -> None:
    assert profile_of("test", verified=False) is Profile.TEST
    assert profile_of("service", verified=False) is Profile.SERVICE_UNVERIFIED
    assert profile_of("subscription", verified=True) is Profile.SUBSCRIPTION_VERIFIED
