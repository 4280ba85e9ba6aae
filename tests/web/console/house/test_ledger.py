"""The screen 差错率: months and papers, an issue opened into its arithmetic, the layout, the files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook  # type: ignore[import-untyped]
from sqlalchemy import Engine, select

from bot.audit import OPERATOR
from bot.catalogue.boxes import encode
from bot.house import layouts
from models.audit import AuditEntry
from models.enums import Role
from models.ledger import PageLayout, PaperLayout
from models.papers import Article, Issue, Page, PageGeometry, Paper
from models.session import reading, writing
from tests.support import factories
from tests.support.columns import HEIGHT, WIDTH, columns_page
from tests.support.factories import House
from tests.web.conftest import Browser


@pytest.fixture
def issue_id(engine: Engine, house: House) -> int:
    with reading(engine) as session:
        return session.scalars(select(Issue.id).where(Issue.paper_id == house.paper_id, Issue.month == factories.MONTH)).one()


@pytest.fixture
def page_ids(engine: Engine, issue_id: int) -> list[int]:
    with reading(engine) as session:
        return list(session.scalars(select(Page.id).where(Page.issue_id == issue_id).order_by(Page.position)))


def accepted(engine: Engine, house: House, text: str, row: str = "N-05") -> int:
    with writing(engine) as session:
        number = factories.report(session, text)
        factories.accept(session, number, house, row_code=row)
    return number


def laid_out(engine: Engine, house: House, per_line: int = 50, lines: int = 100) -> None:
    with writing(engine) as session:
        layouts.set_paper_layout(session, house.paper_id, factories.MONTH, per_line, lines, actor=OPERATOR, now=factories.NOW)


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


def test_nothing_to_count_says_what_to_do(browser: Browser) -> None:
    page = text(browser(Role.EDITOR), "/papers/ledger")
    assert "还没有可以算的" in page
    assert "导入报纸" not in page.split("还没有可以算的")[1].split("</main>")[0].replace("导入报纸、评出差错", "")


def test_index_shows_the_rate_found_so_far_by_month_and_paper(editor: FlaskClient, engine: Engine, house: House) -> None:
    accepted(engine, house, factories.DISCOUNT)
    laid_out(engine, house)
    page = text(editor, "/papers/ledger")
    assert "目前已发现" in page
    assert "社区晨报·东城" in page
    assert "2026年11月" in page
    assert "<strong>1.00</strong>" in page
    assert "在万分之三以内" in page
    assert "10,000" in page
    assert 'class="rate-bar"' in page


def test_index_of_many_months_is_paged(editor: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        for n in range(14):
            issue = Issue(paper_id=house.paper_id, month=f"{2024 + n // 12}-{n % 12 + 1:02d}")
            session.add(issue)
            session.flush()
            session.add(Page(issue_id=issue.id, position=1, number="01"))
    page = text(editor, "/papers/ledger")
    assert "2024年3月" not in page
    assert "before=2024-04" in page
    older = text(editor, "/papers/ledger?before=2024-04")
    assert "2024年3月" in older
    assert "2024年4月" not in older
    assert "最近的月份" in older
    assert "before=2024-04" in text(editor, "/papers/ledger?before=nonsense")


def test_issue_opens_into_its_arithmetic(editor: FlaskClient, engine: Engine, house: House, issue_id: int,
                                         page_ids: list[int]) -> None:  # fmt: skip
    number = accepted(engine, house, factories.DISCOUNT)
    accepted(engine, house, factories.VOLUNTEERS, "N-15")
    laid_out(engine, house)
    page = text(editor, f"/papers/ledger/issues/{issue_id}")
    assert "1.5 分 ÷ 10,000 字 × 10,000 ＝ 1.50" in page
    assert "合格线：10,000 字 × 万分之三 ＝ 3 分，还差 1.5 分到线。" in page
    assert f'id="page-{page_ids[0]}"' in page
    assert "1 分 ÷ 5,000 字 × 10,000 ＝ 2.00" in page
    assert "50 字 × 100 行 ＝ 5,000 字。" in page
    assert f"编号 {number}" in page
    assert "国标" in page
    assert "本报暂定值" in page
    assert "优慧" in page
    assert "优惠" in page


def test_no_characters_no_rate_and_said_so(editor: FlaskClient, engine: Engine, house: House) -> None:
    accepted(engine, house, factories.ELSEWHERE)
    theirs = select(Issue.id).where(Issue.paper_id == house.other_paper_id, Issue.month == factories.MONTH)
    with reading(engine) as session:
        issue = session.scalars(theirs).one()
    page = text(editor, f"/papers/ledger/issues/{issue}")
    assert "没有字数，算不出" in page
    assert "5版" in page
    assert "没有找到原文" in page
    assert "没有字数，算不出" in text(editor, "/papers/ledger")
    month = text(editor, f"/papers/ledger/months/{factories.MONTH}")
    assert "另有 1 期没有版面" in month


@pytest.mark.slow
def test_text_count_is_a_fallback_and_said_so(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    page = text(editor, f"/papers/ledger/issues/{issue_id}")
    assert "没有版式，数导入的文字" in page
    assert "差错率会偏高" in page
    assert "按导入的文字算" in text(editor, "/papers/ledger")


@pytest.mark.slow
def test_repeats_and_caps_say_why_they_do_not_count(editor: FlaskClient, engine: Engine, house: House, issue_id: int) -> None:
    with writing(engine) as session:
        page = session.scalars(select(Page).where(Page.number == "03")).one()
        for n in range(4):
            session.add(Article(page_id=page.id, position=9 + n, key=f"k{n}", title=f"第{n}篇",
                                paragraphs=[f"第{n}户居民开设帐户一个。"]))
    for n in range(4):
        accepted(engine, house, f"东城版3版《第{n}篇》，“第{n}户居民开设帐户”应为“第{n}户居民开设账户”")
    page_text = text(editor, f"/papers/ledger/issues/{issue_id}")
    assert "和第 1 处是同一文字差错，每期最多计 3 次，这一次不计。" in page_text
    assert "和第 1 处是同一文字差错，前 3 次照计。" in page_text
    assert "3 分 ÷" in page_text


@pytest.mark.parametrize("address", ["/papers/ledger/issues/999", "/papers/ledger/papers/999", "/papers/ledger/months/2020-01",
                                     "/papers/ledger/months/heute", "/papers/ledger/issues/999/export.csv"])  # fmt: skip
def test_what_does_not_exist_is_not_found(editor: FlaskClient, address: str) -> None:
    assert editor.get(address).status_code == 404


@pytest.mark.slow
def test_paper_and_month_list_their_issues_with_a_sum(editor: FlaskClient, engine: Engine, house: House, issue_id: int) -> None:
    accepted(engine, house, factories.DISCOUNT)
    laid_out(engine, house)
    for address in (f"/papers/ledger/papers/{house.paper_id}", f"/papers/ledger/months/{factories.MONTH}"):
        page = text(editor, address)
        assert f"/papers/ledger/issues/{issue_id}" in page
        assert "合计" in page
        assert "1 分 ÷ 10,000 字 × 10,000 ＝ 1.00" in page


# the layout


def test_chief_gives_the_layout_and_the_audit_keeps_it(chief: FlaskClient, engine: Engine, house: House, issue_id: int) -> None:
    given = {"per_line": "60", "lines": "120", "from_month": "2026-11"}
    answer = chief.post(f"/papers/ledger/issues/{issue_id}/layout", data=given)
    assert answer.location == f"/papers/ledger/issues/{issue_id}#layout"
    assert "每行 60 字，每版 120 行" in text(chief, f"/papers/ledger/issues/{issue_id}")
    with reading(engine) as session:
        row = session.scalars(select(PaperLayout)).one()
        assert (row.paper_id, row.per_line, row.lines) == (house.paper_id, 60, 120)
        assert session.scalars(select(AuditEntry.after).where(AuditEntry.verb == "set_paper_layout")).one() == "60×120"


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("data", "words"),
    [({"per_line": "六十", "lines": "120", "from_month": "2026-11"}, "都要填整数"),
     ({"lines": "120", "from_month": "2026-11"}, "都要填整数"),
     ({"per_line": "9" * 30, "lines": "120", "from_month": "2026-11"}, "5 到 600"),
     ({"per_line": "60", "lines": "120", "from_month": "十一月"}, "从哪个月起")],
)  # fmt: skip
def test_impossible_layout_is_refused_with_a_sentence(chief: FlaskClient, engine: Engine, issue_id: int, data: dict[str, str],
                                                      words: str) -> None:  # fmt: skip
    chief.post(f"/papers/ledger/issues/{issue_id}/layout", data=data)
    assert words in text(chief, f"/papers/ledger/issues/{issue_id}")
    with reading(engine) as session:
        assert session.scalars(select(PaperLayout)).all() == []


@pytest.mark.slow
def test_layout_measured_from_the_print_is_proposed_and_never_taken_silently(
    chief: FlaskClient, engine: Engine, issue_id: int, page_ids: list[int]
) -> None:
    with writing(engine) as session:
        session.add(PageGeometry(page_id=page_ids[0], width=WIDTH, height=HEIGHT, boxes=encode(columns_page(headline=False))))
        session.add(PageGeometry(page_id=page_ids[1], width=WIDTH, height=HEIGHT, boxes=b"damaged"))
    page = text(chief, f"/papers/ledger/issues/{issue_id}")
    assert "正文 10.0 磅，整版每行约 70 字，约 60 行。" in page
    assert "就用这个" in page
    assert "没有版式，数导入的文字" in page
    chief.post(f"/papers/ledger/issues/{issue_id}/layout", data={"per_line": "70", "lines": "60", "from_month": "2026-11"})
    page = text(chief, f"/papers/ledger/issues/{issue_id}")
    assert "70 字 × 60 行 ＝ 4,200 字。" in page
    assert "就用这个" not in page


def test_page_is_corrected_in_tenths(chief: FlaskClient, engine: Engine, house: House, issue_id: int,
                                     page_ids: list[int]) -> None:  # fmt: skip
    laid_out(engine, house)
    answer = chief.post(f"/papers/ledger/pages/{page_ids[0]}/layout", data={"pictures": "2.5", "decoration": "1"})
    assert answer.location == f"/papers/ledger/issues/{issue_id}#characters"
    page = text(chief, f"/papers/ledger/issues/{issue_id}")
    assert "图片 25% 按 80% 计：1,000，装饰 10% 按 30% 计：150；合计 4,400 字。" in page
    with reading(engine) as session:
        row = session.scalars(select(PageLayout)).one()
        assert (row.pictures_percent, row.decoration_percent, row.per_line) == (25, 10, None)


@pytest.mark.sampled
@pytest.mark.parametrize("data", [{"pictures": "11"}, {"pictures": "NaN"}, {"pictures": "1e99"},
                                  {"pictures": "6", "decoration": "5"}, {"per_line": "50"}, {"per_line": "x"},
                                  {"pictures": "-1"}])  # fmt: skip
def test_impossible_page_is_refused(chief: FlaskClient, engine: Engine, page_ids: list[int], data: dict[str, str]) -> None:
    answer = chief.post(f"/papers/ledger/pages/{page_ids[0]}/layout", data=data, follow_redirects=True)
    assert answer.status_code == 200
    assert 'alert-danger' in answer.get_data(as_text=True)
    with reading(engine) as session:
        assert session.scalars(select(PageLayout)).all() == []


@pytest.mark.slow
def test_editor_sees_the_ledger_and_gives_no_layout(editor: FlaskClient, issue_id: int, page_ids: list[int]) -> None:
    page = text(editor, f"/papers/ledger/issues/{issue_id}")
    assert "保存版式" not in page
    assert "改这一版" not in page
    assert "请主编来填" in page
    assert editor.post(f"/papers/ledger/issues/{issue_id}/layout", data={}).status_code == 403
    assert editor.post(f"/papers/ledger/pages/{page_ids[0]}/layout", data={}).status_code == 403


def test_prize_role_has_no_business_here(browser: Browser, house: House) -> None:
    assert browser(Role.PRIZES).get("/papers/ledger").status_code == 403


# files


@pytest.mark.slow
def test_issue_is_exported_for_a_spreadsheet(editor: FlaskClient, engine: Engine, house: House, issue_id: int) -> None:
    accepted(engine, house, factories.DISCOUNT)
    laid_out(engine, house)
    answer = editor.get(f"/papers/ledger/issues/{issue_id}/export.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert ["差错率（万分之，目前已发现）", "1.0"] in rows
    assert ["02", "5000", "50 字 × 100 行 ＝ 5,000 字。"] in rows
    book = load_workbook(io.BytesIO(editor.get(f"/papers/ledger/issues/{issue_id}/export.xlsx").get_data()))
    assert book.sheetnames == ["差错", "字数", "合计"]
    assert [cell.value for cell in book["差错"][2]][:3] == [1, "02", factories.TITLE]
    assert editor.get(f"/papers/ledger/issues/{issue_id}/export.exe").status_code == 404


def test_words_of_readers_are_no_formulas_in_the_files(editor: FlaskClient, engine: Engine, house: House, issue_id: int) -> None:
    with writing(engine) as session:
        page = session.scalars(select(Page).where(Page.number == "03")).one()
        session.add(Article(page_id=page.id, position=9, key="f", title="=1+1", paragraphs=["这里写着一个错宇。"]))
    accepted(engine, house, "东城版3版“这里写着一个错宇”应为“这里写着一个错字”")
    answer = editor.get(f"/papers/ledger/issues/{issue_id}/export.csv")
    assert "'=1+1" in answer.get_data(as_text=True)


# what it costs and what it hides


@pytest.mark.slow
@pytest.mark.parametrize("screen", ["index", "issue", "paper", "month"])
def test_screen_costs_few_queries(editor: FlaskClient, engine: Engine, house: House, issue_id: int, screen: str,
                                  count_queries: Callable[[], Any]) -> None:  # fmt: skip
    for one in (factories.DISCOUNT, factories.VOLUNTEERS, factories.HEADLINE):
        accepted(engine, house, one)
    address = {"index": "/papers/ledger", "issue": f"/papers/ledger/issues/{issue_id}",
               "paper": f"/papers/ledger/papers/{house.paper_id}", "month": f"/papers/ledger/months/{factories.MONTH}"}[screen]
    editor.get(address)
    with count_queries() as sent:
        editor.get(address)
    assert len([one for one in sent if one.startswith("SELECT")]) <= 13


@pytest.mark.slow
def test_no_reader_is_named(editor: FlaskClient, engine: Engine, house: House, issue_id: int) -> None:
    accepted(engine, house, factories.DISCOUNT)
    for address in ("/papers/ledger", f"/papers/ledger/issues/{issue_id}", f"/papers/ledger/issues/{issue_id}/export.csv"):
        page = editor.get(address).get_data(as_text=True)
        assert factories.OPENID not in page
        assert factories.NICKNAME not in page


@pytest.mark.slow
def test_paper_name_is_only_text(editor: FlaskClient, engine: Engine, house: House, issue_id: int) -> None:
    with writing(engine) as session:
        session.get_one(Paper, house.paper_id).name = "<script>alert(1)</script>"
    for address in ("/papers/ledger", f"/papers/ledger/issues/{issue_id}"):
        assert "<script>alert" not in editor.get(address).get_data(as_text=True)
