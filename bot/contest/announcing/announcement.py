"""The box of the next issue, the article and the notices, from one source of names. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from bot.contest import finance
from bot.contest.announcing import prize_words
from bot.contest.rules import RuleSet
from bot.printing.breaking import one_line
from models.enums import Prize

WEEKDAYS = "一二三四五六日"
BEST, EXCELLENT, DIGEST = "最佳“啄木鸟”：", "优秀“啄木鸟”：", "评选记录校验码："
NAMELESS = "微信读者"


@dataclass(frozen=True, slots=True)
class Winner:
    """A name as printed. `nickname`: the box says that some are, never which."""

    name: str
    nickname: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the issue that prints the names promises: its own deadline and the prizes of its own rule set. `names_month`:
    of the issue in which its own names will stand, where that is not the next one."""

    deadline_on: date
    rules: RuleSet
    names_month: str | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """What the printed box says. `invitation`: to the next round, None where there is none yet; `month` and whatever
    follows: of the round whose names it prints. `digest`: of that round's record."""

    paper: str  # 《社区晨报》
    account: str
    invitation: Invitation | None
    month: str
    best: tuple[Winner, ...]
    excellent: tuple[Winner, ...]
    excellent_count: int
    digest: str | None = None


def placeholder(number: int) -> str:
    """The name of a winner who gave none: 微信读者 and the last digits of his report's number (RULES 16)."""
    return f"{NAMELESS}{number % 10000:04d}"


def is_given(name: str) -> bool:
    """Whether a printed name is one that the reader gave, and not what stands there in place of one."""
    return not (name.startswith(NAMELESS) and name.removeprefix(NAMELESS).isdigit())


def print_block(box: Box) -> str:
    """The whole box: the invitation first, then last round's names (RULES 15)."""
    return "\n".join([*_invitation(box), "", *_names(box)])


def _invitation(box: Box) -> list[str]:
    lines = [
        "欢迎来当“啄木鸟”",
        (f"亲爱的读者，您在本期{one_line(box.paper)}上发现了差错吗？请关注微信公众号“{one_line(box.account)}”，"
         "直接留言告诉我们：报纸名称、所在版面、文章名称和差错细节。"),
    ]
    coming = box.invitation
    if coming is not None:
        day, rules = coming.deadline_on, coming.rules
        others = (f"；另有{_count(rules.excellent_count)}位优秀“啄木鸟”，各得{one_line(rules.souvenir)}"
                  if rules.excellent_count else "")
        lines += [f"本期截止日期：{day.year}年{day.month}月{day.day}日。",
                  (f"纠错质量最高的{_count(rules.best_count)}位读者为最佳“啄木鸟”，奖励现金{prize_words.cash_in_print(rules)}{others}。"
                   f"{prize_words.tax_in_print(rules)}名单在{_names_in(coming)}公布。")]
    return lines


def _names_in(coming: Invitation) -> str:
    return "下一期" if coming.names_month is None else f"{int(coming.names_month[5:])}月那一期"


def _count(number: int) -> str:
    return "零一两三四五六七八九十"[number] if 0 <= number <= 10 else str(number)


def _names(box: Box) -> list[str]:
    lines = [f"{int(box.month[5:])}月“啄木鸟”名单"]
    lines.append(BEST + (_joined(box.best) or "本期空缺"))
    if box.excellent:
        lines.append(EXCELLENT + _joined(box.excellent))
    if any(winner.nickname for winner in (*box.best, *box.excellent)):
        lines.append("（以上部分为昵称）")
    short = box.excellent_count - len(box.excellent)
    if short > 0:
        lines.append(f"（本期符合条件的读者不足，优秀“啄木鸟”空缺{short}名）" if box.excellent
                     else "（本期没有符合条件的优秀“啄木鸟”）")
    if box.digest is not None:
        lines.append(f"{DIGEST}{box.digest}")
    return lines


def _joined(winners: tuple[Winner, ...]) -> str:
    """The ten are published without order: by the characters of the name, not by place."""
    return "、".join(sorted(one_line(winner.name) for winner in winners))


def article(box: Box) -> str:
    """The text for the public account's own article."""
    year, month = box.month[:4], int(box.month[5:])
    lines = [f"{year}年{month}月“啄木鸟”揭晓", "",
             (f"感谢每一位认真读{box.paper}、写信指出差错的读者。经编辑部逐条核对、按公布的办法计分，"
              f"{month}月的“啄木鸟”是："), "", *_names(box)[1:], ""]
    if box.invitation is not None:
        day = box.invitation.deadline_on
        lines.append(f"新一期正在捉错，{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）24时截止，欢迎继续留言。")
    return "\n".join(lines)


def notice(month: str, prize: Prize, rules: RuleSet, *, name: str, claim: str = "") -> str:
    """What a winner is told himself. `rules`: of his own round; `claim`: how he comes to it."""
    won = prize_words.won(rules, prize)
    return f"恭喜！您被评为{int(month[5:])}月{won}。登报名字：{name}。{claim or '领奖办法编辑部会另行通知您。'}"


BEFORE_TAX = ("税前", "含税", "扣税", "代扣")


def box_conflicts(text: str, *, deadline_on: date, rules: RuleSet) -> list[str]:
    """Where the printed box says otherwise than the round: a printed notice is a promise (RULES 1)."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    problems = []
    dates = re.findall(rf"(?:(\d+)年)?(?<!\d)0?{deadline_on.month}月0?{deadline_on.day}日", plain)
    if not any(year in ("", str(deadline_on.year)) for year in dates):
        problems.append(f"栏目文字里没有截止日期“{deadline_on.month}月{deadline_on.day}日”。")
    if not _names_sum(plain, rules.best_net_fen):
        problems.append(f"栏目文字里没有奖金“{prize_words.yuan(rules.best_net_fen)}元”。")
    arrives = finance.of_best(rules).net_fen
    told = _names_sum(plain, arrives) or any(word in plain for word in BEFORE_TAX)
    if prize_words.is_withheld(rules) and not told:
        problems.append(f"栏目文字里没有写明奖金要扣税，读者到手是{prize_words.yuan(arrives)}元。")
    return problems


def _names_sum(plain: str, fen: int) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(prize_words.yuan(fen))}元", plain) is not None
