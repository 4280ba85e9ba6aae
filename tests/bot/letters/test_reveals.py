"""A chief's look without blackening: necessary before the pick, with a reason always, written down before it is given."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.audit import Actor, by_staff
from bot.errors import BadInput, NotAllowed, NotFound
from bot.letters import reveals
from bot.letters.reveals import Of
from models.attachments import Attachment
from models.cockpit import IdentityReveal
from models.enums import AttachmentKind, AttachmentState, MessageFate, Role
from models.queries import reveals as queries
from models.work_enums import RevealCause, Revealed
from tests.support import factories
from tests.support.factories import HEADLINE, NOW, House
from tests.support.team import log

WORDS = f"{HEADLINE}。我叫季小满，手机13912345678"
REASON = "信里有威胁的话，要报警"


@pytest.fixture
def house(session: Session) -> House:
    return factories.build(session)


@pytest.fixture
def number(session: Session, house: House) -> int:
    return factories.report(session, WORDS)


@pytest.fixture
def chief(session: Session, house: House) -> Actor:
    return by_staff(factories.staff(session, "chief", Role.CHIEF))


def look(session: Session, number: int, cause: RevealCause, actor: Actor, reason: str = REASON) -> list[str]:
    return [
        one.text for one in reveals.words(session, Of(report_id=number), cause, reason, actor=actor, now=NOW)
    ]


def logged(session: Session) -> int:
    return session.scalar(select(func.count(IdentityReveal.id))) or 0


def test_the_words_are_shown_as_written_and_the_look_is_kept(
    session: Session, number: int, chief: Actor
) -> None:
    assert look(session, number, RevealCause.THREAT, chief) == [WORDS]
    seen = queries.log(session, number=number)
    assert [(one.by, one.what, one.cause, one.reason, one.sealed) for one in seen] == [
        ("编辑chief", Revealed.WORDS, RevealCause.THREAT, REASON, False)
    ]
    entry = log(session, "reveal_words")[0]
    assert (entry[1], entry[2], entry[3]["reason"]) == (chief.staff_id, number, "threat")
    assert not any("季小满" in str(value) or REASON in str(value) for value in entry[3].values())


@pytest.mark.parametrize("cause", [RevealCause.PRIZE, RevealCause.OTHER])
def test_before_the_pick_only_a_necessity_counts(
    session: Session, number: int, chief: Actor, cause: RevealCause
) -> None:
    with pytest.raises(BadInput, match="名单评出以前"):
        look(session, number, cause, chief)
    assert logged(session) == 0


def test_after_the_pick_any_reason_will_do(session: Session, house: House, number: int, chief: Actor) -> None:
    factories.accept(session, number, house)
    factories.picked(session, house)
    assert look(session, number, RevealCause.PRIZE, chief) == [WORDS]
    assert [one.sealed for one in queries.log(session, number=number)] == [True]


@pytest.mark.parametrize("reason", ["", "   ", "看看", "理" * 301])
def test_there_is_no_look_without_a_reason(session: Session, number: int, chief: Actor, reason: str) -> None:
    with pytest.raises(BadInput, match="写明理由"):
        look(session, number, RevealCause.DUTY, chief, reason)
    assert logged(session) == 0


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRIZES])
def test_only_a_chief_may_look(session: Session, house: House, number: int, role: Role) -> None:
    actor = by_staff(factories.staff(session, "somebody", role))
    with pytest.raises(NotAllowed):
        look(session, number, RevealCause.THREAT, actor)
    assert logged(session) == 0


def test_there_is_nothing_to_see_of_no_report(session: Session, chief: Actor) -> None:
    with pytest.raises(NotFound):
        look(session, 99, RevealCause.THREAT, chief)


def test_a_letter_can_be_looked_at_too(session: Session, house: House, chief: Actor) -> None:
    message = factories.message(
        session, factories.reader(session), "我叫季小满，再不登我就来砸门", fate=MessageFate.DESK
    )
    of = Of(message_id=message)
    assert [
        one.text for one in reveals.words(session, of, RevealCause.THREAT, REASON, actor=chief, now=NOW)
    ] == ["我叫季小满，再不登我就来砸门"]
    with pytest.raises(BadInput):
        reveals.words(session, of, RevealCause.OTHER, REASON, actor=chief, now=NOW)
    assert len(queries.log(session, message_id=message)) == 1


def test_a_picture_is_looked_at_by_itself(session: Session, number: int, chief: Actor) -> None:
    reader_id = factories.reader(session)
    message = factories.message(session, reader_id, None, msg_type="image", at=NOW - timedelta(hours=1))
    row = Attachment(
        message_id=message,
        reader_id=reader_id,
        kind=AttachmentKind.PICTURE,
        state=AttachmentState.KEPT,
        received_at=NOW,
        due_at=NOW,
        digest="0" * 64,
        content_type="image/jpeg",
        kept_at=NOW,
        report_id=number,
    )
    session.add(row)
    session.flush()
    of = Of(report_id=number)
    assert reveals.picture(session, of, row.id, RevealCause.DUTY, REASON, actor=chief, now=NOW) == "0" * 64
    assert [one.what for one in queries.log(session, number=number)] == [Revealed.PICTURE]
    assert log(session, "reveal_picture")[0][3]["attachment"] == row.id
    elsewhere = factories.report(session, factories.VOLUNTEERS)
    with pytest.raises(NotFound):
        reveals.picture(
            session, Of(report_id=elsewhere), row.id, RevealCause.DUTY, REASON, actor=chief, now=NOW
        )
