"""Files that are meant to do harm, or that harm by accident: each gets a short sentence, and soon."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]

from bot.catalogue import exchange, plain, reader, sources, titles
from bot.catalogue.exchange import ArticleFile, IssueFile, PageFile, parse_issue
from bot.catalogue.sources import Hint, ReadIssue
from bot.errors import ImportProblem

HINT = Hint(paper="河畔社区报", month="2026-11")
LONGEST_SENTENCE = 200


def issue_of(**changes: Any) -> dict[str, Any]:
    return {"edition": "河畔社区报", "issue": "2026-11", "date": None, "pages": [page_of(article_of())]} | changes


def page_of(*articles: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"number": "01", "name": None, "articles": list(articles)} | changes


def article_of(**changes: Any) -> dict[str, Any]:
    return {"id": "a1", "title": "食堂开张", "paragraphs": ["开张了。"]} | changes


def refused(name: str, data: bytes) -> list[str]:
    with pytest.raises(ImportProblem) as found:
        sources.read([(name, data)], HINT)
    return found.value.problems


def xlsx(*rows: tuple[str, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("data", "said"), [
    (b'{"issue": ' + b"9" * 5000 + b"}", "a.json：文件里有一个数字太长，读不了。"),
    (json.dumps(issue_of(edition="河畔\0报")).encode(), "a.json：第1行，edition：有看不见的控制字符，请删去"),
    (json.dumps(issue_of(edition="河畔\ud800报")).encode(), "a.json：第1行，edition：有看不见的控制字符，请删去"),
    (json.dumps(issue_of(pages=[page_of(article_of(paragraphs=["好", "坏\x01"]))])).encode(),
     "a.json：第1行，pages[0].articles[0].paragraphs：有看不见的控制字符，请删去"),
    (json.dumps(issue_of(pages=[page_of(article_of(title="题" * 401))])).encode(),
     "a.json：第1行，pages[0].articles[0].title：最多400个字，现在有401个"),
    (json.dumps(issue_of(issue="0000-11"), ensure_ascii=False).encode(),
     "a.json：第1行，issue：期号要写成2026-11这样的年月，现在是'0000-11'"),
    (json.dumps(issue_of(issue="２０２６-11"), ensure_ascii=False).encode(),
     "a.json：第1行，issue：期号要写成2026-11这样的年月，现在是'２０２６-11'"),
    (json.dumps(issue_of(date="9999-12-31")).encode(),
     "a.json：第1行，date：日期要写成2026-11-08这样，或写null，现在是'9999-12-31'"),
])  # fmt: skip
def test_json_that_cannot_be_kept_is_told(data: bytes, said: str) -> None:
    assert refused("a.json", data) == [said]


@pytest.mark.sampled
@pytest.mark.parametrize("changes", [
    {"issue": "9" * 3_000_000}, {"date": "9" * 3_000_000}, {"edition": [{"a": "b" * 3_000_000}]},
    {"date": {"a": ["b"] * 300_000}},
])  # fmt: skip
def test_sentence_does_not_repeat_what_is_long(changes: dict[str, Any]) -> None:
    assert max(map(len, refused("a.json", json.dumps(issue_of(**changes)).encode()))) < LONGEST_SENTENCE


def test_json_of_too_many_pages_or_articles_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MOST_PAGES", 2)
    monkeypatch.setattr(exchange, "MOST_ARTICLES", 3)
    pages = [page_of(number=f"{n}") for n in range(1, 4)]
    assert refused("a.json", json.dumps(issue_of(pages=pages)).encode()) == ["a.json：第1行，pages：最多2个版，现在有3个"]
    articles = [article_of(id=f"a{n}") for n in range(4)]
    assert refused("a.json", json.dumps(issue_of(pages=[page_of(*articles)])).encode()) == [
        "a.json：第1行，pages：一期最多3篇文章，现在有4篇"]


def test_ordinary_white_space_stays() -> None:
    text = json.dumps(issue_of(pages=[page_of(article_of(paragraphs=["一行\n\t又一行"]))])).encode()
    assert parse_issue("a.json", text).pages[0].articles[0].paragraphs == ("一行\n\t又一行",)


def test_table_of_one_endless_line_is_told() -> None:
    assert refused("a.csv", "版面,标题\n2,".encode() + b"x" * 300_000) == ["a.csv：第2行太长，读不了。"]


def test_table_too_large_is_told_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "LARGEST_TABLE", 1000)
    assert refused("a.csv", b"2,x\n" * 300) == ["a.csv：文件太大，最多0 MB。"]


def test_rows_beyond_the_most_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "MOST_ROWS", 10)
    assert refused("a.csv", "版面,标题\n".encode() + b"2,x\n" * 500) == ["a.csv：行太多，一期最多10行。"]


def test_title_of_a_table_is_no_book() -> None:
    assert refused("a.csv", f"版面,标题\n2,{'题' * 401}\n".encode()) == ["a.csv：第2行的标题太长，最多400个字。"]


@pytest.mark.parametrize("spoil", ["deflated", "encrypted", "method"])
def test_spoilt_workbook_is_told(spoil: str) -> None:
    data = bytearray(xlsx(("版面", "标题"), ("2", "食堂开张")))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        offsets = {part.filename: part.header_offset for part in packed.infolist()}
    central = data.index(b"PK\x01\x02")
    if spoil == "deflated":
        for name, at in offsets.items():
            begin = at + 30 + len(name)
            data[begin : begin + 8] = b"\xff" * 8
    else:
        while central >= 0:
            place = central + (8 if spoil == "encrypted" else 10)
            data[place] = 1 if spoil == "encrypted" else 99
            central = data.find(b"PK\x01\x02", central + 4)
    assert refused("a.xlsx", bytes(data)) == ["a.xlsx：表打不开，请另存为XLSX或CSV再导入。"]


@pytest.mark.slow
def test_bomb_of_a_workbook_is_told_unread() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b" " * (titles.MOST_UNFOLDED + 1))
    assert refused("a.xlsx", out.getvalue()) == ["a.xlsx：表太大了。"]


def test_texts_too_many_together_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "LARGEST_TEXTS", 100)
    files = [(f"0{n}.txt", "字".encode() * 20) for n in range(1, 4)]
    with pytest.raises(ImportProblem) as found:
        sources.read(files, HINT)
    assert found.value.problems == ["这些文字文件合起来太大，最多0 MB。"]


def test_more_articles_than_a_catalogue_takes_at_once_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_ARTICLES", 3)
    article = ArticleFile("a", "news", "题", None, None, ())
    issues = [ReadIssue(IssueFile(f"{n}.json", f"报{n}", (), "2026-11", None, (PageFile("01", None, (), (article,) * 2),)), "")
              for n in range(2)]  # fmt: skip
    with pytest.raises(ImportProblem) as found:
        reader.refuse_too_much(issues)
    assert found.value.problems == ["这些文件里一共有4篇文章，一次最多导入3篇，请分几次。"]
