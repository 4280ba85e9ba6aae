"""Each picked round against a recomputation from the stored rows by the rules alone; its record against both."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.chaos.findings import Findings
from tests.chaos.tables import Row, Rows, moment, parsed
from tests.support import naive

DONE = ("picked", "released")
BASE = {"N-04": Fraction(1), "N-05": Fraction(1), "N-06": Fraction(2), "N-07": Fraction(4), "N-10": Fraction(1, 10)}
"""Rows of the annex that the rounds use, as the regulation has them."""
USAGE = ("N-10",)
UNDER_WAY = timedelta(seconds=10)
"""Received is what has arrived, though it may be committed only after the close: intake tries for some seconds."""


def check(rows: Rows) -> Findings:
    found = Findings()
    for round_ in rows("SELECT r.id, r.month, r.state, r.closes_at, r.closed_at, r.seed, s.rules FROM round r"
                       " JOIN rule_set s ON s.id = r.rule_set_id ORDER BY r.id"):
        awards = rows(f"SELECT id, person_id, prize, place, standing_milli FROM award WHERE round_id = {round_['id']}"
                      " AND origin = 'picked' ORDER BY place")
        if round_["state"] in DONE:
            _picked(found, rows, round_, awards)
        elif awards:
            found.disagreements.append(f"round {round_['month']}: {round_['state']}, and has {len(awards)} awards")
    return found


def _picked(found: Findings, rows: Rows, round_: Row, awards: list[Row]) -> None:
    name = f"round {round_['month']}"
    found.counts["rounds picked"] += 1
    found.counts["awards"] += len(awards)
    for what in ("person_id", "place"):
        found.double += [f"{name}: {what} {key} has {number} awards"
                         for key, number in Counter(row[what] for row in awards).items() if number > 1]
    game = _game(rows, round_)
    wanted = naive.work_out(game)
    totals = {line.person: int(line.total * 1000) for line in wanted.standing}
    got: list[tuple[str, str, int]] = [(str(row["person_id"]), row["prize"], row["standing_milli"]) for row in awards]
    expected = [(_person(one, rows), prize, totals[one]) for prize, persons in
                (("best", wanted.best), ("excellent", wanted.excellent)) for one in persons]
    if got != expected:
        found.disagreements.append(f"{name}: awarded {got}, worked out {expected}")
    _seed(found, rows, round_, name)
    _record(found, rows, round_, name)


def _seed(found: Findings, rows: Rows, round_: Row, name: str) -> None:
    """The seed is that of the intake list kept at the close: what had come in by then, and nothing that is not there."""
    kept = zlib.decompress(bytes(rows(f"SELECT entries FROM round_intake WHERE round_id = {round_['id']}")[0]["entries"]))
    listed = {(int(number), int(created)) for number, created in (line.split() for line in kept.decode().splitlines())}
    if naive.intake_seed(listed) != round_["seed"]:
        found.disagreements.append(f"{name}: the seed of the draw is not that of its intake list")
    reports = rows("SELECT p.id, m.create_time, m.received_at FROM report p JOIN message m ON m.id = p.message_id"
                   f" WHERE p.round_id = {round_['id']}")
    surely = moment(round_["closed_at"]) - UNDER_WAY
    found.lost += [f"{name}: report {number} stood on the intake list and is gone"
                   for number, created in sorted(listed - {(row["id"], row["create_time"]) for row in reports})]
    found.lost += [f"{name}: report {row['id']} came before the close and is not on the intake list"
                   for row in reports if moment(row["received_at"]) < surely and (row["id"], row["create_time"]) not in listed]


def _record(found: Findings, rows: Rows, round_: Row, name: str) -> None:
    """One record for one pick, whose bytes are those of its digest."""
    kept = rows(f"SELECT version, sha256 FROM round_record WHERE round_id = {round_['id']} ORDER BY version")
    if not kept:
        found.lost.append(f"{name}: picked, and no record is kept")
    if len(kept) > 1:
        found.double.append(f"{name}: {len(kept)} records of one pick")
    for row in kept:
        found.counts["records"] += 1
        parts = rows(f"SELECT data FROM round_record_part WHERE round_id = {round_['id']} AND version = {row['version']}"
                     " ORDER BY number")
        file = zlib.decompress(b"".join(bytes(part["data"]) for part in parts))
        if hashlib.sha256(file).hexdigest() != row["sha256"]:
            found.disagreements.append(f"{name}: the record {row['version']} is not what its SHA-256 says")


def _person(accounts: frozenset[str], rows: Rows) -> str:
    one = min(accounts, key=int)
    return str(rows(f"SELECT person_id FROM reader WHERE id = {int(one)}")[0]["person_id"])


def _game(rows: Rows, round_: Row) -> naive.Round:
    """The round as the rules see it; a reader is an account named by his id."""
    reports = rows(
        "SELECT p.id, p.reader_id, p.state, p.verdict, p.sequence, p.place_mark, p.correction_mark, p.reason_mark,"
        " m.create_time, m.received_at, COALESCE(e.same_as_id, e.id) AS slip FROM report p"
        " JOIN message m ON m.id = p.sequence LEFT JOIN erratum e ON e.id = p.erratum_id"
        f" WHERE p.round_id = {round_['id']} ORDER BY p.id")
    readers = rows("SELECT r.id, r.person_id, p.bar, r.erased_at FROM reader r JOIN person p ON p.id = r.person_id"
                   " ORDER BY r.id")
    numbers = parsed(round_["rules"])
    closes = moment(round_["closes_at"])
    return naive.Round(
        tuple(_report(row) for row in reports), _slips(rows), closes, links=_links(readers),
        staff=_barred(readers, "staff"), relatives=_barred(readers, "relative"), blocked=_barred(readers, "blocked"),
        erased=frozenset(str(row["id"]) for row in readers if row["erased_at"] is not None),
        seed=round_["seed"] or "",
        best=numbers.get("best_count", 1), excellent=numbers.get("excellent_count", 10))


def _report(row: Row) -> naive.Report:
    created = datetime.fromtimestamp(row["create_time"], UTC)
    quote = naive.Quote(str(row["slip"]), created, moment(row["received_at"]), row["sequence"])
    marks = sum(bool(row[name]) for name in ("place_mark", "correction_mark", "reason_mark"))
    verdict = "escalated" if row["state"] == "escalated" else row["verdict"]
    return naive.Report(row["id"], str(row["reader_id"]), (quote,), verdict, marks, row["state"] == "withdrawn")


def _slips(rows: Rows) -> dict[str, naive.Slip]:
    found: dict[str, Any] = {"None": naive.Slip(Fraction(0))}
    for row in rows("SELECT id, row_code, doubling FROM erratum"):
        points = BASE[row["row_code"]] if row["row_code"] else Fraction(0)
        found[str(row["id"])] = naive.Slip(points, row["doubling"] != "none", row["row_code"] in USAGE)
    return found


def _links(readers: list[Row]) -> tuple[tuple[str, str], ...]:
    first: dict[int, int] = {}
    return tuple((str(first[row["person_id"]]), str(row["id"])) for row in readers
                 if first.setdefault(row["person_id"], row["id"]) != row["id"])


def _barred(readers: list[Row], kind: str) -> frozenset[str]:
    return frozenset(str(row["id"]) for row in readers if row["bar"] == kind)
