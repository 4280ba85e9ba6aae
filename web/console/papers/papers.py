"""报纸: papers, one paper with its settings, one issue. The rules of papers stand in bot/catalogue and bot/contest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.catalogue import papers as verbs
from bot.contest.days import planning
from bot.contest.days.calendar import Rhythm
from bot.contest.phases import local_day
from bot.errors import NotFound, Stale
from models.queries import codes as code_queries
from models.queries import paper_history
from models.queries import papers as queries
from models.queries.papers import IssueLine, PageLine, PaperLine
from models.session import reading
from web.console.acting import attempt
from web.console.papers import codes, paper_forms
from web.console.papers.paper_forms import MONTH, AddForm, Forms, PaperForm, PlanForm, rhythm_words
from web.console.papers.paper_history import sentence
from web.deps import deps, now
from web.errors import status_of
from web.numbers import whole
from web.visitor import actor

blueprint = Blueprint("papers", __name__, url_prefix="/papers")

Answer = Response | str | tuple[str, int]
FEW_PAPERS = 4
ISSUES_A_PAGE = 24
ENTRIES_A_PAGE = 20


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


# --- all papers ---


@blueprint.get("")
def index() -> Answer:
    return _index(AddForm(formdata=None))


@blueprint.post("/add")
def add() -> Answer:
    form = AddForm()
    if not form.validate_on_submit():
        return _index(form), 400
    made: list[int] = []

    def act(session: Session) -> str:
        paper = verbs.add_paper(session, form.name.data or "", actor=actor(), now=now())
        made.append(paper.id)
        return f"登记好了：{paper.name}。可以在这里填上别名、多久出一期和谁来评。"

    problem = attempt(act)
    if problem is not None:
        return _index(form, str(problem)), status_of(problem)
    return redirect(url_for("papers.show", paper_id=made[0]))


def _index(form: AddForm, problem: str = "") -> str:
    with reading(deps().engine) as session:
        papers = queries.papers(session)
        shelves = queries.shelves(session, local_day(now()), each=4 if len(papers) <= FEW_PAPERS else 2)
        why_no_code = codes.why_not(session, code_queries.codes(session))
    return render_template("console/papers/index.html", papers=papers, shelves=shelves, why_no_code=why_no_code,
                           form=form, problem=problem, rhythm_words=rhythm_words)


# --- one paper ---


@blueprint.get("/<int:paper_id>")
def show(paper_id: int) -> Answer:
    return _page(paper_id)


@blueprint.post("/<int:paper_id>/edit")
def edit(paper_id: int) -> Answer:
    with reading(deps().engine) as session:
        before, people = verbs.settings_of(session, paper_id), queries.who_may_grade(session, paper_id)
    form = paper_forms.offered(PaperForm(), before.rhythm.months_between, people)
    if not form.validate_on_submit():
        return _page(paper_id, edit_form=form), 400

    def act(session: Session) -> str:
        wanted = paper_forms.wanted(form, before, people)
        changed = verbs.edit_paper(session, paper_id, wanted, expected_version=form.version.data or 0, actor=actor(),
                                   now=now())
        return "改好了。" if changed else "和原来一样，没有改动。"

    return _acted(paper_id, act, edit_form=form)


@blueprint.post("/<int:paper_id>/plan")
def plan(paper_id: int) -> Answer:
    form = PlanForm()
    if not form.validate_on_submit():
        return _page(paper_id, plan_form=form), 400

    def act(session: Session) -> str:
        planning.plan_issue(session, paper_id, form.month.data or "", published_on=form.published_on.data,
                            deadline_on=form.deadline_on.data, actor=actor(), now=now())
        return "这一期排好了。"

    return _acted(paper_id, act, plan_form=form)


def _acted(paper_id: int, act: Callable[[Session], str], **forms: Any) -> Answer:
    problem = attempt(act)
    if problem is None:
        return redirect(url_for("papers.show", paper_id=paper_id))
    if isinstance(problem, NotFound):
        raise problem
    if isinstance(problem, Stale):
        # What was typed was typed over an older state: the form shows the present one.
        return _page(paper_id, problem=str(problem), editing=True), status_of(problem)
    return _page(paper_id, problem=str(problem), **forms), status_of(problem)


def _page(paper_id: int, *, edit_form: PaperForm | None = None, plan_form: PlanForm | None = None,
          problem: str = "", editing: bool = False) -> str:
    before = request.args.get("before", "")
    with reading(deps().engine) as session:
        paper = _known(queries.paper(session, paper_id))
        people = queries.who_may_grade(session, paper_id)
        issues = queries.issues_of(session, paper_id, before=before if MONTH.fullmatch(before) else None,
                                   limit=ISSUES_A_PAGE + 1)
        changes = paper_history.history(session, paper_id, before=request.args.get("entry", type=whole),
                                        limit=ENTRIES_A_PAGE + 1)
        code = code_queries.codes(session, paper_id=paper_id)
    forms = Forms(edit_form or paper_forms.filled(paper, people), plan_form or PlanForm(formdata=None))
    return render_template(
        "console/papers/paper.html", paper=paper, issues=issues[:ISSUES_A_PAGE], forms=forms, people=people,
        older=issues[ISSUES_A_PAGE - 1].month if len(issues) > ISSUES_A_PAGE else None, first_page=not before,
        history=[(entry, sentence(entry, changes)) for entry in changes.entries[:ENTRIES_A_PAGE]],
        older_entry=changes.entries[ENTRIES_A_PAGE - 1].id if len(changes.entries) > ENTRIES_A_PAGE else None,
        has_code=any(one.url for one in code), problem=problem, rhythm_words=rhythm_words, today=local_day(now()),
        editing=editing or edit_form is not None, planning=plan_form is not None)


def _known(paper: PaperLine | None) -> PaperLine:
    if paper is None:
        raise NotFound("没有这份报纸。")
    return paper


# --- one issue ---


@blueprint.get("/issues/<int:issue_id>")
def issue(issue_id: int) -> str:
    with reading(deps().engine) as session:
        line = one_issue(queries.issues(session, issue_id=issue_id))
        pages = queries.pages(session, issue_id)
        paper = _known(queries.paper(session, line.paper_id))
    return render_template("console/papers/issue.html", issue=line, pages=pages, paper=paper,
                           printed=printed_pages(pages), pictured=any(page.picture for page in pages),
                           by_hand=not Rhythm(paper.months_between, paper.first_month).has(line.month),
                           today=local_day(now()))


@blueprint.post("/issues/<int:issue_id>/drop")
def drop(issue_id: int) -> Answer:
    with reading(deps().engine) as session:
        line = one_issue(queries.issues(session, issue_id=issue_id))

    def act(session: Session) -> str:
        planning.drop_planned(session, issue_id, actor=actor(), now=now())
        return "这一期取消了。"

    return _acted(line.paper_id, act)


def one_issue(found: list[IssueLine]) -> IssueLine:
    """The issue asked for. NotFound."""
    if not found:
        raise NotFound("没有这一期。")
    return found[0]


def printed_pages(pages: list[PageLine]) -> int:
    """How many pages were printed: a spread 04、05 is two."""
    return sum(len(page.number.split("、")) for page in pages)


