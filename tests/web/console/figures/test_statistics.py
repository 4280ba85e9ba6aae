"""统计: figures counted by hand in a small world, the same on the page, in the files and in the pictures."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.clock import SHANGHAI, FrozenClock
from bot.house.statistics import PeriodKind
from bot.readers import mutes
from models.contests import RuleSet
from models.enums import Bar, MessageFate, OutgoingState, ReportState, Role, Verdict
from models.grades import Grade
from models.outgoing import OutgoingMessage
from models.papers import Article, Page
from models.readers import Person
from models.reports import Erratum, Report
from models.session import writing
from tests.support import factories, rows
from tests.support.factories import House
from tests.web.conftest import Browser
from web.console.figures.statistics_reads import PARTS, Part
from web.console.figures.statistics_values import Column, Name, shown

EVERY = [name.value for name in Name]
QUERIES_AT_MOST = 12
BYTES_AT_MOST = 150_000


def local(text: str) -> datetime:
    """“11-02 10:00” in Shanghai."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).astimezone(UTC)


class World:
    """Rows as the verbs would leave them, at times of our own."""

    def __init__(self, session: Session, house: House) -> None:
        self.session, self.house = session, house
        self.rules = session.scalars(select(RuleSet.id)).first()
        self.ordinal = 0

    def erratum(self, row_code: str) -> int:
        return self._add(Erratum(contest_id=self.house.contest_id, row_code=row_code, points_milli=1000,
                                 created_at=factories.NOW)).id

    def report(self, reader_id: int, at: str, *, west: bool = False, verdict: Verdict | None = None, hours: float = 1,
               state: ReportState | None = None, **columns: Any) -> int:
        self.ordinal += 1
        sent = local(at)
        message_id = factories.message(self.session, reader_id, f"第{self.ordinal}条", at=sent)
        decided = {} if verdict is None else {
            "verdict": verdict, "decided_at": sent + timedelta(hours=hours), "decided_by_id": self.house.editor_id,
            "reason_text": "原文如此"}
        values = {"paper_id": self.house.other_paper_id if west else self.house.paper_id, **decided, **columns}
        return self._add(rows.report_row(
            self.ordinal, sent, contest_id=self.house.contest_id, round_id=self.house.round_id, reader_id=reader_id,
            message_id=message_id, sequence=message_id,
            state=state or (ReportState.DECIDED if verdict else ReportState.FILED), **values)).id

    def grade(self, report_id: int, at: str, verdict: Verdict, **columns: Any) -> int:
        return self._add(Grade(report_id=report_id, report_version=1, grader_id=self.house.editor_id,
                               rule_set_id=self.rules, verdict=verdict, reason_text="看过", created_at=local(at), **columns)).id

    def letter(self, at: str, *, closed: str | None = None, answers: tuple[tuple[str, OutgoingState], ...] = ()) -> None:
        reader_id = factories.reader(self.session)
        message_id = factories.message(self.session, reader_id, "请问怎么领奖", at=local(at), fate=MessageFate.DESK)
        if closed:
            message = self.session.get_one(rows.Message, message_id)
            message.fate, message.closed_at = MessageFate.DESK_CLOSED, local(closed)
        for number, (answered, state) in enumerate(answers, 1):
            sent_at = local(answered) if state is OutgoingState.SENT else None
            self._add(OutgoingMessage(reader_id=reader_id, kind="desk", idempotency_key=f"desk-{message_id}-{number}",
                                      text="您好", state=state, not_before=local(answered), sent_at=sent_at,
                                      created_at=local(answered)))

    def _add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row


@pytest.fixture
def world(engine: Engine, house: House) -> None:
    """Ten reports that count since September, three that do not; now is the 10th of November, 09:00."""
    with writing(engine) as session:
        made = World(session, house)
        one, two, three = made.erratum("N-05"), made.erratum("N-18"), made.erratum("N-05")
        a, b, c, d, e, editor = (factories.reader(session) for _ in range(6))
        person = session.get_one(Person, session.get_one(rows.Reader, editor).person_id)
        person.bar, person.bar_reason = Bar.STAFF, "本报编辑"
        yes, east2 = {"verdict": Verdict.ACCEPTED}, {"page_label": "02"}
        located = session.scalars(select(Article.id).join(Page).where(Page.number == "02")).first()
        first = made.report(a, "11-02 10:00", hours=2, erratum_id=one, page_label="7", article_id=located, **yes)
        made.report(b, "11-02 11:00", hours=25, erratum_id=one, page_label="2", **yes)
        made.report(a, "11-03 00:10", erratum_id=two, page_label="03", verdict=Verdict.ACCEPTED_WITH_EDITS)
        undone = made.report(c, "11-04 10:00", hours=3, west=True, page_label="05", verdict=Verdict.NOT_AN_ERROR)
        back = made.grade(undone, "11-04 11:00", Verdict.NOT_AN_ERROR, taken_back=True)
        made.grade(undone, "11-04 13:00", Verdict.NOT_AN_ERROR, replaces_id=back)
        again = made.report(d, "11-05 10:00", hours=50, west=True, erratum_id=three, **yes)
        before = made.grade(again, "11-05 14:00", Verdict.NOT_AN_ERROR)
        made.grade(again, "11-07 12:00", Verdict.ACCEPTED, replaces_id=before, row_code="N-05")
        made.report(editor, "11-06 10:00", erratum_id=one, **east2, **yes)
        made.report(a, "11-08 10:00", original_id=first, verdict=Verdict.REPEATED, **east2)
        made.report(e, "11-08 09:00", **east2)
        made.report(e, "11-10 08:00", **east2)
        made.report(e, "10-20 10:00", hours=48, erratum_id=one, **east2, **yes)
        made.report(e, "11-05 10:00", state=ReportState.HALF_TOLD)
        made.report(e, "11-05 11:00", state=ReportState.WITHDRAWN, withdrawn_at=local("11-05 12:00"))
        made.report(b, "07-01 10:00", erratum_id=two, **yes)
        made.letter("11-03 10:00", answers=(("11-03 12:00", OutgoingState.SENT),))
        made.letter("11-04 10:00", closed="11-06 10:00")
        made.letter("11-05 10:00", answers=(("11-05 11:00", OutgoingState.CALLED_BACK), ("11-05 12:00", OutgoingState.SENT)))
        made.letter("11-08 10:00")
        made.letter("11-09 20:00")  # younger than a day


def table(client: FlaskClient, name: str, query: str = "") -> list[list[str]]:
    """The rows of a CSV file without the heading."""
    answer = client.get(f"/statistics/{name}.csv{query}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))[1:]


def page(client: FlaskClient, query: str = "") -> str:
    answer = client.get(f"/statistics{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_reports_by_day_in_shanghai(editor: FlaskClient, world: None) -> None:
    found = table(editor, "days")
    assert (found[0][0], found[-1][0], len(found)) == ("2026-09-01", "2026-11-10", 71)
    assert [row for row in found if row[1:] != ["0", "0"]] == [
        ["2026-10-20", "1", "1"], ["2026-11-02", "2", "2"], ["2026-11-03", "1", "1"], ["2026-11-04", "1", "0"],
        ["2026-11-05", "1", "1"], ["2026-11-06", "1", "1"], ["2026-11-08", "2", "0"], ["2026-11-10", "1", "0"]]


HAND_COUNTED = {
    "papers": [["社区晨报·东城", "8", "5", "80.0"], ["社区晨报·西城", "2", "1", "20.0"]],
    "pages": [["2版", "7", "4", "70.0"], ["3版", "1", "1", "10.0"], ["5版", "1", "0", "10.0"], ["没说哪版", "1", "1", "10.0"]],
    "kinds": [["用字", "2", "5", ""], ["词语", "0", "0", ""], ["表达", "0", "0", ""], ["知识内容", "0", "0", ""],
              ["标点", "1", "1", ""], ["数字用法", "0", "0", ""], ["计量单位", "0", "0", ""], ["格式体例", "0", "0", ""]],
    "finders": [["1 位", "2", ""], ["2 位", "0", ""], ["3 位", "1", ""], ["4 位以上", "0", ""]],
    "accepted": [["2026-10", "1", "1", ""], ["2026-11", "6", "5", "83.3"]],
    "waiting": [["2026-10", "1", "", ""], ["2026-11", "7", "2.0", "25.0"]],
    "answers": [["2026-10", "1", "0", "", "0", "0", ""], ["2026-11", "8", "6", "75.0", "4", "2", ""]],
}  # fmt: skip


def test_figures_counted_by_hand(editor: FlaskClient, world: None) -> None:
    assert {name: table(editor, name) for name in HAND_COUNTED} == HAND_COUNTED


def test_a_letter_that_waits_quietly_is_no_letter_that_nobody_answers(
    engine: Engine, editor: FlaskClient, world: None, house: House
) -> None:
    before = table(editor, "answers")[-1]
    with writing(engine) as session:
        for sent in ("11-03 10:00", "11-08 10:00"):  # answered and open; open
            reader_id = session.scalars(select(rows.Message.reader_id).where(
                rows.Message.content == "请问怎么领奖", rows.Message.received_at == local(sent))).one()
            mutes.mute(session, reader_id, None, "天天来闲聊", actor=by_staff(house.editor_id), now=local("11-10 08:00"))
    after = table(editor, "answers")[-1]
    assert (before[4], after[4], after[:4]) == ("4", "3", before[:4])


def test_figures_of_one_paper(editor: FlaskClient, world: None, house: House) -> None:
    expected = {
        "pages": [["5版", "1", "0", ""], ["没说哪版", "1", "1", ""]],
        "finders": [["1 位", "1", ""], ["2 位", "0", ""], ["3 位", "0", ""], ["4 位以上", "0", ""]],
        "accepted": [["2026-11", "2", "1", ""]],
    }
    assert {name: table(editor, name, f"?paper={house.other_paper_id}") for name in expected} == expected


def test_every_table_of_a_period_holds_its_reports(editor: FlaskClient, world: None) -> None:
    expected = {
        "": 10, "?period=month": 9, "?period=12": 11, "?period=own&from=2026-11-03&to=2026-11-04": 2,
        "?period=own&from=2026-07-01&to=2026-07-01": 1, "?period=round": 4, "?period=nonsense": 10,
    }
    for name in ("days", "papers", "pages"):
        assert {query: sum(int(row[1]) for row in table(editor, name, query)) for query in expected} == expected


@pytest.mark.slow
def test_the_page_says_what_each_plot_shows_and_how_it_is_counted(editor: FlaskClient, world: None) -> None:
    shown = "".join(page(editor, f"?part={part}") for part in Part)
    for sentence in (
        "一共收到 10 条，最多的是11月2日，2 条。",
        "收到最多的是《社区晨报·东城》，8 条，占 80%。",
        "收到最多的是2版，7 条，占 70%。",
        "采纳的 3 处差错里，用字最多，2 处（一共 3）。",
        "采纳的 3 处差错里，2 处只有一位读者发现，1 处有两位以上。",
        "评了 7 条，采纳 6 条，采纳率 85.7%。",
        "评了 8 条，一半在 2 小时以内评定，九成在 2 天以内。",
        "9 条纠错里 6 条在一天之内评定（66.7%）；4 封等人答复的来信里 2 封在一天之内答复。",
    ):
        assert f'<p class="lead-sentence">{sentence}</p>' in shown
        assert re.search(rf'alt="[^"]+：{re.escape(sentence)}"', shown)
    assert shown.count("<summary>怎么算的") == len(Name)


@pytest.mark.parametrize(("value", "cell"), [(0, "0"), (999, "999"), (32_256, "32,256")])
def test_large_numbers_are_set_off_as_on_the_page_of_the_error_rate(value: int, cell: str) -> None:
    assert shown(Column("检查的字数"), value) == cell


@pytest.mark.slow
def test_a_share_of_few_is_not_given_in_per_cent(editor: FlaskClient, world: None) -> None:
    errata = page(editor, "?part=errata")
    assert re.findall(r"\d%", re.sub(r"<head>.*</head>", "", errata, flags=re.S)) == []


@pytest.mark.slow
@pytest.mark.parametrize("query", ["", "?theme=dark", "?narrow=1&theme=dark&period=12"])
def test_plots_are_pictures_without_script(editor: FlaskClient, world: None, query: str) -> None:
    for name in EVERY[:-4] + EVERY[-3:]:  # nothing imported holds an error: no rate
        answer = editor.get(f"/statistics/{name}.svg{query}")
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
        drawn = answer.get_data(as_text=True)
        root = ElementTree.fromstring(drawn)
        assert not [one.tag for one in root.iter() if one.tag.endswith(("script", "image", "foreignObject", "desc"))]
        assert re.findall(r"https?://(?!www\.w3\.org/)|@import|url\(|<!--", drawn) == []
        assert ("#16191b" in drawn) is ("dark" in query)
        assert root.attrib["width"] == ("360" if "narrow" in query else "720")
        assert "sans-serif" in drawn


@pytest.mark.slow
def test_the_page_offers_a_picture_for_each_theme_and_width_with_its_size(editor: FlaskClient, world: None) -> None:
    found = re.findall(r"<picture>.*?</picture>", page(editor, "?period=12&paper=1"), re.S)
    assert len(found) == 2  # one paper is compared with none
    asked = "period=12&amp;paper=1"
    assert re.findall(r'srcset="([^"]+)"', found[0]) == [
        f"/statistics/days.svg?{theme}{asked}" for theme in ("theme=dark&amp;narrow=1&amp;", "narrow=1&amp;", "theme=dark&amp;")]
    assert ("loading=lazy" in found[0], "loading=lazy" in found[1]) == (False, True)
    for one in found:
        assert one.count('width="') == one.count('height="') == 4


@pytest.mark.slow
def test_the_workbook_holds_what_the_text_file_holds(editor: FlaskClient, world: None) -> None:
    for name in EVERY:
        answer = editor.get(f"/statistics/{name}.xlsx")
        assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
        held = load_workbook(io.BytesIO(answer.get_data())).active.iter_rows(min_row=2, values_only=True)
        assert [[_number("" if cell is None else str(cell)) for cell in row] for row in held] == [
            [_number(cell) for cell in row] for row in table(editor, name)]


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text.removesuffix(" 00:00:00")


def test_the_file_is_named_after_its_statistic_paper_and_days(editor: FlaskClient, world: None, house: House) -> None:
    header = editor.get(f"/statistics/pages.csv?paper={house.paper_id}").headers["Content-Disposition"]
    assert header.endswith("%E5%90%84%E7%89%88%E6%94%B6%E5%88%B0%E7%9A%84%E7%BA%A0%E9%94%99-"
                           "%E7%A4%BE%E5%8C%BA%E6%99%A8%E6%8A%A5%C2%B7%E4%B8%9C%E5%9F%8E-2026-09-01%E8%87%B32026-11-10.csv")


def test_what_readers_wrote_is_no_formula_in_a_file(editor: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        World(session, house).report(factories.reader(session), "11-02 10:00", page_label='=HYPERLINK("x")')
    assert table(editor, "pages")[0][0] == "'=HYPERLINK(\"x\")"
    assert "=HYPERLINK(&#34;x&#34;)" in page(editor)


def test_without_a_report_the_page_says_so(editor: FlaskClient) -> None:
    shown = page(editor)
    assert "还没有纠错，等第一条来了这里就有图了" in shown
    assert "<picture>" not in shown


@pytest.mark.slow
@pytest.mark.parametrize("part", list(Part))
def test_a_period_without_a_report_says_so_and_draws_nothing(editor: FlaskClient, world: None, part: Part) -> None:
    shown = page(editor, f"?part={part}&period=own&from=2026-02-01&to=2026-02-03")
    assert "<picture>" not in shown
    assert shown.count("这段时间") >= len(PARTS[part])
    for name in PARTS[part]:
        assert editor.get(f"/statistics/{name}.svg?period=own&from=2026-02-01&to=2026-02-03").status_code == 404


@pytest.mark.slow
def test_too_little_for_a_plot_still_has_its_table(editor: FlaskClient, world: None) -> None:
    shown = page(editor, "?part=graded&period=own&from=2026-10-01&to=2026-10-31")
    assert "太少了，先不画图。" in shown
    assert "评了 1 条，采纳 1 条。" in shown
    assert "只评了 1 条，还看不出快慢。" in shown


@pytest.mark.slow
def test_days_that_cannot_be_are_said(editor: FlaskClient, world: None) -> None:
    for query, sentence in (
        ("from=2026-11-05", "请把起止两个日期都选上。"),
        ("from=x&to=2026-11-05", "请把起止两个日期都选上。"),
        ("from=2026-11-05&to=2026-11-04", "起始日期要在结束日期之前，最长 3 年。"),
        ("from=2016-11-05&to=2026-11-04", "起始日期要在结束日期之前，最长 3 年。"),
    ):
        shown = page(editor, f"?period=own&{query}")
        assert sentence in shown
        assert "一共收到 10 条" in shown


@pytest.mark.slow
def test_own_days_without_days_offer_the_usual_ones(editor: FlaskClient, world: None) -> None:
    shown = page(editor, "?period=own")
    assert 'role="alert"' not in shown
    assert 'name="from" id="from" value="2026-09-01"' in shown
    assert f'<option value="{PeriodKind.OWN}" selected>' in shown


@pytest.mark.slow
def test_unknown_addresses_are_no_pages(editor: FlaskClient, world: None) -> None:
    for address in ("/statistics/nonsense.svg", "/statistics/nonsense.csv", "/statistics/days.exe", "/statistics/days"):
        assert editor.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/statistics", "/statistics/days.svg", "/statistics/days.csv"])
def test_only_graders_see_the_statistics(browser: Browser, client: FlaskClient, house: House, address: str) -> None:
    assert [browser(role).get(address).status_code for role in (Role.PRIZES, Role.CHIEF, Role.ADMIN)] == [
        403, 200 if "svg" not in address else 404, 200 if "svg" not in address else 404]
    assert client.get(address).status_code == 302


@pytest.mark.slow
@pytest.mark.parametrize("part", list(Part))
def test_no_reader_is_named_and_few_queries_are_sent(
    editor: FlaskClient, world: None, count_queries: Callable[[], AbstractContextManager[list[str]]], part: Part
) -> None:
    with count_queries() as sent:
        shown = page(editor, f"?part={part}&period=12")
    assert len([one for one in sent if one.lstrip().upper().startswith("SELECT")]) <= QUERIES_AT_MOST
    assert len(shown.encode()) <= BYTES_AT_MOST
    for name in PARTS[part]:
        shown += str(table(editor, name)) + editor.get(f"/statistics/{name}.svg").get_data(as_text=True)
    assert factories.OPENID not in shown
    assert factories.NICKNAME not in shown


@pytest.mark.slow
def test_three_years_of_weeks_stay_a_small_page(editor: FlaskClient, world: None, clock: FrozenClock) -> None:
    shown = page(editor, "?period=own&from=2023-11-11&to=2026-11-10")
    assert "每周收到的纠错" in shown
    assert len(shown.encode()) <= BYTES_AT_MOST


@pytest.mark.slow
def test_an_imported_issue_with_an_erratum_has_a_rate(editor: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        factories.accept(session, factories.report(session, factories.DISCOUNT), house)
    (row,) = table(editor, "rate")
    month, errata, points, characters, rate = row
    assert (month, errata, float(points)) == ("2026-11", "1", 1.0)
    assert float(rate) == pytest.approx(1.0 / int(characters) * 10_000, rel=1e-4)
    assert editor.get("/statistics/rate.svg").status_code == 200
    assert "超过合格线万分之三" in page(editor, "?part=rate")


@pytest.mark.slow
def test_a_report_withdrawn_after_all_leaves_no_trace(editor: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        World(session, house).report(factories.reader(session), "11-02 10:00", state=ReportState.WITHDRAWN,
                                     withdrawn_at=local("11-02 11:00"))
        assert session.scalar(select(Report.id)) is not None
    assert "这段时间没有纠错。" in page(editor)
