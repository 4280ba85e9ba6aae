"""The grading page over typeset newspapers: the words marked on the page's picture, wherever they stand or do not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update

from bot.catalogue.drawing import page_store
from bot.catalogue.library import Library
from bot.settings import Settings
from models.audit import AuditEntry
from models.enums import ReportState, Role
from models.papers import Article, Page, PageGeometry
from models.reports import Erratum, Report, ReportVersion
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories, print_shop
from tests.support.factories import NOW
from tests.support.newsprint import NO_FONT, Letter, cannot_typeset
from tests.support.press import printed
from tests.support.slips import Slip, slips
from tests.web.conftest import Browser

pytestmark = [pytest.mark.slow, pytest.mark.skipif(cannot_typeset(), reason=NO_FONT)]
LIUWAN = 0
SEVERAL = "社区晨报·柳湾11月03版，“居民”应为“居名”"
NOWHERE = "社区晨报·柳湾11月02版，“这几个字根本没有印在报纸上”应为“这几个字没有印在报纸上”"


@pytest.fixture
def press(engine: Engine, settings: Settings, staff: dict[Role, int]) -> None:
    """社区晨报·柳湾 of November, read from its PDF."""
    with writing(engine) as session:
        print_shop.bring(session, settings, LIUWAN, now=NOW, contest=True)


@pytest.fixture
def editor(press: None, browser: Browser) -> FlaskClient:
    return browser(Role.EDITOR)


def slip(page: str, **wanted: Any) -> Slip:
    """A planted error whose article begins on this page."""
    return next(one for one in slips(printed()[LIUWAN]) if one.page == page
                and all(getattr(one, name) == value for name, value in wanted.items()))  # fmt: skip


def filed(engine: Engine, text: str) -> int:
    with writing(engine) as session:
        return factories.report(session, text, library=Library())


def quoted(one: Slip) -> str:
    return print_shop.quoting(printed()[LIUWAN], one)


def crops(page: str) -> list[dict[str, Any]]:
    """The pieces shown: their page, what stands for them in words, the drawn part of the page, its marks."""
    found = []
    for block in re.findall(r'<div class="page-crop">(.*?)</div>', page, re.DOTALL):
        if "page-marks" not in block:
            continue
        address = unescape(re.findall(r'src="([^"]+)"', block)[0])
        alt, view = re.findall(r'alt="([^"]*)"', block)[0], re.findall(r'viewBox="([^"]+)"', block)[0]
        marks = re.findall(r'<rect class="mark" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/>', block)
        found.append({"address": address, "page_id": int(address.split("/")[3]), "alt": unescape(alt),
                      "view": tuple(map(int, view.split())), "marks": [tuple(map(float, mark)) for mark in marks]})  # fmt: skip
    return found


def letters(one: Slip) -> list[tuple[str, Letter]]:
    """The printed letters of the wrong words with their page."""
    meant = range(one.offset, one.offset + len(one.wrong))
    return [(number, letter) for number, sheet in printed()[LIUWAN].pages.items() for letter in sheet.letters
            if letter.article == one.article and letter.unit == one.unit and letter.offset in meant]  # fmt: skip


def covers(crop: dict[str, Any], one: Letter, scale: float = 2.5) -> bool:
    """Whether a mark lies over the middle of a printed letter (in points; the picture has 2.5 pixels to the point)."""
    x, y = (one.box.left + one.box.right) / 2 * scale, (one.box.top + one.box.bottom) / 2 * scale
    return any(left <= x <= left + wide and top <= y <= top + high for left, top, wide, high in crop["marks"])


def numbers(engine: Engine) -> dict[int, str]:
    with reading(engine) as session:
        return {page.id: page.number for page in session.scalars(select(Page))}


def test_words_are_marked_on_a_crop_of_their_page_with_the_same_said_in_words(engine: Engine, editor: FlaskClient) -> None:
    one = slip("02")
    page = editor.get(f"/reports/{filed(engine, quoted(one))}").text
    (crop,) = crops(page)
    assert numbers(engine)[crop["page_id"]] == "02"
    assert crop["alt"].startswith(f"02版《{one.title}")
    assert f"“{one.wrong}”" in crop["alt"]
    assert all(covers(crop, letter) for _, letter in letters(one) if letter.text.isalnum())
    left, top, width, height = crop["view"]
    assert all(left <= x and x + w <= left + width and top <= y and y + h <= top + height for x, y, w, h in crop["marks"])
    answer = editor.get(crop["address"])
    assert answer.status_code == 200
    assert len(answer.data) <= 80_000
    assert "immutable" in answer.headers["Cache-Control"]
    assert f"<mark>{one.wrong}</mark>" in page  # the text stands beside it as before
    assert "看整版" in page


def test_whole_page_opens_without_scripts_too(engine: Engine, editor: FlaskClient) -> None:
    number = filed(engine, quoted(slip("02")))
    link = re.search(r'href="(/papers/pages/\d+\?report=\d+&amp;zoom=2)"', editor.get(f"/reports/{number}").text)
    assert link is not None
    page = editor.get(unescape(link[1])).text
    assert "viewer-scroll zoom-2" in page
    assert re.search(rf'class="other-mark is-open is-meant" data-number="{number}"', page)


def test_words_on_the_page_to_which_the_article_jumps_are_shown_there_and_contradict_neither_page(
    engine: Engine, editor: FlaskClient
) -> None:
    one = next(one for one in slips(printed()[LIUWAN]) if {number for number, _ in letters(one)} == {"03"} and one.page == "01")
    for cited in ("01", "03"):
        text = f"社区晨报·柳湾11月{cited}版，“{one.quoted}”，“{one.wrong}”应为“{one.right}”"
        page = editor.get(f"/reports/{filed(engine, text)}").text
        (crop,) = crops(page)
        assert numbers(engine)[crop["page_id"]] == "03"
        assert "03版（从01版转来）" in page
        assert "找到的地方在" not in page


def test_words_on_another_page_than_stated_are_shown_where_they_are(engine: Engine, editor: FlaskClient) -> None:
    one = slip("02")
    text = f"社区晨报·柳湾11月03版，“{one.quoted}”，“{one.wrong}”应为“{one.right}”"
    page = editor.get(f"/reports/{filed(engine, text)}").text
    (crop,) = crops(page)
    assert numbers(engine)[crop["page_id"]] == "02"
    assert re.search(r'class="alert alert-warning elsewhere"><p>读者说的是 03 版，找到的地方在 02 版《', page)


def test_words_over_two_lines_are_marked_in_both(engine: Engine, editor: FlaskClient) -> None:
    one = next(one for one in slips(printed()[LIUWAN]) if len({letter.box.top for _, letter in letters(one)}) > 1
               and len({letter.box.left for _, letter in letters(one)}) > 1)  # fmt: skip
    found = crops(editor.get(f"/reports/{filed(engine, quoted(one))}").text)
    assert sum(len(crop["marks"]) for crop in found[:1]) >= 2
    assert all(any(covers(crop, letter) for crop in found) for _, letter in letters(one) if letter.text.isalnum())


def test_every_place_of_several_is_a_crop_of_its_own_and_one_is_settled_by_a_button(engine: Engine, editor: FlaskClient) -> None:
    number = filed(engine, SEVERAL)
    with reading(engine) as session:
        places = session.scalars(select(ReportVersion.fields)).one()["places"]
    page = editor.get(f"/reports/{number}").text
    assert f"在 {len(places)} 处都有" in page
    assert len(crops(page)) == len(places) > 1
    assert page.count("就是这里</button>") == len(places)
    answer = editor.post(f"/reports/{number}/place", data={"expected_version": "1", "place": "1"})
    assert answer.status_code == 302
    page = editor.get(answer.location).text
    assert "已定为这一处。" in page
    assert len(crops(page)) == 1
    assert "定下在哪一处" in page
    assert "就是这里</button>" not in page
    with reading(engine) as session:
        row = session.get_one(Report, number)
        erratum = session.get_one(Erratum, row.erratum_id)
        assert (row.located, row.article_id, row.paragraph, row.quote_start, row.version) == (
            "found", places[1]["article_id"], places[1]["paragraph"], places[1]["start"], 2)
        assert (erratum.article_id, erratum.paragraph) == (row.article_id, row.paragraph)
        assert session.scalar(select(func.count()).select_from(ReportVersion)) == 2
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "settle_place")).one()
        assert entry.object_id == number


@pytest.mark.parametrize(("data", "status", "sentence"), [
    ({"place": "99"}, 400, "请在列出的几处里选一处。"), ({"place": "-1"}, 400, "请在列出的几处里选一处。"),
    ({"place": "x"}, 400, "请在列出的几处里选一处。"), ({}, 400, "请在列出的几处里选一处。"),
    ({"place": "0", "expected_version": "7"}, 409, "刚刚有人改过，请看过新的内容再评。"),
])  # fmt: skip
def test_place_that_was_not_found_cannot_be_settled(engine: Engine, editor: FlaskClient, data: dict[str, str], status: int,
                                                    sentence: str) -> None:  # fmt: skip
    number = filed(engine, SEVERAL)
    answer = editor.post(f"/reports/{number}/place", data={"expected_version": "1"} | data)
    assert (answer.status_code, sentence in answer.text) == (status, True)


def test_place_whose_article_an_import_took_away_is_not_settled(engine: Engine, editor: FlaskClient) -> None:
    number = filed(engine, SEVERAL)
    with writing(engine) as session:
        places = session.scalars(select(ReportVersion.fields)).one()["places"]
        session.delete(session.get_one(Article, places[0]["article_id"]))
    answer = editor.post(f"/reports/{number}/place", data={"expected_version": "1", "place": "0"})
    assert (answer.status_code, "这一处已经不在导入的报纸里了" in answer.text) == (403, True)


def test_report_of_one_place_has_nothing_to_settle(engine: Engine, editor: FlaskClient) -> None:
    number = filed(engine, quoted(slip("02")))
    answer = editor.post(f"/reports/{number}/place", data={"expected_version": "1", "place": "0"})
    assert (answer.status_code, "这条已经定了在哪一处。" in answer.text) == (403, True)


def test_settling_hangs_the_report_on_the_erratum_that_is_known_there(engine: Engine, editor: FlaskClient) -> None:
    filings = [filed(engine, SEVERAL) for _ in range(3)]
    for number, place in zip(filings, ("1", "1", "0"), strict=True):
        assert editor.post(f"/reports/{number}/place", data={"expected_version": "1", "place": place}).status_code == 302
    with reading(engine) as session:
        first, second, third = (session.get_one(Report, number).erratum_id for number in filings)
        assert first == second != third


def test_words_found_nowhere_are_said_so_beside_the_stated_page(engine: Engine, editor: FlaskClient) -> None:
    page = editor.get(f"/reports/{filed(engine, NOWHERE)}").text
    assert "没有找到这几个字" in page
    assert crops(page) == []
    shown = re.search(r'<img src="(/papers/pages/(\d+)/picture\?width=700&amp;v=[0-9a-f]{12})"', page)
    assert shown is not None
    assert numbers(engine)[int(shown[2])] == "02"
    assert "读者说的版面：社区晨报·柳湾 2026年11月 · 02版（身边）" in page
    assert editor.get(unescape(shown[1])).status_code == 200


def test_stated_half_of_a_spread_is_the_spread(engine: Engine, editor: FlaskClient) -> None:
    page = editor.get(f"/reports/{filed(engine, NOWHERE.replace('02版', '05版'))}").text
    assert "· 04、05版（专题）" in page


def test_page_that_the_issue_has_not_shows_no_picture(engine: Engine, editor: FlaskClient) -> None:
    page = editor.get(f"/reports/{filed(engine, NOWHERE.replace('02版', '31版'))}").text
    assert "page-crop" not in page
    assert "这一期没有这一版" in page


def test_issue_that_is_not_imported_is_said_so(engine: Engine, editor: FlaskClient) -> None:
    page = editor.get(f"/reports/{filed(engine, '社区晨报·柳湾12月2版，“汤元”应为“汤圆”')}").text
    assert "还没有导入" in page
    assert "page-crop" not in page


def test_article_without_quotation_is_marked_by_its_title(engine: Engine, editor: FlaskClient) -> None:
    one = slip("02")
    (crop,) = crops(editor.get(f"/reports/{filed(engine, f'社区晨报·柳湾11月02版《{one.title}》写得不通顺')}").text)
    assert "框出的是标题" in crop["alt"]


@pytest.mark.parametrize("lost", ["picture", "geometry"])
def test_page_without_picture_shows_the_text_as_ever(engine: Engine, editor: FlaskClient, lost: str) -> None:
    one = slip("02")
    number = filed(engine, quoted(one))
    with writing(engine) as session:
        for row in session.scalars(select(PageGeometry)):
            if lost == "geometry":
                session.delete(row)
            else:
                row.picture = row.picture_width = row.picture_height = None
    page = editor.get(f"/reports/{number}").text
    assert f"<mark>{one.wrong}</mark>" in page
    assert "page-crop" not in page
    assert "看整版" not in page


def test_text_that_is_another_one_now_is_not_marked_at_a_wrong_place(engine: Engine, editor: FlaskClient) -> None:
    number = filed(engine, quoted(slip("02")))
    with writing(engine) as session:
        session.execute(update(Report).where(Report.id == number).values(quote_start=9000, quote_end=9004))
    page = editor.get(f"/reports/{number}").text
    assert "重新导入过" in page
    assert crops(page) == []


def test_picture_takes_no_query_more_than_the_text(engine: Engine, editor: FlaskClient, count_queries: Callable[[], Any]) -> None:
    number = filed(engine, quoted(slip("02")))
    with count_queries() as with_picture:
        editor.get(f"/reports/{number}")
    with writing(engine) as session:
        for row in session.scalars(select(PageGeometry)):
            session.delete(row)
    with count_queries() as without:
        editor.get(f"/reports/{number}")
    assert len(with_picture) == len(without)


# other reports' marks


def marks_of(editor: FlaskClient, page_id: int) -> list[dict[str, Any]]:
    answer = editor.get(f"/papers/pages/{page_id}/marks")
    assert answer.headers["Cache-Control"] == "no-store"
    found: list[dict[str, Any]] = json.loads(answer.data)["marks"]
    return found


def page_id_of(engine: Engine, number: str) -> int:
    return next(page_id for page_id, name in numbers(engine).items() if name == number)


def test_every_reports_mark_is_given_with_its_fate_and_equal_words_once(engine: Engine, editor: FlaskClient) -> None:
    one, other = [one for one in slips(printed()[LIUWAN]) if one.page == "02"][:2]
    first, second, third = filed(engine, quoted(one)), filed(engine, quoted(one)), filed(engine, quoted(other))
    withdrawn = filed(engine, quoted([one for one in slips(printed()[LIUWAN]) if one.page == "02"][2]))
    with writing(engine) as session:
        editor_id = session.scalars(select(Staff.id)).first()
        session.execute(update(Report).where(Report.id == second).values(
            state=ReportState.DECIDED, verdict="accepted", decided_at=NOW, decided_by_id=editor_id))
        session.execute(update(Report).where(Report.id == withdrawn).values(state=ReportState.WITHDRAWN, withdrawn_at=NOW))
    found = marks_of(editor, page_id_of(engine, "02"))
    assert [(mark["number"], mark["count"], mark["kind"], mark["address"]) for mark in found] == [
        (first, 2, "accepted", f"/reports/{first}"), (third, 1, "open", f"/reports/{third}")]
    assert found[0]["label"] == f"编号 {first}等 2 条：“{one.wrong}”应为“{one.right}”，已采纳"
    assert all(len(spot) == 4 for mark in found for spot in mark["spots"])


def test_marks_of_an_article_that_jumps_stand_on_the_page_the_words_are_on(engine: Engine, editor: FlaskClient) -> None:
    one = next(one for one in slips(printed()[LIUWAN]) if {number for number, _ in letters(one)} == {"03"} and one.page == "01")
    number = filed(engine, quoted(one))
    assert [mark["number"] for mark in marks_of(editor, page_id_of(engine, "03"))] == [number]
    assert marks_of(editor, page_id_of(engine, "01")) == []


def test_page_that_does_not_exist_is_not_found(editor: FlaskClient) -> None:
    assert editor.get("/papers/pages/99/marks").status_code == 404
    assert editor.get("/papers/pages/99").status_code == 404


# the page's own screen


def test_screen_of_a_page_shows_picture_articles_counts_and_marks(engine: Engine, editor: FlaskClient,
                                                                  count_queries: Callable[[], Any]) -> None:  # fmt: skip
    one = slip("02")
    number = filed(engine, quoted(one))
    with count_queries() as sent:
        page = editor.get(f"/papers/pages/{page_id_of(engine, '02')}").text
    assert len([statement for statement in sent if statement.startswith("SELECT")]) <= 12
    with reading(engine) as session:
        article = session.scalars(select(Article).where(Article.title == one.title)).one()
    assert f'id="article-{article.id}"' in page
    assert f'<a href="#article-{article.id}" class="page-area"' in page
    assert f'<a href="/reports/{number}" class="other-mark is-open"' in page
    assert "纠错 1 条" in page
    assert "picture?width=1400" in page
    assert "确认" not in page
    assert not re.search(r"\sstyle=|<script(?![^>]*\ssrc=)", page)


def test_confirmed_errors_are_counted_by_place(engine: Engine, editor: FlaskClient) -> None:
    one = slip("02")
    first, second = filed(engine, quoted(one)), filed(engine, quoted(one))
    with writing(engine) as session:
        editor_id = session.scalars(select(Staff.id)).first()
        for number in (first, second):
            session.execute(update(Report).where(Report.id == number).values(
                state=ReportState.DECIDED, verdict="accepted", decided_at=NOW, decided_by_id=editor_id))
    page = editor.get(f"/papers/pages/{page_id_of(engine, '02')}").text
    assert "纠错 2 条" in page
    assert "确认 1 处" in page


def test_page_without_text_or_without_picture_is_said_so(engine: Engine, editor: FlaskClient, settings: Settings) -> None:
    page = editor.get(f"/papers/pages/{page_id_of(engine, '06')}").text
    assert "这一版没有文章" in page
    assert "picture?width=1400" in page
    with writing(engine) as session:
        session.delete(session.get_one(PageGeometry, page_id_of(engine, "02")))
    page = editor.get(f"/papers/pages/{page_id_of(engine, '02')}").text
    assert "这一版没有版面图，只有文字。" in page
    assert page_store(settings)


@pytest.mark.parametrize("query", ["?zoom=99&report=x", "?zoom=-1", "?report=99999999999999999999"])
def test_hostile_addresses_do_no_harm(engine: Engine, editor: FlaskClient, query: str) -> None:
    answer = editor.get(f"/papers/pages/{page_id_of(engine, '02')}{query}")
    assert answer.status_code == 200
    assert "viewer-scroll zoom-1" in answer.text
