"""What stands around the list of reports: papers, rounds, colleagues, saved filters. One query; knows no report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, Select, String, Text, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from models.contests import Round, RuleSet
from models.enums import RoundState
from models.lists import SavedFilter
from models.papers import Paper, PaperGrader
from models.queries.team import EDITING
from models.staff import Staff


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved filter. `own`: the viewer made it, so it is his to rename and to delete."""

    id: int
    name: str
    shared: bool
    own: bool
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class Frame:
    """What the filters offer: (id, name) of papers and colleagues, (id, month, state, day of the paper) of rounds, the
    newest first.

    `rules`: as stored, of the rounds that are not released yet; they say which kinds there are.
    """

    papers: tuple[tuple[int, str], ...]
    rounds: tuple[tuple[int, str, RoundState, date], ...]
    colleagues: tuple[tuple[int, str], ...]
    kept: tuple[Kept, ...]
    has_papers: bool
    rules: tuple[str, ...] = ()


def frame(session: Session, staff_id: int) -> Frame:
    """`has_papers`: some paper is this member's to grade in particular."""
    rows = session.execute(union_all(_papers(), _rounds(), _colleagues(), _kept(staff_id), _own(staff_id), _rules())).all()

    def kind(name: str) -> list[Any]:
        return [row for row in rows if row.kind == name]

    rounds = sorted(kind("round"), key=lambda row: (row.word, -row.id), reverse=True)
    kept = sorted(kind("kept"), key=lambda row: (row.shared, row.word, row.id))
    return Frame(
        tuple((row.id, row.word) for row in sorted(kind("paper"), key=lambda row: row.id)),
        tuple((row.id, row.word, RoundState(row.more), date.fromisoformat(row.day)) for row in rounds),
        tuple((row.id, row.word) for row in sorted(kind("staff"), key=lambda row: (row.word, row.id))),
        tuple(Kept(row.id, row.word, bool(row.shared), row.owner == staff_id, json.loads(row.more)) for row in kept),
        bool(kind("own")), tuple(row.more for row in sorted(kind("rules"), key=lambda row: row.id)),
    )


def _line(kind: str, id_: Any, word: Any, more: Any = None, shared: Any = None, owner: Any = None,
          day: Any = None) -> Select[Any]:
    """All kinds have the same columns, so that one statement brings them."""
    return select(
        literal(kind).label("kind"), id_.label("id"), cast(word, String).label("word"),
        cast(null() if more is None else more, Text).label("more"),
        cast(null() if shared is None else shared, Integer).label("shared"),
        cast(null() if owner is None else owner, Integer).label("owner"),
        cast(null() if day is None else day, String).label("day"),
    )


def _papers() -> Select[Any]:
    return _line("paper", Paper.id, Paper.name).where(Paper.contest_id.is_not(None))


def _rounds() -> Select[Any]:
    return _line("round", Round.id, Round.month, Round.state, day=Round.published_on)


def _rules() -> Select[Any]:
    used = select(Round.rule_set_id).where(Round.state != RoundState.RELEASED)
    return _line("rules", RuleSet.id, literal(""), RuleSet.rules).where(RuleSet.id.in_(used))


def _colleagues() -> Select[Any]:
    return _line("staff", Staff.id, Staff.display_name).where(Staff.active.is_(True), Staff.role.in_(EDITING))


def _kept(staff_id: int) -> Select[Any]:
    return _line("kept", SavedFilter.id, SavedFilter.name, SavedFilter.parameters, SavedFilter.shared,
                 SavedFilter.staff_id).where(
        SavedFilter.removed_at.is_(None), or_(SavedFilter.staff_id == staff_id, SavedFilter.shared.is_(True)))


def _own(staff_id: int) -> Select[Any]:
    return _line("own", func.min(PaperGrader.paper_id), literal("")).where(
        PaperGrader.staff_id == staff_id).group_by(PaperGrader.staff_id)
