"""代录: what staff enter for callers and letter writers (RULES 2, 20, 21)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError

from bot.audit import SCHEDULER, Actor, by_staff
from bot.catalogue.library import Library
from bot.contest import rounds
from bot.contest.blockers import BlockerKind, blockers
from bot.errors import BadInput, NotAllowed, NotFound
from bot.judging import grading
from bot.letters import callers
from bot.letters.callers import Entered, Given
from bot.understanding.values import Amendment, Field
from models.appeals import Caller, CallerEntry
from models.audit import AuditEntry
from models.enums import MessageFate, NameState, ReportSource, Role
from models.messages import Message
from models.queries import callers as queries
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from models.work_enums import EntryState
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, NOW, VOLUNTEERS, House, version_of
from tests.support.site import until

LABEL = "银杏路季阿婆"
CALLED = NOW - timedelta(hours=2)


@pytest.fixture
def house(engine: Engine) -> House:
    with writing(engine) as session:
        return factories.build(session)


@pytest.fixture
def second(engine: Engine, house: House) -> Actor:
    with writing(engine) as session:
        return by_staff(factories.staff(session, "second", Role.EDITOR))


def given(house: House, words: str = HEADLINE, **changes: object) -> Given:
    return replace(Given("call", CALLED, words, f"nonce-{words}-{changes}", house.contest_id, label=LABEL), **changes)  # type: ignore[arg-type]


def enter(engine: Engine, house: House, what: Given, now: datetime = NOW) -> Entered:
    with writing(engine) as session:
        return callers.enter(session, Library(), what, actor=by_staff(house.editor_id), now=now)


def report(engine: Engine, number: int) -> Report:
    with reading(engine) as session:
        return session.get_one(Report, number)


def named(engine: Engine, house: House) -> dict[BlockerKind, tuple[int, ...]]:
    with reading(engine) as session:
        return {one.kind: one.report_ids for one in blockers(session.connection(), house.round_id)}


def test_call_becomes_a_report_that_counts_from_the_call(engine: Engine, house: House) -> None:
    entered = enter(engine, house, given(house))
    [filed] = entered.filed
    saved = report(engine, filed.report_id)
    assert (saved.source, saved.counts_at, saved.wrong, saved.right, saved.late) == (
        ReportSource.STAFF, CALLED, "食唐", "食堂", False)
    assert not entered.waits
    with reading(engine) as session:
        message = session.get_one(Message, entered.message_id)
        reader = session.get_one(Reader, message.reader_id)
        entry = session.get_one(CallerEntry, entered.message_id)
        assert (message.msg_type, message.fate, message.content) == ("call", MessageFate.READ, HEADLINE)
        assert (reader.account, reader.openid, reader.openid_digest) == (factories.ACCOUNT, None, None)
        assert (entry.state, entry.called_at, entry.entered_by_id) == (EntryState.COUNTS, CALLED, house.editor_id)
        said = message.reply or ""
    assert said.splitlines()[0] == f"记下了。记为第1条（编号{filed.report_id}）。"
    assert "目前第1位发现。" in said


def test_repeated_caller_is_one_reader(engine: Engine, house: House) -> None:
    enter(engine, house, given(house))
    with reading(engine) as session:
        [known] = queries.earlier(session)
    assert (known.label, known.calls) == (LABEL, 1)
    again = enter(engine, house, given(house, DISCOUNT, reader_id=known.reader_id, label=""))
    assert again.filed[0].ordinal == 2
    with reading(engine) as session:
        assert [one.calls for one in queries.earlier(session)] == [2]


def test_several_errors_of_one_call_are_several_reports(engine: Engine, house: House) -> None:
    entered = enter(engine, house, given(house, f"{HEADLINE}。\n{VOLUNTEERS}"))
    assert [one.ordinal for one in entered.filed] == [1, 2]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"called_at": NOW + timedelta(minutes=1)}, "将来"),
        ({"label": ""}, "称呼"),
        ({"label": "长" * 21}, "称呼"),
        ({"label": "阿婆13912345678"}, "电话号码"),
        ({"label": "a@b.cn"}, "邮箱"),
        ({"words": "报纸怎么订"}, "没读出"),
        ({"way": "fax"}, "电话还是来信"),
        ({"name": "十三个字的名字实在是太长了"}, "不超过12字"),
    ],
)
def test_what_cannot_be_entered_is_refused_whole(
    engine: Engine, house: House, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        enter(engine, house, given(house, **changes))
    with reading(engine) as session:
        assert session.scalars(select(Report)).all() == []
        assert session.scalars(select(Caller)).all() == []


def test_label_names_one_caller(engine: Engine, house: House) -> None:
    enter(engine, house, given(house))
    with pytest.raises(BadInput, match="已经有这个称呼"):
        enter(engine, house, given(house, DISCOUNT))


def test_form_sent_twice_counts_once(engine: Engine, house: House) -> None:
    what = given(house)
    enter(engine, house, what)
    with pytest.raises(IntegrityError):
        enter(engine, house, replace(what, label="另一位"))


def test_call_of_long_ago_counts_from_72_hours_back(engine: Engine, house: House) -> None:
    entered = enter(engine, house, given(house, called_at=NOW - timedelta(hours=80)))
    saved = report(engine, entered.filed[0].report_id)
    assert (saved.counts_at, saved.time_flagged) == (NOW - timedelta(hours=72), True)


def test_fields_put_right_what_was_read(engine: Engine, house: House) -> None:
    what = given(house, "第二版食堂那篇，优慧两个字", amendments=(
        Amendment(Field.PAPER, "东城版"), Amendment(Field.WRONG, "八五折优慧"), Amendment(Field.RIGHT, "八五折优惠")))
    saved = report(engine, enter(engine, house, what).filed[0].report_id)
    assert (saved.wrong, saved.right, saved.located) == ("八五折优慧", "八五折优惠", "found")


@pytest.mark.parametrize(
    ("name", "state", "printed"),
    [("季阿婆", NameState.GIVEN, "季阿婆"), ("", NameState.DECLINED, None), (None, NameState.NOT_ASKED, None)],
)
def test_name_for_print_is_what_was_said_aloud(
    engine: Engine, house: House, name: str | None, state: NameState, printed: str | None
) -> None:
    enter(engine, house, given(house, name=name, is_nickname=False))
    with reading(engine) as session:
        reader = session.scalars(select(Reader)).one()
    assert (reader.name_state, reader.printed_name) == (state, printed)


def overtaking(engine: Engine, house: House) -> tuple[int, Entered]:
    """A reader wrote an hour ago; somebody says that he called two hours ago."""
    with writing(engine) as session:
        first = factories.report(session, HEADLINE, at=NOW - timedelta(hours=1))
    return first, enter(engine, house, given(house))


def test_entry_that_overtakes_a_reader_counts_from_its_entry_until_a_second_confirms(
    engine: Engine, house: House, second: Actor
) -> None:
    _, entered = overtaking(engine, house)
    number = entered.filed[0].report_id
    assert entered.waits
    assert report(engine, number).counts_at == NOW
    assert named(engine, house)[BlockerKind.CALLER] == (number,)
    with reading(engine) as session:
        assert queries.to_confirm(session) == 1
    with pytest.raises(NotAllowed, match="另一位编辑确认"), writing(engine) as session:
        callers.confirm(session, entered.message_id, actor=by_staff(house.editor_id), now=NOW)
    with writing(engine) as session:
        callers.confirm(session, entered.message_id, actor=second, now=NOW)
    saved = report(engine, number)
    assert saved.counts_at == CALLED
    assert BlockerKind.CALLER not in named(engine, house)
    with reading(engine) as session:
        assert queries.to_confirm(session) == 0
        assert "目前第1位发现。" in (session.get_one(Message, entered.message_id).reply or "")
    with pytest.raises(NotAllowed, match="刚刚有人处理过"), writing(engine) as session:
        callers.refuse(session, entered.message_id, "不对", actor=second, now=NOW)


def test_refused_entry_stays_behind(engine: Engine, house: House, second: Actor) -> None:
    _, entered = overtaking(engine, house)
    with pytest.raises(BadInput, match="理由"), writing(engine) as session:
        callers.refuse(session, entered.message_id, " ", actor=second, now=NOW)
    with writing(engine) as session:
        callers.refuse(session, entered.message_id, "来电记录里没有", actor=second, now=NOW)
    assert report(engine, entered.filed[0].report_id).counts_at == NOW
    assert BlockerKind.CALLER not in named(engine, house)


def test_alone_one_confirms_oneself_with_a_reason(engine: Engine, house: House) -> None:
    _, entered = overtaking(engine, house)
    alone = by_staff(house.editor_id)
    with pytest.raises(BadInput, match="同一人"), writing(engine) as session:
        callers.confirm(session, entered.message_id, actor=alone, now=NOW)
    with writing(engine) as session:
        callers.confirm(session, entered.message_id, actor=alone, now=NOW, same_person_reason="只有我一人")
    with reading(engine) as session:
        entry = session.get_one(CallerEntry, entered.message_id)
        [kept] = session.scalars(select(AuditEntry).where(AuditEntry.verb == "confirm_entry"))
    assert (entry.state, entry.settle_reason, kept.details) == (EntryState.CONFIRMED, "只有我一人", {"same_person": True})


def test_who_is_behind_another_reader_anyway_needs_nobody(engine: Engine, house: House) -> None:
    with writing(engine) as session:
        factories.report(session, HEADLINE, at=CALLED - timedelta(minutes=5))
    entered = enter(engine, house, given(house))
    assert (entered.waits, report(engine, entered.filed[0].report_id).counts_at) == (False, CALLED)


def test_own_earlier_report_is_overtaken_by_nobody(engine: Engine, house: House) -> None:
    first = enter(engine, house, given(house, called_at=NOW - timedelta(hours=1)))
    with reading(engine) as session:
        [known] = queries.earlier(session)
    again = enter(engine, house, given(house, reader_id=known.reader_id, way="letter"))
    assert ([one.repeat_of for one in again.filed], again.waits) == ([True], False)
    with reading(engine) as session:
        assert session.get_one(Message, again.message_id).reply == callers.REPEATED
    assert report(engine, first.filed[0].report_id).counts_at == NOW - timedelta(hours=1)


def test_entry_put_on_anothers_erratum_later_needs_a_second_too(engine: Engine, house: House, second: Actor) -> None:
    """It overtook nobody when it was entered; joined to an erratum with a later finder it does."""
    with writing(engine) as session:
        other = factories.report(session, HEADLINE, at=NOW - timedelta(hours=1))
    entered = enter(engine, house, given(house, VOLUNTEERS))
    number = entered.filed[0].report_id
    assert BlockerKind.CALLER not in named(engine, house)
    with writing(engine) as session:
        grading.join(session, number, other, actor=second, now=NOW, expected_version=version_of(session, number))
    assert named(engine, house)[BlockerKind.CALLER] == (number,)
    with reading(engine) as session:
        assert queries.to_confirm(session) == 1
    with writing(engine) as session:
        callers.refuse(session, entered.message_id, "查不到来电", actor=second, now=NOW)
    assert report(engine, number).counts_at == NOW
    assert BlockerKind.CALLER not in named(engine, house)


def test_call_before_the_deadline_entered_after_it_is_in_time(engine: Engine, house: House, second: Actor) -> None:
    with reading(engine) as session:
        closes_at = session.get_one(factories.Round, house.round_id).closes_at
    late, called = closes_at + timedelta(hours=10), closes_at - timedelta(hours=1)
    with writing(engine) as session:
        factories.report(session, HEADLINE, at=closes_at - timedelta(minutes=5))
    entered = enter(engine, house, given(house, called_at=called), now=late)
    number = entered.filed[0].report_id
    assert (entered.waits, report(engine, number).late) == (True, False)
    with writing(engine) as session:
        callers.refuse(session, entered.message_id, "没有来电记录", actor=second, now=late)
    assert report(engine, number).late


def test_caller_who_wants_to_be_forgotten_leaves_only_his_reports(engine: Engine, house: House) -> None:
    entered = enter(engine, house, given(house, name="季阿婆"))
    with writing(engine) as session:
        [known] = queries.earlier(session)
        callers.forget(session, known.reader_id, actor=by_staff(house.editor_id), now=NOW)
    with reading(engine) as session:
        reader = session.get_one(Reader, known.reader_id)
        found = queries.entry(session, entered.message_id)
    assert (reader.printed_name, reader.erased_at) == (None, NOW)
    assert found is not None
    assert (found.label, found.words, len(found.reports)) == (None, None, 1)
    with pytest.raises(NotFound), writing(engine) as session:
        callers.forget(session, known.reader_id, actor=by_staff(house.editor_id), now=NOW)
    with pytest.raises(NotFound):
        enter(engine, house, given(house, DISCOUNT, reader_id=known.reader_id, label=""))


def test_chat_reader_is_no_caller(engine: Engine, house: House) -> None:
    with writing(engine) as session:
        reader_id = factories.reader(session)
    with pytest.raises(NotFound):
        enter(engine, house, given(house, reader_id=reader_id, label=""))


def test_audit_holds_no_name_and_no_words(engine: Engine, house: House) -> None:
    enter(engine, house, given(house, name="季小满"))
    with reading(engine) as session:
        kept = [f"{one.verb} {one.before} {one.after} {one.details}" for one in session.scalars(select(AuditEntry))]
    assert not [one for one in kept if "季" in one or "食唐" in one]


def test_record_put_right_while_a_call_waits_is_not_late(engine: Engine, house: House, second: Actor) -> None:
    """Until somebody confirms it, it stands behind all others; that is not yet when it came."""
    with reading(engine) as session:
        closes_at = session.get_one(factories.Round, house.round_id).closes_at
    late, called = closes_at + timedelta(minutes=10), closes_at - timedelta(hours=1)
    with writing(engine) as session:
        factories.report(session, HEADLINE, at=closes_at - timedelta(minutes=5))
    entered = enter(engine, house, given(house, called_at=called), now=late)
    number = entered.filed[0].report_id
    with writing(engine) as session:
        grading.mend(session, number, (Amendment(Field.REASON, "题目里的错字，少见"),), actor=second, now=late,
                     index=Library().index(session.connection()), expected_version=version_of(session, number))
    assert not report(engine, number).late
    assert named(engine, house)[BlockerKind.CALLER] == (number,)


@pytest.mark.parametrize("called", [timedelta(hours=2), timedelta(minutes=90)])
def test_call_that_waits_and_could_change_a_name_is_for_a_chief(
    engine: Engine, house: House, second: Actor, called: timedelta
) -> None:
    with writing(engine) as session:
        first = factories.report(session, HEADLINE, at=NOW - timedelta(hours=1))
    entered = enter(engine, house, given(house, called_at=NOW - called))
    with writing(engine) as session:
        for number in (first, entered.filed[0].report_id):
            factories.accept(session, number, house)
        factories.closed(session, house)
        until = session.get_one(factories.Round, house.round_id).grading_until
        assert rounds.preview(session, house.round_id).could_change == (entered.filed[0].report_id,)
        assert not rounds.pick_round(session, house.round_id, actor=SCHEDULER, now=until)
        callers.refuse(session, entered.message_id, "没有来电记录", actor=second, now=until)
        assert rounds.pick_round(session, house.round_id, actor=SCHEDULER, now=until)


def test_call_is_not_confirmed_while_its_round_is_picked(engine: Engine, house: House, second: Actor) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time anyway")
    first, entered = overtaking(engine, house)
    with writing(engine) as session:
        for number in (first, entered.filed[0].report_id):
            factories.accept(session, number, house)
        factories.closed(session, house)
        picked_at = session.get_one(factories.Round, house.round_id).grading_until
        chief = by_staff(factories.staff(session, "chief", Role.CHIEF))

    def confirm() -> None:
        with writing(engine) as session:
            callers.confirm(session, entered.message_id, actor=second, now=picked_at)

    def waits() -> bool:
        with reading(engine) as session:
            return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as session:
            assert rounds.pick_round(session, house.round_id, actor=chief, now=picked_at, reason="到期")
            confirming = pool.submit(confirm)
            until(waits, seconds=5, what="the confirmation waits for the pick")
        assert isinstance(confirming.exception(), NotAllowed)
    assert report(engine, entered.filed[0].report_id).counts_at == NOW
