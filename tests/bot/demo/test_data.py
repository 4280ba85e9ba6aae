"""The demo's written material agrees with itself: papers, planted errors, decoys, messages, gradings."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.catalogue.exchange import parse_issue

DATA = Path(bot.__file__).parent / "demo" / "data"
MONTHS = ("this_month", "last_month")
PAPERS = ("liuwan", "wutongli")
WORDS = {"Y": "2027", "M": "1", "MM": "01", "PY": "2026", "PM": "12", "NY": "2027", "NM": "2"}
PLACEHOLDER = re.compile(r"\{(\w+)\}")
PAPER_KEYS = {"edition", "aliases", "issue", "date", "date_note", "wechat_accounts", "source",
              "text_layer", "text_note", "pages"}
PAGE_KEYS = {"number", "number_is_inferred", "name", "name_is_inferred", "responsible_editor",
             "art_editor", "captions", "furniture", "articles"}
ARTICLE_KEYS = {"id", "kind", "title", "subtitle", "byline", "paragraphs"}
SCORING = {"accepted", "accepted_with_edits"}
VERDICTS = SCORING | {"both_forms", "suggestion", "not_an_error", "out_of_scope", "cannot_check",
                      "repeated", "needs_more"}
# Enough of the annex to see that last month has a clear winner; the product has its own rule set.
BASE = {"N-06": 2000, "N-07": 4000, "N-18": 100}


def load(month: str, name: str) -> Any:
    return json.loads((DATA / month / f"{name}.json").read_text(encoding="utf-8"))


def rendered(month: str, name: str) -> dict[str, Any]:
    text = (DATA / month / f"{name}.json").read_text(encoding="utf-8")
    paper: dict[str, Any] = json.loads(PLACEHOLDER.sub(lambda m: WORDS[m[1]], text))
    return paper


def messages(month: str) -> list[dict[str, Any]]:
    lines = (DATA / month / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def printed(month: str) -> dict[tuple[str, str, str], dict[int | str, str]]:
    """The printed texts by (edition, page, article or caption) and paragraph number or "title"."""
    texts: dict[tuple[str, str, str], dict[int | str, str]] = {}
    for name in PAPERS:
        paper = rendered(month, name)
        for page in paper["pages"]:
            for item in page["articles"] + page["captions"]:
                parts: dict[int | str, str] = dict(enumerate(item["paragraphs"]))
                if item.get("title"):
                    parts["title"] = item["title"]
                texts[paper["edition"], page["number"], item["id"]] = parts
    return texts


def marked(month: str) -> dict[str, dict[str, Any]]:
    """Planted errors and decoys by id, each with its printed words under "print"."""
    both = [e | {"print": e["wrong"]} for e in load(month, "errata")]
    both += [d | {"print": d["quote"]} for d in load(month, "decoys")]
    return {entry["id"]: entry for entry in both}


def place(entry: dict[str, Any]) -> tuple[str, str, str]:
    return entry["paper"], entry["page"], entry["article"]


def touches(text: str, quote: str, wrong: str) -> bool:
    """Whether some occurrence of the quotation overlaps the wrong words."""
    start = text.index(wrong)
    found = [m.start() for m in re.finditer(re.escape(quote), text)]
    return any(at < start + len(wrong) and start < at + len(quote) for at in found)


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("name", PAPERS)
def test_paper_has_every_key_of_the_exchange_format(month: str, name: str) -> None:
    paper = load(month, name)
    assert set(paper) >= PAPER_KEYS
    for page in paper["pages"]:
        assert set(page) >= PAGE_KEYS
        assert all(set(article) == ARTICLE_KEYS for article in page["articles"])
        assert all(set(caption) == {"id", "kind", "paragraphs"} for caption in page["captions"])
    ids = [i["id"] for page in paper["pages"] for i in page["articles"] + page["captions"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("name", PAPERS)
def test_paper_is_read_by_the_importer(month: str, name: str) -> None:
    paper = rendered(month, name)
    read = parse_issue(f"{name}.json", json.dumps(paper).encode())
    assert (read.edition, read.month, len(read.pages)) == (paper["edition"], "2027-01", len(paper["pages"]))


@pytest.mark.parametrize("name", PAPERS)
def test_issue_of_this_month_has_the_length_of_a_paper(name: str) -> None:
    pages = load("this_month", name)["pages"]
    text = "".join(p for page in pages for a in page["articles"] for p in [a["title"], *a["paragraphs"]])
    assert 6000 <= len(text) <= 9000


@pytest.mark.parametrize(("month", "pages", "articles"), [("this_month", 8, 25), ("last_month", 4, 8)])
@pytest.mark.parametrize("name", PAPERS)
def test_issue_has_its_printed_pages_and_articles(
    month: str, pages: int, articles: int, name: str
) -> None:
    paper = load(month, name)
    numbers = [n for page in paper["pages"] for n in page["number"].split("、")]
    assert numbers == [f"{n:02}" for n in range(1, pages + 1)]
    assert sum(len(page["articles"]) for page in paper["pages"]) >= articles
    assert all(a["paragraphs"] for page in paper["pages"] for a in page["articles"])


def test_one_issue_has_a_spread() -> None:
    assert [p["number"] for p in load("this_month", "liuwan")["pages"]].count("04、05") == 1


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("name", PAPERS)
def test_only_known_placeholders_stand_in_the_paper(month: str, name: str) -> None:
    text = (DATA / month / f"{name}.json").read_text(encoding="utf-8")
    assert set(PLACEHOLDER.findall(text)) <= set(WORDS)


@pytest.mark.parametrize("month", MONTHS)
def test_no_placeholder_in_marked_words_or_messages(month: str) -> None:
    for entry in marked(month).values():
        assert not PLACEHOLDER.search(entry["print"] + entry.get("right", "") + entry.get("proposed", ""))
    assert not [m for m in messages(month) if PLACEHOLDER.search(m.get("text", ""))]


@pytest.mark.parametrize("month", MONTHS)
def test_marked_words_stand_once_in_their_article_at_their_paragraph(month: str) -> None:
    texts = printed(month)
    for entry in marked(month).values():
        if entry["paper"] is None:
            continue
        parts = texts[place(entry)]
        counts = {key: text.count(entry["print"]) for key, text in parts.items()}
        assert {k: n for k, n in counts.items() if n} == {entry["paragraph"]: 1}, entry["id"]


@pytest.mark.parametrize("month", MONTHS)
def test_erratum_has_every_field(month: str) -> None:
    for e in load(month, "errata"):
        assert e["wrong"] != e["right"], e["id"]
        assert e["note"].endswith("。"), e["id"]
        assert e["doubling"] in {"none", "headline", "important"}, e["id"]
        assert e["paragraph"] != "title" or e["doubling"] == "headline", e["id"]
        assert re.fullmatch(r"N-\d\d", e["row"]), e["id"]


def test_every_row_of_the_annex_is_planted() -> None:
    rows = Counter(e["row"] for e in load("this_month", "errata"))
    assert set(rows) == {f"N-{n:02}" for n in range(4, 22)}
    assert rows.most_common(1)[0][0] == "N-05"
    doubled = Counter(e["doubling"] for e in load("this_month", "errata"))
    assert doubled["headline"] >= 4
    assert doubled["important"] >= 4


def test_counts_of_planted_errors_and_decoys() -> None:
    assert sum("same_as" not in e for e in load("this_month", "errata")) >= 40
    assert len(load("last_month", "errata")) == 14
    assert len(load("this_month", "decoys")) >= 10


def test_same_slip_stands_at_three_places_of_one_issue() -> None:
    same = [e for e in load("this_month", "errata") if "帐户" in e["wrong"]]
    assert len(same) == 3
    assert len({e["paper"] for e in same}) == 1
    assert [e.get("same_as") for e in same] == [None, same[0]["id"], same[0]["id"]]


def test_shared_copy_carries_the_same_error_in_both_editions() -> None:
    errata = {e["id"]: e for e in load("this_month", "errata")}
    texts = printed("this_month")
    shared = [(e, errata[e["same_as"]]) for e in errata.values()
              if "same_as" in e and errata[e["same_as"]]["paper"] != e["paper"]]
    assert shared
    for one, other in shared:
        assert texts[place(one)] == texts[place(other)]
        assert (one["wrong"], one["right"]) == (other["wrong"], other["right"])


@pytest.mark.parametrize("month", MONTHS)
def test_messages_are_in_order_and_before_the_demo_starts(month: str) -> None:
    keys = [(m["day"], m["time"]) for m in messages(month)]
    assert keys == sorted(keys)
    assert all(day <= 0 for day, _ in keys)
    if month == "this_month":
        assert keys[0][0] >= -12
        assert all(time < "07:00:00" for day, time in keys if day == 0)


@pytest.mark.parametrize("month", MONTHS)
def test_reports_quote_what_is_printed(month: str) -> None:
    texts, entries = printed(month), marked(month)
    for m in messages(month):
        assert len(m["expect"]) == len(m["quotes"])
        for key, quote in zip(m["expect"], m["quotes"], strict=True):
            entry = entries[key]
            assert quote in m["text"], m
            if entry["paper"] is None or m.get("slip"):
                continue
            assert touches(texts[place(entry)][entry["paragraph"]], quote, entry["print"]), m


def test_counts_of_this_months_messages() -> None:
    sent = messages("this_month")
    reports = [key for m in sent for key in m["expect"]]
    errors = Counter(key for key in reports if key.startswith("E"))
    assert len(reports) >= 60
    assert {m["reader"] for m in sent} == {f"r{n:02}" for n in range(1, 19)}
    assert sum(n - 1 for n in errors.values()) >= 12
    finders: dict[str, set[str]] = defaultdict(set)
    for m in sent:
        for key in m["expect"]:
            finders[key].add(m["reader"])
    assert max(map(len, finders.values())) == 4
    kinds = Counter(m["kind"] for m in sent)
    assert kinds["amend"] >= 2
    assert kinds["name"] >= 2
    assert kinds["withdraw"] == kinds["other"] == 1
    assert {m["type"] for m in sent} == {"text", "image", "voice"}


def test_counts_of_last_months_messages() -> None:
    sent = messages("last_month")
    assert sum(len(m["expect"]) for m in sent) >= 30
    assert {m["reader"] for m in sent} == {f"r{n:02}" for n in range(1, 17)}


@pytest.mark.parametrize("month", MONTHS)
def test_gradings_are_about_reports_that_were_sent(month: str) -> None:
    sent = {(m["reader"], key) for m in messages(month) for key in m["expect"]}
    logins = {s["login"] for s in json.loads((DATA / "people.json").read_text("utf-8"))["staff"]}
    for g in load(month, "gradings"):
        assert (g["reader"], g["expect"]) in sent, g
        assert g["verdict"] in VERDICTS, g
        assert g["grader"] in logins, g
        assert set(g["marks"]) == {"place", "correction", "reason"}, g
        assert g["verdict"] in SCORING or g["reason"], g


def test_this_month_has_every_verdict_and_open_work() -> None:
    graded = {(g["reader"], g["expect"]) for g in load("this_month", "gradings")}
    sent = {(m["reader"], key) for m in messages("this_month") for key in m["expect"]}
    assert {g["verdict"] for g in load("this_month", "gradings")} == VERDICTS
    assert 0.4 <= len(graded) / len(sent) <= 0.7


def test_last_month_is_graded_to_the_end() -> None:
    graded = {(g["reader"], g["expect"]) for g in load("last_month", "gradings")}
    assert graded == {(m["reader"], key) for m in messages("last_month") for key in m["expect"]}


def test_last_month_has_one_clear_best_and_ten_more() -> None:
    points = {e["id"]: BASE.get(e["row"], 1000) * (1 if e["doubling"] == "none" else 2)
              for e in load("last_month", "errata")}
    grades = {(g["reader"], g["expect"]): g for g in load("last_month", "gradings")}
    found: Counter[str] = Counter()
    standing: Counter[str] = Counter()
    for m in messages("last_month"):
        for key in m["expect"]:
            grade = grades[m["reader"], key]
            if grade["verdict"] not in SCORING:
                continue
            share = 100 if not found[key] else 25 if found[key] < 3 and points[key] >= 1000 else 0
            found[key] += 1
            standing[m["reader"]] += points[key] * share * (7 + sum(grade["marks"].values())) // 1000
    ranked = [score for _, score in standing.most_common() if score]
    assert len(ranked) > 11
    assert ranked[0] > 1.5 * ranked[1]


def test_people_are_readers_with_a_name_state_and_staff_by_role() -> None:
    people = json.loads((DATA / "people.json").read_text("utf-8"))
    assert [r["id"] for r in people["readers"]] == [f"r{n:02}" for n in range(1, 19)]
    states = Counter(r["name_state"] for r in people["readers"])
    assert set(states) == {"given", "declined", "not_asked"}
    assert all((r["print_name"] is not None) == (r["name_state"] == "given") for r in people["readers"])
    assert Counter(s["role"] for s in people["staff"]) == Counter(
        {"editor": 2, "chief": 1, "prizes": 1, "admin": 1})
