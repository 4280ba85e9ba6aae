"""`accounts check` against a small platform: what works, what is not granted, what takes its place; what is kept of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from bot.cli import main
from bot.outbox import rights
from bot.wechat.profiles import Call
from models.enums import RightState
from models.session import reading, writing
from tests.support.settings import config_file

NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
TOKEN = {"access_token": "T", "expires_in": 7200}
NOBODY = {"errcode": 40003, "errmsg": "invalid openid rid: 1-2"}
NOT_GRANTED = {"errcode": 48001, "errmsg": "api unauthorized rid: 6-7"}
VERIFIED = {
    "stable_token": TOKEN, "message/custom/send": NOBODY, "template/get_all_private_template": NOT_GRANTED,
    "wxaapi/newtmpl/gettemplate": NOT_GRANTED, "menu/get": {"errcode": 46003, "errmsg": "menu no exist"},
    "user/info": NOBODY, "media/get": {"errcode": 40007, "errmsg": "invalid media_id"}, "qrcode/create": NOT_GRANTED,
    "menu/create": {"errcode": 0, "errmsg": "ok"},
    "draft/count": {"total_count": 0}, "freepublish/batchget": {"total_count": 0, "item_count": 0, "item": []},
}  # fmt: skip


class Platform:
    """Answers each path as it is told; a path without an answer gets a page of HTML."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = dict(VERIFIED)
        self.asked: list[str] = []
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = urlsplit(self.path).path.removeprefix("/").removeprefix("cgi-bin/")
                platform.asked.append(path)
                answer = platform.answers.get(path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"<html>" if answer is None else json.dumps(answer).encode())

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(timeout=10)


@pytest.fixture
def platform() -> Iterator[Platform]:
    platform = Platform()
    yield platform
    platform.close()


Check = Callable[..., Result]


@pytest.fixture
def check(tmp_path: Path, database_url: str, platform: Platform) -> Check:
    """`accounts check main`; the arguments are lines of the account's table."""

    def run(*lines: str, name: str = "main") -> Result:
        config = config_file(tmp_path, database_url)
        wechat = f'[wechat]\napi_base = "http://127.0.0.1:{platform.server.server_port}"\n'
        config.write_text("\n".join([config.read_text("utf-8"), *lines, wechat]), encoding="utf-8")
        return CliRunner().invoke(main, ["--config", str(config), "accounts", "check", name])

    return run


SECRET, IS_VERIFIED, SERVICE = 'app_secret = "s"', "verified = true", 'kind = "service"'


def cells(result: Result) -> dict[str, str]:
    """Call → result."""
    assert result.exit_code == 0, result.output
    return {line.split()[0]: line.split()[1] for line in result.output.splitlines()[2:]}


def learnt(engine: Engine) -> dict[str, RightState]:
    with reading(engine) as session:
        return {call.value: right.state for call, right in rights.of(session.connection(), "main").items()}


def test_verified_subscription_account(check: Check, engine: Engine) -> None:
    result = check(SECRET, IS_VERIFIED)
    assert result.output.splitlines()[0] == "main：社区发布，订阅号（已认证）"
    assert cells(result) == {
        "收信、被动回复": "能用", "接口凭据（access_token）": "能用", "客服消息": "能用", "模板消息": "未开通",
        "订阅通知": "未开通", "自定义菜单": "能用", "用户信息": "能用", "素材（图片、语音）": "能用",
        "带参数二维码": "未开通", "草稿": "能用", "发布": "能用", "网页授权": "未开通"}
    assert "48001 公众号没有这个接口的权限，或认证已过期（rid: 6-7）。报上印普通二维码，读者写明是哪份报纸" in result.output
    assert learnt(engine) == {}


def test_what_life_says_wins_over_the_type(check: Check, engine: Engine, platform: Platform) -> None:
    platform.answers |= {"message/custom/send": NOT_GRANTED, "qrcode/create": {"ticket": "t"}}
    check(SECRET, IS_VERIFIED)
    assert learnt(engine) == {"customer": RightState.REFUSED, "qrcode": RightState.GRANTED}
    platform.answers |= {"message/custom/send": NOBODY}
    check(SECRET, IS_VERIFIED)
    assert learnt(engine) == {"qrcode": RightState.GRANTED}


def test_unverified_account(check: Check, engine: Engine, platform: Platform) -> None:
    platform.answers = dict.fromkeys(VERIFIED, NOT_GRANTED) | {"stable_token": TOKEN}
    result = check(SECRET)
    assert {name for name, state in cells(result).items() if state == "能用"} == {"收信、被动回复", "接口凭据（access_token）"}
    assert "结果等读者下次来信时随回复带上" in result.output
    assert learnt(engine) == {}


def test_what_only_a_readers_browser_can_try_is_said(check: Check) -> None:
    found = check(SECRET, IS_VERIFIED, SERVICE)
    assert (cells(found)["网页授权"], "填好网页授权域名" in found.output) == ("没查清", True)
    assert "点一次菜单“我的纠错”就知道" in check(SECRET, IS_VERIFIED, SERVICE, "oauth = true").output


def test_check_switches_on_again_what_was_refused(check: Check, engine: Engine) -> None:
    with writing(engine) as session:
        rights.refuse(session.connection(), "main", Call.API, errcode=40164, now=NOW)
        rights.refuse(session.connection(), "main", Call.CUSTOMER, errcode=48001, now=NOW)
    check(SECRET, IS_VERIFIED)
    assert learnt(engine) == {}


def test_address_that_is_not_allowed_ends_the_check(check: Check, engine: Engine, platform: Platform) -> None:
    platform.answers["stable_token"] = {"errcode": 40164, "errmsg": "invalid ip 1.2.3.4 rid: 9-9"}
    result = check(SECRET, IS_VERIFIED)
    assert cells(result) == {"收信、被动回复": "能用", "接口凭据（access_token）": "不能用"}
    assert "40164 服务器地址不在 IP 白名单里（rid: 9-9）" in result.output
    assert (platform.asked, learnt(engine)) == (["stable_token"], {"api": RightState.REFUSED})


def test_platform_that_gives_no_answer_teaches_nothing(check: Check, engine: Engine, platform: Platform) -> None:
    del platform.answers["menu/get"]
    platform.answers["draft/count"] = {"errcode": -1, "errmsg": "system error"}
    found = cells(check(SECRET, IS_VERIFIED))
    assert (found["自定义菜单"], found["草稿"], learnt(engine)) == ("没查清", "没查清", {})


def test_without_a_secret_nothing_is_tried(check: Check, platform: Platform) -> None:
    result = check(IS_VERIFIED, SERVICE)
    assert set(cells(result).values()) == {"能用", "未开通"}
    assert ("配置里没有 app_secret" in result.output, platform.asked) == (True, [])


def test_unknown_account_is_one_sentence(check: Check) -> None:
    result = check(name="other")
    assert result.exit_code == 2
    assert "no [accounts.other] in the configuration (there are: main)" in result.output
