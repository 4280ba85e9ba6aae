"""Three readers over real HTTP: one is accepted, one refused and heard again, one sees his correction in print.

Each hears exactly what concerns him, in time, once; and says whether he is satisfied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.audit import Actor
from bot.clock import FrozenClock
from bot.judging import grading
from bot.judging.verdicts import GradeInput
from bot.publishing import corrections
from bot.settings import Settings
from models.enums import OutgoingState, Role, Verdict
from models.outgoing import OutgoingMessage
from models.queries import corrections as queries
from models.queries import promptness
from models.reports import Report
from models.satisfaction import Satisfaction
from models.session import reading, writing
from tests.support.errata import staff
from tests.support.newsroom import Newsroom, open_newsroom
from tests.support.world import at, open_contest
from web.simulator.values import Reader, Side

pytestmark = pytest.mark.slow

PHONE = "021-00000000"
LI, WANG, ZHAO = "老李", "王阿姨", "小赵"
REPORTS = {
    LI: "柳湾版3版《社区食堂开张》，“高兴地的说”应为“高兴地说”",
    WANG: "柳湾版1版《垃圾箱房换新颜》，“自觉的分类”应为“自觉地分类”",
    ZHAO: "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”",
}
OWN_WORDS = {LI: "高兴地的说", WANG: "自觉的分类", ZHAO: "八折优慧"}


@dataclass
class Story:
    newsroom: Newsroom
    editor: Actor
    other: Actor
    chief: Actor
    readers: dict[str, Reader]
    read: dict[str, int] = field(default_factory=dict)

    def stand_at(self, when: str) -> None:
        self.newsroom.clock.moment = at(when)

    def says(self, who: str, words: str) -> list[str]:
        """What he then reads."""
        self.newsroom.platform.send_text(self.readers[who], words)
        return self.hears(who)

    def hears(self, who: str) -> list[str]:
        """What is new on his phone from the account."""
        new = self.newsroom.platform.chat(self.readers[who], after=self.read.get(who, 0))
        self.read[who] = max((one.number for one in new), default=self.read.get(who, 0))
        return [one.text for one in new if one.side is Side.ACCOUNT]

    def run(self) -> None:
        self.newsroom.run_all()

    def number(self, who: str) -> int:
        with reading(self.newsroom.engine) as session:
            return session.scalars(select(Report.id).where(Report.wrong.contains(OWN_WORDS[who]))).one()

    def decides(self, who: str, given: GradeInput) -> None:
        with writing(self.newsroom.engine) as session:
            report = session.get_one(Report, self.number(who))
            grading.grade(session, report.id, given, actor=self.editor, now=self.newsroom.clock.now(),
                          expected_version=report.version)

    def prints(self, who: str) -> None:
        engine, now = self.newsroom.engine, self.newsroom.clock.now()
        with writing(engine) as session:
            notice = corrections.draft(session, [session.get_one(Report, self.number(who)).erratum_id or 0],
                                       actor=self.editor, now=now)
        with writing(engine) as session:
            corrections.release(session, notice, actor=self.chief, now=now, expected_version=1)
        with writing(engine) as session:
            view = queries.load(session, notice)
            assert view is not None
            corrections.mark_printed(session, notice, paper_id=view.paper_id, printed_on=date(2026, 11, 13), page="02",
                                     actor=self.chief, now=now, expected_version=view.version)


@pytest.fixture
def story(engine: Engine, database_url: str, clock: FrozenClock, tmp_path: Path) -> Iterator[Story]:
    clock.moment = at("11-10 09:00")
    open_contest(engine)
    with open_newsroom(engine, database_url, clock, tmp_path) as newsroom:
        people = [staff(engine, login, role) for login, role in (
            ("editor", Role.EDITOR), ("other", Role.EDITOR), ("chief", Role.CHIEF))]
        readers = {name: newsroom.platform.add_reader("main", name) for name in REPORTS}
        yield Story(newsroom, *people, readers)


def test_each_hears_exactly_what_concerns_him_in_time_and_once(story: Story) -> None:
    for who, words in REPORTS.items():
        story.hears(who)
        [receipt] = story.says(who, words)
        assert "记为第1条" in receipt

    # the editor decides all three; ten seconds later each has his own result, with words to tap
    accepted = GradeInput(Verdict.ACCEPTED, "N-05", marks=(True, True, True))
    story.decides(LI, accepted)
    story.decides(WANG, GradeInput(Verdict.NOT_AN_ERROR, reason="这里两种写法都有人用。"))
    story.decides(ZHAO, accepted)
    story.run()
    assert [story.hears(who) for who in REPORTS] == [[], [], []]
    story.newsroom.clock.advance(seconds=10)
    story.run()
    results = {who: story.hears(who) for who in REPORTS}
    assert [len(heard) for heard in results.values()] == [1, 1, 1]
    for who, [heard] in results.items():
        assert [other for other, words in OWN_WORDS.items() if words in heard] == [who]
        assert heard.count("满意 1") == 2  # 满意 and 不满意
    assert "结果：采纳。" in results[LI][0]
    assert "结果：不是差错。\n这里两种写法都有人用。" in results[WANG][0]
    assert {who: PHONE in heard[0] for who, heard in results.items()} == {LI: False, WANG: True, ZHAO: False}

    # one tap each: one is satisfied, one appeals; somebody else looks, late at night, and she hears in the morning
    [thanks] = story.says(LI, "满意 1")  # the third time that he is answered
    assert thanks.startswith("谢谢！第1条记下了：满意。\n想找人说说，打编辑部电话021-00000000")
    [taken] = story.says(WANG, "申诉 1")
    assert "第1条编辑会重新看" in taken
    story.stand_at("11-11 23:00")
    with writing(story.newsroom.engine) as session:
        report = session.get_one(Report, story.number(WANG))
        for actor in (story.other, story.chief):
            grading.grade(session, report.id, accepted, actor=actor, now=story.newsroom.clock.now(),
                          expected_version=report.version)
            session.expire_all()
    story.newsroom.settings = _with_nights(story)
    story.newsroom.clock.advance(minutes=1)
    story.run()
    assert [story.hears(who) for who in REPORTS] == [[], [], []]
    story.stand_at("11-12 07:30")
    story.run()
    [answer] = story.hears(WANG)
    assert answer.startswith("您对第1条的申诉，编辑重新看过，改判如下。\n您的第1条：01版“自觉的分类”→“自觉地分类”\n结果：采纳。")
    assert [story.hears(who) for who in (LI, ZHAO)] == [[], []]
    assert story.says(WANG, "满意")[-1].startswith("谢谢！第1条记下了：满意。")

    # the correction is printed: its finder hears of it, nobody else does
    story.stand_at("11-13 10:00")
    story.says(ZHAO, "你好")
    story.prints(ZHAO)
    story.newsroom.clock.advance(seconds=10)
    story.run()
    [printed] = story.hears(ZHAO)
    assert printed.startswith("您指出的“八折优慧”→“八折优惠”，本报已在11月13日2版更正。")
    assert [story.hears(who) for who in (LI, WANG)] == [[], []]

    # nothing comes twice, however often everything runs, and nothing is left over
    for _ in range(3):
        story.newsroom.clock.advance(hours=5)
        story.run()
    assert [story.hears(who) for who in REPORTS] == [[], [], []]
    with reading(story.newsroom.engine) as session:
        outgoing = session.scalars(select(OutgoingMessage)).all()
        assert {one.state for one in outgoing if one.kind != "receipt"} <= {OutgoingState.SENT}
        assert [one.satisfied for one in session.scalars(select(Satisfaction).order_by(Satisfaction.report_id))] == [True, True]
        [figures] = promptness.running(session, days=5, now=story.newsroom.clock.now())
    assert (figures.due, figures.in_time, figures.said, figures.satisfied) == (3, 3, 2, 2)
    assert figures.letters == figures.at_once > 0


def _with_nights(story: Story) -> Settings:
    settings = story.newsroom.settings
    nights = settings.readers.model_copy(update={"quiet_from": "21:30", "quiet_until": "07:30"})
    return settings.model_copy(update={"readers": nights})
