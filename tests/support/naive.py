"""A round worked out the slow and obvious way, from the words of the contest's rules alone.

Nothing of the program is imported: this is the second opinion that the program's winners are held against.
Exact fractions, whole lists walked again and again, no cleverness. Numbers in brackets are the rules'. Where the rules
leave room, the reading taken here is marked "open".
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction

# (6) Accepted and accepted with edits score, everything else is worth nothing.
SCORES = {"accepted", "accepted_with_edits"}
# (11) Own repeats, 建议, 两可 and lapsed ones count neither way; nor does what nobody has decided, or may (6).
NEITHER_WAY = {None, "repeated", "suggestion", "both_forms", "needs_more", "lapsed", "escalated"}
TEN_MINUTES, FIFTEEN_MINUTES, THREE_DAYS = timedelta(minutes=10), timedelta(minutes=15), timedelta(hours=72)


@dataclass(frozen=True)
class Slip:
    """One erratum, however often it is printed (7). Points are those of the row, before doubling; `usage`: of
    punctuation or number usage; `political`: never scored (6)."""

    points: Fraction
    doubled: bool = False
    usage: bool = False
    political: bool = False


@dataclass(frozen=True)
class Quote:
    """A message that quotes the wrong words. `created`: WeChat's CreateTime; of a caller when he called."""

    slip: str
    created: datetime
    received: datetime
    sequence: int
    caller: bool = False

    def time(self) -> datetime:
        """(2) WeChat's time if at most ten minutes before our receipt, else the receipt; of a caller the call, at
        most 72 hours back. Nobody writes after we have it: a clock that says so is not believed."""
        if self.created > self.received:
            return self.received
        if self.caller:
            return max(self.created, self.received - THREE_DAYS)
        return self.created if self.received - self.created <= TEN_MINUTES else self.received

    def late(self, deadline: datetime) -> bool:
        """(3, 4) The deadline has passed; deliveries created before it count for 15 minutes more.

        Open: between ten and fifteen minutes the receipt is the time that counts (2), and that is too late.
        """
        return self.time() >= deadline or (not self.caller and self.received >= deadline + FIFTEEN_MINUTES)


@dataclass(frozen=True)
class Report:
    """One error that one reader pointed out. `quotes` in the order in which they came: more than one where
    the reader amended; `marks` 0 to 3 as the last decision has them, `verdict` None where there is none."""

    number: int
    account: str
    quotes: tuple[Quote, ...]
    verdict: str | None = "accepted"
    marks: int = 3
    withdrawn: bool = False

    def quote(self) -> Quote:
        """(9) Correcting one's report keeps its place unless the error changes."""
        kept = self.quotes[0]
        for quote in self.quotes[1:]:
            if quote.slip != kept.slip:
                kept = quote
        return kept


@dataclass(frozen=True)
class Round:
    """`seed` in hex. `same`: slips that are one erratum for readers, for they repeat (7)."""

    reports: tuple[Report, ...]
    slips: Mapping[str, Slip]
    deadline: datetime
    same: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    staff: frozenset[str] = frozenset()
    relatives: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()
    resting: frozenset[str] = frozenset()
    seed: str = ""
    best: int = 1
    excellent: int = 10


@dataclass
class Line:
    """One person in the standing. `draw` is the hash that decides when all else is equal."""

    person: frozenset[str]
    total: Fraction = Fraction(0)
    first_finds: int = 0
    accepted: int = 0
    decided: int = 0
    scoring: list[Report] = field(default_factory=list)
    may_win: bool = True
    draw: str = ""

    def accuracy(self) -> Fraction:
        return Fraction(self.accepted, self.decided) if self.decided else Fraction(0)

    def qualified(self) -> bool:
        """(11) Above 0, and at least half of the decided reports accepted."""
        return self.total > 0 and self.accepted * 2 >= self.decided


@dataclass
class Result:
    standing: list[Line]
    scores: dict[int, Fraction]
    ranks: dict[int, int]
    best: list[frozenset[str]]
    excellent: list[frozenset[str]]
    ties: list[tuple[list[frozenset[str]], list[str]]]


def together(one: str, pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Everything that hangs together with this one by these pairs, however long the chain."""
    found = {one}
    grew = True
    while grew:
        grew = False
        for left, right in pairs:
            if (left in found) != (right in found):
                found |= {left, right}
                grew = True
    return frozenset(found)


def issue_of(found: str | None, stated: str | None, out: Mapping[str, date], sent: date) -> str | None:
    """(3) The issue where the place was found; else the issue stated; else the newest published when it was sent."""
    published = [(day, issue) for issue, day in out.items() if day <= sent]
    return found or stated or (max(published)[1] if published else None)


def person_of(account: str, game: Round) -> frozenset[str]:
    """All linked readers are one person (words, 11); nothing leads to one who was erased (20)."""
    return together(account, [pair for pair in game.links if not game.erased & set(pair)])


def erratum_of(report: Report, game: Round) -> frozenset[str]:
    """(7) The same slip in several places is one erratum for readers."""
    return together(report.quote().slip, game.same)


def cannot_win(person: frozenset[str], game: Round) -> bool:
    """(12) Staff, their declared relatives, and the blocked; one such account is enough."""
    return bool(person & (game.staff | game.relatives | game.blocked))


def intake_seed(intake: Iterable[tuple[int, int]]) -> str:
    """(11) SHA-256 of the intake list: a line of number and CreateTime (as WeChat gives it, in seconds) for every
    report, by number. How the lines are written is docs/record.md's."""
    return hashlib.sha256(
        "".join(f"{number} {created}\n" for number, created in sorted(intake)).encode()
    ).hexdigest()


def _when(report: Report) -> tuple[datetime, int, int]:
    """(2) The time that counts, then our receipt sequence; within one message as it was told."""
    quote = report.quote()
    return quote.time(), quote.sequence, report.number


def _receipt(report: Report) -> tuple[int, int]:
    return report.quote().sequence, report.number


def _verdict(report: Report, game: Round) -> str | None:
    political = report.verdict in SCORES and game.slips[report.quote().slip].political
    return "escalated" if political else report.verdict


def _counts(report: Report, game: Round) -> bool:
    """(3, 6, 9) Whether a report can have a finder's place at all."""
    return (
        _verdict(report, game) in SCORES
        and not report.withdrawn
        and not report.quote().late(game.deadline)
        and not cannot_win(person_of(report.account, game), game)
    )


def _finders(erratum: frozenset[str], game: Round) -> list[Report]:
    """(9) Each person's first report of the erratum, persons in order of rule 2."""
    found: list[Report] = []
    for report in sorted((one for one in game.reports if one.quote().slip in erratum), key=_when):
        known = [person_of(one.account, game) for one in found]
        if _counts(report, game) and person_of(report.account, game) not in known:
            found.append(report)
    return found


def _share(rank: int, points: Fraction) -> Fraction:
    """(9) First 1; second and third 0.25; later 0; later ones of an erratum under 1 point 0."""
    if rank == 1:
        return Fraction(1)
    if rank <= 3 and points >= 1:
        return Fraction(1, 4)
    return Fraction(0)


def _points(slip: Slip) -> Fraction:
    """(7) Twice in headlines and for important things, never stacked."""
    return slip.points * 2 if slip.doubled else slip.points


def _own_repeat(report: Report, game: Round) -> bool:
    """(6) A person's further report of an erratum of which he has one accepted."""
    return any(
        other is not report
        and erratum_of(other, game) == erratum_of(report, game)
        and person_of(other.account, game) == person_of(report.account, game)
        and _counts(other, game)
        and _when(other) < _when(report)
        for other in game.reports
    )


def _scores(game: Round) -> tuple[dict[int, Fraction], dict[int, int]]:
    """(7, 8, 9) What every report is worth, and its finder's place (0: none)."""
    shares = {report.number: Fraction(0) for report in game.reports}
    ranks = dict.fromkeys(shares, 0)
    for erratum in {erratum_of(report, game) for report in game.reports}:
        for rank, report in enumerate(_finders(erratum, game), start=1):
            ranks[report.number] = rank
            shares[report.number] = _share(rank, _points(game.slips[report.quote().slip]))
    scores: dict[int, Fraction] = {}
    used: dict[frozenset[str], Fraction] = {}
    # (7) A person's first 1.0 point of punctuation and number usage counts, in order of receipt. Open: it is the
    # points that he would get for it, so what has no share uses nothing up.
    for report in sorted(game.reports, key=_receipt):
        slip, person = game.slips[report.quote().slip], person_of(report.account, game)
        worth = _points(slip) * shares[report.number]
        if slip.usage:
            worth = min(worth, Fraction(1) - used.get(person, Fraction(0)))
            used[person] = used.get(person, Fraction(0)) + worth
        scores[report.number] = worth * (Fraction(7, 10) + Fraction(report.marks, 10))  # (8)
    return scores, ranks


def _line(person: frozenset[str], game: Round, scores: dict[int, Fraction], ranks: dict[int, int]) -> Line:
    line = Line(person, may_win=not cannot_win(person, game) and not person & game.erased)
    for report in sorted(game.reports, key=_when):
        if report.account not in person:
            continue
        line.total += scores[report.number]
        line.first_finds += ranks[report.number] == 1
        if scores[report.number] > 0:
            line.scoring.append(report)
        if _weighs(report, game):
            line.decided += 1
            line.accepted += report.verdict in SCORES
    if line.scoring:
        # (11) SHA-256(seed ‖ number of the first scoring report)
        line.draw = hashlib.sha256(f"{game.seed}{line.scoring[0].number}".encode()).hexdigest()
    return line


def _weighs(report: Report, game: Round) -> bool:
    """(11) Whether a report is among the decided ones.

    Open: what is late has no part in the round, for no pick waits for it (4). What is taken back is no find any
    more; taken back after a "no" it was decided all the same, else the half could be had by taking back.
    """
    if report.quote().late(game.deadline) or _own_repeat(report, game):
        return False
    if report.withdrawn and report.verdict in SCORES:
        return False
    return _verdict(report, game) not in NEITHER_WAY


def _last(line: Line) -> datetime:
    """(11) The time of the last scoring report. The receipt sequence is left out: else nothing came to the draw."""
    return max(report.quote().time() for report in line.scoring)


def _place(line: Line) -> tuple[Fraction, int, Fraction, datetime, str]:
    """(11) Standing, more first finds, higher share accepted, earlier last scoring report, the draw."""
    return -line.total, -line.first_finds, -line.accuracy(), _last(line), line.draw


def _settled_by(ahead: Line, behind: Line) -> str:
    if ahead.first_finds != behind.first_finds:
        return "first_finds"
    if ahead.accuracy() != behind.accuracy():
        return "share_accepted"
    return "last_scoring" if _last(ahead) != _last(behind) else "draw"


def _ties(able: list[Line], winners: list[frozenset[str]]) -> list[tuple[list[frozenset[str]], list[str]]]:
    """Those of equal standing among whom somebody wins, in order, and what put each before the next."""
    found = []
    for total in sorted({line.total for line in able}, reverse=True):
        equal = [line for line in able if line.total == total]
        if len(equal) > 1 and any(line.person in winners for line in equal):
            why = [_settled_by(equal[n], equal[n + 1]) for n in range(len(equal) - 1)]
            found.append(([line.person for line in equal], why))
    return found


def work_out(game: Round) -> Result:
    """The whole round: scores, the persons above 0 in order, and who won (12, 13)."""
    scores, ranks = _scores(game)
    persons = {person_of(report.account, game) for report in game.reports}
    lines = [_line(person, game, scores, ranks) for person in persons]
    standing = sorted((line for line in lines if line.total > 0), key=_place)
    able = [line for line in standing if line.qualified() and line.may_win]
    # (12) Who was best lately may be of the ten, and not best again.
    best = [line.person for line in able if not line.person & game.resting][: game.best]
    excellent = [line.person for line in able if line.person not in best][: game.excellent]
    return Result(standing, scores, ranks, best, excellent, _ties(able, best + excellent))
