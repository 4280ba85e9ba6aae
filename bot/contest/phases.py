"""When a round closes, is picked and what counts in time: pure functions. Reads no clock, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.clock import SHANGHAI
from bot.contest.rules import DEFAULT_RULES, RuleSet


class Phase(StrEnum):
    """Where a round stands by the clock alone; picked and released are facts that the round itself keeps."""

    UPCOMING = "upcoming"
    OPEN = "open"
    EXTRA = "extra"  # closed; deliveries created before the close still count
    GRADING = "grading"  # may be picked as soon as nothing blocks
    OVERDUE = "overdue"  # `grading_until` has come: picked with what is graded, or by a chief


@dataclass(frozen=True, slots=True)
class RoundTimes:
    """The printed dates of a round, all in Asia/Shanghai. ValueError when they cannot stand together."""

    published_on: date
    deadline_on: date
    print_by: date

    def __post_init__(self) -> None:
        if self.deadline_on < self.published_on:
            raise ValueError(f"deadline_on {self.deadline_on} lies before published_on {self.published_on}")
        if self.print_by <= self.deadline_on:
            raise ValueError(f"print_by {self.print_by} must lie after deadline_on {self.deadline_on}")


def day_starts_at(day: date) -> datetime:
    """Local midnight at which the day begins, as aware UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def local_day(moment: datetime) -> date:
    """The day in Asia/Shanghai of an aware moment."""
    return moment.astimezone(SHANGHAI).date()


def closes_at(deadline_on: date) -> datetime:
    """Rule 1: the end of the deadline day (2023-06-01 → 2023-06-02 00:00 Asia/Shanghai), as aware UTC."""
    return day_starts_at(deadline_on + timedelta(days=1))


def round_deadline(deadlines: Iterable[date]) -> date:
    """Rule 1: of the printed deadlines of the issues of one month the latest closes the round."""
    return max(deadlines)


def earliest_pick_at(times: RoundTimes, rules: RuleSet) -> datetime:
    """Rule 4: nothing is picked before the deliveries created in time have had their extra minutes."""
    return closes_at(times.deadline_on) + timedelta(minutes=rules.extra_minutes)


def grading_until(times: RoundTimes, rules: RuleSet) -> datetime:
    """Rule 4: the close plus the grading days, but never after `print_by`: at the latest the midnight that
    begins the press day, so that the box can be made up on that day; never before the earliest pick."""
    graded_by = closes_at(times.deadline_on) + timedelta(days=rules.grading_days)
    return max(min(graded_by, day_starts_at(times.print_by)), earliest_pick_at(times, rules))


def picks_at(times: RoundTimes, rules: RuleSet, *, blocked: bool) -> datetime:
    """When the pick is due: at once after the extra minutes, or at `grading_until` while something blocks."""
    return grading_until(times, rules) if blocked else earliest_pick_at(times, rules)


def phase(times: RoundTimes, rules: RuleSet, *, now: datetime) -> Phase:
    """The phase at `now`; every boundary belongs to the later phase."""
    if now >= grading_until(times, rules):
        return Phase.OVERDUE
    if now >= earliest_pick_at(times, rules):
        return Phase.GRADING
    if now >= closes_at(times.deadline_on):
        return Phase.EXTRA
    return Phase.OPEN if now >= day_starts_at(times.published_on) else Phase.UPCOMING


def needs_more_lapses_at(asked_at: datetime, times: RoundTimes, rules: RuleSet) -> datetime:
    """Rule 4: an unanswered "needs more" lapses after so many days and at the latest at the pick."""
    return min(asked_at + timedelta(days=rules.needs_more_days), grading_until(times, rules))


# --- the time that counts ---


def counts_at(
    create_time: int | datetime, received_at: datetime, rules: RuleSet = DEFAULT_RULES
) -> tuple[datetime, bool]:
    """Rule 2: (the time that counts, flagged). `create_time` is WeChat's, whole seconds since 1970 or aware.

    Trusted if at most 10 minutes before the receipt; older: the receipt, flagged. A CreateTime after the
    receipt gives the receipt, flagged only when the clocks differ by more than 60 s.
    """
    # Compared as numbers: a forged CreateTime may lie far outside what a datetime can hold.
    created = create_time.timestamp() if isinstance(create_time, datetime) else create_time
    age_seconds = received_at.timestamp() - created
    if age_seconds < 0:
        return received_at, -age_seconds > rules.clock_ahead_seconds
    if age_seconds > rules.trusted_create_minutes * 60:
        return received_at, True
    return datetime.fromtimestamp(created, UTC), False


def caller_counts_at(called_at: datetime, entered_at: datetime, rules: RuleSet) -> tuple[datetime, bool]:
    """Rule 2: what staff enter counts from the call, at most 72 h back: (the time that counts, cut short)."""
    earliest = entered_at - timedelta(hours=rules.caller_hours_back)
    if called_at > entered_at:
        return entered_at, True
    return (earliest, True) if called_at < earliest else (called_at, False)


def is_late(counted_at: datetime, deadline_on: date) -> bool:
    """Rule 3: the time that counts lies at or after the end of the deadline day."""
    return counted_at >= closes_at(deadline_on)


def is_late_delivery(counted_at: datetime, received_at: datetime, deadline_on: date, rules: RuleSet) -> bool:
    """The same for a delivery of WeChat, which must also reach us within the extra minutes (rule 4)."""
    extra_until = closes_at(deadline_on) + timedelta(minutes=rules.extra_minutes)
    return is_late(counted_at, deadline_on) or received_at >= extra_until


# --- which issue ---


@dataclass(frozen=True, slots=True)
class IssueDate:
    issue_id: int
    published_on: date


def issue_of(
    found_issue_id: int | None, stated_issue_id: int | None, issues: Iterable[IssueDate], *, sent_at: datetime
) -> int | None:
    """Rule 3: where the place was found; else the issue stated; else the newest published when it was sent.

    None only when nothing was published yet. Two issues of one day: the higher id.
    """
    if found_issue_id is not None:
        return found_issue_id
    if stated_issue_id is not None:
        return stated_issue_id
    sent_on = local_day(sent_at)
    out = [(issue.published_on, issue.issue_id) for issue in issues if issue.published_on <= sent_on]
    return max(out)[1] if out else None
