"""A reader of whom something stands in every place that knows readers, and all that the database holds, as text."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, MetaData, make_url, select, text, update
from sqlalchemy.orm import Session

from bot import search
from bot.audit import SCHEDULER, by_staff
from bot.claiming import claims, keys
from bot.claiming.filling import Filled
from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.contest.after_pick import amends
from bot.letters import desk
from bot.media.sources import store
from bot.personal import copy_links
from bot.readers import link_codes, persons
from bot.recording import audit_chain
from bot.settings import Settings
from bot.teamwork import drafts, notes
from models.appeals import CallerEntry
from models.attachments import Attachment
from models.claims import PrizeReceipt
from models.cockpit import IdentityReveal
from models.codes import HeldPaper
from models.contests import Award
from models.enums import (
    AttachmentKind,
    AttachmentState,
    AttemptOutcome,
    Bar,
    MessageFate,
    OutgoingState,
    Relation,
    Role,
)
from models.hall import HallAbsence
from models.leads import Lead, LeadReader
from models.links import LinkTry, ReaderTie
from models.lists import BulkAct, BulkItem
from models.messages import Conversation, Message
from models.outgoing import DeliveryAttempt, OutgoingMessage
from models.own_pages import CodeTry
from models.readers import Reader
from models.reports import Report
from models.satisfaction import Satisfaction
from models.session import reading, writing
from models.work_enums import (
    BulkFate,
    BulkVerb,
    ClaimWay,
    DraftOf,
    EntryState,
    LeadKind,
    LeadOutcome,
    Receiving,
    RevealCause,
    Revealed,
)
from tests.support import factories
from tests.support.claims import settings_in
from tests.support.factories import HEADLINE, NOW, VOLUNTEERS, House
from tests.support.housed import Housed, members

OPENID = "oSecretSecretSecretSecret-28"
NAME, SELF, PHONE, STREET = "早起小鸟九号", "季小满", "13912345678", "银杏小区3栋2单元501室"
LETTER, REPLY, LABEL = "孙女昨天考上了师大附中", "恭喜您家孙女金榜题名", "银杏路老读者"
FILES = (b"\xff\xd8his photo", b"#!AMR\nhis voice", b"ID3 his voice")
COMES = Filled(Receiving.PICK_UP, Relation.NEITHER, agreed=True, phone=PHONE)
ABOUT_HIM = f"他自称{NAME}，电话{PHONE}"
SECRETS = (OPENID, SELF, PHONE, STREET, LETTER, REPLY, LABEL, "UNIONDIGEST", "MEDIA-OF-HIS", "师大附中", "金榜")
"""Whatever must be nowhere once he is erased; his printed name stays where it was printed."""


@dataclass(frozen=True, slots=True)
class Planted:
    reader_id: int
    other_id: int
    award_id: int
    number: int
    house: House
    files: tuple[str, ...]

    @property
    def round_id(self) -> int:
        return self.house.round_id


@dataclass(frozen=True, slots=True)
class Among(Housed):
    """He, and a member in each role where there is one."""

    him: Planted


def alone(engine: Engine) -> Among:
    """For `Databases.begun`, as the next three."""
    return _played(engine)


def alone_claimed(engine: Engine) -> Among:
    return _played(engine, claimed=True)


def among_members(engine: Engine) -> Among:
    return _played(engine, staffed=True)


def among_members_claimed(engine: Engine) -> Among:
    return _played(engine, staffed=True, claimed=True)


def _played(engine: Engine, *, staffed: bool = False, claimed: bool = False) -> Among:
    clock, staff = FrozenClock(NOW), {}
    if staffed:
        with writing(engine) as session:
            staff = members(session)
    with TemporaryDirectory() as folder:
        him = plant(engine, settings_in(Path(folder)), clock, claimed=claimed, editor_id=staff.get(Role.EDITOR),
                    chief_id=staff.get(Role.CHIEF))
    return Among(staff, him.house, clock.now(), him)


def again(begun: Among, settings: Settings, clock: FrozenClock) -> Planted:
    """He in a copy of his database: with his files, at the moment at which he was played."""
    clock.moment = begun.now
    for held in FILES:
        store(settings).put(held)
    return begun.him


def plant(engine: Engine, settings: Settings, clock: FrozenClock, *, claimed: bool = False,
          editor_id: int | None = None, chief_id: int | None = None) -> Planted:
    """The reader has won; a round is released, records are kept, the trail is sealed, the search is up to date."""
    terms = Terms.of(settings)
    with writing(engine) as session:
        house = factories.build(session, editor_id=editor_id)
        editor = by_staff(house.editor_id)
        chief = by_staff(chief_id or factories.staff(session, "chief", Role.CHIEF))
        reader_id, other_id = _reader(session), factories.reader(session, name="另一位")
        number = factories.report(session, f"{HEADLINE}，理由：我叫{SELF}，电话{PHONE}，他自称{NAME}", reader_id=reader_id)
        factories.accept(session, number, house)
        factories.accept(session, factories.report(session, VOLUNTEERS, reader_id=other_id), house)
        notes.add(session, number, f"{ABOUT_HIM}，住{STREET}", actor=editor, now=NOW)
        session.add(BulkAct(id=1, staff_id=editor.staff_id, verb=BulkVerb.NOTE, details={"text": ABOUT_HIM}, made_at=NOW))
        session.flush()
        session.add(BulkItem(act_id=1, report_id=number, position=1, version=1, fate=BulkFate.DONE, after_version=1))
        letter = _letters(session, reader_id, editor)
        files = _media(session, settings, reader_id, number)
        _desk(session, reader_id, number, letter, house.round_id, chief)
        _accounts(session, reader_id, other_id, house.paper_id, chief)
        # As intake stores it: a digest. The factories' own keys hold the words.
        session.execute(text("UPDATE message SET dedupe_key = 'k' || id"))
        search.refresh(session, now=NOW)
        clock.moment = factories.picked(session, house)
        rounds.release_round(session, house.round_id, actor=chief, now=clock.now(), terms=terms)
        award_id = session.scalars(select(Award.id).where(Award.reader_id == reader_id)).one()
        amends.draft_name(session, award_id, SELF, f"本人来电：不叫{NAME}", actor=editor, now=clock.now())
        if claimed:
            claims.claim(session, award_id, COMES, way=ClaimWay.PAGE, keys=keys.load(terms.keys), terms=terms,
                         actor=SCHEDULER, now=clock.now())
        session.add(Satisfaction(report_id=number, satisfied=False, said_at=clock.now()))
        session.add(PrizeReceipt(award_id=award_id, note=f"{SELF}签收，{PHONE}", entered_at=clock.now()))
        session.add(IdentityReveal(report_id=number, what=Revealed.WORDS, cause=RevealCause.DUTY, sealed=True,
                                   reason=f"核对{ABOUT_HIM}", staff_id=chief.staff_id, at=clock.now()))
        persons.bar(session, reader_id, Bar.RELATIVE, f"亲属，{ABOUT_HIM}", actor=chief, now=clock.now())
        while audit_chain.seal(session):
            pass
    return Planted(reader_id, other_id, award_id, number, house, files)


def _reader(session: Session) -> int:
    reader_id = factories.reader(session, name=NAME)
    session.execute(update(Reader).where(Reader.id == reader_id).values(openid=OPENID))
    return reader_id


def _letters(session: Session, reader_id: int, editor: Any) -> int:
    letter = factories.message(session, reader_id, LETTER, fate=MessageFate.DESK)
    session.execute(update(Message).where(Message.id == letter).values(
        fields={"FromUserName": OPENID, "MediaId": "MEDIA-OF-HIS"}, reply=REPLY))
    desk.answer(session, letter, f"{SELF}您好，{REPLY}", actor=editor, now=NOW)
    other = factories.message(session, reader_id, f"{LETTER}，真高兴", fate=MessageFate.DESK, at=NOW + timedelta(minutes=3))
    desk.close(session, other, f"已电话回复{PHONE}", actor=editor, now=NOW)
    session.add(CallerEntry(message_id=other, called_at=NOW, entered_at=NOW, entered_by_id=editor.staff_id,
                            state=EntryState.CONFIRMED, settled_at=NOW, settled_by_id=editor.staff_id,
                            settle_reason=f"听得出是{NAME}"))
    for n, state in enumerate((OutgoingState.SENT, OutgoingState.FAILED, OutgoingState.QUEUED)):
        one = OutgoingMessage(reader_id=reader_id, kind="desk", text=f"{SELF}您好，{REPLY}", idempotency_key=f"planted-{n}",
                              state=state, created_at=NOW, not_before=NOW,
                              sent_at=NOW if state is OutgoingState.SENT else None, last_error=f"invalid openid {OPENID}")
        session.add(one)
        session.flush()
        session.add(DeliveryAttempt(outgoing_id=one.id, channel="customer", started_at=NOW, finished_at=NOW,
                                    outcome=AttemptOutcome.REFUSED, error=f"openid {OPENID} not found"))
    session.flush()
    return letter


def _media(session: Session, settings: Settings, reader_id: int, number: int) -> tuple[str, ...]:
    kept = store(settings)
    shown, original, sound = map(kept.put, FILES)
    for n, (kind, digest, first) in enumerate(((AttachmentKind.PICTURE, shown, None), (AttachmentKind.VOICE, sound, original))):
        message = factories.message(session, reader_id, None, msg_type=kind.value, at=NOW + timedelta(minutes=10 + n))
        session.add(Attachment(message_id=message, reader_id=reader_id, kind=kind, state=AttachmentState.KEPT,
                               received_at=NOW, due_at=NOW, digest=digest, original_digest=first, kept_at=NOW,
                               content_type="image/jpeg" if first is None else "audio/mpeg", report_id=number))
    session.flush()
    return shown, sound, original


def _desk(session: Session, reader_id: int, number: int, letter: int, round_id: int, chief: Any) -> None:
    drafts.keep(session, DraftOf.GRADE, number, {"reason": f"请回电{PHONE}"}, version=1, actor=chief, now=NOW)
    drafts.keep(session, DraftOf.ANSWER, letter, {"text": f"{SELF}您好"}, version=0, actor=chief, now=NOW)
    lead = Lead(round_id=round_id, kind=LeadKind.NAMESAKE, key="planted", count=1, total=1, numbers=[number], found_at=NOW,
                closed_at=NOW, closed_by_id=chief.staff_id, outcome=LeadOutcome.NOTHING, reason=f"{ABOUT_HIM}，不是同一人")
    session.add(lead)
    session.flush()
    session.add(LeadReader(lead_id=lead.id, reader_id=reader_id))
    session.flush()


def _accounts(session: Session, reader_id: int, other_id: int, paper_id: int, chief: Any) -> None:
    db = session.connection()
    persons.link(session, reader_id, other_id, f"{SELF}的两个号", actor=chief, now=NOW)
    persons.unlink(session, session.execute(text("SELECT max(id) FROM reader_link")).scalar_one(), f"{NAME}说不是他",
                   actor=chief, now=NOW)
    session.execute(update(ReaderTie).where(ReaderTie.reader_id == reader_id).values(
        union_digest="UNIONDIGEST", union_asked_at=NOW))
    link_codes.new_code(db, reader_id, now=NOW)
    copy_links.new(db, reader_id, now=NOW)
    session.execute(text("INSERT INTO caller (reader_id, label, added_by_id, added_at) VALUES (:r, :l, :s, :n)"),
                    {"r": reader_id, "l": LABEL, "s": chief.staff_id, "n": NOW})
    session.add_all([LinkTry(reader_id=reader_id, at=NOW), CodeTry(reader_id=reader_id, at=NOW),
                     HeldPaper(reader_id=reader_id, paper_id=paper_id, scanned_at=NOW),
                     HallAbsence(reader_id=reader_id, since_at=NOW),
                     Conversation(reader_id=reader_id, waiting_for="page", asked_name=True, asked_at=NOW)])
    session.flush()


def everything(engine: Engine) -> dict[str, str]:
    """All that stands in the database, as text, by table."""
    tables = MetaData()
    with reading(engine) as session:
        db = session.connection()
        tables.reflect(db)
        return {name: "\n".join(json.dumps([str(value) for value in row], ensure_ascii=False)
                                for row in db.execute(select(table)))
                for name, table in tables.tables.items()}


def where(engine: Engine, *words: str) -> dict[str, list[str]]:
    """Table → which of the words stand in it."""
    found = {name: [word for word in words if word in held] for name, held in everything(engine).items()}
    return {name: those for name, those in found.items() if those}


def bytes_of(engine: Engine) -> bytes:
    """SQLite's own file, after all is written into it; empty on a server."""
    if engine.dialect.name != "sqlite":
        return b""
    path = make_url(engine.url).database
    assert path is not None
    engine.dispose()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    return b"".join(one.read_bytes() for one in Path(path).parent.glob(f"{Path(path).name}*"))


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def reports_of(engine: Engine) -> list[Any]:
    with reading(engine) as session:
        return list(session.execute(select(Report.id, Report.reader_id, Report.wrong, Report.right, Report.reason,
                                           Report.verdict).order_by(Report.id)))


