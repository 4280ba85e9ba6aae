"""An appeal on the page of its report, and its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.filing.reports import Coming
from bot.judging import appeals, grading
from bot.judging.grading import GradeInput
from models.appeals import Appeal
from models.enums import OutgoingState, Role, Verdict
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff
from models.work_enums import AppealState
from tests.support import factories
from tests.support.factories import ACCOUNT, HEADLINE, House

WORDS = "申诉 1 <b>原文</b>就是印错了，我叫季小满，电话13912345678"


def only_editor(engine: Engine, staff: dict[Role, int]) -> None:
    """Nobody else could look: an appeal is answered in words."""
    with writing(engine) as session:
        session.get_one(Staff, staff[Role.CHIEF]).active = False


def appealed(engine: Engine, decider: int, clock: FrozenClock) -> int:
    """A report refused and appealed against; its number."""
    with writing(engine) as session:
        number = factories.report(session, HEADLINE)
        grading.grade(session, number, GradeInput(Verdict.NOT_AN_ERROR, reason="两种写法都有。"), actor=by_staff(decider),
                      now=clock.now(), expected_version=factories.version_of(session, number))
        reader = session.get_one(Reader, session.get_one(Report, number).reader_id)
        message_id = factories.message(session, reader.id, WORDS, at=clock.now())
        coming = Coming(message_id, ACCOUNT, reader.id, reader.person_id, clock.now(), clock.now(), False)
        appeals.file(session.connection(), coming, (1,), now=clock.now())
    return number


def state(engine: Engine) -> AppealState:
    with reading(engine) as session:
        return session.scalars(select(Appeal.state)).one()


def answers(engine: Engine) -> list[OutgoingMessage]:
    with reading(engine) as session:
        return list(session.scalars(select(OutgoingMessage).where(OutgoingMessage.kind == "appeal")
                                    .order_by(OutgoingMessage.id)))


@dataclass
class Alone:
    client: FlaskClient
    number: int


@pytest.fixture
def alone(
    engine: Engine, house: House, staff: dict[Role, int], browser: Callable[[Role], FlaskClient], clock: FrozenClock
) -> Alone:
    only_editor(engine, staff)
    return Alone(browser(Role.EDITOR), appealed(engine, staff[Role.EDITOR], clock))


def test_appeal_stands_on_its_report_with_masked_words(alone: Alone) -> None:
    page = alone.client.get(f"/reports/{alone.number}").text
    assert "申诉待答复" in page
    assert "&lt;b&gt;原文&lt;/b&gt;就是印错了" in page
    assert not [one for one in ("季小满", "13912345678") if one in page]
    assert "前答复" in page


def test_report_without_an_appeal_shows_none(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        number = factories.report(session, HEADLINE)
    assert 'id="appeal"' not in editor.get(f"/reports/{number}").text


def test_alone_the_answer_needs_a_reason_and_is_previewed(engine: Engine, alone: Alone) -> None:
    base = f"/reports/{alone.number}/appeal"
    shown = alone.client.post(f"{base}/preview", data={"words": "词典里<i>都收</i>。"}).text
    assert "您对第1条的申诉，编辑重新看过，结果不变。" in shown
    assert "词典里&lt;i&gt;都收&lt;/i&gt;。" in shown
    refused = alone.client.post(f"{base}/keep", data={"words": "词典里都收。"})
    assert (refused.status_code, "请写一句为什么由您答复" in refused.text) == (400, True)
    assert refused.text.count("词典里都收。") == 1  # what was written stands in its field
    assert state(engine) is AppealState.OPEN
    page = alone.client.post(f"{base}/keep", data={"words": "词典里都收。", "same_person": "只有我"}, follow_redirects=True).text
    assert "申诉后维持" in page
    assert "同一人：只有我" in page
    assert [one.text.splitlines()[-1] for one in answers(engine)] == ["词典里都收。"]
    assert alone.client.post(f"{base}/preview", data={"words": "x"}).status_code == 404


def test_answer_can_be_called_back(engine: Engine, alone: Alone) -> None:
    base = f"/reports/{alone.number}/appeal"
    alone.client.post(f"{base}/keep", data={"words": "词典里都收。", "same_person": "只有我"})
    assert "撤回这句答复" in alone.client.get(f"/reports/{alone.number}").text
    page = alone.client.post(f"{base}/take-back", follow_redirects=True).text
    assert "申诉还等着答复" in page
    assert (state(engine), [one.state for one in answers(engine)]) == (AppealState.OPEN, [OutgoingState.CALLED_BACK])


def test_what_was_written_comes_back_where_somebody_else_was_first(engine: Engine, alone: Alone) -> None:
    base = f"/reports/{alone.number}/appeal"
    alone.client.post(f"{base}/keep", data={"words": "词典里都收。", "same_person": "只有我"})
    late = alone.client.post(f"{base}/keep", data={"words": "这里照<b>第七版</b>的词条。", "same_person": "只有我"})
    assert late.status_code == 404
    assert "这里照&lt;b&gt;第七版&lt;/b&gt;的词条。" in late.text
    assert "没有交上" in late.text
    assert "没有交上" not in alone.client.get(f"/reports/{alone.number}").text
    assert [one.text.splitlines()[-1] for one in answers(engine)] == ["词典里都收。"]


@pytest.mark.slow
@pytest.mark.parametrize("words", ["", " ", "长" * 501])
def test_answer_without_words_or_endless_is_refused(engine: Engine, alone: Alone, words: str) -> None:
    alone.client.post(f"/reports/{alone.number}/appeal/keep", data={"words": words, "same_person": "只有我"})
    assert (state(engine), answers(engine)) == (AppealState.OPEN, [])


@pytest.mark.slow
def test_after_the_day_it_is_overdue(
    alone: Alone, browser: Callable[[Role], FlaskClient], clock: FrozenClock
) -> None:
    clock.advance(days=9)
    assert "已过期限" in browser(Role.EDITOR).get(f"/reports/{alone.number}").text


@pytest.mark.slow
def test_second_editor_does_not_learn_what_the_first_said(
    engine: Engine, house: House, staff: dict[Role, int], editor: FlaskClient, chief: FlaskClient, clock: FrozenClock
) -> None:
    number = appealed(engine, staff[Role.EDITOR], clock)
    page = chief.get(f"/reports/{number}").text
    part = page[page.index('id="appeal"'): page.index("</section>", page.index('id="appeal"'))]
    assert "非差错" not in part
    assert "测试editor" not in part
    assert "请在下面独立评一次" in part
    own = editor.get(f"/reports/{number}").text
    assert "已请另一位编辑独立再评" in own
    for client in (chief, editor):
        client.post(f"/reports/{number}/appeal/keep", data={"words": "词典里都收。"})
    assert (state(engine), answers(engine)) == (AppealState.OPEN, [])
