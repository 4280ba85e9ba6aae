"""The list of reports to grade: its order, filters, pages, and what it never shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from bot import audit
from bot.judging import grading
from models.enums import Role
from models.queries.queue import Filter, Key, View, key_from, key_of, key_text, neighbours, rows
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import DISCOUNT, ELSEWHERE, HEADLINE, NOW, VOLUNTEERS, House
from web.console.listing import age


def listed(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'class="row-link"[^>]*>(\d+)<', page)]


def asked(sent: list[str]) -> list[str]:
    """The queries; SQLite's BEGIN of a reading transaction asks for nothing."""
    return [one for one in sent if not one.startswith("BEGIN")]


def test_most_finders_come_first_then_the_oldest(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        old = factories.report(session, VOLUNTEERS, at=NOW - timedelta(hours=3))
        first = factories.report(session, HEADLINE, at=NOW - timedelta(hours=2))
        second = factories.report(session, HEADLINE, at=NOW - timedelta(hours=1))
        young = factories.report(session, DISCOUNT, at=NOW)
    assert listed(editor.get("/queue").text) == [first, second, old, young]


def test_round_whose_paper_is_not_out_yet_is_not_called_running(engine: Engine, house: House, editor: FlaskClient) -> None:
    page = editor.get("/queue").text
    assert re.findall(r"<option[^>]*>(2026年1[12]月（[^）]*）)", page) == ["2026年12月（未出报）", "2026年11月（进行中）"]


def test_row_says_paper_issue_page_words_kind_state_and_finders(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    with writing(engine) as session:
        factories.report(session, HEADLINE, at=NOW - timedelta(hours=2))
        factories.report(session, HEADLINE, at=NOW)
    page = editor.get("/queue").text
    for words in ("社区晨报·东城", "2026年11月", "02版", "“食唐”", "“食堂”", "错 1 字", "待评", "<strong>2</strong>", "2 小时前"):
        assert words in page


@pytest.mark.sampled
@pytest.mark.parametrize(("parameters", "expected"), [
    ("", {"head", "west", "maybe_late"}), ("?view=all", {"head", "west", "done", "up", "maybe_late"}),
    ("?view=decided", {"done"}), ("?view=escalated", {"up"}), ("?view=needs_more", set()),
    ("?page=2", {"head"}), ("?page=02", {"head"}), ("?paper=2", {"west"}), ("?view=all&page=3", {"done", "up"}),
    ("?view=maybe", {"maybe_late"}), ("?round=1&view=decided", {"done"}), ("?view=nonsense", {"head", "west", "maybe_late"}),
    ("?round=x", {"head", "west", "maybe_late"}), ("?round=99999", set()),
])  # fmt: skip
def test_filters(
    engine: Engine, house: House, editor: FlaskClient, parameters: str, expected: set[str]
) -> None:
    with writing(engine) as session:
        numbers = {
            "head": factories.report(session, HEADLINE), "west": factories.report(session, ELSEWHERE),
            "done": factories.report(session, VOLUNTEERS, at=NOW - timedelta(hours=5)),
            "up": factories.report(session, "东城版3版《垃圾箱房换新颜》，“自觉的分类”应为“自觉地分类”"),
            "maybe_late": factories.report(session, DISCOUNT.replace("东城版2版《社区食唐开张》，", "")),
        }
        factories.accept(session, numbers["done"], house)
        grading.escalate(session, numbers["up"], "请主编看", actor=audit.by_staff(house.editor_id), now=NOW,
                         expected_version=1)
        session.execute(update(Report).where(Report.id == numbers["maybe_late"]).values(
            late=True, time_flagged=True, page_label=None, article_id=None, paragraph=None, quote_start=None,
            quote_end=None, located="no_quote", maybe_erratum_id=1))
    shown = parameters.replace("paper=2", f"paper={house.other_paper_id}").replace("round=1", f"round={house.round_id}")
    page = editor.get("/queue" + shown).text
    assert set(listed(page)) == {numbers[name] for name in expected}
    if "maybe_late" in expected:
        assert all(words in page for words in ("迟到", "时间存疑", "疑似重复"))


def test_tabs_count_under_the_other_filters(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        factories.report(session, HEADLINE)
        factories.report(session, ELSEWHERE)
    page = editor.get(f"/queue?paper={house.other_paper_id}").text
    assert re.search(r"待我评\s*<span class=\"count\">1</span>", page)


@pytest.mark.slow
def test_empty_list_says_so(editor: FlaskClient) -> None:
    assert "没有待评的纠错" in editor.get("/queue").text
    assert "去掉筛选" in editor.get("/queue?page=9").text


@pytest.mark.slow
def test_pages_follow_each_other_without_gap_or_repeat(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        one = factories.reader(session)
        numbers = [factories.report(session, f"西城版5版，“错字第{n}处啊”应为“对字第{n}处啊”", reader_id=one,
                                    at=NOW + timedelta(minutes=n)) for n in range(60)]
    seen: list[int] = []
    address = "/queue?view=filed"
    for _ in range(3):
        page = editor.get(address).text
        seen += listed(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if following is None:
            break
        address = following.group(1).replace("&amp;", "&")
    assert seen == numbers
    with reading(engine) as session:
        newest = rows(session, Filter(View.ALL), limit=60)
        assert [row.number for row in newest.rows] == numbers[::-1]
        rest = rows(session, Filter(View.ALL), after=newest.rows[9].key, limit=100)
        assert [row.number for row in rest.rows] == numbers[::-1][10:]


@pytest.mark.parametrize("text", ["", "1-2", "a-b-c", "1-2-3-4", "1-99999999999999999-3", "-1-2-3", "１-２-３"])
def test_a_strange_key_in_the_address_opens_the_first_page(text: str) -> None:
    found = key_from(text)
    assert found is None or isinstance(found, Key)


def test_key_survives_the_address() -> None:
    key = Key(3, NOW + timedelta(microseconds=123456), 10007)
    assert key_from(key_text(key)) == key


@pytest.mark.slow
def test_number_of_queries_does_not_grow_with_the_rows(
    engine: Engine, house: House, editor: FlaskClient, count_queries: Callable[[], Any]
) -> None:
    with writing(engine) as session:
        factories.report(session, HEADLINE)
    with count_queries() as few:
        editor.get("/queue")
    with writing(engine) as session:
        one = factories.reader(session)
        for n in range(29):
            factories.report(session, f"西城版5版，“错字第{n}处啊”应为“对字第{n}处啊”", reader_id=one)
    with count_queries() as many:
        assert len(listed(editor.get("/queue").text)) == 30
    assert len(asked(many)) == len(asked(few)) <= 12


@pytest.mark.slow
def test_hostile_words_are_only_words(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        factories.report(session, "西城版5版，“<script>alert(1)</script>”应为“<b>好</b>”")
    page = editor.get("/queue").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.slow
@pytest.mark.parametrize(("role", "status"), [(Role.EDITOR, 200), (Role.CHIEF, 200), (Role.ADMIN, 200), (Role.PRIZES, 403)])
def test_who_may_look(browser: Callable[[Role], FlaskClient], house: House, role: Role, status: int) -> None:
    assert browser(role).get("/queue").status_code == status


@pytest.mark.parametrize(("passed", "words"), [
    ({"minutes": 0}, "0 分钟"), ({"minutes": 59}, "59 分钟"), ({"minutes": 60}, "1 小时"), ({"hours": 47}, "1 天"),
    ({"days": 3, "hours": 2}, "3 天"), ({"minutes": -5}, "0 分钟"),
])  # fmt: skip
def test_age_is_said_in_one_unit(passed: dict[str, int], words: str) -> None:
    assert age(NOW, NOW + timedelta(**passed)) == words


@pytest.mark.parametrize("view", [View.MINE_TO_GRADE, View.ALL])
def test_before_and_after_are_the_neighbours_in_the_list(engine: Engine, house: House, view: View) -> None:
    with writing(engine) as session:
        for text, hours in ((VOLUNTEERS, 5), (HEADLINE, 4), (ELSEWHERE, 3), (HEADLINE, 2), (DISCOUNT, 2)):
            factories.report(session, text, at=NOW - timedelta(hours=hours))
    with reading(engine) as session:
        numbers = [row.number for row in rows(session, Filter(view)).rows]
        around = [(*numbers[n - 1 : n], numbers[n], *numbers[n + 1 : n + 2]) for n in range(1, len(numbers) - 1)]
        for before, number, after in around:
            key = key_of(session, number, view)
            assert key is not None
            assert neighbours(session, Filter(view), key) == (before, after)
        assert len(around) == 3
