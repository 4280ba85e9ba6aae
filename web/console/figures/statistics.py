"""统计: plots with the table beside each, and the tables as files. Shows nothing of readers."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.exports import FileKind
from bot.house.statistics import LONGEST_DAYS, day_of
from models.queries import statistics as queries
from models.session import reading
from web.console.figures import plots
from web.console.figures.plots import NARROW, Plot, Theme
from web.console.figures.statistics_reads import PART_NAMES, PERIOD_NAMES, Chosen, Reads, choose, read
from web.console.figures.statistics_values import LABELS, Name, Statistic, shown
from web.deps import deps, now
from web.downloads import download

blueprint = Blueprint("statistics", __name__, url_prefix="/statistics")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    with reading(deps().engine) as session:
        chosen = choose(session, request.args, now=now())
        reads = Reads(session, chosen, now=now())
        found = [read(reads, name) for name in chosen.names]
        anything = any(one.counted for one in found) or queries.anything(session)
    return render_template(
        "console/statistics.html", chosen=chosen, statistics=found, anything=anything, part_names=PART_NAMES,
        period_names=PERIOD_NAMES, size=_sizes, shown=shown, LABELS=LABELS, FileKind=FileKind, today=day_of(now()),
        narrow_width=NARROW[0], longest_days=LONGEST_DAYS)


@blueprint.get("/<name>.svg")
def plot(name: str) -> Response:
    """One plot as a picture of its own: a page's policy lets no style stand inside it."""
    statistic, _ = _one(name)
    if statistic.plot is None:
        raise NoSuchPage
    theme = Theme.DARK if request.args.get("theme") == Theme.DARK else Theme.LIGHT
    return Response(plots.draw(statistic.plot, theme=theme, narrow="narrow" in request.args), mimetype="image/svg+xml")


@blueprint.get("/<name>.<kind>")
def table(name: str, kind: str) -> Response:
    """The table of one statistic as a file."""
    if kind not in set(FileKind):
        raise NoSuchPage
    statistic, chosen = _one(name)
    words = [statistic.title, chosen.paper_name, f"{chosen.period.first}至{chosen.period.last}"]
    return download([statistic.sheet], FileKind(kind), "-".join(word for word in words if word))


def _one(name: str) -> tuple[Statistic, Chosen]:
    if name not in set(Name):
        raise NoSuchPage
    with reading(deps().engine) as session:
        chosen = choose(session, request.args, now=now())
        return read(Reads(session, chosen, now=now()), Name(name)), chosen


def _sizes(plot: Plot) -> tuple[tuple[int, int], tuple[int, int]]:
    """Width and height for a screen and for a telephone, so that nothing moves when the picture comes."""
    return plots.size(plot, narrow=False), plots.size(plot, narrow=True)
