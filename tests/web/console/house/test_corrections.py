"""更正 through the screens: suggested, drafted, written, released, printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from models.enums import CorrectionState, Role
from models.newsroom import CorrectionNotice
from models.outgoing import OutgoingMessage
from models.session import reading, writing
from tests.support import factories
from tests.support.errata import accepted, erratum_of
from tests.support.factories import DISCOUNT, ELSEWHERE, HEADLINE, NICKNAME, OPENID, VOLUNTEERS, House

INDEX = "/papers/corrections/"
NOTICE = f"{INDEX}1"
TEXT = "更正：本报2026年11月6日2版《社区食唐开张 老人吃上热乎饭》一文，“八五折优慧”应为“八五折优惠”。特此更正。"
PRINTED = {"paper_id": "1", "printed_on": "2026-11-09", "printed_page": "02版", "expected_version": "2"}


@pytest.fixture
def drafted(engine: Engine, house: House, editor: FlaskClient) -> int:
    """The number of the report whose error the editor drafted notice 1 about."""
    number = accepted(engine, house, DISCOUNT)
    answer = editor.post(f"{INDEX}draft", data={"erratum": erratum_of(engine, number)})
    assert answer.location == NOTICE
    return number


def post(client: FlaskClient, act: str, version: int = 1, **data: str) -> str:
    """What the next page says."""
    answer = client.post(f"{NOTICE}/{act}", data={"expected_version": str(version), **data}, follow_redirects=True)
    return str(answer.text)


def state(engine: Engine) -> CorrectionState:
    with reading(engine) as session:
        return session.get_one(CorrectionNotice, 1).state


def told(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(OutgoingMessage.text).where(OutgoingMessage.kind == "correction")))


# the lists


def test_empty_lists_say_so(editor: FlaskClient) -> None:
    assert "没有建议登更正的差错" in editor.get(INDEX).text
    for name, words in (("draft", "没有草稿"), ("released", "没有等着登的更正"), ("printed", "还没有登过更正"),
                        ("withdrawn", "没有撤下的更正"), ("nonsense", "没有建议登更正的差错")):
        assert words in editor.get(f"{INDEX}?state={name}").text


def test_what_deserves_a_notice_stands_first_and_the_rest_is_folded(engine: Engine, house: House, editor: FlaskClient) -> None:
    accepted(engine, house, DISCOUNT)
    accepted(engine, house, ELSEWHERE, "N-04")
    page = editor.get(INDEX).text
    first, rest = page.split("其余采纳的差错（1 篇）")
    assert "“汤元”" in first
    assert "事实或数字" in first
    assert "优慧" not in first
    assert "“八五折优慧”" in rest


def test_what_needs_no_notice_is_put_away_and_back(engine: Engine, house: House, editor: FlaskClient) -> None:
    erratum = erratum_of(engine, accepted(engine, house, ELSEWHERE, "N-04"))
    page = editor.post(f"{INDEX}errata/{erratum}/waive", follow_redirects=True).text
    assert "不再提示" in page
    assert "定了不登的（1 处）" in page
    page = editor.post(f"{INDEX}errata/{erratum}/want", follow_redirects=True).text
    assert "定了不登的" not in page
    assert "事实或数字" in page


def test_lists_hold_the_notices_of_their_state_with_words_to_copy(editor: FlaskClient, drafted: int) -> None:
    page = editor.get(f"{INDEX}?state=draft").text
    assert f'id="notice-1" tabindex="0">{TEXT}</pre>' in page
    assert 'data-copy="notice-1"' in page
    assert "应在最近一期刊出（2026年12月6日）" in page
    assert TEXT not in editor.get(f"{INDEX}?state=released").text
    assert NICKNAME not in page
    assert OPENID not in page


@pytest.mark.slow
def test_a_missed_issue_is_said(browser: Callable[[Role], FlaskClient], drafted: int, clock: FrozenClock) -> None:
    clock.advance(days=30)
    editor = browser(Role.EDITOR)
    assert "2026年12月6日那一期已经出了，请尽快登" in editor.get(f"{INDEX}?state=draft").text
    assert "请尽快登" in editor.get(NOTICE).text


@pytest.mark.slow
def test_list_takes_as_many_queries_for_four_notices_as_for_one(
    engine: Engine, house: House, editor: FlaskClient, drafted: int, count_queries: Callable[[], Any]
) -> None:
    with count_queries() as few:
        editor.get(f"{INDEX}?state=draft")
    for text in (HEADLINE, VOLUNTEERS, ELSEWHERE):
        editor.post(f"{INDEX}draft", data={"erratum": erratum_of(engine, accepted(engine, house, text))})
    with count_queries() as many:
        editor.get(f"{INDEX}?state=draft")
    assert len(many) == len(few) <= 12
    with count_queries() as suggested:
        editor.get(INDEX)
    assert len(suggested) <= 12


# one notice


@pytest.mark.slow
def test_a_draft_is_made_from_the_grading_page_too_and_linked_there(engine: Engine, editor: FlaskClient, drafted: int) -> None:
    page = editor.get(f"/reports/{drafted}").text
    assert f'<a href="{NOTICE}">草稿</a>' in page
    assert "起草更正" not in page


@pytest.mark.slow
def test_nothing_ticked_and_a_second_draft_are_refused(engine: Engine, editor: FlaskClient, drafted: int) -> None:
    answer = editor.post(f"{INDEX}draft")
    assert (answer.status_code, "请先勾选" in answer.text) == (400, True)
    answer = editor.post(f"{INDEX}draft", data={"erratum": erratum_of(engine, drafted)})
    assert (answer.status_code, "起草过更正" in answer.text) == (403, True)


@pytest.mark.slow
def test_words_are_stored_and_doubts_are_shown(engine: Engine, editor: FlaskClient, drafted: int) -> None:
    fields = {"page": "02版", "article": "社区食堂开张", "kind": "wording", "wrong": "优慧", "right": "优惠"}
    page = post(editor, "write", text="更正：本报“优慧”应为“优会”。", how="text", **fields)
    assert "存好了" in page
    assert "更正里没有出现“正”的原样：“优惠”" in page
    page = post(editor, "write", 2, text="不要", how="anew", **fields)
    assert "2版《社区食堂开张》一文，“优慧”应为“优惠”。特此更正。" in page
    assert "请再看一眼" not in page


@pytest.mark.slow
@pytest.mark.parametrize(("data", "words"), [
    ({"text": ""}, "请写更正的文字"), ({"text": "长" * 601}, "最多写 600 个字"), ({"wrong": "", "right": ""}, "每一处都要"),
    ({"wrong": "长" * 201}, "不超过 200 个字"),
])  # fmt: skip
def test_words_that_cannot_be_taken_are_said(editor: FlaskClient, drafted: int, data: dict[str, str], words: str) -> None:
    fields = {"page": "2", "article": "", "kind": "wording", "wrong": "误", "right": "正", "text": "好", "how": "text"} | data
    assert words in post(editor, "write", **fields)


@pytest.mark.slow
def test_what_was_typed_is_kept_when_somebody_was_first(editor: FlaskClient, chief: FlaskClient, drafted: int) -> None:
    fields = {"page": "2", "article": "", "kind": "wording", "wrong": "误", "right": "正", "how": "text"}
    post(chief, "write", text="主编改的。", **fields)
    page = post(editor, "write", text="编辑改的。", **fields)
    assert "刚刚有人改过" in page
    assert re.search(r"<textarea[^>]*>编辑改的。</textarea>", page)
    assert 'id="notice-text" tabindex="0">主编改的。</pre>' in page


@pytest.mark.slow
def test_a_chief_releases_and_an_editor_does_not(engine: Engine, editor: FlaskClient, chief: FlaskClient, drafted: int) -> None:
    assert "请主编来定稿" in editor.get(NOTICE).text
    assert editor.post(f"{NOTICE}/release", data={"expected_version": "1"}).status_code == 403
    assert "定稿了，可以登了" in post(chief, "release")
    assert state(engine) is CorrectionState.RELEASED
    assert "改文字" not in chief.get(NOTICE).text


@pytest.mark.slow
def test_the_only_chief_says_why_he_releases_his_own(engine: Engine, house: House, chief: FlaskClient) -> None:
    chief.post(f"{INDEX}draft", data={"erratum": erratum_of(engine, accepted(engine, house))})
    assert "现在没有别的主编" in chief.get(NOTICE).text
    assert "要写一句理由" in post(chief, "release")
    post(chief, "release", reason="另一位休假")
    assert "同一人，理由：另一位休假" in chief.get(NOTICE).text


@pytest.mark.slow
def test_with_another_chief_nobody_releases_his_own(engine: Engine, house: House, chief: FlaskClient) -> None:
    with writing(engine) as session:
        factories.staff(session, "second", Role.CHIEF)
    chief.post(f"{INDEX}draft", data={"erratum": erratum_of(engine, accepted(engine, house))})
    assert "请另一位主编看过再定稿" in chief.get(NOTICE).text
    assert "请另一位主编看过" in post(chief, "release", reason="急")
    assert state(engine) is CorrectionState.DRAFT


@pytest.mark.slow
def test_printed_tells_the_finders_and_the_notice_says_where(engine: Engine, chief: FlaskClient, drafted: int) -> None:
    post(chief, "release")
    page = chief.post(f"{NOTICE}/printed", data=PRINTED, follow_redirects=True).text
    assert "指出差错的 1 位读者会收到消息" in page
    assert "登在" not in page
    assert "2026年11月9日 02版" in page
    assert told(engine) == ["您指出的“八五折优慧”→“八五折优惠”，本报已在11月9日2版更正。谢谢您。"]
    assert "1 位读者待发送" in page
    assert "更正告知" in chief.get("/notices/?view=queued").text
    page = chief.post(f"{NOTICE}/printed", data=PRINTED | {"expected_version": "3"}, follow_redirects=True).text
    assert "现在不能这样做" in page
    assert len(told(engine)) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("data", "words"), [
    ({"printed_on": ""}, "请填登出来的日期"), ({"printed_on": "明天"}, "请填登出来的日期"),
    ({"printed_on": "2027-01-01"}, "还没有到那一天"), ({"printed_page": ""}, "请填登在第几版"),
    ({"paper_id": "99"}, "没有这份报纸"), ({"paper_id": ""}, "没有这份报纸"),
])  # fmt: skip
def test_where_it_was_printed_is_asked_exactly(
    engine: Engine, chief: FlaskClient, drafted: int, data: dict[str, str], words: str
) -> None:
    post(chief, "release")
    assert words in chief.post(f"{NOTICE}/printed", data=PRINTED | data, follow_redirects=True).text
    assert (state(engine), told(engine)) == (CorrectionState.RELEASED, [])


@pytest.mark.slow
def test_a_chief_puts_right_where_it_was_printed(engine: Engine, editor: FlaskClient, chief: FlaskClient, drafted: int) -> None:
    post(chief, "release")
    chief.post(f"{NOTICE}/printed", data=PRINTED)
    assert "改登出的地方" not in editor.get(NOTICE).text
    other = PRINTED | {"printed_page": "3版", "expected_version": "3"}
    assert editor.post(f"{NOTICE}/reprinted", data=other).status_code == 403
    page = chief.post(f"{NOTICE}/reprinted", data=other | {"printed_on": "2027-01-01"}).text
    assert "还没有到那一天" in page
    assert 'value="2027-01-01"' in page
    page = chief.post(f"{NOTICE}/reprinted", data=other, follow_redirects=True).text
    assert "登出的地方改好了" in page
    assert "2026年11月9日 3版" in page
    assert len(told(engine)) == 1
    assert "改更正登出的地方" in chief.get("/audit").text


@pytest.mark.slow
def test_a_draft_is_dropped_by_its_editor_and_a_released_one_by_a_chief(
    engine: Engine, editor: FlaskClient, chief: FlaskClient, drafted: int
) -> None:
    assert "请写一句撤下的理由" in post(editor, "drop")
    post(chief, "release")
    assert "由主编撤下" in post(editor, "drop", 2, reason="不登")
    assert editor.post(f"{NOTICE}/withdraw", data={"expected_version": "2", "reason": "不登"}).status_code == 403
    assert "撤下了" in post(chief, "withdraw", 2, reason="不登了")
    assert state(engine) is CorrectionState.WITHDRAWN
    assert "：不登了" in chief.get(f"{INDEX}?state=withdrawn").text


@pytest.mark.slow
def test_unknown_notice_and_forms_without_a_version_are_refused(chief: FlaskClient, drafted: int) -> None:
    assert chief.get(f"{INDEX}99").status_code == 404
    assert chief.post(f"{INDEX}99/release", data={"expected_version": "1"}).status_code == 404
    assert chief.post(f"{NOTICE}/release").status_code == 400
    assert chief.post(f"{NOTICE}/write", data={"expected_version": "1", "kind": "x", "wrong": "", "right": ""}).status_code == 400


@pytest.mark.slow
def test_every_act_stands_in_the_record_in_words(chief: FlaskClient, drafted: int) -> None:
    post(chief, "release")
    chief.post(f"{NOTICE}/printed", data=PRINTED)
    page = chief.get("/audit").text
    for words in ("起草更正", "更正定稿", "更正已登", "告知读者 1"):
        assert words in page


@pytest.mark.slow
def test_hostile_words_are_only_words(editor: FlaskClient, drafted: int) -> None:
    post(editor, "write", page="<b>", article="<i>题", kind="wording", wrong="<script>alert(1)", right="正", how="anew")
    for address in (NOTICE, f"{INDEX}?state=draft"):
        page = editor.get(address).text
        assert "<script>alert" not in page
        assert "<i>题" not in page
        assert "style=" not in page
