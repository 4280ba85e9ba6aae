"""What a reader is told of a grade: composed, put in the queue, called back, written anew. Never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.dialogue import appeal_phrases, phrases
from bot.errors import BadInput, NotAllowed, Stale
from bot.filing import reports as report_verbs
from bot.judging import appealed
from bot.judging.verdicts import GradeInput, rules_of
from bot.outbox import queue
from bot.readers import milestones
from bot.understanding.values import Field
from bot.wechat.replies import cut_text
from models.enums import SCORING_VERDICTS, UNSENT, OutgoingState, Verdict
from models.grades import Grade
from models.messages import Conversation
from models.outgoing import OutgoingMessage
from models.papers import Article, Page
from models.reports import Report

KIND = "outcome"
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Told:
    """What an outcome says beside verdict and reason. `page`: as stated, else where it was found.

    `appeal_days` 0: no word of appealing. `appealed`: the verdict that an open appeal objects to.
    """

    ordinal: int
    wrong: str | None
    right: str | None
    page: str | None
    appeal_days: int
    appealed: Verdict | None = None


def words(told: Told, verdict: Verdict, reason: str) -> str:
    """The whole message as the reader gets it: his own words, the place, the verdict, what the editor wrote."""
    reason = reason.strip()
    if verdict is Verdict.NEEDS_MORE:
        return cut_text(phrases.ask_back(told.ordinal, told.wrong, reason), queue.LONGEST_BYTES)
    text = phrases.outcome(told.ordinal, told.wrong, told.right, told.page, verdict, reason or None,
                           appeal_days=told.appeal_days)
    if told.appealed is not None:
        text = f"{appeal_phrases.answered(told.ordinal, upheld=verdict is not told.appealed)}\n{text}"
    return cut_text(text, queue.LONGEST_BYTES)


def key_of(grade_id: int) -> str:
    """The queue's key of the outcome of one grade."""
    return f"outcome-{grade_id}"


def tell(db: Connection, report: Row[Any], given: GradeInput, grade_id: int, now: datetime) -> None:
    """The reader hears of it ten seconds later; an earlier outcome that has not left is called back."""
    call_back_all(db, report)
    if given.verdict is Verdict.NEEDS_MORE:
        _wait_for_answer(db, report, now)
    base = key_of(grade_id)
    known = db.scalar(select(OutgoingMessage.idempotency_key).where(OutgoingMessage.idempotency_key.in_(milestones.keys(base))))
    mark = milestones.mark(db, report, now=now) if given.verdict in SCORING_VERDICTS and known is None else ""
    queue.enqueue(db, reader_id=report.reader_id, kind=KIND, text=words(_told(db, report), given.verdict, given.reason),
                  key=known or milestones.key(base, mark), report_id=report.id, now=now)


def _told(db: Connection, report: Row[Any]) -> Told:
    appeal = appealed.of_report(db, report.id)
    days = 0 if appeal is not None else rules_of(db, report)[1].appeal_days
    answered = appealed.heading(db, report.id, report.ordinal) != ""
    return Told(report.ordinal, report.wrong, report.right, report.page_label or _page_found(db, report.article_id),
                days, appeal.verdict if appeal is not None and answered else None)


def _wait_for_answer(db: Connection, report: Row[Any], now: datetime) -> None:
    """The reader's next words are about this report, until it is answered or lapses."""
    db.execute(delete(Conversation).where(Conversation.reader_id == report.reader_id))
    db.execute(insert(Conversation).values(
        reader_id=report.reader_id, report_id=report.id, waiting_for=Field.DETAIL.value, asked_name=False,
        asked_at=now))


def _page_found(db: Connection, article_id: int | None) -> str | None:
    """The number of the page that an article stands on."""
    if article_id is None:
        return None
    return db.scalar(select(Page.number).join(Article, Article.page_id == Page.id).where(Article.id == article_id))


def call_back(db: Connection, grade_id: int) -> bool:
    """Takes the outcome of a grade back where it has not left yet, written anew or not."""
    report_id = db.scalar(select(Grade.report_id).where(Grade.id == grade_id))
    return report_id is not None and call_back_all(db, report_verbs.get(db, report_id))


def call_back_all(db: Connection, report: Row[Any]) -> bool:
    """Takes back every outcome of a report that has not left; whether there was one."""
    done = db.execute(update(OutgoingMessage).where(
        OutgoingMessage.reader_id == report.reader_id, OutgoingMessage.report_id == report.id,
        OutgoingMessage.kind == KIND, OutgoingMessage.state.in_((*UNSENT, OutgoingState.FAILED)),
    ).values(state=OutgoingState.CALLED_BACK))
    return done.rowcount > 0


def hold(session: Session, report_id: int, *, actor: Actor, now: datetime) -> None:
    """Calls back what the reader was about to be told; the decision stands. NotAllowed once it has left."""
    if not call_back_all(session.connection(), report_verbs.get(session.connection(), report_id)):
        raise NotAllowed("这句话已经发出，撤不回了。")
    audit.record(session, actor=actor, verb="call_back_outcome", object_kind="report", object_id=report_id, now=now)


def write_anew(session: Session, report_id: int, reason: str, *, actor: Actor, now: datetime,
               expected_version: int) -> None:
    """Tells the reader in other words what was called back. The decision stands; a "no" still needs its reason."""
    db = session.connection()
    report = report_verbs.get(db, report_id)
    if report.version != expected_version:
        raise Stale(f"编号 {report_id} 刚刚有人改过，请看过新的内容再写。")
    if report.verdict is None:
        raise NotAllowed("这条还没有评，没有要告诉读者的。")
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        raise BadInput(f"给读者的话最多 {LONGEST_REASON} 个字。")
    if not reason and report.verdict not in SCORING_VERDICTS:
        raise BadInput("请写一句理由，读者会看到。")
    if _newest(db, report) is not OutgoingState.CALLED_BACK:
        raise NotAllowed("先撤回原来那句，再另写。")
    _enqueue_anew(db, report, reason, now)
    db.execute(update(Report).where(Report.id == report_id).values(
        reason_text=reason or None, updated_at=now, version=report.version + 1))
    audit.record(session, actor=actor, verb="write_outcome_anew", object_kind="report", object_id=report_id, now=now)


def _newest(db: Connection, report: Row[Any]) -> OutgoingState | None:
    return db.scalar(select(OutgoingMessage.state).where(
        OutgoingMessage.reader_id == report.reader_id, OutgoingMessage.report_id == report.id,
        OutgoingMessage.kind == KIND).order_by(OutgoingMessage.id.desc()).limit(1))


def _enqueue_anew(db: Connection, report: Row[Any], reason: str, now: datetime) -> None:
    grade_id = db.scalar(select(func.max(Grade.id)).where(Grade.report_id == report.id, Grade.taken_back.is_(False)))
    before = db.scalar(select(func.count()).select_from(OutgoingMessage).where(
        OutgoingMessage.reader_id == report.reader_id, OutgoingMessage.report_id == report.id,
        OutgoingMessage.kind == KIND)) or 0
    mark = milestones.mark(db, report, now=now) if report.verdict in SCORING_VERDICTS else ""
    queued = queue.enqueue(db, reader_id=report.reader_id, kind=KIND, report_id=report.id, now=now,
                           text=words(_told(db, report), report.verdict, reason),
                           key=milestones.key(f"{key_of(grade_id or 0)}-{report.id}-{before + 1}", mark))
    if queued is None:
        raise NotAllowed("这位读者已经取消关注，消息发不到了。")
