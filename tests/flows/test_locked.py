"""The database is held by another process for eight seconds while a reader writes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, make_url, text

from bot.clock import monotonic
from models.enums import ReportState
from tests.support.site import SILENCE_SECONDS, Site
from tests.support.world import LIUWAN, generated_issue, generated_text, messages_of, open_contest, reports_of

pytestmark = pytest.mark.slow
LOCKED_SECONDS = 8.0


@contextmanager
def locked(engine: Engine, site: Site) -> Iterator[None]:
    """Nobody else can write until LOCKED_SECONDS have passed, whatever the block does."""
    held, over = threading.Event(), threading.Event()
    holder = threading.Thread(target=_hold, args=(engine, site.database_url, held, over))
    holder.start()
    assert held.wait(10)
    try:
        yield
    finally:
        holder.join(LOCKED_SECONDS + 10)
        assert over.is_set()


def _hold(engine: Engine, url: str, held: threading.Event, over: threading.Event) -> None:
    """The lock's time is the subject, so it is waited for as it is."""
    never = threading.Event()
    if engine.dialect.name == "sqlite":
        db = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        db.execute("BEGIN IMMEDIATE")
        held.set()
        never.wait(LOCKED_SECONDS)
        db.execute("ROLLBACK")
        db.close()
    else:
        with engine.begin() as connection:
            connection.execute(text("LOCK TABLE message IN ACCESS EXCLUSIVE MODE"))
            held.set()
            never.wait(LOCKED_SECONDS)
    over.set()


def test_a_database_locked_for_eight_seconds_costs_no_message(site, engine):
    open_contest(engine, papers=(LIUWAN,), issues=(generated_issue(LIUWAN, "2026-11", 3),))
    site.start_web()
    before = site.send(site.text("oA", generated_text(0), msg_id=1))  # both workers' ways are known to be open
    delivery = site.text("oA", generated_text(1), msg_id=2)

    with locked(engine, site):
        began = monotonic()
        status, _ = site.post(delivery)
        refused_after = monotonic() - began
        reply = site.send(delivery)
        answered_after = monotonic() - began

    assert before is not None
    assert status == 500
    assert 3.5 < refused_after < SILENCE_SECONDS
    assert reply is not None
    assert str(reply["Content"]).startswith("收到，谢谢！记为第2条")
    assert LOCKED_SECONDS - 1 < answered_after < 3 * SILENCE_SECONDS
    assert [m.content for m in messages_of(engine)] == [generated_text(0), generated_text(1)]
    assert [(r.ordinal, r.state) for r in reports_of(engine)] == [(1, ReportState.FILED), (2, ReportState.FILED)]
    assert "cannot store a delivery on main" in site.log("gunicorn")
