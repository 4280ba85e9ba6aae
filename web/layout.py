"""What stands around every page: navigation, the demo's notice, the sign-out button. Knows no screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request
from flask_bootstrap import Bootstrap5  # type: ignore[import-untyped]

from models.enums import Role
from models.queries import notices
from models.session import reading
from web.access import may
from web.deps import deps
from web.forms import Form
from web.visitor import signed_in


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation; `main` ones stand in the bar at the foot of a phone."""

    endpoint: str
    label: str
    main: bool = True

    @property
    def area(self) -> str:
        """The blueprint: its pages all belong to this entry."""
        return self.endpoint.partition(".")[0]


PLACES = (
    Place("queue.index", "待评"),
    Place("desk.index", "来信"),
    Place("standings.index", "排名"),
    Place("rounds.index", "轮次"),
    Place("papers.index", "报纸"),
    Place("search.index", "查找", main=False),
    Place("statistics.index", "统计", main=False),
    Place("prizes.index", "领奖", main=False),
    Place("notices.index", "通知", main=False),
    Place("readers.index", "读者", main=False),
    Place("staff.index", "人员", main=False),
    Place("audit.index", "记录", main=False),
    Place("contests.index", "设置", main=False),
)


PART_OF = {
    "report": "queue", "attachments": "desk", "articles": "rounds",
    "pages": "papers", "imports": "papers", "mending": "papers", "pictures": "papers", "codes": "papers",
    "calendar": "papers", "ledger": "papers", "house_finds": "papers", "newsroom": "papers", "corrections": "papers",
}
"""Blueprints whose pages belong to the entry of another one."""

PAPER_TABS = (
    ("papers.index", "各期"), ("calendar.index", "出报日历"), ("ledger.index", "差错率"),
    ("newsroom.index", "每月讲评"), ("corrections.index", "更正"),
)
"""What the entry 报纸 is made of, as tabs."""


class ButtonForm(Form):
    """Guards a button that needs no field."""


def places(role: Role) -> list[Place]:
    """The entries that exist and that this role may open."""
    known = current_app.view_functions
    return [place for place in PLACES if place.endpoint in known and may(role, place.endpoint)]


def register(app: Flask) -> None:
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    Bootstrap5(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def _around() -> dict[str, Any]:
        # Functions, not values: a page that does not ask for them costs no query.
        return {"viewer": signed_in, "navigation": _navigation, "allowed": _allowed, "area": _area,
                "paper_tabs": _paper_tabs,
                "demo_mode": deps().settings.demo.enabled, "button_form": ButtonForm, "place_count": _place_count}


def _navigation() -> list[Place]:
    viewer = signed_in()
    return places(viewer.role) if viewer else []


def _place_count(place: Place) -> int:
    """How many things in a place wait for somebody, where that is worth a number in the navigation."""
    if place.endpoint != "notices.index":
        return 0
    with reading(deps().engine) as session:
        return notices.to_decide(session)


def _allowed(endpoint: str) -> bool:
    viewer = signed_in()
    return viewer is not None and endpoint in current_app.view_functions and may(viewer.role, endpoint)


def _paper_tabs() -> list[tuple[str, str]]:
    return [tab for tab in PAPER_TABS if _allowed(tab[0])]


def _area() -> str:
    blueprint = (request.endpoint or "").partition(".")[0]
    return PART_OF.get(blueprint, blueprint)
