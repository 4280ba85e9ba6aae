"""What machines ask."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from bot.clock import FrozenClock
from bot.settings import parse_settings
from models.session import make_engine
from tests.support.settings import raw_settings
from web import create_app


def test_running_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").get_data() == b"ok\n"
    assert client.get("/readyz").get_data() == b"ready\n"


def test_database_without_tables_is_not_ready(tmp_path: Path, empty_database_url: str, clock: FrozenClock) -> None:
    engine = make_engine(empty_database_url)
    settings = parse_settings(raw_settings(tmp_path, empty_database_url), base=tmp_path, source="test")
    client = create_app(settings, clock=clock, engine=engine).test_client()
    answer = client.get("/readyz")
    engine.dispose()
    assert (answer.status_code, answer.get_data()) == (503, b"not ready\n")
