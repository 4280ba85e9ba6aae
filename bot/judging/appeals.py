"""Appeals: taken in by chat, answered by somebody who did not decide (RULES 19, 21). Writes; never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest import phases
from bot.contest.days.workdays import OFFICIAL
from bot.dialogue import appeal_phrases, commands, phrases
from bot.errors import BadInput, NotAllowed, NotFound
from bot.filing import reports
from bot.filing.reports import Coming
from bot.judging import appealed, reviews
from bot.judging.verdicts import rules_of
from bot.outbox import queue
from models.appeals import Appeal
from models.enums import SCORING_VERDICTS, ReportState
from models.outgoing import OutgoingMessage
from models.papers import Article, Page
from models.reports import Report
from models.session import insert_new
from models.work_enums import AppealState

LONGEST_ANSWER = 500
LOOK_BACK = 200
"""So many of a reader's newest reports are looked through for one that he can mean."""


def due_on(made_on: date, workdays: int) -> date:
    """The last day for an answer: the so-many-th working day after the day of the appeal, in Shanghai.

    Of a year whose holidays are not announced only weekends count as off, so that nobody has to wait longer.
    """
    return OFFICIAL.after(made_on, workdays)


def until(decided_at: datetime, days: int) -> date:
    """The last day on which a decision can be appealed against, in Shanghai."""
    return phases.local_day(decided_at) + timedelta(days=days)


# from chat


def file(db: Connection, coming: Coming, targets: Sequence[int], *, now: datetime) -> str:
    """Takes an appeal in where there is something to appeal against; the words in reply. Tells why not otherwise."""
    report = _meant(db, coming.reader_id, targets)
    if report is None:
        return _which(db, coming) if not targets else phrases.NO_SUCH_REPORT
    refused = refusal(db, report, coming.counts_at)
    if refused:
        return refused
    due = _due(db, report, now)
    made = insert_new(db, Appeal.__table__, {  # type: ignore[arg-type]
        "report_id": report.id, "message_id": coming.message_id, "decided_by_id": report.decided_by_id,
        "verdict": report.verdict, "state": AppealState.OPEN, "made_at": now, "due_on": due})
    if made is None:  # the same words twice at once
        return appeal_phrases.already(report.ordinal, due, answered=False)
    reviews.open_for_appeal(db, report.id, now=now)
    return appeal_phrases.taken(report.ordinal, due)


def _meant(db: Connection, reader_id: int, targets: Sequence[int]) -> Row[Any] | None:
    """The report of that number; without one the only decided one that can be appealed against."""
    if targets:
        return reports.own_by_number(db, reader_id, targets[0])
    open_ = _appealable(db, reader_id)
    return open_[0] if len(open_) == 1 else None


def _appealable(db: Connection, reader_id: int) -> list[Row[Any]]:
    """His reports with a "no" against which he has not appealed yet, the oldest first."""
    return list(db.execute(
        select(Report.__table__).outerjoin(Appeal, Appeal.report_id == Report.id)
        .where(Report.reader_id == reader_id, Report.state == ReportState.DECIDED, Appeal.id.is_(None),
               Report.verdict.not_in(SCORING_VERDICTS))
        .order_by(Report.ordinal.desc()).limit(LOOK_BACK)))[::-1]


def _which(db: Connection, coming: Coming) -> str:
    in_time = [row.ordinal for row in _appealable(db, coming.reader_id) if not refusal(db, row, coming.counts_at)]
    return appeal_phrases.which(in_time)


def refusal(db: Connection, report: Row[Any], at: datetime) -> str | None:
    """Why this report cannot be appealed against; None: it can."""
    earlier = appealed.of_report(db, report.id)
    if earlier is not None:
        return appeal_phrases.already(report.ordinal, earlier.due_on, answered=earlier.state is not AppealState.OPEN)
    if report.state in (ReportState.WITHDRAWN, ReportState.LAPSED):
        return appeal_phrases.of_nothing(report.ordinal, phrases.STATE_WORDS[report.state])
    if report.state is not ReportState.DECIDED:
        return appeal_phrases.too_early(report.ordinal)
    if report.verdict in SCORING_VERDICTS:
        return appeal_phrases.of_accepted(report.ordinal)
    last = last_day(db, report)
    return appeal_phrases.too_late(report.ordinal, last) if at >= phases.closes_at(last) else None


def last_day(db: Connection, report: Row[Any]) -> date:
    """The last day on which the decision of this report can be appealed against."""
    return until(report.decided_at, rules_of(db, report)[1].appeal_days)


def _due(db: Connection, report: Row[Any], now: datetime) -> date:
    return due_on(phases.local_day(now), rules_of(db, report)[1].appeal_answer_workdays)


# by staff


def preview(db: Connection, report_id: int, words: str) -> str:
    """The answer that leaves the decision as it is, as the reader will see it."""
    report = reports.get(db, report_id)
    page = report.page_label or db.scalar(
        select(Page.number).join(Article, Article.page_id == Page.id).where(Article.id == report.article_id))
    return appeal_phrases.kept(report.ordinal, report.wrong, report.right, page, report.verdict, words.strip())


def keep(session: Session, report_id: int, words: str, *, actor: Actor, now: datetime,
         same_person_reason: str = "") -> None:
    """The decision stands, with a reason in words for the reader, who hears ten seconds later."""
    db = session.connection()
    appeal = _open(db, report_id)
    if not words.strip() or len(words.strip()) > LONGEST_ANSWER:
        raise BadInput(f"请写一句理由，读者会看到，不超过{LONGEST_ANSWER}字。")
    if reviews.open_of(db, report_id) is not None:
        raise NotAllowed("这条正请另一位编辑独立再评，评定了就会答复读者。")
    same = _same_person(db, appeal, same_person_reason, actor)
    report = reports.get(db, report_id)
    if report.state is not ReportState.DECIDED:
        raise NotAllowed("这条现在没有结论，请先评分，评分就是对申诉的答复。")
    if report.verdict is not appeal.verdict:
        raise NotAllowed("结论已经和读者申诉时不同，请刷新看看。")
    appealed.close(session, appeal, AppealState.KEPT, same_person_reason=same, actor=actor, now=now)
    queue.enqueue(db, reader_id=report.reader_id, kind=appealed.KIND, text=preview(db, report_id, words),
                  key=_next_key(db, appeal.id), report_id=report_id, now=now)


def _same_person(db: Connection, appeal: Row[Any], reason: str, actor: Actor) -> str | None:
    """RULES 21: the one who decided answers only where nobody else is there, with a reason."""
    if appeal.decided_by_id != actor.staff_id:
        return None
    if appealed.others(db, appeal.decided_by_id):
        raise NotAllowed(appealed.DECIDER)
    if not reason.strip():
        raise BadInput("这条是您自己评的：请写一句为什么由您答复，记录里会写“同一人”。")
    return reason.strip()[:LONGEST_ANSWER]


def take_back(session: Session, report_id: int, *, actor: Actor, now: datetime) -> None:
    """Calls back an answer that has not left yet: the appeal is open again."""
    db = session.connection()
    appeal = appealed.of_report(db, report_id)
    if appeal is None or appeal.state is not AppealState.KEPT:
        raise NotFound("没有可以撤回的答复。")
    key = db.scalar(select(OutgoingMessage.idempotency_key).where(
        OutgoingMessage.kind == appealed.KIND, OutgoingMessage.idempotency_key.startswith(f"appeal-{appeal.id}-"))
        .order_by(OutgoingMessage.id.desc()).limit(1))
    if key is None or not queue.call_back(db, key):
        raise NotAllowed("答复已经发出，撤不回了。")
    db.execute(update(Appeal).where(Appeal.id == appeal.id).values(
        state=AppealState.OPEN, answered_at=None, answered_by_id=None, same_person_reason=None))
    audit.record(session, actor=actor, verb="reopen_appeal", object_kind="report", object_id=report_id, now=now,
                 before=AppealState.KEPT, after=AppealState.OPEN)


def _open(db: Connection, report_id: int) -> Row[Any]:
    appeal = appealed.open_of(db, report_id)
    if appeal is None:
        raise NotFound("这条没有等着答复的申诉。")
    return appeal


def _next_key(db: Connection, appeal_id: int) -> str:
    before = db.scalar(select(func.count()).select_from(OutgoingMessage).where(
        OutgoingMessage.kind == appealed.KIND, OutgoingMessage.idempotency_key.startswith(f"appeal-{appeal_id}-")))
    return f"appeal-{appeal_id}-{(before or 0) + 1}"


def words_of(content: str | None) -> str:
    """What a reader wrote as his reason, without the command; empty where he gave none or has gone."""
    return commands.appeal_words(content or "")
