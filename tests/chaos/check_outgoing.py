"""What readers' phones showed against the outbox: nobody hears twice, and `sent` means that it arrived."""

from __future__ import annotations

from collections import Counter, defaultdict

from tests.chaos.findings import Findings
from tests.chaos.ledger import Heard, Ledger
from tests.chaos.tables import Row, Rows

MAY_HAVE_GONE = ("sending", "uncertain")
RODE = "passive"


def check(rows: Rows, ledger: Ledger) -> Findings:
    """Messages by reader and words; rows with the same words to the same reader are as many messages."""
    found = Findings()
    kept: dict[Heard, list[Row]] = defaultdict(list)
    rode = _rode(rows)
    for row in rows("SELECT o.id, o.state, o.text, o.idempotency_key, r.openid FROM outgoing_message o"
                    " JOIN reader r ON r.id = o.reader_id WHERE r.openid IS NOT NULL AND o.text <> '' ORDER BY o.id"):
        kept[Heard(row["openid"], row["text"])].append(row)
        found.counts[f"outgoing {row['state']}"] += 1
    shown = ledger.heard_times()
    found.counts["messages heard"] += sum(shown.values())
    for heard in shown.keys() | kept.keys():
        _one(found, heard, kept.get(heard, []), shown[heard] + _ridden(ledger, heard, kept.get(heard, []), rode))
    keys = Counter(row["idempotency_key"] for rows_ in kept.values() for row in rows_)
    found.double += [f"outgoing key {key} stands {number} times" for key, number in keys.items() if number > 1]
    return found


def _rode(rows: Rows) -> set[int]:
    """Ids of messages that left with a reply."""
    return {row["outgoing_id"] for row in rows(
        f"SELECT outgoing_id FROM delivery_attempt WHERE channel = '{RODE}'")}


def _ridden(ledger: Ledger, heard: Heard, stored: list[Row], rode: set[int]) -> int:
    """How many of the reader's deliveries were answered with these words, where any of them left so."""
    if not any(row["id"] in rode for row in stored):
        return 0
    return sum(heard.text in (one.replies[0] or "") for one in ledger.acknowledged() if one.openid == heard.openid)


def _one(found: Findings, heard: Heard, stored: list[Row], times: int) -> None:
    sent = sum(row["state"] == "sent" for row in stored)
    perhaps = sum(row["state"] in MAY_HAVE_GONE for row in stored)
    what = f"{[row['idempotency_key'] for row in stored]} to {heard.openid}"
    if not stored:
        found.disagreements.append(f"words to {heard.openid} that the outbox does not know: {heard.text[:40]!r}")
    elif times > sent + perhaps:
        found.double.append(f"outgoing {what}: heard {times} times, {sent} sent and {perhaps} uncertain")
    elif times < sent:
        found.lost.append(f"outgoing {what}: {sent} sent, heard {times} times")
