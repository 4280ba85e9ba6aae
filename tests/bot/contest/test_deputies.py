"""A deputy named beforehand releases in the chief's place, and does nothing else; whoever is no editor any more does not."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.audit import OPERATOR, by_staff
from bot.contest import deputies, rounds
from bot.errors import BadInput, NotAllowed, NotFound
from bot.members import staff as staff_verbs
from models.audit import AuditEntry
from models.contests import Contest, Round
from models.enums import Role, RoundState
from models.queries import deputies as queries
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import HEADLINE, NOW, House


@pytest.fixture
def house(engine: Engine) -> House:
    with writing(engine) as session:
        house = factories.build(session)
        factories.staff(session, "chief", Role.CHIEF)
        factories.staff(session, "other", Role.EDITOR)
        factories.accept(session, factories.report(session, HEADLINE), house)
        factories.picked(session, house)
    return house


def member(session: Session, login: str) -> int:
    return staff_verbs.by_login(session, login)


def name(engine: Engine, house: House, login: str = "other") -> bool:
    with writing(engine) as session:
        return deputies.name_deputy(session, house.contest_id, member(session, login),
                                    actor=by_staff(member(session, "chief")), now=NOW)


def release(engine: Engine, house: House, login: str) -> bool:
    with writing(engine) as session:
        return rounds.release_round(session, house.round_id, actor=by_staff(member(session, login)), now=NOW)


def entries(engine: Engine, verb: str) -> list[tuple[int | None, object]]:
    with reading(engine) as session:
        return [(row.staff_id, row.details) for row in session.scalars(
            select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id))]


def test_the_deputy_releases_and_the_trail_says_so(engine: Engine, house: House) -> None:
    assert name(engine, house)
    assert release(engine, house, "other")
    with reading(engine) as session:
        other = member(session, "other")
        round_ = session.get_one(Round, house.round_id)
        assert (round_.state, round_.released_by_id) == (RoundState.RELEASED, other)
    assert entries(engine, "release_round") == [(other, {"deputy": True})]


def test_a_chief_releases_in_his_own_right(engine: Engine, house: House) -> None:
    name(engine, house)
    assert release(engine, house, "chief")
    [(_, details)] = entries(engine, "release_round")
    assert not details


def test_an_editor_who_is_no_deputy_does_not_release(engine: Engine, house: House) -> None:
    name(engine, house)
    with pytest.raises(NotAllowed, match="主编"):
        release(engine, house, "factory")
    with reading(engine) as session:
        assert session.get_one(Round, house.round_id).state is RoundState.PICKED


def test_naming_another_one_and_ending_it_are_on_record(engine: Engine, house: House) -> None:
    assert name(engine, house, "factory")
    assert name(engine, house, "other")
    assert not name(engine, house, "other")
    with writing(engine) as session:
        chief = by_staff(member(session, "chief"))
        assert deputies.end_deputy(session, house.contest_id, actor=chief, now=NOW)
        assert not deputies.end_deputy(session, house.contest_id, actor=chief, now=NOW)
        factory, other = member(session, "factory"), member(session, "other")
    assert [details for _, details in entries(engine, "name_deputy")] == [
        {"staff": factory}, {"staff": other, "instead_of": factory}]
    assert [details for _, details in entries(engine, "end_deputy")] == [{"staff": other}]
    with pytest.raises(NotAllowed):
        release(engine, house, "other")


@pytest.mark.slow
@pytest.mark.parametrize("change", ["role", "gone"])
def test_whoever_is_no_active_editor_any_more_is_no_deputy(engine: Engine, house: House, change: str) -> None:
    name(engine, house)
    with writing(engine) as session:
        other = member(session, "other")
        if change == "role":
            staff_verbs.set_role(session, other, Role.PRIZES, expected=Role.EDITOR, actor=OPERATOR, now=NOW)
        else:
            staff_verbs.deactivate(session, other, actor=OPERATOR, now=NOW)
    with pytest.raises(NotAllowed):
        release(engine, house, "other")


@pytest.mark.slow
def test_only_an_active_editor_is_named(engine: Engine, house: House) -> None:
    with writing(engine) as session:
        gone = factories.staff(session, "gone", Role.EDITOR)
        staff_verbs.deactivate(session, gone, actor=OPERATOR, now=NOW)
        prizes = factories.staff(session, "prizes", Role.PRIZES)
        for one in (gone, prizes, member(session, "chief"), 999_999):
            with pytest.raises(BadInput):
                deputies.name_deputy(session, house.contest_id, one, actor=OPERATOR, now=NOW)
        with pytest.raises(NotFound):
            deputies.name_deputy(session, 999_999, member(session, "other"), actor=OPERATOR, now=NOW)
        assert session.get_one(Contest, house.contest_id).deputy_id is None
        assert [one.name for one in queries.candidates(session)] == ["编辑factory", "编辑other"]


@pytest.mark.slow
def test_where_nobody_is_chief_an_editor_releases_as_before(engine: Engine, house: House) -> None:
    with writing(engine) as session:
        staff_verbs.deactivate(session, member(session, "chief"), actor=OPERATOR, now=NOW)
    assert release(engine, house, "factory")
