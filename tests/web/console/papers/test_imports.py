"""Import in the console: dropped, read beside the requests, looked at, then written whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from bot.catalogue import uploads
from bot.clock import FrozenClock
from bot.settings import Settings
from models.audit import AuditEntry
from models.enums import ImportState, ImportStep, Role
from models.imports import ImportUpload
from models.papers import Article, Issue, Page, PageGeometry, Paper
from models.session import reading, writing
from tests.support.imports import HeldLoop, drop_files, hold
from tests.support.pdfs import made_pdf
from tests.web.conftest import Browser
from web import headers
from web.console.papers.import_files import name_of

ISSUE: dict[str, Any] = {
    "edition": "河畔社区报", "aliases": ["河畔报"], "issue": "2026-11", "date": "2026-11-06",
    "pages": [
        {"number": "01", "name": "头版", "articles": [
            {"id": "a1", "kind": "news", "title": "食堂开张", "paragraphs": ["河畔食堂昨天开张。", "头一天来了二百人。"]},
        ]},
        {"number": "02", "name": None, "articles": [
            {"id": "a1", "kind": "news", "title": "跳绳比赛", "paragraphs": ["比赛在操场举行。"]},
        ]},
    ],
}  # fmt: skip
TOLD = {"new_paper": "河畔社区报", "issue": "2026-11"}


@pytest.fixture(autouse=True)
def loop(app: Flask) -> HeldLoop:
    return hold(app)


def changed(**changes: Any) -> bytes:
    return json.dumps(ISSUE | changes, ensure_ascii=False).encode()


def looked_at(client: FlaskClient, loop: HeldLoop, *files: tuple[str, bytes], **told: str) -> tuple[str, str]:
    """Drops files and has them read: (the import's address, its page)."""
    answer = drop_files(client, *files, **told)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    loop.run()
    return answer.location, client.get(answer.location).get_data(as_text=True)


def fingerprint(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def imported(client: FlaskClient, loop: HeldLoop, *files: tuple[str, bytes], **told: str) -> TestResponse:
    address, page = looked_at(client, loop, *files, **told)
    return client.post(f"{address}/apply", data={"seen": fingerprint(page)}, follow_redirects=True)


def count(engine: Engine, table: type) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def row(engine: Engine) -> ImportUpload:
    with reading(engine) as session:
        return session.scalars(select(ImportUpload).order_by(ImportUpload.id.desc())).first() or ImportUpload()


def left(settings: Settings, where: str) -> list[Path]:
    return [path for path in (settings.server.data_dir / where).rglob("*") if path.is_file()]


def test_files_wait_until_they_are_read_and_nothing_changes(browser: Browser, engine: Engine) -> None:
    chief = browser(Role.CHIEF)
    address = drop_files(chief, ("a.json", changed())).location
    page = chief.get(address).get_data(as_text=True)
    assert "排着队，马上就看" in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert chief.get(f"{address}/progress").json == {"under_way": True, "sentence": "排着队，马上就看。", "done": 0, "of": 0}
    assert count(engine, Article) == 0


def test_preview_shows_what_would_change_and_changes_nothing(browser: Browser, engine: Engine, loop: HeldLoop) -> None:
    _, page = looked_at(browser(Role.CHIEF), loop, ("a.json", changed()))
    for words in ("河畔社区报", "2026年11月", "新导入", "新报纸", "2 个版，2 篇文章", "新增 01版", "看好了，待您定"):
        assert words in page
    assert count(engine, Article) == 0


def test_import_after_the_preview_leads_to_its_pages_and_articles(browser: Browser, loop: HeldLoop) -> None:
    chief = browser(Role.CHIEF)
    page = imported(chief, loop, ("a.json", changed())).get_data(as_text=True)
    assert "已导入 1 期。" in page
    assert re.search(r'href="/papers/issues/\d+">河畔社区报 2026年11月', page)
    first = re.search(r'href="(/papers/pages/\d+)">01版 头版', page)
    assert first is not None
    page = chief.get(first[1]).get_data(as_text=True)
    assert "食堂开张" in page
    assert "头一天来了二百人。" in page
    assert "跳绳比赛" not in page


def test_pages_that_were_imported_lead_to_their_mending(browser: Browser, loop: HeldLoop, app: Flask) -> None:
    page = imported(browser(Role.CHIEF), loop, ("02版.pdf", made_pdf((50, 500, "page"))), **TOLD).get_data(as_text=True)
    assert ("核对版面" in page) == ("mending.show" in app.view_functions)


def test_pdf_comes_in_with_its_pictures_and_leaves_nothing_behind(
    browser: Browser, engine: Engine, loop: HeldLoop, settings: Settings
) -> None:
    chief = browser(Role.CHIEF)
    files = [(f"第0{n}版.pdf", made_pdf((50, 500, f"page {n}"))) for n in (1, 2)]
    address, page = looked_at(chief, loop, *files, **TOLD)
    small = re.findall(r'src="(/papers/import/\d+/thumbnails/[0-9a-f]{64})"', page)
    assert len(small) == 2
    picture = chief.get(small[0])
    assert (picture.mimetype, picture.get_data()[8:12]) == ("image/webp", b"WEBP")
    assert left(settings, "pages") == []
    chief.post(f"{address}/apply", data={"seen": fingerprint(page)})
    with reading(engine) as session:
        names = set(session.scalars(select(PageGeometry.picture)))
    assert {path.name for path in left(settings, "pages")} == names
    assert len(names) == 2
    assert left(settings, "imports") == []
    assert chief.get(small[0]).status_code == 404


@pytest.mark.slow
def test_same_file_again_has_nothing_to_import_and_is_not_drawn_again(
    browser: Browser, loop: HeldLoop, settings: Settings
) -> None:
    chief = browser(Role.CHIEF)
    files = [("01版.pdf", made_pdf((50, 500, "page")))]
    imported(chief, loop, *files, **TOLD)
    address, page = looked_at(chief, loop, *files, **TOLD)
    assert "和已有的一样" in page
    assert 'name="seen"' not in page
    assert not any("pictures" in str(path) for path in left(settings, "imports"))
    assert chief.post(f"{address}/drop", follow_redirects=True).status_code == 200
    assert left(settings, "imports") == []


def test_problems_of_all_files_are_listed_and_nothing_is_kept(
    browser: Browser, engine: Engine, loop: HeldLoop, settings: Settings
) -> None:
    _, page = looked_at(browser(Role.CHIEF), loop, ("good.json", changed()), ("bad.json", b"{"), ("worse.json", b'{"issue": 3}'))
    assert "什么都没有改动" in page
    assert "bad.json：第1行不合JSON的格式" in page
    assert "worse.json" in page
    assert "再看一遍" not in page
    assert (count(engine, Page), left(settings, "imports"), left(settings, "pages")) == (0, [], [])


def test_what_the_pages_do_not_say_is_asked_for_and_read_again_without_sending(
    browser: Browser, engine: Engine, loop: HeldLoop
) -> None:
    chief = browser(Role.CHIEF)
    address, page = looked_at(chief, loop, ("02版.pdf", made_pdf((50, 500, "page"))))
    assert "看不出是哪份报纸" in page
    assert "命令行" not in page
    assert "再看一遍，文件不用重传" in page
    chief.post(f"{address}/again", data={"new_paper": "河畔社区报", "issue": "2026年11月6日"})
    loop.run()
    page = chief.get(address).get_data(as_text=True)
    assert "河畔社区报 2026年11月" in page
    assert "2026年11月6日出版" in page
    assert row(engine).state is ImportState.READ


@pytest.mark.slow
def test_known_paper_is_offered_and_known_by_its_other_name(browser: Browser, engine: Engine, loop: HeldLoop) -> None:
    chief = browser(Role.CHIEF)
    imported(chief, loop, ("a.json", changed()))
    assert '<option value="河畔社区报">' in chief.get("/papers/import").get_data(as_text=True)
    imported(chief, loop, ("02版.pdf", made_pdf((50, 500, "page"))), new_paper="河畔报", issue="2026.12")
    assert count(engine, Paper) == 1
    with reading(engine) as session:
        assert session.scalars(select(Issue.month).order_by(Issue.month)).all() == ["2026-11", "2026-12"]


def test_no_file_is_told(browser: Browser, engine: Engine) -> None:
    chief = browser(Role.CHIEF)
    answer = chief.post("/papers/import", data={}, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert "请先选一个或几个文件" in answer.get_data(as_text=True)
    assert drop_files(chief, (".DS_Store", b"x"), by_script=True).json == {"problem": "请先选一个或几个文件。"}
    assert count(engine, ImportUpload) == 0


@pytest.mark.parametrize("told", [{"issue": "11月"}, {"issue": "2026-13"}, {"new_paper": "报" * 81}])
def test_what_cannot_be_told_is_refused_before_anything_is_kept(
    browser: Browser, settings: Settings, told: dict[str, str]
) -> None:
    assert drop_files(browser(Role.CHIEF), ("a.json", changed()), **told).status_code == 400
    assert left(settings, "imports") == []


def test_two_files_of_one_name_are_refused(browser: Browser) -> None:
    answer = drop_files(browser(Role.CHIEF), ("a.json", changed()), ("a.json", b"{}"))
    assert "有两个文件都叫“a.json”" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("sent", "kept"), [
    ("C:\\Users\\li\\2026-11\\02版.pdf", "li/2026-11/02版.pdf"), ("../../etc/passwd.txt", "etc/passwd.txt"),
    ("柳湾/02版/食堂.txt", "柳湾/02版/食堂.txt"), ("D:02版.pdf", "02版.pdf"), ("/", ""), (None, ""),
])  # fmt: skip
def test_name_keeps_the_folders_and_no_more(sent: str | None, kept: str) -> None:
    assert name_of(sent) == kept


@pytest.mark.slow
def test_folder_of_texts_keeps_the_page_in_its_names(browser: Browser, engine: Engine, loop: HeldLoop) -> None:
    text = "社区食堂重新开张\n\n停业两个月的食堂开门了。\n".encode("gb18030")
    imported(browser(Role.CHIEF), loop, ("柳湾/02版/社区食堂开张.txt", text), **TOLD)
    with reading(engine) as session:
        assert session.scalars(select(Page.number)).all() == ["02"]


def test_script_is_told_where_to_go_on(browser: Browser) -> None:
    answer = drop_files(browser(Role.CHIEF), ("a.json", changed()), by_script=True)
    assert answer.json == {"address": "/papers/import/1"}


@pytest.mark.slow
def test_catalogue_that_changed_since_the_preview_stops_the_import(
    browser: Browser, engine: Engine, loop: HeldLoop, settings: Settings
) -> None:
    chief, admin = browser(Role.CHIEF), browser(Role.ADMIN)
    address, page = looked_at(chief, loop, ("01版.pdf", made_pdf((50, 500, "page"))), **TOLD)
    imported(admin, loop, ("a.json", changed(pages=ISSUE["pages"][:1])))
    answer = chief.post(f"{address}/apply", data={"seen": fingerprint(page)}, follow_redirects=True)
    again = answer.get_data(as_text=True)
    assert "报纸库又变了" in again
    assert "更新已导入的一期" in again
    assert (count(engine, PageGeometry), left(settings, "pages")) == (0, [])
    chief.post(f"{address}/apply", data={"seen": fingerprint(again)})
    assert (count(engine, PageGeometry), len(left(settings, "pages"))) == (1, 1)


@pytest.mark.slow
def test_import_that_was_decided_is_not_decided_again(browser: Browser, engine: Engine, loop: HeldLoop) -> None:
    chief = browser(Role.CHIEF)
    address, page = looked_at(chief, loop, ("a.json", changed()))
    seen = {"seen": fingerprint(page)}
    chief.post(f"{address}/apply", data=seen)
    for act in ("apply", "drop", "again"):
        answer = chief.post(f"{address}/{act}", data=seen, follow_redirects=True)
        assert answer.status_code in (200, 403), act
    assert (row(engine).state, count(engine, Issue)) == (ImportState.APPLIED, 1)


@pytest.mark.slow
def test_dropped_import_is_gone_with_its_files_and_stays_in_the_list(
    browser: Browser, engine: Engine, loop: HeldLoop, settings: Settings
) -> None:
    chief = browser(Role.CHIEF)
    address, _ = looked_at(chief, loop, ("01版.pdf", made_pdf((50, 500, "page"))), **TOLD)
    page = chief.post(f"{address}/drop", follow_redirects=True).get_data(as_text=True)
    assert "没有导入" in page
    assert "01版.pdf" in page
    assert "已经删掉" in chief.get(address).get_data(as_text=True)
    assert (left(settings, "imports"), left(settings, "pages"), count(engine, Issue)) == ([], [], 0)
    with reading(engine) as session:
        assert "drop_import" in session.scalars(select(AuditEntry.verb)).all()


DROP = "丢掉这次导入"


@pytest.mark.slow
@pytest.mark.parametrize("file", ["asked", "spoilt"])
def test_refused_import_is_dropped_with_one_press(
    browser: Browser, engine: Engine, loop: HeldLoop, settings: Settings, file: str
) -> None:
    chief = browser(Role.CHIEF)
    sent = ("02版.pdf", made_pdf((50, 500, "page"))) if file == "asked" else ("bad.json", b"{")
    address, page = looked_at(chief, loop, sent)
    assert (row(engine).state, DROP in page, f'action="{address}/drop"' in page) == (ImportState.REFUSED, True, True)
    after = chief.post(f"{address}/drop", follow_redirects=True).get_data(as_text=True)
    assert "这次不导入了" in after
    assert (row(engine).state, left(settings, "imports"), DROP in chief.get(address).text) == (ImportState.DROPPED, [], False)


@pytest.mark.slow
def test_what_was_read_and_cannot_be_imported_any_more_is_dropped_with_one_press(
    browser: Browser, engine: Engine, loop: HeldLoop, settings: Settings
) -> None:
    chief = browser(Role.CHIEF)
    address, _ = looked_at(chief, loop, ("a.json", changed()))
    for path in left(settings, "imports"):
        path.unlink()
    assert DROP in chief.get(address).text
    assert chief.post(f"{address}/drop").status_code == 302
    assert row(engine).state is ImportState.DROPPED


@pytest.mark.slow
def test_files_that_are_gone_are_told(browser: Browser, loop: HeldLoop, settings: Settings) -> None:
    chief = browser(Role.CHIEF)
    address, page = looked_at(chief, loop, ("a.json", changed()))
    for path in left(settings, "imports"):
        path.unlink()
    assert "请重新选一次文件" in chief.get(address).get_data(as_text=True)
    answer = chief.post(f"{address}/apply", data={"seen": fingerprint(page)}, follow_redirects=True)
    assert "请重新选一次文件" in answer.get_data(as_text=True)


@pytest.mark.slow
def test_file_over_the_form_limit_is_taken_here(browser: Browser, loop: HeldLoop) -> None:
    long = [{"number": "01", "name": None, "articles": [
        {"id": "a1", "kind": "news", "title": "长文", "paragraphs": ["字" * 200] * 650}]}]  # fmt: skip
    _, page = looked_at(browser(Role.CHIEF), loop, ("long.json", changed(pages=long)))
    assert "1 篇文章" in page


def test_files_over_the_limit_are_told_to_person_and_script(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "LARGEST_UPLOAD", 400_000)
    chief = browser(Role.CHIEF)
    answer = drop_files(chief, ("a.json", b"x" * 500_000))
    assert answer.status_code == 413
    assert "合起来超过 256 MB" in answer.get_data(as_text=True)
    answer = drop_files(chief, ("a.json", b"x" * 500_000), by_script=True)
    assert (answer.status_code, "分几次传" in answer.json["problem"]) == (413, True)


def test_stranger_may_not_send_much(client: FlaskClient) -> None:
    answer = drop_files(client, ("a.json", b"x" * 500_000), by_script=True)
    assert (answer.status_code, answer.json) == (413, {"problem": "您的登录已经过期，文件没有收下。请重新登录后再传。"})
    assert "请重新登录" in drop_files(client, ("a.json", b"x" * 500_000)).get_data(as_text=True)


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/papers/import", "/papers/import/1", "/papers/import/1/progress"])
def test_only_chiefs_import(browser: Browser, address: str, loop: HeldLoop) -> None:
    looked_at(browser(Role.CHIEF), loop, ("a.json", changed()))
    assert browser(Role.EDITOR).get(address).status_code == 403
    assert browser(Role.CHIEF).get(address).status_code == 200


@pytest.mark.parametrize("address", ["/papers/import/9", "/papers/import/9/progress", "/papers/import/9/thumbnails/x",
                                     "/papers/import/1/thumbnails/x"])  # fmt: skip
def test_unknown_import_is_not_found(browser: Browser, address: str) -> None:
    chief = browser(Role.CHIEF)
    drop_files(chief, ("a.json", changed()))
    assert chief.get(address).status_code == 404


@pytest.mark.slow
def test_progress_tells_the_page_under_way(browser: Browser, engine: Engine, clock: FrozenClock) -> None:
    chief = browser(Role.CHIEF)
    address = drop_files(chief, ("a.pdf", made_pdf())).location
    with writing(engine) as session:
        claimed = uploads.claim(session, now=clock.now())
    assert claimed is not None
    told = []
    for stage in ((ImportStep.READING, 0, 0), (ImportStep.READING, 2, 12), (ImportStep.DRAWING, 12, 12)):
        with writing(engine) as session:
            uploads.note(session, claimed, *stage, now=clock.now())
        told.append(chief.get(f"{address}/progress").json)
    assert [(one["sentence"], one["done"], one["of"]) for one in told] == [
        ("正在打开文件。", 0, 0), ("正在看第 3 版，共 12 版。", 2, 24), ("正在画第 12 版的版面图，共 12 版。", 24, 24)]
    assert 'max="24" value="24"' in chief.get(address).get_data(as_text=True)


@pytest.mark.slow
def test_screens_cost_few_queries(
    browser: Browser, loop: HeldLoop, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    chief = browser(Role.CHIEF)
    address, _ = looked_at(chief, loop, ("a.json", changed()))
    for screen in ("/papers/import", address, f"{address}/progress"):
        with count_queries() as sent:
            chief.get(screen)
        assert len(sent) <= 12, (screen, sent)
