"""Correction notices from the draft to the reader who is told; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, select, update

from bot.audit import Actor
from bot.dialogue import phrases
from bot.errors import BadInput, NotAllowed, NotFound, Stale
from bot.house import newsroom
from bot.judging import grading
from bot.members import staff as accounts
from bot.personal import privacy
from bot.publishing import corrections
from bot.publishing.correction_words import Slip
from bot.publishing.corrections import Due, Written
from models.audit import AuditEntry
from models.enums import CorrectionKind, CorrectionState, DeskCause, Doubling, OutgoingState, Role, Verdict
from models.newsroom import CorrectionNotice
from models.outgoing import OutgoingMessage
from models.papers import Paper
from models.queries import corrections as queries
from models.queries import newsroom as newsroom_queries
from models.queries.corrections import NoticeView
from models.readers import Reader
from models.reports import Report
from models.staff import Staff
from tests.support.errata import Desk, erratum_of, staff
from tests.support.town import at_once
from tests.support.world import LIUWAN, WUTONGLI, at

TITLE = "柳湾版3版《社区食堂开张 老人吃上热饭》，“八折优慧”应为“八折优惠”"
SAID = "柳湾版3版“高兴地的说”应为“高兴地说”"
PARK = "柳湾版3版“建成开方”应为“建成开放”"
ON = date(2026, 11, 9)
DRAFT, RELEASED, PRINTED, WITHDRAWN = CorrectionState
BOTH = (DRAFT, RELEASED)


@pytest.fixture
def desk(contest: int, engine: Engine) -> Iterator[Desk]:
    desk = Desk(engine)
    yield desk
    desk.close()


@pytest.fixture
def chief(desk: Desk) -> Actor:
    return staff(desk.engine, "zhubian", Role.CHIEF)


def drafted(desk: Desk, *errata: int, by: Actor | None = None) -> int:
    return int(desk.do(corrections.draft, errata, actor=by or desk.editor))


def load(desk: Desk, notice_id: int) -> NoticeView:
    found = desk.see(queries.load, notice_id)
    assert isinstance(found, NoticeView)
    return found


def release(desk: Desk, notice_id: int, by: Actor, reason: str = "") -> None:
    desk.do(corrections.release, notice_id, reason=reason, actor=by, expected_version=load(desk, notice_id).version)


def printed(desk: Desk, notice_id: int, by: Actor, **changes: object) -> int:
    view = load(desk, notice_id)
    values = {"paper_id": view.paper_id, "printed_on": ON, "page": "02"} | changes
    return int(desk.do(corrections.mark_printed, notice_id, actor=by, expected_version=view.version, **values))


def told(desk: Desk) -> list[tuple[int, str, OutgoingState]]:
    rows = desk.see(lambda session: session.scalars(
        select(OutgoingMessage).where(OutgoingMessage.kind == "correction").order_by(OutgoingMessage.id)).all())
    return [(one.reader_id, one.text, one.state) for one in rows]


def trail(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    rows = desk.see(lambda session: session.execute(select(AuditEntry.verb, AuditEntry.details).where(
        AuditEntry.object_kind == "correction").order_by(AuditEntry.id)).all())
    return [(row.verb, row.details) for row in rows]


# the draft


def test_a_draft_is_written_from_what_is_accepted(desk: Desk) -> None:
    notice = load(desk, drafted(desk, desk.confirm("oA", TITLE)))
    assert notice.text == (
        "更正：本报2026年11月6日3版《社区食堂开张 老人吃上热饭》一文，“八折优慧”应为“八折优惠”。特此更正。")
    assert (notice.state, notice.page, [item.kind for item in notice.items]) == (DRAFT, "03", [CorrectionKind.WORDING])


def test_errors_of_one_article_make_one_notice_and_of_two_articles_none(desk: Desk) -> None:
    one, two, other = desk.confirm("oA", TITLE), desk.confirm("oB", SAID), desk.confirm("oC", PARK)
    with pytest.raises(BadInput, match="一篇文章"):
        drafted(desk, one, other)
    notice = load(desk, drafted(desk, two, one))
    assert [item.erratum_id for item in notice.items] == [one, two]
    assert "应为“八折优惠”；“高兴地的说”应为“高兴地说”，多印“的”。" in notice.text


def test_facts_and_titles_are_written_as_such(desk: Desk) -> None:
    fact = load(desk, drafted(desk, desk.confirm("oA", "柳湾版3版“十二个菜”应为“十三个菜”", "N-04")))
    assert fact.text.endswith("“十二个菜”有误，应为“十三个菜”。特此更正，并向读者致歉。")
    title = load(desk, drafted(desk, desk.confirm("oA", PARK, doubling=Doubling.HEADLINE)))
    assert "标题中“建成开方”应为“建成开放”" in title.text


def test_what_is_not_accepted_or_has_a_notice_is_not_drafted(desk: Desk) -> None:
    number = desk.report("oA", TITLE)
    for errata, problem in (([], "勾选"), ([erratum_of(desk.engine, number)], "采纳"), ([999], "采纳"), (range(1, 30), "最多")):
        with pytest.raises((BadInput, NotAllowed), match=problem):
            desk.do(corrections.draft, errata, actor=desk.editor)
    erratum = desk.accept(number)
    drafted(desk, erratum)
    with pytest.raises(NotAllowed, match="起草过"):
        drafted(desk, erratum)


def test_a_withdrawn_notice_frees_its_errors(desk: Desk) -> None:
    erratum = desk.confirm("oA", TITLE)
    first = drafted(desk, erratum)
    desk.do(corrections.withdraw, first, "换个写法", of=(DRAFT,), actor=desk.editor, expected_version=1)
    assert (load(desk, first).state, load(desk, first).withdraw_reason) == (WITHDRAWN, "换个写法")
    assert drafted(desk, erratum) != first


# its words


def test_words_are_changed_freely_or_put_together_anew(desk: Desk) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE))
    slips = (Slip(CorrectionKind.WORDING, "优慧", "优惠"),)
    given = Written("03", "社区食堂开张", slips, "更正：改好了。")
    desk.do(corrections.write, notice, given, actor=desk.editor, expected_version=1)
    assert load(desk, notice).text == "更正：改好了。"
    desk.do(corrections.write, notice, Written("04", "社区食堂", slips, None), actor=desk.editor, expected_version=2)
    view = load(desk, notice)
    assert view.text == "更正：本报2026年11月6日4版《社区食堂》一文，“优慧”应为“优惠”。特此更正。"
    assert (view.version, view.items[0].wrong) == (3, "优慧")


@pytest.mark.parametrize(("changes", "problem"), [
    ({"text": "  "}, "请写"), ({"text": "长" * 601}, "最多"), ({"slips": ()}, "每一处"),
    ({"slips": (Slip(CorrectionKind.WORDING, None, None),)}, "每一处"),
])  # fmt: skip
def test_words_that_are_none_are_refused(desk: Desk, changes: dict[str, object], problem: str) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE))
    given = replace(Written("03", None, (Slip(CorrectionKind.WORDING, "优慧", "优惠"),), "好"), **changes)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=problem):
        desk.do(corrections.write, notice, given, actor=desk.editor, expected_version=1)


def test_of_two_who_change_one_version_one_is_told(desk: Desk, chief: Actor) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE))
    release(desk, notice, chief)
    with pytest.raises(Stale, match="刚刚有人改过"):
        desk.do(corrections.release, notice, actor=chief, expected_version=1)
    with pytest.raises(NotFound):
        desk.do(corrections.release, 999, actor=chief, expected_version=1)


# the release


def test_a_chief_releases_what_another_drafted(desk: Desk, chief: Actor) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE))
    release(desk, notice, chief)
    view = load(desk, notice)
    assert (view.state, view.released_by, view.release_reason) == (RELEASED, "编辑zhubian", None)
    with pytest.raises(NotAllowed, match="不能再改"):
        desk.do(corrections.write, notice, Written("03", None, (), "新"), actor=desk.editor, expected_version=2)


def test_nobody_releases_his_own_while_there_is_another_chief(desk: Desk, chief: Actor) -> None:
    other = staff(desk.engine, "zhubian2", Role.CHIEF)
    notice = drafted(desk, desk.confirm("oA", TITLE), by=chief)
    with pytest.raises(NotAllowed, match="另一位主编"):
        release(desk, notice, chief, "我看过了")
    release(desk, notice, other)
    assert load(desk, notice).state is RELEASED


def test_a_chief_of_another_paper_only_is_no_second_for_this_one(desk: Desk, chief: Actor) -> None:
    other = staff(desk.engine, "zhubian2", Role.CHIEF)
    here, elsewhere = (paper(desk, name) for name in (LIUWAN, WUTONGLI))
    notice = drafted(desk, desk.confirm("oA", TITLE), by=chief)
    for papers, alone in (({}, False), ({elsewhere: Role.CHIEF}, True), ({here: Role.EDITOR}, True), ({here: Role.CHIEF}, False)):
        desk.do(lambda session, now, papers=papers: accounts.set_paper_roles(
            session, other.staff_id, papers, actor=chief, now=now))
        assert desk.do(lambda session, now: corrections.alone(session, notice, chief.staff_id)) is alone


def paper(desk: Desk, name: str) -> int:
    return desk.do(lambda session, now: session.scalars(select(Paper.id).where(Paper.name == name)).one())


def test_the_only_chief_releases_his_own_with_a_reason_that_is_kept(desk: Desk, chief: Actor) -> None:
    gone = staff(desk.engine, "zhubian2", Role.CHIEF)
    desk.do(lambda session, now: session.execute(update(Staff).where(Staff.id == gone.staff_id).values(active=False)))
    notice = drafted(desk, desk.confirm("oA", TITLE), by=chief)
    with pytest.raises(BadInput, match="理由"):
        release(desk, notice, chief, "  ")
    release(desk, notice, chief, "另一位休假")
    assert load(desk, notice).release_reason == "另一位休假"
    assert trail(desk)[-1] == ("release_correction", {"same_person": True})


# print, and the finders


def test_every_finder_is_told_once_when_it_is_printed(desk: Desk, chief: Actor) -> None:
    erratum = desk.confirm("oA", TITLE)
    desk.accept(desk.report("oB", TITLE))
    desk.accept(desk.report("oC", TITLE), verdict=Verdict.NOT_AN_ERROR, reason="没有错。")
    desk.report("oD", TITLE)
    desk.confirm("oE", PARK)
    notice = drafted(desk, erratum)
    with pytest.raises(NotAllowed):
        printed(desk, notice, chief)  # nobody released it
    release(desk, notice, chief)
    assert told(desk) == []

    assert printed(desk, notice, chief) == 2

    words = "您指出的“八折优慧”→“八折优惠”，本报已在11月9日2版更正。谢谢您。"
    assert told(desk) == [(1, words, OutgoingState.QUEUED), (2, words, OutgoingState.QUEUED)]
    with pytest.raises(NotAllowed):
        printed(desk, notice, chief)
    assert len(told(desk)) == 2
    view = load(desk, notice)
    assert (view.state, view.printed_on, view.printed_page, view.printed_by) == (PRINTED, ON, "02", "编辑zhubian")
    assert trail(desk)[-1] == ("print_correction", {"paper": view.paper_id, "readers": 2})


def test_a_finder_of_two_of_its_errors_gets_one_message(desk: Desk, chief: Actor) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE), desk.confirm("oA", SAID))
    release(desk, notice, chief)
    assert printed(desk, notice, chief) == 1
    assert told(desk)[0][1] == "您指出的“八折优慧”→“八折优惠”等2处，本报已在11月9日2版更正。谢谢您。"


@pytest.mark.slow
def test_linked_readers_are_one_person_who_is_told_once(desk: Desk, chief: Actor) -> None:
    erratum = desk.confirm("oA", TITLE)
    number = desk.report("oB", TITLE)
    desk.accept(number)
    desk.do(lambda session, now: session.execute(update(Reader).where(Reader.id == 2).values(person_id=1)))
    notice = drafted(desk, erratum)
    release(desk, notice, chief)
    assert printed(desk, notice, chief) == 1
    assert [reader for reader, _, _ in told(desk)] == [1]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["left", "erased"])
def test_who_left_or_was_erased_hears_nothing(desk: Desk, chief: Actor, way: str) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE))
    release(desk, notice, chief)
    if way == "left":
        desk.chat.event("oA", "unsubscribe")
    else:
        desk.do(lambda session, now: privacy.erase(session.connection(), 1, now=now))
    assert printed(desk, notice, chief) == 0
    assert told(desk) == []
    assert load(desk, notice).state is PRINTED


def test_a_notice_in_another_paper_names_it(desk: Desk, chief: Actor) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE))
    release(desk, notice, chief)
    other = next(one for one, name in desk.see(queries.papers) if name.endswith("梧桐里"))
    printed(desk, notice, chief, paper_id=other, page="1版")
    assert told(desk)[0][1] == "您指出的“八折优慧”→“八折优惠”，《社区晨报·梧桐里》已在11月9日1版更正。谢谢您。"


@pytest.mark.slow
@pytest.mark.parametrize(("changes", "problem"), [
    ({"page": " "}, "第几版"), ({"page": "长" * 21}, "第几版"), ({"paper_id": 99}, "没有这份报纸"),
    ({"printed_on": date(2026, 11, 30)}, "还没有到"), ({"printed_on": date(2026, 11, 1)}, "不会早于"),
])  # fmt: skip
def test_where_it_was_printed_must_be_possible(
    desk: Desk, chief: Actor, changes: dict[str, object], problem: str
) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE))
    release(desk, notice, chief)
    with pytest.raises((BadInput, NotFound), match=problem):
        printed(desk, notice, chief, **changes)
    assert (load(desk, notice).state, told(desk)) == (RELEASED, [])


@pytest.mark.slow
def test_where_it_was_printed_is_put_right_and_nobody_is_told_again(desk: Desk, chief: Actor) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE))
    release(desk, notice, chief)
    view = load(desk, notice)
    where = {"paper_id": view.paper_id, "printed_on": date(2026, 11, 8), "page": "03版"}
    with pytest.raises(NotAllowed, match="还没有登出来"):
        desk.do(corrections.mend_printed, notice, actor=chief, expected_version=2, **where)
    printed(desk, notice, chief)
    before = load(desk, notice)
    for _ in range(2):  # the second time nothing is different
        desk.do(corrections.mend_printed, notice, actor=chief, expected_version=load(desk, notice).version, **where)
    after = load(desk, notice)
    assert after == replace(before, version=4, printed_on=date(2026, 11, 8), printed_page="03")
    assert len(told(desk)) == 1
    assert trail(desk)[-1] == ("mend_printed_correction", {})
    with pytest.raises(Stale):
        desk.do(corrections.mend_printed, notice, actor=chief, expected_version=3, **where)
    with pytest.raises(BadInput, match="还没有到"):
        desk.do(corrections.mend_printed, notice, actor=chief, expected_version=4,
                **where | {"printed_on": date(2026, 11, 30)})


# withdrawal, suggestions, the day


def test_withdrawal_needs_a_reason_and_after_the_release_a_chief(desk: Desk, chief: Actor) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE))
    with pytest.raises(BadInput, match="理由"):
        desk.do(corrections.withdraw, notice, " ", of=BOTH, actor=chief, expected_version=1)
    release(desk, notice, chief)
    with pytest.raises(NotAllowed, match="主编撤下"):
        desk.do(corrections.withdraw, notice, "不登", of=(DRAFT,), actor=desk.editor, expected_version=2)
    desk.do(corrections.withdraw, notice, "不登", of=BOTH, actor=chief, expected_version=2)
    with pytest.raises(NotAllowed):
        desk.do(corrections.withdraw, notice, "不登", of=BOTH, actor=chief, expected_version=3)


@pytest.mark.slow
def test_what_has_a_notice_or_needs_none_is_suggested_no_more(desk: Desk) -> None:
    one, two, three = desk.confirm("oA", TITLE), desk.confirm("oA", SAID), desk.confirm("oA", PARK)
    drafted(desk, one)
    for _ in range(2):
        desk.do(corrections.waive, two, actor=desk.editor)
    assert [row.id for row in desk.see(queries.without_notice, since="2026-11")] == [three]
    assert [row.id for row in desk.see(queries.waived, since="2026-11")] == [two]
    desk.do(corrections.want, two, actor=desk.editor)
    assert {row.id for row in desk.see(queries.without_notice, since="2026-11")} == {two, three}
    assert desk.see(queries.without_notice, since="2026-12") == []
    with pytest.raises(NotFound):
        desk.do(corrections.waive, 999, actor=desk.editor)


def test_a_draft_takes_the_waiver_back(desk: Desk) -> None:
    erratum = desk.confirm("oA", TITLE)
    desk.do(corrections.waive, erratum, actor=desk.editor)
    drafted(desk, erratum)
    assert desk.see(queries.waived, since="2026-11") == []


@pytest.mark.parametrize(("now", "missed"), [("11-20 09:00", False), ("12-05 23:59", False), ("12-06 00:00", True)])
def test_it_is_due_in_the_first_issue_after_the_discovery(desk: Desk, now: str, missed: bool) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE))
    seen = desk.see(lambda session: corrections.due(session, [load(desk, notice)], now=at(now)))
    assert seen == {notice: Due(date(2026, 12, 6), missed)}


@pytest.mark.slow
def test_a_notice_whose_report_went_elsewhere_stays_and_tells_nobody(desk: Desk, chief: Actor) -> None:
    number = desk.report("oA", TITLE)
    other = desk.report("oB", SAID)
    notice = drafted(desk, desk.accept(number))
    release(desk, notice, chief)
    desk.do(grading.undo, number, actor=desk.editor, expected_version=2)
    desk.do(grading.join, number, other, actor=desk.editor, expected_version=3)
    assert [(item.erratum_id, item.number) for item in load(desk, notice).items] == [(None, None)]
    assert printed(desk, notice, chief) == 0


def split_off(desk: Desk, number: int) -> int:
    """An editor says that the report is an error of its own; the erratum it hangs on then."""
    version = desk.see(lambda session: session.get_one(Report, number).version)
    desk.do(grading.split, number, actor=desk.editor, expected_version=version)
    return erratum_of(desk.engine, number)


@pytest.mark.slow
def test_a_notice_follows_the_erratum_to_which_its_reports_went(desk: Desk, chief: Actor) -> None:
    number = desk.report("oA", TITLE)
    erratum = desk.accept(number)
    desk.do(newsroom.set_cause, erratum, DeskCause.EDITING, actor=desk.editor)
    notice = drafted(desk, erratum)
    release(desk, notice, chief)
    new = split_off(desk, number)
    assert new != erratum
    assert [(item.erratum_id, item.number) for item in load(desk, notice).items] == [(new, number)]
    assert desk.see(newsroom_queries.cause_of, new).cause is DeskCause.EDITING
    assert desk.see(queries.without_notice, since="2026-11") == []
    assert printed(desk, notice, chief) == 1


@pytest.mark.slow
def test_a_notice_stays_with_the_accepted_reports_that_stay(desk: Desk) -> None:
    erratum = desk.confirm("oA", TITLE)
    number = desk.report("oB", TITLE)
    desk.accept(number)
    notice = drafted(desk, erratum)
    split_off(desk, number)
    assert [item.erratum_id for item in load(desk, notice).items] == [erratum]


@pytest.mark.slow
def test_no_erratum_comes_by_a_second_notice_that_stands(desk: Desk) -> None:
    one, two = desk.report("oA", TITLE), desk.report("oB", TITLE)
    erratum = desk.accept(one)
    desk.accept(two)
    first = drafted(desk, erratum)
    other = split_off(desk, two)
    second = drafted(desk, other)
    version = desk.see(lambda session: session.get_one(Report, two).version)
    desk.do(grading.join, two, one, actor=desk.editor, expected_version=version)
    assert [item.erratum_id for item in load(desk, first).items] == [erratum]
    assert [item.number for item in load(desk, second).items] == [None]


@pytest.mark.parametrize("waived", [False, True])
def test_a_waiver_goes_with_its_error(desk: Desk, waived: bool) -> None:
    number = desk.report("oA", TITLE)
    erratum = desk.accept(number)
    if waived:
        desk.do(corrections.waive, erratum, actor=desk.editor)
    new = split_off(desk, number)
    assert [row.id for row in desk.see(queries.without_notice, since="2026-11")] == [new] * (not waived)


@pytest.mark.parametrize(("items", "paper", "said"), [
    ([("食唐", "食堂")], None, "您指出的“食唐”→“食堂”，本报已在12月6日2版更正。谢谢您。"),
    ([("的的", "")], None, "您指出的“的的”应删去，本报已在12月6日2版更正。谢谢您。"),
    ([(None, None), ("乙", "丙")], "晨报", "您指出的差错等2处，《晨报》已在12月6日2版更正。谢谢您。"),
])  # fmt: skip
def test_the_words_to_the_finder(items: list[tuple[str | None, str | None]], paper: str | None, said: str) -> None:
    assert phrases.corrected(items, date(2026, 12, 6), "2版", paper) == said


def test_the_row_in_the_table_is_the_one_that_was_written(desk: Desk) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE))
    row = desk.see(lambda session: session.get_one(CorrectionNotice, notice))
    assert (row.issue_id, row.drafted_by_id, row.discovered_at) == (
        load(desk, notice).issue_id, desk.editor.staff_id, desk.chat.now)


def test_who_asks_for_his_reports_reads_that_it_was_corrected_in_print(desk: Desk, chief: Actor) -> None:
    notice = drafted(desk, desk.confirm("oA", TITLE))
    release(desk, notice, chief)
    assert "03版 “八折优慧”→“八折优惠” 采纳" in desk.chat.say("oA", "我的").splitlines()[1]
    printed(desk, notice, chief)
    assert desk.chat.say("oA", "我的").splitlines()[1].endswith(" 采纳，已登更正")


def test_of_two_waivers_at_once_one_is_written(desk: Desk) -> None:
    erratum, now = desk.confirm("oA", TITLE), desk.chat.now
    found = at_once(desk.engine, [lambda session: corrections.waive(session, erratum, actor=desk.editor, now=now)] * 2)
    assert found == [None, None]
    assert [row.id for row in desk.see(queries.waived, since="2026-11")] == [erratum]


def test_of_two_drafts_at_once_one_is_made(desk: Desk) -> None:
    erratum, now = desk.confirm("oA", TITLE), desk.chat.now
    found = at_once(desk.engine, [lambda session: corrections.draft(session, [erratum], actor=desk.editor, now=now)] * 2)
    assert sorted(type(one).__name__ for one in found) == ["NotAllowed", "int"]
    assert desk.see(queries.counts) == {DRAFT: 1}


def test_of_two_chiefs_who_mark_it_printed_at_once_one_tells_the_readers(desk: Desk, chief: Actor) -> None:
    notice, now = drafted(desk, desk.confirm("oA", TITLE)), desk.chat.now
    release(desk, notice, chief)
    paper = load(desk, notice).paper_id
    found = at_once(desk.engine, [lambda session: corrections.mark_printed(
        session, notice, paper_id=paper, printed_on=ON, page="02", actor=chief, now=now, expected_version=2)] * 2)
    assert sorted(type(one).__name__ for one in found) == ["Stale", "int"]
    assert len(told(desk)) == 1
