"""What is known of a reader and his conversation when a message of his comes. Reads only."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from bot.filing import reports
from bot.understanding.stored import finding_from_json, finding_from_text
from bot.understanding.values import Field, Finding, OwnReport, Waiting
from models.codes import HeldPaper
from models.enums import NameState, ReportState
from models.messages import Conversation
from models.prepared import Prepared
from models.readers import Reader
from models.reports import Report

HALF_TOLD_WAITS = timedelta(hours=24)
NOTHING = Finding()
MOST_NAMED = 20
"""So many of his reports a reader may name by a word of theirs (食堂那条不算)."""


class Context(NamedTuple):
    """What is known of a reader and his conversation when a message comes."""

    reader_id: int | None
    report_id: int | None
    waiting_for: str | None
    asked_name: bool
    asked_at: datetime | None
    finding: Finding
    own: tuple[OwnReport, ...]  # what he may still change, newest first
    reports: int
    name_state: NameState
    asked_back: bool = False  # an editor asked about that report
    holds: int | None = None  # the edition whose code he scanned
    row: Any = None  # what tells that it changed, last how often we had answered him

    def open_report(self, now: datetime) -> int | None:
        """The report that this message may complete: half told it waits 24 hours, asked back until it lapses."""
        if self.report_id is None or self.asked_at is None:
            return None
        return self.report_id if self.asked_back or now - self.asked_at <= HALF_TOLD_WAITS else None

    def announced(self, now: datetime) -> bool:
        """我要纠错 was said and nothing of the error yet."""
        return (self.report_id is None and self.waiting_for is not None and self.asked_at is not None
                and now - self.asked_at <= HALF_TOLD_WAITS)

    def waiting(self, now: datetime) -> Waiting:
        if self.announced(now):
            return Waiting(field=Field.DETAIL, has_reports=self.reports > 0)
        live = self.open_report(now) is not None
        newest = self.own[0].finding if self.own else NOTHING  # what 同一篇 or 版面写错了 speaks of
        return Waiting(
            field=Field(self.waiting_for) if live and self.waiting_for else None,
            finding=self.finding if live else newest, has_reports=self.reports > 0,
            asked_name=self.asked_name, own=self.own, open=live,
        )


_CONTEXT = Prepared(
    select(Reader.id, Reader.last_ordinal, Reader.name_state, Conversation.report_id, Conversation.waiting_for,
           Conversation.asked_name, Conversation.asked_at, Report.state, HeldPaper.paper_id,
           Reader.answered)
    .outerjoin(Conversation, Conversation.reader_id == Reader.id)
    .outerjoin(Report, Report.id == Conversation.report_id)
    .outerjoin(HeldPaper, HeldPaper.reader_id == Reader.id)
    .where(Reader.account == bindparam("account"), Reader.openid == bindparam("openid")))


def whole(db: Connection, account: str, openid: str, *, known: Context | None = None) -> Context:
    """What is known now; `known` itself where the message in hand is all that has come of him since it was read."""
    found = standing(db, account, openid)
    row = found.row
    if row is None:
        return found
    if known is not None and known.row is not None and row == known.row._replace(answered=known.row.answered + 1):
        return known
    asked = reports.current_fields(db, row.report_id) if row.report_id else None
    own = reports.open_fields(db, row.id, MOST_NAMED) if row.last_ordinal else []
    return found._replace(finding=finding_from_json(asked or {}),
                          own=tuple(OwnReport(n, partial(finding_from_text, fields)) for n, fields in own))


def standing(db: Connection, account: str, openid: str) -> Context:
    """Where the conversation stands, without what his reports say: enough for a message that has no words."""
    row = _CONTEXT.first(db, account=account, openid=openid)
    if row is None:
        return Context(None, None, None, False, None, NOTHING, (), 0, NameState.NOT_ASKED)
    asked_name = bool(row.asked_name) and row.name_state is NameState.ASKED
    return Context(row.id, row.report_id, row.waiting_for, asked_name, row.asked_at, NOTHING, (),
                   row.last_ordinal, row.name_state, asked_back=row.state is ReportState.NEEDS_MORE,
                   holds=row.paper_id, row=row)
