"""What a chief switches on from three editors on, and from which round it holds."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.contest import switches
from bot.contest.rules import from_json
from bot.contest.switches import Switch
from bot.errors import NotAllowed, NotFound
from models.audit import AuditEntry
from models.contests import Contest, Round, RuleSet
from tests.support import factories, learning
from tests.support.factories import NOW, House


@pytest.fixture
def house(session: Session) -> House:
    found = factories.build(session)
    learning.more_editors(session)
    return found


def turn(session: Session, house: House, switch: Switch, *, on: bool = True) -> bool:
    return switches.turn(session, house.contest_id, switch, on=on, actor=by_staff(house.editor_id), now=NOW)


@pytest.mark.parametrize(("switch", "column"), [
    (Switch.AGREEMENT, "shows_agreement"), (Switch.CALIBRATION, "calibrates"),
])
def test_switch_is_kept_and_written_down_once(session: Session, house: House, switch: Switch, column: str) -> None:
    assert [turn(session, house, switch), turn(session, house, switch)] == [True, False]
    assert getattr(session.get_one(Contest, house.contest_id), column)
    assert turn(session, house, switch, on=False)
    entries = session.execute(select(AuditEntry.verb, AuditEntry.after).where(AuditEntry.verb.like("switch_o%"))).all()
    assert [tuple(entry) for entry in entries] == [("switch_on", switch), ("switch_off", switch)]


def test_comparing_finalists_holds_from_the_next_paper_on(session: Session, house: House) -> None:
    assert turn(session, house, Switch.PAIRS)
    session.expire_all()
    rules = {row.month: from_json(session.get_one(RuleSet, row.rule_set_id).rules).compares_pairs
             for row in session.scalars(select(Round))}
    assert rules == {"2026-11": False, "2026-12": True, "2027-01": True}
    assert switches.pairs_from(session, house.contest_id) == "2026-12"
    assert not turn(session, house, Switch.PAIRS)
    assert turn(session, house, Switch.PAIRS, on=False)
    assert switches.pairs_from(session, house.contest_id) is None


def test_two_editors_are_too_few(session: Session) -> None:
    house = factories.build(session)
    learning.more_editors(session, 1)
    for switch in Switch:
        with pytest.raises(NotAllowed):
            turn(session, house, switch)


def test_unknown_contest_is_not_found(session: Session, house: House) -> None:
    with pytest.raises(NotFound):
        switches.turn(session, 999, Switch.PAIRS, on=True, actor=by_staff(house.editor_id), now=NOW)
