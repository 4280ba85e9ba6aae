"""The rule set: its defaults as the contest rules say them, its JSON, and errors that name the key."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

from bot.contest.annex import Evidence, RowKind, RowStatus
from bot.contest.rules import DEFAULT_RULES, RANGES, RuleSet, RuleSetError, from_json, to_json


def test_json_and_back_is_the_same_rule_set() -> None:
    assert from_json(to_json(DEFAULT_RULES)) == DEFAULT_RULES
    changed = RuleSet(grading_days=3, shares_quarters=(4, 2), souvenir="布袋一只", tax_borne_by_payer=False)
    assert from_json(to_json(changed)) == changed
    assert to_json(from_json(to_json(changed))) == to_json(changed)


def test_only_confirmed_rows_are_called_national() -> None:
    national = [row.code for row in DEFAULT_RULES.annex if row.status is RowStatus.NATIONAL]
    assert national == [f"N-{n:02d}" for n in range(1, 12)]
    assert [row.code for row in DEFAULT_RULES.annex] == [f"N-{n:02d}" for n in range(1, 23)]
    assert all(row.evidence is Evidence.CONFIRMED for row in DEFAULT_RULES.annex[:11])
    assert all(row.evidence is not Evidence.CONFIRMED for row in DEFAULT_RULES.annex[11:])


def test_base_points_are_those_of_the_annex() -> None:
    points = {row.code: row.base_milli for row in DEFAULT_RULES.gradable_rows}
    assert points == {
        "N-04": 1000, "N-05": 1000, "N-06": 2000, "N-07": 4000, "N-08": 1000, "N-09": 1000, "N-10": 100,
        "N-11": 1000, "N-12": 1000, "N-13": 1000, "N-14": 500, "N-15": 500, "N-16": 1000, "N-17": 1000,
        "N-18": 100, "N-19": 100, "N-20": 100, "N-21": 1000, "N-22": 0,
    }  # fmt: skip
    assert [row.code for row in DEFAULT_RULES.annex if row.cap_group] == ["N-10", "N-18"]
    assert DEFAULT_RULES.row("N-22").kind is RowKind.ESCALATED
    assert DEFAULT_RULES.row("N-18").label == "标点符号错用、漏用、多用（本报暂定值）"
    assert [row.code for row in DEFAULT_RULES.annex if row.doubles] == [
        "N-04", "N-05", "N-06", "N-07", "N-08", "N-09", "N-11", "N-21",
    ]  # fmt: skip


def test_an_unknown_row_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        DEFAULT_RULES.row("N-99")


def test_a_set_stored_before_souvenirs_had_a_price_is_read_and_keeps_its_bytes() -> None:
    assert "souvenir_fen" not in to_json(DEFAULT_RULES)
    assert from_json(to_json(DEFAULT_RULES)).souvenir_fen == 0
    priced = RuleSet(souvenir_fen=3_550)
    assert from_json(to_json(priced)) == priced


def test_every_number_has_a_range_and_its_default_lies_within() -> None:
    numbers = {f.name for f in fields(RuleSet) if type(getattr(DEFAULT_RULES, f.name)) is int}
    assert numbers == set(RANGES)
    assert all(low <= getattr(DEFAULT_RULES, key) <= high for key, (low, high) in RANGES.items())


def change(key: str, value: Any) -> str:
    plain = json.loads(to_json(DEFAULT_RULES))
    spot = plain
    *path, last = [int(part) if part.isdecimal() else part for part in key.replace("[", ".").replace("]", "").split(".")]
    for part in path:
        spot = spot[part]
    spot[last] = value
    return json.dumps(plain, ensure_ascii=False)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("grading_days", "5"), ("grading_days", -1), ("grading_days", True), ("grading_days", 5.0),
        ("grading_days", None), ("auto_announce", 1), ("souvenir", " "), ("shares_quarters", []),
        ("shares_quarters[1]", 5), ("shares_quarters[2]", 2), ("annex", []), ("annex[4].base_milli", "1"),
        ("annex[4].base_milli", -1), ("annex[4].code", "N-04"), ("annex[4].code", "五"), ("annex[3].kind", "guess"),
        ("annex[17].status", "national"), ("annex[17].cap_group", "other"), ("annex[21].base_milli", 3000),
        ("annex[3]", "N-04"), ("annex[3].colour", "red"), ("qualify_accepted", 3), ("speed", 1),
        ("best_count", 10**9),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_the_name_of_its_key(key: str, value: Any) -> None:
    with pytest.raises(RuleSetError) as caught:
        from_json(change(key, value))
    assert caught.value.key == key
    assert str(caught.value).startswith(f"{key}：应为")


@pytest.mark.parametrize("key", ["extra_minutes", "annex", "tax_percent"])
def test_a_missing_key_is_named(key: str) -> None:
    plain = json.loads(to_json(DEFAULT_RULES))
    del plain[key]
    with pytest.raises(RuleSetError, match=f"^{key}：应为必有的键"):
        from_json(json.dumps(plain))


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"grading_days": 1, "grading_days": 2}'])
def test_what_is_no_rule_set_is_refused(text: str) -> None:
    with pytest.raises(RuleSetError):
        from_json(text)
