"""The newsroom loop over real HTTP: a report is accepted, corrected in print, and its reader hears of it in the chat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.audit import Actor
from bot.clock import FrozenClock
from bot.judging import grading
from bot.judging.verdicts import GradeInput
from bot.outbox import people
from bot.outbox.queue import GRACE
from bot.publishing import corrections
from models.enums import OutgoingState, Role, Verdict
from models.outgoing import OutgoingMessage
from models.queries import corrections as queries
from models.reports import Report
from models.session import reading, writing
from tests.support.errata import staff
from tests.support.newsroom import Newsroom, open_newsroom
from tests.support.world import at, open_contest

pytestmark = pytest.mark.slow

WORDS = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"
TOLD = "您指出的“八折优慧”→“八折优惠”，本报已在12月6日2版更正。谢谢您。"


@pytest.fixture
def newsroom(engine: Engine, database_url: str, clock: FrozenClock, tmp_path: Path) -> Iterator[Newsroom]:
    clock.moment = at("11-10 09:00")
    open_contest(engine)
    with open_newsroom(engine, database_url, clock, tmp_path) as newsroom:
        yield newsroom


def released(newsroom: Newsroom) -> tuple[int, Actor]:
    """A reader reports, an editor accepts and drafts, a chief releases: the notice and the chief."""
    newsroom.platform.send_text(newsroom.reader(), WORDS)
    editor, chief = staff(newsroom.engine, "editor", Role.EDITOR), staff(newsroom.engine, "chief", Role.CHIEF)
    now = newsroom.clock.now()
    with writing(newsroom.engine) as session:
        report = session.scalars(select(Report)).one()
        grading.grade(session, report.id, GradeInput(Verdict.ACCEPTED, "N-05", marks=(True, True, True)), actor=editor,
                      now=now, expected_version=report.version)
        notice = corrections.draft(session, [report.erratum_id or 0], actor=editor, now=now)
    with writing(newsroom.engine) as session:
        corrections.release(session, notice, actor=chief, now=now, expected_version=1)
    return notice, chief


def print_it(newsroom: Newsroom, notice: int, chief: Actor) -> int:
    with writing(newsroom.engine) as session:
        view = queries.load(session, notice)
        assert view is not None
        return corrections.mark_printed(session, notice, paper_id=view.paper_id, printed_on=date(2026, 12, 6), page="02",
                                        actor=chief, now=newsroom.clock.now(), expected_version=view.version)


def told(newsroom: Newsroom) -> list[Any]:
    with reading(newsroom.engine) as session:
        return list(session.scalars(select(OutgoingMessage).where(OutgoingMessage.kind == "correction")))


def chat(newsroom: Newsroom) -> list[str]:
    return [entry.text for entry in newsroom.platform.chat(newsroom.reader()) if TOLD in (entry.text or "")]


def test_a_reader_who_wrote_lately_reads_it_in_the_chat(newsroom: Newsroom) -> None:
    notice, chief = released(newsroom)
    newsroom.clock.moment = at("12-06 10:00")
    newsroom.platform.send_text(newsroom.reader(), "你好")
    assert print_it(newsroom, notice, chief) == 1
    newsroom.run("deliver")
    assert chat(newsroom) == []  # within ten seconds it can still be called back
    newsroom.clock.advance(seconds=GRACE.total_seconds())
    newsroom.run("deliver")
    assert chat(newsroom) == [TOLD]
    newsroom.clock.advance(days=1)
    newsroom.run_all()
    newsroom.platform.send_text(newsroom.reader(), "你好")
    assert chat(newsroom) == [TOLD]


def test_a_reader_long_silent_reads_it_with_his_next_reply(newsroom: Newsroom) -> None:
    notice, chief = released(newsroom)
    newsroom.clock.moment = at("12-06 10:00")
    print_it(newsroom, notice, chief)
    newsroom.clock.advance(seconds=GRACE.total_seconds())
    newsroom.run("deliver")
    assert [one.state for one in told(newsroom)] == [OutgoingState.UNREACHABLE]
    newsroom.clock.advance(days=2)
    newsroom.platform.send_text(newsroom.reader(), "你好")
    newsroom.clock.advance(seconds=60)
    newsroom.run("deliver")
    assert len(chat(newsroom)) == 1


def test_what_is_called_back_within_ten_seconds_reaches_nobody(newsroom: Newsroom) -> None:
    notice, chief = released(newsroom)
    newsroom.clock.moment = at("12-06 10:00")
    newsroom.platform.send_text(newsroom.reader(), "你好")
    print_it(newsroom, notice, chief)
    with writing(newsroom.engine) as session:
        people.drop(session, told(newsroom)[0].id, actor=chief, now=newsroom.clock.now())
    newsroom.clock.advance(minutes=5)
    newsroom.run_all()
    newsroom.platform.send_text(newsroom.reader(), "你好")
    assert chat(newsroom) == []
