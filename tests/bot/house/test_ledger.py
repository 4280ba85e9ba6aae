"""The ledger from the database: what is confirmed, the caps, the characters by layout and by text, sums over issues."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import by_staff
from bot.catalogue.library import Library
from bot.contest.annex import DEFAULT_ANNEX
from bot.contest.rules import DEFAULT_RULES, to_json
from bot.errors import BadInput, NotFound
from bot.house import house_finds, layouts, ledger
from bot.house.house_finds import Entry
from bot.house.ledger import IssueLedger, LeftOut
from bot.house.own_rate import CharactersFrom, Counting
from bot.judging import grading, linking
from models.audit import AuditEntry
from models.contests import RuleSet
from models.enums import Doubling, Verdict
from models.ledger import PageLayout
from models.papers import Issue, Page, Paper
from models.reports import Erratum
from tests.support.town import EARLY, MORNING, PAPER, Town, issue_file

NOW = datetime(2023, 5, 21, tzinfo=UTC)
SLIPS = [f"第{n}户居民到银行开帐户办手续。" for n in range(1, 10)]
NUMBERS = ["3、4天", "5、6人", "7、8次", "2、3年", "4、5户", "6、7栋", "8、9米", "1、2层", "11、12日", "13、14号",
           "15、16路", "17、18岁"]  # fmt: skip


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def article(key: str, *paragraphs: str, title: str = "一篇报道") -> dict[str, Any]:
    return {"id": key, "title": title, "paragraphs": list(paragraphs)}


def page(number: str, *articles: dict[str, Any]) -> dict[str, Any]:
    return {"number": number, "name": "身边", "articles": list(articles)}


def reported(town: Town, key: str, wrong: str, right: str, row: str = "N-05", *, reader: str = "R", **more: Any) -> int:
    """One accepted report; its number."""
    found = town.found(key, wrong, right)
    number = town.file(reader, found).report_id
    town.grade(number, row=row, **more)
    return number


def whole(town: Town, month: str = "2023-05", paper: str = PAPER) -> IssueLedger:
    found = ledger.of_issue(town.session, issue_id(town, month, paper))
    assert found is not None
    return found


def issue_id(town: Town, month: str = "2023-05", paper: str = PAPER) -> int:
    town.session.flush()
    found = town.session.scalar(select(Issue.id).join(Paper).where(Paper.name == paper, Issue.month == month))
    assert found is not None
    return found


def page_id(town: Town, number: str = "02") -> int:
    found = town.session.scalar(select(Page.id).where(Page.number == number))
    assert found is not None
    return found


def counting(found: IssueLedger) -> list[Counting | None]:
    return [item.line.counting if item.line else None for item in found.items]


# what is confirmed


def test_row_that_only_an_earlier_rule_set_had_still_has_its_name(session: Session) -> None:
    local = replace(next(row for row in DEFAULT_ANNEX if row.code == "N-05"), code="L-99", name="从前的一种")
    town = Town.founded(session, rules=replace(DEFAULT_RULES, annex=(*DEFAULT_ANNEX, local)))
    reported(town, "a1", "食唐01号", "食堂01号", row="L-99")
    session.add(RuleSet(contest_id=town.contest_id, number=2, rules=to_json(DEFAULT_RULES), created_at=NOW))
    assert [item.row.name for item in whole(town).items] == ["从前的一种"]


def test_sum_over_more_errata_than_a_statement_holds_values(town: Town) -> None:
    """PostgreSQL takes 65,535 values; an erratum must not be one each."""
    issue = issue_id(town)
    town.session.execute(insert(Erratum), [
        {"contest_id": town.contest_id, "issue_id": issue, "wrong": f"错{n}", "right": f"对{n}", "row_code": "N-05",
         "doubling": Doubling.NONE, "points_milli": 1000, "created_at": NOW} for n in range(40)])
    sent: list[int] = []
    connection = town.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *call: sent.append(len(call[3] or ())))
    ledger.of_issue(town.session, issue)
    assert max(sent) < 40


def test_only_accepted_reports_are_counted_each_erratum_once(town: Town) -> None:
    reported(town, "a1", "食唐01号", "食堂01号", reader="甲")
    town.grade(town.file("乙", town.said(1)).report_id)
    town.file("丙", town.said(2))
    town.refuse(town.file("丁", town.said(3)).report_id)
    found = whole(town)
    assert [(item.erratum.wrong, item.points_milli) for item in found.items] == [("食唐01号", 1000)]


def test_undone_grade_leaves_the_ledger(town: Town) -> None:
    number = reported(town, "a1", "食唐01号", "食堂01号")
    grading.undo(town.session, number, actor=by_staff(town.editor), now=NOW, expected_version=town.report(number).version)
    assert whole(town).items == ()


def test_headline_is_doubled_and_says_its_base(town: Town) -> None:
    reported(town, "h1", "印措", "印错", doubling=Doubling.HEADLINE)
    (item,) = whole(town).items
    assert (item.base_milli, item.points_milli, item.doubling, item.where) == (1000, 2000, Doubling.HEADLINE, "标题")


def test_items_stand_in_the_order_of_print(town: Town) -> None:
    first = page("02", article("x", "头一段有个错子。", "第二段有个别宇。"))
    town.bring(issue_file(pages=[first, page("03", article("y", "这里印措了。"))]))
    reported(town, "y", "印措", "印错", reader="甲")
    reported(town, "x", "别宇", "别字", reader="乙")
    reported(town, "x", "错子", "错字", reader="丙")
    assert [(i.number, i.page, i.where, i.erratum.wrong) for i in whole(town).items] == [
        (1, "02", "正文第 1 段", "错子"), (2, "02", "正文第 2 段", "别宇"), (3, "03", "正文第 1 段", "印措")]  # fmt: skip


def test_unimported_paper_keeps_the_page_as_stated(session: Session) -> None:
    town = Town.founded(session, imported=False)
    number = town.file("甲", town.stated(1, month="2023-05")).report_id
    town.grade(number)
    found = whole(town)
    assert [(item.page, item.where, item.page_id) for item in found.items] == [("02", "", ledger.NO_PAGE)]
    assert (found.ledger.points_milli, found.ledger.characters, found.ledger.per_10_000) == (1000, 0, None)


# caps


@pytest.mark.slow
def test_same_slip_nine_times_counts_three(town: Town) -> None:
    town.bring(issue_file(pages=[page("02", *[article(f"s{n}", text) for n, text in enumerate(SLIPS)])]))
    for n in range(9):
        reported(town, f"s{n}", "帐户", "账户", reader=f"R{n}")
    found = whole(town)
    assert counting(found) == [Counting.FULL] * 3 + [Counting.REPEATED] * 6
    assert [item.repeats for item in found.items] == [None] + [1] * 8
    assert found.ledger.points_milli == 3000


@pytest.mark.slow
def test_slip_linked_by_an_editor_is_a_repeat_whatever_its_words(town: Town) -> None:
    town.bring(issue_file(pages=[page("02", *[article(f"s{n}", f"这一段里有错处{n}号，请看。") for n in range(4)])]))
    numbers = [reported(town, f"s{n}", f"错处{n}号，请", f"别样{n}处，请", reader=f"R{n}") for n in range(4)]
    for number in numbers[1:]:
        grading.link_slip(town.session, number, numbers[0], actor=by_staff(town.editor), now=NOW,
                          expected_version=town.report(number).version)  # fmt: skip
    assert counting(whole(town)) == [Counting.FULL] * 3 + [Counting.REPEATED]


@pytest.mark.slow
def test_what_an_editor_told_apart_is_no_repeat(town: Town) -> None:
    texts = ["老人高兴地吃上食唐的饭。", "社区食唐今天开张。", "大家都夸食唐干净。", "孩子们在食唐门口玩。"]
    town.bring(issue_file(pages=[page("02", *[article(f"s{n}", text) for n, text in enumerate(texts)])]))
    numbers = [reported(town, f"s{n}", text, text.replace("唐", "堂"), reader=f"R{n}") for n, text in enumerate(texts)]
    assert counting(whole(town)).count(Counting.REPEATED) == 1
    linking.keep_apart(town.session, numbers[3], numbers[0], actor=by_staff(town.editor), now=NOW,
                       expected_version=town.report(numbers[3]).version)  # fmt: skip
    assert counting(whole(town)) == [Counting.FULL] * 4


@pytest.mark.slow
def test_number_usage_counts_one_point_in_an_issue(town: Town) -> None:
    town.bring(issue_file(pages=[page("02", *[article(f"n{k}", f"一共用了{words}才办好。") for k, words in enumerate(NUMBERS)])]))
    for k, words in enumerate(NUMBERS):
        reported(town, f"n{k}", words, words.replace("、", ""), "N-10", reader=f"R{k}")
    found = whole(town)
    assert counting(found) == [Counting.FULL] * 10 + [Counting.CAPPED] * 2
    assert found.ledger.points_milli == 1000


@pytest.mark.slow
def test_particles_are_one_text_error_only_in_the_same_words(town: Town) -> None:
    texts = [("高兴的说", "高兴地说"), ("自觉的分类", "自觉地分类"), ("认真的看", "认真地看"), ("慢慢的走", "慢慢地走")]
    made = [article(f"p{k}", f"他们{wrong}了半天话。") for k, (wrong, _) in enumerate(texts)]
    town.bring(issue_file(pages=[page("02", *made)]))
    for k, (wrong, right) in enumerate(texts):
        reported(town, f"p{k}", wrong, right, reader=f"R{k}")
    assert counting(whole(town)) == [Counting.FULL] * 4


@pytest.mark.slow
def test_linked_place_carries_the_row_of_its_root_before_its_own_report_is_graded(town: Town) -> None:
    town.bring(issue_file(pages=[page("02", article("s0", SLIPS[0]), article("s1", SLIPS[1]))]))
    reported(town, "s0", "帐户", "账户", reader="甲")
    town.file("乙", town.found("s1", "帐户", "账户"))
    assert [(item.points_milli, item.row.code) for item in whole(town).items] == [(1000, "N-05")] * 2


@pytest.mark.slow
def test_linked_place_that_was_refused_is_shown_and_not_counted(town: Town) -> None:
    town.bring(issue_file(pages=[page("02", article("s0", SLIPS[0]), article("s1", SLIPS[1]))]))
    reported(town, "s0", "帐户", "账户", reader="甲")
    town.refuse(town.file("乙", town.found("s1", "帐户", "账户")).report_id)
    found = whole(town)
    assert [item.left_out for item in found.items] == [None, LeftOut.REFUSED_HERE]
    assert found.ledger.points_milli == 1000


@pytest.mark.slow
def test_own_repeat_of_a_reader_does_not_take_the_place_out(town: Town) -> None:
    town.bring(issue_file(pages=[page("02", article("s0", SLIPS[0]), article("s1", SLIPS[1]))]))
    first = reported(town, "s0", "帐户", "账户", reader="甲")
    again = town.file("甲", town.found("s1", "帐户", "账户")).report_id
    town.refuse(again, Verdict.REPEATED, original=first)
    assert whole(town).ledger.points_milli == 2000


@pytest.mark.slow
def test_slips_of_shared_copy_count_in_each_edition(session: Session) -> None:
    town = Town.founded(session, papers=(PAPER, "社区晨报·桃林"))
    town.bring(issue_file("社区晨报·桃林"))
    for paper in (PAPER, "社区晨报·桃林"):
        town.grade(town.file("甲" + paper, town.found("a1", "食唐01号", "食堂01号", edition=paper)).report_id)
    assert [whole(town, paper=paper).ledger.points_milli for paper in (PAPER, "社区晨报·桃林")] == [1000, 1000]


# characters


def test_text_counts_where_nobody_gave_the_layout(town: Town) -> None:
    town.bring(issue_file(pages=[page("02", article("x", "一二三 四五。", title="标题")), page("03")]))
    found = whole(town)
    assert [(one.number, one.characters, one.by_layout) for one in found.pages] == [("02", 8, None), ("03", 0, None)]
    assert found.ledger.characters_from is CharactersFrom.TEXT


@pytest.mark.slow
def test_layout_of_the_paper_counts_from_its_month_on(town: Town) -> None:
    town.bring(issue_file(month="2023-06", date="2023-06-10"))
    paper_id = town.session.scalars(select(Paper.id)).one()
    layouts.set_paper_layout(town.session, paper_id, "2023-06", 60, 120, actor=by_staff(town.chief), now=NOW)
    assert [one.by_layout for one in whole(town).pages] == [None]
    assert [one.by_layout for one in whole(town, "2023-06").pages] == [7200]
    layouts.set_paper_layout(town.session, paper_id, "2023-01", 50, 100, actor=by_staff(town.chief), now=NOW)
    assert [whole(town, month).ledger.characters for month in ("2023-05", "2023-06")] == [5000, 7200]


def test_spread_counts_two_pages_and_a_page_may_have_its_own_layout(town: Town) -> None:
    town.bring(issue_file(pages=[page("02"), page("03"), page("04、05")]))
    paper_id = town.session.scalars(select(Paper.id)).one()
    layouts.set_paper_layout(town.session, paper_id, "2023-05", 60, 120, actor=by_staff(town.chief), now=NOW)
    layouts.set_page_layout(town.session, page_id(town), per_line=None, lines=None, pictures_percent=25,
                            decoration_percent=10, actor=by_staff(town.chief), now=NOW)  # fmt: skip
    layouts.set_page_layout(town.session, page_id(town, "03"), per_line=40, lines=100, pictures_percent=0,
                            decoration_percent=0, actor=by_staff(town.chief), now=NOW)  # fmt: skip
    found = whole(town)
    assert [one.characters for one in found.pages] == [6336, 4000, 14400]
    assert found.ledger.characters_from is CharactersFrom.LAYOUT


@pytest.mark.slow
def test_rate_and_page_cut(town: Town) -> None:
    second = page("03", article("y", "这里印措了。", "还有别宇。"))
    town.bring(issue_file(pages=[page("02", article("x", "头一段有个错子。")), second]))
    layouts.set_paper_layout(town.session, 1, "2023-05", 50, 100, actor=by_staff(town.chief), now=NOW)
    reported(town, "x", "错子", "错字", reader="甲")
    reported(town, "y", "印措", "印错", reader="乙")
    reported(town, "y", "别宇", "别字", reader="丙")
    found = whole(town)
    assert (found.ledger.per_10_000, found.ledger.passes) == (Fraction(3), True)
    parts = [found.of_page(one.id) for one in found.pages]
    assert [(part.points_milli, part.characters, part.per_10_000) for part in parts] == [
        (1000, 5000, Fraction(2)), (2000, 5000, Fraction(4))]  # fmt: skip


def test_unimported_issue_has_the_pages_that_its_paper_usually_has(session: Session) -> None:
    town = Town.founded(session, imported=False)
    town.grade(town.file("甲", town.stated(1, month="2023-05")).report_id)
    paper = town.session.scalars(select(Paper)).one()
    paper.usual_pages = 4
    layouts.set_paper_layout(town.session, paper.id, "2023-05", 60, 120, actor=by_staff(town.chief), now=NOW)
    found = whole(town)
    assert (found.ledger.characters, found.ledger.per_10_000) == (28800, Fraction(25, 72))


@pytest.mark.parametrize(
    ("per_line", "lines", "month", "words"),
    [(0, 100, "2023-05", "整数"), (50, 601, "2023-05", "整数"), (50, 100, "2023-13", "从哪个月起"),
     (50, 100, "今年", "从哪个月起")],
)
def test_impossible_paper_layout_is_refused(town: Town, per_line: int, lines: int, month: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        layouts.set_paper_layout(town.session, 1, month, per_line, lines, actor=by_staff(town.chief), now=NOW)


@pytest.mark.parametrize(
    "values",
    [{"per_line": 50, "lines": None}, {"pictures_percent": 60, "decoration_percent": 50}, {"pictures_percent": -1}],
)
def test_impossible_page_layout_is_refused(town: Town, values: dict[str, Any]) -> None:
    given = {"per_line": None, "lines": None, "pictures_percent": 0, "decoration_percent": 0} | values
    with pytest.raises(BadInput):
        layouts.set_page_layout(town.session, page_id(town), **given, actor=by_staff(town.chief), now=NOW)
    assert town.session.get(PageLayout, page_id(town)) is None


def test_layout_of_what_does_not_exist_is_not_found(town: Town) -> None:
    with pytest.raises(NotFound):
        layouts.set_paper_layout(town.session, 99, "2023-05", 50, 100, actor=by_staff(town.chief), now=NOW)
    with pytest.raises(NotFound):
        layouts.set_page_layout(town.session, 99, per_line=None, lines=None, pictures_percent=0, decoration_percent=0,
                                actor=by_staff(town.chief), now=NOW)  # fmt: skip


def test_every_layout_ever_given_stays_in_the_audit(town: Town) -> None:
    for per_line in (50, 60):
        layouts.set_paper_layout(town.session, 1, "2023-05", per_line, 100, actor=by_staff(town.chief), now=NOW)
    for share in (20, 30):
        layouts.set_page_layout(town.session, page_id(town), per_line=None, lines=None, pictures_percent=share,
                                decoration_percent=0, actor=by_staff(town.chief), now=NOW)  # fmt: skip
    town.session.flush()
    rows = town.session.execute(select(AuditEntry.verb, AuditEntry.before, AuditEntry.after)
                                .where(AuditEntry.verb.in_(("set_paper_layout", "set_page_layout"))).order_by(AuditEntry.id))
    assert [tuple(row) for row in rows] == [
        ("set_paper_layout", None, "50×100"), ("set_paper_layout", "50×100", "60×100"),
        ("set_page_layout", None, "20%+0%"), ("set_page_layout", "20%+0%", "30%+0%")]  # fmt: skip


# sums


@pytest.mark.slow
def test_months_and_papers_are_summed_and_caps_hold_within_each_issue(session: Session) -> None:
    town = Town.founded(session, papers=(PAPER, "社区晨报·桃林"))
    papers = (PAPER, "社区晨报·桃林")
    for paper in papers:
        town.bring(issue_file(paper, pages=[page("02", *[article(f"s{n}", text) for n, text in enumerate(SLIPS[:5])])]))
        for n in range(5):
            town.grade(town.file(f"R{n}{paper}", town.found(f"s{n}", "帐户", "账户", edition=paper)).report_id)
    found = ledger.of_months(town.session, first="2023-05", last="2023-05")
    assert [one.ledger.points_milli for one in found] == [3000, 3000]
    assert ledger.together(found).points_milli == 6000
    only = ledger.of_months(town.session, first="2023-05", last="2023-05", paper_id=found[0].issue.paper_id)
    assert [one.issue.paper for one in only] == [PAPER]


@pytest.mark.slow
def test_by_month_gives_the_oldest_first_and_leaves_points_without_characters_out(town: Town) -> None:
    town.bring(issue_file(month="2023-06", date="2023-06-10"))
    town.file("甲", town.said(1, month="2023-06"))
    reported(town, "a1", "食唐01号", "食堂01号", reader="乙")
    other = Paper(name="没有导入的报")
    town.session.add(other)
    town.session.flush()
    months = ledger.by_month(town.session, first="2023-01", last="2023-12")
    assert [(month, found.points_milli) for month, found in months] == [("2023-05", 1000), ("2023-06", 0)]


@pytest.mark.slow
def test_statement_of_twelve_papers_takes_few_queries(town: Town, engine: Engine) -> None:
    for n in range(11):
        town.bring(issue_file(f"社区晨报·{n}号"))
    reported(town, "a1", "食唐01号", "食堂01号")
    town.session.commit()
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: sent.append(statement))
    found = ledger.of_months(town.session, first="2023-05", last="2023-05")
    assert len(found) == 12
    assert len([statement for statement in sent if statement.startswith("SELECT")]) <= 8


def test_unknown_issue_has_no_ledger(town: Town) -> None:
    assert ledger.of_issue(town.session, 999) is None


# in-house


def find(town: Town, wrong: str, right: str, row: str = "N-05", *, page: str = "", month: str = "2023-05",
         doubling: Doubling = Doubling.NONE, now: datetime = MORNING) -> int:  # fmt: skip
    entry = Entry(issue_id(town, month), wrong, right, row, page=page, doubling=doubling)
    index = Library().index(town.session.connection())
    found = house_finds.seek(town.session.connection(), entry, index=index, now=now)
    return house_finds.enter(town.session, entry, found, actor=by_staff(town.editor), now=now)


@pytest.mark.slow
def test_house_find_counts_without_any_report_and_once_with_one(town: Town) -> None:
    find(town, "食唐01号", "食堂01号", "N-06")
    (item,) = whole(town).items
    assert (item.points_milli, item.found_in_house, item.graded, item.erratum.first_report) == (2000, True, False, None)
    reported(town, "a1", "食唐01号", "食堂01号")
    (item,) = whole(town).items
    assert (item.points_milli, item.found_in_house, item.graded) == (1000, True, True)


def test_withdrawn_house_find_leaves_the_ledger(town: Town) -> None:
    number = find(town, "食唐01号", "食堂01号")
    house_finds.withdraw(town.session, number, "看错了", actor=by_staff(town.editor), now=NOW)
    town.session.flush()
    assert whole(town).items == ()


def test_house_find_stays_when_a_grade_is_undone_or_refused(town: Town) -> None:
    find(town, "食唐01号", "食堂01号")
    town.refuse(town.file("甲", town.said(1)).report_id)
    assert [(item.points_milli, item.left_out) for item in whole(town).items] == [(1000, None)]


@pytest.mark.slow
def test_repeats_found_in_house_are_capped_with_those_of_readers(town: Town) -> None:
    town.bring(issue_file(pages=[page("02", *[article(f"s{n}", text) for n, text in enumerate(SLIPS[:4])])]))
    reported(town, "s0", "帐户", "账户", reader="甲")
    for n in (1, 2, 3):
        find(town, SLIPS[n], SLIPS[n].replace("帐", "账"))
    assert counting(whole(town)) == [Counting.FULL] * 3 + [Counting.REPEATED]


def test_operator_may_not_be_forgotten_in_the_layout(town: Town) -> None:
    layouts.set_paper_layout(town.session, 1, "2023-05", 50, 100, actor=audit.OPERATOR, now=EARLY)
    assert replace(whole(town).pages[0], by_text=0).characters == 5000
