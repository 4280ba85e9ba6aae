"""Sentences around results: several at once, whether the reader is satisfied. Values in, text out; knows no rows."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.person_phrases import WRITE

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


def too_early(ordinal: int) -> str:
    return f"第{ordinal}条还没有评出结果，评出后再请您说满不满意。"
