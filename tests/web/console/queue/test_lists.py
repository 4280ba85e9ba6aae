"""The views of the list, its filters and search in the address, saved filters, and who is not shown what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select, update
from werkzeug.datastructures import MultiDict

from bot import audit, search
from bot.errors import BadInput, NotAllowed, NotFound
from bot.judging import grading, reviews
from bot.judging.grading import GradeInput
from bot.teamwork import assignments, claims, filters
from models.enums import ReportSource, Role, Verdict
from models.lists import SavedFilter
from models.queries import queue
from models.queries.queue import Filter, View, Viewer
from models.reports import Report
from models.reviews import UsualPageMaker
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.factories import DISCOUNT, ELSEWHERE, HEADLINE, NOW, VOLUNTEERS, House
from web.console import listing

Browser = Callable[[Role], FlaskClient]


def shown(client: FlaskClient, address: str) -> set[int]:
    answer = client.get(address)
    assert answer.status_code == 200
    return {int(number) for number in re.findall(r'class="row-link"[^>]*>(\d+)<', answer.text)}


def test_mine_to_grade_leaves_out_what_rests_what_others_have_and_ones_own_page(
    engine: Engine, house: House, editor: FlaskClient, staff: dict[Role, int]
) -> None:
    chief = audit.by_staff(staff[Role.CHIEF])
    with writing(engine) as session:
        plain, resting, given_away, own, mine = (
            factories.report(session, text) for text in (HEADLINE, DISCOUNT, ELSEWHERE, VOLUNTEERS, HEADLINE))
        assignments.snooze(session, resting, NOW + timedelta(days=2), actor=chief, now=NOW)
        assignments.assign(session, given_away, staff[Role.CHIEF], actor=chief, now=NOW)
        assignments.assign(session, mine, staff[Role.EDITOR], actor=chief, now=NOW)
        session.execute(insert(UsualPageMaker).values(paper_id=house.paper_id, page="3", staff_id=staff[Role.EDITOR]))
    assert shown(editor, "/queue") == {plain, mine}
    assert shown(editor, "/queue?view=all") == {plain, resting, given_away, own, mine}
    assert shown(editor, "/queue?view=mine") == {mine}
    assert shown(editor, f"/queue?view=all&to={staff[Role.CHIEF]}") == {given_away}
    assert shown(editor, "/queue?view=all&to=0") == {plain, resting, own}


def test_next_report_is_not_one_that_somebody_is_grading(
    engine: Engine, house: House, staff: dict[Role, int]
) -> None:
    with writing(engine) as session:
        first, second, third = (factories.report(session, text, at=NOW + timedelta(minutes=n))
                                for n, text in enumerate((VOLUNTEERS, DISCOUNT, ELSEWHERE)))
        claims.claim(session, second, actor=audit.by_staff(staff[Role.CHIEF]), now=NOW)
    asked = Filter(viewer=Viewer(staff[Role.EDITOR], NOW, 2))
    with reading(engine) as session:
        place = queue.key_of(session, first, asked.view)
        assert place is not None
        assert queue.neighbours(session, asked, place) == (None, second)
        assert queue.following(session, asked, first) == third
        assert queue.following(session, asked, third) == first
        assert queue.key_of(session, 99999, asked.view) is None


def test_one_editor_alone_has_a_plain_list(
    engine: Engine, house: House, editor: FlaskClient, staff: dict[Role, int]
) -> None:
    with writing(engine) as session:
        factories.report(session, HEADLINE)
        session.get_one(Staff, staff[Role.CHIEF]).active = False
    page = editor.get("/queue").text
    start = page.index("view-tabs")
    nav = page[start:page.index("</nav>", start)]
    tabs = re.findall(r"<a[^>]*>([^<\s]+)\s*(?:<span class=\"count\">\d+</span>)?</a>", nav)
    assert tabs == ["待评", "待补充", "疑似重复", "申诉", "快到截止", "上报", "已评", "全部"]
    assert 'value="assign"' not in page
    assert "谁在办" not in page


@pytest.mark.parametrize(("days", "expected"), [(1, 0), (20, 0), (24, 1), (60, 1)])
def test_due_soon_begins_three_days_before_the_round_closes(
    engine: Engine, house: House, days: int, expected: int
) -> None:
    with writing(engine) as session:
        factories.report(session, HEADLINE)
    with reading(engine) as session:
        asked = Filter(View.DUE_SOON, viewer=Viewer(1, NOW + timedelta(days=days), 1))
        assert len(queue.rows(session, asked).rows) == expected
        assert queue.counts(session, asked)[View.DUE_SOON] == expected


@pytest.mark.sampled
@pytest.mark.parametrize(("parameters", "expected"), [
    ("several=1", {"one", "other"}), ("source=voice", {"spoken"}), ("state=decided&view=all", {"done"}),
    ("row=N-05&view=all", {"done"}), ("row=N-06&view=all", set()), ("age=3", {"spoken"}), ("age=7", set()),
    ("age=nonsense", {"one", "other", "spoken"}), ("source=<b>", {"one", "other", "spoken"}),
    ("to=abc", {"one", "other", "spoken"}), ("after=1-2-x", {"one", "other", "spoken"}),
])  # fmt: skip
def test_filters_of_the_address(
    engine: Engine, house: House, editor: FlaskClient, clock: object, parameters: str, expected: set[str]
) -> None:
    with writing(engine) as session:
        numbers = {"one": factories.report(session, HEADLINE), "other": factories.report(session, HEADLINE),
                   "spoken": factories.report(session, ELSEWHERE, at=NOW - timedelta(days=4)),
                   "done": factories.report(session, VOLUNTEERS)}
        factories.accept(session, numbers["done"], house)
        session.execute(update(Report).where(Report.id == numbers["spoken"]).values(source=ReportSource.VOICE))
    assert shown(editor, f"/queue?{parameters}") == {numbers[name] for name in expected}


@pytest.mark.slow
def test_search_finds_words_and_a_number_goes_straight_there(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    with writing(engine) as session:
        found, other = factories.report(session, HEADLINE), factories.report(session, ELSEWHERE)
        search.refresh(session, now=NOW)
    assert shown(editor, "/queue?q=食唐") == {found}
    assert shown(editor, "/queue?q=汤元") == {other}
    assert "没有找到含“没有的字”的纠错" in editor.get("/queue?q=没有的字").text
    for words in (str(found), f"编号{found}", f"编号 {found}"):
        answer = editor.get("/queue", query_string={"q": words, "view": "all"})
        assert (answer.status_code, answer.location) == (302, f"/reports/{found}?view=all")
    assert editor.get("/queue?q=99999").status_code == 200
    page = editor.get(f"/reports/{found}?q=食唐").text
    assert f"/reports/{other}?" not in page  # neighbours are those of what was searched


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(["view", "paper", "page", "round", "grader", "row", "source", "state", "several", "age",
                                        "to", "q", "after"]), st.text(max_size=40)))
def test_whatever_stands_in_an_address_is_a_filter_that_comes_back_the_same(values: dict[str, str]) -> None:
    listed = listing.from_args(MultiDict(values))
    again = listing.from_args(MultiDict({name: str(value) for name, value in listing.address(listed).items()}))
    assert again == listed


@pytest.mark.slow
@pytest.mark.parametrize("words", ["%", "_", "'; drop table report; --", "\\", "😀" * 30, "a" * 500,
                                   "<script>alert(1)</script>", "  "])
def test_hostile_search_is_only_a_search(editor: FlaskClient, words: str) -> None:
    answer = editor.get("/queue", query_string={"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


@pytest.mark.slow
def test_list_keeps_its_page_on_the_way_to_a_report_and_back(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    with writing(engine) as session:
        one = factories.reader(session)
        numbers = [factories.report(session, f"西城版5版，“错字第{n}处啊”应为“对字第{n}处啊”", reader_id=one,
                                    at=NOW + timedelta(minutes=n)) for n in range(52)]
    first = editor.get("/queue").text
    second = re.search(r'rel="next" href="([^"]+)"', first)
    assert second is not None
    page = editor.get(second[1].replace("&amp;", "&")).text
    link = re.search(rf'class="row-link" href="([^"]+)">{numbers[51]}<', page)
    assert link is not None
    report = editor.get(link[1].replace("&amp;", "&")).text
    back = re.search(r'href="(/queue\?[^"]*after=[^"]*)"', report)
    assert back is not None
    assert shown(editor, back[1].replace("&amp;", "&").split("#")[0]) == set(numbers[50:])
    beyond = editor.get("/queue?after=0-1-1")
    assert (beyond.status_code, beyond.location) == (302, "/queue")


@pytest.mark.slow
def test_grades_that_a_member_must_not_see_yet_are_in_no_row(
    engine: Engine, house: House, editor: FlaskClient, staff: dict[Role, int]
) -> None:
    with writing(engine) as session:
        number = factories.report(session, HEADLINE)
        grading.grade(session, number, GradeInput(Verdict.ACCEPTED, row_code="N-05"), now=NOW,
                      actor=audit.by_staff(staff[Role.CHIEF]), expected_version=1)
        assert reviews.open_for_appeal(session.connection(), number, now=NOW) is not None
    page = editor.get("/queue").text
    assert shown(editor, "/queue") == {number}
    assert "请您独立再评" in page
    assert "采纳</span>" not in page
    assert shown(editor, "/queue?view=all&row=N-05") == set()


# --- saved filters ---


def kept(page: str) -> list[str]:
    return re.findall(r'<a href="[^"]*"[^>]*>([^<]+)(?:<span class="text-body-secondary">（大家）</span>)?</a>',
                      page[page.index('class="kept-tabs"'):page.index('class="kept-edit"')]) if "kept-tabs" in page else []


@pytest.mark.slow
def test_own_filter_is_saved_shown_renamed_deleted_and_brought_back(
    engine: Engine, house: House, editor: FlaskClient, browser: Browser
) -> None:
    editor.post("/queue/filters", data={"name": "二版 <b>", "page": "2", "view": "all", "grader": "1"})
    page = editor.get("/queue").text
    assert kept(page) == ["二版 &lt;b&gt;"]
    assert 'href="/queue?view=all&amp;page=2"' in page or 'href="/queue?page=2&amp;view=all"' in page
    assert kept(browser(Role.CHIEF).get("/queue").text) == []
    editor.post("/queue/filters/1/rename", data={"name": "二版"})
    assert "二版" in editor.get("/queue/filters").text
    gone = editor.post("/queue/filters/1/remove")
    assert "撤销" in editor.get(gone.location).text
    assert kept(editor.get("/queue").text) == []
    editor.post("/queue/filters/1/restore")
    assert kept(editor.get("/queue").text) == ["二版"]


@pytest.mark.slow
def test_shared_filters_are_the_chiefs_to_make_and_to_change(
    engine: Engine, house: House, editor: FlaskClient, chief: FlaskClient
) -> None:
    chief.post("/queue/filters", data={"name": "语音", "source": "voice", "shared": "y"})
    assert kept(editor.get("/queue").text) == ["语音"]
    editor.post("/queue/filters/1/remove")
    editor.post("/queue/filters/1/rename", data={"name": "我的"})
    assert kept(editor.get("/queue").text) == ["语音"]
    assert editor.post("/queue/filters/1/share", data={}).status_code == 403
    chief.post("/queue/filters/1/share", data={})
    assert kept(editor.get("/queue").text) == []


@pytest.mark.parametrize(("name", "refused"), [
    ("", "起个名字"), ("   \n", "起个名字"), ("字" * 21, "最多 20 个字"), ("\u202e\u200b", "起个名字")])
def test_names_that_are_none_are_refused(engine: Engine, house: House, staff: dict[Role, int], name: str, refused: str) -> None:
    with writing(engine) as session, pytest.raises(BadInput, match=refused):
        filters.save(session, name, {"page": "2"}, shared=False, actor=audit.by_staff(staff[Role.EDITOR]), now=NOW)


def test_filters_of_others_are_not_there_for_me(engine: Engine, house: House, staff: dict[Role, int]) -> None:
    editor, chief = audit.by_staff(staff[Role.EDITOR]), audit.by_staff(staff[Role.CHIEF])
    with writing(engine) as session:
        own = filters.save(session, "甲", {"page": "2"}, shared=False, actor=editor, now=NOW)
        assert filters.save(session, "甲", {"page": "3"}, shared=False, actor=editor, now=NOW) == own
        assert session.scalar(select(SavedFilter.parameters)) == {"page": "3"}
        with pytest.raises(NotFound):
            filters.remove(session, own, actor=chief, now=NOW)
        with pytest.raises(NotAllowed):
            filters.save(session, "乙", {"page": "2"}, shared=True, actor=editor, now=NOW)
        with pytest.raises(BadInput, match="没有什么筛选"):
            filters.save(session, "乙", {}, shared=False, actor=editor, now=NOW)
        for n in range(filters.MOST - 1):
            filters.save(session, f"第{n}", {"page": "2"}, shared=False, actor=editor, now=NOW)
        with pytest.raises(BadInput, match="最多存"):
            filters.save(session, "多", {"page": "2"}, shared=False, actor=editor, now=NOW)
