"""The worked examples of the contest rules through the database: filed, graded, closed, picked; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.contest import rounds
from bot.contest.record.checking import verify
from bot.contest.record.rows import first_numbers
from bot.contest.standing import compute
from bot.filing import reports
from bot.judging import grading
from bot.recording import records
from bot.understanding.values import Finding, Located
from models.contests import Award
from models.enums import Bar, Doubling
from models.readers import Person
from tests.support.town import MORNING, NO_MARKS, Town, at, issue_file

pytestmark = pytest.mark.slow


def pick(town: Town, month: str = "2023-05") -> None:
    """Closed at the deadline, picked by the scheduler as soon as nothing blocks; its record gives the same winners."""
    round_ = town.round(month)
    assert rounds.close_round(town.session, round_.id, actor=SCHEDULER, now=round_.closes_at)
    assert rounds.pick_round(town.session, round_.id, actor=SCHEDULER, now=round_.closes_at + timedelta(minutes=15))
    recorded(town, month)


def recorded(town: Town, month: str = "2023-05") -> None:
    """The file kept at the pick is whole, and its winners are those who got the prizes."""
    held = compute(town.session.connection(), town.round(month).id)
    first = first_numbers(held.reports)
    awards = town.session.scalars(select(Award).where(Award.round_id == held.round_id).order_by(Award.place)).all()
    found = verify(records.body(records.versions(town.session, held.round_id)[-1]))
    assert (found.differences, found.notes) == ((), ())
    assert found.best + found.excellent == tuple(first[one.person_id] for one in awards)


def totals(town: Town, month: str = "2023-05") -> dict[str, int]:
    """Standing in thousandths by the reader's name."""
    persons = {town.person(name): name for name in town.readers}
    found = compute(town.session.connection(), town.round(month).id).standings
    return {persons[one.person_id]: one.total_milli for one in found}


def test_example_1_a_forwarded_list_wins_little(session: Session) -> None:
    town = Town.founded(session)
    forwarders = [f"F{n}" for n in range(1, 11)]
    for place, name in enumerate(["L", *forwarders]):
        for n in range(1, 21):
            town.grade(town.file(name, town.said(n), MORNING + timedelta(minutes=place)).report_id)
    for n in range(21, 30):
        town.grade(town.file("H", town.said(n), MORNING + timedelta(hours=1)).report_id)
    headline = town.file("G", town.found("h1", "印措", "印错"), MORNING + timedelta(hours=2)).report_id
    town.grade(headline, doubling=Doubling.HEADLINE, marks=(True, True, False))
    assert totals(town) == {"L": 20_000, "H": 9_000, "F1": 5_000, "F2": 5_000, "G": 1_800,
                            **dict.fromkeys(forwarders[2:], 0)}
    pick(town)
    best, excellent = town.winners()
    assert (best, sorted(excellent)) == (["L"], ["F1", "F2", "G", "H"])
    standing = session.scalars(select(Award.standing_milli).order_by(Award.place)).all()
    assert standing == [20_000, 9_000, 5_000, 5_000, 1_800]


def test_example_2_what_each_kind_of_list_is_worth(session: Session) -> None:
    town = Town.founded(session, imported=False)
    lines = [f"逗号甲{n:03d}，乙。" for n in range(30)] + [f"非错{n:03d}号" for n in range(300)]
    long_run = "一二三四五六"
    town.bring(issue_file(pages=[{"number": "02", "articles": [
        {"id": "h1", "title": "标题也会印措", "paragraphs": ["正文在此。"]},
        {"id": "run", "title": "六字连错", "paragraphs": [f"街道{long_run}工作"]},
        {"id": "list", "title": "清单", "paragraphs": lines},
        *({"id": f"s{n}", "title": "储蓄", "paragraphs": [f"开设帐户{n}个"]} for n in range(9)),
    ]}]))
    town.grade(town.file("P", town.found("h1", "印措", "印错")).report_id, doubling=Doubling.HEADLINE)
    for n in range(30):
        number = town.file("Q", town.found("list", f"甲{n:03d}，乙", f"甲{n:03d}、乙")).report_id
        town.grade(number, row="N-18", marks=NO_MARKS)
    # R reports one run of six characters, character by character and as a whole: readers' repeats are one erratum.
    first = town.file("R", town.found("run", long_run, "优质服务居民"))
    again = [town.file("R", town.found("run", long_run[n:n + 2], "某某")) for n in range(5)]
    assert [one.repeat_of for one in again] == [True] * 5
    town.grade(first.report_id, row="N-07")
    slips = [town.file("S", town.found(f"s{n}", "帐户", "账户")).report_id for n in range(9)]
    for number in slips:
        town.grade(number)
        if number != slips[0]:
            grading.link_slip(session, number, slips[0], actor=by_staff(town.editor), now=MORNING,
                              expected_version=town.report(number).version)
    for n in range(300):
        number = town.file("T", town.found("list", f"非错{n:03d}号", "别的")).report_id
        if n < 15:
            town.grade(number)
        else:
            town.refuse(number)
    assert totals(town) == {"P": 2_000, "Q": 700, "R": 4_000, "S": 1_000, "T": 15_000}
    pick(town)
    assert town.winners() == (["R"], ["P", "S", "Q"])


def test_example_3_an_in_house_find_never_lowers_a_readers_score(session: Session) -> None:
    town = Town.founded(session)
    own = town.file("社内", town.found("h1", "印措", "印错"), at("2023-05-20 08:00")).report_id
    session.execute(update(Person).where(Person.id == town.person("社内")).values(bar=Bar.STAFF, bar_reason="职工"))
    number = town.file("U", town.found("h1", "印措", "印错"), at("2023-05-20 09:00")).report_id
    for one in (own, number):
        town.grade(one, doubling=Doubling.HEADLINE)
    assert totals(town) == {"U": 2_000, "社内": 0}
    pick(town)
    assert town.winners() == (["U"], [])


def test_example_3_the_first_who_quotes_the_words_is_the_first(session: Session) -> None:
    town = Town.founded(session)
    v = town.file("V", Finding(page="03", article_text="食堂那篇"), at("2023-05-20 10:00"), complete=False).report_id
    w = town.file("W", town.said(), at("2023-05-20 10:03")).report_id
    town.change("V", v, town.said(), at("2023-05-20 10:06"))
    for number in (v, w):
        town.grade(number)
    assert totals(town) == {"W": 1_000, "V": 250}


def test_example_3_an_amendment_to_another_error_goes_to_the_end(session: Session) -> None:
    town = Town.founded(session)
    x = town.file("X", town.said(6), at("2023-05-20 10:10")).report_id
    y = town.file("Y", town.said(6), at("2023-05-20 10:12")).report_id
    z = town.file("Z", town.said(7), at("2023-05-20 10:15")).report_id
    town.change("X", x, town.said(7), at("2023-05-20 10:20"))
    for number in (x, y, z):
        town.grade(number)
    assert totals(town) == {"Y": 1_000, "Z": 1_000, "X": 250}
    pick(town)
    assert town.winners() == (["Y"], ["Z", "X"])  # Y and Z are equal but for the earlier last scoring report


def test_example_3_created_before_the_deadline_and_delivered_after_it_counts(session: Session) -> None:
    town = Town.founded(session)
    created, delivered = at("2023-06-01 23:59:58"), at("2023-06-02 00:00:03")
    rounds.close_round(session, town.round().id, actor=SCHEDULER, now=at("2023-06-02 00:00:01"))
    coming = town.coming("甲", created)._replace(sent_at=created)
    filed = reports.file(session.connection(), coming, town.said(), complete=True, now=delivered)
    assert not filed.late
    town.grade(filed.report_id, now=at("2023-06-02 00:10"))
    assert rounds.pick_round(session, town.round().id, actor=SCHEDULER, now=at("2023-06-02 00:15"))
    recorded(town)
    assert town.winners() == (["甲"], [])


@pytest.mark.parametrize("stated", [None, "2023-05"])
def test_example_3_the_issue_found_or_the_newest_one(session: Session, stated: str | None) -> None:
    town = Town.founded(session)
    town.bring(issue_file(month="2023-06", date="2023-05-31"))
    paper_id = town.said().place.paper_id  # type: ignore[union-attr]
    if stated is None:
        finding, moment = Finding(paper_id=paper_id, page="02", wrong="字", right="子"), at("2023-05-31 09:00")
    else:
        finding, moment = town.said(month="2023-06")._replace(issue_label=stated), at("2023-06-03 09:00")
    filed = town.file("甲", finding, moment)
    assert (town.report(filed.report_id).round_id, filed.late) == (town.round("2023-06").id, False)


def test_example_3_more_first_finds_win_a_tie(session: Session) -> None:
    town = Town.founded(session)
    town.grade(town.file("M", town.found("h1", "印措", "印错")).report_id, doubling=Doubling.HEADLINE)
    for n in (1, 2):
        town.grade(town.file("N", town.said(n), MORNING + timedelta(hours=1)).report_id)
    assert totals(town) == {"M": 2_000, "N": 2_000}
    pick(town)
    assert town.winners() == (["N"], ["M"])


def test_a_paper_of_which_nothing_is_imported_has_winners_all_the_same(session: Session) -> None:
    town = Town.founded(session, imported=False)
    first = town.file("甲", town.stated(1)).report_id
    second = town.file("乙", town.stated(1), MORNING + timedelta(minutes=1)).report_id
    third = town.file("乙", town.stated(2), MORNING + timedelta(minutes=2)).report_id
    for number in (first, second, third):
        town.grade(number)
    assert town.report(first).located == Located.NOT_IMPORTED
    assert totals(town) == {"甲": 1_000, "乙": 1_250}
    pick(town)
    assert town.winners() == (["乙"], ["甲"])
