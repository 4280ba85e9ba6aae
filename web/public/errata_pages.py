"""差错日历: the open calendar of errors in print, issue by issue, and the clippings of printed corrections."""

from __future__ import annotations

import re

from flask import Blueprint, Flask, current_app, request
from werkzeug.wrappers import Response

from bot.catalogue import clipping
from bot.catalogue.cutting import Damaged, Unpacked
from bot.catalogue.drawing import page_store
from bot.clock import SHANGHAI
from bot.errors import NotFound
from bot.media.store import Missing
from bot.publishing import errata_calendar
from bot.publishing.errata_calendar import IssuePage
from models.queries import open_errata as queries
from models.session import reading
from web.deps import deps, now
from web.public.contest_pages import head_of, shown
from web.public.keeping import PICTURE_KEPT, kept, paced

blueprint = Blueprint("errata_pages", __name__, url_prefix="/c")

NO_SUCH = "差错日历里没有这一期。"
NO_CUT = "没有这张剪报。"
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)
MOST_PAGES = 1000
VERSION = 12
"""Characters of the picture's digest in the clipping's tag."""


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:contest_id>/errata")
def index(contest_id: int) -> Response:
    """The issues that are out, the newest first."""
    paced("page")
    before = request.args.get("before")
    if before is not None and MONTH.fullmatch(before) is None:
        raise NotFound(NO_SUCH)
    with reading(deps().engine) as session:
        head = head_of(session, contest_id)
        issues, older = queries.issues(session, contest_id, today=now().astimezone(SHANGHAI).date(), before=before)
    return shown("errata", head, issues=issues, older=older, before=before)


@blueprint.get("/<int:contest_id>/errata/<int:issue_id>")
def issue(contest_id: int, issue_id: int) -> Response:
    """What was confirmed and corrected; of a round that runs, where somebody has pointed at."""
    paced("page")
    number = _page()
    with reading(deps().engine) as session:
        head = head_of(session, contest_id)
        page = errata_calendar.issue(session, contest_id, issue_id, page=number, now=now())
    return shown("errata_issue", head, page=_there(page), number=number)


@blueprint.get("/<int:contest_id>/errata/<int:issue_id>/refused")
def refused(contest_id: int, issue_id: int) -> Response:
    """What is no error, and why."""
    paced("page")
    number = _page()
    with reading(deps().engine) as session:
        head = head_of(session, contest_id)
        page = errata_calendar.refused(session, contest_id, issue_id, page=number, now=now())
    return shown("errata_refused", head, page=_there(page), number=number)


@blueprint.get("/<int:contest_id>/errata/<int:issue_id>/correction-<int:notice_id>.webp")
def cut(contest_id: int, issue_id: int, notice_id: int) -> Response:
    """The printed correction, cut from the picture of its page: nothing else of the page goes out."""
    paced("cut")
    with reading(deps().engine) as session:
        found = errata_calendar.cut_of(session, contest_id, issue_id, notice_id, now=now())
    if found is None:
        raise NotFound(NO_CUT)
    answer = Response(mimetype="image/webp")
    answer.set_etag(f"{found.picture[:VERSION]}-{notice_id}")
    if answer.make_conditional(request.environ).status_code != 304:
        pages: Unpacked = current_app.extensions["woodpecker.pages"]
        try:
            picture = pages.page(found.picture, lambda: page_store(deps().settings).get(found.picture))
        except (Missing, Damaged):
            current_app.logger.warning("page picture %s is missing or damaged", found.picture[:VERSION])
            raise NotFound(NO_CUT) from None
        answer.set_data(clipping.cut(picture, found.clipping))
    return kept(answer, PICTURE_KEPT)


def _there(page: IssuePage | None) -> IssuePage:
    if page is None:
        raise NotFound(NO_SUCH)
    return page


def _page() -> int:
    """From 1 in the address, from 0 here. NotFound for anything that is no page."""
    text = request.args.get("p", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST_PAGES):
        raise NotFound(NO_SUCH)
    return int(text) - 1
