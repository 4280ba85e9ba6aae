"""Lists that are cut: what lies beyond is reached page by page, each row once, whatever stands first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.contest import rounds as round_verbs
from models.appeals import CallerEntry
from models.contests import Award, Round
from models.enums import Role, RoundState
from models.queries import callers
from models.queries import rounds as round_queries
from models.session import reading, writing
from models.work_enums import EntryState
from tests.support import factories
from tests.support.factories import ELSEWHERE, HEADLINE, NOW, VOLUNTEERS, House
from web.console.house import newsroom


def following(page: str) -> str | None:
    found = re.search(r'rel="next" href="([^"]+)"', page.partition('class="list-foot')[2])
    return found[1].replace("&amp;", "&") if found else None


def pages(client: FlaskClient, address: str) -> list[str]:
    found, at = [], address
    while at:
        found.append(client.get(at).text)
        at = following(found[-1]) or ""
        assert len(found) < 20
    return found


@pytest.mark.sampled
@pytest.mark.parametrize("waiting", [(), (2,), (0, 1, 3), (0, 1, 2, 3, 4, 5, 6)])
def test_entries_for_callers_come_once_each_those_that_wait_first(
    engine: Engine, editor: FlaskClient, house: House, clock: FrozenClock, waiting: tuple[int, ...]
) -> None:
    at = (NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    for n in range(7):
        given = {"nonce": f"nonce-{n}", "contest": house.contest_id, "way": "call", "at": at, "who": "", "label": f"第{n}位",
                 "naming": "", "words": HEADLINE}  # fmt: skip
        assert editor.post("/callers/new", data=given).status_code == 302
    with writing(engine) as session:
        ids = list(session.scalars(select(CallerEntry.message_id).order_by(CallerEntry.message_id)))
        session.execute(update(CallerEntry).values(state=EntryState.COUNTS))
        marked = [ids[n] for n in waiting]
        session.execute(update(CallerEntry).where(CallerEntry.message_id.in_(marked)).values(state=EntryState.WAITING))
    found: list[int] = []
    with reading(engine) as session:
        before: int | None = None
        while True:
            rows, before = callers.entries(session, before=before, limit=2)
            found += [row.message_id for row in rows]
            if before is None:
                break
    assert found == sorted(marked, reverse=True) + sorted(set(ids) - set(marked), reverse=True)


def test_the_desks_month_is_turned_page_by_page(
    engine: Engine, editor: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newsroom, "PAGE_SIZE", 2)
    with writing(engine) as session:
        for text in (HEADLINE, VOLUNTEERS, ELSEWHERE):
            factories.accept(session, factories.report(session, text), house)
    found = pages(editor, "/papers/newsroom/")
    assert [page.count('name="slip"') for page in found] == [2, 1]
    assert len(set(re.findall(r'name="slip" value="(\d+)"', "".join(found)))) == 3


def test_prizes_of_older_months_are_a_page_away_and_what_is_owed_stands_first(
    engine: Engine, browser: Callable[[Role], FlaskClient], house: House, clock: FrozenClock, staff: dict[Role, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(round_queries, "PRIZE_MONTHS", 1)
    with writing(engine) as session:
        factories.accept(session, factories.report(session, HEADLINE), house)
        clock.moment = factories.picked(session, house)
        round_verbs.release_round(session, house.round_id, actor=by_staff(staff[Role.CHIEF]), now=clock.now())
        later = session.get_one(Round, house.round_id)
        columns = {column.name: getattr(later, column.name) for column in Round.__table__.columns if column.name != "id"}
        session.add(Round(**columns | {"month": "2027-06", "state": RoundState.RELEASED}))
        award = session.scalars(select(Award)).one()
    desk = browser(Role.PRIZES)
    newest = desk.get("/prizes/").text
    assert "2026年11月" in newest  # still to be handed over
    desk.post(f"/prizes/{award.id}/hand-over", data={"relation": "neither"})
    newest, older = pages(desk, "/prizes/")
    assert award.printed_name not in newest.partition("<main")[2]
    assert award.printed_name in older
    assert "回到最近的" in older
