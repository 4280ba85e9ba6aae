"""Addresses and forms that nobody's page sends: each is refused kindly, none is an error of ours, none holds up others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from bot.catalogue import uploads
from bot.catalogue.kept import Folder
from bot.settings import Settings
from models.enums import ImportState, Role
from models.imports import ImportUpload
from models.papers import Article, Issue, Page, Paper
from models.session import reading
from tests.support.imports import HeldLoop, drop_files, hold
from tests.web.conftest import Browser
from web.console.house.house_find_forms import Typed, typed_lines
from web.console.papers.import_files import name_of
from web.headers import LARGEST_FORM

HUGE = "9" * 30
JSON = json.dumps({"edition": "河畔社区报", "issue": "2026-11", "pages": [
    {"number": "01", "articles": [{"id": "a1", "title": "食堂", "paragraphs": ["开张了。"]}]}]}).encode()  # fmt: skip


@pytest.fixture
def loop(app: Flask) -> HeldLoop:
    return hold(app)


@pytest.mark.sampled
@pytest.mark.parametrize("address", [
    "/papers/newsroom/?paper={}", "/papers/newsroom/2026-11?paper={}", "/papers/corrections/?state=draft&before={}",
    "/papers/1?entry={}", "/papers/calendar?year={}", "/statistics?paper={}", "/papers/house-finds?issue={}", "/audit?before={}",
    "/audit?number={}", "/standings/?round={}", "/notices/?after={}", "/desk/?after={}",
])  # fmt: skip
def test_number_too_large_in_a_filter_is_no_error_of_ours(chief: FlaskClient, address: str) -> None:
    assert chief.get(address.format(HUGE)).status_code in (200, 302, 400, 404)


@pytest.mark.sampled
@pytest.mark.parametrize("address", [
    "/papers/import/{}", "/papers/import/{}/progress", "/papers/import/{}/thumbnails/x", "/papers/pages/{}/picture",
    "/papers/pages/1/tiles/0/{}/0", "/papers/pages/{}/mend", "/papers/pages/{}", "/papers/pages/{}/marks", "/papers/{}",
    "/papers/issues/{}", "/papers/corrections/{}", "/papers/ledger/issues/{}", "/papers/ledger/papers/{}",
    "/papers/ledger/issues/{}/export.csv", "/reports/{}",
])  # fmt: skip
def test_number_too_large_in_an_address_is_not_found(chief: FlaskClient, address: str) -> None:
    assert chief.get(address.format(HUGE)).status_code == 404


@pytest.mark.parametrize(("address", "data"), [
    ("/papers/corrections/draft", {"erratum": HUGE}),
    ("/papers/corrections/1/write", {"expected_version": HUGE}),
    ("/papers/newsroom/2026-11/causes", {"one": f"{'9' * 12} editing"}),
    (f"/papers/house-finds/{HUGE}/withdraw", {"reason": "误"}),
    (f"/papers/pages/{HUGE}/mend", {}),
])
def test_number_too_large_in_a_form_is_no_error_of_ours(chief: FlaskClient, address: str, data: dict[str, str]) -> None:
    assert chief.post(address, data=data).status_code < 500


@pytest.mark.sampled
@pytest.mark.parametrize("days", [
    ("9999-12-31", "9999-12-31"), ("0001-01-01", "0001-01-01"), ("9999-11-01", "9999-12-31"), ("2026-11-01", "2026-02-31"),
])  # fmt: skip
def test_statistics_of_the_ends_of_time_are_refused(editor: FlaskClient, days: tuple[str, str]) -> None:
    for part in ("received", "rate", "graded"):
        page = editor.get(f"/statistics?part={part}&period=own&from={days[0]}&to={days[1]}")
        assert (page.status_code, "alert" in page.get_data(as_text=True)) == (200, True)


@pytest.mark.sampled
@pytest.mark.parametrize(("month", "published_on", "deadline_on"), [
    ("0000-01", "", ""), ("9999-12", "", ""), ("２０２７-01", "", ""), ("2027-03", "9999-12-31", "9999-12-31"),
    ("2027-03", "0001-01-01", "0001-01-01"),
])  # fmt: skip
def test_issue_at_the_ends_of_time_is_not_planned(
    chief: FlaskClient, engine: Engine, month: str, published_on: str, deadline_on: str
) -> None:
    with reading(engine) as session:
        paper_id, before = session.scalar(select(Paper.id).limit(1)), session.scalar(select(func.count(Issue.id)))
    asked = {"month": month, "published_on": published_on, "deadline_on": deadline_on}
    answer = chief.post(f"/papers/{paper_id}/plan", data=asked)
    assert answer.status_code == 400
    with reading(engine) as session:
        assert session.scalar(select(func.count(Issue.id))) == before


@pytest.mark.parametrize("line", [
    "1" + " " * 4000 + "x", "1 " + ":" * 4000 + "x", "错" + " " * 9000 + "字", "1、" * 5000, "-" * 19_000, "x" + "\u3000" * 9000,
])  # fmt: skip
def test_pasted_line_that_means_nothing_is_soon_told(line: str) -> None:
    assert typed_lines(line) == ([], [line.strip()])


@pytest.mark.parametrize(("line", "read"), [
    ("02 食唐→食堂", ("02", "食唐", "食堂")), ("第2版：食唐 -> 食堂", ("2", "食唐", "食堂")), ("食唐=>删去", ("", "食唐", "")),
    ("04、05版 “食 唐”—>“食堂”", ("04、05", "食 唐", "食堂")), ("02 →03", ("", "02", "03")), ("3版→5版", ("", "3版", "5版")),
    ("2：12：30→12时30分", ("2", "12：30", "12时30分")), ("甲→乙→丙", ("", "甲", "乙→丙")),
])  # fmt: skip
def test_pasted_line_is_read(line: str, read: tuple[str, str, str]) -> None:
    assert typed_lines(line) == ([Typed(line, *read)], [])


@pytest.mark.parametrize(("sent", "kept"), [
    ("02\0版.pdf", "02版.pdf"), ("食堂\u202efdp.txt", "食堂fdp.txt"), ("02版\r\n.txt", "02版.txt"), ("\u2066\u200f.pdf", ".pdf"),
    ("x" * 4000 + ".pdf", "x" * 196 + ".pdf"),
])  # fmt: skip
def test_name_holds_no_sign_that_is_not_seen(sent: str, kept: str) -> None:
    assert name_of(sent) == kept


def test_name_of_a_new_paper_holds_no_sign_that_is_not_seen(
    browser: Browser, engine: Engine, loop: HeldLoop
) -> None:
    text = "食堂重新开张\n\n食堂开门了。\n".encode()
    drop_files(browser(Role.CHIEF), ("02版.txt", text), new_paper="河畔\u202e社区\x01报", issue="2026-11")
    with reading(engine) as session:
        assert session.scalars(select(ImportUpload.paper)).one() == "河畔社区报"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRIZES])
def test_who_may_not_import_may_not_send_much(browser: Browser, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser(role)
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)  # the token is looked for in what was sent
    answer = drop_files(client, ("a.json", b"x" * (LARGEST_FORM + 1)))
    assert (answer.status_code, "不归您管" in answer.get_data(as_text=True)) == (403, True)


def test_files_that_wait_for_a_decision_do_not_fill_the_disk(
    browser: Browser, engine: Engine, loop: HeldLoop, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_OPEN", 2)
    chief = browser(Role.CHIEF)
    for _ in range(2):
        assert drop_files(chief, ("a.json", JSON)).status_code == 302
    answer = drop_files(chief, ("a.json", JSON))
    assert (answer.status_code, "有 2 次导入还没有处理" in answer.get_data(as_text=True)) == (400, True)
    assert len([path for path in (settings.server.data_dir / "imports").rglob("*") if path.is_file()]) == 2
    chief.post("/papers/import/1/drop")
    assert drop_files(chief, ("a.json", JSON)).status_code == 302


def test_full_disk_is_told_and_leaves_nothing(
    browser: Browser, engine: Engine, loop: HeldLoop, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Folder, number: int, source: object) -> int:
        Path(self._root).mkdir(parents=True, exist_ok=True)
        (Path(self._root) / "0").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Folder, "put", full)
    answer = drop_files(browser(Role.CHIEF), ("a.json", JSON))
    assert (answer.status_code, "存不下" in answer.get_data(as_text=True)) == (400, True)
    assert [path for path in (settings.server.data_dir / "imports").rglob("*") if path.is_file()] == []


def test_problems_without_end_are_cut(
    browser: Browser, engine: Engine, loop: HeldLoop
) -> None:
    bad = {"edition": "报", "issue": "2026-11", "pages": [{"number": f"{n}", "articles": 3} for n in range(300)]}
    chief = browser(Role.CHIEF)
    address = drop_files(chief, ("a.json", json.dumps(bad).encode())).location
    loop.run()
    with reading(engine) as session:
        row = session.scalars(select(ImportUpload)).one()
        problems = row.problems
    assert (row.state, len(problems), problems[-1]) == (ImportState.REFUSED, uploads.MOST_PROBLEMS + 1, "还有250处。")
    assert "还有250处。" in chief.get(address).get_data(as_text=True)


@pytest.mark.parametrize("words", ["坏\\ud800字", "坏\\u0000字"])
def test_half_a_character_is_not_saved_as_an_article(
    chief: FlaskClient, engine: Engine, words: str
) -> None:
    with reading(engine) as session:
        page_id = session.scalar(select(Page.id).limit(1))
        articles = session.scalar(select(func.count(Article.id)))
    body = ('{"seen": {"0": "x"}, "begins": [], "articles": [{"page": 0, "key": "", "kind": "news", "title": [], "subtitle": [],'
            f'"body": [], "written": {{"title": "{words}", "subtitle": "", "byline": "", "text": "x"}}}}]}}')
    answer = chief.post(f"/papers/pages/{page_id}/mend", data=body, content_type="application/json")
    assert (answer.status_code, "不完整" in answer.get_json()["problem"]) == (400, True)
    with reading(engine) as session:
        assert session.scalar(select(func.count(Article.id))) == articles


HTML = '"><script>alert(1)</script>'


@pytest.mark.slow
def test_words_of_html_stay_words_wherever_an_import_shows_them(
    browser: Browser, engine: Engine, loop: HeldLoop
) -> None:
    hostile: dict[str, Any] = {"edition": HTML, "aliases": [HTML], "issue": "2026-11", "pages": [
        {"number": "01", "name": HTML, "articles": [{"id": "a1", "kind": "<b>", "title": HTML, "paragraphs": [HTML]}]}]}
    chief = browser(Role.CHIEF)
    sent = drop_files(chief, ("<script>alert(1)<b>.json", json.dumps(hostile).encode()))
    address = sent.location
    assert sent.status_code == 302, sent.get_data(as_text=True)
    loop.run()
    pages = [chief.get(address).get_data(as_text=True)]
    with reading(engine) as session:
        row = session.scalars(select(ImportUpload)).one()
    seen = pages[0].split('name="seen" value="')[1].split('"')[0]
    pages.append(chief.post(f"/papers/import/{row.id}/apply", data={"seen": seen}, follow_redirects=True).get_data(as_text=True))
    screens = ("import", "", "1", "issues/1", "pages/1", "pages/1/mend", "calendar", "ledger", "house-finds", "newsroom/2026-11")
    addresses = [*(f"/papers/{one}".rstrip("/") for one in screens), "/statistics", "/search?q=alert"]
    answers = [chief.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    pages += [answer.get_data(as_text=True) for answer in answers]
    assert [page for page in pages if "<script>alert" in page or 'value=""><' in page] == []


def test_plot_of_a_paper_with_a_hostile_name_is_a_picture_and_nothing_else() -> None:
    from xml.etree import ElementTree

    from web.console.figures import plots
    from web.console.figures.plots import Plot, PlotKind, Series, Theme

    for kind in PlotKind:
        drawn = plots.draw(Plot(kind, (HTML, "</svg><script>"), (Series(HTML, (1.0, 2.0)), Series("b", (1.0, 2.0)))),
                           theme=Theme.LIGHT, narrow=False)
        tags = {one.tag.split("}")[-1] for one in ElementTree.fromstring(drawn).iter() if isinstance(one.tag, str)}
        assert "script" not in tags
