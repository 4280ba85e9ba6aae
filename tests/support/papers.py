"""Two small made-up papers with planted errors, as a Catalogue: 社区晨报·柳湾 and 社区晨报·梧桐里."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count

from bot.understanding.in_print.locate import Index
from bot.understanding.read import read
from bot.understanding.values import ArticleText, Catalogue, IssueText, PageText, PaperText, Reading, Waiting

_ids = count(1)


def _article(key: str, title: str, *paragraphs: str, kind: str = "news", subtitle: str | None = None,
             subheads: tuple[str, ...] = ()) -> ArticleText:  # fmt: skip
    return ArticleText(next(_ids), key, title, subtitle, paragraphs, kind, subheads)


def _page(number: str, name: str | None, *articles: ArticleText, aliases: tuple[str, ...] = ()) -> PageText:
    return PageText(next(_ids), number, name, aliases, articles)


CANTEEN = _article(
    "a1", "柳湾社区食唐开张 老人吃上热乎饭",
    "5月8日，柳湾街道第三社区食堂正式开张。食堂位于银杏路72弄，面积约三百平方米，可同时容纳80人就坐。",
    "街道服务办负责人介绍，食堂每天供应十二个菜，六十岁以上老人凭卡享受八五折优慧。",
    "“以前中午一个人懒得烧，现在下楼就能吃到热菜热饭。”家住银杏路的季阿婆高兴地的说。",
    "据统计，开张首日共接待居民426人次，其中老年人312人次，占总数的63.24%。",
)  # fmt: skip
BINS = _article(
    "a2", "垃圾箱房换新颜 分类投放更方便",
    "近日，柳湾街道完成了辖区内17处垃圾箱房的改造。改造后的箱房增加了洗手池、照明灯和除臭装置，居民投放垃圾更加方便快捷。",
    "红枫小区居民楼组长老邱说，过去箱房门前污水横流，现在干净多了，大家都愿意自觉的分类。",
    "街道还组织志愿者在早晚高峰时段值守，引导居民正确分类，通过一个月的努力，使分类准确率有了明显提高。",
)
CAPTION = _article("c1", "", "志愿者在箱房前向居民讲解分类知识", kind="caption")
PLAZA = _article(
    "a1", "口袋公园迎来首批游客", "经过半年建设，位于杏花路与长堤路交叉口的口袋公园日前建成开方。",
    "公园占地1200平方公里，种植了樱花、海棠、桂花等三十余种植物，并设置了儿童游乐区和健身步道。",
    "园方提醒，公园每天早上6时至晚上9时开放，宠物须栓绳入园。",
)
READING = _article(
    "a2", "书香柳湾读书节落幕", "为期一个月的书香柳湾读书节于6月31日落下帏幕。",
    "读书节期间共举办讲座、朗诵、换书等活动23场，参与居民达3千余人，真正做到了人人爱读书、处处闻书香。",
    subtitle="三千居民共赴一场阅读之约",
)
COOLING = _article(
    "a1", "纳凉点今起开放", "高温来袭，梧桐里街道16个纳凉点今起全部向居民免费开放，开放时间为上午9点至晚上20点。",
    "各纳凉点配备了饮水机、血压计和应急药箱，志愿者轮留值班。家住梧桐里的老范说，在家门口纳凉，既省电又热闹。",
    "街道要求，各居委会要加强值守，做到即使发现、及时处置，确保老年人安全度夏。",
)
LIFTS = _article(
    "a2", "加装电梯再提速 老楼居民圆了电梯梦",
    "今年以来，梧桐里街道加装电梯工作再提速，截止6月底，已完工24台，在建13台。",
    "梧桐里街道党工委副书记在现场会上强调，要坚持居民自愿、因楼制宜的原则，把好事办好、实事办实。",
    "志愿者轮流上门征询意见，红霞新村3号楼的居民一至同意加装。", subheads=("一楼一策破解难题",),
)  # fmt: skip

LIUWAN_MAY = IssueText(
    next(_ids), "2026-05", date(2026, 5, 15),
    (_page("01", "头版", CANTEEN, aliases=("要闻", "第一版")), _page("02", "身边", BINS, CAPTION)),
)  # fmt: skip
LIUWAN_JULY = IssueText(next(_ids), "2026-07", date(2026, 7, 10), (_page("04、05", "专题", PLAZA, READING),))
LIUWAN_AUGUST = IssueText(next(_ids), "2026-08", None, ())
WUTONGLI_JULY = IssueText(next(_ids), "2026-07", date(2026, 7, 12), (_page("03", "民生", COOLING, LIFTS),))
LIUWAN = PaperText(
    next(_ids), "社区晨报·柳湾", ("柳湾", "柳湾社区晨报", "柳湾版", "社区晨报（柳湾）"),
    (LIUWAN_AUGUST, LIUWAN_JULY, LIUWAN_MAY),
)  # fmt: skip
WUTONGLI = PaperText(next(_ids), "社区晨报·梧桐里", ("梧桐里", "梧桐里社区晨报", "梧桐里版"), (WUTONGLI_JULY,))

CATALOGUE = Catalogue(1, (LIUWAN, WUTONGLI))
EMPTY = Catalogue(0, (PaperText(1, "社区晨报·柳湾", ("柳湾", "柳湾社区晨报"), ()),))
INDEX = Index(CATALOGUE)
EMPTY_INDEX = Index(EMPTY)
SENT = datetime.fromisoformat("2026-07-20T10:00:00+08:00")


def heard(text: str) -> Reading:
    """The message of a reader who has reported nothing yet, about these papers."""
    return read(text, sent_at=SENT, index=INDEX, waiting=Waiting())


def pairs(text: str) -> list[tuple[str | None, str | None]]:
    """(wrong, right) of each error found in such a message."""
    return [(one.wrong, one.right) for one in heard(text).findings]
