"""Who may grade a report: not the page's own editor, nobody twice where two are asked (RULES 10, 19, 21). Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.audit import Actor
from bot.errors import BadInput, NotAllowed
from models.enums import ReportState
from models.queries import reviews as queries
from models.queries.reviews import ReviewView, Seen
from models.reports import Report
from models.work_enums import OPEN_REVIEWS, ReviewState

OWN_PAGE = "这一版是您编的，请别的编辑来评。"
OWN_PAGE_ALONE = "这一版是您编的，又没有别人能评：请写一句为什么由您评。"
GRADED = "这一条您已经评过，请另一位编辑独立再评。"
TOOK_BACK = "您撤销过这一条的再评，也许看过了别人的评分，请另一位编辑来评。"
TOOK_BACK_ALONE = "您撤销过这一条的再评，又没有别人能评：请写一句为什么由您评。"
FOR_CHIEF = "这一条有分歧，等主编定。"
SETTLED = "这一条不止一位评过，已经评定；要改请写一句为什么。"
HIDDEN = "这一条请您独立再评一次，评完才能看、才能改别人的评分。"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why somebody should not grade. `with_reason`: nobody else can, so he may, and says why (RULES 21)."""

    words: str
    with_reason: bool
    same_person: bool = True


def hindrance(db: Connection, report_id: int, staff_id: int) -> Hindrance | None:
    """What keeps this member from grading this report now; None: nothing. One query."""
    return judge(queries.of_report(db, report_id, staff_id), staff_id)


def judge(seen: Seen, staff_id: int) -> Hindrance | None:
    """Pure: the first reason that holds, else None."""
    review = seen.review if seen.review and seen.review.state in OPEN_REVIEWS else None
    if review is None or _is_first(review, staff_id):
        if seen.own_page:
            return Hindrance(OWN_PAGE if seen.off_page_other else OWN_PAGE_ALONE, not seen.off_page_other)
        settled = review is None and seen.review is not None and seen.state is ReportState.DECIDED
        return Hindrance(SETTLED, with_reason=True, same_person=False) if settled else None
    if review.state is ReviewState.WAITING_CHIEF:
        return Hindrance(FOR_CHIEF, with_reason=False)
    if seen.graded:
        return Hindrance(GRADED, with_reason=False)
    if seen.took_back:
        return Hindrance(TOOK_BACK if seen.clean_other else TOOK_BACK_ALONE, not seen.clean_other)
    if seen.own_page:
        return Hindrance(OWN_PAGE if seen.clean_other else OWN_PAGE_ALONE, not seen.clean_other)
    return None


def _is_first(review: ReviewView, staff_id: int) -> bool:
    """He decided, and nobody has given another opinion yet: he may still change his mind."""
    return len(review.opinions) == 1 and review.opinions[0].by_id == staff_id


def check(db: Connection, report_id: int, why: str, *, actor: Actor) -> bool:
    """Whether he grades though the rules would rather have somebody else; NotAllowed or BadInput where he may not."""
    assert actor.staff_id is not None, "only staff grade"
    found = hindrance(db, report_id, actor.staff_id)
    if found is None:
        return False
    if not found.with_reason:
        raise NotAllowed(found.words)
    if not why.strip():
        raise BadInput(found.words)
    return found.same_person


def sees(db: Connection, report_id: int, staff_id: int) -> bool:
    """Whether this member may see the grades of this report."""
    return db.scalar(select(Report.id).where(Report.id == report_id, queries.hidden_from(staff_id))) is None

