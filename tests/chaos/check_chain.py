"""The hash chain over the audit, worked out again from the columns; and each act of a round exactly once."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from tests.chaos.findings import Findings
from tests.chaos.tables import Row, Rows, moment, parsed

START = "0" * 64
ONCE = ("close_round", "pick_round", "release_round")


def check(rows: Rows) -> Findings:
    found = Findings()
    entries = rows("SELECT id, at, actor_kind, staff_id, verb, object_kind, object_id, before, after, details, chain,"
                   " chain_number FROM audit_entry ORDER BY chain_number, id")
    sealed = [row for row in entries if row["chain_number"] is not None]
    previous = START
    for number, row in enumerate(sealed, 1):
        if row["chain_number"] != number:
            found.lost.append(f"audit: link {number} of the chain is missing")
            break
        if row["chain"] != _link(previous, row):
            found.disagreements.append(f"audit: link {number} (entry {row['id']}) does not follow from the one before")
            break
        previous = row["chain"]
    acts = Counter((row["verb"], row["object_id"]) for row in entries if row["verb"] in ONCE)
    found.double += [f"audit: {verb} of round {round_id} stands {number} times"
                     for (verb, round_id), number in acts.items() if number > 1]
    found.counts["audit entries"] += len(entries)
    found.counts["links of the chain"] += len(sealed)
    return found


def _link(previous: str, row: Row) -> str:
    """As docs/record.md describes it: canonical JSON of the values behind the link before."""
    values = [previous, row["id"], moment(row["at"]).isoformat(), row["actor_kind"], row["staff_id"], row["verb"],
              row["object_kind"], row["object_id"], row["before"], row["after"], parsed(row["details"])]
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
