"""The printed box for tests: one as the paper prints it, and names of every kind that a reader may choose."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from bot.contest.announcing.announcement import Box, Invitation, Winner
from bot.contest.rules import DEFAULT_RULES

TEN = tuple(Winner(name, nickname=False) for name in "庚己戊丁丙乙甲癸壬辛")
COMING = Invitation(date(2023, 7, 1), DEFAULT_RULES)
BOX = Box(paper="《社区晨报》", account="社区发布", invitation=COMING, month="2023-05",
          best=(Winner("早起鸟", nickname=True),), excellent=TEN, excellent_count=10)
INVITATION = (
    "欢迎来当“啄木鸟”\n"
    "亲爱的读者，您在本期《社区晨报》上发现了差错吗？请关注微信公众号“社区发布”，直接留言告诉我们："
    "报纸名称、所在版面、文章名称和差错细节。\n"
    "本期截止日期：2023年7月1日。\n"
    "纠错质量最高的一位读者为最佳“啄木鸟”，奖励现金100元；另有十位优秀“啄木鸟”，各得纪念品一份。名单在下一期公布。\n"
    "\n"
)
TEXT = ("欢迎来当“啄木鸟”\n请关注微信公众号“社区发布”，直接留言告诉我们。\n本期截止日期：2023年7月1日。\n\n"
        "5月“啄木鸟”名单\n最佳“啄木鸟”：早起鸟\n（以上部分为昵称）")
NAMES = st.text(st.one_of(st.characters(), st.sampled_from("、，。”’）》（《“‘—…·一二三abc123 .,()!?\u202e\u200d\ufe0f\u0301😀")),
                max_size=200)  # fmt: skip
