"""The texts of a picked round from its awards: box, article, notices; and the names they print. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from bot import audit
from bot.audit import Actor
from bot.claiming import chat
from bot.claiming.terms import Terms
from bot.contest.announcing import announcement
from bot.contest.announcing.announcement import Box, Invitation, Winner
from bot.contest.rules import RuleSet as Rules
from bot.contest.rules import from_json
from bot.dialogue import phrases
from bot.errors import BadInput, NotAllowed, NotFound
from bot.outbox import queue
from bot.printing.breaking import one_line
from models.contests import Award, Contest, Round, RuleSet
from models.enums import AwardOrigin, NameState, Prize, RoundState
from models.readers import Reader
from models.records import RoundRecord
from models.reports import Report

MAX_REASON = 200
LOOKED_AT = 6
"""So many rounds after one are looked at for the issue that prints its names."""
NOT_SAID = (NameState.NOT_ASKED, NameState.ASKED)
SLIPS = timedelta(days=10)
"""An issue may go to press so much later than planned, with another press day set by hand; its round keeps the planned day."""


def reader_of(session: Session, round_id: int, person_id: int) -> int:
    """Whom the notice goes to: the person's reader who wrote last, one who can be reached before the others."""
    found = session.scalar(
        select(Report.reader_id).join(Reader, Reader.id == Report.reader_id)
        # + 0: found by the person, not by walking the round's index for each winner.
        .where(Report.round_id + 0 == round_id, Reader.person_id == person_id)
        .order_by(Reader.openid.is_(None), Reader.last_message_at.desc().nulls_last(), Reader.id.desc()).limit(1)
    )
    if found is None:
        raise NotFound(f"person {person_id} has no report in round {round_id}")
    return found


def winners_of(session: Session, awards: Sequence[Award]) -> dict[int, Winner]:
    """The names as they would be printed now, by award of one round; released awards keep what they were released with."""
    # Held while it is read from: what nobody holds the session forgets.
    readers = {one.id: one for one in session.scalars(select(Reader).where(
        Reader.id.in_({award.reader_id for award in awards})))}
    found: dict[int, Winner] = {}
    for award in awards:
        reader = readers[award.reader_id]
        given = one_line(reader.printed_name or "") if reader.name_state is NameState.GIVEN else ""
        if award.printed_name is not None or given:
            found[award.id] = Winner(award.printed_name if award.printed_name is not None else given, reader.name_is_nickname)
    nameless = [award for award in awards if award.id not in found]
    linked = _linked_names(session, {award.reader_id for award in nameless
                                     if readers[award.reader_id].name_state in NOT_SAID})
    found |= {award.id: linked[award.reader_id] for award in nameless if award.reader_id in linked}
    nameless = [award for award in nameless if award.id not in found]
    numbers = _first_numbers(session, nameless)
    return found | {award.id: Winner(announcement.placeholder(numbers.get(award.reader_id, award.id)), nickname=True)
                    for award in nameless}


def _linked_names(session: Session, reader_ids: set[int]) -> dict[int, Winner]:
    """By reader the name that the same person gave last with another account of his; whoever gave none is left out."""
    if not reader_ids:
        return {}
    other = aliased(Reader)
    rows = session.execute(
        select(Reader.id, other.printed_name, other.name_is_nickname).join(other, other.person_id == Reader.person_id)
        .where(Reader.id.in_(reader_ids), other.id != Reader.id, other.name_state == NameState.GIVEN)
        .order_by(other.name_at.nulls_first(), other.id))
    return {reader_id: Winner(name, nickname) for reader_id, given, nickname in rows if (name := one_line(given or ""))}


def winner_of(session: Session, award: Award) -> Winner:
    """The same of one award, which may be none of the database yet."""
    return winners_of(session, [award])[award.id]


def _first_numbers(session: Session, awards: Sequence[Award]) -> dict[int, int]:
    """The number of each winner's first report of the round."""
    if not awards:
        return {}
    rows = session.execute(
        select(Report.reader_id, func.min(Report.id))
        .where(Report.round_id + 0 == awards[0].round_id, Report.reader_id.in_([award.reader_id for award in awards]))
        .group_by(Report.reader_id))
    return {reader_id: number for reader_id, number in rows}  # noqa: C416 - rows are not plain tuples to mypy


def box_of(session: Session, round_: Round) -> Box:
    """Everything the box of the next issue says: the invitation from the next round and its rule set, the names from
    this round's awards."""
    return box_before(session, round_, next_round(session, round_))


def box_before(session: Session, round_: Round, coming: tuple[Round, Rules] | None) -> Box:
    """The same where the next round is known."""
    contest = session.get_one(Contest, round_.contest_id)
    awards = session.scalars(select(Award).where(
        Award.round_id == round_.id, Award.origin == AwardOrigin.PICKED).order_by(Award.place)).all()
    names = winners_of(session, awards)
    return Box(
        paper="".join(f"《{title}》" for title in titles_of(contest)), account=contest.account_title,
        invitation=_invitation(session, *coming) if coming is not None else None,
        month=round_.month, excellent_count=rules_of(session, round_).excellent_count,
        best=tuple(names[a.id] for a in awards if a.prize is Prize.BEST),
        excellent=tuple(names[a.id] for a in awards if a.prize is Prize.EXCELLENT),
        digest=session.scalar(select(RoundRecord.digest).where(RoundRecord.round_id == round_.id)
                              .order_by(RoundRecord.version.desc()).limit(1)),
    )


def next_round(session: Session, round_: Round) -> tuple[Round, Rules] | None:
    """The round of the issue that prints this round's names, with its rules: one that went to press before is passed
    over, as `print_by` was (RULES 1)."""
    found = session.execute(
        select(Round, RuleSet).join(RuleSet, RuleSet.id == Round.rule_set_id)
        .where(Round.contest_id == round_.contest_id, Round.month > round_.month,
               Round.published_on >= round_.print_by - SLIPS).order_by(Round.month).limit(1)).first()
    return (found[0], from_json(found[1].rules)) if found is not None else None


def rules_of(session: Session, round_: Round) -> Rules:
    return from_json(session.get_one(RuleSet, round_.rule_set_id).rules)


def _invitation(session: Session, coming: Round, rules: Rules) -> Invitation:
    """With the issue that its own names go into, where that is not the next one."""
    later = session.execute(select(Round.month, Round.published_on).where(
        Round.contest_id == coming.contest_id, Round.month > coming.month).order_by(Round.month).limit(LOOKED_AT)).all()
    printing = next((n for n, one in enumerate(later) if one.published_on >= coming.print_by - SLIPS), 0)
    return Invitation(coming.deadline_on, rules, names_month=later[printing].month if printing else None)


def titles_of(contest: Contest) -> list[str]:
    """社区晨报 for 社区晨报·柳湾 and 社区晨报·梧桐里: what the editions' names share before the dot."""
    return sorted({paper.name.split("·")[0] for paper in contest.papers})


def write(session: Session, round_: Round) -> None:
    """Drafts box and article anew from the awards as they stand."""
    box = box_of(session, round_)
    round_.print_block, round_.article = announcement.print_block(box), announcement.article(box)


def fix_names(session: Session, round_: Round) -> None:
    """At the release the names stop following what readers say later."""
    awards = session.scalars(select(Award).where(Award.round_id == round_.id)).all()
    names = winners_of(session, awards)
    for award in awards:
        award.printed_name = names[award.id].name
    session.flush()


def ask_for_names(session: Session, round_: Round, *, now: datetime) -> None:
    """A winner without a name is asked, in words that do not give the result away before its release."""
    for reader_id in session.scalars(select(Award.reader_id).where(Award.round_id == round_.id)).all():
        ask_for_name(session, round_.id, reader_id, now=now)


def ask_for_name(session: Session, round_id: int, reader_id: int, *, now: datetime) -> None:
    """Of one who wins, or is next in line; nobody is asked who has given his name, with whichever account of his."""
    reader = session.get_one(Reader, reader_id)
    if reader.name_state is NameState.UNSUITABLE or (
            reader.name_state in NOT_SAID and not _linked_names(session, {reader_id})):
        queue.enqueue(session.connection(), reader_id=reader_id, kind="ask_name", text=phrases.ASK_NAME,
                      key=f"ask-name-{round_id}-{reader_id}", now=now)


def tell_winners(session: Session, round_: Round, terms: Terms, *, now: datetime) -> None:
    """Each hears of his prize, and how and until when he comes to it."""
    rules = rules_of(session, round_)  # what the winner's own issue promised
    for award in session.scalars(select(Award).where(Award.round_id == round_.id)):
        text = announcement.notice(round_.month, award.prize, rules, name=award.printed_name or "",
                                   claim=chat.how(chat.set_term(session, award.id, terms, now=now), terms))
        queue.enqueue(session.connection(), reader_id=award.reader_id, kind="award", text=text,
                      key=f"award-{award.id}", now=now)


def mark_unsuitable(session: Session, award_id: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """A name that is someone else's, abusive or advertising is not printed; the reader is asked for another."""
    award = session.get(Award, award_id)
    if award is None:
        raise NotFound("没有这项获奖。")
    round_ = session.get_one(Round, award.round_id, with_for_update=True, populate_existing=True)  # a release is waited for
    if round_.state is not RoundState.PICKED:
        raise NotAllowed("名单已经发布，名字不能再改。")
    if not reason.strip() or len(reason) > MAX_REASON:
        raise BadInput(f"请写一句理由，不超过{MAX_REASON}字。")
    reader = session.get_one(Reader, award.reader_id)
    reader.name_state, reader.printed_name, reader.name_reason = NameState.UNSUITABLE, None, reason.strip()
    session.flush()
    write(session, round_)
    queue.enqueue(session.connection(), reader_id=reader.id, kind="ask_name",
                  text=f"您登报用的名字不大合适（{reason.strip()}），请换一个：回“署名 早起鸟”这样的话。",
                  key=f"unsuitable-{award.id}-{now:%Y%m%d%H%M%S}", now=now)
    audit.record(session, actor=actor, verb="mark_unsuitable", object_kind="award", object_id=award_id, now=now)
