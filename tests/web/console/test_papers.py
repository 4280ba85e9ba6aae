"""The screen 报纸: browsing and importing."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from bot.clock import FrozenClock
from bot.settings import Settings
from models.enums import Role
from models.papers import Article, Page
from models.session import reading, writing
from models.staff import Staff
from tests.support.rows import report_rows
from tests.web.conftest import Browser

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


def changed(**changes: Any) -> bytes:
    return json.dumps(ISSUE | changes, ensure_ascii=False).encode()


def send(client: FlaskClient, *files: tuple[str, bytes]) -> TestResponse:
    data = {"files": [(io.BytesIO(content), name) for name, content in files]}
    return client.post("/papers/import", data=data, content_type="multipart/form-data")


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(token|seen)" value="([^"]*)"', page))


def count(engine: Engine, table: type) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def imported(client: FlaskClient, content: bytes) -> TestResponse:
    page = send(client, ("a.json", content)).get_data(as_text=True)
    return client.post("/papers/import/apply", data=hidden(page))


def test_preview_shows_what_would_change_and_changes_nothing(browser: Browser, engine: Engine) -> None:
    answer = send(browser(Role.CHIEF), ("a.json", changed()))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for words in ("河畔社区报", "2026年11月", "新导入", "新报纸", "2 个版，2 篇文章", "新增 01版"):
        assert words in page
    assert count(engine, Article) == 0


def test_import_after_the_preview_is_browsable_to_the_article(browser: Browser) -> None:
    chief = browser(Role.CHIEF)
    assert imported(chief, changed()).location == "/papers"
    page = chief.get("/papers").get_data(as_text=True)
    assert "已导入1期：河畔社区报 2026-11。" in page
    issue = re.search(r'href="(/papers/issues/\d+)"', page)
    assert issue is not None
    page = chief.get(issue[1]).get_data(as_text=True)
    assert "头版" in page
    first = re.search(r'href="(/papers/pages/\d+)"', page)
    assert first is not None
    page = chief.get(first[1]).get_data(as_text=True)
    assert "食堂开张" in page
    assert "头一天来了二百人。" in page
    assert "跳绳比赛" not in page


def test_same_file_again_has_nothing_to_import(browser: Browser) -> None:
    chief = browser(Role.CHIEF)
    imported(chief, changed())
    page = send(chief, ("again.json", changed())).get_data(as_text=True)
    assert "和已有的一样" in page
    assert hidden(page) == {}


def test_problems_of_all_files_are_listed_and_nothing_is_kept(
    browser: Browser, engine: Engine, settings: Settings
) -> None:
    answer = send(browser(Role.CHIEF), ("good.json", changed()), ("bad.json", b"{"), ("worse.json", b'{"issue": 3}'))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "什么都没有改动" in page
    assert "bad.json" in page
    assert "worse.json" in page
    assert count(engine, Page) == 0
    assert not (settings.server.data_dir / "imports").exists()


def test_no_file_is_told(browser: Browser) -> None:
    answer = browser(Role.CHIEF).post("/papers/import", data={}, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert "请先选一个或几个文件" in answer.get_data(as_text=True)


def test_catalogue_that_changed_since_the_preview_stops_the_import(browser: Browser, engine: Engine) -> None:
    chief = browser(Role.CHIEF)
    seen = hidden(send(chief, ("a.json", changed())).get_data(as_text=True))
    imported(browser(Role.ADMIN), changed(pages=ISSUE["pages"][:1]))
    answer = chief.post("/papers/import/apply", data=seen)
    assert answer.status_code == 409
    assert "报纸库又变了" in answer.get_data(as_text=True)
    assert count(engine, Page) == 1


@pytest.mark.parametrize("token", ["", "../../etc", "1-" + "0" * 32, "/", "1-" + "0" * 32 + "/.."])
def test_upload_that_is_not_there_is_told(browser: Browser, token: str) -> None:
    answer = browser(Role.CHIEF).post("/papers/import/apply", data={"token": token, "seen": ""})
    assert answer.status_code == 409
    assert "请重新选一次文件" in answer.get_data(as_text=True)


def test_uploads_are_thrown_away_after_the_import_and_after_a_day(
    browser: Browser, settings: Settings, clock: FrozenClock
) -> None:
    folder: Path = settings.server.data_dir / "imports"
    chief = browser(Role.CHIEF)
    imported(chief, changed())
    assert list(folder.iterdir()) == []
    send(chief, ("forgotten.json", changed(issue="2026-10")))
    clock.advance(hours=25)
    send(browser(Role.CHIEF), ("next.json", changed(issue="2026-09")))
    assert len(list(folder.iterdir())) == 1


def test_file_over_the_form_limit_is_taken_here(browser: Browser) -> None:
    long = [{"number": "01", "name": None, "articles": [
        {"id": "a1", "kind": "news", "title": "长文", "paragraphs": ["字" * 200] * 650}]}]  # fmt: skip
    assert send(browser(Role.CHIEF), ("long.json", changed(pages=long))).status_code == 200


def test_counts_of_reports_stand_beside_issue_page_and_article(browser: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        rows = report_rows(3)
        for row in rows[-3:]:
            row.issue_id = 1  # type: ignore[attr-defined]
        rows[-1].article_id = 1  # type: ignore[attr-defined]
        for row in rows:
            if not isinstance(row, Staff):  # the browser's members have its id
                session.add(row)
                session.flush()
    chief = browser(Role.CHIEF)
    assert ">3</td>" in chief.get("/papers").get_data(as_text=True)
    assert ">1</td>" in chief.get("/papers/issues/1").get_data(as_text=True)
    assert "纠错 1 条" in chief.get("/papers/pages/1").get_data(as_text=True)


def test_empty_catalogue_says_the_next_step(browser: Browser) -> None:
    assert "还没有报纸" in browser(Role.CHIEF).get("/papers").get_data(as_text=True)
    assert "导入报纸" not in browser(Role.EDITOR).get("/papers").get_data(as_text=True)


@pytest.mark.parametrize("address", ["/papers/issues/9", "/papers/pages/9"])
def test_unknown_place_is_not_found(browser: Browser, address: str) -> None:
    assert browser(Role.CHIEF).get(address).status_code == 404
