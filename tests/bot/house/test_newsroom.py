"""At which step an error came about, and the month for the desks; on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select, update

from bot.catalogue.library import Library
from bot.contest.rules import DEFAULT_RULES
from bot.errors import BadInput, NotAllowed, NotFound
from bot.filing import errata
from bot.filing.returned import Again, Words, again
from bot.house import newsroom
from bot.house.classes import CLASS_NAMES, CheckClass, shanghai_class
from bot.judging.grading import mend
from bot.understanding.values import Amendment, Field
from models.audit import AuditEntry
from models.enums import DeskCause, Verdict
from models.newsroom import ErratumCause
from models.papers import Page
from models.queries import newsroom as queries
from tests.support.errata import Desk, erratum_of
from tests.support.town import at_once
from tests.support.world import LIUWAN, WUTONGLI, article, import_issues, issue, page

DISCOUNT = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"
SORTING = "柳湾版1版“污水横留”应为“污水横流”"
OPENED = "柳湾版3版“建成开方”应为“建成开放”"
COUNTING = "梧桐里版2版“轮留值班”应为“轮流值班”"


@pytest.fixture
def desk(contest: int, engine: Engine) -> Iterator[Desk]:
    desk = Desk(engine)
    yield desk
    desk.close()


def causes(desk: Desk) -> dict[int, DeskCause]:
    return {one.erratum_id: one.cause for one in desk.see(lambda session: list(session.scalars(select(ErratumCause))))}


def trail(desk: Desk) -> list[tuple[str | None, str | None]]:
    rows = desk.see(lambda session: session.execute(select(AuditEntry.before, AuditEntry.after).where(
        AuditEntry.verb == "set_cause").order_by(AuditEntry.id)).all())
    return [(row.before, row.after) for row in rows]


# the eight classes


def test_every_row_that_scores_has_a_class_and_only_these() -> None:
    scored = {row.code for row in DEFAULT_RULES.gradable_rows if row.base_milli}
    assert {row.code for row in DEFAULT_RULES.annex if shanghai_class(row.code)} == scored
    assert {shanghai_class(code) for code in scored} == set(CheckClass) == set(CLASS_NAMES)


@pytest.mark.parametrize(("row", "kind"), [
    ("N-05", "用字"), ("N-06", "词语"), ("N-07", "表达"), ("N-04", "知识内容"), ("N-18", "标点"), ("N-10", "数字用法"),
    ("N-16", "计量单位"), ("N-20", "格式体例"),
])  # fmt: skip
def test_rows_go_to_the_classes_of_the_shanghai_checks(row: str, kind: str) -> None:
    known = shanghai_class(row)
    assert known is not None
    assert CLASS_NAMES[known] == kind


@pytest.mark.parametrize("code", ["N-01", "N-03", "N-22", "X-99", "", None])
def test_what_is_never_scored_has_no_class(code: str | None) -> None:
    assert shanghai_class(code) is None


# what came back


@pytest.mark.parametrize(("one", "other", "why"), [
    (("帐户", "账户"), ("帐户", "账户"), Again.SAME_WORD),
    (("开设帐户", "开设账户"), ("帐户", "账户"), Again.SAME_CHANGE),
    (("优 慧", "优惠"), ("优慧", "优惠"), Again.SAME_WORD),
    (("帐户", "账户"), ("帐户", "专户"), None),
    (("高兴的", "高兴地"), ("自觉的", "自觉地"), None),  # particles are no habit of one word
    (("高兴的", "高兴地"), ("高兴的", "高兴地"), Again.SAME_WORD),
    (("3人", "5人"), ("3年", "5年"), None),  # nor are figures
    (("食开张", "食堂开张"), ("课上", "课堂上"), None),  # nor is what is missing
    (("帐", "账"), ("帐", "账"), Again.SAME_CHANGE),
    (("甲，乙", "甲、乙"), ("甲，乙", "甲、乙"), None),
    ((None, "账户"), ("帐户", "账户"), None), (("帐户", None), ("帐户", None), None),
])  # fmt: skip
def test_a_slip_is_known_again(
    one: tuple[str | None, str | None], other: tuple[str | None, str | None], why: Again | None
) -> None:
    assert again(Words(*one), Words(*other)) is why
    assert again(Words(*other), Words(*one)) is why


# the cause


def test_a_cause_is_set_changed_and_taken_back_with_a_trail(desk: Desk) -> None:
    erratum = desk.confirm("oA", DISCOUNT)
    desk.do(newsroom.set_cause, erratum, DeskCause.WRITING, actor=desk.editor)
    desk.do(newsroom.set_cause, erratum, DeskCause.WRITING, note=" 供稿单位 ", actor=desk.editor)
    desk.do(newsroom.set_cause, erratum, DeskCause.PROOFREADING, actor=desk.editor)
    view = desk.see(queries.cause_of, erratum)
    assert (view.cause, view.own, view.note) == (DeskCause.PROOFREADING, True, "供稿单位")
    desk.do(newsroom.set_cause, erratum, None, actor=desk.editor)
    assert causes(desk) == {}
    assert trail(desk) == [(None, "writing"), ("writing", "proofreading"), ("proofreading", None)]


def test_two_who_say_the_first_word_at_once_are_both_heard(desk: Desk) -> None:
    erratum, now = desk.confirm("oA", DISCOUNT), desk.chat.now
    found = at_once(desk.engine, [
        lambda session, cause=cause: newsroom.set_cause(session, erratum, cause, actor=desk.editor, now=now)
        for cause in (DeskCause.WRITING, DeskCause.EDITING)])
    assert found == [None, None]
    trail = desk.see(lambda session: session.execute(select(AuditEntry.before, AuditEntry.after).where(
        AuditEntry.verb == "set_cause").order_by(AuditEntry.id)).all())
    assert [trail[0].before, trail[1].before] == [None, trail[0].after]
    assert desk.see(queries.cause_of, erratum).cause == trail[1].after


def test_only_what_is_accepted_has_a_cause_and_grading_never_waits_for_one(desk: Desk) -> None:
    number = desk.report("oA", DISCOUNT)
    erratum = erratum_of(desk.engine, number)
    with pytest.raises(NotAllowed, match="采纳以后"):
        desk.do(newsroom.set_cause, erratum, DeskCause.WRITING, actor=desk.editor)
    with pytest.raises(NotFound):
        desk.do(newsroom.set_cause, 999, DeskCause.WRITING, actor=desk.editor)
    assert desk.accept(number) == erratum
    assert desk.see(queries.cause_of, erratum).cause is None


def test_long_note_and_nothing_ticked_are_refused(desk: Desk) -> None:
    erratum = desk.confirm("oA", DISCOUNT)
    with pytest.raises(BadInput, match="200"):
        desk.do(newsroom.set_cause, erratum, DeskCause.WRITING, note="长" * 201, actor=desk.editor)
    with pytest.raises(BadInput, match="勾选"):
        desk.do(newsroom.set_causes, [], DeskCause.WRITING, actor=desk.editor)
    with pytest.raises(BadInput, match="最多"):
        desk.do(newsroom.set_causes, range(1, 300), DeskCause.WRITING, actor=desk.editor)


def test_several_get_one_cause_at_once(desk: Desk) -> None:
    both = [desk.confirm("oA", DISCOUNT), desk.confirm("oA", SORTING)]
    assert desk.do(newsroom.set_causes, [*both, *both], DeskCause.LAYOUT, actor=desk.editor) == 2
    assert causes(desk) == dict.fromkeys(both, DeskCause.LAYOUT)


def test_a_linked_slip_shares_the_cause_of_its_root_unless_it_has_its_own(desk: Desk) -> None:
    root, other = desk.confirm("oA", DISCOUNT), desk.confirm("oB", COUNTING)
    desk.do(lambda session, now: errata.link(session.connection(), other, root))
    assert desk.see(queries.cause_of, other).target_id == root  # the first word is said of all
    desk.do(newsroom.set_cause, root, DeskCause.EDITING, actor=desk.editor)
    shared = desk.see(queries.cause_of, other)
    assert (shared.cause, shared.own, shared.target_id) == (DeskCause.EDITING, False, other)
    assert [len(one.places) for one in desk.see(newsroom.month_of, "2026-11").entries] == [2]

    desk.do(newsroom.set_cause, other, DeskCause.PRINTING, actor=desk.editor)
    assert desk.see(queries.cause_of, other).cause is DeskCause.PRINTING
    month = desk.see(newsroom.month_of, "2026-11")
    assert [(one.cause, [place.id for place in one.places]) for one in month.entries] == [
        (DeskCause.EDITING, [root]), (DeskCause.PRINTING, [other])]


def test_a_cause_set_in_bulk_reaches_every_place_of_a_slip(desk: Desk) -> None:
    root, other = desk.confirm("oA", DISCOUNT), desk.confirm("oB", COUNTING)
    desk.do(lambda session, now: errata.link(session.connection(), other, root))
    entry, = desk.see(newsroom.month_of, "2026-11").entries
    desk.do(newsroom.set_causes, entry.targets, DeskCause.WRITING, actor=desk.editor)
    assert causes(desk) == {root: DeskCause.WRITING}
    assert [one.cause for one in desk.see(newsroom.month_of, "2026-11").entries] == [DeskCause.WRITING]


# the month


def test_month_counts_what_is_accepted_and_nothing_else(desk: Desk) -> None:
    desk.confirm("oA", DISCOUNT, "N-05")
    desk.accept(desk.report("oB", DISCOUNT), "N-05")
    wrong = desk.confirm("oA", SORTING, "N-06")
    desk.report("oB", OPENED)
    desk.accept(desk.report("oC", COUNTING), verdict=Verdict.NOT_AN_ERROR, reason="没有错。")
    desk.do(newsroom.set_cause, wrong, DeskCause.PROOFREADING, actor=desk.editor)

    month = desk.see(newsroom.month_of, "2026-11")

    assert [(one.first.wrong, one.finders) for one in month.entries] == [("污水横留", 1), ("八折优慧", 2)]
    assert (month.places, month.finders, len(month.missing), month.cut) == (2, 2, 1, False)
    assert {cause: many for cause, many in month.causes if many} == {DeskCause.PROOFREADING: 1}
    assert {kind: many for kind, many in month.classes if many} == {CheckClass.CHARACTERS: 1, CheckClass.WORDS: 1}
    assert [(one.paper, one.page, one.places, one.points_milli) for one in month.pages] == [
        (LIUWAN, "01", 1, 2000), (LIUWAN, "03", 1, 1000)]


@pytest.mark.slow
def test_month_can_be_that_of_one_paper(desk: Desk) -> None:
    desk.confirm("oA", DISCOUNT)
    desk.confirm("oA", COUNTING)
    names = {name: paper_id for paper_id, name in desk.see(queries.papers, "2026-11")}
    assert names.keys() == {LIUWAN, WUTONGLI}
    only = desk.see(newsroom.month_of, "2026-11", paper_id=names[WUTONGLI])
    assert [one.first.paper for one in only.entries] == [WUTONGLI]


@pytest.mark.slow
def test_a_grade_taken_back_leaves_the_month(desk: Desk) -> None:
    number = desk.report("oA", DISCOUNT)
    desk.accept(number)
    assert desk.see(queries.months) == ["2026-11"]
    desk.accept(number, verdict=Verdict.NOT_AN_ERROR, reason="看错了。")
    assert desk.see(newsroom.month_of, "2026-11").entries == ()
    assert desk.see(queries.months) == []


@pytest.mark.slow
def test_a_slip_confirmed_in_an_earlier_month_came_back(desk: Desk) -> None:
    import_issues(desk.engine, (issue(LIUWAN, "2026-10", page("02", article(
        "a1", "秋季趣味运动会", "会员凭卡可享受八折优慧，队员轮流上场。", "老邱说，今年的比塞很精彩。"))),), now=desk.chat.now)
    desk.confirm("oA", "柳湾版10月2版“八折优慧”应为“八折优惠”")
    desk.confirm("oA", "柳湾版10月2版“今年的比塞”应为“今年的比赛”")
    back = desk.confirm("oA", "柳湾版11月3版“八折优慧”应为“八折优惠”")
    desk.confirm("oA", OPENED)

    month = desk.see(newsroom.month_of, "2026-11")

    (entry,) = month.returned
    assert entry.back is not None
    assert (entry.first.id, entry.back.why, entry.back.times) == (back, Again.SAME_WORD, 1)
    assert (entry.back.last.month, entry.back.last.page, entry.back.last.article) == ("2026-10", "02", "秋季趣味运动会")
    assert desk.see(newsroom.month_of, "2026-10").returned == ()  # nothing was before it


def test_the_editors_mended_words_stand_in_the_month(desk: Desk) -> None:
    number = desk.report("oA", DISCOUNT)
    desk.do(lambda session, now: mend(
        session, number, (Amendment(Field.RIGHT, "八折优惠价"),), index=Library().index(session.connection()),
        actor=desk.editor, now=now, expected_version=1))
    desk.accept(number)
    entry, = desk.see(newsroom.month_of, "2026-11").entries
    assert (entry.first.wrong, entry.first.right) == ("八折优慧", "八折优惠价")


@pytest.mark.slow
def test_a_linked_place_whose_own_report_was_refused_is_no_place_of_the_slip(desk: Desk) -> None:
    number = desk.report("oB", COUNTING)
    root = desk.confirm("oA", DISCOUNT)
    desk.do(lambda session, now: errata.link(session.connection(), erratum_of(desk.engine, number), root))
    assert [len(one.places) for one in desk.see(newsroom.month_of, "2026-11").entries] == [2]  # it hangs on the slip
    desk.accept(number, verdict=Verdict.NOT_AN_ERROR, reason="这里没有错。")
    assert [[place.id for place in one.places] for one in desk.see(newsroom.month_of, "2026-11").entries] == [[root]]


@pytest.mark.slow
def test_pages_of_a_month_stand_by_their_numbers_not_by_their_letters(desk: Desk) -> None:
    for words, reader in ((DISCOUNT, "oA"), (SORTING, "oB")):
        desk.confirm(reader, words)
    for was, number in (("03", "10"), ("01", "2")):  # the discount stands on page 10, the bins on page 2
        desk.do(lambda session, now, was=was, number=number: session.execute(
            update(Page).where(Page.number == was).values(number=number)))
    month = desk.see(newsroom.month_of, "2026-11")
    assert [entry.places[0].page for entry in month.entries] == ["2", "10"]
    assert [one.page for one in month.pages] == ["2", "10"]
