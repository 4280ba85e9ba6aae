"""What keeps a round from being picked, by name (RULES 4). Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, and_, or_, select

from models.contests import Contest, Round
from models.enums import MessageFate, ReportState
from models.messages import Message
from models.queries.appeals import open_appeal
from models.queries.callers import unconfirmed
from models.queries.reviews import in_review
from models.reports import Report

MEDIA = ("image", "voice", "video", "shortvideo")


class BlockerKind(StrEnum):
    UNREAD = "unread"
    FAILED = "failed"
    MEDIA = "media"
    HALF_TOLD = "half_told"
    UNGRADED = "ungraded"
    MAYBE_SAME = "maybe_same"
    REVIEW = "review"
    APPEAL = "appeal"
    CALLER = "caller"
    PAIRS = "pairs"  # told by bot.judging.pairs, which knows the standing


LABELS = {
    BlockerKind.UNREAD: "还没读的来信", BlockerKind.FAILED: "没读懂的来信", BlockerKind.MEDIA: "没看过的照片和语音",
    BlockerKind.HALF_TOLD: "还没说完的纠错", BlockerKind.UNGRADED: "还没评的纠错", BlockerKind.MAYBE_SAME: "待定的疑似重复",
    BlockerKind.PAIRS: "并列第一还没比完的编辑",
    BlockerKind.REVIEW: "等第二位评的纠错", BlockerKind.APPEAL: "没答复的申诉", BlockerKind.CALLER: "待另一位确认的代录",
}


@dataclass(frozen=True, slots=True)
class Blocker:
    """One kind of open work, with the numbers of what is open."""

    kind: BlockerKind
    label: str
    report_ids: tuple[int, ...] = ()
    message_ids: tuple[int, ...] = ()
    staff_ids: tuple[int, ...] = ()  # who is waited for, where it is no report and no message

    @property
    def count(self) -> int:
        return len(self.report_ids) + len(self.message_ids) + len(self.staff_ids)


def blockers(db: Connection, round_id: int) -> list[Blocker]:
    """Everything that blocks the pick of this round; empty: it may be picked."""
    found = _messages(db, round_id) + _reports(db, round_id)
    return [blocker for blocker in found if blocker.count]


def _messages(db: Connection, round_id: int) -> list[Blocker]:
    open_ = {BlockerKind.UNREAD: [], BlockerKind.FAILED: [], BlockerKind.MEDIA: []}  # type: dict[BlockerKind, list[int]]
    for row in db.execute(
        select(Message.id, Message.fate, Message.msg_type)
        .join(Contest, Contest.account == Message.account).join(Round, Round.contest_id == Contest.id)
        .where(Round.id == round_id, Message.counts_at < Round.closes_at,
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
    half_told, ungraded = Report.state == ReportState.HALF_TOLD, Report.state == ReportState.FILED
    maybe, review, appeal, caller = Report.maybe_erratum_id.is_not(None), in_review(), open_appeal(), unconfirmed()
    rows = db.execute(select(Report.id, half_told, ungraded, maybe, review, and_(appeal, ~review), caller).where(
        Report.round_id == round_id, Report.late.is_(False), Report.state.not_in((ReportState.WITHDRAWN, ReportState.LAPSED)),
        or_(half_told, ungraded, maybe, review, appeal, caller)).order_by(Report.id)).all()
    kinds = (BlockerKind.HALF_TOLD, BlockerKind.UNGRADED, BlockerKind.MAYBE_SAME, BlockerKind.REVIEW, BlockerKind.APPEAL,
             BlockerKind.CALLER)
    return [Blocker(kind, LABELS[kind], report_ids=tuple(row[0] for row in rows if row[at])) for at, kind in enumerate(kinds, 1)]
