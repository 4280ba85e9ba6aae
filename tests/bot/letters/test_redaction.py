"""Boxes over readers' pictures: drawn, taken away by their author or a chief, written down."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.errors import BadInput, NotAllowed, NotFound
from bot.letters import redaction
from bot.media.covering import Box
from models.attachments import Attachment
from models.enums import AttachmentKind, AttachmentState, Role
from models.queries import attachments
from tests.support import factories
from tests.support.factories import NOW
from tests.support.team import log


@pytest.fixture
def editor(session: Session) -> int:
    return factories.staff(session, "editor", Role.EDITOR)


@pytest.fixture
def picture(session: Session, editor: int) -> int:
    return attachment(session)


def attachment(
    session: Session,
    kind: AttachmentKind = AttachmentKind.PICTURE,
    state: AttachmentState = AttachmentState.KEPT,
) -> int:
    reader_id = factories.reader(session)
    message_id = factories.message(session, reader_id, None, msg_type="image")
    row = Attachment(
        message_id=message_id,
        reader_id=reader_id,
        kind=kind,
        state=state,
        received_at=NOW,
        due_at=NOW,
        digest="0" * 64,
        content_type="image/jpeg",
        kept_at=NOW,
    )
    session.add(row)
    session.flush()
    return row.id


def lying(session: Session, picture: int) -> list[Box]:
    return [one.edges for one in attachments.boxes(session, picture)]


def test_boxes_lie_where_they_were_drawn(session: Session, picture: int, editor: int) -> None:
    boxes = [(0, 0, 5000, 100), (100, 200, 300, 400)]
    assert redaction.draw(session, picture, [*boxes, boxes[0]], actor=by_staff(editor), now=NOW) == 2
    assert lying(session, picture) == boxes
    assert log(session, "draw_boxes") == [("draw_boxes", editor, picture, {"boxes": 2})]
    seen = attachments.one(session, picture)
    assert seen is not None
    assert seen.covered == 2


def test_a_box_sent_twice_lies_there_once(session: Session, picture: int, editor: int) -> None:
    first, second = (0, 0, 5000, 100), (100, 200, 300, 400)
    redaction.draw(session, picture, [first], actor=by_staff(editor), now=NOW)
    assert redaction.draw(session, picture, [first], actor=by_staff(editor), now=NOW) == 1
    assert redaction.draw(session, picture, [first, second], actor=by_staff(editor), now=NOW) == 2
    assert lying(session, picture) == [first, second]
    assert [details for *_, details in log(session, "draw_boxes")] == [{"boxes": 1}, {"boxes": 1}]


def test_a_box_that_was_taken_away_can_be_drawn_again(session: Session, picture: int, editor: int) -> None:
    redaction.draw(session, picture, [(0, 0, 5000, 100)], actor=by_staff(editor), now=NOW)
    redaction.remove(session, picture, attachments.boxes(session, picture)[0].id, actor=by_staff(editor), now=NOW)
    redaction.draw(session, picture, [(0, 0, 5000, 100)], actor=by_staff(editor), now=NOW)
    assert lying(session, picture) == [(0, 0, 5000, 100)]


@pytest.mark.parametrize("boxes", [
    [], [(0, 0, 10, 500)], [(0, 0, 500, 10)], [(-1, 0, 500, 500)], [(0, 0, 10_001, 500)], [(500, 500, 100, 900)],
    [(n * 100, 0, n * 100 + 90, 90) for n in range(41)],
])  # fmt: skip
def test_what_is_no_box_is_refused(session: Session, picture: int, editor: int, boxes: list[Box]) -> None:
    with pytest.raises(BadInput):
        redaction.draw(session, picture, boxes, actor=by_staff(editor), now=NOW)
    assert lying(session, picture) == []


def test_there_is_an_end_to_boxes(session: Session, picture: int, editor: int) -> None:
    redaction.draw(
        session, picture, [(n * 100, 0, n * 100 + 90, 90) for n in range(40)], actor=by_staff(editor), now=NOW
    )
    with pytest.raises(BadInput, match="最多遮 40 块"):
        redaction.draw(session, picture, [(0, 500, 90, 900)], actor=by_staff(editor), now=NOW)


def test_only_pictures_that_are_there_can_be_covered(session: Session, editor: int) -> None:
    for kind, state in (
        (AttachmentKind.VOICE, AttachmentState.KEPT),
        (AttachmentKind.PICTURE, AttachmentState.ERASED),
    ):
        with pytest.raises(NotFound):
            redaction.draw(
                session, attachment(session, kind, state), [(0, 0, 900, 900)], actor=by_staff(editor), now=NOW
            )
    with pytest.raises(NotFound):
        redaction.draw(session, 99, [(0, 0, 900, 900)], actor=by_staff(editor), now=NOW)


def test_the_author_or_a_chief_takes_a_box_away(session: Session, picture: int, editor: int) -> None:
    other, chief = factories.staff(session, "other", Role.EDITOR), factories.staff(session, "chief", Role.CHIEF)
    redaction.draw(session, picture, [(0, 0, 900, 900), (0, 1000, 900, 1900)], actor=by_staff(editor), now=NOW)
    first, second = (one.id for one in attachments.boxes(session, picture))
    with pytest.raises(NotAllowed):
        redaction.remove(session, picture, first, actor=by_staff(other), now=NOW)
    redaction.remove(session, picture, first, actor=by_staff(editor), now=NOW)
    redaction.remove(session, picture, first, actor=by_staff(other), now=NOW)  # it is away already
    redaction.remove(session, picture, second, actor=by_staff(chief), now=NOW)
    assert lying(session, picture) == []
    assert log(session, "remove_box") == [
        ("remove_box", editor, picture, {"box": first}),
        ("remove_box", chief, picture, {"box": second}),
    ]


def test_a_box_of_another_picture_is_not_found(session: Session, picture: int, editor: int) -> None:
    redaction.draw(session, picture, [(0, 0, 900, 900)], actor=by_staff(editor), now=NOW)
    with pytest.raises(NotFound):
        redaction.remove(
            session,
            attachment(session),
            attachments.boxes(session, picture)[0].id,
            actor=by_staff(editor),
            now=NOW,
        )
