"""What names a reader in his own words is blackened for those who grade; the error itself never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.identity import BLACK, mask_identity


@pytest.mark.parametrize(("text", "shown"), [
    ("电话13800138000请回", f"电话{BLACK}请回"),
    ("手机号：138 0013 8000", f"手机号：{BLACK}"),
    ("打021-62345678找我", f"打{BLACK}找我"),
    ("联系方式 6234 5678。", f"联系方式 {BLACK}。"),
    ("身份证310101199001011234", f"身份证{BLACK}"),
    ("邮箱 abc.d@example.com 谢谢", f"邮箱 {BLACK} 谢谢"),
    ("微信号 abc_12345", f"微信号 {BLACK}"),
    ("我叫季小满，住在附近", f"我叫{BLACK}，住在附近"),
    ("我是王小满。", f"我是{BLACK}。"),
    ("本人姓名：季小满", f"本人姓名：{BLACK}"),
    ("署名 早起鸟", f"署名 {BLACK}"),
    ("此致\n读者：季小满敬上", f"此致\n读者：{BLACK}敬上"),
    ("夜猫子说的", f"{BLACK}说的"),
])  # fmt: skip
def test_name_or_number_is_blackened(text: str, shown: str) -> None:
    assert mask_identity(text, names=("夜猫子",)) == shown


@pytest.mark.parametrize("text", [
    "3版《社区食堂开张》，“食唐”应为“食堂”", "我是老读者，每期都看", "2026年11月21日", "面积1200平方米，共426人次",
    "第02版，10001号", "这个字我叫不准怎么读，请核", "“王建国”应为“王建帼”",
])  # fmt: skip
def test_what_names_nobody_stays(text: str) -> None:
    assert mask_identity(text) == text


def test_printed_number_that_is_the_error_stays() -> None:
    text = "热线021-62345678应为021-62345679，我的手机13800138000"
    shown = mask_identity(text, keep=("021-62345678", "021-62345679"))
    assert shown == f"热线021-62345678应为021-62345679，我的手机{BLACK}"


@given(st.text(max_size=400), st.text(max_size=6), st.text(max_size=6))
def test_no_text_breaks_it(text: str, name: str, kept: str) -> None:
    shown = mask_identity(text, names=(name,), keep=(kept,))
    assert mask_identity(shown.replace(BLACK, "")) is not None


def test_long_text_is_done_at_once() -> None:
    assert mask_identity("我叫" * 10_000).startswith("我叫我叫")
    assert mask_identity("1" * 20_000) == "1" * 20_000
