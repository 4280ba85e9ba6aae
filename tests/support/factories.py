"""A running contest for tests of screens and jobs: two papers, a round, readers, reports. Made with real verbs.

`build(session)` makes the contest; the other functions add to it. Every name and number is made up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import audit
from bot.catalogue.library import Library
from bot.contest import contests
from bot.contest import rounds as round_verbs
from bot.contest.rules import DEFAULT_RULES, RuleSet
from bot.filing import reports
from bot.filing.reports import Coming
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.understanding.read import read
from bot.understanding.values import Waiting
from models.contests import Contest, Round
from models.enums import MessageFate, NameState, Role, Verdict
from models.messages import Message
from models.papers import Article, CatalogueVersion, Issue, Page, Paper
from models.readers import Person, Reader
from models.reports import Report
from models.staff import Staff

NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
MONTH = "2026-11"
ACCOUNT = "main"
OPENID = "oSecretOpenid"
"""Every openid begins so; no screen may show it."""
NICKNAME = "夜猫子"
"""Every name for print begins so; no grading screen may show it."""

TITLE = "社区食唐开张 老人吃上热乎饭"
PARAGRAPHS = [
    "10月8日，街道第三社区食堂正式开张，面积约三百平方米，可同时容纳80人就坐。",
    "六十岁以上老人凭卡享受八五折优慧，每天供应十二个菜。",
    "“以前中午一个人懒得烧。”家住银杏路的季阿婆高兴地的说。",
]
OTHER_TITLE = "垃圾箱房换新颜"
OTHER_PARAGRAPHS = ["改造后的箱房增加了洗手池，居民都愿意自觉的分类。", "志愿者在早晚高峰时段值首，引导居民正确分类。"]

HEADLINE = "东城版2版《社区食唐开张》，“食唐”应为“食堂”，题目里的错字"
DISCOUNT = "东城版2版《社区食唐开张》，“八五折优慧”应为“八五折优惠”"
VOLUNTEERS = "东城版3版《垃圾箱房换新颜》，“值首”应为“值守”"
ELSEWHERE = "西城版5版《冬至快乐》，“汤元”应为“汤圆”"
"""About a paper of which nothing is imported."""
ALONE = replace(DEFAULT_RULES, second_share_percent=0, seconds_contenders=False)
"""One grade is enough: what second opinions change has tests of its own."""


@dataclass(frozen=True, slots=True)
class House:
    """Ids of what `build` made."""

    contest_id: int
    round_id: int
    paper_id: int
    other_paper_id: int
    editor_id: int


def build(session: Session, *, now: datetime = NOW, editor_id: int | None = None, rules: RuleSet = ALONE) -> House:
    """社区晨报·东城 (pages 02 and 03 imported) and 社区晨报·西城 (nothing imported), one round that is open."""
    session.merge(CatalogueVersion(id=1, version=1))
    papers = [Paper(name="社区晨报·东城", aliases=["东城版", "东城"]), Paper(name="社区晨报·西城", aliases=["西城版", "西城"])]
    session.add_all(papers)
    session.flush()
    editor_id = editor_id or staff(session, "factory", Role.EDITOR, now=now)
    contest = contests.create_contest(
        session, name="啄木鸟", account=ACCOUNT, account_title="社区发布", paper_ids=[paper.id for paper in papers],
        publication_day=6, deadline_day=5, rules=rules, actor=audit.OPERATOR, now=now)
    contests.make_rounds(session, contest.id, months_ahead=2, first=MONTH, actor=audit.OPERATOR, now=now)
    issue = session.scalars(select(Issue).where(Issue.paper_id == papers[0].id, Issue.month == MONTH)).one()
    issue.imported_at = now
    _pages(session, issue)
    contests_round = session.scalars(select(Round).where(Round.month == MONTH)).one()
    session.flush()
    return House(contest.id, contests_round.id, papers[0].id, papers[1].id, editor_id)


def _pages(session: Session, issue: Issue) -> None:
    for position, (number, title, paragraphs) in enumerate(
        (("02", TITLE, PARAGRAPHS), ("03", OTHER_TITLE, OTHER_PARAGRAPHS)), 1
    ):
        page = Page(issue_id=issue.id, position=position, number=number, name=f"{number}版")
        session.add(page)
        session.flush()
        session.add(Article(page_id=page.id, position=1, key=f"{number}-1", title=title, paragraphs=paragraphs))


def staff(session: Session, login: str, role: Role, *, now: datetime = NOW) -> int:
    """A member who cannot sign in."""
    member = Staff(login=login, display_name=f"编辑{login}", password_hash="x", role=role, created_at=now)
    session.add(member)
    session.flush()
    return member.id


def reader(session: Session, *, name: str | None = None, now: datetime = NOW) -> int:
    """One reader with a name for print, and the person behind him."""
    person = Person(created_at=now)
    session.add(person)
    session.flush()
    row = Reader(account=ACCOUNT, openid=f"{OPENID}{person.id}", person_id=person.id, first_seen_at=now,
                 last_message_at=now, name_state=NameState.GIVEN, printed_name=name or f"{NICKNAME}{person.id}",
                 name_at=now)
    session.add(row)
    session.flush()
    return row.id


def message(session: Session, reader_id: int, content: str | None, *, at: datetime = NOW, msg_type: str = "text",
            fate: MessageFate = MessageFate.READ) -> int:
    """One delivery as intake would store it."""
    row = Message(account=ACCOUNT, dedupe_key=f"key-{reader_id}-{at.isoformat()}-{content or msg_type}"[:200],
                  reader_id=reader_id, msg_type=msg_type, content=content, fields={},
                  create_time=int(at.timestamp()), received_at=at, counts_at=at, fate=fate)
    session.add(row)
    session.flush()
    return row.id


def report(session: Session, text: str, *, reader_id: int | None = None, at: datetime = NOW,
           library: Library | None = None) -> int:
    """Reads `text` and files its first error; the report's number. A new reader unless one is given."""
    reader_id = reader_id or reader(session, now=at)
    message_id = message(session, reader_id, text, at=at)
    person_id = session.scalars(select(Reader.person_id).where(Reader.id == reader_id)).one()
    db = session.connection()
    finding = read(text, sent_at=at, index=(library or Library()).index(db), waiting=Waiting()).findings[0]
    coming = Coming(message_id, ACCOUNT, reader_id, person_id, at, at, time_flagged=False)
    return reports.file(db, coming, finding, complete=True, now=at).report_id


def version_of(session: Session, number: int) -> int:
    """What a grade of this report must expect."""
    return session.scalars(select(Report.version).where(Report.id == number)).one()


def accept(session: Session, number: int, house: House, *, row_code: str = "N-05", now: datetime = NOW,
           marks: tuple[bool, bool, bool] = (True, True, True)) -> None:
    """Grades a report 采纳."""
    given = GradeInput(Verdict.ACCEPTED, row_code=row_code, marks=marks)
    grading.grade(session, number, given, actor=audit.by_staff(house.editor_id), now=now,
                  expected_version=version_of(session, number))


def closed(session: Session, house: House) -> datetime:
    """Closes the round; a moment at which it may be picked."""
    round_ = session.get_one(Round, house.round_id)
    moment = round_.closes_at + timedelta(minutes=20)
    round_verbs.close_round(session, house.round_id, actor=audit.SCHEDULER, now=moment)
    return moment


def picked(session: Session, house: House) -> datetime:
    """Closes and picks the round; everything in it must be graded."""
    moment = closed(session, house)
    assert round_verbs.pick_round(session, house.round_id, actor=audit.SCHEDULER, now=moment)
    return moment


def contest_of(session: Session, house: House) -> Contest:
    return session.get_one(Contest, house.contest_id)
