"""Reads of the papers' QR codes for the console: each paper's account and what its printed code says."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models.codes import PaperCode
from models.contests import Contest
from models.papers import Paper


@dataclass(frozen=True, slots=True)
class CodeLine:
    """`account`: None where the paper is in no contest. `url`: None where it has no code in that account."""

    paper_id: int
    paper: str
    account: str | None
    account_title: str | None
    url: str | None


def codes(session: Session, *, paper_id: int | None = None, contest_id: int | None = None) -> list[CodeLine]:
    """All papers, the one asked for, or those of a contest."""
    query = (select(Paper.id, Paper.name, Contest.account, Contest.account_title, PaperCode.url)
             .outerjoin(Contest, Contest.id == Paper.contest_id)
             .outerjoin(PaperCode, and_(PaperCode.paper_id == Paper.id, PaperCode.account == Contest.account))
             .order_by(Paper.id))
    if paper_id is not None:
        query = query.where(Paper.id == paper_id)
    if contest_id is not None:
        query = query.where(Paper.contest_id == contest_id)
    return [CodeLine(*row) for row in session.execute(query)]
