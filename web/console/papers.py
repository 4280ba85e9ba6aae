"""报纸: papers and their issues, with what each holds."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from bot.errors import NotFound
from models.queries import codes as code_queries
from models.queries import papers as queries
from models.queries.papers import IssueLine
from models.session import reading
from web.console import codes
from web.deps import deps

blueprint = Blueprint("papers", __name__, url_prefix="/papers")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    with reading(deps().engine) as session:
        papers, issues = queries.papers(session), queries.issues(session)
        why_no_code = codes.why_not(session, code_queries.codes(session))
    by_paper = {paper.id: [issue for issue in issues if issue.paper_id == paper.id] for paper in papers}
    return render_template("console/papers/index.html", papers=papers, issues=by_paper, why_no_code=why_no_code)


@blueprint.get("/issues/<int:issue_id>")
def issue(issue_id: int) -> str:
    with reading(deps().engine) as session:
        found = queries.issues(session, issue_id=issue_id)
        pages = queries.pages(session, issue_id)
    return render_template("console/papers/issue.html", issue=one_issue(found), pages=pages)


def one_issue(found: list[IssueLine]) -> IssueLine:
    """The issue asked for. NotFound."""
    if not found:
        raise NotFound("没有这一期。")
    return found[0]
