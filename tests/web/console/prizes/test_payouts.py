"""发奖台账: the screen and the files for finance, who may see them, and what stands in no file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Engine, event, insert, select, update

from bot.clock import FrozenClock
from bot.settings import Settings
from models.audit import AuditEntry
from models.claims import PrizeReceipt
from models.contests import Award, Round
from models.enums import AwardOrigin, Prize, PrizeState, Role
from models.session import reading, writing
from tests.support import claims
from tests.support.claims import GIVEN, IN_CLEAR, POSTED, send

Sign = Callable[[Role], FlaskClient]
MIDNIGHT = datetime(2025, 1, 31, 16, tzinfo=UTC)
"""The first moment of February in Shanghai."""
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return claims.claiming(settings, tmp_path)


@pytest.fixture
def desk(prizes: list[int], browser: Sign) -> FlaskClient:
    return browser(Role.PRIZES)


def hand(desk: FlaskClient, award_id: int, **more: str) -> None:
    assert desk.post(f"/prizes/{award_id}/hand-over", data={"relation": "neither"} | more).status_code == 302


def text(page: str) -> str:
    """The words of a page's main part, each run of white space one space."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1].split("</main>", 1)[0]).split())


def rename(engine: Engine, award_id: int, name: str) -> None:
    with writing(engine) as session:
        session.execute(update(Award).where(Award.id == award_id).values(printed_name=name))


def take(desk: FlaskClient, kind: str, part: str = "handed_over", **more: str) -> bytes:
    answer = desk.post(f"/prizes/ledger/export.{kind}", data={"part": part} | more)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    return answer.data


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet(content: bytes, number: int = 0) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[number].iter_rows()]


def test_an_empty_ledger_says_what_will_stand_in_it(browser: Sign) -> None:
    page = text(browser(Role.PRIZES).get("/prizes/ledger").text)
    assert "2026年还没有发出去的奖" in page
    assert "没有等着发的奖" in text(browser(Role.PRIZES).get("/prizes/ledger?part=still_owed").text)
    assert "没有发不出去的奖" in text(browser(Role.PRIZES).get("/prizes/ledger?part=not_given").text)


def test_hand_over_stands_in_the_ledger_with_its_tax_and_receipt(
    desk: FlaskClient, prizes: list[int], clock: FrozenClock
) -> None:
    assert "发奖台账" in desk.get("/prizes/").text
    hand(desk, prizes[0], note="签收单 0012")
    page = text(desk.get("/prizes/ledger").text)
    day = clock.now() + timedelta(hours=8)
    for words in (f"{day.year}年{day.month}月{day.day}日", "现金", "125.00", "25.00", "100.00", "报社出", "签收单 0012"):
        assert words in page
    assert f"{day.year}年合计" in page
    owed = text(desk.get("/prizes/ledger?part=still_owed").text)
    assert "纪念品一份" in owed
    assert "没有标价" in owed


def test_souvenir_gets_its_price_at_the_hand_over_or_after_it(desk: FlaskClient, prizes: list[int], engine: Engine) -> None:
    assert 'name="price"' in desk.get(f"/prizes/{prizes[1]}").text
    assert 'name="price"' not in desk.get(f"/prizes/{prizes[0]}").text
    hand(desk, prizes[1])
    assert "有 1 份纪念品没有标价" in text(desk.get("/prizes/ledger").text)
    answer = desk.post(f"/prizes/{prizes[1]}/receipt", data={"note": "单 7", "price": "35.5"}, follow_redirects=True)
    assert "签收记好了" in answer.text
    assert 'value="35.50"' in answer.text
    page = text(desk.get("/prizes/ledger").text)
    assert "没有标价" not in page
    for words in ("44.38", "8.88", "35.50", "单 7"):
        assert words in page
    with reading(engine) as session:
        assert session.get_one(PrizeReceipt, prizes[1]).price_fen == 3_550


@pytest.mark.sampled
@pytest.mark.parametrize(("data", "words"), [
    ({"price": "三十五"}, "请填多少元"), ({"price": "1" * 10_000}, "最多 20 个字"), ({"note": "13912345678"}, "不写电话"),
    ({"note": "字" * 61}, "最多"), ({"price": "0"}, "价钱要大于 0")])  # fmt: skip
def test_what_is_no_receipt_is_said_and_nothing_is_kept(
    desk: FlaskClient, prizes: list[int], engine: Engine, data: dict[str, str], words: str
) -> None:
    early = desk.post(f"/prizes/{prizes[1]}/hand-over", data={"relation": "neither"} | data)
    hand(desk, prizes[1])
    late = desk.post(f"/prizes/{prizes[1]}/receipt", data=data)
    assert late.status_code == 400
    assert words in late.text
    assert early.status_code == 400
    with reading(engine) as session:
        assert session.get(PrizeReceipt, prizes[1]) is None


def test_nothing_is_signed_for_a_prize_that_is_still_there(desk: FlaskClient, prizes: list[int]) -> None:
    answer = desk.post(f"/prizes/{prizes[0]}/receipt", data={"note": "单 1"})
    assert answer.status_code == 403
    assert "发出去以后再登记" in answer.text
    assert desk.post("/prizes/999/receipt", data={"note": "单 1"}).status_code == 404


@pytest.mark.slow
def test_files_hold_numbers_of_yuan_days_and_names_as_printed_and_no_formula(
    desk: FlaskClient, prizes: list[int], engine: Engine, clock: FrozenClock
) -> None:
    rename(engine, prizes[0], FORMULA)
    hand(desk, prizes[0], note="=1+1")
    day = (clock.now() + timedelta(hours=8)).date()
    plain = take(desk, "csv")
    assert plain.startswith("\ufeff发出日期,轮次,".encode())
    assert rows(plain)[1] == [day.isoformat(), "2026年11月", "啄木鸟", f"'{FORMULA}", "最佳啄木鸟", "现金", "现金", "125.00",
                              "20", "25.00", "100.00", "报社", "已领走", "", "'=1+1", str(prizes[0])]
    content = take(desk, "xlsx")
    book = load_workbook(io.BytesIO(content))
    line = next(book.worksheets[0].iter_rows(min_row=2))
    assert [line[n].value for n in (0, 3, 7, 9, 10, 14)] == [
        datetime.combine(day, time()), FORMULA, 125, 25, 100, "=1+1"]
    assert {line[n].data_type for n in (7, 9, 10)} == {"n"}
    assert {line[n].number_format for n in (7, 9, 10)} == {"0.00"}
    assert line[3].data_type == line[14].data_type == "s"
    assert line[0].number_format == "yyyy-mm-dd"
    month = f"{day.year}年{day.month}月"
    assert sheet(content, 1) == [["月份", "份数", "其中现金", "税前（元）", "税（元）", "实得（元）", "没有标价的"],
                                 [month, 1, 1, 125, 25, 100, 0], ["合计", 1, 1, 125, 25, 100, 0]]


@pytest.mark.slow
def test_what_was_not_given_has_no_sums_in_a_file(desk: FlaskClient, prizes: list[int]) -> None:
    desk.post(f"/prizes/{prizes[0]}/let-go", data={"reason": "not_wanted"})
    line = rows(take(desk, "csv", "not_given"))[1]
    assert (line[0], line[7:12], line[12:14]) == ("", [""] * 5, ["过期未领", "本人不要"])
    assert "本人不要" in text(desk.get("/prizes/ledger?part=not_given").text)
    owed = rows(take(desk, "csv", "still_owed"))
    assert [one[15] for one in owed[1:]] == [str(prizes[1])]


@pytest.mark.slow
@pytest.mark.parametrize("part", ["handed_over", "still_owed", "not_given"])
def test_nothing_of_a_claim_stands_on_the_screen_or_in_a_file(
    client: FlaskClient, desk: FlaskClient, prizes: list[int], part: str
) -> None:
    send(client, prizes[1], POSTED)
    send(client, prizes[0], GIVEN)
    if part == "handed_over":
        desk.post(f"/prizes/{prizes[1]}/hand-over")
    packed = take(desk, "xlsx", part)
    seen = [desk.get(f"/prizes/ledger?part={part}").text, take(desk, "csv", part).decode(),
            " ".join(str(cell) for row in sheet(packed) for cell in row)]
    assert [secret for secret in IN_CLEAR for one in seen if secret in one] == []


@pytest.mark.slow
def test_each_download_is_on_record_with_who_took_what(
    desk: FlaskClient, prizes: list[int], engine: Engine, staff: dict[Role, int], browser: Sign
) -> None:
    hand(desk, prizes[0])
    year = re.findall(r"period=(\d{4})", desk.get("/prizes/ledger").text)[0]
    take(desk, "csv", period=year)
    take(desk, "xlsx", "still_owed", period=year)
    with reading(engine) as session:
        kept = session.execute(select(AuditEntry.staff_id, AuditEntry.details).where(
            AuditEntry.verb == "take_payouts").order_by(AuditEntry.id)).all()
    assert [tuple(one) for one in kept] == [
        (staff[Role.PRIZES], {"part": "handed_over", "period": year, "rows": 1, "file": "csv"}),
        (staff[Role.PRIZES], {"part": "still_owed", "period": year, "rows": 1, "file": "xlsx"})]
    told = text(browser(Role.CHIEF).get("/audit?verb=take_payouts").text)
    assert "下载发奖台账" in told
    assert "还没发的" in told
    assert not re.search(r"take_payouts|still_owed|period", told)


@pytest.mark.sampled
@pytest.mark.parametrize("address", [
    "?part=all", "?period=1999", "?period=2026-13", "?period=abc", "?page=100001", "?part=handed_over&period==1%2B1"])
def test_an_address_that_says_nonsense_is_none_of_ours(desk: FlaskClient, address: str) -> None:
    assert desk.get(f"/prizes/ledger{address}").status_code == 404


@pytest.mark.slow
def test_pages_and_files_that_do_not_exist(desk: FlaskClient) -> None:
    assert desk.get("/prizes/ledger?page=-5").status_code == 200
    assert desk.get("/prizes/ledger?page=99999999999999999999").status_code == 200
    assert desk.post("/prizes/ledger/export.pdf").status_code == 404
    assert desk.get("/prizes/ledger/export.csv").status_code == 405


@pytest.mark.slow
@pytest.mark.parametrize(("role", "status"), [(Role.PRIZES, 200), (Role.CHIEF, 200), (Role.ADMIN, 200), (Role.EDITOR, 403)])
def test_graders_see_no_names_here(
    browser: Sign, prizes: list[int], engine: Engine, role: Role, status: int
) -> None:
    rename(engine, prizes[0], "季小满")
    member, owed = browser(role), {"part": "still_owed"}
    answers = [member.get("/prizes/ledger", query_string=owed), member.post("/prizes/ledger/export.csv", data=owed),
               member.get(f"/prizes/{prizes[0]}/certificate.pdf")]
    assert [one.status_code for one in answers] == [status] * 3
    assert ["季小满" in one.text for one in answers[:2]] == [status == 200] * 2


@pytest.mark.slow
def test_many_rows_come_fifty_at_a_time_with_the_sums_of_all(
    desk: FlaskClient, prizes: list[int], engine: Engine, clock: FrozenClock
) -> None:
    with writing(engine) as session:
        first = session.get_one(Award, prizes[0])
        session.execute(insert(Award), [
            {"round_id": first.round_id, "person_id": first.person_id, "reader_id": first.reader_id, "prize": Prize.BEST,
             "place": 100 + n, "standing_milli": 0, "printed_name": f"{'鸟' * 35}{n:03d}", "state": PrizeState.HANDED_OVER,
             "state_at": clock.now() + timedelta(minutes=n), "origin": AwardOrigin.FURTHER} for n in range(120)])
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _db, _cursor, statement, *_: asked.append(statement))
    page = desk.get("/prizes/ledger").text
    assert len(asked) <= 12
    assert "15,000.00" in page
    assert len(re.findall(r'class="payout-name"', page)) == 50
    assert "119" in page
    assert "前 50 份" not in page
    last = desk.get("/prizes/ledger?page=2").text
    assert len(re.findall(r'class="payout-name"', last)) == 20
    assert "后 50 份" not in last
    assert "15,000.00" in last
    assert "申诉补发" in last
    assert "这一页没有了" in desk.get("/prizes/ledger?page=3").text
    assert len(rows(take(desk, "csv"))) == 121


@pytest.mark.slow
def test_years_can_be_chosen_and_a_month_of_one(desk: FlaskClient, prizes: list[int], engine: Engine) -> None:
    hand(desk, prizes[0])
    with writing(engine) as session:
        session.execute(update(Round).where(Round.released_at.is_not(None)).values(month="2024-05"))
        session.execute(update(Award).where(Award.id == prizes[0]).values(state_at=MIDNIGHT))
    page = desk.get("/prizes/ledger").text
    assert re.findall(r"period=(\d{4})\"[^>]*>(\d{4})年<", page) == [("2025", "2025"), ("2024", "2024")]
    assert "2025年2月" in text(page), "midnight in Shanghai"
    assert "125.00" in text(desk.get("/prizes/ledger?period=2025-02").text)
    assert "2025年1月还没有发出去的奖" in text(desk.get("/prizes/ledger?period=2025-01").text)
    assert "2024年还没有发出去的奖" in text(desk.get("/prizes/ledger?period=2024").text)
