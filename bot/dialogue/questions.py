"""What readers ask beside the rules: how a prize is fetched, whether it is a fraud, whether a child may take part.

Pure: words in, the kind of question and its answer out. A question is only looked for where no error was told.
"""

from __future__ import annotations

import re

from bot.dialogue.person_phrases import WRITE
from bot.understanding.values import About, Intent

LONGEST = 80
"""A longer message is a letter, not a question."""
_MAY = r"(?:可以|能不能|可不可以|能|行不行|好不好)"
_ASK = r"(?:吗|嘛|伐|么|不|没|呢|\?|？|$)"
_OWN = r"(?:的?(?:真?名字?|姓名|昵称|头像|电话|手机号?|号码|微信号?|地址|住址))"
_A_NAME = r"(?:网名|笔名|昵称|真名|实名|本名|假名|化名|小名)"
_PAST = re.compile(
    r"(?:上个?月|上一?期|前几期|以前|往期|过期|旧报纸|去年).{0,6}(?:还|能|可以|算|收|来得及|有效|作数)|通融|补报|忘了(?:发|报)"
)
_ONLINE = re.compile(r"(?:公众号|网上|微信)[^,，。]{0,8}(?:推送|推文|文章|[那这]篇)|推送|推文|mp\.weixin\.qq")
_NUMBER = r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"
_REACH = r"(?:电话|手机|联系方式|住址|家庭地址|我家地址)(?:号码?|号)?"
_GIVES_CONTACT = re.compile(
    rf"{_NUMBER}|(?:我|本人|家里)的?{_REACH}[^,，。!！?？]{{0,6}}\d{{5,}}|打我的?(?:电话|手机)|(?:我|家)住.{{2,14}}(?:弄|号|室|栋|幢)"
    rf"|{_REACH}.{{0,4}}(?:要不要|用不用|需不需要|需要|要)(?:我)?先?(?:留|写|填|给|发)"
    rf"|(?:要不要|用不用|需不需要|需要|要)(?:我)?先?(?:留|写|填|给|发)(?:一?[个下]|你们|上)*{_REACH}"
)
_ONLY_CONTACT = re.compile(
    r"(?:[\s,，。;；!！:：、~]|我的?|本人的?|电话|手机|号码?|联系|方式|微信|是|了|[写打说报发填留]|错|不对|刚才|上面|改成?|换成?|应该|为|请|记一?下"
    r"|(?>\d[\d\s-]{4,14}\d))+"
)
_OWN_NUMBER = re.compile(rf"{_NUMBER}|(?:我|本人)的?(?:电话|手机|号码|联系)")
_ASKED: tuple[tuple[About, re.Pattern[str]], ...] = (
    (About.HOW, re.compile(
        r"(?:怎么|咋|如何)(?:个)?(?:弄|用|玩|操作|发|报|写)(?:法|的|呀|啊|呢|啦|才好|[,，。.!！?？~\s])*$|(?:不会|不懂|不晓得怎么|不知道怎么)(?:弄|用|操作|报|发)"
    )),
    (About.PRIZE, re.compile(
        r"(?:奖品?|奖金|现金|纪念品|[一1]00?[块元]|一百[块元]).{0,8}(?:怎么|怎样|咋|如何|哪里|哪儿|在哪|到哪|去哪).{0,6}(?:领|拿|取|给|发|寄)"
        r"|(?:奖品?|奖金|现金|纪念品).{0,6}(?:什么时候|啥时候|几时|几号|多久).{0,4}(?:发|寄|给|领|到)"
        r"|(?:奖品?|奖金|纪念品|得了?(?:奖|优秀|最佳)|获了?奖).{0,12}没.{0,2}(?:拿到|收到|寄到|领到|给|寄|发)"
        r"|(?:怎么|怎样|如何|到哪里?|去哪里?|在哪里?)(?:领|拿|取)(?:奖|钱|纪念品|奖品|奖金)"
        r"|没.{0,2}(?:拿到|收到|领到).{0,4}(?:奖|纪念品)|(?:什么时候|啥时候|几时|几号|哪天).{0,4}(?:发|给|领|寄|拿).{0,2}(?:奖|纪念品|钱)"
        r"|(?:[得获中]了?奖|上了?名单|名单).{0,8}(?:通知|告诉|联系)|(?:会|会不会|能不能|怎么没?)(?:打电话|通知|联系|告诉)(?:一声)?(?:给|到)?我"
        r"|(?:领奖|得了?奖|拿奖|奖品?|奖金).{0,10}(?:现钱|打到|打给|转账|支付宝|身份证|证件|邮费|运费|快递|要钱|交钱|付钱|扣税|交税|寄)|邮费|运费|快递费"
    )),
    (About.LEAVING, re.compile(
        r"不想?(?:再)?参加(?:了|活动)|不玩了|退出(?:活动|比赛|啄木鸟)?(?:了|吧|$)|(?:把)?我的?(?:所有|全部|聊天)?的?(?:东西|记录|信息|资料|内容|消息).{0,4}(?:都|全|统统).{0,2}(?:删|清)"
    )),
    (About.EARLIER, _PAST),
    (About.ONLINE, _ONLINE),
    (About.KNOWN, re.compile(
        rf"(?:你们|编辑).{{0,4}}(?:怎么|咋|从哪里?|哪里).{{0,2}}(?:知道|晓得|看到|得到|弄到|来|有).{{0,3}}我的?{_OWN}"
        rf"|我的?{_OWN}.{{0,4}}(?:怎么|从哪里?|哪里).{{0,2}}(?:知道|晓得|看到|得到|弄到|来)|谁告诉你们我"
        rf"|^(?:怎么|咋)(?:会|就)?(?:知道|晓得|有)我的?{_OWN}"
        rf"|你们.{{0,4}}(?:看得[到见]|能看到|知道|晓得)我的?(?:{_OWN}|是谁)"
    )),
    (About.NAMES, re.compile(
        rf"(?:名字|署名|登报)[^,，。]{{0,4}}{_MAY}[^,，。]{{0,4}}(?:{_A_NAME}|(?:我|家里|别|老伴|孩子)[^,，。]{{0,4}}的).{{0,4}}{_ASK}"
        rf"|{_MAY}(?:用|写|登){_A_NAME}.{{0,3}}{_ASK}|要不要(?:用|写|登)(?:我的?)?(?:{_A_NAME}|名字)"
    )),
    (About.IDENTITY, re.compile(
        r"身份证|银行卡|骗子|骗人|骗钱|诈骗|泄[露漏]|保密|不安全|(?:电话|手机号?|号码|微信|地址|名字|姓名|信息|资料).{0,8}(?:告诉别人|给别人|外传|卖)"
    )),
    (About.JUDGED, re.compile(
        r"(?:谁|哪个|哪位|啥人|编辑|你们).{0,4}(?:来|负责|怎么)?(?:评|审|判|打分)(?:的|啊|呀|呢|分|[?？])|评得.{0,6}(?:公[平正]|不对|不好|准)|公[平正](?:吗|么|伐|不)"
        r"|我[^,，。]{0,3}不服|^不服|(?:怎么|如何|要|想|能|可以)申诉|(?:凭什么|为什么|为啥)[^,，。]{0,8}(?:第[一二三四五六]|先报|不采纳|没采纳|不是差错)"
    )),
    (About.NONE_FOUND, re.compile(
        r"没(?:有)?(?:找到|发现|看到|看出|挑出)(?:来)?(?:任何|什么|有|一[个处])?(?:错|差错|毛病)|没(?:有|啥|什么)(?:错误|错字|差错|错别字|错(?=[,，。!！\s]|$))|(?:给|能|求).{0,4}提示"
        r"|错(?:字|处|误)?(?:到底|究竟)?(?:在|藏在)?(?:哪里|哪儿|什么地方|啥地方)"
    )),
    (About.CHILD, re.compile(
        rf"(?:孙子|孙女|外孙|孩子|小孩|儿子|女儿|小朋友|小学生|中学生|未成年)(?:[^,，。]{{0,10}})?(?:也|都)?{_MAY}(?:也)?(?:参加|报|玩|来|捉|找|挑)"
    )),
    (About.SHARED, re.compile(
        r"(?:老伴|家里人|家人|老头子|老太婆|老公|老婆|爱人|老爸|老妈|我爸|我妈|邻居|朋友|两个人|一家人).{0,14}"
        r"(?:用我的?(?:微信|手机|号)|[一同]一?个(?:微信|手机|号)|也想(?:参加|报|找)|没有?微信|不会用微信)"
        r"|(?:算|归)(?:我|他|她|老伴)[^,，。]{0,4}还是(?:算|归)?(?:我|他|她|老伴)|(?:合用|共用)一?个?(?:微信|手机|号)"
    )),
    (About.VOICE, re.compile(rf"(?:不会|不太会|没法|看不清).{{0,3}}打字|{_MAY}.{{0,6}}(?:语音|说话|讲话)"
                              rf"|(?:语音|说话).{{0,6}}{_MAY}.{{0,3}}{_ASK}")),
    (About.PHOTO, re.compile(rf"(?:拍照|拍照片|拍下来|照片|图片|拍张).{{0,10}}(?:可以|能|行|好){_ASK}"
                              rf"|{_MAY}.{{0,8}}(?:拍照|发照片|发图|传照片|拍给)")),
    (About.ADDRESS, re.compile(r"(?:报社|编辑部|你们)(?:的|那里|单位)?.{0,2}(?:地址|在哪|在什么地方|怎么走|怎么去)"
                                r"|^(?:请问)?(?:你们|报社|编辑部)?(?:那里|那边)?(?:每天|一般)?几点(?:钟)?(?:上班|下班|开门|关门)|上班时间|寄(?:到|给)(?:哪|你们|报社)|寄过[来去]")),
    (About.MACHINE, re.compile(r"机器人|人工智能|(?:是不是|你是|是)(?:真人|活人|电脑|机器)"
                                r"|^你(?:们)?(?:到底)?是(?:谁|哪位|什么人|干什么的)")),
    (About.PERSON, re.compile(
        r"(?:转|要|找|换)(?:个|一个|一下)?(?:人工|真人|活人|客服)|^人工(?:客服|服务)?|(?:找|跟|和)(?:你们)?的?(?:个|一个|一位)?(?:人|编辑|领导|负责人)(?:说|讲|谈|聊|反映|问)"
        r"|(?:你们|编辑部|报社)的?(?:有没有|有)?(?:联系)?电话|(?:^|[,，。!！])(?:有没有|有|给个|留个)(?:联系)?电话|^(?:请问)?(?:你们|编辑部|报社)?的?电话(?:号码?)?(?:是)?(?:多少|几号|[?？])|(?:打|联系)(?:你们|编辑部|报社).{0,4}电话"
    )),
)  # fmt: skip
_AT_LARGE = re.compile(r"错(?:别|误|字|处)?.{0,6}(?:太多|这么多|那么多|不少|越来越多)"
                       r"|(?:太多|这么多|那么多|越来越多|到处是?)的?.{0,3}错|连篇|什么态度|气死|不像话|不负责任|怎么搞的|吃干饭|理都不理"
                       r"|(?:报|发|写|打).{0,10}没人(?:回|理|接)|没人(?:回|理|管)我|^(?:到底|你们)?有?没人管[吗么啊]?[?？!！]*$|到底有没有人")
_KIND = re.compile(
    r"(?:报|文章|内容|栏目|故事|版面|活动|你们|[这那]篇|[写编办登]得)[^,，。]{0,8}(?:真|很|蛮|老|太|越来越|非常|特别|挺|好)(?:的)?(?:好|灵|嗲|不错|赞|感人|动人|有意思|有趣|丰富|精彩|喜欢)"
    r"|(?:喜欢|爱)(?:看|读)[^,，。]{0,6}报|看到(?:了)?[^,，。]{0,4}更正|更正得?(?:真|很|蛮)?(?:快|及时)|^(?:我)?(?:希望|建议|提个建议)[^错误]{0,10}(?:多(?:登|写|办|搞|些|点)|开设|增加|增设|开个|办个)"
)
_UNKIND = re.compile(r"不(?!错)|错(?<!不错)|差|没|烂|[?？]|吗|怎么")
_WISHES = re.compile(r"祝|快乐|健康|平安|如意|吉祥|恭喜|新年好|节日好")
_THANKS = re.compile(r"谢|辛苦|感恩|麻烦|劳驾|棒|赞|真好|真快|\[(?:玫瑰|强|抱拳|鼓掌|爱心|握手|合十|庆祝)\]|[🌹👍🙏❤💐👏🌷🌺]")
_CLOSES = re.compile(
    r"(?:(?:1{1,3}|6{2,4}|88+|好[的滴嘞啦]?|[嗯哦噢]++|行|可以|收到|知道了|晓得了|明白了?|了解|没事|没关系|再见|拜拜|okay|ok|晚安|对[的啊呀]?|是[的啊呀]|没错|没问题|发错(?:人|地方|群|对话)了?|就这(?:些|个|一个|一处|几个|几处)|(?:没|没有)别的了?|没有?了|暂时没有?了?|先这样|(?:算了)?不报了|(?:我)?(?:明天|下次|下回|回头|以后|有空|过几天)再(?:找|看|报|来|发|说)|还没(?:有)?报(?:过)?(?:呢)?"
    r"|(?:另|另外|其他|其余|别的|剩下)的?[一几两三]?[条个处]?(?:都|就)?(?:留着|不动|不变|还要|要的|不撤))"
    r"[吧啊呀哦啦了\s,，。.!！~]*+)++", re.IGNORECASE)
_DENIES = re.compile(
    r"(?:[啊哦]?[这那]?[里个]?(?:不对|不是这个|不是的?|错了|搞错了|弄错了|你们?[弄搞记写]错了)"
    r"[吧啊呀哦啦了,，。.!！~\s]*+){1,3}+"
)
"""Said of a receipt: something in it is not so."""
_MISPRINTED = re.compile(r"[印登写排]错|[\d一二三四五六七八]版|[那这]篇")
_KNOCKS = re.compile(
    r"(?:你好|您好|侬好|大家好|hello|hi|嗨|哈喽|喂|在吗|在不在|在伐|有人吗|有没有人|没人吗|人呢|早上好|上午好|中午好|下午好|晚上好|编辑部?|老师|同志"
    r"|[们啊呀的吗,，。!！?？~\s])++", re.IGNORECASE)
_AT_A_LOSS = re.compile("(?:不会|不懂|不晓得|不知道)(?:要)?(?:怎么|咋|如何)?(?:弄|用|操作|报|发|写)")
_COUNTED = frozenset({Intent.RULES, Intent.WINNERS, Intent.STATUS})
_WHERE_ALL_IS_SAID = frozenset({About.HOW, About.PERSON, About.MACHINE, About.ADDRESS})
"""Asked of the desk: not sought in what is a question about the contest already."""


def about(text: str, intent: Intent) -> About | None:
    """What a message without an error in it is about, by its words; None: its intent says it all."""
    said = text.strip()
    if not said or len(said) > LONGEST:
        return None
    if intent is Intent.GREETING:
        return _courtesy(said)
    gives_contact = _GIVES_CONTACT.search(said) is not None
    if gives_contact and (intent in _COUNTED or intent in (Intent.OTHER, Intent.NAME)):
        return About.CONTACT
    if intent is Intent.OTHER or intent in _COUNTED:
        found = next((one for one, pattern in _ASKED if pattern.search(said)), None)
        if found is About.IDENTITY and _MISPRINTED.search(said):
            found = None  # 遗失声明里身份证号印错了, 诈骗那篇说验证码不能给别人
        if found is not None and (intent is Intent.OTHER or found not in _WHERE_ALL_IS_SAID or _AT_A_LOSS.search(said)):
            return found
    if intent is Intent.DEADLINE and _PAST.search(said):
        return About.EARLIER
    if intent is not Intent.OTHER:
        return None
    if _CLOSES.fullmatch(said):
        return About.CLOSING
    if _DENIES.fullmatch(said):
        return About.DENIED
    if _AT_LARGE.search(said):
        return About.COMPLAINT
    return About.KINDNESS if _KIND.search(said) and not _UNKIND.search(said) else None


def is_online(text: str) -> bool:
    """Whether a message is about an article of the account, which nobody prints."""
    return _ONLINE.search(text) is not None


def is_contact(text: str) -> bool:
    """Whether a message gives the reader's own number and nothing else: no printed number that would be wrong."""
    return len(text) <= LONGEST and _OWN_NUMBER.search(text) is not None and _ONLY_CONTACT.fullmatch(text) is not None


def _courtesy(said: str) -> About | None:
    if _KIND.search(said) and not _UNKIND.search(said):
        return About.KINDNESS
    if _THANKS.search(said):
        return None
    if _WISHES.search(said):
        return About.WISH
    if _KNOCKS.fullmatch(said):
        return About.HELLO
    return About.CLOSING if _CLOSES.fullmatch(said) else None


NOBODY_ELSE = "领奖不用交钱，在这里也不问身份证号、银行卡号和验证码，问这些的都不是我们。"
PHRASES: dict[About, str] = {
    About.HOW: ("看到报上哪里印错了，直接发来就行，例如：\n柳湾版3版《社区食堂开张》，“食唐”应为“食堂”\n"
                "不方便打字，拍张照片发来也行，编辑会看。"),
    About.IDENTITY: f"{NOBODY_ELSE}\n只有得了奖，领奖时才问联系办法。存了您哪些话、存多久，回“个人信息”看。",
    About.KNOWN: ("我们只有微信给的编号，认不出您是谁，不取您的昵称、头像和微信号；名字、电话是您自己在这里写过才有。\n"
                  "存了您哪些话、存多久，回“个人信息”看；要抹去，回“删除我的信息”。"),
    About.NAMES: "真名、网名、笔名都可以，由您定。回“署名 早起鸟”这样的话就记上；不愿登就回“不登名字”。",
    About.CONTACT: "电话、住址现在都不用留，得了奖，领奖时才问您。存了您哪些话、存多久，回“个人信息”看。",
    About.ONLINE: "这里捉的是印在报纸上的错。公众号文章里的，您的话转给值班编辑看。报上也印错了的，请说是哪份报、第几版。",
    About.LEAVING: ("好的，不参加也没关系，不用办手续。\n"
                    "撤掉哪一条，回“撤回 条号”；要抹去您的名字、联系方式和聊天记录，回“删除我的信息”。"),
    About.CHILD: "可以的，孩子也能来捉错。年纪小的，得了奖请家长一起来登记。",
    About.SHARED: "欢迎一起找。一个微信算一位读者，两个人想分开算，请各用各的微信关注了再发来。",
    About.PHOTO: "可以的，照片直接发来，编辑会看。再请您用一句话写明哪几个字错了，就能马上记上。",
    About.VOICE: "可以的。按住输入框旁的话筒说话，转成文字发来，就能马上记上；拍张照片发来也行，编辑会看。",
    About.PERSON: f"好的。您有什么事，{WRITE}",
    About.MACHINE: f"先由电脑替您记下，每一条都有编辑看、编辑评。要跟编辑说话，{WRITE}",
    About.COMPLAINT: "给您添堵了。您的话转给值班编辑看。哪里印错了，请把错的那几个字发来，每一处都有编辑核对。",
    About.KINDNESS: "谢谢您！您的话转给编辑看。看到报上哪里印错了，随时发来。",
    About.WISH: "谢谢您，也祝您身体健康！",
    About.HELLO: "您好！看到报上哪里印错了，直接写来就行；回“我的”看您报过的。",
    About.CLOSING: "好的。看到报上哪里印错了，随时发来。",
    About.DENIED: "哪里不对，请说一声，例如“是3版”“应该是白糖”，马上给您改；不要哪一条了，回“撤回 条号”。",
    About.JUDGED: "每一条都有编辑对着报纸评，同一处差错按收到的先后算。评了不同意，回“申诉 条号 理由”，编辑会重新看。",
    About.NONE_FOUND: "找不到也没关系，哪里错了没有标准答案。看着不对劲的字、数字、标点，随时发来，编辑来核对。",
}


def prize(best: str, excellent: int, *, by_post: bool, come: str) -> str:
    """How a prize is fetched. `come`: where to and when, as for winners."""
    post = "现金要来领，纪念品也可以寄。" if by_post else ""
    others = f"；优秀“啄木鸟”{excellent}位，各有纪念品" if excellent else ""
    return (f"最佳“啄木鸟”一位，奖{best}{others}。\n"
            f"名单公布后，得奖的回“领奖”看怎么领，也可以{come}。{post}\n{NOBODY_ELSE}")


EARLIER = "截止了的那几期也可以报：差错照样核对更正，不参加评奖。"


def address(come: str) -> str:
    return f"差错在这里写来就行，不用寄报纸。有事请{come}。"
