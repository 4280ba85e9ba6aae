"""Who found an erratum and in which order, read one by one and counted by the database; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from bot.filing import finders
from bot.personal import privacy
from models.enums import Bar
from models.readers import Person
from models.reports import Erratum, Report
from models.session import writing
from tests.support.rows import NOW, report_rows
from tests.support.town import Town, at


@pytest.fixture(params=[finders.FEW, 1], ids=["read", "counted"])
def town(begun: tuple[str, Town], session: Session, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(finders, "FEW", request.param)
    return begun[1].again(session)


def minute(text: str) -> str:
    return f"2023-05-20 {text}"


def test_the_finders_of_an_erratum_are_read_by_it_before_postgresql_has_statistics(engine: Engine) -> None:
    """On its first evening a database has none, and what is kept of a plan lasts as long as its connection."""
    if engine.dialect.name != "postgresql":
        pytest.skip("for SQLite every read of a message's is asked for its index in test_message_cost")
    with writing(engine) as session:
        session.add_all(report_rows(100))
        session.add_all(Erratum(id=n, contest_id=1, wrong="优慧", right="优惠", created_at=NOW) for n in range(2, 102))
        session.flush()
        session.execute(update(Report).values(erratum_id=Report.ordinal))
    with engine.connect() as db, db.connection.cursor() as cursor:
        asked = finders._FINDERS._for(engine.dialect, {})
        cursor.execute(f"EXPLAIN {asked.text}", asked.bound({"erratum_id": 1, "most": 12}))
        plan = "\n".join(line for line, in cursor.fetchall())

    assert "Scan using ix_report_erratum_id on report" in plan or "Bitmap Index Scan on ix_report_erratum_id" in plan, plan


def test_withdrawal_moves_the_others_up(town: Town) -> None:
    numbers = [town.file(name, town.said(), at(minute(f"08:0{n}"))).report_id for n, name in enumerate("甲乙丙")]
    assert town.ranks(numbers[1], "甲乙丙") == [1, 2, 3]
    town.withdraw(numbers[0])
    assert town.ranks(numbers[1], "甲乙丙") == [0, 1, 2]


def test_barred_and_late_finders_stand_in_nobodys_way(town: Town) -> None:
    numbers = [town.file(name, town.said(), at(minute(f"08:0{n}"))).report_id for n, name in enumerate("甲乙")]
    late = town.file("丙", town.said(), at("2023-06-02 00:00"))
    town.session.execute(update(Person).where(Person.id == town.person("甲")).values(bar=Bar.STAFF, bar_reason="职工"))
    assert late.late
    assert town.ranks(numbers[1], "甲乙丙") == [0, 1, 0]


def test_erased_readers_report_keeps_its_place(town: Town) -> None:
    first = town.file("甲", town.said(), at(minute("08:00")))
    town.file("乙", town.said(), at(minute("08:01")))
    privacy.erase(town.session.connection(), town.readers["甲"], now=at(minute("09:00")))
    assert town.ranks(first.report_id, "甲乙") == [1, 2]


def test_earlier_time_goes_before_earlier_receipt(town: Town) -> None:
    late_sent = town.file("甲", town.said(), at(minute("08:05")))
    town.file("乙", town.said(), at(minute("08:00")))
    assert town.ranks(late_sent.report_id, "甲乙") == [2, 1]


def test_who_reported_twice_is_one_finder(town: Town) -> None:
    numbers = [town.file(name, town.said(), at(minute(f"08:0{n}"))).report_id for n, name in enumerate("甲乙甲甲丙")]
    assert town.ranks(numbers[1], "甲乙丙丁") == [1, 2, 3, 0]


def test_the_last_of_many_is_told_his_place(town: Town) -> None:
    names = [f"读者{n}" for n in range(finders.FEW + 6)]
    numbers = [town.file(name, town.said(), at(minute(f"08:{n:02}"))).report_id for n, name in enumerate(names)]
    assert town.ranks(numbers[0], names) == list(range(1, len(names) + 1))
    town.withdraw(numbers[3])
    assert town.ranks(numbers[0], names[-1:]) == [len(names) - 1]
