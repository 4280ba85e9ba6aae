"""The record of a round: kept at the pick in the same transaction, a new version for a new pick. Writes; never commits.

The form and its check are pure and stand in bot.contest.record; here the rows are read for it. No reader's word, name
or id goes in; the chief's reason is looked through for names and numbers all the same.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest.blockers import Blocker
from bot.contest.record import values, writing
from bot.contest.record.canonical import printed_digest
from bot.contest.standing import RoundStanding
from bot.errors import BadInput, NotFound, WoodpeckerError
from bot.outside import journal
from bot.recording import audit_chain, record_inputs
from bot.recording.signatures import Signer
from bot.settings import Settings
from models.contests import Contest, Round
from models.readers import Reader
from models.records import RoundIntake, RoundRecord, RoundRecordPart
from models.reports import Report

LEVEL = 1
"""Of deflate: half of the file are hashes, so that little is gained above it."""
PART = 1_000_000
"""Bytes of the deflated file in one row."""
AHEAD = 4
"""Pieces of the file that may wait to be deflated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """What a pick was made from and what came of it: the standing as scored, and the open items at that moment."""

    standing: RoundStanding
    blockers: Iterable[Blocker] = ()
    could_change: tuple[int, ...] = ()


def keep_intake(db: Connection, round_id: int, intake: str) -> None:
    """The canonical text of the list that the seed was made from, so that anybody can make it again."""
    db.execute(insert(RoundIntake).values(round_id=round_id, entries=zlib.compress(intake.encode("ascii"), LEVEL)))


def intake_of(db: Connection, round_id: int) -> Iterator[tuple[int, int]] | None:
    """The list as sealed, by number; None for a round that closed before lists were kept."""
    found = db.scalar(select(RoundIntake.entries).where(RoundIntake.round_id == round_id))
    if found is None:
        return None
    lines = io.BytesIO(zlib.decompress(found))  # line by line: as pairs a large month would take seven times the room
    return ((int(number), int(create_time)) for number, create_time in (line.split(b" ") for line in lines))


def keep(session: Session, round_id: int, picked: Picked, *, actor: Actor, now: datetime, reason: str | None = None,
         version_reason: str | None = None) -> RoundRecord:
    """Writes the next version of a round's record from what was just picked. `reason`: the chief's, for a pick with open
    items; `version_reason`: why there is a new version, needed from the second on. BadInput where it is missing."""
    session.flush()
    before = session.execute(select(RoundRecord.version, RoundRecord.sha256).where(RoundRecord.round_id == round_id)
                             .order_by(RoundRecord.version.desc()).limit(1)).first()
    why = own_words(session, round_id, version_reason)
    if before is not None and why is None:
        raise BadInput("新的一版评选记录要写一句理由。")
    head, version = audit_chain.head(session), 1 if before is None else before.version + 1
    record = _gathered(
        session, round_id, picked, head=head, version=version, version_reason=why,
        previous=None if before is None else before.sha256, pick=values.Pick(
            at=now, actor=actor.kind, staff=actor.staff_id, reason=own_words(session, round_id, reason),
            open=tuple(values.OpenWork(one.kind, one.report_ids, one.message_ids, one.staff_ids)
                       for one in picked.blockers),
            could_change=picked.could_change))
    with _Packed(session.connection(), round_id, version) as packed:
        sha256 = writing.write(record, packed.take)
    row = RoundRecord(
        round_id=round_id, version=version, sha256=sha256, digest=printed_digest(sha256), reason=why, made_at=now,
        chain_number=head[0] if head else None, chain=head[2] if head else None)
    session.add(row)
    journal.note(session.connection(), "picked", at=now, durable=True, round=round_id, version=row.version, digest=row.digest,
                 winners=_winners(picked))
    audit.record(session, actor=actor, verb="keep_record", object_kind="round", object_id=round_id, now=now,
                 details={"version": record.version, "sha256": sha256})
    return row


def _winners(picked: Picked) -> list[int]:
    """Each by the number of his first report of the round, the best first."""
    chosen, first = picked.standing.select(), dict[int, int]()
    for one in picked.standing.reports:
        first[one.person_id] = min(one.number, first.get(one.person_id, one.number))
    return [first[person] for person in (*chosen.best, *chosen.excellent)]


class _Packed:
    """Takes a file piece by piece, deflates it and stores it in parts, so that no more than a few are in memory.

    It is deflated by a thread beside the one that writes it: both take as long, and zlib lets go of the interpreter.
    """

    def __init__(self, db: Connection, round_id: int, version: int) -> None:
        self._db, self._key, self._number = db, {"round_id": round_id, "version": version}, 0
        self._packer, self._ready = zlib.compressobj(LEVEL), bytearray()
        self._worker, self._under_way = ThreadPoolExecutor(1, "deflate"), deque[Future[bytes]]()

    def __enter__(self) -> _Packed:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with self._worker:
            if kind is None:
                self._under_way.append(self._worker.submit(self._packer.flush))
                self._collect(0)
                self._store(1)

    def take(self, data: bytes) -> None:
        self._under_way.append(self._worker.submit(self._packer.compress, data))
        self._collect(AHEAD)
        self._store(PART)

    def _collect(self, left: int) -> None:
        while len(self._under_way) > left:
            self._ready += self._under_way.popleft().result()

    def _store(self, least: int) -> None:
        while len(self._ready) >= least:
            self._number += 1
            self._db.execute(insert(RoundRecordPart).values(
                **self._key, number=self._number, data=bytes(self._ready[:PART])))
            del self._ready[:PART]


def _gathered(session: Session, round_id: int, picked: Picked, *, head: tuple[int, int, str] | None, version: int,
              version_reason: str | None, previous: str | None, pick: values.Pick) -> values.Record:
    db, held = session.connection(), picked.standing
    return values.Record(
        facts=record_inputs.facts(session, round_id), rules=held.rules, seed=held.seed, intake=intake_of(db, round_id),
        reports=held.reports, create_times=record_inputs.create_times(db, round_id), errata=held.errata,
        excluded=held.excluded, previous_best=held.previous_best, comparisons=held.comparisons, scores=held.scores,
        standings=held.standings, selection=held.select(), grades=record_inputs.grades(db, round_id),
        audit=record_inputs.audit(db, round_id), audit_head=head, pick=pick, version=version, version_reason=version_reason,
        previous=previous)


# The reason is staff's own sentence. Should it name a reader or hold a telephone number, that is not for a public file.
LEFT_OUT = "〔略〕"
LONG_NUMBER = re.compile(r"(?<!\d)(?!20\d\d-\d\d-\d\d(?!\d))\d(?:[ -]?\d){6,}")  # a date is none


def own_words(session: Session, round_id: int, text: str | None) -> str | None:
    """Staff's sentence as a public file may hold it; None for none."""
    words = (text or "").strip()
    if not words:
        return None
    names = session.scalars(
        select(Reader.printed_name).distinct().join(Report, Report.reader_id == Reader.id)
        .where(Report.round_id == round_id, Reader.printed_name.is_not(None)))
    for name in sorted((one for one in names if one and len(one) > 1), key=len, reverse=True):
        words = words.replace(name, LEFT_OUT)
    return LONG_NUMBER.sub(LEFT_OUT, words)


# reading


def body(row: RoundRecord) -> bytes:
    """The file itself. RecordDamaged where what is stored is not what was kept."""
    try:
        data = zlib.decompress(b"".join(part.data for part in row.parts))
    except zlib.error:
        data = b""
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise RecordDamaged("保存的评选记录和它的 SHA-256 不符：数据库里的这一行改过。")
    return data


class RecordDamaged(WoodpeckerError):
    """A stored record is not the file that was kept."""


def versions(session: Session, round_id: int) -> list[RoundRecord]:
    """Every version, the first one first."""
    return list(session.scalars(select(RoundRecord).where(RoundRecord.round_id == round_id)
                                .order_by(RoundRecord.version)))


def find(session: Session, contest: str, month: str, version: int | None = None) -> RoundRecord:
    """The record of a contest's month, the newest version unless one is named; NotFound says what is missing."""
    query = (select(RoundRecord).join(Round, Round.id == RoundRecord.round_id).join(Contest, Contest.id == Round.contest_id)
             .where(Contest.name == contest, Round.month == month).order_by(RoundRecord.version.desc()).limit(1))
    if version is not None:
        query = query.where(RoundRecord.version == version)
    found = session.scalar(query)
    if found is None:
        raise NotFound(f"没有 {contest} {month} 的评选记录" + ("。" if version is None else f"第 {version} 版。"))
    return found


def public_address(settings: Settings, contest_id: int, month: str) -> str | None:
    """Where anybody reads of a round once it is released, for a QR code in print; None where the configuration does not
    say under what address this is reached from outside ([server] public_url)."""
    base = settings.server.public_url
    return f"{base}/records/{contest_id}/{month}" if base else None


# signing


def unsigned(session: Session) -> list[RoundRecord]:
    return list(session.scalars(select(RoundRecord).where(RoundRecord.signature.is_(None)).order_by(RoundRecord.id)))


def sign(row: RoundRecord, signer: Signer, *, now: datetime) -> None:
    """Adds the signature over the file; the row stays what it was otherwise."""
    row.signature, row.signed_at = signer(body(row)), now
