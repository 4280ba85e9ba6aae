"""A small conversation over `read`: keeps a reader's reports in memory as intake keeps them in the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.understanding.duplicates import core_place, same_error
from bot.understanding.in_print.locate import Index
from bot.understanding.read import read
from bot.understanding.turns.merge import amend, complete, has
from bot.understanding.values import About, Field, Finding, Intent, OwnReport, Reading, Waiting
from bot.understanding.words.normalise import loose_key, strict_key


@dataclass
class Conversation:
    """One reader. `reports[i]` is report number i + 1; None: withdrawn."""

    index: Index
    reports: list[Finding | None] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    opened: bool = False
    name: str | None = None

    def say(self, text: str, sent_at: datetime) -> Reading:
        reading = read(text, sent_at=sent_at, index=self.index, waiting=self.waiting())
        self.intents.append(reading.intent)
        if reading.name is not None:
            self.name = reading.name
        if reading.intent is Intent.REPORT:
            self._file(reading)
        elif reading.intent is Intent.SUPPLEMENT:
            self._mend(reading, sent_at)
        elif reading.intent is Intent.WITHDRAW:
            self._withdraw(reading)
        return reading

    def waiting(self) -> Waiting:
        newest = next((r for r in reversed(self.reports) if r is not None), None)
        if self.opened:
            return Waiting(Field.DETAIL, Finding(), any(self.reports))
        if newest is None:
            return Waiting()
        own = tuple(OwnReport(n, report) for n, report in reversed(list(enumerate(self.reports, 1))) if report is not None)
        return Waiting(missing(newest), newest, True, own=own)

    def standing(self) -> list[Finding]:
        return [report for report in self.reports if report is not None]

    def _file(self, reading: Reading) -> None:
        self.opened = not reading.findings
        for finding in reading.findings:
            if not any(r is not None and (self._same(r, finding) or self._repeats(r, finding)) for r in self.reports):
                self.reports.append(finding)

    def _same(self, a: Finding, b: Finding) -> bool:
        return strict_key(a.wrong or "") == strict_key(b.wrong or "-") and a.right == b.right and (
            a.place == b.place and a.page == b.page)  # fmt: skip

    def _repeats(self, a: Finding, b: Finding) -> bool:
        """The same printed error once more: intake answers that it is on record already."""
        one, other = (core_place(f, self.index.printed_at(f.place)) if f.place else None for f in (a, b))
        return one is not None and other is not None and same_error(one, other)

    def _mend(self, reading: Reading, sent_at: datetime) -> None:
        for gone in reading.besides:
            self.reports[gone - 1] = None
        if self.opened:
            self.opened = False
            self.reports.append(Finding())
        for n, number in enumerate(self._meant(reading)):
            known = self.reports[number] or Finding()
            if reading.rights:
                known = complete(known, Finding(right=reading.rights[n]), index=self.index, sent_at=sent_at)
            for piece in reading.findings:
                known = complete(known, piece, index=self.index, sent_at=sent_at)
            if reading.amendments:
                known = amend(known, reading.amendments, index=self.index, sent_at=sent_at)
            self.reports[number] = known

    def _meant(self, reading: Reading) -> list[int]:
        standing = [n for n, report in enumerate(self.reports) if report is not None]
        if reading.to_all:
            return standing
        if reading.targets:
            return [standing[t] if t < 0 else t - 1 for t in reading.targets if t <= len(self.reports)]
        return standing[-1:]

    def _withdraw(self, reading: Reading) -> None:
        if reading.about is About.CLOSING:
            self.opened = False
            return
        if reading.findings:
            keys = [loose_key(f.wrong or "") for f in reading.findings]
            numbers = [n for n, r in enumerate(self.reports) if r and loose_key(r.wrong or "") in keys]
        else:
            numbers = self._meant(reading)
        for number in numbers:
            self.reports[number] = None


def missing(finding: Finding) -> Field | None:
    """The field a receipt would ask for: the error first, then what is needed to find its place."""
    if not has(finding, Field.DETAIL):
        return Field.DETAIL
    if finding.place is not None:
        return None
    wanted = (Field.PAPER, Field.ISSUE, Field.PAGE, Field.ARTICLE)
    return next((f for f in wanted if not has(finding, f)), None)


def errata(findings: list[Finding], index: Index) -> list[int | None]:
    """A number for each finding: the same for those that point at the same printed error."""
    groups: list[tuple[int, object]] = []
    numbers: list[int | None] = []
    for finding in findings:
        printed = index.printed_at(finding.place) if finding.place else None
        core = core_place(finding, printed)
        if core is None:
            numbers.append(None)
            continue
        number = next((n for n, other in groups if same_error(core, other)), None)  # type: ignore[arg-type]
        if number is None:
            number = len(groups)
        groups.append((number, core))
        numbers.append(number)
    return numbers
