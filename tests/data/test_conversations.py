"""The gold conversations agree with the papers they speak of and with themselves. Runs no understanding."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.support.own_conversations import FILES
from tests.support.own_papers import own_papers, write_own_papers

FOLDER = Path(__file__).parent / "conversations"
INTENTS = {"report", "supplement", "withdraw", "status", "rules", "deadline", "winners", "name", "greeting", "other"}
EDITIONS = {f"社区晨报·{name}" for name in ("柳湾", "梧桐里", "银杏", "河西", "莲花", "马渡", "北营")}
SLIPS = {
    "text-07", "text-13", "text-14", "text-15", "text-16", "text-17", "text-26", "yinxing-50", "yinxing-53", "hexi-19",
    "beiying-02",
}  # fmt: skip
"""Conversations whose quotation differs from the print on purpose."""


def _lines(file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{file}.jsonl").read_text("utf-8").splitlines()]


def _bare(text: str) -> str:
    kept = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf" and not c.isspace())
    return re.sub("[“”‘’「」『』\"']", "", "".join(kept))


def _print() -> dict[tuple[str, str, str], tuple[str | None, str]]:
    """(paper, page, article) → title and everything printed there."""
    found = {}
    others = {path.stem: path.read_bytes() for path in (FOLDER / "papers").glob("*.json")}
    for name, data in [*own_papers().items(), *others.items()]:
        for page in json.loads(data)["pages"]:
            for part in page["captions"] + page["articles"]:
                words = [part.get("title"), part.get("subtitle"), *part["paragraphs"]]
                found[name, page["number"], part["id"]] = part.get("title"), _bare("\n".join(filter(None, words)))
    return found


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str, str], tuple[str | None, str]]:
    return _print()


def _reports(file: str) -> list[tuple[str, dict[str, Any]]]:
    return [(line["id"], report) for line in _lines(file) for report in line["reports"]]


@pytest.mark.parametrize("file", FILES)
def test_every_place_is_in_the_papers_and_every_title_in_the_catalogue(file: str, printed: Any) -> None:
    titles = {title for title, _ in printed.values()}
    places = [(i, r, tuple(r["located"].values())) for i, r in _reports(file) if r["located"]]
    assert [i for i, _, place in places if place not in printed] == []
    assert [i for i, r in _reports(file) if r["article"] not in titles | {None}] == []
    assert [i for i, r in _reports(file) if r["paper"] not in EDITIONS | {None}] == []


@pytest.mark.parametrize("file", FILES)
def test_quoted_words_are_in_print_where_they_are_placed_and_were_typed_by_the_reader(file: str, printed: Any) -> None:
    quoted = [(i, r) for i, r in _reports(file) if r["wrong"]]
    absent = {i for i, r in quoted if r["located"]
              and _bare(r["wrong"]) not in printed[tuple(r["located"].values())][1]}
    assert absent == SLIPS & {i for i, _ in quoted}
    typed = {line["id"]: _bare("".join(turn["text"] for turn in line["turns"])) for line in _lines(file)}
    assert [i for i, r in quoted if _bare(r["wrong"]) not in typed[i]] == []


@pytest.mark.parametrize("file", FILES)
def test_turns_have_an_intent_each_and_come_in_order(file: str) -> None:
    for line in _lines(file):
        assert len(line["intents"]) == len(line["turns"]), line["id"]
        assert set(line["intents"]) <= INTENTS, line["id"]
        sent = [turn["sent_at"] for turn in line["turns"]]
        assert sent == sorted(sent), line["id"]


@pytest.mark.parametrize("file", FILES)
def test_stated_pages_and_issues_have_the_form_of_the_catalogue(file: str) -> None:
    for id_, report in _reports(file):
        assert report["page"] is None or re.fullmatch(r"\d\d(、\d\d)?", report["page"]), id_
        assert report["issue"] is None or re.fullmatch(r"\d{4}-\d\d(-\d\d)?", report["issue"]), id_


def test_an_erratum_stands_in_one_place() -> None:
    places = defaultdict(set)
    for _, report in [one for file in FILES for one in _reports(file)]:
        assert (report["erratum"] is None) == (report["located"] is None)
        if report["located"]:
            places[report["erratum"]].add(tuple(report["located"].values()))
    assert [name for name, found in places.items() if len(found) > 1] == []


def test_the_halves_share_no_line_and_hold_every_kind() -> None:
    tune, unseen = ({line["id"] for line in _lines(file)} for file in ("tune", "unseen"))
    assert tune & unseen == set()
    assert {i.rsplit("-", 1)[0] for i in tune} == {i.rsplit("-", 1)[0] for i in unseen}


def test_four_papers_are_written(tmp_path: Path) -> None:
    assert sorted(path.stem for path in write_own_papers(tmp_path / "papers")) == [
        "liuwan-2026-10", "liuwan-2026-11", "wutongli-2026-10", "wutongli-2026-11"]
