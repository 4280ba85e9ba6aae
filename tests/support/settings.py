"""Settings for tests: one account of every mode and format. All ids and secrets are made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.settings import Settings

OUTSIDE = "https://desk.example.org"
"""Where a test's program is reached from outside, if it says so."""

SECRET_KEY = "only-for-tests-" + "0123456789" * 4

# 43 characters of base64 for 32 bytes: the last one carries four bits only.
AES_KEYS = {
    "main": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFA",
    "compat": "bcdefghijklmnopqrstuvwxyz0123456789ABCDEFGE",
    "json": "cdefghijklmnopqrstuvwxyz0123456789ABCDEFGHI",
    "service": "defghijklmnopqrstuvwxyz0123456789ABCDEFGHIM",
}


def raw_account(name: str, number: int, **changes: Any) -> dict[str, Any]:
    """The table `[accounts.NAME]` of an account in safe mode."""
    account = {
        "title": f"社区发布{number}",
        "app_id": f"wx{number:016d}",
        "original_id": f"gh_{number:012d}",
        "token": f"{name}TestToken",
        "aes_key": AES_KEYS.get(name),
        "app_secret": f"{name}TestSecret",
    } | changes
    return {key: value for key, value in account.items() if value is not None}


def raw_settings(data_dir: Path, database_url: str = "") -> dict[str, Any]:
    """A whole configuration as the file would give it."""
    return {
        "server": {
            "data_dir": str(data_dir),
            "database_url": database_url,
            "secret_key": SECRET_KEY,
            "secure_cookies": False,
        },
        "accounts": {
            "main": raw_account("main", 1, verified=True),
            "plain": raw_account("plain", 2, mode="plaintext"),
            "compat": raw_account("compat", 3, mode="compatible"),
            "json": raw_account("json", 4, body_format="json"),
            "service": raw_account("service", 5, kind="service", verified=True),
        },
        "readers": {"quiet_from": "00:00", "quiet_until": "00:00"},  # tests stand at any hour
        "desk": {"phone": "021-00000000", "hours": "周一至周五 9:00—17:00"},
    }


def reached(settings: Settings, address: str = OUTSIDE) -> Settings:
    """`settings` of a program that readers open at `address`."""
    return settings.model_copy(update={"server": settings.server.model_copy(update={"public_url": address})})


def mailing(raw: dict[str, Any]) -> dict[str, Any]:
    """`raw` with a relay for mail; its port is nobody's, for no request opens it."""
    mail = {"host": "127.0.0.1", "port": 1, "security": "none", "sender": "desk@example.org"}
    return raw | {"server": raw["server"] | {"public_url": OUTSIDE}, "mail": mail}


CONFIG = """
[server]
data_dir = "{data_dir}"
database_url = "{url}"
secret_key = "only-for-tests-0123456789012345678901234567890123456789"
[accounts.main]
title = "社区发布"
app_id = "wx0000000000000001"
original_id = "gh_000000000001"
token = "mainTestToken"
aes_key = "{aes_key}"
"""


def config_file(folder: Path, database_url: str) -> Path:
    """`folder`/config.toml as an operator writes it, with one account; its data lies in `folder`/data."""
    path = folder / "config.toml"
    text = CONFIG.format(data_dir=folder / "data", url=database_url, aes_key=AES_KEYS["main"])
    path.write_text(text, encoding="utf-8")
    return path
