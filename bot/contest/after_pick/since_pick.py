"""Whether something came up between the pick and the release that makes the names doubtful (RULES 19). Reads only."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from models.contests import Award, Round
from models.enums import RoundState
from models.grades import Grade
from models.readers import Person, Reader
from models.reports import Report
from models.staff import Staff


class Since(StrEnum):
    """What came up."""

    REGRADED = "regraded"
    BARRED = "barred"
    LINKED = "linked"


WORDS = {Since.REGRADED: "评出名单以后有评分改过", Since.BARRED: "获奖者里有人现在不能获奖",
         Since.LINKED: "有两位获奖者是同一位读者"}
LAST_GRADE = "last_grade"
"""In the result of a pick: the newest grade that it was made from; picks of earlier versions have none."""
FIRST_PICK_AGAIN = "{what}，请先看看名单有什么变化、重新评出，再发布。"


def found(session: Session, round_: Round) -> tuple[Since, ...]:
    """Empty where the names may be released as they are. Three queries, whatever the size of the round."""
    if round_.state is not RoundState.PICKED:
        return ()
    regraded = select(Grade.id).join(Report, Report.id == Grade.report_id).where(
        Report.round_id == round_.id, Report.late.is_(False), Grade.opinion.is_(False), _newer(round_))
    works_here = select(Staff.person_id).where(Staff.person_id.is_not(None))
    barred = (select(Award.id).join(Reader, Reader.id == Award.reader_id).join(Person, Person.id == Reader.person_id)
              .where(Award.round_id == round_.id, or_(Person.bar.is_not(None), Reader.person_id.in_(works_here))))
    linked = (select(Reader.person_id).join(Award, Award.reader_id == Reader.id).where(Award.round_id == round_.id)
              .group_by(Reader.person_id).having(func.count() > 1))
    seen = {Since.REGRADED: regraded, Since.BARRED: barred, Since.LINKED: linked}
    return tuple(one for one, query in seen.items() if session.scalar(query.limit(1)) is not None)


def _newer(round_: Round) -> ColumnElement[bool]:
    """Of a grade: it came after the pick. Told by its number, for whoever grades and whoever picks wait for each other
    (`bot.judging.decisions`), but their clocks may differ."""
    seen = (round_.result or {}).get(LAST_GRADE)
    return Grade.created_at > round_.picked_at if seen is None else Grade.id > seen


def last_grade(session: Session, round_id: int) -> int:
    """The newest grade of the round's reports; 0: there is none."""
    return session.scalar(select(func.max(Grade.id)).join(Report, Report.id == Grade.report_id)
                          .where(Report.round_id == round_id)) or 0


def words(since: tuple[Since, ...]) -> str:
    """Why the list cannot be released yet."""
    return FIRST_PICK_AGAIN.format(what="，".join(WORDS[one] for one in since))
