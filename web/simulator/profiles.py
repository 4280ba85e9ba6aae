"""What each type of account may do: rights, and the API path each belongs to. Knows no request.

Source: 接口权限说明 (/doc/offiaccount/en/Getting_Started/Explanation_of_official_account_interface_privileges.html);
the loss of freepublish for all but verified accounts since 2025-07: 发布能力.
"""

from __future__ import annotations

from enum import StrEnum, auto


class Profile(StrEnum):
    """The types of account. The test account (接口测试号) hides what the real ones refuse."""

    TEST = "test"
    SUBSCRIPTION_UNVERIFIED = "subscription-unverified"
    SUBSCRIPTION_VERIFIED = "subscription-verified"
    SERVICE_UNVERIFIED = "service-unverified"
    SERVICE_VERIFIED = "service-verified"

    @property
    def verified(self) -> bool:
        return self in (Profile.TEST, Profile.SUBSCRIPTION_VERIFIED, Profile.SERVICE_VERIFIED)


class Right(StrEnum):
    """A row of the platform's table of permissions. Without it a call gets 48001."""

    BASE = auto()
    MENU = auto()
    CUSTOMER = auto()
    USERS = auto()
    MEDIA = auto()
    ONCE = auto()
    TEMPLATE = auto()
    NOTICE = auto()
    QRCODE = auto()
    LOCATION = auto()
    DRAFT = auto()
    PUBLISH = auto()
    OAUTH = auto()


TITLES = {
    Profile.TEST: "接口测试号",
    Profile.SUBSCRIPTION_UNVERIFIED: "订阅号（未认证）",
    Profile.SUBSCRIPTION_VERIFIED: "订阅号（已认证）",
    Profile.SERVICE_UNVERIFIED: "服务号（未认证）",
    Profile.SERVICE_VERIFIED: "服务号（已认证）",
}

_VERIFIED = {Right.BASE, Right.MENU, Right.CUSTOMER, Right.USERS, Right.MEDIA, Right.ONCE, Right.DRAFT, Right.PUBLISH}
RIGHTS: dict[Profile, frozenset[Right]] = {
    Profile.TEST: frozenset(Right),
    Profile.SUBSCRIPTION_UNVERIFIED: frozenset({Right.BASE}),
    Profile.SUBSCRIPTION_VERIFIED: frozenset(_VERIFIED),
    Profile.SERVICE_UNVERIFIED: frozenset({Right.BASE, Right.MENU}),
    Profile.SERVICE_VERIFIED: frozenset(Right),
}


def profile_of(kind: str, *, verified: bool) -> Profile:
    """From a configuration: `kind` is "subscription", "service" or "test"."""
    if kind == Profile.TEST:
        return Profile.TEST
    return Profile(f"{kind}-{'verified' if verified else 'unverified'}")


def may(profile: Profile, right: Right) -> bool:
    return right in RIGHTS[profile]
