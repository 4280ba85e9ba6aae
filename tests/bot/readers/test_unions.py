"""Readers that the platform knows as one are linked by the digest of their unionid, by a job, never in the webhook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.outbox import rights
from bot.outbox.channels import Account
from bot.personal import privacy
from bot.readers import persons, unions
from bot.wechat.client import Answer
from bot.wechat.profiles import Call
from models.enums import LinkedBy, RightState, Role
from models.links import ReaderLink, ReaderTie
from models.readers import Person, Reader
from models.session import reading, writing
from models.staff import Staff
from tests.support.outbox import START, FakeSender

SECRET = "only-for-tests-only-for-tests-only"


class FakeCaller:
    """Knows unionids by openid; `refuse` is the answer to everything."""

    def __init__(self, known: dict[str, str | None]) -> None:
        self.known, self.refuse, self.asked = known, None, []  # type: tuple[dict[str, str | None], Answer | None, list[str]]

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None,
             body: Mapping[str, Any] | None = None) -> Answer:
        assert (method, path) == ("GET", "cgi-bin/user/info")
        openid = (query or {})["openid"]
        self.asked.append(openid)
        if self.refuse is not None:
            return self.refuse
        union = self.known.get(openid)
        return Answer(0, "", content={"subscribe": 1, "openid": openid} | ({"unionid": union} if union else {}))


@dataclass
class Town:
    engine: Engine
    accounts: tuple[str, ...] = ("main", "service")
    verified: bool = True
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(START))
    callers: dict[str, FakeCaller] = field(default_factory=dict)

    def reader(self, number: int, account: str, union: str | None) -> None:
        with writing(self.engine) as session:
            session.add(Person(id=number, created_at=START))
            session.flush()
            session.add(Reader(id=number, account=account, openid=f"o{number}", person_id=number, first_seen_at=START,
                               last_message_at=START))
        self.callers.setdefault(account, FakeCaller({})).known[f"o{number}"] = union

    def run(self, **later: float) -> dict[str, int]:
        self.clock.advance(**later)
        known = {name: Account(name, name, "subscription", self.verified, FakeSender()) for name in self.accounts}
        return unions.run(self.engine, known, self.callers, secret=SECRET, clock_now=self.clock.now,
                          now=self.clock.now())

    def persons(self) -> list[int]:
        with reading(self.engine) as session:
            return list(session.scalars(select(Reader.person_id).order_by(Reader.id)))

    def asked(self) -> list[str]:
        return [openid for caller in self.callers.values() for openid in caller.asked]


@pytest.fixture
def town(engine: Engine) -> Town:
    town = Town(engine)
    town.reader(1, "main", "u-qiu")
    town.reader(2, "service", "u-qiu")
    town.reader(3, "service", "u-lao")
    return town


def test_one_unionid_on_two_accounts_is_one_person(town: Town) -> None:
    assert town.run() == {"asked": 3, "linked": 1}
    assert town.persons() == [1, 1, 3]
    with reading(town.engine) as session:
        assert session.scalars(select(ReaderLink.how)).all() == [LinkedBy.UNION]


def test_everybody_is_asked_for_once(town: Town) -> None:
    town.run()
    assert town.run(days=40) == {}
    assert sorted(town.asked()) == ["o1", "o2", "o3"]


def test_unionid_itself_is_nowhere(town: Town) -> None:
    town.run()
    with reading(town.engine) as session:
        digests = session.scalars(select(ReaderTie.union_digest).order_by(ReaderTie.reader_id)).all()
    assert digests[0] == digests[1] == privacy.digest(SECRET, "unionid", "u-qiu")
    assert digests[2] == privacy.digest(SECRET, "unionid", "u-lao")


@pytest.mark.parametrize(("accounts", "verified"), [(("main",), True), (("main", "service"), False)])
def test_nobody_is_asked_for_where_it_leads_nowhere(town: Town, accounts: tuple[str, ...], verified: bool) -> None:
    town.accounts, town.verified = accounts, verified
    assert town.run() == {}
    assert town.asked() == []


def test_right_that_is_refused_in_life_is_learnt(town: Town) -> None:
    town.callers["service"].refuse = Answer(48001, "api unauthorized")
    assert town.run() == {"asked": 2, "linked": 0}
    with reading(town.engine) as session:
        assert rights.of(session.connection(), "service")[Call.USERS].state is RightState.REFUSED
    assert town.run() == {}


@pytest.mark.parametrize("answer", [Answer(None, "ReadTimeout"), Answer(-1, "system error"), Answer(45009, "quota")])
def test_no_answer_is_asked_for_again_later(town: Town, answer: Answer) -> None:
    for caller in town.callers.values():
        caller.refuse = answer
    assert town.run() == {"asked": 2, "linked": 0}
    assert town.run() == {}
    for caller in town.callers.values():
        caller.refuse = None
    assert town.run(days=1, hours=1) == {"asked": 3, "linked": 1}


def test_link_that_staff_undid_is_not_made_again(town: Town) -> None:
    town.run()
    with writing(town.engine) as session:
        session.add(Staff(id=1, login="z", display_name="主编", password_hash="x", role=Role.CHIEF, created_at=START))
        session.flush()
        link_id = session.scalars(select(ReaderLink.id)).one()
        persons.unlink(session, link_id, "两个人共用一部手机", actor=by_staff(1), now=START)
        session.execute(update(ReaderTie).values(union_asked_at=None))
    assert town.run() == {"asked": 3, "linked": 0}
    assert town.persons() == [1, 2, 3]


def test_who_had_none_is_asked_for_again_when_he_writes_after_a_month(town: Town) -> None:
    town.reader(4, "main", None)
    town.run()
    town.callers["main"].known["o4"] = "u-lao"
    assert town.run(days=31) == {}
    with writing(town.engine) as session:
        session.execute(update(Reader).where(Reader.id == 4).values(last_message_at=START + timedelta(days=31)))
    assert town.run() == {"asked": 1, "linked": 1}


def test_who_has_gone_is_not_asked_for(town: Town) -> None:
    with writing(town.engine) as session:
        privacy.erase(session.connection(), 1, now=START)
    assert town.run() == {"asked": 2, "linked": 0}


@pytest.mark.parametrize("content", [{}, {"unionid": 7}, {"unionid": ""}, {"unionid": "u" * 200}])
def test_strange_answer_gives_no_unionid(town: Town, content: dict[str, Any]) -> None:
    for caller in town.callers.values():
        caller.refuse = Answer(0, "", content={"subscribe": 0} | content)
    assert town.run() == {"asked": 3, "linked": 0}
    assert town.persons() == [1, 2, 3]
