"""What a reader's name, address or number looks like in his own words: the table of patterns. Pure; masks nothing.

Each pattern's last group that matched (else the whole match) is what names the reader. They read a shadow of the text in
which digits of every script are plain ones, character for character.
"""

from __future__ import annotations

import re

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤俞章葛季施倪虞奚柏翁"
)  # the commonest; a rarer one is caught where it stands after 我叫 or 署名
_DOUBLE = "欧阳|上官|司马|诸葛|司徒|东方|尉迟|皇甫|夏侯"
_HAN = "一-鿿"
_SURNAME = rf"(?:{_DOUBLE}|[{SURNAMES}])"
_CALLED = (
    "阿姨|师傅|老师|大爷|大妈|大叔|大伯|大娘|奶奶|爷爷|伯伯|叔叔|爷叔|先生|女士|小姐|同志|医生|护士|大姐|大哥|老伯|老伯伯|阿婆"
    "|阿公|妈妈|爸爸|律师|教授|同学|婆婆|老太太?|老汉|老人|老|工|某某?|家长|书记|主任|校长"
)
_NAME = rf"(?:{_SURNAME}(?:{_CALLED})|[老小阿大]{_SURNAME}(?:{_CALLED})?|{_SURNAME}[{_HAN}]{{1,2}})"
"""A name as people call each other: 王建国, 王师傅, 老王, 李某."""
_END = r"(?=[，。,.；;！!、：:\s（）()…~～—\-]|$|(?:敬上|敬启|谨启|谨上|拜上|上$))"
_SELF = r"(?:我的?|本人的?|自己的?)"
_ROLE = (
    "读者|居民|市民|订户|村民|业主|住户|群众|教师|老师|教员|职工|工人|医生|护士|干部|党员|志愿者|会计|律师|学生|军人|老兵|司机"
    "|农民|店主|工程师|职员|警察|校友|网友|老人|退休|街坊|邻居|文友"
)
_NOT_A_NAME = (
    "高兴|方便|任何|于是|马上|白天|黄昏|夏天|金山|江湾|石化|万分|向来|常常|高中|高校|江苏|江南|方言|金融|马路|白发|黄河|何时|何况"
    "|何必|何人|何处|于此|程序|石头|史料|高龄|高度|方面|万一|白玉|金色|白色|黄色|陆续|严重|严格|毛病|毛笔|余下|钱币|田野|林业|温馨"
    "|明白|安静|时常|常年"
)
_NOUN = rf"(?!(?:{_NOT_A_NAME}))"
_PUBLIC = (
    r"(?:热线|咨询|报名|服务|监督|投诉|举报|客服|订报|预约|值班|报社|编辑部|单位|总机|急救|报警)"
    r"(?:电话|热线|号码)?[为是：:\s]{0,3}"
)
_PHONE_WORDS = r"(?:电话|手机|号码|热线|联系|微信)"

_NUMBERS = (
    r"(?<![\d.])(?:\+?86[-－\s]?)?1[-－\s]?[3-9](?:[-－—·\s]{0,2}\d){9}(?!\d)",  # mobile, with whatever stands between
    r"(?<![\d.])0\d{2,3}[-—－\s)）]{0,2}\d{7,8}(?!\d)",  # landline with its area
    r"(?<![\dA-Za-z])[1-9]\d{5}[\s-]?(?:18|19|20)\d{2}[\s-]?\d{4}[\s-]?\d{3}[\dXx](?![\dA-Za-z])",  # identity card
    r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])",
    r"(?<![\d.])\d{4}(?:[\s-]?\d{4}){3}(?:[\s-]?\d{1,3})?(?!\d)",  # bank card
    r"[A-Za-z0-9._+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[A-Za-z0-9-]{1,64}(?:\.[A-Za-z0-9-]{1,32}){1,4}",
    r"wxid_[A-Za-z0-9_-]{4,24}",
)
_ACCOUNTS = (
    rf"(?:{_SELF}(?:家里?)?的?)?(?:电话|手机号?|座机|联系方式|联系我|拨打|打我|致电)(?:号码?)?[是为]?[：:\s]{{0,3}}(?P<number>\d[\d\s-]{{5,18}}\d)",
    (r"(?:微信|[薇威]信|[Vv]信|[Ww]ei[Xx]in|[Ww]e[Cc]hat|[Ww][Xx]|[Vv][Xx]|[Vv](?=[：:]))(?:号|同号|帐号|账号|ID|id)?[是为]?[：:\s]{0,3}"
    r"(?P<account>(?![Hh][Tt][Tt][Pp])[A-Za-z0-9_-]{5,20})"),
    r"(?:[Qq]{2}号?|[Qq]号|扣扣)[是为]?[：:\s]{0,3}(?P<penguin>\d{5,12})",
    r"加(?:我的?)?[VvWw][Xx]?[：:\s]{0,3}(?P<added>[A-Za-z0-9_-]{5,20})",
    rf"{_SELF}(?:车牌|车牌号)[是为]?[：:\s]{{0,3}}(?P<plate>[{_HAN}][A-Z][·\s]?[A-Z0-9]{{5,6}})",
)
_N = r"[\d十百]"
_PLACE = r"(?:小区|新村|花园|公寓|家园|佳苑|家苑|花苑|苑|嘉园|名邸|雅居|大院)"
_ADDRESSES = (
    # A door names a household wherever it stands; a house number alone may be a shop's.
    (rf"(?:[{_HAN}]{{2,6}}?{_PLACE})?(?:{_N}{{1,4}}(?:弄|号院|支弄))?(?:{_N}{{1,4}}号)?"
    rf"{_N}{{1,4}}\s?[栋幢座]\s?(?:{_N}{{1,3}}\s?单元\s?(?:{_N}{{1,3}}\s?[楼层]\s?)?(?:{_N}{{1,5}}\s?(?:室|号)?)?|(?:{_N}{{1,3}}\s?[楼层]\s?)?"
    rf"{_N}{{2,5}}\s?(?:室|号)?)(?!{_N}|[个条层间年月日元人])"),
    rf"(?:[{_HAN}]{{2,6}}?{_PLACE})?{_N}{{1,3}}\s?单元\s?{_N}{{2,5}}\s?(?:室|号)?",
    rf"(?:[{_HAN}]{{2,6}}?(?:路|街|大道|{_PLACE}))?{_N}{{1,4}}\s?弄\s?{_N}{{1,4}}\s?号(?:\s?{_N}{{2,5}}\s?室)?",
    rf"(?:[{_HAN}]{{2,6}}?(?:路|街|大道|{_PLACE})){_N}{{1,4}}\s?号(?:楼)?\s?{_N}{{2,5}}\s?室",
    rf"(?:[{_HAN}]{{2,6}}?{_PLACE})\s?\d{{1,4}}-\d{{1,4}}(?:-\d{{2,5}})?\s?室?",
    (rf"(?:我们?家?住在?|本人(?:现|家)?住在?|家庭(?:住址|地址)|{_SELF}(?:家庭|通讯|收件|邮寄|联系)?(?:住址|地址)|(?:收件|通讯|邮寄|联系)地址|住址"
    rf"|(?:请)?(?:寄|送|邮)(?:到|给我|往|至))(?:是|为|在)?[：:\s]{{0,2}}"
    rf"(?P<home>[^，。；;！!？?\n▇“”《》]{{0,30}}?(?:路|街|弄|号|村|小区|栋|幢|室|楼|里|苑|园|坊|镇|乡|组|队|大道)[^，。；;！!？?\n▇“”《》]{{0,16}})"),
)
_GIVEN = r"[^\s，。,.；;！!“”\"：:▇—（）()]{1,12}"
_NAMES = (
    (rf"(?:署名|落款|网名|昵称|笔名|登报名|微信名|请署|署上)(?:请?用|请?写|请?登|就?用|就?写|为|是|叫|作)?+[：:\s]{{0,3}}+[“\"]?+(?P<signed>(?!(?:[{_HAN}]{{0,3}}[错误漏反不]|有|和|与|的|中|里|处|应|要|是|写|印|登))"
    rf"{_GIVEN})"),
    rf"(?:姓名|名字|联系人|投稿人|报料人)[：:]\s{{0,3}}+[“\"]?+(?P<labelled>{_GIVEN})",
    rf"(?:{_SELF}(?:真实|真)?(?:姓名|名字|大名|全名|真名|昵称|网名)(?:[是叫为：:\s]|就是){{1,3}}+)[“\"]?+(?P<named>{_GIVEN})",
    rf"(?:我叫|本人叫|在下叫|名叫我|我名叫)[“\"]?(?P<called>[{_HAN}·]{{2,4}})(?=[，。,.；;！!、\s”\"]|$)",
    rf"(?:登报|刊登|印|见报)(?:的?时候|时)?请?(?:用|写|印)[：:\s]{{0,2}}[“\"]?(?P<printed>{_NOUN}{_NAME}){_END}",
    (rf"(?:我是|本人是?|在下是?|鄙人是?|我姓|免贵姓|敝姓|鄙姓|鄙人姓|在下姓|本人姓|叫我|喊我|称我|人称|我乃)(?:[{_HAN}]{{0,14}}?(?:{_ROLE}|的))?[“\"]?"
    rf"(?P<self>{_NOUN}(?:{_NAME}|{_SURNAME}[{_HAN}]{{0,2}}))(?<![的了着过说在是有])(?:”|\")?(?={_END[3:-1]}|就行|好了|吧|也行|即可)"),
    (rf"(?:我|本人)(?:的?)(?:爱人|老伴|儿子|女儿|孙子|孙女|外孙女?|妈妈|爸爸|母亲|父亲|丈夫|妻子|太太|老公|老婆|奶奶|爷爷|外婆|外公|同事|邻居|朋友)"
    rf"(?:叫|是|名叫|姓)?(?P<family>{_NOUN}{_NAME})(?<![的了着过说在是有])"),
)
_ALONE = rf"(?:(?:{_DOUBLE})[{_HAN}]{{1,2}}|[{SURNAMES}][{_HAN}]{{2}}|[{SURNAMES}](?:{_CALLED})|[老小]{_SURNAME})"
_GREETED = rf"(?:^|\n|尊敬的|亲爱的)(?P<greeted>{_NOUN}{_NAME})(?=[，,：:\s]{{0,2}}(?:您好|你好))"
_FOOT = r"(?:\s{0,4}(?:敬上|敬启|谨启|谨上|拜上|上|启|即日))?[\d年月日.\-/\s]{0,18}$"
_SIGNATURES = (
    rf"(?:读者|市民|居民|订户)[：:\s]{{0,2}}(?P<foot>[{_HAN}]{{2,4}}?)(?:敬上|敬启|谨启|上|启)?[ \t　]{{0,8}}(?:$|(?=\n))",
    rf"(?:^|\n)[ \t　]{{0,8}}[—–\-－_~～]{{1,4}}\s{{0,4}}(?P<dashed>[^\n，。；！？：:“”《》▇]{{2,14}}?){_FOOT}",
    rf"[—–－~～\-]{{1,4}}\s*(?P<inline>(?:[{_HAN}]{{0,8}}?(?:{_ROLE})[：:\s]?)?{_NOUN}{_NAME}){_FOOT}",
    rf"(?:^|[。！？!?；;，,、\s”])(?P<roled>(?!我是|我叫|叫我|本人|(?:读者|市民|居民|订户)[：:\s]?{_SURNAME})[{_HAN}]{{0,8}}?(?:{_ROLE})[：:\s]?{_NOUN}(?:{_NAME}|{_SURNAME})){_FOOT}",
    rf"(?:此致|敬礼|谢谢[！!。]?|致敬|安好|编安|祝好)[！!。\s]*(?P<closing>{_NOUN}{_NAME}){_FOOT}",
    rf"(?<=\n)[ \t　]{{0,8}}(?P<last>{_NOUN}{_ALONE}){_FOOT}",
    rf"(?<=[。！!\s”])(?P<parting>{_NOUN}{_NAME})(?:敬上|敬启|谨启|谨上|拜上)\s{{0,4}}$",
    rf"^\s{{0,4}}(?P<alone>{_NOUN}(?:(?:{_DOUBLE})[{_HAN}]{{1,2}}|[{SURNAMES}][{_HAN}]{{2}}))\s{{0,4}}[。！]?$",
)
SHOWS_WHOSE = tuple(re.compile(one) for one in (*_NUMBERS, *_ACCOUNTS, *_ADDRESSES, *_NAMES, _GREETED, *_SIGNATURES))
PHONES = tuple(re.compile(one) for one in (*_NUMBERS[:2], _ACCOUNTS[0]))
PUBLIC_NUMBER = re.compile(rf"{_PUBLIC}$")
"""Before a number: it is a printed hotline, not the reader's."""
PRINTED_NAME = re.compile(r"(?:文章|作者|记者|通讯员|编辑|摄影|文|图|报道|标题|稿子|稿件|撰文|责编)(?:的|[/／：:])?$")
"""Before 署名 or a name: it is what the paper printed."""
OWN_QUOTE = re.compile(
    r"(?:我叫|叫我|署名|昵称|网名|笔名|登报名?|姓名|名字|落款|微信名)(?:请?用|请?写|为|是|叫|作)?[：:\s]{0,3}$"
    rf"|{_SELF}{_PHONE_WORDS}(?:号码?)?[是为]?[：:\s]{{0,3}}$"
)
"""Before a quotation: what follows is his own, not the paper's."""
QUOTED = re.compile(r"“[^“”\n]{1,60}”|「[^「」\n]{1,60}」|『[^『』\n]{1,60}』|《[^《》\n]{1,60}》"
                    r"|\"[^\"\n]{1,60}\"|‘[^‘’\n]{1,60}’")

_PLAIN = str.maketrans("０１２３４５６７８９＠．－：", "0123456789@.-:")
_SPOKEN = str.maketrans("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "00123456789" + "1" + "123456789")
SPOKEN_PHONE = re.compile(r"(?<!\d)1[-\s]?[3-9](?:[-\s、]{0,2}\d){9}(?!\d)")
SPOKEN_DOOR = re.compile(_ADDRESSES[0])


def plain(text: str) -> str:
    """Full-width digits and signs as plain ones; as long as the text."""
    return text.translate(_PLAIN)


def spoken(text: str) -> str:
    """Digits written as characters too (一三九…); as long as the text."""
    return text.translate(_SPOKEN)
