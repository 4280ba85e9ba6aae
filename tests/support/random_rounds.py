"""Random rounds for the contest's arithmetic, and how one is told to it: ties of every depth, shortage, and all else.

Made as values of the naive recomputation; knows nothing of how either side works them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any

from hypothesis import strategies as st

from bot.contest import phases
from bot.contest.rules import DEFAULT_RULES, RuleSet
from bot.contest.scoring import ErratumPoints, ReportScore, ScoringReport, Standing, score, standings
from bot.contest.selection import Selection, choose
from models.enums import Doubling, Verdict
from tests.support import naive
from tests.support.naive import Quote, Report, Slip

DAY = date(2023, 6, 1)
DEADLINE = datetime(2023, 6, 1, 16, 0, tzinfo=UTC)  # the end of 1 June in Shanghai
START = datetime(2023, 5, 20, 0, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NAMES = "甲乙丙丁戊己庚辛"

ROWS: Mapping[str, Slip] = {
    "N-05": Slip(Fraction(1)), "N-06": Slip(Fraction(2)), "N-07": Slip(Fraction(4)), "N-14": Slip(Fraction(1, 2)),
    "N-05×2": Slip(Fraction(1), doubled=True), "N-06×2": Slip(Fraction(2), doubled=True),
    "N-14×2": Slip(Fraction(1, 2), doubled=True),
    "N-10": Slip(Fraction(1, 10), usage=True), "N-18": Slip(Fraction(1, 10), usage=True),
    "N-22": Slip(Fraction(0), political=True),
}  # fmt: skip
"""By the number of the row in the annex, doubled or not. A slip is called by it: N-06×2/7."""
PLAIN, USAGE = ("N-05", "N-06", "N-07", "N-14", "N-05×2"), ("N-10", "N-18")
HALF = {"N-05": "N-14", "N-05×2": "N-05", "N-06": "N-05", "N-07": "N-06"}
"""Rows, and those of half the points: two of these come to the same standing by more finds."""
SHARED = ("N-05/一", "N-05/二", "N-06×2/三", "N-14/四", "N-18/五", "N-22/六", "N-14×2/七")
"""Slips that anybody may report; the first two may turn out to be the same one in two places."""

DELAYS = [timedelta(seconds=n) for n in (0, 0, 0, 0, 3, 240, 599, 600, 601, 840, -30)]
NEAR_THE_END = [DEADLINE + timedelta(seconds=n) for n in (-960, -601, -2, -1, 0, 1)]
NOS = ["not_an_error", "out_of_scope", "cannot_check"]
OTHERS = [*NOS, "both_forms", "suggestion", "repeated", "needs_more", "escalated", "lapsed", None]
YES = ["accepted"] * 3 + ["accepted_with_edits"]
MARKS = ((False, False, False), (True, False, False), (True, False, True), (True, True, True))


STANDS = ("", "", "", "", "", "", "", "", "staff", "relatives", "blocked", "erased", "resting")
"""What may be known of a reader."""


def slip(name: str) -> Slip:
    return ROWS[name.split("/")[0]]


@dataclass(frozen=True)
class Told:
    """A report before it has a number: (slip, created, delay) of each message that quotes."""

    account: str
    messages: tuple[tuple[str, datetime, timedelta], ...]
    verdict: str | None = "accepted"
    marks: int = 3
    withdrawn: bool = False
    caller: bool = False


MOMENTS = st.one_of(
    st.integers(0, 6).map(lambda minute: START + timedelta(minutes=minute)),
    st.integers(0, 6).map(lambda minute: START + timedelta(minutes=minute)),
    st.sampled_from(NEAR_THE_END))
VERDICTS = st.one_of(st.sampled_from(YES), st.sampled_from(YES), st.sampled_from(OTHERS))
SELDOM = st.integers(0, 7).map(lambda n: n == 7)


@st.composite
def _shapes(draw: st.DrawFn) -> list[tuple[str, datetime, int]]:
    """What one reader finds alone: (row, created, marks). Readers of one shape are equal down to the draw."""
    if draw(SELDOM):
        step = draw(st.sampled_from([0, 20]))  # seconds
        return [(USAGE[n % 2], START + timedelta(seconds=n * step), draw(st.integers(0, 3))) for n in range(11)]
    finds = st.tuples(st.sampled_from(PLAIN), st.integers(0, 4).map(lambda n: START + timedelta(minutes=n)),
                      st.integers(1, 3))
    return draw(st.lists(finds, min_size=1, max_size=2))


@st.composite
def _shared(draw: st.DrawFn, accounts: str) -> Told:
    """A report of a slip that others may have found too, amended or not."""
    messages = tuple(
        (draw(st.sampled_from((*SHARED, *SHARED[:3]))), draw(MOMENTS), draw(st.sampled_from(DELAYS)))
        for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))))
    withdrawn = draw(SELDOM)  # what is decided can not be withdrawn, nor what is withdrawn be decided
    return Told(draw(st.sampled_from(accounts)), messages, None if withdrawn else draw(VERDICTS), draw(st.integers(0, 3)),
                withdrawn=withdrawn)


TWEAKS = ("", "", "", "refused", "refused", "guessing", "later", "halves", "hurried", "by telephone")


def _tweaked(tweak: str, account: str, own: list[Told], at: int) -> list[Told]:
    """One reader's finds, a little other than those of the same shape: each tweak decides a tie of another depth."""
    if tweak in ("refused", "guessing"):
        times = 1 if tweak == "refused" else len(own) + 1
        return [*own, *(Told(account, ((f"N-05/{account}{at + n}", START, timedelta(0)),), "not_an_error")
                        for n in range(times))]
    if tweak == "later":
        (name, created, delay), = own[-1].messages
        return [*own[:-1], replace(own[-1], messages=((name, created + timedelta(minutes=20), delay),))]
    if tweak == "halves":  # two errata of half the points each: the same standing by more finds
        (name, created, delay), = own[0].messages
        half = HALF.get(name.split("/")[0])
        parts = [replace(own[0], messages=((f"{half}/{account}半{n}", created, delay),)) for n in (1, 2)]
        return [*(parts if half else own[:1]), *own[1:]]
    if tweak == "hurried":  # they come in the other order than they were written in
        return [replace(one, messages=tuple((name, created, timedelta(seconds=(30 * (len(own) - n))))
                                            for name, created, _ in one.messages)) for n, one in enumerate(own)]
    if tweak == "by telephone":
        return [replace(one, caller=True, messages=tuple((name, created, timedelta(hours=hours))
                                                         for name, created, _ in one.messages))
                for one, hours in zip(own, [5, 80] * 6, strict=False)]
    return own


def _forwarded(told: list[Told], account: str, minutes: int) -> list[Told]:
    """The first finder's list in another's name, a little later."""
    first = [one for one in told if one.account == told[0].account] if told else []
    return [replace(one, account=account, messages=tuple(
        (name, created + timedelta(minutes=minutes), delay) for name, created, delay in one.messages)) for one in first]


@st.composite
def rounds(draw: st.DrawFn) -> naive.Round:
    accounts = NAMES[: draw(st.integers(1, len(NAMES)))]
    shapes = draw(st.lists(_shapes(), min_size=1, max_size=3))
    told: list[Told] = []
    rivals = draw(st.sampled_from(["", "", "halves", "refused", "later"]))  # of the second reader: he is the first's equal
    for at, account in enumerate(accounts):
        equal = bool(rivals) and at < 2
        shape = shapes[0] if equal else draw(st.sampled_from([*shapes, []]))
        tweak = ["", rivals][at] if equal else draw(st.sampled_from(TWEAKS))
        own = [Told(account, ((f"{row}/{account}{n}", created, timedelta(0)),), marks=marks)
               for n, (row, created, marks) in enumerate(shape)]
        told += _tweaked(tweak, account, own, len(shape)) if own else []
    for account in draw(st.lists(st.sampled_from(accounts), max_size=4)):  # what one found is forwarded by others
        told += _forwarded(told, account, draw(st.integers(1, 3)))
    told += draw(st.lists(_shared(accounts), max_size=8))
    marked = [(name, draw(st.sampled_from(STANDS))) for name in accounts]
    pairs = st.tuples(st.sampled_from(accounts), st.sampled_from(accounts))
    turned = draw(st.integers(0, 5))  # numbers need not follow the clock: what was half told has its number already
    told = told[turned:] + told[:turned]
    names = {name for one in told for name, _, _ in one.messages} | set(SHARED)
    return naive.Round(
        _received(told), {name: slip(name) for name in names},
        DEADLINE, same=draw(st.sampled_from([(), (SHARED[:2],)])),
        links=tuple(one for one in draw(st.lists(pairs, max_size=2)) if one[0] != one[1]),
        **{kind: frozenset(name for name, stand in marked if stand == kind) for kind in STANDS if kind},
        seed=naive.intake_seed([(draw(st.integers(0, 3)), 0)]), excellent=draw(st.sampled_from([0, 1, 2, 3, 10])))


def _received(told: list[Told]) -> tuple[Report, ...]:
    """Numbered as told; the receipt sequence follows the clock, and one reader's words of one second are one message."""
    letters = sorted({(created + delay, created, one.account) for one in told for _, created, delay in one.messages},
                     key=lambda letter: letter[0])
    place = {letter: at for at, letter in enumerate(letters, 1)}
    return tuple(
        Report(number, one.account, _quotes(one, place), one.verdict, one.marks, one.withdrawn)
        for number, one in enumerate(told, 1))


def _quotes(one: Told, place: Mapping[tuple[datetime, datetime, str], int]) -> tuple[Quote, ...]:
    quotes = [Quote(name, created, created + delay, place[created + delay, created, one.account], one.caller)
              for name, created, delay in one.messages]
    return tuple(sorted(quotes, key=lambda quote: quote.sequence))


# --- how a round is told to the program ---


@dataclass(frozen=True)
class Outcome:
    """What the program makes of a round; persons by their accounts."""

    scores: Mapping[int, ReportScore]
    table: tuple[Standing, ...]
    chosen: Selection
    persons: Mapping[int, frozenset[str]]

    def names(self, persons: Any) -> list[frozenset[str]]:
        return [self.persons[one] for one in persons]


def worked_out(game: naive.Round, reports: list[ScoringReport] | None = None) -> Outcome:
    """The round through scoring and selection."""
    rules = rules_of(game)
    held = scoring_reports(game) if reports is None else reports
    persons = {number: frozenset(name for name, other in _persons(game).items() if other == number)
               for number in _persons(game).values()}
    scores = score(held, errata(game), rules)
    table = standings(scores, held, (), rules, game.seed)
    excluded = {number: "out" for number, names in persons.items()
                if names & (game.staff | game.relatives | game.blocked | game.erased)}
    resting = [number for number, names in persons.items() if names & game.resting]
    return Outcome(scores, table, choose(table, excluded=excluded, rules=rules, previous_best=[resting]), persons)


def rules_of(game: naive.Round) -> RuleSet:
    """The default rules, but for the prizes and for N-14: doubled it comes to 1 point, which is not under 1 (rule 9)."""
    annex = tuple(replace(row, doubles=True) if row.code == "N-14" else row for row in DEFAULT_RULES.annex)
    return replace(DEFAULT_RULES, annex=annex, best_count=game.best, excellent_count=game.excellent, best_rest_rounds=1)


def errata(game: naive.Round) -> dict[int, ErratumPoints]:
    return {number: ErratumPoints(number, name[:4], Doubling.HEADLINE if game.slips[name].doubled else Doubling.NONE)
            for name, number in _errata(game).items()}


def _errata(game: naive.Round) -> dict[str, int]:
    found = {name: number for number, name in enumerate(sorted(game.slips), 1)}
    for one, other in game.same:
        found[other] = found[one]
    return found


def _persons(game: naive.Round) -> dict[str, int]:
    """Each reader's person; a link makes two persons one, all their readers with them."""
    found = {name: number for number, name in enumerate(sorted({one.account for one in game.reports} | {
        name for pair in game.links for name in pair}), 1)}
    for one, other in game.links:
        if not {one, other} & game.erased:
            old, new = found[other], found[one]
            found = {name: new if number == old else number for name, number in found.items()}
    return found


def scoring_reports(game: naive.Round) -> list[ScoringReport]:
    persons, known = _persons(game), _errata(game)
    barred = {persons[name] for name in game.staff | game.relatives | game.blocked if name in persons}
    return [_scoring_report(one, game, persons[one.account], known, barred) for one in game.reports]


def _scoring_report(one: Report, game: naive.Round, person: int, known: Mapping[str, int], barred: set[int]) -> ScoringReport:
    quote = [list(quotes) for _, quotes in groupby(one.quotes, key=lambda quote: quote.slip)][-1][0]
    counted = (phases.caller_counts_at(quote.created, quote.received, DEFAULT_RULES) if quote.caller
               else phases.counts_at(int(quote.created.timestamp()), quote.received, DEFAULT_RULES))[0]
    verdict = None if one.verdict in (None, "escalated", "lapsed") else Verdict(one.verdict)
    return ScoringReport(
        one.number, person, known[quote.slip], verdict, MARKS[one.marks], counted, quote.sequence,
        late=phases.is_late(counted, DAY), withdrawn=one.withdrawn, lapsed=one.verdict == "lapsed",
        erased=one.account in game.erased, finder_ok=person not in barred)
