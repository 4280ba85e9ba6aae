"""A round closes, is picked and is released, each exactly once whoever tries (RULES 4, 5). Writes; never commits.

Each step claims the round by a conditional UPDATE first: of two schedulers one gets the row, the other nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.claiming.terms import OFFLINE, Terms
from bot.contest import deputies, phases, waiting_calls
from bot.contest.after_pick import since_pick
from bot.contest.announcing import announcement, drafts
from bot.contest.blockers import Blocker, blockers
from bot.contest.close_calls.foresight import could_change
from bot.contest.rules import RuleSet as Rules
from bot.contest.rules import from_json
from bot.contest.selection import Selection, intake_text, seed_of
from bot.contest.standing import RoundStanding, compute, gather
from bot.contest.uncollected import uncollected
from bot.errors import BadInput, NotAllowed, NotFound
from bot.filing import reports
from bot.judging import contenders, pairs, reviews
from bot.outside import journal, told
from bot.recording import record_inputs, records
from models.contests import Award, Contest, Round, RuleSet
from models.enums import ActorKind, Prize, PrizeState, ReportState, Role, RoundState
from models.papers import Issue, Paper
from models.reports import Report
from models.staff import Staff


@dataclass(frozen=True, slots=True)
class Preview:
    """What a pick would give now."""

    standing: RoundStanding
    selection: Selection
    blockers: list[Blocker]
    could_change: tuple[int, ...]
    tried: bool = True  # False: too many are open to try each for a look; all of them count as open

    @property
    def uncertain(self) -> int:
        """How many open items could still change a name. What stands in a letter nobody has read is unknown."""
        return len(self.could_change) + sum(len(one.message_ids) for one in self.blockers)


@uncollected()
def close_round(session: Session, round_id: int, *, actor: Actor, now: datetime) -> bool:
    """Closes a round whose deadline has passed and seals the seed of its draw; False when that was done before."""
    done = session.execute(
        update(Round).where(Round.id == round_id, Round.state == RoundState.OPEN, Round.closes_at <= now)
        .values(state=RoundState.CLOSED, closed_at=now).execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return False
    intake = intake_text(record_inputs.create_times(session.connection(), round_id))
    seed = seed_of(intake)
    _set(session, round_id, seed=seed)
    records.keep_intake(session.connection(), round_id, intake)
    audit.record(session, actor=actor, verb="close_round", object_kind="round", object_id=round_id, now=now,
                 before=RoundState.OPEN, after=RoundState.CLOSED, details={"reports": intake.count("\n"), "seed": seed})
    return True


def _set(session: Session, round_id: int, **values: Any) -> None:
    session.execute(update(Round).where(Round.id == round_id).values(**values)
                    .execution_options(synchronize_session=False))
    session.expire_all()


def preview(session: Session, round_id: int) -> Preview:
    """A dry run: who would win if the round were picked now, and what could still change it."""
    standing = compute(session.connection(), round_id)
    return Preview(standing, standing.select(), _blockers(session, standing), _could_change(session, standing))


def look(session: Session, round_id: int, *, most_tried: int, unseen: Collection[int] = ()) -> Preview:
    """The same for a screen. `unseen`: the names are those as if nobody had decided these reports; what could change
    them is tried as it is. With more than `most_tried` open reports, as in the middle of a month, none is tried, and
    each is taken as one that could."""
    held = gather(session.connection(), round_id)
    if len(held.open_numbers) > most_tried:
        # So many open reports block the pick: nothing is compared pair by pair yet, whatever the standing.
        shown = held.scored(unseen)
        return Preview(shown, shown.select(), _blockers(session, shown), tuple(sorted(held.open_numbers)), tried=False)
    standing = held.scored()
    shown = standing.unseen(unseen)
    return Preview(shown, shown.select(), _blockers(session, standing), _could_change(session, standing))


def open_work(session: Session, round_id: int) -> list[Blocker]:
    """What blocks the pick of this round, without trying what it could change."""
    found = blockers(session.connection(), round_id)
    if any(one.report_ids for one in found):
        return found  # finalists are compared only when no report is open: the round need not be scored
    return found + pairs.blockers(session, compute(session.connection(), round_id), found)


def _blockers(session: Session, standing: RoundStanding) -> list[Blocker]:
    found = blockers(session.connection(), standing.round_id)
    return found + pairs.blockers(session, standing, found)


def _could_change(session: Session, standing: RoundStanding) -> tuple[int, ...]:
    """The reports of which a grade, a likeness settled as the same, or an answer to a call that waits for a second
    member of staff could still change a name (RULES 2, 4).

    Open reports are tried with all of these as they are, with all likenesses settled as the same, and with each answer.
    """
    present = standing.names()
    otherwise = [(standing.settled(standing.maybe), standing.maybe.keys())] if standing.maybe else []
    otherwise += [(standing.counted(times), times.keys())
                  for times in waiting_calls.answers(session.connection(), standing.round_id)]
    found: set[int] = set()
    for held, numbers in [(standing, standing.maybe.keys()), *otherwise]:
        found |= set(could_change(held.reports, held.errata, held.open_numbers, excluded=held.excluded,
                                  rules=held.rules, seed=held.seed, previous_best=held.previous_best))
        if held.names() != present:
            found |= numbers
    for number, erratum_id in standing.maybe.items():
        if standing.settled({number: erratum_id}).names() != present:
            found.add(number)
    return tuple(sorted(found))


@uncollected()
def pick_round(
    session: Session, round_id: int, *, actor: Actor, now: datetime, reason: str | None = None
) -> bool:
    """Picks the winners; False when it was done before or is not due. NotAllowed says what blocks.

    The scheduler picks when nothing blocks, or at `grading_until` if no open item could change a name;
    otherwise a chief picks then, with a reason that the record keeps.
    """
    round_ = _claim(session, round_id, RoundState.CLOSED)
    if round_ is None:
        return False
    rules = from_json(session.get_one(RuleSet, round_.rule_set_id).rules)
    if now < round_.closes_at + timedelta(minutes=rules.extra_minutes):
        return _refuse(actor, f"截止后还要再等{rules.extra_minutes}分钟，路上的来信也算数。")
    if told.lost_pick(session, round_id) is not None and not _chief_with_reason(session, actor, reason):
        return _refuse(actor, "恢复备份以前，这一轮已经评过；主编看过那时的名单、写明理由后才能再评。")
    standing = contenders.seek(session, round_id, actor=actor, now=now).standing or compute(session.connection(), round_id)
    found = _blockers(session, standing)
    if found and now < round_.grading_until:
        return _refuse(actor, "还有没做完的：" + "、".join(f"{one.label}{one.count}" for one in found) + "。")
    seen = Preview(standing, standing.select(), found, _could_change(session, standing))
    if seen.uncertain and not _chief_with_reason(session, actor, reason):
        return _refuse(actor, f"还有{seen.uncertain}件没做完的可能改变名单；主编可以写明理由后评出。")
    _lapse_what_waits(session, round_id, now)
    reviews.close_at_pick(session, round_id, now=now)
    _write_pick(session, round_, seen, actor=actor, now=now, reason=reason)
    return True


def _claim(session: Session, round_id: int, state: RoundState) -> Round | None:
    """The round, locked until the commit, if it is in `state`."""
    found: Round | None = session.scalar(
        select(Round).where(Round.id == round_id, Round.state == state).with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


def _refuse(actor: Actor, why: str) -> bool:
    """A person is told why; the scheduler just comes again."""
    if actor.kind is ActorKind.SCHEDULER:
        return False
    raise NotAllowed(why)


def _chief_with_reason(session: Session, actor: Actor, reason: str | None) -> bool:
    if actor.staff_id is None or not (reason or "").strip():
        return False
    return session.get_one(Staff, actor.staff_id).role is Role.CHIEF or not _has_chief(session)


def acts_as_chief(session: Session, actor: Actor) -> bool | None:
    """NotAllowed for whoever is no chief while there is one; True where he stands in for one, which is worth a word."""
    if not _chief_with_reason(session, actor, "as a chief"):
        raise NotAllowed("请主编来做。")
    return _stands_in(session, actor)


def _stands_in(session: Session, actor: Actor) -> bool | None:
    """True where a member of staff acts for a role that nobody holds; None is not worth a word."""
    return True if actor.staff_id is not None and not _has_chief(session) else None


def _has_chief(session: Session) -> bool:
    """Where nobody holds that role the same person may act, with a reason; the record says so (RULES 21)."""
    return session.scalar(select(Staff.id).where(Staff.role == Role.CHIEF, Staff.active.is_(True)).limit(1)) is not None


def _lapse_what_waits(session: Session, round_id: int, now: datetime) -> None:
    """Asked-back reports lapse at the latest at the pick, without penalty."""
    for report_id in session.scalars(select(Report.id).where(Report.round_id == round_id,
                                                             Report.state == ReportState.NEEDS_MORE)).all():
        reports.lapse(session.connection(), report_id, now=now)


def _write_pick(session: Session, round_: Round, seen: Preview, *, actor: Actor, now: datetime,
                reason: str | None) -> None:
    chosen = seen.selection
    places = [(person, Prize.BEST) for person in chosen.best] + [(p, Prize.EXCELLENT) for p in chosen.excellent]
    totals = {one.person_id: one.total_milli for one in seen.standing.standings}
    for place, (person_id, prize) in enumerate(places, 1):
        session.add(Award(
            round_id=round_.id, person_id=person_id, reader_id=drafts.reader_of(session, round_.id, person_id),
            prize=prize, place=place, standing_milli=totals[person_id], state=PrizeState.TO_BE_CLAIMED, state_at=now))
    result = result_of(session, seen)
    round_.state, round_.picked_at, round_.result = RoundState.PICKED, now, result
    round_.pick_reason = (reason or "").strip() or None
    session.flush()
    drafts.ask_for_names(session, round_, now=now)
    session.flush()
    audit.record(session, actor=actor, verb="pick_round", object_kind="round", object_id=round_.id, now=now,
                 before=RoundState.CLOSED, after=RoundState.PICKED,
                 details={"winners": len(places), "open": seen.uncertain, "same_person": _stands_in(session, actor)})
    picked = records.Picked(standing=seen.standing, blockers=seen.blockers, could_change=seen.could_change)
    records.keep(session, round_.id, picked, actor=actor, now=now, reason=reason)
    drafts.write(session, round_)  # with the record's digest


def result_of(session: Session, seen: Preview) -> dict[str, Any]:
    """What the record keeps of a pick: ids and numbers, no names."""
    standing = seen.standing
    return {
        "selection": asdict(seen.selection), "seed": standing.seed,
        "standings": [{"person": one.person_id, "total_milli": one.total_milli, "accepted": one.accepted,
                       "decided": one.decided, "first_finds": one.first_finds, "qualified": one.qualified,
                       "place": one.place, "draw": one.draw} for one in standing.standings],
        "open": [asdict(blocker) for blocker in seen.blockers],
        "comparisons": [asdict(one) for one in standing.comparisons],
        since_pick.LAST_GRADE: since_pick.last_grade(session, standing.round_id),
    }


def release_round(session: Session, round_id: int, *, actor: Actor, now: datetime, terms: Terms = OFFLINE) -> bool:
    """Publishes the names; False when that was done before. A person releases, unless `auto_announce` is set: a
    chief, or the deputy whom one has named.

    `terms`: how winners come to their prizes, as their notices say.
    """
    round_ = _claim(session, round_id, RoundState.PICKED)
    if round_ is None:
        return False
    contest = session.get_one(Contest, round_.contest_id)
    if actor.kind is not ActorKind.STAFF and not contest.auto_announce:
        raise NotAllowed("名单由主编发布。")
    as_deputy = actor.staff_id is not None and deputies.releases_as_deputy(session, contest, actor.staff_id)
    if since := since_pick.found(session, round_):
        return _refuse(actor, since_pick.words(since))
    if actor.kind is not ActorKind.STAFF and told.lost_pick(session, round_id) is not None:
        return _refuse(actor, "恢复备份以前，这一轮的名单可能已经发布过，请主编来发布。")
    drafts.fix_names(session, round_)
    drafts.write(session, round_)
    round_.state, round_.released_at, round_.released_by_id = RoundState.RELEASED, now, actor.staff_id
    session.flush()
    drafts.tell_winners(session, round_, terms, now=now)
    journal.note(session.connection(), "released", at=now, durable=True, round=round_id)
    audit.record(session, actor=actor, verb="release_round", object_kind="round", object_id=round_id, now=now,
                 before=RoundState.PICKED, after=RoundState.RELEASED, details={"deputy": True} if as_deputy else None)
    return True


def due_to_close(session: Session, now: datetime) -> list[int]:
    return list(session.scalars(select(Round.id).where(Round.state == RoundState.OPEN, Round.closes_at <= now)
                                .order_by(Round.closes_at)))


def due_to_pick(session: Session) -> list[int]:
    return list(session.scalars(select(Round.id).where(Round.state == RoundState.CLOSED).order_by(Round.closes_at)))


def due_to_release(session: Session) -> list[int]:
    return list(session.scalars(select(Round.id).join(Contest, Contest.id == Round.contest_id).where(
        Round.state == RoundState.PICKED, Contest.auto_announce.is_(True)).order_by(Round.closes_at)))


def move_deadline(
    session: Session, round_id: int, deadline_on: date, reason: str, *, actor: Actor, now: datetime,
    print_by: date | None = None,
) -> None:
    """Moves the deadline of an open round later, with a reason (RULES 1); its issues' deadlines follow.

    `print_by`: another press day, for names that go into another issue; the deadline may then stay.
    """
    round_ = _claim(session, round_id, RoundState.OPEN)
    if round_ is None:
        raise NotAllowed("这一轮已经截止，不能再改截止日。")
    if not reason.strip():
        raise BadInput("请写一句理由。")
    rules = from_json(session.get_one(RuleSet, round_.rule_set_id).rules)
    if print_by is None or deadline_on != round_.deadline_on:
        _check_deadline(round_, deadline_on, rules, now)
    press_on = print_by or round_.print_by
    try:
        times = phases.RoundTimes(round_.published_on, deadline_on, press_on)
    except ValueError:
        raise BadInput(f"截止日要在出报日之后、付印日（{press_on.month}月{press_on.day}日）之前。") from None
    before, press_before = round_.deadline_on, round_.print_by
    round_.deadline_on, round_.closes_at, round_.print_by = deadline_on, phases.closes_at(deadline_on), press_on
    round_.grading_until, round_.deadline_reason = phases.grading_until(times, rules), reason.strip()
    _move_issues(session, round_, before)
    _no_longer_late(session, round_)
    audit.record(session, actor=actor, verb="move_deadline", object_kind="round", object_id=round_id, now=now,
                 before=before.isoformat(), after=deadline_on.isoformat(),
                 details={"print_by": press_on.isoformat()} if press_on != press_before else None)


def keep_deadline(session: Session, round_id: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """The deadline of an open round stays as it is, whatever the calendar rule says, with a reason."""
    round_ = _claim(session, round_id, RoundState.OPEN)
    if round_ is None:
        raise NotAllowed("这一轮已经截止，不能再改截止日。")
    if not reason.strip():
        raise BadInput("请写一句理由。")
    round_.deadline_reason = reason.strip()
    audit.record(session, actor=actor, verb="keep_deadline", object_kind="round", object_id=round_id, now=now,
                 details={"deadline_on": round_.deadline_on.isoformat()})


def _check_deadline(round_: Round, deadline_on: date, rules: Rules, now: datetime) -> None:
    """What is printed is a promise: only later once the paper is out, only as the box says before that."""
    if phases.local_day(now) >= round_.published_on:
        if deadline_on <= round_.deadline_on:
            raise BadInput(f"报纸已经印出，截止日只能往后改（现在是{round_.deadline_on.month}月{round_.deadline_on.day}日）。")
    elif round_.box_text:
        problems = announcement.box_conflicts(round_.box_text, deadline_on=deadline_on, rules=rules)
        if problems:
            raise BadInput("".join(problems))


def _move_issues(session: Session, round_: Round, before: date) -> None:
    """The issues' own deadlines follow: none stays behind a later one, none goes beyond an earlier one."""
    day = round_.deadline_on
    papers = select(Paper.id).where(Paper.contest_id == round_.contest_id)
    session.execute(update(Issue).where(
        Issue.month == round_.month, Issue.paper_id.in_(papers),
        Issue.deadline_on < day if day > before else Issue.deadline_on > day).values(deadline_on=day))


def _no_longer_late(session: Session, round_: Round) -> None:
    """By the deadline of the issue that each is about, which may lie before the round's (RULES 1, 3)."""
    late = (Report.round_id == round_.id, Report.late.is_(True))
    issues = session.execute(select(Issue.id, Issue.deadline_on).where(
        Issue.id.in_(select(Report.issue_id).where(*late)), Issue.deadline_on.is_not(None))).all()
    ends = [(Report.issue_id == issue_id, phases.closes_at(day)) for issue_id, day in issues if day is not None]
    without = Report.issue_id.is_(None) | Report.issue_id.not_in([issue_id for issue_id, _ in issues])
    for about, end in [*ends, (without, round_.closes_at)]:
        session.execute(update(Report).where(*late, about, Report.counts_at < end).values(late=False))


def set_box(session: Session, round_id: int, text: str, *, actor: Actor, now: datetime) -> None:
    """Keeps the words of the printed box; refused where they promise another deadline or prize (RULES 1)."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("没有这一轮。")
    rules = from_json(session.get_one(RuleSet, round_.rule_set_id).rules)
    problems = announcement.box_conflicts(text, deadline_on=round_.deadline_on, rules=rules)
    if problems:
        raise BadInput("".join(problems))
    round_.box_text = text.strip()
    audit.record(session, actor=actor, verb="set_box", object_kind="round", object_id=round_id, now=now)
