"""What takes one report back and mends another in one breath: 第一条不要了，第二条改成…. Pure; knows words only."""

from __future__ import annotations

import re

from bot.understanding.turns import intents
from bot.understanding.words.normalise import fold

LONGEST = 200
"""A longer message is no such breath."""
_CLAUSE = re.compile("[^,。;!\n]+")
_VERB = re.compile(r"(?:我)?(?:就|请|先|给我|帮我)?(?:不要|不报|不算|撤回|撤销|撤掉|撤|取消|作废|删掉|删除|去掉|算)了?(?:吧|啊)?")


def parted(text: str) -> tuple[tuple[int, ...], str]:
    """(the reports that clauses of their own take back, the other clauses as typed); () where none or all do."""
    folded = fold(text) if len(text) <= LONGEST else None
    if folded is None or not intents.withdraws(folded.text):
        return (), ""
    gone: list[int] = []
    rest: list[str] = []
    for clause in _CLAUSE.finditer(folded.text):
        named = intents.leading_ordinal(clause.group())
        if named and _VERB.fullmatch(clause.group()[named[1] :].strip()):
            gone.append(named[0])
        else:
            rest.append(folded.words(*clause.span()))
    return (tuple(gone), "，".join(rest)) if gone and rest else ((), "")
