"""What the journal knows and a database does not: found by comparing the two. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.outside.journal import Line, lines
from models.articles import RoundArticle
from models.audit import AuditEntry
from models.contests import Contest, Round
from models.enums import ArticleState, OutgoingState, RoundState
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.reports import Report

AT_ONCE = 500
SENDING, SENT, UNSENT = "sending", "sent", "unsent"
NOT_LEFT = (OutgoingState.QUEUED, OutgoingState.SENDING, OutgoingState.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that left. `row_id`, `state`: of the database's own row, which does not know it; None: there is none."""

    key: str
    reader_id: int
    kind: str
    report_id: int | None
    left_at: datetime
    certain: bool
    row_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """A round that was picked. `month`, `contest` as the database names it."""

    round_id: int
    contest: str
    month: str
    digest: str
    winners: tuple[int, ...]
    picked_at: datetime
    released_at: datetime | None


@dataclass
class Lost:
    """All that is missing, and what has to be skipped so that nothing is given out twice."""

    messages: list[Line] = field(default_factory=list)
    reports: list[Line] = field(default_factory=list)
    readers: list[Line] = field(default_factory=list)
    ordinals: dict[int, int] = field(default_factory=dict)  # reader → the highest count told
    notices: list[Notice] = field(default_factory=list)
    picks: list[Pick] = field(default_factory=list)
    gone: dict[int, Line] = field(default_factory=dict)  # reader → how he left
    articles: dict[int, Line] = field(default_factory=dict)  # round → how far its article was brought to the account
    acts: list[Line] = field(default_factory=list)  # of staff, scheduler and operator, in order
    last_report: int = 0
    last_message: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many of what, as an operator is told."""
        return {"messages": len(self.messages), "reports": len(self.reports), "new readers": len(self.readers),
                "messages that left": len(self.notices), "picks": len(self.picks), "readers who left": len(self.gone),
                "articles": len(self.articles), "acts": len(self.acts)}

    @property
    def anything(self) -> bool:
        return any(self.counts.values())


def find(db: Connection, folders: Iterable[Path]) -> Lost:
    """Compares the journal's files in these folders with the database."""
    by_kind: dict[str, list[Line]] = {}
    for folder in folders:
        for line in lines(folder):
            by_kind.setdefault(line["k"], []).append(line)
    found = Lost()
    messages, reports = by_kind.get("message", []), by_kind.get("report", [])
    kept = _known(db, Message.dedupe_key, (line["d"] for line in messages))
    found.messages = _once([line for line in messages if line["d"] not in kept], "d")
    numbers = _known(db, Report.id, (line["n"] for line in reports))
    found.reports = _once([line for line in reports if line["n"] not in numbers], "n")
    readers = by_kind.get("reader", [])
    there = _known(db, Reader.id, (line["r"] for line in readers))
    found.readers = _once([line for line in readers if line["r"] not in there], "r")
    for line in reports:
        found.ordinals[line["r"]] = max(found.ordinals.get(line["r"], 0), line["o"])
    found.last_report = max((line["n"] for line in [*reports, *by_kind.get("block", [])]), default=0)
    found.last_message = max((line["m"] for line in messages), default=0)
    found.notices = list(_notices(db, [line for kind in (SENDING, SENT, UNSENT) for line in by_kind.get(kind, [])]))
    found.picks = list(_picks(db, by_kind.get("picked", []), by_kind.get("released", [])))
    found.gone = _gone(db, by_kind.get("gone", []), messages, {line["r"] for line in found.readers})
    found.articles = _articles(db, by_kind.get("article", []))
    found.acts = _acts(db, by_kind.get("act", []))
    return found


def _once(those: list[Line], name: str) -> list[Line]:
    return list({line[name]: line for line in those}.values())


def _known(db: Connection, column: InstrumentedAttribute[Any], values: Iterable[Any]) -> set[Any]:
    """Which of the values the database has."""
    wanted, found = sorted(set(values)), set()
    for start in range(0, len(wanted), AT_ONCE):
        found |= set(db.scalars(select(column).where(column.in_(wanted[start:start + AT_ONCE]))))
    return found


def _notices(db: Connection, told: list[Line]) -> Iterator[Notice]:
    """What left for good or perhaps, by the last word about each message."""
    first = {line["key"]: line for line in told if line["k"] == SENDING}
    last: dict[str, str] = {}
    for kind in (SENDING, UNSENT, SENT):  # whoever may have got it has got it, whatever was tried before or after
        last |= {line["key"]: kind for line in told if line["k"] == kind}
    tries = {key: sum(line["k"] == SENDING and line["key"] == key for line in told) for key in first}
    refusals = {key: sum(line["k"] == UNSENT and line["key"] == key for line in told) for key in first}
    keys = sorted(first)
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start:start + AT_ONCE]
        rows = {row.idempotency_key: row for row in db.execute(select(
            OutgoingMessage.idempotency_key, OutgoingMessage.id, OutgoingMessage.state).where(
            OutgoingMessage.idempotency_key.in_(some)))}
        for key in some:
            row, line = rows.get(key), first[key]
            if (last[key] == UNSENT and refusals[key] >= tries[key]) or (row is not None and row.state not in NOT_LEFT):
                continue
            yield Notice(key, line["r"], line["kind"], line["p"], _at(line), last[key] == SENT,
                         None if row is None else row.id)


def _picks(db: Connection, picked: list[Line], released: list[Line]) -> Iterator[Pick]:
    ends = {line["round"]: _at(line) for line in released}
    for line in {line["round"]: line for line in picked}.values():
        row = db.execute(select(Round.state, Round.month, Contest.name).join(Contest, Contest.id == Round.contest_id)
                         .where(Round.id == line["round"])).first()
        if row is None:
            continue
        known_pick = row.state in (RoundState.PICKED, RoundState.RELEASED)
        known_release = row.state is RoundState.RELEASED or line["round"] not in ends
        if not (known_pick and known_release):
            yield Pick(line["round"], row.name, row.month, line["digest"], tuple(line["winners"]), _at(line),
                       ends.get(line["round"]))


def _gone(db: Connection, gone: list[Line], messages: list[Line], new: set[int]) -> dict[int, Line]:
    """Readers who left, or asked to be forgotten, and did not come back; the database still has them, or has them again
    once `new` ones are made anew. For good is for good, whatever else is told of the same reader."""
    back = {line["r"]: line["at"] for line in messages if line["r"] is not None}
    left = {line["r"]: line for line in gone if not line["erased"] and back.get(line["r"], "") <= line["at"]}
    left |= {line["r"]: line for line in gone if line["erased"]}
    there = {row.id for row in db.execute(select(Reader.id, Reader.openid).where(Reader.erased_at.is_(None)))
             if row.id in left and (row.openid is not None or left[row.id]["erased"])}
    there |= {reader_id for reader_id in new if reader_id in left and left[reader_id]["erased"]}
    return {reader_id: left[reader_id] for reader_id in sorted(there)}


def _articles(db: Connection, told: list[Line]) -> dict[int, Line]:
    """Rounds whose article the database still wants to bring to the account, or to publish, though it went already."""
    last = {line["round"]: line for line in told}
    waits = {ArticleState.DRAFTING: (ArticleState.WAITING, ArticleState.DRAFTING),
             ArticleState.SUBMITTING: (ArticleState.WAITING, ArticleState.DRAFTING, ArticleState.DRAFTED,
                                       ArticleState.WANTED, ArticleState.SUBMITTING)}
    states = {row.round_id: row.state for row in db.execute(select(RoundArticle.round_id, RoundArticle.state))}
    return {id_: line for id_, line in last.items() if states.get(id_) in waits[ArticleState(line["step"])]}


def _acts(db: Connection, told: list[Line]) -> list[Line]:
    """By what they are and the second in which they were done: an entry's id is known only once it is written."""
    kept = Counter((row.verb, row.object_kind, row.object_id, row.staff_id, row.at.isoformat(timespec="seconds"))
                   for row in db.execute(select(AuditEntry.verb, AuditEntry.object_kind, AuditEntry.object_id,
                                                AuditEntry.staff_id, AuditEntry.at)))
    missing = []
    for line in told:
        act = (line["v"], line["o"], line["i"], line["s"], line["at"])
        kept[act] -= 1
        if kept[act] < 0:
            missing.append(line)
    return missing


def _at(line: Line) -> datetime:
    return datetime.fromisoformat(line["at"])
