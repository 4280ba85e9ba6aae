"""What readers type on a telephone: lists without verbs, small pictures, dialect, copied paragraphs, a slip taken back."""

from __future__ import annotations

import pytest

from bot.understanding.values import About, Intent, Located
from bot.understanding.words.normalise import unadorned
from tests.support.demo_talk import SENT, talk

PARROT = (
    "鹦鹉的主人是住在12号楼的丁老伯。老伴去世以后，这只鸟陪了他五年。那天换水时笼门没有关牢，一眨眼就不见了，"
    "老人急得坐立不按，连晚饭也没有吃。"
)


def told(*turns: str) -> list[tuple[str | None, str | None]]:
    return [(one.wrong, one.right) for one in talk(*turns).standing()]


def reason(text: str) -> str | None:
    [one] = talk(text).standing()
    return one.reason


@pytest.mark.parametrize(("text", "wrong", "right"), [
    ("36·0至37.2℃ 小数点印成了中圆点", "36·0至37.2℃", "36.0至37.2℃"),
    ("梧桐里6版36·0至37.2℃这里的点应该是小数点", "36·0至37.2℃", "36.0至37.2℃"),
    ("36·0至37.2℃不对，是36.0", "36·0至37.2℃", "36.0至37.2℃"),
    ("梧桐里6版发热怎么办，36·0至37.2℃ 应该是36.0至37.2℃", "36·0至37.2℃", "36.0至37.2℃"),
    ("梧桐里6版，36·0至37.2℃中间那个点不对", "36·0至37.2℃", "36.0至37.2℃"),
    ("老伴说柳湾第6版走路那篇3·5公里的点点得太高了", "3·5公里", "3.5公里"),
    ("柳湾６版３·５公里应为３.５公里", "３·５公里", "３.５公里"),
])  # fmt: skip
def test_a_point_that_hangs_too_high_is_that_of_the_whole_number_or_range(text: str, wrong: str, right: str) -> None:
    assert told(text) == [(wrong, right)]


def test_a_range_doubted_for_something_else_is_quoted_with_its_unit() -> None:
    assert told("梧桐里6版36·0至37.2℃看不懂") == [("36·0至37.2℃", None)]


@pytest.mark.parametrize(("text", "wrong", "right"), [
    ("柳湾2版亲子书屋搬了新家→搬了新居", "搬了新家", "搬了新居"),
    ("柳湾2版书屋搬了新家→搬了新居", "搬了新家", "搬了新居"),
    ("柳湾2版搬了新家→搬进新居", "搬了新家", "搬进新居"),
    ("柳湾2版连晚饭也没有吃→也没有吃过晚饭", "连晚饭也没有吃", "也没有吃过晚饭"),
])  # fmt: skip
def test_unquoted_words_before_an_arrow_are_as_long_as_what_is_drawn_for_them(text: str, wrong: str, right: str) -> None:
    assert told(text) == [(wrong, right)]


@pytest.mark.parametrize(("text", "said"), [
    ("柳湾3版“通过这个办法，使赵婆婆再也没有吃错过药”，搭配不当，应该是缺主语", "搭配不当，应该是缺主语"),
    ("柳湾3版“通过这个办法，使赵婆婆”应该是成分残缺", "应该是成分残缺"),
    ("柳湾6版“以避免不再发生骨折移位”，应该是搭配不当", "应该是搭配不当"),
    ("梧桐里1版“一百四十来多件”应该是重复啰嗦", "应该是重复啰嗦"),
    ("梧桐里1版“一百四十来多件”应该是属于语病的问题", "应该是属于语病的问题"),
    ("柳湾6版“以避免不再发生”应该是语序不当，删去不再", "应该是语序不当，删去不再"),
])  # fmt: skip
def test_what_kind_of_slip_it_is_is_a_reason_and_no_right_form(text: str, said: str) -> None:
    assert [right for _, right in told(text)] == [None]
    assert reason(text) == said


@pytest.mark.parametrize("right", ["重复使用", "矛盾重重", "混乱不堪", "一声不响"])
def test_a_right_form_that_begins_like_the_name_of_a_slip_is_one(right: str) -> None:
    assert told(f"柳湾2版“轮流来帮忙”应该是“{right}”") == [("轮流来帮忙", right)]
    assert told(f"柳湾2版“轮流来帮忙”应该是{right}") == [("轮流来帮忙", right)]


def test_what_says_that_something_is_wrong_is_no_right_form() -> None:
    assert [right for _, right in told("梧桐里七版圈套两个字套写错了写成同字不像同字")] == [None]


@pytest.mark.parametrize(("text", "wrong", "right"), [
    ("柳湾1版优慧写错咗，应该系优惠", "优慧", "优惠"),
    ("柳湾7版“七颗”應該係“七棵”", "七颗", "七棵"),
    ("侬好呀，柳湾2版搿个白塘勿对额，要写白糖", "白塘", "白糖"),
    ("梧桐里2版蒙族不能这么叫，应该叫蒙古族", "蒙族", "蒙古族"),
])  # fmt: skip
def test_words_are_delimited_in_dialect_too(text: str, wrong: str, right: str) -> None:
    assert told(text) == [(wrong, right)]


@pytest.mark.parametrize("text", ["柳湾6版跌到（倒）", "柳湾6版 跌到 跌倒", "柳湾6版[捂脸]跌到[捂脸]应该是跌倒[玫瑰]"])
def test_a_right_form_that_is_printed_elsewhere_is_the_right_form(text: str) -> None:
    assert told(text) == [("跌到", "跌倒")]


@pytest.mark.parametrize("text", [
    "柳湾2版 白塘 白糖 柳湾6版 跌到 跌倒 柳湾7版 七颗 七棵", "柳湾2版白塘（糖），6版跌到（倒），7版七颗（棵）",
])  # fmt: skip
def test_pairs_in_a_row_are_all_kept(text: str) -> None:
    assert told(text) == [("白塘", "白糖"), ("跌到", "跌倒"), ("七颗", "七棵")]


@pytest.mark.parametrize("text", ["柳湾2版坐立不安写错了", "柳湾 2 坐立不按 安", f"{PARROT}\n最后一句坐立不安写错了"])
def test_an_idiom_said_as_it_should_be_finds_what_is_printed_for_it(text: str) -> None:
    assert told(text) == [("坐立不按", "坐立不安")]


def test_what_is_said_as_it_is_printed_or_sounds_otherwise_finds_nothing_else() -> None:
    assert told("柳湾2版轮流来帮忙写错了") == [("轮流来帮忙", None)]
    assert [right for _, right in told("柳湾2版轮流去帮忙写错了")] == [None]


@pytest.mark.parametrize("text", [
    "柳湾3版“十户人家一致同意”错了。啊没错，是我看错了", "柳湾2版“白塘”错了，哦不对，没错，是我看错了",
    "柳湾2版白塘应为白糖。等等，没错，是我老花眼看错了", "柳湾3版有错字，啊没错，我看错了",
])  # fmt: skip
def test_what_is_taken_back_in_the_same_breath_is_not_filed(text: str) -> None:
    conversation = talk("柳湾1版“优慧”应为“优惠”", text)
    assert [one.wrong for one in conversation.standing()] == ["优慧"]
    assert conversation.say(text, SENT).about is About.CLOSING


def test_only_the_last_of_several_is_taken_back() -> None:
    [one] = talk("柳湾2版“白塘”应为“白糖”，柳湾1版“优慧”应为“优惠”，哦优慧没错，我看错了").standing()
    assert (one.page, one.wrong, one.right, one.reason) == ("02", "白塘", "白糖", None)


@pytest.mark.parametrize("text", ["没错，“白塘”就是错的，应为“白糖”", "柳湾2版“白塘”应为“白糖”，我没看错"])
def test_who_insists_takes_nothing_back(text: str) -> None:
    assert told(text) == [("白塘", "白糖")]


@pytest.mark.parametrize("text", ["这张照片拍的是另外一个错", "编号不对吧"])
def test_what_is_said_of_his_own_picture_or_receipt_is_no_print(text: str) -> None:
    conversation = talk("柳湾2版“白塘”应为“白糖”", text)
    assert (len(conversation.standing()), conversation.intents[-1]) == (1, Intent.OTHER)


def test_small_pictures_are_no_words_and_stay_where_there_are_no_others() -> None:
    assert unadorned("跌到[捂脸]应该[玫瑰]") == "跌到 应该 "
    assert unadorned("[强][强]") == "[强][强]"
    assert unadorned("[摘要]应为【摘要】") == "[摘要]应为【摘要】"


@pytest.mark.parametrize("text", [
    "柳湾7版合唱团电话里有个字母l", "梧桐里1版二百七十三封除以12个月没有三十多封", "柳湾5版志愿者们把 后面断了一行",
    "柳湾八版认领取多一个取子", "柳湾2版小巴掌童话和神笔马良中间的顿号不要", "梧桐里5版春晓不是律诗是绝句",
    "柳湾7版庞师傅那段引号里面句号逗号连着", "梧桐里3版1860Kg的K要小写",
])  # fmt: skip
def test_an_error_that_is_described_at_a_place_is_a_report_and_asked_about(text: str) -> None:
    assert talk(text).intents == [Intent.REPORT]


@pytest.mark.parametrize("text", ["这是我们的不是", "是我的不是", "柳湾2版写的是自己的不是吗"])
def test_an_excuse_is_no_contrast_and_is_read(text: str) -> None:
    assert talk(text).standing() == []


@pytest.mark.parametrize(("text", "wrong", "right"), [
    ("柳湾7版老裁缝那篇，句号后面又有逗号", "连的是人心。，", "连的是人心。"),
    ("柳湾7版庞师傅那段引号里面句号逗号连着", "连的是人心。，", "连的是人心。"),
    ("梧桐里2版共享客厅最后两个句号", "还是猫打碎的。。", "还是猫打碎的。"),
    ("梧桐里4版通知里问号后面又有一个句号", "是否也常常感到力不从心？。", "是否也常常感到力不从心？"),
])  # fmt: skip
def test_two_marks_beside_one_another_are_found_where_there_is_one_such_place(text: str, wrong: str, right: str) -> None:
    [one] = talk(text).standing()
    assert (one.wrong, one.right, one.located, one.reason is not None) == (wrong, right, Located.FOUND, True)
    assert talk("柳湾2版“白塘”应为“白糖”", text).standing()[1:] == [one]


@pytest.mark.parametrize("text", ["柳湾3版两个句号", "柳湾7版钉扣摊两个逗号", "柳湾6版句号后面又有逗号"])
def test_marks_that_stand_so_nowhere_are_asked_about(text: str) -> None:
    assert told(text) == [(None, None)]


@pytest.mark.parametrize(("text", "wrong"), [
    ("柳湾4、5版饼图里水管漏水30%，文章里写40%", "水管漏水30%"), ("柳湾专题版的表格里 水管漏水 30% 文章里是40%", "水管漏水 30%"),
])  # fmt: skip
def test_of_a_chart_and_a_text_that_differ_neither_is_said_to_be_right(text: str, wrong: str) -> None:
    assert told(text) == [(wrong, None)]


def test_what_a_caption_and_its_article_call_otherwise_is_asked_about_and_then_found() -> None:
    conversation = talk("梧桐里4版照片说明写大黑板，文章里是小黑板", "大黑板")
    assert conversation.intents == [Intent.REPORT, Intent.SUPPLEMENT]
    assert [(one.wrong, one.page, one.located) for one in conversation.standing()] == [("大黑板", "04", Located.FOUND)]


def test_a_page_with_a_chart_is_a_page() -> None:
    assert [one.page for one in talk("柳湾5版图表和文字对不上").standing()] == ["04、05"]


@pytest.mark.parametrize("text", ["不对不对还是白糖", "不对，不对，还是白糖", "算了，还是白糖"])
def test_who_comes_back_to_his_first_thought_files_no_second_error(text: str) -> None:
    assert told("柳湾2版“白塘”应为“白糖”", "不是白糖是白汤", text) == [("白塘", "白糖")]


def test_words_that_are_pointed_at_answer_the_question_for_them() -> None:
    assert told("柳湾2版有个错，等下拍照给你", "就是坐立不按那里") == [("坐立不按", None)]


@pytest.mark.parametrize(("text", "wrong", "right"), [
    ("唔该，柳湾6版跌到系咪应该系跌倒呀", "跌到", "跌倒"), ("我睇到柳湾8版认领取多咗个取字", "认领取", "认领"),
    ("柳湾5版按装错忒了，要安装", "按装", "安装"),
    ("柳湾７版电话６０００—０４ｌ２里面的ｌ应该是１", "６０００—０４ｌ２", "６０００—０４1２"),
])  # fmt: skip
def test_further_turns_of_dialect_and_wide_letters(text: str, wrong: str, right: str) -> None:
    assert told(text) == [(wrong, right)]


def test_what_is_printed_for_something_else_altogether_has_no_right_form() -> None:
    assert [right for _, right in told("填字游戏横3答案印成竖5的了")] == [None]


def test_praise_of_an_article_is_no_report() -> None:
    assert talk("格篇老裁缝的文章蛮灵额").intents == [Intent.OTHER]
    assert talk("老裁缝的文章").intents == [Intent.REPORT]


def test_quotations_that_each_have_their_page_are_each_an_error() -> None:
    found = talk("柳湾版：2版“白塘”、6版“跌到”、7版“七颗”；梧桐里版：1版“再接再励”、6版“历害”").standing()
    assert [(one.page, one.wrong, one.located) for one in found] == [
        (page, wrong, Located.FOUND) for page, wrong in (
            ("02", "白塘"), ("06", "跌到"), ("07", "七颗"), ("01", "再接再励"), ("06", "历害"))]


def test_a_verb_of_speech_is_no_right_form() -> None:
    text = "我们居委会三个人一起找的：张阿姨找到柳湾2版白塘，李阿姨找到柳湾6版跌到，我找到柳湾7版七颗"
    assert [right for _, right in told(text) if right] == []


@pytest.mark.parametrize(("text", "wrong", "right"), [
    ("梧桐里4版办结办结重复了", "办结办结", "办结"), ("梧桐里4版办结办结，说了两遍", "办结办结", "办结"),
    ("柳湾3版帐户三处都应该是账户", "帐户", "账户"), ("如图，应该是七棵", None, "七棵"), ("看上图，这个字应该是棵", None, "棵"),
])  # fmt: skip
def test_how_often_and_where_it_is_seen_is_no_print(text: str, wrong: str | None, right: str) -> None:
    assert told(text) == [(wrong, right)]


@pytest.mark.parametrize(("text", "intent"), [
    ("我老伴走了，她报的奖还算吗", Intent.OTHER), ("父亲上个月去世了，他的奖怎么领", Intent.OTHER), ("奖还算吗", Intent.DEADLINE),
])  # fmt: skip
def test_what_is_asked_after_a_death_is_for_a_person(text: str, intent: Intent) -> None:
    assert talk(text).intents == [intent]


def test_who_asks_about_an_earlier_report_files_none() -> None:
    assert talk("“食唐”我早就报过了，怎么别人第一").standing() == []


@pytest.mark.parametrize(("text", "wrong", "right"), [
    ("（报）梧桐里（版）8（文）一只搪瓷杯（错）一摆就是2十年（改）一摆就是二十年", "一摆就是2十年", "一摆就是二十年"),
    ("柳湾2版（误）搁一小勺白塘（正）搁一小勺白糖", "搁一小勺白塘", "搁一小勺白糖"),
])  # fmt: skip
def test_labels_in_brackets_are_labels(text: str, wrong: str, right: str) -> None:
    assert told(text) == [(wrong, right)]


@pytest.mark.parametrize("text", [
    "柳湾7版电话6000—04l2里有个字母", "上午9:00到11:30在活动中心一楼报名，电话6000—04l2。\n\n电话号码里1印成了字母",
])  # fmt: skip
def test_a_letter_among_figures_is_found_without_being_named(text: str) -> None:
    assert told(text) == [("6000—04l2", "6000—0412")]


def test_a_letter_that_stands_for_itself_is_left_alone() -> None:
    assert told("梧桐里3版1860Kg，K是大写字母") == [("1860Kg", None)]
