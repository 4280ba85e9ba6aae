"""Records of made-up rounds for tests: built from values alone, written to bytes, and tampered with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.contest.pairs import Comparison
from bot.contest.record.canonical import START, encode, link, row_check, sha256, time_text
from bot.contest.record.form import CHAINED, CHECKED
from bot.contest.record.values import (
    AuditRow,
    GradeRow,
    IssueFacts,
    OpenWork,
    PaperFacts,
    Pick,
    Record,
    RoundFacts,
)
from bot.contest.record.writing import seal_of, write
from bot.contest.rules import DEFAULT_RULES, RuleSet
from bot.contest.scoring import ErratumPoints, ScoringReport, score, standings
from bot.contest.selection import choose, intake_seed
from models.enums import Doubling, Verdict

START_AT = datetime(2023, 5, 20, 0, 0, tzinfo=UTC)
CLOSES_AT = datetime(2023, 6, 1, 16, 0, tzinfo=UTC)
PICKED_AT = CLOSES_AT + timedelta(minutes=15)
FACTS = RoundFacts(
    contest="啄木鸟", account="社区发布", month="2023-05", published_on=date(2023, 5, 10), deadline_on=date(2023, 6, 1),
    closes_at=CLOSES_AT, closed_at=CLOSES_AT, grading_until=CLOSES_AT + timedelta(days=5), print_by=date(2023, 6, 9),
    rule_set=1, papers=(PaperFacts(1, "社区晨报·柳湾", (IssueFacts(1, "2023-05", date(2023, 5, 10), date(2023, 6, 1)),)),))


def find(number: int, person: int, erratum: int | None, *, minute: int | None = None, marks: int = 3,
         verdict: Verdict | None = Verdict.ACCEPTED, **flags: bool) -> ScoringReport:
    """One report; receipt in the order of the numbers unless a minute is given."""
    at = START_AT + timedelta(minutes=number if minute is None else minute)
    return ScoringReport(number, person, erratum, verdict, (marks > 0, marks > 1, marks > 2), at, number, **flags)


def record_of(reports: Iterable[ScoringReport], errata: Mapping[int, str | ErratumPoints], *,
              rules: RuleSet = DEFAULT_RULES, excluded: Mapping[int, str] | None = None,
              comparisons: tuple[Comparison, ...] = (), previous_best: tuple[tuple[int, ...], ...] = (),
              open_work: tuple[OpenWork, ...] = (), could_change: tuple[int, ...] = (), reason: str | None = None,
              picked_at: datetime = PICKED_AT, **more: Any) -> Record:
    """The record of a round of these reports, each with the grade it follows from, picked by a chief."""
    held = tuple(reports)
    points = {key: ErratumPoints(key, one) if isinstance(one, str) else one for key, one in errata.items()}
    times = {one.number: int(one.counts_at.timestamp()) for one in held}
    seed = intake_seed(times.items())
    scores = score(held, points, rules)
    placed = standings(scores, held, (), rules, seed)
    chosen = choose(placed, excluded=excluded or {}, rules=rules, previous_best=previous_best, comparisons=comparisons)
    grades = [GradeRow(at, one.number, 7, one.verdict, None, Doubling.NONE, one.marks,
                       time_text(one.counts_at + timedelta(hours=1)), "first", None, None, 1)
              for at, one in enumerate((one for one in held if one.verdict is not None), 1)]
    audit = [AuditRow(1, FACTS.closes_at, "scheduler", None, "close_round", "round", 1, "open", "closed", {"seed": seed}),
             AuditRow(4, picked_at, "staff", 9, "pick_round", "round", 1, "closed", "picked", {"same_person": True})]
    return Record(**{
        "facts": FACTS, "rules": rules, "seed": seed, "intake": tuple(times.items()), "reports": held,
        "create_times": sorted(times.items()), "errata": points, "excluded": excluded or {}, "previous_best": previous_best,
        "comparisons": comparisons, "scores": scores, "standings": placed, "selection": chosen, "grades": grades,
        "audit": audit, "audit_head": (3, 3, "a" * 64),
        "pick": Pick(at=picked_at, actor="staff", staff=9, reason=reason, open=open_work, could_change=could_change),
    } | more)


def file_of(record: Record) -> bytes:
    parts: list[bytes] = []
    assert write(record, parts.append) == sha256(b"".join(parts))
    return b"".join(parts)


def small_record() -> Record:
    """Four persons: one best, a tie of two that the first finds settle, a refused one; one left out, staff."""
    return record_of(
        [find(10001, 51, 1), find(10002, 52, 2), find(10003, 52, 3, marks=0), find(10004, 53, 1, marks=2),
         find(10005, 54, None, verdict=Verdict.NOT_AN_ERROR, marks=0), find(10006, 55, 4, finder_ok=False),
         find(10007, 51, 5, late=True), find(10008, 53, None, verdict=None, marks=0, withdrawn=True)],
        {1: ErratumPoints(1, "N-05", Doubling.HEADLINE), 2: "N-05", 3: "N-18", 4: "N-05", 5: "N-05"},
        excluded={55: "staff"})


# tampering


def parsed(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data)
    return found


def tampered(data: bytes, change: Callable[[dict[str, Any]], None], *, rows: bool = False, sections: bool = False,
             ) -> bytes:
    """The file after `change` of its body, written canonically. `rows`: checks and chains made anew as well;
    `sections`: the seals too, as somebody would who knows the form."""
    raw = parsed(data)
    change(raw["body"])
    if rows:
        for name in CHAINED:
            _chain_anew(raw["body"][name]["rows"])
        for name in CHECKED:
            for row in raw["body"][name]["rows"]:
                row[-1] = row_check(encode(row[:-1]))
    if sections:
        raw["seal"] = seal_of({name: sha256(encode(value)) for name, value in raw["body"].items()})
    return encode(raw).encode()


def _chain_anew(rows: list[list[Any]]) -> None:
    previous = START
    for row in rows:
        row[-2:] = [previous, link(previous, encode(row[:-2]))]
        previous = row[-1]


def setting(section: str, at: int | str, column: str | None, value: Any) -> Callable[[dict[str, Any]], None]:
    """Sets one cell: ("reports", 2, "late", True) or ("round", "seed", None, "0…")."""
    def change(body: dict[str, Any]) -> None:
        if column is None:
            body[section][at] = value
        else:
            table = body[section]
            table["rows"][at][table["columns"].index(column)] = value

    return change


def with_facts(record: Record, **changes: Any) -> Record:
    return replace(record, facts=replace(record.facts, **changes))
