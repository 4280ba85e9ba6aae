"""Silent sign-in: the address a browser is sent to, and which answers of the platform make a follower of whoever comes back."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from bot.wechat import oauth
from bot.wechat.client import Answer
from bot.wechat.oauth import Came, Visitor

OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXYZa"
BACK = "https://paper.example/my/back"


def test_address_is_the_platforms_own_word_for_word() -> None:
    made = oauth.address("https://open.weixin.qq.com/", "wx0123456789abcdef", BACK, "a1b2")
    assert made == ("https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx0123456789abcdef"
                    "&redirect_uri=https%3A%2F%2Fpaper.example%2Fmy%2Fback&response_type=code&scope=snsapi_base&state=a1b2"
                    "#wechat_redirect")
    assert [name for name, _ in parse_qsl(urlsplit(made).query)] == [
        "appid", "redirect_uri", "response_type", "scope", "state"]


@pytest.mark.parametrize("state", ["", "a-b", "a&b=c", "甲", "a" * 129, "a\r\nb"])
def test_state_that_the_platform_would_not_give_back_is_refused(state: str) -> None:
    with pytest.raises(ValueError, match="state"):
        oauth.address("https://open.weixin.qq.com", "wx0", BACK, state)


@pytest.mark.parametrize(("answer", "found"), [
    (Answer(0, "", content={"openid": OPENID, "scope": "snsapi_base"}), Visitor(Came.FOLLOWER, OPENID)),
    (Answer(0, "", content={"openid": OPENID, "is_snapshotuser": 0}), Visitor(Came.FOLLOWER, OPENID)),
    (Answer(0, "", content={"openid": OPENID, "is_snapshotuser": 1}), Visitor(Came.SNAPSHOT)),
    (Answer(0, "", content={"openid": OPENID, "is_snapshotuser": "1"}), Visitor(Came.SNAPSHOT)),
    (Answer(40163, "code been used", content={"errcode": 40163, "openid": OPENID}), Visitor(Came.AGAIN, "", 40163)),
    (Answer(40029, "invalid code"), Visitor(Came.AGAIN, "", 40029)),
    (Answer(-1, "system error"), Visitor(Came.SILENCE, "", -1)),
    (Answer(45011, "api freq out of limit"), Visitor(Came.SILENCE, "", 45011)),
    (Answer(48001, "api unauthorized"), Visitor(Came.REFUSED, "", 48001)),
    (Answer(40125, "invalid appsecret"), Visitor(Came.REFUSED, "", 40125)),
    (Answer(None, "ReadTimeout"), Visitor(Came.SILENCE)),
])  # fmt: skip
def test_what_came_of_a_code(answer: Answer, found: Visitor) -> None:
    assert oauth.visitor(answer) == found


@pytest.mark.parametrize("openid", [None, "", 7, ["o"], "o", "o' OR 1=1", "o" * 65, f"{OPENID}\n", "o甲乙丙丁戊己"])
def test_answer_without_an_openid_makes_nobody_a_follower(openid: Any) -> None:
    assert oauth.visitor(Answer(0, "", content={"openid": openid})) == Visitor(Came.SILENCE)


@pytest.mark.parametrize(("code", "worth"), [
    ("061b2c", True), ("x" * 512, True), ("", False), ("x" * 513, False), ("a b", False), ("a\nb", False), ("甲", False)])
def test_only_what_may_be_a_code_costs_a_call(code: str, worth: bool) -> None:
    assert oauth.is_code(code) is worth
