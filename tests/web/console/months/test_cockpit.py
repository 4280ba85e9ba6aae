"""The last days of a round on the screen: what blocks, who owes what, the end at this pace; the bar on the first page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from bot.clock import FrozenClock
from models.contests import Round
from models.enums import MessageFate, Role
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, NOW, VOLUNTEERS, House

Browser = Callable[[Role], FlaskClient]
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def three(engine: Engine, house: House) -> list[int]:
    """Three reports over some days, the last one graded; one letter nobody has looked at."""
    with writing(engine) as session:
        numbers = [
            factories.report(session, text, at=NOW - timedelta(days=3 - day))
            for day, text in enumerate((HEADLINE, DISCOUNT, VOLUNTEERS))
        ]
        factories.accept(session, numbers[2], house)
        factories.message(session, factories.reader(session), None, msg_type="voice", fate=MessageFate.DESK)
    return numbers


def close_in(engine: Engine, house: House, clock: FrozenClock, hours: float) -> None:
    with reading(engine) as session:
        clock.moment = session.get_one(Round, house.round_id).closes_at - timedelta(hours=hours)


def address(house: House, rest: str = "") -> str:
    return f"/rounds/{house.round_id}/cockpit{rest}"


def test_the_screen_names_what_blocks_and_links_to_exactly_that(
    editor: FlaskClient, house: House, three: list[int]
) -> None:
    page = editor.get(address(house)).text
    assert "还没评的纠错</span> <strong>2</strong>" in page
    assert "没看过的照片和语音</span> <strong>1</strong>" in page
    listed = editor.get(address(house, "/ungraded")).text
    assert [f"/reports/{number}?" in listed for number in three] == [True, True, False]
    assert "/desk/" in editor.get(address(house, "/media")).text
    assert "这一项都做完了" in editor.get(address(house, "/half_told")).text


def test_the_end_at_this_pace_is_told(editor: FlaskClient, house: House, three: list[int]) -> None:
    page = editor.get(address(house)).text
    assert "最近 7 天评了 1 条" in page
    assert "照现在的速度，" in page
    assert "比评分结束" in page


def test_nobody_grading_is_said(editor: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        factories.report(session, HEADLINE)
    assert "最近 7 天没有人评，还有 1 条等着。" in editor.get(address(house)).text


def test_an_empty_round_says_so(editor: FlaskClient, house: House) -> None:
    page = editor.get(address(house)).text
    assert "都评完了。" in page
    assert "这一轮还没有纠错" in page
    assert editor.get(f"/rounds/{house.round_id}/cockpit.svg").status_code == 404


def test_deadlines_are_counted_down(browser: Browser, engine: Engine, house: House, clock: FrozenClock) -> None:
    close_in(engine, house, clock, 27)
    page = browser(Role.EDITOR).get(address(house)).text
    assert "还有 1 天 3 小时" in page
    assert "路上的来信也算到" in page
    assert "付印" in page


def test_the_plot_is_a_picture_with_its_numbers_beside_it(
    editor: FlaskClient, house: House, three: list[int]
) -> None:
    plot = editor.get(f"/rounds/{house.round_id}/cockpit.svg")
    assert (plot.status_code, plot.mimetype) == (200, "image/svg+xml")
    assert "等着评" in plot.text
    dark = editor.get(f"/rounds/{house.round_id}/cockpit.svg?theme=dark&narrow=1")
    assert dark.status_code == 200
    assert dark.data != plot.data
    page = editor.get(address(house)).text
    assert (
        '<th scope="row">11月10日</th><td class="number">0</td><td class="number">1</td><td class="number">2</td>'
        in page
    )


@pytest.mark.slow
def test_a_team_sees_who_has_what_and_one_editor_only_himself(
    editor: FlaskClient, engine: Engine, house: House, three: list[int]
) -> None:
    assert "谁手上有什么" in editor.get(address(house)).text  # the chief counts as an editor too
    with writing(engine) as session:
        session.execute(update(Staff).where(Staff.role == Role.CHIEF).values(active=False))
    assert "我手上有什么" in editor.get(address(house)).text


@pytest.mark.parametrize(
    "path", ["/rounds/99/cockpit", "/rounds/99/cockpit.svg", "/rounds/99/cockpit/ungraded"]
)
def test_no_round_no_page(editor: FlaskClient, path: str) -> None:
    assert editor.get(path).status_code == 404


def test_an_unknown_blocker_is_no_page(editor: FlaskClient, house: House) -> None:
    assert editor.get(address(house, "/nothing")).status_code == 404
    assert editor.post(f"/rounds/{house.round_id}/reminders/nothing/dismiss").status_code == 404


@pytest.mark.slow
def test_many_are_listed_page_by_page(editor: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        for _ in range(52):
            factories.report(session, HEADLINE)
    first = editor.get(address(house, "/ungraded")).text
    assert (first.count("data-row"), "下一页" in first) == (50, True)
    second = editor.get(address(house, "/ungraded?after=50")).text
    assert (second.count("data-row"), "下一页" in second, "回到开头" in second) == (2, False, True)


@pytest.mark.slow
def test_the_bar_stands_on_the_first_page_in_the_last_three_days(
    browser: Browser, engine: Engine, house: House, clock: FrozenClock, three: list[int]
) -> None:
    close_in(engine, house, clock, 73)
    assert "data-deadline-bar" not in browser(Role.EDITOR).get("/queue").text
    close_in(engine, house, clock, 71)
    editor, chief = browser(Role.EDITOR), browser(Role.CHIEF)
    page = editor.get("/queue?view=all").text
    assert "data-deadline-bar" in page
    assert "没有指定人的有 2 条，有空请评几条。" in page
    assert address(house) in page
    answer = editor.post(
        f"/rounds/{house.round_id}/reminders/closes_72/dismiss", data={"next": "/queue?view=all"}
    )
    assert (answer.status_code, answer.location) == (302, "/queue?view=all")
    assert "data-deadline-bar" not in editor.get("/queue").text
    assert "data-deadline-bar" in chief.get("/queue").text  # each member for himself
    close_in(engine, house, clock, 23)
    assert "data-deadline-bar" in browser(Role.EDITOR).get("/queue").text


def test_the_way_back_leads_nowhere_else(editor: FlaskClient, house: House) -> None:
    answer = editor.post(
        f"/rounds/{house.round_id}/reminders/closes_2/dismiss", data={"next": "//elsewhere.example/"}
    )
    assert answer.location.startswith("/queue")


@pytest.mark.slow
def test_the_prize_role_sees_nothing_of_it(browser: Callable[[Role], FlaskClient], house: House) -> None:
    prizes = browser(Role.PRIZES)
    assert prizes.get(address(house)).status_code == 403
    assert "进度</a>" not in prizes.get("/rounds/").text


@pytest.mark.slow
def test_the_list_of_rounds_leads_there(editor: FlaskClient, house: House) -> None:
    assert address(house) in editor.get("/rounds/").text
    assert address(house) in editor.get(f"/rounds/{house.round_id}").text


def test_after_the_pick_it_says_that_all_is_over(browser: Browser, picked: House) -> None:
    page = browser(Role.EDITOR).get(address(picked)).text
    assert "名单已经评出。" in page
    assert "没有什么要做的了" in page


@pytest.mark.slow
def test_the_screen_costs_a_dozen_queries_at_most(
    editor: FlaskClient, count_queries: Counter, house: House, three: list[int]
) -> None:
    with count_queries() as sent:
        assert editor.get(address(house)).status_code == 200
    assert sum(one.startswith(("SELECT", "WITH")) for one in sent) <= 12, sent
    with count_queries() as sent:
        assert editor.get(address(house, "/ungraded")).status_code == 200
    assert sum(one.startswith(("SELECT", "WITH")) for one in sent) <= 12, sent


@pytest.mark.slow
def test_pages_of_a_round_hold_no_reader(editor: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        one = factories.reader(session)
        factories.report(session, f"{HEADLINE}。我叫季小满，手机13912345678", reader_id=one)
        factories.message(session, one, "我叫季小满，电话13912345678", fate=MessageFate.FAILED)
    for rest in ("", "/ungraded", "/failed"):
        page = editor.get(address(house, rest)).text
        assert not any(word in page for word in ("季小满", "13912345678", factories.OPENID, factories.NICKNAME))
