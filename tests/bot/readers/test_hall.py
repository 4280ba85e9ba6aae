"""不上光荣榜: a reader's own word, which counts for all his accounts, and back again."""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.dialogue import person_phrases
from bot.dialogue.commands import parse
from bot.personal import privacy
from bot.readers import hall, persons
from bot.understanding.values import Intent
from models.audit import AuditEntry
from models.enums import LinkedBy
from models.hall import HallAbsence
from tests.support.town import MORNING, Town
from tests.support.world import Chat


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def verbs(town: Town) -> list[str]:
    return list(town.session.scalars(select(AuditEntry.verb).where(
        AuditEntry.verb.in_((hall.LEFT, hall.CAME_BACK))).order_by(AuditEntry.id)))


def test_his_word_counts_once_and_is_written_down(town: Town) -> None:
    db, him = town.session.connection(), town.reader("甲")
    assert [hall.is_absent(db, him), hall.leave(db, him, actor=SCHEDULER, now=MORNING),
            hall.leave(db, him, actor=SCHEDULER, now=MORNING), hall.is_absent(db, him)] == [False, True, False, True]
    assert [hall.come_back(db, him, actor=SCHEDULER, now=MORNING), hall.come_back(db, him, actor=SCHEDULER, now=MORNING),
            hall.is_absent(db, him)] == [True, False, False]
    assert verbs(town) == [hall.LEFT, hall.CAME_BACK]


@pytest.mark.parametrize("how", [LinkedBy.CODE, LinkedBy.UNION])
def test_his_other_account_is_absent_too_and_may_take_it_back(town: Town, how: LinkedBy) -> None:
    db, one, other = town.session.connection(), town.reader("甲"), town.reader("乙")
    hall.leave(db, one, actor=SCHEDULER, now=MORNING)
    persons.join(db, one, other, how=how, now=MORNING)
    assert hall.is_absent(db, other)
    assert hall.leave(db, other, actor=SCHEDULER, now=MORNING) is False
    assert hall.come_back(db, other, actor=SCHEDULER, now=MORNING)
    assert (hall.is_absent(db, one), hall.is_absent(db, other)) == (False, False)


def test_whom_only_staff_have_linked_cannot_take_it_back(town: Town) -> None:
    one, other = town.reader("甲"), town.reader("乙")
    hall.leave(town.session.connection(), one, actor=SCHEDULER, now=MORNING)
    persons.link(town.session, one, other, "同一位读者打来电话", actor=by_staff(town.chief), now=MORNING)
    db = town.session.connection()
    assert (hall.is_absent(db, other), hall.come_back(db, other, actor=SCHEDULER, now=MORNING)) == (True, False)
    assert hall.is_absent(db, one)


def test_the_choice_outlives_leaving_the_account_and_goes_with_an_erasure(town: Town) -> None:
    db, him = town.session.connection(), town.reader("甲")
    hall.leave(db, him, actor=SCHEDULER, now=MORNING)
    privacy.erase(db, him, now=MORNING)
    assert db.scalars(select(HallAbsence.reader_id)).all() == []


SAID = (("不上光荣榜", person_phrases.UNLISTED), ("不要把我的名字登在光荣榜上", person_phrases.UNLISTED),
        ("退出光荣榜。", person_phrases.UNLISTED), ("上光荣榜", person_phrases.LISTED),
        ("我想重新上光荣榜", person_phrases.LISTED))


@pytest.mark.parametrize(("text", "reply"), SAID)
def test_it_can_be_said_in_the_chat(contest: int, engine: Engine, text: str, reply: str) -> None:
    with closing(Chat(engine)) as chat:
        assert chat.say("oA", text) == reply


@pytest.mark.parametrize("text", ["光荣榜", "光荣榜上有我吗", "3版《光荣榜》“光融榜”应为“光荣榜”", "光荣榜上的名字印错了"])
def test_other_words_of_the_hall_are_no_such_wish(text: str) -> None:
    reading = parse(text)
    assert reading is None or reading.intent not in (Intent.LISTED, Intent.UNLISTED)
