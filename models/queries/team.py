"""How many people and papers there are and who holds a role where, for any read that needs to know. Knows no screen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from models.enums import Role
from models.papers import Paper
from models.staff import PaperRole, Staff

EDITING = (Role.EDITOR, Role.CHIEF)
"""Who counts as an editor where the console asks how many there are; admins look after accounts."""


def editors() -> ScalarSelect[int]:
    """Active editors and chiefs."""
    other = aliased(Staff)
    return select(func.count(other.id)).where(other.active.is_(True), other.role.in_(EDITING)).scalar_subquery()


def papers() -> ScalarSelect[int]:
    """Papers that belong to a contest."""
    return select(func.count(Paper.id)).where(Paper.contest_id.is_not(None)).scalar_subquery()


def holds(role: Role, staff: Any, paper: Any) -> ColumnElement[bool]:
    """Whether an active member (`staff`: Staff or an alias of it) holds `role` on this paper (its id, or the column of it).

    Rows on single papers go before the role itself; a thing of no paper (None, NULL) goes by the role. An admin looks
    after the system and holds neither.
    """
    rows = select(PaperRole.paper_id).where(PaperRole.staff_id == staff.id).correlate_except(PaperRole)
    whose = literal(paper) if paper is None or isinstance(paper, int) else paper
    here = rows.where(PaperRole.paper_id == whose, PaperRole.role == role).exists()
    everywhere = and_(staff.role == role, or_(whose.is_(None), ~rows.exists()))
    return and_(staff.active.is_(True), staff.role.in_(EDITING), or_(here, everywhere))
