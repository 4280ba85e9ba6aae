"""Which errors of one issue are one text error for the annex (重复差错). Pure; knows words, no rows.

One text error is: what readers' errata are linked for (RULES 7), and the same change of letters anywhere in the issue:
食唐→食堂 and 唐皇→堂皇 want the same 唐→堂. Where the change alone tells little (的/地/得, figures, letters missing or
too many), the words quoted must be the same ones: 高兴的说 and 自觉的分 are two errors. What an editor told apart stays so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot import slips
from bot.slips import is_loose
from bot.understanding.normalise import strict_key


@dataclass(frozen=True, slots=True)
class Stated:
    """One erratum of an issue: the root it is linked to, and the words as reported."""

    erratum_id: int
    root_id: int
    wrong: str | None
    right: str | None


def text_error(wrong: str | None, right: str | None) -> str | None:
    """What the same text error shares, whoever quoted how much around it; None where the words tell nothing."""
    change = slips.change(wrong, right)
    if change is None or wrong is None or right is None:
        return None
    old, _, new = change.partition(">")
    if old and new and not is_loose(old, new):
        return change
    return f"{strict_key(wrong)}>{strict_key(right)}"


def classes(errata: Sequence[Stated], apart: Collection[tuple[int, int]] = ()) -> dict[int, int]:
    """By erratum the class it repeats in, named by the first erratum of it. `errata`: those of one issue, in the order
    in which they count; `apart`: pairs (smaller id, larger id) that an editor said are not the same."""
    keys = {one.erratum_id: text_error(one.wrong, one.right) for one in errata}
    members: list[list[Stated]] = []
    for one in errata:
        fitting = [group for group in members if _belongs(one, group, keys, apart)]
        if not fitting:
            members.append([one])
            continue
        fitting[0].append(one)
        for other in fitting[1:]:  # a linked erratum may bring two changes together
            fitting[0].extend(other)
            members.remove(other)
    return {one.erratum_id: group[0].erratum_id for group in members for one in group}


def _belongs(one: Stated, group: Sequence[Stated], keys: Mapping[int, str | None],
             apart: Collection[tuple[int, int]]) -> bool:  # fmt: skip
    if any(one.root_id == other.root_id for other in group):
        return True
    key = keys[one.erratum_id]
    if key is None or not any(keys[other.erratum_id] == key for other in group):
        return False
    return not any((min(one.erratum_id, other.erratum_id), max(one.erratum_id, other.erratum_id)) in apart for other in group)
