"""Edition, issue, page and title in every notation."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.cited.dates import find_issues, month_before
from bot.understanding.cited.pages import answered_page, find_pages
from bot.understanding.read import read
from bot.understanding.values import Waiting
from bot.understanding.words.normalise import fold
from tests.support.papers import INDEX, LIUWAN, WUTONGLI

SENT = datetime.fromisoformat("2026-07-20T10:00:00+08:00")


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("第2版", ["02"]), ("2版", ["02"]), ("第二版", ["02"]), ("A02", ["02"]), ("A2版", ["02"]), ("P2，", ["02"]),
        ("头版", ["01"]), ("中缝里", ["中缝"]), ("末版", ["末版"]), ("4、5版", ["04、05"]), ("第四、五版", ["04、05"]),
        ("四五版", ["04、05"]), ("4-5版", ["04、05"]), ("4/5版", ["04、05"]), ("四版五版", ["04、05"]),
        ("第04、05版", ["04、05"]), ("版面：03", ["03"]), ("版面 3", ["03"]), ("第十二版", ["12"]),
        ("2.0版中转站", []), ("第二版本", []), ("版权所有", []), ("出版社", []),
    ],
)  # fmt: skip
def test_pages(text: str, forms: list[str]) -> None:
    assert [m.form for m in find_pages(fold(text).text, {})] == forms


def test_a_page_that_is_denied_is_marked() -> None:
    assert [(m.form, m.negated) for m in find_pages("不是2版,是4、5版", {})] == [("02", True), ("04、05", False)]


@pytest.mark.parametrize(
    ("text", "form"), [("2", "02"), ("第二", "02"), ("四五版", "04、05"), ("是3版吧", "03"), ("不知道", None), ("", None)]
)
def test_a_bare_answer_is_a_page(text: str, form: str | None) -> None:
    assert answered_page(text) == form


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("2026年7月", ["2026-07"]), ("2026.7.10", ["2026-07-10"]), ("7月10日", ["2026-07-10"]),
        ("7月10号", ["2026-07-10"]), ("五月份", ["2026-05"]), ("元月", ["2026-01"]), ("1月号", ["2026-01"]),
        ("12月的", ["2025-12"]), ("去年12月", ["2025-12"]), ("二〇二六年五月十五日", ["2026-05-15"]),
        ("7.10第2版", ["2026-07-10"]), ("这期", ["2026-07"]), ("上个月的报纸", ["2026-06"]), ("上期", ["2026-06"]),
        ("昨天的报纸", ["2026-07-19"]), ("今天的报", ["2026-07-20"]), ("昨天发的收到没有", []), ("63.24%", []),
        ("13月", []), ("6月31日", []), ("7月10日应为7月11日", []), ("2.6万", []), ("自6月以来", []),
    ],
)  # fmt: skip
def test_issues(text: str, labels: list[str]) -> None:
    assert [m.label for m in find_issues(text, SENT)] == labels


def test_the_day_is_that_of_shanghai() -> None:
    late = datetime.fromisoformat("2026-06-30T17:00:00+00:00")
    assert [m.label for m in find_issues("今天的报纸这期", late)] == ["2026-07-01", "2026-07"]


def test_month_before_crosses_the_year() -> None:
    assert month_before("2026-01") == "2025-12"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("社区晨报·柳湾", [LIUWAN.id]), ("柳湾社区晨报第2版", [LIUWAN.id]), ("柳湾的社区晨报", [LIUWAN.id]),
        ("柳湾7月那张", [LIUWAN.id]), ("社区晨报（柳湾）", [LIUWAN.id]), ("梧桐里晨报", [WUTONGLI.id]),
        ("是梧桐里的，", [WUTONGLI.id]), ("柳湾头版", [LIUWAN.id]), ("我住在柳湾小区旁边", []), ("美丽柳湾建设", []),
    ],
)  # fmt: skip
def test_editions(text: str, ids: list[int]) -> None:
    assert [i for m in INDEX.papers.find(fold(text).text) for i in m.ids] == ids


def test_an_edition_that_is_not_in_the_catalogue_is_kept_as_typed() -> None:
    reading = read("银杏路社区晨报3版“欢渡春节”应为“欢度春节”", sent_at=SENT, index=INDEX, waiting=Waiting())
    finding = reading.findings[0]
    assert (finding.paper_text, finding.paper_id, finding.located.value) == ("银杏路社区晨报", None, "not_imported")


@pytest.mark.parametrize(
    ("cited", "key"),
    [
        ("《口袋公园迎来首批游客》", "口袋公园"), ("口袋公园那篇", "口袋公园"), ("《口袋花园迎首批客》", "口袋公园"),
        ("读书节落幕的报道", "书香"), ("《三千居民共赴一场阅读之约》", "书香"), ("《一楼一策破解难题》", "加装电梯"),
        ("加装电梯的文章里", "加装电梯"), ("《银河系漫游》", None),
    ],
)  # fmt: skip
def test_titles(cited: str, key: str | None) -> None:
    reading = read(cited + "“甲乙丙”应为“甲乙丁”", sent_at=SENT, index=INDEX, waiting=Waiting())
    article = reading.findings[0].article_id
    number = INDEX.entry_of(article)
    assert (number is None) if key is None else (number is not None and key in INDEX.entries[number].article.title)


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("第2版“自觉的”应为“自觉地”，还有梧桐里3版“截止”应为“截至”", [None, WUTONGLI.id]),
        ("2版自觉的应该是自觉地，另外梧桐里版截止应为截至", [None, WUTONGLI.id]),
        ("“自觉的”应为“自觉地”，还有“优慧”应为“优惠”，都是柳湾的", [LIUWAN.id, LIUWAN.id]),
        ("“自觉的”应为“自觉地”、“优慧”应为“优惠”（柳湾）", [LIUWAN.id, LIUWAN.id]),
    ],
)  # fmt: skip
def test_an_edition_named_with_the_next_error_is_not_that_of_the_one_before(text: str, papers: list[int | None]) -> None:
    reading = read(text, sent_at=SENT, index=INDEX, waiting=Waiting())
    assert [one.paper_id if one.paper_text else None for one in reading.findings] == papers
