"""Two reports side by side: pages, words, fields, what differs; and what an editor can say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.errors import NotAllowed
from bot.teamwork import canned
from models.queries import near
from models.session import reading
from models.work_enums import CannedKind
from web.console import listing
from web.console.reports import report_page
from web.console.reports.report_page import Side
from web.deps import deps, now
from web.visitor import member

blueprint = Blueprint("duplicates", __name__, url_prefix="/reports")


@dataclass(frozen=True, slots=True)
class Line:
    """One field of both reports in words."""

    label: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        return self.one != self.other


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:number>/compare")
def choose(number: int) -> str | Response | tuple[str, int]:
    """Which report to compare with: those near by, or any number."""
    text = request.args.get("other", "").strip().removeprefix("编号").strip()
    other = listing.number(text)
    with reading(deps().engine) as session:
        there = other is not None and near.is_there(session, other)
        if there and other != number:
            return redirect(url_for("duplicates.compare", number=number, other=other, **_address()))
        side = report_page.side(session, number, viewer_id=member().staff_id)
        if side is None:
            raise NoSuchPage
        found = near.near(session, number)
    problem = "" if not text else "编号是几位数字，例如 10023。" if other is None else (
        "请填另一条的编号。" if there else f"没有编号 {other} 的纠错，请看看填对了没有。")
    return render_template("console/duplicates/choose.html", side=side, near=found, problem=problem, address=_address(),
                           entered=text), 400 if problem else 200


@blueprint.get("/<int:number>/compare/<int:other>")
def compare(number: int, other: int) -> str:
    with reading(deps().engine) as session:
        one = report_page.side(session, number, viewer_id=member().staff_id)
        two = report_page.side(session, other, viewer_id=member().staff_id)
        if one is None or two is None or number == other:
            raise NoSuchPage
        _check_paper(two)
        repeat = near.same_person(session, number, other)
        words = canned.of_kind(session, CannedKind.REPEATED, contest_id=one.report.contest_id) if repeat else ()
    return render_template(
        "console/duplicates/compare.html", one=one, two=two, lines=_lines(one, two), same=_same(one, two), repeat=repeat,
        maybe=one.report.maybe_root_id is not None and one.report.maybe_root_id == two.report.root_id,
        reason=words[0] if words else "", address=_address(), now=now())


def _check_paper(side: Side) -> None:
    """The guard looks at the first number of an address; the other report may be of a paper that is not his."""
    only = member().only_papers
    if only is not None and side.report.paper_id is not None and side.report.paper_id not in only:
        raise NotAllowed(f"编号 {side.report.number} 是《{side.report.paper}》的，不归您管。")


def _same(one: Side, two: Side) -> bool:
    return one.report.root_id is not None and one.report.root_id == two.report.root_id


def _lines(one: Side, two: Side) -> list[Line]:
    return [Line(known.label, known.value or "没有说", other.value or "没有说")
            for known, other in zip(one.known, two.known, strict=True)]


def _address() -> dict[str, Any]:
    return cast("dict[str, Any]", listing.address(listing.asked()))
