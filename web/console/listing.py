"""The list that an editor works through, as it stands in an address, and words for its rows. Reads no row itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from bot import search
from bot.contest.annex import ROW_NAMES, RowKind
from bot.contest.rules import from_json
from bot.understanding.errata_kind import propose
from bot.understanding.values import Finding
from models.enums import ReportSource, ReportState, SearchKind
from models.queries import queue
from models.queries.listed import NOBODY
from models.queries.queue import TEAM_VIEWS, Filter, QueueRow, View, Viewer
from models.queries.report import ReportView
from web import present
from web.deps import now
from web.visitor import member

VIEW_NAMES = {
    View.MINE_TO_GRADE: "待我评", View.DISAGREED: "有分歧", View.NEEDS_MORE: "待补充", View.MAYBE: "疑似重复",
    View.APPEALS: "申诉", View.DUE_SOON: "快到截止", View.MINE: "我的", View.ESCALATED: "上报", View.DECIDED: "已评",
    View.ALL: "全部",
}
FORMER_VIEWS = {"filed": View.MINE_TO_GRADE}
"""What stood in addresses once."""
KINDS = {
    "N-04": "事实、语法", "N-05": "错 1 字", "N-06": "错 2—5 字", "N-07": "错 6 字以上", "N-08": "颠倒",
    "N-09": "数字", "N-10": "数字用法", "N-11": "外文", "N-12": "民族文字", "N-13": "拼音", "N-14": "大小写、字体",
    "N-15": "繁体、异体", "N-16": "计量、术语", "N-17": "用语规定", "N-18": "标点", "N-19": "其他符号",
    "N-20": "格式", "N-21": "图文不符", "N-22": "上报",
}
"""Short words for the rows of the annex, for lists."""
CODE = re.compile(r"[A-Z]-[0-9]{2}")
LONGEST_KIND = 12
NEVER_PICKED = "N-22"
"""What is escalated has no kind."""
AGES = {1: "等了 1 天以上", 3: "等了 3 天以上", 7: "等了 7 天以上", 30: "等了 30 天以上"}
Kind = TypeVar("Kind", bound=StrEnum)

LONGEST_PAGE, LONGEST_WORDS = 20, 60
MOST_FOUND = 200
"""Reports that one search of the list holds, the newest."""


def viewer() -> Viewer:
    """Whose list this is."""
    me = member()
    return Viewer(me.staff_id, now(), me.editors, me.only_papers)


def asked() -> Filter:
    """The filter of the present address; whatever is not understood is left out."""
    return from_args(request.args, viewer())


def from_args(args: MultiDict[str, str], viewer: Viewer | None = None) -> Filter:
    page = _plain(args.get("page", ""), LONGEST_PAGE)
    row_code, age = args.get("row"), number(args.get("age"))
    return Filter(
        view=_view(args.get("view", "")), paper_id=number(args.get("paper")), page=page or None,
        round_id=number(args.get("round")), grader_id=number(args.get("grader")),
        row_code=row_code if row_code and CODE.fullmatch(row_code) else None, source=_member(ReportSource, args.get("source")),
        state=_member(ReportState, args.get("state")), several=args.get("several") == "1",
        older_days=age if age in AGES else None, assigned_to=number(args.get("to")),
        words=_plain(args.get("q", ""), LONGEST_WORDS), after=_place(args.get("after", "")),
        viewer=viewer)


def _place(text: str) -> str:
    key = queue.key_from(text)
    return queue.key_text(key) if key else ""


def _plain(text: str, longest: int) -> str:
    """Words with one space between them, without what is no sign; cut, so that it is the same when it comes again."""
    words = " ".join("".join(sign for sign in word if sign.isprintable()) for word in text.split())
    return " ".join(words[:longest].split())


def _view(text: str) -> View:
    return _member(View, text) or FORMER_VIEWS.get(text, View.MINE_TO_GRADE)


def _member(kind: type[Kind], text: str | None) -> Kind | None:
    try:
        return kind(text or "")
    except ValueError:
        return None


def number(text: str | None) -> int | None:
    """A whole number as it stands in an address."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 9 else None


def address(listed: Filter) -> dict[str, str | int]:
    """The filter as parameters of an address; what is usual is left out."""
    wanted: dict[str, str | int | None] = {
        "view": listed.view.value if listed.view is not View.MINE_TO_GRADE else None, "paper": listed.paper_id,
        "page": listed.page or None, "round": listed.round_id, "grader": listed.grader_id, "row": listed.row_code,
        "source": listed.source.value if listed.source else None, "state": listed.state.value if listed.state else None,
        "several": "1" if listed.several else None, "age": listed.older_days, "to": listed.assigned_to,
        "q": listed.words or None, "after": listed.after or None,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def resolved(session: Session, listed: Filter) -> tuple[Filter, bool]:
    """The filter with what its words are found in; whether there are more than the newest MOST_FOUND."""
    if not listed.words or listed.numbers is not None:
        return listed, False
    found = search.find(session, listed.words, SearchKind.REPORT, most=MOST_FOUND)
    return replace(listed, numbers=tuple(hit.ref_id for hit in found.found)), found.more


def around(session: Session, listed: Filter, report: ReportView) -> tuple[int | None, int | None]:
    """The numbers before and after a report in the list of the address, whether it stands there or not."""
    return queue.neighbours(session, resolved(session, listed)[0], queue.Key(report.finders, report.counts_at, report.number))


def following(session: Session, listed: Filter, number: int) -> int | None:
    """What opens after report `number` was decided: what follows in the list, else its first; None: all is done."""
    return queue.following(session, resolved(session, listed)[0], number)


def described(listed: Filter, papers: Mapping[int, str], rounds: Mapping[int, str], staff: Mapping[int, str],
              kinds: Mapping[str, str]) -> str:
    """A filter in words, for the list of the saved ones; what is no longer there is said so."""
    parts = [VIEW_NAMES[listed.view]]
    if listed.round_id is not None:
        parts.append(f"{present.month(rounds.get(listed.round_id, '已没有的'))} 这一轮")
    if listed.paper_id is not None:
        parts.append(papers.get(listed.paper_id, "已没有的报纸"))
    parts += [f"{listed.page} 版"] if listed.page else []
    parts += [kinds.get(listed.row_code, listed.row_code)] if listed.row_code else []
    parts += [present.name(one) for one in (listed.source, listed.state) if one is not None]
    parts += ["2 人以上发现"] if listed.several else []
    parts += [AGES[listed.older_days]] if listed.older_days else []
    if listed.assigned_to is not None:
        parts.append("没有分派" if listed.assigned_to == NOBODY else f"分派给 {staff.get(listed.assigned_to, '已停用的人')}")
    parts += [f"含“{listed.words}”"] if listed.words else []
    return " · ".join(parts)


def views(editors: int) -> dict[View, str]:
    """The lists that make sense for so many editors, with their names."""
    if editors > 1:
        return VIEW_NAMES
    alone = {view: name for view, name in VIEW_NAMES.items() if view not in TEAM_VIEWS}
    return alone | {View.MINE_TO_GRADE: "待评"}


def kinds(rules: Sequence[str]) -> dict[str, str]:
    """Every kind an editor can have picked, by its code: those we know, and those of these rule sets, as stored, whose
    own names go before ours."""
    found = {code: words for code, words in KINDS.items() if code != NEVER_PICKED}
    for row in (row for stored in rules for row in from_json(stored).annex if row.kind is RowKind.POINTS):
        if row.name != ROW_NAMES.get(row.code):
            found[row.code] = present.short(row.name, LONGEST_KIND)
    return dict(sorted(found.items()))


def kind_words(row: QueueRow, names: Mapping[str, str] = KINDS) -> tuple[str, bool]:
    """The row of the annex in a few words, and whether an editor chose it (else it is proposed)."""
    if row.row_code is not None:
        return names.get(row.row_code, row.row_code), True
    found = propose(Finding(wrong=row.wrong, right=row.right), in_title=False) if row.wrong else None
    return (names.get(found.code, found.code), False) if found else ("", False)


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
