"""Named reads of the winners' articles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.articles import RoundArticle
from models.contests import Contest, Round
from models.enums import ArticleState


@dataclass(frozen=True, slots=True)
class ArticleView:
    """The article of a picked or released round; no state: nothing was sent yet."""

    round_id: int
    month: str
    account: str
    account_title: str
    words: str
    released_at: datetime | None
    state: ArticleState | None
    state_at: datetime | None
    problem: str | None
    address: str | None


def load(session: Session, round_id: int) -> ArticleView | None:
    """None where there is no round, or it is not picked."""
    row = session.execute(
        select(Round.id, Round.month, Contest.account, Contest.account_title, Round.article, Round.released_at,
               RoundArticle.state, RoundArticle.state_at, RoundArticle.problem, RoundArticle.address)
        .join(Contest, Contest.id == Round.contest_id).outerjoin(RoundArticle, RoundArticle.round_id == Round.id)
        .where(Round.id == round_id, Round.article.is_not(None))
    ).first()
    if row is None:
        return None
    return ArticleView(row.id, row.month, row.account, row.account_title, row.article, row.released_at, row.state,
                       row.state_at, row.problem, row.address)
