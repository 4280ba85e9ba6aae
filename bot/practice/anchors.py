"""Anchor examples: for each row of the points table and each verdict a made-up case that shows where it lies. Pure.

The sentences are our own; what a row means comes from bot.contest.annex, which names the source of each value.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.enums import Verdict

ORIGIN = "例句是自拟的，分值出处见各行；没有写明出处的是本报的掌握。"


@dataclass(frozen=True, slots=True)
class Anchor:
    """One example. `wrong` as printed, `right` as it should be ("" where nothing is to be changed), `why` it is
    this row or verdict and not its neighbour."""

    wrong: str
    right: str
    why: str


ROWS: dict[str, tuple[Anchor, ...]] = {
    "N-04": (
        Anchor("端午节在农历八月", "端午节在农历五月", "字没写错，是知识错了；每处 1 分，不数字数。"),
        Anchor("通过这次活动，使居民增进了了解", "这次活动使居民增进了了解", "句子没有主语，是语法性错误。"),
    ),
    "N-05": (
        Anchor("再接再励", "再接再厉", "成语里只错一个字，按 1 个字计。"),
        Anchor("高兴地的说", "高兴地说", "多印一个字也算 1 个字。"),
    ),
    "N-06": (
        Anchor("年满七十周岁的，可以申领", "年满七十周岁的老年人，可以申领", "连着漏 3 个字算一处，2 分，不是三个 1 分。"),
    ),
    "N-07": (
        Anchor("（漏印了整行十一个字）", "（补上这一行）", "连着 6 个字以上，算一处，4 分。"),
    ),
    "N-08": (
        Anchor("区社服务中心", "社区服务中心", "一个对调符号就能改好，1 分；要改两处的按错字算。"),
    ),
    "N-09": (
        Anchor("6月31日截止", "6月30日截止", "数目本身错了，错几个数字都只计 1 分；重要时间再加倍。"),
    ),
    "N-10": (
        Anchor("3、4天", "三四天", "数目没错，是该用汉字的用了阿拉伯数字，0.1 分。"),
        Anchor("三十分钟 / 30分钟", "", "两种写法都合规的不是差错，评“两可”。"),
    ),
    "N-11": (Anchor("Shangahi Comunity", "Shanghai Community", "按单词计，错了两个词，计 2 处。"),),
    "N-12": (Anchor("（少数民族文字的词拼错）", "（改正这个词）", "按词计；请懂这种文字的人核对。"),),
    "N-13": (Anchor("Shánghǎi", "Shànghǎi", "声调标错，按一个词计。"),),
    "N-14": (Anchor("二O二六年", "二〇二六年", "把字母 O 当成了汉字“〇”，0.5 分。"),),
    "N-15": (Anchor("鉅惠三天", "巨惠三天", "异体字用在了普通文字里；人名、老店招牌不算。"),),
    "N-16": (Anchor("每公斤含铅5ug", "每千克含铅5μg", "计量单位和符号不规范。"),),
    "N-17": (Anchor("（涉港澳台、民族的称呼不合规定）", "（改成规定的说法）", "拿不准时先上报，不要自己定。"),),
    "N-18": (
        Anchor("《甲》、《乙》", "《甲》《乙》", "书名号之间不用顿号，0.1 分，不加倍；每人每轮最多计 1 分。"),
    ),
    "N-19": (Anchor("全长3·5公里", "全长3.5公里", "小数点印成了间隔号，0.1 分。"),),
    "N-20": (Anchor("（小标题排成了正文字体）", "（改回小标题字体）", "格式差错，0.1 分；看得出是有意的设计就不算。"),),
    "N-21": (
        Anchor("说明写“包粽子”，照片上在下棋", "换照片或改说明", "图和文字对不上，1 分；头版要闻的照片按重要图片加倍。"),
    ),
}
"""By the code of the row."""

VERDICTS: dict[Verdict, tuple[Anchor, ...]] = {
    Verdict.ACCEPTED: (
        Anchor("按步就班", "按部就班", "错了，读者的改法也对。没说理由照样采纳，只是少一个勾。"),
    ),
    Verdict.ACCEPTED_WITH_EDITS: (
        Anchor("截止7月底已有百户", "截至7月底已有百户", "读者改成“截止于”：错处找对了，改法不对。"),
    ),
    Verdict.BOTH_FORMS: (Anchor("三十分钟", "30分钟", "国家标准里两种都可以，读者把一种改成了另一种。"),),
    Verdict.SUGGESTION: (
        Anchor("高兴得合不拢嘴", "笑容满面", "没有错，是喜好不同。"),
        Anchor("“老灵额”", "非常好", "引号里的方言写得对，不算差错，也不算读者看错。"),
    ),
    Verdict.NOT_AN_ERROR: (Anchor("起用新人", "启用新人", "用人说“起用”，报上没有错。要写一句理由。"),),
    Verdict.OUT_OF_SCOPE: (Anchor("公众号推送里的错字", "", "只评印在报上的；报上的广告、图片说明、中缝都在范围里。"),),
    Verdict.CANNOT_CHECK: (Anchor("老街铺成于1906年", "1908年", "两边都没有能查到的依据。请读者找到出处再来。"),),
    Verdict.REPEATED: (Anchor("上午报过，下午又报一遍", "", "只用于同一位读者。别的读者报同一处照样采纳，名次自动算。"),),
    Verdict.NEEDS_MORE: (Anchor("“3版有错别字，自己找”", "", "没说是哪几个字。问清楚以前不计先后，也不扣采纳率。"),),
}
