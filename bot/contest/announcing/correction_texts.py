"""The words of an open correction of a released list: for print, for the article, for those concerned. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.contest.announcing import prize_words
from bot.contest.rules import RuleSet
from models.enums import ChangeKind, Prize

PRIZES = {Prize.BEST: "最佳“啄木鸟”", Prize.EXCELLENT: "优秀“啄木鸟”"}


@dataclass(frozen=True, slots=True)
class Step:
    """One prize and who has it now; `name` None: nobody is left for it. `was`: the prize that he had before."""

    prize: Prize
    name: str | None
    was: Prize | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is changed on the list of a month. `name`: as it was printed, or of a further winner; None: of whoever has gone
    since, whom nothing new names. `right`: the right one where the name was wrong. `steps`: where a prize that is free
    goes, `goes_on` False: it stays free by the rule set."""

    kind: ChangeKind
    month: str
    prize: Prize
    name: str | None
    reason: str
    right: str | None = None
    steps: tuple[Step, ...] = ()
    goes_on: bool = True


@dataclass(frozen=True, slots=True)
class Texts:
    """For the printed box and for the account's article."""

    print: str
    article: str


def correction(change: Change) -> Texts:
    """One source for both, so that names cannot differ; the article gives the reason too."""
    month = int(change.month[5:])
    said = _said(change, month)
    sorry = "特此更正，并致歉意。" if change.kind in (ChangeKind.NAME, ChangeKind.NOT_ENTITLED) else "特此更正。"
    heading = f"关于{change.month[:4]}年{month}月“啄木鸟”名单的更正"
    return Texts(print=f"更正：{said}{sorry}",
                 article=f"{heading}\n\n{said}\n\n理由：{_sentence(change.reason)}\n\n{sorry}")


def _said(change: Change, month: int) -> str:
    prize = PRIZES[change.prize]
    whose = f"{prize}“{change.name}”" if change.name is not None else f"一名{prize}"
    match change.kind:
        case ChangeKind.NAME:
            return f"本报公布的{month}月{prize}“{change.name}”，应为“{change.right}”。"
        case ChangeKind.FURTHER:
            return f"经读者申诉复核，{month}月增加一位{prize}：“{change.name}”。原来公布的名单不变。"
        case ChangeKind.NOT_ENTITLED:
            return f"本报公布的{month}月{whose}不符合获奖条件，{_onwards(change)}"
        case ChangeKind.MOVED_ON:
            return f"{month}月{whose}的奖没有领取，{_onwards(change)}"


def _onwards(change: Change) -> str:
    if not change.goes_on or not change.steps:
        return "这个奖空缺。"
    words = [_step(step, first=n == 0) for n, step in enumerate(change.steps)]
    return "；".join(words) + "。"


def _step(step: Step, *, first: bool) -> str:
    what = "" if first else f"空出的一名{PRIZES[step.prize]}"
    if step.name is None:
        return f"{what}没有符合条件的读者递补，空缺" if first else f"{what}没有符合条件的读者递补"
    who = f"{PRIZES[step.was]}“{step.name}”" if step.was is not None else f"“{step.name}”"
    return f"{what}由{who}递补"


def _sentence(words: str) -> str:
    return words if words.endswith(("。", "！", "？")) else f"{words}。"


def told_name(month: str, right: str) -> str:
    """To the winner whose name was printed wrongly."""
    return f"{int(month[5:])}月名单里您的名字登错了，我们已更正为“{right}”，会在报上说明。给您添麻烦了，抱歉。"


def told_lapsed(month: str, prize: Prize, *, entitled: bool) -> str:
    """To whoever had the prize first."""
    if entitled:
        return f"您的{int(month[5:])}月{PRIZES[prize]}奖品没有领取，已按规则处理，会在报上说明。您的名字仍留在当初的名单里。"
    return f"经核实，您不符合{int(month[5:])}月{PRIZES[prize]}的获奖条件，我们会在报上更正。有疑问请直接回复。"


def told_winner(month: str, prize: Prize, rules: RuleSet, *, name: str, further: bool, claim: str) -> str:
    """To whoever wins by a correction. `rules`: of the round; `claim`: how he comes to it."""
    why = "您的申诉经复核成立，" if further else "有一份奖递补给您："
    return f"恭喜！{why}您被评为{int(month[5:])}月{prize_words.won(rules, prize)}。登报名字：{name}。{claim}"
