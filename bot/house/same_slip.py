"""Which errors of one issue are one text error for the annex (重复差错). Pure; knows words, no rows.

One text error is: what readers' errata are linked for (RULES 7), and the same change of letters anywhere in the issue:
食唐→食堂 and 唐皇→堂皇 want the same 唐→堂. Where the change alone tells little (的/地/得, figures, letters missing or
too many), the words quoted must be the same ones: 高兴的说 and 自觉的分 are two errors. What an editor told apart stays so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bot.filing import slips
from bot.filing.slips import is_loose
from bot.understanding.words.normalise import strict_key


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
    by_root: dict[int, _Group] = {}
    by_key: dict[str, list[_Group]] = {}
    for one in errata:
        key = text_error(one.wrong, one.right)
        linked = by_root.get(one.root_id)
        fitting = [group for group in by_key.get(key or "", ()) if group is not linked and not group.apart_from(one, apart)]
        fitting = sorted([*fitting, linked] if linked else fitting, key=lambda group: group.started)
        group = fitting[0] if fitting else _Group(len(by_root), [])
        for other in fitting[1:]:  # a linked erratum may bring two changes together
            group.take_in(other)
        group.take_in(_Group(0, [one], {one.root_id}, {key} if key else set()))
        for root in group.roots:
            by_root[root] = group
        for known in group.keys:
            kept = [one for one in by_key.get(known, ()) if one is not group and one not in fitting]
            by_key[known] = [*kept, group]
    return {one.erratum_id: group.members[0].erratum_id for group in by_root.values() for one in group.members}


@dataclass(slots=True, eq=False)
class _Group:
    """The errata of one text error, with the roots and the keys they bring. `started`: the order among groups."""

    started: int
    members: list[Stated]
    roots: set[int] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)

    def take_in(self, other: _Group) -> None:
        self.members += other.members
        self.roots |= other.roots
        self.keys |= other.keys

    def apart_from(self, one: Stated, apart: Collection[tuple[int, int]]) -> bool:
        return any((min(one.erratum_id, other.erratum_id), max(one.erratum_id, other.erratum_id)) in apart
                   for other in self.members)
