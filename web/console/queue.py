"""待评: the list of reports to grade, with its filters. Holds no rule of grading."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, render_template, request
from sqlalchemy.orm import Session

from bot.contest.phases import local_day
from models.queries import calendar as calendar_queries
from models.queries import papers, queue
from models.queries.queue import Filter, View
from models.session import reading
from web.access import may
from web.console import calendar, listing, undoing
from web.deps import deps, now
from web.visitor import member

blueprint = Blueprint("queue", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/queue")
def index() -> str:
    listed = listing.asked()
    after = queue.key_from(request.args.get("after", ""))
    me = member()
    with reading(deps().engine) as session:
        own = me.staff_id if papers.grades_papers(session, me.staff_id) and papers.divided(session) else None
        listed = _own_first(listed, own)
        missing = _missing(session)
        page = queue.rows(session, listed, after=after)
        counts = queue.counts(session, listed)
        choices = queue.choices(session)
    address = listing.address(listed)
    return render_template(
        "console/queue.html", listed=listed, rows=page.rows, counts=counts, choices=choices, address=address,
        next_key=queue.key_text(page.next) if page.next else None, first_page=after is None, now=now(),
        views=[(view, name, listing.address(replace(listed, view=view)))
               for view, name in listing.VIEW_NAMES.items()],
        own=own, mine=own is not None and listed.grader_id == own, missing=missing,
        whose={"grader": listed.grader_id} if listed.grader_id is not None else {},
        View=View, kind_words=listing.kind_words, age=listing.age, undo=undoing.take(),
    )


def _own_first(listed: Filter, own: int | None) -> Filter:
    """Who grades certain papers sees those first, all of them one tap away; a paper that was chosen is that paper."""
    if own is None or (listed.paper_id is not None and listed.grader_id == own):
        return replace(listed, grader_id=None)
    return replace(listed, grader_id=own) if listed.grader_id is None and listed.paper_id is None else listed


def _missing(session: Session) -> list[str]:
    """Told to those who may import: issues that are not there while reports about them wait for their place."""
    if not may(member().role, "imports.upload"):
        return []
    today = local_day(now())
    absent = [one for one in calendar_queries.missing(session, today) if one.waiting]
    return [calendar.sentence(one, today) for one in calendar.notices(absent)]
