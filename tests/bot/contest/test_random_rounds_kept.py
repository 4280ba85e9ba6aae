"""Random months through the database: filed, amended, withdrawn, closed, graded, appealed, picked; as the rules give it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy.orm import Session

from bot.contest.record.checking import verify
from bot.recording import records
from tests.support.played_rounds import Month, Picked, Play, founded, months
from tests.support.town import Town

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.fixture
def town(session: Session) -> Iterator[Town]:
    """Founded once; every month played in it is rolled back."""
    yield founded(session)
    session.rollback()


def graded(play: Play, *, jumping: bool) -> Picked:
    """Graded and picked, and all of it forgotten again but what came out; the record kept says the same."""
    session = play.town.session
    session.flush()
    again = session.begin_nested()
    found = play.grade_and_pick(jumping=jumping)
    checked = verify(records.body(records.versions(session, play.town.round().id)[-1]))
    assert (checked.differences, checked.notes) == ((), ())
    again.rollback()
    return found


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes
          suppress_health_check=list(HealthCheck))
@given(months())
def test_random_months_have_the_winners_that_the_rules_give_in_whatever_order_they_are_graded(
    town: Town, month: Month
) -> None:
    play = Play(town, month)
    try:
        play.letters()
        one, other = graded(play, jumping=False), graded(play, jumping=True)
        assert one == play.wanted(resting="甲")
        assert other == one
    finally:
        town.session.rollback()
