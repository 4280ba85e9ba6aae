"""编辑部自查: entered one by one and as a list, chosen among places, withdrawn, shown to graders and never to readers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.recording import audit_chain
from models.enums import Doubling, Role
from models.ledger import HouseFind
from models.messages import Message
from models.papers import Article, Issue, Page
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import House
from tests.web.conftest import Browser

URL = "/papers/house-finds"
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def issue_id(engine: Engine, house: House) -> int:
    with reading(engine) as session:
        return session.scalars(select(Issue.id).where(Issue.paper_id == house.paper_id, Issue.month == factories.MONTH)).one()


def form(issue_id: int, **changes: str) -> dict[str, str]:
    return {"issue": str(issue_id), "page": "", "wrong": "八五折优慧", "right": "八五折优惠", "row_code": "", "doubling": "",
            "note": ""} | changes  # fmt: skip


def finds(engine: Engine) -> list[HouseFind]:
    with reading(engine) as session:
        return list(session.scalars(select(HouseFind).order_by(HouseFind.id)))


def selects(sent: list[str]) -> int:
    return sum(one.startswith("SELECT") for one in sent)


def text(answer: object) -> str:
    return " ".join(answer.get_data(as_text=True).split())  # type: ignore[attr-defined]


def with_accounts(engine: Engine) -> None:
    """Three articles with 帐户 on page 03."""
    with writing(engine) as session:
        page = session.scalars(select(Page).where(Page.number == "03")).one()
        for n in range(3):
            session.add(Article(page_id=page.id, position=9 + n, key=f"k{n}", title=f"第{n}篇",
                                paragraphs=[f"第{n}户居民开设帐户一个。"]))


def test_find_is_entered_with_its_place_row_and_time(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    answer = editor.post(URL, data=form(issue_id))
    assert answer.location == f"{URL}?issue={issue_id}"
    (one,) = finds(engine)
    assert (one.row_code, one.doubling, one.points_milli, one.located) == ("N-05", Doubling.NONE, 1000, "found")
    assert one.found_at == factories.NOW
    page = text(editor.get(f"{URL}?issue={issue_id}"))
    assert "登记好了：自查第 1 条，02版《社区食唐开张 老人吃上热乎饭》正文第 2 段。" in page
    assert "按“错字、别字、多字、漏字，1 个字”计 1 分。" in page
    assert "2026年11月10日 09:00:00" in page
    assert "等着封存" in page
    assert "还没有读者报" in page
    with writing(engine) as session:
        audit_chain.seal(session)
    assert "等着封存" not in text(editor.get(URL))


def test_headline_is_doubled_by_itself(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    editor.post(URL, data=form(issue_id, wrong="社区食唐开张", right="社区食堂开张"))
    (one,) = finds(engine)
    assert (one.doubling, one.points_milli) == (Doubling.HEADLINE, 2000)


def test_editor_may_choose_row_and_doubling(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    editor.post(URL, data=form(issue_id, row_code="N-04", doubling="important"))
    (one,) = finds(engine)
    assert (one.row_code, one.doubling, one.points_milli) == ("N-04", Doubling.IMPORTANT, 2000)


def test_several_places_are_ticked(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    with_accounts(engine)
    asked = editor.post(URL, data=form(issue_id, wrong="帐户", right="账户", page="3"))
    assert asked.status_code == 400
    assert "有 3 处" in text(asked)
    assert finds(engine) == []
    tokens = [part.split('"')[0] for part in asked.get_data(as_text=True).split('name="place" value="')[1:]]
    assert len(tokens) == 3
    editor.post(URL, data=form(issue_id, wrong="帐户", right="账户", page="3") | {"place": tokens[:2]})
    assert len(finds(engine)) == 2
    assert "登记了 2 处" in text(editor.get(URL))


def test_place_that_is_none_of_them_is_not_taken(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    with_accounts(engine)
    answer = editor.post(URL, data=form(issue_id, wrong="帐户", right="账户", page="3") | {"place": "1:0:0:2"})
    assert answer.status_code == 400
    assert finds(engine) == []


def test_words_that_are_not_there_are_asked_about(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    strange = form(issue_id, wrong="完全没有这样一句话", right="有这样一句话", page="02")
    asked = editor.post(URL, data=strange)
    assert asked.status_code == 400
    assert "没有找到这几个字" in text(asked)
    assert editor.post(URL, data=strange | {"anyway": "y"}).status_code == 302
    (one,) = finds(engine)
    assert (one.page_label, one.located) == ("02", "not_found")


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"wrong": " "}, "请写报上印的是什么"),
        ({"right": ""}, "如果应删去，请打勾"),
        ({"right": "八五折优慧"}, "错的和对的一样"),
        ({"issue": "999"}, "哪一期"),
        ({"row_code": "N-99"}, "差错种类"),
        ({"row_code": "N-10", "doubling": "headline"}, "不加倍"),
        ({"note": "长" * 401}, "最多 400 个字"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(editor: FlaskClient, engine: Engine, issue_id: int,
                                                        changes: dict[str, str], words: str) -> None:  # fmt: skip
    answer = editor.post(URL, data=form(issue_id, **changes))
    assert answer.status_code == 400
    assert words in text(answer)
    if "wrong" not in changes:
        assert 'value="八五折优慧"' in text(answer)
    assert finds(engine) == []


def test_same_place_twice_is_refused(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    editor.post(URL, data=form(issue_id))
    answer = editor.post(URL, data=form(issue_id))
    assert answer.status_code == 400
    assert "自查第 1 条" in text(answer)
    assert len(finds(engine)) == 1


def test_list_is_entered_line_by_line_and_the_rest_comes_back(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    with_accounts(engine)
    lines = ("02 优慧→优惠\n第3版：“志愿者在早晚高峰时段值首” -> “志愿者在早晚高峰时段值守”\n高兴地的说→高兴地说\n\n帐户→账户\n"
             "这一行没有箭头\n02 天上掉下来的话→地上长出来的话")  # fmt: skip
    answer = editor.post(f"{URL}/many", data={"many_issue": str(issue_id), "lines": lines})
    page = text(answer)
    assert "登记了 3 处" in page
    assert "下面 3 行没有登记" in page
    for words in ("帐户→账户：在 3 处都有", "这一行没有箭头：看不懂", "02 天上掉下来的话→地上长出来的话：这一期里没有找到"):
        assert words in page
    assert [(one.wrong, one.right, one.row_code) for one in finds(engine)] == [
        ("优慧", "优惠", "N-05"), ("志愿者在早晚高峰时段值首", "志愿者在早晚高峰时段值守", "N-05"),
        ("高兴地的说", "高兴地说", "N-05")]  # fmt: skip
    kept = answer.get_data(as_text=True).split("<textarea")[1].split("</textarea>")[0]
    assert "优慧" not in kept
    assert "这一行没有箭头" in kept


def test_list_of_too_many_lines_is_refused_whole(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    answer = editor.post(f"{URL}/many", data={"many_issue": str(issue_id), "lines": "优慧→优惠\n" * 61})
    assert answer.status_code == 400
    assert "一次最多 60 行" in text(answer)
    assert finds(engine) == []


def test_withdrawn_find_stays_struck_with_its_reason(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    editor.post(URL, data=form(issue_id))
    assert editor.post(f"{URL}/1/withdraw", data={"reason": "", "issue": ""}).status_code == 400
    assert editor.post(f"{URL}/1/withdraw", data={"reason": "看错了行", "issue": str(issue_id)}).status_code == 302
    page = text(editor.get(URL))
    assert "看错了行" in page
    assert "struck" in page
    assert editor.post(f"{URL}/1/withdraw", data={"reason": "再来", "issue": ""}).status_code == 403
    assert editor.post(f"{URL}/9/withdraw", data={"reason": "再来", "issue": ""}).status_code == 404


def test_kind_is_changed_in_the_list_and_the_time_stays(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    editor.post(URL, data=form(issue_id))
    editor.post(URL, data=form(issue_id, wrong="居民都说", right="市民都说", anyway="y", page="2"))
    page = text(editor.get(f"{URL}?issue={issue_id}&change=1"))
    assert page.count(f'action="{URL}/1/reclass"') == 1
    assert page.count("/reclass") == 1
    sent = {"row_code": "N-05", "doubling": "important", "issue": str(issue_id)}
    answer = editor.post(f"{URL}/1/reclass", data=sent)
    assert answer.location == f"{URL}?issue={issue_id}"
    page = text(editor.get(answer.location))
    assert "自查第 1 条改好了，登记的时间不变。" in page
    assert "2 分（已加倍） <span class=\"text-body-secondary\">改过</span>" in page
    assert "和封存的不一样" not in page
    assert finds(engine)[0].found_at == factories.NOW
    assert "和原来一样" in text(editor.post(f"{URL}/1/reclass", data=sent, follow_redirects=True))
    assert editor.post(f"{URL}/1/reclass", data=sent | {"row_code": "N-99"}).status_code == 400
    assert editor.post(f"{URL}/9/reclass", data=sent).status_code == 404
    editor.post(f"{URL}/1/withdraw", data={"reason": "看错了行", "issue": ""})
    assert editor.post(f"{URL}/1/reclass", data=sent | {"doubling": "none"}).status_code == 403
    assert "/reclass" not in text(editor.get(f"{URL}?change=1"))


@pytest.mark.slow
def test_list_of_finds_costs_few_queries(editor: FlaskClient, engine: Engine, issue_id: int, count_queries: Counter) -> None:
    with_accounts(engine)
    editor.post(URL, data=form(issue_id))
    with count_queries() as few:
        editor.get(f"{URL}?issue={issue_id}&change=1")
    editor.post(f"{URL}/many", data={"many_issue": str(issue_id), "lines": "\n".join(
        f"第{n}户居民开设帐户→第{n}户居民开设账户" for n in range(3))})
    assert len(finds(engine)) == 4
    with count_queries() as many:
        editor.get(f"{URL}?issue={issue_id}&change=1")
    assert selects(many) == selects(few)
    assert selects(many) <= 12


@pytest.mark.slow
def test_graders_see_that_the_newsroom_was_first_and_readers_never(editor: FlaskClient, engine: Engine, house: House,
                                                                  issue_id: int) -> None:  # fmt: skip
    editor.post(URL, data=form(issue_id))
    with writing(engine) as session:
        number = factories.report(session, factories.DISCOUNT, at=factories.NOW + timedelta(hours=1))
    page = text(editor.get(f"/reports/{number}"))
    assert "编辑部已先发现" in page
    assert "11月10日 09:00" in page
    assert "后来报的" in text(editor.get(URL))
    with writing(engine) as session:
        factories.accept(session, number, house, now=factories.NOW + timedelta(hours=2))
    with reading(engine) as session:
        from models.outgoing import OutgoingMessage

        said = [*session.scalars(select(OutgoingMessage.text)), *session.scalars(select(Message.reply))]
    assert not any("编辑部" in (one or "") for one in said)


@pytest.mark.slow
def test_find_after_the_reader_says_so(editor: FlaskClient, engine: Engine, house: House, issue_id: int) -> None:
    with writing(engine) as session:
        number = factories.report(session, factories.DISCOUNT, at=factories.NOW - timedelta(hours=1))
    editor.post(URL, data=form(issue_id))
    assert "在读者之后" in text(editor.get(f"/reports/{number}"))
    assert "在这以前就报了" in text(editor.get(URL))


@pytest.mark.slow
def test_ledger_shows_the_find(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    editor.post(URL, data=form(issue_id))
    page = text(editor.get(f"/papers/ledger/issues/{issue_id}"))
    assert "编辑部自查" in page
    assert "差错 1 处" in page


def test_form_begins_at_the_newest_issue_that_is_out(editor: FlaskClient, engine: Engine, house: House, issue_id: int) -> None:
    with writing(engine) as session:
        session.add(Issue(paper_id=house.paper_id, month="2027-03"))
    page = text(editor.get(URL))
    assert f'<option selected value="{issue_id}">' in page
    assert "2027年3月（没有导入）" in page


def test_nothing_to_enter_says_so(browser: Browser) -> None:
    assert "还没有可以登记的一期" in text(browser(Role.EDITOR).get(URL))


def test_prize_role_has_no_business_here(browser: Browser, house: House) -> None:
    assert browser(Role.PRIZES).get(URL).status_code == 403
    assert browser(Role.PRIZES).post(URL, data={}).status_code == 403


@pytest.mark.slow
def test_address_of_no_issue_shows_all(editor: FlaskClient, engine: Engine, issue_id: int) -> None:
    editor.post(URL, data=form(issue_id))
    for address in (f"{URL}?issue=999", f"{URL}?issue=x", f"{URL}?issue=99999999999999"):
        assert editor.get(address).status_code == 200
