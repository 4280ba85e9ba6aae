"""Confirmed errors in print, made with real verbs: a report and its acceptance in one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from bot import audit
from bot.audit import Actor
from bot.judging import grading
from bot.judging.grading import GradeInput
from models.enums import Doubling, Role, Verdict
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.factories import House
from tests.support.staff import PASSWORD_HASH
from tests.support.world import BEGAN, Chat


def accepted(engine: Engine, house: House, text: str = factories.DISCOUNT, row_code: str = "N-05") -> int:
    """The number of a new reader's report that is accepted, in the town of tests.support.factories."""
    with writing(engine) as session:
        number = factories.report(session, text)
        factories.accept(session, number, house, row_code=row_code)
        return number


def erratum_of(engine: Engine, number: int) -> int:
    """The erratum that a report hangs on."""
    with reading(engine) as session:
        return session.scalars(select(Report.erratum_id).where(Report.id == number)).one() or 0


def staff(engine: Engine, login: str, role: Role, *, now: datetime = BEGAN) -> Actor:
    with writing(engine) as session:
        member = Staff(login=login, display_name=f"编辑{login}", password_hash=PASSWORD_HASH, role=role, created_at=now)
        session.add(member)
        session.flush()
        return audit.by_staff(member.id)


@dataclass
class Desk:
    """Readers write, an editor accepts, in an open contest. Papers, issues and readers are those of tests.support.world."""

    engine: Engine
    chat: Chat = field(init=False)
    editor: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.chat = Chat(self.engine)
        self.editor = staff(self.engine, "bianji", Role.EDITOR)

    def report(self, sender: str, words: str, when: str | None = None) -> int:
        """Files one report; its number."""
        self.chat.say(sender, words, when)
        with reading(self.engine) as session:
            return int(session.scalars(select(Report.id).order_by(Report.id.desc())).first() or 0)

    def accept(self, number: int, row: str = "N-05", doubling: Doubling = Doubling.NONE,
               verdict: Verdict = Verdict.ACCEPTED, reason: str = "") -> int:
        """Grades a report; the erratum that it hangs on."""
        with writing(self.engine) as session:
            version = session.scalars(select(Report.version).where(Report.id == number)).one()
            scoring = verdict is Verdict.ACCEPTED
            given = GradeInput(verdict, row if scoring else None, doubling, (scoring, scoring, scoring), reason=reason)
            grading.grade(session, number, given, actor=self.editor, now=self.chat.now, expected_version=version)
        return erratum_of(self.engine, number)

    def confirm(self, sender: str, words: str, row: str = "N-05", **grade: Any) -> int:
        """A report that is accepted at once; its erratum."""
        return self.accept(self.report(sender, words), row, **grade)

    def do(self, act: Callable[..., Any], *values: Any, **named: Any) -> Any:
        """One verb in a transaction of its own, now."""
        with writing(self.engine) as session:
            return act(session, *values, now=self.chat.now, **named)

    def see(self, read: Callable[..., Any], *values: Any, **named: Any) -> Any:
        with reading(self.engine) as session:
            return read(session, *values, **named)

    def close(self) -> None:
        self.chat.close()
