"""One account in any mode and format, and deliveries for it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.wechat.keys import AccountKeys, BodyFormat, Mode

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "wechat_vectors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def vectors() -> dict[str, dict[str, Any]]:
    return {vector["id"]: vector for vector in VECTORS}


@pytest.fixture(scope="session")
def make_keys() -> Callable[..., AccountKeys]:
    def make(mode: Mode = Mode.SAFE, body_format: BodyFormat = BodyFormat.XML, **changes: Any) -> AccountKeys:
        values: dict[str, Any] = {
            "name": "daily",
            "app_id": "wx2c2769f8efd9abc2",
            "original_id": "gh_test",
            "token": "spamtest",
            "aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
            "mode": mode,
            "body_format": body_format,
        }
        return AccountKeys(**(values | changes))

    return make


@pytest.fixture(scope="session")
def as_query() -> Callable[[dict[str, str]], dict[str, list[str]]]:
    """Parameters as the web layer hands them over: every name with all its values."""
    return lambda parameters: {name: [value] for name, value in parameters.items()}


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.fixture(scope="session")
def text_fields() -> dict[str, Any]:
    return {
        "ToUserName": "gh_test",
        "FromUserName": "oUser1",
        "CreateTime": 1_700_000_000,
        "MsgType": "text",
        "Content": "第3版“己经”应为“已经”😀",
        "MsgId": "24000000000000001",
    }


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that take `sha1_vector` or `aes_vector` run once for each published vector of that kind."""
    for kind in ("sha1", "aes"):
        if f"{kind}_vector" in metafunc.fixturenames:
            chosen = [vector for vector in VECTORS if vector["kind"] == kind]
            metafunc.parametrize(f"{kind}_vector", chosen, ids=[vector["id"] for vector in chosen])
