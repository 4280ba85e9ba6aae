"""First, tenth, fiftieth, hundredth, a year: a line within a result, once, and nothing that editors see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from bot.audit import Actor, by_staff
from bot.clock import FrozenClock
from bot.dialogue.outcome_phrases import MILESTONES
from bot.judging import grading, outcomes
from bot.judging.grading import GradeInput
from bot.outbox.channels import Account
from bot.outbox.delivery import Delivery
from models.enums import Role, Verdict
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.reports import Report
from models.session import writing
from tests.support import factories, world
from tests.support.databases import Databases
from tests.support.factories import version_of
from tests.support.outbox import FakeSender
from tests.support.world import Chat, at, generated_issue, generated_text, reports_of, rows

READER = "oReader"
ACCEPT = GradeInput(Verdict.ACCEPTED, row_code="N-05", marks=(True, True, True))
REFUSE = GradeInput(Verdict.NOT_AN_ERROR, reason="词典里两种写法都有。")


@dataclass
class Town:
    engine: Engine
    chat: Chat
    editor: Actor
    sender: FakeSender

    def decide(self, given: GradeInput, n: int = 0, when: datetime | None = None) -> None:
        with writing(self.engine) as session:
            number = reports_of(self.engine)[n].id
            grading.grade(session, number, given, actor=self.editor, now=when or at("11-11 09:00"),
                          expected_version=version_of(session, number))

    def deliver(self, when: datetime | None = None) -> list[str]:
        """The lines that were told now."""
        self.sender.calls.clear()
        now = (when or at("11-11 09:00")) + timedelta(seconds=10)
        account = Account("main", "社区发布", "subscription", True, self.sender)
        Delivery({"main": account}, FrozenClock(now).now).run(self.engine, now=now)
        return [mark for text in self.sender.texts for mark, line in MILESTONES.items() if line in text]

    def accepted_already(self, count: int) -> None:
        """So many more of his reports count as accepted, told long ago."""
        with writing(self.engine) as session:
            session.execute(update(Report).where(Report.id.in_([one.id for one in reports_of(self.engine)[1:count + 1]])).values(
                state="decided", verdict="accepted", decided_at=at("11-10 10:00"), decided_by_id=self.editor.staff_id))


def play(engine: Engine) -> int:
    return world.open_contest(engine, issues=(generated_issue(world.LIUWAN, "2026-11", 120),))


@pytest.fixture
def begun(databases: Databases) -> tuple[str, int]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def town(contest: int, engine: Engine) -> Iterator[Town]:
    with writing(engine) as session:
        editor = factories.staff(session, "editor", Role.EDITOR)
    chat = Chat(engine)
    yield Town(engine, chat, by_staff(editor), FakeSender())
    chat.close()


def write(town: Town, count: int, sender: str = READER) -> None:
    for n in range(count):
        town.chat.say(sender, generated_text(n))


def test_first_acceptance_has_a_line_and_the_second_none(town: Town) -> None:
    write(town, 2)
    town.decide(ACCEPT, 0)
    assert town.deliver() == ["m1"]
    town.decide(ACCEPT, 1)
    assert town.deliver() == []


def test_refusal_is_no_milestone(town: Town) -> None:
    write(town, 1)
    town.decide(REFUSE)
    assert town.deliver() == []


@pytest.mark.parametrize("count", [10, 50])
def test_round_numbers_have_a_line(town: Town, count: int) -> None:
    town.chat.intake._reports_a_day = 1000
    write(town, count)
    town.accepted_already(count - 1)
    town.decide(ACCEPT, 0)
    assert town.deliver() == [f"m{count}"]


def test_changed_decision_says_it_no_second_time(town: Town) -> None:
    write(town, 2)
    town.decide(ACCEPT, 0)
    assert town.deliver() == ["m1"]
    town.decide(REFUSE, 0, at("11-12 09:00"))
    town.decide(ACCEPT, 1, at("11-12 09:00"))
    assert town.deliver(at("11-12 09:00")) == []


def test_result_called_back_in_time_leaves_the_line_to_the_next(town: Town) -> None:
    write(town, 2)
    town.decide(ACCEPT, 0)
    town.decide(REFUSE, 0, at("11-11 09:00") + timedelta(seconds=5))
    town.decide(ACCEPT, 1, at("11-11 09:00") + timedelta(seconds=6))
    assert town.deliver(at("11-11 09:01")) == ["m1"]


@pytest.mark.slow
def test_accounts_of_one_person_count_together(town: Town) -> None:
    write(town, 1)
    town.chat.say("oOther", generated_text(5))
    with writing(town.engine) as session:
        session.execute(update(Reader).values(person_id=1))
    town.decide(ACCEPT, 0)
    town.decide(ACCEPT, 1)
    assert town.deliver() == ["m1"]


@pytest.mark.slow
@pytest.mark.parametrize(("days", "line"), [(364, []), (365, ["year"]), (455, ["year"]), (456, [])])
def test_a_year_is_said_when_it_is_one(town: Town, days: int, line: list[str]) -> None:
    write(town, 3)
    town.accepted_already(2)
    with writing(town.engine) as session:
        session.execute(update(Report).values(counts_at=at("11-11 09:00") - timedelta(days=days)))
    town.decide(ACCEPT, 0)
    assert town.deliver() == line


def test_what_is_stored_and_shown_tells_nothing_of_its_reader(town: Town) -> None:
    """Who grades does not know whose report it is, nor that it is his first."""
    write(town, 1)
    town.decide(ACCEPT)
    [stored] = rows(town.engine, OutgoingMessage)
    assert not any(line in stored.text for line in MILESTONES.values())


def test_it_rides_too(town: Town) -> None:
    write(town, 1)
    town.decide(ACCEPT)
    assert MILESTONES["m1"] in town.chat.say(READER, "规则", "11-11 10:00")
    assert MILESTONES["m1"] not in town.chat.say(READER, "规则")


@pytest.mark.slow
def test_result_written_anew_keeps_its_line(town: Town) -> None:
    write(town, 1)
    town.decide(ACCEPT)
    with writing(town.engine) as session:
        number = reports_of(town.engine)[0].id
        outcomes.hold(session, number, actor=town.editor, now=at("11-11 09:00"))
        outcomes.write_anew(session, number, "说得真清楚。", actor=town.editor, now=at("11-11 09:00"),
                            expected_version=version_of(session, number))
    assert town.deliver() == ["m1"]
