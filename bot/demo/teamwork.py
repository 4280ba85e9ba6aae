"""What the demo's editors did together in the running month: second looks, notes, calls taken down. By the editors' verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import Actor, by_staff
from bot.catalogue.library import Library
from bot.clock import SHANGHAI
from bot.demo.album import SIGNATURE_BOX
from bot.errors import WoodpeckerError
from bot.filing import reports
from bot.judging import grading, reviews
from bot.judging.grading import GradeInput
from bot.letters import callers, redaction
from bot.letters.callers import Given
from bot.teamwork import assignments, bulk, notes
from bot.teamwork.assignments import Rest
from models.attachments import Attachment
from models.contests import Contest
from models.enums import AttachmentState, Verdict
from models.grades import Grade
from models.queries import bulk as queries
from models.queries.listed import Viewer
from models.work_enums import BulkVerb

Filed = Mapping[tuple[str, str], list[int]]
"""Numbers of reports by (reader, error or decoy) of the material."""

APPEALED = ("r13", "D05")
APPEAL = "申诉 {ordinal} 报纸上和电视里“截止目前”也常见，词典里“截止”也有到期的意思，请别的老师再看一看。"
ESCALATED = ("r16", "D20")
WHY_ESCALATED = "读者说领导职务写错了，我拿不准，请主编找人核对。"
TWO_VIEWS = ("r06", "E84")
DISCUSSED = ("r10", "E51")
THREAD = (
    ("jia", "@编辑乙 这句壮文我不认得，您认识的老师能帮着看看吗？"),
    ("yi", "问过了：末尾确实少一个 i，读者说得对。@编辑甲"),
    ("chief", "好，@编辑甲 那就照读者说的评，记得在大样上也改过来。"),
)
GIVEN_TO_JIA = (("r10", "E46"), ("r04", "E81"), ("r12", "E09"), ("r05", "E09"), ("r01", "E54"))
SNOOZED = ("r03", "E72")
NOTED = (("r03", "E53"), ("r03", "E61"), ("r03", "E79"))
NOTE_TO_ALL = "这几条都在梧桐里，等美编把大样送来，对着原图看。"
GIVEN_TO_YI = (("r01", "E59"), ("r08", "D09"), ("r05", "E16"), ("r14", "E73"), ("r11", "E75"), ("r01", "E03"), ("r02", "E06"))
"""The last ones are decided already, so the act skips them."""
LETTER = ("退休教师程老师", "梧桐里07版广玉兰那封信“树根喝不水”，读不通，好像丢了一个“到”字？")
CALL = ("沈家姆妈", "梧桐里03版《旧衣服也有新去处》，“1860Kg”应为“1860kg”，千克的符号都是小写。")
LABELS = (LETTER[0], CALL[0])


@dataclass(frozen=True, slots=True)
class Team:
    """Who works: ids by login. `now`: the moment at which the demo begins."""

    ids: Mapping[str, int]
    now: datetime

    def actor(self, login: str) -> Actor:
        return by_staff(self.ids[login])

    def ago(self, **time_: float) -> datetime:
        return self.now - timedelta(**time_)


def work(session: Session, filed: Filed, library: Library, team: Team) -> None:
    """Everything but the appeal, which a reader sends, in the order of time."""
    _escalate(session, filed[ESCALATED][0], team)
    _differ(session, filed[TWO_VIEWS][0], team)
    _cover(session, team)
    for n, (login, text) in enumerate(THREAD):
        notes.add(session, filed[DISCUSSED][0], text, actor=team.actor(login), now=team.ago(minutes=190 - 45 * n))
    for number in _numbers(filed, GIVEN_TO_JIA):
        assignments.assign(session, number, team.ids["jia"], actor=team.actor("chief"), now=team.ago(hours=2))
    assignments.snooze(session, filed[SNOOZED][0], assignments.rest_until(Rest.THREE_DAYS, team.now),
                       actor=team.actor("jia"), now=team.ago(minutes=80))
    _take_down(session, library, team)
    _at_once(session, BulkVerb.NOTE, {"text": NOTE_TO_ALL}, _numbers(filed, NOTED), "jia", team.ago(minutes=40), team)
    _at_once(session, BulkVerb.ASSIGN, {"to": team.ids["yi"]}, _numbers(filed, GIVEN_TO_YI), "chief",
             team.ago(minutes=25), team)


def _numbers(filed: Filed, wanted: Sequence[tuple[str, str]]) -> list[int]:
    """The first report of each; one that was understood as part of another has none."""
    return [filed[one][0] for one in wanted if filed.get(one)]


def _escalate(session: Session, number: int, team: Team) -> None:
    version = reports.get(session.connection(), number).version
    grading.escalate(session, number, WHY_ESCALATED, actor=team.actor("yi"), now=team.ago(hours=8), expected_version=version)


def _differ(session: Session, number: int, team: Team) -> None:
    """A second editor sees it otherwise than the first; a third is to say."""
    reviews.open_contender(session, number, actor=team.actor("chief"), now=team.ago(hours=6))
    held = reviews.open_of(session.connection(), number)
    assert held is not None, "a second opinion is asked for"
    first = session.get_one(Grade, held.first_grade_id)
    other = GradeInput(Verdict.ACCEPTED, first.row_code, first.doubling, (first.place_mark, True, False))
    version = reports.get(session.connection(), number).version
    grading.grade(session, number, other, actor=team.actor("jia"), now=team.ago(hours=4), expected_version=version)


def _cover(session: Session, team: Team) -> None:
    """The first photograph is signed: an editor covers that. The second waits for whoever looks."""
    number = session.scalar(
        select(Attachment.id).where(Attachment.state == AttachmentState.KEPT).order_by(Attachment.id).limit(1))
    if number is not None:
        redaction.draw(session, number, [SIGNATURE_BOX], actor=team.actor("jia"), now=team.ago(hours=3))


def _take_down(session: Session, library: Library, team: Team) -> None:
    """A letter taken down by one editor, a call by the other: the call was before others, so it waits for a second one."""
    yesterday = (team.now.astimezone(SHANGHAI) - timedelta(days=1)).date()
    contest_id = session.scalar(select(Contest.id).order_by(Contest.id).limit(1)) or 0
    for login, way, called, (label, words), at in (
        ("jia", "letter", time(9, 30), LETTER, team.ago(minutes=70)),
        ("yi", "call", time(8, 5), CALL, team.ago(minutes=50)),
    ):
        given = Given(way, datetime.combine(yesterday, called, SHANGHAI), words, f"demo-{way}", contest_id, label=label)
        callers.enter(session, library, given, actor=team.actor(login), now=at)


def _at_once(session: Session, verb: BulkVerb, details: dict[str, object], numbers: list[int], login: str,
             at: datetime, team: Team) -> None:
    """An act on several reports: each is done, or skipped with its reason."""
    facts = queries.facts(session, numbers, Viewer(team.ids[login], at, editors=len(team.ids)))
    items = [(one.line.number, one.version) for one in facts]
    act_id = bulk.begin(session, verb, details, items, actor=team.actor(login), now=at)
    for one in facts:
        why = bulk.why_not(verb, one)
        try:
            if why is None:
                bulk.do(session, act_id, one.line.number, actor=team.actor(login), now=at)
        except WoodpeckerError as problem:
            why = str(problem)
        if why is not None:
            bulk.skip(session, act_id, one.line.number, why, actor=team.actor(login))
