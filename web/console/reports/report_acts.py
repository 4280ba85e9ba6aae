"""Small acts on the page of a report: which place is meant, which reports point at the same error. Rules stand in bot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from bot.judging import grading, linking
from web.console import looks
from web.console.reports.report_forms import NumberForm, VersionedForm
from web.console.reports.report_view import Answer, act, blueprint
from web.deps import now
from web.numbers import whole
from web.paper_access import check_named
from web.visitor import actor


def add() -> None:
    """Importing this module adds its routes to the report's blueprint; called so that nobody takes it for unused."""


JOINED = "归错了，按“本条不是同一处”就分开。"
LINKED = "连错了，按“本条不是同样的错，分开”。"


def _back(others: list[int], button: str) -> str:
    """How what was parted is put together again."""
    return f"弄错了，点“找别的来比”，填 {others[0]}，再按“{button}”。" if others else ""


def looked(number: int, form: Any, does: Callable[[Session, int, Any], str | None], done: str) -> Answer:
    """One small act; in a closed round it is first looked at who would move, if anybody would."""
    return act(number, form, lambda session, version, entered: looks.apply(
        session, number, lambda: does(session, version, entered)), done)


def other(session: Session, form: NumberForm) -> int:
    """The second report, which only the form names: it may be of a paper that is not his."""
    check_named(session, "number", [form.number()])
    return form.number()


@blueprint.post("/<int:number>/join")
def join(number: int) -> Answer:
    return looked(number, NumberForm(), lambda session, version, form: grading.join(
        session, number, other(session, form), actor=actor(), now=now(), expected_version=version), f"已归到同一处。{JOINED}")


@blueprint.post("/<int:number>/link")
def link(number: int) -> Answer:
    return looked(number, NumberForm(), lambda session, version, form: grading.link_slip(
        session, number, other(session, form), actor=actor(), now=now(), expected_version=version),
        f"已记为同样的错印在别处，对读者只算一处。{LINKED}")


@blueprint.post("/<int:number>/unlink")
def unlink(number: int) -> Answer:
    def parted(session: Session, version: int, _: Any) -> str:
        others = linking.unlink_slip(session, number, actor=actor(), now=now(), expected_version=version)
        return f"已分开，各算一处。{_back(others, '同样的错印在两处')}"

    return looked(number, VersionedForm(), parted, "")


@blueprint.post("/<int:number>/apart")
def apart(number: int) -> Answer:
    return looked(number, NumberForm(), lambda session, version, form: linking.keep_apart(
        session, number, other(session, form), actor=actor(), now=now(), expected_version=version),
        "已记下不是同样的错，不再提示。")


@blueprint.post("/<int:number>/split")
def split(number: int) -> Answer:
    def parted(session: Session, version: int, _: Any) -> str:
        others = grading.split(session, number, actor=actor(), now=now(), expected_version=version)
        return f"已另立一处。{_back(others, '是同一处')}"

    return looked(number, VersionedForm(), parted, "")


@blueprint.post("/<int:number>/place")
def place(number: int) -> Answer:
    """Which of several places is meant: its number among those found."""
    choice = request.form.get("place", type=whole)
    return looked(number, VersionedForm(), lambda session, version, _: grading.settle_place(
        session, number, choice, actor=actor(), now=now(), expected_version=version), "已定为这一处。")


@blueprint.post("/<int:number>/settle")
def settle(number: int) -> Answer:
    same = request.form.get("same") == "yes"

    def settled(session: Session, version: int, _: Any) -> str:
        others = grading.settle_maybe(session, number, same=same, actor=actor(), now=now(), expected_version=version)
        return f"已定为同一处。{JOINED}" if same else f"已定为不是同一处。{_back(others, '是同一处')}"

    return looked(number, VersionedForm(), settled, "")
