"""The record of a round as it is kept at the pick: whole, without personal data, a new version for a new pick."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import SCHEDULER, by_staff
from bot.contest import rounds
from bot.contest.record.canonical import time_text
from bot.contest.record.checking import verify
from bot.contest.standing import compute
from bot.errors import BadInput, NotAllowed, NotFound
from bot.recording import audit_chain, records, signatures
from models.appeals import CallerEntry
from models.audit import AuditEntry
from models.contests import Award
from models.enums import Bar, Doubling, NameState
from models.grades import Grade
from models.readers import Person, Reader
from models.records import RoundIntake, RoundRecord, RoundRecordPart
from models.reports import Report
from models.staff import Staff
from models.work_enums import EntryState
from tests.support.town import MORNING, NO_MARKS, Town, at

EXTRA_OVER = at("2023-06-02 00:15")
UNTIL = at("2023-06-07 00:00")


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def close(town: Town) -> None:
    assert rounds.close_round(town.session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)


def picked(town: Town) -> RoundRecord:
    close(town)
    assert rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
    return the_record(town)


def the_record(town: Town) -> RoundRecord:
    return town.session.scalars(select(RoundRecord).order_by(RoundRecord.version.desc())).all()[0]


def content(row: RoundRecord) -> dict[str, Any]:
    """The sections, tables as lists of objects."""
    body: dict[str, Any] = json.loads(records.body(row))["body"]
    return {name: [dict(zip(one["columns"], line, strict=True)) for line in one["rows"]]
            if isinstance(one, dict) and one.keys() == {"columns", "rows"} else one for name, one in body.items()}


def some_reports(town: Town) -> dict[str, int]:
    numbers = {name: town.file(name, town.said(n)).report_id for n, name in enumerate("甲乙丙", 1)}
    numbers["丁"] = town.file("丁", town.said(1), MORNING + timedelta(minutes=1)).report_id
    for name in "甲乙丁":
        town.grade(numbers[name])
    town.refuse(numbers["丙"])
    return numbers


def test_pick_keeps_a_record_that_is_whole(town: Town) -> None:
    numbers = some_reports(town)
    row = picked(town)
    found = verify(records.body(row))
    assert (found.differences, found.notes) == ((), ())
    assert (found.sha256, found.digest, found.contest, found.month, found.version) == (
        row.sha256, row.digest, "啄木鸟", "2023-05", 1)
    assert {*found.best, *found.excellent} == {numbers["甲"], numbers["乙"], numbers["丁"]}
    places = town.session.execute(select(Award.place, Reader.person_id).join(Reader, Reader.id == Award.reader_id)
                                  .order_by(Award.place)).all()
    assert [town.person(name) for name in "甲乙丁"] == [row.person_id for row in places]


def test_record_is_kept_in_the_transaction_of_the_pick(town: Town) -> None:
    some_reports(town)
    close(town)
    town.session.commit()
    assert rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
    town.session.rollback()
    assert (town.session.scalars(select(RoundRecord)).all(), town.round().picked_at) == ([], None)


def test_seed_follows_from_the_list_kept_at_the_close_whatever_comes_later(town: Town) -> None:
    numbers = some_reports(town)
    close(town)
    late = town.file("戊", town.said(5), at("2023-06-01 23:59:58")).report_id
    town.grade(late, now=at("2023-06-02 00:10"))
    assert rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
    row = the_record(town)
    assert verify(records.body(row)).whole
    assert [one["report"] for one in content(row)["intake"]] == sorted(numbers.values())
    assert late in [one["report"] for one in content(row)["reports"]]


def test_round_closed_before_lists_were_kept_says_so(town: Town) -> None:
    some_reports(town)
    close(town)
    town.session.delete(town.session.get_one(RoundIntake, town.round().id))
    town.session.flush()
    assert rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
    found = verify(records.body(the_record(town)))
    assert (found.whole, len(found.notes)) == (True, 1)


@pytest.mark.slow
def test_no_name_openid_or_word_of_a_reader_is_in_a_record(town: Town) -> None:
    some_reports(town)
    for name in "甲乙丙丁":
        town.session.execute(update(Reader).where(Reader.id == town.reader(name)).values(
            name_state=NameState.GIVEN, printed_name=f"笔名{name}二", name_is_nickname=True))
    text = records.body(picked(town)).decode()
    told = [value for one in town.session.scalars(select(Report)) for value in (one.wrong, one.right, one.reason_text)
            if value]
    assert [word for word in ("笔名", "o-甲", "来信", *told) if word in text] == []


@pytest.mark.slow
def test_words_in_the_audit_trail_are_left_out(town: Town) -> None:
    numbers = some_reports(town)
    town.session.add(AuditEntry(at=MORNING, actor_kind="scheduler", verb="mend", object_kind="report",
                                object_id=numbers["甲"], before="王小明", details={"said": "我的电话", "fields": ["page"]}))
    entry = next(one for one in content(picked(town))["audit"] if one["verb"] == "mend")
    assert (entry["before"], entry["details"]) == (None, {"fields": ["page"]})


@pytest.mark.slow
def test_staff_linked_blocked_withdrawn_and_late_are_recomputed(town: Town) -> None:
    numbers = some_reports(town)
    town.session.execute(update(Person).where(Person.id == town.person("甲")).values(bar=Bar.STAFF, bar_reason="职工"))
    town.session.execute(update(Reader).where(Reader.id == town.reader("丁")).values(person_id=town.person("乙")))
    more = town.file("戊", town.said(3)).report_id
    town.withdraw(more)
    row = picked(town)
    held = content(row)
    assert verify(records.body(row)).whole
    assert held["excluded"] == [{"person": numbers["甲"], "reason": "staff"}]
    persons = {one["report"]: one["person"] for one in held["reports"]}
    assert persons[numbers["丁"]] == numbers["乙"]
    assert [one["withdrawn"] for one in held["reports"] if one["report"] == more] == [True]


@pytest.mark.slow
def test_regraded_and_taken_back_grades_stay_in_order_and_the_last_decides(town: Town) -> None:
    numbers = some_reports(town)
    again = town.grade(numbers["甲"], marks=NO_MARKS, by=town.second)
    row = picked(town)
    held = content(row)
    of = [(one["grade"], one["cause"], one["marks"]) for one in held["grades"] if one["report"] == numbers["甲"]]
    assert [cause for _, cause, _ in of] == ["first", "again"]
    assert of[1] == (again, "again", [0, 0, 0])
    assert next(one["grade"] for one in held["reports"] if one["report"] == numbers["甲"]) == again
    assert verify(records.body(row)).differences == ()


@pytest.mark.slow
@pytest.mark.parametrize("parts_of_a_second", [0, 1, 120_000, 999_999])
def test_times_of_grades_are_the_canonical_ones(town: Town, parts_of_a_second: int) -> None:
    numbers = some_reports(town)
    moment = MORNING.replace(microsecond=parts_of_a_second)
    town.session.execute(update(Grade).where(Grade.report_id == numbers["甲"]).values(created_at=moment))
    assert {one["at"] for one in content(picked(town))["grades"] if one["report"] == numbers["甲"]} == {time_text(moment)}


@pytest.mark.slow
def test_picked_with_open_items_keeps_them_and_the_chiefs_reason_without_names_and_numbers(town: Town) -> None:
    some_reports(town)
    open_ = town.file("戊", town.said(9)).report_id
    town.session.execute(update(Reader).where(Reader.id == town.reader("戊")).values(
        name_state=NameState.GIVEN, printed_name="夜行人", name_is_nickname=True))
    close(town)
    with pytest.raises(NotAllowed):
        rounds.pick_round(town.session, town.round().id, actor=by_staff(town.chief), now=UNTIL)
    assert rounds.pick_round(town.session, town.round().id, actor=by_staff(town.chief), now=UNTIL,
                             reason="夜行人2023-05-20 那条还要查，电话 138 0013 8000，先付印。")
    row = the_record(town)
    held = content(row)
    assert verify(records.body(row)).differences == ()
    assert held["pick"]["reason"] == "〔略〕2023-05-20 那条还要查，电话 〔略〕，先付印。"
    assert held["open"] == [{"kind": "ungraded", "reports": [open_], "messages": [], "staff": []}]
    assert held["pick"]["could_change"] == [open_]


@pytest.mark.slow
def test_one_who_acts_for_another_is_in_the_record(session: Session) -> None:
    town = Town.founded(session)
    some_reports(town)
    town.session.execute(update(Staff).where(Staff.id == town.chief).values(active=False))
    town.session.flush()
    close(town)
    assert rounds.pick_round(session, town.round().id, actor=by_staff(town.editor), now=EXTRA_OVER)
    row = the_record(town)
    held = content(row)
    assert [(one["verb"], one["staff"]) for one in held["same_person"]] == [("pick_round", town.editor)]
    assert verify(records.body(row)).differences == ()


@pytest.mark.slow
def test_call_confirmed_by_whoever_entered_it_is_in_the_record(town: Town) -> None:
    numbers = some_reports(town)
    message_id = town.report(numbers["甲"]).message_id
    town.session.add(CallerEntry(message_id=message_id, called_at=MORNING, entered_at=MORNING, entered_by_id=town.editor,
                                 state=EntryState.CONFIRMED, settled_at=MORNING, settled_by_id=town.editor,
                                 settle_reason="只有我一个人"))
    for number in (message_id, town.report(numbers["乙"]).message_id):
        audit.record(town.session, actor=by_staff(town.editor), verb="confirm_entry", object_kind="message",
                     object_id=number, now=MORNING, details={"same_person": True})
    row = picked(town)
    assert [(one["verb"], one["object"], one["number"]) for one in content(row)["same_person"]] == [
        ("confirm_entry", "message", message_id)]
    assert verify(records.body(row)).differences == ()


@pytest.mark.slow
def test_new_version_needs_a_reason_and_the_old_one_stays(town: Town) -> None:
    some_reports(town)
    first = picked(town)
    body = records.body(first)
    standing = compute(town.session.connection(), town.round().id)
    again = records.Picked(standing=standing)
    with pytest.raises(BadInput):
        records.keep(town.session, town.round().id, again, actor=by_staff(town.chief), now=UNTIL)
    second = records.keep(town.session, town.round().id, again, actor=by_staff(town.chief), now=UNTIL,
                          version_reason="申诉成立，重新评出。")
    assert [one.version for one in records.versions(town.session, town.round().id)] == [1, 2]
    assert records.body(records.versions(town.session, town.round().id)[0]) == body
    assert content(second)["version"] == {"number": 2, "reason": "申诉成立，重新评出。", "previous": first.sha256}
    assert verify(records.body(second)).differences == ()


@pytest.mark.slow
def test_record_is_found_by_contest_and_month(town: Town) -> None:
    some_reports(town)
    row = picked(town)
    assert records.find(town.session, "啄木鸟", "2023-05").id == records.find(town.session, "啄木鸟", "2023-05", 1).id == row.id
    for month, version in (("2023-06", None), ("2023-05", 2)):
        with pytest.raises(NotFound):
            records.find(town.session, "啄木鸟", month, version)


@pytest.mark.slow
def test_stored_record_that_was_changed_is_not_handed_out(town: Town) -> None:
    some_reports(town)
    row = picked(town)
    for damaged in (row.parts[0].data[:-9], b"nothing", row.parts[0].data):
        changed = RoundRecord(parts=[RoundRecordPart(number=1, data=damaged)],
                              sha256=row.sha256 if damaged != row.parts[0].data else "0" * 64)
        with pytest.raises(records.RecordDamaged):
            records.body(changed)


@pytest.mark.slow
def test_large_record_is_kept_in_parts_none_of_them_large(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "PART", 100)
    some_reports(town)
    row = picked(town)
    sizes = [len(part.data) for part in row.parts]
    assert (len(sizes) > 3, set(sizes[:-1]), 0 < sizes[-1] <= 100) == (True, {100}, True)
    assert [part.number for part in row.parts] == list(range(1, len(sizes) + 1))
    assert verify(records.body(row)).whole


@pytest.mark.slow
def test_signature_is_over_the_file_and_changes_nothing_else(town: Town) -> None:
    some_reports(town)
    row = picked(town)
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    before = (row.sha256, records.body(row))
    assert records.unsigned(town.session) == [row]
    records.sign(row, key.sign, now=UNTIL)
    town.session.flush()
    assert ((row.sha256, records.body(row)), records.unsigned(town.session)) == (before, [])
    assert row.signature is not None
    assert signatures.holds(key.public_key(), row.signature, records.body(row))
    assert not signatures.holds(key.public_key(), row.signature, records.body(row) + b" ")


@pytest.mark.slow
def test_record_names_the_end_of_the_audit_chain(town: Town) -> None:
    some_reports(town)
    audit_chain.seal(town.session)
    head = audit_chain.head(town.session)
    row = picked(town)
    assert head is not None
    assert content(row)["audit_head"] == {"number": head[0], "entry": head[1], "chain": head[2]}
    assert (row.chain_number, row.chain) == (head[0], head[2])


@pytest.mark.slow
def test_doubled_repeated_and_capped_reports_are_recomputed(town: Town) -> None:
    headline = town.file("甲", town.found("h1", "印措", "印错")).report_id
    town.grade(headline, doubling=Doubling.HEADLINE, marks=(True, False, False))
    for n in range(1, 13):
        town.grade(town.file("乙", town.said(n)).report_id, row="N-18")
        town.grade(town.file("丙", town.said(n), MORNING + timedelta(hours=n)).report_id, row="N-18", marks=NO_MARKS)
    row = picked(town)
    assert verify(records.body(row)).differences == ()
