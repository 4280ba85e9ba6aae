"""排名 under made-up names."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from bot.clock import SHANGHAI, FrozenClock
from models.enums import Bar, Role
from models.readers import Person
from models.session import writing
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, NOW, VOLUNTEERS, House
from web.console.pseudonyms import pseudonyms

Browser = Callable[[Role], FlaskClient]
NAME = r"读者 #[A-Z]\d{3}[A-Z]?"


def test_persons_stand_in_order_with_their_arithmetic(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        best = factories.reader(session)
        for text in (HEADLINE, VOLUNTEERS):
            factories.accept(session, factories.report(session, text, reader_id=best, at=NOW - timedelta(hours=1)), house)
        factories.accept(session, factories.report(session, HEADLINE), house)
        factories.report(session, DISCOUNT)
    page = editor.get("/standings/").text
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)[1:]
    assert [re.search(r"<strong>([\d.]+)</strong>", row).group(1) for row in rows] == ["2.000", "0.250", "0.000"]
    assert len(set(re.findall(NAME, page))) == 3
    assert "1 分 × 1（首位发现）× 1.0（3 项说明齐全）＝ 1.000 分" in page
    assert "没有得分" in rows[2]
    assert "还有 1 条没评" in page


def test_barred_person_is_listed_with_why_he_wins_nothing(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        factories.report(session, HEADLINE)
        session.execute(update(Person).values(bar=Bar.BLOCKED, bar_reason="刷屏"))
    assert "已停止参加" in editor.get("/standings/").text


def test_empty_round_and_unknown_round(house: House, editor: FlaskClient) -> None:
    assert "这一轮还没有纠错" in editor.get(f"/standings/?round={house.round_id}").text
    assert editor.get("/standings/?round=999").status_code == 404


def test_queries_do_not_grow_with_the_persons(
    engine: Engine, house: House, editor: FlaskClient, count_queries: Callable[[], Any]
) -> None:
    with writing(engine) as session:
        factories.report(session, HEADLINE)
    with count_queries() as few:
        editor.get("/standings/")
    with writing(engine) as session:
        for _ in range(29):
            factories.report(session, HEADLINE)
    with count_queries() as many:
        editor.get("/standings/")
    assert len(many) == len(few) <= 12


def test_made_up_names_keep_in_a_round_and_change_with_it() -> None:
    first = pseudonyms(range(1, 400), round_id=1, secret="s")
    assert len(set(first.values())) == 399
    assert pseudonyms([7, 300], round_id=1, secret="s")[300] in first.values()
    assert pseudonyms([7], round_id=1, secret="s")[7] == first[7]
    assert pseudonyms([7], round_id=2, secret="s")[7] != first[7]
    assert pseudonyms([7], round_id=1, secret="t")[7] != first[7]


def test_round_is_current_from_the_first_hour_of_its_publication_day(
    house: House, browser: Browser, clock: FrozenClock
) -> None:
    """In Shanghai; in Greenwich it is still the day before."""
    clock.moment = datetime(2026, 11, 6, 0, 30, tzinfo=SHANGHAI).astimezone(UTC)
    page = browser(Role.EDITOR).get("/standings/").text
    assert re.search(rf'<option value="{house.round_id}"[^>]* selected', page) is not None
