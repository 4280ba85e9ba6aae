"""Which rows belong to a contest: the rules for every table, and the choice by keys alone. Reads; writes nothing.

A row comes along because its owner does (OWNED_BY: the report's notes with the report), or because a row that comes
along points at it (the editor who graded, a reader's person). What belongs to another contest stays behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, select

from bot.errors import BadInput
from bot.transfer.order import Key, tables
from models.contests import Contest
from models.messages import Message
from models.papers import Paper

LEFT_OUT = {
    "access_token": "a secret of the account", "alert": "what stands still here", "answer_count": "of this installation",
    "call_right": "learnt anew", "call_use": "of this installation's day",
    "catalogue_version": "made by the migrations", "claim": "holds of a few minutes", "claim_try": "addresses of visitors",
    "code_try": "counted against guessing", "copy_link": "good for a day",
    "draft": "what a member of staff has not saved", "import_upload": "files that wait for a day at most",
    "installation": "the name of this very database", "job_run": "of this installation", "link_code": "good for an hour",
    "link_try": "counted against guessing", "outgoing_call": "to this installation's own addresses and members",
    "password_reset": "a secret of staff", "practice_answer": "staff's own practice",
    "practice_run": "staff's own practice", "presence": "who has a page open", "recovery_code": "a secret of staff",
    "reset_request": "a secret of staff", "saved_filter": "staff's own lists", "search_gram": "made anew by a job",
    "search_mark": "made anew by a job", "second_factor": "a secret of staff", "sign_in_attempt": "counted against guessing",
    "staff_preference": "staff's own", "staff_session": "a secret of staff", "token_lease": "a lock of a moment",
}
"""Tables of which nothing goes along, each with its reason."""

WHOLE = ("audit_entry",)
"""The audit trail is one chain: a part of it could not be checked. It holds ids, codes and numbers, no names."""

POINTED_AT = ("contest", "person", "reader", "staff", "bulk_act")
"""Rows come along only because others point at them (the contest itself is the first)."""

OWNED_BY: dict[str, tuple[str, ...]] = {
    "appeal": ("report_id",), "article": ("page_id",), "assignment": ("report_id",), "attachment": ("message_id",),
    "award": ("round_id",), "bulk_item": ("report_id",), "calibration": ("round_id",), "calibration_grade": ("item_id",),
    "calibration_item": ("round_id",), "calibration_skip": ("round_id",), "caller": ("reader_id",),
    "caller_entry": ("message_id",), "canned_reason": ("contest_id",), "claim_contact": ("award_id",),
    "claim_term": ("award_id",), "conversation": ("reader_id",), "correction_item": ("notice_id",),
    "correction_notice": ("issue_id",), "correction_waiver": ("erratum_id",), "declaration": ("award_id",),
    "delivery_attempt": ("outgoing_id",), "erratum": ("contest_id",), "erratum_apart": ("one_id",),
    "erratum_cause": ("erratum_id",), "erratum_slip": ("erratum_id",), "further_words": ("report_id",),
    "grade": ("report_id",), "hall_absence": ("reader_id",),
    "held_message": ("message_id",), "held_paper": ("reader_id",), "house_find": ("issue_id",),
    "identity_reveal": ("report_id", "message_id"), "issue": ("paper_id",), "lead": ("round_id",),
    "lead_reader": ("lead_id",), "lead_search": ("round_id",), "lost_notice": ("reader_id",), "lost_pick": ("round_id",),
    "message": (), "message_seen": ("message_id",), "month_told": ("round_id",),
    "note": ("report_id",), "note_mention": ("note_id",),
    "outgoing_message": ("report_id", "reader_id"), "page": ("issue_id",), "page_geometry": ("page_id",),
    "page_layout": ("page_id",), "page_maker": ("issue_id",), "pair_choice": ("round_id",), "pair_seal": ("round_id",),
    "paper": ("contest_id",), "paper_code": ("paper_id",), "paper_grader": ("paper_id",), "paper_layout": ("paper_id",),
    "paper_role": ("paper_id",), "paragraph_digest": ("article_id",), "picture_box": ("attachment_id",),
    "prize_claim": ("award_id",), "prize_receipt": ("award_id",), "reader_link": ("one_id",), "reader_measure": ("reader_id",),
    "reader_tie": ("reader_id",),
    "reminder": ("round_id",), "report": ("contest_id",), "report_version": ("report_id",), "rescoring": ("round_id",),
    "review": ("report_id",), "round": ("contest_id",), "round_article": ("round_id",), "round_correction": ("round_id",),
    "round_intake": ("round_id",), "round_record": ("round_id",), "round_record_part": ("round_id",),
    "round_tick": ("round_id",), "rule_set": ("contest_id",), "satisfaction": ("report_id",),
    "snooze": ("report_id",), "turned_message": ("message_id",),
    "usual_page_maker": ("paper_id",),
}
"""By which columns rows are owned. A message also comes along when it came to the contest's account and no report of
another contest hangs on it; an issue by its paper only while that paper is in the contest."""

BOTH = {"reader_link": "other_id", "erratum_apart": "other_id", "further_words": "message_id"}
"""Rows between two others come along only where both do: the second column."""

CUT = frozenset({("paper", "contest_id"), ("attachment", "report_id"), ("correction_item", "erratum_id")})
"""Pointers at another contest's rows that are left empty; any other row that has one stays behind."""

STANDINGS_NEED = frozenset({"award", "erratum", "grade", "report", "review", "round"})
"""Of these nothing of the contest may stay behind."""

OF_CONTESTS = ("canned_reason", "erratum", "report", "round", "rule_set")
AT_ONCE = 10_000


@dataclass
class _Keys:
    """The keys of one table and where its rows point, by the columns that lead to whole keys of other tables."""

    table: Table
    pointers: dict[str, str]
    """Column → table whose (single) key it holds."""
    rows: dict[Key, Row] = field(default_factory=dict)


Row = dict[str, Any]


@dataclass(frozen=True)
class Chosen:
    """`keys`: by table, in the order of writing. `dead`: keys of rows of other contests, for pointers to be cut."""

    keys: dict[str, set[Key]]
    dead: dict[str, set[Key]]

    def cut(self, table: Table, row: Row) -> Row:
        """The row, with its pointers at other contests left empty."""
        gone = {column: None for name, column in CUT if name == table.name and row[column] is not None
                and (row[column],) in self.dead[_target(table.c[column])]}
        return row | gone


def choose(db: Connection, contest_id: int) -> Chosen:
    """The keys of everything that belongs to the contest. BadInput where another contest's rows cannot be told apart."""
    known = {table.name: _read(db, table) for table in tables() if table.name not in LEFT_OUT}
    dead = _dead(known, contest_id)
    account = db.scalar(select(Contest.account).where(Contest.id == contest_id))
    seeds = {"contest": {(contest_id,)}, "audit_entry": set(known["audit_entry"].rows),
             "message": _ids(db, select(Message.id).where(Message.account == account)) - _tied(known, dead)}
    mine = _ids(db, select(Paper.id).where(Paper.contest_id == contest_id))
    kept = _closed(known, dead, seeds, mine)
    _refuse_mixed(known, dead, kept, mine)
    return Chosen({table.name: kept.get(table.name, set()) for table in tables()}, dead)


def _ids(db: Connection, query: Select[int]) -> set[Key]:
    return {(one,) for one in db.scalars(query)}


def _read(db: Connection, table: Table) -> _Keys:
    pointers = {column.name: _target(column) for column in table.columns if column.foreign_keys
                and _target(column) not in LEFT_OUT}
    if table.name == "round_record_part":
        pointers = {"round_id": "round"}  # points at its record by two columns, of which this is the round's key
    more = ["contest_id"] if table.name in OF_CONTESTS else []
    columns = dict.fromkeys([*(column.name for column in table.primary_key), *pointers, *more])
    found = _Keys(table, pointers)
    primary = [column.name for column in table.primary_key]
    for row in db.execute(select(*(table.c[name] for name in columns)).execution_options(yield_per=AT_ONCE)).mappings():
        found.rows[tuple(row[name] for name in primary)] = dict(row)
    return found


def _target(column: Column[Any]) -> str:
    (key,) = column.foreign_keys
    return key.column.table.name


def _dead(known: dict[str, _Keys], contest_id: int) -> dict[str, set[Key]]:
    """Rows of other contests, and what cannot be without them."""
    dead: dict[str, set[Key]] = {name: set() for name in known}
    dead["contest"] = {key for key in known["contest"].rows if key != (contest_id,)}
    for name in OF_CONTESTS:
        dead[name] = {key for key, row in known[name].rows.items() if row["contest_id"] != contest_id}
    for name, found in known.items():
        ways = [(column, target) for column, target in found.pointers.items() if (name, column) not in CUT]
        before = -1
        while len(dead[name]) > before:  # again where rows point at their own kind
            before = len(dead[name])
            dead[name].update(key for key, row in found.rows.items()
                              if any((row[column],) in dead[target] for column, target in ways))
    return dead


def _refuse_mixed(known: dict[str, _Keys], dead: dict[str, set[Key]], kept: dict[str, set[Key]], mine: set[Key]) -> None:
    for name in sorted(STANDINGS_NEED):
        for key in sorted(dead[name]):
            if _owned(name, known[name], known[name].rows[key], kept, mine):
                raise BadInput(f"{name} {key[0]} hangs on something of another contest: the two cannot be told apart. "
                               "Move it to where it belongs in the console first.")


def _tied(known: dict[str, _Keys], dead: dict[str, set[Key]]) -> set[Key]:
    """Messages from which something of another contest came."""
    return {(row["message_id"],) for name in ("report", "report_version", "appeal", "further_words")
            for key, row in known[name].rows.items() if key in dead[name]}


def _closed(known: dict[str, _Keys], dead: dict[str, set[Key]], seeds: dict[str, set[Key]],
            mine: set[Key]) -> dict[str, set[Key]]:
    """What is owned by or pointed at from the seeds, until nothing more comes."""
    kept = {name: set(seeds.get(name, ())) for name in known}
    before = -1
    while (now := sum(map(len, kept.values()))) > before:
        before = now
        for name, found in known.items():
            kept[name].update(key for key, row in found.rows.items()
                              if key not in kept[name] and key not in dead[name] and _owned(name, found, row, kept, mine))
        for name, found in reversed(known.items()):
            for key in list(kept[name]):
                for target, pointed in _pointed_at(name, found, found.rows[key], dead):
                    kept[target].add(pointed)
    return kept


def _owned(name: str, found: _Keys, row: Row, kept: dict[str, set[Key]], mine: set[Key]) -> bool:
    owners = OWNED_BY.get(name, ())
    if name == "issue":
        return (row["paper_id"],) in mine
    if name == "outgoing_message" and row["report_id"] is not None:
        owners = ("report_id",)
    if name in BOTH and (row[BOTH[name]],) not in kept[found.pointers[BOTH[name]]]:
        return False
    return any((row[owner],) in kept[found.pointers[owner]] for owner in owners)


def _pointed_at(name: str, found: _Keys, row: Row, dead: dict[str, set[Key]]) -> Iterator[tuple[str, Key]]:
    for column, target in found.pointers.items():
        if row[column] is None or ((row[column],) in dead[target] and (name, column) in CUT):
            continue
        yield target, (row[column],)
