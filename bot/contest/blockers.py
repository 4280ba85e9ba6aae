"""What keeps a round from being picked, by name (RULES 4). Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from models.contests import Contest, Round
from models.enums import MessageFate, ReportState
from models.messages import Message
from models.reports import Report

MEDIA = ("image", "voice", "video", "shortvideo")


class BlockerKind(StrEnum):
    UNREAD = "unread"
    FAILED = "failed"
    MEDIA = "media"
    HALF_TOLD = "half_told"
    UNGRADED = "ungraded"
    MAYBE_SAME = "maybe_same"


LABELS = {
    BlockerKind.UNREAD: "还没读的来信", BlockerKind.FAILED: "没读懂的来信", BlockerKind.MEDIA: "没看过的照片和语音",
    BlockerKind.HALF_TOLD: "还没说完的纠错", BlockerKind.UNGRADED: "还没评的纠错", BlockerKind.MAYBE_SAME: "待定的疑似重复",
}


@dataclass(frozen=True, slots=True)
class Blocker:
    """One kind of open work, with the numbers of what is open."""

    kind: BlockerKind
    label: str
    report_ids: tuple[int, ...] = ()
    message_ids: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        return len(self.report_ids) + len(self.message_ids)


def blockers(db: Connection, round_id: int) -> list[Blocker]:
    """Everything that blocks the pick of this round; empty: it may be picked."""
    round_ = db.execute(select(Round.closes_at, Contest.account).join(Contest, Contest.id == Round.contest_id)
                        .where(Round.id == round_id)).one()
    found = _messages(db, round_.account, round_.closes_at) + _reports(db, round_id)
    return [blocker for blocker in found if blocker.count]


def _messages(db: Connection, account: str, closes_at: datetime) -> list[Blocker]:
    open_ = {BlockerKind.UNREAD: [], BlockerKind.FAILED: [], BlockerKind.MEDIA: []}  # type: dict[BlockerKind, list[int]]
    for row in db.execute(
        select(Message.id, Message.fate, Message.msg_type)
        .where(Message.account == account, Message.counts_at < closes_at,
               Message.fate.in_((MessageFate.UNREAD, MessageFate.FAILED, MessageFate.DESK)))
        .order_by(Message.id)
    ):
        if row.fate is MessageFate.UNREAD:
            open_[BlockerKind.UNREAD].append(row.id)
        elif row.fate is MessageFate.FAILED:
            open_[BlockerKind.FAILED].append(row.id)
        elif row.msg_type in MEDIA:
            open_[BlockerKind.MEDIA].append(row.id)
    return [Blocker(kind, LABELS[kind], message_ids=tuple(ids)) for kind, ids in open_.items()]


def _reports(db: Connection, round_id: int) -> list[Blocker]:
    """Late reports are worth nothing and block nothing."""
    rows = db.execute(select(Report.id, Report.state, Report.maybe_erratum_id).where(
        Report.round_id == round_id, Report.late.is_(False),
        Report.state.not_in((ReportState.WITHDRAWN, ReportState.LAPSED))).order_by(Report.id)).all()
    kinds = {
        BlockerKind.HALF_TOLD: [row.id for row in rows if row.state is ReportState.HALF_TOLD],
        BlockerKind.UNGRADED: [row.id for row in rows if row.state is ReportState.FILED],
        BlockerKind.MAYBE_SAME: [row.id for row in rows if row.maybe_erratum_id is not None],
    }
    return [Blocker(kind, LABELS[kind], report_ids=tuple(ids)) for kind, ids in kinds.items()]
