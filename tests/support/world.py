"""A made-up contest with its papers, brought in through the product's own verbs, and readers who write to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, select

from bot.audit import OPERATOR
from bot.catalogue import importer
from bot.catalogue.library import Library
from bot.catalogue.papers import paper_named
from bot.claiming.terms import OFFLINE, Terms
from bot.clock import SHANGHAI
from bot.contest import contests
from bot.intake import Intake
from bot.wechat.messages import Incoming
from models.contests import Round
from models.messages import Message
from models.reports import Report
from models.session import reading, writing

ACCOUNT = "main"
SECRET = "only-for-tests-only-for-tests-only"
LIUWAN, WUTONGLI = "社区晨报·柳湾", "社区晨报·梧桐里"
Raw = dict[str, Any]


def at(text: str) -> datetime:
    """`at("11-10 09:00")`: that moment of 2026 in Shanghai, as aware UTC."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI).astimezone(UTC)


BEGAN = at("10-05 08:00")


def article(key: str, title: str, *paragraphs: str) -> Raw:
    return {"id": key, "kind": "news", "title": title, "paragraphs": list(paragraphs)}


def page(number: str, *articles: Raw, name: str | None = None) -> Raw:
    return {"number": number, "name": name, "articles": list(articles)}


def issue(edition: str, month: str, *pages: Raw, aliases: tuple[str, ...] = ()) -> Raw:
    """One issue in the exchange format of `papers import`."""
    return {"edition": edition, "aliases": list(aliases), "issue": month, "date": None, "pages": list(pages)}


CANTEEN = article(
    "a1", "社区食堂开张 老人吃上热饭",
    "柳湾街道社区食堂上周开张，老人凭卡享受八折优慧，中午来吃饭的人排起了长队。",
    "食堂每天供应十二个菜，家住银杏路的季阿婆高兴地的说，以后不用自己烧饭了。",
)  # fmt: skip
BINS = article(
    "a2", "垃圾箱房换新颜",
    "街道完成了辖区内十七处垃圾箱房的改造，增加了洗手池和照明灯。",
    "居民楼组长老邱说，现在大家都愿意自觉的分类，箱房门前再也没有污水横留。",
)
PARK = article(
    "a1", "口袋公园迎来游客",
    "经过半年建设，位于杏花路口的口袋公园日前建成开方，园内种了三十余种花木。",
    "园方提醒，宠物须栓绳入园，游客请勿攀折花木。",
)
COOLING = article(
    "a1", "暖心驿站进楼组",
    "梧桐里街道新设十六个暖心驿站，各驿站配备了饮水机、血压计和应急药箱，志愿者轮留值班。",
    "街道要求加强值守，做到即使发现、及时处置。",
)
LAST_MONTH = article(
    "a1", "秋季趣味运动会", "柳湾街道秋季趣味运动会上周落下帏幕，五百多位居民参加了拔河和跳绳比塞。",
)

LIUWAN_NOVEMBER = issue(LIUWAN, "2026-11", page("01", BINS, name="头版"), page("03", CANTEEN, PARK | {"id": "a3"}),
                        aliases=("柳湾", "柳湾版", "柳湾社区晨报"))  # fmt: skip
LIUWAN_OCTOBER = issue(LIUWAN, "2026-10", page("02", LAST_MONTH))
WUTONGLI_NOVEMBER = issue(WUTONGLI, "2026-11", page("02", COOLING), aliases=("梧桐里", "梧桐里版"))
ISSUES = (LIUWAN_OCTOBER, LIUWAN_NOVEMBER, WUTONGLI_NOVEMBER)


def import_issues(engine: Engine, issues: tuple[Raw, ...], *, now: datetime) -> None:
    files = [(f"{n}.json", json.dumps(one, ensure_ascii=False).encode()) for n, one in enumerate(issues)]
    with writing(engine) as session:
        importer.apply(session, importer.preview(session, files), actor=OPERATOR, now=now)


def open_contest(
    engine: Engine, *, papers: tuple[str, ...] = (LIUWAN, WUTONGLI), issues: tuple[Raw, ...] = ISSUES,
    now: datetime = BEGAN, first: str = "2026-10", account: str = ACCOUNT, deadline_day: int = 30,
    name: str = "社区晨报啄木鸟",
) -> int:
    """A contest whose issues come out on the 6th and close on the 30th of the same month; gives its id."""
    with writing(engine) as session:
        ids = [paper_named(session, name, actor=OPERATOR, now=now).id for name in papers]
        contest = contests.create_contest(
            session, name=name, account=account, account_title="社区发布", paper_ids=ids,
            publication_day=6, deadline_day=deadline_day, deadline_months=0, actor=OPERATOR, now=now)
        contests.make_rounds(session, contest.id, months_ahead=3, first=first, actor=OPERATOR, now=now)
        contest_id = contest.id
    if issues:
        import_issues(engine, issues, now=now)
    return contest_id


def text_message(sender: str, content: str, *, created: datetime, msg_id: int, **fields: Any) -> Incoming:
    return Incoming(to="gh", sender=sender, created=int(created.timestamp()), msg_type="text", event=None, event_key="",
                    msg_id=str(msg_id), content=content, media_id=None, pic_url=None, fields=fields)  # fmt: skip


def event_of(sender: str, event: str, *, created: datetime, key: str = "", **fields: Any) -> Incoming:
    return Incoming(to="gh", sender=sender, created=int(created.timestamp()), msg_type="event", event=event,
                    event_key=key, msg_id=None, content=None, media_id=None, pic_url=None, fields=fields)  # fmt: skip


@dataclass
class Chat:
    """Readers who write to intake one after the other; every message has a MsgId of its own. Close it."""

    engine: Engine
    now: datetime = field(default_factory=lambda: at("11-10 09:00"))
    account: str = ACCOUNT
    intake: Intake = field(init=False)
    sent: int = 0
    terms: Terms = OFFLINE

    def __post_init__(self) -> None:
        self.intake = new_intake(self.engine, self.terms)

    def say(self, sender: str, content: str, when: str | None = None, *, created: datetime | None = None) -> str:
        """The reply to a text written at `when` (else a minute after the last one) and delivered at once."""
        reply = self.take(sender, content, when, created=created)
        assert reply is not None
        return reply

    def take(self, sender: str, content: str, when: str | None = None, *, created: datetime | None = None) -> str | None:
        self._turn_clock(when)
        incoming = text_message(sender, content, created=created or self.now, msg_id=1000 + self.sent)
        return self.intake.take(self.account, incoming, stale=False, now=self.now)

    def event(self, sender: str, event: str, when: str | None = None, *, key: str = "") -> str | None:
        self._turn_clock(when)
        incoming = event_of(sender, event, created=self.now, key=key)
        return self.intake.take(self.account, incoming, stale=False, now=self.now)

    def media(self, sender: str, msg_type: str, when: str | None = None, *, pic_url: str | None = "http://127.0.0.1/picture",
              media_id: str | None = "media-1") -> str | None:
        self._turn_clock(when)
        incoming = Incoming("gh", sender, int(self.now.timestamp()), msg_type, None, "", str(1000 + self.sent), None,
                            media_id, pic_url, {})  # fmt: skip
        return self.intake.take(self.account, incoming, stale=False, now=self.now)

    def close(self) -> None:
        self.intake.close()

    def _turn_clock(self, when: str | None) -> None:
        self.sent += 1
        self.now = at(when) if when else datetime.fromtimestamp(self.now.timestamp() + 60, UTC)


def new_intake(engine: Engine, terms: Terms = OFFLINE) -> Intake:
    """Another worker, or the same one after a restart: nothing is shared but the database."""
    return Intake(engine, Library(), secret=SECRET, terms=terms)


def rows(engine: Engine, table: type[Any]) -> list[Row[Any]]:
    """All rows of a model, by id."""
    with reading(engine) as session:
        return list(session.execute(select(table.__table__).order_by(table.__table__.c.id)))


def reports_of(engine: Engine) -> list[Row[Any]]:
    return rows(engine, Report)


def messages_of(engine: Engine) -> list[Row[Any]]:
    return rows(engine, Message)


def round_of(engine: Engine, month: str) -> Row[Any]:
    with reading(engine) as session:
        return session.execute(select(Round.__table__).where(Round.month == month)).one()


def generated_issue(edition: str, month: str, count: int) -> Raw:
    """An issue of `count` articles, each with one planted error of its own (路登 for 路灯)."""
    made = [
        article(f"a{n}", f"{_name(n)}小区亮起来", f"{_name(n)}小区门口新装了路登，居民晚上出门不再摸黑。")
        for n in range(count)
    ]
    return issue(edition, month, *(page(f"{n // 25 + 1:02d}", *made[n : n + 25]) for n in range(0, count, 25)))


def generated_text(number: int) -> str:
    """What a reader writes about the planted error `number` of `generated_issue`."""
    return f"“{_name(number)}小区门口新装了路登”应为“{_name(number)}小区门口新装了路灯”"


_FIRST, _SECOND = "银金红绿青蓝紫白黑丹碧翠玉彩明", "杏枫柳桐松柏竹梅兰菊荷桃李桂槐"


def _name(number: int) -> str:
    return _FIRST[number // len(_SECOND)] + _SECOND[number % len(_SECOND)]
