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
_ASKED: tuple[tuple[About, re.Pattern[str]], ...] = (
    (About.HOW, re.compile(
        r"(?:怎么|咋|如何)(?:个)?(?:弄|用|玩|操作|发|报|写)(?:法|的|呀|啊|呢|啦|才好|[,，。.!！?？~\s])*$|(?:不会|不懂|不晓得怎么|不知道怎么)(?:弄|用|操作|报|发)"
    )),
    (About.PRIZE, re.compile(
        r"(?:奖品?|奖金|现金|纪念品|[一1]00?[块元]|一百[块元]).{0,8}(?:怎么|怎样|咋|如何|哪里|哪儿|在哪|到哪|去哪).{0,6}(?:领|拿|取|给|发|寄)"
        r"|(?:怎么|怎样|如何|到哪里?|去哪里?|在哪里?)(?:领|拿|取)(?:奖|钱|纪念品|奖品|奖金)"
        r"|(?:领奖|得了?奖|拿奖|奖品?|奖金).{0,10}(?:身份证|证件|邮费|运费|快递|要钱|交钱|付钱|扣税|交税|寄)|邮费|运费|快递费"
    )),
    (About.IDENTITY, re.compile(
        r"身份证|银行卡|骗子|骗人|骗钱|诈骗|泄[露漏]|保密|不安全|(?:电话|地址|名字|姓名|信息|资料).{0,8}(?:告诉别人|给别人|外传|卖)"
    )),
    (About.CHILD, re.compile(
        rf"(?:孙子|孙女|外孙|孩子|小孩|儿子|女儿|小朋友|小学生|中学生|未成年)(?:[^,，。]{{0,10}})?(?:也|都)?{_MAY}(?:也)?(?:参加|报|玩|来|捉|找|挑)"
    )),
    (About.SHARED, re.compile(
        r"(?:老伴|家里人|家人|老头子|老太婆|老公|老婆|爱人|老爸|老妈|我爸|我妈|邻居|朋友|两个人|一家人).{0,14}"
        r"(?:用我的?(?:微信|手机|号)|[一同]一?个(?:微信|手机|号)|也想(?:参加|报|找)|没有?微信|不会用微信)"
    )),
    (About.VOICE, re.compile(rf"(?:不会|不太会|没法|看不清).{{0,3}}打字|{_MAY}.{{0,6}}(?:语音|说话|讲话)"
                              rf"|(?:语音|说话).{{0,6}}{_MAY}.{{0,3}}{_ASK}")),
    (About.PHOTO, re.compile(rf"(?:拍照|拍照片|拍下来|照片|图片|拍张).{{0,10}}(?:可以|能|行|好){_ASK}"
                              rf"|{_MAY}.{{0,8}}(?:拍照|发照片|发图|传照片|拍给)")),
    (About.ADDRESS, re.compile(r"(?:报社|编辑部|你们)(?:的|那里|单位)?.{0,2}(?:地址|在哪|在什么地方|怎么走|怎么去)"
                                r"|寄(?:到|给)(?:哪|你们|报社)|寄过[来去]")),
    (About.MACHINE, re.compile(r"机器人|人工智能|(?:是不是|你是|是)(?:真人|活人|电脑|机器)")),
    (About.PERSON, re.compile(
        r"(?:转|要|找|换)(?:个|一个|一下)?(?:人工|真人|活人|客服)|^人工(?:客服|服务)?|(?:找|跟|和)(?:你们)?的?(?:个|一个|一位)?(?:人|编辑|领导|负责人)(?:说|讲|谈|聊|反映|问)"
        r"|(?:你们|编辑部|报社)的?(?:有没有|有)?(?:联系)?电话|(?:^|[,，。!！])(?:有没有|有|给个|留个)(?:联系)?电话|(?:打|联系)(?:你们|编辑部|报社).{0,4}电话"
    )),
)  # fmt: skip
_AT_LARGE = re.compile(r"错(?:别|误|字|处)?.{0,6}(?:太多|这么多|那么多|不少|越来越多)"
                       r"|(?:太多|这么多|那么多|越来越多|到处是?)的?.{0,3}错")
_WISHES = re.compile(r"祝|快乐|健康|平安|如意|吉祥|恭喜|新年好|节日好")
_THANKS = re.compile(r"谢|辛苦|感恩|麻烦|劳驾|棒|赞|真好|真快|\[(?:玫瑰|强|抱拳|鼓掌|爱心|握手|合十|庆祝)\]|[🌹👍🙏❤💐👏🌷🌺]")
_CLOSES = re.compile(
    r"(?:好[的滴嘞啦]?|[嗯哦噢]+|行|可以|收到|知道了|晓得了|明白了?|了解|没事|没关系|再见|拜拜|ok|okay|晚安|就这些|没有?了|暂时没有?了?|先这样)+"
    r"(?:[吧啊呀哦啦了]|[\s,，。.!！~])*", re.IGNORECASE)
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
    if intent is Intent.OTHER or intent in _COUNTED:
        found = next((one for one, pattern in _ASKED if pattern.search(said)), None)
        if found is not None and (intent is Intent.OTHER or found not in _WHERE_ALL_IS_SAID):
            return found
    if intent is not Intent.OTHER:
        return None
    if _CLOSES.fullmatch(said):
        return About.CLOSING
    return About.COMPLAINT if _AT_LARGE.search(said) else None


def _courtesy(said: str) -> About | None:
    if _THANKS.search(said):
        return None
    if _WISHES.search(said):
        return About.WISH
    return About.CLOSING if _CLOSES.fullmatch(said) else None


NOBODY_ELSE = "领奖不用交钱，在这里也不问身份证号、银行卡号和验证码，问这些的都不是我们。"
PHRASES: dict[About, str] = {
    About.HOW: ("看到报上哪里印错了，直接发来就行，例如：\n柳湾版3版《社区食堂开张》，“食唐”应为“食堂”\n"
                "不方便打字，拍张照片发来也行，编辑会看。"),
    About.IDENTITY: f"{NOBODY_ELSE}\n只有得了奖，领奖时才问联系办法。存了您哪些话、存多久，回“个人信息”看。",
    About.CHILD: "可以的，孩子也能来捉错。年纪小的，得了奖请家长一起来登记。",
    About.SHARED: "欢迎一起找。一个微信算一位读者，两个人想分开算，请各用各的微信关注了再发来。",
    About.PHOTO: "可以的，照片直接发来，编辑会看。再请您用一句话写明哪几个字错了，就能马上记上。",
    About.VOICE: "可以的。按住输入框旁的话筒说话，转成文字发来，就能马上记上；拍张照片发来也行，编辑会看。",
    About.PERSON: f"好的。您有什么事，{WRITE}",
    About.MACHINE: f"先由电脑替您记下，每一条都有编辑看、编辑评。要跟编辑说话，{WRITE}",
    About.COMPLAINT: "给您添堵了。您的话转给值班编辑看。哪里印错了，请把错的那几个字发来，每一处都有编辑核对。",
    About.WISH: "谢谢您，也祝您身体健康！",
    About.CLOSING: "好的。看到报上哪里印错了，随时发来。",
}


def prize(best: str, excellent: int, *, by_post: bool, come: str) -> str:
    """How a prize is fetched. `come`: where to and when, as for winners."""
    post = "现金要来领，纪念品也可以寄。" if by_post else ""
    others = f"；优秀“啄木鸟”{excellent}位，各有纪念品" if excellent else ""
    return (f"最佳“啄木鸟”一位，奖{best}{others}。\n"
            f"名单公布后，得奖的回“领奖”看怎么领，也可以{come}。{post}\n{NOBODY_ELSE}")


def address(come: str) -> str:
    return f"差错在这里写来就行，不用寄报纸。有事请{come}。"
