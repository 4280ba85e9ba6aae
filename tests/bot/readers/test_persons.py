"""One person behind several readers: what a link does to scores, what undoing it restores, who wins nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.audit import OPERATOR, by_staff
from bot.contest import rounds
from bot.contest.scoring import Why
from bot.contest.standing import compute
from bot.errors import BadInput, NotAllowed, NotFound
from bot.personal import privacy
from bot.readers import link_codes, persons
from models.audit import AuditEntry
from models.enums import Bar, LinkedBy, Measure, Verdict
from models.links import LinkTry, ReaderLink
from models.measures import ReaderMeasure
from models.readers import Person, Reader
from models.staff import Staff
from tests.support.town import ALONE, MORNING, Town, at, at_once

CLOSED = at("2023-06-02 00:30")
LATER = MORNING + timedelta(hours=1)
WHY = "读者来电说是同一人"


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def link(town: Town, one: str, other: str) -> None:
    persons.link(town.session, town.reader(one), town.reader(other), WHY, actor=by_staff(town.chief), now=LATER)


def unlink(town: Town, which: int = 0) -> None:
    ids = list(town.session.scalars(select(ReaderLink.id).order_by(ReaderLink.id)))
    persons.unlink(town.session, ids[which], "弄错了", actor=by_staff(town.chief), now=LATER)


def totals(town: Town) -> dict[str, int]:
    """Standing by the name of a reader; linked ones have the same."""
    standing = compute(town.session.connection(), town.round().id)
    by_person = {one.person_id: one.total_milli for one in standing.standings}
    return {name: by_person[town.person(name)] for name in town.readers}


def find(town: Town, name: str, number: int, hours: int = 0) -> int:
    filed = town.file(name, town.said(number), MORNING + timedelta(hours=hours))
    town.grade(filed.report_id)
    return filed.report_id


def test_linked_readers_have_one_standing(town: Town) -> None:
    find(town, "甲", 1)
    find(town, "甲二", 2)
    assert totals(town) == {"甲": 1000, "甲二": 1000}
    link(town, "甲", "甲二")
    assert totals(town) == {"甲": 2000, "甲二": 2000}


def test_same_erratum_from_both_readers_counts_once(town: Town) -> None:
    find(town, "甲", 1)
    second = find(town, "甲二", 1, hours=1)
    third = find(town, "乙", 1, hours=2)
    assert totals(town) == {"甲": 1000, "甲二": 250, "乙": 250}
    link(town, "甲", "甲二")
    scores = compute(town.session.connection(), town.round().id).scores
    assert totals(town) == {"甲": 1000, "甲二": 1000, "乙": 250}
    assert scores[second].why == (Why.REPEAT,)
    assert scores[third].finder_rank == 2


def test_link_found_before_the_pick_changes_who_wins(town: Town) -> None:
    find(town, "甲", 1)
    find(town, "甲二", 2)
    for number in (3, 4):
        find(town, "乙", number)
    standing = rounds.preview(town.session, town.round().id).selection
    assert standing.best == (town.person("乙"),)
    find(town, "甲", 5)
    link(town, "甲", "甲二")
    rounds.close_round(town.session, town.round().id, actor=OPERATOR, now=CLOSED)
    assert rounds.pick_round(town.session, town.round().id, actor=OPERATOR, now=CLOSED)
    best, excellent = town.winners()
    assert best in (["甲"], ["甲二"])
    assert excellent == ["乙"]


def test_link_after_the_pick_takes_no_prize_away_by_itself(town: Town) -> None:
    find(town, "甲", 1)
    find(town, "甲二", 2)
    rounds.close_round(town.session, town.round().id, actor=OPERATOR, now=CLOSED)
    rounds.pick_round(town.session, town.round().id, actor=OPERATOR, now=CLOSED)
    before = town.winners()
    link(town, "甲", "甲二")
    assert town.winners() == before
    # The list waits for a chief: one person would have two of its prizes (RULES 12).
    with pytest.raises(NotAllowed, match="同一位读者"):
        rounds.release_round(town.session, town.round().id, actor=by_staff(town.chief), now=CLOSED)
    assert town.winners() == before


def test_unlinking_restores_both(town: Town) -> None:
    find(town, "甲", 1)
    find(town, "甲二", 2)
    before = (town.person("甲"), town.person("甲二"))
    link(town, "甲二", "甲")
    unlink(town)
    assert (town.person("甲"), town.person("甲二")) == before
    assert totals(town) == {"甲": 1000, "甲二": 1000}


def test_unlinking_one_of_three_leaves_the_others_together(town: Town) -> None:
    for name in ("甲", "甲二", "乙"):
        town.reader(name)
    own = town.person("乙")
    link(town, "甲", "甲二")
    link(town, "甲二", "乙")
    assert len({town.person(name) for name in ("甲", "甲二", "乙")}) == 1
    unlink(town, 1)
    assert town.person("甲") == town.person("甲二")
    assert town.person("乙") == own


def test_parted_readers_may_be_linked_again(town: Town) -> None:
    link(town, "甲", "甲二")
    unlink(town)
    assert persons.were_parted(town.session.connection(), town.reader("甲"), town.reader("甲二"))
    link(town, "甲", "甲二")
    assert town.person("甲") == town.person("甲二")


def test_link_with_a_barred_person_bars_and_undoing_it_frees_only_the_other(town: Town) -> None:
    find(town, "甲", 1)
    find(town, "拦", 2)
    persons.bar(town.session, town.reader("拦"), Bar.BLOCKED, "刷分", actor=by_staff(town.chief), now=LATER)
    link(town, "甲", "拦")
    assert totals(town) == {"甲": 0, "拦": 0}
    unlink(town)
    assert totals(town) == {"甲": 1000, "拦": 0}


@pytest.mark.slow
def test_bar_moves_the_later_finder_up(town: Town) -> None:
    find(town, "甲", 1)
    find(town, "乙", 1, hours=1)
    persons.bar(town.session, town.reader("甲"), Bar.RELATIVE, "编辑的爱人", actor=by_staff(town.chief), now=LATER)
    assert totals(town) == {"甲": 0, "乙": 1000}
    persons.unbar(town.session, town.reader("甲"), "说错了", actor=by_staff(town.chief), now=LATER)
    assert totals(town) == {"甲": 1000, "乙": 250}


def test_unbar_frees_all_linked_readers(town: Town) -> None:
    link(town, "甲", "甲二")
    for name in ("甲", "甲二"):
        persons.bar(town.session, town.reader(name), Bar.BLOCKED, "刷分", actor=by_staff(town.chief), now=LATER)
    persons.unbar(town.session, town.reader("甲"), "查清了", actor=by_staff(town.chief), now=LATER)
    assert set(town.session.scalars(select(Person.bar))) == {None}
    with pytest.raises(NotAllowed, match="本来就参加"):
        persons.unbar(town.session, town.reader("甲"), "再来", actor=by_staff(town.chief), now=LATER)


def test_a_bar_keeps_its_reason_after_it_was_lifted_and_after_another_took_its_place(town: Town) -> None:
    one, chief = town.reader("甲"), by_staff(town.chief)
    persons.bar(town.session, one, Bar.BLOCKED, "刷分", actor=chief, now=LATER)
    persons.bar(town.session, one, Bar.RELATIVE, "编辑的爱人", actor=chief, now=LATER + timedelta(hours=1))
    persons.unbar(town.session, one, "说错了", actor=chief, now=LATER + timedelta(hours=2))
    kept = town.session.scalars(select(ReaderMeasure).order_by(ReaderMeasure.id)).all()
    assert [(row.kind, row.bar, row.reason, row.made_by_id, row.ended_at, row.ended_by_id, row.ended_reason) for row in kept] == [
        (Measure.BAR, Bar.BLOCKED, "刷分", town.chief, LATER + timedelta(hours=1), town.chief, None),
        (Measure.BAR, Bar.RELATIVE, "编辑的爱人", town.chief, LATER + timedelta(hours=2), town.chief, "说错了")]


@pytest.mark.slow
def test_erased_reader_who_was_barred_stays_out_of_the_way(town: Town) -> None:
    find(town, "拦", 1)
    find(town, "甲", 2)
    persons.bar(town.session, town.reader("拦"), Bar.BLOCKED, "刷分", actor=by_staff(town.chief), now=LATER)
    link(town, "甲", "拦")
    privacy.erase(town.session.connection(), town.reader("甲"), now=LATER)
    town.session.expire_all()
    assert totals(town) == {"甲": 0, "拦": 0}


@pytest.mark.slow
def test_erasure_of_one_account_does_not_take_the_prize_of_the_other(town: Town) -> None:
    find(town, "甲", 1)
    find(town, "甲二", 2)
    link(town, "甲", "甲二")
    privacy.erase(town.session.connection(), town.reader("甲二"), now=LATER)
    town.session.expire_all()
    standing = compute(town.session.connection(), town.round().id)
    assert standing.select().best == (town.person("甲"),)
    assert set(standing.excluded) == {town.person("甲二")}


@pytest.mark.slow
def test_best_who_rests_is_known_by_every_account_of_his(session: Session) -> None:
    from dataclasses import replace

    town = Town.founded(session, rules=replace(ALONE, best_rest_rounds=1))
    find(town, "甲", 1)
    rounds.close_round(session, town.round().id, actor=OPERATOR, now=CLOSED)
    rounds.pick_round(session, town.round().id, actor=OPERATOR, now=CLOSED)
    town.reader("先来")
    link(town, "甲", "先来")
    june = compute(session.connection(), town.round("2023-06").id)
    assert june.previous_best == ((town.person("先来"),),)


@pytest.mark.parametrize("reason", ["", "  ", "长" * 301])
def test_staff_give_a_reason(town: Town, reason: str) -> None:
    one, other = town.reader("甲"), town.reader("乙")
    with pytest.raises(BadInput, match="理由"):
        persons.link(town.session, one, other, reason, actor=by_staff(town.chief), now=LATER)
    with pytest.raises(BadInput, match="理由"):
        persons.bar(town.session, one, Bar.BLOCKED, reason, actor=by_staff(town.chief), now=LATER)


def test_link_is_refused_where_it_makes_no_sense(town: Town) -> None:
    with pytest.raises(BadInput, match="同一位"):
        link(town, "甲", "甲")
    link(town, "甲", "乙")
    with pytest.raises(NotAllowed, match="已经是"):
        link(town, "乙", "甲")
    with pytest.raises(NotFound):
        persons.link(town.session, town.reader("甲"), 4711, WHY, actor=by_staff(town.chief), now=LATER)
    privacy.erase(town.session.connection(), town.reader("丙"), now=LATER)
    with pytest.raises(NotFound, match="删除"):
        link(town, "甲", "丙")
    with pytest.raises(NotAllowed, match="登录"):
        persons.link(town.session, town.reader("甲"), town.reader("丁"), WHY, actor=OPERATOR, now=LATER)


def test_link_is_undone_once(town: Town) -> None:
    link(town, "甲", "乙")
    unlink(town)
    with pytest.raises(NotAllowed, match="已经解除"):
        unlink(town)
    with pytest.raises(NotFound):
        persons.unlink(town.session, 4711, "弄错了", actor=by_staff(town.chief), now=LATER)


def test_record_says_who_linked_without_a_word_of_the_reason(town: Town) -> None:
    link(town, "甲", "乙")
    unlink(town)
    entries = town.session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "reader")
                                   .order_by(AuditEntry.id)).all()
    assert [(one.verb, one.staff_id, one.details) for one in entries] == [
        ("link_readers", town.chief, {"with": town.reader("乙")}),
        ("unlink_readers", town.chief, {"with": town.reader("乙")})]


# staff


def own_code(town: Town, name: str) -> str:
    return link_codes.new_code(town.session.connection(), town.reader(name), now=LATER)


def use(town: Town, code: str) -> str | None:
    return link_codes.use_as_staff(town.session, town.editor, code, actor=by_staff(town.editor), now=LATER)


def test_wechat_of_staff_wins_nothing_and_is_in_nobodys_way(town: Town) -> None:
    find(town, "编辑", 1)
    find(town, "乙", 1, hours=1)
    assert use(town, own_code(town, "编辑").lower()) is None
    assert totals(town) == {"编辑": 0, "乙": 1000}
    assert town.session.get_one(Staff, town.editor).person_id == town.person("编辑")
    assert town.session.get_one(Person, town.person("编辑")).bar is Bar.STAFF


def test_second_wechat_of_staff_joins_the_first(town: Town) -> None:
    use(town, own_code(town, "编辑"))
    use(town, own_code(town, "编辑二"))
    assert town.person("编辑") == town.person("编辑二")
    assert town.session.scalars(select(ReaderLink.how)).all() == [LinkedBy.CODE]


def test_staff_stay_barred_while_they_work_here(town: Town) -> None:
    use(town, own_code(town, "编辑"))
    with pytest.raises(NotAllowed, match="还在用"):
        persons.unbar(town.session, town.reader("编辑"), "离职", actor=by_staff(town.chief), now=LATER)
    town.session.get_one(Staff, town.editor).active = False
    town.session.flush()
    persons.unbar(town.session, town.reader("编辑"), "离职", actor=by_staff(town.chief), now=LATER)
    assert town.session.get_one(Staff, town.editor).person_id is None


def test_wrong_code_of_staff_is_said_and_counted(town: Town) -> None:
    for _ in range(link_codes.WRONG_TRIES):
        assert "不对" in (use(town, "222222") or "")
    assert len(town.session.scalars(select(LinkTry)).all()) == link_codes.WRONG_TRIES
    with pytest.raises(NotAllowed, match="一小时"):
        use(town, own_code(town, "编辑"))
    with pytest.raises(BadInput, match="6位"):
        use(town, "12")


def test_links_made_at_once_end_in_one_person(engine: Engine, town: Town) -> None:
    ids = [town.reader(name) for name in ("甲", "乙", "丙", "丁")]
    town.session.commit()

    def joining(one: int, other: int):  # type: ignore[no-untyped-def]
        return lambda session: persons.join(session.connection(), one, other, how=LinkedBy.CODE, now=LATER)

    results = at_once(engine, [joining(ids[0], ids[1]), joining(ids[1], ids[2]), joining(ids[2], ids[3]),
                               joining(ids[3], ids[0])])
    assert sorted(map(str, results)) == ["False", "True", "True", "True"]
    with Session(engine) as fresh:
        assert len(set(fresh.scalars(select(Reader.person_id)))) == 1


@pytest.mark.slow
def test_refused_report_of_one_account_weighs_on_the_person(town: Town) -> None:
    find(town, "甲", 1)
    for number in (2, 3):
        town.refuse(town.file("甲二", town.said(number)).report_id, Verdict.NOT_AN_ERROR)
    link(town, "甲", "甲二")
    assert compute(town.session.connection(), town.round().id).select().best == ()
