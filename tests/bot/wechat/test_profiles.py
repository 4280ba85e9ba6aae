"""What each type of account may do, by the platform's table and by what life taught."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bot
from bot.wechat.profiles import DAILY_CAPS, GRANTS, INSTEAD, NAMES, PROBES, UNPROBED, Call, profile

ALL = set(Call)
VERIFIED = {Call.API, Call.CUSTOMER, Call.MENU, Call.USERS, Call.MEDIA, Call.DRAFT, Call.PUBLISH}


@pytest.mark.parametrize(
    ("kind", "verified", "calls"),
    [
        ("subscription", False, {Call.API}),
        ("subscription", True, VERIFIED),
        ("service", False, {Call.API, Call.MENU}),
        ("service", True, ALL),
        ("test", False, ALL),
        ("test", True, ALL),
    ],
)
def test_table_of_permissions(kind, verified, calls):
    found = profile(kind, verified=verified, has_secret=True)
    assert {call for call in Call if found.may(call)} == calls


def test_without_a_secret_nothing_can_be_called():
    found = profile("service", verified=True, has_secret=False, learnt={Call.CUSTOMER: True})
    assert not any(found.may(call) for call in Call)


def test_what_was_learnt_wins_over_the_type():
    found = profile("subscription", verified=True, has_secret=True, learnt={Call.CUSTOMER: False, Call.QRCODE: True})
    assert {call for call in Call if found.may(call)} == VERIFIED - {Call.CUSTOMER} | {Call.QRCODE}


def test_account_whose_token_is_refused_may_nothing():
    found = profile("service", verified=True, has_secret=True, learnt={Call.API: False})
    assert not any(found.may(call) for call in Call)


@pytest.mark.parametrize(
    ("kind", "call", "cap"),
    [("service", Call.PUBLISH, 98), ("service", Call.CUSTOMER, 490_000), ("test", Call.PUBLISH, 9),
     ("service", Call.USERS, None)],
)
def test_daily_caps_leave_something_to_others_and_the_test_account_has_a_tenth(kind, call, cap):
    assert profile(kind, verified=True, has_secret=True).daily_cap(call) == cap


def test_every_call_has_a_name_a_substitute_and_a_probe():
    assert set(NAMES) == set(INSTEAD) == ALL
    assert sorted([*(one.call for one in PROBES), Call.API, *UNPROBED]) == sorted(ALL)
    assert set(DAILY_CAPS) <= ALL
    assert {kind for kind, _ in GRANTS} == {"subscription", "service", "test"}


def paths_called():
    """Every path of the API that the bot names → the modules that name it."""
    root = Path(bot.__file__).parent
    found: dict[str, set[str]] = {}
    for module in root.rglob("*.py"):
        for path in re.findall(r'"((?:cgi-bin|wxaapi|sns)/[\w/]+)"', module.read_text(encoding="utf-8")):
            found.setdefault(path, set()).add(module.relative_to(root).as_posix())
    return found


def test_no_call_sends_to_many():
    assert "cgi-bin/menu/create" in paths_called()
    assert [path for path in paths_called() if "mass" in path] == []


def test_qr_codes_are_probed_and_made_in_one_place():
    assert paths_called()["cgi-bin/qrcode/create"] == {"wechat/profiles.py", "wechat/qrcodes.py"}
    assert INSTEAD[Call.QRCODE] == "报上印普通二维码，读者写明是哪份报纸"
