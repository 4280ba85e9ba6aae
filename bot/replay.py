"""Conversations from a file through the real intake: to measure how they are understood, or to bring them in.

A line is `{"id": ..., "turns": [{"sent_at": ISO 8601 with offset, "text": ...}]}`; every line is a reader of his
own. Knows no HTTP and prints nothing; `progress` is told of every conversation done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from bot import database
from bot.audit import OPERATOR
from bot.catalogue import importer
from bot.catalogue.library import Library
from bot.contest import contests
from bot.errors import ImportProblem
from bot.intake import Intake
from bot.reports import current_finding
from bot.understanding.values import Finding, Intent, Located, Place
from bot.wechat.messages import Incoming
from models.contests import Contest
from models.enums import ReportState
from models.messages import Message
from models.papers import Article, Issue, Page, Paper
from models.readers import Reader
from models.reports import Erratum, Report
from models.session import make_engine, reading, writing

ACCOUNT = "replay"
SCRATCH_SECRET = "scratch"  # noqa: S105 (signs nothing: the database is thrown away)
GONE = (ReportState.WITHDRAWN, ReportState.LAPSED)
CORPUS_INTENT = {Intent.HELP.value: Intent.RULES.value, Intent.ERASE.value: Intent.OTHER.value}
"""The corpus has no name for these two."""
Progress = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Turn:
    sent_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    turns: tuple[Turn, ...]


def parse(source: str, text: str) -> list[Conversation]:
    """Reads the file. ImportProblem names every wrong line."""
    problems: list[str] = []
    found: dict[str, Conversation] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            one = _conversation(json.loads(line))
        except (ValueError, KeyError, TypeError) as problem:
            problems.append(f"{source}: line {number}: {type(problem).__name__}: {problem}")
            continue
        if one.id in found:
            problems.append(f"{source}: line {number}: id {one.id!r} stands twice")
        found[one.id] = one
    if problems:
        raise ImportProblem(problems)
    return list(found.values())


def _conversation(raw: dict[str, Any]) -> Conversation:
    turns = []
    for turn in raw["turns"]:
        sent_at = datetime.fromisoformat(turn["sent_at"])
        if sent_at.tzinfo is None:
            raise ValueError(f"sent_at {turn['sent_at']!r} has no offset")
        turns.append(Turn(sent_at, str(turn["text"])))
    return Conversation(str(raw["id"]), tuple(turns))


def scratch(folder: Path, papers: Iterable[Path]) -> Engine:
    """A database of its own in `folder` with these papers imported and a contest over them."""
    url = f"sqlite:///{folder / 'replay.db'}"
    database.upgrade(url)
    engine = make_engine(url)
    files = [(path.name, path.read_bytes()) for path in sorted(papers)]
    with writing(engine) as session:
        plan = importer.preview(session, files)
        first = min(datetime.fromisoformat(f"{change.file.month}-01T00:00:00+08:00") for change in plan.changes)
        importer.apply(session, plan, actor=OPERATOR, now=first)
        session.flush()
        contest = contests.create_contest(
            session, name=ACCOUNT, account=ACCOUNT, account_title=ACCOUNT,
            paper_ids=list(session.scalars(select(Paper.id))), publication_day=1, deadline_day=28,
            actor=OPERATOR, now=first)
        for month in {change.file.month for change in plan.changes}:
            contests.make_rounds(session, contest.id, months_ahead=0, first=month, actor=OPERATOR, now=first)
    return engine


def play(engine: Engine, conversations: Iterable[Conversation], *, account: str, secret: str,
         progress: Progress) -> None:
    """Sends every turn through intake as if it came at its moment. Doing so again does no harm."""
    intake = Intake(engine, Library(), secret=secret)
    for conversation in conversations:
        for number, turn in enumerate(conversation.turns):
            intake.take(account, incoming(conversation, number, turn), stale=False,
                        now=turn.sent_at + timedelta(seconds=1))
        progress()


def play_all(engine: Engine, conversations: list[Conversation], *, jobs: int, progress: Progress) -> None:
    """The same on a scratch database, in `jobs` processes at once."""
    if jobs == 1:
        play(engine, conversations, account=ACCOUNT, secret=SCRATCH_SECRET, progress=progress)
        return
    url = engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_play_share, url, conversations[n::jobs]) for n in range(jobs)]):
            for _ in range(done.result()):
                progress()


def _play_share(url: str, share: list[Conversation]) -> int:
    play(make_engine(url), share, account=ACCOUNT, secret=SCRATCH_SECRET, progress=lambda: None)
    return len(share)


def incoming(conversation: Conversation, number: int, turn: Turn) -> Incoming:
    """One turn as the platform would deliver it; its id makes a second replay harmless."""
    return Incoming(
        to=ACCOUNT, sender=openid(conversation.id), created=int(turn.sent_at.timestamp()), msg_type="text",
        event=None, event_key="", msg_id=f"replay-{conversation.id}-{number}"[:64], content=turn.text,
        media_id=None, pic_url=None, fields={})


def openid(conversation_id: str) -> str:
    return f"replay-{conversation_id}"


def answers(engine: Engine, conversations: Iterable[Conversation], *, account: str) -> Iterator[dict[str, Any]]:
    """`id`, `intents`, `reports` in the corpus form and `replies`, one a conversation, in the order given."""
    with reading(engine) as session:
        db = session.connection()
        names = {row.id: Path(row.source).stem for row in db.execute(
            select(Issue.id, Issue.source).where(Issue.source.is_not(None)))}
        for conversation in conversations:
            yield _answer(db, conversation, account, names)


def _answer(db: Connection, conversation: Conversation, account: str, names: dict[int, str]) -> dict[str, Any]:
    reader_id = db.scalar(select(Reader.id).where(Reader.account == account,
                                                  Reader.openid == openid(conversation.id)))
    messages = db.execute(select(Message.intent, Message.reply).where(Message.reader_id == reader_id)
                          .order_by(Message.id)).all()
    rows = db.execute(select(Report.id, Report.erratum_id).where(
        Report.reader_id == reader_id, Report.state.not_in(GONE)).order_by(Report.ordinal)).all()
    reports = [_report(db, current_finding(db, row.id), row.erratum_id, names) for row in rows]
    intents = [CORPUS_INTENT.get(row.intent, row.intent or Intent.OTHER.value) for row in messages]
    return {"id": conversation.id, "intents": intents, "reports": reports,
            "replies": [row.reply for row in messages]}


def _report(db: Connection, finding: Finding, erratum_id: int | None, names: dict[int, str]) -> dict[str, Any]:
    """One report as the corpus writes it: what was stated, and beside it where the words really stand."""
    place = _one_article(finding)
    title = db.scalar(select(Article.title).where(Article.id == finding.article_id)) if finding.article_id else None
    kind = db.scalar(select(Article.kind).where(Article.id == finding.article_id)) if finding.article_id else None
    return {
        "paper": db.scalar(select(Paper.name).where(Paper.id == finding.paper_id)) if finding.paper_id else None,
        "issue": finding.issue_label, "page": finding.page, "article": title if title else kind,
        "wrong": finding.wrong, "right": finding.right, "located": _located(db, place, names),
        "erratum": f"e{_root(db, erratum_id)}" if erratum_id and place else None,
    }


def _one_article(finding: Finding) -> Place | None:
    """The place; several in one article still say which article it is."""
    if finding.place is not None:
        return finding.place
    articles = {place.article_id for place in finding.places}
    return finding.places[0] if finding.located is Located.SEVERAL and len(articles) == 1 else None


def _located(db: Connection, place: Place | None, names: dict[int, str]) -> dict[str, str] | None:
    if place is None:
        return None
    row = db.execute(select(Article.key, Page.number).join(Page, Page.id == Article.page_id)
                     .where(Article.id == place.article_id)).one()
    return {"paper": names[place.issue_id], "page": row.number, "article": row.key}


def _root(db: Connection, erratum_id: int) -> int:
    return db.scalar(select(func.coalesce(Erratum.same_as_id, Erratum.id)).where(Erratum.id == erratum_id)) or 0


def account_of(engine: Engine, known: Iterable[str]) -> str:
    """The account that past messages are brought in for: the one with a contest. ImportProblem if unclear."""
    with reading(engine) as session:
        found = list(session.scalars(select(Contest.account).distinct().where(Contest.account.in_(list(known)))))
    if len(found) != 1:
        raise ImportProblem([f"name the account with --account; contests run on: {', '.join(found) or 'none'}"])
    return found[0]
