"""What a correction notice says. Values in, text out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.publishing.correction_words import Slip, Where, compose, doubts, kind_of, page, why_deserved
from models.enums import CorrectionKind, Doubling

K = CorrectionKind
HERE = Where(date(2026, 11, 8), "2026-11", "02", "社区食堂开张")


@pytest.mark.parametrize(("slip", "said"), [
    (Slip(K.WORDING, "八折优慧", "八折优惠"), "“八折优慧”应为“八折优惠”。特此更正。"),
    (Slip(K.TITLE, "食唐", "食堂"), "标题中“食唐”应为“食堂”。特此更正。"),
    (Slip(K.DELETION, "高兴地的说", "高兴地说"), "“高兴地的说”应为“高兴地说”，多印“的”。特此更正。"),
    (Slip(K.DELETION, "的的", ""), "“的的”系多印，应删去。特此更正。"),
    (Slip(K.INSERTION, "食开张", "食堂开张"), "“食开张”应为“食堂开张”，漏印“堂”。特此更正。"),
    (Slip(K.INSERTION, None, "下转3版"), "漏印“下转3版”。特此更正。"),
    (Slip(K.FACT, "10月8日", "10月9日"), "“10月8日”有误，应为“10月9日”。特此更正，并向读者致歉。"),
    (Slip(K.FACT, "10月8日", None), "“10月8日”有误。特此更正，并向读者致歉。"),
    (Slip(K.WORDING, "他说“好”", "她说“好”"), "“他说‘好’”应为“她说‘好’”。特此更正。"),
])  # fmt: skip
def test_each_kind_has_its_sentence(slip: Slip, said: str) -> None:
    assert compose(HERE, [slip]) == f"更正：本报2026年11月8日2版《社区食堂开张》一文，{said}"


def test_errors_of_one_article_are_joined() -> None:
    both = [Slip(K.TITLE, "食唐", "食堂"), Slip(K.WORDING, "优慧", "优惠")]
    assert compose(HERE, both) == (
        "更正：本报2026年11月8日2版《社区食堂开张》一文，标题中“食唐”应为“食堂”；“优慧”应为“优惠”。特此更正。")


@pytest.mark.parametrize(("where", "head"), [
    (Where(None, "2026-11", "04、05", "甲"), "更正：本报2026年11月号4、5版《甲》一文，"),
    (Where(date(2026, 1, 2), "2026-01", "A03", None), "更正：本报2026年1月2日A03版，"),
    (Where(None, "2026-01", None, "谈《红楼梦》"), "更正：本报2026年1月号《谈〈红楼梦〉》一文，"),
])  # fmt: skip
def test_what_is_not_known_of_the_place_is_left_out(where: Where, head: str) -> None:
    assert compose(where, [Slip(K.WORDING, "误", "正")]) == f"{head}“误”应为“正”。特此更正。"


@pytest.mark.parametrize(("label", "said"), [("02", "2版"), ("10", "10版"), ("04、05", "4、5版"), ("中缝", "中缝版"), (None, "")])
def test_page_is_said_as_papers_do(label: str | None, said: str) -> None:
    assert page(label) == said


@pytest.mark.parametrize(("wrong", "right", "row", "in_title", "kind"), [
    ("食唐", "食堂", "N-05", True, K.TITLE), ("10月8日", "10月9日", "N-09", True, K.TITLE),
    ("10月8日", "10月9日", "N-09", False, K.FACT), ("端午节", "中秋节", "N-04", False, K.FACT),
    ("食唐", "食堂", "N-05", False, K.WORDING), ("的的", "", "N-05", False, K.DELETION),
    ("高兴地的说", "高兴地说", "N-05", False, K.DELETION), ("食开张", "食堂开张", "N-05", False, K.INSERTION),
    ("甲，乙", "甲、乙", "N-18", False, K.WORDING), ("食唐", None, "N-05", False, K.WORDING),
])  # fmt: skip
def test_the_kind_is_told_from_the_error(
    wrong: str, right: str | None, row: str, in_title: bool, kind: CorrectionKind
) -> None:
    assert kind_of(wrong, right, row_code=row, in_title=in_title) is kind


@pytest.mark.parametrize(("milli", "doubling", "row", "why"), [
    (2000, Doubling.HEADLINE, "N-05", "在标题里"), (2000, Doubling.IMPORTANT, "N-05", "重要信息"),
    (1000, Doubling.NONE, "N-04", "事实或数字"), (1000, Doubling.NONE, "N-09", "事实或数字"),
    (2000, Doubling.NONE, "N-06", "错得较多"), (1000, Doubling.NONE, "N-05", ""), (None, Doubling.NONE, "N-18", ""),
])  # fmt: skip
def test_what_is_suggested_for_a_notice(milli: int | None, doubling: Doubling, row: str, why: str) -> None:
    assert why_deserved("误", "正", points_milli=milli, doubling=doubling, row_code=row) == why


def test_particles_are_no_fact_though_grammar_shares_its_row() -> None:
    words = ("自觉的分类", "自觉地分类")
    assert why_deserved(*words, points_milli=1000, doubling=Doubling.NONE, row_code="N-04") == ""
    assert kind_of(*words, row_code="N-04", in_title=False) is K.WORDING


@pytest.mark.parametrize(("text", "found"), [
    ("更正：本报2026年11月8日2版《社区食堂开张》一文，“优慧”应为“优惠”。", []),
    ("更正：本报2026年11月8日2版，‘优 慧’应为‘优惠’。", []),  # quotes and spaces may be set otherwise
    ("更正：本报2026年11月8日2版，“优惠”应为“优惠”。", ["更正里没有出现“误”的原样：“优慧”"]),
    ("更正：本报2026年11月8日3版，“优慧”应为“优惠价”。", ["更正里没有写2版"]),
    ("更正：本报2版，“优慧”应为“优会”。", ["更正里没有出现“正”的原样：“优惠”", "更正里没有写2026年11月8日"]),
])  # fmt: skip
def test_a_correction_that_may_be_wrong_itself_is_looked_at(text: str, found: list[str]) -> None:
    assert doubts(text, HERE, [Slip(K.WORDING, "优慧", "优惠")]) == found


def test_a_missing_right_form_is_said() -> None:
    slip = Slip(K.WORDING, "优慧", None)
    assert doubts(compose(HERE, [slip]), HERE, [slip]) == ["还没有写正确的文字：“优慧”"]


WORDS = st.one_of(st.none(), st.text(max_size=30))


SLIPS = st.builds(Slip, st.sampled_from(list(K)), WORDS, WORDS).filter(lambda slip: slip.wrong or slip.right)


@given(st.lists(SLIPS, min_size=1, max_size=4))
def test_whatever_was_printed_makes_one_line_that_ends_as_a_notice(slips: list[Slip]) -> None:
    text = compose(HERE, slips)
    assert text.startswith("更正：本报2026年11月8日2版")
    assert text.endswith(("特此更正。", "特此更正，并向读者致歉。"))
    assert "\n" not in text
