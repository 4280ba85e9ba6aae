"""Past conversations through the real intake: to measure how they are understood, or to bring them in.

Knows no HTTP and prints nothing; `progress` is told how many more messages are done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select

from bot import audit, database
from bot.audit import OPERATOR, Actor
from bot.catalogue import importer
from bot.catalogue.library import Library
from bot.contest import contests
from bot.conversations import Conversation
from bot.errors import ImportProblem, WoodpeckerError
from bot.filing.reports import current_finding
from bot.intake import CannotStore, Intake
from bot.personal import privacy
from bot.understanding.values import Finding, Intent, Located, Place
from bot.wechat.messages import Incoming
from models.contests import Contest, Round, RuleSet
from models.enums import MessageFate, ReportState
from models.messages import Message
from models.papers import Article, CatalogueVersion, Issue, Page, Paper
from models.readers import Reader
from models.reports import Report
from models.session import make_engine, reading, writing
from models.tables import metadata

ACCOUNT = "replay"
SCRATCH_SECRET = "scratch"  # noqa: S105 (signs nothing: the database is thrown away)
GONE = (ReportState.WITHDRAWN, ReportState.LAPSED)
CORPUS_INTENT = {Intent.HELP.value: Intent.RULES.value, Intent.ERASE.value: Intent.OTHER.value,
                 Intent.MORE.value: Intent.OTHER.value, Intent.LINK.value: Intent.OTHER.value,
                 Intent.APPEAL.value: Intent.OTHER.value, Intent.CLAIM.value: Intent.WINNERS.value,
                 Intent.COPY.value: Intent.OTHER.value, Intent.UNLISTED.value: Intent.OTHER.value,
                 Intent.LISTED.value: Intent.OTHER.value, Intent.STANDING.value: Intent.STATUS.value,
                 Intent.HALL.value: Intent.WINNERS.value, Intent.ERRATA.value: Intent.OTHER.value,
                 Intent.PRIVACY.value: Intent.OTHER.value, Intent.SATISFIED.value: Intent.OTHER.value,
                 Intent.DISSATISFIED.value: Intent.OTHER.value}
"""The corpus has no name for these."""
LONGEST_ID = 60
"""A longer id is digested: the column of the openid holds 80 characters."""
A_SHARE = 8
"""So many conversations a process takes at once."""
CATALOGUE = (CatalogueVersion, Contest, RuleSet, Round, Paper, Issue, Page, Article)
"""What a dry run copies: all that intake reads of a contest and its papers, nobody's messages."""
Progress = Callable[[int], None]


class Interrupted(WoodpeckerError):
    """Not every message could be brought in; the same command goes on where it stopped."""


# Playing.


def scratch(folder: Path, papers: Iterable[Path]) -> Engine:
    """A database of its own in `folder` with these papers imported and a contest over them."""
    url = f"sqlite:///{folder / 'replay.db'}"
    database.upgrade(url)
    engine = make_engine(url)
    files = [(path.name, path.read_bytes()) for path in sorted(papers)]
    if not files:
        raise ImportProblem(["The folder of --papers holds no .json file."])
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


NO_PACE = 1_000_000


def play(engine: Engine, conversations: Sequence[Conversation], *, account: str, secret: str,
         progress: Progress) -> None:
    """Sends every turn through intake as if it came at its moment, the oldest first. Doing so again does no harm."""
    # What is past was answered long ago: no day's pace holds any of it back.
    with closing(Intake(engine, Library(), secret=secret, reports_a_day=NO_PACE)) as intake:
        for moment, conversation, number in in_time(conversations):
            intake.take(account, incoming(conversation, number), stale=False, now=moment + timedelta(seconds=1))
            progress(1)


def in_time(conversations: Sequence[Conversation]) -> list[tuple[datetime, Conversation, int]]:
    """(moment, conversation, number of the turn), the oldest first; nobody's turns are put in another order."""
    found = []
    for conversation in conversations:
        moments = accumulate((turn.sent_at for turn in conversation.turns), max)
        found += [(moment, conversation, number) for number, moment in enumerate(moments)]
    return sorted(found, key=lambda one: one[0])


def play_all(engine: Engine, conversations: list[Conversation], *, jobs: int, progress: Progress) -> None:
    """The same on a scratch database, in `jobs` processes at once."""
    if jobs == 1:
        play(engine, conversations, account=ACCOUNT, secret=SCRATCH_SECRET, progress=progress)
        return
    url = engine.url.render_as_string(hide_password=False)
    shares = [conversations[n : n + A_SHARE] for n in range(0, len(conversations), A_SHARE)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_play_share, url, share) for share in shares]):
            progress(done.result())


_engines: dict[str, Engine] = {}
"""One a process of `play_all`."""


def _play_share(url: str, share: list[Conversation]) -> int:
    engine = _engines.setdefault(url, make_engine(url))
    play(engine, share, account=ACCOUNT, secret=SCRATCH_SECRET, progress=lambda _: None)
    return messages_in(share)


def messages_in(conversations: Iterable[Conversation]) -> int:
    return sum(len(one.turns) for one in conversations)


def incoming(conversation: Conversation, number: int) -> Incoming:
    """One turn as the platform would deliver it; its id makes a second replay harmless."""
    turn, sender = conversation.turns[number], openid(conversation.id)
    return Incoming(
        to=ACCOUNT, sender=sender, created=int(turn.sent_at.timestamp()), msg_type="text", event=None, event_key="",
        msg_id=f"{sender}-{number}", content=turn.text or None, media_id=None, pic_url=None, fields={})


def openid(conversation_id: str) -> str:
    short = len(conversation_id) <= LONGEST_ID
    return f"replay-{conversation_id if short else hashlib.sha256(conversation_id.encode()).hexdigest()}"


# Bringing in: into the real database, after a dry run.


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a conversation would leave on record: numbers of messages and of reports."""

    id: str
    messages: int
    known: int  # messages brought in before
    reports: int
    placed: int
    half_told: int
    late: int
    for_desk: int  # messages kept for a person


def known(engine: Engine, conversations: Iterable[Conversation], *, account: str, secret: str) -> dict[str, int]:
    """How many messages of each conversation are in already; none where it is not named."""
    keys = {privacy.digest(secret, account, incoming(one, number).dedupe_key): one.id
            for one in conversations for number in range(len(one.turns))}
    found: dict[str, int] = {}
    ordered = list(keys)
    with reading(engine) as session:
        for start in range(0, len(ordered), 500):
            for key in session.scalars(select(Message.dedupe_key).where(
                    Message.account == account, Message.dedupe_key.in_(ordered[start : start + 500]))):
                found[keys[key]] = found.get(keys[key], 0) + 1
    return found


def foresee(engine: Engine, folder: Path, conversations: list[Conversation], *, account: str, secret: str,
            progress: Progress) -> list[Foreseen]:
    """What bringing in would do, tried on a copy of contest and papers in `folder`. Writes nothing to `engine`."""
    before = known(engine, conversations, account=account, secret=secret)
    url = f"sqlite:///{folder / 'dry-run.db'}"
    database.upgrade(url)
    copy = make_engine(url)
    try:
        _copy_catalogue(engine, copy)
        play(copy, conversations, account=account, secret=secret, progress=progress)
        with reading(copy) as session:
            return [_foreseen(session.connection(), one, account, before.get(one.id, 0)) for one in conversations]
    finally:
        copy.dispose()


def _copy_catalogue(engine: Engine, copy: Engine) -> None:
    names = {table.__tablename__ for table in CATALOGUE}
    tables = [table for table in metadata.sorted_tables if table.name in names]
    with reading(engine) as source, writing(copy) as target:
        for table in reversed(tables):
            target.execute(delete(table))
        for table in tables:
            # Who decided something is not copied: nothing of it is read.
            gone = {column.name: None for column in table.columns
                    if any(key.column.table.name not in names for key in column.foreign_keys)}
            rows = [dict(row) | gone for row in source.execute(select(table)).mappings()]
            if rows:
                target.execute(insert(table), rows)


def _foreseen(db: Connection, conversation: Conversation, account: str, before: int) -> Foreseen:
    reader_id = _reader_id(db, conversation, account)
    rows = db.execute(select(Report.state, Report.late, Report.article_id).where(
        Report.reader_id == reader_id, Report.state.not_in(GONE))).all()
    desk = db.scalar(select(func.count()).select_from(Message).where(
        Message.reader_id == reader_id, Message.fate != MessageFate.READ)) or 0
    return Foreseen(
        conversation.id, len(conversation.turns), before, len(rows),
        placed=sum(row.article_id is not None for row in rows), late=sum(row.late for row in rows),
        half_told=sum(row.state is ReportState.HALF_TOLD for row in rows), for_desk=desk)


def bring_in(engine: Engine, conversations: list[Conversation], *, account: str, secret: str, actor: Actor,
             now: datetime, progress: Progress) -> int:
    """Sends past messages through the real intake; how many are new. Interrupted where the database gives up."""
    before = sum(known(engine, conversations, account=account, secret=secret).values())
    problem: CannotStore | None = None
    try:
        play(engine, conversations, account=account, secret=secret, progress=progress)
    except CannotStore as found:
        problem = found
    new = sum(known(engine, conversations, account=account, secret=secret).values()) - before
    if new:
        with writing(engine) as session:
            audit.record(session, actor=actor, verb="bring_in_messages", object_kind="message", object_id=None,
                         now=now, details={"messages": new})
    if problem is not None:
        raise Interrupted(f"The database took no more: {new} messages came in, {messages_in(conversations) - before - new} "
                          "are left. Run the same command again; nothing comes in twice.") from problem
    return new


# What was understood.


def answers(engine: Engine, conversations: Iterable[Conversation], *, account: str) -> Iterator[dict[str, Any]]:
    """`id`, `intents`, `reports` in the corpus form and `replies`, one a conversation, in the order given."""
    with reading(engine) as session:
        db = session.connection()
        names = {row.id: Path(row.source).stem for row in db.execute(
            select(Issue.id, Issue.source).where(Issue.source.is_not(None)))}
        for conversation in conversations:
            yield _answer(db, conversation, account, names)


def _answer(db: Connection, conversation: Conversation, account: str, names: dict[int, str]) -> dict[str, Any]:
    reader_id = _reader_id(db, conversation, account)
    messages = db.execute(select(Message.intent, Message.reply).where(Message.reader_id == reader_id)
                          .order_by(Message.id)).all()
    rows = db.execute(select(Report.id, Report.erratum_id).where(
        Report.reader_id == reader_id, Report.state.not_in(GONE)).order_by(Report.ordinal)).all()
    reports = [_report(db, current_finding(db, row.id), row.erratum_id, names) for row in rows]
    intents = [CORPUS_INTENT.get(row.intent, row.intent or Intent.OTHER.value) for row in messages]
    return {"id": conversation.id, "intents": intents, "reports": reports,
            "replies": [row.reply for row in messages]}


def _reader_id(db: Connection, conversation: Conversation, account: str) -> int | None:
    return db.scalar(select(Reader.id).where(Reader.account == account, Reader.openid == openid(conversation.id)))


def _report(db: Connection, finding: Finding, erratum_id: int | None, names: dict[int, str]) -> dict[str, Any]:
    """One report as the corpus writes it: what was stated, and beside it where the words really stand."""
    place = _one_article(finding)
    title = db.scalar(select(Article.title).where(Article.id == finding.article_id)) if finding.article_id else None
    kind = db.scalar(select(Article.kind).where(Article.id == finding.article_id)) if finding.article_id else None
    return {
        "paper": db.scalar(select(Paper.name).where(Paper.id == finding.paper_id)) if finding.paper_id else None,
        "issue": finding.issue_label, "page": finding.page, "article": title if title else kind,
        "wrong": finding.wrong, "right": finding.right, "located": _located(db, place, names),
        "erratum": f"e{erratum_id}" if erratum_id and place else None,
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


def account_of(engine: Engine, configured: Iterable[str], wanted: str | None) -> str:
    """The account that past messages are brought in for: `wanted`, or the only one with a contest.

    ImportProblem where it is not configured, has no contest or could be several.
    """
    with reading(engine) as session:
        found = sorted(set(session.scalars(select(Contest.account))) & set(configured))
    if wanted is not None and wanted not in found:
        raise ImportProblem([f"No contest runs on the account {wanted}; contests run on: {', '.join(found) or 'none'}."])
    if wanted is None and len(found) != 1:
        raise ImportProblem([f"Name the account with --account; contests run on: {', '.join(found) or 'none'}."])
    return wanted or found[0]
