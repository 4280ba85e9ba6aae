"""What the checker counted and what differs: lost, double, disagreements."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

SHOWN = 20


@dataclass
class Findings:
    """`counts`: what was looked at, by kind, so that "0 lost" of nothing is told from "0 lost" of thousands."""

    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.double or self.disagreements)

    def add(self, other: Findings) -> None:
        self.lost += other.lost
        self.double += other.double
        self.disagreements += other.disagreements
        self.counts.update(other.counts)

    def verdict(self) -> str:
        return f"{len(self.lost)} lost, {len(self.double)} double, {len(self.disagreements)} disagreements"

    def counted(self) -> str:
        return ", ".join(f"{number:,} {what}" for what, number in sorted(self.counts.items()))

    def named(self) -> list[str]:
        """Each thing that differs, one a line, the first of each kind."""
        lines = []
        for word, found in (("lost", self.lost), ("double", self.double), ("differs", self.disagreements)):
            lines += [f"{word}: {one}" for one in found[:SHOWN]]
            lines += [f"{word}: and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        return lines
