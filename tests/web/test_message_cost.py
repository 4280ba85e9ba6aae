"""What a message costs, by measures that do not move with the machine's mood: statements, bytecodes, indexes.

The figures are what was reached with a small margin for statements and a wide one for bytecodes. Whoever adds to
them says in docs/performance.md what for. `make bench-message` counts instructions and microseconds as well.
"""

from __future__ import annotations

import subprocess
import sys
from copy import copy
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.dialects import sqlite

from bot.clock import FrozenClock
from bot.settings import Settings
from models.prepared import InsertInto, Prepared
from tests.support.letters import KINDS, Letters, Statements, found_town, post, unhurried
from tests.support.settings import OUTSIDE, reached
from tests.support.world import at
from web import create_app

MOST_STATEMENTS = {"report": 29, "two": 46, "mend": 34, "question": 11, "picture": 7}
MOST_BYTECODES = {"report": 46_000, "two": 77_000, "mend": 66_000, "question": 13_000, "picture": 8_000}
SELDOM = {"PIL", "alembic", "bot.demo", "fontTools", "fpdf", "fsspec", "lxml", "numpy", "openpyxl", "psycopg", "pygal",
          "pypdfium2", "pypinyin", "requests", "segno", "urllib3", "zxcvbn"}  # fmt: skip
"""Each is imported where it is used: together they would be some 80 MB of every worker."""
WORKER = """
import sys
from pathlib import Path
from bot.settings import parse_settings
from tests.support.settings import raw_settings
from web import create_app
folder = Path(sys.argv[1])
raw = raw_settings(folder, f"sqlite:///{folder}/none.db") | {"demo": {"enabled": True}}
create_app(parse_settings(raw, base=folder, source="test"))
print(*sys.modules)
"""
ROOT = Path(__file__).parents[2]
SMALL = {"contest"}
"""Tables of a few rows, which may be read whole."""


@pytest.fixture
def app(settings: Settings, engine: Engine) -> Any:
    app = create_app(unhurried(settings), clock=FrozenClock(at("11-20 09:00")), engine=engine)
    yield app
    app.extensions["woodpecker-door"].intake.close()


@pytest.fixture
def letters(app: Flask, engine: Engine) -> Letters:
    return Letters(app, "main", found_town(engine, account="main", articles=56, now=at("10-05 08:00")))


@pytest.fixture
def on_sqlite(engine: Engine) -> None:
    """What is counted is the same everywhere but for the driver."""
    if engine.dialect.name != "sqlite":
        pytest.skip("the figures are those of SQLite's driver and planner")


def _said(letters: Letters, kind: str) -> str:
    return letters.opened(post(letters.app, letters.ready(kind, 1)[0]))


@pytest.mark.slow
def test_the_letters_are_what_they_are_called(letters: Letters) -> None:
    said = [_said(letters, kind)[:5] for kind in KINDS]

    assert said == ["收到，谢谢", "收到，谢谢", "好的，已经", "2026年", "照片收到，"]


@pytest.mark.sampled
@pytest.mark.parametrize("kind", KINDS)
def test_no_message_asks_the_database_more_often(letters: Letters, kind: str) -> None:
    for letter in letters.ready(kind, 2):
        post(letters.app, letter)
    ready = letters.ready(kind, 1)
    with Statements(letters.app.extensions["woodpecker-door"].intake._engine) as sent:
        post(letters.app, ready[0])

    assert len(sent) <= MOST_STATEMENTS[kind]


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("kind", KINDS)
def test_no_message_takes_more_bytecodes(letters: Letters, kind: str) -> None:
    for letter in letters.ready(kind, 2):
        post(letters.app, letter)
    ready = letters.ready(kind, 1)

    assert _bytecodes(letters.app, ready[0]) <= MOST_BYTECODES[kind]


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.usefixtures("on_sqlite")
def test_who_has_reported_much_costs_little_more(letters: Letters) -> None:
    busy = ("one", "two", "three")
    for _ in range(12):  # what is read for the first time costs more
        post(letters.app, letters.letter("another", letters.quoted()))
    took = [sum(_bytecodes(letters.app, letters.letter(reader, letters.quoted())) for reader in busy) for _ in range(24)]

    assert sum(took[20:]) <= 1.13 * sum(took[1:5])


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.usefixtures("on_sqlite")
def test_what_many_have_found_costs_little_more(letters: Letters) -> None:
    """Half a town may report one headline in an evening."""
    headline = letters.quoted()
    took = [_bytecodes(letters.app, letters.letter(f"finder-{n}", headline)) for n in range(80)]

    assert min(took[40:]) <= 1.01 * min(took[20:40])


def _bytecodes(app: Flask, letter: Any) -> int:
    """How many of Python's own instructions a letter takes; the same on every machine, whatever else it does."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        post(app, letter)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.slow
@pytest.mark.usefixtures("on_sqlite")
def test_the_link_to_his_pages_costs_no_statement(settings: Settings, engine: Engine, letters: Letters) -> None:
    app = create_app(reached(unhurried(settings)), clock=FrozenClock(at("11-20 09:00")), engine=engine)
    linked = copy(letters)
    linked.app = app
    for letter in linked.ready("report", 2):
        post(app, letter)
    ready = linked.ready("report", 2)
    with Statements(app.extensions["woodpecker-door"].intake._engine) as sent:
        reply = linked.opened(post(app, ready[0]))
    assert (f"{OUTSIDE}/my/" in reply, len(sent) <= MOST_STATEMENTS["report"]) == (True, True)
    assert _bytecodes(app, ready[1]) <= MOST_BYTECODES["report"]
    app.extensions["woodpecker-door"].intake.close()


@pytest.mark.slow
@pytest.mark.one_database
def test_a_worker_does_not_hold_what_only_jobs_exports_and_pictures_need(tmp_path: Path) -> None:
    started = subprocess.run([sys.executable, "-c", WORKER, str(tmp_path)], check=True, cwd=ROOT, capture_output=True, text=True)

    held = set(started.stdout.split())
    assert {"flask", "web.webhook"} <= held
    assert SELDOM.isdisjoint(held)


def _prepared() -> dict[str, Prepared]:
    return {f"{name}.{key}": value for name, module in sorted(sys.modules.items())
            if name.split(".")[0] in {"bot", "models", "web"}
            for key, value in vars(module).items() if isinstance(value, Prepared)}  # fmt: skip


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.usefixtures("on_sqlite")
def test_every_statement_of_the_webhook_finds_its_rows_by_an_index(app: Flask, engine: Engine) -> None:
    """As many messages as there may be: none is read through. (What an INSERT's plan tells of is for deferred keys.)"""
    found = {name: one for name, one in _prepared().items() if not isinstance(one, InsertInto)}
    assert len(found) > 30

    scanned = {}
    with engine.connect() as db:
        for name, statement in found.items():
            made: Any = statement._statement.compile(dialect=sqlite.dialect(),
                                                     column_keys=list(statement._columns) or None)
            plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {made.string}", (None,) * len(made.positiontup))
            steps = [str(row[3]).split() for row in plan]
            # Most rows of a table stand in one state: to search it by that alone is to read it through.
            tables = {step[1] for step in steps if step[0] == "SCAN" or step[-1] == "(state=?)"} - SMALL
            if tables:
                scanned[name] = tables
    assert scanned == {"bot.catalogue.library._VERSION": {"catalogue_version"}}  # one row
