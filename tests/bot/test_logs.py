"""Log lines: one an event, with the id of the request or job, and never with what an exception quotes."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot import jobs, logs
from bot.logs import Form, Lines
from bot.settings import Settings
from tests.support.work import work_of
from web import create_app

READER = "读者写的话"


def line(form: Form, message: str = "round 7 cannot be closed", *args: object, failed: bool = False) -> str:
    record = logging.LogRecord("bot.jobs", logging.WARNING, __file__, 1, message, args, None)
    record.created = 1_762_736_400.0425
    if failed:
        try:
            try:
                raise ValueError(READER)
            except ValueError as problem:
                raise RuntimeError(READER) from problem
        except RuntimeError:
            record.exc_info = sys.exc_info()
    return Lines(form).format(record)


def test_text_and_json_say_the_same() -> None:
    with logs.named("close_rounds"):
        request_id = logs.current()
        assert line("text") == f"2025-11-10 01:00:00Z WARNING bot.jobs [{request_id}]: round 7 cannot be closed"
        assert json.loads(line("json")) == {
            "time": "2025-11-10T01:00:00.042Z", "level": "WARNING", "logger": "bot.jobs", "request_id": request_id,
            "message": "round 7 cannot be closed"}
    assert (re.fullmatch(r"close_rounds-[0-9a-f]{8}", request_id) is not None, logs.current()) == (True, "")


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_an_exception_quotes_stays_out(form: Form) -> None:
    said = line(form, failed=True)
    assert READER not in said
    assert [kind in said for kind in ("builtins.ValueError", "builtins.RuntimeError", "test_logs.py")] == [True] * 3


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_value_makes_a_line_that_looks_like_ours(form: Form) -> None:
    said = line(form, "refused %s", "x\n2025-11-10 01:00:00Z INFO bot.jobs: forged\rhere")
    assert all(one.startswith(("2025-11-10 01:00:00Z WARNING", "  ", '{"time"')) for one in said.split("\n"))
    assert "\r" not in said


def test_a_job_that_fails_is_told_without_what_its_error_quotes(
    engine: Engine, settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(work: object, now: object) -> dict[str, object]:
        raise RuntimeError(READER)

    monkeypatch.setattr(jobs, "JOBS", {"deliver": fail})
    jobs.run_all(work_of(engine, settings))
    said = "".join(Lines("json").format(one) for one in caplog.records)
    assert ("job deliver failed" in said, "RuntimeError" in said, READER in said) == (True, True, False)


@contextmanager
def handlers(*first: logging.Handler) -> Iterator[list[logging.Handler]]:
    """The root of the log as a process finds it that was just started."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers[:] = first
    try:
        yield root.handlers
    finally:
        root.handlers[:] = before
        root.setLevel(level)


def test_set_up_again_changes_the_form_and_adds_no_second_line() -> None:
    with handlers() as found:
        logs.set_up("text")
        logs.set_up("json")
        (handler,) = found
        record = logging.LogRecord("bot", logging.INFO, __file__, 1, "here", (), None)
        assert json.loads(handler.format(record))["message"] == "here"
    assert logging.getLogger("apscheduler").level == logging.WARNING


def test_a_server_that_set_up_the_log_keeps_it() -> None:
    theirs = logging.NullHandler()
    with handlers(theirs) as found:
        logs.set_up("json")
        assert (found, theirs.formatter) == ([theirs], None)


def client(settings: Settings, engine: Engine, proxies: int) -> FlaskClient:
    server = settings.server.model_copy(update={"trusted_proxies": proxies})
    return create_app(settings.model_copy(update={"server": server}), engine=engine).test_client()


@pytest.mark.parametrize(("proxies", "given", "kept"), [
    (0, "0123456789abcdef", False), (1, "0123456789abcdef", True), (1, "x", False), (1, "a b c d e f g h", False),
    (1, "1" * 65, False), (1, "<script>alert(1)", False),
])
def test_answers_name_their_request(settings: Settings, engine: Engine, proxies: int, given: str, kept: bool) -> None:
    said = [client(settings, engine, proxies).get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"]
            for _ in range(2)]
    if kept:
        assert said == [given, given]
    else:
        assert len(set(said)) == 2
        assert all(re.fullmatch("[0-9a-f]{8}", one) for one in said)
