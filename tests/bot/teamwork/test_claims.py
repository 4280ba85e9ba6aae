"""The claim of five minutes: taken, prolonged, taken over with a log entry, never more than a word to others."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotAllowed, NotFound
from bot.teamwork import claims
from models.queries import working
from models.reports import Report
from tests.support import factories
from tests.support.factories import NOW
from tests.support.team import Team, log, make_team

LATER = NOW + timedelta(minutes=3)
ENDED = NOW + timedelta(minutes=5)


@pytest.fixture
def team(session: Session) -> Team:
    return make_team(session)


def holder(session: Session, team: Team, now: datetime) -> tuple[str, datetime] | None:
    session.flush()
    on = working.on_reports(session, [team.number], now=now).get(team.number)
    return (on.claim.name, on.claim.at) if on and on.claim else None


def test_a_claim_lasts_five_minutes_and_is_prolonged_by_its_holder(session: Session, team: Team) -> None:
    claims.claim(session, team.number, actor=team.first, now=NOW)
    assert holder(session, team, NOW) == ("编辑甲", ENDED)
    claims.claim(session, team.number, actor=team.first, now=LATER)
    assert holder(session, team, ENDED) == ("编辑甲", LATER + claims.LENGTH)
    assert holder(session, team, LATER + claims.LENGTH) is None


def test_what_somebody_grades_is_not_claimed_but_may_be_taken_over(session: Session, team: Team) -> None:
    claims.claim(session, team.number, actor=team.first, now=NOW)
    assert not claims.take(session, team.number, actor=team.second, now=LATER)
    with pytest.raises(NotAllowed, match="接过来评"):
        claims.claim(session, team.number, actor=team.second, now=LATER)
    assert claims.steal(session, team.number, actor=team.second, now=LATER) == team.one
    assert holder(session, team, LATER) == ("编辑乙", LATER + claims.LENGTH)
    assert log(session, "steal_claim") == [("steal_claim", team.other, team.number, {"holder": team.one})]


def test_taking_over_what_is_free_is_a_claim_without_a_log_entry(session: Session, team: Team) -> None:
    claims.claim(session, team.number, actor=team.first, now=NOW)
    assert claims.steal(session, team.number, actor=team.second, now=ENDED) is None
    assert (holder(session, team, ENDED), log(session, "steal_claim")) == (("编辑乙", ENDED + claims.LENGTH), [])


def test_a_claim_that_ended_is_free(session: Session, team: Team) -> None:
    claims.claim(session, team.number, actor=team.first, now=NOW)
    claims.claim(session, team.number, actor=team.second, now=ENDED)
    assert holder(session, team, ENDED) == ("编辑乙", ENDED + claims.LENGTH)


def test_only_one_s_own_claim_is_let_go(session: Session, team: Team) -> None:
    claims.claim(session, team.number, actor=team.first, now=NOW)
    claims.let_go(session, team.number, actor=team.second)
    assert holder(session, team, NOW) == ("编辑甲", ENDED)
    claims.let_go(session, team.number, actor=team.first)
    assert holder(session, team, NOW) is None


def test_what_is_decided_needs_nobody(session: Session, team: Team) -> None:
    factories.accept(session, team.number, team.house)
    with pytest.raises(NotAllowed, match=f"编号 {team.number} 现在不用评"):
        claims.claim(session, team.number, actor=team.second, now=NOW)
    with pytest.raises(NotFound):
        claims.claim(session, 9, actor=team.second, now=NOW)


def test_lists_tell_what_others_hold(session: Session, team: Team) -> None:
    claims.claim(session, team.number, actor=team.first, now=NOW)

    def held(staff_id: int, now: datetime) -> list[int]:
        return list(session.scalars(select(Report.id).where(working.held_by_others(staff_id, now))))

    assert (held(team.other, NOW), held(team.one, NOW), held(team.other, ENDED)) == ([team.number], [], [])
