"""Signs of life of an open page: what a beat writes, who counts as being there, what is swept away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot import jobs
from bot.settings import Settings
from bot.teamwork import claims, drafts, presence
from bot.teamwork.presence import Due
from models.queries import working
from models.session import writing
from models.work_enums import Doing, DraftOf
from models.working import Claim, Presence
from tests.support.factories import NOW
from tests.support.team import Team, make_team
from tests.support.work import work_of


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def ahead(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


VIEWING, IDLE, EDITING = Doing.VIEWING, Doing.IDLE, Doing.EDITING


@pytest.mark.parametrize(
    ("own", "held_until", "doing", "wants", "opening", "due"),
    [
        pytest.param(None, None, VIEWING, True, True, Due(True, True), id="opening writes both"),
        pytest.param(None, None, VIEWING, False, True, Due(True, False), id="opening what somebody else grades"),
        pytest.param((VIEWING, ago(9)), ahead(290), VIEWING, True, False, Due(False, False), id="just written"),
        pytest.param((VIEWING, ago(10)), ahead(290), VIEWING, True, False, Due(True, False), id="ten seconds on"),
        pytest.param((VIEWING, ago(3)), ahead(290), EDITING, True, False, Due(True, False), id="began to type"),
        pytest.param((VIEWING, ago(15)), ahead(200), VIEWING, True, False, Due(False, True), id="one thing a beat"),
        pytest.param((VIEWING, ago(30)), ahead(200), VIEWING, True, False, Due(True, False), id="the sign before it fades"),
        pytest.param((VIEWING, ago(3)), ahead(200), VIEWING, True, False, Due(False, True), id="claim grows short"),
        pytest.param((IDLE, ago(15)), ahead(200), IDLE, True, False, Due(True, False), id="an idle page holds nothing"),
        pytest.param((VIEWING, ago(3)), None, VIEWING, True, False, Due(False, True), id="came back, and it is free"),
        pytest.param((VIEWING, ago(3)), None, VIEWING, False, False, Due(False, False), id="wants nothing"),
    ],
)
def test_a_beat_writes_what_is_due(own: tuple[Doing, datetime] | None, held_until: datetime | None, doing: Doing,
                                   wants: bool, opening: bool, due: Due) -> None:
    assert presence.due(own, held_until, doing=doing, wants=wants, opening=opening, now=NOW) == due


@pytest.fixture
def team(session: Session) -> Team:
    return make_team(session)


def here(session: Session, team: Team, now: datetime) -> list[tuple[str, Doing]]:
    session.expire_all()
    on = working.on_reports(session, [team.number], now=now).get(team.number)
    return [(one.name, one.doing) for one in on.people] if on else []


def test_who_has_the_page_open_is_told_until_three_beats_are_missing(session: Session, team: Team) -> None:
    presence.mark(session, team.number, VIEWING, actor=team.first, now=NOW)
    presence.mark(session, team.number, EDITING, actor=team.second, now=NOW)
    assert here(session, team, NOW) == [("编辑甲", VIEWING), ("编辑乙", EDITING)]
    assert here(session, team, ahead(44)) == [("编辑甲", VIEWING), ("编辑乙", EDITING)]
    assert here(session, team, ahead(45)) == []


def test_the_same_sign_is_not_written_again_within_ten_seconds(session: Session, team: Team) -> None:
    presence.mark(session, team.number, VIEWING, actor=team.first, now=NOW)
    presence.mark(session, team.number, VIEWING, actor=team.first, now=ahead(9))
    assert session.scalars(select(Presence.seen_at)).all() == [NOW]
    presence.mark(session, team.number, EDITING, actor=team.first, now=ahead(9))
    assert session.execute(select(Presence.doing, Presence.seen_at)).all() == [(EDITING, ahead(9))]


def test_who_leaves_is_gone_and_lets_go_of_what_he_did_not_begin(session: Session, team: Team) -> None:
    presence.mark(session, team.number, VIEWING, actor=team.first, now=NOW)
    claims.claim(session, team.number, actor=team.first, now=NOW)
    presence.leave(session, team.number, actor=team.first, keep_claim=True)
    on = working.on_reports(session, [team.number], now=NOW)[team.number]
    assert (on.people, on.claim is not None) == ((), True)
    presence.leave(session, team.number, actor=team.first, keep_claim=False)
    assert working.on_reports(session, [team.number], now=NOW) == {}


def test_old_signs_and_claims_are_swept_away(session: Session, team: Team) -> None:
    presence.mark(session, team.number, VIEWING, actor=team.first, now=NOW)
    claims.claim(session, team.number, actor=team.first, now=NOW)
    for passed, left in ((3000, (1, 1)), (8000, (0, 0))):
        presence.sweep(session, now=ahead(passed))
        signs = select(func.count()).select_from(Presence).scalar_subquery()
        held = select(func.count()).select_from(Claim).scalar_subquery()
        assert session.execute(select(signs, held)).one() == left


def test_nobody_is_asked_for_without_numbers(session: Session) -> None:
    assert working.on_reports(session, [], now=NOW) == {}


def test_the_job_forgets_what_is_old_and_tells_of_drafts_alone(engine: Engine, settings: Settings) -> None:
    with writing(engine) as session:
        team = make_team(session)
        presence.mark(session, team.number, VIEWING, actor=team.first, now=NOW)
        drafts.keep(session, DraftOf.GRADE, team.number, {"reason": "字"}, version=1, actor=team.first, now=NOW)
    assert jobs.run("forget_presence", work_of(engine, settings, NOW + timedelta(days=2))) == {}
    with writing(engine) as session:
        assert session.scalar(select(func.count()).select_from(Presence)) == 0
    assert jobs.run("forget_presence", work_of(engine, settings, NOW + timedelta(days=31))) == {"drafts": 1}
