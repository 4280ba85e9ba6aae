"""Writes the record of a round piece by piece, without personal data. Knows no database, no clock.

A person is the number of his first report in the round, a member of staff his number; no reader's word is in it.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice, product
from typing import Any

from bot.contest.record import canonical
from bot.contest.record.canonical import START, encode, link, time_text, with_check, with_link
from bot.contest.record.form import CHAINED, CHECKED, FORMAT, KIND, LEFT_OUT, SECTIONS, TABLES, plain
from bot.contest.record.rows import (
    first_numbers,
    renamed,
    result_of,
    standing_row,
    tie_rows,
)
from bot.contest.record.values import OPINION, TAKEN_BACK, Record
from bot.contest.rules import to_json
from bot.contest.scoring import ReportScore, ScoringReport

CHUNK = 2000

# A month has thousands of grades and reports: their rows are put together from texts that are made once.
MARKS = {marks: encode([int(one) for one in marks]) for marks in product((False, True), repeat=3)}
FLAGS = {False: "false", True: "true"}
_word = lru_cache(maxsize=1000)(encode)
"""A code or null; there are a few dozen of them."""


def write(record: Record, out: Callable[[bytes], object]) -> str:
    """Hands the file over piece by piece, never the whole of it; its SHA-256 in hex."""
    whole, seals = hashlib.sha256(), {}

    def put(data: bytes) -> None:
        whole.update(data)
        out(data)

    writer, before = _Writer(record), '{"body":{'
    for name in SECTIONS:
        put(f'{before}"{name}":'.encode())
        section, before = hashlib.sha256(), ","
        for text in writer.section(name):
            section.update(data := text.encode())
            put(data)
        seals[name] = section.hexdigest()
    put(f'}},"format":{FORMAT},"kind":"{KIND}","seal":{encode(seal_of(seals))}}}'.encode())
    return whole.hexdigest()


def seal_of(sections: Mapping[str, str]) -> dict[str, Any]:
    """The seal at the end of a file: the SHA-256 of the canonical text of each section, and one over all of them."""
    inner = {"format": FORMAT, "kind": KIND, "sections": dict(sections)}
    return {"sections": dict(sections), "sha256": canonical.sha256(encode(inner))}


@dataclass(slots=True)
class _Writer:
    """The sections of one record, asked for in the order of SECTIONS: the grades come before the reports they decided."""

    record: Record
    names: dict[int, int] = field(init=False)
    in_order: list[ScoringReport] = field(init=False)
    decided_by: array[int] = field(init=False)  # beside each report the grade that its verdict and marks follow, or 0
    same_person: list[list[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = first_numbers(self.record.reports)
        self.in_order = sorted(self.record.reports)  # the number comes first in each, and no two have the same
        self.decided_by = array("q", bytes(8 * len(self.in_order)))

    def section(self, name: str) -> Iterator[str]:
        if name == "intake" and self.record.intake is None:
            return iter(("null",))
        found: Any = getattr(self, f"_{name}")()
        return _table(name, found) if name in TABLES else iter((encode(found),))

    def _audit(self) -> Iterator[str]:
        previous = START
        for one in self.record.audit:
            details = plain(dict(one.details))
            at = time_text(one.at)
            if details.get("same_person") is True:
                self.same_person.append([at, one.verb, one.object, one.number, one.staff])
            row = encode([one.id, at, one.actor, one.staff, one.verb, one.object, one.number, _code(one.before),
                          _code(one.after), details])
            following = link(previous, row)
            yield with_link(row, previous, following)
            previous = following

    def _grades(self) -> Iterator[str]:
        # Looked up in an array: as keys of a dict the numbers of a large month take ten times the room.
        previous, numbers = START, array("q", (one.number for one in self.in_order))
        for one in self.record.grades:
            number, of, grader, verdict, code, doubling, marks, at, cause, replaces, original, rule_set = one
            if not cause.startswith(OPINION):
                place = bisect_left(numbers, of)
                if place < len(numbers) and numbers[place] == of:  # not of one that came in since the round was read
                    report = self.in_order[place]
                    follows = cause != TAKEN_BACK and (report.verdict, report.marks) == (verdict, marks)
                    self.decided_by[place] = number if follows else 0
            row = (f"[{number},{of},{grader},{_word(verdict)},{_word(code)},{_word(doubling)},{MARKS[marks]},"
                   f'"{at}",{_word(cause)},{"null" if replaces is None else replaces},'
                   f"{'null' if original is None else original},{rule_set}]")
            following = link(previous, row)
            yield with_link(row, previous, following)
            previous = following

    def _reports(self) -> Iterator[str]:
        names, rows = self.names, zip(self.in_order, self.decided_by, strict=True)
        one, grade = next(rows, (None, 0))
        for of, create_time in self.record.create_times:
            if one is None or of != one.number:
                continue  # it came in since the round was read
            number, person, erratum, verdict, marks, at, sequence, late, withdrawn, lapsed, erased, finder_ok = one
            yield with_check(
                f"[{number},{create_time},{names[person]},{'null' if erratum is None else erratum},{_word(verdict)},"
                f'{MARKS[marks]},"{time_text(at)}",{sequence},{FLAGS[late]},{FLAGS[withdrawn]},{FLAGS[lapsed]},'
                f"{FLAGS[erased]},{FLAGS[finder_ok]},{grade or 'null'}]")
            one, grade = next(rows, (None, 0))
        if one is not None:
            raise ValueError(f"report {one.number} has no time of its message")

    def _scores(self) -> Iterator[ReportScore]:
        # A score is a tuple in the order of the columns: made into lists, 200,000 of them keep the collector busy.
        return (self.record.scores[number] for number in sorted(self.record.scores))

    def _standings(self) -> Iterator[list[Any]]:
        return (standing_row(one._replace(person_id=self.names[one.person_id])) for one in self.record.standings)

    def _errata(self) -> Iterator[str]:
        return (with_check(f"[{one.erratum_id},{_word(one.row_code)},{_word(one.doubling)}]")
                for _, one in sorted(self.record.errata.items()))

    def _excluded(self) -> list[list[Any]]:
        return sorted([self.names[person], reason] for person, reason in self.record.excluded.items()
                      if person in self.names)

    def _intake(self) -> Iterable[tuple[int, int]]:
        return self.record.intake or ()

    def _comparisons(self) -> Iterator[list[Any]]:
        return ([one.editor, self.names[one.one], self.names[one.other],
                 None if one.better is None else self.names[one.better]] for one in self.record.comparisons)

    def _open(self) -> Iterator[list[Any]]:
        return ([one.kind, list(one.reports), list(one.messages), list(one.staff)] for one in self.record.pick.open)

    def _same_person(self) -> list[list[Any]]:
        return self.same_person

    def _ties(self) -> list[list[Any]]:
        return tie_rows(renamed(self.record.selection, self.names))

    def _result(self) -> dict[str, Any]:
        return result_of(renamed(self.record.selection, self.names))

    def _audit_head(self) -> dict[str, Any]:
        number, entry, chain = self.record.audit_head or (None, None, None)
        return {"number": number, "entry": entry, "chain": chain}

    def _contest(self) -> dict[str, Any]:
        facts = self.record.facts
        return {"name": facts.contest, "account": facts.account, "papers": [
            {"id": paper.id, "name": paper.name, "issues": [
                {"id": one.id, "month": one.month, "published_on": _day(one.published_on),
                 "deadline_on": _day(one.deadline_on)} for one in paper.issues]} for paper in facts.papers]}

    def _round(self) -> dict[str, Any]:
        facts = self.record.facts
        return {"month": facts.month, "published_on": _day(facts.published_on), "deadline_on": _day(facts.deadline_on),
                "closes_at": time_text(facts.closes_at), "grading_until": time_text(facts.grading_until),
                "closed_at": None if facts.closed_at is None else time_text(facts.closed_at),
                "print_by": _day(facts.print_by), "seed": self.record.seed}

    def _rules(self) -> dict[str, Any]:
        return {"number": self.record.facts.rule_set, "values": canonical.decode(to_json(self.record.rules))}

    def _pick(self) -> dict[str, Any]:
        pick = self.record.pick
        return {"at": time_text(pick.at), "actor": pick.actor, "staff": pick.staff, "reason": pick.reason,
                "could_change": sorted(pick.could_change), "previous_best": [
                    sorted(self.names[one] for one in past if one in self.names) for past in self.record.previous_best]}

    def _version(self) -> dict[str, Any]:
        return {"number": self.record.version, "reason": self.record.version_reason, "previous": self.record.previous}


def _table(name: str, rows: Iterable[Any]) -> Iterator[str]:
    """The text of one table in pieces. Rows with a check or a link come as texts already; the others go many at once."""
    columns = encode(list(TABLES[name]))
    yield f'{{"columns":{columns},"rows":['
    before, rows, as_texts = "", iter(rows), name in CHAINED or name in CHECKED
    while some := list(islice(rows, CHUNK)):
        yield before + (",".join(some) if as_texts else encode(some)[1:-1])
        before = ","
    yield "]}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _code(value: str | None) -> str | None:
    """A state before or after an act; words instead of a code are left out."""
    kept = plain(value)
    return None if kept is LEFT_OUT else kept
