"""Every job: its work once, nothing the second time, a row of what it did; one that fails stops no other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, text, update
from sqlalchemy.orm import Session

from bot import jobs, reading_jobs
from bot.audit import SCHEDULER, by_staff, record
from bot.claiming.terms import Terms
from bot.contest import contests, rounds
from bot.contest.rules import DEFAULT_RULES, to_json
from bot.errors import NotAllowed, NotFound
from bot.filing import placement
from bot.jobs import JOBS
from bot.recording import audit_chain
from bot.recording.audit_chain import Broken
from bot.settings import Settings
from bot.understanding.values import Finding
from bot.work import Work
from models.audit import AuditEntry, JobRun
from models.contests import Contest, Round, RuleSet
from models.enums import JobOutcome, MessageFate, ReportState, Verdict
from models.messages import Message
from models.papers import CatalogueVersion
from models.reports import Report, ReportVersion
from models.session import reading, writing
from tests.support.site import until
from tests.support.town import ALONE, MORNING, PAPER, Town, at, at_once, issue_file
from tests.support.work import work_of

PICKED_AT = at("2023-06-02 00:15")


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


@pytest.fixture
def work(engine: Engine, settings: Settings) -> Work:
    return work_of(engine, settings)


def run(town: Town, work: Work, name: str, now: datetime = MORNING) -> dict[str, Any]:
    """The job in its own transactions, after what the test did so far."""
    town.session.commit()
    result = JOBS[name](work, now)
    town.session.expire_all()
    return result


def states(town: Town) -> list[ReportState]:
    return [report.state for report in town.reports()]


def runs(town: Town) -> list[tuple[str, str]]:
    town.session.commit()
    town.session.expire_all()
    return [(row.name, row.outcome) for row in town.session.scalars(select(JobRun).order_by(JobRun.id))]


# rounds


def test_rounds_are_made_closed_picked_and_released_in_one_go(town: Town, work: Work) -> None:
    town.session.execute(update(Contest).values(auto_announce=True))
    town.grade(town.file("甲", town.said()).report_id)
    town.session.commit()
    work.clock.moment = PICKED_AT  # type: ignore[attr-defined]
    results = jobs.run_all(work)
    may = town.round().id
    assert results["make_rounds"] == {"new": 2}
    assert [results[name] for name in ("close_rounds", "pick_rounds", "release_rounds")] == [
        {"closed": [may]}, {"picked": [may]}, {"released": [may]}]
    town.session.commit()
    again = jobs.run_all(work)
    assert again == {name: {} for name in JOBS}
    assert town.winners() == (["甲"], [])


def test_each_job_that_did_something_leaves_a_row(town: Town, work: Work) -> None:
    town.session.commit()
    jobs.run("seal_audit", work)
    jobs.run("close_rounds", work)
    assert runs(town) == [("seal_audit", JobOutcome.DONE)]


def test_round_that_cannot_be_picked_holds_up_no_other(town: Town, work: Work) -> None:
    town.session.execute(update(Round).where(Round.month == "2023-05").values(rule_set_id=broken_rules(town)))
    now = at("2023-07-10 00:00")
    assert run(town, work, "close_rounds", now)["closed"] == [town.round("2023-05").id, town.round("2023-06").id]
    result = run(town, work, "pick_rounds", now)
    assert result == {"picked": [town.round("2023-06").id], "failed": [town.round("2023-05").id]}


def broken_rules(town: Town) -> int:
    row = RuleSet(contest_id=town.contest_id, number=99, rules="{}", created_at=MORNING)
    town.session.add(row)
    town.session.flush()
    return row.id


def test_failed_job_leaves_a_row_and_the_next_has_its_turn(
    town: Town, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_work: Work, _now: datetime) -> dict[str, Any]:
        raise RuntimeError("disk full")

    monkeypatch.setitem(JOBS, "read_unread", fails)
    town.session.commit()
    results = jobs.run_all(work)
    assert (results["read_unread"], list(results)) == ("RuntimeError", list(JOBS))
    assert ("read_unread", JobOutcome.FAILED) in runs(town)
    assert ("seal_audit", JobOutcome.DONE) in runs(town)


# letters


def test_stored_message_is_read_later_and_counts_from_its_own_time(town: Town, work: Work) -> None:
    moment = at("2023-05-20 07:00")
    message_id = town.message("甲", moment, fate=MessageFate.UNREAD, content=f"{PAPER}2版，“食唐01号”应为“食堂01号”")
    assert run(town, work, "read_unread") == {"read": 1, "failed": 0}
    (report,) = town.reports()
    assert (report.state, report.counts_at, report.message_id) == (ReportState.FILED, moment, message_id)
    assert town.session.get_one(Message, message_id).fate is MessageFate.READ
    assert run(town, work, "read_unread") == {}


def test_message_that_cannot_be_read_goes_to_a_person_after_three_tries(
    town: Town, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = town.message("甲", MORNING, fate=MessageFate.UNREAD, content="坏")
    good = town.message("甲", MORNING, fate=MessageFate.UNREAD, content="谢谢")
    real = reading_jobs.read_again

    def reads(db: Any, library: Any, message_id: int, *, now: datetime, terms: Terms) -> MessageFate:
        if message_id == bad:
            raise ValueError("unreadable")
        return real(db, library, message_id, now=now)

    monkeypatch.setattr(reading_jobs, "read_again", reads)
    results = [run(town, work, "read_unread") for _ in range(4)]
    assert results == [{"read": 1, "failed": 1}, {"read": 0, "failed": 1}, {"read": 0, "failed": 1}, {}]
    fates = {m.id: (m.fate, m.attempts) for m in town.session.scalars(select(Message))}
    assert fates == {bad: (MessageFate.FAILED, 3), good: (MessageFate.READ, 1)}


# what waits


def test_half_told_report_lapses_after_24_hours_unless_it_holds_an_error(town: Town, work: Work) -> None:
    empty = town.file("甲", Finding(page="02"), complete=False).report_id
    told = town.file("乙", town.said(), complete=False).report_id
    assert run(town, work, "lapse_waiting", MORNING + timedelta(hours=24)) == {}
    assert run(town, work, "lapse_waiting", MORNING + timedelta(hours=24, seconds=1)) == {"lapsed": 2}
    assert (town.report(empty).state, town.report(told).state) == (ReportState.LAPSED, ReportState.FILED)
    assert town.report(told).erratum_id is not None
    assert run(town, work, "lapse_waiting", MORNING + timedelta(hours=25)) == {}


def test_asked_back_report_waits_as_long_as_its_own_contests_rules_say(town: Town, work: Work) -> None:
    number = town.file("甲", town.said()).report_id
    town.refuse(number, Verdict.NEEDS_MORE, "哪一段？", now=MORNING)
    # A newer rule set of the same contest and one of another contest say otherwise; the round keeps its own.
    other = Contest(name="别的", account="main", account_title="社区发布", publication_day=1, deadline_day=1,
                    created_at=MORNING)
    town.session.add(other)
    town.session.flush()
    for contest_id, days in ((town.contest_id, 20), (other.id, 1)):
        town.session.add(RuleSet(contest_id=contest_id, number=9, created_at=MORNING,
                                 rules=to_json(replace(DEFAULT_RULES, needs_more_days=days))))
    assert run(town, work, "lapse_waiting", MORNING + timedelta(days=7)) == {}
    assert run(town, work, "lapse_waiting", MORNING + timedelta(days=7, seconds=1)) == {"lapsed": 1}
    assert states(town) == [ReportState.LAPSED]


# places


@pytest.fixture
def bare(session: Session) -> Town:
    return Town.founded(session, imported=False)


def test_later_import_places_what_was_reported_by_words(bare: Town, work: Work) -> None:
    number = bare.file("甲", bare.stated(month="2023-05")).report_id
    bare.grade(number)
    run(bare, work, "place_unplaced")
    assert bare.report(number).version == 2  # graded, and nothing else
    bare.bring(issue_file())
    assert run(bare, work, "place_unplaced")["placed"] == 1
    report = bare.report(number)
    assert (report.located, report.state, bare.erratum(number).article_id) == ("found", "decided", report.article_id)
    assert bare.erratum(number).points_milli == 1000


def test_report_that_stays_unplaced_is_not_written_again_and_again(bare: Town, work: Work) -> None:
    elsewhere = bare.stated(month="2023-05")._replace(wrong="垃圾箱房焕然一心", right="垃圾箱房焕然一新")
    number = bare.file("甲", elsewhere).report_id
    bare.bring(issue_file())
    bare.session.commit()
    later = MORNING + timedelta(hours=1)
    work.clock.moment = later  # type: ignore[attr-defined]
    first = jobs.run("place_unplaced", work)
    assert first["placed"] == 1  # known now: these words do not stand there
    assert [jobs.run("place_unplaced", work) for _ in range(2)] == [{}, {}]
    bare.session.expire_all()
    assert (bare.report(number).located, bare.report(number).version) == ("not_found", 2)
    assert bare.count(ReportVersion) == 2


def test_placing_never_moves_a_report_out_of_a_picked_round(bare: Town, work: Work) -> None:
    number = bare.file("甲", bare.stated(month="2023-05")).report_id
    bare.grade(number)
    round_id = bare.round().id
    rounds.close_round(bare.session, round_id, actor=SCHEDULER, now=PICKED_AT)
    rounds.pick_round(bare.session, round_id, actor=by_staff(bare.chief), now=PICKED_AT)
    result = dict(bare.round().result or {})
    bare.bring(issue_file())
    run(bare, work, "place_unplaced", PICKED_AT)
    assert (bare.report(number).located, bare.report(number).round_id, bare.report(number).late) == ("found", round_id, False)
    assert bare.round().result == result


def test_more_reports_than_one_batch_are_all_placed(bare: Town, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_jobs, "BATCH", 2)
    for n in range(1, 6):
        bare.file("甲", bare.stated(n, month="2023-05"))
    bare.bring(issue_file())
    version = (bare.session.scalar(select(CatalogueVersion.version)))
    assert run(bare, work, "place_unplaced") == {"placed": 5, "catalogue": version}


def test_what_was_placed_stays_where_a_later_one_fails(bare: Town, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [bare.file("甲", bare.stated(n, month="2023-05")).report_id for n in (1, 2)]
    bare.bring(issue_file())
    really = placement.place_again

    def place_again(db: Connection, report_id: int, finding: Finding, *, now: datetime) -> bool:
        if report_id == numbers[1]:
            raise OSError("the database is gone")
        return really(db, report_id, finding, now=now)

    monkeypatch.setattr(placement, "place_again", place_again)
    with pytest.raises(OSError, match="gone"):
        run(bare, work, "place_unplaced")
    bare.session.expire_all()
    assert [bare.report(number).located for number in numbers] == ["found", "not_imported"]
    monkeypatch.undo()
    assert run(bare, work, "place_unplaced")["placed"] == 1


def test_readers_write_while_places_are_sought(bare: Town, work: Work, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in (1, 2, 3):
        bare.file("甲", bare.stated(n, month="2023-05")._replace(wrong="这里从来没有印过的话", right="别的话"))
    bare.bring(issue_file())
    really, written = reading_jobs.amend, []

    def amend(*given: Any, **named: Any) -> Finding:
        if not written:  # while the first is sought; who is found is written a report at a time
            with writing(engine) as session:
                session.execute(update(CatalogueVersion).values(version=CatalogueVersion.version))
            written.append(True)
        return really(*given, **named)

    monkeypatch.setattr(reading_jobs, "amend", amend)
    run(bare, work, "place_unplaced")
    assert written


def test_report_withdrawn_while_places_are_sought_stays_as_it_is(bare: Town, work: Work) -> None:
    number = bare.file("甲", bare.stated(month="2023-05")).report_id
    bare.bring(issue_file())
    bare.session.execute(update(Report).where(Report.id == number).values(state=ReportState.WITHDRAWN,
                                                                              withdrawn_at=MORNING))
    found = bare.said()
    assert not placement.place_again(bare.session.connection(), number, found, now=MORNING)
    assert bare.report(number).version == 1


def test_no_report_is_moved_while_its_round_is_picked(bare: Town, work: Work, engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time anyway")
    number = bare.file("甲", bare.stated(month="2023-05")).report_id
    bare.grade(number)
    bare.bring(issue_file())
    round_id, chief = bare.round().id, by_staff(bare.chief)
    bare.session.commit()

    def waits() -> bool:
        with reading(engine) as session:
            return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as session:
            rounds.close_round(session, round_id, actor=SCHEDULER, now=PICKED_AT)
            assert rounds.pick_round(session, round_id, actor=chief, now=PICKED_AT)
            placing = pool.submit(JOBS["place_unplaced"], work, PICKED_AT)
            until(waits, seconds=5, what="the search waits for the pick")
        assert placing.result()["placed"] == 1
    bare.session.expire_all()
    assert (bare.report(number).located, bare.report(number).round_id, bare.report(number).late) == ("found", round_id, False)


# the audit chain


def test_sealed_chain_is_whole_and_names_the_first_entry_that_was_touched(town: Town, work: Work) -> None:
    number = town.file("甲", town.said()).report_id
    town.grade(number)
    sealed = run(town, work, "seal_audit")["sealed"]
    assert sealed == town.count(AuditEntry)
    assert (run(town, work, "seal_audit"), audit_chain.verify(town.session)) == ({}, None)
    entry = town.session.scalars(select(AuditEntry).where(AuditEntry.verb == "grade")).one()
    town.session.execute(update(AuditEntry).where(AuditEntry.id == entry.id).values(after="not_an_error"))
    town.session.expire_all()
    assert audit_chain.verify(town.session) == Broken(
        entry.chain_number, entry.id, "内容改过，或前面改过")


def test_entry_taken_out_of_the_chain_is_noticed(town: Town, work: Work) -> None:
    run(town, work, "seal_audit")
    town.session.delete(town.session.scalars(select(AuditEntry).order_by(AuditEntry.id).limit(1)).one())
    town.session.flush()
    assert audit_chain.verify(town.session) == Broken(1, None, "缺少")


def test_two_sealers_at_once_make_one_chain(town: Town, work: Work, engine: Engine) -> None:
    town.session.commit()
    sealed = at_once(engine, [audit_chain.seal] * 2)
    assert sum(sealed) == town.count(AuditEntry)
    assert audit_chain.verify(town.session) is None


def test_chain_goes_on_where_it_ended(town: Town, work: Work) -> None:
    run(town, work, "seal_audit")
    record(town.session, actor=SCHEDULER, verb="close_round", object_kind="round", object_id=1, now=MORNING)
    assert run(town, work, "seal_audit") == {"sealed": 1}
    assert audit_chain.verify(town.session) is None


def test_two_runs_of_all_jobs_at_once_give_one_result(town: Town, work: Work, engine: Engine) -> None:
    town.grade(town.file("甲", town.said()).report_id)
    town.session.commit()
    work.clock.moment = PICKED_AT  # type: ignore[attr-defined]
    results = at_once(engine, [lambda _: jobs.run_all(work)] * 2)
    assert [result["pick_rounds"] for result in results if result["pick_rounds"]] == [{"picked": [town.round().id]}]
    assert town.winners() == (["甲"], [])
    verbs = [entry.verb for entry in town.session.scalars(select(AuditEntry))]
    assert [verbs.count(verb) for verb in ("close_round", "pick_round")] == [1, 1]


def test_rounds_of_every_contest_are_kept_ahead(town: Town, work: Work) -> None:
    made = run(town, work, "make_rounds", at("2023-09-01 08:00"))
    assert made == {"new": 4}
    assert contests.newest_rules(town.session, town.contest_id)[1] == ALONE
    assert town.session.scalars(select(Round.month).order_by(Round.month.desc())).first() == "2023-12"


def test_run_begun_by_hand_leaves_its_row_whatever_comes_of_it(
    town: Town, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where there was nothing to do; and a failure is written, not raised."""
    session = town.session
    made = [jobs.begin_by_hand(session, name, actor=SCHEDULER, now=MORNING) for name in ("lapse_waiting", "deliver")]
    session.commit()

    def fail(_work: Work, _now: datetime) -> dict[str, Any]:
        raise OSError("a reader's words")

    monkeypatch.setitem(JOBS, "deliver", fail)
    for run_id, name in zip(made, ("lapse_waiting", "deliver"), strict=True):
        jobs.finish_by_hand(run_id, name, work)
    session.expire_all()
    rows = [session.get_one(JobRun, run_id) for run_id in made]
    assert [(row.outcome, row.result, row.finished_at) for row in rows] == [
        (JobOutcome.DONE, {}, MORNING), (JobOutcome.FAILED, {"error": "OSError"}, MORNING)]


def test_of_two_who_want_the_same_job_now_one_begins_it(town: Town) -> None:
    jobs.begin_by_hand(town.session, "deliver", actor=SCHEDULER, now=MORNING)
    with pytest.raises(NotAllowed, match="正在做"):
        jobs.begin_by_hand(town.session, "deliver", actor=SCHEDULER, now=MORNING + timedelta(minutes=59))
    jobs.begin_by_hand(town.session, "index_search", actor=SCHEDULER, now=MORNING)
    jobs.begin_by_hand(town.session, "deliver", actor=SCHEDULER, now=MORNING + jobs.BROKEN_OFF_AFTER)
    with pytest.raises(NotFound):
        jobs.begin_by_hand(town.session, "turn", actor=SCHEDULER, now=MORNING)
