"""`make run`: readies the demo, starts console, scheduler and stand-in, watches them, stops them. Serves nothing.

Before anything is started the runner looks at Python, folder and ports, and says in one sentence what is wrong.
Heavy modules are imported only where they are used, so that a sentence comes at once.
"""

from __future__ import annotations

import argparse
import errno
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import monotonic
from web import demo_config
from web.children import Child, Program, python, stop_all, turn_over

if TYPE_CHECKING:
    from bot.settings import Settings

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
HEALTH_SECONDS = 60.0
CONSOLE_THREADS = 8
Tell = Callable[[str], None]


class CannotStart(Exception):
    """Why nothing was started, or why all was stopped; `str()` is the sentence to show."""


def main(arguments: Sequence[str] | None = None, *, tell: Tell | None = None) -> int:
    """0 after an orderly end, 1 with one sentence where it cannot start or a program broke off."""
    tell = tell or _tell
    options = parser().parse_args(arguments)
    try:
        check_python(sys.version_info[:2])
        run(options, tell)
    except CannotStart as problem:
        tell(str(problem))
        return 1
    except KeyboardInterrupt:  # before the orderly end was set up
        tell("已停止。")
    return 0


def parser() -> argparse.ArgumentParser:
    """The options, each with its default."""
    result = argparse.ArgumentParser(prog="python -m web", description="Starts the demo on this machine.")
    result.add_argument("--data", type=Path, default=Path("data"), help="folder for all data (default: data)")
    result.add_argument("--port", type=int, default=8000, help="port of the console (default: 8000)")
    result.add_argument("--simulator-port", type=int, help="port of the stand-in for WeChat (default: 8001)")
    return result


def run(options: argparse.Namespace, tell: Tell) -> None:
    """The whole course, until a signal comes or a program breaks off (CannotStart)."""
    data = options.data.resolve()
    check_folder(data)
    config = choose_config(data, options.simulator_port, options.port)
    settings = load(config)
    ports = {"编辑部后台": options.port}
    if settings.demo.enabled:
        ports["微信替身"] = options.simulator_port or settings.demo.simulator_port
    check_ports(ports)
    prepare(settings, tell)
    programs = programs_of(config, settings, ports)
    supervise(programs, data / "logs", tell, lambda: greet(settings, ports, tell))


# Before the start


def check_python(version: tuple[int, int]) -> None:
    if version < OLDEST_PYTHON:
        raise CannotStart(f"Python 太旧：这是 {version[0]}.{version[1]}，需要 3.11 或更新的版本。")


def check_folder(data: Path) -> None:
    """Makes the folder and its logs; CannotStart unless one can write there."""
    probe = data / ".writable"
    try:
        (data / "logs").mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as problem:
        raise CannotStart(
            f"数据文件夹 {data} 写不进去（{problem.strerror}），请换一个：--data 文件夹。"
        ) from None


def check_ports(ports: dict[str, int]) -> None:
    """`ports`: what it is for → number. CannotStart unless all are free and different."""
    if len(set(ports.values())) < len(ports):
        raise CannotStart("编辑部后台和微信替身不能用同一个端口，请用 --port 和 --simulator-port 分开。")
    for title, port in ports.items():
        option = "--port" if title == "编辑部后台" else "--simulator-port"
        problem = why_not(port)
        if problem is not None:
            raise CannotStart(f"{title}的端口 {port} {problem}，请换一个：{option} 端口号。")


def why_not(port: int) -> str | None:
    """Why one cannot listen at 127.0.0.1:port, or None."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one just closed may be taken again
            probe.bind(("127.0.0.1", port))
    except OverflowError:
        return "不是有效的端口号"
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            return "已经被别的程序占用"
        return f"不能用（{problem.strerror}）"
    return None


def choose_config(data: Path, simulator_port: int | None, port: int = 8000) -> Path:
    """The configuration there is (config.toml or WOODPECKER_CONFIG), else the demo's, made where missing."""
    from bot.settings import config_path

    own = config_path()
    if own.exists():
        return own.resolve()
    path = data / "demo.toml"
    try:
        demo_config.ensure(path, simulator_port=simulator_port, port=port)
    except (OSError, UnicodeDecodeError) as problem:
        raise CannotStart(f"演示配置 {path} 读写不了：{problem}") from None
    return path


def load(config: Path) -> Settings:
    from bot.errors import SettingsError
    from bot.settings import load_settings

    try:
        return load_settings(config)
    except SettingsError as problem:
        raise CannotStart(f"配置有误：{problem}") from None


def prepare(settings: Settings, tell: Tell) -> None:
    """In the demo its contest, if there is no database yet; then the database in its present form."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.database import upgrade
    from bot.errors import WoodpeckerError

    try:
        if settings.demo.enabled and not _has_database(settings):
            from bot.demo.seed import seed

            seed(settings, progress=tell)  # makes the database where there is none, all or nothing
        if upgrade(settings.database_url):
            tell("新建了一个空的数据库，里面还没有内容。")
    except (SQLAlchemyError, WoodpeckerError, OSError) as problem:
        raise CannotStart(f"数据库没有准备好：{problem}") from problem


def _has_database(settings: Settings) -> bool:
    """The seed asks this too; asked here, it spares every later start the imports of the whole bot."""
    url = settings.database_url
    return url.startswith("sqlite:///") and Path(url.removeprefix("sqlite:///")).exists()


# Running


def programs_of(config: Path, settings: Settings, ports: dict[str, int]) -> list[Program]:
    """Console and scheduler; in the demo the stand-in as well."""
    console_port = ports["编辑部后台"]
    granian = ["-m", "granian", "--interface", "wsgi", "wsgi:app", "--host", "127.0.0.1", "--no-ws"]
    granian += ["--port", str(console_port), "--workers", "1", "--blocking-threads", str(CONSOLE_THREADS)]
    programs = [
        Program("console", "编辑部后台", python(*granian, config=config), console_port),
        Program("scheduler", "定时任务", python("-m", "bot", "scheduler", config=config)),
    ]
    if settings.demo.enabled:
        port = ports["微信替身"]
        command = [
            "-m",
            "web.simulator",
            "--port",
            str(port),
            "--console",
            f"http://127.0.0.1:{console_port}",
        ]
        programs.append(Program("simulator", "微信替身", python(*command, config=config), port))
    return programs


def supervise(programs: Sequence[Program], logs: Path, tell: Tell, when_up: Callable[[], None]) -> None:
    """Starts all, calls `when_up` once they answer, waits for a signal; in any case stops all again.

    What serves nobody calls those that do: it starts when they answer and stops before them. A call of the first second
    that nobody took would stand in the console as WeChat's silence.
    """
    stop = threading.Event()
    former = {each: signal.signal(each, lambda *_: stop.set()) for each in _SIGNALS}
    servers: list[Child] = []
    callers: list[Child] = []
    try:
        servers.extend(_start(one, logs, tell) for one in programs if one.health_port is not None)
        if _wait_until_up(servers, stop):
            callers.extend(_start(one, logs, tell) for one in programs if one.health_port is None)
            when_up()
        while not stop.wait(0.3):
            check_running([*servers, *callers])
        tell("正在停止……")
    finally:
        # From here on a second Ctrl-C must not break off the orderly end: it is short anyway.
        stop_all(callers)
        stop_all(servers)
        for each, handler in former.items():
            signal.signal(each, handler)
    tell("都停下了。数据都在，下次接着用。")


def _start(program: Program, logs: Path, tell: Tell) -> Child:
    log = logs / f"{program.name}.log"
    turn_over(log)
    return Child(program, folder=ROOT, log=log, tell=tell)


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _wait_until_up(children: Sequence[Child], stop: threading.Event) -> bool:
    """True when all answer, False when asked to stop before; CannotStart when one ends or takes too long."""
    until = monotonic() + HEALTH_SECONDS
    waiting = list(children)
    while waiting:
        check_running(children)
        waiting = [child for child in waiting if not child.healthy()]
        if waiting and monotonic() > until:
            names = "、".join(child.program.title for child in waiting)
            raise CannotStart(f"{names}过了 {HEALTH_SECONDS:.0f} 秒还没有应答。日志在 {waiting[0].log}")
        if stop.wait(0.1 if waiting else 0.0):
            return False
    return True


def check_running(children: Sequence[Child]) -> None:
    """CannotStart, with the last lines of its log, if one has ended."""
    for child in children:
        if child.exit_code is not None:
            child.close()
            last = "".join(f"\n    {line}" for line in child.last_lines)
            raise CannotStart(
                f"{child.program.title}意外停止了（退出码 {child.exit_code}），所以全部停下。日志在 {child.log}"
                + (f"，最后几行：{last}" if last else "")
            )


def greet(settings: Settings, ports: dict[str, int], tell: Tell) -> None:
    """Addresses and sign-ins, once everything answers."""
    tell("")
    tell("啄木鸟已经启动：")
    for title, port in ports.items():
        tell(f"  {title}  http://127.0.0.1:{port}/")
    accounts = settings.server.data_dir / "demo-accounts.txt"
    if settings.demo.enabled and accounts.exists():
        tell("登录用的账号：")
        for line in accounts.read_text(encoding="utf-8").splitlines():
            tell(f"  {line}")
    tell("按 Ctrl-C 全部停止。")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
