"""The rule set of a contest as frozen data, to and from JSON. Knows no database, no clock, no scoring."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from bot.contest.annex import DEFAULT_ANNEX, USAGE, AnnexRow, Evidence, RowKind, RowStatus
from bot.errors import BadInput

QUARTERS = 4
"""A finder's share is kept in quarters: 4 is the whole, 1 is 0.25."""


class RuleSetError(BadInput):
    """A rule set that cannot be used; `key` names the place, such as `annex[3].base_milli`."""

    def __init__(self, key: str, expected: str, found: object) -> None:
        self.key = key
        super().__init__(f"{key}：应为{expected}，现为 {found!r}")


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Every number of the contest rules. Points in thousandths, money in fen, the rest as the name says."""

    annex: tuple[AnnexRow, ...] = DEFAULT_ANNEX
    # Rule 7
    doubling_factor: int = 2
    usage_cap_milli: int = 1000
    ledger_repeats_per_issue: int = 3
    # Rule 8: tenths, factor = base + step × marks
    clarity_base_tenths: int = 7
    clarity_step_tenths: int = 1
    # Rule 9: first, second, third …; later finders 0
    shares_quarters: tuple[int, ...] = (4, 1, 1)
    small_erratum_milli: int = 1000
    # Rule 10 and issue 6: so many of a hundred decisions, and those near the cut lines, get a second, blind grade
    second_share_percent: int = 10
    seconds_contenders: bool = True
    # Rule 11: accepted / decided at least this
    qualify_accepted: int = 1
    qualify_decided: int = 2
    # Rules 12 and 13
    best_count: int = 1
    excellent_count: int = 10
    best_rest_rounds: int = 0
    # Rule 11, only where a chief wants it: finalists that the draw alone would order are compared pair by pair first
    compares_pairs: bool = False
    # Rule 18
    best_net_fen: int = 10_000
    tax_percent: int = 20
    tax_borne_by_payer: bool = True
    souvenir: str = "纪念品一份"
    souvenir_fen: int = 0  # what one costs; 0: nobody has said, and the ledger says so instead of a sum
    lapsed_prize_moves_on: bool = True
    # Rule 2
    trusted_create_minutes: int = 10
    clock_ahead_seconds: int = 60
    bare_quotation_chars: int = 40
    caller_hours_back: int = 72
    # Rule 4
    extra_minutes: int = 15
    grading_days: int = 5
    needs_more_days: int = 7
    # Rule 5
    auto_announce: bool = False
    # Rule 17
    guardian_under_age: int = 14
    # Rule 19
    appeal_days: int = 10
    appeal_answer_workdays: int = 5

    def row(self, code: str) -> AnnexRow:
        """The row of that code; KeyError when the rule set has none."""
        for row in self.annex:
            if row.code == code:
                return row
        raise KeyError(code)

    @property
    def gradable_rows(self) -> tuple[AnnexRow, ...]:
        """The rows an editor may pick for an erratum, in the order of the annex."""
        return tuple(row for row in self.annex if row.kind in (RowKind.POINTS, RowKind.ESCALATED))


# Lowest and highest value that makes sense, both included. A slip of a finger is caught here.
RANGES: dict[str, tuple[int, int]] = {
    "doubling_factor": (1, 10),
    "usage_cap_milli": (0, 1_000_000),
    "ledger_repeats_per_issue": (1, 100),
    "clarity_base_tenths": (0, 10),
    "clarity_step_tenths": (0, 10),
    "small_erratum_milli": (0, 100_000),
    "second_share_percent": (0, 100),
    "qualify_accepted": (0, 100),
    "qualify_decided": (1, 100),
    "best_count": (0, 100),
    "excellent_count": (0, 1000),
    "best_rest_rounds": (0, 120),
    "best_net_fen": (0, 100_000_000),
    "tax_percent": (0, 99),
    "souvenir_fen": (0, 100_000_000),
    "trusted_create_minutes": (0, 1440),
    "clock_ahead_seconds": (0, 3600),
    "bare_quotation_chars": (1, 2000),
    "caller_hours_back": (0, 720),
    "extra_minutes": (0, 1440),
    "grading_days": (0, 60),
    "needs_more_days": (0, 60),
    "guardian_under_age": (0, 18),
    "appeal_days": (0, 90),
    "appeal_answer_workdays": (0, 60),
}

ADDED_LATER: dict[str, int] = {"compares_pairs": False, "second_share_percent": 0, "seconds_contenders": False,
                               "souvenir_fen": 0}
"""Rules that may be absent from a stored set: then they are off, or nothing is said, which is what it ran under."""

DEFAULT_RULES = RuleSet()

E = TypeVar("E", bound=StrEnum)


def to_json(rules: RuleSet) -> str:
    """One line of canonical JSON (keys sorted), so that the same rules give the same bytes and hash.

    What came later than the first rounds is written only where it is switched on: older sets keep their bytes.
    """
    plain = {f.name: getattr(rules, f.name) for f in fields(RuleSet)}
    for key in [key for key in ADDED_LATER if not plain[key]]:
        del plain[key]
    plain["annex"] = [{f.name: getattr(row, f.name) for f in fields(AnnexRow)} for row in rules.annex]
    plain["shares_quarters"] = list(rules.shares_quarters)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=64)  # a round keeps its set: the same few texts are read again and again
def from_json(text: str) -> RuleSet:
    """Reads what `to_json` wrote. RuleSetError names the key that is missing, unknown or wrong."""
    try:
        raw: object = json.loads(text, object_pairs_hook=_no_double_keys)
    except json.JSONDecodeError as error:
        raise RuleSetError("规则", "一段 JSON", f"第 {error.lineno} 行第 {error.colno} 列读不通") from error
    if isinstance(raw, dict):
        raw = ADDED_LATER | raw
    values = _object("规则", raw, (f.name for f in fields(RuleSet)), prefix="")
    rules = RuleSet(
        annex=_annex(values["annex"]),
        shares_quarters=_shares(values["shares_quarters"]),
        souvenir=_text("souvenir", values["souvenir"]),
        tax_borne_by_payer=_flag("tax_borne_by_payer", values["tax_borne_by_payer"]),
        lapsed_prize_moves_on=_flag("lapsed_prize_moves_on", values["lapsed_prize_moves_on"]),
        auto_announce=_flag("auto_announce", values["auto_announce"]),
        compares_pairs=_flag("compares_pairs", values["compares_pairs"]),
        seconds_contenders=_flag("seconds_contenders", values["seconds_contenders"]),
        **{key: _number(key, values[key], *limits) for key, limits in RANGES.items()},
    )
    if rules.qualify_accepted > rules.qualify_decided:
        raise RuleSetError("qualify_accepted", f"不大于 qualify_decided（{rules.qualify_decided}）的整数",
                           rules.qualify_accepted)
    return rules


def _no_double_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    seen: dict[str, object] = {}
    for key, value in pairs:
        if key in seen:
            raise RuleSetError(key, "只出现一次的键", "两次")
        seen[key] = value
    return seen


def _object(key: str, raw: object, names: Iterable[str], *, prefix: str) -> Mapping[str, object]:
    if not isinstance(raw, dict):
        raise RuleSetError(key, "一个对象", raw)
    wanted = list(names)
    for name in raw:
        if name not in wanted:
            raise RuleSetError(f"{prefix}{name}", "已知的键", "未知的键")
    for name in wanted:
        if name not in raw:
            raise RuleSetError(f"{prefix}{name}", "必有的键", "缺少")
    return raw


def _annex(raw: object) -> tuple[AnnexRow, ...]:
    if not isinstance(raw, list) or not raw:
        raise RuleSetError("annex", "至少一行的列表", raw)
    rows = tuple(_row(f"annex[{index}]", item) for index, item in enumerate(raw))
    codes: set[str] = set()
    for index, row in enumerate(rows):
        if row.code in codes:
            raise RuleSetError(f"annex[{index}].code", "不重复的代码", row.code)
        codes.add(row.code)
    if not any(row.kind is RowKind.POINTS for row in rows):
        raise RuleSetError("annex", "至少有一行可计分", "没有")
    return rows


def _row(key: str, raw: object) -> AnnexRow:
    item = _object(key, raw, (f.name for f in fields(AnnexRow)), prefix=f"{key}.")
    row = AnnexRow(
        code=_text(f"{key}.code", item["code"]),
        name=_text(f"{key}.name", item["name"]),
        base_milli=_number(f"{key}.base_milli", item["base_milli"], 0, 100_000),
        doubles=_flag(f"{key}.doubles", item["doubles"]),
        cap_group=_one_of(f"{key}.cap_group", item["cap_group"], ("", USAGE)),
        kind=_member(f"{key}.kind", item["kind"], RowKind),
        status=_member(f"{key}.status", item["status"], RowStatus),
        evidence=_member(f"{key}.evidence", item["evidence"], Evidence),
        source=_text(f"{key}.source", item["source"]),
    )
    if not re.fullmatch(r"[A-Z]-[0-9]{2}", row.code):
        raise RuleSetError(f"{key}.code", "形如 N-05 的代码", row.code)
    if row.status is RowStatus.NATIONAL and row.evidence is not Evidence.CONFIRMED:
        # Rule 7: only a row confirmed in the regulation may be called national.
        raise RuleSetError(f"{key}.status", "local（未核实的行不能称国标）", row.status.value)
    if row.kind is not RowKind.POINTS and row.base_milli:
        raise RuleSetError(f"{key}.base_milli", "0（这一行不计分）", row.base_milli)
    return row


def _shares(raw: object) -> tuple[int, ...]:
    if not isinstance(raw, list) or not raw:
        raise RuleSetError("shares_quarters", "至少一项的列表", raw)
    shares = tuple(_number(f"shares_quarters[{i}]", item, 0, QUARTERS) for i, item in enumerate(raw))
    for index in range(1, len(shares)):
        if shares[index] > shares[index - 1]:
            raise RuleSetError(f"shares_quarters[{index}]", "不大于前一位的整数", shares[index])
    return shares


def _number(key: str, raw: object, low: int, high: int) -> int:
    # bool is an int in Python; a rule of `true` points is a mistake.
    if isinstance(raw, bool) or not isinstance(raw, int) or not low <= raw <= high:
        raise RuleSetError(key, f" {low} 至 {high} 的整数", raw)
    return raw


def _flag(key: str, raw: object) -> bool:
    if not isinstance(raw, bool):
        raise RuleSetError(key, " true 或 false", raw)
    return raw


def _text(key: str, raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise RuleSetError(key, "不空的文字", raw)
    return raw


def _one_of(key: str, raw: object, choices: tuple[str, ...]) -> str:
    if not isinstance(raw, str) or raw not in choices:
        raise RuleSetError(key, "以下之一：" + "、".join(repr(choice) for choice in choices), raw)
    return raw


def _member(key: str, raw: object, kind: type[E]) -> E:
    return kind(_one_of(key, raw, tuple(member.value for member in kind)))
