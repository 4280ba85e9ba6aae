"""What each statistic says: heading, one sentence, how it is counted, table and plot. Made of values; reads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from bot.house import statistics as shapes
from bot.house.classes import CLASS_NAMES
from bot.house.own_rate import PASS_PER_10_000, Ledger
from bot.house.statistics import FEWEST, MANY_FINDERS, Period, Tally, Waiting
from models.queries.statistics import DayCount, DeskWait, KindCount, Outcome, PageCount, Waits
from web.console.figures.plots import Plot, PlotKind, Series
from web.console.figures.statistics_values import (
    CellKind,
    Column,
    Name,
    Statistic,
    Value,
    day_name,
    duration,
    month_name,
    percent,
)

MOST_ROWS, MOST_BARS = 40, 12
"""Of pages: the busiest; the others are one row together, and no bar."""
ACCEPTED, REST = "采纳", "没采纳或还没评"
NO_PAPER, NO_PAGE, NO_CLASS, OTHERS = "没说哪份报", "没说哪版", "不在八类里", "其他版面"


def page_name(key: str | None) -> str:
    """2 → 2版; what a reader called it stays as it is."""
    if key is None:
        return NO_PAGE
    return f"{key}版" if key[-1].isascii() and key[-1].isalnum() else key


# 收到的纠错


def days(rows: Iterable[DayCount], period: Period) -> Statistic:
    steps = shapes.by_step(((row.day, Tally(row.reports, row.accepted)) for row in rows), period)
    total, weekly = sum(one.reports for one in steps), period.days > shapes.LONGEST_BY_DAY
    busiest = max(steps, key=lambda one: one.reports)
    when = f"{day_name(busiest.first)}起的那一周" if weekly else day_name(busiest.first)
    return Statistic(
        Name.DAYS, "每周收到的纠错" if weekly else "每天收到的纠错",
        f"一共收到 {total} 条，最多的是{when}，{busiest.reports} 条。" if total else "这段时间没有纠错。",
        "按读者把错处说清楚的那一刻算，以北京时间分日；没说完的、读者撤回的和过期没补充的不算。采纳数看现在的评定。",
        total, (Column("从这天起的一周" if weekly else "日期", CellKind.DAY), Column("收到"), Column(ACCEPTED)),
        tuple((one.first, one.reports, one.accepted) for one in steps),
        _stacked(PlotKind.BARS, [(f"{one.first.month}/{one.first.day}", Tally(one.reports, one.accepted)) for one in steps])
        if total else None)


def papers(rows: Iterable[DayCount], names: Mapping[int, str]) -> Statistic:
    sums = shapes.by_key((row.paper_id, Tally(row.reports, row.accepted)) for row in rows)
    ordered = sorted(sums.items(), key=lambda one: (one[0] is None, -one[1].reports, one[0] or 0))
    lines = [(NO_PAPER if key is None else names.get(key, NO_PAPER), tally) for key, tally in ordered]
    total = sum(tally.reports for _, tally in lines)
    known = [line for line, (key, _) in zip(lines, ordered, strict=True) if key is not None]
    return Statistic(
        Name.PAPERS, "各报收到的纠错", _busiest(known, total, "《{}》"),
        "算在错处所在的那份报上；没找到错处的，算在读者说的那份报上。", total,
        (Column("报纸", CellKind.TEXT), Column("收到"), Column(ACCEPTED), Column("占全部", CellKind.PERCENT)),
        _with_share(lines, total), _stacked(PlotKind.ACROSS, lines[:MOST_BARS]) if total else None)


def pages(rows: Iterable[PageCount]) -> Statistic:
    sums = shapes.by_key((shapes.page_key(row.label), Tally(row.reports, row.accepted)) for row in rows)
    total = sum(tally.reports for tally in sums.values())
    busy = sorted(sums, key=lambda key: (-sums[key].reports, shapes.page_order(key)))
    listed = sorted(busy[:MOST_ROWS], key=shapes.page_order)
    lines = [(page_name(key), sums[key]) for key in listed]
    others = [sums[key] for key in busy[MOST_ROWS:]]
    if others:
        lines.append((OTHERS, Tally(sum(one.reports for one in others), sum(one.accepted for one in others))))
    bars = [(page_name(key), sums[key]) for key in sorted(busy[:MOST_BARS], key=shapes.page_order)]
    return Statistic(
        Name.PAGES, "各版收到的纠错", _busiest([(page_name(key), sums[key]) for key in busy if key is not None], total, "{}"),
        "找到错处的按印出来的版面算，没找到的按读者说的版面算；几份报的同一版合在一起，可以在上面选一份报来看。"
        f"图上最多画 {MOST_BARS} 个版。", total,
        (Column("版面", CellKind.TEXT), Column("收到"), Column(ACCEPTED), Column("占全部", CellKind.PERCENT)),
        _with_share(lines, total), _stacked(PlotKind.ACROSS, bars) if total else None)


def _busiest(lines: Sequence[tuple[str, Tally]], total: int, form: str) -> str:
    if not total:
        return "这段时间没有纠错。"
    if not lines:
        return f"收到 {total} 条，都没说清楚是哪里。"
    name, tally = max(lines, key=lambda one: one[1].reports)
    return f"收到最多的是{form.format(name)}，{tally.reports} 条{_of(tally.reports, total)}。"


def _of(part: int, whole: int) -> str:
    """，占 38%; nothing where the whole is too small for it."""
    found = shapes.share(part, whole)
    return f"，占 {percent(found)}" if found is not None else f"（一共 {whole}）"


def _with_share(lines: Sequence[tuple[str, Tally]], total: int) -> tuple[tuple[Value, ...], ...]:
    return tuple((name, tally.reports, tally.accepted, shapes.share(tally.reports, total)) for name, tally in lines)


def _stacked(kind: PlotKind, lines: Sequence[tuple[str, Tally]]) -> Plot:
    return Plot(kind, tuple(name for name, _ in lines), (
        Series(ACCEPTED, tuple(tally.accepted for _, tally in lines)),
        Series(REST, tuple(tally.reports - tally.accepted for _, tally in lines))))


# 差错


def kinds(rows: Iterable[KindCount]) -> Statistic:
    lines = shapes.classes((row.row_code, row.errata, row.reports) for row in rows)
    total = sum(one.errata for one in lines)
    names = [CLASS_NAMES[one.kind] if one.kind else NO_CLASS for one in lines]
    most = max(zip(names, lines, strict=True), key=lambda one: one[1].errata)
    return Statistic(
        Name.KINDS, "差错的类别",
        f"采纳的 {total} 处差错里，{most[0]}最多，{most[1].errata} 处{_of(most[1].errata, total)}。" if total
        else "这段时间还没有采纳的差错。",
        "按上海市出版物编校质量检查的八类归，类别由评定时选的计分条目推出；印出来的一处算一处，几位读者报了同一处也只算一处。",
        total, (Column("类别", CellKind.TEXT), Column("差错（处）"), Column("纠错（条）"), Column("占差错", CellKind.PERCENT)),
        tuple((name, one.errata, one.reports, shapes.share(one.errata, total)) for name, one in zip(names, lines, strict=True)),
        Plot(PlotKind.ACROSS, tuple(names), (Series("差错", tuple(one.errata for one in lines)),)) if total else None)


def finders(errata: Mapping[int, int]) -> Statistic:
    groups = shapes.finder_groups(errata)
    total, names = sum(groups.values()), [f"{n} 位" for n in range(1, MANY_FINDERS)] + [f"{MANY_FINDERS} 位以上"]
    return Statistic(
        Name.FINDERS, "一处差错有几位读者发现",
        f"采纳的 {total} 处差错里，{groups[1]} 处只有一位读者发现，{total - groups[1]} 处有两位以上。" if total
        else "这段时间还没有采纳的差错。",
        f"一处差错上有几位读者的纠错被采纳，同一个人只算一次，本报工作人员不算；{MANY_FINDERS} 位和更多的合在一起。", total,
        (Column("发现的读者", CellKind.TEXT), Column("差错（处）"), Column("占差错", CellKind.PERCENT)),
        tuple((name, count, shapes.share(count, total)) for name, count in zip(names, groups.values(), strict=True)),
        Plot(PlotKind.BARS, tuple(names), (Series("差错", tuple(groups.values())),)) if total else None)


def rate(months: Sequence[tuple[str, Ledger]]) -> Statistic:
    known = [(month, one) for month, one in months if one.per_10_000 is not None]
    total = sum(len(one.lines) for _, one in months)
    return Statistic(
        Name.RATE, "每万字差错", _rate_sentence(known),
        "差错分数除以检查的字数再乘一万，算法和“差错率”一页相同，按报纸的月份分；只算目前查到的差错，实际只会更多。"
        "报纸管理规定的合格线是万分之三。", len(known),
        (Column("月份", CellKind.MONTH), Column("差错（处）"), Column("计分", CellKind.POINTS), Column("检查的字数"),
         Column("每万字", CellKind.RATE)),
        tuple((month, len(one.lines), one.points_milli, one.characters, one.per_10_000) for month, one in months),
        _rate_plot(known) if known and total else None)


def _rate_sentence(known: Sequence[tuple[str, Ledger]]) -> str:
    if not known:
        return "这段时间还没有能算差错率的报纸：先导入报纸，再评出差错。"
    month, one = known[-1]
    found = one.per_10_000 or Fraction(0)
    within = "在合格线万分之三以内" if found <= PASS_PER_10_000 else "超过合格线万分之三"
    return f"{month_name(month)}目前查到万分之 {float(found):.2f}，{within}。"


def _rate_plot(known: Sequence[tuple[str, Ledger]]) -> Plot:
    values = tuple(round(float(one.per_10_000 or 0), 2) for _, one in known)
    limit = (float(PASS_PER_10_000),) * len(known)
    return Plot(PlotKind.LINES, _month_labels([month for month, _ in known]),
                (Series("目前查到", values), Series("合格线", limit, dashed=True, dots=False)), whole=False)


# 评定与答复


def accepted(waits: Waits, months: Sequence[str]) -> Statistic:
    yes, no = (_by_part(waits, months, one) for one in (Outcome.ACCEPTED, Outcome.REFUSED))
    months, yes, no = _begun([one + other for one, other in zip(yes, no, strict=True)], months, yes, no)
    total, taken = sum(yes) + sum(no), sum(yes)
    shares = [shapes.share(one, one + other) for one, other in zip(yes, no, strict=True)]
    whole = shapes.share(taken, total)
    return Statistic(
        Name.ACCEPTED, "采纳率",
        (f"评了 {total} 条，采纳 {taken} 条" + (f"，采纳率 {percent(whole)}。" if whole is not None else "。")) if total
        else "这段时间收到的纠错还没有评。",
        "采纳和修改后采纳的，除以全部评过的；同一位读者重复报的、还没评的不算。按收到的月份分，不是按评定的月份。"
        f"不到 {FEWEST} 条的不算百分比。", total,
        (Column("月份", CellKind.MONTH), Column("评过"), Column(ACCEPTED), Column("采纳率", CellKind.PERCENT)),
        tuple((month, one + other, one, part) for month, one, other, part in zip(months, yes, no, shares, strict=True)),
        _percent_plot(months, [("采纳率", shares)]))


def _begun(counts: Sequence[int], *columns: Sequence[Any]) -> list[Any]:
    """The columns without the months before anything was counted."""
    skipped = next((n for n, count in enumerate(counts) if count), 0)
    return [column[skipped:] for column in columns]


def _by_part(waits: Waits, months: Sequence[str], outcome: Outcome) -> list[int]:
    return [len(waits.get((part, outcome), ())) for part in range(len(months))]


def waited(waits: Waits, months: Sequence[str]) -> tuple[list[Waiting], Waiting]:
    """How long reports waited, month by month and all together."""
    decided: list[list[int]] = [[] for _ in months]
    open_ = [0] * len(months)
    for (part, outcome), minutes in waits.items():
        known = [max(one, 0) for one in minutes if one is not None]  # whoever was asked for more counts from his answer
        decided[part] += known
        open_[part] += len(minutes) - len(known) if outcome is not Outcome.YOUNG else 0
    return ([shapes.waiting(one, undecided) for one, undecided in zip(decided, open_, strict=True)],
            shapes.waiting((one for many in decided for one in many), sum(open_)))


def waiting(by_month: Sequence[Waiting], whole: Waiting, months: Sequence[str]) -> Statistic:
    months, by_month = _begun([one.decided for one in by_month], months, by_month)
    enough = [one if one.decided >= FEWEST else None for one in by_month]
    halves = tuple(one.median if one else None for one in enough)
    tenths = tuple(one.slowest_tenth if one else None for one in enough)
    return Statistic(
        Name.WAITING, "多久评定", _waiting_sentence(whole),
        "从收到到第一次评定，请读者补充也算评定，撤销了的不算。一半的纠错在中间那一列的时间以内评定，九成在最后一列以内。"
        f"不到 {FEWEST} 条的月份不算。", whole.decided,
        (Column("月份", CellKind.MONTH), Column("评过"), Column("一半在多久以内", CellKind.MINUTES),
         Column("九成在多久以内", CellKind.MINUTES)),
        tuple(zip(months, (one.decided for one in by_month), halves, tenths, strict=True)),
        _waiting_plot(months, halves, tenths))


def _waiting_sentence(whole: Waiting) -> str:
    if whole.median is None or whole.slowest_tenth is None:
        return "这段时间收到的纠错还没有评。"
    if whole.decided < FEWEST:
        return f"只评了 {whole.decided} 条，还看不出快慢。"
    return f"评了 {whole.decided} 条，一半在 {duration(whole.median)}以内评定，九成在 {duration(whole.slowest_tenth)}以内。"


def _waiting_plot(months: Sequence[str], halves: Sequence[int | None], tenths: Sequence[int | None]) -> Plot | None:
    highest = max((one for one in tenths if one is not None), default=None)
    if highest is None:
        return None
    unit, minutes = (" 天", 24 * 60) if highest > 4 * 24 * 60 else (" 小时", 60)
    series = tuple(
        Series(name, tuple(None if one is None else round(one / minutes, 1) for one in values), dashed=dashed)
        for name, values, dashed in (("一半在多久以内", halves, False), ("九成在多久以内", tenths, True)))
    return Plot(PlotKind.LINES, _month_labels(months), series, unit=unit, whole=False)


def answers(by_month: Sequence[Waiting], months: Sequence[str], desk: Sequence[DeskWait], *, now: datetime) -> Statistic:
    reports = [(one.within, one.settled) for one in by_month]
    held: dict[str, list[tuple[datetime, datetime | None]]] = {month: [] for month in months}
    for one in desk:
        held[shapes.day_of(one.received_at).isoformat()[:7]].append((one.received_at, one.done_at))
    letters = [shapes.desk_waiting(held[month], now) for month in months]
    months, reports, letters = _begun([one[1] + other[1] for one, other in zip(reports, letters, strict=True)],
                                      months, reports, letters)
    shares = [[shapes.share(*one) for one in column] for column in (reports, letters)]
    told, written = _both(reports), _both(letters)
    return Statistic(
        Name.ANSWERS, "一天之内答复",
        f"{_within('条纠错', '评定', *told)}；{_within('封等人答复的来信', '答复', *written)}。" if told[1] + written[1]
        else "这段时间没有满一天的纠错和来信。",
        "纠错看 24 小时内有没有第一次评定；来信看 24 小时内有没有由编辑回复或结案，后来转成纠错的不在内。"
        "收到还不满一天又没处理的先不算。来信不分报纸，选了一份报也照全部算。", told[1] + written[1],
        (Column("月份", CellKind.MONTH), Column("纠错"), Column("一天内评定"), Column("占纠错", CellKind.PERCENT),
         Column("来信"), Column("一天内答复"), Column("占来信", CellKind.PERCENT)),
        tuple((month, r[1], r[0], a, m[1], m[0], b)
              for month, r, a, m, b in zip(months, reports, shares[0], letters, shares[1], strict=True)),
        _percent_plot(months, [("纠错一天内评定", shares[0]), ("来信一天内答复", shares[1])]))


def _both(pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(one for one, _ in pairs), sum(one for _, one in pairs)


def _within(what: str, done: str, within: int, settled: int) -> str:
    if not settled:
        return f"没有满一天的{what[1:]}"
    found = shapes.share(within, settled)
    return f"{settled} {what}里 {within} {what[0]}在一天之内{done}" + (f"（{percent(found)}）" if found is not None else "")


def _percent_plot(months: Sequence[str], columns: Sequence[tuple[str, Sequence[Fraction | None]]]) -> Plot | None:
    if all(one is None for _, values in columns for one in values):
        return None
    series = tuple(Series(name, tuple(None if one is None else round(float(one) * 100, 1) for one in values), dashed=bool(n))
                   for n, (name, values) in enumerate(columns) if any(one is not None for one in values))
    kind = PlotKind.BARS if len(columns) == 1 else PlotKind.LINES
    return Plot(kind, _month_labels(months), series, unit="%", whole=False, top=100)


def _month_labels(months: Sequence[str]) -> tuple[str, ...]:
    """The year stands where it begins."""
    return tuple(f"{month[2:4]}年1月" if month.endswith("-01") else f"{int(month[5:])}月" for month in months)
