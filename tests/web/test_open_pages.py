"""The open pages of a contest: rules, winners, hall of fame, errata calendar; and what stands on none of them."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.chat import answers
from bot.clock import FrozenClock
from bot.judging import grading
from bot.publishing.correction_told import tell_finders
from bot.readers import hall
from bot.settings import Settings
from models.contests import Award, Contest, Round
from models.enums import PrizeState, RoundState
from models.newsroom import CorrectionNotice
from models.outgoing import OutgoingMessage
from models.papers import PageGeometry
from models.session import reading, writing
from tests.support.databases import Databases
from tests.support.open_pages import (
    ABSENT_NAME,
    FIRST,
    GONE_NAME,
    HOSTILE,
    JUNE,
    LEFT_NAME,
    NEVER,
    RED,
    RELEASED,
    Played,
    again,
    play,
    print_correction,
)
from tests.support.town import Town, at
from web.public.keeping import PAGES_A_MINUTE

ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Played]:
    """Played once, for all tests here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def played(begun: tuple[str, Played], engine: Engine, clock: FrozenClock) -> Played:
    clock.moment = JUNE + timedelta(hours=1)
    return again(begun[1], engine)


def paths(played: Played) -> list[str]:
    start = f"/c/{played.contest_id}"
    return [f"{start}/", f"{start}/rules", f"{start}/winners", f"{start}/hall", f"{start}/hall?year=2023", f"{start}/errata",
            f"{start}/errata/{played.may}", f"{start}/errata/{played.may}/refused", f"{start}/errata/{played.june}",
            f"/records/{played.contest_id}/2023-05"]


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def plain(page: str) -> str:
    """Without tags and spaces."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page.split("<main>")[1]))


def test_no_open_page_holds_what_nobody_chose_to_show(played: Played, client: FlaskClient) -> None:
    for path in paths(played):
        page = text(client, path)
        assert [one for one in NEVER if one in page] == [], path


def test_they_lead_to_each_other_and_nowhere_else(played: Played, client: FlaskClient) -> None:
    seen, todo = set[str](), [f"/c/{played.contest_id}/"]
    while todo:
        path = todo.pop()
        seen.add(path)
        found = set(re.findall(r'href="(/[^"#]*)"', text(client, path).split("<main>")[1]))
        todo += [one for one in found - seen - set(todo) if not one.startswith(("/static", "/records/1/2023-05/record-"))]
    assert {one.split("/")[1] for one in seen} == {"c", "records", "mine"}
    # (hall?year= is for a second year)
    assert {one for one in paths(played) if "year" not in one} <= seen


def test_home_says_what_runs(played: Played, client: FlaskClient) -> None:
    page = plain(text(client, f"/c/{played.contest_id}/"))
    assert "2023年6月这一期，2023年7月1日截止。最佳啄木鸟奖励现金100元。" in page
    assert "2023年5月评选记录" in page


def test_rules_say_the_numbers_of_the_round_that_runs(played: Played, client: FlaskClient) -> None:
    page = plain(text(client, f"/c/{played.contest_id}/rules"))
    for said in ("2023年7月1日这天结束以前", "每处2分", "每处0.1分", "按2倍算", "最多算1分", "最佳啄木鸟1位，奖励现金100元",
                 "优秀啄木鸟10位", "总分一样时", "10天内", "社区晨报·柳湾"):
        assert said in page, said


def test_rules_between_rounds_are_those_of_the_newest_set(played: Played, client: FlaskClient, clock: FrozenClock) -> None:
    clock.moment = at("2026-01-01 08:00")
    page = plain(text(client, f"/c/{played.contest_id}/rules"))
    assert ("没有正在进行的一轮" in page, "每处2分" in page) == (True, True)


def test_winners_stand_under_their_month(played: Played, client: FlaskClient) -> None:
    page = text(client, f"/c/{played.contest_id}/winners")
    assert (FIRST in page, ESCAPED in page, HOSTILE in page) == (True, True, False)
    # Who is absent, who is gone, who has left.
    assert "还有3位获奖读者的名字不在网上列出" in plain(page)
    assert f"/records/{played.contest_id}/2023-05" in page


def test_hall_holds_printed_names_with_how_often(played: Played, client: FlaskClient) -> None:
    page = plain(text(client, f"/c/{played.contest_id}/hall"))
    assert (f"{FIRST}5月最佳" in page, "微信读者" in page) == (True, False)
    assert "共" not in page.split("2023年")[1].split("不想列")[0]


def test_a_name_stays_though_its_prize_lapsed(played: Played, client: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(update(Award).where(Award.printed_name == FIRST).values(state=PrizeState.LAPSED))
    assert FIRST in text(client, f"/c/{played.contest_id}/hall")


@pytest.mark.parametrize("page", ["/c/{}/hall", "/c/{}/winners", "/records/{}/2023-05"])
def test_who_asks_is_gone_from_every_page_and_may_come_back(
        played: Played, client: FlaskClient, engine: Engine, page: str) -> None:
    path = page.format(played.contest_id)
    for absent, act in ((True, hall.leave), (False, hall.come_back)):
        with writing(engine) as session:
            act(session.connection(), played.town.reader("甲"), actor=SCHEDULER, now=RELEASED)
        assert (FIRST in text(client, path)) is not absent
    assert ABSENT_NAME not in text(client, path)


def test_the_chat_tells_no_name_that_the_pages_do_not(played: Played, engine: Engine) -> None:
    def told() -> str:
        with reading(engine) as session:
            return answers.winners(session.connection(), "main", now=RELEASED)

    assert f"最佳：{FIRST}" in told()
    assert {one for one in (ABSENT_NAME, GONE_NAME, LEFT_NAME) if one in told()} == set()
    assert "位不列名字的读者" in told()
    with writing(engine) as session:
        hall.leave(session.connection(), played.town.reader("甲"), actor=SCHEDULER, now=RELEASED)
    assert (FIRST in told(), "最佳：1位不列名字的读者" in told()) == (False, True)


def test_names_of_several_years_are_years_apart(played: Played, client: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        _earlier(session, played.town, "2021-05")
    page = plain(text(client, f"/c/{played.contest_id}/hall"))
    assert (f"{FIRST}，2次" in page, f"{FIRST}共2次5月最佳" in page, "2021年" in page) == (True, True, True)
    older = text(client, f"/c/{played.contest_id}/hall?year=2021")
    assert ("2021年" in older, FIRST in older, ESCAPED in older) == (True, True, False)
    assert client.get(f"/c/{played.contest_id}/hall?year=2019").status_code == 404
    for year in (2020, 2019, 2018):
        with writing(engine) as session:
            _earlier(session, played.town, f"{year}-05")
    winners = text(client, f"/c/{played.contest_id}/winners")
    assert ("2021年" in winners, "2020年" in winners, "2019年" in winners) == (True, True, False)
    assert "2019年" in text(client, f"/c/{played.contest_id}/winners?before=2020")


def _earlier(session: Session, town: Town, month: str) -> None:
    """Another released round with the same best."""
    row = session.scalars(select(Round).where(Round.month == "2023-05")).one()
    held = {one.name: getattr(row, one.name) for one in Round.__table__.columns if one.name not in ("id", "month")}
    session.add(round_ := Round(**held, month=month))
    session.flush()
    award = session.scalars(select(Award).where(Award.printed_name == FIRST, Award.round_id == row.id)).one()
    held = {one.name: getattr(award, one.name) for one in Award.__table__.columns if one.name not in ("id", "round_id")}
    session.add(Award(**held, round_id=round_.id))


def test_calendar_lists_issues_that_are_out(played: Played, client: FlaskClient, clock: FrozenClock) -> None:
    page = plain(text(client, f"/c/{played.contest_id}/errata"))
    assert page.index("2023年6月") < page.index("2023年5月")
    assert ("正在评" in page, "查实9处，更正1处" in page) == (True, True)
    clock.moment = at("2023-06-09 23:00")
    assert "2023年6月" not in plain(text(client, f"/c/{played.contest_id}/errata"))
    assert client.get(f"/c/{played.contest_id}/errata/{played.june}").status_code == 404


def test_confirmed_errors_are_quoted_from_print(played: Played, client: FlaskClient) -> None:
    page = plain(text(client, f"/c/{played.contest_id}/errata/{played.may}"))
    assert "2版《第1篇报道》" in page
    assert "居民都说食唐01号开张是件大好事。应为“食堂01号”" in page
    # What is more than a letter or two, and nowhere in print, is a reader's own.
    place = page.index("2版《第9篇报道》")
    assert "食唐09号" in page[place:place + 80]
    assert "应为" not in page[place:place + 60]
    assert "版面不详" in page  # accepted by words alone: that it was, and nothing of what he wrote
    assert "还在核对的2版《第18篇报道》已有人指出" in page


def test_a_correction_in_print_stands_with_its_day_and_page(played: Played, client: FlaskClient) -> None:
    page = plain(text(client, f"/c/{played.contest_id}/errata/{played.may}"))
    assert "已更正" in page
    assert "已在2023年6月10日2版更正：更正：本报2023年5月10日2版《第1篇报道》一文" in page
    assert "<img" not in text(client, f"/c/{played.contest_id}/errata/{played.may}").split("<h1>")[1]


def test_clipping_shows_the_correction_and_nothing_around_it(
        played: Played, client: FlaskClient, engine: Engine, settings: Settings) -> None:
    path = f"/c/{played.contest_id}/errata/{played.may}/correction-{played.notice}.webp"
    assert client.get(path).status_code == 404
    print_correction(engine, settings, played)
    assert path in text(client, f"/c/{played.contest_id}/errata/{played.may}")
    answer = client.get(path)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/webp", "public, max-age=86400")
    picture = Image.open(BytesIO(answer.data)).convert("RGB")
    held = [picture.getpixel((x, y)) for x in range(picture.width) for y in range(picture.height)]
    red = sum(one[0] > RED[0] - 40 and one[1] < 90 for one in held if isinstance(one, tuple)) / len(held)
    assert red < 0.1  # what is around it is as red as can be: the margin shows
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    elsewhere = path.replace(f"/errata/{played.may}/", f"/errata/{played.june}/")
    assert client.get(elsewhere).status_code == 404


def test_clipping_opens_before_the_release_while_the_calendar_does_not_show_it(
        played: Played, client: FlaskClient, engine: Engine, settings: Settings) -> None:
    print_correction(engine, settings, played)
    with writing(engine) as session:
        session.execute(update(Round).where(Round.month == "2023-05").values(
            state=RoundState.PICKED, released_at=None, released_by_id=None))
    path = f"/c/{played.contest_id}/errata/{played.may}"
    assert "特此更正" not in text(client, path)
    assert client.get(f"{path}/correction-{played.notice}.webp").mimetype == "image/webp"


def test_no_clipping_where_the_words_are_not_on_the_page(
        played: Played, client: FlaskClient, engine: Engine, settings: Settings) -> None:
    print_correction(engine, settings, played)
    with writing(engine) as session:
        session.execute(delete(PageGeometry))
    assert client.get(f"/c/{played.contest_id}/errata/{played.may}/correction-{played.notice}.webp").status_code == 404


def test_refused_places_say_why_in_words_of_ours(played: Played, client: FlaskClient) -> None:
    page = plain(text(client, f"/c/{played.contest_id}/errata/{played.may}/refused"))
    assert "2版《第11篇报道》…唐11号开张是件大好事。不算差错核对过，这里没有印错。" in page
    assert "核对过原文，报上没有印错。" in page
    assert "是说法上的建议，不算差错，已经记下。" in page


def test_of_a_running_round_only_pages_and_articles_are_told(played: Played, client: FlaskClient) -> None:
    page = plain(text(client, f"/c/{played.contest_id}/errata/{played.june}"))
    assert [f"第{n}篇报道" in page for n in (13, 14, 15, 16, 17, 7)] == [True, True, True, False, False, False]
    assert [one in page for one in ("食唐", "食堂", "词典", "查实", "不算差错", "核对的")] == [False] * 6
    assert client.get(f"/c/{played.contest_id}/errata/{played.june}/refused").status_code == 404


def test_paging_is_by_links(played: Played, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.queries.open_errata.PAGE_SIZE", 4)
    path = f"/c/{played.contest_id}/errata/{played.may}"
    first, second = text(client, path), text(client, f"{path}?p=2")
    assert (f"{path}?p=2" in first, f"{path}?p=1" in second, f"{path}?p=3" in second) == (True, True, True)
    assert "没有了" in text(client, f"{path}?p=9")


@pytest.mark.slow
def test_nothing_yet_is_said_kindly(engine: Engine, client: FlaskClient, clock: FrozenClock) -> None:
    clock.moment = at("2023-04-01 08:00")
    with Session(engine) as session:
        contest = Town.founded(session, rounds=1).contest_id
    assert "还没有公布过名单" in text(client, f"/c/{contest}/winners")
    assert "还没有公布过名单" in text(client, f"/c/{contest}/hall")
    assert "还没有出过报纸" in text(client, f"/c/{contest}/errata")


ELSEWHERE = ("/c/99/", "/c/99/rules", "/c/99/hall", "/c/1/hall?year=二〇", "/c/1/winners?before=x", "/c/1/errata?before=2023-13",
             "/c/1/errata/999", "/c/1/errata/1?p=0", "/c/1/errata/1?p=99999", "/c/1/errata/1?p=２",
             "/c/1/errata/1/correction-9.webp", "/c/1/none", "/c/x/")


@pytest.mark.sampled
@pytest.mark.parametrize("path", ELSEWHERE)
def test_what_there_is_not_is_said_on_a_readers_page(played: Played, client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, "readers.css" in answer.text, "<a " in answer.text) == (404, True, False)
    assert ("Vary" in answer.headers, "Set-Cookie" in answer.headers) == (False, False)


def test_an_issue_of_another_contest_is_not_there(played: Played, client: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        row = session.scalars(select(Contest)).one()
        held = {one.name: getattr(row, one.name) for one in Contest.__table__.columns if one.name not in ("id", "name")}
        session.add(other := Contest(**held, name="另一个活动"))
        session.flush()
        number = other.id
    assert client.get(f"/c/{number}/errata/{played.may}").status_code == 404
    assert client.get(f"/c/{number}/").status_code == 200


@pytest.mark.slow
def test_anybody_may_keep_them_for_minutes_and_nobody_comes_too_often(played: Played, client: FlaskClient) -> None:
    answer = client.get(f"/c/{played.contest_id}/hall")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert ("Set-Cookie" in answer.headers, "Vary" in answer.headers) == (False, False)
    again = client.get(f"/c/{played.contest_id}/hall", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    codes = [client.get(f"/c/{played.contest_id}/").status_code for _ in range(PAGES_A_MINUTE)]
    assert (codes[0], codes[-1]) == (200, 429)
    assert GONE_NAME + LEFT_NAME not in answer.text


def test_an_error_that_was_escalated_is_not_there_though_somebody_elses_report_was_accepted(
        played: Played, client: FlaskClient, engine: Engine) -> None:
    path = f"/c/{played.contest_id}/errata/{played.may}"
    assert "第2篇报道" in text(client, path)
    with Session(engine, expire_on_commit=False) as session:
        town = Town(session, readers=played.town.readers, contest_id=played.contest_id, editor=played.town.editor)
        said = town.file("丙", town.said(2), JUNE).report_id
        grading.escalate(session, said, "不能登", actor=by_staff(town.editor), now=JUNE,
                         expected_version=town.report(said).version)
        session.commit()
    page = plain(text(client, path))
    assert ("第2篇报道" in page, "查实8处" in page) == (False, True)


@pytest.mark.slow
def test_a_refused_place_is_gone_once_somebody_elses_report_of_it_is_accepted_or_escalated(
        played: Played, client: FlaskClient, engine: Engine) -> None:
    path = f"/c/{played.contest_id}/errata/{played.may}/refused"
    assert ("第11篇报道" in text(client, path), "第12篇报道" in text(client, path)) == (True, True)
    with Session(engine, expire_on_commit=False) as session:
        town = Town(session, readers=played.town.readers, contest_id=played.contest_id, editor=played.town.editor)
        accepted = town.file("乙", town.found("a11", "大好事", "打好事"), JUNE).report_id
        town.grade(accepted)
        said = town.file("乙", town.found("a12", "件大", "见大"), JUNE).report_id
        grading.escalate(session, said, "不能登", actor=by_staff(town.editor), now=JUNE,
                         expected_version=town.report(said).version)
        session.commit()
    assert ("第11篇报道" in text(client, path), "第12篇报道" in text(client, path)) == (False, False)


def test_finder_is_told_where_the_clipping_is_and_the_address_opens_it(
        played: Played, client: FlaskClient, engine: Engine, settings: Settings) -> None:
    print_correction(engine, settings, played)
    with writing(engine) as session:
        session.execute(delete(OutgoingMessage).where(OutgoingMessage.kind == "correction"))
        notice = session.get_one(CorrectionNotice, played.notice)
        assert tell_finders(session, notice, notice.printed_paper_id or 0, now=JUNE, public_url="https://desk.example.org") == 1
        [told] = session.scalars(select(OutgoingMessage.text).where(OutgoingMessage.kind == "correction"))
    words, address = told.split("\n剪报点这里看：")
    assert words.startswith("您指出的")
    assert client.get(address.removeprefix("https://desk.example.org")).mimetype == "image/webp"


@pytest.mark.parametrize("missing", ["picture", "address"])
def test_finder_is_told_of_no_clipping_that_is_not_there(
        played: Played, engine: Engine, settings: Settings, missing: str) -> None:
    if missing == "address":
        print_correction(engine, settings, played)
    with writing(engine) as session:
        session.execute(delete(OutgoingMessage).where(OutgoingMessage.kind == "correction"))
        notice = session.get_one(CorrectionNotice, played.notice)
        tell_finders(session, notice, notice.printed_paper_id or 0, now=JUNE,
                     public_url="" if missing == "address" else "https://desk.example.org")
        [told] = session.scalars(select(OutgoingMessage.text).where(OutgoingMessage.kind == "correction"))
    assert "剪报" not in told
