"""What a form of a browser can never hold, sent all the same: numbers without end, JSON in place of a form, invented rows."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

import web.console
from models.session import writing
from tests.support import factories
from tests.support.factories import HEADLINE, House

HUGE = "9" * 30
ENDLESS = "9" * 5000
"""More digits than Python turns into a number."""
RIGHT = {"verdict": "accepted", "row_code": "N-05", "doubling": "none"}


@pytest.mark.sampled
@pytest.mark.parametrize("number", [HUGE, f"-{HUGE}", str(2**31), ENDLESS])
@pytest.mark.parametrize(("address", "data"), [
    ("/readers/", {"number": "{}"}), ("/readers/", {"message": "{}"}),
    ("/reports/{n}/grade", {"expected_version": "{}", "verdict": "suggestion", "reason": "口味"}),
    ("/reports/{n}/mend", {"mend-expected_version": "{}", "mend-wrong": "错"}),
    ("/reports/{n}/escalate", {"expected_version": "{}", "escalate_reason": "other"}),
])  # fmt: skip
def test_number_beyond_every_number_of_ours_is_no_error_of_ours(
    chief: FlaskClient, engine: Engine, house: House, address: str, data: dict[str, str], number: str
) -> None:
    with writing(engine) as session:
        report = factories.report(session, HEADLINE)
    sent = {name: value.format(number) for name, value in data.items()}
    assert chief.post(address.format(n=report), data=sent).status_code in (200, 302, 400, 404, 409)


def test_whole_numbers_of_forms_are_all_of_the_bounded_kind() -> None:
    folder = Path(web.console.__file__).parent
    own = [path.name for path in folder.rglob("*.py") if re.search(r"\bIntegerField\b", path.read_text(encoding="utf-8"))]
    assert own == []


@pytest.mark.parametrize("numbers", [ENDLESS, f"1,{HUGE},{ENDLESS}", "²", "٣", "-1,,x"])
def test_who_is_at_reports_that_no_list_holds_is_nobody(editor: FlaskClient, numbers: str) -> None:
    answer = editor.get("/queue/on", query_string={"numbers": numbers})
    assert (answer.status_code, HUGE in answer.text) == (200, False)


@pytest.mark.parametrize("body", [
    '"\\ud800"', "[]", "7", '{"login": 5, "password": ["x"]}', '{"login": "a\\u0000b", "password": "x"}',
    '{"login": "\\ud800", "password": "x"}', '{"login":' + "[" * 5000 + "]" * 5000 + "}",
])  # fmt: skip
def test_json_is_no_form_for_a_stranger(client: FlaskClient, body: str) -> None:
    answer = client.post("/sign-in", data=body, content_type="application/json")
    assert (answer.status_code, 'name="password"' in answer.text) == (200, True)


@pytest.mark.sampled
@pytest.mark.parametrize("address", ["/reports/{}/grade", "/account", "/readers/", "/queue/filters"])
@pytest.mark.parametrize("body", ['"\\ud800"', '{"reason": "\\u0000", "current": "\\ud800", "number": {"a": 1}, "name": 3}'])
def test_json_is_no_form_for_staff(
    chief: FlaskClient, engine: Engine, house: House, address: str, body: str
) -> None:
    with writing(engine) as session:
        number = factories.report(session, HEADLINE)
    answer = chief.post(address.format(number), data=body, content_type="application/json")
    assert answer.status_code in (200, 302, 400, 409)


@pytest.mark.sampled
@pytest.mark.parametrize("row", ["X-99", "<b>", "'", "N-5"])
def test_practice_keeps_no_row_that_does_not_exist(editor: FlaskClient, app: Flask, row: str) -> None:
    assert editor.post("/practice/1", data=RIGHT | {"row_code": row}).status_code == 400
    assert editor.get("/practice/1").status_code == 200
    assert editor.post("/practice/1", data=RIGHT).status_code == 302


@pytest.mark.parametrize("name", ["login", "password"])
def test_a_file_is_no_text_of_a_strangers_form(client: FlaskClient, name: str) -> None:
    answer = client.post("/sign-in", data={"login": "jia", "password": "x"} | {name: (BytesIO(b"a"), "a.txt")})
    assert (answer.status_code, 'name="password"' in answer.text) == (200, True)


@pytest.mark.sampled
@pytest.mark.parametrize(("address", "name"), [
    ("/reports/{}/grade", "row_code"), ("/reports/{}/notes", "note"), ("/papers/add", "name"), ("/rounds/1/box", "box_text"),
    ("/reports/{}/reveal", "reason"), ("/reports/{}/join", "other"),
])  # fmt: skip
def test_a_file_is_no_text_of_a_form(chief: FlaskClient, engine: Engine, house: House, address: str, name: str) -> None:
    with writing(engine) as session:
        number = factories.report(session, HEADLINE)
    answer = chief.post(address.format(number), data=RIGHT | {name: (BytesIO(b"a"), "a.txt")})
    assert answer.status_code in (200, 302, 400, 404, 409)
