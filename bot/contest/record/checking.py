"""Works out a round again from its record alone and names everything that differs. Pure: no database, no clock.

What is found here holds the file together. That nobody wrote another file from the beginning, the printed digest (or
the signature) shows: it comes from the SHA-256 of the whole file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.contest.record import canonical
from bot.contest.record.canonical import START, encode, link, printed_digest, row_check
from bot.contest.record.form import CHAINED, CHECKED, SECTIONS
from bot.contest.record.reading import MOST_BYTES, Difference, Sections, Unreadable, might_be_one, read
from bot.contest.record.recomputing import compared_with, recomputed
from bot.contest.record.writing import seal_of

MOST_NAMED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check came to. `known` False: nothing this program can check. `best`, `excellent`: numbers of the winners'
    first reports, as recomputed or, where that was not possible, empty."""

    sha256: str
    digest: str
    known: bool = True
    differences: tuple[Difference, ...] = ()
    more: int = 0  # differences beyond those named
    notes: tuple[str, ...] = ()
    contest: str = ""
    month: str = ""
    version: int = 0
    reports: int = 0
    best: tuple[int, ...] = ()
    excellent: tuple[int, ...] = ()

    @property
    def whole(self) -> bool:
        return self.known and not self.differences


@dataclass(slots=True)
class _Found:
    differences: list[Difference] = field(default_factory=list)
    more: int = 0

    def add(self, new: Iterator[Difference]) -> None:
        for one in new:
            if len(self.differences) < MOST_NAMED:
                self.differences.append(one)
            else:
                self.more += 1


def verify(data: bytes, *, most_bytes: int = MOST_BYTES) -> Checked:
    """Never raises: whatever is wrong with the file is a difference with its place."""
    sha = canonical.sha256(data)
    digest = printed_digest(sha)
    try:
        return _checked(read(data, most_bytes=most_bytes), sha, digest)
    except Unreadable as problem:
        known = problem.known and might_be_one(data)
        return Checked(sha256=sha, digest=digest, known=known, differences=problem.differences)
    except RecursionError:
        return Checked(sha256=sha, digest=digest, known=might_be_one(data), differences=(Difference("文件", canonical.TOO_DEEP),))


def _checked(held: Sections, sha: str, digest: str) -> Checked:
    found, notes = _Found(), list[str]()
    for name in CHAINED:
        found.add(_chain(name, held.table(name)))
    for name in CHECKED:
        found.add(_rows(name, held.table(name)))
    again = recomputed(held)
    found.add(compared_with(held, again, notes))
    found.add(_seals(held, [one.path for one in found.differences]))
    facts = held.objects
    return Checked(
        sha256=sha, digest=digest, differences=tuple(found.differences), more=found.more, notes=tuple(notes),
        contest=facts["contest"]["name"], month=facts["round"]["month"], version=facts["version"]["number"],
        reports=len(held.table("reports")), best=again.best, excellent=again.excellent)


def _chain(name: str, rows: Sequence[list[Any]]) -> Iterator[Difference]:
    previous = START
    for at, row in enumerate(rows):
        *values, before, own = row
        if before != previous:
            yield Difference(f"{name}[{at}].prev", "接不上前一条：前面改过、少了或多了一条")
        if own != link(before, encode(values)):
            yield Difference(f"{name}[{at}]", "内容和它的 SHA-256 不符")
        previous = own


def _rows(name: str, rows: Sequence[list[Any]]) -> Iterator[Difference]:
    for at, row in enumerate(rows):
        *values, check = row
        if check != row_check(encode(values)):
            yield Difference(f"{name}[{at}]", "内容和它的校验码不符")


def _seals(held: Sections, named: Sequence[str]) -> Iterator[Difference]:
    """A section is named by its seal alone only where nothing finer was found in it."""
    own = seal_of({name: canonical.sha256(held.texts[name]) for name in SECTIONS})
    for name in SECTIONS:
        if own["sections"][name] == held.seal["sections"][name]:
            continue
        within = any(path == name or path.startswith((f"{name}[", f"{name}.")) for path in named)
        yield Difference(name, "这一部分和封印不符" + ("（见上）" if within else ""))
    if seal_of(held.seal["sections"])["sha256"] != held.seal["sha256"]:
        yield Difference("seal.sha256", "总封印和各部分的封印不符")


