"""The form of a round's record: its sections, the columns of its tables, what may stand in each. Knows no scoring.

docs/record.md says it in words; a change of anything here is a new FORMAT.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.contest.record.canonical import CHECK_LENGTH, read_time
from models.enums import ActorKind, Doubling, Verdict

KIND = "woodpecker-round-record"
FORMAT = 1

Holds = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a cell may hold, and how that is called."""

    name: str
    holds: Holds

    @property
    def or_null(self) -> Kind:
        return Kind(f"{self.name}或 null", lambda value: value is None or self.holds(value))

    @property
    def several(self) -> Kind:
        return Kind(f"{self.name}的列表", lambda value: isinstance(value, list) and all(self.holds(one) for one in value))


def _whole(value: Any) -> bool:
    return type(value) is int  # True is an int in Python


def _matches(pattern: str) -> Holds:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _member(values: type[Verdict] | type[Doubling] | type[ActorKind]) -> Holds:
    known = frozenset(one.value for one in values)
    return lambda value: isinstance(value, str) and value in known


CODE_PATTERN = r"[0-9A-Za-z_.:+/\- ]{0,80}"
"""What a code, a date or a number written as text looks like: nothing a reader would write in Chinese."""

INT = Kind("整数", _whole)
BOOL = Kind("true 或 false", lambda value: type(value) is bool)
TIME = Kind("UTC 时间", lambda value: isinstance(value, str) and read_time(value) is not None)
CODE = Kind("代码", _matches(CODE_PATTERN))
TEXT = Kind("文字", lambda value: isinstance(value, str))
SHA = Kind("64 位的 SHA-256", _matches(r"[0-9a-f]{64}"))
SEED = Kind("64 位的 SHA-256 或空", _matches(r"(?:[0-9a-f]{64})?"))
CHECK = Kind(f"{CHECK_LENGTH} 位的校验码", _matches(rf"[0-9a-f]{{{CHECK_LENGTH}}}"))
DAY = Kind("日期", _matches(r"\d{4}-\d{2}-\d{2}"))
MONTH = Kind("月份", _matches(r"\d{4}-\d{2}"))
VERDICT = Kind("评定", _member(Verdict))
DOUBLING = Kind("加倍", _member(Doubling))
ACTOR = Kind("操作者", _member(ActorKind))
MARKS = Kind("三个 0 或 1", lambda value: isinstance(value, list) and len(value) == 3
             and all(type(one) is int and one in (0, 1) for one in value))
DETAILS = Kind("代码和整数", lambda value: isinstance(value, dict) and plain(value) == value)

Columns = Mapping[str, Kind]

AUDIT: Columns = {
    "id": INT, "at": TIME, "actor": ACTOR, "staff": INT.or_null, "verb": CODE, "object": CODE, "number": INT.or_null,
    "before": CODE.or_null, "after": CODE.or_null, "details": DETAILS, "prev": SHA, "sha256": SHA,
}
COMPARISONS: Columns = {"editor": INT, "one": INT, "other": INT, "better": INT.or_null}
ERRATA: Columns = {"erratum": INT, "row": CODE, "doubling": DOUBLING, "check": CHECK}
EXCLUDED: Columns = {"person": INT, "reason": CODE}
GRADES: Columns = {
    "grade": INT, "report": INT, "grader": INT, "verdict": VERDICT, "row": CODE.or_null, "doubling": DOUBLING,
    "marks": MARKS, "at": TIME, "cause": CODE, "replaces": INT.or_null, "original": INT.or_null, "rule_set": INT,
    "prev": SHA, "sha256": SHA,
}
INTAKE: Columns = {"report": INT, "create_time": INT}
OPEN: Columns = {"kind": CODE, "reports": INT.several, "messages": INT.several, "staff": INT.several}
REPORTS: Columns = {
    "report": INT, "create_time": INT, "person": INT, "erratum": INT.or_null, "verdict": VERDICT.or_null,
    "marks": MARKS, "counts_at": TIME, "sequence": INT, "late": BOOL, "withdrawn": BOOL, "lapsed": BOOL,
    "erased": BOOL, "finder_ok": BOOL, "grade": INT.or_null, "check": CHECK,
}
SAME_PERSON: Columns = {"at": TIME, "verb": CODE, "object": CODE, "number": INT.or_null, "staff": INT.or_null}
SCORES: Columns = {
    "report": INT, "row": CODE, "base_milli": INT, "doubling": DOUBLING, "points_milli": INT, "rank": INT.or_null,
    "share": INT, "marks": INT, "counted_milli": INT, "capped_milli": INT, "total_milli": INT, "why": CODE.several,
}
STANDINGS: Columns = {
    "person": INT, "place": INT, "total_milli": INT, "accepted": INT, "decided": INT, "first_finds": INT,
    "last_scoring_at": TIME.or_null, "qualified": BOOL, "why_not": CODE.or_null, "draw": SEED,
}
TIES: Columns = {"total_milli": INT, "persons": INT.several, "criteria": CODE.several,
                 "draws": Kind("人和摘要", lambda value: isinstance(value, list) and all(
                     isinstance(one, list) and len(one) == 2 and INT.holds(one[0]) and SEED.holds(one[1])
                     for one in value)),
                 "matters": BOOL}

TABLES: Mapping[str, Columns] = {
    "audit": AUDIT, "comparisons": COMPARISONS, "errata": ERRATA, "excluded": EXCLUDED, "grades": GRADES,
    "intake": INTAKE, "open": OPEN, "reports": REPORTS, "same_person": SAME_PERSON, "scores": SCORES,
    "standings": STANDINGS, "ties": TIES,
}
CHAINED = ("audit", "grades")
CHECKED = ("errata", "reports")
MAY_BE_NULL = ("intake",)

PAPERS = Kind("报纸和各期", lambda value: isinstance(value, list) and all(_paper(one) for one in value))
ISSUE = {"id": INT, "month": MONTH, "published_on": DAY.or_null, "deadline_on": DAY.or_null}


def _paper(value: Any) -> bool:
    return (isinstance(value, dict) and value.keys() == {"id", "name", "issues"} and INT.holds(value["id"])
            and TEXT.holds(value["name"]) and isinstance(value["issues"], list)
            and all(isinstance(one, dict) and one.keys() == ISSUE.keys()
                    and all(ISSUE[key].holds(one[key]) for key in ISSUE) for one in value["issues"]))


OBJECTS: Mapping[str, Columns] = {
    "audit_head": {"number": INT.or_null, "entry": INT.or_null, "chain": SHA.or_null},
    "contest": {"name": TEXT, "account": TEXT, "papers": PAPERS},
    "result": {
        "best": INT.several, "excellent": INT.several, "waiting": INT.several, "resting": INT.several,
        "passed_over": Kind("人和原因", lambda value: isinstance(value, list) and all(
            isinstance(one, list) and len(one) == 2 and INT.holds(one[0]) and CODE.holds(one[1]) for one in value)),
        "short_by": INT, "compared": Kind("比较的结果或 null", lambda value: value is None or isinstance(value, dict)),
    },
    "pick": {"at": TIME, "actor": ACTOR, "staff": INT.or_null, "reason": TEXT.or_null, "could_change": INT.several,
             "previous_best": INT.several.several},
    "round": {"month": MONTH, "published_on": DAY, "deadline_on": DAY, "closes_at": TIME, "closed_at": TIME.or_null,
              "grading_until": TIME, "print_by": DAY, "seed": SEED},
    "rules": {"number": INT, "values": Kind("规则", lambda value: isinstance(value, dict))},
    "version": {"number": INT, "reason": TEXT.or_null, "previous": SHA.or_null},
}
SECTIONS = tuple(sorted([*TABLES, *OBJECTS]))


def plain(value: Any) -> Any:
    """What of an audit entry's details a record takes over: numbers, flags and codes; whatever could be words is left out."""
    if isinstance(value, dict):
        return {key: kept for key, one in value.items() if CODE.holds(key) and (kept := plain(one)) is not LEFT_OUT}
    if isinstance(value, list):
        return [kept for one in value if (kept := plain(one)) is not LEFT_OUT]
    if value is None or type(value) in (bool, int) or CODE.holds(value):
        return value
    return LEFT_OUT


LEFT_OUT = object()
