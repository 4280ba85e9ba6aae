"""The letters around a release, in words: the alert before the press day, and the month on one page. Reads nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from bot.clock import SHANGHAI
from bot.contest.announcing.prize_words import yuan
from bot.house.own_rate import PASS_PER_10_000, Ledger
from bot.house.rates import rate_text, verdict_text
from bot.publishing.round_month import Owed, PaperRate, RoundMonth

UNFIT = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
JOINER = "\u200d"
"""Holds the parts of one emoji together; of all marks without a form the only one that a name keeps."""


def overdue(month: str, print_by: date, *, today: date) -> str:
    """9月的名单还没有发布，11月28日就要付印."""
    day = f"{print_by.month}月{print_by.day}日"
    press = f"{day}就要付印" if today < print_by else f"今天（{day}）就要付印" if today == print_by else f"{day}的付印日已经过了"
    return f"{int(month[5:7])}月的名单还没有发布，{press}"


def alert(month: str, print_by: date, name: str, *, picked: bool, today: date, link: str) -> tuple[str, str]:
    """Subject and text."""
    said = overdue(month, print_by, today=today)
    next_step = "名单已经评出来了，看一遍预览就能发布。" if picked else "名单还没有评出来，页面上写着还差什么。"
    lines = [f"{one_line(name)}，您好：", "", f"{said}。{next_step}", "", f"去看看：{link}", "",
             "已经在办的话，不用理会这封信。", "啄木鸟"]
    return f"啄木鸟：{said}", "\n".join(lines)


def month(found: RoundMonth, name: str, *, link: str) -> tuple[str, str]:
    """Subject and text: what the page says, line by line."""
    title = f"{month_name(found.it.month)}这一轮"
    lines = [f"{one_line(name)}，您好：", "", f"{title}的名单已经发布，这个月的情况如下。", "", *body(found), "",
             f"看这一页、打印：{link}", "", "辛苦了。", "啄木鸟"]
    return f"啄木鸟：{title}，一页纸", "\n".join(lines)


def body(found: RoundMonth) -> Iterator[str]:
    """Every fact of the page in plain lines."""
    yield f"【{one_line(found.it.contest)}】"
    yield f"最佳啄木鸟：{names(found.best)}"
    yield f"优秀啄木鸟：{names(found.excellent)}"
    if found.later:
        yield f"后来递补、补发：{names(found.later)}"
    if found.it.digest:
        yield f"记录校验码：{found.it.digest}" + (f"（第 {found.it.versions} 版）" if found.it.versions > 1 else "")
    yield ""
    yield f"【差错率，目前查到；合格线是万分之 {PASS_PER_10_000}】"
    yield from (f"{one_line(one.paper)}：{of_paper(one)}" for one in found.papers)
    yield f"合计：{of_total(found.total)}"
    yield ""
    yield "【来信】"
    yield from counts(found)
    yield ""
    yield "【还没办完的】"
    yield from debts(found)
    yield ""
    yield "【下一轮】"
    yield following(found)


def names(those: tuple[str, ...]) -> str:
    return "、".join(one_line(one) for one in those) or "空缺"


def of_paper(one: PaperRate) -> str:
    """万分之 1.23，在万分之三以内，差错 4 处."""
    return f"{of_total(one.ledger)}，差错 {one.errata} 处"


def of_total(ledger: Ledger) -> str:
    rate = ledger.per_10_000
    return verdict_text(ledger) if rate is None else f"万分之 {rate_text(rate)}，{verdict_text(ledger)}"


def counts(found: RoundMonth) -> Iterator[str]:
    it, share = found.it, found.accepted_share
    yield f"纠错 {it.reports} 条，读者 {it.readers} 位，评了 {it.decided} 条"
    yield f"采纳 {it.accepted} 条" + (f"，占评过的 {percent(share)}" if share is not None else "")
    appeals = it.appeals
    if appeals.filed:
        yield f"申诉 {appeals.filed} 条：改判 {appeals.upheld}，维持 {appeals.refused}，待答复 {appeals.open}"
    else:
        yield "没有申诉"


def debts(found: RoundMonth) -> Iterator[str]:
    """What is owed, one line each; one line that says so where nothing is."""
    lines = [*_prizes(found.owed), *_corrections(found)]
    if found.it.appeals.open:
        lines.append(f"申诉待答复：{found.it.appeals.open} 条")
    yield from lines or ["都办完了" if found.released else "名单还没有发布"]
    if found.owed.cash_prizes:
        yield tax(found.owed)


def _prizes(owed: Owed) -> Iterator[str]:
    if owed.to_hand_over:
        yield f"登记了领奖、等着发：{owed.to_hand_over} 份"
    if owed.unclaimed:
        until = f"（最早的一份留到{owed.unclaimed_until.month}月{owed.unclaimed_until.day}日）" if owed.unclaimed_until else ""
        yield f"还没有人来领：{owed.unclaimed} 份{until}"
    if owed.lapsed:
        yield f"过期没有领：{owed.lapsed} 份"


def _corrections(found: RoundMonth) -> Iterator[str]:
    if found.it.list_drafts:
        yield f"名单更正等着定：{found.it.list_drafts} 则"
    if found.it.list_unprinted:
        yield f"名单更正还没登：{found.it.list_unprinted} 则"
    if found.it.notices:
        yield f"报上差错的更正还没登：{found.it.notices} 则"


def tax(owed: Owed) -> str:
    return (f"奖金税款：{yuan(owed.tax_fen)} 元（现金奖 {owed.cash_prizes} 份，税前 {yuan(owed.gross_fen)} 元，"
            f"读者到手 {yuan(owed.net_fen)} 元）")


def following(found: RoundMonth) -> str:
    one = found.it.following
    if one is None:
        return "还没有排出"
    until = one.grading_until.astimezone(SHANGHAI)
    return (f"{month_name(one.month)}：{_day(one.published_on)}出报，{_day(one.deadline_on)}截止，"
            f"评到{_day(until)} {until:%H:%M}，{_day(one.print_by)}付印")


def month_name(value: str) -> str:
    """2026年11月."""
    return f"{int(value[:4])}年{int(value[5:7])}月"


def _day(value: date) -> str:
    return f"{value.month}月{value.day}日"


def percent(share: Fraction) -> str:
    """Never rounded to all or to nothing."""
    rounded = round(share * 100)
    if rounded == 0 and share > 0:
        return "不到 1%"
    return "99% 以上" if rounded == 100 and share < 1 else f"{rounded}%"


def one_line(name: str) -> str:
    """A name in a plain text: marks that turn lines or break them are left out."""
    return "".join(mark for mark in name if mark == JOINER or unicodedata.category(mark) not in UNFIT)
