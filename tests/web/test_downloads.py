"""Tables as files: what a browser and a spreadsheet are told of them."""

from __future__ import annotations

import pytest

from bot.exports import FileKind, Sheet
from web.downloads import download

TABLE = Sheet("发奖", ["登报的名字", "实得（元）"], [["早起鸟", 100], ["=1+1", 0]])


@pytest.mark.parametrize(("kind", "expected"), [
    (FileKind.CSV, "text/csv; charset=utf-8"),
    (FileKind.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
])  # fmt: skip
def test_kind_of_the_file_is_said_once(kind: FileKind, expected: str) -> None:
    assert download([TABLE], kind, "发奖").headers["Content-Type"] == expected


def test_name_is_said_in_chinese_and_plainly() -> None:
    said = download([TABLE], FileKind.CSV, "发奖 2026").headers["Content-Disposition"]
    assert said == "attachment; filename=\"table.csv\"; filename*=UTF-8''%E5%8F%91%E5%A5%96%202026.csv"
