"""查看原样: a chief sees a reader's words or picture unblackened, once, for a reason that is kept. Writes; never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import BadInput, NotAllowed, NotFound
from bot.members.staff import role_on
from models.attachments import Attachment
from models.cockpit import IdentityReveal
from models.contests import Round
from models.enums import AttachmentKind, AttachmentState, Role, RoundState
from models.messages import Message
from models.queries import paper_of
from models.queries import reveals as queries
from models.queries.reveals import Said
from models.reports import Report
from models.work_enums import RevealCause, Revealed

NECESSARY = (RevealCause.THREAT, RevealCause.DUTY)
"""What counts before the names are picked."""
MAY_REVEAL = (Role.CHIEF, Role.ADMIN)
SEALED = (RoundState.PICKED, RoundState.RELEASED)
SHORTEST_REASON, LONGEST_REASON = 4, 300


@dataclass(frozen=True, slots=True)
class Of:
    """What the words or the picture belong to: a report by its number, or a letter at the desk."""

    report_id: int | None = None
    message_id: int | None = None


def causes(*, sealed: bool) -> tuple[RevealCause, ...]:
    """The reasons that may be chosen."""
    return tuple(RevealCause) if sealed else NECESSARY


def words(session: Session, of: Of, cause: RevealCause, reason: str, *, actor: Actor, now: datetime) -> tuple[Said, ...]:
    """The reader's messages as he wrote them. The log is written before anything is given."""
    _log(session, of, Revealed.WORDS, None, cause, reason, actor=actor, now=now)
    if of.report_id is not None:
        return queries.of_report(session, of.report_id)
    return queries.of_message(session, of.message_id or 0)


def picture(session: Session, of: Of, attachment_id: int, cause: RevealCause, reason: str, *, actor: Actor, now: datetime) -> str:
    """The digest of the uncovered picture."""
    if attachment_id not in queries.pictures(session, of.report_id, of.message_id):
        raise NotFound("没有这张照片。")
    digest = session.scalar(select(Attachment.digest).where(
        Attachment.id == attachment_id, Attachment.kind == AttachmentKind.PICTURE, Attachment.state == AttachmentState.KEPT))
    if digest is None:
        raise NotFound("没有这张照片。")
    _log(session, of, Revealed.PICTURE, attachment_id, cause, reason, actor=actor, now=now)
    return digest


def sealed(session: Session, of: Of) -> bool:
    """Whether the round of the report is picked. A letter, or a report of no round, never is."""
    if of.report_id is None:
        return False
    state = session.scalar(select(Round.state).join(Report, Report.round_id == Round.id).where(Report.id == of.report_id))
    return state in SEALED


def _log(session: Session, of: Of, what: Revealed, attachment_id: int | None, cause: RevealCause, reason: str, *, actor: Actor,
         now: datetime) -> None:
    _exists(session, of)
    paper_id = None if of.report_id is None else session.scalar(paper_of.report(of.report_id))
    if actor.staff_id is None or role_on(session, actor.staff_id, paper_id) not in MAY_REVEAL:
        raise NotAllowed("没有遮的内容只有主编能看。")
    reason, closed = reason.strip(), sealed(session, of)
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise BadInput(f"请写明理由，{SHORTEST_REASON} 到 {LONGEST_REASON} 个字，大家都会看到。")
    if cause not in causes(sealed=closed):
        raise BadInput("名单评出以前，只有人身安全或法律、职责上的必要才能看。")
    row = IdentityReveal(report_id=of.report_id, message_id=of.message_id, attachment_id=attachment_id, what=what, cause=cause,
                         reason=reason, sealed=closed, staff_id=actor.staff_id, at=now)
    session.add(row)
    session.flush()
    audit.record(
        session, actor=actor, verb="reveal_words" if what is Revealed.WORDS else "reveal_picture",
        object_kind="report" if of.report_id is not None else "message", object_id=of.report_id or of.message_id, now=now,
        details={"reveal": row.id, "reason": cause.value} | ({"attachment": attachment_id} if attachment_id else {}))


def _exists(session: Session, of: Of) -> None:
    table, key = (Report, of.report_id) if of.report_id is not None else (Message, of.message_id)
    if key is None or session.scalar(select(table.id).where(table.id == key)) is None:
        raise NotFound("没有这一条。")
