"""Rows without what leads to a person: readers as if each had asked to be forgotten, staff by number. Pure.

What standings are made of stays: who is one person, who is barred, which report is whose, every grade and time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.personal.privacy import NOT_ARRIVED
from bot.understanding.identity import mask_identity
from models.enums import AttachmentState, NameState, OutgoingState

Row = dict[str, Any]
Change = Callable[[Row, datetime], Row]
OMITTED = "（略）"

LEFT_OUT = frozenset({
    "bulk_act", "bulk_item", "caller", "claim_contact", "conversation", "held_paper", "identity_reveal", "note",
    "note_mention", "picture_box", "reader_tie"})
"""Tables that go altogether: words about readers, what is sealed, where their pictures were blackened,
what was kept for undoing."""


# Not `erased_at`: whoever asked to be forgotten wins nothing, and these did not.
READER: Row = {"openid": None, "openid_digest": None, "name_state": NameState.NOT_ASKED, "printed_name": None, "name_at": None,
               "name_reason": None, "name_is_nickname": True}
ATTACHMENT: Row = {"state": AttachmentState.ERASED, "problem": None, "digest": None, "original_digest": None,
                   "report_id": None, "page_id": None, "article_id": None}


OWN_WORDS = frozenset({"paper_text", "issue_text", "page_text", "article_text", "reason", "context"})
"""Of a version of a report: what its reader wrote beside the error itself."""


def without_names(table: str, row: Row, now: datetime) -> Row:
    """The row of that table as it may be given away; the same keys in it."""
    change = CHANGES.get(table)
    return row if change is None else row | change(row, now)


def _message(row: Row, now: datetime) -> Row:
    return {"content": None, "fields": {}, "reply": None, "erased_at": row["erased_at"] or now,
            "dedupe_key": f"archive-{row['id']}"} | _instead(row, "close_reason")


def _outgoing(row: Row, _: datetime) -> Row:
    gone = {"state": OutgoingState.CALLED_BACK} if row["state"] in NOT_ARRIVED else {}
    return {"text": "", "last_error": None, "idempotency_key": f"archive-{row['id']}"} | gone


def _claim(row: Row, now: datetime) -> Row:
    return {"contact_deleted_at": row["contact_deleted_at"] or max(now, row["claimed_at"])}


def _report(row: Row, _: datetime) -> Row:
    return _quoted(row) | _instead(row, "reason", "reason_text", "paper_text", "issue_text", "page_text", "article_text")


def _version(row: Row, _: datetime) -> Row:
    fields = row["fields"]
    kept = {name: value for name, value in fields.items() if name not in OWN_WORDS}
    return {"fields": kept | _quoted({"wrong": None, "right": None} | fields, known=fields)}


def _quoted(row: Row, known: Row | None = None) -> Row:
    """What is wrong in print and what it should be: that is the contest. A telephone number in it all the same goes."""
    return {name: row[name] and mask_identity(row[name]) for name in ("wrong", "right") if known is None or name in known}


def _instead(row: Row, *names: str) -> Row:
    """What somebody wrote in his own words: that he wrote something stays."""
    return {name: row[name] and OMITTED for name in names}


def _round_correction(row: Row, _: datetime) -> Row:
    return _instead(row, "old_name", "new_name", "reason", "print_text", "article_text", "release_reason", "withdraw_reason")


def _staff(row: Row, _: datetime) -> Row:
    return {"login": f"staff-{row['id']}", "display_name": f"编辑{row['id']}"}


CHANGES: dict[str, Change] = {
    "appeal": lambda row, _: _instead(row, "same_person_reason"),
    "attachment": lambda *_: ATTACHMENT,
    "award": lambda *_: {"printed_name": None},
    "calibration_grade": lambda row, _: _instead(row, "reason_text"),
    "caller_entry": lambda row, _: _instead(row, "settle_reason"),
    "correction_notice": lambda row, _: _instead(row, "release_reason", "withdraw_reason"),
    "delivery_attempt": lambda *_: {"error": None},
    "erratum_cause": lambda row, _: _instead(row, "note"),
    "grade": lambda row, _: _instead(row, "reason_text", "why"),
    "house_find": lambda row, _: _instead(row, "note", "withdrawn_reason"),
    "lead": lambda row, _: _instead(row, "reason"),
    "lost_notice": lambda row, _: {"idempotency_key": f"archive-{row['reader_id']}-{row['left_at'].timestamp()}"},
    "message": _message,
    "outgoing_message": _outgoing,
    "person": lambda row, _: _instead(row, "bar_reason"),
    "prize_claim": _claim,
    "prize_receipt": lambda row, _: _instead(row, "note"),
    "reader": lambda *_: READER,
    "reader_link": lambda row, _: _instead(row, "reason", "undone_reason"),
    "reader_measure": lambda row, _: _instead(row, "reason", "ended_reason"),
    "report": _report,
    "report_version": _version,
    "rescoring": lambda row, _: _instead(row, "reason"),
    "review": lambda row, _: _instead(row, "reason"),
    "round": lambda row, _: _instead(row, "print_block", "article") | _instead(row, "pick_reason", "deadline_reason"),
    "round_correction": _round_correction,
    "staff": _staff,
}
