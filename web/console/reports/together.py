"""What the page of a report shows of the team at work and of the viewer's own unsaved words. One query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.teamwork import claims, presence
from models.queries import working
from web.console.queue import assignments
from web.console.queue.presence import is_team
from web.console.reports import drafts

if TYPE_CHECKING:
    from web.console.reports.part_asked import Asked


def part(asked: Asked) -> dict[str, Any]:
    """Names for templates/console/report/presence.html; `drafts` for filling in the forms, see drafts.fill."""
    team = is_team()
    report = asked.report
    found = working.at_report(asked.session, report.number, asked.viewer.staff_id, now=asked.now, team=team)
    return {
        "together": found, "team": team, "drafts": found.drafts,
        "offers": drafts.offers(found.drafts, report.version, asked.kinds),
        "open_for_work": claims.is_work(report.state, report.round_state, report.late, waits=report.hidden),
        "beat_seconds": round(presence.BEAT.total_seconds()),
        "rest_choices": assignments.choices(asked.now, found.grading_until),
        "rest_days": assignments.days(asked.now, found.grading_until),
    }
