"""Three numbers of the running month on the first page: what they count, of how many, and nothing where there is nothing."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from bot.clock import FrozenClock
from models.contests import Contest
from models.enums import MessageFate
from models.messages import Message
from models.queries import promptness as queries
from models.queries.promptness import Promptness
from models.reports import Report
from models.satisfaction import Satisfaction
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, NOW, VOLUNTEERS, House
from web.console.queue.promptness import sentences

DAYS = 5


def numbers(engine: Engine, now: Any) -> Promptness | None:
    with reading(engine) as session:
        found = queries.running(session, days=DAYS, now=now)
    return found[0] if found else None


def filed(engine: Engine, house: House, *texts: str, accepted_after: timedelta | None = None) -> list[int]:
    with writing(engine) as session:
        made = [factories.report(session, text) for text in texts]
        session.execute(update(Message).values(account=session.query(Contest).one().account, reply="收到，谢谢！"))
        for number in made if accepted_after is not None else ():
            factories.accept(session, number, house, now=NOW + accepted_after)  # type: ignore[operator]
    return made


def test_nothing_is_shown_before_there_is_anything(engine: Engine, house: House, editor: FlaskClient) -> None:
    assert "data-promptness" not in editor.get("/queue").text
    assert numbers(engine, NOW) is None


def test_letters_reports_and_ratings_are_counted_with_what_they_are_shares_of(engine: Engine, house: House) -> None:
    made = filed(engine, house, HEADLINE, VOLUNTEERS, accepted_after=timedelta(days=4))
    late = filed(engine, house, DISCOUNT, accepted_after=timedelta(days=6))
    with writing(engine) as session:
        for number, satisfied in ((made[0], True), (made[1], False), (late[0], True)):
            session.add(Satisfaction(report_id=number, satisfied=satisfied, said_at=NOW))
    found = numbers(engine, NOW + timedelta(days=7))
    assert found is not None
    assert (found.letters, found.at_once, found.due, found.in_time, found.said, found.satisfied) == (3, 3, 3, 2, 3, 2)
    assert sentences(found, days=DAYS) == [
        "来信 3 封，当场答复 3（100%）", "到期的纠错 3 条，5 天内评定 2（66%）", "3 条说了满不满意，满意 2（66%）"]


def test_what_waits_counts_only_once_its_days_are_over(engine: Engine, house: House) -> None:
    filed(engine, house, HEADLINE)
    early, late = numbers(engine, NOW + timedelta(days=5)), numbers(engine, NOW + timedelta(days=5, minutes=1))
    assert early is not None
    assert late is not None
    assert ((early.due, early.in_time), (late.due, late.in_time)) == ((0, 0), (1, 0))


def test_late_deliveries_are_no_answers_at_once_and_silence_to_the_muted_is_none_of_ours(engine: Engine, house: House) -> None:
    filed(engine, house, HEADLINE)
    with writing(engine) as session:
        reader = session.query(Report).first().reader_id
        for minute, (fate, reply, stale) in enumerate(((MessageFate.READ, "收到", True), (MessageFate.DESK, None, False),
                                   (MessageFate.UNREAD, None, False),
                                                       (MessageFate.READ, "收到", False))):
            letter = factories.message(session, reader, "话", at=NOW + timedelta(minutes=minute + 1))
            session.execute(update(Message).where(Message.id == letter).values(fate=fate, reply=reply, stale=stale))
    filed(engine, house, VOLUNTEERS)
    with writing(engine) as session:  # the helper answers every letter there is
        letters = [one.id for one in session.query(Message).order_by(Message.id)]
        session.execute(update(Message).where(Message.id.in_(letters[2:4])).values(reply=None))
    found = numbers(engine, NOW)
    assert found is not None
    assert (found.letters, found.at_once) == (5, 3)


def test_first_page_says_it_in_one_line_and_asks_the_database_once_more(
    engine: Engine, house: House, editor: FlaskClient, count_queries: Any, clock: FrozenClock
) -> None:
    filed(engine, house, HEADLINE, accepted_after=timedelta(hours=1))
    clock.moment = NOW + timedelta(hours=2)
    editor.get("/queue")
    asked: AbstractContextManager[list[str]] = count_queries()
    with asked as sent:
        page = editor.get("/queue").text
    line = re.search(r"data-promptness>([^<]*)<", page)
    assert line is not None
    assert "来信 1 封，当场答复 1（100%）；到期的纠错 1 条，5 天内评定 1（100%）。" in line[1]
    assert "满意" not in line[1]
    assert page.index("data-promptness") < page.index("view-tabs")  # whoever opens the page sees it
    assert sum(not one.startswith("BEGIN") for one in sent) <= 12


@pytest.mark.parametrize(("part", "whole", "words"), [(199, 200, "99%"), (200, 200, "100%"), (0, 3, "0%")])
def test_only_all_is_a_hundred_per_cent(part: int, whole: int, words: str) -> None:
    it = Promptness("活动", "2026-11", whole, part, 0, 0, 0, 0)
    assert sentences(it, days=5) == [f"来信 {whole} 封，当场答复 {part}（{words}）"]
