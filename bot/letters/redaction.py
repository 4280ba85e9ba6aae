"""遮盖: boxes over readers' pictures, drawn by hand and taken away again. The picture stays as it came. Writes; never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import BadInput, NotAllowed, NotFound
from bot.media.covering import WHOLE, Box
from bot.members.staff import role_on
from models.attachments import Attachment
from models.cockpit import PictureBox
from models.enums import AttachmentKind, AttachmentState, Role
from models.queries import paper_of

MOST_BOXES = 40
SMALLEST = 20
"""Ten-thousandths: what is narrower was a slip of the hand."""
MAY_UNCOVER = (Role.CHIEF, Role.ADMIN)


def draw(session: Session, attachment_id: int, boxes: Sequence[Box], *, actor: Actor, now: datetime) -> int:
    """Lays boxes over a picture; how many of those asked for lie there now: what is sent twice lies there once.

    BadInput: none, too many, too small or beside the picture.
    """
    _picture(session, attachment_id)
    wanted = list(dict.fromkeys(boxes))
    if not wanted:
        raise BadInput("先在照片上画出要遮住的地方。")
    if not all(_fits(box) for box in wanted):
        raise BadInput("有一块太小，或者画到了照片外面，请重画。")
    lying = {tuple(row) for row in session.execute(
        select(PictureBox.left_, PictureBox.top, PictureBox.right_, PictureBox.bottom)
        .where(PictureBox.attachment_id == attachment_id, PictureBox.removed_at.is_(None)))}
    new = [box for box in wanted if box not in lying]
    if not new:
        return len(wanted)
    if len(lying) + len(new) > MOST_BOXES:
        raise BadInput(f"一张照片最多遮 {MOST_BOXES} 块，可以画大一点。")
    session.add_all([PictureBox(attachment_id=attachment_id, left_=left, top=top, right_=right, bottom=bottom,
                                drawn_by_id=actor.staff_id, drawn_at=now) for left, top, right, bottom in new])
    audit.record(session, actor=actor, verb="draw_boxes", object_kind="attachment", object_id=attachment_id, now=now,
                 details={"boxes": len(new)})
    return len(wanted)


def remove(session: Session, attachment_id: int, box_id: int, *, actor: Actor, now: datetime) -> None:
    """Takes a box away: whoever drew it, or a chief. What is away already stays away."""
    box = session.scalar(select(PictureBox).where(
        PictureBox.id == box_id, PictureBox.attachment_id == attachment_id).with_for_update())
    if box is None:
        raise NotFound("没有这一块遮盖。")
    if box.removed_at is not None:
        return
    if not may_remove(session, attachment_id, box.drawn_by_id, actor):
        raise NotAllowed("这一块是别人遮的，要去掉请找主编。")
    box.removed_at, box.removed_by_id = now, actor.staff_id
    audit.record(session, actor=actor, verb="remove_box", object_kind="attachment", object_id=attachment_id, now=now,
                 details={"box": box_id})


def may_remove(session: Session, attachment_id: int, drawn_by_id: int, actor: Actor) -> bool:
    if actor.staff_id is None or actor.staff_id == drawn_by_id:
        return actor.staff_id is not None
    paper_id = session.scalar(paper_of.attachment(attachment_id))
    return role_on(session, actor.staff_id, paper_id) in MAY_UNCOVER


def _picture(session: Session, attachment_id: int) -> None:
    """The row is locked, so that two who draw at once keep the count."""
    kind = session.scalar(select(Attachment.kind).where(
        Attachment.id == attachment_id, Attachment.state == AttachmentState.KEPT).with_for_update())
    if kind is not AttachmentKind.PICTURE:
        raise NotFound("没有这张照片。")


def _fits(box: Box) -> bool:
    left, top, right, bottom = box
    return left >= 0 and top >= 0 and right <= WHOLE and bottom <= WHOLE and right - left >= SMALLEST and bottom - top >= SMALLEST
