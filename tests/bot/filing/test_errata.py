"""Which reports point at one error, who found it first, and how amendments keep their place; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.errors import NotAllowed
from bot.filing import errata, placement, reports
from bot.filing.reports import Coming
from bot.understanding.values import Finding, Located, Place
from models.contests import Round
from models.enums import ReportState, RoundState
from models.papers import Issue, Paper
from models.reports import Erratum, Report, ReportVersion
from models.session import lock_for_writing, writing
from tests.support.site import until
from tests.support.town import ALL_MARKS, MORNING, PAPER, Town, at, at_once, issue_file


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


@pytest.fixture
def bare(session: Session) -> Town:
    """A paper of which nothing is imported."""
    return Town.founded(session, imported=False)


def minute(text: str) -> str:
    return f"2023-05-20 {text}"


# by place


def test_overlapping_words_are_one_erratum(town: Town) -> None:
    one = town.file("甲", town.found("a1", "食唐01号", "食堂01号"))
    two = town.file("乙", town.found("a1", "说食唐01", "说食堂01"))
    assert one.erratum_id == two.erratum_id
    assert town.count(Erratum) == 1


def test_two_errors_in_one_sentence_stay_two(town: Town) -> None:
    one = town.file("甲", town.found("a1", "居民都说", "居民们说"))
    two = town.file("甲", town.found("a1", "好事", "喜事"))
    three = town.file("乙", town.found("a1", "居民都说食唐01号开张是件大好事", "居民都说食堂01号开张是件大好事"))
    assert len({one.erratum_id, two.erratum_id, three.erratum_id}) == 3


def test_words_typed_otherwise_than_printed_meet_at_the_same_characters(town: Town) -> None:
    printed = town.found("a1", "食唐01号", "食堂01号")
    typed = printed._replace(wrong="食 唐０1号", right="食 堂０1号")
    assert town.file("甲", printed).erratum_id == town.file("乙", typed).erratum_id


def test_readers_second_report_of_an_erratum_is_answered_as_a_repeat(town: Town) -> None:
    first = town.file("甲", town.said())
    again = town.file("甲", town.found("a1", "食唐", "食堂"))
    assert (again.repeat_of, again.report_id, town.count(Report)) == (True, first.report_id, 1)


@pytest.mark.parametrize("located", [True, False])
def test_three_reports_at_once_make_one_erratum(session: Session, engine: Engine, located: bool) -> None:
    town = Town.founded(session, imported=located)
    finding = town.said() if located else town.stated()
    comings = [town.coming(name, MORNING) for name in "甲乙丙"]
    session.commit()

    def act(coming: Coming):  # type: ignore[no-untyped-def]
        return lambda other: reports.file(other.connection(), coming, finding, complete=True, now=MORNING).erratum_id

    found = at_once(engine, [act(coming) for coming in comings])
    assert town.errata() == list(set(found))
    assert [report.erratum_id for report in town.reports()] == found


def waits(engine: Engine, coming: Coming, finding: Finding) -> bool:
    """Whether a report of these words has to wait for somebody's commit."""
    try:
        with writing(engine) as session:
            session.execute(text("SET LOCAL lock_timeout = '200ms'"))
            reports.file(session.connection(), coming, finding, complete=True, now=MORNING)
            session.rollback()
    except OperationalError:
        return True
    return False


def test_only_reports_that_may_be_of_one_erratum_wait_for_each_other(town: Town, engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time anyway")
    one, two = (town.coming(name, MORNING) for name in "甲乙")
    here, same_line = town.said(1), town.found("a1", "好事", "喜事")
    same_change, other_line = town.said(2), town.found("a2", "居民都说", "居民们说")
    nowhere, others = town.stated(), town.stated(month="2023-06")
    town.session.commit()
    with writing(engine) as session:
        reports.file(session.connection(), one, here, complete=True, now=MORNING)
        assert [waits(engine, two, finding) for finding in (here, same_line, same_change, other_line, nowhere)] == [
            True, True, True, False, False]
    with writing(engine) as session:
        reports.file(session.connection(), one, nowhere, complete=True, now=MORNING)
        assert [waits(engine, two, finding) for finding in (nowhere, others, other_line)] == [True, False, False]
    with writing(engine) as session:
        lock_for_writing(session, town.contest_id)
        assert [waits(engine, two, finding) for finding in (other_line, nowhere)] == [True, True]


def test_whoever_comes_to_an_erratum_that_its_only_report_leaves_waits(town: Town, engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time anyway")
    left = town.file("甲", town.said(1))
    mended, further = town.coming("甲", MORNING), town.coming("乙", MORNING)
    here, there = town.said(1), town.found("a2", "居民都说", "居民们说")
    town.session.commit()

    def come() -> int | None:
        with writing(engine) as session:
            return reports.file(session.connection(), further, here, complete=True, now=MORNING).erratum_id

    def is_waiting() -> bool:
        return bool(town.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as session:
            reports.change(session.connection(), left.report_id, there, mended, complete=True, now=MORNING)
            coming = pool.submit(come)
            until(is_waiting, seconds=20, what="the other report waits")
        found = coming.result()
    assert found in town.errata()


# by words


@pytest.mark.parametrize(
    ("changes", "likeness"),
    [
        ({}, "same"),
        ({"wrong": "食 唐01号"}, "same"),
        ({"page": None}, "same"),
        ({"right": "饭堂01号"}, "maybe"),
        ({"page": "03"}, "maybe"),
        ({"wrong": "垃圾箱房", "right": "垃圾厢房"}, "no"),
        ({"issue_label": "2023-06"}, "no"),
    ],
)
def test_words_of_a_paper_not_imported_are_compared(bare: Town, changes: dict[str, str | None], likeness: str) -> None:
    first = bare.file("甲", bare.stated(month="2023-05"))
    second = bare.file("乙", bare.stated(month="2023-05")._replace(**changes))
    report = bare.report(second.report_id)
    assert (report.erratum_id == first.erratum_id, report.maybe_erratum_id) == {
        "same": (True, None), "maybe": (False, first.erratum_id), "no": (False, None)}[likeness]


# amendments (RULES 2, 9)


def test_amendment_to_another_error_counts_from_the_amendment(town: Town) -> None:
    x = town.file("X", town.said(6), at(minute("10:10")))
    y = town.file("Y", town.said(6), at(minute("10:12")))
    z = town.file("Z", town.said(7), at(minute("10:15")))
    town.change("X", x.report_id, town.said(7), at(minute("10:20")))
    assert town.ranks(y.report_id, "XY") == [0, 1]
    assert town.ranks(z.report_id, "XZ") == [2, 1]
    assert town.report(x.report_id).counts_at == at(minute("10:20"))


@pytest.mark.parametrize("located", [True, False])
def test_mended_correction_keeps_its_place_in_time(session: Session, located: bool) -> None:
    town = Town.founded(session, imported=located)
    said = town.said if located else town.stated
    x = town.file("X", said(6, right="饭堂06号"), at(minute("10:10")))
    town.change("X", x.report_id, said(6), at(minute("10:20")))
    report = town.report(x.report_id)
    assert (report.counts_at, report.right, report.version) == (at(minute("10:10")), "食堂06号", 2)
    assert town.count(Erratum) == 1


@pytest.mark.parametrize("page", ["03", None])
def test_mended_page_of_words_not_imported_keeps_its_place_in_time(bare: Town, page: str | None) -> None:
    x = bare.file("X", bare.stated(6, page="02"), at(minute("10:10")))
    bare.change("X", x.report_id, bare.stated(6, page=page), at(minute("10:20")))
    assert bare.report(x.report_id).counts_at == at(minute("10:10"))
    assert [(e.id, e.page_label) for e in bare.session.scalars(select(Erratum))] == [
        (bare.report(x.report_id).erratum_id, page)]


def test_words_found_after_the_page_was_mended_keep_their_place_in_time(town: Town) -> None:
    lost = town.said(6)._replace(place=None, located=Located.NOT_FOUND, page="07")
    x = town.file("X", lost, at(minute("10:10")))
    town.file("Y", town.said(6), at(minute("10:12")))
    town.change("X", x.report_id, town.said(6), at(minute("10:20")))
    assert town.ranks(x.report_id, "XY") == [1, 2]
    assert town.count(Erratum) == 1


def test_other_words_of_a_paper_not_imported_count_from_the_amendment(bare: Town) -> None:
    x = bare.file("X", bare.stated(6), at(minute("10:10")))
    bare.change("X", x.report_id, bare.stated(7), at(minute("10:20")))
    assert bare.report(x.report_id).counts_at == at(minute("10:20"))


def test_half_told_report_counts_from_the_words_and_not_from_the_page(town: Town) -> None:
    v = town.file("V", Finding(page="02", article_text="第1篇报道"), at(minute("10:00")), complete=False)
    w = town.file("W", town.said(), at(minute("10:03")))
    town.change("V", v.report_id, town.said(), at(minute("10:06")))
    assert town.report(v.report_id).counts_at == at(minute("10:06"))
    assert town.ranks(w.report_id, "VW") == [2, 1]


def test_half_told_report_that_quoted_the_words_counts_from_then(bare: Town) -> None:
    v = bare.file("V", bare.stated(page=None, paper=None), at(minute("10:00")), complete=False)
    w = bare.file("W", bare.stated(), at(minute("10:03")))
    bare.change("V", v.report_id, bare.stated(), at(minute("10:06")))
    assert bare.report(v.report_id).counts_at == at(minute("10:00"))
    assert bare.ranks(w.report_id, "VW") == [1, 2]


def test_amendment_after_the_next_issue_came_out_stays_with_the_issue_of_the_sending(town: Town) -> None:
    town.bring(issue_file(month="2023-06", date="2023-05-31"))
    lost = Finding(paper_id=town.said().place.paper_id, page="03", wrong="某某", right="某", located=Located.NOT_FOUND)
    x = town.file("X", lost, at("2023-05-30 10:00"))
    town.change("X", x.report_id, lost._replace(page="02"), at("2023-05-31 10:00"))
    assert town.report(x.report_id).round_id == town.round("2023-05").id


def test_amendment_after_the_deadline_to_another_error_is_late_and_to_the_same_is_not(town: Town) -> None:
    x = town.file("X", town.said(6), at("2023-06-01 23:00"))
    same = town.change("X", x.report_id, town.said(6, right="饭堂06号"), at("2023-06-02 00:05"))
    assert (same.late, town.report(x.report_id).late) == (False, False)
    other = town.change("X", x.report_id, town.said(7), at("2023-06-02 00:06"))
    assert (other.late, town.report(x.report_id).late) == (True, True)


def test_completed_report_of_an_error_told_before_lapses_into_the_earlier_one(town: Town) -> None:
    first = town.file("甲", town.said())
    half = town.file("甲", Finding(page="02"), complete=False)
    done = town.change("甲", half.report_id, town.said(), at(minute("11:00")))
    assert (done.repeat_of, done.report_id) == (True, first.report_id)
    assert town.report(half.report_id).state is ReportState.LAPSED


def test_decided_report_is_neither_amended_nor_withdrawn(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    town.grade(number)
    with pytest.raises(NotAllowed, match="编辑已经看过"):
        town.change("甲", number, town.said(2), at(minute("11:00")))
    with pytest.raises(NotAllowed, match="编辑已经看过"):
        town.withdraw(number)


def test_each_report_has_a_version_for_each_change(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    town.change("甲", number, town.said(right="饭堂01号"), at(minute("11:00")))
    rows = town.session.scalars(select(ReportVersion).where(ReportVersion.report_id == number)
                                .order_by(ReportVersion.number)).all()
    assert [(row.number, row.fields["right"]) for row in rows] == [(1, "食堂01号"), (2, "饭堂01号")]


# bare errata, places that come later


def test_graded_erratum_is_never_dropped(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    town.grade(number)
    kept = town.report(number).erratum_id
    town.session.execute(update(Report).values(verdict=None, state=ReportState.FILED, decided_at=None,
                                               decided_by_id=None, erratum_id=None))
    errata.drop_if_bare(town.session.connection(), kept)
    assert town.errata() == [kept]


def test_bare_erratum_goes_and_one_that_may_be_meant_stays(bare: Town) -> None:
    first = bare.file("甲", bare.stated())
    second = bare.file("乙", bare.stated(right="饭堂01号"))
    bare.change("甲", first.report_id, bare.stated(2), at(minute("11:00")))
    assert first.erratum_id in bare.errata()  # 乙's report may point at it
    bare.withdraw(second.report_id)
    bare.session.execute(update(Report).values(maybe_erratum_id=None))
    errata.drop_if_bare(bare.session.connection(), first.erratum_id)
    assert first.erratum_id not in bare.errata()


def placed(town: Town, number: int, finding: Finding) -> bool:
    found = reports.current_finding(town.session.connection(), number)._replace(located=Located.FOUND, place=finding.place)
    return placement.place_again(town.session.connection(), number, found, now=at(minute("20:00")))


def test_late_import_takes_the_grade_along(bare: Town) -> None:
    first, second = (bare.file(name, bare.stated(), at(minute(f"08:0{n}"))).report_id for n, name in enumerate("甲乙"))
    bare.grade(first, row="N-06", marks=ALL_MARKS)
    bare.bring(issue_file())
    assert placed(bare, first, bare.said())
    assert placed(bare, second, bare.said())
    erratum = bare.erratum(first)
    assert bare.errata() == [erratum.id] == [bare.report(second).erratum_id]
    assert (erratum.article_id, erratum.row_code, erratum.points_milli) == (bare.said().place.article_id, "N-06", 2000)
    assert (bare.report(first).state, bare.report(first).counts_at) == (ReportState.DECIDED, at(minute("08:00")))


def test_late_import_joins_the_erratum_that_is_there_already(bare: Town) -> None:
    old = bare.file("甲", bare.stated(), at(minute("08:00"))).report_id
    bare.grade(old)
    bare.bring(issue_file())
    new = bare.file("乙", bare.said(), at(minute("09:00"))).report_id
    placed(bare, old, bare.said())
    assert bare.errata() == [bare.report(new).erratum_id] == [bare.report(old).erratum_id]
    assert bare.erratum(new).points_milli == 1000
    assert bare.ranks(new, "甲乙") == [1, 2]


def test_reports_of_the_same_words_in_different_places_part_when_they_are_placed(bare: Town) -> None:
    one, two = bare.file("甲", bare.stated()).report_id, bare.file("乙", bare.stated()).report_id
    bare.bring(issue_file())
    placed(bare, one, bare.said(1))
    placed(bare, two, bare.said(2))
    assert bare.report(one).erratum_id != bare.report(two).erratum_id


def test_placing_what_is_known_already_writes_nothing(bare: Town) -> None:
    number = bare.file("甲", bare.stated()).report_id
    known = reports.current_finding(bare.session.connection(), number)
    assert not placement.place_again(bare.session.connection(), number, known, now=at(minute("20:00")))
    assert bare.report(number).version == 1


def test_whole_articles_are_never_one_erratum(town: Town) -> None:
    place = town.said().place
    assert place is not None
    whole = Finding(reason="整篇都不对", right="x", wrong=None, page="02",
                    place=Place(place.paper_id, place.issue_id, place.page_id, place.article_id, -3, 0, 0))
    assert town.file("甲", whole).erratum_id != town.file("乙", whole).erratum_id


def test_report_can_be_filed_by_several_sessions_of_one_reader_with_numbers_in_order(town: Town, engine: Engine) -> None:
    comings = [(town.coming("甲", MORNING), town.said(n)) for n in (1, 2, 3)]
    town.session.commit()
    found = at_once(engine, [
        (lambda other, pair=pair: reports.file(other.connection(), pair[0], pair[1], complete=True, now=MORNING).ordinal)
        for pair in comings])
    assert sorted(found) == [1, 2, 3]
    with writing(engine) as other:
        assert reports.count_own(other.connection(), town.readers["甲"]) == 3


@pytest.mark.parametrize(("deadline", "sent", "before", "after"), [
    ("2023-05-25", "2023-05-28 08:00", False, True),   # without an issue the round's deadline, 1 June, counted
    ("2023-05-25", "2023-05-24 08:00", False, False),
    ("2023-06-01", "2023-06-02 08:00", True, True),
])
def test_import_that_says_which_issue_was_meant_says_whether_it_is_late(
    session: Session, deadline: str, sent: str, before: bool, after: bool
) -> None:
    """A month of two papers, each with its own printed deadline (RULES 1, 3)."""
    town = Town.founded(session, imported=False, papers=(PAPER, "社区晨报·东城"))
    paper = session.scalars(select(Paper.id).where(Paper.name == PAPER)).one()
    session.execute(update(Issue).where(Issue.paper_id == paper, Issue.month == "2023-05").values(
        deadline_on=date.fromisoformat(deadline)))
    number = town.file("甲", town.stated(paper=None), at(sent)).report_id
    assert (town.report(number).issue_id, town.report(number).late) == (None, before)
    town.bring(issue_file())
    assert placed(town, number, town.said())
    assert (town.report(number).round_id, town.report(number).late) == (town.round().id, after)


def test_import_after_the_pick_makes_nothing_late(bare: Town) -> None:
    number = bare.file("甲", bare.stated()).report_id
    picked_at = at("2023-06-02 00:15")
    bare.session.execute(update(Round).where(Round.month == "2023-05").values(
        state=RoundState.PICKED, closed_at=picked_at, picked_at=picked_at, result={}))
    bare.bring(issue_file())
    assert placed(bare, number, bare.said())
    assert not bare.report(number).late


def test_import_after_the_pick_makes_no_two_errata_of_it_one(bare: Town) -> None:
    """They were told apart by words when the round was picked; the second still has its place on record."""
    one = bare.file("甲", bare.stated()).report_id
    other = bare.file("乙", bare.stated(page="03")).report_id
    late = bare.file("丙", bare.stated(), at("2023-06-02 08:00")).report_id
    apart = bare.report(other).erratum_id
    assert apart != bare.report(one).erratum_id
    picked_at = at("2023-06-02 00:15")
    bare.session.execute(update(Round).where(Round.month == "2023-05").values(
        state=RoundState.PICKED, closed_at=picked_at, picked_at=picked_at, result={}))
    bare.bring(issue_file())
    for number in (one, other, late):
        assert placed(bare, number, bare.said())
    assert (bare.report(other).erratum_id, bare.report(other).article_id) == (apart, bare.report(one).article_id)
    assert bare.report(late).erratum_id == bare.report(one).erratum_id


def test_words_that_were_reported_after_hundreds_of_others_are_one_erratum_too(bare: Town) -> None:
    """A paper of which nothing is imported, in a large town."""
    first = bare.file("甲", bare.stated(6))
    issue = bare.report(first.report_id).issue_id
    bare.session.add_all(Erratum(contest_id=bare.contest_id, issue_id=issue, page_label="02", wrong=f"第{n}个词写措了",
                                 right=f"第{n}个词写错了", created_at=MORNING) for n in range(400))
    bare.session.flush()

    numbers = [bare.file(name, bare.stated(7)).report_id for name in "乙丙丁"]

    assert bare.ranks(numbers[0], "乙丙丁") == [1, 2, 3]
