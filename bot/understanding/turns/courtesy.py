"""A courtesy in words of one's own: 写得我眼泪都下来了，谢谢你们登这样的文章. Pure; knows words only.

Every clause has to be one of thanks, of praise, of a wish or of taking leave, and none may hold anything against anything:
谢谢，我家的暖气还是不热 is a letter.
"""

from __future__ import annotations

import re

LONGEST = 80
_CLAUSE = re.compile(r"[^\s,。;:!?~、]+")
_AGAINST = re.compile(
    r"但|不过|就是(?!这|那)|可是|可惜|只是|如果|要是|[?吗伐]|怎么|什么|哪|为啥|能不能|可不可以|希望|建议|最好|顺便|投诉|反映|不(?!好意思|客气|用谢|过奖|尽|打扰|愧|错)|[坏难差晚乱漏]"
    r"|太[小少多贵慢吵]|(?<!别的)(?<!不)错|没(?:人|收|有?送|来)|\d版|第.{1,2}版|改[成为]|应[该为]"
)
_THANKS = re.compile("谢|辛苦|感恩|致敬|敬礼|费心|有劳|劳驾|拜托|承蒙|麻烦|点.{0,2}赞|问.{0,3}好|敬意|添乱")
_WISHES = re.compile(
    r"^(?:在此|谨)?[祝愿]|越办越|越来越好|愉快$|快乐|安康|顺利|健康|吉祥|注意身体|保重|多穿|保暖|早点?(?:休息|下班|歇)|(?:天冷|天凉|天热|降温|下雪|下雨)了?|冬安|夏安|秋安|春安|编安"
)
_LEAVES = re.compile(
    r"^(?:再[会见]|拜拜|回头见|下次见|下回见|明[天儿]见|改天见|慢走|留步|不用谢|不谢|别客气|您?客气了?|过奖了?)[啊呀哦了啦吧]*$"
)
_HAILS = re.compile(
    r"^(?:老师|编辑|同志|小编|小同志|各位)?[们]?(?:您|你|侬|大家)?[好早]?[呀啊]?$|^有人[在吗嘛]?|^(?:你们?|您|侬)?早[上]?好?[呀啊]?$|我是.{0,8}读者$"
)
_DONE = re.compile(
    r"^(?:那|先|就)*(?:(?:就)?这[些样]|就这[一几两]?[个处条点]|(?:暂时|目前)?没(?:有)?(?:别的|其他|什么)?(?:错|事|问题|话)?(?:情)?了?|没.{0,3}别的.{0,2}(?:事|错)?了?|[一-鿿]{0,2}(?:知道|晓得|明白|收到|看到|懂)了?)[啊呀哦啦吧]*$"
    r"|^(?:好|嗯|哦|行|可以|那)[的呀啊哦好啦]*$"
)
_MOVED = re.compile(
    r"眼泪|看?哭了|感动|暖心|温暖|亲切|陪(?:了|着|伴)|喜欢|爱看|爱读|期期|每期|天天看|贴心|用心|负责|耐心|认真|细心|热心|及时|[写办登编做印讲拍][得的]?.{0,3}(?:好|棒|赞|妙|精彩|感人|动人|到位)|好(?:报纸|文章|栏目|编辑|人)|不错|有意思|真[好快棒行]"
)
_SAYS_SO = re.compile(f"{_THANKS.pattern}|{_WISHES.pattern}|{_LEAVES.pattern}")


def is_courteous(text: str) -> bool:
    """Whether a message is nothing but courtesies, some of them in words of its own, and says one."""
    if len(text) > LONGEST or not _SAYS_SO.search(text) or _AGAINST.search(text):
        return False
    said = False
    for clause in _CLAUSE.findall(text):
        courtesy = any(p.search(clause) for p in (_THANKS, _WISHES, _LEAVES))
        if not courtesy and not any(p.search(clause) for p in (_HAILS, _DONE, _MOVED)):
            return False
        said = said or courtesy
    return said
