"""What each type of account may do, and what the bot does where it may not. Knows no network and no row.

Source: the platform's table of permissions (接口权限说明); freepublish was taken from all unverified accounts in 2025-07.
What an account was refused in life (48001) or granted in a check wins over its type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal


class Call(StrEnum):
    """A call, or a family of calls that is granted together. `api`: all of them, by way of the token."""

    API = "api"
    CUSTOMER = "customer"
    TEMPLATE = "template"
    SUBSCRIPTION = "subscription"
    MENU = "menu"
    USERS = "users"
    MEDIA = "media"
    QRCODE = "qrcode"
    DRAFT = "draft"
    PUBLISH = "publish"
    OAUTH = "oauth"


Kind = Literal["subscription", "service", "test"]

_VERIFIED = frozenset({Call.API, Call.CUSTOMER, Call.MENU, Call.USERS, Call.MEDIA, Call.DRAFT, Call.PUBLISH})
GRANTS: Mapping[tuple[Kind, bool], frozenset[Call]] = {
    ("subscription", False): frozenset({Call.API}),
    ("subscription", True): _VERIFIED,
    ("service", False): frozenset({Call.API, Call.MENU}),
    ("service", True): frozenset(Call),
    ("test", False): frozenset(Call),
    ("test", True): frozenset(Call),
}
"""By kind and whether it is verified. The test account may do nearly all: it hides what real ones lack."""

DAILY_CAPS: Mapping[Call, int] = {
    Call.API: 500_000,  # stable_token
    Call.CUSTOMER: 500_000,
    Call.TEMPLATE: 100_000,
    Call.SUBSCRIPTION: 100_000,
    Call.MENU: 1_000,
    Call.MEDIA: 200_000,
    Call.QRCODE: 100_000,
    Call.DRAFT: 1_000,
    Call.PUBLISH: 100,
}
"""Calls a day of a new account (接口调用频次限制, 模板消息接口); more is 45009."""
TEST_SHARE = 10
"""The test account's caps are so much smaller."""
KEPT_FREE = 50
"""One call in so many is left to other programs of the same account."""

NAMES: Mapping[Call, str] = {
    Call.API: "接口凭据（access_token）", Call.CUSTOMER: "客服消息", Call.TEMPLATE: "模板消息",
    Call.SUBSCRIPTION: "订阅通知", Call.MENU: "自定义菜单", Call.USERS: "用户信息", Call.MEDIA: "素材（图片、语音）",
    Call.QRCODE: "带参数二维码", Call.DRAFT: "草稿", Call.PUBLISH: "发布", Call.OAUTH: "网页授权",
}  # fmt: skip
INSTEAD: Mapping[Call, str] = {
    Call.API: "只用被动回复：读者来信时才答得上话",
    Call.CUSTOMER: "结果等读者下次来信时随回复带上，之前列在“通知”页",
    Call.TEMPLATE: "超过 48 小时的通知等读者下次来信时带上",
    Call.SUBSCRIPTION: "超过 48 小时的通知等读者下次来信时带上",
    Call.MENU: "请读者发“帮助”“我的”“规则”这样的词",
    Call.USERS: "几个公众号的同一位读者用“关联”码认",
    Call.MEDIA: "照片从 PicUrl 取；语音请读者转成文字再发",
    Call.QRCODE: "报上印普通二维码，读者写明是哪份报纸",
    Call.DRAFT: "从控制台复制文章，贴进公众平台",
    Call.PUBLISH: "在公众平台里自己点发布",
    Call.OAUTH: "读者自己的页面凭对话里的链接打开，半小时有效",
}
"""What the bot does without the call, for the operator."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What one account may do. `calls`: by its type and what was learnt; nothing without a secret."""

    kind: Kind
    calls: frozenset[Call]

    def may(self, call: Call) -> bool:
        return Call.API in self.calls and call in self.calls

    def daily_cap(self, call: Call) -> int | None:
        """So many calls a day we allow ourselves; None: no limit is known."""
        cap = DAILY_CAPS.get(call)
        if cap is None:
            return None
        cap = cap // TEST_SHARE if self.kind == "test" else cap
        return cap - max(1, cap // KEPT_FREE)


def profile(kind: Kind, *, verified: bool, has_secret: bool, learnt: Mapping[Call, bool] | None = None) -> Profile:
    """`learnt`: what the account was granted (True) or refused (False) when it was tried."""
    if not has_secret:
        return Profile(kind, frozenset())
    learnt = learnt or {}
    granted = (GRANTS[kind, verified] | {call for call, given in learnt.items() if given})
    return Profile(kind, granted - {call for call, given in learnt.items() if not given})


@dataclass(frozen=True, slots=True)
class Probe:
    """A call that shows whether its family is granted, and changes nothing for readers."""

    call: Call
    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any] | None


UNPROBED = frozenset({Call.OAUTH})
"""No call of ours shows whether it is granted: a wrong code is refused alike, and the right is asked of readers' browsers."""
NOBODY = "o_nobody_this_is_a_check"
"""An openid that no account has: a granted call answers 40003, one that is not granted 48001."""

PROBES: tuple[Probe, ...] = (
    Probe(Call.CUSTOMER, "POST", "cgi-bin/message/custom/send", {},
          {"touser": NOBODY, "msgtype": "text", "text": {"content": "check"}}),
    Probe(Call.TEMPLATE, "GET", "cgi-bin/template/get_all_private_template", {}, None),
    Probe(Call.SUBSCRIPTION, "GET", "wxaapi/newtmpl/gettemplate", {}, None),
    Probe(Call.MENU, "GET", "cgi-bin/menu/get", {}, None),
    Probe(Call.USERS, "GET", "cgi-bin/user/info", {"openid": NOBODY}, None),
    Probe(Call.MEDIA, "GET", "cgi-bin/media/get", {"media_id": "check"}, None),
    Probe(Call.QRCODE, "POST", "cgi-bin/qrcode/create", {}, {
        "expire_seconds": 60, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "check"}}}),
    Probe(Call.DRAFT, "GET", "cgi-bin/draft/count", {}, None),
    Probe(Call.PUBLISH, "POST", "cgi-bin/freepublish/batchget", {}, {"offset": 0, "count": 1, "no_content": 1}),
)  # fmt: skip
