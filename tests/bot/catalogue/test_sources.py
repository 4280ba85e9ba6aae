"""Files of every kind become issues, or one sentence each says why not."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.catalogue.sources import SEVERAL, Hint, issue_date, read
from bot.errors import ImportProblem
from tests.support.pdfs import made_pdf
from tests.support.press import printed

CORPUS = os.environ.get("WOODPECKER_CORPUS")
HINT = Hint("社区晨报·柳湾", "2026-11", date(2026, 11, 8))
PAGES = [{"number": "01", "articles": [{"id": "a1", "title": "题", "paragraphs": ["文"]}]}]
JSON = json.dumps({"edition": "社区晨报·柳湾", "issue": "2026-11", "pages": PAGES}).encode()


def problems(*files: tuple[str, bytes], hint: Hint = HINT) -> list[str]:
    with pytest.raises(ImportProblem) as found:
        read(files, hint)
    return found.value.problems


def sheet(*rows: tuple[Any, ...]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def titles(*files: tuple[str, bytes]) -> list[tuple[str, str | None, list[str]]]:
    (issue,) = read(files, HINT)
    return [(page.number, page.name, [one.title for one in page.articles]) for page in issue.file.pages]


def test_each_json_file_is_an_issue() -> None:
    other = JSON.replace(b"2026-11", b"2026-10")
    assert [one.file.month for one in read([("a.json", JSON), ("b.json", other)])] == ["2026-11", "2026-10"]


def test_pdfs_of_pages_are_one_issue_in_the_order_of_their_names() -> None:
    files = [(f"第{n:02d}版.pdf", made_pdf((50, 500, f"page {n}"))) for n in (3, 1, 2)]
    (issue,) = read(files, HINT)
    assert (issue.file.edition, issue.file.month, issue.file.published_on) == ("社区晨报·柳湾", "2026-11", date(2026, 11, 8))
    assert [page.number for page in issue.file.pages] == ["01", "02", "03"]
    assert [source.name for source in issue.pictures if source] == ["第01版.pdf", "第02版.pdf", "第03版.pdf"]


def test_progress_counts_pages() -> None:
    seen: list[tuple[int, int]] = []
    read([("a.pdf", made_pdf(pages=2)), ("b.pdf", made_pdf())], HINT, lambda *done: seen.append(done))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_same_files_have_the_same_digest_whatever_their_folder() -> None:
    data = made_pdf((50, 500, "A"))
    digests = {read([(name, data)], HINT)[0].digest for name in ("a/1.pdf", "b/1.pdf")}
    assert len(digests) == 1
    assert read([("1.pdf", data)], Hint("社区晨报·柳湾", "2026-10"))[0].digest not in digests


@pytest.mark.parametrize(("name", "data"), [
    ("titles.xlsx", sheet(("期号 2026-11",), ("版面", "版名", "标题", "作者"), ("2版", "身边", "社区食堂开张", "柳小满"),
                          (None, None, "书屋搬家", None), (3, "民生", "停水通知", None))),
    ("titles.csv", "版面,版名,标题\n2,身边,社区食堂开张\n,,书屋搬家\n第三版,民生,停水通知\n".encode()),
    ("titles.csv", "版面,版名,标题\n2,身边,社区食堂开张\n,,书屋搬家\n第三版,民生,停水通知\n".encode("gb18030")),
])  # fmt: skip
def test_table_of_titles(name: str, data: bytes) -> None:
    assert titles((name, data)) == [("02", "身边", ["社区食堂开张", "书屋搬家"]), ("03", "民生", ["停水通知"])]


def test_table_of_two_columns_needs_no_head() -> None:
    assert titles(("t.xlsx", sheet(("02", "社区食堂开张"), ("02", "书屋搬家")))) == [("02", None, ["社区食堂开张", "书屋搬家"])]


def test_folder_of_articles() -> None:
    files = [
        ("柳湾/02版/社区食堂开张.txt", "社区食堂重新开张\n\n□记者 柳小满\n\n停业两个月的食堂开门了。\n\n大家都说好。\n".encode()),
        ("柳湾/03-停水检修通知.txt", "通知：停水检修\n因水管更换，26日停水。\n".encode("gb18030")),
    ]
    (issue,) = read(files, HINT)
    first, second = issue.file.pages
    assert (first.number, second.number) == ("02", "03")
    assert (first.articles[0].title, first.articles[0].byline) == ("社区食堂重新开张", "□记者 柳小满")
    assert second.articles[0].paragraphs == ("因水管更换，26日停水。",)


def test_page_with_marked_titles() -> None:
    text = "# 社区食堂开张\n停业两个月的食堂开门了。\n\n# 书屋搬家\n书屋搬到了二楼。\n"
    assert titles(("02.txt", text.encode())) == [("02", None, ["社区食堂开张", "书屋搬家"])]


RAW = """02 身边
2026.11.8 责任编辑 / 柳小满

近日，柳湾街道召开会议，就改造
旧书屋进行动员。书屋将搬到二楼，
读者可以坐着看书。

孩子们都很高兴。（文化站）

昨天上午，停业两个月的食堂重新
开门迎客，老人凭卡打八折，门口
排起了队。

社社区区食食堂堂重重新新开开门门
柳柳湾湾书书屋屋搬搬到到二二楼楼
"""


def test_raw_page_joins_its_lines_and_mends_doubled_titles() -> None:
    (issue,) = read([("02.txt", RAW.replace("楼楼\n", "楼楼\n").replace("门门\n", "门门\n\n").encode())], HINT)
    (page,) = issue.file.pages
    assert (page.number, page.name) == ("02", "身边")
    assert [(one.title, one.paragraphs) for one in page.articles] == [
        ("柳湾书屋搬到二楼", ("近日，柳湾街道召开会议，就改造旧书屋进行动员。书屋将搬到二楼，读者可以坐着看书。",
                      "孩子们都很高兴。（文化站）")),
        ("社区食堂重新开门", ("昨天上午，停业两个月的食堂重新开门迎客，老人凭卡打八折，门口排起了队。",)),
    ]  # fmt: skip


def test_paper_and_issue_are_read_off_the_pages() -> None:
    known = (("社区晨报·柳湾", ("柳湾",)), ("社区晨报·梧桐里", ("梧桐里",)))
    text = RAW.replace("02 身边", "02 身边\n柳湾··")
    (issue,) = read([("02.txt", text.encode())], Hint(known=known))
    assert (issue.file.edition, issue.file.month, issue.file.published_on) == ("社区晨报·柳湾", "2026-11", date(2026, 11, 8))


@pytest.mark.slow
def test_pdfs_of_several_issues_are_not_mixed() -> None:
    known = Hint(known=(("社区晨报·柳湾", ("柳湾",)), ("社区晨报·梧桐里", ("梧桐里",))))
    files = [(one.name, one.data) for one in printed()]
    assert problems(*files, hint=known) == [
        "liuwan-10.pdf：看不出是哪份报纸，2026年10月。", "liuwan.pdf：社区晨报·柳湾，2026年11月。",
        "wutongli.pdf：社区晨报·梧桐里，2026年11月。", SEVERAL]
    assert problems(*files[::2], hint=known)[-1] == SEVERAL
    (issue,) = read(files[::2], replace(known, paper="社区晨报·柳湾", month="2026-11"))
    assert (issue.file.edition, issue.file.month) == ("社区晨报·柳湾", "2026-11")


def test_what_is_not_told_is_asked_for() -> None:
    assert problems(("x.pdf", made_pdf()), hint=Hint()) == [
        "x.pdf：看不出是哪份报纸，请选一下报纸。",
        "x.pdf：看不出是哪一期，请写上年月，比如2026-11。",
    ]


@pytest.mark.parametrize(("name", "data", "sentence"), [
    ("a.doc", b"\xd0\xcf\x11\xe0", "a.doc：请另存为TXT再导入。"),
    ("a.xls", b"\xd0\xcf\x11\xe0", "a.xls：请另存为XLSX再导入。"),
    ("a.jpg", b"\xff\xd8", "a.jpg：请另存为PDF再导入。"),
    ("a.bin", b"\0", "a.bin：不认识这种文件。可以导入PDF、JSON、TXT、XLSX和CSV。"),
    ("a.bin", b"", "a.bin：文件是空的，请重新导出一次。"),
    ("11月.zip", b"PK\x03\x04", "11月.zip：这是压缩包，请先解压，再选里面的文件。"),
    ("a.pdf", b"", "a.pdf：文件是空的，请重新导出一次。"),
    ("a.txt", b" \n", "a.txt：文件是空的。"),
    ("a.txt", b"\x81\x00\xff\x00", "a.txt：不是文字文件，或编码不认识，请另存为UTF-8再导入。"),
    ("a.xlsx", b"PK\x03\x04nothing", "a.xlsx：表打不开，请另存为XLSX或CSV再导入。"),
    ("a.xlsx", b"", "a.xlsx：文件是空的。"),
    ("a.csv", "姓名,电话\n甲,乙\n".encode(), "a.csv：表头里要有“版面”和“标题”两栏。"),
    ("a.csv", "版面,标题\n".encode(), "a.csv：表里没有标题。"),
    ("a.csv", "版面,标题\n封面故事,甲\n".encode(), "a.csv：第2行看不出是第几版（封面故事）。"),
    ("a.csv", "版面,标题,作者\n2,,甲\n".encode(), "a.csv：第2行没有标题。"),
])  # fmt: skip
def test_file_that_cannot_be_read_is_one_sentence(name: str, data: bytes, sentence: str) -> None:
    assert problems((name, data)) == [sentence]


def test_every_wrong_file_is_named() -> None:
    found = problems(("a.pdf", b"x"), ("b.pdf", b""), ("c.json", b"{"), ("d.doc", b"x"))
    assert sorted(sentence.split("：")[0] for sentence in found) == ["a.pdf", "b.pdf", "c.json", "d.doc"]


def test_many_pdfs_with_too_many_pages_between_them() -> None:
    files = [(f"{n}.pdf", made_pdf(pages=60)) for n in (1, 2)]
    assert problems(*files) == ["这些PDF一共120页，一期报纸最多96版，是不是多选了文件？"]


def test_kinds_are_not_mixed() -> None:
    assert problems(("a.pdf", made_pdf()), ("b.txt", "标题\n正文。".encode())) == ["PDF、文字和标题表请分开导入，一次只选一种。"]


@pytest.mark.parametrize(("text", "expected"), [("2026-11", ("2026-11", None)), ("2026-11-08", ("2026-11", date(2026, 11, 8)))])
def test_issue_is_a_month_or_a_day(text: str, expected: tuple[str, date | None]) -> None:
    assert issue_date(text) == expected


@pytest.mark.parametrize("text", ["2026-13", "11月", "2026-11-31", ""])
def test_anything_else_is_no_issue(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the sentence is the caller's)
        issue_date(text)


@pytest.mark.skipif(CORPUS is None, reason="WOODPECKER_CORPUS is not set")
@pytest.mark.parametrize(("raw", "paper"), [("liangcheng-2021-01", "liangcheng-2021-01"),
                                            ("liangcheng-2021-04-14", "liangcheng-2021-04-14")])  # fmt: skip
def test_raw_text_of_the_corpus_gives_its_titles_and_texts(raw: str, paper: str) -> None:
    folder = Path(CORPUS or "")
    wanted = json.loads((folder / "papers" / f"{paper}.json").read_text("utf-8"))["pages"][0]
    (issue,) = read([(f"{raw}.txt", (folder / "raw" / f"{raw}.txt").read_bytes())], Hint("社区晨报·凉城", paper[11:18]))
    (page,) = issue.file.pages
    assert page.number == wanted["number"]
    ours = {bare(one.title): bare("".join(one.paragraphs) + (one.byline or "")) for one in page.articles}
    for article in wanted["articles"]:
        title = next(title for title in ours if bare(article["title"]) in title)
        text = bare("".join(article["paragraphs"]))
        assert sum(text[n : n + 8] in ours[title] for n in range(0, len(text), 8)) >= 0.95 * (len(text) // 8)


def bare(text: str) -> str:
    return "".join(text.split())
