"""How things look."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

import pytest

from models import enums, work_enums
from models.enums import ReportState, Verdict
from web import audit_words, present

ROOT = Path(__file__).parents[2]


def test_every_member_of_every_enum_has_a_chinese_name() -> None:
    known = {**vars(enums), **vars(work_enums)}.values()
    kinds = [kind for kind in known if isinstance(kind, type) and issubclass(kind, StrEnum)]
    missing = [
        (kind.__name__, member.value)
        for kind in kinds
        if kind is not StrEnum
        for member in kind
        if not present.NAMES.get(kind, {}).get(member)
    ]
    assert missing == []


def literals(keyword: str) -> set[str]:
    """Every literal that bot hands to the audit trail under this keyword."""
    found = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                words = {item.arg: item.value for item in node.keywords}
                value = words.get(keyword)
                if {"verb", "object_kind"} <= words.keys() and isinstance(value, ast.Constant):
                    found.add(str(value.value))
    return found


@pytest.mark.parametrize(("keyword", "table"), [("verb", audit_words.VERBS), ("object_kind", audit_words.OBJECTS)])
def test_every_word_of_the_audit_trail_has_a_chinese_name(keyword: str, table: dict[str, str]) -> None:
    assert literals(keyword) - table.keys() == set()


@pytest.mark.parametrize(
    ("milli", "shown"),
    [(2000, "2.000"), (0, "0.000"), (700, "0.700"), (12345, "12.345"), (-250, "−0.250"), (None, "")],
)
def test_points_are_shown_as_the_rules_write_them(milli: int | None, shown: str) -> None:
    assert present.points(milli) == shown


def test_times_are_shown_in_shanghai() -> None:
    late = datetime(2026, 11, 20, 16, 3, 9, tzinfo=UTC)
    assert present.moment(late) == "11月21日 00:03"
    assert present.moment_full(late) == "2026年11月21日 00:03:09"
    assert present.clock_time(late) == "00:03"
    assert present.moment(None) == ""
    assert present.day(date(2026, 1, 9)) == "2026年1月9日"
    assert present.month("2026-01") == "2026年1月"
    assert [present.month(one) for one in ("2026-11-08", "国庆特刊", "", "2026-1")] == ["2026年11月8日", "国庆特刊", "", "2026-1"]


def test_states_with_the_same_value_keep_their_own_names() -> None:
    assert present.name(Verdict.NEEDS_MORE) == "待补充"
    assert present.name(ReportState.DECIDED) == "已定"
    assert present.name(None) == ""


@pytest.mark.parametrize(
    ("text", "length", "shown"),
    [("短句", 4, "短句"), ("正好四字", 4, "正好四字"), ("这里有五个", 4, "这里有…"), ("两\n行", 4, "两 行"), (None, 4, "")],
)
def test_long_text_is_cut_with_a_sign(text: str | None, length: int, shown: str) -> None:
    assert present.short(text, length) == shown


def test_details_of_the_audit_trail_are_one_line_in_chinese() -> None:
    values = {"pages": 8, "papers": [1, 2], "doubling": "headline", "sha256": "a" * 64}
    assert audit_words.details(values) == "版面 8，报纸 1、2，加倍 报头、报眉、栏头、标题，文件指纹 aaaaaaaaaaaaaaa…"


def test_every_key_of_details_has_a_chinese_name() -> None:
    keys = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "details" and isinstance(node.value, ast.Dict):
                keys |= {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
    assert keys - audit_words.DETAILS.keys() == set()
