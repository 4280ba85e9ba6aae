"""出报日历: what came out when, what is planned, what is not imported; and the notice of it on the list of reports."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.audit import OPERATOR
from bot.clock import FrozenClock
from bot.contest import contests
from models.contests import Round
from models.enums import Role, RoundState
from models.papers import Issue, Paper
from models.queries.calendar import ContestRule, Missing
from models.queries.papers import IssueLine, PaperLine
from models.session import writing
from tests.support import factories
from tests.support.factories import House
from tests.web.conftest import Browser
from web.console.papers.calendar import Cell, Notice, months_of, notices, sentence

Counter = Callable[[], AbstractContextManager[list[str]]]
TODAY = date(2026, 11, 21)
RULE = {1: ContestRule(1, 6, 5, "none", 0, 1)}


def line(paper_id: int = 1, months_between: int = 1, first_month: str | None = None, contest_id: int | None = 1) -> PaperLine:
    return PaperLine(paper_id, f"第{paper_id}份", [], contest_id, None, months_between, first_month, None, None, 1)


def issue(number: int, month: str, *, imported: bool = False, paper_id: int = 1) -> IssueLine:
    year, _, of_year = month.partition("-")
    return IssueLine(number, paper_id, f"第{paper_id}份", month, date(int(year), int(of_year), 6), None,
                     datetime(2026, 11, 7, tzinfo=UTC) if imported else None, None, None, None)


def cells(paper: PaperLine, issues: list[IssueLine], absent: set[int], year: int = 2026) -> list[Cell]:
    return [month.slots[0].cell for month in months_of(year, [paper], issues, RULE, absent, TODAY)]


# pure


def test_each_month_says_how_the_paper_stands() -> None:
    issues = [issue(8, "2026-08"), issue(9, "2026-09", imported=True), issue(10, "2026-10"),
              issue(11, "2026-11", imported=True), issue(12, "2026-12")]
    assert cells(line(), issues, {10})[7:] == [Cell.LEFT_OUT, Cell.IMPORTED, Cell.MISSING, Cell.IMPORTED, Cell.PLANNED]


def test_months_to_come_follow_from_the_rhythm() -> None:
    assert cells(line(months_between=3, first_month="2026-11"), [], set(), 2027) == [
        Cell.NONE, Cell.EXPECTED, Cell.NONE] * 4
    assert cells(line(months_between=0), [], set(), 2027) == [Cell.NONE] * 12
    assert cells(line(contest_id=None), [], set(), 2027) == [Cell.NONE] * 12


def test_nothing_is_made_up_for_the_past() -> None:
    assert set(cells(line(), [], set(), 2025)) == {Cell.NONE}
    assert cells(line(), [], set())[9:] == [Cell.NONE, Cell.NONE, Cell.EXPECTED]


def test_month_of_today_is_marked() -> None:
    marked = [month.month for month in months_of(2026, [line()], [], RULE, set(), TODAY) if month.is_now]
    assert marked == ["2026-11"]
    assert not any(month.is_now for month in months_of(2025, [line()], [], RULE, set(), TODAY))


def test_rule_that_no_month_can_keep_shows_what_stands_in_rows() -> None:
    rule = {1: ContestRule(1, 20, 5, "none", 0, 0)}
    months = months_of(2026, [line()], [issue(12, "2026-12")], rule, set(), TODAY)
    assert [month.slots[0].cell for month in months][10:] == [Cell.NONE, Cell.PLANNED]


def absent(paper: str, month: str = "2026-11", deadline: date | None = date(2026, 12, 1), waiting: int = 0) -> Missing:
    return Missing(1, 1, paper, month, deadline, waiting)


def test_what_is_missing_is_said_in_one_sentence_a_month_and_deadline() -> None:
    found = notices([absent("甲报", waiting=2), absent("乙报", waiting=3), absent("甲报", "2026-10", date(2026, 11, 1))])
    assert [sentence(one, TODAY) for one in found] == [
        "2 份报纸的 11 月刊还没导入，12 月 1 日截止，有 5 条纠错等着找原文。",
        "《甲报》的 10 月刊还没导入，已于 11 月 1 日截止。",
    ]


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        (Notice("2025-12", date(2026, 1, 5), ("甲报",), (1,), 0), "《甲报》的 2025 年 12 月刊还没导入，已于 1 月 5 日截止。"),
        (Notice("2026-11", None, ("甲报", "乙报"), (1, 2), 0), "2 份报纸的 11 月刊还没导入。"),
        (Notice("2026-11", TODAY, ("甲报",), (1,), 1), "《甲报》的 11 月刊还没导入，11 月 21 日截止，有 1 条纠错等着找原文。"),
    ],
)
def test_sentence_names_year_and_paper_where_it_must(notice: Notice, words: str) -> None:
    assert sentence(notice, TODAY) == words


# the screen


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def slots(page: str) -> list[str]:
    return re.findall(r'class="slot slot-(\w+)"', page)


def test_year_shows_imported_missing_and_planned_issues_with_their_dates(editor: FlaskClient, house: House) -> None:
    page = text(editor, "/papers/calendar")
    assert slots(page) == ["none"] * 20 + ["imported", "missing", "planned", "planned"]
    for words in ("11月6日出报", "12月5日截止", "12月6日出报", "1月5日截止", "今天 11月10日", "进行中", "未出报",
                  "《社区晨报·西城》的 11 月刊还没导入，12 月 5 日截止。"):
        assert words in page
    assert "/papers/import" not in page  # an editor does not import
    assert "style=" not in page


def test_chief_gets_from_the_missing_issue_to_the_import(chief: FlaskClient, house: House) -> None:
    page = text(chief, "/papers/calendar")
    assert page.count('href="/papers/import">') == 2  # at the sentence and in the month


def test_other_years_are_a_tap_away(editor: FlaskClient, house: House, engine: Engine) -> None:
    assert 'rel="prev"' not in text(editor, "/papers/calendar")
    with writing(engine) as session:
        session.add(Issue(paper_id=house.paper_id, month="2025-03"))
    page = text(editor, "/papers/calendar")
    assert 'href="/papers/calendar?year=2025"' in page
    assert "planned" in slots(text(editor, "/papers/calendar?year=2025"))
    following = text(editor, "/papers/calendar?year=2028")
    assert slots(following) == ["expected"] * 24
    assert "2028年还没有排出一期。" in following
    assert "回到今年" in following


@pytest.mark.sampled
@pytest.mark.parametrize("year", ["0", "99999", "-5", "x", ""])
def test_year_that_is_none_is_no_fault(editor: FlaskClient, year: str) -> None:
    assert editor.get(f"/papers/calendar?year={year}").status_code == 200


def test_without_papers_it_says_what_to_do(browser: Browser) -> None:
    page = text(browser(Role.CHIEF), "/papers/calendar")
    assert "还没有报纸" in page
    assert "去设置" in page
    assert "去设置" not in text(browser(Role.EDITOR), "/papers/calendar")


def test_without_a_contest_imported_papers_are_shown(browser: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Paper(name="某报", aliases=[]))
    page = text(browser(Role.EDITOR), "/papers/calendar")
    assert "某报" in page
    assert "在“设置”里建好活动" in page


def test_twelve_papers_over_two_years_cost_few_queries(
    editor: FlaskClient, house: House, engine: Engine, count_queries: Counter
) -> None:
    with writing(engine) as session:
        papers = [Paper(name=f"第{number}份", aliases=[], contest_id=house.contest_id) for number in range(10)]
        session.add_all(papers)
        session.flush()
        session.expire_all()
        contests.make_rounds(session, house.contest_id, months_ahead=23, first="2025-12", actor=OPERATOR, now=factories.NOW)
    with count_queries() as sent:
        page = text(editor, "/papers/calendar")
    assert len(slots(page)) == 12 * 12
    assert sum(one.startswith("SELECT") for one in sent) <= 9


# missing


def missing_words(chief: FlaskClient) -> str:
    found = re.search(r'class="alert alert-warning queue-notice"[^>]*>([^<]*)<', text(chief, "/queue"))
    return found[1].strip("　\n ") if found else ""


def test_list_of_reports_tells_chiefs_what_waits_for_an_import(
    chief: FlaskClient, browser: Browser, engine: Engine, house: House
) -> None:
    assert missing_words(chief) == ""  # missing, but no report waits for it
    with writing(engine) as session:
        factories.report(session, factories.ELSEWHERE)
    assert missing_words(chief) == "《社区晨报·西城》的 11 月刊还没导入，12 月 5 日截止，有 1 条纠错等着找原文。"
    assert "还没导入" not in text(browser(Role.EDITOR), "/queue")


@pytest.mark.slow
def test_after_the_deadline_it_is_said_until_the_round_is_picked(
    chief: FlaskClient, engine: Engine, house: House, clock: FrozenClock, browser: Browser
) -> None:
    with writing(engine) as session:
        factories.report(session, factories.ELSEWHERE)
        factories.closed(session, house)
    clock.advance(days=26)
    assert "已于 12 月 5 日截止" in missing_words(browser(Role.CHIEF))
    with writing(engine) as session:
        session.execute(update(Round).where(Round.id == house.round_id).values(
            state=RoundState.PICKED, picked_at=factories.NOW, result={}))
    assert missing_words(browser(Role.CHIEF)) == ""
    assert "left_out" in slots(text(browser(Role.CHIEF), "/papers/calendar"))


@pytest.mark.slow
def test_imported_issue_is_no_longer_missing(chief: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        factories.report(session, factories.ELSEWHERE)
        session.execute(update(Issue).where(Issue.month == "2026-11").values(imported_at=factories.NOW))
        assert session.scalars(select(Issue.imported_at).where(Issue.month == "2026-11")).all()
    assert missing_words(chief) == ""
    assert "missing" not in slots(text(chief, "/papers/calendar"))
