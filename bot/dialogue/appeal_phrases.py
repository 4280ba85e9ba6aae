"""Every sentence said to readers about an appeal (RULES 19). Values in, text out; knows no rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.dialogue import phrases
from bot.dialogue.person_phrases import WRITE
from models.enums import Verdict


def taken(ordinal: int, due: date) -> str:
    return f"申诉收到。第{ordinal}条编辑会重新看，{_on(due)}前答复您。"


def already(ordinal: int, due: date, *, answered: bool) -> str:
    if answered:
        return f"第{ordinal}条已经申诉过，也答复过了；一条只能申诉一次。有话{WRITE}"
    return f"第{ordinal}条您已经申诉过，{_on(due)}前答复您。"


def too_early(ordinal: int) -> str:
    return f"第{ordinal}条还没有评出结果，评出后不同意再申诉。"


def of_accepted(ordinal: int) -> str:
    return f"第{ordinal}条已经采纳，不用申诉。谢谢您！"


def of_nothing(ordinal: int, state: str) -> str:
    """For a report that is withdrawn or lapsed; `state` is its word of STATE_WORDS."""
    return f"第{ordinal}条{state}，没有结果可以申诉。要报的话，再写一遍就行。"


def too_late(ordinal: int, last: date) -> str:
    return f"第{ordinal}条只能申诉到{_on(last)}，已经过了。有话{WRITE}"


def which(ordinals: Sequence[int]) -> str:
    """Which of several; none: nothing is there to appeal against."""
    if not ordinals:
        return f"现在没有可以申诉的结果。有话{WRITE}"
    named = "、".join(str(n) for n in ordinals[-10:])
    return f"请写明是哪一条（可以申诉第{named}条），例如：申诉 {ordinals[-1]} 理由"


def answered(ordinal: int, *, upheld: bool) -> str:
    """Stands above the outcome that answers an appeal."""
    return f"您对第{ordinal}条的申诉，编辑重新看过，{'改判如下' if upheld else '结果不变'}。"


def kept(ordinal: int, wrong: str | None, right: str | None, page: str | None, verdict: Verdict,
                words: str) -> str:
    """The decision stands; the reader's own words and the place, and why."""
    return "\n".join((answered(ordinal, upheld=False), f"{phrases.page_words(page)}{phrases.correction(wrong, right)}",
                      f"结果：{phrases.VERDICT_WORDS[verdict]}。", words))


def _on(day_: date) -> str:
    return f"{day_.month}月{day_.day}日"
