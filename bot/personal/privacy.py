"""Forgetting a reader: at his word for good, at his unfollowing until he returns (RULES 20). Never commits."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, delete, func, or_, select, update

from bot.chat import held_papers
from bot.media import keeping
from bot.outside import journal
from bot.personal import masking
from bot.personal.rows import ids_of
from bot.readers import measures, persons
from models.appeals import Caller
from models.attachments import Attachment
from models.claims import ClaimContact, PrizeClaim
from models.contests import Award, Round
from models.copies import CopyLink
from models.enums import (
    UNSENT,
    AttachmentState,
    CorrectionState,
    Measure,
    NameState,
    OutgoingState,
    PrizeState,
    RoundState,
)
from models.hall import HallAbsence
from models.links import LinkTry
from models.messages import Conversation, Message
from models.outgoing import DeliveryAttempt, OutgoingMessage
from models.own_pages import CodeTry
from models.prepared import Prepared
from models.readers import Reader
from models.reports import Report
from models.round_changes import RoundCorrection
from models.work_enums import ContactKind, DraftOf, Receiving
from models.working import Draft

NOT_ARRIVED = (*UNSENT, OutgoingState.FAILED, OutgoingState.UNCERTAIN)
"""Nobody need wonder any more whether these reached a reader who has gone."""


_RESTORE = Prepared(
    update(Reader).where(Reader.account == bindparam("of"), Reader.openid_digest == bindparam("gone"),
                         Reader.erased_at.is_(None)), "openid", "openid_digest", "unfollowed_at")


def digest(secret: str, account: str, openid: str) -> str:
    """The keyed digest that stands for an openid after unfollowing, or for a delivery's key; hex, 64 characters."""
    return hmac.digest(secret.encode(), f"{account}\n{openid}".encode(), "sha256").hex()


def unfollowed(db: Connection, reader_id: int, *, digest: str, now: datetime) -> None:
    """Name and conversation go at once; the digest lets him find his reports when he follows again."""
    _forget(db, reader_id, now, thorough=False)  # within a delivery
    persons.forget(db, reader_id)
    db.execute(update(Reader).where(Reader.id == reader_id).values(
        openid=None, openid_digest=digest, unfollowed_at=now))
    journal.note(db, "gone", at=now, r=reader_id, erased=False, w=digest)


def restore(db: Connection, account: str, openid: str, *, digest: str) -> bool:
    """He follows again: his reports are his again."""
    return _RESTORE.run(db, of=account, gone=digest, openid=openid, openid_digest=None, unfollowed_at=None) == 1


def forget_digests(db: Connection) -> int:
    """Of readers who left: nothing leads back once every prize of their rounds is handed over or has lapsed, and none is
    on its way to somebody else."""
    open_prize = select(Award.id).where(Award.round_id == Round.id,
                                        Award.state.in_((PrizeState.TO_BE_CLAIMED, PrizeState.CLAIMED)))
    on_its_way = select(RoundCorrection.id).where(RoundCorrection.round_id == Round.id,
                                                  RoundCorrection.state == CorrectionState.DRAFT)
    runs = select(Report.id).join(Round, Round.id == Report.round_id).where(
        Report.reader_id == Reader.id, or_(Round.state != RoundState.RELEASED, open_prize.exists(), on_its_way.exists()))
    # A reader of whom a restored database knows only that he was there keeps the count that he was told.
    done = db.execute(update(Reader).where(Reader.openid_digest.is_not(None), Reader.unfollowed_at.is_not(None), ~runs.exists())
                      .values(openid_digest=None).execution_options(synchronize_session=False))
    return done.rowcount


def erase(db: Connection, reader_id: int, *, now: datetime) -> dict[str, int]:
    """For good, nothing leads back to him. Reports and errata stay, without a name. How many of what went.

    Verbs and the answer in the chat go through `bot.personal.erasing`, which leaves the proof.
    """
    gone = _forget(db, reader_id, now)
    persons.leave(db, reader_id)
    measures.end(db, [reader_id], Measure.MUTE, now=now)
    for table in (Caller, LinkTry, CopyLink, CodeTry, HallAbsence):
        db.execute(delete(table).where(table.reader_id == reader_id).execution_options(synchronize_session=False))
    db.execute(update(Reader).where(Reader.id == reader_id).values(
        openid=None, openid_digest=None, last_message_at=None, erased_at=now))
    journal.note(db, "gone", at=now, durable=True, r=reader_id, erased=True)
    return gone


NEEDED = {Receiving.PICK_UP: (ContactKind.CODE_WORD, ContactKind.GUARDIAN),
          Receiving.POST: (ContactKind.RECIPIENT, ContactKind.ADDRESS, ContactKind.PHONE, ContactKind.GUARDIAN_PHONE)}
"""What handing a claimed prize over needs, and so stays until then (RULES 20)."""


def keeps_for_prize(db: Connection, reader_id: int) -> bool:
    """Whether a claim of his is under way, of which something is kept."""
    return db.scalar(_claimed(reader_id).limit(1)) is not None


def _claimed(reader_id: int) -> Select[int]:
    return select(Award.id).join(ClaimContact, ClaimContact.award_id == Award.id).where(
        Award.reader_id == reader_id, Award.state == PrizeState.CLAIMED)


def _forget_claims(db: Connection, reader_id: int, now: datetime) -> int:
    """Of a claim under way what handing over does not need; of every other one all. How many values went."""
    gone, under_way = 0, _claimed(reader_id)
    for receiving, kinds in NEEDED.items():
        how = select(PrizeClaim.award_id).where(PrizeClaim.award_id.in_(under_way), PrizeClaim.receiving == receiving)
        gone += db.execute(delete(ClaimContact).where(ClaimContact.award_id.in_(how), ClaimContact.kind.not_in(kinds))
                           .execution_options(synchronize_session=False)).rowcount
    done = select(Award.id).where(Award.reader_id == reader_id, Award.state != PrizeState.CLAIMED)
    gone += db.execute(delete(ClaimContact).where(ClaimContact.award_id.in_(done))
                       .execution_options(synchronize_session=False)).rowcount
    db.execute(update(PrizeClaim).where(PrizeClaim.award_id.in_(done), PrizeClaim.contact_deleted_at.is_(None))
               .values(contact_deleted_at=now).execution_options(synchronize_session=False))
    return gone


def _forget(db: Connection, reader_id: int, now: datetime, *, thorough: bool = True) -> dict[str, int]:
    _overwrite(db)
    ids = ids_of(db, [reader_id])
    gone = _counted(db, reader_id)
    gone["masked"] = masking.mask_all(db, ids, masking.names_of(db, [reader_id]), thorough=thorough)
    db.execute(update(Reader).where(Reader.id == reader_id).values(
        name_state=NameState.NOT_ASKED, printed_name=None, name_at=None, name_reason=None))
    db.execute(update(Message).where(Message.reader_id == reader_id, Message.erased_at.is_(None)).values(
        content=None, fields={}, reply=None, erased_at=now))
    db.execute(delete(Conversation).where(Conversation.reader_id == reader_id))
    db.execute(delete(Draft).where(Draft.form == DraftOf.ANSWER, Draft.subject_id.in_(
        select(Message.id).where(Message.reader_id == reader_id))))
    gone["contact"] = _forget_claims(db, reader_id, now)
    keeping.forget(db, reader_id)
    held_papers.forget(db, reader_id)
    _forget_drafts(db, reader_id)
    db.execute(update(OutgoingMessage).where(
        OutgoingMessage.reader_id == reader_id, OutgoingMessage.state.in_(NOT_ARRIVED),
    ).values(state=OutgoingState.CALLED_BACK))
    # What we wrote to him is conversation too; that and when it was sent stays. What the platform said of a failure
    # may quote him.
    db.execute(update(OutgoingMessage).where(OutgoingMessage.reader_id == reader_id).values(text="", last_error=None))
    db.execute(update(DeliveryAttempt).where(DeliveryAttempt.outgoing_id.in_(
        select(OutgoingMessage.id).where(OutgoingMessage.reader_id == reader_id))).values(error=None))
    return gone


def _forget_drafts(db: Connection, reader_id: int) -> None:
    """The box and the article of a list that is not released yet may hold his name; the release writes them anew."""
    won = select(Award.round_id).where(Award.reader_id == reader_id)
    db.execute(update(Round).where(Round.state == RoundState.PICKED, Round.id.in_(won)).values(print_block=None, article=None)
               .execution_options(synchronize_session=False))


def _counted(db: Connection, reader_id: int) -> dict[str, int]:
    """How much there is to go, by kind."""
    wanted = {
        "messages": select(func.count(Message.id)).where(Message.reader_id == reader_id, Message.erased_at.is_(None)),
        "media": select(func.count(Attachment.id)).where(
            Attachment.reader_id == reader_id, Attachment.state != AttachmentState.ERASED),
        "notices": select(func.count(OutgoingMessage.id)).where(
            OutgoingMessage.reader_id == reader_id, OutgoingMessage.text != ""),
        "names": select(func.count(Reader.id)).where(Reader.id == reader_id, Reader.printed_name.is_not(None)),
    }
    return {kind: db.scalar(one) or 0 for kind, one in wanted.items()}


def _overwrite(db: Connection) -> None:
    """SQLite leaves what was deleted in the file's free places until something else comes there, unless it is told."""
    if db.dialect.name == "sqlite":
        db.exec_driver_sql("PRAGMA secure_delete = ON")
