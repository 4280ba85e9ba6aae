"""What is said of a report that is taken back, and of one that is past changing. Values in, text out; knows no rows."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.phrases import short

MOST_QUOTED = 3


def withdrawn(reports: Sequence[tuple[int, str | None]]) -> str:
    """Each (ordinal, wrong words) with its words, so that he sees it was the one he meant; of many only the numbers."""
    if len(reports) > MOST_QUOTED or not any(wrong for _, wrong in reports):
        return f"好的，第{'、'.join(str(ordinal) for ordinal, _ in reports)}条已经撤回。"
    named = (f"第{ordinal}条（“{short(wrong)}”）" if wrong else f"第{ordinal}条" for ordinal, wrong in reports)
    return f"好的，{'、'.join(named)}已经撤回。"


def decided_already(ordinal: int) -> str:
    return f"第{ordinal}条编辑已经看过，不能再改。有疑问请直接写来，编辑会看。"


def gone(ordinal: int, state: str) -> str:
    """For a report that is withdrawn or lapsed; `state` is its word of STATE_WORDS."""
    return f"第{ordinal}条{state}，不能再改。要报的话，再写一遍就行。"
