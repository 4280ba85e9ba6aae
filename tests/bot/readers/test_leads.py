"""Leads as they are kept: found in a round, closed by a person, never raised twice; no score changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.contest import rounds
from bot.errors import BadInput, NotAllowed, NotFound
from bot.house import page_makers
from bot.readers import leads, persons
from models.audit import AuditEntry
from models.enums import Bar, NameState
from models.leads import Lead, LeadReader
from models.messages import Message
from models.papers import Issue
from models.queries import leads as queries
from models.readers import Reader
from models.work_enums import LeadKind, LeadOutcome
from tests.support.town import EARLY, MORNING, Town

LATER = MORNING + timedelta(days=2)


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def together(town: Town, *names: str, errata: int = 4) -> None:
    for number in range(1, errata + 1):
        for place, name in enumerate(names):
            town.file(name, town.said(number), MORNING + timedelta(hours=number, minutes=place))


def seek(town: Town) -> int:
    return leads.seek(town.session, town.round().id, now=LATER)


def found(town: Town) -> list[Lead]:
    return list(town.session.scalars(select(Lead).order_by(Lead.id)))


def close(town: Town, reason: str = "母女两个一起看报") -> None:
    (lead,) = found(town)
    leads.close(town.session, lead.id, LeadOutcome.NOTHING, reason, actor=by_staff(town.chief), now=LATER)


def test_a_lead_names_its_readers_and_reports(town: Town) -> None:
    together(town, "赵", "钱")
    assert seek(town) == 1
    (lead,) = found(town)
    about = set(town.session.scalars(select(LeadReader.reader_id).where(LeadReader.lead_id == lead.id)))
    assert (lead.kind, lead.count, about) == (LeadKind.TOGETHER, 4, {town.readers["赵"], town.readers["钱"]})
    assert set(lead.numbers) == {one.id for one in town.reports()}


def test_a_lead_follows_what_the_round_holds(town: Town) -> None:
    together(town, "赵", "钱")
    seek(town)
    first = found(town)[0].id
    together(town, "赵", "钱", errata=6)  # the first four are sent again and repeat themselves
    seek(town)
    assert [(one.id, one.count) for one in found(town)] == [(first, 6)]
    for report in town.reports()[:10]:
        town.withdraw(report.id, LATER)
    assert (seek(town), found(town), town.session.scalars(select(LeadReader)).all()) == (0, [], [])


@pytest.mark.parametrize("barred", [True, False])
def test_whoever_wins_nothing_anyway_is_no_lead(town: Town, barred: bool) -> None:
    together(town, "赵", "钱")
    if barred:
        persons.bar(town.session, town.readers["钱"], Bar.BLOCKED, "多次冒名", actor=by_staff(town.chief), now=LATER)
    else:
        persons.link(town.session, town.readers["赵"], town.readers["钱"], "同一个人", actor=by_staff(town.chief), now=LATER)
    assert seek(town) == 0


def test_a_closed_lead_stays_and_is_not_raised_again_for_the_same_readers(town: Town) -> None:
    together(town, "赵", "钱")
    seek(town)
    close(town)
    assert seek(town) == 0
    (lead,) = found(town)
    assert (lead.outcome, lead.reason, lead.closed_by_id) == (LeadOutcome.NOTHING, "母女两个一起看报", town.chief)
    together(town, "赵", "钱", "孙")
    assert seek(town) == 1  # with a third one it is another matter
    verbs = [one.verb for one in town.session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "lead"))]
    assert verbs == ["close_lead"]


def test_closing_needs_a_reason_a_person_and_happens_once(town: Town) -> None:
    together(town, "赵", "钱")
    seek(town)
    for reason in ("", "  ", "长" * 301):
        with pytest.raises(BadInput, match="理由"):
            close(town, reason)
    close(town)
    with pytest.raises(NotAllowed, match="已经看过"):
        close(town)
    lead_id = found(town)[0].id
    leads.reopen(town.session, lead_id, actor=by_staff(town.chief), now=LATER)
    with pytest.raises(NotAllowed, match="还没有人看"):
        leads.reopen(town.session, lead_id, actor=by_staff(town.chief), now=LATER)
    with pytest.raises(NotFound, match="没有这条线索"):
        leads.close(town.session, 999, LeadOutcome.ACTED, "看过", actor=by_staff(town.chief), now=LATER)
    assert queries.open_count(town.session) == 1


def test_the_same_letter_the_early_one_and_the_namesake(town: Town) -> None:
    letter = "第二版身边那一页第一篇报道里的食唐应该是食堂，请编辑部老师核对一下"
    for name, number in (("赵", 1), ("钱", 2)):
        filed = town.file(name, town.said(number), MORNING + timedelta(hours=3 * number))
        report = next(one for one in town.reports() if one.id == filed.report_id)
        town.session.get_one(Message, report.message_id).content = letter
    town.file("孙", town.said(3), EARLY)
    named = town.session.get_one(Reader, town.readers["赵"])
    named.name_state, named.printed_name = NameState.GIVEN, "编辑甲"
    town.session.flush()
    assert seek(town) == 3
    assert [one.kind for one in found(town)] == [LeadKind.SAME_LETTER, LeadKind.EARLY, LeadKind.NAMESAKE]


def test_one_members_pages_are_known_from_the_paper(town: Town) -> None:
    for number in range(1, 6):
        town.file("赵", town.said(number), MORNING + timedelta(hours=number))
    issue = town.session.scalar(select(Issue))
    assert issue is not None
    page_makers.set_usual(town.session, issue.paper_id, {"02": [town.editor]}, actor=by_staff(town.chief), now=MORNING)
    assert seek(town) == 0  # the only page anybody reports on: he makes all of them


def test_sought_twice_a_day_and_once_after_the_close(town: Town) -> None:
    round_ = town.round()
    assert round_.id in leads.due(town.session, MORNING)
    leads.seek(town.session, round_.id, now=MORNING)
    assert round_.id not in leads.due(town.session, MORNING + timedelta(hours=11))
    assert round_.id in leads.due(town.session, MORNING + timedelta(hours=12))
    closes = round_.closes_at
    leads.seek(town.session, round_.id, now=closes - timedelta(minutes=1))
    rounds.close_round(town.session, round_.id, actor=by_staff(town.chief), now=closes)
    assert round_.id in leads.due(town.session, closes + timedelta(minutes=1))
    leads.seek(town.session, round_.id, now=closes + timedelta(minutes=1))
    assert round_.id not in leads.due(town.session, closes + timedelta(minutes=2))


def test_the_weightiest_stand_open_where_there_are_too_many(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leads, "MOST_OPEN", 1)
    town.file("孙", town.said(9), EARLY)
    assert seek(town) == 1
    together(town, "赵", "钱")
    assert seek(town) == 1
    assert [one.kind for one in found(town)] == [LeadKind.TOGETHER]


def test_a_lead_changes_no_score(town: Town) -> None:
    together(town, "赵", "钱")
    for report in town.reports():
        town.grade(report.id)
    before = rounds.preview(town.session, town.round().id).standing
    seek(town)
    assert rounds.preview(town.session, town.round().id).standing == before
