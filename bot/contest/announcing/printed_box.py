"""The printed box as sections of a column, from the very text that is released; correction notices alike. Pure."""

from __future__ import annotations

from bot.contest.announcing.announcement import BEST, DIGEST, EXCELLENT
from bot.printing.values import Block, Code, Kind, Section

CORRECTION = "更正："
LABELS = (BEST, EXCELLENT)


def sections(text: str, *, account: Code | None = None, record: Code | None = None) -> tuple[Section, ...]:
    """`text` as bot.contest.announcing.announcement.print_block writes it: the invitation, an empty line, the names."""
    invitation, _, names = text.partition("\n\n")
    return (_section(invitation, Kind.HEADLINE, account), *([_section(names, Kind.HEAD, record)] if names else []))


def _section(text: str, head: Kind, code: Code | None) -> Section:
    lines = [line for line in text.split("\n") if line.strip()]
    return Section((*(Block(head, line) for line in lines[:1]), *(_block(line) for line in lines[1:])), code)


def _block(line: str) -> Block:
    if line.startswith(("（", DIGEST)):
        return Block(Kind.NOTE, line)
    label = next((one for one in LABELS if line.startswith(one)), None)
    return Block(Kind.NAMES, line, strong=len(label)) if label else Block(Kind.PARAGRAPH, line)


def invitation_of(text: str) -> str:
    """The invitation alone, as the next issue's round keeps it."""
    return text.partition("\n\n")[0]


def correction(text: str) -> tuple[Section, ...]:
    """A correction of the list as bot.contest.announcing.correction_texts writes it for print."""
    return (Section((Block(Kind.HEAD, CORRECTION.rstrip("：")),
                     Block(Kind.PARAGRAPH, text.removeprefix(CORRECTION)))),)
