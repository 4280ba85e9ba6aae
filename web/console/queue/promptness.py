"""当场答复、按时评定、满意: three numbers of the running month in words, on the first page."""

from __future__ import annotations

from typing import Any

from flask import Flask

from models.queries import promptness as queries
from models.queries.promptness import Promptness
from models.session import reading
from web.deps import deps, now


def register(app: Flask) -> None:
    @app.context_processor
    def _lines() -> dict[str, Any]:
        # A function: a page that does not ask for it costs no query.
        return {"promptness": _running}


def _running() -> list[tuple[Promptness, list[str]]]:
    """Of each contest's running month, with its sentences; nothing where there is nothing yet."""
    with reading(deps().engine) as session:
        found = queries.running(session, days=_days(), now=now())
    return [(one, said) for one in found if (said := sentences(one, days=_days()))]


def _days() -> int:
    """As long as a report may wait before somebody is told that it does."""
    return deps().settings.alerts.report_days


def sentences(it: Promptness, *, days: int) -> list[str]:
    """Each with what it is a share of; what has nothing to be a share of is left out."""
    said = []
    if it.letters:
        said.append(f"来信 {it.letters} 封，当场答复 {_share(it.at_once, it.letters)}")
    if it.due:
        said.append(f"到期的纠错 {it.due} 条，{days} 天内评定 {_share(it.in_time, it.due)}")
    if it.said:
        said.append(f"{it.said} 条说了满不满意，满意 {_share(it.satisfied, it.said)}")
    return said


def _share(part: int, whole: int) -> str:
    """Rounded down, so that only all is 100 %."""
    return f"{part}（{part * 100 // whole}%）"
