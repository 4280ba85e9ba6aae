"""The box as plain text: lines as long as the column, full-width letters counting two."""

from __future__ import annotations

from hypothesis import given

from bot.contest.announcing import printed_box
from bot.printing import plain
from bot.printing.values import COLUMNS, Width
from tests.support.printed import NAMES, TEXT


def test_narrow_column() -> None:
    assert plain.lines(printed_box.sections(TEXT), COLUMNS[Width.NARROW]) == [
        "欢迎来当“啄木鸟”", "　　请关注微信公众号“社区",
        "发布”，直接留言告诉我们。", "　　本期截止日期：2023年7", "月1日。", "",
        "5月“啄木鸟”名单", "最佳“啄木鸟”：早起鸟", "（以上部分为昵称）"]


def test_wide_column_in_the_form_that_windows_reads() -> None:
    data = plain.write(printed_box.sections(TEXT), COLUMNS[Width.WIDE])
    assert data.decode("utf-8-sig").split("\r\n") == [
        "欢迎来当“啄木鸟”", "　　请关注微信公众号“社区发布”，直接留言告诉我们。", "　　本期截止日期：2023年7月1日。", "",
        "5月“啄木鸟”名单", "最佳“啄木鸟”：早起鸟", "（以上部分为昵称）", ""]
    assert data.startswith(b"\xef\xbb\xbf")


@given(NAMES)
def test_no_name_makes_a_line_longer_than_the_column(name: str) -> None:
    lines = plain.lines(printed_box.sections(f"欢迎\n\n名单\n最佳“啄木鸟”：{name}"), COLUMNS[Width.NARROW])
    assert [line for line in lines if sum(0.5 if one.isascii() else 1 for one in line) > 26] == []
