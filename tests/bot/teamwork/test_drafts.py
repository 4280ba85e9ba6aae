"""What was entered and not saved: kept for each person and form, gone when saved, bounded, forgotten after a month."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import BadInput
from bot.teamwork import assignments, claims, drafts
from models.queries import working
from models.work_enums import DraftOf
from models.working import Claim, Draft, Snooze
from tests.support.factories import NOW
from tests.support.team import Team, make_team


@pytest.fixture
def team(session: Session) -> Team:
    return make_team(session)


def kept(session: Session, team: Team, staff_id: int) -> list[tuple[DraftOf, dict[str, str], int]]:
    session.flush()
    found = working.at_report(session, team.number, staff_id, now=NOW, team=True).drafts
    return [(one.form, drafts.read_fields(one.fields), one.version) for one in found]


def test_a_draft_is_kept_for_its_person_and_form(session: Session, team: Team) -> None:
    drafts.keep(session, DraftOf.GRADE, team.number, {"verdict": "accepted", "reason": "好"}, version=1,
                actor=team.first, now=NOW)
    drafts.keep(session, DraftOf.GRADE, team.number, {"verdict": "both_forms"}, version=1, actor=team.second, now=NOW)
    drafts.keep(session, DraftOf.NOTE, team.number, {"text": "问问\n校对"}, version=1, actor=team.first, now=NOW)
    assert sorted(kept(session, team, team.one)) == [
        (DraftOf.GRADE, {"verdict": "accepted", "reason": "好"}, 1), (DraftOf.NOTE, {"text": "问问\n校对"}, 1)]
    assert kept(session, team, team.other) == [(DraftOf.GRADE, {"verdict": "both_forms"}, 1)]


def test_a_later_draft_takes_the_place_of_the_earlier(session: Session, team: Team) -> None:
    for version, reason in ((1, "一"), (2, "二")):
        drafts.keep(session, DraftOf.GRADE, team.number, {"reason": reason}, version=version, actor=team.first, now=NOW)
    assert kept(session, team, team.one) == [(DraftOf.GRADE, {"reason": "二"}, 2)]


def test_tokens_and_empty_fields_are_not_kept(session: Session, team: Team) -> None:
    fields = {"csrf_token": "t", "expected_version": "1", "version": "1", "reason": "字", "original": "", "坏 名": "x"}
    drafts.keep(session, DraftOf.GRADE, team.number, fields, version=1, actor=team.first, now=NOW)
    assert kept(session, team, team.one) == [(DraftOf.GRADE, {"reason": "字"}, 1)]
    assert not drafts.keep(session, DraftOf.GRADE, team.number, {"reason": ""}, version=1, actor=team.first, now=NOW)
    assert kept(session, team, team.one) == []


def test_too_much_is_refused_with_a_sentence(session: Session, team: Team) -> None:
    for fields in ({"reason": "字" * drafts.LONGEST}, {f"f{number}": "字" for number in range(drafts.MOST_FIELDS + 1)}):
        with pytest.raises(BadInput, match="太长"):
            drafts.keep(session, DraftOf.GRADE, team.number, fields, version=1, actor=team.first, now=NOW)


def test_a_save_ends_the_draft_the_claim_and_the_rest(session: Session, team: Team) -> None:
    drafts.keep(session, DraftOf.GRADE, team.number, {"reason": "字"}, version=1, actor=team.first, now=NOW)
    drafts.keep(session, DraftOf.NOTE, team.number, {"text": "字"}, version=1, actor=team.first, now=NOW)
    claims.claim(session, team.number, actor=team.second, now=NOW)
    assignments.snooze(session, team.number, NOW + timedelta(days=1), actor=team.first, now=NOW)
    drafts.finish(session, DraftOf.GRADE, team.number, actor=team.first)
    assert kept(session, team, team.one) == [(DraftOf.NOTE, {"text": "字"}, 1)]
    assert (session.scalars(select(Claim)).all(), session.scalars(select(Snooze)).all()) == ([], [])


def test_a_saved_note_leaves_the_claim(session: Session, team: Team) -> None:
    claims.claim(session, team.number, actor=team.first, now=NOW)
    drafts.finish(session, DraftOf.NOTE, team.number, actor=team.first)
    assert session.scalars(select(Claim.staff_id)).all() == [team.one]


def test_drafts_that_nobody_came_back_to_are_forgotten(session: Session, team: Team) -> None:
    drafts.keep(session, DraftOf.GRADE, team.number, {"reason": "旧"}, version=1, actor=team.first, now=NOW)
    drafts.keep(session, DraftOf.GRADE, team.number, {"reason": "新"}, version=1, actor=team.second,
                now=NOW + timedelta(days=20))
    assert drafts.forget(session, now=NOW + timedelta(days=31)) == 1
    assert session.scalars(select(Draft.staff_id)).all() == [team.other]


@given(some.text())
def test_a_stored_draft_that_cannot_be_read_is_none(stored: str) -> None:
    assert all(isinstance(text, str) for text in drafts.read_fields(stored).values())
