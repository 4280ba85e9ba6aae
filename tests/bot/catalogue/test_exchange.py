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
        (b"{\n  nope", "a.json: line 2: not valid JSON: Expecting property name enclosed in double quotes"),
        (b'{\n\n"issue": "\xff"}', "a.json: line 3: not UTF-8 text"),
        (b"[]", "a.json: line 1: the file: expected an object, found list"),
        (b"[" * 100_000, "a.json: nested too deeply"),
        (changed(issue="2023-13"), "a.json: line 1: issue: expected YYYY-MM, found '2023-13'"),
        (changed(date="10.5.2023"), "a.json: line 1: date: expected YYYY-MM-DD or null, found '10.5.2023'"),
        (changed(date=5), "a.json: line 1: date: expected YYYY-MM-DD or null, found 5"),
        (changed(edition=" "), "a.json: line 1: edition: expected a text, found ' '"),
        (changed(edition="报" * 81), "a.json: line 1: edition: expected at most 80 characters, found 81"),
        (changed(pages=[]), "a.json: line 1: pages: expected at least one page"),
        (changed(pages={}), "a.json: line 1: pages: expected a list, found dict"),
        (changed(aliases=[1]), "a.json: line 1: aliases: expected a list of texts"),
        (changed(pages=WHOLE["pages"] * 2), "a.json: line 1: pages: two entries with number '02'"),
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
        "a.json: line 3: issue: expected YYYY-MM, found '五月'",
        "a.json: line 9: pages[0].articles[1].title: expected a text, found 3",
        "a.json: line 9: pages[0].articles[1].paragraphs: expected a list, found str",
        "a.json: line 10: pages[0].articles[2].id: missing",
        "a.json: line 12: pages[0].captions[0].paragraphs: expected a list of texts",
        "a.json: line 6: pages[0].articles: two entries with id 'a1'",
    ]


def test_lines_are_counted_through_escapes_and_nesting() -> None:
    text = '{"a\\"b":\n [1,\n  {"c": "x\\\\",\n"d" : [ ] , "e":{}}, true\n]}'
    assert line_numbers(text) == {"": 1, 'a"b': 2, 'a"b[0]': 2, 'a"b[1]': 3, 'a"b[1].c': 3, 'a"b[1].d': 4, 'a"b[1].e': 4,
                                  'a"b[2]': 4}
