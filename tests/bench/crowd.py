"""Fills a demo's database with years of work: 200,000 reports, an open month of 4,000 waiting. Rows only, no verbs.

What the console's screens read is there in number: messages, versions, errata with several finders, grades,
outcomes, and what else hangs on them (`tests.bench.under_way`). The last month before the demo's own is closed and
nearly graded, so that its pick is tried out. Not through intake: that would take hours and is measured elsewhere.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from models.audit import AuditEntry
from models.contests import Contest, Round, RuleSet
from models.enums import (
    ActorKind,
    Doubling,
    MessageFate,
    OutgoingState,
    ReportSource,
    ReportState,
    RoundState,
    Verdict,
)
from models.grades import Grade
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.papers import Article, Issue, Page, Paper
from models.readers import Person, Reader
from models.reports import Erratum, Report, ReportVersion
from models.staff import Staff
from tests.bench import under_way

READERS = 8_000
MONTHS = 48
PAPERS = 20
PAGES, ARTICLES = 8, 4
OPEN_SHARE = 0.024
"""Of all reports: those of the open month. Five in six of them wait."""
STILL_OPEN = 30
"""One in so many reports of the closed month is not graded yet."""
AT_ONCE = 5_000
ROWS = ("N-04", "N-05", "N-05", "N-05", "N-06", "N-10", "N-16", "N-18", "N-18", "N-20")
CLOSED: dict[str, Any] = {"state": RoundState.CLOSED}
RELEASED: dict[str, Any] = {"state": RoundState.RELEASED, "result": {}, "print_block": "", "article": ""}
Spot = tuple[int, int, int, int, str]
"""(article, issue, paper, page, its number)"""
TEXT = "社区食堂今天开张，附近的居民一早就来排队尝鲜，志愿者在门口引导老人入座，菜价比市场便宜三成，还可以送餐上门。" * 12
TITLE = "社区食堂开张"
WORDS = "柳湾版2版《社区食唐开张》，“食唐”应为“食堂”，题目里的错字，请核对。"
OPEN: dict[str, Any] = {
    "state": ReportState.FILED, "verdict": None, "decided_at": None, "decided_by_id": None, "reason_text": None,
    "version": 1, "place_mark": False, "correction_mark": False, "reason_mark": False}


def _fields(erratum: dict[str, Any]) -> dict[str, Any]:
    """The record as a version keeps it: what the page of a report reads back."""
    place = {"paper_id": erratum["paper"], "issue_id": erratum["issue_id"], "page_id": erratum["page"],
             "article_id": erratum["article_id"], "paragraph": 0, "start": erratum["span_start"],
             "end": erratum["span_end"]}
    return {"located": "found", "place": place, "wrong": erratum["wrong"], "right": erratum["right"],
            "page": erratum["page_label"]}


def fill(engine: Engine, reports: int, *, now: datetime, months: int = MONTHS, papers: int = PAPERS) -> None:
    """Adds `reports` reports of `months` past months to a seeded demo; ids go on where the demo's end."""
    with engine.begin() as db:
        _Crowd(db, reports, now, months, papers).fill()
        under_way.fill(db, now=now)
        under_way.index_texts(db, TEXT, TITLE)
    if engine.dialect.name == "postgresql":  # what its autovacuum does by itself; SQLite is never told to
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as db:
            db.exec_driver_sql("VACUUM (ANALYZE)")


class _Crowd:
    def __init__(self, db: Connection, reports: int, now: datetime, months: int, papers: int) -> None:
        self.db, self.reports, self.now, self.dice = db, reports, now, random.Random(5)
        self.months, self.most_papers = months, papers
        self.first = {table: (db.scalar(select(func.max(table.id))) or 0) + 1
                      for table in (Message, Report, Erratum, Reader, Person, Issue, Page, Article, Grade)}
        self.contest = db.execute(select(Contest.id, Contest.account)).one()
        self.rules = db.scalar(select(func.max(RuleSet.id)))
        self.papers = self._more_papers()
        self.staff = list(db.scalars(select(Staff.id).order_by(Staff.id)))
        self.open_round = db.execute(select(Round.id, Round.month).where(Round.state == RoundState.OPEN)
                                     .order_by(Round.month).limit(1)).one()

    def fill(self) -> None:
        months = self._months()
        self._people()
        places = self._archive([month for month, _ in months])
        errata = self._errata(places)
        self._reports(months, errata)

    def _more_papers(self) -> list[int]:
        """As many papers as a city's editions, those of the demo first."""
        papers = list(self.db.scalars(select(Paper.id).order_by(Paper.id)))
        for number in range(len(papers) + 1, self.most_papers + 1):
            done = self.db.execute(insert(Paper).values(
                name=f"社区晨报·第{number}社区", aliases=[], contest_id=self.contest.id))
            papers.append(int(done.inserted_primary_key[0]))  # type: ignore[index]
        return papers

    def _months(self) -> list[tuple[str, int]]:
        """(month, round id) of the past, oldest first; the demo's own months are left alone."""
        first: Any = self.db.scalar(select(func.min(Round.month)))
        year, month = (int(part) for part in first.split("-"))
        made = []
        for _ in range(self.months):
            year, month = (year - 1, 12) if month == 1 else (year, month - 1)
            made.append(f"{year}-{month:02}")
        made.reverse()
        ids = []
        for name in made:
            on = date.fromisoformat(name + "-06")
            closes = datetime(on.year, on.month, 28, tzinfo=UTC)
            done = self.db.execute(insert(Round).values(
                contest_id=self.contest.id, month=name, rule_set_id=self.rules, published_on=on,
                deadline_on=closes.date(), closes_at=closes, grading_until=closes + timedelta(days=5),
                print_by=closes.date() + timedelta(days=8), closed_at=closes, seed="0" * 64,
                **(CLOSED if name == made[-1] else RELEASED | {"picked_at": closes, "released_at": closes,
                                                              "released_by_id": self.staff[0]})))
            ids.append((name, int(done.inserted_primary_key[0])))  # type: ignore[index]
        self.closed = ids[-1][1]
        return ids

    def _people(self) -> None:
        start = self.now - timedelta(days=31 * self.months)
        people = [self.first[Person] + at for at in range(READERS)]
        self._many(Person, [{"id": one, "created_at": start} for one in people])
        self._many(Reader, [
            {"id": self.first[Reader] + at, "account": self.contest.account, "openid": f"crowd{at:023}", "person_id": one,
             "first_seen_at": start, "last_ordinal": 0} for at, one in enumerate(people)])

    def _archive(self, months: list[str]) -> list[list[Spot]]:
        """For each month, and this one last, the spots of its printed matter."""
        issues, pages, articles, places = [], [], [], []
        printed = set(self.db.execute(select(Issue.month, Issue.paper_id)).all())
        for month in (*months, self.open_round.month):
            here = []
            for paper in self.papers:
                if (month, paper) in printed:
                    continue
                issue = self.first[Issue] + len(issues)
                issues.append({"id": issue, "paper_id": paper, "month": month, "imported_at": self.now,
                               "published_on": date.fromisoformat(month + "-06"),
                               "deadline_on": date.fromisoformat(month + "-28")})
                for number in range(1, PAGES + 1):
                    page = self.first[Page] + len(pages)
                    pages.append({"id": page, "issue_id": issue, "position": number, "number": f"{number:02}", "aliases": []})
                    for position in range(ARTICLES):
                        article = self.first[Article] + len(articles)
                        articles.append({"id": article, "page_id": page, "position": position, "key": f"{number}-{position}",
                                         "title": TITLE, "paragraphs": [TEXT], "kind": "news"})
                        here.append((article, issue, paper, page, f"{number:02}"))
            places.append(here)
        for table, rows in ((Issue, issues), (Page, pages), (Article, articles)):
            self._many(table, rows)
        return places

    def _errata(self, places: list[list[Spot]]) -> list[dict[str, Any]]:
        """A third as many errata as reports, in the order of time; the last of them stand in this month's papers."""
        many, made = self.reports // 3, []
        here_and_now = int(many * OPEN_SHARE)
        past = places[:-1]
        for at in range(many):
            open_ = at >= many - here_and_now
            here = places[-1] if open_ else past[at * len(past) // (many - here_and_now)]
            article, issue, paper, page_id, page = self.dice.choice(here)
            graded = self.dice.random() < (0.2 if open_ else 0.6)
            start = self.dice.randrange(len(TEXT) - 2)
            right = TEXT[start : start + 2]
            made.append({"id": self.first[Erratum] + at, "contest_id": self.contest.id, "issue_id": issue, "page_label": page,
                         "article_id": article, "paragraph": 0, "span_start": start, "span_end": start + 2,
                         "wrong": self.dice.choice(TEXT) + right[1], "right": right, "doubling": Doubling.NONE,
                         "row_code": self.dice.choice(ROWS) if graded else None,
                         "points_milli": 1000 if graded else None, "created_at": self.now, "paper": paper, "page": page_id})
        self._many(Erratum, [{k: v for k, v in one.items() if k not in ("paper", "page")} for one in made])
        return made

    def _reports(self, months: list[tuple[str, int]], errata: list[dict[str, Any]]) -> None:
        round_of = dict(months)
        month_of = dict(self.db.execute(select(Issue.id, Issue.month)).all())
        length = timedelta(days=31 * self.months) / self.reports
        start = self.now - timedelta(days=31 * self.months)
        for begin in range(0, self.reports, AT_ONCE):
            batch = range(begin, min(begin + AT_ONCE, self.reports))
            rows: dict[Any, list[dict[str, Any]]] = {table: [] for table in (
                Message, Report, ReportVersion, Grade, OutgoingMessage, AuditEntry)}
            for at in batch:
                erratum = errata[min(len(errata) - 1, max(0, at * len(errata) // self.reports + self.dice.randrange(-200, 200)))]
                self._one(rows, at, start + length * at, erratum, round_of.get(month_of[erratum["issue_id"]]))
            for table, found in rows.items():
                self._many(table, found)
        self.db.execute(update(Reader).values(last_ordinal=self.reports))

    def _one(self, rows: dict[Any, list[dict[str, Any]]], at: int, sent: datetime, erratum: dict[str, Any],
             past_round: int | None) -> None:
        """One report with its message; decided, told and on record where its round is past."""
        reader = self.first[Reader] + self.dice.randrange(READERS)
        message, report = self.first[Message] + at, self.first[Report] + at
        rows[Message].append({
            "id": message, "account": self.contest.account, "dedupe_key": f"crowd-{at}", "reader_id": reader,
            "msg_type": "text", "content": WORDS, "fields": {}, "create_time": int(sent.timestamp()),
            "received_at": sent, "counts_at": sent, "reply": "收到，记下了。" * 8,
            "fate": MessageFate.DESK if past_round is None and at % 40 == 0 else MessageFate.READ})
        rows[ReportVersion].append(
            {"report_id": report, "number": 1, "message_id": message, "fields": _fields(erratum), "created_at": sent})
        common = {
            "id": report, "contest_id": self.contest.id, "round_id": past_round or self.open_round.id,
            "reader_id": reader, "ordinal": at + 1000, "message_id": message, "source": ReportSource.CHAT,
            "sent_at": sent, "counts_at": sent, "sequence": message, "updated_at": sent,
            "paper_id": erratum["paper"], "paper_text": "柳湾版", "issue_id": erratum["issue_id"],
            "page_label": erratum["page_label"], "page_text": "2版", "article_text": TITLE,
            "wrong": erratum["wrong"], "right": erratum["right"], "reason": "题目里的错字", "located": "found",
            "article_id": erratum["article_id"], "paragraph": 0, "quote_start": erratum["span_start"],
            "quote_end": erratum["span_end"], "erratum_id": erratum["id"]}
        rows[Report].append(common | OPEN)
        if past_round is None:
            decided = erratum["row_code"] is not None
            rows[Report][-1] |= {} if decided else self._unfinished(at, sent)
        else:
            decided = past_round != self.closed or at % STILL_OPEN > 0
        if decided:
            rows[Report][-1] |= self._decision(rows, at, sent, erratum, common)

    def _unfinished(self, at: int, sent: datetime) -> dict[str, Any]:
        """Most wait to be graded, some for their reader or for the chief."""
        asked = {"decided_at": sent, "decided_by_id": self.staff[1]}
        return {7: {"state": ReportState.HALF_TOLD},
                17: asked | {"state": ReportState.NEEDS_MORE, "verdict": Verdict.NEEDS_MORE, "reason_text": "是哪一版？"},
                27: asked | {"state": ReportState.ESCALATED}}.get(at % 60, {})

    def _decision(self, rows: dict[Any, list[dict[str, Any]]], at: int, sent: datetime, erratum: dict[str, Any],
                  report: dict[str, Any]) -> dict[str, Any]:
        good = erratum["row_code"] is not None and self.dice.random() < 0.85
        verdict = Verdict.ACCEPTED if good else Verdict.NOT_AN_ERROR
        when, editor = sent + timedelta(hours=20), self.dice.choice(self.staff[:3])
        reason = None if good else "原文就是这样。"
        rows[Grade].append({
            "id": self.first[Grade] + at, "report_id": report["id"], "report_version": 1, "grader_id": editor,
            "rule_set_id": self.rules, "verdict": verdict, "row_code": erratum["row_code"] if good else None,
            "doubling": Doubling.NONE, "created_at": when, "reason_text": reason, "taken_back": False})
        rows[OutgoingMessage].append({
            "reader_id": report["reader_id"], "report_id": report["id"], "kind": "outcome",
            "idempotency_key": f"crowd-{at}", "text": "采纳了，谢谢您。", "state": OutgoingState.SENT,
            "not_before": when, "sent_at": when, "created_at": when})
        rows[AuditEntry].append({
            "at": when, "actor_kind": ActorKind.STAFF, "staff_id": editor, "verb": "grade",
            "object_kind": "report", "object_id": report["id"], "before": "filed", "after": verdict, "details": {}})
        return {"state": ReportState.DECIDED, "verdict": verdict, "decided_at": when, "decided_by_id": editor,
                "reason_text": reason, "version": 2, "place_mark": good, "correction_mark": good, "reason_mark": False}

    def _many(self, table: Any, rows: list[dict[str, Any]]) -> None:
        for begin in range(0, len(rows), AT_ONCE):
            self.db.execute(insert(table), rows[begin : begin + AT_ONCE])
