"""The exchange format: every problem of a file at once, each with its line."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from bot.catalogue.exchange import ArticleFile, IssueFile, PageFile, parse_issue
from bot.catalogue.lines import line_numbers
from bot.errors import ImportProblem

WHOLE: dict[str, Any] = {
    "edition": "社区晨报·柳湾", "aliases": ["柳湾"], "issue": "2023-05", "date": "2023-05-10",
    "pages": [{
        "number": "02", "name": "身边", "name_aliases": ["社区"],
        "articles": [{"id": "a1", "kind": "news", "title": "题目", "subtitle": None, "byline": "记者", "paragraphs": ["正文"]}],
        "captions": [{"id": "c1", "paragraphs": ["图说"]}],
    }],
}  # fmt: skip


def changed(**changes: Any) -> bytes:
    return json.dumps(WHOLE | changes, ensure_ascii=False).encode()


def problems(data: bytes) -> list[str]:
    with pytest.raises(ImportProblem) as found:
        parse_issue("a.json", data)
    return found.value.problems


def test_whole_file_is_read_captions_too() -> None:
    assert parse_issue("a.json", changed()) == IssueFile(
        "a.json", "社区晨报·柳湾", ("柳湾",), "2023-05", date(2023, 5, 10), (
            PageFile("02", "身边", ("社区",), (
                ArticleFile("a1", "news", "题目", None, "记者", ("正文",)),
                ArticleFile("c1", "caption", "", None, None, ("图说",)),
            )),
        ))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{\n  nope", "a.json：第2行不合JSON的格式，文件读不下去。"),
        (b'{\n\n"issue": "\xff"}', "a.json：第3行不是UTF-8编码的文字，请另存为UTF-8再导入。"),
        (b"[]", "a.json：第1行，文件：这里应是一组“名称：内容”（花括号），现在是列表"),
        (b"[" * 100_000, "a.json：括号套得太多层，读不了。"),
        (changed(issue="2023-13"), "a.json：第1行，issue：期号要写成2026-11这样的年月，现在是'2023-13'"),
        (changed(date="10.5.2023"), "a.json：第1行，date：日期要写成2026-11-08这样，或写null，现在是'10.5.2023'"),
        (changed(date=5), "a.json：第1行，date：日期要写成2026-11-08这样，或写null，现在是5"),
        (changed(edition=" "), "a.json：第1行，edition：这里应是文字，现在是' '"),
        (changed(edition="报" * 81), "a.json：第1行，edition：最多80个字，现在有81个"),
        (changed(pages=[]), "a.json：第1行，pages：至少要有一个版"),
        (changed(pages={}), "a.json：第1行，pages：这里应是列表（方括号），现在是一组“名称：内容”"),
        (changed(aliases=[1]), "a.json：第1行，aliases：这里应是一列文字"),
        (changed(pages=WHOLE["pages"] * 2), "a.json：第1行，pages：有两处的number都是'02'"),
    ],
)
def test_each_problem_is_one_sentence_with_file_and_line(data: bytes, sentence: str) -> None:
    assert sentence in problems(data)


def test_all_problems_of_a_file_are_listed_with_their_lines() -> None:
    text = """{
 "edition": "社区晨报·柳湾",
 "issue": "五月",
 "pages": [
  {"number": "02",
   "articles": [
    {"id": "a1", "title": "一", "paragraphs": ["正文"]},
    {"id": "a1",
     "title": 3, "paragraphs": "正文"},
    {"title": "没有编号", "paragraphs": []}
   ],
   "captions": [{"id": "c1", "paragraphs": [1]}]}
 ]
}"""
    assert problems(text.encode()) == [
        "a.json：第3行，issue：期号要写成2026-11这样的年月，现在是'五月'",
        "a.json：第9行，pages[0].articles[1].title：这里应是文字，现在是3",
        "a.json：第9行，pages[0].articles[1].paragraphs：这里应是列表（方括号），现在是文字",
        "a.json：第10行，pages[0].articles[2].id：没有填",
        "a.json：第12行，pages[0].captions[0].paragraphs：这里应是一列文字",
        "a.json：第6行，pages[0].articles：有两处的id都是'a1'",
    ]


def test_lines_are_counted_through_escapes_and_nesting() -> None:
    text = '{"a\\"b":\n [1,\n  {"c": "x\\\\",\n"d" : [ ] , "e":{}}, true\n]}'
    assert line_numbers(text) == {"": 1, 'a"b': 2, 'a"b[0]': 2, 'a"b[1]': 3, 'a"b[1].c': 3, 'a"b[1].d': 4, 'a"b[1].e': 4,
                                  'a"b[2]': 4}
