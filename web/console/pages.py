"""One page of an issue as printed: its articles. Knows nothing of how a page came in."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from models.queries import papers as queries
from models.session import reading
from web.console.papers import one_issue
from web.deps import deps

blueprint = Blueprint("pages", __name__, url_prefix="/papers/pages")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:page_id>")
def show(page_id: int) -> str:
    with reading(deps().engine) as session:
        issue_id = queries.issue_of_page(session, page_id)
        found = queries.issues(session, issue_id=issue_id or 0)
        pages = queries.pages(session, issue_id or 0)
        articles = queries.articles(session, page_id)
    shown = next((line for line in pages if line.id == page_id), None)
    return render_template("console/papers/page.html", issue=one_issue(found), page=shown, pages=pages, articles=articles)
