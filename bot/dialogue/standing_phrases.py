"""What readers are told of the standing: nothing, while a round is graded. Pure: knows no database."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.phrases import month


def frozen(labels: Sequence[str]) -> str:
    """For rounds, by their months YYYY-MM, that are closed and whose names are not released (RULES 4, 5)."""
    names = "、".join(month(label) for label in labels)
    return f"{names}{'这几期' if len(labels) > 1 else '这期'}已经截止，正在评定；名单公布以前不报名次。"
