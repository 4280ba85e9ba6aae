"""The list that an editor works through, as it stands in an address, and words for its rows. Reads no row."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import request
from werkzeug.datastructures import MultiDict

from bot.understanding.errata_kind import propose
from bot.understanding.values import Finding
from models.queries.queue import Filter, QueueRow, View

VIEW_NAMES = {
    View.FILED: "待评", View.NEEDS_MORE: "待补充", View.MAYBE: "疑似重复", View.ESCALATED: "上报",
    View.DECIDED: "已评", View.ALL: "全部",
}
KINDS = {
    "N-04": "事实、语法", "N-05": "错 1 字", "N-06": "错 2—5 字", "N-07": "错 6 字以上", "N-08": "颠倒",
    "N-09": "数字", "N-10": "数字用法", "N-11": "外文", "N-12": "民族文字", "N-13": "拼音", "N-14": "大小写、字体",
    "N-15": "繁体、异体", "N-16": "计量、术语", "N-17": "用语规定", "N-18": "标点", "N-19": "其他符号",
    "N-20": "格式", "N-21": "图文不符", "N-22": "上报",
}
"""Short words for the rows of the annex, for lists."""
LONGEST_PAGE = 20


def asked() -> Filter:
    """The filter of the present address; whatever is not understood is left out."""
    return from_args(request.args)


def from_args(args: MultiDict[str, str]) -> Filter:
    try:
        view = View(args.get("view", View.FILED))
    except ValueError:
        view = View.FILED
    page = args.get("page", "").strip()[:LONGEST_PAGE]
    return Filter(view, _number(args.get("paper")), page or None, _number(args.get("round")),
                  _number(args.get("grader")))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 9 else None


def address(listed: Filter) -> dict[str, str | int]:
    """The filter as parameters of an address; what is usual is left out."""
    values: dict[str, str | int] = {}
    if listed.view is not View.FILED:
        values["view"] = listed.view.value
    if listed.paper_id is not None:
        values["paper"] = listed.paper_id
    if listed.page:
        values["page"] = listed.page
    if listed.round_id is not None:
        values["round"] = listed.round_id
    if listed.grader_id is not None:
        values["grader"] = listed.grader_id
    return values


def kind_words(row: QueueRow) -> tuple[str, bool]:
    """The row of the annex in a few words, and whether an editor chose it (else it is proposed)."""
    if row.row_code is not None:
        return KINDS.get(row.row_code, row.row_code), True
    found = propose(Finding(wrong=row.wrong, right=row.right), in_title=False) if row.wrong else None
    return (KINDS.get(found.code, found.code), False) if found else ("", False)


def age(at: datetime, now: datetime) -> str:
    """How long ago, in one unit: 5 分钟, 3 小时, 12 天."""
    passed = max(now - at, timedelta(0))
    if passed < timedelta(hours=1):
        return f"{passed.seconds // 60} 分钟"
    if passed < timedelta(days=1):
        return f"{passed.seconds // 3600} 小时"
    return f"{passed.days} 天"


def correction(wrong: str | None, right: str | None) -> str:
    """“食唐”→“食堂” for a title or a sentence of the console."""
    if wrong and right == "":
        return f"“{wrong}”应删去"
    if wrong and right:
        return f"“{wrong}”→“{right}”"
    if wrong:
        return f"“{wrong}”"
    return f"应为“{right}”" if right else "没有写明哪几个字"
