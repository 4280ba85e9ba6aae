"""轮次 and 领奖: blockers, trial, pick, names, release, prizes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from models.contests import Award, Round
from models.enums import MessageFate, NameState, PrizeState, Role, RoundState
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import HEADLINE, NICKNAME, VOLUNTEERS, House
from web import present


def state(engine: Engine, house: House) -> RoundState:
    with reading(engine) as session:
        return session.get_one(Round, house.round_id).state


def graded(engine: Engine, house: House) -> None:
    with writing(engine) as session:
        for text in (HEADLINE, VOLUNTEERS):
            factories.accept(session, factories.report(session, text), house)


@pytest.fixture
def announcer(picked: House, browser: Callable[[Role], FlaskClient]) -> FlaskClient:
    """The chief's browser after the pick; the clock has moved past older sign-ins."""
    return browser(Role.CHIEF)


def test_rounds_are_listed_with_their_counts(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        factories.accept(session, factories.report(session, HEADLINE), house)
        factories.report(session, VOLUNTEERS)
    page = editor.get("/rounds/").text
    assert "2026年11月" in page
    assert "进行中" in page
    assert re.search(r'data-label="纠错">2<.*?data-label="没评完">1<', page, re.DOTALL)


def test_blockers_are_named_with_links(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        number = factories.report(session, HEADLINE)
        photo = factories.message(session, factories.reader(session), None, msg_type="image", fate=MessageFate.DESK)
    page = editor.get(f"/rounds/{house.round_id}").text
    assert "还没评的纠错：1" in page
    assert f'href="/reports/{number}?' in page
    assert f'href="/desk/{photo}"' in page


def test_trial_shows_made_up_names_and_no_button_for_editors(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    graded(engine, house)
    page = editor.get(f"/rounds/{house.round_id}").text
    assert "试算" in page
    assert "最佳啄木鸟" in page
    assert NICKNAME not in page
    assert "改截止日" not in page
    assert editor.post(f"/rounds/{house.round_id}/pick").status_code == 403


def test_deadline_moves_later_with_a_reason(engine: Engine, house: House, chief: FlaskClient) -> None:
    address = f"/rounds/{house.round_id}/move"
    assert chief.post(address, data={"deadline_on": "2026-12-05", "move_reason": ""}).status_code == 400
    earlier = chief.post(address, data={"deadline_on": "2026-12-01", "move_reason": "提前"})
    assert earlier.status_code == 400
    assert "只能往后改" in earlier.text
    # print_by is the press day after 5 December: the press day of the December issue leaves no room.
    with reading(engine) as session:
        print_by = session.get_one(Round, house.round_id).print_by
        deadline_on = session.get_one(Round, house.round_id).deadline_on
    later = print_by - timedelta(days=1)
    answer = chief.post(address, data={"deadline_on": later.isoformat(), "move_reason": "大雪停邮"})
    assert answer.status_code == (302 if later > deadline_on else 400)


def move_form(page: str) -> str:
    """The part that moves the deadline, from its <details> to the end of its form."""
    head, tail = page.split("<summary>改截止日、付印日</summary>")
    return head[head.rindex("<details") :] + tail.split("</form>")[0]


def test_refused_move_shows_the_form_with_what_was_typed(engine: Engine, house: House, chief: FlaskClient) -> None:
    assert "open" not in move_form(chief.get(f"/rounds/{house.round_id}").text).split(">")[0]
    answer = chief.post(f"/rounds/{house.round_id}/move", data={"deadline_on": "2026-11-20", "move_reason": "提前"})
    shown = move_form(answer.text)
    assert shown.startswith("<details open")
    assert 'value="2026-11-20"' in shown
    assert 'value="提前"' in shown


def test_what_cannot_be_moved_back_is_asked_first_and_what_was_moved_is_told(
    engine: Engine, house: House, chief: FlaskClient
) -> None:
    with reading(engine) as session:
        now_on = session.get_one(Round, house.round_id).deadline_on
    form = move_form(chief.get(f"/rounds/{house.round_id}").text)
    assert 'data-confirm="报纸已经出了' in form
    assert f'value="{now_on.isoformat()}"' in form
    later, print_by = now_on + timedelta(days=2), now_on + timedelta(days=9)
    page = chief.post(f"/rounds/{house.round_id}/move", follow_redirects=True, data={
        "deadline_on": later.isoformat(), "print_by": print_by.isoformat(), "move_reason": "大雪停邮"}).text
    said = page.split('class="flashes"')[1].split("</div>")[0]
    assert f"截止{present.day(later)}24时，评到" in said
    assert f"付印{present.day(print_by)}" in said


def test_a_round_whose_paper_is_not_out_yet_is_not_called_under_way(
    engine: Engine, house: House, chief: FlaskClient
) -> None:
    with reading(engine) as session:
        coming = session.scalars(select(Round).where(Round.id != house.round_id).order_by(Round.month.desc())).first()
        assert coming is not None
        number, deadline_on = coming.id, coming.deadline_on
    for path in (f"/rounds/{number}", f"/rounds/{number}/rules"):
        heading = chief.get(path).text.split("<h1>")[1].split("</h1>")[0]
        assert "未出报" in heading
        assert "进行中" not in heading
    page = chief.get(f"/rounds/{number}").text
    assert "data-confirm" not in move_form(page)  # before print it can be moved back
    assert f"/rounds/{number}/cockpit" not in page
    moved = chief.post(f"/rounds/{number}/move", follow_redirects=True, data={
        "deadline_on": (deadline_on + timedelta(days=1)).isoformat(), "move_reason": "春节"}).text
    assert "听到的就是新日子" not in moved


def test_days_in_a_refusal_are_written_as_everywhere(engine: Engine, house: House, chief: FlaskClient) -> None:
    with writing(engine) as session:
        session.get_one(Round, house.round_id).print_by = date(2027, 1, 5)
    answer = chief.post(f"/rounds/{house.round_id}/move", data={"deadline_on": "2027-01-05", "move_reason": "大雪停邮"})
    assert "付印日（1月5日）之前" in answer.text


@pytest.mark.slow
def test_pick_before_the_close_does_nothing(engine: Engine, house: House, chief: FlaskClient) -> None:
    answer = chief.post(f"/rounds/{house.round_id}/pick", data={"reason": "急"}, follow_redirects=True)
    assert "不用再评" in answer.text
    assert state(engine, house) is RoundState.OPEN


@pytest.mark.slow
def test_pick_while_something_blocks_says_what(
    engine: Engine, house: House, browser: Callable[[Role], FlaskClient], clock: FrozenClock
) -> None:
    with writing(engine) as session:
        factories.report(session, HEADLINE)
        clock.moment = factories.closed(session, house)
    answer = browser(Role.CHIEF).post(f"/rounds/{house.round_id}/pick", data={"reason": "急"})
    assert answer.status_code == 403
    assert "还没评的纠错" in answer.text
    assert state(engine, house) is RoundState.CLOSED


@pytest.mark.slow
def test_chief_picks_then_sees_names_and_texts(
    engine: Engine, house: House, browser: Callable[[Role], FlaskClient], clock: FrozenClock
) -> None:
    graded(engine, house)
    with writing(engine) as session:
        clock.moment = factories.closed(session, house)
    chief = browser(Role.CHIEF)
    answer = chief.post(f"/rounds/{house.round_id}/pick", data={"reason": ""}, follow_redirects=True)
    assert state(engine, house) is RoundState.PICKED
    assert NICKNAME in answer.text
    assert "最佳“啄木鸟”" in answer.text
    assert "预览，还没有发布" in answer.text
    page = browser(Role.EDITOR).get(f"/rounds/{house.round_id}").text
    assert NICKNAME not in page


@pytest.mark.slow
def test_unsuitable_name_leaves_the_preview_with_a_reason(
    engine: Engine, picked: House, announcer: FlaskClient
) -> None:
    with reading(engine) as session:
        award = session.scalars(select(Award).order_by(Award.place)).first()
        assert award is not None
        name = session.get_one(Reader, award.reader_id).printed_name
    address = f"/rounds/{picked.round_id}/unsuitable"
    assert announcer.post(address, data={"award_id": award.id, "unsuitable_reason": ""}).status_code == 400
    answer = announcer.post(address, data={"award_id": award.id, "unsuitable_reason": "是广告"}, follow_redirects=True)
    assert "微信读者" in answer.text
    with reading(engine) as session:
        reader = session.get_one(Reader, award.reader_id)
        round_ = session.get_one(Round, picked.round_id)
    assert (reader.name_state, reader.printed_name) == (NameState.UNSUITABLE, None)
    assert name is not None
    assert name not in (round_.print_block or "")


@pytest.mark.slow
def test_release_wants_the_typed_word_and_happens_once(
    engine: Engine, picked: House, announcer: FlaskClient
) -> None:
    address = f"/rounds/{picked.round_id}/release"
    there = 'href="#release">去发布</a>'  # far below the list, the box and the article
    assert there in announcer.get(f"/rounds/{picked.round_id}").text
    for word in ("", "好"):
        answer = announcer.post(address, data={"confirm": word})
        assert answer.status_code == 400
    assert state(engine, picked) is RoundState.PICKED
    for _ in range(2):
        assert announcer.post(address, data={"confirm": "发布"}).status_code == 302
    assert state(engine, picked) is RoundState.RELEASED
    with reading(engine) as session:
        notices = session.scalars(select(OutgoingMessage).where(OutgoingMessage.kind == "award")).all()
    assert len(notices) == 2
    page = announcer.get(f"/rounds/{picked.round_id}").text
    assert "已公布" in page
    assert "发布名单</button>" not in page
    assert there not in page


@pytest.mark.sampled
@pytest.mark.parametrize("act", ["pick", "move", "unsuitable", "release"])
@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRIZES])
def test_only_chiefs_move_a_round(
    house: House, browser: Callable[[Role], FlaskClient], role: Role, act: str
) -> None:
    assert browser(role).post(f"/rounds/{house.round_id}/{act}", data={"confirm": "发布"}).status_code == 403


def test_unknown_round_is_not_found(house: House, chief: FlaskClient) -> None:
    assert chief.get("/rounds/999").status_code == 404


@pytest.mark.slow
def test_prizes_are_ticked_off_once_after_the_release(
    engine: Engine, picked: House, announcer: FlaskClient, browser: Callable[[Role], FlaskClient]
) -> None:
    desk = browser(Role.PRIZES)
    assert "还没有要发的奖" in desk.get("/prizes/").text
    with reading(engine) as session:
        award_id = session.scalars(select(Award.id).order_by(Award.place)).first()
    told = {"relation": "neither"}
    assert desk.post(f"/prizes/{award_id}/hand-over", data=told).status_code == 403
    announcer.post(f"/rounds/{picked.round_id}/release", data={"confirm": "发布"})
    page = desk.get("/prizes/").text
    assert NICKNAME in page
    assert "还有 2 份没有领走" in page
    assert desk.post(f"/prizes/{award_id}/hand-over", data=told).status_code == 302
    assert desk.post(f"/prizes/{award_id}/hand-over", data=told).status_code == 403
    with reading(engine) as session:
        assert session.get_one(Award, award_id).state is PrizeState.HANDED_OVER
    assert browser(Role.EDITOR).get("/prizes/").status_code == 403


@pytest.mark.slow
def test_a_printed_box_that_promises_another_deadline_or_prize_is_refused(
    engine: Engine, house: House, chief: FlaskClient
) -> None:
    with reading(engine) as session:
        deadline = session.get_one(Round, house.round_id).deadline_on
    address = f"/rounds/{house.round_id}/box"
    wrong = chief.post(address, data={"box_text": "截止日期：1月1日，最佳奖励现金50元。"})
    assert wrong.status_code == 400
    assert "没有截止日期" in wrong.text
    assert "没有奖金“100元”" in wrong.text
    assert "奖励现金50元" in wrong.text  # what was typed is kept
    right = f"截止日期：{deadline.month}月{deadline.day}日，最佳“啄木鸟”奖励现金100元。"
    assert chief.post(address, data={"box_text": right}).status_code == 302
    with reading(engine) as session:
        assert session.get_one(Round, house.round_id).box_text == right


def test_only_a_chief_keeps_the_printed_box(house: House, editor: FlaskClient) -> None:
    assert editor.post(f"/rounds/{house.round_id}/box", data={"box_text": "截止"}).status_code == 403
