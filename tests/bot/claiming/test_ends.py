"""What time does to a claim: reminders, the end, what is deleted and when; and what leaves with a reader who goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.claiming import claims, ends, filling, keys
from bot.claiming.filling import Filled
from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.contest import prizes
from bot.personal import privacy
from bot.settings import Settings
from models.audit import AuditEntry
from models.claims import ClaimContact, ClaimTerm, PrizeClaim
from models.contests import Award
from models.enums import PrizeState, Relation, Role
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.session import reading, writing
from models.work_enums import ClaimWay, ContactKind, LapseReason, Receiving
from tests.support import factories
from tests.support.claims import SENT, award, claiming, later, released

COMES = Filled(Receiving.PICK_UP, Relation.NEITHER, agreed=True, phone="13912345678")
CHILD = Filled(Receiving.PICK_UP, Relation.NEITHER, agreed=True, under_age=True, guardian="季大满",
               guardian_phone="13887654321", guardian_agrees=True)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return claiming(settings, tmp_path)


@pytest.fixture
def terms(settings: Settings) -> Terms:
    return Terms.of(settings)


@pytest.fixture
def won(engine: Engine, settings: Settings, clock: FrozenClock) -> list[int]:
    with writing(engine) as session:
        house = factories.build(session)
        chief = factories.staff(session, "chief", Role.CHIEF)
    return released(engine, house, clock, chief, settings)


def claim(engine: Engine, terms: Terms, clock: FrozenClock, award_id: int, filled: Filled = COMES) -> None:
    with writing(engine) as session:
        claims.claim(session, award_id, filled, way=ClaimWay.PAGE, keys=keys.load(terms.keys), terms=terms,
                     actor=SCHEDULER, now=clock.now())


def tend(engine: Engine, terms: Terms, clock: FrozenClock) -> dict[str, int]:
    return ends.tend(engine, terms, actor=SCHEDULER, now=clock.now())


def forget(engine: Engine, terms: Terms, clock: FrozenClock) -> int:
    return ends.forget_contact(engine, terms, actor=SCHEDULER, now=clock.now())


def kept(engine: Engine, award_id: int) -> list[ContactKind]:
    with reading(engine) as session:
        return sorted(session.scalars(select(ClaimContact.kind).where(ClaimContact.award_id == award_id)))


def told(engine: Engine, key: str) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(OutgoingMessage.text).where(
            OutgoingMessage.idempotency_key.startswith(key)).order_by(OutgoingMessage.id)))


def reader_of(engine: Engine, award_id: int) -> int:
    return award(engine, award_id).reader_id


def test_winner_is_reminded_a_week_and_two_days_before_the_end_and_once_each(
    engine: Engine, terms: Terms, clock: FrozenClock, won: list[int]
) -> None:
    best, other = won
    claim(engine, terms, clock, other)
    assert tend(engine, terms, clock) == {}
    later(clock, days=54)
    assert tend(engine, terms, clock) == {"reminded": 1}
    assert tend(engine, terms, clock) == {}
    later(clock, days=5)
    assert tend(engine, terms, clock) == {"reminded": 1}
    assert tend(engine, terms, clock) == {}
    texts = told(engine, f"claim-reminder-{best}")
    assert ["还剩7天" in texts[0], "还剩2天" in texts[1]] == [True, True]
    assert all("回“领奖”两个字" in text and "银杏路1号编辑部" in text and "http" not in text for text in texts)
    assert told(engine, f"claim-reminder-{other}") == []


def test_after_downtime_only_the_last_reminder_goes(
    engine: Engine, terms: Terms, clock: FrozenClock, won: list[int]
) -> None:
    later(clock, days=59, hours=12)
    assert tend(engine, terms, clock) == {"reminded": 2}
    assert len(told(engine, "claim-reminder-")) == 2


def test_prize_claimed_while_the_job_goes_through_those_that_end_does_not_lapse(
    engine: Engine, terms: Terms, clock: FrozenClock, won: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    best, other = won
    over = ends._over

    def found_just_before_he_called(session: Session, now: datetime) -> list[int]:
        ids = over(session, now)
        with writing(engine) as writes:
            claims.claim(writes, best, COMES, way=ClaimWay.PHONE, keys=keys.load(terms.keys), terms=terms,
                         actor=by_staff(1), now=now)
        return ids

    monkeypatch.setattr(ends, "_over", found_just_before_he_called)
    later(clock, days=62)
    assert tend(engine, terms, clock)["lapsed"] == 1
    assert [award(engine, one).state for one in (best, other)] == [PrizeState.CLAIMED, PrizeState.LAPSED]
    assert told(engine, f"claim-over-{best}") == []


def test_prize_that_nobody_claimed_lapses_at_the_end_and_a_claimed_one_never_by_itself(
    engine: Engine, terms: Terms, clock: FrozenClock, won: list[int]
) -> None:
    best, other = won
    claim(engine, terms, clock, other)
    with reading(engine) as session:
        until = session.get_one(ClaimTerm, best).until
    clock.moment = until - timedelta(seconds=1)
    tend(engine, terms, clock)
    assert award(engine, best).state is PrizeState.TO_BE_CLAIMED
    clock.moment = until
    assert tend(engine, terms, clock) == {"lapsed": 1}
    assert tend(engine, terms, clock) == {}
    assert [award(engine, one).state for one in won] == [PrizeState.LAPSED, PrizeState.CLAIMED]
    with reading(engine) as session:
        assert session.get_one(ClaimTerm, best).lapsed_because is LapseReason.NOT_CLAIMED
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "lapse_prize")).one()
        assert (entry.object_id, entry.before, entry.after, entry.details) == (
            best, "to_be_claimed", "lapsed", {"reason": "not_claimed"})
    assert "过了领取的日子" in told(engine, f"claim-over-{best}")[0]


def test_prize_without_a_term_has_its_time_from_now(
    engine: Engine, terms: Terms, clock: FrozenClock, won: list[int]
) -> None:
    with writing(engine) as session:
        session.execute(delete(ClaimTerm))
    later(clock, days=300)
    assert tend(engine, terms, clock) == {"terms": 2}
    with reading(engine) as session:
        assert {one.until for one in session.scalars(select(ClaimTerm))} == {terms.ends(clock.now())}


@pytest.mark.slow
def test_contact_goes_so_many_days_after_the_hand_over_and_the_trail_says_what(
    engine: Engine, terms: Terms, clock: FrozenClock, won: list[int]
) -> None:
    _, other = won
    claim(engine, terms, clock, other, SENT)
    later(clock, days=100)
    assert forget(engine, terms, clock) == 0
    with writing(engine) as session:
        prizes.hand_over(session, other, None, actor=SCHEDULER, now=clock.now())
    later(clock, days=29)
    assert forget(engine, terms, clock) == 0
    assert len(kept(engine, other)) == 4
    later(clock, days=1)
    assert forget(engine, terms, clock) == 1
    assert forget(engine, terms, clock) == 0
    assert kept(engine, other) == []
    with reading(engine) as session:
        assert session.get_one(PrizeClaim, other).contact_deleted_at == clock.now()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "delete_contact")).one()
    assert (entry.object_kind, entry.object_id, entry.details) == (
        "award", other, {"kinds": ["address", "code_word", "phone", "recipient"]})


@pytest.mark.slow
def test_deletion_needs_no_key(engine: Engine, terms: Terms, clock: FrozenClock, won: list[int]) -> None:
    claim(engine, terms, clock, won[0])
    with writing(engine) as session:
        prizes.lapse(session, won[0], reason=LapseReason.NOT_WANTED, actor=SCHEDULER, now=clock.now())
    assert terms.keys is not None
    terms.keys.unlink()
    later(clock, days=30)
    assert forget(engine, terms, clock) == 1
    assert kept(engine, won[0]) == []


@pytest.mark.slow
@pytest.mark.parametrize(("filled", "left"), [
    (COMES, [ContactKind.CODE_WORD]),
    (SENT, [ContactKind.ADDRESS, ContactKind.PHONE, ContactKind.RECIPIENT]),
    (CHILD, [ContactKind.CODE_WORD, ContactKind.GUARDIAN])])
@pytest.mark.parametrize("goes", ["unfollows", "erases"])
def test_who_leaves_keeps_of_a_claim_under_way_only_what_handing_over_needs(
    engine: Engine, terms: Terms, clock: FrozenClock, won: list[int], filled: Filled, left: list[ContactKind], goes: str
) -> None:
    claim(engine, terms, clock, won[1], filled)
    reader_id = reader_of(engine, won[1])
    with writing(engine) as session:
        if goes == "erases":
            privacy.erase(session.connection(), reader_id, now=clock.now())
        else:
            privacy.unfollowed(session.connection(), reader_id, digest="d", now=clock.now())
    assert kept(engine, won[1]) == left
    with reading(engine) as session:
        assert privacy.keeps_for_prize(session.connection(), reader_id)


@pytest.mark.slow
@pytest.mark.parametrize("goes", ["unfollows", "erases"])
def test_what_was_kept_for_whoever_left_goes_with_the_prize(
    engine: Engine, terms: Terms, clock: FrozenClock, won: list[int], goes: str
) -> None:
    for award_id in won:
        claim(engine, terms, clock, award_id, COMES)
    reader_id = reader_of(engine, won[1])
    with writing(engine) as session:
        if goes == "erases":
            privacy.erase(session.connection(), reader_id, now=clock.now())
        else:
            privacy.unfollowed(session.connection(), reader_id, digest="d", now=clock.now())
    assert forget(engine, terms, clock) == 0
    with writing(engine) as session:
        for award_id in won:
            prizes.hand_over(session, award_id, None, actor=SCHEDULER, now=clock.now())
    assert forget(engine, terms, clock) == 1
    assert (kept(engine, won[1]), len(kept(engine, won[0]))) == ([], 2)
    assert forget(engine, terms, clock) == 0


@pytest.mark.slow
def test_who_leaves_after_the_hand_over_leaves_nothing(
    engine: Engine, terms: Terms, clock: FrozenClock, won: list[int]
) -> None:
    claim(engine, terms, clock, won[1], SENT)
    claim(engine, terms, clock, won[0], COMES)
    with writing(engine) as session:
        prizes.hand_over(session, won[1], None, actor=SCHEDULER, now=clock.now())
        privacy.unfollowed(session.connection(), reader_of(engine, won[1]), digest="d", now=clock.now())
    assert (kept(engine, won[1]), len(kept(engine, won[0]))) == ([], 2)
    with reading(engine) as session:
        assert session.get_one(PrizeClaim, won[1]).contact_deleted_at == clock.now()
        assert not privacy.keeps_for_prize(session.connection(), reader_of(engine, won[1]))


@pytest.mark.slow
def test_winner_without_an_account_gets_no_message_and_lapses_like_any_other(
    engine: Engine, terms: Terms, clock: FrozenClock, won: list[int]
) -> None:
    with writing(engine) as session:
        for reader in session.scalars(select(Reader).where(Reader.id.in_(select(Award.reader_id)))):
            reader.openid = None
    later(clock, days=58)
    assert tend(engine, terms, clock) == {}
    later(clock, days=9)
    assert tend(engine, terms, clock) == {"lapsed": 2}


@pytest.mark.parametrize(("typed", "kept_as"), [
    ("+86 139-1234-5678", "13912345678"), ("0086 13912345678", "13912345678"), ("（021）6345 6789", "02163456789"),
    ("１３９１２３４５６７８", "13912345678"), ("6345-6789", "63456789")])
def test_telephones_are_kept_as_digits(typed: str, kept_as: str) -> None:
    plain = filling.tidied(Filled(Receiving.PICK_UP, Relation.NEITHER, agreed=True, phone=typed))
    assert plain.phone == kept_as
    assert filling.problems(plain, may_post=False, age=14) == {}
