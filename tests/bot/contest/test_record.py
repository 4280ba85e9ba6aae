"""The record as a file: what is written is whole, and whatever is changed in it is named, with its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.contest.pairs import Comparison
from bot.contest.record.canonical import as_printed, encode, printed_digest, read_time, time_text
from bot.contest.record.checking import Checked, verify
from bot.contest.record.values import Record
from bot.contest.rules import DEFAULT_RULES
from bot.contest.scoring import ErratumPoints, ScoringReport
from models.enums import Doubling, Verdict
from tests.support.records import (
    CLOSES_AT,
    PICKED_AT,
    START_AT,
    file_of,
    find,
    parsed,
    record_of,
    setting,
    small_record,
    tampered,
    with_facts,
)

SMALL = file_of(small_record())


def paths(found: Checked) -> list[str]:
    return [one.path for one in found.differences]


# what is written


def test_record_of_a_round_is_whole() -> None:
    found = verify(SMALL)
    assert (found.differences, found.notes, found.whole, found.reports) == ((), (), True, 8)
    assert (found.best, found.excellent) == ((10001,), (10002, 10004))


def test_file_is_the_one_text_of_its_values() -> None:
    assert encode(parsed(SMALL)).encode() == SMALL


def test_same_round_gives_the_same_bytes_whatever_order_it_was_read_in() -> None:
    record = small_record()
    turned = replace(record, reports=tuple(reversed(record.reports)), errata=dict(reversed(list(record.errata.items()))))
    assert file_of(turned) == SMALL


def test_report_that_came_in_after_the_round_was_read_is_not_in_its_record() -> None:
    record = small_record()
    assert file_of(replace(record, create_times=sorted([(9000, 1), *record.create_times, (20000, 1)]))) == SMALL


def test_report_without_the_time_of_its_message_stops_the_record() -> None:
    record = small_record()
    with pytest.raises(ValueError, match="10008"):
        file_of(replace(record, create_times=list(record.create_times)[:-1]))


def test_persons_are_the_numbers_of_their_first_reports() -> None:
    rows = parsed(SMALL)["body"]["reports"]["rows"]
    assert [(row[0], row[2]) for row in rows] == [
        (10001, 10001), (10002, 10002), (10003, 10002), (10004, 10004), (10005, 10005), (10006, 10006), (10007, 10001),
        (10008, 10004)]


def test_report_names_the_grade_it_follows_from_and_none_once_that_was_taken_back() -> None:
    record = small_record()
    grades = list(record.grades)
    undone = grades[0]._replace(grade=90, cause="taken_back", replaces=1)
    rows = parsed(file_of(replace(record, grades=[*grades, undone])))["body"]["reports"]["rows"]
    assert [row[13] for row in rows] == [None, 2, 3, 4, 5, 6, 7, None]


def test_empty_round_has_a_record_too() -> None:
    found = verify(file_of(record_of([], {})))
    assert (found.whole, found.best, found.excellent) == (True, (), ())


# the worked examples of the rules


def example_1() -> tuple[Record, int, set[int]]:
    reports, errata = [], dict.fromkeys(range(1, 30), "N-05")
    errata[30] = "N-05"
    for place in range(11):  # L, then F1 … F10
        reports += [find(100 * place + n, place, n, minute=place) for n in range(1, 21)]
    reports += [find(2000 + n, 50, n, minute=60) for n in range(21, 30)]
    reports.append(find(3000, 60, 30, minute=120, marks=2))
    points = {key: ErratumPoints(key, code, Doubling.HEADLINE if key == 30 else Doubling.NONE)
              for key, code in errata.items()}
    return record_of(reports, points), 1, {2021, 101, 201, 3000}


def example_2() -> tuple[Record, int, set[int]]:
    reports = [find(1, 1, 1)]
    reports += [find(100 + n, 2, 100 + n, marks=0) for n in range(30)]
    reports += [find(200 + n, 3, 200) for n in range(6)]
    reports += [find(300 + n, 4, 300) for n in range(9)]
    reports += [find(400 + n, 5, 400 + n) for n in range(15)]
    reports += [find(500 + n, 5, None, verdict=Verdict.NOT_AN_ERROR, marks=0) for n in range(285)]
    points = {1: ErratumPoints(1, "N-05", Doubling.HEADLINE), 200: ErratumPoints(200, "N-07"), 300: ErratumPoints(300, "N-05")}
    points |= {100 + n: ErratumPoints(100 + n, "N-18") for n in range(30)}
    points |= {400 + n: ErratumPoints(400 + n, "N-05") for n in range(15)}
    return record_of(reports, points), 200, {1, 300, 100}


def example_3() -> tuple[Record, int, set[int]]:
    reports = [find(1, 1, 1, finder_ok=False), find(2, 2, 1),  # in-house, U
               find(3, 3, 2, minute=126), find(4, 4, 2, minute=123),  # V, W
               find(5, 5, 7, minute=140), find(6, 6, 6, minute=132), find(7, 7, 7, minute=135),  # X, Y, Z
               find(8, 8, 8), find(9, 9, 9, minute=200), find(10, 9, 10, minute=201)]  # M, N
    points = {key: ErratumPoints(key, "N-05", Doubling.HEADLINE if key in (1, 8) else Doubling.NONE)
              for key in (1, 2, 6, 7, 8, 9, 10)}
    return record_of(reports, points, excluded={1: "staff"}), 9, {2, 8, 4, 6, 7, 3, 5}


@pytest.mark.parametrize("example", [example_1, example_2, example_3])
def test_worked_example_is_recomputed_from_its_record(example: Callable[[], tuple[Record, int, set[int]]]) -> None:
    record, best, excellent = example()
    found = verify(file_of(record))
    assert (found.differences, found.best, set(found.excellent)) == ((), (best,), excellent)


def test_standings_of_the_first_example_are_those_of_the_rules() -> None:
    rows = parsed(file_of(example_1()[0]))["body"]["standings"]["rows"]
    assert [row[2] for row in rows][:6] == [20_000, 9_000, 5_000, 5_000, 1_800, 0]


def test_finalists_compared_and_the_best_who_rests_are_recomputed() -> None:
    rules = replace(DEFAULT_RULES, compares_pairs=True, best_rest_rounds=1)
    reports = [find(n, n, n, minute=5) for n in range(1, 5)]
    record = record_of(reports, dict.fromkeys(range(1, 5), "N-05"), rules=rules, previous_best=((4, 99),),
                       comparisons=(Comparison(7, 1, 2, 2), Comparison(7, 2, 3, 3), Comparison(7, 1, 3, 3)))
    found = verify(file_of(record))
    assert (found.differences, found.best) == ((), (3,))


# what is changed is named

CHANGES: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
    ("reports[3].marks", setting("reports", 3, "marks", [1, 1, 1])),
    ("reports[4].verdict", setting("reports", 4, "verdict", "accepted_with_edits")),
    ("reports[2].person", setting("reports", 2, "person", 10004)),
    ("standings", setting("reports", 2, "person", 10003)),
    ("reports[1].grade", setting("reports", 1, "grade", 999)),
    ("reports[1].report", setting("reports", 1, "report", 10001)),
    ("scores[5].total_milli", setting("reports", 5, "finder_ok", True)),
    ("scores[6].total_milli", setting("reports", 6, "late", False)),
    ("scores[0].rank", setting("reports", 0, "counts_at", "2023-05-30T00:00:00Z")),
    ("scores[1].total_milli", setting("errata", 1, "row", "N-18")),
    ("scores[0].points_milli", setting("errata", 0, "doubling", "none")),
    ("scores[2].total_milli", setting("scores", 2, "total_milli", 99_000)),
    ("standings[1].total_milli", setting("standings", 1, "total_milli", 3_000)),
    ("standings[0].draw", setting("standings", 0, "draw", "0" * 64)),
    ("result.best", setting("result", "best", None, [10002])),
    ("result.excellent", setting("result", "excellent", None, [10002])),
    ("result.short_by", setting("result", "short_by", None, 0)),
    ("result.excellent", setting("excluded", 0, "person", 10004)),
    ("excluded[0].person", setting("excluded", 0, "person", 4)),
    ("round.seed", setting("round", "seed", None, "1" * 64)),
    ("intake[2].create_time", setting("intake", 2, "create_time", 5)),
    ("round.seed", setting("intake", 7, "report", 10100)),
    ("intake[2].report", setting("intake", 2, "report", 1)),
    ("round.closes_at", setting("round", "closes_at", None, "2023-06-01T15:59:59Z")),
    ("pick.at", setting("pick", "at", None, "2023-06-01T16:00:00Z")),
    ("pick.reason", setting("pick", "could_change", None, [10002])),
    ("pick.staff", setting("pick", "staff", None, 10)),
    ("same_person[0].staff", setting("same_person", 0, "staff", 10)),
    ("version.previous", setting("version", "previous", None, "0" * 64)),
    ("rules.values", lambda body: body["rules"]["values"].update(best_count=2)),
    ("rules.values.best_count", lambda body: body["rules"]["values"].update(best_count=-1)),
    ("grades", lambda body: body["grades"]["rows"].pop()),
    ("scores", lambda body: body["scores"]["rows"].pop()),
    ("standings", lambda body: body["standings"]["rows"].pop(0)),
]


@pytest.mark.parametrize(("path", "change"), [one for one in CHANGES if one[0] not in ("grades", "rules.values")],
                         ids=lambda one: one if isinstance(one, str) else "")
def test_change_is_named_even_where_every_check_and_seal_was_made_anew(
    path: str, change: Callable[[dict[str, Any]], None]
) -> None:
    assert path in paths(verify(tampered(SMALL, change, rows=True, sections=True)))


@pytest.mark.parametrize(("path", "change"), CHANGES, ids=lambda one: one if isinstance(one, str) else "")
def test_change_with_nothing_made_anew_is_named_by_its_section_as_well(
    path: str, change: Callable[[dict[str, Any]], None]
) -> None:
    changed = tampered(SMALL, change)
    before, after = parsed(SMALL)["body"], parsed(changed)["body"]
    assert {name for name in before if before[name] != after[name]} <= set(paths(verify(changed)))


@pytest.mark.parametrize(("table", "at"), [("grades", 0), ("grades", 5), ("audit", 0), ("audit", 1)])
def test_entry_of_a_chain_that_was_changed_or_taken_out_is_named(table: str, at: int) -> None:
    named = paths(verify(tampered(SMALL, setting(table, at, "verdict" if table == "grades" else "verb",
                                                 "both_forms" if table == "grades" else "other"))))
    assert f"{table}[{at}]" in named
    rows = len(parsed(SMALL)["body"][table]["rows"])
    without = tampered(SMALL, lambda body: body[table]["rows"].pop(at), sections=True)
    expected = f"{table}[{at}].prev" if at < rows - 1 else "pick"
    assert any(one.startswith(expected) for one in paths(verify(without))) or at == rows - 1


def test_row_whose_own_check_was_forgotten_is_named() -> None:
    named = paths(verify(tampered(SMALL, setting("reports", 0, "sequence", 1), sections=True)))
    assert named == ["reports[0]"]


def test_differences_are_sentences_in_chinese() -> None:
    found = verify(tampered(SMALL, setting("reports", 3, "marks", [1, 1, 1]), rows=True, sections=True))
    assert str(found.differences[0]) == "reports[3].marks：评分 4 写的是 [1, 1, 0]，这里是 [1, 1, 1]"


def test_many_differences_are_counted_beyond_a_hundred() -> None:
    record = example_2()[0]
    found = verify(tampered(file_of(record), lambda body: [row.__setitem__(10, 5) for row in body["scores"]["rows"]] and None))
    assert (len(found.differences), found.more > 100) == (100, True)


# files that are no record


@pytest.mark.parametrize(("data", "path", "known"), [
    (b"", "文件", False),
    (b"{", "文件", False),
    (b"{}", "body", False),
    (b"Dear editor", "文件", False),
    (b"\x89PNG\r\n\xff", "文件", False),
    (SMALL[:-1], "文件", True),
    (SMALL[: len(SMALL) // 2], "文件", True),
    (SMALL + b"\n", "seal", True),
    (SMALL + SMALL, "文件", True),
    (b"\xef\xbb\xbf" + SMALL, "文件", True),
    (SMALL[:100] + b"\xff" + SMALL[101:], "文件", True),
    (b"[]", "文件", False),
    (b"null", "文件", False),
    (b"1" * 5000, "文件", False),
    (b"[" * 200_000, "文件", False),
    (b'{"body":NaN}', "文件", True),
    (SMALL.replace(b'"format":1', b'"format":1.0'), "文件", True),
    (SMALL.replace(b'"format":1,"kind"', b'"format":2,"kind"'), "format", False),
    (SMALL.replace(b'"format":1,"kind"', b'"format":true,"kind"'), "format", False),
    (SMALL.replace(b"woodpecker-round-record", b"woodpecker-round-recard"), "kind", False),
    (SMALL.replace(b'"best":[', b'"best":[],"best":['), "best", True),
    (SMALL.replace(b'"seal":', b'"more":1,"seal":'), "'more'", True),
    (SMALL.replace(b'"number":1,"values"', b'"number": 1,"values"'), "rules", True),
    (SMALL.replace(b'"month":"2023-05"', b'"month":"2023-0\\u0035"', 1), "contest", True),
    (SMALL.replace("啄木鸟".encode(), b"\\ud800"), "contest", True),
], ids=range(25))
def test_damaged_file_is_named_and_never_raises(data: bytes, path: str, known: bool) -> None:
    found = verify(data)
    assert (paths(found)[0], found.known, found.whole) == (path, known, False)


@pytest.mark.parametrize("depth", [400, 900, 1000, 5000, 100_000])
@pytest.mark.parametrize("key", ["values", "details"])
def test_brackets_without_end_are_refused_at_any_depth(depth: int, key: str) -> None:
    start = SMALL.index(f'"{key}":'.encode() if key == "values" else b'{"same_person":true}')
    start += len('"values":') if key == "values" else 0
    end = SMALL.index(b"}", start) + 1
    assert not verify(SMALL[:start] + b'{"a":' * depth + b"1" + b"}" * depth + SMALL[end:]).whole


def test_file_that_is_too_large_is_not_read() -> None:
    found = verify(SMALL, most_bytes=len(SMALL) - 1)
    assert (found.known, found.differences[0].words.startswith(f"有 {len(SMALL)} 字节")) == (False, True)
    assert verify(SMALL, most_bytes=len(SMALL)).whole


@pytest.mark.parametrize(("path", "change"), [
    ("reports", lambda body: body.update(reports=[])),
    ("reports.columns", lambda body: body["reports"]["columns"].reverse()),
    ("reports[2]", lambda body: body["reports"]["rows"][2].pop()),
    ("reports[2].late", setting("reports", 2, "late", 0)),
    ("reports[2].counts_at", setting("reports", 2, "counts_at", "2023-05-20")),
    ("reports[2].counts_at", setting("reports", 2, "counts_at", "2023-05-20T00:00:00+00:00")),
    ("reports[2].report", setting("reports", 2, "report", True)),
    ("scores[0].why", setting("scores", 0, "why", "late")),
    ("audit[0].details", setting("audit", 0, "details", {"said": "读者的话"})),
    ("round.seed", setting("round", "seed", None, "A" * 64)),
    ("round", lambda body: body["round"].pop("seed")),
    ("contest.papers", lambda body: body["contest"]["papers"][0].update(extra=1)),
    ("pick", lambda body: body.pop("pick")),
], ids=range(13))
def test_wrong_shape_is_named(path: str, change: Callable[[dict[str, Any]], None]) -> None:
    assert paths(verify(tampered(SMALL, change)))[0] == path


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SMALL) - 1), st.integers(1, 255))
def test_any_one_byte_changed_is_refused_and_named(at: int, by: int) -> None:
    changed = bytearray(SMALL)
    changed[at] ^= by
    found = verify(bytes(changed))
    assert not found.whole
    assert found.differences
    assert all(one.path and one.words for one in found.differences)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(SMALL)), st.sampled_from([b" ", b"\n", b"0", b",", b'"', "字".encode()]))
def test_any_one_character_put_in_is_refused(at: int, more: bytes) -> None:
    assert not verify(SMALL[:at] + more + SMALL[at:]).whole


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(SMALL) - 1), st.integers(1, 200))
def test_anything_cut_out_is_refused(at: int, length: int) -> None:
    assert not verify(SMALL[:at] + SMALL[at + length:]).whole


# random rounds

VERDICTS = [Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_EDITS, Verdict.NOT_AN_ERROR, Verdict.SUGGESTION, None]


@st.composite
def rounds(draw: st.DrawFn) -> Record:
    """Rounds with ties, linked and excluded persons, withdrawn, late, lapsed and erased reports."""
    errata = {key: ErratumPoints(key, draw(st.sampled_from(["N-05", "N-07", "N-10", "N-18", "N-22"])),
                                 draw(st.sampled_from(list(Doubling)))) for key in range(1, 7)}
    reports: list[ScoringReport] = []
    for number in range(1, draw(st.integers(0, 25)) + 1):
        verdict = draw(st.sampled_from(VERDICTS))
        flag = draw(st.sampled_from([None, None, None, "late", "withdrawn", "lapsed", "erased"]))
        person = draw(st.integers(1, 6))
        reports.append(find(
            number, person, draw(st.integers(1, 6)), minute=draw(st.integers(0, 5)), verdict=verdict,
            marks=draw(st.integers(0, 3)) if verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_EDITS) else 0,
            finder_ok=person != 6, **({flag: True} if flag else {})))
    excluded = {6: "staff"} if any(one.person_id == 6 for one in reports) else {}
    rules = replace(DEFAULT_RULES, excellent_count=2, best_rest_rounds=draw(st.integers(0, 1)),
                    compares_pairs=draw(st.booleans()))
    return record_of(reports, errata, rules=rules, excluded=excluded, previous_best=((1,),))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(rounds())
def test_record_of_any_round_is_whole(record: Record) -> None:
    found = verify(file_of(record))
    assert (found.differences, len(found.best), len(found.excellent)) == (
        (), len(record.selection.best), len(record.selection.excellent))


# the rest of the form


def test_intake_list_that_was_not_kept_is_a_note_and_no_difference() -> None:
    found = verify(file_of(replace(small_record(), intake=None)))
    assert (found.whole, len(found.notes)) == (True, 1)


def test_decided_report_without_a_grade_to_compare_is_a_note() -> None:
    found = verify(file_of(replace(small_record(), grades=list(small_record().grades)[1:])))
    assert (found.whole, found.notes) == (True, ("有 1 条已评的纠错没有留下可以对照的评分。",))


@pytest.mark.parametrize(("changes", "path"), [
    ({"picked_at": PICKED_AT - timedelta(seconds=1)}, "pick.at"),
    ({"could_change": (10002,)}, "pick.reason"),
    ({"could_change": (10002,), "reason": "先付印。"}, None),
])
def test_pick_too_early_or_without_the_reason_it_needs(changes: dict[str, Any], path: str | None) -> None:
    found = verify(file_of(record_of([find(10002, 1, 1)], {1: "N-05"}, **changes)))
    assert paths(found) == ([path] if path else [])


def test_deadline_and_the_end_of_its_day_belong_together() -> None:
    later = with_facts(small_record(), closes_at=CLOSES_AT - timedelta(hours=1))
    assert paths(verify(file_of(later))) == ["round.closes_at"]


@pytest.mark.parametrize(("start", "digest"), [
    ("00000000000000000000", "0000-0000-0000-0000"), ("ffffffffffffffffffff", "ZZZZ-ZZZZ-ZZZZ-ZZZZ"),
    ("0123456789abcdef0123", "04HM-ASW9-NF6Y-Y093"),
])
def test_digest_for_print_comes_from_the_first_80_bits(start: str, digest: str) -> None:
    assert printed_digest(start + "5" * 44) == digest


@pytest.mark.parametrize("typed", ["04hm asr9 nf6y y14z", "O4HM-ASR9-NF6Y-YL4Z", "04HMASR9NF6YYI4Z", "04HM－ASR9－NF6Y－Y14Z"])
def test_digest_is_known_however_it_is_typed(typed: str) -> None:
    assert as_printed(typed) == "04HM-ASR9-NF6Y-Y14Z"


@pytest.mark.parametrize("text", ["2023-05-20T00:00:00Z", "2023-05-20T00:00:00.000001Z"])
def test_time_has_one_text(text: str) -> None:
    found = read_time(text)
    assert found is not None
    assert time_text(found) == text


@pytest.mark.parametrize("text", ["2023-05-20T00:00:00", "2023-05-20T08:00:00+08:00", "2023-05-20T00:00:00.100Z", "heute", ""])
def test_other_texts_of_a_time_are_refused(text: str) -> None:
    assert read_time(text) is None


def test_times_are_utc_in_the_file() -> None:
    assert time_text(START_AT) == "2023-05-20T00:00:00Z"
