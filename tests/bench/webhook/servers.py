"""The servers of the bench, all up at once: the peer in both modes, and ours under two server commands.

Ours share one installation: a SQLite database with the contest, its 1,000 articles and one account in each mode.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from subprocess import Popen

from bot.database import upgrade
from bot.wechat.keys import AccountKeys
from bot.wiring import keys_of
from models.session import make_engine
from tests.bench.webhook import material
from tests.support.settings import raw_account
from tests.support.site import STARTS_WITHIN, Site, free_port, until
from tests.support.world import at, open_contest

MODES = {"plain": "plain", "safe": "main"}
"""The account that stands for each mode."""
PAPERS = {"plain": ("柳湾", "梧桐里", "城东", "河西", "银杏", "长堤"), "safe": ("红枫", "杏花", "南门", "北桥", "东街", "西园")}
NOW = at("11-10 09:00")
GUNICORN = ("gunicorn", "--worker-class", "sync", "--log-level", "error")
GRANIAN = ("granian", "--interface", "wsgi", "--no-ws", "--blocking-threads", "16",
           "--respawn-failed-workers", "--log-level", "error")


@dataclass(frozen=True, slots=True)
class Server:
    """`name`: what it is called in the table. `paths`: where each mode is posted to."""

    name: str
    ports: dict[str, int]
    paths: dict[str, str]
    processes: tuple[Popen[bytes], ...]
    logs: dict[str, str]


@dataclass(frozen=True, slots=True)
class Town:
    """An installation under test with what readers write to it, by mode."""

    site: Site
    keys: dict[str, AccountKeys]
    texts: dict[str, list[str]]

    def now(self) -> datetime:
        return self.site.now()


def installed(folder: Path, database_url: str = "") -> Town:
    """A site with one contest, account and half of the articles for each mode."""
    accounts = {"main": raw_account("main", 1), "plain": raw_account("plain", 2, mode="plaintext")}
    site = Site(folder, database_url or f"sqlite:///{folder / 'bench.db'}", more={
        "accounts": accounts, "readers": {"reports_a_day": 10_000}, "scheduler": {"every_seconds": 3600}})
    site.stand_at(NOW)
    settings = site.settings
    upgrade(settings.database_url)
    engine, texts = make_engine(settings.database_url), {}
    for mode, account in MODES.items():
        issues, found = material.issues(PAPERS[mode], "2026-11", material.ARTICLES // len(MODES))
        open_contest(engine, papers=tuple(f"社区晨报·{name}" for name in PAPERS[mode]), issues=issues, now=NOW,
                     account=account, name=f"啄木鸟·{mode}")
        texts[mode] = found + material.demo_texts()
    engine.dispose()
    return Town(site, {mode: keys_of(name, settings.accounts[name]) for mode, name in MODES.items()}, texts)


def ours(town: Town, name: str, command: tuple[str, ...], **environment: str) -> Server:
    """Our application under a server command, which is given a port."""
    port = free_port()
    bind = ("--bind", f"127.0.0.1:{port}") if command[0] == "gunicorn" else ("--host", "127.0.0.1", "--port", str(port))
    process = town.site.start(*command, *bind, "wsgi:app", log=(log := name.replace(" ", "-")), **environment)
    _up(town.site, process, port, log)
    return Server(name, dict.fromkeys(MODES, port), {mode: f"/wechat/{of}" for mode, of in MODES.items()}, (process,),
                  dict.fromkeys(MODES, log))


def peer(town: Town, name: str, workers: int, **environment: str) -> Server:
    """WeRoBot, a server a mode: it encrypts every answer after the first encrypted message."""
    ports, processes, logs = {}, [], {}
    for mode, keys in town.keys.items():
        folder = town.site.folder / f"{name}-{mode}".replace(" ", "-")
        folder.mkdir()
        ports[mode] = port = free_port()
        process = town.site.start(
            *GUNICORN, "--workers", str(workers), "--bind", f"127.0.0.1:{port}", "--pythonpath", str(Path.cwd()),
            "tests.bench.webhook.peer:app", log=folder.name, folder=folder, PEER_TOKEN=keys.token,
            PEER_AES_KEY=keys.aes_key or town.keys["safe"].aes_key or "", PEER_APP_ID=keys.app_id, **environment)
        _up(town.site, process, port, folder.name)
        processes.append(process)
        logs[mode] = folder.name
    return Server(name, ports, dict.fromkeys(MODES, "/wechat"), tuple(processes), logs)


def _up(site: Site, process: Popen[bytes], port: int, name: str) -> None:
    def answers() -> bool:
        assert process.poll() is None, f"{name} ended by itself:\n{site.log(name)[-2000:]}"
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    until(answers, seconds=STARTS_WITHIN, what=f"{name} listens")
