"""Whom a note names, and what is one note."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.teamwork import notes
from bot.teamwork.notes import mentioned
from models.enums import Role
from models.notes import Note
from tests.support import factories
from tests.support.factories import NOW
from tests.support.team import log
from tests.support.town import MORNING, Town

TEAM = [(1, "编辑甲"), (2, "编辑"), (3, "林"), (4, "林一"), (5, "林一")]


@pytest.mark.parametrize(("text", "found"), [
    ("@编辑甲 看看", {1}), ("@编辑，看看", {2}), ("＠林", {3}), ("@林一你看", {4, 5}), ("请@林和@编辑甲定", {3, 1}),
    ("没有人", set()), ("@谁都不是", set()), ("mail@", set()), ("@@林", {3}), ("", set()),
])  # fmt: skip
def test_longest_name_behind_an_at_is_meant(text: str, found: set[int]) -> None:
    assert mentioned(text, TEAM) == found


def test_a_note_sent_twice_is_kept_once(session: Session) -> None:
    town = Town.founded(session)
    number = town.file("A", town.said(1), MORNING).report_id
    editor, other = town.editor, factories.staff(session, "other", Role.EDITOR)
    first = notes.add(session, number, "词典里查过", actor=by_staff(editor), now=NOW)

    assert notes.add(session, number, " 词典里查过\n", actor=by_staff(editor), now=NOW + timedelta(seconds=9)) == first
    assert notes.add_to_all(session, [number], "词典里查过", actor=by_staff(editor), now=NOW) == [number]
    assert [one[1:] for one in log(session, "add_note")] == [(editor, number, {"note": first})]

    notes.add(session, number, "词典里查过", actor=by_staff(other), now=NOW)
    notes.add(session, number, "词典里查过", actor=by_staff(editor), now=NOW)
    notes.add(session, number, "词典里查过", actor=by_staff(editor), now=NOW + timedelta(minutes=2))
    assert list(session.scalars(select(Note.staff_id).order_by(Note.id))) == [editor, other, editor, editor]
