"""读者: chiefs link, part and bar readers by made-up names; nobody else sees the page, nothing on it names anybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.clock import FrozenClock
from models.audit import AuditEntry
from models.enums import Bar, Role
from models.links import ReaderLink
from models.measures import ReaderMeasure
from models.readers import Person, Reader
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import HEADLINE, NICKNAME, VOLUNTEERS, House

WHY = "读者来电，报出了两边的编号"
HOSTILE = "<script>alert(1)</script>=cmd|\u202e天天来闲聊🐦"


@pytest.fixture
def two(engine: Engine, house: House) -> tuple[int, int]:
    """The numbers of two reports by two readers."""
    with writing(engine) as session:
        return factories.report(session, HEADLINE), factories.report(session, VOLUNTEERS)


def reader_of(engine: Engine, number: int) -> int:
    with reading(engine) as session:
        return session.get_one(Report, number).reader_id


def persons(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return list(session.scalars(select(Reader.person_id).order_by(Reader.id)))


@pytest.fixture
def address(engine: Engine, two: tuple[int, int]) -> str:
    return f"/readers/{reader_of(engine, two[0])}"


def test_reader_is_found_by_any_report_of_his(chief: FlaskClient, two: tuple[int, int], address: str) -> None:
    assert chief.post("/readers/", data={"number": str(two[0])}).location == address
    wrong = chief.post("/readers/", data={"number": "99999"})
    assert wrong.status_code == 400
    assert "没有这个编号" in wrong.text
    empty = chief.post("/readers/", data={})
    assert (empty.status_code, "请填他报过的一条纠错的编号，或者一封来信的号。" in empty.text) == (400, True)


def test_reader_is_found_by_a_letter(engine: Engine, chief: FlaskClient, two: tuple[int, int], address: str) -> None:
    with reading(engine) as session:
        message_id = session.get_one(Report, two[0]).message_id
    assert chief.post("/readers/", data={"message": str(message_id)}).location == address


def test_page_names_nobody(engine: Engine, chief: FlaskClient, two: tuple[int, int], address: str) -> None:
    page = chief.get(address).text
    with reading(engine) as session:
        openids = session.scalars(select(Reader.openid)).all()
    assert "读者 #" in page
    assert NICKNAME not in page
    assert [openid for openid in openids if openid and openid in page] == []
    assert str(two[0]) not in page


def test_chief_links_with_a_reason_and_parts_again(
    engine: Engine, chief: FlaskClient, two: tuple[int, int], address: str
) -> None:
    assert len(set(persons(engine))) == 2
    page = chief.post(f"{address}/link", data={"number": str(two[1]), "reason": WHY}, follow_redirects=True).text
    assert "两边的纠错合在一起算" in page
    assert WHY in page
    assert len(set(persons(engine))) == 1
    with reading(engine) as session:
        link_id = session.scalars(select(ReaderLink.id)).one()
    page = chief.post(f"{address}/unlink/{link_id}", data={"reason": "弄错了"}, follow_redirects=True).text
    assert "弄错了" in page
    assert len(set(persons(engine))) == 2


@pytest.mark.sampled
@pytest.mark.parametrize(("data", "sentence"), [
    ({"number": "", "reason": WHY}, "请填另一位"),
    ({"number": "99999", "reason": WHY}, "没有编号"),
    ({"number": "OTHER", "reason": ""}, "请写一句理由"),
    ({"number": "OWN", "reason": WHY}, "同一位读者"),
])
def test_link_that_cannot_be_made_says_why(
    engine: Engine, chief: FlaskClient, two: tuple[int, int], address: str, data: dict[str, str], sentence: str
) -> None:
    number = {"OWN": str(two[0]), "OTHER": str(two[1])}.get(data["number"], data["number"])
    answer = chief.post(f"{address}/link", data=data | {"number": number})
    assert answer.status_code in (400, 404)
    assert sentence in answer.text
    assert len(set(persons(engine))) == 2


def test_chief_bars_and_lets_in_again(engine: Engine, chief: FlaskClient, address: str) -> None:
    page = chief.post(f"{address}/bar", data={"kind": "relative", "reason": "编辑的爱人"}, follow_redirects=True).text
    assert "不参加：工作人员亲属" in page
    with reading(engine) as session:
        assert Bar.RELATIVE in session.scalars(select(Person.bar)).all()
    page = chief.post(f"{address}/unbar", data={"reason": "说错了"}, follow_redirects=True).text
    assert "已恢复参加评奖" in page
    assert chief.post(f"{address}/unbar", data={"reason": ""}).status_code == 400
    assert chief.post(f"{address}/bar", data={"kind": "relative", "reason": ""}).status_code == 400


def test_a_bar_that_was_lifted_stays_with_both_reasons(chief: FlaskClient, address: str) -> None:
    chief.post(f"{address}/bar", data={"kind": "relative", "reason": "编辑的爱人"})
    page = chief.post(f"{address}/unbar", data={"reason": "说错了"}, follow_redirects=True).text
    over = page[page.index("以前的"):]
    assert "不参加评奖：工作人员亲属，编辑的爱人" in over
    assert "恢复参加：说错了" in over


@pytest.mark.slow
@pytest.mark.parametrize(("days", "until"), [
    ("7", "免打扰到 11月17日 09:00"), ("30", "免打扰到 12月10日 09:00"), ("0", "免打扰</span>")])
def test_chief_mutes_with_a_reason_and_lifts_it_by_one_press(
    engine: Engine, chief: FlaskClient, address: str, days: str, until: str
) -> None:
    assert "照常提醒" in chief.get(address).text
    page = chief.post(f"{address}/mute", data={"days": days, "reason": HOSTILE}, follow_redirects=True).text
    assert "报的差错照样评，别的话不再提醒大家" in page
    assert until in page
    assert "&lt;script&gt;" in page
    assert HOSTILE not in page
    assert f'action="{address}/mute"' not in page
    assert "现在没有" not in page
    page = chief.post(f"{address}/unmute", follow_redirects=True).text
    assert "照常提醒" in page
    over = page[page.index("以前的"):]
    assert "免打扰，&lt;script&gt;" in over
    assert "取消" in over
    with reading(engine) as session:
        [kept] = session.scalars(select(ReaderMeasure)).all()
        verbs = session.execute(select(AuditEntry.verb, AuditEntry.details).order_by(AuditEntry.id)).all()
    assert (kept.reason, kept.ended_at is not None) == (HOSTILE, True)
    assert [tuple(one) for one in verbs[-2:]] == [("mute_reader", {"days": int(days)} if days != "0" else {}),
                                                  ("unmute_reader", {})]


@pytest.mark.slow
def test_mutes_are_in_the_audit_trail_in_words(chief: FlaskClient, address: str) -> None:
    chief.post(f"{address}/mute", data={"days": "7", "reason": "闲聊"})
    chief.post(f"{address}/unmute")
    link = re.search(r'href="(/audit[^"]+)">看这位读者的记录', chief.get(address).text)
    assert link is not None
    page = chief.get(link[1].replace("&amp;", "&")).text
    for words in ("设免打扰", "取消免打扰", "几天 7"):
        assert words in page


@pytest.mark.sampled
@pytest.mark.parametrize("data", [
    {"days": "7", "reason": ""}, {"days": "7", "reason": "   "}, {"days": "7", "reason": "长" * 301}, {"reason": "闲聊"},
    {"days": "8", "reason": "闲聊"}, {"days": "-1", "reason": "闲聊"}, {"days": "7天", "reason": "闲聊"}, {}])
def test_a_mute_without_reason_or_term_is_refused(
    engine: Engine, chief: FlaskClient, address: str, data: dict[str, str]
) -> None:
    assert chief.post(f"{address}/mute", data=data).status_code == 400
    with reading(engine) as session:
        assert session.scalars(select(ReaderMeasure)).all() == []


@pytest.mark.slow
def test_what_cannot_be_muted_or_lifted_says_why(chief: FlaskClient, address: str) -> None:
    refused = chief.post(f"{address}/unmute")
    assert (refused.status_code, "没有设免打扰" in refused.text) == (403, True)
    chief.post(f"{address}/mute", data={"days": "7", "reason": "闲聊"})
    refused = chief.post(f"{address}/mute", data={"days": "30", "reason": "闲聊"})
    assert (refused.status_code, "已经设了免打扰" in refused.text) == (403, True)
    assert chief.post("/readers/4711/mute", data={"days": "7", "reason": "闲聊"}).status_code == 404
    assert chief.post("/readers/4711/unmute").status_code == 404


@pytest.mark.slow
def test_a_mute_that_ran_out_is_told_as_over(
    browser: Callable[[Role], FlaskClient], chief: FlaskClient, address: str, clock: FrozenClock
) -> None:
    chief.post(f"{address}/mute", data={"days": "7", "reason": "闲聊"})
    clock.moment += timedelta(days=7)
    chief = browser(Role.CHIEF)
    page = chief.get(address).text
    assert "照常提醒" in page
    assert "11月17日 09:00</time> 到期" in page[page.index("以前的"):]
    assert "免打扰 <span class=\"count\">0</span>" in chief.get("/readers/").text


def shown(client: FlaskClient, which: str) -> list[int]:
    return [int(one) for one in re.findall(r'<td><a href="/readers/(\d+)">', client.get(f"/readers/?which={which}").text)]


@pytest.mark.slow
def test_muted_and_barred_readers_are_listed_with_chips_and_filtered(
    engine: Engine, chief: FlaskClient, two: tuple[int, int]
) -> None:
    one, other = (reader_of(engine, number) for number in two)
    assert "没有这样的读者" in chief.get("/readers/").text
    chief.post(f"/readers/{one}/mute", data={"days": "7", "reason": "天天闲聊"})
    chief.post(f"/readers/{other}/bar", data={"kind": "blocked", "reason": "刷分"})
    assert [shown(chief, which) for which in ("all", "muted", "barred", "nonsense")] == [
        [other, one], [one], [other], [other, one]]
    page = chief.get("/readers/").text
    for words in ("免打扰到 11月17日 09:00</span> 天天闲聊", "不参加：已停止参加</span> 刷分"):
        assert words in page
    assert NICKNAME not in page
    assert re.findall(r'class="count">(\d+)<', page) == ["2", "1", "1"]


@pytest.mark.slow
def test_linked_accounts_are_listed_as_muted_together(engine: Engine, chief: FlaskClient, two: tuple[int, int]) -> None:
    one, other = (reader_of(engine, number) for number in two)
    chief.post(f"/readers/{one}/mute", data={"days": "0", "reason": "天天闲聊"})
    chief.post(f"/readers/{one}/link", data={"number": str(two[1]), "reason": WHY})
    assert shown(chief, "muted") == [other, one]
    assert "天天闲聊" in chief.get(f"/readers/{other}").text
    chief.post(f"/readers/{other}/unmute")
    assert shown(chief, "muted") == []


@pytest.mark.slow
def test_a_long_list_of_marked_readers_goes_by_pages(engine: Engine, chief: FlaskClient, house: House) -> None:
    with writing(engine) as session:
        ids = [factories.reader(session) for _ in range(60)]
        session.execute(update(Person).values(bar=Bar.BLOCKED, bar_reason="刷屏"))
    first = shown(chief, "barred")
    link = re.search(r'rel="next" href="([^"]+)"', chief.get("/readers/?which=barred").text)
    assert link is not None
    rest = re.findall(r'<td><a href="/readers/(\d+)">', chief.get(link[1].replace("&amp;", "&")).text)
    assert (len(first), [*first, *map(int, rest)]) == (50, sorted(ids, reverse=True))


def test_unknown_reader_is_not_found(chief: FlaskClient, house: House) -> None:
    assert chief.get("/readers/4711").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRIZES])
def test_editors_who_grade_never_see_it(browser: Callable[[Role], FlaskClient], address: str, role: Role) -> None:
    assert browser(role).get(address).status_code == 403
    assert browser(role).get("/readers/").status_code == 403
    assert browser(role).post(f"{address}/bar", data={"kind": "blocked", "reason": "x"}).status_code == 403
    assert browser(role).post(f"{address}/mute", data={"days": "7", "reason": "x"}).status_code == 403
    assert browser(role).post(f"{address}/unmute").status_code == 403
