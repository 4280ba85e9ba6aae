"""The announcement of a picked round as it is, or would be, printed: its words, what is at odds with the next round, and the
invitation kept for that one. Never commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.contest import rounds
from bot.contest.announcing import announcement, drafts, printed_box
from bot.contest.rules import RuleSet as Rules
from bot.errors import NotAllowed, NotFound
from models.contests import Contest, Round, RuleSet
from models.enums import RoundState

SETTLED = (RoundState.PICKED, RoundState.RELEASED)


@dataclass(frozen=True, slots=True)
class Coming:
    """The round of the issue that prints the names. `kept`: the words of its printed box, where they are kept already."""

    id: int
    month: str
    deadline_on: date
    kept: str | None


@dataclass(frozen=True, slots=True)
class Announcement:
    """`account`: as readers know it; `account_name`: as the configuration does. `text` of the box and `article`: as
    released, else as a release would print them now. `coming`: None where the next round is not made. `problems`: where
    the invitation says otherwise than that round. `can_keep`: the invitation may become that round's own words.
    `has_record`: there is a record that the box can lead to."""

    round_id: int
    contest_id: int
    account: str
    account_name: str
    month: str
    released_at: datetime | None
    picked_at: datetime
    text: str
    article: str
    coming: Coming | None
    problems: tuple[str, ...]
    can_keep: bool
    has_record: bool


def of(session: Session, round_id: int, *, today: date) -> Announcement | None:
    """None where there is no such round, or it is not picked."""
    # The contest and its rules are held, so that they are read once.
    row = session.execute(
        select(Round, Contest, RuleSet).join(Contest, Contest.id == Round.contest_id)
        .join(RuleSet, RuleSet.id == Round.rule_set_id).where(Round.id == round_id)).first()
    if row is None or row[0].state not in SETTLED:
        return None
    round_, contest, _ = row
    assert round_.picked_at is not None, "a CHECK of the row"
    coming = drafts.next_round(session, round_)
    box = drafts.box_before(session, round_, coming)
    now_text = announcement.print_block(box)
    released = round_.state is RoundState.RELEASED
    text = (round_.print_block if released else None) or now_text
    invitation = printed_box.invitation_of(text)
    next_ = coming[0] if coming is not None else None
    return Announcement(
        round_.id, contest.id, contest.account_title, contest.account, round_.month, round_.released_at, round_.picked_at, text,
        (round_.article if released else None) or announcement.article(box),
        Coming(next_.id, next_.month, next_.deadline_on, next_.box_text) if next_ is not None else None,
        _problems(coming, invitation, printed_box.invitation_of(now_text), today, released=released),
        can_keep=released and next_ is not None and next_.state is RoundState.OPEN and next_.box_text != invitation,
        has_record=box.digest is not None)


def _problems(coming: tuple[Round, Rules] | None, invitation: str, invitation_now: str, today: date, *,
              released: bool) -> tuple[str, ...]:
    if coming is None or (released and coming[0].state is not RoundState.OPEN):
        return ()  # nothing to hold it against, or printed long ago
    next_, rules = coming
    found = announcement.box_conflicts(invitation, deadline_on=next_.deadline_on, rules=rules)
    if not found and invitation != invitation_now:
        found.append("发布以后，下一轮的日期、奖金、名额、奖品或者报名、公众号改过，这份启事和现在的不一样。")
    if not released and next_.deadline_on < today:
        found.append(f"下一轮的截止日{next_.deadline_on.month}月{next_.deadline_on.day}日已经过了。")
    if next_.box_text is not None and next_.box_text != invitation:
        found.append("下一轮已经存着一份启事，和这里的不一样。")
    return tuple(found)


def keep_invitation(session: Session, round_id: int, *, actor: Actor, now: datetime) -> None:
    """The invitation as it was released becomes what the next issue prints, checked like words typed in."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("没有这一轮。")
    if round_.state is not RoundState.RELEASED or not round_.print_block:
        raise NotAllowed("名单还没有发布，启事还会变，发布以后再存。")
    coming = drafts.next_round(session, round_)
    if coming is None:
        raise NotFound("下一轮还没有排出来，先到日历里排好。")
    next_, _ = coming
    if next_.state is not RoundState.OPEN:
        raise NotAllowed("下一轮已经截止，它的启事不能再换。")
    rounds.set_box(session, next_.id, printed_box.invitation_of(round_.print_block), actor=actor, now=now)
