"""The screen where a page's articles are mended: what it is given, what may be posted, what is saved."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from bot import audit
from bot.catalogue import editing
from models.audit import AuditEntry
from models.enums import Role
from models.papers import Article, CatalogueVersion, Page, PageGeometry
from models.reports import Report
from models.session import reading, writing
from tests.support import factories, small_print
from tests.support.factories import NOW, House
from tests.web.conftest import Browser
from tests.web.console.conftest import Counter
from web.console.papers.arrangements import PAGE

Raw = dict[str, Any]


@pytest.fixture
def pages(engine: Engine, house: House) -> list[int]:
    with writing(engine) as session:
        return [page for page in small_print.bring(session) if session.get_one(Page, page).issue.paper.name == small_print.PAPER]


@pytest.fixture
def desk(editor: FlaskClient, pages: list[int]) -> Callable[[int], Desk]:
    return lambda number=1: Desk(editor, pages[number - 1])


class Desk:
    """The screen of one page as a script sees it."""

    def __init__(self, client: FlaskClient, page_id: int) -> None:
        self.client, self.page_id = client, page_id
        self.page = client.get(f"/papers/pages/{page_id}/mend").get_data(as_text=True)
        found = re.search(r'data-mend="([^"]*)"', self.page)
        assert found is not None
        self.data: Raw = json.loads(html.unescape(found[1]))

    def given(self, *pages: int) -> Raw:
        """The arrangement as it stands, for these pages (from 0)."""
        names = ("page", "key", "kind", "title", "subtitle", "body", "written")
        return {
            "seen": {str(n): self.data["pages"][n]["state"] for n in pages}, "begins": [],
            "articles": [{name: one[name] for name in names} for one in self.data["articles"] if one["page"] in pages],
        }  # fmt: skip

    def post(self, body: Any, *, preview: bool = False) -> TestResponse:
        return self.client.post(f"/papers/pages/{self.page_id}/mend{'/preview' if preview else ''}", json=body)


def texts(engine: Engine, page_id: int) -> list[tuple[str, tuple[str, ...]]]:
    with reading(engine) as session:
        rows = session.scalars(select(Article).where(Article.page_id == page_id).order_by(Article.position))
        return [(row.title, tuple(row.paragraphs)) for row in rows]


def test_screen_has_the_lines_of_its_page_and_every_article_of_the_issue(desk: Callable[..., Desk]) -> None:
    data = desk(1).data
    assert [line[0] for line in data["lines"]][:3] == ["食堂开张了", "河畔食堂昨天开张。", "头一天来了二百人，"]
    assert [(one["page"], one["key"], one["reads"]) for one in data["articles"]] == [
        (0, "01-1", "食堂开张了"), (0, "01-2", "跳绳比赛"), (1, "02-1", "垃圾房换新颜")]  # fmt: skip
    assert data["articles"][0]["body"] == [1, 2, PAGE + 1, PAGE + 2]
    assert data["lines"][0][1:5] == [667, 1000, 4000, 2000]


def test_screen_costs_few_queries(desk: Callable[..., Desk], count_queries: Counter) -> None:
    made = desk(1)
    with count_queries() as sent:
        made.client.get(f"/papers/pages/{made.page_id}/mend")
    assert len(sent) <= 12


@pytest.mark.sampled
@pytest.mark.parametrize("role", Role)
def test_graders_may_mend_and_others_may_not(role: Role, browser: Browser, pages: list[int]) -> None:
    answer = browser(role).get(f"/papers/pages/{pages[0]}/mend")
    assert answer.status_code == (403 if role is Role.PRIZES else 200)


def test_page_that_is_not_there_is_not_found(editor: FlaskClient) -> None:
    assert editor.get("/papers/pages/99999/mend").status_code == 404
    answer = editor.post("/papers/pages/99999/mend", json={})
    assert (answer.status_code, answer.get_json()["problem"]) == (404, "没有这一版。")


def test_lines_moved_to_another_article_are_its_text(desk: Callable[..., Desk], engine: Engine) -> None:
    made = desk(1)
    body = made.given(0, 1)
    body["articles"][0]["body"] = [1, PAGE + 1, PAGE + 2]
    body["articles"][1]["body"] = [5, 6, 2]
    answer = made.post(body)
    assert answer.get_json() == {"next": f"/papers/pages/{made.page_id}/mend"}
    assert texts(engine, made.page_id) == [
        ("食堂开张了", ("河畔食堂昨天开张。菜有十二样。", "老人打八折。")),
        ("跳绳比赛", ("比赛在操场举行。", "小李跳了三百下。头一天来了二百人，"))]  # fmt: skip
    with reading(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "mend_issue")).one()
        assert (entry.object_kind, entry.details) == ("issue", {"articles": 3})


def test_new_article_gets_a_key_of_its_own_and_order_is_kept(desk: Callable[..., Desk], engine: Engine) -> None:
    made = desk(1)
    body = made.given(0, 1)
    first, second = body["articles"][0], body["articles"][1]
    second["body"] = [5]
    fresh = {"page": 0, "key": "", "kind": "ad", "title": [], "subtitle": [], "body": [6, 7], "written": None}
    body["articles"] = [second, fresh, first, body["articles"][2]]
    assert made.post(body).status_code == 200
    with reading(engine) as session:
        rows = session.execute(select(Article.key, Article.kind, Article.paragraphs).where(Article.page_id == made.page_id)
                               .order_by(Article.position)).all()  # fmt: skip
    assert [tuple(row) for row in rows][:2] == [
        ("01-2", "news", ["比赛在操场举行。"]), ("01-3", "ad", ["小李跳了三百下。第一版"])]  # fmt: skip
    assert rows[2].key == "01-1"


@pytest.mark.slow
def test_paragraph_is_parted_and_joined(desk: Callable[..., Desk], engine: Engine) -> None:
    made = desk(1)
    body = made.given(0, 1)
    body["begins"] = [[2, True], [6, False]]
    assert made.post(body).status_code == 200
    assert texts(engine, made.page_id) == [
        ("食堂开张了", ("河畔食堂昨天开张。", "头一天来了二百人，菜有十二样。", "老人打八折。")),
        ("跳绳比赛", ("比赛在操场举行。小李跳了三百下。",))]  # fmt: skip
    assert [line[6] for line in Desk(made.client, made.page_id).data["lines"]][:7] == [0, 1, 1, 0, 0, 1, 0]


@pytest.mark.slow
def test_jump_is_cut_and_joined_again(desk: Callable[..., Desk], engine: Engine, pages: list[int]) -> None:
    made = desk(2)
    body = made.given(0, 1)
    body["articles"][0]["body"] = [1, 2]
    rest = {"page": 1, "key": "", "kind": "news", "title": [], "subtitle": [], "body": [PAGE + 1, PAGE + 2], "written": None}
    body["articles"].append(rest)
    assert made.post(body).status_code == 200
    assert texts(engine, pages[1]) == [("垃圾房换新颜", ("箱房门前不再有水。",)), ("", ("菜有十二样。", "老人打八折。"))]
    again = desk(2)
    assert again.data["articles"][0]["body"] == [1, 2]
    body = again.given(0, 1)
    body["articles"][0]["body"] += body["articles"].pop()["body"]
    assert again.post(body).status_code == 200
    assert texts(engine, pages[0])[0] == ("食堂开张了", ("河畔食堂昨天开张。头一天来了二百人，菜有十二样。", "老人打八折。"))


@pytest.mark.slow
def test_preview_reads_as_it_will_be_and_writes_nothing(desk: Callable[..., Desk], engine: Engine) -> None:
    made = desk(1)
    body = made.given(0, 1)
    body["articles"][1]["subtitle"] = [body["articles"][1]["body"].pop()]
    answer = made.post(body, preview=True)
    assert answer.get_json()["articles"][1] == {
        "title": "跳绳比赛", "subtitle": "小李跳了三百下。", "byline": "", "paragraphs": ["比赛在操场举行。"]}  # fmt: skip
    assert texts(engine, made.page_id)[1] == ("跳绳比赛", ("比赛在操场举行。", "小李跳了三百下。"))


@pytest.mark.slow
def test_reports_that_lose_their_place_are_named_before_saving_and_let_go(desk: Callable[..., Desk], engine: Engine) -> None:
    with writing(engine) as session:
        number = factories.report(session, "河畔报1版《跳绳比赛》，“小李跳了三百下”应为“小李跳了三百个”")
        assert session.get_one(Report, number).paragraph == 1
    made = desk(1)
    body = made.given(0, 1)
    body["articles"][1]["body"] = [5]
    lost = made.post(body, preview=True).get_json()["lost"]
    assert lost == f"{number}号纠错所指的字句换了位置，保存后会自动重找，找不到的请人工核对。"
    assert made.post(body).status_code == 200
    with reading(engine) as session:
        assert session.get_one(Report, number).paragraph is None


@pytest.mark.slow
def test_untouched_article_keeps_a_text_that_was_corrected_by_hand(desk: Callable[..., Desk], engine: Engine) -> None:
    with writing(engine) as session:
        row = session.scalars(select(Article).where(Article.title == "跳绳比赛")).one()
        row.paragraphs = ["比赛在操场举行。", "小李跳了叁百下。"]
    made = desk(1)
    body = made.given(0, 1)
    body["articles"][0]["body"] = [1]
    assert made.post(body).status_code == 200
    assert texts(engine, made.page_id)[1][1] == ("比赛在操场举行。", "小李跳了叁百下。")


@pytest.mark.slow
def test_saving_nothing_new_writes_nothing(desk: Callable[..., Desk], engine: Engine) -> None:
    made = desk(1)
    before = version(engine)
    assert made.post(made.given(0, 1)).status_code == 200
    assert version(engine) == before
    assert "01版没有改动。" in made.client.get(f"/papers/pages/{made.page_id}/mend").get_data(as_text=True)


def version(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalars(select(CatalogueVersion.version)).one()


@pytest.mark.slow
def test_second_editor_is_told_and_may_still_save_his(desk: Callable[..., Desk], engine: Engine) -> None:
    one, other = desk(1), desk(1)
    body = one.given(0, 1)
    body["articles"][1]["body"] = [5]
    assert one.post(body).status_code == 200
    mine = other.given(0, 1)
    mine["articles"][1]["body"] = [6, 5]
    answer = other.post(mine)
    told = answer.get_json()
    assert answer.status_code == 409
    assert told["problem"] == "您打开之后，别人改过01版，这次没有保存。您排的还在这里，可以先看看现在的样子。"
    assert texts(engine, one.page_id)[1][1] == ("比赛在操场举行。",)
    assert other.post(mine | {"seen": mine["seen"] | told["fresh"]}).status_code == 200
    assert texts(engine, one.page_id)[1][1] == ("小李跳了三百下。", "比赛在操场举行。")


@pytest.mark.slow
def test_two_editors_on_pages_without_a_jump_do_not_meet(desk: Callable[..., Desk]) -> None:
    first = desk(1)
    body = first.given(0, 1)
    body["articles"][0]["body"] = [1, 2]  # the jump is cut
    assert first.post(body).status_code == 200
    one, other = desk(1), desk(2)
    mine, his = one.given(0), other.given(1)
    mine["articles"][1]["body"] = [5]
    his["articles"][0]["body"] = [PAGE + 4, PAGE + 5]
    assert [one.post(mine).status_code, other.post(his).status_code] == [200, 200]


@pytest.mark.slow
def test_import_in_between_refuses_what_was_arranged_on_the_former_print(desk: Callable[..., Desk], engine: Engine) -> None:
    made = desk(1)
    with writing(engine) as session:
        row = session.get_one(PageGeometry, made.page_id)
        row.boxes = session.scalars(select(PageGeometry.boxes).where(PageGeometry.page_id != made.page_id)).first() or b""
    answer = made.post(made.given(0, 1))
    assert (answer.status_code, answer.get_json()["fresh"]) == (409, None)
    assert answer.get_json()["problem"] == "01版刚刚重新导入过，版面上的字不一样了，这次没有保存。请打开这一页看看现在的样子。"


@pytest.mark.slow
def test_checked_page_says_who_and_leads_to_the_next(desk: Callable[..., Desk], engine: Engine, pages: list[int]) -> None:
    made = desk(1)
    assert made.post(made.given(0, 1) | {"checked": True}).get_json() == {"next": f"/papers/pages/{pages[1]}/mend"}
    page = desk(1).page
    assert "已核对" in page
    assert "测试editor" in page
    second, third = desk(2), desk(3)
    assert second.post(second.given(0, 1) | {"checked": True}).get_json() == {"next": f"/papers/pages/{pages[2]}/mend"}
    assert third.post(third.given(2) | {"checked": True}).get_json()["next"].startswith("/papers/issues/")
    with reading(engine) as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.verb == "check_page").order_by(AuditEntry.id)).all()
        assert [(row.object_kind, row.object_id) for row in rows] == [("page", page_id) for page_id in pages]


@pytest.mark.slow
def test_page_that_is_laid_out_anew_is_to_be_checked_anew(desk: Callable[..., Desk], engine: Engine, pages: list[int]) -> None:
    made = desk(1)
    made.post(made.given(0, 1) | {"checked": True})
    body = desk(1).given(0, 1)
    body["articles"][1]["body"] = [5]
    assert made.post(body).status_code == 200
    with reading(engine) as session:
        assert session.get_one(PageGeometry, pages[0]).checked_at is None


@pytest.mark.slow
def test_article_is_typed_where_no_letter_could_be_read(desk: Callable[..., Desk], engine: Engine, pages: list[int]) -> None:
    made = desk(3)
    body = made.given(2)
    words = {"title": "启事", "subtitle": "", "byline": "", "text": "猫走失了。\n\n  请联系居委会。  "}
    body["articles"] = [{"page": 2, "key": "", "kind": "notice", "title": [], "subtitle": [], "body": [], "written": words}]
    assert made.post(body).status_code == 200
    assert texts(engine, pages[2]) == [("启事", ("猫走失了。", "请联系居委会。"))]
    again = desk(3)
    assert again.data["articles"][-1]["written"] == words | {"text": "猫走失了。\n请联系居委会。"}
    body = again.given(2)
    body["articles"][0]["written"]["title"] = "寻猫启事"
    assert again.post(body).status_code == 200
    assert texts(engine, pages[2])[0][0] == "寻猫启事"


def typed(**words: str) -> Raw:
    return {"title": "题", "subtitle": "", "byline": "", "text": "字"} | words


def broken(change: Callable[[Raw], Any]) -> Callable[[Raw], Any]:
    def made(body: Raw) -> Any:
        change(body)
        return body

    return made


def put(number: int, name: str, value: Any) -> Callable[[Raw], Any]:
    return broken(lambda body: body["articles"][number].__setitem__(name, value))


UNREADABLE = "送来的内容不完整，没有保存。请刷新后再试。"
MISFITS: dict[str, tuple[Callable[[Raw], Any], str]] = {
    "no table": (lambda _: [], UNREADABLE),
    "nothing": (lambda _: {}, UNREADABLE),
    "no page": (lambda body: body | {"seen": {}}, UNREADABLE),
    "a page that is no number": (lambda body: body | {"seen": {"x": "y"}}, UNREADABLE),
    "another page only": (lambda body: body | {"seen": {"1": body["seen"]["1"]}}, UNREADABLE),
    "articles that are no list": (lambda body: body | {"articles": 7}, UNREADABLE),
    "an article that is no table": (lambda body: body | {"articles": ["a"]}, UNREADABLE),
    "a line that is no number": (put(0, "body", ["1"]), UNREADABLE),
    "a line that is half": (put(0, "body", [1.5]), UNREADABLE),
    "a line that is true": (put(0, "body", [True]), UNREADABLE),
    "a line below nought": (put(0, "body", [-1]), UNREADABLE),
    "a nul in a word": (put(0, "written", typed(title="\0")), UNREADABLE),
    "a paragraph neither begun nor not": (lambda body: body | {"begins": [[1, 2]]}, UNREADABLE),
    "a line that is not there": (put(0, "body", [1, 2, 77]), "有的行不在这几版上，没有保存。请刷新后再试。"),
    "a line of another issue": (put(0, "body", [9 * PAGE]), "有的行不在这几版上，没有保存。请刷新后再试。"),
    "a beginning that is not there": (lambda body: body | {"begins": [[88, True]]},
                                      "有的行不在这几版上，没有保存。请刷新后再试。"),
    "a line twice in one": (put(0, "body", [1, 1]), "有一篇文章或一行字出现了两次，没有保存。请刷新后再试。"),
    "a line in two": (put(1, "body", [5, 6, 1]), "有一篇文章或一行字出现了两次，没有保存。请刷新后再试。"),
    "an article twice": (put(1, "key", "01-1"), "有一篇文章或一行字出现了两次，没有保存。请刷新后再试。"),
    "an unknown article": (put(1, "key", "01-77"), "排好的文章和这一期对不上，没有保存。请刷新后再试。"),
    "an article of a page not given": (put(1, "page", 2), "排好的文章和这一期对不上，没有保存。请刷新后再试。"),
    "an unknown kind": (put(0, "kind", "poem"), "没有这一种文章，请从单子里选。"),
    "an article of nothing": (broken(lambda b: b["articles"][1].update(title=[], body=[])),
                              "有一篇文章一行字也没有，请删掉它，或把字归进去。"),
    "typed words over print": (broken(lambda b: b["articles"][1].update(key="", title=[], body=[], written=typed())),
                               "这一版印的字都在，请在版面图上选，不用手工录入。"),
    "typed words that are none": (put(0, "written", typed(title=" ", text="\n")), "录入的文章至少要有标题或正文。"),
    "a title too long": (put(0, "written", typed(title="长" * 401)), "文字最多400个，请删短一些。"),
}  # fmt: skip


@pytest.mark.slow
def test_what_does_not_fit_is_refused_with_a_sentence(desk: Callable[..., Desk], engine: Engine) -> None:
    made = desk(1)
    before = texts(engine, made.page_id)
    said = {
        (what, preview): (answer.status_code, answer.get_json()["problem"])
        for what, (change, _) in MISFITS.items() for preview in (True, False)
        for answer in [made.post(change(made.given(0, 1)), preview=preview)]
    }  # fmt: skip
    assert said == {(what, preview): (400, sentence) for what, (_, sentence) in MISFITS.items() for preview in (True, False)}
    assert texts(engine, made.page_id) == before


@pytest.mark.slow
def test_what_is_no_json_is_refused(desk: Callable[..., Desk]) -> None:
    made = desk(1)
    for data in (b"", b"{", b"[" * 100_000, b"\xff"):
        answer = made.client.post(f"/papers/pages/{made.page_id}/mend", data=data, content_type="application/json")
        assert (answer.status_code, answer.get_json()["problem"]) == (400, UNREADABLE)


@pytest.mark.slow
def test_article_whose_jump_lies_on_a_page_not_given_is_refused(desk: Callable[..., Desk]) -> None:
    made = desk(1)
    answer = made.post(made.given(0))
    assert (answer.status_code, answer.get_json()["problem"]) == (400, "有的行不在这几版上，没有保存。请刷新后再试。")


def test_page_of_an_import_without_pictures_is_shown_and_ordered(editor: FlaskClient, engine: Engine) -> None:
    with reading(engine) as session:
        page_id = session.scalars(select(Page.id).where(Page.number == "02")).first() or 0
    made = Desk(editor, page_id)
    assert (made.data["lines"], made.data["hasForm"]) == ([], False)
    assert made.data["articles"][0]["written"]["title"] == factories.TITLE
    answer = made.post(made.given(made.data["page"]) | {"checked": True})
    assert (answer.status_code, answer.get_json()["problem"]) == (404, "这一版没有版面图，不用核对版面。")


def test_operator_cannot_check_a_page(engine: Engine, pages: list[int]) -> None:
    with writing(engine) as session, pytest.raises(editing.NotFound):
        editing.mark_checked(session, pages[0], actor=audit.OPERATOR, now=NOW)
