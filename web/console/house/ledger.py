"""差错率: the paper's own error rate by the official method, each figure opened into its arithmetic. Counts nothing itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import DecimalField, StringField
from wtforms.validators import Optional

from bot.errors import NotFound
from bot.exports import FileKind, Sheet
from bot.house import layouts, ledger
from bot.house.ledger import IssueLedger, Item
from bot.house.own_rate import CharactersFrom, Ledger
from models.queries import ledger as queries
from models.session import reading
from web.console.acting import attempt
from web.console.house import ledger_words as words
from web.deps import deps, now
from web.downloads import download
from web.forms import Form, WholeNumber
from web.present import month as month_name
from web.visitor import actor, member

blueprint = Blueprint("ledger", __name__, url_prefix="/papers/ledger")

MONTHS_SHOWN = 12
MOST_ISSUES = 48
"""With many papers fewer months stand on the first page: so many issues are worked out at once."""
PAPER_MONTHS = 24
"""Months of one paper that stand on its page."""
SCALE, WIDEST_SCALE = Fraction(6), Fraction(15)
"""The bar's right end, per 10,000: farther out where something is worse, but not so far that three is lost to sight."""
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class LayoutForm(Form):
    per_line = WholeNumber("每行字数")
    lines = WholeNumber("每版行数")
    from_month = StringField("从哪个月的报纸起")


class PageForm(Form):
    per_line = WholeNumber("每行字数", [Optional()])
    lines = WholeNumber("行数", [Optional()])
    pictures = DecimalField("图片占几成", [Optional()])
    decoration = DecimalField("装饰占几成", [Optional()])


@dataclass(frozen=True, slots=True)
class Sum:
    """One line of a table of rates: what it is of, its ledger, how many errata, and what could not be counted."""

    label: str
    link: str
    ledger: Ledger
    errata: int
    without_characters: int = 0


@dataclass(frozen=True, slots=True)
class MonthSum:
    month: str
    total: Sum
    issues: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class PageSection:
    """The errata of one page with the page's own sum; `page` None: the page is not known."""

    anchor: str
    label: str
    ledger: Ledger | None
    items: tuple[Item, ...]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    asked = request.args.get("before", "")
    before = asked if _MONTH.fullmatch(asked) else None
    with reading(deps().engine) as session:
        most = max(1, min(MONTHS_SHOWN, MOST_ISSUES // max(1, member().papers)))
        months = queries.months(session, before=before, limit=most + 1)
        shown = months[:most]
        found = ledger.of_months(session, first=shown[-1], last=shown[0]) if shown else []
    papers = {one.issue.paper_id: one.issue.paper for one in found}
    by_paper = [_sum(name, url_for("ledger.paper", paper_id=number), [one for one in found if one.issue.paper_id == number])
                for number, name in sorted(papers.items())]  # fmt: skip
    by_month = [_month_sum(month, [one for one in found if one.issue.month == month]) for month in shown]
    return render_template(
        "console/ledger/index.html", months=by_month, papers=by_paper, scale=_scale(found), words=words,
        starred=any(one.ledger.characters and one.ledger.characters_from is not CharactersFrom.LAYOUT for one in found),
        older=shown[-1] if len(months) > most else None, paged=before is not None)


@blueprint.get("/months/<month>")
def month(month: str) -> str:
    if not _MONTH.fullmatch(month):
        raise NotFound("没有这个月。")
    with reading(deps().engine) as session:
        found = ledger.of_months(session, first=month, last=month)
    if not found:
        raise NotFound("这个月没有导入的报纸，也没有确认的差错。")
    lines = [_sum(one.issue.paper, url_for("ledger.issue", issue_id=one.issue.id), [one]) for one in found]
    return _sums(month_name(month), "报纸", lines, found)


@blueprint.get("/papers/<int:paper_id>")
def paper(paper_id: int) -> str:
    with reading(deps().engine) as session:
        name = queries.paper_name(session, paper_id)
        if name is None:
            raise NotFound("没有这份报纸。")
        found = ledger.of_months(session, first="0000-00", last="9999-99", paper_id=paper_id, most=PAPER_MONTHS)
    lines = [_sum(month_name(one.issue.month), url_for("ledger.issue", issue_id=one.issue.id), [one]) for one in found]
    return _sums(name, "期", lines, found)


def _sums(title: str, column: str, lines: list[Sum], found: Sequence[IssueLedger]) -> str:
    return render_template("console/ledger/sums.html", title=title, column=column, lines=lines,
                           total=_sum("合计", "", found), scale=_scale(found), words=words, most=PAPER_MONTHS)


@blueprint.get("/issues/<int:issue_id>")
def issue(issue_id: int) -> str:
    with reading(deps().engine) as session:
        found = _found(ledger.of_issue(session, issue_id))
        proposal = layouts.proposed(session, issue_id)
    known = next((page for page in found.pages if page.per_line and not page.own), None)
    layout_form = LayoutForm(formdata=None, per_line=known.per_line if known else None, lines=known.lines if known else None,
                             from_month=found.issue.month)  # fmt: skip
    return render_template("console/ledger/issue.html", it=found, ledger=found.ledger, sections=_sections(found), words=words,
                           layout_form=layout_form, page_form=PageForm(formdata=None), proposal=proposal,
                           known=known, left_out=len(found.items) - len(found.counted))  # fmt: skip


def _sections(found: IssueLedger) -> list[PageSection]:
    """Page by page in the order of print; pages without an erratum are in the table of characters."""
    sections = []
    for page in found.pages:
        items = tuple(item for item in found.items if item.page_id == page.id)
        if items and page.id != ledger.NO_PAGE:
            sections.append(PageSection(f"page-{page.id}", f"{page.number}版", found.of_page(page.id), items))
    known = {page.id for page in found.pages if page.id != ledger.NO_PAGE}
    rest = tuple(item for item in found.items if item.page_id not in known)
    labels = sorted({item.page for item in rest})
    return sections + [PageSection(f"label-{n}", f"{label}版" if label else "没有说是哪一版", None,
                                   tuple(item for item in rest if item.page == label)) for n, label in enumerate(labels)]


@blueprint.get("/issues/<int:issue_id>/export.<kind>")
def export(issue_id: int, kind: str) -> Response:
    if kind not in set(FileKind):
        raise NotFound("没有这种文件。")
    with reading(deps().engine) as session:
        found = _found(ledger.of_issue(session, issue_id))
    name = f"差错率 {found.issue.paper} {found.issue.month}"
    return download([_item_sheet(found), _page_sheet(found), _sum_sheet(found)], FileKind(kind), name)


def _item_sheet(found: IssueLedger) -> Sheet:
    columns = ["序号", "版", "文章", "位置", "错", "对", "种类", "依据", "分值", "加倍后", "计入", "说明", "编号", "编辑部自查"]
    return Sheet("差错", columns, [
        [item.number, item.page, item.erratum.article, item.where, item.erratum.wrong, item.erratum.right, item.row.name,
         words.standing(item), Fraction(item.base_milli, 1000), Fraction(item.points_milli, 1000),
         Fraction(item.line.counted_milli if item.line else 0, 1000), words.why(item), item.erratum.first_report,
         "是" if item.found_in_house else ""] for item in found.items])  # fmt: skip


def _page_sheet(found: IssueLedger) -> Sheet:
    return Sheet("字数", ["版", "字数", "怎么算的"], [
        [page.number or "全部", page.characters, words.size(page)] for page in found.pages])


def _sum_sheet(found: IssueLedger) -> Sheet:
    it = found.ledger
    return Sheet("合计", ["项目", "数"], [
        ["报纸", found.issue.paper], ["期", found.issue.month], ["计入的分", Fraction(it.points_milli, 1000)],
        ["检查字数", it.characters], ["字数来源", words.FROM[it.characters_from]],
        ["差错率（万分之，目前已发现）", it.per_10_000], ["结论", words.verdict(it)]])  # fmt: skip


@blueprint.post("/issues/<int:issue_id>/layout")
def set_layout(issue_id: int) -> Response:
    """Of the paper whose issue is shown."""
    form: Any = LayoutForm()
    with reading(deps().engine) as session:
        found = _issue_row(queries.issues(session, issue_id=issue_id))
    if not form.validate_on_submit() or form.per_line.data is None or form.lines.data is None:
        flash("每行字数和每版行数都要填整数。", "danger")
        return _back(issue_id)
    problem = attempt(lambda session: _set_layout(session, found.paper_id, form))
    if problem is not None:
        flash(str(problem), "danger")
    return _back(issue_id)


def _set_layout(session: Any, paper_id: int, form: Any) -> str:
    from_month = (form.from_month.data or "").strip()
    layouts.set_paper_layout(session, paper_id, from_month, form.per_line.data, form.lines.data, actor=actor(), now=now())
    return f"版式已记下：每行 {form.per_line.data} 字，每版 {form.lines.data} 行，{month_name(from_month)}起的各期都这样算。"


@blueprint.post("/pages/<int:page_id>/layout")
def set_page(page_id: int) -> Response:
    form: Any = PageForm()
    with reading(deps().engine) as session:
        page = queries.page_of(session, page_id)
    if page is None:
        raise NotFound("没有这一版。")
    shares = [one for one in (form.pictures.data, form.decoration.data) if one is not None]
    if not form.validate_on_submit() or not all(one.is_finite() and 0 <= one <= 10 for one in shares):
        flash("请填数字：字数和行数是整数，图片和装饰是 0 到 10 成。", "danger")
        return _back(page[0], "characters")
    problem = attempt(lambda session: _set_page(session, page_id, page[1], form))
    if problem is not None:
        flash(str(problem), "danger")
    return _back(page[0], "characters")


def _set_page(session: Any, page_id: int, number: str, form: Any) -> str:
    layouts.set_page_layout(
        session, page_id, per_line=form.per_line.data, lines=form.lines.data, pictures_percent=_percent(form.pictures.data),
        decoration_percent=_percent(form.decoration.data), actor=actor(), now=now())
    return f"{number}版的版式已记下。"


def _percent(tenths: Any) -> int:
    return round(tenths * 10) if tenths is not None else 0


def _back(issue_id: int, anchor: str = "layout") -> Response:
    return redirect(url_for("ledger.issue", issue_id=issue_id, _anchor=anchor))


def _found(one: IssueLedger | None) -> IssueLedger:
    if one is None:
        raise NotFound("没有这一期。")
    return one


def _issue_row(rows: Sequence[queries.IssueRow]) -> queries.IssueRow:
    if not rows:
        raise NotFound("没有这一期。")
    return rows[0]


def _month_sum(month: str, those: Sequence[IssueLedger]) -> MonthSum:
    lines = tuple(_sum(one.issue.paper, url_for("ledger.issue", issue_id=one.issue.id), [one]) for one in those)
    return MonthSum(month, _sum(month_name(month), url_for("ledger.month", month=month), those), lines)


def _sum(label: str, link: str, those: Sequence[IssueLedger]) -> Sum:
    total = those[0].ledger if len(those) == 1 else ledger.together(those)
    without = sum(1 for one in those if not one.ledger.characters and one.items)
    return Sum(label, link, total, sum(len(one.counted) for one in those), without)


def _scale(found: Iterable[IssueLedger]) -> Fraction:
    rates = [one.ledger.per_10_000 for one in found]
    return min(WIDEST_SCALE, max([SCALE, *(rate for rate in rates if rate is not None)]))
