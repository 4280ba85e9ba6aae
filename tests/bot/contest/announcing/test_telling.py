"""What is said beforehand of a winner's notice is what the outbox then does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, func, select, update

from bot.audit import by_staff
from bot.catalogue.library import Library
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.contest.announcing import telling
from bot.contest.announcing.telling import How, Told
from bot.letters import callers
from bot.letters.callers import Given
from bot.outbox import rights
from bot.outbox.channels import Account
from bot.outbox.delivery import Delivery
from bot.outbox.ledger import Why
from bot.personal import privacy
from bot.wechat.profiles import Call
from bot.wechat.template import Template
from models.enums import AttemptOutcome, NameState, OutgoingState, Role
from models.outgoing import DeliveryAttempt, OutgoingMessage
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.databases import Databases
from tests.support.factories import DISCOUNT, HEADLINE, VOLUNTEERS, House
from tests.support.outbox import FakeSender
from tests.web.console.conftest import counted

TEXTS = (HEADLINE, DISCOUNT, VOLUNTEERS)
TEMPLATE = Template("T1", subscription=False, page="", fields={"thing1": "text"})
SUBSCRIPTION = Template("T2", subscription=True, page="", fields={"thing1": "text"})


def play(engine: Engine) -> House:
    """Three readers win. The first writes again just before the release, the second unfollows."""
    with writing(engine) as session:
        house = factories.build(session)
        factories.staff(session, "chief", Role.CHIEF)
        for text in TEXTS:
            factories.accept(session, factories.report(session, text), house)
    return house


@pytest.fixture
def begun(databases: Databases) -> tuple[str, House]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def house(begun: tuple[str, House]) -> House:
    return begun[1]


@pytest.fixture
def moment(engine: Engine, house: House) -> datetime:
    with writing(engine) as session:
        at = factories.picked(session, house)
        first, second, _ = session.scalars(select(Report.reader_id).order_by(Report.id)).all()
        factories.message(session, first, "谢谢", at=at - timedelta(hours=47))
        privacy.unfollowed(session.connection(), second, digest="d" * 64, now=at)
    return at


def accounts(template: Template | None = None, *, verified: bool = True, secret: bool = True) -> dict[str, Account]:
    sender = FakeSender() if secret else None
    return {"main": Account("main", "社区发布", "service", verified, sender, {"award": template} if template else {})}


def told(engine: Engine, house: House, known: Mapping[str, Account], now: datetime) -> tuple[Told, ...]:
    with reading(engine) as session:
        return telling.winners(session, house.round_id, known, now=now)


def by_reader(engine: Engine, found: tuple[Told, ...]) -> dict[int, Told]:
    with reading(engine) as session:
        awards = {award.id: award.reader_id for award in session.scalars(select(rounds.Award))}
    return {awards[one.award_id]: one for one in found}


@pytest.mark.sampled
@pytest.mark.parametrize(("known", "expected"), [
    (accounts(), [How.CUSTOMER, How.GONE, How.NEXT_LETTER]),
    (accounts(TEMPLATE), [How.CUSTOMER, How.GONE, How.TEMPLATE]),
    (accounts(SUBSCRIPTION), [How.CUSTOMER, How.GONE, How.NEXT_LETTER]),
    (accounts(verified=False), [How.NEXT_LETTER, How.GONE, How.NEXT_LETTER]),
    (accounts(secret=False), [How.NEXT_LETTER, How.GONE, How.NEXT_LETTER]),
    ({}, [How.NEXT_LETTER, How.GONE, How.NEXT_LETTER]),
], ids=["plain", "template", "subscription", "unverified", "no-secret", "no-account"])  # fmt: skip
def test_the_outbox_then_does_what_was_said(
    engine: Engine, house: House, moment: datetime, known: dict[str, Account], expected: list[How]
) -> None:
    found = by_reader(engine, told(engine, house, known, moment))
    assert [found[reader].how for reader in sorted(found)] == expected
    with writing(engine) as session:
        chief = session.scalars(select(factories.Staff.id).where(factories.Staff.login == "chief")).one()
        # The names that were asked for would take a share of the five; here only the notices go.
        session.execute(delete(OutgoingMessage))
        rounds.release_round(session, house.round_id, actor=by_staff(chief), now=moment)
    clock = FrozenClock(moment + timedelta(minutes=1))
    Delivery(known, clock.now).run(engine, now=clock.now())
    for reader_id, one in found.items():
        assert _went(engine, reader_id) == (one.how.value if one.how in telling.AT_ONCE else None), one


def _went(engine: Engine, reader_id: int) -> str | None:
    """The channel by which the notice went; None: it waits, or there is none, for nobody could have it."""
    with reading(engine) as session:
        notice = session.scalars(select(OutgoingMessage).where(
            OutgoingMessage.reader_id == reader_id, OutgoingMessage.kind == "award")).one_or_none()
        if notice is None:
            assert session.get_one(Reader, reader_id).openid is None
            return None
        channel = session.scalar(select(DeliveryAttempt.channel).where(DeliveryAttempt.outgoing_id == notice.id))
        assert (notice.state is OutgoingState.SENT) == (channel is not None)
        return channel


def test_a_caller_is_to_be_called_by_the_name_staff_know(engine: Engine, house: House) -> None:
    with writing(engine) as session:
        given = Given("call", factories.NOW, f"{factories.OTHER_TITLE}，自觉的分类应为自觉地分类", "n1", house.contest_id,
                      label="住三楼的季老师", name="季老师")
        entered = callers.enter(session, Library(), given, actor=by_staff(house.editor_id), now=factories.NOW)
        factories.accept(session, entered.filed[0].report_id, house)
        at = factories.picked(session, house)
    [caller] = [one for one in told(engine, house, accounts(TEMPLATE), at) if one.label]
    assert (caller.how, caller.label, caller.name) == (How.CALL, "住三楼的季老师", "季老师")


def test_a_call_at_rest_is_a_matter_of_time(engine: Engine, house: House, moment: datetime) -> None:
    with writing(engine) as session:
        until = rights.rest(session.connection(), "main", Call.API, errcode=None, now=moment)
    first, second, third = (one for _, one in sorted(by_reader(engine, told(engine, house, accounts(), moment)).items()))
    assert (first.how, first.why, first.again_at) == (How.LATER, Why.RESTING, until)
    assert (second.how, third.how) == (How.GONE, How.LATER)


def test_five_sent_since_the_letter_are_all(engine: Engine, house: House, moment: datetime) -> None:
    with writing(engine) as session:
        first = session.scalars(select(Report.reader_id).order_by(Report.id)).first()
        for n in range(5):
            row = OutgoingMessage(reader_id=first, kind="outcome", idempotency_key=f"k{n}", text="好", created_at=moment,
                                  not_before=moment, state=OutgoingState.SENT, sent_at=moment)
            session.add(row)
            session.flush()
            session.add(DeliveryAttempt(outgoing_id=row.id, channel="customer", started_at=moment - timedelta(hours=1),
                                        finished_at=moment, outcome=AttemptOutcome.SENT))
    assert first is not None
    found = by_reader(engine, told(engine, house, accounts(), moment))[first]
    assert (found.how, found.why) == (How.NEXT_LETTER, Why.QUOTA)


@pytest.mark.slow
def test_whoever_has_no_name_is_called_as_the_box_calls_him(engine: Engine, house: House, moment: datetime) -> None:
    with writing(engine) as session:
        session.execute(update(Reader).values(name_state=NameState.DECLINED, printed_name=None))
    found = told(engine, house, accounts(), moment)
    with writing(engine) as session:
        round_ = session.get_one(rounds.Round, house.round_id)
        rounds.drafts.write(session, round_)
        block = round_.print_block or ""
    assert all(one.name in block for one in found)
    assert len({one.name for one in found}) == len(TEXTS)


@pytest.mark.slow
def test_its_queries_do_not_grow_with_the_winners(engine: Engine, house: House, moment: datetime) -> None:
    with counted(engine) as sent:
        told(engine, house, accounts(SUBSCRIPTION), moment)
    assert sum(one.startswith("SELECT") for one in sent) <= 10
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(rounds.Award)) == len(TEXTS)


@pytest.mark.slow
def test_counts_stand_in_their_order(engine: Engine, house: House, moment: datetime) -> None:
    assert telling.counts(told(engine, house, accounts(), moment)) == {How.CUSTOMER: 1, How.NEXT_LETTER: 1, How.GONE: 1}
