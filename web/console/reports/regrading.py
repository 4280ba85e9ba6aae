"""Grading after the pick: who may, why he is asked for a reason, and what there is to do next (RULES 19). No screen."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.enums import ReportState, RoundState
from models.queries import round_changes as queries
from models.queries import rounds as round_queries
from models.queries.report import ReportView
from models.reports import Report
from models.work_enums import AppealState
from web.access import may
from web.visitor import role_here

SETTLED = (RoundState.PICKED, RoundState.RELEASED)
WHY = "名单已经评出，要改请写一句为什么"


def can_regrade(report: ReportView) -> bool:
    """Whether this member may grade a report of a settled list: as the answer to an appeal, or as a chief until it is
    released."""
    if report.late or report.round_state not in SETTLED or report.state is not ReportState.DECIDED:
        return False
    return report.appeal is AppealState.OPEN or (needs_why(report) and may(role_here(), "changes.pick_again"))


def needs_why(report: ReportView) -> bool:
    """Nobody asked for it: then a chief says why."""
    return report.round_state is RoundState.PICKED and report.appeal is not AppealState.OPEN


def after_grade(session: Session, number: int) -> str | None:
    """What there is to do when a report of a settled list was graded; None of any other."""
    report = session.get(Report, number, populate_existing=True)
    round_ = round_queries.load(session, report.round_id) if report is not None and report.round_id else None
    if report is None or report.late or round_ is None or round_.state not in SETTLED:
        return None
    if round_.state is RoundState.PICKED:
        return "评分改好了。名单要不要变、谁进谁出，请主编到这一轮的“评出以后”看一看，再重新评出。"
    further = any(one.report_id == number for one in queries.corrections(session, round_.id))
    return ("评分改好了。这位读者本来应当获奖，已起草一则补奖的更正，请另一位到“评出以后”定。" if further
            else "评分改好了，名单不变。")


def why(report: ReportView) -> str:
    """What is said over the field for the reason; empty where none is asked for."""
    return WHY if needs_why(report) and can_regrade(report) else ""
