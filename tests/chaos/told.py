"""What one round of faults did and what the checker found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.findings import Findings
from tests.chaos.place import Nursery


@dataclass
class Told:
    """`done`: faults by kind; `skipped`: why nothing was tried here."""

    findings: Findings = field(default_factory=Findings)
    done: Counter[str] = field(default_factory=Counter)
    skipped: str = ""


Round = Callable[[Path, Nursery, int, int], Told]
"""(folder, nursery, seed, size): `size` says how much of it."""
