"""A colleague for whoever tries the demo: decides what the demo's own readers sent, by the material's answers.

Uses the verbs that editors use. What visitors of the demo sent themselves is left to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.orm import Session

from bot.audit import Actor, by_staff
from bot.contest.annex import RowKind
from bot.contest.blockers import MEDIA
from bot.contest.rules import DEFAULT_RULES
from bot.demo import second_opinions, teamwork
from bot.demo.material import Month, dates, people
from bot.demo.seed import openid_of
from bot.judging import eligible, grading
from bot.judging.grading import GradeInput
from bot.letters import callers
from models.appeals import Caller, CallerEntry
from models.contests import Round
from models.enums import Doubling, MessageFate, ReportState, RoundState, Verdict
from models.messages import Message
from models.papers import Article, Issue, Page, Paper
from models.queries.team import EDITING
from models.readers import Reader
from models.reports import Report
from models.staff import Staff
from models.work_enums import EntryState

OPEN = (ReportState.FILED, ReportState.HALF_TOLD)
NOT_FOUND = "核对了原报，这里没有差错。"
SEEN = "演示：已看过。"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the material says of the words at one place in print."""

    start: int
    end: int
    verdict: Verdict
    row: str | None
    doubling: Doubling
    reason: str


def finish(session: Session, account: str, *, actor: Actor, now: datetime) -> int:
    """Decides every open report of the demo's readers and clears their letters; how many were decided.

    A second editor gives the opinions that are asked for, so that nothing of the demo's own holds up the names.
    """
    db = session.connection()
    readers = [openid_of(account, one["id"]) for one in people()["readers"]]
    ids = [*db.scalars(select(Reader.id).where(Reader.openid.in_(readers))), *_callers(db)]
    answers = _Answers(db, now)
    running = select(Round.id).where(Round.state.in_((RoundState.OPEN, RoundState.CLOSED)))
    rows = db.execute(select(Report.__table__).where(
        Report.reader_id.in_(ids), Report.state.in_(OPEN), Report.round_id.in_(running))).all()
    for row in rows:
        if row.maybe_erratum_id is not None:
            grading.settle_maybe(session, row.id, same=False, actor=actor, now=now, expected_version=row.version)
        version = row.version + (row.maybe_erratum_id is not None)
        grading.grade(session, row.id, answers.of(row), actor=_grader(session, row.id, actor), now=now,
                      expected_version=version)
    session.execute(
        update(Message).where(Message.reader_id.in_(ids), Message.fate == MessageFate.DESK, Message.msg_type.in_(MEDIA))
        .values(fate=MessageFate.DESK_CLOSED, closed_at=now, closed_by_id=actor.staff_id, close_reason=SEEN))
    _confirm(session, ids, now)
    second_opinions.settle(session, now=now)
    return len(rows)


def _callers(db: Connection) -> list[int]:
    """Whose calls and letters the demo's editors took down."""
    return list(db.scalars(select(Caller.reader_id).where(Caller.label.in_(teamwork.LABELS))))


def _confirm(session: Session, readers: list[int], now: datetime) -> None:
    """Calls that overtake somebody are confirmed by an editor who did not take them down."""
    waiting = session.execute(
        select(CallerEntry.message_id, CallerEntry.entered_by_id).join(Message, Message.id == CallerEntry.message_id)
        .where(Message.reader_id.in_(readers), CallerEntry.state == EntryState.WAITING)).all()
    for entry in waiting:
        other = session.scalar(select(Staff.id).where(
            Staff.active.is_(True), Staff.role.in_(EDITING), Staff.id != entry.entered_by_id).order_by(Staff.id).limit(1))
        if other is not None:
            callers.confirm(session, entry.message_id, actor=by_staff(other), now=now)


def _grader(session: Session, report_id: int, actor: Actor) -> Actor:
    """Whoever presses the button, unless the page is his own."""
    assert actor.staff_id is not None
    if eligible.hindrance(session.connection(), report_id, actor.staff_id) is None:
        return actor
    other = second_opinions.somebody(session, report_id)
    return actor if other is None else by_staff(other)


class _Answers:
    """The answers of both months by the article they stand in."""

    def __init__(self, db: Connection, now: datetime) -> None:
        self._db = db
        self._known: dict[int, list[tuple[int, Answer]]] = {}
        self._words: list[tuple[str, Answer]] = []
        when = dates(now.date())
        for month in (Month("this_month", when.month, when.deadline_on, when.today),):
            for entry in (*month.errata.values(), *month.decoys.values()):
                self._learn(entry)

    def _learn(self, entry: dict[str, Any]) -> None:
        if entry["paper"] is None:
            return
        article = self._db.execute(
            select(Article.id, Article.title, Article.paragraphs)
            .join(Page, Page.id == Article.page_id).join(Issue, Issue.id == Page.issue_id)
            .join(Paper, Paper.id == Issue.paper_id)
            .where(Paper.name == entry["paper"], Page.number == entry["page"], Article.key == entry["article"])
            .order_by(Issue.month.desc()).limit(1)
        ).first()
        if article is None:
            return
        paragraph = -1 if entry["paragraph"] == "title" else int(entry["paragraph"])
        # Whoever tries things out may have mended the page: then the words alone tell.
        text = article.title if paragraph < 0 else "".join(article.paragraphs[paragraph : paragraph + 1])
        words = entry.get("wrong") or entry["quote"]
        start = text.find(words)
        answer = Answer(start, start + len(words), Verdict(entry.get("verdict", "accepted")), entry.get("row"),
                        Doubling(entry.get("doubling", "none")), entry.get("reason", ""))
        if start >= 0:
            self._known.setdefault(article.id, []).append((paragraph, answer))
        self._words.append((words, answer))

    def of(self, row: Row[Any]) -> GradeInput:
        """The grade for one report: by the words it is about, else a kind no."""
        found = next((answer for paragraph, answer in self._known.get(row.article_id, ())
                      if paragraph == row.paragraph and answer.start < row.quote_end and row.quote_start < answer.end),
                     None) or self._by_words(row.wrong)
        if found is None:
            return GradeInput(Verdict.NOT_AN_ERROR, reason=NOT_FOUND)
        if found.row is None or DEFAULT_RULES.row(found.row).kind is not RowKind.POINTS:
            return GradeInput(found.verdict if found.row is None else Verdict.CANNOT_CHECK,
                              reason=found.reason or NOT_FOUND)
        doubling = found.doubling if DEFAULT_RULES.row(found.row).doubles else Doubling.NONE
        return GradeInput(found.verdict, row_code=found.row, doubling=doubling, marks=grading.proposed_marks(row))

    def _by_words(self, wrong: str | None) -> Answer | None:
        """For a report without a place: the one answer whose printed words hold the reader's, or the reverse."""
        if wrong is None or len(wrong) < 2:
            return None
        alike = {answer for words, answer in self._words if wrong in words or words in wrong}
        return alike.pop() if len(alike) == 1 else None
