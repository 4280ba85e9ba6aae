"""What a message is for, later turns, and what must hold for any input."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from bot.understanding.in_print.locate import Index
from bot.understanding.in_print.scope import Scope, Search
from bot.understanding.read import read
from bot.understanding.thresholds import LONGEST_READ, MOST_ERRORS, tolerance
from bot.understanding.values import WHOLE, Amendment, Field, Finding, Intent, Located, Reading, Waiting
from bot.understanding.words.normalise import loose_key, unadorned
from tests.bench.understanding import demo_catalogue
from tests.support.conversation import Conversation
from tests.support.papers import CATALOGUE, EMPTY_INDEX, INDEX, LIUWAN, WUTONGLI

UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u200e\u200f"))
SENT = datetime.fromisoformat("2026-07-20T10:00:00+08:00")


def heard(text: str, waiting: Waiting | None = None) -> Reading:
    return read(text, sent_at=SENT, index=INDEX, waiting=waiting or Waiting())


def told(*texts: str) -> Conversation:
    conversation = Conversation(INDEX)
    for text in texts:
        conversation.say(text, SENT)
    return conversation


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我要纠错", Intent.REPORT), ("发现一个bug哈哈", Intent.REPORT), ("柳湾5月头版有个错别字", Intent.REPORT),
        ("“就坐”写错了", Intent.REPORT), ("请问怎么参加", Intent.RULES), ("标点错了算不算差错", Intent.RULES),
        ("奖品是什么", Intent.RULES), ("这个月几号截止啊", Intent.DEADLINE), ("现在发还来得及吗", Intent.DEADLINE),
        ("名单出来了没有", Intent.WINNERS), ("最佳啄木鸟是谁", Intent.WINNERS), ("上次报的审好了吗", Intent.STATUS),
        ("怎么一点回音也没有", Intent.STATUS), ("登报就写柳湾老张吧", Intent.NAME), ("我叫李四，可以登", Intent.NAME),
        ("早上好🌹", Intent.GREETING), ("👍👍", Intent.GREETING), ("谢谢你们，辛苦了", Intent.GREETING),
        ("楼下路灯坏了一个月了", Intent.OTHER), ("高价回收旧家电", Intent.OTHER),
        ("请问“口袋公园”在哪里，几点开门？", Intent.OTHER), ("现在的报纸错别字太多了", Intent.OTHER),
        ("你好 我家楼道灯坏了没人修", Intent.OTHER),
        ("你好，另外柳湾头版“优慧”应为“优惠”，几号截止？", Intent.REPORT), ("", Intent.OTHER),
    ],
)  # fmt: skip
def test_intents(text: str, intent: Intent) -> None:
    assert heard(text).intent is intent


def test_a_report_in_pieces_is_put_together() -> None:
    conversation = told("我发现一个错字", "优慧", "应该是优惠", "柳湾的", "五月", "头版")
    assert conversation.intents == [Intent.REPORT, *[Intent.SUPPLEMENT] * 5]
    (finding,) = conversation.standing()
    assert (finding.wrong, finding.right, finding.paper_id) == ("优慧", "优惠", LIUWAN.id)
    assert (finding.issue_label, finding.page, finding.located) == ("2026-05", "01", Located.FOUND)


def test_a_bare_number_answers_which_page() -> None:
    known = Finding(paper_text="柳湾", paper_id=LIUWAN.id, issue_label="2026-07", wrong="帏幕", right="帷幕")
    reading = heard("5", Waiting(Field.PAGE, known, True))
    assert reading == Reading(Intent.SUPPLEMENT, (Finding(page_text="5", page="04、05"),))


@pytest.mark.parametrize(
    ("text", "amendments"),
    [
        ("不是2版，是3版", (Amendment(Field.PAGE, "3版"),)),
        ("说错了，是梧桐里的", (Amendment(Field.PAPER, "梧桐里"),)),
        ("打错了打错了，是优待", (Amendment(Field.RIGHT, "优待"),)),
        ("我又想了想，改成“优待”更好", (Amendment(Field.RIGHT, "优待"),)),
        ("改 版面 03", (Amendment(Field.PAGE, "03"),)),
    ],
)
def test_a_later_turn_replaces_what_was_stated(text: str, amendments: tuple[Amendment, ...]) -> None:
    known = Finding(paper_text="柳湾", paper_id=LIUWAN.id, page_text="2版", page="02", wrong="优慧", right="优惠")
    reading = heard(text, Waiting(None, known, True))
    assert (reading.intent, reading.amendments) == (Intent.SUPPLEMENT, amendments)


def test_amended_fields_are_sought_again_and_stay_as_stated() -> None:
    conversation = told("梧桐里3版“截止6月底”应为“截至6月底”", "不是3版，是2版")
    (finding,) = conversation.standing()
    assert (finding.paper_id, finding.page, finding.page_text) == (WUTONGLI.id, "02", "2版")


def test_one_of_several_is_withdrawn_by_number_or_by_its_words() -> None:
    three = "柳湾5月头版①“优慧”应为“优惠”②“就坐”应为“就座”③“地的说”应为“地说”"
    assert [f.wrong for f in told(three, "第二个不算").standing()] == ["优慧", "地的说"]
    assert [f.wrong for f in told(three, "“就坐”那条不要了").standing()] == ["优慧", "地的说"]
    assert [f.wrong for f in told(three, "撤回 1、3").standing()] == ["就坐"]
    assert [f.wrong for f in told(three, "刚才最后一条撤回").standing()] == ["优慧", "就坐"]


def test_the_former_citation_carries_over_where_the_reader_says_so() -> None:
    conversation = told("柳湾5月头版《食堂开张》“优慧”应为“优惠”", "同一篇还有，“就坐”应为“就座”", "“栓绳”应为“拴绳”")
    assert [f.page for f in conversation.standing()] == ["01", "01", None]
    assert conversation.standing()[1].article_id == conversation.standing()[0].article_id


def test_a_page_for_all_reports() -> None:
    conversation = told("“截止6月底”应为“截至6月底”", "“一至同意”应为“一致同意”", "两条都在3版")
    assert [f.page for f in conversation.standing()] == ["03", "03"]


def test_a_message_sent_again_makes_no_second_report() -> None:
    text = "柳湾5月头版“优慧”应为“优惠”"
    conversation = told(text, "昨天发的收到没有？再发一遍：" + text)
    assert (conversation.intents, len(conversation.standing())) == ([Intent.REPORT, Intent.REPORT], 1)


def test_a_name_given_in_passing_is_kept() -> None:
    reading = heard("柳湾头版“优慧”应为“优惠”，登报请写“柳湾老张”")
    assert (reading.intent, reading.name) == (Intent.REPORT, "柳湾老张")
    assert len(reading.findings) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("登报用夕阳红好了", "夕阳红"), ("名字写陆家老伯", "陆家老伯"), ("还是用真名吧，李四", "李四"),
        ("那就叫“小喇叭”吧", "小喇叭"), ("我叫王五，登报请用昵称“老王”", "老王"), ("不要登我的名字", ""),
        ("名字不要登", ""),
    ],
)  # fmt: skip
def test_names(text: str, name: str) -> None:
    assert (heard(text).intent, heard(text).name) == (Intent.NAME, name)


def test_a_bare_word_is_a_name_where_one_was_asked() -> None:
    waiting = Waiting(None, Finding(wrong="优慧", right="优惠"), True, asked_name=True)
    assert heard("早起鸟", waiting) == Reading(Intent.NAME, name="早起鸟")
    assert heard("谢谢", waiting).intent is Intent.GREETING


def test_a_correction_is_no_name_even_where_a_name_was_asked() -> None:
    waiting = Waiting(None, Finding(wrong="优慧", right="优惠"), True, asked_name=True)
    reading = heard("“15天”应为“十五天”", waiting)
    assert (reading.intent, [(f.wrong, f.right) for f in reading.findings]) == (Intent.REPORT, [("15天", "十五天")])


def test_stated_fields_stay_as_stated_when_the_place_contradicts_them() -> None:
    finding = heard("社区晨报·梧桐里 第2版《纳凉点今起开放》“晚上9时开放，宠物须栓绳入园”有错").findings[0]
    assert (finding.paper_id, finding.page) == (WUTONGLI.id, "02")
    assert finding.place is not None
    assert finding.place.paper_id == LIUWAN.id


def test_nothing_imported_is_no_word_of_not_finding() -> None:
    reading = read("柳湾社区晨报头版“优慧”应为“优惠”", sent_at=SENT, index=EMPTY_INDEX, waiting=Waiting())
    assert reading.findings[0].located is Located.NOT_IMPORTED


def test_a_long_message_is_cut_for_reading() -> None:
    reading = heard("柳湾头版“优慧”应为“优惠”。" + "好" * 20_000)
    assert (reading.truncated, len(reading.findings)) == (True, 1)


@pytest.mark.sampled
@pytest.mark.parametrize("unit", [
    "少了多了=", "1少了作", "这个字1.《漏", "多了少了…是一不是", "却少了那条1)", "第3版\t\t\t", "\t", "被", "<b>", "ﷺ",
    "是", "掉", "了掉", "这期还没", "停水通知", "导读P03", "不是吗", "露水的露", "3台不是4台",
])  # fmt: skip
def test_words_that_repeat_themselves_hold_up_nobody(unit: str) -> None:
    begins = time.thread_time()
    heard(f"第3版{unit * (LONGEST_READ // len(unit))}")
    assert time.thread_time() - begins < 1  # seconds of this thread alone; most took 1.2 to 4 when looked back without end


CORRECTED = "第3版“优慧”应为“优惠”，因为写错了"


@pytest.mark.parametrize(("before", "unit", "after"), [
    (CORRECTED, "\n", "理由"), (CORRECTED, " \n", "理由"), (CORRECTED, "\u200b \u0301\n", "理由"), ("第3版，", "\n", "错"),
    ("第3版", "\u3000", "错"), ("第3版", "\t", ""), ("第3版", "ﷺ", ""),
])  # fmt: skip
def test_blanks_and_letters_that_unfold_hold_up_nobody(before: str, unit: str, after: str) -> None:
    text = f"{before}{unit * ((LONGEST_READ - len(before) - len(after)) // len(unit))}{after}"
    begins = time.thread_time()
    heard(text)
    assert time.thread_time() - begins < 0.2  # the first one took more than six minutes


def test_a_long_gap_parts_what_it_parted_before_and_costs_no_words() -> None:
    gap = "\n" * 60
    (first, second) = heard(f"第3版“优慧”应为“优惠”{gap}第3版“宠物须栓绳入园”应为“宠物须拴绳入园”").findings
    assert (first.wrong, first.right, second.right) == ("优慧", "优惠", "宠物须拴绳入园")


SNIPPETS = st.sampled_from(
    ["“优慧”", "应为", "《口袋公园》", "柳湾", "第2版", "7月10日", "不是", "多了一个", "少了", "撤回", "①", "\n", "“", "”",
     "《", "》", "误为", "之误", "顿号", "→", "的", "同一篇", "宠物须栓绳入园", "<script>", "'; DROP TABLE", "4、5版", "我叫",
     "逗号应为句号", "前面漏“在”", "引号", "第二个", "[玫瑰]", "是不是", "…", "1.", "改 版面", "字错了应是", "“\ue000”"]
)  # fmt: skip
WAITINGS = st.sampled_from(
    [
        Waiting(),
        Waiting(Field.DETAIL, Finding(), False),
        Waiting(Field.PAGE, Finding(wrong="优慧", paper_text="柳湾", paper_id=LIUWAN.id), True),
        Waiting(None, Finding(wrong="优慧", right="优惠"), True, asked_name=True),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(SNIPPETS, max_size=25).map("".join)), WAITINGS)
@example("\ud800“\udfff”应为“好”", Waiting())
@example("“" * 500, Waiting())
@example("匵宠物匵错", Waiting())
@example("“0[玫瑰]1“", Waiting())
@example("是我们的不是", Waiting())
@example("“0“同篇", Waiting(Field.PAGE, Finding(paper_text="柳湾", paper_id=LIUWAN.id), True))
def test_no_input_raises_or_breaks_the_bounds(text: str, waiting: Waiting) -> None:
    reading = read(text, sent_at=SENT, index=INDEX, waiting=waiting)
    seen = unadorned(text).translate(UNSEEN)  # small pictures are no words
    assert len(reading.findings) <= 20
    for finding in reading.findings:
        _holds_its_quotation(finding)
        for name in ("wrong", "paper_text", "issue_text", "page_text", "article_text"):
            words = getattr(finding, name)
            assert words is None or words in seen or words == getattr(waiting.finding, name) or (
                name == "wrong" and INDEX.printed.exact(loose_key(words))  # 过时不候的候错了: the words are those of print
            )


class Counting(Index):
    """Counts how often print is searched."""

    searches = 0

    def find(self, *given: Any, **named: Any) -> Search:
        type(self).searches += 1
        return super().find(*given, **named)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(SNIPPETS, min_size=1, max_size=6).map(lambda pieces: ("".join(pieces) * 2_000)[:12_000]))
def test_the_searches_for_one_message_are_counted(text: str) -> None:
    index = Counting(CATALOGUE)
    Counting.searches = 0
    reading = read(text, sent_at=SENT, index=index, waiting=Waiting())
    assert len(reading.findings) <= MOST_ERRORS
    assert Counting.searches <= 2 * MOST_ERRORS + 2  # each error, and once more doubled


@pytest.mark.parametrize("many", [MOST_ERRORS // 2, MOST_ERRORS])
@pytest.mark.parametrize("each", [
    "《社区食唐》“帐户”应为“对{n}”；", "“帐户”应为“对{n}”，《社区食唐》。\n", "电梯装好了“食唐{n}”应为“对{n}”；",
])  # fmt: skip
def test_errors_that_are_sought_again_in_another_article_are_counted_too(each: str, many: int) -> None:
    Counting.searches = 0
    said = "柳湾3版《电梯装好了 账是怎么算的》“结余3540元”应为“结余3450元”，" + "".join(each.format(n=n) for n in range(many))
    reading = read(said, sent_at=SENT, index=Counting(demo_catalogue()), waiting=Waiting())
    assert len(reading.findings) <= MOST_ERRORS
    assert Counting.searches <= 2 * MOST_ERRORS + 2


def _holds_its_quotation(finding: Finding) -> None:
    if finding.place is None or finding.place.paragraph == WHOLE:
        return
    printed = loose_key(INDEX.printed_at(finding.place))
    wrong = loose_key(finding.wrong or "")
    pieces = [loose_key(p) for p in (finding.wrong or "").replace("…", "...").split("...")]
    context = loose_key(finding.context or "")
    sought = (wrong, context, max(pieces, key=len))
    spelt = re.sub("(?<![a-z])[a-z]{2,6}(?![a-z])", ".", re.escape(wrong))  # 刚柔bing进: one character in Latin letters
    near = any(Levenshtein.distance(printed, words) <= tolerance(len(words)) for words in sought if words)
    assert near or wrong in printed or re.fullmatch(spelt, printed)


@pytest.mark.sampled
@pytest.mark.parametrize("text", ["“" * 4000, "《" * 4000, "应为" * 2000, "1." * 2000, "版" * 4000, "a" * 4000, "、2" * 2000])
def test_hostile_repetition_is_read(text: str) -> None:
    assert heard(text).intent in set(Intent)


@pytest.mark.parametrize("text", [
    "报纸是柳湾社区晨报", "是上个月的报纸", "第2个应该是“得出结论”", "“15天”应为“十五天”", "一月份的四版五版",
])  # fmt: skip
def test_after_the_name_was_asked_what_says_something_else_is_no_name(text: str) -> None:
    waiting = Waiting(finding=Finding(wrong="得到结论"), has_reports=True, asked_name=True)
    assert read(text, sent_at=SENT, index=INDEX, waiting=waiting).intent in (Intent.SUPPLEMENT, Intent.REPORT)


@pytest.mark.parametrize(("text", "name"), [("早起鸟", "早起鸟"), ("“早起鸟”", "早起鸟"), ("老赵", "老赵")])
def test_a_bare_word_after_the_name_was_asked_is_the_name(text: str, name: str) -> None:
    waiting = Waiting(finding=Finding(wrong="得到结论"), has_reports=True, asked_name=True)
    reading = read(text, sent_at=SENT, index=INDEX, waiting=waiting)
    assert (reading.intent, reading.name) == (Intent.NAME, name)


STEMS = st.text("甲乙丙丁戊己庚辛壬癸", min_size=3, max_size=6)
SAID = st.sampled_from(["“{}”应为“{}”", "“{}”应该是“{}”", "“{}”改为“{}”", "“{}”→“{}”", "“{1}”误为“{0}”", "“{}”是“{}”之误"])
BETWEEN = st.sampled_from(["；", "。", "\n", "，还有", "。另外，", "；再有"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(STEMS, SAID, BETWEEN), min_size=1, max_size=MOST_ERRORS, unique_by=lambda one: one[0]))
def test_no_correction_said_is_lost_or_changed(said: list[tuple[str, str, str]]) -> None:
    pairs = [(stem + "左", stem + "右") for stem, _, _ in said]
    text = "".join(form.format(*pair) + between for pair, (_, form, between) in zip(pairs, said, strict=True))
    reading = heard(text)
    assert (reading.intent, reading.truncated) == (Intent.REPORT, False)
    assert [(f.wrong, f.right) for f in reading.findings] == pairs


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_what_stands_beside_a_correction_is_kept_as_its_reason(remark: str) -> None:
    text = "柳湾头版“八五折优慧”应为“八五折优惠”"
    for finding in heard(text + remark).findings:
        kept = finding.reason or ""
        assert kept.translate(UNSEEN) in (text + remark).translate(UNSEEN)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 200), st.integers(4, 12), st.sampled_from([None, "02", "03", "04、05"]))
def test_a_printed_stretch_is_never_placed_where_it_does_not_stand(start: int, length: int, page: str | None) -> None:
    printed = INDEX.entries[start % len(INDEX.entries)].loose
    words = printed[start % max(1, len(printed) - length) :][:length]
    if "\n" in words:
        return
    search = INDEX.find(words, Scope(page=page), sent="2026-07")
    for place in (search.place, *search.places):
        assert place is None or words in loose_key(INDEX.text_at(place))
