"""The appeal against a report on its page; appeal_acts answers it. Knows no other part of that page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from wtforms import TextAreaField

from bot.contest import phases
from bot.judging import appeals as verbs
from bot.understanding.identity import mask_identity
from models.enums import RoundState
from models.queries import appeals as queries
from models.work_enums import AppealState
from web.forms import AtMost, Form

if TYPE_CHECKING:
    from web.console.reports.part_asked import Asked

KEEP = "appeals.keep"
SETTLED = (RoundState.PICKED, RoundState.RELEASED)


class KeepForm(Form):
    words = TextAreaField("给读者的话", validators=[AtMost(verbs.LONGEST_ANSWER)])
    same_person = TextAreaField("为什么由您答复", validators=[AtMost(verbs.LONGEST_ANSWER)])


def part(asked: Asked) -> dict[str, Any]:
    """`appeal` for console/report/appeal.html; None where the reader did not appeal."""
    found = queries.of_report(asked.session, asked.report.number) if asked.report.appeal is not None else None
    if found is None:
        return {"appeal": None}
    mine = found.decided_by_id == asked.viewer.staff_id
    return {"appeal": {
        "it": found, "words": mask_identity(verbs.words_of(found.words)),
        "overdue": found.state is AppealState.OPEN and phases.local_day(asked.now) > found.due_on,
        "open": found.state is AppealState.OPEN,
        # Whoever is to grade it without knowing the first grade must not learn it here.
        "blind": asked.report.hidden or (found.state is AppealState.OPEN and found.in_review and not mine),
        "in_review": found.in_review, "mine": mine and asked.viewer.editors > 1,
        "alone": mine and asked.viewer.editors < 2, "picked": asked.report.round_state in SETTLED,
        # An answer that was refused comes back with what was written.
        "form": KeepForm() if request.endpoint == KEEP else KeepForm(formdata=None),
        "taken_back": found.state is AppealState.KEPT and found.not_sent,
    }}
