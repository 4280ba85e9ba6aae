"""The row of the annex proposed for an error."""

from __future__ import annotations

import pytest

from bot.understanding.errata_kind import KindProposal, propose
from bot.understanding.values import Finding


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        ("优慧", "优惠", "N-05"), ("街到办", "街道办", "N-05"), ("综合中心", "综合服务中心", "N-06"),
        ("甲乙丙丁戊己庚", "甲庚", "N-06"), ("甲乙", "甲一二三四五六乙", "N-07"), ("区社食堂", "社区食堂", "N-08"),
        ("8.22%", "8.33%", "N-09"), ("5月31日", "5月30日", "N-09"), ("3、4天", "三四天", "N-10"),
        ("Shangahi", "Shanghai", "N-11"), ("wifi", "WiFi", "N-14"), ("二O二五", "二〇二五", "N-14"),
        ("19万平米", "19万平方米", "N-16"), ("甲，乙", "甲、乙", "N-18"), ("甲乙", "“甲乙”", "N-18"),
        ("3·5公里", "3.5公里", "N-19"), ("的", "", "N-05"), ("個人", "个人", "N-15"),
    ],
)  # fmt: skip
def test_row(wrong: str, right: str, code: str) -> None:
    proposal = propose(Finding(wrong=wrong, right=right), in_title=False)
    assert proposal is not None
    assert (proposal.code, proposal.in_title) == (code, False)


def test_a_headline_doubles_and_the_reason_says_so() -> None:
    proposal = propose(Finding(wrong="食唐", right="食堂"), in_title=True)
    assert proposal == KindProposal("N-05", True, "“唐”应为“堂”，错1个字；在标题里，加倍")


@pytest.mark.parametrize("finding", [Finding(), Finding(wrong="甲"), Finding(right="甲"), Finding(wrong="甲", right="甲")])
def test_nothing_is_proposed_where_the_words_do_not_tell(finding: Finding) -> None:
    assert propose(finding, in_title=False) is None
