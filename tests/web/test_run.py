"""The runner: what it refuses before anything is started, what it keeps, how it ends."""

from __future__ import annotations

import re
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.settings import load_settings
from bot.wechat.crypto import Box
from web import demo_config, run
from web.children import Child, Program, answers, stop_all, turn_over


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture(autouse=True)
def no_configuration_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a fresh machine: no config.toml in the folder, none named by the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WOODPECKER_CONFIG", raising=False)


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_busy_port_is_one_sentence(told: list[str], tmp_path: Path, busy_port: int, free_port: int) -> None:
    arguments = ["--data", str(tmp_path / "d"), "--port", str(busy_port), "--simulator-port", str(free_port)]

    assert run.main(arguments, tell=told.append) == 1
    assert told == [f"编辑部后台的端口 {busy_port} 已经被别的程序占用，请换一个：--port 端口号。"]
    assert not (tmp_path / "d" / "woodpecker.db").exists()


def test_busy_port_of_the_stand_in_is_one_sentence(
    told: list[str], tmp_path: Path, busy_port: int, free_port: int
) -> None:
    arguments = ["--data", str(tmp_path), "--port", str(free_port), "--simulator-port", str(busy_port)]

    assert run.main(arguments, tell=told.append) == 1
    assert told == [f"微信替身的端口 {busy_port} 已经被别的程序占用，请换一个：--simulator-port 端口号。"]


@pytest.mark.parametrize(("port", "words"), [("70000", "不是有效的端口号"), ("-1", "不是有效的端口号")])
def test_impossible_port_is_one_sentence(told: list[str], tmp_path: Path, port: str, words: str) -> None:
    assert run.main(["--data", str(tmp_path), f"--port={port}"], tell=told.append) == 1
    assert (len(told), words in told[0]) == (1, True)


def test_same_port_twice_is_one_sentence(told: list[str], tmp_path: Path, free_port: int) -> None:
    arguments = ["--data", str(tmp_path), "--port", str(free_port), "--simulator-port", str(free_port)]

    assert run.main(arguments, tell=told.append) == 1
    assert told == ["编辑部后台和微信替身不能用同一个端口，请用 --port 和 --simulator-port 分开。"]


def test_unwritable_folder_is_one_sentence(told: list[str], tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")

    assert run.main(["--data", str(in_the_way / "data")], tell=told.append) == 1
    assert told == [
        f"数据文件夹 {in_the_way / 'data'} 写不进去（Not a directory），请换一个：--data 文件夹。"
    ]


def test_too_old_python_is_one_sentence() -> None:
    with pytest.raises(run.CannotStart, match=r"^Python 太旧：这是 3\.10，需要 3\.11 或更新的版本。$"):
        run.check_python((3, 10))
    run.check_python((3, 11))


def test_wrong_configuration_is_said_with_its_key(told: list[str], tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[server]\nsecret_key = "short"\n', encoding="utf-8")

    assert run.main(["--data", str(tmp_path / "d")], tell=told.append) == 1
    assert (len(told), "server.secret_key" in told[0]) == (1, True)


def test_demo_configuration_is_made_once_and_kept(tmp_path: Path) -> None:
    first = run.choose_config(tmp_path, None)
    text = first.read_text(encoding="utf-8")
    second = run.choose_config(tmp_path, None)

    assert (first, second) == (tmp_path / "demo.toml", first)
    assert second.read_text(encoding="utf-8") == text
    assert first.stat().st_mode & 0o077 == 0


def test_demo_configuration_says_where_it_is_reached(tmp_path: Path) -> None:
    assert load_settings(run.choose_config(tmp_path, None, 8100), {}).server.public_url == "http://127.0.0.1:8100"
    assert load_settings(run.choose_config(tmp_path, None, 8200), {}).server.public_url == "http://127.0.0.1:8200"


@pytest.mark.parametrize(("claims", "expected"), [
    ('[claims]\npublic_url = "http://127.0.0.1:8000"\nkeys = "claim-keys"\n', "http://127.0.0.1:8123"),
    ('[claims]\nkeys = "claim-keys"\n', "http://127.0.0.1:8123"), ("", "http://127.0.0.1:8123"),
    ('[claims]\nkeys = "claim-keys"\npublic_url = "http://192.168.1.5:8000"', "http://192.168.1.5:8000"),
])  # fmt: skip
def test_demo_made_by_an_older_version_starts_and_is_reached(
        tmp_path: Path, caplog: pytest.LogCaptureFixture, claims: str, expected: str) -> None:
    now = demo_config.render(8001)
    old = re.sub(r"(?m)^public_url = .*\n", "", now[:now.index("[claims]")]) + claims
    (tmp_path / "demo.toml").write_text(old, encoding="utf-8")
    for _ in range(2):
        settings = load_settings(run.choose_config(tmp_path, None, 8123), {})
        assert (settings.server.public_url, settings.claims.keys is None) == (expected, not claims)
    assert caplog.records == []


def test_demo_made_before_accounts_had_a_code_gets_one_at_the_port_of_its_stand_in(tmp_path: Path) -> None:
    old = re.sub(r"(?m)^qr_code = .*\n", "", demo_config.render(8001))
    (tmp_path / "demo.toml").write_text(old, encoding="utf-8")
    found = [load_settings(run.choose_config(tmp_path, port), {}) for port in (None, 8300, None)]
    assert [one.accounts["demo"].qr_code for one in found] == [
        "http://127.0.0.1:8001/", "http://127.0.0.1:8300/", "http://127.0.0.1:8300/"]
    assert found[1].wechat.api_base == "http://127.0.0.1:8300"


def test_demo_configuration_loads_and_has_secrets_of_its_own(tmp_path: Path) -> None:
    settings = load_settings(run.choose_config(tmp_path, None), environment={})
    account = settings.accounts["demo"]

    assert (settings.demo.enabled, settings.server.data_dir, settings.server.secure_cookies) == (
        True,
        tmp_path,
        False,
    )
    assert (account.mode, account.body_format, account.kind, account.verified) == (
        "safe",
        "xml",
        "subscription",
        True,
    )
    assert (settings.wechat.api_base, account.qr_code) == ("http://127.0.0.1:8001", "http://127.0.0.1:8001/")
    assert account.aes_key is not None
    Box(account.aes_key, account.app_id)
    assert demo_config.render(8001) != demo_config.render(8001)


def test_another_port_changes_the_kept_configuration_and_no_secret(tmp_path: Path) -> None:
    before = load_settings(run.choose_config(tmp_path, None), environment={})
    after = load_settings(run.choose_config(tmp_path, 9123), environment={})

    assert (after.demo.simulator_port, after.wechat.api_base) == (9123, "http://127.0.0.1:9123")
    assert after.accounts["demo"].qr_code == "http://127.0.0.1:9123/"
    assert (after.server, after.accounts["demo"].model_copy(update={"qr_code": "http://127.0.0.1:8001/"})) == (
        before.server, before.accounts["demo"])


def test_own_configuration_goes_before_the_demo(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("", encoding="utf-8")

    assert run.choose_config(tmp_path / "d", None) == tmp_path / "config.toml"
    assert not (tmp_path / "d").exists()


# Children: small programs of our own in place of the real ones


def program(name: str, source: str, port: int | None = None) -> Program:
    return Program(name, f"程序{name}", [sys.executable, "-u", "-c", source], port)


STAYS = "import signal; print('up'); signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); signal.pause()"
SERVES = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == '/healthz' else 404); self.end_headers()
    def log_message(self, *_): pass
HTTPServer(('127.0.0.1', PORT), Handler).serve_forever()
"""


def supervise(programs: Sequence[Program], logs: Path, told: list[str], *, end: bool = True) -> None:
    logs.mkdir(exist_ok=True)

    def when_up() -> None:
        told.append("up")
        if end:
            signal.raise_signal(signal.SIGTERM)

    run.supervise(programs, logs, told.append, when_up)


def test_all_answer_then_a_signal_stops_all(told: list[str], tmp_path: Path, free_port: int) -> None:
    former = signal.getsignal(signal.SIGTERM)
    serves = program("serves", SERVES.replace("PORT", str(free_port)), free_port)

    supervise([serves, program("stays", STAYS)], tmp_path / "logs", told)

    assert told == ["up", "正在停止……", "都停下了。数据都在，下次接着用。"]
    assert not answers(free_port)
    assert (tmp_path / "logs" / "stays.log").read_text(encoding="utf-8") in ("up\n", "")
    assert signal.getsignal(signal.SIGTERM) is former


def test_program_that_dies_stops_everything_with_its_last_lines(told: list[str], tmp_path: Path) -> None:
    dies = program("dies", "print('fine so far'); raise SystemExit(3)")

    with pytest.raises(run.CannotStart) as stopped:
        supervise([program("stays", STAYS), dies], tmp_path / "logs", told, end=False)

    log = tmp_path / "logs" / "dies.log"
    assert str(stopped.value) == (
        f"程序dies意外停止了（退出码 3），所以全部停下。日志在 {log}，最后几行：\n    fine so far"
    )


CALLS = """
import signal, socket
def call():
    try:
        socket.create_connection(('127.0.0.1', PORT), timeout=5).close()
        print('ERROR? answered')  # so that it reaches the terminal
    except OSError:
        print('ERROR: nobody there')
signal.signal(signal.SIGTERM, lambda *_: (call(), exit(0)))
call()
while True: signal.pause()
"""
SLOW = "import select; select.select([], [], [], 0.3)"


def test_what_calls_the_others_finds_them_from_its_start_to_its_end(tmp_path: Path, free_port: int) -> None:
    """The scheduler asks the stand-in for a token in its first turn, and may in its last; unanswered, editors read of it."""
    said: list[str] = []
    called = threading.Event()
    serves = program("serves", SLOW + SERVES.replace("PORT", str(free_port)), free_port)

    def tell(line: str) -> None:
        said.append(line)
        called.set()

    def when_up() -> None:
        assert called.wait(30)
        signal.raise_signal(signal.SIGTERM)

    run.supervise([program("calls", CALLS.replace("PORT", str(free_port))), serves], tmp_path, tell, when_up)

    assert said == ["[calls] ERROR? answered", "正在停止……", "[calls] ERROR? answered", "都停下了。数据都在，下次接着用。"]


def start(source: str, tmp_path: Path, told: list[str]) -> Child:
    return Child(program("one", source), folder=tmp_path, log=tmp_path / "one.log", tell=told.append)


def test_only_trouble_reaches_the_terminal(told: list[str], tmp_path: Path) -> None:
    source = "print('INFO all well'); print('2026 ERROR web: lost'); print('INFO again'); {}['k']"
    child = start(source, tmp_path, told)
    assert child.wait(30)
    child.close()

    assert told == [
        "[one] 2026 ERROR web: lost",
        "[one] Traceback (most recent call last):",
        '[one]   File "<string>", line 1, in <module>',
        "[one] KeyError: 'k'",
    ]
    assert (tmp_path / "one.log").read_text(encoding="utf-8").startswith("INFO all well\n")


def test_program_that_does_not_listen_is_killed(told: list[str], tmp_path: Path) -> None:
    ready = threading.Event()
    child = Child(
        program("deaf", DEAF.replace("'up'", "'ERROR ready'")),
        folder=tmp_path,
        log=tmp_path / "deaf.log",
        tell=lambda line: (told.append(line), ready.set())[0],
    )
    assert ready.wait(30)

    stop_all([child], seconds=0.05)

    assert child.exit_code == -signal.SIGKILL


def test_big_log_is_turned_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.children.LOG_BYTES", 3)
    log = tmp_path / "a.log"
    log.write_text("much", encoding="utf-8")

    turn_over(log)
    turn_over(log)

    assert (log.exists(), (tmp_path / "a.log.1").read_text(encoding="utf-8")) == (False, "much")
