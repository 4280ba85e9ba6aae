"""Sentences around results: several at once, whether the reader is satisfied. Values in, text out; knows no rows."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.person_phrases import WRITE
from bot.dialogue.phrases import month

ASK = "这样处理，您满意吗？"
NOTHING_TOLD = f"您这么说，我们想弄明白。是哪件事？{WRITE}"
"""To 不满意 from a reader who was not told of anything yet."""


def several(count: int) -> str:
    """Stands above several results that go as one message."""
    return f"有{count}件事告诉您："


def tap(ordinal: int, *, satisfied: bool) -> str:
    """What a tap below a result sends, and what can be typed: a command that `commands.parse` knows."""
    return f"{'满意' if satisfied else '不满意'} {ordinal}"


def tap_appeal(ordinal: int) -> str:
    return f"申诉 {ordinal}"


def ask_typed(ordinals: Sequence[int], page: str) -> str:
    """Below results where nothing can be tapped; `page`: the address of the own page of the only one, or empty."""
    if len(ordinals) > 1:
        return f"{ASK}回“满意 条号”或“不满意 条号”。"
    line = f"{ASK}回“{tap(ordinals[0], satisfied=True)}”或“{tap(ordinals[0], satisfied=False)}”"
    return f"{line}，也可以点这里：\n{page}" if page else f"{line}。"


def satisfied(ordinal: int) -> str:
    return f"谢谢！第{ordinal}条记下了：满意。"


def dissatisfied(ordinal: int, *, appeal: bool) -> str:
    """`appeal`: this report can still be appealed against."""
    again = f"要请另一位编辑重新看，回“申诉 {ordinal} 理由”。" if appeal else ""
    return f"第{ordinal}条记下了：不满意。{again}有话{WRITE}"


def which(*, satisfied: bool) -> str:
    """To who names a result by words that fit none of those told to him, or several."""
    return f"您说的是哪一条？请回“{'满意' if satisfied else '不满意'} 条号”，条号写在结果里。"


def too_early(ordinal: int) -> str:
    return f"第{ordinal}条还没有评出结果，评出后再请您说满不满意。"


def month_summary(label: str, told: int, accepted: int, corrected: int, points: str) -> str:
    """Once a round to whoever took part and won nothing. `label`: YYYY-MM; `points`: as text, empty where he has none.

    Of others it says nothing but that the names are out.
    """
    done = f"采纳{accepted}处" if accepted else "这次没有采纳的"
    said = [f"您这一期报了{told}处", done]
    said += [f"已登报更正{corrected}处"] if corrected else []
    said += [f"得{points}分"] if points else []
    thanks = "谢谢您帮报纸改正！" if accepted else "谢谢您这么仔细地读报！"
    return f"{month(label)}的名单公布了，回“获奖”看。\n{'，'.join(said)}。{thanks}"


MILESTONES = {
    "m1": "这是您被采纳的第一处差错，谢谢您！", "m10": "这已经是您被采纳的第10处差错了，真细心！",
    "m50": "这已经是您被采纳的第50处差错了，了不起！", "m100": "这已经是您被采纳的第100处差错了，向您致敬！",
    "year": "您帮报纸捉错满一年了，谢谢您一直陪着！",
}
"""A line below a result, by the mark that its message is kept under."""


def with_clipping(text: str, address: str) -> str:
    """Below the words that a correction is in print: where its clipping is to be seen."""
    return f"{text}\n剪报点这里看：{address}"
