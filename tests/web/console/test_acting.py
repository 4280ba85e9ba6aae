"""One act in a transaction of its own: done and said, refused, or met by the same act of somebody else."""

from __future__ import annotations

import pytest
from flask import Flask, get_flashed_messages
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.errors import NotAllowed, Stale
from models.papers import Paper
from models.session import reading
from web.console.acting import AT_ONCE, attempt


def count(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(Paper)) or 0


def test_what_is_done_is_kept_and_said(app: Flask, engine: Engine) -> None:
    def act(session: Session) -> str:
        session.add(Paper(name="城东"))
        return "登记好了。"

    with app.test_request_context():
        assert attempt(act) is None
        assert get_flashed_messages() == ["登记好了。"]
    assert count(engine) == 1


@pytest.mark.one_database
@pytest.mark.parametrize("nothing", ["", None])
def test_what_says_itself_on_the_next_page_is_not_said_in_an_empty_box(app: Flask, nothing: str | None) -> None:
    with app.test_request_context():
        assert attempt(lambda _session: nothing) is None
        assert get_flashed_messages() == []


def test_what_is_refused_is_given_back_and_nothing_kept(app: Flask, engine: Engine) -> None:
    def act(session: Session) -> str:
        session.add(Paper(name="城东"))
        session.flush()
        raise NotAllowed("不行。")

    with app.test_request_context():
        assert str(attempt(act)) == "不行。"
        assert get_flashed_messages() == []
    assert count(engine) == 0


def test_second_of_two_who_do_the_same_at_once_is_told_so(app: Flask, engine: Engine) -> None:
    def act(session: Session) -> str:
        session.add_all([Paper(name="城东"), Paper(name="城东")])
        return "登记好了。"

    with app.test_request_context():
        problem = attempt(act)
    assert isinstance(problem, Stale)
    assert str(problem) == AT_ONCE
    assert count(engine) == 0
