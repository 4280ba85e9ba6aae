"""A random month of a small town played through the product's verbs, and told to the naive recomputation.

Letters come in order of receipt, some half told, amended or taken back; the round closes; then come editors, who think
again, appeals, links, bars, goodbyes, and the pick.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from bot.audit import SCHEDULER, by_staff
from bot.contest import phases, rounds
from bot.contest.standing import RoundStanding, compute
from bot.errors import NotAllowed
from bot.filing import reports
from bot.filing.reports import Coming
from bot.judging import appeals, grading
from bot.personal import privacy
from bot.readers import persons
from bot.understanding.values import Finding
from models.contests import Award
from models.enums import Bar, Doubling, Prize, ReportState, Verdict
from models.reports import Report
from tests.support import naive
from tests.support.naive import Quote, Slip
from tests.support.random_rounds import DEADLINE, MARKS, NEAR_THE_END, NOS, START, YES
from tests.support.random_rounds import slip as slip_of
from tests.support.town import ACCOUNT, ALONE, Town, at

RULES = replace(ALONE, best_rest_rounds=1, excellent_count=2)
NAMES = "甲乙丙丁戊己"
ROWS = ("N-05", "N-06", "N-14", "N-18", "N-05×2", "N-05", "N-05")
"""Of the planted errors 1 to 7; 6 and 7 may be one slip in two places. From 8 on: number usage."""
TWINS = (6, 7)
FOUND = (1, 1, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7)
"""Which of them readers find: some are found by many."""
FIRST_USAGE = 8
FATES = ("kept", "kept", "kept", "withdrawn", "amended", "amended", "half told")
MISTAKES = ("accepted", "other row", "not_an_error", "needs_more", "escalated", "undone")
FINALS = (*YES, *YES, *YES, *YES, *YES, *NOS, "suggestion", "both_forms", "needs_more", "escalated", "upheld", "rejected")
NOTHING = timedelta(0)


def name_of(number: int) -> str:
    row = ROWS[number - 1] if number < FIRST_USAGE else "N-10"
    return f"{row}/{number}"


@dataclass(frozen=True)
class Telling:
    """A reader, what he found, and what becomes of it. `wrote` and `other`: (created, delay) of his messages."""

    reader: str
    number: int
    wrote: tuple[datetime, timedelta]
    fate: str = "kept"
    other: tuple[int, datetime] = (1, START)
    before: tuple[str, ...] = ()
    final: str = "accepted"
    marks: int = 3


@dataclass(frozen=True)
class Month:
    tellings: tuple[Telling, ...]
    links: tuple[tuple[str, str], ...] = ()
    linked_early: bool = False
    bars: tuple[tuple[str, Bar], ...] = ()
    erased: str = ""
    twins: bool = False
    order: tuple[int, ...] = ()  # whose turn it is when editors jump from report to report


MOMENTS = st.sampled_from([*(START + timedelta(minutes=n) for n in range(6)), *NEAR_THE_END[2:]])
WROTE = st.tuples(MOMENTS, st.sampled_from([timedelta(seconds=n) for n in (0, 0, 0, 5, 300, 601)]))


@st.composite
def months(draw: st.DrawFn) -> Month:
    tellings = draw(st.lists(st.builds(
        Telling, st.sampled_from(NAMES), st.sampled_from(FOUND), WROTE, st.sampled_from(FATES),
        st.tuples(st.sampled_from(FOUND), MOMENTS), st.lists(st.sampled_from(MISTAKES), max_size=2).map(tuple),
        st.sampled_from(FINALS), st.integers(0, 3)), min_size=9, max_size=14))
    if draw(st.integers(0, 3)) == 3:  # more usage than counts, delivered in the other order than written
        reader = draw(st.sampled_from(NAMES))
        tellings += [Telling(reader, FIRST_USAGE + n, (START + timedelta(seconds=20 * n), timedelta(seconds=30 * (12 - n))),
                             marks=draw(st.integers(0, 3))) for n in range(11)]
    barred = draw(st.lists(st.tuples(st.sampled_from(NAMES[1:]), st.sampled_from(list(Bar))), max_size=2))
    links = draw(st.lists(st.tuples(st.sampled_from(NAMES[:5]), st.sampled_from(NAMES[:5])), max_size=2))
    links = [one for one in links if one[0] != one[1]]
    free = set(NAMES) - {name for one in links for name in one} - {name for name, _ in barred}
    return Month(
        tuple(tellings), tuple(links), draw(st.booleans()), tuple(dict(barred).items()),
        draw(st.sampled_from(["", *sorted(free)])), draw(st.booleans()),
        tuple(draw(st.lists(st.integers(0, 30), min_size=8, max_size=24))))


@dataclass
class Filed:
    """What is on record of a telling, for the naive recomputation."""

    telling: Telling
    number: int
    created: int  # of its first message: the intake list has that
    quotes: list[Quote] = field(default_factory=list)
    withdrawn: bool = False
    half: bool = False


@dataclass(frozen=True)
class Picked:
    """What a pick came to; persons by their readers."""

    best: list[frozenset[str]]
    excellent: list[frozenset[str]]
    standing: list[tuple[frozenset[str], int, int, int, int]]
    ties: list[tuple[list[frozenset[str]], list[str]]]
    seed: str


class Play:
    """One month in a town that has been founded; nothing is committed."""

    def __init__(self, town: Town, month: Month) -> None:
        self.town, self.month = town, month
        self.filed: list[Filed] = []
        self.intake: list[tuple[int, int]] = []
        self.linked: list[tuple[str, str]] = []

    # the readers

    def letters(self) -> None:
        """Everything that is written, in order of receipt, with the close in between."""
        if self.month.linked_early:
            self.link()
        deeds = sorted(self._deeds(), key=lambda deed: deed[0])
        closed = False
        for received, telling, step, number, created in deeds:
            if received >= DEADLINE and not closed:
                closed = self.close()
            self._deed(telling, step, number, created, received)
        if not closed:
            self.close()
        if self.month.twins:
            self._link_twins()

    def _deeds(self) -> Iterator[tuple[datetime, Telling, str, int, datetime]]:
        for telling in self.month.tellings:
            created, delay = telling.wrote
            if telling.fate == "half told":
                yield created - timedelta(minutes=2), telling, "half", telling.number, created - timedelta(minutes=2)
            yield created + delay, telling, "quote", telling.number, created
            if telling.fate == "amended":
                number, later = telling.other
                moment = max(later, created + delay) + timedelta(seconds=1)
                yield moment, telling, "amend", number, moment
            if telling.fate == "withdrawn":
                yield created + delay + timedelta(seconds=30), telling, "withdraw", telling.number, created

    def _deed(self, telling: Telling, step: str, number: int, created: datetime, received: datetime) -> None:
        held = next((one for one in self.filed if one.telling is telling), None)
        if step == "withdraw":
            if held is not None:
                self.town.withdraw(held.number, received)
                held.withdrawn = True
        elif step == "half" or (step == "quote" and held is None):
            self._file(telling, created, received, half=step == "half")
        elif held is not None:
            self._change(held, number, created, received)

    def _file(self, telling: Telling, created: datetime, received: datetime, *, half: bool) -> None:
        coming = self._coming(telling.reader, created, received)
        finding = Finding(page="03", article_text="食堂那篇") if half else self.town.said(telling.number)
        made = reports.file(self.town.session.connection(), coming, finding, complete=not half, now=received)
        if made.repeat_of:
            return  # his own repeat: there is no second report
        kept = Filed(telling, made.report_id, int(created.timestamp()), half=half)
        if not half:
            kept.quotes.append(Quote(name_of(telling.number), created, received, coming.message_id))
        self.filed.append(kept)

    def _change(self, held: Filed, number: int, created: datetime, received: datetime) -> None:
        coming = self._coming(held.telling.reader, created, received)
        made = reports.change(self.town.session.connection(), held.number, self.town.said(number), coming, complete=True,
                              now=received)
        if made.repeat_of:
            self.filed.remove(held)  # half told and then no error of its own: it has lapsed
        else:
            held.quotes.append(Quote(name_of(number), created, received, coming.message_id))

    def _coming(self, reader: str, created: datetime, received: datetime) -> Coming:
        counted, flagged = phases.counts_at(int(created.timestamp()), received, RULES)
        message_id = self.town.message(reader, received, create_time=int(created.timestamp()), counts_at=counted)
        return Coming(message_id, ACCOUNT, self.town.reader(reader), self.town.person(reader), created, counted, flagged)

    def close(self) -> bool:
        self.intake = [(one.number, one.created) for one in self.filed]
        kept = set(self.town.session.scalars(select(Report.id).where(Report.round_id == self.town.round().id)))
        gone = kept - {number for number, _ in self.intake}  # half told, then a repeat: on the list all the same
        self.intake += [(number, int(self.town.report(number).sent_at.timestamp())) for number in gone]
        return rounds.close_round(self.town.session, self.town.round().id, actor=SCHEDULER, now=DEADLINE)

    def _link_twins(self) -> None:
        """An editor sees that two places hold the same slip."""
        first = [next((one.number for one in self.filed if one.quotes and one.quotes[-1].slip == name_of(number)), None)
                 for number in TWINS]
        if None not in first:
            one, other = first
            grading.link_slip(self.town.session, one, other, actor=by_staff(self.town.editor), now=DEADLINE,
                              expected_version=self.town.report(one).version)
            self.twins = True

    twins = False

    # the newsroom

    def link(self) -> None:
        for one, other in self.month.links:
            try:
                persons.link(self.town.session, self.town.reader(one), self.town.reader(other), "来电说是同一人",
                             actor=by_staff(self.town.chief), now=START)
            except NotAllowed:  # they hang together already
                continue

    def grade_and_pick(self, *, jumping: bool) -> Picked:
        """Every report is graded, one after the other or `jumping` between them, and the round is picked."""
        left = [[(one, what) for what in (*one.telling.before, one.telling.final)]
                for one in self.filed if not one.withdrawn]
        for turn in self.month.order if jumping else ():
            if any(left):
                some = [acts for acts in left if acts]
                self._act(*some[turn % len(some)].pop(0))
        for acts in left[::-1] if jumping else left:
            for act in acts:
                self._act(*act)
        if not self.month.linked_early:
            self.link()
        for name, kind in self.month.bars:
            persons.bar(self.town.session, self.town.reader(name), kind, "登记过", actor=by_staff(self.town.chief),
                        now=DEADLINE)
        if self.month.erased:
            privacy.erase(self.town.session.connection(), self.town.reader(self.month.erased), now=DEADLINE)
            self.town.session.expire_all()
        assert rounds.pick_round(self.town.session, self.town.round().id, actor=SCHEDULER,
                                 now=DEADLINE + timedelta(minutes=15))
        return self._picked()

    def _act(self, held: Filed, what: str) -> None:
        number, row = held.number, slip_of(held.quotes[-1].slip)
        code = held.quotes[-1].slip[:4]
        marks = MARKS[held.telling.marks]
        given: dict[str, Any] = {"row": code, "marks": marks, "now": DEADLINE + timedelta(minutes=1),
                                 "doubling": Doubling.HEADLINE if row.doubled else Doubling.NONE}
        if what in YES:
            self.town.grade(number, Verdict(what), **given)
        elif what == "other row":
            self.town.grade(number, **given | {"row": "N-07", "doubling": Doubling.IMPORTANT})
        elif what == "undone":
            self.town.grade(number, **given | {"row": "N-04", "doubling": Doubling.NONE})
            grading.undo(self.town.session, number, actor=by_staff(self.town.editor), now=given["now"],
                         expected_version=self.town.report(number).version)
        elif what == "escalated":
            if self.town.report(number).state is not ReportState.ESCALATED:
                grading.escalate(self.town.session, number, "请主编看", actor=by_staff(self.town.editor), now=given["now"],
                                 expected_version=self.town.report(number).version)
        elif what in ("upheld", "rejected"):
            self._appeal(held, given, upheld=what == "upheld")
        elif what == "needs_more":
            self._ask_back(number, given["now"])
        else:
            self.town.refuse(number, Verdict(what), now=given["now"])

    def _ask_back(self, number: int, now: datetime) -> None:
        report = self.town.report(number)
        if report.state is ReportState.ESCALATED:  # nobody is asked about what lies with the chief
            grading.undo(self.town.session, number, actor=by_staff(self.town.editor), now=now, expected_version=report.version)
        if report.state is not ReportState.NEEDS_MORE:
            self.town.refuse(number, Verdict.NEEDS_MORE, now=now)

    def _appeal(self, held: Filed, given: dict[str, Any], *, upheld: bool) -> None:
        """A "no", the reader's appeal, and one or two others who look again (RULES 10, 19)."""
        number, now = held.number, given["now"]
        self.town.refuse(number, now=now)
        if not self._appeals(held):
            return
        coming = self._coming(held.telling.reader, now, now)
        said = appeals.file(self.town.session.connection(), coming, (number,), now=now)
        assert said.startswith("申诉收到")
        for member in (self.town.second, self.town.chief)[: 2 if upheld else 1]:
            if upheld:
                self.town.grade(number, by=member, **given)
            else:
                self.town.refuse(number, by=member, now=now)

    def _appeals(self, held: Filed) -> bool:
        """Not about what is late, nor where the number means the reader's own so-many-th report."""
        own = self.town.session.scalars(select(Report.ordinal).where(
            Report.reader_id == self.town.reader(held.telling.reader), Report.id != held.number)).all()
        return held.number not in own and not self.town.report(held.number).late

    # what came of it

    def _picked(self) -> Picked:
        round_ = self.town.round()
        held: RoundStanding = compute(self.town.session.connection(), round_.id)
        names: dict[int, frozenset[str]] = {}
        for name in NAMES:
            names[self.town.person(name)] = names.get(self.town.person(name), frozenset()) | {name}
        awards = self.town.session.scalars(select(Award).where(Award.round_id == round_.id).order_by(Award.place)).all()
        return Picked(
            [names[one.person_id] for one in awards if one.prize is Prize.BEST],
            [names[one.person_id] for one in awards if one.prize is Prize.EXCELLENT],
            [(names[one.person_id], one.total_milli, one.first_finds, one.accepted, one.decided)
             for one in held.standings if one.total_milli],
            [([names[one] for one in tie.persons], [str(one) for one in tie.criteria]) for tie in held.select().ties],
            round_.seed or "")

    def wanted(self, resting: str) -> Picked:
        """The same from the rules alone."""
        told = [naive.Report(one.number, one.telling.reader, tuple(one.quotes), *self._decision(one), one.withdrawn)
                for one in self.filed]
        names = {quote.slip for one in self.filed for quote in one.quotes}
        slips: dict[str, Slip] = {name: slip_of(name) for name in names}
        kinds = {kind: frozenset(name for name, bar in self.month.bars if bar is kind) for kind in Bar}
        game = naive.Round(
            tuple(told), slips, DEADLINE, same=((name_of(TWINS[0]), name_of(TWINS[1])),) if self.twins else (),
            links=self.month.links, staff=kinds[Bar.STAFF], relatives=kinds[Bar.RELATIVE], blocked=kinds[Bar.BLOCKED],
            erased=frozenset(self.month.erased), resting=frozenset(resting), seed=naive.intake_seed(self.intake),
            best=RULES.best_count, excellent=RULES.excellent_count)
        found = naive.work_out(game)
        return Picked(found.best, found.excellent,
                      [(one.person, int(one.total * 1000), one.first_finds, one.accepted, one.decided)
                       for one in found.standing], found.ties, game.seed)

    def _decision(self, held: Filed) -> tuple[str | None, int]:
        """(verdict, marks) that stand at the end."""
        final = held.telling.final
        if held.withdrawn:
            return None, 0
        if final == "upheld":
            return ("accepted", held.telling.marks) if self._appeals(held) else ("not_an_error", 0)
        return ("not_an_error" if final == "rejected" else final), held.telling.marks


def founded(town_session: Any) -> Town:
    """The town after April, which 甲 won: he rests from being best in May."""
    town = Town.founded(town_session, rules=RULES, first="2023-04")
    for name in NAMES:
        town.reader(name)
    moment = at("2023-04-20 08:00")
    number = town.file("甲", town.stated(1, month="2023-04"), moment).report_id
    town.grade(number)
    april = town.round("2023-04")
    rounds.close_round(town.session, april.id, actor=SCHEDULER, now=april.closes_at)
    assert rounds.pick_round(town.session, april.id, actor=SCHEDULER, now=april.closes_at + timedelta(minutes=15))
    town.session.commit()
    return town
