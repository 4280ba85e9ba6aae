"""Plain rows for tests of the models: the least that satisfies every constraint. No verb of `bot` is used."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.base import Base
from models.contests import Contest, Round, RuleSet
from models.enums import MessageFate, ReportState, Role, RoundState
from models.messages import Message
from models.papers import Article, Issue, Page, Paper
from models.readers import Person, Reader
from models.reports import Erratum, Report
from models.staff import Staff

NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)


def contest_rows(now: datetime = NOW) -> list[Base]:
    """A contest (1) with rule set (1), an open round (1), a paper (1) with an issue, a page and an article (1),
    staff (1) and an erratum (1)."""
    return [
        Staff(
            id=1, login="editor", display_name="编辑甲", password_hash="x", role=Role.EDITOR, created_at=now
        ),
        Contest(
            id=1,
            name="纠错",
            account="main",
            account_title="社区发布",
            publication_day=6,
            deadline_day=5,
            created_at=now,
        ),
        RuleSet(id=1, contest_id=1, number=1, rules="{}", created_at=now),
        Round(
            id=1,
            contest_id=1,
            month="2026-11",
            rule_set_id=1,
            state=RoundState.OPEN,
            published_on=date(2026, 11, 6),
            deadline_on=date(2026, 12, 5),
            print_by=date(2026, 12, 8),
            closes_at=now,
            grading_until=now,
        ),
        Paper(id=1, name="社区报", contest_id=1),
        Issue(id=1, paper_id=1, month="2026-11"),
        Page(id=1, issue_id=1, position=1, number="02"),
        Article(id=1, page_id=1, position=1, key="02-1", title="题目", paragraphs=["正文"]),
        Erratum(id=1, contest_id=1, issue_id=1, created_at=now),
    ]


def reader_rows(number: int = 1, now: datetime = NOW) -> list[Base]:
    """A person and his one reader, both with the id `number`."""
    return [
        Person(id=number, created_at=now),
        Reader(id=number, account="main", openid=f"openid{number}", person_id=number, first_seen_at=now),
    ]


def message_row(number: int = 1, now: datetime = NOW, **changes: Any) -> Message:
    values: dict[str, Any] = {
        "id": number,
        "account": "main",
        "dedupe_key": f"key{number}",
        "reader_id": 1,
        "msg_type": "text",
        "content": "字",
        "create_time": int(now.timestamp()),
        "received_at": now,
        "counts_at": now,
        "fate": MessageFate.READ,
    }
    return Message(**values | changes)


def report_row(ordinal: int = 1, now: datetime = NOW, **changes: Any) -> Report:
    """A filed report of reader 1 and message 1; its number is given by the database."""
    values: dict[str, Any] = {
        "contest_id": 1,
        "round_id": 1,
        "reader_id": 1,
        "ordinal": ordinal,
        "message_id": 1,
        "state": ReportState.FILED,
        "sent_at": now,
        "counts_at": now,
        "sequence": 1,
        "updated_at": now,
    }
    return Report(**values | changes)


def report_rows(count: int, now: datetime = NOW) -> list[Base]:
    """Everything that `count` reports of one reader need, and the reports."""
    reports = [report_row(ordinal, now) for ordinal in range(1, count + 1)]
    return [*contest_rows(now), *reader_rows(1, now), message_row(1, now), *reports]


def keep_numbers_free(session: Session, below: int = 1000) -> None:
    """Lets PostgreSQL give numbers from `below` on, so that they do not meet ids given by hand."""
    if session.get_bind().dialect.name == "postgresql":
        for (name,) in session.execute(text("SELECT sequencename FROM pg_sequences")).all():
            session.execute(text(f'ALTER SEQUENCE "{name}" RESTART WITH {below}'))
