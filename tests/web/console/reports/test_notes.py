"""Notes on a report: written, meant for somebody, taken back; what mentions me."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from models.audit import AuditEntry
from models.enums import Role
from models.notes import Note
from models.queries import notes as queries
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.factories import HEADLINE, NICKNAME, House


def filed(engine: Engine) -> int:
    with writing(engine) as session:
        return factories.report(session, HEADLINE)


def name_of(engine: Engine, staff_id: int) -> str:
    with reading(engine) as session:
        return session.get_one(Staff, staff_id).display_name


def unread(engine: Engine, staff_id: int) -> int:
    with reading(engine) as session:
        return queries.unread(session, staff_id)


def test_note_is_shown_in_the_history_and_only_inside(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    answer = editor.post(f"/reports/{number}/notes", data={"note": "去问问 <b>美编</b>"})
    assert answer.location == f"/reports/{number}#history"
    page = editor.get(f"/reports/{number}").text
    assert "去问问 &lt;b&gt;美编&lt;/b&gt;" in page
    assert "只在编辑部里看到" in page
    with reading(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "add_note")).one()
        assert (entry.object_id, list(entry.details)) == (number, ["note"])


def test_empty_or_endless_note_is_refused_and_kept(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    assert editor.post(f"/reports/{number}/notes", data={"note": "  "}).status_code == 400
    answer = editor.post(f"/reports/{number}/notes", data={"note": "长" * 1001})
    assert answer.status_code == 400
    assert "长" * 1001 in answer.text


def test_note_on_no_report_is_not_found(house: House, editor: FlaskClient) -> None:
    assert editor.post("/reports/99/notes", data={"note": "哪一条"}).status_code == 404


def test_name_of_the_reader_in_a_note_is_blackened(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        reader = factories.reader(session, name=f"{NICKNAME}甲")
        number = factories.report(session, HEADLINE, reader_id=reader)
    editor.post(f"/reports/{number}/notes", data={"note": f"{NICKNAME}甲 打过电话 13800001111"})
    page = editor.get(f"/reports/{number}").text
    assert NICKNAME not in page
    assert "13800001111" not in page


def test_who_is_mentioned_finds_it_and_marks_it_read(
    engine: Engine, house: House, browser: Callable[[Role], FlaskClient], staff: dict[Role, int]
) -> None:
    number = filed(engine)
    editor, chief = browser(Role.EDITOR), browser(Role.CHIEF)
    editor.post(f"/reports/{number}/notes", data={"note": f"@{name_of(engine, staff[Role.CHIEF])} 您定一下"})
    assert unread(engine, staff[Role.CHIEF]) == 1
    page = chief.get("/mentions").text
    assert "您定一下" in page
    assert f"/reports/{number}#history" in page
    chief.post("/mentions/read", data={"number": str(number)})
    assert unread(engine, staff[Role.CHIEF]) == 0
    assert "您定一下" not in chief.get("/mentions").text
    assert "您定一下" in chief.get("/mentions?all=1").text
    assert "您定一下" not in editor.get("/mentions").text


def test_answering_a_note_counts_as_reading_it(
    engine: Engine, house: House, browser: Callable[[Role], FlaskClient], staff: dict[Role, int]
) -> None:
    number = filed(engine)
    browser(Role.EDITOR).post(f"/reports/{number}/notes", data={"note": f"＠{name_of(engine, staff[Role.CHIEF])}？"})
    browser(Role.CHIEF).post(f"/reports/{number}/notes", data={"note": "看过了"})
    assert unread(engine, staff[Role.CHIEF]) == 0


@pytest.mark.slow
def test_note_is_taken_back_by_its_writer_until_somebody_answers(
    engine: Engine, house: House, browser: Callable[[Role], FlaskClient], staff: dict[Role, int]
) -> None:
    number = filed(engine)
    editor, chief = browser(Role.EDITOR), browser(Role.CHIEF)
    editor.post(f"/reports/{number}/notes", data={"note": f"@{name_of(engine, staff[Role.CHIEF])} 第一张"})
    editor.post(f"/reports/{number}/notes", data={"note": "第二张"})
    with reading(engine) as session:
        first, second = session.scalars(select(Note.id).order_by(Note.id))
    assert chief.post(f"/notes/{first}/take-back").status_code == 404
    assert editor.post(f"/notes/{first}/take-back").status_code == 302
    assert unread(engine, staff[Role.CHIEF]) == 0
    page = editor.get(f"/reports/{number}").text
    assert "第一张" not in page
    assert "收回了一张便签" in page
    chief.post(f"/reports/{number}/notes", data={"note": "好的"})
    assert editor.post(f"/notes/{second}/take-back").status_code == 403


def test_names_are_offered_to_those_who_grade(house: House, editor: FlaskClient, browser: Callable[[Role], FlaskClient]) -> None:
    names = editor.get("/mentions/names").json
    assert names is not None
    assert names["names"] == sorted(names["names"])
    assert browser(Role.PRIZES).get("/mentions/names").status_code == 403
