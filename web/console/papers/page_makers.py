"""各版编辑: who makes which page, of a paper as a rule and of one issue. Whoever made a page does not grade it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.errors import BadInput, NotFound
from bot.house import page_makers as verbs
from models.papers import Issue, Page, Paper
from models.queries.team import EDITING
from models.session import reading
from models.staff import Staff
from web.console.acting import attempt
from web.deps import deps, now
from web.errors import status_of
from web.present import month
from web.visitor import actor

NAME = "page-"
USUAL_PAGES = 8
"""So many pages are offered of a paper that says nothing of its own."""
MOST_BOXES = 2000

blueprint = Blueprint("page_makers", __name__, url_prefix="/papers")

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the screen shows. `others`: who makes a page usually, shown beside what an issue says of it."""

    title: str
    paper_id: int
    issue_id: int | None
    pages: list[str]
    people: list[tuple[int, str]]
    made: dict[str, list[int]]
    others: dict[str, list[int]]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.route("/<int:paper_id>/makers", methods=["GET", "POST"])
def usual(paper_id: int) -> Answer:
    return _screen(lambda session: _of_paper(session, paper_id), lambda session, makers: verbs.set_usual(
        session, paper_id, makers, actor=actor(), now=now()), url_for("papers.show", paper_id=paper_id))


@blueprint.route("/issues/<int:issue_id>/makers", methods=["GET", "POST"])
def issue(issue_id: int) -> Answer:
    return _screen(lambda session: _of_issue(session, issue_id), lambda session, makers: verbs.set_issue(
        session, issue_id, makers, actor=actor(), now=now()), url_for("papers.issue", issue_id=issue_id))


def _screen(read: Callable[[Session], Sheet], write: Callable[[Session, dict[str, list[int]]], None], back: str) -> Answer:
    problem = ""
    status = 200
    if request.method == "POST":
        found = attempt(lambda session: _written(session, write))
        if found is None:
            return redirect(back)
        problem, status = str(found), status_of(found)
    with reading(deps().engine) as session:
        sheet = read(session)
    return render_template("console/papers/makers.html", it=sheet, problem=problem, back=back, prefix=NAME), status


def _written(session: Session, write: Callable[[Session, dict[str, list[int]]], None]) -> str:
    write(session, _entered())
    return "记下了。编哪一版的人，不评那一版的纠错。"


def _entered() -> dict[str, list[int]]:
    """The boxes that were ticked, by page."""
    found: dict[str, list[int]] = {}
    boxes = [(key, value) for key, value in request.form.items(multi=True) if key.startswith(NAME)]
    if len(boxes) > MOST_BOXES:
        raise BadInput("一次填得太多了。")
    for key, value in boxes:
        if not (value.isdecimal() and len(value) <= 9):
            raise BadInput("请选列出的编辑。")
        found.setdefault(key.removeprefix(NAME), []).append(int(value))
    return found


def _of_paper(session: Session, paper_id: int) -> Sheet:
    paper = session.get(Paper, paper_id)
    if paper is None:
        raise NotFound("没有这份报纸。")
    made = verbs.usual(session, paper_id)
    offered = [str(n) for n in range(1, (paper.usual_pages or USUAL_PAGES) + 1)]
    return Sheet(paper.name, paper_id, None, _ordered({*offered, *made}), _people(session, made), made, {})


def _of_issue(session: Session, issue_id: int) -> Sheet:
    row = session.execute(select(Issue.month, Paper.id, Paper.name, Paper.usual_pages)
                          .join(Paper, Paper.id == Issue.paper_id).where(Issue.id == issue_id)).first()
    if row is None:
        raise NotFound("没有这一期。")
    made, usual = verbs.of_issue(session, issue_id), verbs.usual(session, row.id)
    printed = {verbs.page_key(one) for one in session.scalars(select(Page.number).where(Page.issue_id == issue_id))
               if one.strip("0 ")}
    offered = printed or {str(n) for n in range(1, (row.usual_pages or USUAL_PAGES) + 1)}
    return Sheet(f"{row.name} {month(row.month)}", row.id, issue_id, _ordered({*offered, *made}), _people(session, made),
                 made, usual)


def _ordered(pages: set[str]) -> list[str]:
    return sorted(pages, key=lambda page: (not page[:1].isdecimal(), _first(page), len(page), page))


def _first(page: str) -> int:
    """The number that a page begins with: a spread 4、05 comes after 3. 0 where there is none."""
    found = re.match("[0-9]+", page)
    return int(found[0]) if found else 0


def _people(session: Session, made: dict[str, list[int]]) -> list[tuple[int, str]]:
    """Active editors and chiefs, and whoever stands there already."""
    known = {one for ones in made.values() for one in ones}
    rows = session.execute(select(Staff.id, Staff.display_name, Staff.active, Staff.role)
                           .order_by(Staff.display_name, Staff.id))
    return [(row.id, row.display_name) for row in rows if row.id in known or (row.active and row.role in EDITING)]
