"""What the open errata calendar may say: readers' words only where they are in print, corrections only where they are safe."""

from __future__ import annotations

from datetime import date

import pytest

from bot.publishing import errata_words
from bot.publishing.errata_words import Quote
from bot.teamwork import canned
from models.enums import Verdict
from models.queries.ledger import REFUSALS

LINE = "居民都说食唐开张是件大好事，大家都来。"
ARTICLE = ("社区食堂开张", "", LINE)


def told(printed: str, right: str | None, *, staff: tuple[str, ...] = (), affirmed: bool = True) -> str | None:
    return errata_words.correction(printed, right, staff=staff, article=ARTICLE, affirmed=affirmed)


@pytest.mark.parametrize(("printed", "right"), [
    ("食唐", "食塘"), ("食唐开张", "食堂开张"), ("大好事", "大好事情"), ("开张是", "开张，是"), ("都说", "都在说"), ("唐", "堂"),
    ("大家都都来", "大家都来"),
])
def test_a_letter_or_two_that_an_editor_affirmed_is_shown(printed: str, right: str) -> None:
    assert told(printed, right) == right


@pytest.mark.parametrize(("printed", "right"), [
    ("食唐", "我是季小满"), ("食唐", "食堂，我住三栋"), ("食唐", "食13912345678堂"), ("食唐", "食堂a"), ("食唐", "9堂"),
    ("开张", "某某某"),
    ("食唐", "老王"),
    ("食唐", "x" * 20_000), ("食唐", "   "), ("食唐", "食\u202e堂"), ("食唐", "=cmd|calc"), ("食唐开张", "季小满"),
])
def test_more_than_that_is_a_readers_own(printed: str, right: str) -> None:
    assert told(printed, right) is None


def test_what_nobody_affirmed_is_not_shown() -> None:
    assert told("食唐", "食塘", affirmed=False) is None


def test_what_is_in_print_or_by_staff_or_to_be_left_out_is_shown() -> None:
    assert told("食唐", "食堂", affirmed=False) == "食堂"  # stands in the headline
    assert told("食唐", "社区食堂第一分部", staff=("社区食堂第一分部",), affirmed=False) == "社区食堂第一分部"
    assert told("大家都来", "", affirmed=False) == ""
    assert told("食唐", None) is None


def test_words_are_cut_from_print_with_what_stands_around() -> None:
    assert errata_words.quoted(LINE, 4, 6) == Quote("居民都说", "食唐", "开张是件大好事，…")
    assert errata_words.quoted(LINE, 13, 13) == Quote("…唐开张是件大好事", "", "，大家都来。")
    assert errata_words.quoted("长" * 200, 0, 200) == Quote("", "长" * 60 + "…", "")


@pytest.mark.parametrize(("unit", "start", "end"), [(None, 0, 1), (LINE, None, None), (LINE, 4, 99), (LINE, -1, 2), (LINE, 6, 4)])
def test_a_place_that_is_not_there_is_not_quoted(unit: str | None, start: int | None, end: int | None) -> None:
    assert errata_words.quoted(unit, start, end) is None


def test_why_is_a_ready_sentence_or_ours() -> None:
    ready = {sentence for several in canned.DEFAULTS.values() for sentence in several}
    assert errata_words.why(Verdict.NOT_AN_ERROR, "这是专名，原来就这样写。", ready) == "这是专名，原来就这样写。"
    assert errata_words.why(Verdict.NOT_AN_ERROR, "季老师您好，这里没错", ready) == "核对过，这里没有印错。"
    assert set(errata_words.REFUSED) == REFUSALS


def test_places_and_days_are_said_as_papers_do() -> None:
    assert errata_words.where("02", "食堂\n开张") == "2版《食堂 开张》"
    assert errata_words.where("02", "") == "2版"
    assert errata_words.where(None, None) == "版面不详"
    assert errata_words.corrected(None, date(2023, 6, 10), "02") == "已在2023年6月10日2版更正"
    assert errata_words.corrected("社区晨报·柳湾", date(2023, 6, 10), "02") == "已在《社区晨报·柳湾》2023年6月10日2版更正"
    assert (errata_words.kind("N-05"), errata_words.kind("X-1")) == ("错字、别字、多字、漏字，1 个字", "差错")
