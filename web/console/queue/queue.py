"""待评: the lists of reports to grade, with their views, filters and search. Holds no rule of grading."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from flask import Blueprint, Flask, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.contest.phases import local_day
from bot.teamwork import bulk
from models.enums import ReportSource, ReportState
from models.queries import calendar as calendar_queries
from models.queries import list_frame, queue, working
from models.queries.list_frame import Frame, Kept
from models.queries.queue import Filter, View
from models.queries.working import OnIt
from models.session import reading
from models.work_enums import BulkVerb
from web.access import may
from web.console import listing, undoing
from web.console.papers import calendar
from web.console.queue import filters
from web.deps import deps, now
from web.visitor import member

blueprint = Blueprint("queue", __name__)
FILTERED_STATES = (ReportState.FILED, ReportState.HALF_TOLD, ReportState.NEEDS_MORE, ReportState.DECIDED,
                   ReportState.ESCALATED, ReportState.WITHDRAWN, ReportState.LAPSED)
EMPTY = {
    View.DISAGREED: "两位编辑评得不一样的，会出现在这里。", View.NEEDS_MORE: "请读者补充、还没等到回话的，会出现在这里。",
    View.MAYBE: "拿不准是不是同一处的，会出现在这里。", View.APPEALS: "读者不同意评分时，会出现在这里，5 个工作日内要答复。",
    View.DUE_SOON: "3 天内截止、还没评完的，会出现在这里。", View.MINE: "分派给您的，会出现在这里。",
    View.ESCALATED: "要请主编定的，会出现在这里。", View.DECIDED: "评过的都在这里。",
}
SETTINGS: dict[str, Any] = {"View": View, "kind_words": listing.kind_words, "age": listing.age,
                            "ages": listing.AGES, "sources": tuple(ReportSource), "states": FILTERED_STATES,
                            "most_found": listing.MOST_FOUND,
                            "most_at_once": bulk.MOST, "bulk_verbs": tuple(BulkVerb), "BulkVerb": BulkVerb, "empty_hints": EMPTY}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@dataclass(frozen=True, slots=True)
class _Read:
    """What one list needs of the database."""

    listed: Filter
    more_found: bool
    own: int | None
    missing: list[str]
    page: queue.QueuePage
    counts: dict[View, int]
    frame: Frame
    on: dict[int, OnIt]


@blueprint.get("/queue")
def index() -> str | Response:
    listed = listing.asked()
    with reading(deps().engine) as session:
        number = _number_meant(session, listed)
        if number is not None:
            return redirect(url_for("report.show", number=number, **_address(replace(listed, words=""))))
        read = _read(session, listed)
    if listed.after and not read.page.rows:
        return redirect(url_for("queue.index", **_address(replace(listed, after=""))))
    return render_template(
        "console/queue.html", today=local_day(now()), listed=read.listed, rows=read.page.rows, counts=read.counts,
        frame=read.frame, on=read.on,
        address=_address(read.listed), start=_address(replace(read.listed, after="")), now=now(), own=read.own,
        next_page=_address(replace(read.listed, after=queue.key_text(read.page.next))) if read.page.next else None,
        mine=read.own is not None and read.listed.grader_id == read.own, missing=read.missing,
        more_found=read.more_found, views=_views(read.listed), kept=_kept(read.frame, read.listed),
        whose={"grader": read.listed.grader_id} if read.listed.grader_id is not None else {}, undo=undoing.take(),
        may_share=may(member().role, "filters.share"), kinds=listing.kinds(read.frame.rules), **SETTINGS,
    )


def _address(listed: Filter) -> dict[str, Any]:
    return cast("dict[str, Any]", listing.address(listed))


def _number_meant(session: Session, listed: Filter) -> int | None:
    """The report that a search for nothing but a number means, where there is one."""
    words = listed.words.removeprefix("编号").strip()
    if not (words.isascii() and words.isdecimal() and len(words) <= 9):
        return None
    return int(words) if queue.key_of(session, int(words), View.ALL) else None


def _read(session: Session, listed: Filter) -> _Read:
    me = member()
    frame = list_frame.frame(session, me.staff_id)
    own = me.staff_id if frame.has_papers and me.editors > 1 and len(frame.papers) > 1 else None
    listed, more = listing.resolved(session, _own_first(listed, own))
    page = queue.rows(session, listed, after=queue.key_from(listed.after))
    on = working.on_reports(session, [row.number for row in page.rows], now=now()) if me.editors > 1 else {}
    return _Read(listed, more, own, _missing(session), page, queue.counts(session, listed), frame, on)


def _views(listed: Filter) -> list[tuple[View, str, dict[str, Any]]]:
    return [(view, name, _address(replace(listed, view=view, after="")))
            for view, name in listing.views(member().editors).items()]


def _kept(frame: Frame, listed: Filter) -> list[tuple[Kept, bool]]:
    """The saved filters, and whether each is the list that is shown."""
    present = {name: str(value) for name, value in listing.address(listed).items() if name not in filters.LEFT_OUT}
    return [(one, one.parameters == present) for one in frame.kept]


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
