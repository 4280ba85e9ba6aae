"""重复: what a reader says later of a repeat goes to its original, and two editors at once make no circle."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.dialogue import media_phrases, withdrawal_phrases
from bot.errors import BadInput, Stale, WoodpeckerError
from bot.judging import grading
from bot.judging.grading import GradeInput
from models.attachments import Attachment
from models.audit import AuditEntry
from models.enums import MessageFate, ReportState, Role, Verdict
from models.notes import FurtherWords
from models.reports import Report, ReportVersion
from models.session import reading, writing
from tests.support import factories
from tests.support.town import MORNING, Town, at_once
from tests.support.world import Chat, messages_of, reports_of

FIRST = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"
SECOND = "柳湾版3版《社区食堂开张》，“高兴地的说”应为“高兴地说”"


@pytest.fixture
def editor(engine: Engine, chat: Chat) -> int:
    with writing(engine) as session:
        return factories.staff(session, "bianji", Role.EDITOR)


def decide(chat: Chat, number: int, given: GradeInput, editor: int) -> None:
    with writing(chat.engine) as session:
        grading.grade(session, number, given, actor=by_staff(editor), now=chat.now,
                      expected_version=factories.version_of(session, number))


@pytest.fixture
def pair(chat: Chat, editor: int) -> tuple[int, int]:
    """(original, repeat): the reader's first two reports, the second marked as a repeat of the first."""
    chat.say("oA", FIRST)
    chat.say("oA", SECOND)
    first, second = (one.id for one in reports_of(chat.engine))
    repeat(chat, second, first, editor)
    return first, second


def repeat(chat: Chat, number: int, original: int, editor: int) -> None:
    decide(chat, number, GradeInput(Verdict.REPEATED, original_id=original, reason="前面报过。"), editor)


def heard(engine: Engine) -> list[tuple[int, int]]:
    """(message, report) of words that a report could not take in."""
    with reading(engine) as session:
        return [tuple(row) for row in session.execute(
            select(FurtherWords.message_id, FurtherWords.report_id).order_by(FurtherWords.message_id, FurtherWords.report_id))]


def versions(engine: Engine, number: int) -> list[int | None]:
    """The messages that the versions of a report come from."""
    with reading(engine) as session:
        return list(session.scalars(select(ReportVersion.message_id).where(ReportVersion.report_id == number)
                                    .order_by(ReportVersion.number)))


@pytest.mark.sampled
@pytest.mark.parametrize("said", [
    "补充第2条：依据是价目表", "再补充一下第2条：价目表写的是优惠", "第2条，依据是价目表", "改 2 理由 价目表上写的是优惠"])
def test_further_words_about_a_repeat_go_to_its_original(chat: Chat, pair: tuple[int, int], said: str) -> None:
    first, second = pair
    before = [one for one in reports_of(chat.engine) if one.id == second]
    chat.say("oA", said)
    message = messages_of(chat.engine)[-1].id
    assert versions(chat.engine, first)[-1] == message
    assert message not in versions(chat.engine, second)
    assert heard(chat.engine) == [(message, second)]
    assert [one for one in reports_of(chat.engine) if one.id == second] == before


def test_a_correction_of_a_repeat_corrects_its_original(chat: Chat, pair: tuple[int, int]) -> None:
    first, second = pair
    chat.say("oA", "改 2 改正 八折优惠价")
    found = {one.id: (one.right, one.state, one.verdict) for one in reports_of(chat.engine)}
    assert found == {first: ("八折优惠价", ReportState.FILED, None), second: ("高兴地说", ReportState.DECIDED, Verdict.REPEATED)}


def test_words_about_a_repeat_of_a_decided_original_stand_at_both_and_go_to_a_person(
    chat: Chat, pair: tuple[int, int], editor: int
) -> None:
    first, second = pair
    decide(chat, first, GradeInput(Verdict.NOT_AN_ERROR, reason="查过词典。"), editor)
    assert chat.say("oA", "改 2 理由 价目表写的是优惠") == withdrawal_phrases.decided_already(1)
    [*_, last] = messages_of(chat.engine)
    assert (heard(chat.engine), last.fate) == ([(last.id, first), (last.id, second)], MessageFate.DESK)


def test_taking_back_a_repeat_is_shown_at_both_and_leaves_the_original_in_force(chat: Chat, pair: tuple[int, int]) -> None:
    first, second = pair
    chat.say("oA", "撤回第2条")
    [*_, last] = messages_of(chat.engine)
    assert (heard(chat.engine), last.fate) == ([(last.id, first), (last.id, second)], MessageFate.DESK)
    assert {one.id: one.state for one in reports_of(chat.engine)} == {
        first: ReportState.FILED, second: ReportState.DECIDED}


def test_the_same_words_once_more_are_told_by_the_number_of_the_original(chat: Chat, pair: tuple[int, int]) -> None:
    first, _ = pair
    assert chat.say("oA", SECOND) == f"这一处您已经报过，是第1条（编号{first}），不用再发。"
    assert len(reports_of(chat.engine)) == 2


def test_an_answer_to_a_question_about_what_became_a_repeat_goes_to_the_original(chat: Chat, editor: int) -> None:
    chat.say("oA", FIRST)
    chat.say("oA", "梧桐里版第2版《暖心驿站进楼组》有个错字")
    first, second = (one.id for one in reports_of(chat.engine))
    repeat(chat, second, first, editor)
    chat.say("oA", "补充：价目表上写的是优惠")
    [*_, last] = messages_of(chat.engine)
    assert (versions(chat.engine, first)[-1], last.id in versions(chat.engine, second)) == (last.id, False)


def test_an_answer_about_a_report_asked_back_and_then_called_a_repeat_goes_to_the_original(chat: Chat, editor: int) -> None:
    chat.say("oA", FIRST)
    chat.say("oA", SECOND)
    first, second = (one.id for one in reports_of(chat.engine))
    decide(chat, second, GradeInput(Verdict.NEEDS_MORE, reason="是哪一段？"), editor)
    with writing(chat.engine) as session:
        asked = session.get_one(Report, second)
        assert asked.state is ReportState.NEEDS_MORE
    repeat(chat, second, first, editor)
    chat.say("oA", "在第二段，“高兴地的说”")
    [*_, last] = messages_of(chat.engine)
    assert last.id not in versions(chat.engine, second)
    assert {report for message, report in heard(chat.engine) if message == last.id} <= {first, second}


@pytest.mark.parametrize(("minutes", "reaches"), [("09:20", True), ("09:59", False)])
def test_a_photo_after_a_repeat_is_evidence_of_the_original(
    chat: Chat, editor: int, minutes: str, reaches: bool
) -> None:
    chat.say("oA", FIRST, "11-09 08:00")
    chat.say("oA", SECOND, "11-10 09:00")
    first, second = (one.id for one in reports_of(chat.engine))
    repeat(chat, second, first, editor)
    reply = chat.media("oA", "image", f"11-10 {minutes}")
    [*_, last] = messages_of(chat.engine)
    with reading(chat.engine) as session:
        attached = session.scalars(select(Attachment.report_id)).one()
    assert (attached, last.fate) == ((first, MessageFate.READ) if reaches else (None, MessageFate.DESK))
    assert (reply or "").startswith(media_phrases.photo_with_report(1, None)) is reaches


def test_a_repeat_unmarked_hears_for_itself_again_and_has_lost_nothing(
    chat: Chat, pair: tuple[int, int], editor: int
) -> None:
    first, second = pair
    chat.say("oA", "补充第2条：依据是价目表")
    shared = messages_of(chat.engine)[-1].id
    with writing(chat.engine) as session:
        grading.undo(session, second, actor=by_staff(editor), now=chat.now,
                     expected_version=factories.version_of(session, second))
    chat.say("oA", "补充第2条：依据是词典")
    own = messages_of(chat.engine)[-1].id
    row = next(one for one in reports_of(chat.engine) if one.id == second)
    assert (row.state, row.original_id, row.wrong, row.reason) == (ReportState.FILED, None, "高兴地的说", "依据是词典")
    assert (versions(chat.engine, second)[-1], versions(chat.engine, first)[-1]) == (own, shared)
    assert heard(chat.engine) == [(shared, second)]
    assert told(chat.engine, first) == [("mark_repeat", second), ("unmark_repeat", second)]
    assert [verb for verb, _ in told(chat.engine, second)] == ["grade", "undo_grade"]


def told(engine: Engine, number: int) -> list[tuple[str, Any]]:
    with reading(engine) as session:
        rows = session.execute(select(AuditEntry.verb, AuditEntry.details).where(
            AuditEntry.object_kind == "report", AuditEntry.object_id == number).order_by(AuditEntry.id)).all()
    return [(row.verb, row.details.get("report")) for row in rows]


@pytest.mark.sampled
@pytest.mark.parametrize("turn", range(4))
def test_two_editors_at_once_cannot_make_each_the_repeat_of_the_other(
    session: Session, engine: Engine, turn: int
) -> None:
    town = Town.founded(session)
    one, other = (town.file("A", town.said(number), MORNING).report_id for number in (1, 2))
    editors = [town.editor, town.second]
    session.commit()

    def call(number: int, original: int, editor: int) -> Any:
        given = GradeInput(Verdict.REPEATED, original_id=original, reason="前面报过。")
        return lambda other_session: grading.grade(other_session, number, given, actor=by_staff(editor), now=MORNING,
                                                   expected_version=1)

    outcomes = at_once(engine, [call(one, other, editors[0]), call(other, one, editors[1])])
    refused = [each for each in outcomes if isinstance(each, WoodpeckerError)]
    assert (len(refused), [type(each) for each in refused if not isinstance(each, BadInput | Stale)]) == (1, [])
    with reading(engine) as session:
        links = {row.id: row.original_id for row in session.execute(select(Report.id, Report.original_id))}
        marked = list(session.scalars(select(AuditEntry.object_id).where(AuditEntry.verb == "mark_repeat")))
    assert sorted(links.values(), key=bool) in ([None, one], [None, other])
    assert marked == [original for original in links.values() if original is not None]


@pytest.mark.slow
def test_two_editors_at_once_make_no_chain_of_three(session: Session, engine: Engine) -> None:
    town = Town.founded(session)
    a, b, c = (town.file("A", town.said(number), MORNING).report_id for number in (1, 2, 3))
    editors = [town.editor, town.second, town.chief]
    session.commit()

    def call(number: int, original: int, editor: int) -> Any:
        given = GradeInput(Verdict.REPEATED, original_id=original, reason="前面报过。")
        return lambda other_session: grading.grade(other_session, number, given, actor=by_staff(editor), now=MORNING,
                                                   expected_version=1)

    at_once(engine, [call(a, b, editors[0]), call(b, c, editors[1]), call(c, a, editors[2])])
    with reading(engine) as session:
        links = {row.id: row.original_id for row in session.execute(select(Report.id, Report.original_id))}
    assert [number for number, original in links.items() if original is not None and links[original] is not None] == []
    assert any(original is not None for original in links.values())
