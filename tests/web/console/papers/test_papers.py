"""The screen 报纸: all papers, one paper with its settings, one issue. Importing is in test_imports.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.audit import OPERATOR
from bot.contest import contests
from models.enums import Role
from models.ledger import HouseFind
from models.papers import Article, Issue, Page, PageGeometry, Paper, PaperGrader
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.factories import House
from tests.support.rows import report_rows
from tests.web.conftest import Browser

Counter = Callable[[], AbstractContextManager[list[str]]]


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def form(house: House, **changes: Any) -> dict[str, Any]:
    """What the browser sends when nothing was changed."""
    return {"version": "1", "name": "社区晨报·东城", "aliases": "东城版\r\n东城", "months_between": "1", "first_month": "",
            "usual_pages": "", "outside_scope": ""} | changes


def edit(client: FlaskClient, house: House, **changes: Any) -> tuple[int, str]:
    answer = client.post(f"/papers/{house.paper_id}/edit", data=form(house, **changes))
    return answer.status_code, answer.get_data(as_text=True)


def paper(engine: Engine, house: House) -> Paper:
    with reading(engine) as session:
        return session.get_one(Paper, house.paper_id)


def selects(sent: list[str]) -> int:
    """Queries of a page, the visitor's and the navigation's included."""
    return sum(one.startswith("SELECT") for one in sent)


# all papers


def test_counts_of_reports_stand_beside_issue_page_and_article(browser: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        rows = report_rows(3)
        for row in rows[-3:]:
            row.issue_id = 1  # type: ignore[attr-defined]
        rows[-1].article_id = 1  # type: ignore[attr-defined]
        for row in rows:
            if not isinstance(row, Staff):  # the browser's members have its id
                session.add(row)
                session.flush()
    chief = browser(Role.CHIEF)
    assert ">3</td>" in text(chief, "/papers")
    assert ">1</td>" in text(chief, "/papers/issues/1")
    assert "纠错 1 条" in text(chief, "/papers/pages/1")


def cell(page: str, label: str) -> list[str]:
    """What stands in the cells of that label."""
    return re.findall(rf'<td data-label="{label}"[^>]*>([^<]*)</td>', page)


def test_confirmed_errors_are_counted_not_reports(chief: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        first = factories.report(session, factories.HEADLINE)
        again = factories.report(session, factories.HEADLINE)
        factories.report(session, factories.VOLUNTEERS)
        for number in (first, again):
            factories.accept(session, number, house)
        issue_id = session.scalars(select(Issue.id).where(Issue.paper_id == house.paper_id, Issue.month == "2026-11")).one()
    listed = text(chief, "/papers")
    assert (cell(listed, "纠错"), cell(listed, "差错")) == (["3", "0"], ["1", "0"])
    shown = text(chief, f"/papers/issues/{issue_id}")
    assert "<dt>差错</dt><dd>1 处</dd>" in shown
    assert (cell(shown, "纠错"), cell(shown, "差错")) == (["2", "1"], ["1", "0"])


def test_what_the_newsroom_found_itself_counts_once_with_what_readers_found(
    chief: FlaskClient, engine: Engine, house: House, staff: dict[Role, int]
) -> None:
    with writing(engine) as session:
        found = [factories.report(session, words) for words in (factories.HEADLINE, factories.VOLUNTEERS)]
        factories.accept(session, found[0], house)
        issue_id = session.scalars(select(Issue.id).where(Issue.paper_id == house.paper_id, Issue.month == "2026-11")).one()
        for number, withdrawn in ((found[0], False), (found[1], True)):
            session.add(HouseFind(
                issue_id=issue_id, erratum_id=session.get_one(Report, number).erratum_id, wrong="字", right="词",
                located="found", row_code="N-05", points_milli=1000, digest="d", found_at=factories.NOW,
                found_by_id=house.editor_id, withdrawn_at=factories.NOW if withdrawn else None,
                withdrawn_by_id=house.editor_id if withdrawn else None, withdrawn_reason="看错了" if withdrawn else None))
    assert cell(text(chief, f"/papers/issues/{issue_id}"), "差错") == ["1", "0"]
    with writing(engine) as session:
        session.execute(update(HouseFind).values(withdrawn_at=None, withdrawn_by_id=None, withdrawn_reason=None))
    shown = text(chief, f"/papers/issues/{issue_id}")
    assert cell(shown, "差错") == ["1", "1"]
    assert "<dt>差错</dt><dd>2 处</dd>" in shown


def test_reports_that_name_a_page_count_there_though_no_words_are_found(
    chief: FlaskClient, engine: Engine, house: House
) -> None:
    with writing(engine) as session:
        number = factories.report(session, "东城版3版，“张三丰”应为“张三峰”")
        factories.accept(session, number, house)
        issue_id = session.scalars(select(Issue.id).where(Issue.paper_id == house.paper_id, Issue.month == "2026-11")).one()
    shown = text(chief, f"/papers/issues/{issue_id}")
    assert (cell(shown, "纠错"), cell(shown, "差错")) == (["0", "1"], ["0", "1"])


@pytest.mark.slow
def test_list_shows_the_newest_issues_and_the_next_one(chief: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        for month in range(1, 11):
            session.add(Issue(paper_id=house.paper_id, month=f"2026-{month:02}", published_on=date(2026, month, 6)))
    page = text(chief, "/papers")
    assert re.findall(r">(2026年\d+月)</a>", page) == ["2026年11月", "2026年10月", "2026年9月", "2026年8月", "2026年11月"]
    assert page.count("下一期：2026年12月，2026年12月6日出报") == 2
    assert page.count(">更早的</a>") == 1


def test_empty_catalogue_says_the_next_step(browser: Browser) -> None:
    assert "还没有报纸" in text(browser(Role.CHIEF), "/papers")
    editor = text(browser(Role.EDITOR), "/papers")
    assert "导入报纸" not in editor
    assert "登记一份报纸" not in editor


@pytest.mark.parametrize("address", ["/papers/issues/9", "/papers/pages/9", "/papers/9"])
def test_unknown_place_is_not_found(browser: Browser, address: str) -> None:
    assert browser(Role.CHIEF).get(address).status_code == 404


@pytest.mark.slow
def test_paper_is_added_by_hand_and_refused_a_second_time(browser: Browser, engine: Engine) -> None:
    chief = browser(Role.CHIEF)
    answer = chief.post("/papers/add", data={"name": "社区晨报·凉城"})
    assert answer.status_code == 302
    assert "登记好了：社区晨报·凉城。" in text(chief, answer.location)
    again = chief.post("/papers/add", data={"name": " 社区晨报·凉城"})
    assert (again.status_code, "已经有一份报纸叫“社区晨报·凉城”" in again.get_data(as_text=True)) == (400, True)
    none = chief.post("/papers/add", data={"name": " "})
    assert (none.status_code, "请写报纸的名字。" in none.get_data(as_text=True)) == (400, True)
    with reading(engine) as session:
        assert session.scalars(select(Paper.name)).all() == ["社区晨报·凉城"]


@pytest.mark.slow
def test_many_papers_cost_few_queries(browser: Browser, engine: Engine, house: House, count_queries: Counter) -> None:
    with writing(engine) as session:
        for number in range(12):
            one = Paper(name=f"第{number}份", aliases=[], contest_id=house.contest_id)
            session.add(one)
            session.flush()
            session.add_all(Issue(paper_id=one.id, month=f"2025-{month:02}", published_on=date(2025, month, 6))
                            for month in range(1, 13))
    chief = browser(Role.CHIEF)
    with count_queries() as sent:
        text(chief, "/papers")
    assert selects(sent) <= 12


# one paper


def test_paper_shows_its_settings_issues_and_deadlines(editor: FlaskClient, house: House) -> None:
    page = text(editor, f"/papers/{house.paper_id}")
    for words in ("东城版、东城", "每月一期", "报上印的都算", "2026年12月5日", "进行中", "未出报", "看轮次", "还没出报"):
        assert words in page
    assert "改这份报纸" not in page
    assert "加排一期" not in page


def test_chief_finds_the_round_where_the_deadline_is_moved(chief: FlaskClient, house: House) -> None:
    assert f'href="/rounds/{house.round_id}">改截止日</a>' in text(chief, f"/papers/{house.paper_id}")


@pytest.mark.slow
def test_settings_are_changed_and_told_in_the_history(chief: FlaskClient, house: House, engine: Engine) -> None:
    status, _ = edit(chief, house, name="社区晨报·东城新村", aliases="东城版", usual_pages="8",
                     outside_scope="夹送的商业单页不算", months_between="2", first_month="2026-11")
    assert status == 302
    page = text(chief, f"/papers/{house.paper_id}")
    for words in ("改好了。", "名字：“社区晨报·东城”改成“社区晨报·东城新村”", "别名：加上“社区晨报·东城”，去掉“东城”",
                  "出报：“每月一期”改成“双月一期，从2026年11月起”", "通常几个版：填了 8 个版",
                  "不算在内的：填了“夹送的商业单页不算”", "测试chief"):
        assert words in page
    now = paper(engine, house)
    assert (now.name, now.aliases, now.version) == ("社区晨报·东城新村", ["东城版", "社区晨报·东城"], 2)


def test_saving_without_a_change_says_so(chief: FlaskClient, house: House, engine: Engine) -> None:
    assert edit(chief, house)[0] == 302
    assert "没有改动" in text(chief, f"/papers/{house.paper_id}")
    assert paper(engine, house).version == 1


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "请写报纸的名字。"),
        ({"name": "社区晨报·西城"}, "已经有一份报纸叫“社区晨报·西城”"),
        ({"aliases": "西城版"}, "已经是《社区晨报·西城》的名字"),
        ({"aliases": "晨报"}, "太短或者太平常"),
        ({"months_between": "2"}, "请填第一期是哪个月"),
        ({"months_between": "7"}, "多久出一期"),
        ({"first_month": "十一月"}, "请写成 2026-11 这样。"),
        ({"usual_pages": "0"}, "请填 1 到 400 的整数。"),
        ({"usual_pages": "八"}, "通常几个版"),
        ({"outside_scope": "字" * 201}, "最多 200 个字。"),
        ({"graders": "x"}, "谁来评"),
    ],
)
def test_what_cannot_be_is_said_in_the_form_and_keeps_what_was_typed(
    chief: FlaskClient, house: House, engine: Engine, changes: dict[str, str], words: str
) -> None:
    status, page = edit(chief, house, **{"usual_pages": "12"} | changes)
    assert (status, words in page) == (400, True)
    assert 'class="panel narrow-form paper-form" open' in page
    assert "usual_pages" in changes or 'value="12"' in page
    assert paper(engine, house).version == 1


def test_stale_edit_is_refused_and_the_form_shows_the_present_state(
    chief: FlaskClient, house: House, engine: Engine
) -> None:
    edit(chief, house, usual_pages="8")
    status, page = edit(chief, house, usual_pages="4")
    assert (status, "刚被别人改过" in page) == (409, True)
    assert 'name="version" type="hidden" value="2"' in page
    assert paper(engine, house).usual_pages == 8


def test_editor_may_look_but_not_change(editor: FlaskClient, house: House) -> None:
    assert edit(editor, house)[0] == 403
    for address in (f"/papers/{house.paper_id}/plan", "/papers/add", "/papers/issues/1/drop"):
        assert editor.post(address).status_code == 403


def test_edit_of_an_unknown_paper_is_not_found(chief: FlaskClient, house: House) -> None:
    assert chief.post("/papers/99/edit", data=form(house)).status_code == 404
    assert chief.post("/papers/99/plan", data={"month": "2027-03"}).status_code == 404


# who grades


@pytest.mark.slow
def test_graders_are_offered_where_there_is_something_to_share_out(
    chief: FlaskClient, house: House, engine: Engine, staff: dict[Role, int]
) -> None:
    page = text(chief, f"/papers/{house.paper_id}")
    assert "大家都评" in page
    assert edit(chief, house, graders=[str(staff[Role.EDITOR])])[0] == 302
    page = text(chief, f"/papers/{house.paper_id}")
    assert "谁来评：加上测试editor" in page
    assert "测试editor来评" in text(chief, "/papers")
    with reading(engine) as session:
        assert session.execute(select(PaperGrader.paper_id, PaperGrader.staff_id)).all() == [
            (house.paper_id, staff[Role.EDITOR])]


def test_nothing_is_offered_where_one_person_grades_alone(
    chief: FlaskClient, house: House, engine: Engine, staff: dict[Role, int]
) -> None:
    with writing(engine) as session:
        session.get_one(Staff, staff[Role.EDITOR]).active = False
    assert "谁来评" not in text(chief, f"/papers/{house.paper_id}")


# issues by hand


@pytest.mark.slow
def test_issue_is_planned_by_hand_and_taken_back(chief: FlaskClient, house: House, engine: Engine) -> None:
    edit(chief, house, months_between="0")
    answer = chief.post(f"/papers/{house.paper_id}/plan", data={"month": "2027-03"})
    assert answer.status_code == 302
    page = text(chief, answer.location)
    assert "这一期排好了。" in page
    assert "加排2027年3月的一期" in page
    with reading(engine) as session:
        issue_id = session.scalars(select(Issue.id).where(
            Issue.month == "2027-03", Issue.paper_id == house.paper_id)).one()
    assert "取消这一期" in text(chief, f"/papers/issues/{issue_id}")
    assert chief.post(f"/papers/issues/{issue_id}/drop").status_code == 302
    assert "取消2027年3月的一期" in text(chief, f"/papers/{house.paper_id}")
    assert chief.post(f"/papers/issues/{issue_id}/drop").status_code == 404


@pytest.mark.slow
def test_issue_that_cannot_be_planned_or_dropped_is_said(chief: FlaskClient, house: House, engine: Engine) -> None:
    answer = chief.post(f"/papers/{house.paper_id}/plan", data={"month": "2026-11"})
    assert (answer.status_code, "这个月已经有一期了" in answer.get_data(as_text=True)) == (400, True)
    assert "请填月份。" in chief.post(f"/papers/{house.paper_id}/plan", data={"month": ""}).get_data(as_text=True)
    edit(chief, house, months_between="0")
    with reading(engine) as session:
        issue_id = session.scalars(select(Issue.id).where(Issue.month == "2026-11")).first()
    answer = chief.post(f"/papers/issues/{issue_id}/drop")
    assert (answer.status_code, "不能再取消" in answer.get_data(as_text=True)) == (403, True)


# long lists


@pytest.mark.slow
def test_older_issues_and_older_changes_are_a_tap_away(chief: FlaskClient, house: House, engine: Engine) -> None:
    with writing(engine) as session:
        session.add_all(Issue(paper_id=house.paper_id, month=f"{year}-{month:02}", published_on=date(year, month, 6))
                        for year in (2024, 2025) for month in range(1, 13))
    for number in range(1, 23):
        edit(chief, house, usual_pages=str(number), version=str(number))
    page = text(chief, f"/papers/{house.paper_id}")
    assert len(cell(page, "文章")) == 24
    older = re.search(rf'href="(/papers/{house.paper_id}\?before=2024-04)"', page)
    assert older is not None
    assert len(cell(text(chief, older[1]), "文章")) == 3
    changes = re.search(rf'href="(/papers/{house.paper_id}\?entry=\d+)#history"', page)
    assert changes is not None
    assert "填了 1 个版" not in page
    assert "填了 1 个版" in text(chief, changes[1])
    assert text(chief, f"/papers/{house.paper_id}?before=nonsense&entry=x")


# one issue


def pictured(engine: Engine, house: House, editor: int | None = None) -> int:
    """Gives page 02 of the imported issue a picture, checked by `editor`; the issue's id."""
    with writing(engine) as session:
        issue_id = session.scalars(select(Issue.id).where(Issue.paper_id == house.paper_id, Issue.month == "2026-11")).one()
        page_id = session.scalars(select(Page.id).where(Page.issue_id == issue_id, Page.number == "02")).one()
        session.add(PageGeometry(page_id=page_id, width=800, height=1100, boxes=b"", picture="a" * 64, picture_width=1600,
                                 picture_height=2200, checked_by_id=editor, checked_at=factories.NOW if editor else None))
        return issue_id


def test_issue_shows_pages_as_pictures_with_what_is_checked(
    editor: FlaskClient, house: House, engine: Engine, staff: dict[Role, int]
) -> None:
    page = text(editor, f"/papers/issues/{pictured(engine, house, staff[Role.EDITOR])}")
    assert re.search(r'<img src="/[^"]*width=200[^"]*v=aaaaaaaaaaaa"', page)
    assert page.count('class="page-card"') == 2
    assert "没有版面图" in page  # page 03
    assert "已核对" in page
    assert "style=" not in page


@pytest.mark.slow
def test_missing_pages_are_noticed(chief: FlaskClient, house: House, engine: Engine) -> None:
    issue_id = pictured(engine, house)
    assert "漏了" not in text(chief, f"/papers/issues/{issue_id}")
    edit(chief, house, usual_pages="8", outside_scope="夹送的商业单页不算")
    page = text(chief, f"/papers/issues/{issue_id}")
    assert "通常 8 个版，这一期只有 2 个" in page
    assert "夹送的商业单页不算" in page
    with writing(engine) as session:
        session.scalars(select(Page).where(Page.number == "03")).one().number = "03、04"
    assert "只有 3 个" in text(chief, f"/papers/issues/{issue_id}")


def test_issue_that_is_not_imported_says_what_to_do(chief: FlaskClient, house: House, engine: Engine) -> None:
    with reading(engine) as session:
        ids = session.scalars(select(Issue.id).where(Issue.paper_id == house.other_paper_id).order_by(Issue.month)).all()
    assert "这一期还没有导入" in text(chief, f"/papers/issues/{ids[0]}")
    assert "这一期还没有出报" in text(chief, f"/papers/issues/{ids[1]}")


def test_issue_costs_few_queries(editor: FlaskClient, house: House, engine: Engine, count_queries: Counter) -> None:
    issue_id = pictured(engine, house)
    with writing(engine) as session:
        for number in range(10, 40):
            one = Page(issue_id=issue_id, position=number, number=str(number))
            session.add(one)
            session.flush()
            session.add(Article(page_id=one.id, position=1, key="a", title="题", paragraphs=["字"]))
    with count_queries() as sent:
        text(editor, f"/papers/issues/{issue_id}")
    assert selects(sent) <= 12


@pytest.mark.slow
def test_paper_costs_few_queries(chief: FlaskClient, house: House, engine: Engine, count_queries: Counter) -> None:
    with writing(engine) as session:
        contests.make_rounds(session, house.contest_id, months_ahead=20, actor=OPERATOR, now=factories.NOW)
    with count_queries() as sent:
        text(chief, f"/papers/{house.paper_id}")
    assert selects(sent) <= 12
