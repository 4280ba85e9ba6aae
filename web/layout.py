"""What stands around every page: navigation, the demo's notice, the sign-out button. Knows no screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, current_app, g, request
from flask_bootstrap import Bootstrap5  # type: ignore[import-untyped]

from bot.contest.phases import local_day
from bot.members.sign_in import SignedIn
from bot.publishing import release_words
from bot.publishing.release_letters import AHEAD
from models.enums import Role
from models.queries import waiting
from models.queries.waiting import Around, FrozenRound
from models.session import reading
from web.access import announces, may
from web.deps import deps, now
from web.forms import Form
from web.visitor import Visitor, signed_in


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation. `main` ones stand in the bar, on a phone at its foot; the others under 更多 until
    something waits there. `team`: of no use to whoever works alone."""

    endpoint: str
    label: str
    main: bool = True
    team: bool = False

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
    Place("practice.index", "练习", main=False),
    Place("prizes.index", "领奖", main=False),
    Place("notes.index", "提到我的", main=False, team=True),
    Place("notices.index", "通知", main=False),
    Place("readers.index", "读者", main=False),
    Place("staff.index", "人员", main=False),
    Place("audit.index", "记录", main=False),
    Place("contests.index", "设置", main=False),
    Place("operations.index", "运行", main=False),
)


OWN_PLACE = {Role.PRIZES: "prizes.index"}
"""What a role is there for, where that is none of the main places: it stands first, and is where the role begins."""

PART_OF = {
    "calibration": "practice", "agreement": "practice", "pairs": "rounds",
    "filters": "queue", "bulk": "queue", "presence": "queue", "drafts": "queue", "assignments": "staff",
    "report": "queue", "duplicates": "queue", "reviews": "queue", "appeals": "queue", "reveals": "queue",
    "canned": "contests", "attachments": "desk", "callers": "desk", "redaction": "desk", "articles": "rounds",
    "cockpit": "rounds", "changes": "rounds", "announcement": "rounds", "reach": "rounds", "month_page": "rounds",
    "leads": "readers", "personal": "readers", "payouts": "prizes", "certificates": "prizes",
    "pages": "papers", "page_makers": "papers", "imports": "papers", "mending": "papers", "pictures": "papers", "codes": "papers",
    "calendar": "papers", "ledger": "papers", "house_finds": "papers", "newsroom": "papers", "corrections": "papers",
}
"""Blueprints whose pages belong to the entry of another one."""

PAPER_TABS = (
    ("papers.index", "各期"), ("calendar.index", "出报日历"), ("ledger.index", "差错率"),
    ("newsroom.index", "每月讲评"), ("corrections.index", "更正"),
)
"""What the entry 报纸 is made of, as tabs."""


COUNTED = frozenset({"desk.index", "notes.index", "notices.index"})
"""Entries that carry a number."""


class ButtonForm(Form):
    """Guards a button that needs no field."""


def places(role: Role) -> list[Place]:
    """The entries that exist and that this role may open."""
    known, own = current_app.view_functions, OWN_PLACE.get(role)
    found = [place for place in PLACES if place.endpoint in known and may(role, place.endpoint)]
    return sorted((replace(place, main=True) if place.endpoint == own else place for place in found),
                  key=lambda place: place.endpoint != own)


def register(app: Flask) -> None:
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    Bootstrap5(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def _around() -> dict[str, Any]:
        # Functions, not values: a page that does not ask for them costs no query.
        return {"viewer": signed_in, "navigation": _navigation, "allowed": _allowed, "area": _area,
                "paper_tabs": _paper_tabs, "frozen_rounds": _frozen_rounds, "overdue_lists": _overdue_lists,
                "demo_mode": deps().settings.demo.enabled, "button_form": ButtonForm, "place_count": _place_count,
                "appearance": appearance}


def _navigation() -> list[Place]:
    viewer = signed_in()
    if viewer is None:
        return []
    return [place for place in places(viewer.role) if viewer.editors > 1 or not place.team]


def _place_count(place: Place) -> int:
    """How many things in a place wait for somebody, where that is worth a number in the navigation."""
    viewer = signed_in()
    if viewer is None or place.endpoint not in COUNTED:
        return 0
    return _stands_around(viewer).numbers[place.endpoint]


def _frozen_rounds() -> tuple[FrozenRound, ...]:
    """Rounds that are closed and not released: said on every page, for what it shows is final for nobody."""
    viewer = signed_in()
    return _stands_around(viewer).frozen if viewer is not None else ()


def _overdue_lists() -> tuple[tuple[int, str], ...]:
    """(round, sentence) of lists that go to press soon and are not released, for those who release them."""
    viewer, today = signed_in(), local_day(now())
    if viewer is None or not (may(viewer.role, "rounds.release") or viewer.deputy_of):
        return ()
    return tuple((one.id, release_words.overdue(one.month, one.print_by, today=today)) for one in _stands_around(viewer).over
                 if one.print_by - today <= AHEAD and announces(viewer, one.contest_id))


def _stands_around(viewer: SignedIn) -> Around:
    """Read once a page."""
    if "around" not in g:
        with reading(deps().engine) as session:
            g.around = waiting.around(session, viewer.staff_id, now=now())
    found: Around = g.around
    return found


def appearance() -> SignedIn | None:
    """Whose preferences the page has; never a query: a page about a broken database must come up as well."""
    visitor = g.get("_login_user")  # where Flask-Login keeps who was found
    return visitor.member if isinstance(visitor, Visitor) else None


def _allowed(endpoint: str) -> bool:
    viewer = signed_in()
    if viewer is None or endpoint not in current_app.view_functions:
        return False
    return may(g.get("role_here") or viewer.role, endpoint)


def _paper_tabs() -> list[tuple[str, str]]:
    return [tab for tab in PAPER_TABS if _allowed(tab[0])]


def _area() -> str:
    blueprint = (request.endpoint or "").partition(".")[0]
    return PART_OF.get(blueprint, blueprint)
