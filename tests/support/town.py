"""A small made-up town for tests of the verbs: a paper with planted errors, a contest, staff, readers.

Everything is brought in by the product's own verbs, in one session that the test commits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import Session

from bot.audit import OPERATOR, by_staff
from bot.catalogue import importer
from bot.catalogue.papers import paper_named
from bot.clock import SHANGHAI
from bot.contest import contests
from bot.contest.rules import DEFAULT_RULES, RuleSet
from bot.filing import finders, reports
from bot.filing.reports import Coming, Filed
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.understanding.values import TITLE, Finding, Located, Place
from models.contests import Award, Round
from models.enums import Doubling, MessageFate, Prize, Role, Verdict
from models.grades import Grade
from models.messages import Message
from models.papers import Article, Issue, Page, Paper
from models.readers import Person, Reader
from models.reports import Erratum, Report
from models.session import writing
from models.staff import Staff
from tests.support.staff import PASSWORD_HASH

PAPER = "社区晨报·柳湾"
ACCOUNT = "main"
ERRATA = 30
ALL_MARKS = (True, True, True)
NO_MARKS = (False, False, False)
ALONE = replace(DEFAULT_RULES, second_share_percent=0, seconds_contenders=False)
"""One grade is enough: what second opinions change has tests of its own."""


def at(text: str) -> datetime:
    """2023-05-20 08:00 in Shanghai, as aware UTC; seconds may follow."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


EARLY = at("2023-05-01 08:00")
MORNING = at("2023-05-20 08:00")


def word(number: int) -> tuple[str, str]:
    """(wrong, right) of the planted error of that number: 食唐07号 for 食堂07号."""
    return f"食唐{number:02d}号", f"食堂{number:02d}号"


def issue_file(edition: str = PAPER, month: str = "2023-05", date: str | None = "2023-05-10",
               **changes: Any) -> dict[str, Any]:
    """One page with an article a planted error, a headline error in article h1, and a caption."""
    articles = [{"id": f"a{n}", "title": f"第{n}篇报道", "paragraphs": [f"居民都说{word(n)[0]}开张是件大好事。"]}
                for n in range(1, ERRATA + 1)]
    articles.append({"id": "h1", "title": "标题也会印措", "paragraphs": ["正文在此。"]})
    page = {"number": "02", "name": "身边", "articles": articles,
            "captions": [{"id": "c1", "paragraphs": ["志愿者在讲解"]}]}
    return {"edition": edition, "issue": month, "date": date, "pages": [page]} | changes


def as_bytes(raw: Any) -> bytes:
    return json.dumps(raw, ensure_ascii=False, indent=1).encode()


@dataclass
class Town:
    session: Session
    readers: dict[str, int] = field(default_factory=dict)
    contest_id: int = 0
    editor: int = 0
    chief: int = 0
    second: int = 0
    messages: int = 0

    # setting up

    @classmethod
    def founded(cls, session: Session, *, imported: bool = True, papers: tuple[str, ...] = (PAPER,),
                rules: RuleSet = ALONE, first: str = "2023-05", rounds: int = 3) -> Town:
        town = cls(session)
        town._staff()
        if imported:
            town.bring(issue_file())
        ids = [paper_named(session, name, actor=OPERATOR, now=EARLY).id for name in papers]
        contest = contests.create_contest(
            session, name="啄木鸟", account=ACCOUNT, account_title="社区发布", paper_ids=ids, publication_day=10,
            deadline_day=1, rules=rules, actor=OPERATOR, now=EARLY)
        town.contest_id = contest.id
        contests.make_rounds(session, contest.id, months_ahead=rounds - 1, first=first, actor=OPERATOR, now=EARLY)
        session.commit()
        return town

    def again(self, session: Session) -> Town:
        """The same in a copy of its database."""
        return replace(self, session=session, readers=dict(self.readers))

    def _staff(self) -> None:
        members = [Staff(login=login, display_name=name, password_hash=PASSWORD_HASH, role=role, created_at=EARLY)
                   for login, name, role in (("jia", "编辑甲", Role.EDITOR), ("yi", "编辑乙", Role.EDITOR),
                                             ("chief", "主编", Role.CHIEF))]
        self.session.add_all(members)
        self.session.flush()
        self.editor, self.second, self.chief = (one.id for one in members)

    def bring(self, *files: dict[str, Any], now: datetime = EARLY) -> None:
        plan = importer.preview(self.session, [(f"{n}.json", as_bytes(raw)) for n, raw in enumerate(files)])
        importer.apply(self.session, plan, actor=OPERATOR, now=now)
        self.session.flush()

    # readers and what they say

    def reader(self, name: str, **changes: Any) -> int:
        if name not in self.readers:
            person = Person(created_at=EARLY)
            self.session.add(person)
            self.session.flush()
            reader = Reader(**{"account": ACCOUNT, "openid": f"o-{name}", "person_id": person.id,
                               "first_seen_at": EARLY, "last_message_at": MORNING} | changes)
            self.session.add(reader)
            self.session.flush()
            self.readers[name] = reader.id
        return self.readers[name]

    def person(self, name: str) -> int:
        return self.session.get_one(Reader, self.reader(name)).person_id

    def message(self, name: str, moment: datetime, *, fate: MessageFate = MessageFate.READ, **changes: Any) -> int:
        self.messages += 1
        row = Message(**{"account": ACCOUNT, "dedupe_key": f"{name}-{self.messages}", "reader_id": self.reader(name),
                         "msg_type": "text", "content": "来信", "create_time": int(moment.timestamp()),
                         "received_at": moment, "counts_at": moment, "fate": fate} | changes)
        self.session.add(row)
        self.session.flush()
        return row.id

    def coming(self, name: str, moment: datetime) -> Coming:
        message_id = self.message(name, moment)
        return Coming(message_id, ACCOUNT, self.readers[name], self.person(name), moment, moment, time_flagged=False)

    def said(self, number: int = 1, *, month: str = "2023-05", right: str | None = None) -> Finding:
        """A finding located at the planted error of that number."""
        wrong, better = word(number)
        return self.found(f"a{number}", wrong, better if right is None else right, month=month)

    def found(self, key: str, wrong: str, right: str | None, *, month: str = "2023-05", edition: str = PAPER,
              ) -> Finding:
        row = self.session.execute(
            select(Article, Page.issue_id, Issue.paper_id).join(Page, Page.id == Article.page_id)
            .join(Issue, Issue.id == Page.issue_id).join(Paper, Paper.id == Issue.paper_id)
            .where(Article.key == key, Issue.month == month, Paper.name == edition)).one()
        lines = dict(enumerate(row.Article.paragraphs)) | {TITLE: row.Article.title}
        paragraph = next(n for n, line in lines.items() if wrong in line)
        start = lines[paragraph].index(wrong)
        place = Place(row.paper_id, row.issue_id, row.Article.page_id, row.Article.id, paragraph, start,
                      start + len(wrong))
        return Finding(wrong=wrong, right=right, located=Located.FOUND, place=place)

    def stated(self, number: int = 1, *, page: str | None = "02", month: str | None = None,
               right: str | None = None, paper: str | None = PAPER) -> Finding:
        """The same error by words alone, of a paper that is not imported."""
        wrong, better = word(number)
        paper_id = self.session.scalar(select(Paper.id).where(Paper.name == paper)) if paper else None
        return Finding(paper_text=paper, paper_id=paper_id, issue_label=month, page=page, page_text=page, wrong=wrong,
                       right=better if right is None else right, located=Located.NOT_IMPORTED)

    def file(self, name: str, finding: Finding, moment: datetime = MORNING, *, complete: bool = True) -> Filed:
        return reports.file(self.session.connection(), self.coming(name, moment), finding, complete=complete,
                            now=moment)

    def change(self, name: str, number: int, finding: Finding, moment: datetime, *, complete: bool = True) -> Filed:
        return reports.change(self.session.connection(), number, finding, self.coming(name, moment),
                              complete=complete, now=moment)

    def withdraw(self, number: int, moment: datetime = MORNING) -> None:
        reports.withdraw(self.session.connection(), number, now=moment)

    def ranks(self, number: int, names: Iterable[str]) -> list[int]:
        """Where these stand among the finders of what this report names; 0: nowhere."""
        erratum_id = self.report(number).erratum_id
        found = [finders.among(self.session.connection(), erratum_id, self.person(name)) for name in names]
        return [one.rank if one else 0 for one in found]

    # editors

    def grade(self, number: int, verdict: Verdict = Verdict.ACCEPTED, row: str | None = "N-05", *,
              doubling: Doubling = Doubling.NONE, marks: tuple[bool, bool, bool] = ALL_MARKS, reason: str = "",
              original: int | None = None, by: int | None = None, now: datetime | None = None,
              version: int | None = None) -> int:
        report = self.report(number)
        given = GradeInput(verdict, row, doubling, marks, original, reason)
        return grading.grade(self.session, number, given, actor=by_staff(by or self.editor),
                             now=now or report.sent_at + timedelta(hours=1),
                             expected_version=report.version if version is None else version)

    def refuse(self, number: int, verdict: Verdict = Verdict.NOT_AN_ERROR, reason: str = "词典两种写法都收", **more: Any,
               ) -> int:
        return self.grade(number, verdict, None, reason=reason, marks=NO_MARKS, **more)

    # reading

    def report(self, number: int) -> Row[Any]:
        return reports.get(self.session.connection(), number)

    def erratum(self, number: int) -> Erratum:
        """The erratum that a report hangs on, read anew."""
        self.session.flush()
        self.session.expire_all()
        found = self.session.get(Erratum, self.report(number).erratum_id)
        assert found is not None
        return found

    def errata(self) -> list[int]:
        return list(self.session.scalars(select(Erratum.id).order_by(Erratum.id)))

    def grades(self, number: int) -> list[Grade]:
        self.session.flush()
        self.session.expire_all()
        return list(self.session.scalars(select(Grade).where(Grade.report_id == number).order_by(Grade.id)))

    def round(self, month: str = "2023-05") -> Round:
        self.session.flush()
        self.session.expire_all()
        return self.session.scalars(select(Round).where(Round.contest_id == self.contest_id, Round.month == month)).one()

    def winners(self, month: str = "2023-05") -> tuple[list[str], list[str]]:
        """(best, excellent in order of place) by the names of the readers."""
        names = {reader: name for name, reader in self.readers.items()}
        rows = self.session.scalars(select(Award).where(Award.round_id == self.round(month).id).order_by(Award.place)).all()
        return ([names[a.reader_id] for a in rows if a.prize is Prize.BEST],
                [names[a.reader_id] for a in rows if a.prize is Prize.EXCELLENT])

    def count(self, table: type) -> int:
        return len(self.session.scalars(select(table)).all())

    def reports(self) -> list[Report]:
        self.session.flush()
        self.session.expire_all()
        return list(self.session.scalars(select(Report).order_by(Report.id)))


def at_once(engine: Engine, acts: list[Callable[[Session], Any]]) -> list[Any]:
    """Runs each act in a thread and a transaction of its own, all started together; results or errors in order."""
    start = Barrier(len(acts))

    def run(act: Callable[[Session], Any]) -> Any:
        start.wait(timeout=20)
        with writing(engine) as session:
            return act(session)

    with ThreadPoolExecutor(len(acts)) as pool:
        futures = [pool.submit(run, act) for act in acts]
    return [future.exception() or future.result() for future in futures]


def founded(engine: Engine) -> Town:
    """For `Databases.begun`."""
    with Session(engine, expire_on_commit=False) as session:
        return Town.founded(session)
