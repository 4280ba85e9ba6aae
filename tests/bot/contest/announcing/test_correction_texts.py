"""The words of an open correction: one source for print and article."""

from __future__ import annotations

import pytest

from bot.contest.announcing.correction_texts import Change, Step, correction
from models.enums import ChangeKind, Prize

BEST, TEN = Prize.BEST, Prize.EXCELLENT


@pytest.mark.parametrize(
    ("change", "printed"),
    [
        (Change(ChangeKind.NAME, "2023-05", TEN, "早起乌", "录入错了", right="早起鸟"),
         "更正：本报公布的5月优秀“啄木鸟”“早起乌”，应为“早起鸟”。特此更正，并致歉意。"),
        (Change(ChangeKind.MOVED_ON, "2023-05", BEST, "早起鸟", "没有领奖",
                steps=(Step(BEST, "晚归人", was=TEN), Step(TEN, "河边客"))),
         ("更正：5月最佳“啄木鸟”“早起鸟”的奖没有领取，由优秀“啄木鸟”“晚归人”递补；"
          "空出的一名优秀“啄木鸟”由“河边客”递补。特此更正。")),
        (Change(ChangeKind.MOVED_ON, "2023-12", BEST, "早起鸟", "没有领奖",
                steps=(Step(BEST, "晚归人", was=TEN), Step(TEN, None))),
         ("更正：12月最佳“啄木鸟”“早起鸟”的奖没有领取，由优秀“啄木鸟”“晚归人”递补；"
          "空出的一名优秀“啄木鸟”没有符合条件的读者递补。特此更正。")),
        (Change(ChangeKind.MOVED_ON, "2023-05", TEN, "早起鸟", "没有领奖", steps=(Step(TEN, None),)),
         "更正：5月优秀“啄木鸟”“早起鸟”的奖没有领取，没有符合条件的读者递补，空缺。特此更正。"),
        (Change(ChangeKind.NOT_ENTITLED, "2023-05", BEST, "早起鸟", "是本报职工", steps=(Step(BEST, "晚归人"),)),
         "更正：本报公布的5月最佳“啄木鸟”“早起鸟”不符合获奖条件，由“晚归人”递补。特此更正，并致歉意。"),
        (Change(ChangeKind.NOT_ENTITLED, "2023-05", TEN, "早起鸟", "是本报职工", goes_on=False),
         "更正：本报公布的5月优秀“啄木鸟”“早起鸟”不符合获奖条件，这个奖空缺。特此更正，并致歉意。"),
        (Change(ChangeKind.FURTHER, "2023-05", TEN, "河边客", "申诉成立"),
         "更正：经读者申诉复核，5月增加一位优秀“啄木鸟”：“河边客”。原来公布的名单不变。特此更正。"),
    ],
)
def test_correction_says_who_has_the_prize(change: Change, printed: str) -> None:
    texts = correction(change)
    assert texts.print == printed
    said = printed.removeprefix("更正：").split("特此")[0]
    assert texts.article == (f"关于2023年{int(change.month[5:])}月“啄木鸟”名单的更正\n\n{said}\n\n理由：{change.reason}。\n\n"
                             f"特此{printed.split('特此')[1]}")
