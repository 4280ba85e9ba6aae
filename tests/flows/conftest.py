"""A site of the test's own: its folder, its database, its processes; all gone at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.site import Site
from tests.support.world import at


@pytest.fixture
def site(tmp_path: Path, database_url: str, engine: Engine) -> Iterator[Site]:
    """Stands at 2026-11-10 09:00 in Shanghai; nothing runs yet."""
    site = Site(tmp_path / "site", database_url)
    site.stand_at(at("11-10 09:00"))
    yield site
    site.close()
