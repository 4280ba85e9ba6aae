"""What a message without an error in it is for: a question, a name, a greeting. Knows words only."""

from __future__ import annotations

import re

from bot.understanding.thresholds import GREETING_REST, SALUTATION
from bot.understanding.turns.asked import accuses_print, by_its_parts, is_of_something_else
from bot.understanding.turns.courtesy import is_courteous
from bot.understanding.values import Intent
from bot.understanding.words.normalise import number

_ASK = r"(?:吗|嘛|么|没有|没|伐|呢|\?|否|不)"
_NTH = r"(?:\d{1,9}|[一二三四五六七八九十]{1,3})"
_HOW_IS_IT = (
    r"(?:呢|怎么样了?|咋样了?|如何了?|(?:是)?(?:什么|啥)情况|还?在(?:吗|伐|不在)|好了(?:吗|伐|没有?)"
    r"|有(?:没有)?(?:啥|什么)?(?:消息|结果|下文|回音)了?(?:吗|伐|没有?)?|(?:采纳|通过|审|评)了?(?:吗|伐|没有?))"
)
"""What became of it, after a report that is named."""
_QUESTIONS = (
    (Intent.STATUS, re.compile(
        rf"我.{{0,10}}(?:[那这]几?[条个]|报的|发的|交的).{{0,12}}(?:(?:了|过)(?:没有|没|吗|伐|么)|怎么样了?|还?在吗|在不在|有下文吗?)[啊呀呢?!。~]*$"
        rf"|(?:我|上次|上回|上礼拜|上周|昨天|前天|之前|前面|刚才|前几天).{{0,12}}(?:报|发|交|寄|提|纠错|投|说|反映).{{0,20}}(?:收到|看到|审|算数|核实|采纳|回音|回复|结果|处理|查|通过|怎么样|作数|评|有效|进度|登记|用上)"
        rf"|(?:收到|看到|审|采纳|核实|处理|通过)(?:好|完|了|过)*(?:没有|没|伐|吗|了吗|好了).{{0,6}}(?:我|$)"
        rf"|没收到我|是不是没(?:有)?收到|^我(?:现在|目前)?(?:排|是|在)?第几[名位个]?[啊呀呢?!。~]*$|我(?:以前|一共)?报过?的[^,。]{{0,6}}哪|没(?:有)?收到[吗么伐吧]|怎么没?人?(?:都)?(?:不)?回我|(?:前天|昨天|早|上次|前几天).{{0,6}}(?:发|报)过.{{0,10}}没.{{0,2}}(?:回|理)|阿?是我头一个|^查(?:询|一下|下)?进度|^我的(?:分数|积分|得分|名次|排名)$|我(?:一共)?报了(?:多少|几)|^采纳了?(?:几|多少)|收到(?:了)?我|我的?排(?:名)?(?:在)?第?几|我是(?:不是)?(?:头|第)[一1二两]个?.{{0,6}}(?:吗|伐|嘛|么|\?|$)|收到.{{0,3}}请回|我(?:现在|目前|一共)?(?:有|得了?)?(?:多少|几)分"
        r"|(?:为什么|为啥|怎么).{0,4}我.{0,8}(?:没有?|不)(?:被)?(?:采纳|通过|算|录用|收到)|我(?:报|发)的.{0,6}(?:为什么|为啥|怎么)(?:不算|没)"
        r"|(?:那|这)[条个].{0,4}有人(?:先|已经)?报过|(?:上次|上回|那个|我报的).{0,6}错.{0,4}你们(?:改|处理|看)"
        rf"|一点?(?:回音|消息|反应|动静)(?:也|都)没|我(?:一共|总共|共)?报了几|我的?(?:纠错|报告|那条|那几条|分数|得分|排名|名次).{{0,10}}(?:{_ASK}|怎么样|多少|第几|如何)"
        rf"|(?:审|批|评)(?:核|好|完)?(?:了|好)*(?:没有|没|伐|吗)|查(?:一下|下)?我"
        r"|(?:我|这|那).{0,6}第几(?:名|位)|编号\s*\d{3,}|我.{0,12}报的.{0,6}没有?.{0,2}(?:消息|回音|回复|结果|动静|下文)|撤(?:回|销)?错了|我的?.{0,4}第\s*[\d一二三四五六七八九十]{1,3}\s*[条个处].{0,4}(?:呢|怎么样|在哪|[吗么?])"
        r"|我.{0,4}[写报发说填]错了?[吗么没?]|^(?:我|还是|那)?(?:不|先?别|不要|不想|不用)撤(?:回|销|掉)?了?(?!.*[“\"])"
        rf"|^(?:那|请问|我的?|编辑)?(?:第?{_NTH}\s*[条个处号]|[那这][条个处](?:.{{1,10}}的)?)的?(?:纠错|错)?(?:现在|目前|到底)?{_HOW_IS_IT}[啊呀呢?!。~\s]*$"
        r"|(?:上个?月|上一?期|上次|上回|以前|之前|前面|前几天|昨天|前天|刚才).{0,12}(?:的|[条个处])呢[啊呀?!。~\s]*$"
        r"|(?:几时|啥时候|什么时候|多久|多少天).{0,6}(?:答复|回复|回音|结果|消息)|(?:为什么|为啥|怎么|凭什么|凭啥|是不是|哪[一几]?[条个处])[^,。]{0,4}不算(?!错|数)|^(?:那|我)?还是(?:要|想)?报(?:了|上)?[吧啊呀。!~]*$|还是待评|我.{0,4}第几个(?:发现|报)"
    )),
    (Intent.WINNERS, re.compile(
        r"谁.{0,5}第一(?!个报)|(?:第一|最佳|冠军|头名).{0,6}(?:是谁|是哪|谁呀)|我中了?(?:没|吗|伐)|(?:这个?月|本月|上个?月|上期|十?[一二三四五六七八九十]月|\d月).{0,4}(?:谁是|结果)|有我的?名字|有没有我的?份|几时(?:见报|公布|登)|最佳.{0,4}是不是我|有没有我(?!的?(?:错|消息|那|报))|(?<!几个人)(?<!多少人)(?:获奖|(?<!连着)得奖|中奖|(?<!里)(?<!儿)(?<!怎么)(?<!能)领奖|(?<!能)拿奖)(?!了?怎么|.*(?:条件|要求|规则|才能|怎么才|哪儿?领|怎么领|几点|带什么))|(?<!员)名单|(?:最佳|优秀|上个?月的?|上期的?).{0,4}啄木鸟.{0,12}(?:谁|哪位|哪个|公布|出来|有没有|是不是|名字|揭晓)|啄木鸟.{0,8}(?:公布|揭晓|评出|是谁|是哪)|(?:公布|揭晓)(?:了|结果)|啥人得|谁得了|结果.{0,4}(?:公布|出来|揭晓)|评上"
    )),
    (Intent.DEADLINE, re.compile(
        r"截止|截至|最晚|最迟|来得及|来不来得及|期限|还(?:能不能|可不可以|能够?|可以|好|让)(?:再|继续)?(?:报|发|参加|交|投|寄|找)|赶得上|赶不上|来不及|晚不晚|过期|(?:几号|几时|什么时候|啥时候|啥辰光|哪天|何时|多久).{0,6}(?:结束|为止|前|交|到期|停|收)|月底(?:之)?前|(?:当天|那天|[\d一二三]号|今天|明天|后天|晚上).{0,6}(?:发|报|交).{0,3}(?:算|有效)|还(?:有|剩)(?:几|多少)天|最后一天|到(?:几号|什么时候|啥时候|哪天)|结束了?(?:没有|没|伐|吗|么)|(?:时间|日期)过了|晚了(?:吗|伐|没)|还(?:收|算)(?:吗|伐|不)"
    )),
    (Intent.RULES, re.compile(
        r"收不收|管不管(?=[^,。]{0,6}报)|[错报][^,。?]{0,8}管不管|(?:给不给|有没有|算不算)分|(?:得|算|有|给|记|加|扣)(?:几|多少|一|两|半)分|[一两几]分还是|扣分|加分|计分|同[样一](?:个|的|一个)?.{0,4}(?:错|条).{0,8}(?:怎么办|算|谁)|上限|下限|名额|有奖吗|[几多][少个]?人(?:得|获)奖|先到先得|已经报过.{0,4}还|先报了?.{0,6}还?有?分|最多(?:能|可以|报)"
        r"|(?:必须|一定要?|需要|用不用|要不要|要)(?:先|我)?(?:写|留|填|附|关注|登记|注明|说明|提供|实名).{0,10}(?:吗|伐|么|呢|\?)"
        r"|怎么?样?(?:才|算|当|评|成为|做|选).{0,8}(?:最佳|优秀|啄木鸟)|(?:错|广告|中缝|标题|标点|照片|图片).{0,6}算(?:吗|伐|么|不)|(?:这个|你们|啄木鸟|纠错|找错)?活动.{0,10}(?:吗|怎么|咋|每个?月|几次)"
        r"|(?:能|可以|好)(?:不能|不可以)?(?:打电话|语音|写信|来信|代|替|帮(?:别人|家里|老))(?:.{0,6})(?:报|发|参加)|(?:报|说|写|发|填)错了?.{0,4}(?:要紧|关系|扣|影响|会怎)|(?:奖品?|奖金).{0,8}(?:领|拿|取|哪|寄)"
        r"|怎么(?:参加|报(?!名)|写|发|投(?!稿)|个?玩|弄|搞(?!的)|算|评|领|领奖)|如何(?:参加|报|评|投)|参加|要不要(?:写|报|寄|留|填|先)|奖品|奖金|奖励|有(?:啥|什么|哪些)奖|(?:奖|拿|得|给|发|有|值|算)(?!.{0,6}(?:登|广告|启事)).{0,6}多少钱|一百[块元]|算不算|作数(?:吗|伐|么)|算(?:差错|错(?!了|得)|谁|几|一个|数)|值钱|有没有份|还有份|(?:能|可以|可)(?:不能|不可以)?(?:改|报|发|提|一次|匿名|用|几个|重复|投)|(?:能不能|可不可以)(?!(?:再|也|请|都|就|把)*(?:派|来|帮|给|去|把|修|管|印|换|送|[多少](?!报|发|写|交|提)|[开加]|办|登|调|改[回用]|挑|恢复|出))|行不行|行伐|可以(?:吗|伐|么)|(?<![座班课团队诊训])(?:要|先|用|需要|^怎么|^如何|活动.{0,4})报名(?!.{0,6}(?:班|课|团))|规则|条件|要求|资格|限制|要(?:写|发|寄|填)(?:些|点)?(?:啥|什么|哪)|(?:几|多少)(?:个|条|次)(?:算|才|可以|能)|是不是每个|每人|每个人|怎么评|标准|积分|纪念品|啄木鸟(?:是|活动|怎么|什么|啥)|^(?!.*(?:投稿|稿子|来稿)).*发(?:到|给)(?:哪|谁)|(?:真名|实名|真姓名).{0,8}(?:吗|伐|么|呢|\?|啦|的)|(?:要|用)不(?:要|用)(?:写)?(?:真|实)名"
    )),
)  # fmt: skip
_WHEN = r"(?:几号|[哪那]一?天|(?:什么|啥)(?:时候|辰光|日子)|几时|何时|多久|多长|时间限制)"
_HUNT = r"(?:活动|啄木鸟|(?:报|纠|挑|找|捉|收|交)个?(?:错|虫)|截稿)"
_OUTCOME = (
    r"(?:结果|[回答]音|回复|下文|动静|头一个|第一个|认不认|怎么说|认账"
    r"|石沉|收下|受理|看[到见]|没回应|人看|审得?|认了|待[核评审]|过了?没|后来|理我?|批了?[没吗]|[几多]少?个(?:了|呢))[^,。?]{0,4}(?:[没吗么伐呢了?]|$)"
)
_SHARPER = (
    (Intent.STATUS, re.compile(
        rf"我(?:们)?[^,。?]{{0,6}}(?:(?:报|交|发(?!现)|挑|说|递|提|捉|纠|寄|投|写)(?:上去|过去|过|了)?的?|[那这][几一两二三四五\d]?[个条处]|的(?:错误?|纠错)|挑了|[^,。?]{0,3}显示)[^。?]{{0,10}}{_OUTCOME}"
        r"|(?:前天|昨[天晚]|上次|上回|上礼拜|上周|前几天)[^,。?]{0,6}[条个处][^。?]{0,9}(?:下文|回[音应]|消息|动静|认了)|轮到我第?几|(?:发|报|说|提|怎么|你们)[^,。?]{0,6}(?:没人理|(?:没|不)(?:答复|回复?|理)我)|我[^,。]{0,4}对了[几多]|^你们(?:受理|收下|登记|看到)了?(?:没有?|吗|么)"
    )),
    (Intent.WINNERS, re.compile(
        r"(?:谁|哪[几些]?[位个]|啥人|哪些人?)[^,。?]{0,6}(?:头名|状元|冠军|上榜|优胜|夺|赢了|中了)|(?:头名|状元|冠军|优胜者?|赢家)[^,。?]{0,4}(?:谁|哪|啥人)|[一二三头]等奖[^,。?]{0,4}(?:谁|哪)|奖[^,。?]{0,2}(?:发|给|颁)[^,。?]{0,2}(?:谁|哪)|我[^,。?]{0,4}(?:有没有|是不是)(?:拿|得|中)[^,。?]{0,2}奖|花落谁家|揭榜|放榜|开奖|榜单|上榜"
        r"|[一1]百[块元](?:钱)?[^,。?]{0,4}(?:给|归|被)[^,。?]{0,2}(?:谁|哪)"
    )),
    (Intent.DEADLINE, re.compile(
        rf"{_HUNT}(?![^。?]*(?:公布|揭|结果|名单|奖|开始|下一?[次回期]))[^,。?]{{0,10}}{_WHEN}|{_WHEN}[^,。?]{{0,6}}(?:停|收|关|截|打烊|收[摊官尾])[^,。?]{{0,4}}{_HUNT}"
        r"|还[^,。?]{0,6}(?:进去|赶趟|接收)|(?:通道|活动|啄木鸟|(?:报|纠|挑|找|捉)错)[^,。?]{0,2}(?:关|停|完|结束)了?(?:没有?|吗|么|伐)|到[^,。?]{1,6}为止(?:吗|么|伐|对吧|吧|是不是|\?)"
        r"|再[报交发寄][^。?]{0,6}(?:太?[晚迟])|赶得及|赶不及|(?:今天|明天|后天|今晚)[^,。?]{0,4}(?:关门|[报发交][^,。?]{0,3}(?:行|可以|来得))|补[报交](?:吗|么|伐|\?)|(?:今天|今晚|明天|现在)[^,。?]{0,4}(?:报|发|交)[^,。?]{0,4}(?:作数|算数|有用)(?:吗|么|伐|不|\?)"
    )),
)  # fmt: skip
"""Read where the patterns above find nothing, or something of the rules: what is asked of a report of his own, of who
won, of a day."""
_WISH = re.compile(
    r"[大小多少早晚快慢好厚薄清松疏粗亮淡](?:一|几)?[点些号]|太[^,。?]{1,8}了|费劲|吃力|没人管|看不清|看不见|登一登|放大|字号|修一修|管一管|换个?[大好]|栏目|改回|不习惯"
)
"""下次放大点行不行: a wish about the paper or the street, and no question about the contest."""
_OF_THE_DESK_NEXT_DOOR = re.compile(
    r"点击|链接|加微信|加群|验证码|兼职|贷款|投稿|稿费|启事|做广告|登广告|登个?.{0,4}(?:广告|启事|声明)|订报|订阅|订一份"
)
_NOT_DELIVERED = re.compile("(?:[晨日周晚]报|报纸)[^,。?]{0,8}(?:没(?:有)?(?:收|送)到?|送[得到来])")
_OF_THE_CONTEST = re.compile(
    r"错|纠|奖|啄木鸟|公众号|微信|网名|笔名|昵称|署名|登报|匿名|纪念品|活动|规则|积分|真名|实名|[一几]分|外地|外区|别的区|不住|报(?:几|一|多|了|的|吗|么)|页码|哪一?版|每个?(?:月|期)都|再报|先报|截止"
)
_ASKS = re.compile(r"[?吗嘛伐么呢]|怎|哪|谁|什么|啥|几|多少|是不是|能不能|可不可以|要不要|有没有|多久|多长")
_CONTEST = re.compile(
    r"捉虫|错也?收|收错|[两三四五六七八九十]个错|报错|纠错|找错|挑错|捉错|报(?:一个|个|上|了)?错|错[别]?字|报名|奖|啄木鸟|采纳|名次|排名|名额|得分|分数|我(?:报|发)的|先报|报过|报.{0,6}[个条]|登.{0,2}名字|审核|公布"
)
_OF_THE_DEAD = re.compile("去世|过世|病故|(?:老伴|爸爸?|妈妈?|父亲|母亲|爷爷|奶奶|外公|外婆)(?:已经|上个?月|去年)?走了")
"""我老伴走了，她报的奖还算吗: for a person to answer."""
_ASKED = re.compile(rf"{_ASKS.pattern}|(.)不\1|[没不](?:有)?[啊呀]?$|没人理|(?:没|不)(?:答复|回应|回复?|理)我")
_PRAISES = re.compile(
    "[真很蛮太老挺][的是]?(?:好|灵|嗲|不错|赞|感人|有意思)|比[一-鿿]{1,8}[要更还]?好(?:看|多)?(?:$|[,。!])"
)
_INSISTS = re.compile(r"(?:明明|确实|肯定|真的|的确)(?:是)?(?:已经)?(?:报|发|交|写)过")
_PRIZES = re.compile(r"奖|啄木鸟|名额|得分|分数|采纳|截止")
_LIKELIEST = (
    (Intent.STATUS, re.compile(
        r"我.{0,6}(?:报|发|交|寄|那几?[条个]|的).{0,12}(?:采纳|收到|通过|审|分|结果|几|多少|消息|回)|我有?几[条个]|采纳了?几|审核"
    )),
    (Intent.WINNERS, re.compile(
        r"(?:谁|哪些|哪[几位]|有我).{0,10}(?:奖|最佳|优秀|啄木鸟)|(?:奖|最佳|优秀|啄木鸟).{0,10}(?:谁|哪些|哪[几位]|有我)|名单|公布"
    )),
    (Intent.DEADLINE, re.compile(r"(?:几号|多久|什么时候|啥时候|啥辰光|几时|月底|之前|哪天).{0,10}(?:报|交|发|结束|为止)")),
)  # fmt: skip
_ADDRESS = re.compile(r"编辑部?|老师|同志|小编|各位|大家|啄木鸟|社区晨报|社区发布|你们|你|您|侬|的|小|部|们|呀|啊|哦|啦|了|吧|哈")
_COURTESY = re.compile(
    r"(?:你好|您好|侬好|大家好|hello|hi|thank(?:s|you)|thx|goodmorning|bye|嗨|哈喽|喂+|人呢|没人[吗么]|有没有人|早上好|早安|早|上午好|中午好|下午好|晚上好|晚安|在吗|在不在|在伐|有人吗|好的?|好滴|好嘞|嗯+|哦+|噢|ok|okay|收到|知道了|晓得了|明白了?|了解|行|可以|没事|没关系|不客气|"
    r"谢谢|谢了|多谢|感谢|辛苦|麻烦|祝|恭喜|新年|新春|除夕|元旦|元宵|端午|中秋|国庆|重阳|圣诞|(?:劳动|妇女|儿童|教师|母亲|父亲|青年|建军)节|[鼠牛虎兔龙蛇马羊猴鸡狗猪]年|春节|节日|快乐|吉利|大吉|身体健康|万事如意|再见|拜拜|周末好|假期好|顺意|感恩|致敬|平安|嗯呐|耐心|回我|回复我?|回得真快|真快|真好|真不错|办得|赞|棒|加油|哈哈|呵呵|工作顺利|顺利|阿弥陀佛|不好意思|对不起|抱歉|打扰)"
)
_ASIDE = re.compile(r"\[[一-鿿a-z]{1,5}\]|[^\w一-鿿]|_")
_WITHDRAW = re.compile(
    r"撤回|撤销|撤掉|撤了|撤吧|撤下|拿下来|收回|作废|不算(?!错|数|差错|是)|不要了|不报了|不用报|不用改|(?:去掉|拿掉|删(?:掉|了|除))(?![^,。;!?]{0,4}(?:遍|字|词|多余|重复))|拿走|算了(?!.{0,2}[遍次下回分天]|[,。\s]*还是(?!不|撤|算|取消))|取消|(?:当|算)我?没(?:有)?(?:说|报|发|提|写)|看走眼了|[条个处][^,。]{0,4}是我[^,。]{0,4}(?:看|搞|弄|记)错了|(?:不用|别|不必|甭)再?(?:管|处理|登记|理|核|审)(?:它|[那这][条个处]|了)+|划掉|别算|别当真|别管我|[说报发写]的[^,。]{0,3}不算数了?(?=$|[,。!~])|不作数了|[那这它][个条处]?(?:错|字)?(?:其实|原来|根本|也)?不(?:是|算)错(?![字别误])|报错了.{0,6}不"
)
_GIVES_UP = re.compile(
    r"不(?:想|愿|高兴|打算)?再?(?:报|弄|写|找|发|搞|折腾|纠)了|没事了|不用了|(?:看|搞|弄|记|认)错了|作罢|罢了|(?<!不)算了(?!.{0,2}[遍次下回分天])"
)
_MAYBE = re.compile("要是|如果|万一|可能|也许|会不会|是不是|说不定")
_APOLOGY = r"(?:[哎呀哦啊唉嗯喔噢嗨]|不好意思|对不起|抱歉|难为情|不用了|见谅|哈|[,。!~\s])"
_MISREAD = re.compile(
    rf"{_APOLOGY}*+(?:是|还是|原来是)?(?:我|自己|本人|老头子|老太婆|老眼昏花|老花眼?|眼花|眼睛花|眼睛不好|年纪大|[,了的])*+看(?:错|岔|走眼|花眼?)了?[啊呀]?{_APOLOGY}*+"
)
"""对不起，是我老花眼看错了, and no more: there is no error."""
_PRINT_IS_RIGHT = re.compile(
    r"(?:报(?:纸|上|社|纸上)|你们|人家|[印登写]的|原来|本来|其实|[那这](?:个字|个词|里|处|句))[^,。!?吗我]{0,6}(?:没(?:有)?[印写登]?错|是对的|就对|对的|没问题)(?!吗|么|伐|吧|\?)"
)
"""查过字典了，原来是对的: where nothing else is said to be wrong."""
_SAID_WRONG = re.compile(r"(?<![看搞弄记认想没])(?<!没[印写登有])错|[不勿]对|应[该为]|改[成为]|[没不]是|怎么|吗|\?")
_STAYS = re.compile(
    r"(?<![能要])(?:不|没有?|未|别|莫|勿|不要|不想|不用|不必|先别|不能)(?:再|要|想|给我|帮我)?(?:撤(?:回|销|掉)?|取消|作废|收回|划掉)(?:了|的)?"
)
"""不撤了: said of a withdrawal that shall not be."""
_WHETHER = re.compile(
    r"(?:为什么|为啥|怎么|咋|如何|凭什么|凭啥|哪[一几]?[条个处]|是不是|会不会|要不要|难道|算)(?:我|就|会|又|还|的|了|才|再|先|[那这][条个处])*"
    r"(?:不?算|撤(?:回|销|掉)?|取消|作废|收回|删(?:掉|除)?)|(?:不算|取消|作废|撤[回销]?)了?(?:吗|么|伐|嘛|\?)|取消(?:资格|得?奖|评奖)"
)
"""我报的算不算, 怎么撤回: a question, and nothing is taken back by it."""
_ALL_IS_WELL = re.compile(
    r"(?:(?<![有不])没有?错|没(?:印|写|登)错|(?<!不)是对的|没问题)[^。!?\n]{0,8}我[^,。!?\n]{0,6}(?:(?:看|搞|弄|记|想|认)错|多心)"
    r"|(?:看|搞|弄|记|想|认)错了?[^。!?\n]{0,6}(?:没有?错|没(?:印|写|登)错|(?<!不)是对的)"
)
"""没错，是我看错了: said of what was taken for an error."""
_MISTOOK = re.compile("[看搞弄记想认]错|多心")
_ORDINAL = re.compile(
    r"第\s*(?P<n>\d{1,2}|[一二三四五六七八九十]{1,2})\s*(?:个|条|处|点|项|号|则)(?:错|差错|纠错)?|(?P<c>[①-⑳])|(?<!\d)(?P<m>\d{1,2})号?(?=去掉|不算|不要|撤)"
)
_LEADING = re.compile(
    rf"\s*(?:我?再?补充(?:一下|说明)?[,:]?\s*)?(?:刚才|上面|那个?|其中|的){{0,3}}(?:{_ORDINAL.pattern})"
)
_UNTOUCHED = re.compile(
    r"(?:第?[一二三四五六七八九十\d]{1,2}[条个处项、和及]+){1,6}(?:都|就)?(?:不撤|不动|不变|照旧|不用动|留着|还要|没问题)"
)
_LISTED = re.compile(r"(?<!\d)\d{1,2}(?:\s*[、,和及]\s*\d{1,2})+(?=.{0,4}(?:撤|不算|不要|去掉|作废|删|取消))")
_KEEPS = re.compile(r"只留|只要|保留|留下|只算|除了?第?[一二三四五\d]")
_FIRST_FEW = re.compile(r"前(?:面)?的?(?P<n>[两二三四五2-5])[个条处]")
_LAST_ONE = re.compile(r"最后(?:那)?一?(?:个|条|处)")
_MENDS = re.compile(
    r"(?:版面|版次|版数|页码|页数|报纸|报名|日期|期数|月份|文章名?|篇名|题目|名字)(?:我|也|都|又)?(?:写|说|报|搞|弄|填|记)?(?:错|不对|有误)|又错了|(?:打|说|讲|抄|弄|搞|记|看|听|选|按|输)(?:错|反|串|漏|岔)|写错了(?!吧)|写反|抄得不对|发错了(?!地)|报错了|没(?:打|写|发|说)完|不说这个|换一个|^(?:哦|啊|呀|唉|哎)*[,!。]?(?:不不+|(?:不对){1,3}|(?:哎呀|哦)?不是|哎呀|哦不|等等|更正|纠正)[,。:!]|^(?:哦|啊|呀|唉|哎)*[,!。]?(?:(?:我)?错了?[,。!\s]*){1,3}(?:应该)?是(?!.{0,6}(?:吗|吧|\?))|^不是.{1,14}[,;]\s*(?:而|应该)?是|更正一下|纠正一下|改一下|以(?:这|此)条?为准|刚才(?:说|写|发|报)(?:的|得)?.{0,6}(?:错|不对)|上面.{0,6}(?:错|不对)|不好意思.{0,4}是|我又想了|更好"
)
_SALUTED = re.compile(r"^[^一-鿿]*(?:早安|晚安|早上好|上午好|中午好|下午好|晚上好|周末愉快|节日快乐|新年好|大家早)")
_WISHES = re.compile(r"(?:在此|恭)?祝(?!贺?报)")
_COMPLAINT = re.compile(r"[?“”《》]|[吗伐呢]|怎么|坏|没人|错|投诉|反映|求|请|\d")
_ADDS = re.compile(
    r"补充|理由|依据|原因|因为|再说一下|说明一下|就是(?:那|这)"
    r"|是.{1,12}(?:那里|那段|那句|那一句|这里|那处)|昨天说的|刚才说的|我说的"
)
_STARTS = re.compile(
    r"(?:我)?(?:要|想|来|给你们|帮你们|^)(?:个|一个)?(?:纠个?错|举报.{0,4}错|纠错|报错|报个错|挑错|捉错|找错|捉虫|纠个错|挑个错|报一个错|找个错|提个错|报差错|反映.{0,4}错)"
    r"|^(?:你们|贵报|这期)?的?(?:报纸?|晨报)?(?:上面?|里面?)?(?:又|还)?(?:有|出)?(?:[一两几]?[个处点]|好几[个处])?(?:地方|字|词)?(?:被)?(?:写|印|打|排|用)?(?:错别字|错字|错误|差错|别字|错)了?[!。~啊呀哦嘛]*$"
    r"|(?:我|又|还|好像)?(?<!没)(?<!没有)(?:发现|找到|看到|看见|抓到|捉到)(?:了)?.{0,8}(?:bug|错(?!过)|错误|错别字|别字|差错|问题|错字|虫)|^(?:纠错|报错|捉虫|挑错|找错)[!。~]*$"
)
_ERROR = re.compile(
    r"有[一几两点些个处]{0,3}(?:小|大)?(?:毛病|问题(?!.{0,4}(?:请教|咨询|问))|出入|瑕疵|纰漏|笔误|白字|硬伤|讹误)|(?:页码|数字|数据|人名|日期|顺序)[^,。;!?]{0,2}(?:乱|串|混)了|[写印排登]岔|(?<!没)错(?!过)|别字|颠倒|搭配|不当|欠妥|别扭|啰嗦|拗口|歧义|语病|不顺|不准确|不合适|费解|用词|却[说写是]|只[写列印登]|少(?![数年儿量有见]|了?[一两几]?[张份页期])|[印写弄搞说用]反|反了|多[了出余印写打]|少(?!了?[一两几]?[张份页期])[了个一印写打]|缺|重了|两遍|断[行开]|其实|明明|不用|不该|应该|怎么会|拼写|印成|写成|漏印|糊|[不勿][太大]?对|有误|不通|病句|漏|矛盾|重复|bug|"
    r"核实|核对|不到100|不等于|不规范|看不懂|不妥|对吗|对伐|建议|没写|没说|没交代|没有写|没有交代|哪有|对不上|不符|不一样|不一致|不统一|两样|打架|没有了|断开|号(?:后面|后头|前面|后)(?:又|还)有|加起来|前后|"
    r"[两三四几]个(?:句号|逗号|顿号|问号|叹号|感叹号|冒号|分号|引号|括号|书名号|标点)|(?P<twice>[一-鿿])(?P=twice)[^。;!?\n]{0,12}[两二2]个(?P=twice)|字母[a-z]|[大小]写|(?:照片|图|表|说明|标题|导读)[里中上]?[^,。;!?]{0,6}[写说是][^,。;!?]{1,12},(?:文章|正文|文中|文|照片|图)[里中上]?(?:却|又)?[写说是]|除以|断了|连着|"
    r"(?:前[面头边]|上[面头]|标题|开头|起先|先是|一[处会]儿?|一个地方)[^。;!?]{1,16}(?:后[面头边来]|[下底][面下头]|正文|末[尾了]|结尾|另一?[处个]|一会儿?|又)[^,。;!?]{0,4}[写说是叫印变成登]|空号|[打拨]不通|没人接|停机|"
    r"多一?个[一-鿿]{1,2}[字子]|(?:顿号|逗号|句号|冒号|引号|书名号|标点)[^,。;!?]{0,4}(?:不要|多余|去掉)|(?<!是)不是[一-鿿\da-z]{1,8},?(?:而)?是(?!不)[一-鿿\da-z]"
)
_WHICH = re.compile(r"到底(?:是|听|信|算|以)?(?:哪|谁|几|多少)|哪[个一](?:是)?(?:对|准|真|作准|正确|算数)")
_AT_LARGE = re.compile(
    r"连篇|怎么搞的|好意思|不像话|太多|越来越多|这么多|那么多|不少|许多|一期比一期|到处|满篇|满纸|(?:要|请|应该|多)(?:加强|重视|认真|严格|用心|上心|抓)|老是|经常|总是|每期都|期期都|质量"
)
_ABOUT_SERVICE = re.compile(
    r"在(?:啥|哪|几号|什么地方)|(?:啥|什么)地方|几号(?!截)|地址|电话|怎么(?:去|走|联系|办理?|申请|预约)|有伐|有吗|多少钱|几点|开放|营业|可以去|门牌|哪里(?:有|办|可)|能不能办|要带什么"
)
_FOR_PRINT = re.compile(
    r"(?:登报(?!纸)(?:的?名字)?|报上(?=就?(?:印|写|登|叫)[“\"‘'「])|署名|见报|刊登|(?<![能会也都敢就么被给])登出来|登的?名字|印名字|化名|名字(?=[,:\s]*(?:的话|时|请|就|那|写|用|叫|署|登|填|是|为|印|改|[:“\"「]))|笔名|昵称|网名)(?:的话|的时候|时)?[,\s]?(?:请|就|那就|想|要|给我|帮我|麻烦)*"
    r"(?:写|用|叫|署|登|填|是|为|印|改)?(?:我的?)?(?:昵称|笔名|网名|名字|真名|本名)?(?:写成|成|为|上|是|叫|用|写|就叫)?(?:(?<=[登写叫印用署])一?个)?[:\s]*(?P<name>[“\"‘'「][^”\"’'」]{1,20}[”\"’'」]|[一-鿿a-z0-9·_]{1,14}?)(?=[,。!;\s~?]|这[几两三四五]个字|好了|就好|吧|就行|[行好]不|[行好]吗|[行好]伐|可以[吗伐么]|$)"
)
_GIVES_NAME = re.compile(
    r"(?:^|[,。;!\s])(?:我的?)?(?:(?:如果?|要是|若|万一)?(?:能)?(?:获奖|得奖)了?(?:的话)?[,\s]*)?"
    r"(?:登报(?!纸)(?:的?名字)?|见报|署名|笔名|昵称|网名)(?:的话|时)?(?:\s*[:,]\s*|(?:就|请|想|要|用)*(?:写|用|署|叫|登|为|是))"
)
_REAL = re.compile(r"用(?:我的?)?真名(?:吧|好了)?[,:\s]*(?:我?叫|是)?(?P<name>[一-鿿·]{2,6})")
_SO_IN_PRINT = re.compile(
    r"(?:用|以|写)(?P<name>(?!真名|昵称|假名|笔名|网名)[“\"‘'「][^”\"’'」]{1,20}[”\"’'」]|[一-鿿a-z0-9·_]{2,10}?)(?:这个|的?名字?|来|作为|当|做)*(?:登报|见报|刊登|署名|笔名|的?名字)(?=$|[,。!~吧])"
    r"|^(?:不对|不是|算了|不好|还是|那|就|改|换|请|可以|要|想|麻烦|给我)*[,。!\s]*(?:就|还是)?(?:写|叫|署|登)(?:成|作|个)?(?P<marked>[“\"「][^”\"」]{1,14}[”\"」])(?:吧|好了|就好|就行|就可以了?|即可)?[。!~]*$"
    r"|我的?(?:名字|姓名|署名)(?:给我)?(?:写|打|记|登|弄|搞)?错了?[,。!\s]*(?:应该|应)?(?:是|叫|写)(?:成)?(?P<mended>[“\"「][^”\"」]{1,14}[”\"」]|[一-鿿·]{2,8}?)(?=$|[,。!~\s]|吧)"
    r"|(?:^|[,。])(?:就)?写(?P<polite>[一-鿿]{1,4}(?:先生|女士|阿姨|老师|师傅|老伯|阿婆|爷叔|小姐))(?:吧|好了)?[。!~]*$"
)
_INSTEAD = re.compile(
    r"(?:不要|不想|别|不)(?:登|用|写|印)(?:我的?)?(?:真名|本名|实名)[了吧]?[,。\s]*(?:就|请|改)?(?:用|写|登|叫)"
    r"(?P<name>[一-鿿a-z0-9·_]{1,12}?)(?=$|[,。!~\s]|吧|就好|就行|好了)"
)
KIN = (
    r"(?:妈妈?|爸爸?|母亲|父亲|老伴|爱人|先生|太太|老公|老婆|奶奶|爷爷|外婆|外公|阿婆|阿公|婆婆|公公|儿子|女儿|孙子|孙女|外孙女?"
    r"|哥哥|弟弟|姐姐|妹妹|老师|邻居)"
)
_OF_HIS = rf"(?:我|她|他)?{KIN}?的?(?:名字|姓名)"
"""The name of whom: 登她的名字张桂芳."""
_CALLED = re.compile(
    rf"(?:登|写|署|印|用)(?:成)?{_OF_HIS}[:,\s]*(?:是|叫)?(?P<hers>[一-鿿·]{{2,6}}?)(?=[,。!~\s]|吧|$)|"
    r"(?:就叫|那就叫|叫我|就写|就用|还是(?:写|叫))(?:我)?(?P<name>[“\"‘'「][^”\"’'」]{1,20}[”\"’'」]|[一-鿿a-z0-9·_]{1,12}?)(?=[,。!;\s~]|好了|吧|就行|$)"
    r"|(?:我叫|我的名字(?:是|叫)|本人(?:姓名|叫|名叫)|姓名[::]?\s*)(?P<mine>[一-鿿·a-z0-9_“”]{1,12}?)(?=[,。!;\s~]|$)"
)
_NOT_A_NAME = re.compile(
    r"^(?:我|他|她|你|您|大家|自己)?的?$|^[一两二三几]个?$|^(?:就|也|还|好)?行|(.)不\1|怎么|什么|可以|不要|要不要|能不能|真名|吗|伐|哪|错|登|写|报|出来|这个|那个|(?<!员)名单|应|版|没"
)
_ASKS_WHEN = re.compile(r"(?:什么时候|啥时候|啥辰光|几时|何时|几号|[哪那]一?[天期版]|谁|哪些)[^,。?]{0,6}$")
_ASKS_LEAVE = re.compile(r"能不能|可不可以|行不行|可以.{0,12}[吗么伐?]")
_DECLINED = re.compile(
    r"名字?(?:就)?(?:不要|别|不用|不)(?:登|印|写|公布|署)|匿名(?:就|吧|好)|不署名|不登名|不留名"
    r"|(?:我叫|名字|真名).{0,8}(?:但是?|不过|可是|,)(?:请)?(?:不要|别|不想|不)(?:登|公布|印|写)"
    r"|(?:(?<!要)不要|不想|不用|别|不愿)(?:登|署|印|写|刊登|公布|留)(?:我的?|出)?(?:真?名字?|姓名)(?!.{0,3}[吗伐么?])"
)


def question(text: str) -> Intent | None:
    """STATUS, WINNERS, DEADLINE or RULES; None where a message asks none of these."""
    if _OF_THE_DEAD.search(text) or _NOT_DELIVERED.search(text):
        return None
    if _OF_THE_DESK_NEXT_DOOR.search(text) and (not _CONTEST.search(text) or "点击" in text):
        return None
    if accuses_print(text):
        return None
    asked = _asked(text)
    return None if asked is None or is_of_something_else(text, asked) else asked


def _asked(text: str) -> Intent | None:
    told = by_its_parts(text)
    asked = next((intent for intent, pattern in _QUESTIONS if pattern.search(text)), None)
    if asked in (Intent.STATUS, Intent.DEADLINE):
        return told if told in (Intent.RULES, Intent.WINNERS) else asked
    if asked is Intent.RULES and _WISH.search(text) and not names_the_contest(text):
        return None
    if told in (Intent.STATUS, Intent.RULES) or (told is not None and asked is Intent.RULES):
        return told
    sharper = next((intent for intent, pattern in _SHARPER if pattern.search(text)), None) if _ASKED.search(text) else None
    return asked if asked is Intent.WINNERS and sharper is not Intent.STATUS else sharper or told or asked


def praises(text: str) -> bool:
    return _PRAISES.search(text) is not None


def asks(text: str) -> bool:
    return _ASKS.search(text) is not None


def names_the_contest(text: str) -> bool:
    """Whether a question holds a word of the contest; without one it may be about an article (合唱团怎么参加)."""
    return _OF_THE_CONTEST.search(text) is not None or by_its_parts(text) is Intent.RULES


def contest_question(text: str) -> Intent | None:
    """The likeliest of the four for a question about the contest that no pattern knows; None for any other."""
    if _OF_THE_DESK_NEXT_DOOR.search(text) or _INSISTS.search(text) or _OF_THE_DEAD.search(text):
        return None
    if (_WISH.search(text) and not names_the_contest(text)) or is_of_something_else(text, Intent.RULES):
        return None
    if not (_ASKS.search(text) and _CONTEST.search(text)) or (complains_in_general(text) and not _PRIZES.search(text)):
        return None
    return next((intent for intent, pattern in _LIKELIEST if pattern.search(text)), Intent.RULES)


def is_greeting(text: str) -> bool:
    """Whether a message says nothing but courtesies."""
    bare = _ASIDE.sub("", text)
    if not bare:
        return bool(text.strip())
    if _SALUTED.match(text) and len(bare) < len(text.strip()) and len(bare) <= SALUTATION and not _COMPLAINT.search(text):
        return True  # a wish that is sent around: 早安！新的一天从微笑开始🌞
    if _WISHES.match(bare) and len(bare) <= SALUTATION and not _COMPLAINT.search(text):
        return True
    rest = _ADDRESS.sub("", _COURTESY.sub("", bare))
    if len(bare) <= 60 and _COURTESY.search(bare) is not None and len(rest) <= GREETING_REST * len(bare):
        return True
    return is_courteous(text)


def withdraws(text: str) -> bool:
    said = _WITHDRAW.search(text) and _WITHDRAW.search(_WHETHER.sub("", _STAYS.sub("", text)))
    of_a_day = said and said.group().startswith("不算") and _asked(text) is Intent.DEADLINE
    if said and not of_a_day and by_its_parts(text) is not Intent.RULES:
        return True
    if _PRINT_IS_RIGHT.search(text) and not _SAID_WRONG.search(text):
        return True
    return finds_it_right(text) is not None or _MISREAD.fullmatch(text) is not None


def gives_up(text: str) -> bool:
    """算了，不报了: of an error that was announced and not told yet."""
    return _GIVES_UP.search(text) is not None and not _MAYBE.search(text)


def finds_it_right(text: str) -> int | None:
    """Where a reader says that he took for an error what is none: 没错，是我看错了. None where he does not."""
    found = _ALL_IS_WELL.search(text) if _MISTOOK.search(text) else None
    return found.start() if found else None


def keeps(text: str) -> bool:
    """Whether a message says which reports alone shall stay: 只保留第一个."""
    return _KEEPS.search(text) is not None and question(text) is None  # 只要是错就能报吗


def ordinals(text: str) -> tuple[int, ...]:
    """Numbers by which a reader names some of his reports: 第二个, ①; -1 for 最后一个."""
    text = _UNTOUCHED.sub("", text)
    keeps = _KEEPS.search(text)
    text = text[: keeps.start()] if keeps else text
    listed = _LISTED.search(text)
    values = [_ordinal(m) for m in _ORDINAL.finditer(text)]
    values += [int(n) for n in re.findall(r"\d+", listed.group())] if listed else []
    first = _FIRST_FEW.search(text)
    values += list(range(1, (number(first.group("n")) or 0) + 1)) if first else []
    if _LAST_ONE.search(text):
        values.append(-1)
    return tuple(dict.fromkeys(n for n in values if n))


def leading_ordinal(text: str) -> tuple[int, int] | None:
    """(number, where it ends) of an ordinal at the beginning: 第2个应该是, 补充第2条."""
    found = _LEADING.match(text)
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
    return _ERROR.search(text) is not None or _WHICH.search(text) is not None


def asks_which(text: str) -> bool:
    """Whether a reader leaves open which of two wordings is the wrong one: 前面写方兰后面写方岚，到底哪个？"""
    return _WHICH.search(text) is not None


def complains_in_general(text: str) -> bool:
    """Whether a message is about errors at large, none of them in particular: 错字越来越多."""
    return _AT_LARGE.search(text) is not None


def asks_about_service(text: str) -> bool:
    return _ABOUT_SERVICE.search(text) is not None


def gives_name(text: str) -> bool:
    """Whether the reader speaks of his own name in print beside an error: 登报就写方阿姨, 署名：方阿姨."""
    return _GIVES_NAME.search(text) is not None




def name_for_print(text: str) -> str | None:
    """The words (marks included) of the name a reader wants printed; "" when declined; None: not said."""
    for pattern in (_INSTEAD, _FOR_PRINT, _REAL, _CALLED, _SO_IN_PRINT):
        for found in pattern.finditer(text):
            words = next(value for value in found.groups() if value)
            if _ASKS_WHEN.search(text, 0, found.start()):
                continue  # 得奖的人什么时候登出来啊
            if words[0] in "“\"‘'「" or not _NOT_A_NAME.search(words):
                return words
    return "" if _DECLINED.search(text) and not _ASKS_LEAVE.search(text) else None
