"""Deliveries against messages, readers and reports: nothing acknowledged is lost, nothing is stored twice."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from tests.chaos.findings import Findings
from tests.chaos.ledger import Delivery, Ledger
from tests.chaos.tables import Row, Rows, parsed

_NUMBERS = re.compile(r"记为第(\d+)条（编号(\d+)）")
"""The receipt's own words: the reader's count and the printed number."""
Key = tuple[str, str, str, int, str]


def check(rows: Rows, ledger: Ledger) -> Findings:
    """Everything that was acknowledged, and everything that is stored."""
    found = Findings()
    messages: dict[Key, list[Row]] = defaultdict(list)
    for row in rows("SELECT m.id, m.account, r.openid, m.msg_type, m.event, m.content, m.fields, m.create_time, m.reply,"
                    " m.received_at, m.dedupe_key, m.reader_id"
                    " FROM message m LEFT JOIN reader r ON r.id = m.reader_id ORDER BY m.id"):
        messages[_key_of(row)].append(row)
    reports = {row["id"]: row for row in rows("SELECT id, ordinal, reader_id, message_id FROM report")}
    for delivery in ledger.acknowledged():
        _one(found, delivery, messages.get(_key(delivery), []), reports)
    _once(found, messages, ledger)
    _counted(found, rows)
    return found


def _key(one: Delivery) -> Key:
    return one.account, one.openid, one.msg_type, one.create_time, one.mark


def _key_of(row: Row) -> Key:
    fields = parsed(row["fields"]) or {}
    mark = row["content"] or fields.get("PicUrl") or f"{row['event']} {fields.get('EventKey', '')}".strip()
    return row["account"], row["openid"] or "", row["msg_type"], row["create_time"], mark


def _one(found: Findings, delivery: Delivery, stored: list[Row], reports: dict[int, Row]) -> None:
    found.counts["deliveries acknowledged"] += 1
    found.counts["answers"] += len(delivery.replies)
    if not stored:
        found.lost.append(f"{delivery.mark!r} of {delivery.openid}: acknowledged, no message")
        return
    told = set(delivery.replies)
    if told != {stored[0]["reply"]}:
        found.disagreements.append(
            f"{delivery.mark!r} of {delivery.openid}: answered {len(told)} ways, the message keeps another reply")
    for ordinal, number in _NUMBERS.findall(delivery.replies[0] or ""):
        report = reports.get(int(number))
        if report is None:
            found.lost.append(f"report {number} (the reader's {ordinal}): told to {delivery.openid}, not stored")
        elif report["ordinal"] != int(ordinal) or report["reader_id"] != stored[0]["reader_id"]:
            found.disagreements.append(f"report {number}: told as the {ordinal}. of {delivery.openid}, stored otherwise")
        found.counts["numbers told"] += 1


def _once(found: Findings, messages: dict[Key, list[Row]], ledger: Ledger) -> None:
    """Nothing is stored twice, and nothing that nobody sent."""
    sent = {_key(one): one for one in ledger.deliveries.values()}
    for key, stored in messages.items():
        found.counts["messages stored"] += len(stored)
        if len(stored) > 1:
            found.double.append(f"{key[4]!r} of {key[1]}: {len(stored)} messages {[row['id'] for row in stored]}")
        if key not in sent:
            found.disagreements.append(f"message {stored[0]['id']} {key}: nobody sent it")
    keys = Counter((row["account"], row["dedupe_key"]) for stored in messages.values() for row in stored)
    found.double += [f"dedupe key {key} stands {number} times" for key, number in keys.items() if number > 1]


def _counted(found: Findings, rows: Rows) -> None:
    """Each error of a message is one report; readers' own counts go 1, 2, 3 … without a gap."""
    ordinals: dict[int, list[int]] = defaultdict(list)
    messages: Counter[int] = Counter()
    for row in rows("SELECT id, reader_id, ordinal, message_id FROM report ORDER BY id"):
        ordinals[row["reader_id"]].append(row["ordinal"])
        messages[row["message_id"]] += 1
        found.counts["reports stored"] += 1
    found.double += [f"message {key}: {number} reports" for key, number in messages.items() if number > 1]
    last = {row["id"]: row["last_ordinal"] for row in rows("SELECT id, last_ordinal FROM reader")}
    for reader, own in ordinals.items():
        if len(set(own)) != len(own):
            found.double.append(f"reader {reader}: a count stands twice in {sorted(own)}")
        elif max(own) > last[reader]:
            found.disagreements.append(f"reader {reader}: has a report {max(own)}, counts only to {last[reader]}")
    readers = Counter((row["account"], row["openid"]) for row in rows(
        "SELECT account, openid FROM reader WHERE openid IS NOT NULL"))
    found.double += [f"reader {key} stands {number} times" for key, number in readers.items() if number > 1]
    found.counts["readers"] += len(readers)


