"""Who grades which paper: the list begins with one's own papers, nothing falls between two chairs, the report says so."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert

from models.enums import Role
from models.papers import PaperGrader
from models.queries import queue
from models.queries.queue import Filter, View
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.factories import House
from tests.web.conftest import Browser

UNKNOWN = "“食唐”应为“食堂”"


def assign(engine: Engine, paper_id: int, *staff_ids: int) -> None:
    with writing(engine) as session:
        session.execute(insert(PaperGrader), [{"paper_id": paper_id, "staff_id": one} for one in staff_ids])


def numbers(client: FlaskClient, address: str = "/queue") -> list[int]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [int(number) for number in re.findall(r'class="row-link" href="/reports/(\d+)', answer.get_data(as_text=True))]


@pytest.fixture
def filed(engine: Engine, house: House) -> list[int]:
    """A report about each of the two papers."""
    with writing(engine) as session:
        return [factories.report(session, words) for words in (factories.DISCOUNT, factories.ELSEWHERE)]


def test_list_is_the_same_for_all_while_nobody_is_responsible(editor: FlaskClient, filed: list[int]) -> None:
    assert numbers(editor) == filed
    assert "我负责的报纸" not in editor.get("/queue").get_data(as_text=True)


def test_editor_sees_his_own_papers_first_and_all_of_them_at_a_tap(
    browser: Browser, engine: Engine, house: House, staff: dict[Role, int], filed: list[int]
) -> None:
    assign(engine, house.paper_id, staff[Role.EDITOR])
    assign(engine, house.other_paper_id, staff[Role.CHIEF])
    editor, chief = browser(Role.EDITOR), browser(Role.CHIEF)
    assert (numbers(editor), numbers(chief)) == (filed[:1], filed[1:])
    page = editor.get("/queue").get_data(as_text=True)
    assert "现在列的是<strong>我负责的报纸</strong>" in page
    everything = re.search(r'href="(/queue\?grader=0)"', page)
    assert everything is not None
    assert numbers(editor, everything[1]) == filed
    assert "只看我负责的报纸" in editor.get(everything[1]).get_data(as_text=True)
    assert numbers(editor, "/queue?grader=0&view=all") == [*reversed(filed)]
    assert numbers(browser(Role.ADMIN)) == filed  # grades no paper in particular


def test_list_goes_on_from_report_to_report_as_it_was_opened(
    browser: Browser, engine: Engine, house: House, staff: dict[Role, int], filed: list[int]
) -> None:
    assign(engine, house.paper_id, staff[Role.EDITOR])
    assign(engine, house.other_paper_id, staff[Role.CHIEF])
    editor = browser(Role.EDITOR)
    page = editor.get("/queue").get_data(as_text=True)
    assert f'href="/reports/{filed[0]}?grader={staff[Role.EDITOR]}"' in page
    shown = editor.get(f"/reports/{filed[0]}?grader={staff[Role.EDITOR]}").get_data(as_text=True)
    assert f"/reports/{filed[1]}" not in shown
    assert f"/reports/{filed[1]}" in editor.get(f"/reports/{filed[0]}?grader=0").get_data(as_text=True)


def test_nothing_falls_between_two_chairs(
    engine: Engine, house: House, staff: dict[Role, int], filed: list[int]
) -> None:
    with writing(engine) as session:
        unknown = factories.report(session, UNKNOWN)
    with reading(engine) as session:
        mine = Filter(View.ALL, grader_id=staff[Role.EDITOR])
        assert {row.number for row in queue.rows(session, mine).rows} == {*filed, unknown}
    assign(engine, house.other_paper_id, staff[Role.CHIEF])
    with reading(engine) as session:
        found = {row.number for row in queue.rows(session, mine).rows}
        assert found >= {filed[0]}
        assert filed[1] not in found
        asked = Filter(grader_id=staff[Role.EDITOR])
        assert queue.counts(session, asked)[View.MINE_TO_GRADE] == len(found)


def test_paper_whose_grader_left_is_everybodys_again(
    browser: Browser, engine: Engine, house: House, staff: dict[Role, int], filed: list[int]
) -> None:
    with writing(engine) as session:
        gone = factories.staff(session, "gone", Role.EDITOR)
    assign(engine, house.paper_id, gone)
    assign(engine, house.other_paper_id, staff[Role.EDITOR])
    assert numbers(browser(Role.EDITOR)) == filed[1:]
    with writing(engine) as session:
        session.get_one(Staff, gone).active = False
    assert numbers(browser(Role.EDITOR)) == filed


@pytest.mark.slow
def test_paper_that_is_chosen_is_shown_whoever_grades_it(
    browser: Browser, engine: Engine, house: House, staff: dict[Role, int], filed: list[int]
) -> None:
    assign(engine, house.paper_id, staff[Role.EDITOR])
    assign(engine, house.other_paper_id, staff[Role.CHIEF])
    editor = browser(Role.EDITOR)
    own = staff[Role.EDITOR]
    assert numbers(editor, f"/queue?paper={house.other_paper_id}") == filed[1:]
    assert numbers(editor, f"/queue?paper={house.other_paper_id}&grader={own}") == filed[1:]


@pytest.mark.slow
def test_empty_list_of_ones_own_points_to_the_others(
    browser: Browser, engine: Engine, house: House, staff: dict[Role, int], filed: list[int]
) -> None:
    assign(engine, house.paper_id, staff[Role.CHIEF])
    assign(engine, house.other_paper_id, staff[Role.EDITOR])
    with writing(engine) as session:
        factories.accept(session, filed[1], house)
    page = browser(Role.EDITOR).get("/queue").get_data(as_text=True)
    assert "我负责的报纸没有待评的纠错" in page
    assert 'href="/queue?grader=0">看全部报纸的' in page


@pytest.mark.slow
def test_one_editor_alone_has_the_whole_list(
    browser: Browser, engine: Engine, house: House, staff: dict[Role, int], filed: list[int]
) -> None:
    assign(engine, house.paper_id, staff[Role.EDITOR])
    assign(engine, house.other_paper_id, staff[Role.CHIEF])
    editor = browser(Role.EDITOR)
    with writing(engine) as session:
        session.get_one(Staff, staff[Role.CHIEF]).active = False
    assert numbers(editor) == filed


@pytest.mark.slow
def test_report_says_who_is_to_grade_it(
    editor: FlaskClient, engine: Engine, house: House, staff: dict[Role, int], filed: list[int]
) -> None:
    assert "来评。" not in editor.get(f"/reports/{filed[0]}").get_data(as_text=True)
    assign(engine, house.paper_id, staff[Role.CHIEF], staff[Role.EDITOR])
    assert "这份报纸由测试chief、测试editor来评。" in editor.get(f"/reports/{filed[0]}").get_data(as_text=True)
    assert editor.get(f"/reports/{filed[1]}").status_code == 200
