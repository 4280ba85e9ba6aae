"""Which of the reports beside one are shown where many name the same error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.enums import ReportState
from models.queries.report import OtherReport
from models.session import writing
from tests.support import factories
from tests.support.factories import HEADLINE, NOW, House
from web.console.reports import same_list
from web.console.reports.same_list import briefly

BEGAN = datetime(2026, 11, 10, 1, tzinfo=UTC)


def other(number: int) -> OtherReport:
    return OtherReport(number, 1, 1, BEGAN + timedelta(minutes=number), ReportState.FILED, None, False, None, None, "02",
                       "食唐", "食堂")


def told(many: int, at: int) -> str:
    """Numbers as shown, +n for what is left out."""
    listed = briefly([other(n) for n in range(many)], BEGAN + timedelta(minutes=at, seconds=-30))
    return " ".join((f"+{skipped} " if skipped else "") + (str(one.number) if one else "") for skipped, one in listed).strip()


@pytest.mark.parametrize(("many", "at", "shown"), [
    (0, 0, ""),
    (3, 1, "0 1 2"),
    (24, 20, " ".join(map(str, range(24)))),
    (3_000, 1_500, "0 1 2 3 4 5 6 7 +1488 1496 1497 1498 1499 1500 1501 1502 1503 +1496"),
    (3_000, 0, "0 1 2 3 4 5 6 7 +2992"),
    (3_000, 9, "0 1 2 3 4 5 6 7 8 9 10 11 12 +2987"),
    (3_000, 3_000, "0 1 2 3 4 5 6 7 +2988 2996 2997 2998 2999"),
])
def test_of_many_the_first_and_those_next_to_it_are_shown(many: int, at: int, shown: str) -> None:
    assert told(many, at) == shown


def test_an_error_that_many_reported_has_a_short_page(
    engine: Engine, editor: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(same_list, "MANY", 12)
    with writing(engine) as session:
        numbers = [factories.report(session, HEADLINE, at=NOW + timedelta(minutes=n)) for n in range(22)]

    page = editor.get(f"/reports/{numbers[-1]}").text.partition('id="part-same"')[2]

    assert [f">{n}</a>" in page for n in numbers] == [True] * 8 + [False] * 9 + [True] * 4 + [False]
    assert "中间还有 9 条，没有列出" in page
