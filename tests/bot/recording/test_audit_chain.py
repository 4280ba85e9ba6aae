"""The hash chain over the audit: no fork, no gap, and what was changed or taken out is named; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import SCHEDULER
from bot.contest import rounds
from bot.recording import audit_chain, records
from bot.recording.audit_chain import Broken
from models.audit import AuditEntry
from models.records import RoundRecord
from tests.support.town import Town, at, at_once

NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
CHANGED = "内容改过，或前面改过"


def entries(session: Session, many: int) -> list[int]:
    """New entries, not sealed; their ids."""
    for n in range(many):
        audit.record(session, actor=SCHEDULER, verb="grade", object_kind="report", object_id=10001 + n,
                     now=NOW + timedelta(seconds=n), before="filed", after="accepted", details={"row": "N-05", "marks": n})
    session.flush()
    return list(session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)))


def numbers(session: Session) -> list[tuple[int, int | None]]:
    session.expire_all()
    return [(row.id, row.chain_number) for row in session.execute(
        select(AuditEntry.id, AuditEntry.chain_number).order_by(AuditEntry.chain_number))]


def test_entries_are_sealed_in_batches_and_a_second_time_changes_nothing(session: Session) -> None:
    ids = entries(session, 5)
    assert [audit_chain.seal(session, most=2) for _ in range(4)] == [2, 2, 1, 0]
    links = session.scalars(select(AuditEntry.chain).order_by(AuditEntry.id)).all()
    assert numbers(session) == list(zip(ids, range(1, 6), strict=True))
    assert (len(set(links)), audit_chain.verify(session), audit_chain.length(session)) == (5, None, (5, 0))


@pytest.mark.parametrize("change", [
    {"at": NOW + timedelta(days=1)}, {"verb": "escalate"}, {"object_kind": "round"}, {"object_id": 10009},
    {"before": None}, {"after": "not_an_error"}, {"details": {"row": "N-07", "marks": 1}}, {"chain": "0" * 64},
    {"actor_kind": "operator"},
], ids=lambda one: next(iter(one)))
def test_any_value_changed_is_named(session: Session, change: dict[str, Any]) -> None:
    ids = entries(session, 4)
    audit_chain.seal(session)
    session.execute(update(AuditEntry).where(AuditEntry.id == ids[1]).values(**change))
    session.expire_all()
    assert audit_chain.verify(session) == Broken(2, ids[1], CHANGED)


TAKEN_OUT: dict[str, tuple[Callable[[list[int]], Any], Broken]] = {
    "first": (lambda ids: AuditEntry.id == ids[0], Broken(1, None, "缺少")),
    "in between": (lambda ids: AuditEntry.id == ids[2], Broken(3, None, "缺少")),
}


@pytest.mark.parametrize("which", TAKEN_OUT)
def test_entry_that_is_missing_is_named(session: Session, which: str) -> None:
    where, expected = TAKEN_OUT[which]
    ids = entries(session, 4)
    audit_chain.seal(session)
    session.execute(delete(AuditEntry).where(where(ids)))
    session.expire_all()
    assert audit_chain.verify(session) == expected
    assert str(expected) == f"操作记录链第 {expected.number} 条：缺少"


def test_entry_whose_seal_was_taken_off_to_be_sealed_anew_leaves_its_gap(session: Session) -> None:
    ids = entries(session, 3)
    audit_chain.seal(session)
    session.execute(update(AuditEntry).where(AuditEntry.id == ids[1]).values(
        after="not_an_error", chain=None, chain_number=None))
    audit_chain.seal(session)
    session.expire_all()
    assert numbers(session) == [(ids[0], 1), (ids[2], 3), (ids[1], 4)]
    assert audit_chain.verify(session) == Broken(2, None, "缺少")


def test_two_entries_that_changed_places_are_noticed(session: Session) -> None:
    ids = entries(session, 3)
    audit_chain.seal(session)
    for number, chain_number in ((ids[0], 90), (ids[1], 1), (ids[0], 2)):
        session.execute(update(AuditEntry).where(AuditEntry.id == number).values(chain_number=chain_number))
    session.expire_all()
    assert audit_chain.verify(session) == Broken(1, ids[1], CHANGED)


def test_entry_with_a_lower_id_that_is_committed_later_is_sealed_next(engine: Engine) -> None:
    """Two writers at once, the first to begin is the last to commit; on SQLite the second id is left free instead."""
    with Session(engine) as session:
        first, second, third = entries(session, 3)
        session.execute(delete(AuditEntry).where(AuditEntry.id == second))
        audit_chain.seal(session)
        session.add(AuditEntry(id=second, at=NOW, actor_kind="scheduler", verb="grade", object_kind="report",
                               object_id=1, details={}))
        session.flush()
        assert audit_chain.seal(session) == 1
        assert numbers(session) == [(first, 1), (third, 2), (second, 3)]
        assert audit_chain.verify(session) is None


def test_many_sealers_and_writers_at_once_make_one_chain(engine: Engine) -> None:
    with Session(engine) as session:
        entries(session, 10)
        session.commit()

    def write(session: Session) -> int:
        entries(session, 3)
        return 0

    done = at_once(engine, [write, lambda session: audit_chain.seal(session, most=4), write,
                            lambda session: audit_chain.seal(session, most=4), write])
    assert [one for one in done if isinstance(one, BaseException)] == []
    with Session(engine) as session:
        audit_chain.seal(session)
        assert [number for _, number in numbers(session)] == list(range(1, 20))
        assert audit_chain.verify(session) is None


@pytest.fixture
def town(session: Session) -> Town:
    """A round that is picked; the record holds the end of the chain."""
    town = Town.founded(session)
    town.grade(town.file("甲", town.said()).report_id)
    rounds.close_round(session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    audit_chain.seal(session)
    assert rounds.pick_round(session, town.round().id, actor=SCHEDULER, now=at("2023-06-02 00:15"))
    audit_chain.seal(session)
    return town


def test_end_of_the_chain_cut_off_is_noticed_from_the_record_of_a_round(town: Town) -> None:
    row = records.versions(town.session, town.round().id)[0]
    assert row.chain_number is not None
    assert audit_chain.verify(town.session) is None
    town.session.execute(delete(AuditEntry).where(AuditEntry.chain_number >= row.chain_number))
    town.session.expire_all()
    assert audit_chain.verify(town.session) == Broken(row.chain_number, None, "缺少：一份评选记录还记着它")


def test_chain_made_anew_from_the_beginning_does_not_fit_the_record_of_a_round(town: Town) -> None:
    row = records.versions(town.session, town.round().id)[0]
    assert row.chain_number is not None
    town.session.execute(update(AuditEntry).where(AuditEntry.verb == "close_round").values(after="open"))
    town.session.execute(update(AuditEntry).values(chain=None, chain_number=None))
    audit_chain.seal(town.session)
    town.session.expire_all()
    found = audit_chain.verify(town.session)
    assert found is not None
    assert (found.number, found.words) == (row.chain_number, "和评选记录里记着的不符：链从头重做过")


def test_record_written_before_anything_was_sealed_holds_no_end(session: Session) -> None:
    town = Town.founded(session)
    rounds.close_round(session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    assert rounds.pick_round(session, town.round().id, actor=SCHEDULER, now=at("2023-06-02 00:15"))
    assert session.scalars(select(RoundRecord.chain_number)).all() == [None]
    audit_chain.seal(session)
    assert audit_chain.verify(session) is None
