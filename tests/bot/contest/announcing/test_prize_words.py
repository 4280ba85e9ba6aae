"""What is said of prizes and their tax, in every case: exact words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.contest.announcing.prize_words import cash_in_print, handed, plain, tax_in_print, taxed, won, yuan
from bot.contest.rules import DEFAULT_RULES, RuleSet
from models.enums import Prize

BORNE = DEFAULT_RULES
WITHHELD = replace(DEFAULT_RULES, tax_borne_by_payer=False)
UNTAXED = replace(WITHHELD, tax_percent=0)
ODD = replace(WITHHELD, best_net_fen=9_900)
PRICED = replace(WITHHELD, souvenir="布袋一只", souvenir_fen=3_550)


@pytest.mark.parametrize(("rules", "cash", "sentence"), [
    (BORNE, "100元", ""), (UNTAXED, "100元", ""),
    (WITHHELD, "100元（税前，扣个人所得税20元，到手80元）", "奖金、奖品的个人所得税由获奖读者出。"),
    (ODD, "99元（税前，扣个人所得税19.80元，到手79.20元）", "奖金、奖品的个人所得税由获奖读者出。"),
])  # fmt: skip
def test_print_promises_what_arrives(rules: RuleSet, cash: str, sentence: str) -> None:
    assert (cash_in_print(rules), tax_in_print(rules)) == (cash, sentence)


@pytest.mark.parametrize(("rules", "best", "souvenir"), [
    (BORNE, "奖励现金100元（个人所得税由报社出，到手就是100元）", "纪念品一份"), (UNTAXED, "奖励现金100元", "纪念品一份"),
    (replace(BORNE, tax_percent=0), "奖励现金100元", "纪念品一份"),
    (WITHHELD, "奖励现金100元（税前，扣个人所得税20元，到手80元）", "纪念品一份（个人所得税由您出）"),
    (PRICED, "奖励现金100元（税前，扣个人所得税20元，到手80元）", "布袋一只（个人所得税7.10元由您出）"),
])  # fmt: skip
def test_notice_says_who_pays_the_tax_and_what_arrives(rules: RuleSet, best: str, souvenir: str) -> None:
    assert won(rules, Prize.BEST) == f"最佳“啄木鸟”，{best}"
    assert won(rules, Prize.EXCELLENT) == f"优秀“啄木鸟”，{souvenir}"


@pytest.mark.parametrize(("rules", "best", "souvenir"), [
    (BORNE, "税前125元，个人所得税25元由报社出，您到手100元。", ""), (UNTAXED, "", ""),
    (WITHHELD, "税前100元，扣个人所得税20元，您到手80元。",
     "这份奖品的个人所得税由您出，领的时候编辑部会告诉您交多少、怎么交。"),
    (PRICED, "税前100元，扣个人所得税20元，您到手80元。",
     "这份奖品值35.50元，个人所得税7.10元由您出，领的时候编辑部会告诉您怎么交。"),
])  # fmt: skip
def test_page_of_the_claim_says_gross_tax_and_what_arrives(rules: RuleSet, best: str, souvenir: str) -> None:
    assert (taxed(rules, Prize.BEST), taxed(rules, Prize.EXCELLENT)) == (best, souvenir)


@pytest.mark.parametrize(("rules", "best", "souvenir"), [
    (BORNE, "现金100元（个人所得税25元报社另外交）", "纪念品一份"), (UNTAXED, "现金100元", "纪念品一份"),
    (WITHHELD, "现金80元（100元里扣下个人所得税20元）", "纪念品一份（个人所得税由读者出）"),
    (PRICED, "现金80元（100元里扣下个人所得税20元）", "布袋一只（个人所得税7.10元由读者出）"),
])  # fmt: skip
def test_who_hands_it_over_is_told_what_goes_into_the_hand(rules: RuleSet, best: str, souvenir: str) -> None:
    assert (handed(rules, Prize.BEST), handed(rules, Prize.EXCELLENT)) == (best, souvenir)


def test_souvenir_named_like_our_words_stays_as_it_was_called() -> None:
    assert handed(replace(WITHHELD, souvenir="您好茶杯"), Prize.EXCELLENT) == "您好茶杯（个人所得税由读者出）"


@pytest.mark.parametrize(("rules", "words"), [(BORNE, ("现金100元", "纪念品一份")), (PRICED, ("现金100元", "布袋一只"))])
def test_prize_by_itself_is_as_it_was_promised(rules: RuleSet, words: tuple[str, str]) -> None:
    assert (plain(rules, Prize.BEST), plain(rules, Prize.EXCELLENT)) == words


@pytest.mark.parametrize(("fen", "said"), [(12_500, "125"), (1_250, "12.50"), (5, "0.05"), (0, "0")])
def test_sums_are_said_as_people_say_them(fen: int, said: str) -> None:
    assert yuan(fen) == said
