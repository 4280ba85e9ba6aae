"""What a message without an error in it is for: a question, a name, a greeting. Knows words only."""

from __future__ import annotations

import re

from bot.understanding.normalise import number
from bot.understanding.thresholds import GREETING_REST
from bot.understanding.values import Intent

_ASK = r"(?:吗|嘛|么|没有|没|伐|呢|\?|否|不)"
_QUESTIONS = (
    (Intent.STATUS, re.compile(
        rf"(?:我|上次|上回|上礼拜|上周|昨天|前天|之前|前面|刚才|前几天).{{0,12}}(?:报|发|交|寄|提|纠错|投|说|反映).{{0,20}}(?:收到|看到|审|算数|核实|采纳|回音|回复|结果|处理|查|通过|怎么样|作数|评|有效|进度|登记|用上)"
        rf"|(?:收到|看到|审|采纳|核实|处理|通过)(?:好|完|了|过)*(?:没有|没|伐|吗|了吗|好了).{{0,6}}(?:我|$)"
        rf"|没收到我|一点?(?:回音|消息|反应|动静)(?:也|都)没|我(?:一共|总共|共)?报了几|我的?(?:纠错|报告|那条|那几条|分数|得分|排名|名次).{{0,10}}(?:{_ASK}|怎么样|多少|第几|如何)"
        rf"|(?:审|批|评)(?:核|好|完)?(?:了|好)*(?:没有|没|伐|吗)|查(?:一下|下)?我"
    )),
    (Intent.WINNERS, re.compile(
        r"(?:获奖|得奖|中奖|领奖|拿奖)(?!.*(?:条件|要求|规则|才能|怎么才))|(?<!员)名单|(?:最佳|优秀|上个?月的?|上期的?).{0,4}啄木鸟.{0,12}(?:谁|哪位|哪个|公布|出来|有没有|是不是|名字|揭晓)|啄木鸟.{0,8}(?:公布|揭晓|评出|是谁|是哪)|(?:公布|揭晓)(?:了|结果)|啥人得|谁得了|结果.{0,4}(?:公布|出来|揭晓)|评上"
    )),
    (Intent.DEADLINE, re.compile(
        r"截止|截至|最晚|最迟|来得及|来不来得及|期限|还能(?:报|发|参加|交|投|寄)|还可以(?:报|发|参加|交)|过期|(?:几号|几时|什么时候|啥时候|啥辰光|哪天|何时|多久).{0,6}(?:结束|为止|前|交|到期|停|收)|到(?:几号|什么时候|啥时候|哪天)|结束了?(?:没有|没|伐|吗|么)|(?:时间|日期)过了|晚了(?:吗|伐|没)|还(?:收|算)(?:吗|伐|不)"
    )),
    (Intent.RULES, re.compile(
        r"怎么(?:参加|报|写|发|投|个?玩|算|评|领|领奖)|如何(?:参加|报|评|投)|参加|要不要(?:写|报|寄|留|填|先)|奖品|奖金|奖励|有(?:啥|什么|哪些)奖|多少钱|一百[块元]|算不算|算(?:差错|错(?!了|得)|谁|几|一个|数)|值钱|有没有份|还有份|(?:能|可以|可)(?:不能|不可以)?(?:改|报|发|提|一次|匿名|用|几个|重复|投)|能不能(?!派|来|帮|给|去|把|修|管)|可不可以(?!派|来|帮|给|去|把|修|管)|行不行|行伐|可以(?:吗|伐|么)|报名|规则|条件|要求|资格|限制|要(?:写|发|寄|填)(?:些|点)?(?:啥|什么|哪)|(?:几|多少)(?:个|条|次)(?:算|才|可以|能)|是不是每个|每人|每个人|怎么评|标准|积分|纪念品|啄木鸟(?:是|活动|怎么|什么|啥)|发(?:到|给)(?:哪|谁)|真名|实名"
    )),
)  # fmt: skip
_ADDRESS = re.compile(r"编辑部?|老师|同志|小编|各位|大家|啄木鸟|社区晨报|社区发布|你们|你|您|侬|的|小|部|们|呀|啊|哦|啦|了|吧|哈")
_COURTESY = re.compile(
    r"(?:你好|您好|侬好|大家好|hello|hi|嗨|哈喽|早上好|早安|早|上午好|中午好|下午好|晚上好|晚安|在吗|在不在|在伐|有人吗|好的?|好滴|好嘞|嗯+|哦+|噢|ok|okay|收到|知道了|晓得了|明白了?|了解|行|可以|没事|没关系|不客气|"
    r"谢谢|谢了|多谢|感谢|辛苦|麻烦|祝|恭喜|新年|春节|节日|快乐|吉利|大吉|身体健康|万事如意|再见|拜拜|回得真快|真快|真好|真不错|办得|赞|棒|加油|哈哈|呵呵|阿弥陀佛|不好意思|打扰)"
)
_ASIDE = re.compile(r"\[[一-鿿a-z]{1,5}\]|[^\w一-鿿]|_")
_WITHDRAW = re.compile(
    r"撤回|撤销|撤掉|收回|作废|不算(?!错|数|差错|是)|不要了|不报了|去掉|算了|取消|当我没说|就当没(?:说|报|发)|删(?:掉|了|除)|划掉|别算|报错了.{0,6}不"
)
_ORDINAL = re.compile(
    r"第\s*(?P<n>\d{1,2}|[一二三四五六七八九十]{1,2})\s*(?:个|条|处|点|项|号|则)(?:错|差错|纠错)?|(?P<c>[①-⑳])|(?<!\d)(?P<m>\d{1,2})号?(?=去掉|不算|不要|撤)"
)
_KEEPS = re.compile(r"只留|只要|保留|留下|只算")
_FIRST_FEW = re.compile(r"前(?:面)?的?(?P<n>[两二三四五2-5])[个条处]")
_LAST_ONE = re.compile(r"最后(?:那)?一?(?:个|条|处)")
_MENDS = re.compile(
    r"(?:版面|版次|报纸|日期|期数|文章名?|篇名)(?:写|说|报|搞|弄|填)?错|打错|说错|写错了(?!吧)|抄错|抄得不对|抄漏|弄错|搞错|记错|看错|发错了(?!地)|报错了|更正一下|纠正一下|改一下|以(?:这|此)条?为准|刚才(?:说|写|发|报)(?:的|得)?.{0,6}(?:错|不对)|上面.{0,6}(?:错|不对)|不好意思.{0,4}是|我又想了|更好"
)
_ADDS = re.compile(
    r"补充|理由|依据|原因|因为|再说一下|说明一下|就是(?:那|这)"
    r"|是.{1,12}(?:那里|那段|那句|那一句|这里|那处)|昨天说的|刚才说的|我说的"
)
_STARTS = re.compile(
    r"(?:我)?(?:要|想|来|给你们)(?:个)?(?:纠错|报错|报个错|挑错|捉错|找错|捉虫|纠个错|挑个错|报一个错|找个错|提个错|报差错|反映.{0,4}错)"
    r"|(?:我|又|还|好像)?(?:发现|找到|看到|看见|抓到|捉到)(?:了)?.{0,8}(?:bug|错(?!过)|错误|错别字|别字|差错|问题|错字|虫)|^(?:纠错|报错|捉虫|挑错|找错)[!。~]*$"
)
_ERROR = re.compile(
    r"错(?!过)|别字|不对|有误|不通|病句|漏|矛盾|重复|bug|"
    r"核实|核对|不到100|不等于|不规范|看不懂|不妥|对吗|对伐|建议|没写|没说|没交代|没有写|没有交代|哪有|对不上|不符|没有了|断开|加起来|前后"
)
_ABOUT_SERVICE = re.compile(
    r"在(?:啥|哪|几号|什么地方)|(?:啥|什么)地方|几号(?!截)|地址|电话|怎么(?:去|走|联系|办理?|申请|预约)|有伐|有吗|多少钱|几点|开放|营业|可以去|门牌|哪里(?:有|办|可)|能不能办|要带什么"
)
_FOR_PRINT = re.compile(
    r"(?:登报(?!纸)|署名|见报|刊登|登出来|登的?名字|印名字|名字|笔名|昵称|网名)(?:的话|的时候|时)?[,\s]?(?:请|就|那就|想|要|给我|帮我|麻烦)*"
    r"(?:写|用|叫|署|登|填|是|为|印)?(?:我的?)?(?:昵称|笔名|网名|名字|真名|本名)?(?:写成|成|为|上|是|叫|用|写|就叫)?[:\s]*(?P<name>[“\"‘'「][^”\"’'」]{1,20}[”\"’'」]|[一-鿿a-z0-9·_]{1,14}?)(?=[,。!;\s~]|好了|就好|吧|就行|$)"
)
_REAL = re.compile(r"用真名(?:吧|好了)?[,:\s]*(?:我?叫|是)?(?P<name>[一-鿿·]{2,6})")
_CALLED = re.compile(
    r"(?:就叫|那就叫|叫我|就写|就用)(?:我)?(?P<name>[“\"‘'「][^”\"’'」]{1,20}[”\"’'」]|[一-鿿a-z0-9·_]{1,12}?)(?=[,。!;\s~]|好了|吧|就行|$)"
    r"|(?:我叫|我的名字(?:是|叫)|本人叫|姓名[::]\s*)(?P<mine>[一-鿿·a-z0-9_“”]{1,12}?)(?=[,。!;\s~]|$)"
)
_NOT_A_NAME = re.compile(r"怎么|什么|可以|不要|要不要|能不能|真名|吗|伐|哪|错|登|写|报|出来|这个|那个|(?<!员)名单|应|版|没")
_ASKS_LEAVE = re.compile(r"能不能|可不可以|行不行|可以.{0,12}[吗么伐?]")
_DECLINED = re.compile(
    r"名字?(?:就)?(?:不要|别|不用|不)(?:登|印|写|公布|署)|匿名(?:就|吧|好)|不署名|不登名|不留名"
    r"|(?:(?<!要)不要|不想|不用|别|不愿)(?:登|署|印|写|刊登|公布|留)(?:我的?|出)?(?:真?名字?|姓名)(?!.{0,3}[吗伐么?])"
)


def question(text: str) -> Intent | None:
    """STATUS, WINNERS, DEADLINE or RULES; None where a message asks none of these."""
    return next((intent for intent, pattern in _QUESTIONS if pattern.search(text)), None)


def is_greeting(text: str) -> bool:
    """Whether a message says nothing but courtesies."""
    bare = _ASIDE.sub("", text)
    if not bare:
        return bool(text.strip())
    rest = _ADDRESS.sub("", _COURTESY.sub("", bare))
    return len(bare) <= 60 and _COURTESY.search(bare) is not None and len(rest) <= GREETING_REST * len(bare)


def withdraws(text: str) -> bool:
    return _WITHDRAW.search(text) is not None


def ordinals(text: str) -> tuple[int, ...]:
    """Numbers by which a reader names some of his reports: 第二个, ①; -1 for 最后一个."""
    keeps = _KEEPS.search(text)
    text = text[: keeps.start()] if keeps else text
    values = [_ordinal(m) for m in _ORDINAL.finditer(text)]
    first = _FIRST_FEW.search(text)
    values += list(range(1, (number(first.group("n")) or 0) + 1)) if first else []
    if _LAST_ONE.search(text):
        values.append(-1)
    return tuple(dict.fromkeys(n for n in values if n))


def leading_ordinal(text: str) -> tuple[int, int] | None:
    """(number, where it ends) of an ordinal at the beginning: 第2个应该是."""
    found = re.compile(rf"\s*(?:刚才|上面|那个?|其中)?的?(?:{_ORDINAL.pattern})").match(text)
    return (_ordinal(found) or 0, found.end()) if found else None


def _ordinal(found: re.Match[str]) -> int | None:
    if found.group("c"):
        return ord(found.group("c")) - 0x245F
    return number(found.group("n") or found.group("m"))


def mends(text: str) -> bool:
    return _MENDS.search(text) is not None


def adds(text: str) -> bool:
    return _ADDS.search(text) is not None


def starts_report(text: str) -> bool:
    return _STARTS.search(text) is not None


def speaks_of_error(text: str) -> bool:
    return _ERROR.search(text) is not None


def asks_about_service(text: str) -> bool:
    return _ABOUT_SERVICE.search(text) is not None


def name_for_print(text: str) -> str | None:
    """The words (marks included) of the name a reader wants printed; "" when declined; None: not said."""
    for pattern in (_FOR_PRINT, _REAL, _CALLED):
        for found in pattern.finditer(text):
            words = next(value for value in found.groups() if value)
            if words[0] in "“\"‘'「" or not _NOT_A_NAME.search(words):
                return words
    return "" if _DECLINED.search(text) and not _ASKS_LEAVE.search(text) else None
