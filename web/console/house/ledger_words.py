"""The ledger's arithmetic in plain Chinese, as a person would write it on paper. Reads nothing."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from bot.contest.annex import STATUS_NAMES, RowStatus
from bot.contest.arithmetic import points_text
from bot.house.ledger import Item, LeftOut, PageCharacters
from bot.house.own_rate import MOST_REPEATS, USAGE_CAP_MILLI, CharactersFrom, Counting, Ledger
from bot.house.rates import rate_text, rounded, verdict_text
from models.enums import Doubling

DOUBLED = {Doubling.HEADLINE: "在报头、报眉、栏头或标题里，加倍", Doubling.IMPORTANT: "重要的名称、时间或图片，加倍"}
LEFT_OUT = {
    LeftOut.REFUSED_HERE: "这一处读者报过，评定不是差错，不计。",
    LeftOut.PLACED_ELSEWHERE: "没有定是哪一处；同样的错已经在本期别处列出，不再计。",
}
FROM = {
    CharactersFrom.LAYOUT: "按版式算", CharactersFrom.TEXT: "按导入的文字算",
    CharactersFrom.MIXED: "有的版按版式算，有的版按导入的文字算",
}
TOO_HIGH = "没有版式的版面只数导入的文字，比规定的算法少，差错率会偏高。"


rate, verdict = rate_text, verdict_text


def tone(ledger: Ledger) -> str:
    return "secondary" if ledger.passes is None else "success" if ledger.passes else "danger"


def characters(value: int) -> str:
    """57,600."""
    return f"{value:,}"


def formula(ledger: Ledger) -> str:
    """8.1 分 ÷ 57,600 字 × 10,000 ＝ 1.41."""
    if not ledger.characters:
        return f"{points_text(ledger.points_milli)} 分 ÷ 0 字：没有字数，算不出差错率。"
    sign = "＝" if rounded(ledger.per_10_000 or Fraction(0), 6) == Decimal(rate(ledger.per_10_000)) else "≈"
    return (f"{points_text(ledger.points_milli)} 分 ÷ {characters(ledger.characters)} 字 × 10,000 "
            f"{sign} {rate(ledger.per_10_000)}")  # fmt: skip


def budget(ledger: Ledger) -> str:
    """What the characters may hold and still pass."""
    if not ledger.characters:
        return ""
    limit = Decimal(ledger.characters * 3) / 10_000  # in points, exact
    left = limit - Decimal(ledger.points_milli) / 1000
    line = f"{characters(ledger.characters)} 字 × 万分之三 ＝ {_plain(limit)} 分"
    if left < 0:
        return f"合格线：{line}，已经超出 {_plain(-left)} 分。"
    return f"合格线：{line}，还差 {_plain(left)} 分到线。"


def _plain(value: Decimal) -> str:
    """Without needless noughts: 3, 4.7169."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def worth(item: Item) -> str:
    """1 × 2 ＝ 2, or 1."""
    if item.doubling is Doubling.NONE or item.base_milli in (0, item.points_milli):
        return points_text(item.points_milli)
    factor = Fraction(item.points_milli, item.base_milli)
    times = str(factor.numerator) if factor.denominator == 1 else f"{float(factor):g}"
    return f"{points_text(item.base_milli)} × {times} ＝ {points_text(item.points_milli)}"


def why(item: Item) -> str:
    """Why it counts what it counts."""
    if item.left_out is not None:
        return LEFT_OUT[item.left_out]
    sentences = [DOUBLED[item.doubling] + "。"] if item.doubling in DOUBLED else []
    if item.line is not None:
        sentences.append(_counted(item, item.line.counting, item.line.counted_milli))
    return "".join(one for one in sentences if one)


def _counted(item: Item, counting: Counting, counted_milli: int) -> str:
    match counting:
        case Counting.REPEATED:
            return f"和第 {item.repeats} 处是同一文字差错，每期最多计 {MOST_REPEATS} 次，这一次不计。"
        case Counting.CAPPED:
            return f"数字用法每期最多计 {points_text(USAGE_CAP_MILLI)} 分，已经计满，不计。"
        case Counting.PART:
            return f"数字用法每期最多计 {points_text(USAGE_CAP_MILLI)} 分，这里只剩 {points_text(counted_milli)} 分。"
        case Counting.FULL if item.repeats is not None:
            return f"和第 {item.repeats} 处是同一文字差错，前 {MOST_REPEATS} 次照计。"
    return ""


def standing(item: Item) -> str:
    """国标 or 本报暂定值."""
    return STATUS_NAMES[item.row.status]


def has_local(items: Iterable[Item]) -> bool:
    return any(item.row.status is RowStatus.LOCAL for item in items)


def size(page: PageCharacters) -> str:
    """How a page's characters came about, step by step."""
    if page.full is None:
        return f"没有版式，数导入的文字：{characters(page.by_text)} 字。"
    sheets = f" × {page.sheets} 版" if page.sheets > 1 else ""
    line = f"{page.per_line} 字 × {page.lines} 行{sheets} ＝ {characters(page.full)} 字"
    shares = ((page.pictures_percent, 80, "图片"), (page.decoration_percent, 30, "装饰"))
    used = [(share, counts, name) for share, counts, name in shares if share]
    if not used:
        return line + "。"
    rest = 100 - sum(share for share, _, _ in used)
    parts = [f"文字 {rest}%：{_part(page.full, rest, 100)}"] if rest else []
    parts += [f"{name} {share}% 按 {counts}% 计：{_part(page.full, share, counts)}" for share, counts, name in used]
    return f"{line}；{'，'.join(parts)}；合计 {characters(page.characters)} 字。"


def _part(full: int, share: int, counts: int) -> str:
    value = Fraction(full * share * counts, 10_000)
    return characters(value.numerator) if value.denominator == 1 else f"{float(value):,.1f}"


def tenths(percent: int) -> str:
    """Of ten parts: 25 → 2.5."""
    return f"{percent / 10:g}"
