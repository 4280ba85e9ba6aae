"""Ways of speaking, each with its siblings: what a reader says in one way he says in ten others too."""

from __future__ import annotations

import pytest

from bot.understanding.in_print.locate import Index
from bot.understanding.read import read
from bot.understanding.values import (
    ArticleText,
    Catalogue,
    Finding,
    Intent,
    IssueText,
    Located,
    PageText,
    PaperText,
    Waiting,
)
from tests.support.conversation import Conversation
from tests.support.papers import (
    BINS,
    CANTEEN,
    COOLING,
    INDEX,
    LIFTS,
    LIUWAN,
    PLAZA,
    READING,
    SENT,
    WUTONGLI,
    heard,
    pairs,
)


def told(*texts: str) -> Conversation:
    conversation = Conversation(INDEX)
    for text in texts:
        conversation.say(text, SENT)
    return conversation


@pytest.mark.parametrize("text", [
    "“八五折优慧”——“八五折优惠”", "“八五折优慧”×，“八五折优惠”√", "“八五折优慧”(错)“八五折优惠”(对)",
    "错：“八五折优慧” 对：“八五折优惠”", "“八五折优慧”，正：八五折优惠", "“八五折优慧”建议用“八五折优惠”",
    "“八五折优慧”有问题，“八五折优惠”才对", "“八五折优慧”不对，“八五折优惠”才是规范用语",
    "“八五折优慧”这个写法不规范，建议统一使用“八五折优惠”", "“八五折优惠”，报上写的是“八五折优慧”",
    "原文“八五折优慧”，现改“八五折优惠”", "八五折优慧 错 八五折优惠 对", "×八五折优慧 √八五折优惠",
    "八五折优慧❌八五折优惠✅", "八五折优慧/八五折优惠", "八五折优慧---八五折优惠", "八五折优慧（八五折优惠）",
    "八五折优慧应该写八五折优惠", "“八五折优慧应为八五折优惠”", "【错】八五折优慧【对】八五折优惠",
    "【八五折优慧】应为【八五折优惠】", "*八五折优慧*应为*八五折优惠*", "《八五折优慧》应为《八五折优惠》",
    "〈八五折优慧〉应为〈八五折优惠〉", "“八五折优慧”应为“八五折优惠", "“八五折优慧“应为“八五折优惠“",
])  # fmt: skip
def test_print_tells_which_of_two_wordings_is_wrong(text: str) -> None:
    assert pairs(text) == [("八五折优慧", "八五折优惠")]


@pytest.mark.parametrize("text", [
    "“十二个菜”和“十三个菜”前后不一致", "到底是“八五折优慧”还是“八折优慧”", "“八五折优慧”，凭卡怎么还要打折？",
])  # fmt: skip
def test_two_wordings_that_are_only_opposed_are_no_correction(text: str) -> None:
    assert [right for _, right in pairs(text)] == [None] * len(heard(text).findings)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("“优慧”“就坐”应分别为“优惠”“就座”", [("优慧", "优惠"), ("就坐", "就座")]),
        ("两处，“优慧”、“就坐”都错了，应为“优惠”、“就座”", [("优慧", "优惠"), ("就坐", "就座")]),
        ("“优慧”-“优惠”、“就坐”-“就座”", [("优慧", "优惠"), ("就坐", "就座")]),
        ("错误：优慧、就坐\n正确：优惠、就座", [("优慧", "优惠"), ("就坐", "就座")]),
        ("三处：优慧应为优惠、就坐应为就座、食唐应为食堂", [("优慧", "优惠"), ("就坐", "就座"), ("食唐", "食堂")]),
        ("“高兴地的说”应为“高兴地说”，“自觉的分类”应为“自觉地分类”", [("高兴地的说", "高兴地说"), ("自觉的分类", "自觉地分类")]),
        ("头版“享受优慧”应为“享受优惠”，2版“打折优慧”也是", [("享受优慧", "享受优惠"), ("打折优慧", "打折优惠")]),
    ],
)  # fmt: skip
def test_lists_side_by_side(text: str, found: list[tuple[str, str]]) -> None:
    assert pairs(text) == found


@pytest.mark.parametrize("text", [
    "“做到即使发现、及时处置”，“做到”是多出来的", "“做到即使发现、及时处置”，“做到”二字似可删去",
    "“做到即使发现、及时处置”，“做到”用在这里不通，要去掉", "“做到即使发现、及时处置”里面的“做到”不需要",
    "“做到即使发现、及时处置”，“做到”跟上文意思一样，应该删掉", "“做到即使发现、及时处置”“做到”可删",
    "“做到即使发现、及时处置”，没必要写“做到”", "“做到即使发现、及时处置”，“做到”字删",
])  # fmt: skip
def test_what_is_too_much_is_said_in_many_ways(text: str) -> None:
    assert pairs(text) == [("做到", "")]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("“昨天宣布，将继续学习”，逗号后面少一个“并”字", "昨天宣布，并将继续学习"),
        ("“服务站具体情况”，在“服务站”和“具体”之间加“工作”", "服务站工作具体情况"),
        ("“服务站具体情况”漏“工作”，应为“服务站工作具体情况”", "服务站工作具体情况"),
        ("“柳湾街道第三食堂”漏了“社区”两个字", "柳湾街道第三社区食堂"),
        ("“甲乙 丙丁”中间不用空格", "甲乙丙丁"),
    ],
)  # fmt: skip
def test_what_is_missing_is_put_where_the_reader_or_print_says(text: str, right: str) -> None:
    assert [f.right for f in heard(text).findings] == [right]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("“参与居民3千余人”，跟“426人次”写法不一样，应为“参与居民3000余人”", "参与居民3千余人"),
        ("“截止6月底”和前面的“截至目前”不统一，应为“截至6月底”", "截止6月底"),
        ("“高兴地的说”，“的”错", "的"),
        ("“轮留值班”中“留”字误", "留"),
        ("一至同意。 应为 一致同意。", "一至同意。"),
    ],
)
def test_the_words_meant_are_told_from_those_beside_them(text: str, wrong: str) -> None:
    assert [f.wrong for f in heard(text).findings] == [wrong]


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("柳湾有个错字", [(LIUWAN.id, None)]),
        ("柳湾3版末尾那一句后面两个句号", [(LIUWAN.id, "03")]),
        ("梧桐里社区晨报有一处差错", [(WUTONGLI.id, None)]),
        ("3版有个错字，1版也有个错字", [(None, "03"), (None, "01")]),
        ("柳湾头版和二版各有一个错字", [(LIUWAN.id, "01"), (LIUWAN.id, "02")]),
        ("柳湾2版有句话说反了", [(LIUWAN.id, "02")]),
        ("梧桐里三版有两个句号，多了一个", [(WUTONGLI.id, "03")]),
        ("柳湾头版标题印糊了", [(LIUWAN.id, "01")]),
    ],
)
def test_a_half_told_error_is_a_report(text: str, cited: list[tuple[int | None, str | None]]) -> None:
    reading = heard(text)
    assert reading.intent is Intent.REPORT
    assert [(f.paper_id, f.page) for f in reading.findings] == cited
    assert {f.wrong for f in reading.findings} == {None}


@pytest.mark.parametrize("text", [
    "柳湾的错字越来越多了", "你们晨报错别字太多，要加强校对", "柳湾的报纸怎么还没送来", "柳湾头版的那条新闻是真的吗",
])  # fmt: skip
def test_a_complaint_at_large_is_no_report(text: str) -> None:
    assert heard(text).intent is Intent.OTHER


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("柳湾头版讲食堂的，“八五折优慧”应为“八五折优惠”", CANTEEN),
        ("写垃圾箱房的那篇稿子，“自觉的分类”应为“自觉地分类”", BINS),
        ("介绍读书节的那条，“落下帏幕”应为“落下帷幕”", READING),
        ("“食堂开张”那篇，“八五折优慧”应为“八五折优惠”", CANTEEN),
        ("“柳湾社区食糖开张”这篇文章里“八五折优慧”应为“八五折优惠”", CANTEEN),
        ("季阿婆那篇“高兴地的说”应为“高兴地说”", CANTEEN),
        ("老邱说的那篇，“自觉的分类”应为“自觉地分类”", BINS),
        ("有一个错误就是口袋公园那篇“建成开方”应为“建成开放”", PLAZA),
        ("报读会那篇“落下帏幕”应为“落下帷幕”", None),
        ("编辑你好，“八五折优慧”应为“八五折优惠”", None),
        ("“一至同意”应为“一致同意”，同意哪能写错", None),
    ],
)
def test_an_article_is_told_by_where_the_words_stand(text: str, article: object) -> None:
    (finding,) = heard(text).findings
    assert finding.article_id == (getattr(article, "id", None))


def test_a_place_found_decides_between_articles_called_loosely() -> None:
    finding = heard("街道那篇“轮留值班”应为“轮流值班”").findings[0]
    assert finding.place is not None
    assert finding.place.article_id == COOLING.id


THREE = "柳湾5月头版“优慧”应为“优惠”；“就坐”应为“就座”；“高兴地的说”应为“高兴地说”"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("优慧那个不算", ["就坐", "高兴地的说"]), ("前面那个就坐的不报了，看错了", ["优慧", "高兴地的说"]),
        ("“高兴地的说”那条作废", ["优慧", "就坐"]), ("第三条拿掉吧", ["优慧", "就坐"]),
        ("1和3撤回", ["就坐"]), ("只保留第一个", ["优慧"]), ("除了第二个，其他都不要", ["就坐"]), ("后两个撤掉", ["优慧"]),
        ("全部撤回", []), ("都不要了", []), ("前两个都不算，只留第三个", ["高兴地的说"]),
    ],
)  # fmt: skip
def test_a_report_is_withdrawn_by_a_word_of_it(text: str, left: list[str]) -> None:
    assert [f.wrong for f in told(THREE, text).standing()] == left


@pytest.mark.parametrize(
    ("first", "then", "field", "value"),
    [
        ("柳湾3版“八五折优慧”应为“八五折优惠”", "版面不对，是1版", "page", "01"),
        ("柳湾3版“八五折优慧”应为“八五折优惠”", "不对，是1版", "page", "01"),
        ("梧桐里“八五折优慧”应为“八五折优惠”", "不是梧桐里，是柳湾的，在女儿家看的", "paper_id", LIUWAN.id),
        ("柳湾6月的“八五折优慧”应为“八五折优惠”", "5月的，不是6月", "issue_label", "2026-05"),
        ("柳湾“八五折优慧”应为“八五折优惠”", "不是八五折优惠，是八五折优待", "right", "八五折优待"),
        ("柳湾“八五折优慧”写错了", "八五折优惠", "right", "八五折优惠"),
        ("柳湾“八五折优慧”应为“八五折优惠”", "抄反了，报上是“卡享受八五折优慧”，应为“卡享受八五折优待”", "wrong",
         "卡享受八五折优慧"),
        ("柳湾“八五折优慧”应为“八五折优惠”", "是八五折优待，不是八五折优惠", "right", "八五折优待"),
        ("柳湾“八五折优慧”应为“八五折优惠”", "在《食堂开张》这篇里", "article_id", CANTEEN.id),
        ("柳湾“八五折优慧”应为“八五折优惠”", "没有八五折优慧这种说法", "reason", "没有八五折优慧这种说法"),
        ("柳湾“八五折优慧”应为“八五折优惠”", "词典里查不到的", "reason", "词典里查不到的"),
        ("柳湾头版有个错", "就是八五折优慧这个词", "wrong", "八五折优慧"),
        ("柳湾有个地方印错了", "2", "page", "02"),
    ],
)  # fmt: skip
def test_a_later_message_mends_the_report(first: str, then: str, field: str, value: object) -> None:
    conversation = told(first, then)
    assert conversation.intents == [Intent.REPORT, Intent.SUPPLEMENT]
    assert [getattr(f, field) for f in conversation.standing()] == [value]


def test_the_one_before_is_the_last_but_one() -> None:
    conversation = told("“优慧”应为“优惠”，柳湾头版", "“轮留值班”应为“轮流值班”，梧桐里", "前面那条撤回")
    assert [f.wrong for f in conversation.standing()] == ["轮留值班"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("报上说种植了樱花海棠桂花等三十余种植物真好看", None),
        ("报上种植了樱花海棠桂花等三十余种植物重复了", "种植了樱花海棠桂花等三十余种植物"),
        ("那个开张首日共接待居民算错了", "开张首日共接待居民"),
    ],
)
def test_a_rare_stretch_of_print_in_doubting_speech_is_what_is_meant(text: str, wrong: str | None) -> None:
    assert [f.wrong for f in heard(text).findings] == ([wrong] if wrong else [])


def test_one_of_two_is_mended_by_a_word_of_it() -> None:
    conversation = told("柳湾“优慧”应为“优惠”；“高兴地的说”应为“高兴地说”", "优慧那条是《食堂开张》里的")
    assert [f.article_id for f in conversation.standing()] == [CANTEEN.id, None]


def test_a_whole_new_citation_after_a_half_told_report_is_another_report() -> None:
    conversation = told("柳湾2版有个错字", "梧桐里3版“轮留值班”应为“轮流值班”")
    assert conversation.intents == [Intent.REPORT, Intent.REPORT]
    assert [(f.paper_id, f.page, f.wrong) for f in conversation.standing()] == [
        (LIUWAN.id, "02", None), (WUTONGLI.id, "03", "轮留值班")]


def test_the_same_article_named_once_more_carries_the_citation_over() -> None:
    conversation = told("柳湾5月头版《食堂开张》“优慧”应为“优惠”", "还有食堂开张里“就坐”应为“就座”")
    assert [(f.paper_id, f.issue_label, f.page) for f in conversation.standing()] == [(LIUWAN.id, "2026-05", "01")] * 2


def test_an_appended_citation_is_the_error_s_own() -> None:
    reading = heard("两个错：“八五折优慧”应为“八五折优惠”（柳湾1版），“轮留值班”应为“轮流值班”（梧桐里3版）")
    assert [(f.paper_id, f.page) for f in reading.findings] == [(LIUWAN.id, "01"), (WUTONGLI.id, "03")]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("柳湾食堂开张那篇，应该是“优惠”才对", "优慧"),
        ("梧桐里《纳凉点今起开放》那篇，应该写“轮流”", "轮留"),
        ("《柳湾社区食唐开张》老年人的百分比63.24%算错了", "63.24%"),
    ],
)
def test_an_error_only_described_is_placed_where_the_article_has_it(text: str, printed: str) -> None:
    (finding,) = heard(text).findings
    assert finding.place is not None
    assert INDEX.printed_at(finding.place) == printed


def test_words_said_beside_a_short_quotation_bear_it_out() -> None:
    finding = heard("“帏幕”两个字不对，读书节都六月三十一日了").findings[0]
    assert finding.located is not Located.FOUND  # two letters are not enough
    finding = heard("“轮留值”有错吧，血压机和应急药箱旁边那句").findings[0]
    assert finding.place is not None
    assert finding.place.article_id == COOLING.id


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("一个错字能得几分", Intent.RULES), ("几个人报同一个错怎么办", Intent.RULES), ("必须要写理由吗", Intent.RULES),
        ("怎么样才能当最佳啄木鸟", Intent.RULES), ("报错了要不要紧", Intent.RULES), ("去哪儿领奖", Intent.RULES),
        ("广告里的错也算吗", Intent.RULES), ("每个月几个名额", Intent.RULES), ("报错后还能修改吗", Intent.RULES),
        ("还有几天", Intent.DEADLINE), ("今天28号了还能不能报这个月的", Intent.DEADLINE), ("月底之前都可以发吗", Intent.DEADLINE),
        ("十二月一号当天发算数吗", Intent.DEADLINE), ("上月谁拿了第一", Intent.WINNERS), ("有我的名字吗", Intent.WINNERS),
        ("我上礼拜那条看过了伐", Intent.STATUS), ("为什么我的没采纳", Intent.STATUS), ("我现在多少分", Intent.STATUS),
        ("我上次报的“安全隐患”那条还在吗", Intent.STATUS), ("用老桂花这个名字", Intent.NAME), ("请用化名“小草”", Intent.NAME),
        ("不对，写“晚来香”", Intent.NAME), ("早安！新的一天从微笑开始😊", Intent.GREETING), ("中秋快乐", Intent.GREETING),
        ("祝你们报纸越办越好", Intent.GREETING), ("怎么投稿", Intent.OTHER), ("我想登个寻狗启事，要多少钱", Intent.OTHER),
        ("字太小了，能不能印大一点", Intent.OTHER), ("口袋公园里能不能遛狗", Intent.OTHER),
        ("加装电梯工作怎么参加", Intent.OTHER),
        ("加装电梯的居民要带什么", Intent.OTHER), ("柳湾头版那家食堂的广告还打折吗", Intent.OTHER),
        ("报纸少了一张，四五版没有", Intent.OTHER), ("恭喜您中奖了，点击领取", Intent.OTHER),
        ("获奖了怎么通知", Intent.RULES), ("用了网名能领奖吗", Intent.RULES), ("一次可以报几个", Intent.RULES),
        ("7月的最佳是不是我", Intent.WINNERS), ("登“退休老兵”就可以了", Intent.NAME), ("周末好！", Intent.GREETING),
        ("报上有个错", Intent.REPORT), ("来报一个错", Intent.REPORT),
    ],
)  # fmt: skip
def test_questions_about_the_contest(text: str, intent: Intent) -> None:
    assert heard(text).intent is intent


def test_a_phrase_with_the_word_name_in_it_is_no_name() -> None:
    reading = heard("柳湾头版讲名字由来的那篇“八五折优慧”应为“八五折优惠”")
    assert (reading.name, [f.wrong for f in reading.findings]) == (None, ["八五折优慧"])


@pytest.mark.parametrize(
    ("cited", "page", "issue"),
    [
        ("柳湾7月10的，", None, "2026-07-10"), ("柳湾10月01版", "01", "2025-10"), ("柳湾7.10报纸，", None, "2026-07-10"),
        ("【报纸】柳湾【版面】2【错误】", "02", None),
    ],
)  # fmt: skip
def test_further_notations(cited: str, page: str | None, issue: str | None) -> None:
    finding: Finding = heard(cited + "“八五折优慧”应为“八五折优惠”").findings[0]
    assert (finding.paper_id, finding.page, finding.issue_label) == (LIUWAN.id, page, issue)


def test_also_on_this_page_is_no_first_page() -> None:
    conversation = told("柳湾2版“自觉的分类”应为“自觉地分类”", "还有“优慧”应为“优惠”，也是这一版")
    assert [f.page for f in conversation.standing()] == ["02", "02"]


def test_lifts_are_told_from_a_place_name_in_a_reason() -> None:
    finding = heard("“一至同意”错了，柳湾属于郊区，写法也该一样").findings[0]
    assert finding.paper_id is None
    assert finding.place is not None
    assert finding.place.article_id == LIFTS.id


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("享受八五折优慧？我只听说过享受八五折优惠", ("享受八五折优慧", "享受八五折优惠")),
        ("首日共接待居民426人次，我数来数去是462，柳湾", ("426", "462")),
        ("占总数的63.24%，我按计算器明明是73.24%", ("63.24%", "73.24%")),
        ("做到即使发现，即使改及时", ("即使", "及时")),
        ("轮留值班？好端端的怎么留", None),
    ],
)
def test_what_is_set_against_print_in_one_breath(text: str, pair: tuple[str, str] | None) -> None:
    assert [one for one in pairs(text) if one[1] is not None] == ([pair] if pair else [])


def test_a_doubt_and_its_right_form_lines_apart_are_one_correction() -> None:
    text = "柳湾头版称“八五折优慧”。\n凡是打折都叫优惠，\n故当作“八五折优惠”。"
    assert pairs(text) == [("八五折优慧", "八五折优惠")]


def test_the_name_of_a_page_is_that_of_the_issue_cited() -> None:
    pages = {"2026-06": "03", "2026-07": "06"}
    issues = tuple(IssueText(n, label, None, (PageText(10 + n, number, "健康", (), (
        ArticleText(20 + n, "a1", "少吃一点盐", None, (f"一斤等于六百克，这是{label}。",)),)),))
                   for n, (label, number) in enumerate(pages.items()))  # fmt: skip
    index = Index(Catalogue(1, (PaperText(1, "社区晨报·柳湾", ("柳湾",), issues),)))
    for said, page in (("上个月", "03"), ("这期", "06"), ("", "06")):
        reading = read(f"{said}柳湾健康版“一斤等于六百克”应为“一斤等于五百克”", sent_at=SENT, index=index, waiting=Waiting())
        assert [f.page for f in reading.findings] == [page]


@pytest.mark.parametrize(
    ("first", "then", "field", "value"),
    [
        ("“以避免不再发生骨折移位”意思反了", "删“不再”", "right", "以避免发生骨折移位"),
        ("“高兴地的说”不对", "“地的”改为“地”", "right", "高兴地说"),
        ("柳湾头版“八五折优慧”应为“八五折优惠”", "柳湾，食唐开张", "article_id", CANTEEN.id),
        ("柳湾“八五折优慧”不对", "写法要统一：八五折优惠", "right", "八五折优惠"),
    ],
)
def test_a_later_message_completes_the_quotation_on_record(first: str, then: str, field: str, value: object) -> None:
    conversation = told(first, then)
    assert conversation.intents == [Intent.REPORT, Intent.SUPPLEMENT]
    assert [getattr(f, field) for f in conversation.standing()] == [value]


def test_what_stays_is_not_withdrawn() -> None:
    assert [f.wrong for f in told(THREE, "第二条第三条不动，第一条去掉").standing()] == ["就坐", "高兴地的说"]


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("刘湾2版“自觉的分类”应为“自觉地分类”", LIUWAN.id), ("昨天拿到柳湾2版“自觉的分类”应为“自觉地分类”", LIUWAN.id),
        ("出自柳湾2版：“自觉的分类”应为“自觉地分类”", LIUWAN.id), ("刘湾3版“轮留值班”应为“轮流值班”", None),
    ],
)
def test_an_edition_misheard_counts_where_print_bears_it_out(text: str, paper: int | None) -> None:
    assert [f.paper_id for f in heard(text).findings] == [paper]
