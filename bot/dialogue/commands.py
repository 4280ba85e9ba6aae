"""Explicit commands (改 版面 03, 撤回 2, 署名 早起鸟 …) and the fixed phrases that mean the same.

Pure; knows the values of understanding and nothing of conversations or print.
"""

from __future__ import annotations

import re

from bot.understanding.turns.intents import KIN
from bot.understanding.values import Amendment, Field, Finding, Intent, Reading
from bot.understanding.words.normalise import fold, number

LONGEST_COMMAND = 200
LONGEST_NAME = 20

_FIELDS = {
    "报纸": Field.PAPER, "报纸名称": Field.PAPER, "报名": Field.PAPER,
    "期": Field.ISSUE, "期号": Field.ISSUE, "期数": Field.ISSUE, "日期": Field.ISSUE,
    "版面": Field.PAGE, "版次": Field.PAGE, "版": Field.PAGE,
    "文章": Field.ARTICLE, "文章名称": Field.ARTICLE, "文章名": Field.ARTICLE, "题目": Field.ARTICLE, "标题": Field.ARTICLE,
    "原文": Field.WRONG, "错处": Field.WRONG, "错误": Field.WRONG, "差错": Field.WRONG, "错字": Field.WRONG,
    "应为": Field.RIGHT, "改正": Field.RIGHT, "正确": Field.RIGHT, "改法": Field.RIGHT,
    "理由": Field.REASON, "说明": Field.REASON, "依据": Field.REASON,
}  # fmt: skip
_N = r"(?:\d{1,9}|[一二三四五六七八九十]{1,3})"
_END = re.compile(r"[\s,。.;:!?~、]+$")
_CHANGE = re.compile(
    rf"(?:修改|更改|改一下|改)\s*(?:第?\s*(?P<n>{_N})\s*[条个号项]?\s*的?)?[\s:,]*"
    rf"(?P<field>{'|'.join(sorted(_FIELDS, key=len, reverse=True))})(?P<gap>[\s:]*(?:改为|改成|为|是)?[\s:]*)(?P<value>\S.*)",
    re.DOTALL,
)
_WITHDRAW = re.compile(
    rf"(?:撤回|撤销|撤掉|取消|删除|删掉|作废)\s*(?:我的)?\s*(?P<list>第?\s*{_N}(?:\s*(?:[、,和及]|\s)\s*第?\s*{_N})*)?\s*[条个号项]?(?:纠错|报告|差错)?"
)
_WITHDRAW_LAST = re.compile(r"(?:撤回|撤销|取消|作废)(?:刚才|上面|上|这|那|最后)?(?:的|那|一)?(?:条|个|纠错)?(?:纠错)?(?:吧|了)?")
_NAME = re.compile(
    rf"(?:署名|笔名|昵称|登报名?|登报署名|登报名字)(?:请|就)?(?:改为|改成|改用|写成|用|写|是|为|叫|署)?[\s:]*(?:(?:我?的?(?:真名|本名|实名)|(?:我|她|他){KIN}?的?(?:名字|姓名))[\s:,]*(?:叫|是)?(?=\S{{2}}))?(?P<name>\S.*)"
)
_NO_NAME = re.compile(
    r"(?:我)?(?:不要|不想|不用|不必|别)?(?:登|署|印|写|留)?(?:我的?)?(?:不登名字?|不署名|匿名|不留名|不要名字|不登报)(?:吧|了|就好|即可)?"
    r"|(?:请)?(?:不要|不想|不用|别|不)(?:登|署|印|写|刊登|公布)(?:我的?|出)?(?:真?名字?|姓名|名)(?:出来)?(?:吧|了)?"
)
_ERASE = re.compile(
    r"(?:请|我要|我想)?(?:把)?(?:删除|清除|抹掉|注销|删掉)(?:我的|本人的?)(?:全部|所有|个人)*(?:信息|资料|数据|记录|账号|帐号)"
    r"|(?:请)?把我的(?:全部|所有|个人)*(?:信息|资料|数据)(?:全|都)*(?:删了|删掉|删除|清除|清掉)(?:吧)?"
)
_COPY = re.compile(
    r"(?:请|我要|我想|帮我)?(?:把)?(?:导出|下载|调取|查阅|复制)(?:一下|一份)?(?:我的|本人的?)(?:全部|所有|个人)*(?:信息|资料|数据|记录)"
    r"|(?:你们|报社|这里)(?:都)?(?:存了|有|留了|保存了|记了)我(?:的)?(?:哪些|什么|多少)(?:个人)?(?:信息|资料|数据)?"
    r"|我的个人(?:信息|资料|数据)"
)
_UNLISTED = r"(?:我|请)?(?:不想|不要|不用|不愿意?|别|不|退出)(?:让我|把我)?(?:的?名字)?"
_LISTED = r"(?:我|请)?(?:要|想|愿意|还是)?(?:重新|恢复)?(?:让我|把我)?(?:的?名字)?"
_HALL = r"(?:再)?(?:上|登上|登|放进|列入|列在|进|挂|放)?(?:在)?光荣榜(?:上|里)?(?:名单)?(?:了|吧)?"
_FIXED = {
    Intent.UNLISTED: re.compile(_UNLISTED + _HALL),
    Intent.LISTED: re.compile(rf"{_LISTED}(?:再)?(?:上|登上|登|放进|列入|列在|进|挂|放)(?:在)?光荣榜(?:上|里)?(?:了|吧)?"),
    Intent.STATUS: re.compile(r"(?:查|查询|看看?)?我的(?:纠错|报告|记录|差错|全部|进度)?|进度|查进度"),
    Intent.RULES: re.compile(r"(?:活动|比赛|参加|纠错)?规则|活动说明|怎么参加|奖品"),
    Intent.DEADLINE: re.compile(r"截止(?:日期|时间)?|期限|(?:什么时候|几号|啥时候)截止"),
    Intent.WINNERS: re.compile(r"(?:获奖|得奖|中奖)(?:名单|者|情况|公告)?|名单|(?:最佳|优秀)啄木鸟"),
    Intent.CLAIM: re.compile(r"(?:我要|我想|我来|来)?(?:领奖|兑奖|领奖品|领奖金|领奖暗号|领奖链接)(?:了|吧)?"),
    Intent.STANDING: re.compile(r"(?:查|看|看看|查一下|看一下)?(?:我的?)?(?:排行榜?|排名|名次)(?:情况)?"),
    Intent.HALL: re.compile(r"(?:看|看看)?光荣榜"),
    Intent.ERRATA: re.compile(r"(?:看|看看)?(?:差错日历|差错一览|更正日历|(?:往期|历次)(?:差错|更正))"),
    Intent.PRIVACY: re.compile(r"(?:我的)?隐私(?:政策|说明|条款)?|个人(?:信息|资料)(?:说明|保护)?"),
    Intent.MORE: re.compile(r"(?:看|查看|还有)?更多(?:消息|通知|结果)?"),
    Intent.HELP: re.compile(
        r"帮助|帮忙|help|菜单|怎么用|使用说明|\?+|？+|(?:请问)?(?:怎么样?|怎样|如何|咋|可以|能|能不能|可不可以)(?:撤回|撤销|撤掉|取消|修改|更改|改|删除|删)"
        r"(?:掉|一下)?(?:我?报(?:过|错)?的|纠错|刚才的|已经报的|发错的)?[吗呢啊呀么伐]?"),
}
_LINK = re.compile(
    r"(?:我要|我想)?(?:关联|绑定)(?:(?:一下)?(?:我的|两个|另一个)?(?:帐号|账号|公众号|微信))?"
    r"(?:\s*(?:码)?[\s:,]*(?P<code>[0-9a-z](?:[\s-]{0,2}[0-9a-z]){3,9}))?"
)
_PAIR = re.compile(r"应[为是该]|改[为成]|→")
_APPEALED = rf"(?:第\s*(?P<n>{_N})|(?P<digits>\d{{1,9}})|(?P<spelt>[一二三四五六七八九十]{{1,3}})\s*(?=条))"
_APPEAL = re.compile(
    rf"(?:我要|我想|我)?(?:申诉|不服|复核)(?:[\s:,]*(?:我的)?{_APPEALED}(?!\s*[版页期月日年号楼]|\d)\s*[条个处]?(?:[\s:,。.;!、]+|)"
    r"|[\s:,。]+(?!\s*第?\s*\d+\s*[版页期月日年])|$)(?P<words>.*)",
    re.DOTALL,
)
LONGEST_APPEAL = 2000
_NOT = r"(?P<not>(?:很|非常|太|有点)?不\s*太?\s*|没有?)?"
_VERY, _THANKS = r"(?:很|非常|挺|十分|特别|比较)?满意", r"(?:[,\s]*(?:[了的啊呀哦啦吧]|谢谢(?:您|你们|编辑)?))*"
_RATING = re.compile(
    rf"(?:(?:我|对|第)\s*)*(?:(?P<before>{_N})\s*[条个号项]?\s*(?:的?结果|处理)?(?:我)?)?\s*{_NOT}"
    rf"{_VERY}(?:\s*[,:]?\s*第?\s*(?P<after>{_N})\s*[条个号]?)?{_THANKS}"
)
"""满意, 不满意 3, 第3条很满意: the whole message, so that no error told with such a word in it (“满易”应为“满意”) is one."""
_RESULT = r"(?:的?(?:处理)?结果|的?处理|的?回复)"
_RATED_ONE = re.compile(
    rf"(?:(?:我|对)\s*)*(?P<words>[^,。;:!?“”\"'‘’「」《》应改]{{0,30}}?)\s*的?"
    rf"[那这]一?(?:[条处篇]|个(?={_RESULT}|我|很|非常|不)){_RESULT}?\s*我?\s*{_NOT}{_VERY}{_THANKS}"
)
"""1版那条满意, 食堂那条的结果我不太满意: of one result among several, by its page or a word of it; 那条满意: of the last."""


def parse(text: str, *, has_reports: bool = True) -> Reading | None:
    """The command that a whole message is; None where it is none. Values come back as typed."""
    appeal = _appealed(text) if has_reports else None
    if appeal is not None:
        return Reading(Intent.APPEAL, targets=_targets(appeal))
    if len(text) > LONGEST_COMMAND:
        return None
    folded = fold(text)
    start = len(folded.text) - len(folded.text.lstrip())
    plain = folded.text.strip()
    bare = _END.sub("", plain) or plain
    if _ERASE.fullmatch(bare):
        return Reading(Intent.ERASE)
    if _COPY.fullmatch(bare):
        return Reading(Intent.COPY)
    linked = _LINK.fullmatch(bare)
    if linked:
        return Reading(Intent.LINK, code=linked.group("code"))
    for intent, pattern in _FIXED.items():
        if pattern.fullmatch(bare):
            return Reading(intent)
    if _NO_NAME.fullmatch(bare):
        return Reading(Intent.NAME, name="")
    named = _NAME.fullmatch(bare)
    if named and "\n" not in bare and not _ASKS.search(named.group("name")):
        span = named.span("name")
        return Reading(Intent.NAME, name=clean_name(folded.words(start + span[0], start + span[1])))
    rated = _rated(bare) if has_reports else None
    if rated is not None:
        return rated
    withdrawn = _withdrawn(bare) if has_reports else None
    return withdrawn or _change(bare, folded.words, start)


def _appealed(text: str) -> re.Match[str] | None:
    """申诉 2 理由, 不服第2条, 复核; an error told in such words (申诉，3版“…”应为“…”) is none."""
    if len(text) > LONGEST_APPEAL or not _APPEAL_WORD.search(text[:12]):
        return None
    found = _APPEAL.fullmatch(fold(text).text.strip())
    if found is not None and not _targets(found) and _PAIR.search(found.group("words")):
        return None
    return found


def _targets(found: re.Match[str]) -> tuple[int, ...]:
    named = next((number(one) for one in found.group("n", "digits", "spelt") if one), None)
    return (named,) if named else ()


def appeal_words(text: str) -> str:
    """The reason that stands in an appeal, as typed; empty where there is none."""
    found = _appealed(text)
    if found is None:
        return text.strip()
    folded = fold(text)
    start = len(folded.text) - len(folded.text.lstrip())
    span = found.span("words")
    return folded.words(start + span[0], start + span[1]).strip()


_APPEAL_WORD = re.compile("申诉|不服|复核")
_ASKS = re.compile(r"[,。;?]|吗|可以|好不好|能不能|可不可以|要不要|用不用|怎么|什么")
"""署名可以不用真名吗: a question about names, no name."""


def clean_name(words: str) -> str:
    """A name as typed, without the quotation marks and particles around it, cut at LONGEST_NAME characters."""
    name = words.strip().strip("“”\"'‘’「」『』《》 　:：,，。.!！~")
    name = re.sub(r"(?:好了|就好|就行|即可|就可以了?|吧|谢谢|啊|哦|呀)+$", "", name).strip("“”\"'‘’「」『』 　,，")
    return name[:LONGEST_NAME]


def _rated(bare: str) -> Reading | None:
    # Without runs of blanks: their places in the pattern would be tried against each other.
    if "满意" not in bare:
        return None
    said = " ".join(bare.split())
    one = _RATED_ONE.fullmatch(said)
    if one is not None:
        about = (Finding(context=one.group("words")),) if one.group("words") else ()
        return Reading(Intent.DISSATISFIED if one.group("not") else Intent.SATISFIED, findings=about)
    found = _RATING.fullmatch(said)
    if found is None:
        return None
    named = number(found.group("before") or found.group("after") or "")
    return Reading(Intent.DISSATISFIED if found.group("not") else Intent.SATISFIED, targets=(named,) if named else ())


def _withdrawn(bare: str) -> Reading | None:
    found = _WITHDRAW.fullmatch(bare)
    if found is None:
        return Reading(Intent.WITHDRAW) if _WITHDRAW_LAST.fullmatch(bare) else None
    if not found.group("list"):
        return Reading(Intent.WITHDRAW)
    numbers = [number(n) for n in re.findall(_N, found.group("list"))]
    return Reading(Intent.WITHDRAW, targets=tuple(n for n in numbers if n))


def _change(bare: str, words: object, start: int) -> Reading | None:
    found = _CHANGE.fullmatch(bare)
    if found is None or not callable(words):
        return None
    field = _FIELDS[found.group("field")]
    value = str(words(start + found.start("value"), start + found.end("value"))).strip()
    is_spoken = not found.group("gap") and not found.group("n") and field is not Field.PAGE
    if not value or (is_spoken and len(value) > 30) or (field is not Field.REASON and _PAIR.search(found.group("value"))):
        return None
    if field in (Field.WRONG, Field.RIGHT):
        value = _unquoted(value)
    target = number(found.group("n")) if found.group("n") else None
    return Reading(
        Intent.SUPPLEMENT,
        findings=(Finding(),),
        targets=(target,) if target else (),
        amendments=(Amendment(field, value),),
    )


def _unquoted(value: str) -> str:
    if len(value) > 2 and value[0] in "“\"'‘「『" and value[-1] in "”\"'’」』":
        return value[1:-1]
    return value
