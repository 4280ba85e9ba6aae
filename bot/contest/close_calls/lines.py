"""The cut lines of a round as it stands (RULES 10, 13): reads it and what second grades differ by. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.contest.close_calls.cut_lines import CutLine, cut_lines, step_milli
from bot.contest.rules import from_json
from bot.contest.standing import RoundStanding, gather
from bot.judging.agreement import judged
from models.queries import agreement as reads


@dataclass(frozen=True, slots=True)
class Lines:
    """`step`: what two grades of this round differ by on average, in thousandths; None: too few to tell."""

    standing: RoundStanding
    lines: tuple[CutLine, ...]
    step: int | None


def look(session: Session, round_id: int, *, unseen: Collection[int] = ()) -> Lines:
    """`unseen`: as if nobody had decided these reports, for whoever must not see yet what others gave them."""
    standing = gather(session.connection(), round_id).scored(unseen)
    grades = reads.given(session, round_id)
    rules = {number: from_json(text) for number, text in reads.rule_sets(
        session, {one.rule_set_id for one in grades}).items()} if grades else {}
    step = step_milli(judged(one, rules[one.rule_set_id]) for one in grades)
    return Lines(standing, cut_lines(standing, step=step), step)
