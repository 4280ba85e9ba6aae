"""Fills a fresh database with one round of a month that everybody took part in, graded to the last report. Rows only.

A report in seven is turned down; errata have three finders on average, some of them elsewhere too; there are punctuation
(capped), doubled headlines, late, withdrawn and amended reports, several readers of one person, staff, blocked and erased
ones. Equal totals are frequent, so that ties are settled down to the draw.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, insert, update
from sqlalchemy.orm import Session

from bot.contest.rules import DEFAULT_RULES
from models.audit import AuditEntry
from models.contests import Round
from models.enums import (
    SCORING_VERDICTS,
    ActorKind,
    Bar,
    Doubling,
    MessageFate,
    NameState,
    ReportSource,
    ReportState,
    Verdict,
)
from models.grades import Grade
from models.messages import Message
from models.readers import Person, Reader
from models.reports import FIRST_REPORT_NUMBER, Erratum, Report
from models.staff import Staff
from tests.support.town import EARLY, MORNING, Town

AT_ONCE = 5_000
ROWS = ("N-04", "N-05", "N-05", "N-05", "N-06", "N-10", "N-16", "N-18", "N-20")
USUAL = (Verdict.ACCEPTED,) * 17 + (Verdict.ACCEPTED_WITH_EDITS,) + (Verdict.NOT_AN_ERROR,) * 2 + (Verdict.SUGGESTION,)


def fill(engine: Engine, reports: int, readers: int) -> tuple[int, datetime]:
    """(the round, when it closes). The database holds nothing but the town before."""
    with Session(engine, expire_on_commit=False) as session:
        town = Town.founded(session, imported=False, rules=DEFAULT_RULES)
        round_ = town.round()
        _Month(session.connection(), town, round_, reports, readers).fill()
        session.commit()
    if engine.dialect.name == "postgresql":  # what its autovacuum does by itself
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as db:
            db.exec_driver_sql("VACUUM (ANALYZE)")
    return round_.id, round_.closes_at


class _Month:
    def __init__(self, db: Connection, town: Town, round_: Round, reports: int, readers: int) -> None:
        self.db, self.town, self.round, self.reports, self.readers = db, town, round_, reports, readers
        self.dice = random.Random(7)
        self.errata = max(1, reports // 3)
        self.graded_as = [self.dice.choice(ROWS) for _ in range(self.errata)]

    def fill(self) -> None:
        self._people()
        self._many(Erratum, (
            {"id": one, "contest_id": self.town.contest_id, "row_code": self.graded_as[one - 1], "points_milli": 1000,
             "doubling": Doubling.HEADLINE if one % 20 == 0 else Doubling.NONE, "created_at": EARLY,
             "same_as_id": one - 1 if one % 50 == 49 else None}
            for one in range(1, self.errata + 1)))
        made = [self._one(at) for at in range(1, self.reports + 1)]
        for at, table in enumerate((Message, Report, Grade, AuditEntry)):
            self._many(table, (row for one in made for row in one[at]))

    def _people(self) -> None:
        self._many(Person, ({"id": one, "created_at": EARLY, "bar": Bar.BLOCKED if one % 997 == 0 else None,
                             "bar_reason": "不再参加" if one % 997 == 0 else None} for one in range(1, self.readers + 1)))
        self._many(Reader, (
            {"id": one, "account": "main", "openid": None if one % 499 == 0 else f"o{one}", "first_seen_at": EARLY,
             "person_id": one - 1 if one % 100 == 0 else one,  # known as one person
             "erased_at": MORNING if one % 499 == 0 else None, "last_ordinal": self.reports,
             "name_state": NameState.NOT_ASKED if one % 3 else NameState.GIVEN,
             "printed_name": None if one % 3 else f"早起鸟{one}"} for one in range(1, self.readers + 1)))
        self.db.execute(update(Staff).where(Staff.id == self.town.second).values(person_id=5))

    def _one(self, at: int) -> tuple[list[dict[str, Any]], ...]:
        """A report with its message, its grades (one in thirty was regraded) and what else was done about it."""
        dice, number = self.dice, FIRST_REPORT_NUMBER + at
        sent = MORNING + timedelta(seconds=at)
        erratum = min(self.errata, max(1, at * self.errata // self.reports + dice.randrange(-40, 40)))
        verdict, marks = dice.choice(USUAL), tuple(dice.random() < 0.7 for _ in range(3))
        reader = min(dice.randrange(1, self.readers + 1), dice.randrange(1, self.readers + 1))  # some write more often
        withdrawn, scores = at % 211 == 0, verdict in SCORING_VERDICTS
        message = {"id": at, "account": "main", "dedupe_key": f"k{at}", "reader_id": reader, "msg_type": "text",
                   "content": "来信", "fields": {}, "create_time": int(sent.timestamp()), "received_at": sent,
                   "counts_at": sent, "fate": MessageFate.READ}
        report = {
            "id": number, "contest_id": self.town.contest_id, "round_id": self.round.id, "reader_id": reader,
            "ordinal": at, "message_id": at, "source": ReportSource.CHAT, "late": at % 307 == 0, "sent_at": sent,
            "counts_at": sent, "sequence": at, "updated_at": sent, "version": 2, "erratum_id": erratum,
            "located": "no_quote", "state": ReportState.DECIDED, "verdict": verdict, "decided_at": sent,
            "decided_by_id": self.town.editor, "reason_text": None if scores else "原文就是这样。", "withdrawn_at": None,
            "place_mark": marks[0], "correction_mark": marks[1], "reason_mark": marks[2]}
        if withdrawn:
            report |= {"state": ReportState.WITHDRAWN, "verdict": None, "decided_at": None, "decided_by_id": None,
                       "withdrawn_at": sent}
        return [message], [report], [] if withdrawn else self._grades(at, report), self._acts(at, report)

    def _grades(self, at: int, report: dict[str, Any]) -> list[dict[str, Any]]:
        scores = report["verdict"] in SCORING_VERDICTS
        last = {
            "id": 2 * at, "report_id": report["id"], "report_version": 1, "grader_id": self.town.editor, "rule_set_id": 1,
            "verdict": report["verdict"], "row_code": self.graded_as[report["erratum_id"] - 1] if scores else None,
            "doubling": Doubling.NONE, "place_mark": report["place_mark"], "correction_mark": report["correction_mark"],
            "reason_mark": report["reason_mark"], "created_at": report["sent_at"], "replaces_id": None}
        if at % 30:
            return [last]
        return [last | {"id": 2 * at - 1, "verdict": Verdict.CANNOT_CHECK, "row_code": None}, last | {"replaces_id": 2 * at - 1}]

    def _acts(self, at: int, report: dict[str, Any]) -> list[dict[str, Any]]:
        act = {"at": report["sent_at"], "actor_kind": ActorKind.STAFF, "staff_id": self.town.editor, "verb": "grade",
               "object_kind": "report", "object_id": report["id"], "before": "filed", "after": report["verdict"],
               "details": {"row": "N-05", "doubling": "none", "marks": 2, "same_person": None}}
        if at % 12:
            return [act]
        return [act, act | {"verb": "correct_report", "before": None, "after": None,
                            "details": {"version": 2, "same_person": at % 24 == 0 or None}}]

    def _many(self, table: Any, rows: Iterable[dict[str, Any]]) -> None:
        left = iter(rows)
        while some := list(islice(left, AT_ONCE)):
            self.db.execute(insert(table), some)
