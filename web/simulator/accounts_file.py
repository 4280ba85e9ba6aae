"""Accounts from a file of their own, so that the stand-in serves any bot: TOML, no other configuration.

`EXAMPLE` is a whole one. The stand-in's keys and the bot's must agree, as with the real platform.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from bot.errors import SettingsError
from bot.wechat.keys import AccountKeys, BodyFormat, Mode
from web.simulator.profiles import Profile
from web.simulator.values import Account

EXAMPLE = """# Accounts of the stand-in for WeChat. Start: python -m web.simulator --accounts this-file.toml --port 8001
# The bot calls the API at http://127.0.0.1:8001 instead of https://api.weixin.qq.com.

[accounts.mine]
title = "我的公众号"
# Where deliveries go.
webhook = "http://127.0.0.1:5000/wechat"
app_id = "wx0123456789abcdef"
app_secret = "0123456789abcdef0123456789abcdef"
original_id = "gh_0123456789ab"
token = "theTokenThatYouTypedIn"
# 43 letters and digits; needed for "compatible" and "safe".
aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFA"
# "plaintext", "compatible" or "safe"; "xml" or "json".
mode = "safe"
body_format = "xml"
# "test", "subscription-unverified", "subscription-verified", "service-unverified" or "service-verified".
profile = "subscription-verified"
"""

_TEXTS = {"title", "webhook", "app_id", "app_secret", "original_id", "token", "aes_key"}
_NEEDED = {"webhook", "app_id", "original_id", "token"}
_KNOWN = _TEXTS | {"mode", "body_format", "profile"}


def read(path: Path) -> list[Account]:
    """The accounts in the order of the file. SettingsError with a sentence for the first thing wrong."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise SettingsError(f"{path}: cannot be read as TOML: {problem}") from None
    accounts = raw.get("accounts")
    if not isinstance(accounts, dict) or not accounts:
        raise SettingsError(f"{path}: no [accounts.NAME] in it. --print-example shows a whole file.")
    return [_account(name, one, f"{path}: accounts.{name}") for name, one in accounts.items()]


def _account(name: str, raw: Any, where: str) -> Account:
    if not isinstance(raw, dict):
        raise SettingsError(f"{where}: expected a table.")
    for key in sorted(set(raw) - _KNOWN):
        raise SettingsError(f"{where}.{key}: unknown key. Known: {', '.join(sorted(_KNOWN))}.")
    for key in sorted(_NEEDED - set(raw)):
        raise SettingsError(f"{where}.{key}: missing.")
    for key in sorted(set(raw)):
        if not isinstance(raw[key], str):
            raise SettingsError(f"{where}.{key}: expected a text.")
    keys = AccountKeys(
        name=name,
        app_id=raw["app_id"],
        original_id=raw["original_id"],
        token=raw["token"],
        aes_key=raw.get("aes_key"),
        mode=_one_of(Mode, raw.get("mode", "plaintext"), f"{where}.mode"),
        body_format=_one_of(BodyFormat, raw.get("body_format", "xml"), f"{where}.body_format"),
    )
    if keys.mode is not Mode.PLAINTEXT and len(keys.aes_key or "") != 43:
        raise SettingsError(f"{where}.aes_key: mode {keys.mode.value!r} needs the 43 characters of EncodingAESKey.")
    profile = _one_of(Profile, raw.get("profile", Profile.TEST), f"{where}.profile")
    return Account(raw.get("title", name), keys, raw.get("app_secret"), profile, raw["webhook"])


def _one_of(kind: Any, value: str, where: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise SettingsError(f"{where}: found {value!r}; expected one of {', '.join(kind)}.") from None
