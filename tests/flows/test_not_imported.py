"""A paper of which nothing is imported, the commonest case: from the first message to the names, placed afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot import jobs, wiring
from bot.audit import SCHEDULER, by_staff
from bot.contest import rounds
from bot.judging import grading
from bot.judging.grading import GradeInput
from models.contests import Award
from models.enums import ReportState, Role, RoundState, Verdict
from models.papers import Article
from models.reports import Erratum
from models.session import reading, writing
from models.staff import Staff
from tests.support.staff import PASSWORD_HASH
from tests.support.world import (
    LIUWAN,
    LIUWAN_NOVEMBER,
    Chat,
    at,
    import_issues,
    open_contest,
    reports_of,
    round_of,
    rows,
)

STORY = [
    ("oA", "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”，错别字"),
    ("oB", "3版食堂那篇“八折优慧”应为“八折优惠”"),
    ("oC", "第1版有错字"),
    ("oC", "“污水横留”应为“污水横流”"),
    ("oA", "1版“自觉的分类”应为“自觉地分类”；3版“高兴地的说”应为“高兴地说”"),
    ("oA", "署名 早起鸟"),
]


@pytest.fixture
def chat(engine):
    open_contest(engine, papers=(LIUWAN,), issues=(), first="2026-11")
    chat = Chat(engine)
    yield chat
    chat.close()


@pytest.fixture
def editor(engine):
    with writing(engine) as session:
        member = Staff(login="e", display_name="主编", password_hash=PASSWORD_HASH, role=Role.CHIEF,
                       created_at=at("11-01 08:00"))
        session.add(member)
        session.flush()
        return by_staff(member.id)


def accept_all(chat, editor):
    for report in reports_of(chat.engine):
        if report.state is ReportState.FILED:
            with writing(chat.engine) as session:
                grading.grade(session, report.id, GradeInput(Verdict.ACCEPTED, "N-05", marks=(True, True, True)),
                              actor=editor, now=chat.now, expected_version=report.version)


def test_reports_are_filed_from_what_is_stated_and_no_receipt_speaks_of_finding(chat, engine):
    replies = [chat.say(sender, words) for sender, words in STORY]

    assert [reply for reply in replies if "找到" in reply] == []
    assert "目前第2位；首位11月10日09:01，编号10001。" in replies[1]
    assert [(r.state, r.page_label, r.wrong, r.located) for r in reports_of(engine)] == [
        (ReportState.FILED, "03", "八折优慧", "not_imported"), (ReportState.FILED, "03", "八折优慧", "not_imported"),
        (ReportState.FILED, "01", "污水横留", "not_imported"), (ReportState.FILED, "01", "自觉的分类", "not_imported"),
        (ReportState.FILED, "03", "高兴地的说", "not_imported")]  # fmt: skip
    assert {r.round_id for r in reports_of(engine)} == {round_of(engine, "2026-11").id}
    assert len(rows(engine, Erratum)) == 4


def test_grading_and_winners_work_and_a_later_import_places_the_reports(chat, engine, editor, settings, clock):
    for sender, words in STORY:
        chat.say(sender, words)
    accept_all(chat, editor)
    work = wiring.work(settings, engine, clock)
    import_issues(engine, (LIUWAN_NOVEMBER,), now=at("11-20 09:00"))
    clock.moment = at("11-20 09:05")

    assert jobs.run("place_unplaced", work)["placed"] == 5
    placed = reports_of(engine)
    assert {r.located for r in placed} == {"found"}
    assert [(r.state, r.verdict) for r in placed] == [(ReportState.DECIDED, Verdict.ACCEPTED)] * 5
    with reading(engine) as session:
        titles = [session.scalar(select(Article.title).where(Article.id == r.article_id)) for r in placed]
    assert titles == ["社区食堂开张 老人吃上热饭"] * 2 + ["垃圾箱房换新颜"] * 2 + ["社区食堂开张 老人吃上热饭"]
    with reading(engine) as session:
        roots = {r.erratum_id: session.get(Erratum, r.erratum_id).points_milli for r in placed}
    assert list(roots.values()) == [1000] * 4

    number = round_of(engine, "2026-11").id
    clock.moment = at("12-01 00:16")
    jobs.run_all(work)
    assert round_of(engine, "2026-11").state is RoundState.PICKED
    people = {r.person_id: r.id for r in rows(engine, Award)}
    assert len(people) == 3
    assert [(a.place, a.prize, a.standing_milli) for a in rows(engine, Award)] == [
        (1, "best", 3000), (2, "excellent", 1000), (3, "excellent", 250)]  # fmt: skip
    with writing(engine) as session:
        assert rounds.release_round(session, number, actor=editor, now=clock.moment)
    chat.now = clock.moment
    assert chat.say("oD", "获奖").startswith("2026年11月啄木鸟：\n最佳：早起鸟\n优秀：")


def test_winners_are_picked_without_any_import_at_all(chat, engine, editor):
    for sender, words in STORY:
        chat.say(sender, words)
    accept_all(chat, editor)
    number, now = round_of(engine, "2026-11").id, at("12-01 00:16")

    with writing(engine) as session:
        assert rounds.close_round(session, number, actor=SCHEDULER, now=now)
    with writing(engine) as session:
        assert rounds.pick_round(session, number, actor=SCHEDULER, now=now)

    assert [(a.place, a.standing_milli) for a in rows(engine, Award)] == [(1, 3000), (2, 1000), (3, 250)]
