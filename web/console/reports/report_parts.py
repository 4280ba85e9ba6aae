"""What other areas add to the page of a report: one function each. Knows none of them but by its call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from web.console.reports import anchors, appeals, reveals, reviews, together
from web.console.reports.part_asked import Asked as Asked

Part = Callable[[Asked], dict[str, Any]]
PARTS: tuple[Part, ...] = (appeals.part, together.part, anchors.part, reviews.part, reveals.part)
"""Each gives the names that its template under templates/console/report/ asks for."""


def gather(asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in PARTS:
        found |= part(asked)
    return found
