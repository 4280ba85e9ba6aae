"""待评: the list of reports to grade, with its filters. Holds no rule of grading."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, render_template, request

from models.queries import queue
from models.queries.queue import View
from models.session import reading
from web.console import listing, undoing
from web.deps import deps, now

blueprint = Blueprint("queue", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/queue")
def index() -> str:
    listed = listing.asked()
    after = queue.key_from(request.args.get("after", ""))
    with reading(deps().engine) as session:
        page = queue.rows(session, listed, after=after)
        counts = queue.counts(session, listed)
        choices = queue.choices(session)
    address = listing.address(listed)
    return render_template(
        "console/queue.html", listed=listed, rows=page.rows, counts=counts, choices=choices, address=address,
        next_key=queue.key_text(page.next) if page.next else None, first_page=after is None, now=now(),
        views=[(view, name, listing.address(replace(listed, view=view)))
               for view, name in listing.VIEW_NAMES.items()],
        View=View, kind_words=listing.kind_words, age=listing.age, undo=undoing.take(),
    )
