"""A released month and a running one, with whatever must never stand on an open page: names not given for print, openids,
words nobody printed, telephone numbers, what was escalated, who has gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO

from PIL import Image, ImageDraw
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.catalogue.boxes import WHOLE, PageBoxes, PrintedLine, encode
from bot.catalogue.drawing import page_store
from bot.contest import rounds
from bot.filing import errata
from bot.judging import grading
from bot.personal import privacy
from bot.publishing import corrections
from bot.readers import hall, mutes
from bot.settings import Settings
from models.enums import NameState, Verdict
from models.newsroom import CorrectionNotice
from models.papers import Issue, Page, PageGeometry, Paper
from models.readers import Reader
from models.session import writing
from tests.support.town import PAPER, Town, at, issue_file

PHONE, ADDRESS, SELF = "13912345678", "银杏小区3栋2单元501室", "季小满"
DECLINED_NAME, GONE_NAME, ABSENT_NAME, LEFT_NAME = "沈不登", "顾已删", "钱不列", "孙取关"
FORBIDDEN, UNPRINTED = "某领导职务", "这几个字报上没有"
NEVER = (PHONE, ADDRESS, SELF, DECLINED_NAME, GONE_NAME, ABSENT_NAME, LEFT_NAME, FORBIDDEN, UNPRINTED, "o-甲", "o-乙", "编辑甲",
         "编辑乙", "主编李", "openid", "=cmd", "第7篇报道")
"""What no open page may hold, whoever it is of. 第7篇报道: the article that only an escalated report points at."""
TOLD_BY_HIM = (SELF, PHONE, ADDRESS, "第7篇报道")
"""Of these what 甲 wrote in reports of his own."""
FIRST, HOSTILE = "早起鸟", "<script>alert(1)</script>"
EXTRA_OVER = at("2023-06-02 00:15")
RELEASED = EXTRA_OVER + timedelta(hours=1)
JUNE = at("2023-06-12 09:00")
PRINTED_ON = date(2023, 6, 10)


@dataclass
class Played:
    """May is released, June runs. `notice`: a printed correction of an error of May; `erratum` that error."""

    town: Town
    may: int
    june: int
    notice: int

    @property
    def contest_id(self) -> int:
        return self.town.contest_id


def again(played: Played, engine: Engine) -> Played:
    """The same in a copy of its database."""
    return replace(played, town=played.town.again(Session(engine, expire_on_commit=False)))


def play(engine: Engine) -> Played:
    with Session(engine, expire_on_commit=False) as session:
        town = Town.founded(session)
        town.bring(issue_file(month="2023-06", date=PRINTED_ON.isoformat()))
        _names(town)
        _may(town)
        may, june = (session.scalars(select(Issue.id).where(Issue.month == month)).one() for month in ("2023-05", "2023-06"))
        assert rounds.close_round(session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
        assert rounds.pick_round(session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
        assert rounds.release_round(session, town.round().id, actor=by_staff(town.chief), now=RELEASED)
        hall.leave(session.connection(), town.reader("不列"), actor=SCHEDULER, now=RELEASED)
        privacy.erase(session.connection(), town.reader("已删"), now=RELEASED)
        session.execute(update(Reader).where(Reader.id == town.reader("取关")).values(unfollowed_at=RELEASED))
        session.expire_all()
        _june(town)
        notice = _corrected(town)
        session.commit()
        return Played(town, may, june, notice)


def _names(town: Town) -> None:
    for name, printed in (("甲", FIRST), ("乙", HOSTILE), ("不列", ABSENT_NAME), ("已删", GONE_NAME), ("取关", LEFT_NAME)):
        town.session.execute(update(Reader).where(Reader.id == town.reader(name)).values(
            name_state=NameState.GIVEN, printed_name=printed, name_is_nickname=True))
    town.session.execute(update(Reader).where(Reader.id == town.reader("不登")).values(
        name_state=NameState.DECLINED, name_reason=DECLINED_NAME))


def _may(town: Town) -> None:
    for name, number in (("甲", 1), ("甲", 2), ("乙", 3), ("不列", 4), ("已删", 5), ("取关", 6), ("不登", 8)):
        town.grade(town.file(name, town.said(number)).report_id)
    free = f"食堂09号，我是{SELF}，电话{PHONE}"
    town.grade(town.file("甲", town.said(9, right=free)._replace(reason=f"住{ADDRESS}")).report_id)
    unfound = town.stated(10)._replace(wrong=UNPRINTED, right=PHONE, page=PHONE, page_text=PHONE, article_text=ADDRESS)
    town.grade(town.file("乙", unfound).report_id)
    town.refuse(town.file("丙", town.found("a11", "大好事", "打好事")).report_id,
                reason=f"{SELF}您好，这里没错，打{PHONE}找我。=cmd|calc")
    town.refuse(town.file("丙", town.found("a12", "大好事", "打好事")).report_id, reason="核对过原文，报上没有印错。")
    said = town.file("丙", town.found("a7", "开张", FORBIDDEN)).report_id
    grading.escalate(town.session, said, FORBIDDEN, actor=by_staff(town.editor), now=at("2023-05-20 10:00"),
                     expected_version=town.report(said).version)
    town.refuse(town.file("丙", town.found("c1", "讲解", "讲讲")).report_id, Verdict.SUGGESTION, reason="记下了")


def _june(town: Town) -> None:
    for name, number in (("甲", 13), ("乙", 14)):
        town.file(name, town.said(number, month="2023-06"), JUNE)
    decided = town.file("甲", town.said(15, month="2023-06"), JUNE).report_id
    town.refuse(decided, reason="词典里就是这样写的。")
    gone = town.file("甲", town.said(16, month="2023-06"), JUNE).report_id
    town.withdraw(gone, JUNE)
    said = town.file("甲", town.said(7, month="2023-06"), JUNE).report_id
    grading.escalate(town.session, said, FORBIDDEN, actor=by_staff(town.editor), now=JUNE,
                     expected_version=town.report(said).version)
    mutes.mute(town.session, town.reader("闹"), None, "只是来闹的", actor=by_staff(town.chief), now=JUNE)
    town.file("闹", town.said(17, month="2023-06"), JUNE)
    late = town.file("乙", town.said(18), JUNE).report_id
    assert town.report(late).late


def _corrected(town: Town) -> int:
    session = town.session
    erratum = session.scalars(select(errata.Erratum.id).order_by(errata.Erratum.id)).first()
    assert erratum is not None
    notice = corrections.draft(session, [erratum], actor=by_staff(town.editor), now=JUNE)
    corrections.release(session, notice, actor=by_staff(town.chief), now=JUNE, expected_version=1)
    paper = session.scalars(select(Paper.id).where(Paper.name == PAPER)).one()
    version = session.get_one(CorrectionNotice, notice).version
    corrections.mark_printed(session, notice, paper_id=paper, printed_on=PRINTED_ON, page="02", actor=by_staff(town.chief),
                             now=JUNE, expected_version=version)
    return notice


BLACK, RED = (20, 20, 20), (200, 30, 30)
SIZE = (600, 900)
LETTERS, LEFT, TOP, HIGH = 12, 60, 300, 30


def print_correction(engine: Engine, settings: Settings, played: Played) -> None:
    """Its page gets a picture: the notice as black letters in the middle, all around in red what is nobody's business."""
    with writing(engine) as session:
        text = session.get_one(CorrectionNotice, played.notice).text
        page = session.scalars(select(Page).where(Page.issue_id == played.june, Page.number == "02")).one()
        boxes, lines, picture = [], [], Image.new("RGB", SIZE, RED)
        for first in range(0, len(text), LETTERS):
            row = text[first:first + LETTERS]
            lines.append(PrintedLine(first, len(row), HIGH / SIZE[0], first == 0))
            for n in range(len(row)):
                box = (LEFT + n * HIGH, TOP + first // LETTERS * HIGH, LEFT + (n + 1) * HIGH, TOP + (first // LETTERS + 1) * HIGH)
                ImageDraw.Draw(picture).rectangle(box, fill=BLACK)
                boxes.append(tuple(round(one / SIZE[side % 2] * WHOLE) for side, one in enumerate(box)))
        out = BytesIO()
        picture.save(out, "PNG")
        blob = encode(PageBoxes(text, boxes, tuple(lines), ()))  # type: ignore[arg-type]
        session.merge(PageGeometry(page_id=page.id, width=600, height=900, boxes=blob, picture_width=SIZE[0],
                                   picture_height=SIZE[1], picture=page_store(settings).put(out.getvalue())))
