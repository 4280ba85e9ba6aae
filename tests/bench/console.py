"""`make bench-console`: every screen with 200,000 reports in the database: queries, bytes, time on the server.

Prints each beside its bar (12 queries, 150 KB, 150 ms) and ends with an error when one is over.

- queries: statements; BEGIN and COMMIT are not counted.
- KB: headers and page as they go over the wire; the application compresses nothing itself. What a page draws besides
  (plots, a crop's own data) is asked for and added; pictures of pages and readers' pictures are not, nor what a browser
  keeps after the first page: styles, scripts, icons.
- ms: processor time, the shortest of five, so that a busy machine does not blur it; with PostgreSQL also that of its own
  processes, the mean of five (a server that cannot be watched: time by the clock). The first request of a page is not
  counted: it fills caches of statements and templates. `clock`: the shortest of five by the clock.

`--db postgresql` (`make bench-console DB=postgresql`) starts a server of its own, as the tests do; `--database URL` fills
an empty one instead.
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from time import perf_counter, process_time

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL, Engine, event, make_url, select

from bot.database import upgrade
from bot.demo.seed import fill as fill_demo
from bot.members import sign_in
from bot.settings import Settings, load_settings
from models.session import make_engine, writing
from models.staff import Staff
from tests.bench import crowd
from tests.bench.processor import server_time
from tests.support.databases import postgresql_server
from tests.support.screens import CHIEF, SCREENS, Address, Screen, addresses
from tests.support.staff import BROWSER
from web import create_app
from web.demo_config import ensure

REPORTS = 200_000
MOST_QUERIES, MOST_BYTES, MOST_MILLISECONDS = 12, 150_000, 150
TIMES = 5
DRAWN = re.compile(r'<(?:img|object|embed|iframe)\b[^>]*?\s(?:src|data)="(/[^"]+)"')
CLOSED_ROUND = "SELECT id AS round_id FROM round WHERE state = 'closed' ORDER BY month LIMIT 1"
LONG = "附近的居民一早就来排队尝鲜，志愿者在门口引导老人入座"
MORE = (
    Screen("round-closed", "rounds.show", CHIEF, CLOSED_ROUND), Screen("cockpit-closed", "cockpit.show", CHIEF, CLOSED_ROUND),
    Screen("cut-lines-closed", "cut_lines.show", CHIEF, CLOSED_ROUND),
    Screen("pairs-closed", "pairs.show", CHIEF, CLOSED_ROUND), Screen("search-sentence", "search.index", query={"q": LONG}),
    Screen("queue-found", "queue.index", query={"q": "食堂"}),
)
"""What the demo is too small, or too young, to show."""
NOT_COUNTED = re.compile(r"^/(static|bootstrap|attachments)/|^/papers/(pages/\d+/(picture|crop|tiles)|import/\d+/thumbnails)"
                         r"|^/rounds/\d+/announcement/box-")
"""Files that a browser keeps; pictures of what is printed and of readers."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one screen costs once it is warm. `milliseconds`: what the bar is for; `clock`: by the clock."""

    queries: int
    size: int
    milliseconds: float
    clock: float

    def over(self) -> list[str]:
        return [name for name, value, most in (
            ("queries", self.queries, MOST_QUERIES), ("bytes", self.size, MOST_BYTES),
            ("time", self.milliseconds, MOST_MILLISECONDS)) if value > most]


def main() -> int:
    asked = _arguments()
    logging.disable(logging.WARNING)
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="woodpecker-bench-")))
        url = asked.database or (_own_server(kept) if asked.db == "postgresql" else "")
        settings = demo(folder, url)
        engine = make_engine(settings.database_url)
        kept.callback(engine.dispose)
        began = perf_counter()
        crowd.fill(engine, asked.reports, now=settings.clock().now())
        _settle(engine)
        print(f"{asked.reports:,} reports on {engine.dialect.name}, filled in {perf_counter() - began:.0f} s")
        over = measure(create_app(settings, engine=engine), engine, asked.only)
    print(f"{over} screens over a bar" if over else "every screen within its bars")
    return 1 if over else 0


def _settle(engine: Engine) -> None:
    """PostgreSQL vacuums and counts anew after so many rows; done here, or its own processes do it while pages are measured."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.exec_driver_sql("VACUUM (ANALYZE)")


def measure(app: Flask, engine: Engine, only: Sequence[str] = ()) -> int:
    """Prints a line a screen; how many are over a bar."""
    print(f"{'screen':<24}{'queries':>9}{'KB':>8}{'ms':>8}{'clock':>8}"
          f"   bars: {MOST_QUERIES}, {MOST_BYTES // 1000}, {MOST_MILLISECONDS}")
    over = 0
    for screen, client in signed_in(app, engine):
        if not only or screen.name in only:
            over += _line(client, engine, screen)
    return over


def signed_in(app: Flask, engine: Engine) -> Iterator[tuple[Address, FlaskClient]]:
    """Every screen of this database with a browser of whoever looks at it."""
    app.config["WTF_CSRF_ENABLED"] = False
    with engine.connect() as db:
        screens = addresses(app, db, (*SCREENS, *MORE))
    clients = {login: _signed_in(app, engine, login) for login in {one.login for one in screens}}
    for screen in screens:
        yield screen, clients[screen.login]


def _line(client: FlaskClient, engine: Engine, screen: Address) -> bool:
    try:
        cost = of_screen(client, engine, screen)
    except LookupError as problem:
        print(f"{screen.name:<24} {problem}")
        return True
    over = cost.over()
    print(f"{screen.name:<24}{cost.queries:>9}{cost.size / 1000:>8.0f}{cost.milliseconds:>8.0f}{cost.clock:>8.0f}"
          f"   {'OVER: ' + ', '.join(over) if over else ''}", flush=True)
    return bool(over)


def of_screen(client: FlaskClient, engine: Engine, screen: Address, times: int = TIMES) -> Cost:
    """LookupError where it does not answer with a page."""
    client.get(screen.path)  # what is read once for all
    processor, clock, sent = [], [], 0
    server = server_time(engine)
    for _ in range(times):
        with counted(engine) as statements:
            began, ticked = perf_counter(), process_time()
            answer = client.get(screen.path)
            page = answer.get_data()
            processor.append((process_time() - ticked) * 1000)
            clock.append((perf_counter() - began) * 1000)
        sent = max(sent, len(statements))
        if answer.status_code >= 400:  # one screen of the demo leads on to another
            raise LookupError(f"answers {answer.status_code}: {screen.path}")
    size = len(page) + len(str(answer.headers)) + _drawn(client, page.decode())
    took = min(clock) if server is None else min(processor) + (server_time(engine, server) or 0) / times
    return Cost(sent, size, took, min(clock))


def _drawn(client: FlaskClient, page: str) -> int:
    """Bytes of what the page shows besides: its plots."""
    asked = {unescape(one) for one in DRAWN.findall(page)}
    return sum(len(client.get(one).get_data()) for one in asked if not NOT_COUNTED.search(one))


def _signed_in(app: Flask, engine: Engine, login: str | None) -> FlaskClient:
    client = app.test_client()
    client.environ_base |= {"HTTP_USER_AGENT": BROWSER, "HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}
    if login is not None:
        with writing(engine) as session:
            member = session.scalars(select(Staff).where(Staff.login == login)).one()
            token = sign_in.start_session(session, member, BROWSER, now=app.extensions["woodpecker"].clock.now())
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
    return client


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):  # SQLite is told so by a statement of ours
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def demo(folder: Path, database: str) -> Settings:
    """The demo's settings and contest in an empty database; `database` "": SQLite in the folder."""
    ensure(folder / "demo.toml", simulator_port=8001)
    settings = load_settings(folder / "demo.toml", {"WOODPECKER_SERVER_DATABASE_URL": database} if database else {})
    upgrade(settings.database_url)
    engine = make_engine(settings.database_url)
    fill_demo(engine, settings, now=settings.clock().now())
    engine.dispose()
    return settings


def _own_server(kept: ExitStack) -> str:
    server: URL = kept.enter_context(postgresql_server(buffers="128MB"))  # as it is delivered
    return make_url(server).render_as_string(hide_password=False)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="*", default=(), metavar="SCREEN")
    parser.add_argument("--reports", type=int, default=REPORTS)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--database", default="", help="an empty database by its URL")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
