"""我的纠错: what a reader sees of his reports and when, and what he can do there, each once, as in the chat."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from bot import audit
from bot.catalogue.library import Library
from bot.chat import answers
from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.errors import NotAllowed, NotFound
from bot.judging import appeals, grading, reviews
from bot.judging.appeals import until
from bot.judging.grading import GradeInput
from bot.outbox import ledger, queue
from bot.personal import erasing
from bot.publishing import corrections
from bot.readers import own_acts, persons
from bot.readers.own_acts import Hand
from bot.settings import Settings
from bot.understanding.values import Field
from models.appeals import Appeal
from models.contests import Round
from models.enums import LinkedBy, MessageFate, ReportState, Role, Verdict
from models.grades import Grade
from models.messages import Conversation, Message
from models.readers import Reader
from models.reports import Report, ReportVersion
from models.reviews import Review
from models.session import reading, writing
from models.work_enums import ReviewCause, ReviewState
from tests.support import factories, own_pages
from tests.support.factories import DISCOUNT, HEADLINE, VOLUNTEERS, House
from tests.support.town import at_once
from tests.support.world import Chat, rows
from tests.web.conftest import Browser


@dataclass
class Here:
    engine: Engine
    settings: Settings
    clock: FrozenClock
    client: FlaskClient
    house: House
    reader_id: int

    def report(self, text: str = DISCOUNT, reader_id: int | None = None) -> int:
        with writing(self.engine) as session:
            return factories.report(session, text, reader_id=reader_id or self.reader_id, at=self.clock.now())

    def grade(self, number: int, verdict: Verdict, reason: str = "", *, later: timedelta = timedelta(minutes=1),
              **given: object) -> None:
        with writing(self.engine) as session:
            grading.grade(session, number, GradeInput(verdict, reason=reason, **given),  # type: ignore[arg-type]
                          actor=audit.by_staff(self.house.editor_id), now=self.clock.now(),
                          expected_version=factories.version_of(session, number))
        self.clock.moment += later

    def accept(self, number: int, marks: tuple[bool, bool, bool] = (True, True, True)) -> None:
        self.grade(number, Verdict.ACCEPTED, row_code="N-05", marks=marks)

    def ask_second(self, number: int) -> None:
        """The one grade there is waits for a second opinion, and the reader with it."""
        with writing(self.engine) as session:
            grade = session.scalars(select(Grade.id)).one()
            session.add(Review(report_id=number, cause=ReviewCause.RANDOM, state=ReviewState.WAITING_SECOND, held_back=True,
                               opened_at=self.clock.now(), first_grade_id=grade))

    @property
    def base(self) -> str:
        return f"/my/{own_pages.token(self.settings, self.reader_id, now=self.clock.now())}/"

    @property
    def code(self) -> str:
        return own_pages.code(self.settings, self.reader_id, now=self.clock.now())

    def get(self, path: str = "") -> str:
        answer = self.client.get(self.base + path)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def post(self, path: str, **data: object) -> TestResponse:
        return self.client.post(self.base + path, data={"version": self.version(int(path.split("/")[0]))} | data)

    def version(self, ordinal: int) -> int:
        return self.row(ordinal).version

    def row(self, ordinal: int = 1) -> Report:
        with reading(self.engine) as session:
            return session.scalars(select(Report).where(
                Report.reader_id == self.reader_id, Report.ordinal == ordinal)).one()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return own_pages.with_pages(settings)


@pytest.fixture
def here(engine: Engine, settings: Settings, clock: FrozenClock, client: FlaskClient) -> Here:
    with writing(engine) as session:
        house = factories.build(session)
        reader_id = factories.reader(session)
    return Here(engine, settings, clock, client, house, reader_id)


# what he sees


def test_a_reader_without_reports_is_told_how_to_begin(here: Here) -> None:
    assert "您还没有报过差错" in here.get()


def test_his_reports_stand_there_newest_first_and_nobody_elses(here: Here) -> None:
    with writing(here.engine) as session:
        other = factories.reader(session)
    here.report(VOLUNTEERS, other)
    here.report(HEADLINE)
    here.report(DISCOUNT)
    page = here.get()
    assert re.findall(r"第([0-9]+)条", page) == ["2", "1"]
    assert ("“食唐”→“食堂”" in page, "值首" in page) == (True, False)
    assert here.client.get(here.base + "3").status_code == 404


def test_ten_stand_on_a_page(here: Here) -> None:
    for n in range(1, 13):
        here.report(f"西城版{n}版《冬至快乐》，“汤元{n}”应为“汤圆{n}”")
    page = here.get()
    assert "您一共报过 12 处" in page
    assert len(re.findall(r"第[0-9]+条", page)) == 10
    older = re.search(r'href="([^"]+before=[0-9]+)"', page)
    assert older is not None
    rest = here.client.get(older[1]).text
    assert re.findall(r"第([0-9]+)条", rest) == ["2", "1"]
    assert "回到最新的" in rest


def test_a_decision_shows_once_he_could_have_been_told(here: Here) -> None:
    number = here.report()
    here.grade(number, Verdict.NOT_AN_ERROR, "词典两种写法都收", later=timedelta(seconds=5))
    for page in (here.get(), here.get("1")):
        assert ("待评" in page, "不是差错" in page, "词典" in page) == (True, False, False)
    here.clock.advance(seconds=6)
    assert "不是差错" in here.get()
    assert "词典两种写法都收" in here.get("1")


def test_points_come_with_their_sum_and_while_the_round_is_open_only_for_now(here: Here) -> None:
    here.accept(here.report(HEADLINE))
    for page in (here.get(), here.get("1")):
        assert "目前 " in page
        assert "首位发现" in page
        assert "＝ " in page


def test_while_the_round_is_graded_nothing_is_told_by_which_a_place_could_be_known(here: Here) -> None:
    here.accept(here.report(HEADLINE), marks=(True, True, False))
    here.report(DISCOUNT)
    with writing(here.engine) as session:
        here.clock.moment = factories.closed(session, here.house)
    for page in (here.get(), here.get("1"), here.get("2")):
        for word in ("位发现", "＝", "目前", "首位", "名次"):
            assert word not in page
    assert "3 项说明有 2 项。得分要等名单公布" in here.get("1")


@pytest.mark.slow
def test_from_the_deadline_on_nothing_is_told_though_no_job_has_closed_the_round(here: Here) -> None:
    here.accept(here.report(HEADLINE))
    with reading(here.engine) as session:
        here.clock.moment = session.scalars(select(Round.closes_at).where(Round.id == here.house.round_id)).one()
    assert "首位发现" not in here.get()


@pytest.mark.slow
def test_after_the_release_the_sum_is_final(here: Here, staff: dict[Role, int]) -> None:
    here.accept(here.report(HEADLINE))
    with writing(here.engine) as session:
        here.clock.moment = factories.picked(session, here.house)
        rounds.release_round(session, here.house.round_id, actor=audit.by_staff(staff[Role.CHIEF]), now=here.clock.now())
    page = here.get("1")
    assert ("首位发现" in page, "目前" in page) == (True, False)


@pytest.mark.slow
def test_a_decision_that_waits_for_a_second_opinion_is_not_shown(here: Here) -> None:
    number = here.report(HEADLINE)
    here.accept(number)
    here.ask_second(number)
    for page in (here.get(), here.get("1")):
        assert ("采纳" in page, "待评" in page) == (False, True)


@pytest.mark.slow
def test_the_history_tells_what_happened_in_order(here: Here) -> None:
    number = here.report()
    here.clock.advance(minutes=5)
    here.post("1/change/page", value="3版")
    here.clock.advance(minutes=5)
    here.grade(number, Verdict.NEEDS_MORE, "是哪一段？")
    here.clock.advance(minutes=5)
    here.post("1/answer", words="第二段")
    here.clock.advance(minutes=5)
    here.grade(number, Verdict.NOT_AN_ERROR, "原文不误")
    here.clock.advance(minutes=5)
    here.post("1/appeal", words="新华字典第十二版只收“惠”")
    page = here.get("1")
    said = re.findall(r"<dd><bdi>(.*?)</dd>", page[page.index("经过"):], re.DOTALL)
    assert [re.sub(r"<[^>]+>", " ", one).split()[0] for one in said] == [
        "您告诉我们这一处", "您在网页上改了", "编辑问您", "您在网页上改了", "评为“不是差错”", "您不同意“不是差错”，申诉了"]
    assert "新华字典第十二版只收“惠”" in page


@pytest.mark.slow
def test_the_newsrooms_own_finds_and_notes_are_not_there(here: Here, staff: dict[Role, int]) -> None:
    number = here.report()
    here.grade(number, Verdict.NOT_AN_ERROR, "原文不误", why="他总是这样")
    page = here.get("1")
    assert [word for word in ("他总是这样", "编辑factory", factories.OPENID, factories.NICKNAME) if word in page] == []


def test_accounts_that_he_linked_are_counted_and_not_shown(here: Here) -> None:
    with writing(here.engine) as session:
        other = factories.reader(session)
        factories.report(session, VOLUNTEERS, reader_id=other)
        persons.join(session.connection(), here.reader_id, other, how=LinkedBy.CODE, now=here.clock.now())
    here.report()
    page = here.get()
    assert ("另一个帐号报过 1 处" in page, "值首" in page) == (True, False)


# what he does


@pytest.mark.slow
def test_withdrawing_asks_for_the_digits_and_looking_does_nothing(here: Here) -> None:
    here.report()
    for path in ("1/withdraw", "1/answer", "1/appeal"):
        assert here.client.get(here.base + path).status_code == 405
    wrong = here.post("1/withdraw", code=own_pages.wrong_code(here.settings, here.reader_id, now=here.clock.now()))
    assert (wrong.status_code, here.row().state) == (303, ReportState.FILED)
    assert "这四位数不对" in here.client.get(wrong.location).text
    done = here.post("1/withdraw", code=here.code)
    assert (done.status_code, here.row().state) == (303, ReportState.WITHDRAWN)
    page = here.client.get(done.location).text
    assert "好的，已经撤回。" in page
    assert "您撤回了" in page


@pytest.mark.slow
def test_five_wrong_codes_close_the_acts_for_a_while_and_only_for_him(here: Here) -> None:
    here.report()
    wrong = own_pages.wrong_code(here.settings, here.reader_id, now=here.clock.now())
    assert [here.post("1/withdraw", code=wrong).status_code for _ in range(6)] == [303] * 5 + [429]
    assert here.row().state is ReportState.FILED
    locked = here.post("1/withdraw", code=here.code)
    assert (locked.status_code, "您在公众号里直接说也一样能办" in locked.text, "021-00000000" in locked.text) == (429, True, True)
    assert here.row().state is ReportState.FILED
    assert "第1条" in here.get()
    with writing(here.engine) as session:
        other = factories.reader(session)
        factories.report(session, VOLUNTEERS, reader_id=other)
    neighbour = Here(here.engine, here.settings, here.clock, here.client, here.house, other)
    assert neighbour.post("1/withdraw", code=neighbour.code).status_code == 303
    here.clock.advance(minutes=31)
    assert here.post("1/withdraw", code=here.code).status_code == 303


def test_anothers_digits_do_not_fit(here: Here) -> None:
    here.report()
    code = next(code for code in (own_pages.code(here.settings, n, now=here.clock.now()) for n in range(500, 510))
                if code != here.code)
    assert here.post("1/withdraw", code=code).location.endswith("said=code")
    assert here.row().state is ReportState.FILED


@pytest.mark.sampled
@pytest.mark.parametrize(("field", "value", "column", "stored"), [
    ("page", "3版", "page_label", "03"), ("article", "垃圾箱房换新颜", "article_text", "垃圾箱房换新颜"),
    ("wrong", "八五折优慧", "wrong", "八五折优慧"), ("right", "八五折 优惠", "right", "八五折 优惠"),
    ("reason", "见《现代汉语词典》", "reason", "见《现代汉语词典》"),
    ("reason", "=cmd|'/c calc'!A1 <script>alert(1)</script>", "reason", "=cmd|'/c calc'!A1 <script>alert(1)</script>"),
])
def test_one_field_is_amended_and_the_place_in_time_kept(
    here: Here, field: str, value: str, column: str, stored: str
) -> None:
    here.report()
    before = here.row()
    here.clock.advance(hours=1)
    form = here.get(f"1/change/{field}")
    assert 'name="value"' in form
    done = here.post(f"1/change/{field}", value=value)
    after = here.row()
    assert (done.status_code, getattr(after, column)) == (303, stored)
    assert (after.counts_at, after.sequence, after.state) == (before.counts_at, before.sequence, ReportState.FILED)
    assert "<script>alert" not in here.get("1")


@pytest.mark.parametrize(("field", "value", "said"), [
    ("page", "2版", "好的，本来就是这样，不用改。"), ("right", "八五折优惠", "好的，本来就是这样，不用改。"),
    ("reason", "见词典", "好的，已经补上。"), ("right", "八五折优待", "好的，已经改好。"),
])  # fmt: skip
def test_what_stands_there_already_is_not_said_to_be_changed(here: Here, field: str, value: str, said: str) -> None:
    here.report()
    done = here.post(f"1/change/{field}", value=value)
    assert said in here.client.get(done.location).text
    with reading(here.engine) as session:
        reply = session.scalars(select(Message.reply).where(Message.msg_type == own_acts.WAY)).one()
    assert (reply or "").startswith(f"{said}记为第1条")


def test_amending_to_another_error_counts_from_now(here: Here) -> None:
    here.report()
    before = here.row()
    here.clock.advance(hours=1)
    here.post("1/change/wrong", value="食唐")
    after = here.row()
    assert after.counts_at == here.clock.now() > before.counts_at
    assert after.sequence > before.sequence


@pytest.mark.slow
def test_words_too_many_are_told_of_and_nothing_else_changes(here: Here) -> None:
    here.report()
    row = here.row()
    for path, data in (("1/change/wrong", {"value": ""}), ("1/change/wrong", {"value": "长" * 201}), ("1/change/page", {}),
                       ("1/change/reason", {"value": "字" * 20_000})):
        answer = here.post(path, **data)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
    dropped = here.post("1/change/right", drop="y")
    assert (dropped.status_code, here.row().right) == (303, "")
    assert here.row().version == row.version + 1


@pytest.mark.sampled
@pytest.mark.parametrize("field", ["paper", "state", "verdict", "counts_at", "issue", "detail", "x"])
def test_nothing_else_can_be_amended(here: Here, field: str) -> None:
    here.report()
    assert here.client.get(f"{here.base}1/change/{field}").status_code == 404
    assert here.post(f"1/change/{field}", value="x").status_code == 404


@pytest.mark.slow
def test_what_an_editor_asks_is_answered_on_the_page(here: Here) -> None:
    number = here.report()
    here.grade(number, Verdict.NEEDS_MORE, "是哪一段？")
    assert "是哪一段？" in here.get("1")
    assert here.post("1/answer", words=" ").status_code == 400
    assert here.post("1/answer", words="第二段开头").status_code == 303
    row = here.row()
    assert (row.state, row.reason, row.verdict) == (ReportState.FILED, "第二段开头", None)
    with reading(here.engine) as session:
        assert session.scalars(select(Conversation.report_id)).all() == [None]
    assert here.post("1/answer", words="再说一句").status_code == 403


@pytest.mark.slow
def test_an_appeal_is_taken_in_once_with_its_reason(here: Here) -> None:
    number = here.report()
    here.grade(number, Verdict.NOT_AN_ERROR, "原文不误")
    assert "到2026年11月20日为止，可以申诉一次" in here.get("1")
    assert here.post("1/appeal", words="").status_code == 400
    version = here.version(1)
    for _ in range(2):
        done = here.client.post(here.base + "1/appeal", data={"version": version, "words": "词典只收“惠”"})
        assert done.status_code == 303
    with reading(here.engine) as session:
        one = session.scalars(select(Appeal)).one()
        assert one.message.content == "申诉 第1条：词典只收“惠”"
    other = here.post("1/appeal", words="还有一句")
    assert (other.status_code, "已经申诉过" in other.text) == (403, True)
    assert "词典只收“惠”" in here.get("1")


@pytest.mark.slow
def test_appeals_end_when_they_end_in_the_chat(here: Here) -> None:
    number = here.report()
    here.grade(number, Verdict.NOT_AN_ERROR, "原文不误")
    decided = here.row().decided_at
    assert decided is not None
    last = until(decided, 10)
    here.clock.moment = decided + timedelta(days=12)
    answer = here.post("1/appeal", words="晚了吗")
    assert (answer.status_code, f"只能申诉到{last.month}月{last.day}日" in answer.text) == (403, True)
    assert "申诉一次" not in here.get("1")


@pytest.mark.slow
def test_sent_twice_is_done_once(here: Here) -> None:
    here.report()
    version = here.version(1)
    for _ in range(3):
        done = here.client.post(here.base + "1/change/page", data={"version": version, "value": "3版"})
        assert done.status_code == 303
    assert len(rows(here.engine, ReportVersion)) == 2
    for _ in range(2):
        assert here.post("1/withdraw", code=here.code).status_code == 303
    assert [row.content for row in rows(here.engine, Message) if row.msg_type == "page"] == ["改 1 版面 3版", "撤回 1"]


@pytest.mark.slow
@pytest.mark.parametrize(("state", "words"), [
    (ReportState.DECIDED, "编辑已经看过"), (ReportState.WITHDRAWN, "已撤回"), (ReportState.LAPSED, "已过期")])
def test_what_cannot_be_done_any_more_is_refused_in_the_words_of_the_chat(here: Here, state: ReportState, words: str) -> None:
    number = here.report()
    if state is ReportState.DECIDED:
        here.grade(number, Verdict.NOT_AN_ERROR, "原文不误")
    else:
        with writing(here.engine) as session:
            session.execute(update(Report).values(state=state, withdrawn_at=here.clock.now()))
    messages = len(rows(here.engine, Message))
    acts: list[Callable[[], TestResponse]] = [
        lambda: here.post("1/change/page", value="3版"), lambda: here.post("1/answer", words="第二段")]
    if state is not ReportState.WITHDRAWN:
        acts.append(lambda: here.post("1/withdraw", code=here.code))
    for act in acts:
        answer = act()
        assert (answer.status_code, words in answer.text) == (403, True)
    assert len(rows(here.engine, Message)) == messages
    assert "1/change" not in here.get("1")


@pytest.mark.slow
def test_an_act_stands_in_the_conversation_and_opens_no_window_for_ours(here: Here, browser: Browser) -> None:
    number = here.report()
    with reading(here.engine) as session:
        before = ledger.heard(session.connection(), here.reader_id, now=here.clock.now())
    here.clock.advance(minutes=3)
    here.post("1/change/reason", value="词典")
    here.post("1/withdraw", code=here.code)
    with reading(here.engine) as session:
        assert ledger.heard(session.connection(), here.reader_id, now=here.clock.now()) == before
        acts = session.scalars(select(Message).where(Message.msg_type == "page").order_by(Message.id)).all()
    assert [(one.fate, one.intent, one.event) for one in acts] == [
        (MessageFate.READ, "supplement", "page"), (MessageFate.READ, "withdraw", "page")]
    history = browser(Role.EDITOR).get(f"/reports/{number}").text
    assert "在网页上补充或更正" in history
    assert "撤回 1" in history
    assert "已撤回" in history


@pytest.mark.slow
def test_the_chat_says_no_more_than_the_page(here: Here) -> None:
    number = here.report(HEADLINE)
    here.accept(number)
    here.ask_second(number)
    with reading(here.engine) as session:
        said = answers.mine(session.connection(), factories.ACCOUNT, here.reader_id, 1, now=here.clock.now())
    assert ("采纳" in said, "待评" in said) == (False, True)


@pytest.mark.slow
def test_a_correction_in_print_stands_there_with_its_day(here: Here, staff: dict[Role, int]) -> None:
    here.accept(here.report(DISCOUNT))
    chief, now = audit.by_staff(staff[Role.CHIEF]), here.clock.now()
    with writing(here.engine) as session:
        erratum = session.scalars(select(Report.erratum_id)).one()
        assert erratum is not None
        notice = corrections.draft(session, [erratum], actor=audit.by_staff(here.house.editor_id), now=now)
    assert "登出更正" not in here.get()
    with writing(here.engine) as session:
        corrections.release(session, notice, actor=chief, now=now, expected_version=1)
    with writing(here.engine) as session:
        corrections.mark_printed(session, notice, paper_id=here.house.paper_id, printed_on=date(2026, 11, 9), page="02",
                                 actor=chief, now=now, expected_version=2)
    assert "已在 2026年11月9日2版登出更正" in here.get()
    assert "《社区晨报·东城》2版登出更正" in here.get("1")


@pytest.mark.slow
@pytest.mark.parametrize("upheld", [False, True])
def test_what_became_of_an_appeal_stands_there_with_the_answer(here: Here, staff: dict[Role, int], *, upheld: bool) -> None:
    number = here.report()
    here.grade(number, Verdict.NOT_AN_ERROR, "原文不误")
    here.post("1/appeal", words="词典只收“惠”")
    here.clock.advance(hours=1)
    other = audit.by_staff(staff[Role.EDITOR])
    with writing(here.engine) as session:
        reviews.drop(session.connection(), number, now=here.clock.now())
        if upheld:
            grading.grade(session, number, GradeInput(Verdict.ACCEPTED, row_code="N-05", why="申诉有理"), actor=other,
                          now=here.clock.now(), expected_version=factories.version_of(session, number))
        else:
            appeals.keep(session, number, "词典两种都收。\n谢谢您。", actor=other, now=here.clock.now())
    here.clock.advance(minutes=1)
    page = here.get("1")
    if upheld:
        assert "申诉后改判" in page
        assert "评为“采纳”" in page
    else:
        assert "申诉后重新看过，结果不变</bdi><br><bdi>词典两种都收。</bdi><br><bdi>谢谢您。</bdi>" in page
    assert "不同意？" not in page


@pytest.mark.slow
def test_a_repeat_leads_to_his_own_earlier_report_and_to_no_other_account(here: Here) -> None:
    first = here.report(HEADLINE)
    second = here.report(DISCOUNT)
    here.grade(second, Verdict.REPEATED, "第1条报过", original_id=first)
    assert 'href="' + here.base + '1"' in here.get("2")
    with writing(here.engine) as session:
        other = factories.reader(session)
        persons.join(session.connection(), here.reader_id, other, how=LinkedBy.CODE, now=here.clock.now())
        session.execute(update(Report).where(Report.id == first).values(reader_id=other, ordinal=1))
    assert "报过。</p>" not in here.get("2")


@pytest.mark.slow
def test_nobody_amends_without_end(here: Here) -> None:
    here.report()
    answers_ = [here.post("1/change/reason", value=f"理由{n}").status_code for n in range(own_acts.MOST + 1)]
    assert answers_ == [303] * own_acts.MOST + [403]
    assert own_acts.TOO_MANY in here.post("1/change/reason", value="还有").text
    here.clock.advance(days=1)
    assert here.post("1/change/reason", value="第二天").status_code == 303


@pytest.mark.slow
def test_the_desk_reads_of_his_link_in_words(here: Here, browser: Browser) -> None:
    here.report()
    with closing(Chat(here.engine, here.clock.now(), factories.ACCOUNT, terms=Terms.of(here.settings))) as chat:
        with reading(here.engine) as session:
            openid = session.scalars(select(Reader.openid).where(Reader.id == here.reader_id)).one() or ""
        assert f"{own_pages.URL}/my/" in chat.say(openid, "我的")
        chat.say(openid, "报纸怎么订？")
    letter = rows(here.engine, Message)[-1]
    assert letter.fate is MessageFate.DESK
    page = browser(Role.EDITOR).get(f"/desk/{letter.id}").text
    assert ("（链接，只有他打得开）" in page, "/my/" in page) == (True, False)


@pytest.mark.slow
def test_sent_at_once_is_done_once(here: Here) -> None:
    here.report()
    with reading(here.engine) as session:
        person_id = session.scalars(select(Reader.person_id).where(Reader.id == here.reader_id)).one()
    hand = own_acts.Hand(here.reader_id, person_id, factories.ACCOUNT, 1, here.version(1), here.settings.server.secret_key)
    library, now = Library(), here.clock.now()

    def amend(session: Session) -> None:
        own_acts.amend(session, library, hand, Field.REASON, "词典", now=now)

    def withdraw(session: Session) -> None:
        own_acts.withdraw(session, hand, now=now)

    assert at_once(here.engine, [amend] * 4) == [None] * 4
    assert [row.number for row in rows(here.engine, ReportVersion)] == [1, 2]
    assert at_once(here.engine, [withdraw] * 4) == [None] * 4
    assert (here.row().state, [row.content for row in rows(here.engine, Message) if row.msg_type == "page"]) == (
        ReportState.WITHDRAWN, ["改 1 理由 词典", "撤回 1"])


SAID = "我住银杏小区"
ACTS: dict[str, Callable[[Session, Hand, FrozenClock], None]] = {
    "withdraw": lambda session, hand, clock: own_acts.withdraw(session, hand, now=clock.now()),
    "amend": lambda session, hand, clock: own_acts.amend(session, Library(), hand, Field.REASON, SAID, now=clock.now()),
    "answer": lambda session, hand, clock: own_acts.answer(session, hand, SAID, now=clock.now()),
    "appeal": lambda session, hand, clock: own_acts.appeal(session, hand, SAID, now=clock.now()),
}


def hand_of(here: Here, number: int) -> Hand:
    """Of whoever has the page of this report before him."""
    with reading(here.engine) as session:
        ordinal, person_id = session.execute(select(Report.ordinal, Reader.person_id).join(
            Reader, Reader.id == Report.reader_id).where(Report.id == number)).one()
    return Hand(here.reader_id, person_id, factories.ACCOUNT, ordinal, 1, here.settings.server.secret_key)


@pytest.mark.sampled
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_act_that_comes_after_the_erasure_keeps_no_words(
        here: Here, act: Callable[[Session, Hand, FrozenClock], None]) -> None:
    hand = hand_of(here, here.report())  # its page was asked for while he was still here
    with writing(here.engine) as session:
        erasing.erase_in_chat(session.connection(), here.reader_id, now=here.clock.now())
    with writing(here.engine) as session, pytest.raises(NotFound):
        act(session, hand, here.clock)
    with reading(here.engine) as session:
        assert session.scalars(select(Message.content).where(
            Message.reader_id == here.reader_id, Message.content.is_not(None))).all() == []


@pytest.mark.sampled
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_editors_words_to_him_do_not_wait_for_an_act_of_his(
        here: Here, act: Callable[[Session, Hand, FrozenClock], None]) -> None:
    """Else the editor, who has his report, and he, who has his own row, wait for each other."""
    if here.engine.dialect.name == "sqlite":
        pytest.skip("has one writer at a time")
    number = here.report()
    hand = hand_of(here, number)
    with Session(here.engine) as his:
        with suppress(NotAllowed):  # what is not allowed has his row all the same
            act(his, hand, here.clock)
        with writing(here.engine) as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            assert queue.enqueue(session.connection(), reader_id=here.reader_id, kind="desk", text="您好", key="k",
                                 now=here.clock.now()) is not None
