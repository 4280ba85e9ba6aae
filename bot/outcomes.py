"""What a reader is told of a grade: put in the queue, called back when the grade is taken back. Never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from bot.dialogue import phrases
from bot.outbox import queue
from bot.understanding.values import Field
from bot.verdicts import GradeInput
from models.enums import Verdict
from models.grades import Grade
from models.messages import Conversation
from models.papers import Article, Page


def key_of(grade_id: int) -> str:
    """The queue's key of the outcome of one grade."""
    return f"outcome-{grade_id}"


def tell(db: Connection, report: Row[Any], given: GradeInput, grade_id: int, now: datetime) -> None:
    """The reader hears of it ten seconds later; an earlier outcome that has not left is called back."""
    previous = db.scalar(select(Grade.replaces_id).where(Grade.id == grade_id))
    if previous is not None:
        queue.call_back(db, key_of(previous))
    if given.verdict is Verdict.NEEDS_MORE:
        _wait_for_answer(db, report, now)
        text = phrases.ask_back(report.ordinal, report.wrong, given.reason.strip())
    else:
        page = report.page_label or _page_found(db, report.article_id)
        text = phrases.outcome(report.ordinal, report.wrong, report.right, page, given.verdict,
                               given.reason.strip() or None)
    queue.enqueue(db, reader_id=report.reader_id, kind="outcome", text=text, key=key_of(grade_id),
                  report_id=report.id, now=now)


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
    """Takes the outcome of a grade back where it has not left yet."""
    return queue.call_back(db, key_of(grade_id))
