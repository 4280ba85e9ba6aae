"""发奖台账: what was paid out and the tax on it, for the prize role and chiefs, and as a file for finance. Printed names only."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.claiming import payouts
from bot.claiming.payouts import Book, Line, Part, Period
from bot.errors import BadInput, NotFound
from bot.exports import Cell, FileKind, Money, Sheet
from models.enums import Prize, PrizeState
from models.session import reading, writing
from web import present
from web.deps import deps, now
from web.downloads import download
from web.numbers import whole
from web.visitor import actor

blueprint = Blueprint("payouts", __name__, url_prefix="/prizes/ledger")

PAGE_SIZE, LAST_PAGE = 50, 100_000
"""Beyond the last page the offset would be larger than the database's numbers."""
PARTS = {Part.HANDED_OVER: "已发", Part.STILL_OWED: "还没发", Part.NOT_GIVEN: "没有发"}
COLUMNS = ("发出日期", "轮次", "活动", "登报的名字", "奖项", "种类", "奖品", "税前（元）", "税率（%）", "税（元）", "实得（元）",
           "税由谁出", "状态", "说明", "签收", "编号")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.filters["period"] = period_words


@blueprint.get("")
def index() -> str:
    page = max(0, request.args.get("page", 0, type=whole))
    with reading(deps().engine) as session:
        part, period = _asked(session, request.args)
        if page > LAST_PAGE:
            abort(404)
        book = payouts.read(session, part, period, limit=PAGE_SIZE, offset=page * PAGE_SIZE)
    more = (page + 1) * PAGE_SIZE < book.counts[part]
    return render_template("console/payouts/index.html", book=book, parts=PARTS, page=page, more=more, Part=Part,
                           PrizeState=PrizeState, why=why, bearer=bearer, files=list(FileKind), page_size=PAGE_SIZE)


def _asked(session: Session, given: Any) -> tuple[Part, Period]:
    """What is to be shown. An address that says nonsense is none of ours."""
    part = given.get("part", Part.HANDED_OVER.value)
    if part not in list(Part):
        raise NotFound("没有这一部分。")
    text = given.get("period", "")
    try:
        return Part(part), Period.read(text) if text else payouts.usual_period(session, now())
    except BadInput as problem:
        raise NotFound(str(problem)) from problem


@blueprint.post("/export.<kind>")
def export(kind: str) -> Response:
    """A press, not a link: that the file was taken is written down."""
    if kind not in list(FileKind):
        raise NotFound("没有这种文件。")
    with writing(deps().engine) as session:
        part, period = _asked(session, request.form)
        book = payouts.take(session, part, period, kind, actor=actor(), now=now())
    sheets = [_lines_sheet(book)]
    if part is Part.HANDED_OVER and kind == FileKind.XLSX:
        sheets.append(_months_sheet(book))
    return download(sheets, FileKind(kind), _name(book))


def _name(book: Book) -> str:
    period = "" if book.part is Part.STILL_OWED else f" {book.period.text}"
    return f"发奖台账 {PARTS[book.part]}{period}"


def _lines_sheet(book: Book) -> Sheet:
    return Sheet(PARTS[book.part], COLUMNS, [_cells(line) for line in book.lines])


def _cells(line: Line) -> list[Cell]:
    award, paid = line.award, line.payout
    money = [Money(paid.gross_fen), line.percent, Money(paid.tax_fen), Money(paid.net_fen)] if paid else [None] * 4
    return [line.handed_on, present.month(award.month), award.contest, award.printed_name, present.name(award.prize),
            "现金" if award.prize is Prize.BEST else "实物", line.what, *money, bearer(line), present.name(award.state),
            why(line), award.note, award.award_id]


def _months_sheet(book: Book) -> Sheet:
    rows: list[list[Cell]] = [
        [name, one.count, one.cash, Money(one.gross_fen), Money(one.tax_fen), Money(one.net_fen), one.unpriced]
        for name, one in [*((present.month(month), one) for month, one in book.months.items()), ("合计", book.total)]]
    return Sheet("合计", ["月份", "份数", "其中现金", "税前（元）", "税（元）", "实得（元）", "没有标价的"], rows)


def bearer(line: Line) -> str:
    """Who bears the tax."""
    if line.payout is None:
        return ""
    return "报社" if line.payout.borne_by_payer else "本人"


def why(line: Line) -> str:
    """What is to be said of a prize beside its sums: how it came about, why nobody got it, that it has no price."""
    award, said = line.award, []
    if award.origin.value != "picked":
        said.append(present.name(award.origin))
    if award.vacated:
        said.append("后来改得最佳" if award.state is PrizeState.HANDED_OVER else "已换成最佳")
    elif award.state is PrizeState.LAPSED:
        said.append(present.name(award.lapsed_because) or ("不该得奖" if award.not_entitled else "没有领"))
    elif award.not_entitled:
        said.append("后来查明不该得奖")
    if line.unpriced:
        said.append("没有标价")
    return "，".join(said)


def period_words(period: Period) -> str:
    """2026年, 2026年5月."""
    return f"{period.year}年" if period.month is None else f"{period.year}年{period.month}月"

