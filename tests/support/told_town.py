"""A chat, an editor who decides and a platform that is told: reports come in, results go out. Knows no test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine

from bot.audit import Actor, by_staff
from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.outbox.channels import Account
from bot.outbox.delivery import Delivery
from models.enums import Role, Verdict
from models.session import writing
from tests.support import factories
from tests.support.factories import version_of
from tests.support.outbox import FakeSender
from tests.support.world import Chat, at, reports_of

READER = "oReader"
TYPOS = ("柳湾版3版，“优慧”应为“优惠”", "柳湾版3版，“高兴地的说”应为“高兴地说”", "柳湾版3版，“开方”应为“开放”")


@dataclass
class ToldTown:
    """`terms`: what replies and results say of the house, its telephone among them."""

    engine: Engine
    chat: Chat
    editor: Actor
    sender: FakeSender
    terms: Terms

    @classmethod
    @contextmanager
    def opened(cls, engine: Engine, terms: Terms) -> Iterator[Self]:
        with writing(engine) as session:
            editor = factories.staff(session, "editor", Role.EDITOR)
        chat = Chat(engine, terms=terms)
        yield cls(engine, chat, by_staff(editor), FakeSender(), terms)
        chat.close()

    def decide(self, verdict: Verdict, ordinal: int = 1, when: str = "11-11 09:00") -> None:
        number = reports_of(self.engine)[ordinal - 1].id
        given = (GradeInput(verdict, row_code="N-05", marks=(True, True, True)) if verdict is Verdict.ACCEPTED
                 else GradeInput(verdict, reason="词典里两种写法都有。"))
        with writing(self.engine) as session:
            grading.grade(session, number, given, actor=self.editor, now=at(when),
                          expected_version=version_of(session, number))

    def deliver(self, when: str = "11-11 09:01", *, verified: bool = True) -> None:
        account = Account("main", "社区发布", "subscription", verified, self.sender)
        Delivery({"main": account}, FrozenClock(at(when)).now, self.terms).run(self.engine, now=at(when))
