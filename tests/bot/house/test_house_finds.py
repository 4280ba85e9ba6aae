"""What the newsroom finds itself: sealed, in no reader's way, still there after imports, grades and withdrawals."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot import jobs
from bot.audit import OPERATOR, by_staff
from bot.catalogue.library import Library
from bot.contest import rounds, standing
from bot.contest.annex import DEFAULT_ANNEX, RowKind
from bot.errors import BadInput, NotAllowed, NotFound
from bot.filing import errata, finders, placement, reports
from bot.house import house_finds
from bot.house.house_finds import Entry
from bot.recording import audit_chain
from bot.understanding.values import Finding, Located
from models.audit import AuditEntry
from models.enums import Doubling, Role
from models.ledger import HouseFind
from models.papers import Article, Issue, Paper
from models.queries import house_finds as queries
from models.queries import report as report_queries
from models.queries.house_finds import FindLine
from models.readers import Reader
from models.reports import Erratum
from models.session import make_engine, writing
from tests.support.factories import staff as staff_member
from tests.support.town import PAPER, Town, at, at_once, issue_file
from tests.support.work import work_of
from tests.support.world import LIUWAN, Chat, open_contest

FOUND_BEFORE = (("老人凭卡享受八折优慧", "老人凭卡享受八五折优惠"), ("污水横留", "污水横流"), ("高兴地的说", "高兴地说"))
NO_POINTS = next(row.code for row in DEFAULT_ANNEX if row.kind is not RowKind.POINTS)
NOT_DOUBLED = next(row.code for row in DEFAULT_ANNEX if row.kind is RowKind.POINTS and not row.doubles)
EIGHT, NINE = at("2023-05-20 08:00"), at("2023-05-20 09:00")


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def issue_id(town: Town, month: str = "2023-05") -> int:
    found = town.session.scalar(select(Issue.id).join(Paper).where(Paper.name == PAPER, Issue.month == month))
    assert found is not None
    return found


def sought(town: Town, entry: Entry, now: datetime = EIGHT) -> Finding:
    db = town.session.connection()
    return house_finds.seek(db, entry, index=Library().index(db), now=now)


def entered(town: Town, wrong: str, right: str, row: str = "N-05", *, now: datetime = EIGHT, page: str = "", **more: Any) -> int:
    entry = Entry(issue_id(town), wrong, right, row, page=page, **more)
    return house_finds.enter(town.session, entry, sought(town, entry, now), actor=by_staff(town.editor), now=now)


def listed(town: Town) -> list[FindLine]:
    town.session.flush()
    town.session.expire_all()
    return queries.finds(town.session, limit=50)


def totals(town: Town) -> dict[str, int]:
    """The standings by the names of the readers, in thousandths."""
    names = {town.person(name): name for name in town.readers}
    found = standing.compute(town.session.connection(), town.round().id).standings
    return {names[one.person_id]: one.total_milli for one in found}


# the worked example of RULES (3)


def test_in_house_at_eight_and_a_reader_at_nine_two_points_gives_the_reader_2000(town: Town) -> None:
    entered(town, "印措", "印错", doubling=Doubling.HEADLINE, now=EIGHT)
    number = town.file("U", town.found("h1", "印措", "印错"), NINE).report_id
    town.grade(number, doubling=Doubling.HEADLINE)
    assert totals(town) == {"U": 2_000}
    rounds.close_round(town.session, town.round().id, actor=OPERATOR, now=at("2023-06-02 01:00"))
    assert rounds.pick_round(town.session, town.round().id, actor=OPERATOR, now=at("2023-06-05 01:00"))
    assert town.winners() == (["U"], [])


def test_report_joins_the_erratum_found_in_house(town: Town) -> None:
    entered(town, "食唐01号", "食堂01号")
    number = town.file("U", town.said(1), NINE).report_id
    (one,) = listed(town)
    assert (one.erratum_id, one.first_report, one.before_readers) == (town.erratum(number).id, number, True)


def test_find_after_a_reader_says_so(town: Town) -> None:
    number = town.file("U", town.said(1), EIGHT).report_id
    entered(town, "食唐01号", "食堂01号", now=NINE)
    (one,) = listed(town)
    assert (one.first_report, one.before_readers) == (number, False)


def test_receipts_say_the_same_with_and_without_a_find(databases: Any) -> None:
    """Every word said to readers, and who is first, with the newsroom having found all of it before."""
    said = []
    for with_find in (False, True):
        url = databases.fresh()
        engine = make_engine(url, busy_seconds=5.0)
        said.append(_conversation(engine, with_find))
        engine.dispose()
        databases.drop(url)
    assert said[0] == said[1]


def _conversation(engine: Engine, with_find: bool) -> list[str]:
    open_contest(engine)
    if with_find:
        with writing(engine) as session:
            editor = staff_member(session, "proof", Role.EDITOR)
            db = session.connection()
            issue = session.scalars(select(Issue.id).join(Paper).where(Paper.name == LIUWAN, Issue.month == "2026-11")).one()
            for wrong, right in FOUND_BEFORE:
                entry = Entry(issue, wrong, right, "N-05")
                found = house_finds.seek(db, entry, index=Library().index(db), now=at("2026-11-09 08:00"))
                house_finds.enter(session, entry, found, actor=by_staff(editor), now=at("2026-11-09 08:00"))
    chat = Chat(engine)
    try:
        return [
            chat.say("oA", "柳湾3版《社区食堂开张》，“八折优慧”应为“八折优惠”", "11-10 09:05"),
            chat.say("oB", "柳湾3版《社区食堂开张》，“凭卡享受八折”应为“凭卡可享八折”"),
            chat.say("oC", "“八折优慧”应该是“优惠”"),
            chat.say("oC", "柳湾1版《垃圾箱房换新颜》“污水横留”应为“污水横流”"),
            chat.say("oA", "撤回 1"),
            chat.say("oD", "柳湾3版《社区食堂开张》，“八折优慧”应为“八折优惠”"),
        ]
    finally:
        chat.close()


def test_wide_find_brings_no_two_readers_together(town: Town) -> None:
    """Without the find these are two errors, and both readers are first."""
    sentence = "居民都说食唐01号开张是件大好事。"
    entered(town, sentence, "市民全讲食堂一号开业是桩好事情。", "N-07")
    one = town.file("甲", town.found("a1", "居民都说", "市民都说")).report_id
    two = town.file("乙", town.found("a1", "大好事", "大喜事")).report_id
    assert town.erratum(one).id != town.erratum(two).id
    for number in (one, two):
        town.grade(number)
    assert totals(town) == {"甲": 1_000, "乙": 1_000}


def test_find_links_no_reader_to_another_while_nobody_reports_its_place(town: Town) -> None:
    town.bring(issue_file(pages=[{"number": "02", "articles": [
        {"id": f"s{n}", "title": "储蓄", "paragraphs": [f"第{n}户居民开设帐户一个。"]} for n in range(2)]}]))
    entered(town, "第0户居民开设帐户一个", "第0户居民开设账户一个")
    number = town.file("甲", town.found("s1", "帐户", "账户")).report_id
    assert errata.group_of(town.session.connection(), town.erratum(number).id) == [town.erratum(number).id]
    # Reported, it is one slip with the other for readers, as it always was.
    later = town.file("乙", town.found("s0", "帐户", "账户")).report_id
    assert len(errata.group_of(town.session.connection(), town.erratum(later).id)) == 2


def test_find_by_words_is_joined_and_given_the_readers_words(session: Session) -> None:
    town = Town.founded(session, imported=False)
    entered(town, "食唐01号", "食堂01号", page="2")
    said = town.stated(1, month="2023-05")._replace(wrong="食唐０１号")
    number = town.file("甲", said).report_id
    (one,) = listed(town)
    assert one.erratum_id == town.erratum(number).id
    assert (town.erratum(number).wrong, one.wrong) == ("食唐０１号", "食唐01号")


@pytest.mark.parametrize("with_find", [False, True])
def test_likeness_that_an_editor_settles_is_seen_beside_a_find(session: Session, with_find: bool) -> None:
    town = Town.founded(session, imported=False)
    first = town.file("甲", town.stated(1, page="03", month="2023-05"), EIGHT).report_id
    if with_find:
        entered(town, "食唐01号", "食堂01号", page="2")
    second = town.file("乙", town.stated(1, month="2023-05"), NINE).report_id
    assert town.report(second).maybe_erratum_id == town.erratum(first).id


@pytest.mark.parametrize("with_find", [False, True])
def test_readers_of_one_error_stay_together_when_the_first_is_placed_on_a_find(session: Session, with_find: bool) -> None:
    town = Town.founded(session, imported=False)
    one, two = (town.file(name, town.stated(1, month="2023-05"), when).report_id
                for name, when in (("甲", EIGHT), ("乙", NINE)))
    town.bring(issue_file(), now=NINE)
    if with_find:
        entered(town, "食唐01号", "食堂01号", now=NINE)
    db = town.session.connection()
    assert placement.place_again(db, one, town.said(1), now=NINE)
    town.session.expire_all()
    assert town.erratum(one).id == town.erratum(two).id
    assert town.errata() == [town.erratum(one).id]
    assert [find.erratum_id for find in listed(town)] == town.errata() * with_find
    found = finders.among(db, town.erratum(two).id, town.person("乙"))
    assert found is not None
    assert found.rank == 2


def test_report_that_comes_while_a_find_is_placed_keeps_its_erratum(session: Session) -> None:
    """The job has read that nobody reported it; under the lock somebody has."""
    town = Town.founded(session, imported=False)
    number = entered(town, "食唐01号", "食堂01号", page="2")
    find = town.session.get_one(HouseFind, number)
    town.bring(issue_file(), now=EIGHT)
    town.file("甲", town.stated(1, month="2023-05"), NINE)
    assert not errata.place_asleep(town.session.connection(), find.erratum_id, town.said(1))


# what is sealed


def test_time_is_the_servers_and_sealed_with_what_was_entered(town: Town) -> None:
    number = entered(town, "食唐01号", "食堂01号")
    town.session.commit()
    assert audit_chain.seal(town.session) > 0
    (one,) = listed(town)
    entry = town.session.get_one(AuditEntry, one.entry)
    assert (one.found_at, entry.at, one.sealed, one.as_entered) == (EIGHT, EIGHT, True, True)
    assert "食唐" not in str(entry.details)
    town.session.get_one(HouseFind, number).digest = "0" * 64
    assert not listed(town)[0].as_entered


def test_no_verb_takes_another_time_than_now() -> None:
    names = set(inspect.signature(house_finds.enter).parameters) | set(Entry.__dataclass_fields__)
    assert not {name for name in names if name.endswith(("_at", "_on", "time"))}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"wrong": " "}, "报上印的是什么"),
        ({"right": "食唐01号"}, "一样"),
        ({"row_code": "N-01"}, "不计分"),
        ({"row_code": "N-22"}, "不计分"),
        ({"row_code": "N-99"}, "差错种类"),
        ({"row_code": "N-10", "doubling": Doubling.HEADLINE}, "不加倍"),
        ({"note": "长" * 401}, "最多 400"),
    ],
)
def test_what_is_no_find_is_refused(town: Town, changes: dict[str, Any], words: str) -> None:
    entry = replace(Entry(issue_id(town), "食唐01号", "食堂01号", "N-05"), **changes)
    with pytest.raises(BadInput, match=words):
        house_finds.enter(town.session, entry, sought(town, entry), actor=by_staff(town.editor), now=EIGHT)
    assert listed(town) == []


def test_one_place_is_entered_once_and_again_after_a_withdrawal(town: Town) -> None:
    number = entered(town, "食唐01号", "食堂01号")
    with pytest.raises(BadInput, match=f"自查第 {number} 条"):
        entered(town, "食唐01号", "食堂01号", now=NINE)
    house_finds.withdraw(town.session, number, "看错了", actor=by_staff(town.editor), now=NINE)
    entered(town, "食唐01号", "食堂01号", now=NINE)
    assert [(one.found_at, one.withdrawn_reason) for one in listed(town)] == [(NINE, None), (EIGHT, "看错了")]


def test_withdrawal_needs_a_reason_and_happens_once(town: Town) -> None:
    number = entered(town, "食唐01号", "食堂01号")
    with pytest.raises(BadInput, match="为什么"):
        house_finds.withdraw(town.session, number, " ", actor=by_staff(town.editor), now=NINE)
    house_finds.withdraw(town.session, number, "看错了", actor=by_staff(town.editor), now=NINE)
    with pytest.raises(NotAllowed):
        house_finds.withdraw(town.session, number, "又看错", actor=by_staff(town.editor), now=NINE)
    with pytest.raises(NotFound):
        house_finds.withdraw(town.session, 999, "没有", actor=by_staff(town.editor), now=NINE)
    verbs = list(town.session.scalars(select(AuditEntry.verb).where(AuditEntry.object_kind == "house_find")
                                      .order_by(AuditEntry.id)))
    assert verbs == ["enter_house_find", "withdraw_house_find"]


# where it stands


def test_words_in_several_places_are_chosen_among_and_each_is_a_find(town: Town) -> None:
    town.bring(issue_file(pages=[{"number": "02", "articles": [
        {"id": f"s{n}", "title": "储蓄", "paragraphs": [f"第{n}户居民开设帐户一个。"]} for n in range(3)]}]))
    entry = Entry(issue_id(town), "帐户", "账户", "N-05", page="2")
    found = sought(town, entry)
    assert (found.located, len(found.places)) == (Located.SEVERAL, 3)
    with pytest.raises(BadInput, match="哪一处"):
        house_finds.enter(town.session, entry, found, actor=by_staff(town.editor), now=EIGHT)
    for place in found.places[:2]:
        house_finds.enter(town.session, entry, house_finds.at(found, place), actor=by_staff(town.editor), now=EIGHT)
    assert len({one.erratum_id for one in listed(town)}) == 2
    with pytest.raises(BadInput):
        house_finds.at(found, replace(found.places[0], start=99))


def test_words_that_stand_in_another_issue_only_are_not_found(town: Town) -> None:
    town.bring(issue_file(month="2023-06", date="2023-06-10", pages=[{"number": "02", "articles": [
        {"id": "z", "title": "六月", "paragraphs": ["这里写着独一无二的错宇眼。"]}]}]))
    found = sought(town, Entry(issue_id(town), "独一无二的错宇眼", "独一无二的错字眼", "N-05", page="02"))
    assert (found.place, found.located) == (None, Located.NOT_FOUND)


def test_place_that_an_import_took_away_meanwhile_is_said(town: Town) -> None:
    entry = Entry(issue_id(town), "食唐01号", "食堂01号", "N-05")
    found = sought(town, entry)
    assert found.place is not None
    town.session.delete(town.session.get_one(Article, found.place.article_id))
    town.session.flush()
    with pytest.raises(BadInput, match="已经变了"):
        house_finds.enter(town.session, entry, found, actor=by_staff(town.editor), now=NINE)


def test_page_is_needed_where_nothing_is_found(session: Session) -> None:
    town = Town.founded(session, imported=False)
    with pytest.raises(BadInput, match="第几版"):
        entered(town, "食唐01号", "食堂01号")


def test_future_issue_can_be_proofread_before_it_is_out(town: Town) -> None:
    found = sought(town, Entry(issue_id(town), "食唐01号", "食堂01号", "N-05"), now=at("2023-01-03 09:00"))
    assert found.located is Located.FOUND


def test_paper_without_contest_is_refused(town: Town) -> None:
    paper = Paper(name="别家的报")
    town.session.add(paper)
    town.session.flush()
    issue = Issue(paper_id=paper.id, month="2023-05")
    town.session.add(issue)
    town.session.flush()
    with pytest.raises(BadInput, match="没有加入活动"):
        sought(town, Entry(issue.id, "食唐", "食堂", "N-05"))


# what must not vanish


def test_erratum_of_a_find_outlives_the_reports_that_leave_it(town: Town) -> None:
    entered(town, "食唐01号", "食堂01号")
    number = town.file("甲", town.said(1)).report_id
    town.change("甲", number, town.said(2), NINE)
    (one,) = listed(town)
    assert town.session.get(Erratum, one.erratum_id) is not None
    assert one.first_report is None
    assert errata.is_asleep(town.session.connection(), one.erratum_id)


def test_find_of_words_keeps_them_when_a_reader_says_something_else(session: Session) -> None:
    town = Town.founded(session, imported=False)
    entered(town, "食唐01号", "食堂01号", page="2")
    number = town.file("甲", town.stated(1, month="2023-05")).report_id
    town.change("甲", number, town.stated(2, month="2023-05"), NINE)
    (one,) = listed(town)
    assert one.erratum_id != town.erratum(number).id


@pytest.mark.parametrize("reported", [False, True], ids=["alone", "with a report"])
def test_find_keeps_its_erratum_through_another_import(town: Town, work: Callable[..., Any], reported: bool) -> None:
    number = entered(town, "食唐01号", "食堂01号")
    if reported:
        town.file("甲", town.said(1))
    moved = issue_file(pages=[{"number": "02", "name": "身边", "articles": [
        {"id": "new", "title": "换了标题", "paragraphs": ["先有一段新的。", "后来居民都说食唐01号开张是件大好事。"]}]}])
    town.bring(moved, now=NINE)
    town.session.commit()
    assert listed(town)[0].article is None
    town.session.commit()
    jobs.run("place_unplaced", work(now=NINE))
    (one,) = listed(town)
    assert (one.id, one.article, one.paragraph, one.found_at, one.as_entered) == (number, "换了标题", 1, EIGHT, True)


def test_find_of_an_unimported_issue_goes_to_the_erratum_of_the_readers(session: Session, work: Callable[..., Any]) -> None:
    town = Town.founded(session, imported=False)
    entered(town, "食唐01号", "食堂01号", page="2")
    town.bring(issue_file(), now=EIGHT)
    number = town.file("甲", town.said(1), NINE).report_id
    town.session.commit()
    jobs.run("place_unplaced", work(now=NINE))
    (one,) = listed(town)
    assert one.erratum_id == town.erratum(number).id
    assert town.errata() == [one.erratum_id]


@pytest.fixture
def work(engine: Engine, settings: Any) -> Callable[..., Any]:
    return lambda *, now: work_of(engine, settings, now)


# for graders


def test_graders_are_told_of_the_earliest_standing_find(town: Town) -> None:
    first = entered(town, "食唐01号", "食堂01号")
    number = town.file("甲", town.said(1), NINE).report_id
    assert told(town, number) == EIGHT
    assert told(town, town.file("乙", town.said(2), NINE).report_id) is None
    house_finds.withdraw(town.session, first, "看错了", actor=by_staff(town.editor), now=NINE)
    assert told(town, number) is None


@pytest.mark.slow
def test_graders_are_told_of_a_find_at_the_place_it_is_linked_to(town: Town) -> None:
    town.bring(issue_file(pages=[{"number": "02", "articles": [
        {"id": f"s{n}", "title": "储蓄", "paragraphs": [f"第{n}户居民开设帐户一个。"]} for n in range(2)]}]))
    entered(town, "第0户居民开设帐户一个", "第0户居民开设账户一个")
    numbers = [town.file(name, town.found(f"s{n}", "帐户", "账户"), NINE).report_id for n, name in enumerate("甲乙")]
    assert [told(town, number) for number in numbers] == [EIGHT, EIGHT]


def told(town: Town, number: int) -> datetime | None:
    town.session.flush()
    found = report_queries.load(town.session, number)
    assert found is not None
    return found[0].house_found_at


def test_own_report_of_a_reader_is_still_his_after_a_find(town: Town) -> None:
    number = town.file("甲", town.said(1), EIGHT).report_id
    entered(town, "食唐01号", "食堂01号", now=NINE)
    again = reports.file(town.session.connection(), town.coming("甲", NINE), town.said(1), complete=True, now=NINE)
    assert (again.report_id, again.repeat_of) == (number, True)
    assert town.session.scalar(select(Reader.id).where(Reader.id == town.readers["甲"])) is not None


# another row


def test_row_is_changed_and_time_and_words_stay_sealed(town: Town) -> None:
    number = entered(town, "食唐01号", "食堂01号")
    was = listed(town)[0]
    town.session.commit()
    actor = by_staff(town.second)
    assert house_finds.reclass(town.session, number, "N-05", Doubling.IMPORTANT, actor=actor, now=NINE)
    assert not house_finds.reclass(town.session, number, "N-05", Doubling.IMPORTANT, actor=actor, now=NINE)
    (one,) = listed(town)
    assert one == replace(was, doubling=Doubling.IMPORTANT, points_milli=2 * was.points_milli, reclassed=True)
    assert (one.found_at, one.as_entered) == (EIGHT, True)
    (entry,) = town.session.scalars(select(AuditEntry).where(AuditEntry.verb == queries.RECLASSED))
    assert (entry.staff_id, entry.at, entry.before, entry.after) == (town.second, NINE, "N-05", "N-05")
    assert (entry.details["was_doubling"], entry.details["doubling"]) == ("none", "important")


@pytest.mark.parametrize(("row", "doubling", "problem"), [
    ("", Doubling.NONE, "请选差错种类"), ("N-99", Doubling.NONE, "请选差错种类"),
    (NOT_DOUBLED, Doubling.HEADLINE, "不加倍"), (NO_POINTS, Doubling.NONE, "不计分"),
])  # fmt: skip
def test_another_row_must_be_one_that_counts(town: Town, row: str, doubling: Doubling, problem: str) -> None:
    number = entered(town, "食唐01号", "食堂01号")
    with pytest.raises(BadInput, match=problem):
        house_finds.reclass(town.session, number, row, doubling, actor=by_staff(town.editor), now=NINE)
    assert not listed(town)[0].reclassed


def test_withdrawn_or_unknown_find_gets_no_other_row(town: Town) -> None:
    number = entered(town, "食唐01号", "食堂01号")
    house_finds.withdraw(town.session, number, "看错了", actor=by_staff(town.editor), now=NINE)
    with pytest.raises(NotAllowed):
        house_finds.reclass(town.session, number, "N-07", Doubling.NONE, actor=by_staff(town.editor), now=NINE)
    with pytest.raises(NotFound):
        house_finds.reclass(town.session, 99, "N-07", Doubling.NONE, actor=by_staff(town.editor), now=NINE)


def test_of_a_change_and_a_withdrawal_at_once_none_is_lost(town: Town, engine: Engine) -> None:
    number = entered(town, "食唐01号", "食堂01号")
    town.session.commit()
    actor = by_staff(town.editor)
    found = at_once(engine, [
        lambda session: house_finds.reclass(session, number, "N-05", Doubling.IMPORTANT, actor=actor, now=NINE),
        lambda session: house_finds.withdraw(session, number, "看错了", actor=actor, now=NINE)])
    assert not any(isinstance(one, Exception) for one in found[1:])
    (one,) = listed(town)
    assert one.withdrawn_at == NINE
    assert one.reclassed is not isinstance(found[0], NotAllowed)
