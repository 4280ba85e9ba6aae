"""What a paper may be called, and by what other names: so that a reader's word means one paper. Knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.understanding.cited.papers import known_by

NAME_LENGTH = 80
ALIAS_LENGTH = 40
MOST_ALIASES = 20

Called = tuple[str, Sequence[str]]
"""Another paper: its name and its other names."""


def tidy(text: str) -> str:
    """Without spaces at the ends and doubled ones inside."""
    return " ".join(text.split())


def name_problem(name: str, others: Iterable[Called]) -> str:
    """Why a (tidied) name cannot be this paper's; empty where it can."""
    if not known_by(name)[0] or len(name) > NAME_LENGTH:
        return f"报纸的名字要 1 到 {NAME_LENGTH} 个字。"
    for other, aliases in others:
        if known_by(name)[0] == known_by(other)[0]:
            return f"已经有一份报纸叫“{other}”。"
        if any(known_by(name)[0] == known_by(alias)[0] for alias in aliases):
            return f"“{name}”是《{other}》的别名，请先到那里去掉。"
    return ""


def alias_problem(alias: str, others: Iterable[Called]) -> str:
    """Why readers who write `alias` (tidied) could not be understood to mean this paper; empty where they can."""
    whole, core = known_by(alias)
    if len(alias) > ALIAS_LENGTH:
        return f"别名最多 {ALIAS_LENGTH} 个字：“{alias[:12]}…”。"
    if not whole or len(core) < 2:
        return (f"“{alias}”太短或者太平常，认不出是哪份报纸。"
                "去掉“晨报”“社区报”这样的字以后，还要剩下两个字。")
    theirs = [(other, name) for other, aliases in others for name in (other, *aliases)]
    for other, name in theirs:
        if whole == known_by(name)[0]:
            return f"“{alias}”已经是《{other}》的名字，两份报纸不能同名。"
    for other, name in theirs:
        if core == known_by(name)[1]:
            return f"读者写“{alias}”，分不清是这一份还是《{other}》（“{name}”），请换一个。"
    return ""


def tidy_aliases(lines: Iterable[str], name: str) -> tuple[str, ...]:
    """Each alias once, without empty ones and without the name itself."""
    found: dict[str, str] = {}
    for line in map(tidy, lines):
        if line and known_by(line)[0] != known_by(name)[0]:
            found.setdefault(known_by(line)[0], line)
    return tuple(found.values())
