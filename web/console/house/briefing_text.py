"""The month's errors as plain text for the desks' chat group. Values in, text out; no reader stands in it."""

from __future__ import annotations

from bot.house.classes import CLASS_NAMES
from bot.house.newsroom import Entry, Month
from bot.publishing.correction_words import page as page_words
from models.queries.newsroom import Confirmed, Earlier
from web import present

LISTED = 60
"""At most so many errors in one text: a chat takes about 2,000 characters well."""
WORST = 3


def text(month: Month) -> str:
    """Plain lines, ready to be pasted."""
    lines = [f"{present.month(month.month)}差错讲评",
             f"采纳的差错 {len(month.entries)} 个，印出 {month.places} 处，{month.finders} 位读者指出。"]
    lines += _counts("按环节", [(present.name(cause), many) for cause, many in month.causes], len(month.missing))
    lines += _counts("按种类", [(CLASS_NAMES[kind], many) for kind, many in month.classes], 0)
    if month.pages:
        worst = "；".join(f"{one.paper}{page_words(one.page)} {one.places} 处" for one in month.pages[:WORST])
        lines.append(f"差错多的版：{worst}")
    if month.returned:
        lines.append("又犯的错：")
        lines += [f"· {_change(one)}，上次在{place(one.back.last)}" for one in month.returned if one.back]
    lines.append("逐条：")
    lines += [f"{number}. {_entry(one)}" for number, one in enumerate(month.entries[:LISTED], 1)]
    if len(month.entries) > LISTED:
        lines.append(f"……共 {len(month.entries)} 个，其余请看后台。")
    return "\n".join(lines)


def _counts(title: str, counts: list[tuple[str, int]], missing: int) -> list[str]:
    said = [f"{name} {many}" for name, many in counts if many] + ([f"没定 {missing}"] if missing else [])
    return [f"{title}：{'，'.join(said)}"] if said else []


def _entry(one: Entry) -> str:
    cause = f"（{present.name(one.cause)}）" if one.cause else ""
    others = f"，另有 {len(one.places) - 1} 处" if len(one.places) > 1 else ""
    return f"{place(one.first, month=False)}：{_change(one)}{cause}{others}"


def place(one: Confirmed | Earlier, *, month: bool = True) -> str:
    """社区晨报·柳湾 2026年9月 3版《…》."""
    article = f"《{present.short(one.article, 20)}》" if one.article else ""
    issue = f"{present.month(one.month)} " if month else ""
    return f"{one.paper} {issue}{page_words(one.page)}{article}"


def _change(one: Entry) -> str:
    wrong, right = present.short(one.first.wrong, 24), one.first.right
    if not wrong:
        return f"应为“{present.short(right, 24)}”"
    if right is None:
        return f"“{wrong}”有误"
    return f"“{wrong}”应为“{present.short(right, 24)}”" if right else f"“{wrong}”应删去"
