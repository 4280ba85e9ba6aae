"""No screen asks the database more than twelve times or sends more than 150 KB, with more rows than a page lists.

The same screens with 200,000 reports, and their time: `make bench-console`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from models.session import make_engine
from tests.bench import console, crowd
from web import create_app

REPORTS, MONTHS, PAPERS = 1_500, 14, 3


@pytest.mark.slow
def test_every_screen_keeps_its_bars_of_queries_and_bytes(tmp_path: Path) -> None:
    settings = console.demo(tmp_path, "")
    engine = make_engine(settings.database_url)
    crowd.fill(engine, REPORTS, now=settings.clock().now(), months=MONTHS, papers=PAPERS)
    app = create_app(settings, engine=engine)
    costs = {screen.name: console.of_screen(client, engine, screen, times=1)
             for screen, client in console.signed_in(app, engine)}
    engine.dispose()
    assert {name: (cost.queries, cost.size) for name, cost in costs.items()
            if cost.queries > console.MOST_QUERIES or cost.size > console.MOST_BYTES} == {}
    assert costs["round-closed"].queries, "the crowd's own screens are among them"
