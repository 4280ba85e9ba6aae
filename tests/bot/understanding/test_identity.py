"""What names a reader in his own words is blackened for those who grade; the error itself never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.identity import BLACK, kept_spans, mask_identity

ERROR = "3版《社区食堂开张》，“食唐”应为“食堂”"


@pytest.mark.parametrize(("text", "shown"), [
    ("电话13800138000请回", f"电话{BLACK}请回"),
    ("手机号：138 0013 8000", f"手机号：{BLACK}"),
    ("手机 139-1234-5678", f"手机 {BLACK}"),
    ("1 3 9 1 2 3 4 5 6 7 8 找我", f"{BLACK} 找我"),
    ("+86 13912345678", BLACK),
    ("１３９１２３４５６７８", BLACK),
    ("我的电话一三九一二三四五六七八", f"我的电话{BLACK}"),
    ("幺三九 一二三四 五六七八", BLACK),
    ("打021-62345678找我", f"打{BLACK}找我"),
    ("（021）62345678", f"（{BLACK}"),
    ("联系方式 6234 5678。", f"联系方式 {BLACK}。"),
    ("身份证310101199001011234", f"身份证{BLACK}"),
    ("身份证 310101 19900101 123X", f"身份证 {BLACK}"),
    ("卡号6222 0212 3456 7890 123", f"卡号{BLACK}"),
    ("邮箱 abc.d@example.com 谢谢", f"邮箱 {BLACK} 谢谢"),
    ("邮箱 abc＠example．com", f"邮箱 {BLACK}"),
    ("邮箱abc(at)example.com", f"邮箱{BLACK}"),
    ("QQ：12345678", f"QQ：{BLACK}"),
    ("扣扣 12345678", f"扣扣 {BLACK}"),
    ("微信号 abc_12345", f"微信号 {BLACK}"),
    ("加我微信abc12345", f"加我微信{BLACK}"),
    ("vx：laowang66", f"vx：{BLACK}"),
    ("薇信 laowang66", f"薇信 {BLACK}"),
    ("wxid_a1b2c3d4e5", BLACK),
    ("加V laowang66", f"加V {BLACK}"),
    ("我叫季小满，住在附近", f"我叫{BLACK}，住在附近"),
    ("我叫“季小满”。", f"我叫“{BLACK}”。"),
    ("我是王小满。", f"我是{BLACK}。"),
    ("我是凉城新村的王阿姨，", f"我是凉城新村的{BLACK}，"),
    ("我是读者王建国", f"我是读者{BLACK}"),
    ("我是退休教师李某。", f"我是退休教师{BLACK}。"),
    ("本人王建国，", f"本人{BLACK}，"),
    ("鄙人姓张", f"鄙人姓{BLACK}"),
    ("免贵姓王", f"免贵姓{BLACK}"),
    ("叫我老王就行", f"叫我{BLACK}就行"),
    ("大家都叫我王师傅", f"大家都叫我{BLACK}"),
    ("我爱人陈美华也看了", f"我爱人{BLACK}也看了"),
    ("我女儿叫王小满，", f"我女儿叫{BLACK}，"),
    ("本人姓名：季小满", f"本人姓名：{BLACK}"),
    ("我的名字是季小满", f"我的名字是{BLACK}"),
    ("署名 早起鸟", f"署名 {BLACK}"),
    ("登报请用“早起鸟”，昵称：早起鸟", f"登报请用“早起鸟”，昵称：{BLACK}"),
    ("网名叫早起鸟", f"网名叫{BLACK}"),
    ("此致\n读者：季小满敬上", f"此致\n读者：{BLACK}敬上"),
    (f"{ERROR}。\n——王建国", f"{ERROR}。\n——{BLACK}"),
    (f"{ERROR}。——王建国", f"{ERROR}。——{BLACK}"),
    (f"{ERROR}。\n—— 银杏路的老张", f"{ERROR}。\n—— {BLACK}"),
    (f"{ERROR}。退休教师李某", f"{ERROR}。{BLACK}"),
    (f"{ERROR}。退休教师李某 2026年11月2日", f"{ERROR}。{BLACK} 2026年11月2日"),
    (f"{ERROR}\n王建国", f"{ERROR}\n{BLACK}"),
    (f"{ERROR}\n王阿姨敬上", f"{ERROR}\n{BLACK}敬上"),
    (f"{ERROR}。此致敬礼！王建国", f"{ERROR}。此致敬礼！{BLACK}"),
    (f"{ERROR}。谢谢！老王", f"{ERROR}。谢谢！{BLACK}"),
    (f"{ERROR} 欧阳建国敬上", f"{ERROR} {BLACK}敬上"),
    ("王建国", BLACK),
    ("我住银杏路88号302室，", f"{BLACK}，"),
    ("我家住在银杏小区3栋2单元501室。", f"{BLACK}。"),
    ("银杏小区3栋2单元501室来信", f"{BLACK}来信"),
    ("请寄到凉城路12弄5号302室", BLACK),
    ("住址：凉城新村60号", f"住址：{BLACK}"),
    ("三栋二单元五零一室", BLACK),
    ("88弄3号的读者", f"{BLACK}的读者"),
    ("我的车牌沪A12345", f"我的车牌{BLACK}"),
    ("季小满您好，收到了", f"{BLACK}您好，收到了"),
    ("尊敬的王女士：您好", f"尊敬的{BLACK}：您好"),
    ("夜猫子说的", f"{BLACK}说的"),
])  # fmt: skip
def test_name_number_or_address_is_blackened(text: str, shown: str) -> None:
    assert mask_identity(text, names=("夜猫子",)) == shown


@pytest.mark.parametrize("text", [
    ERROR, "我是老读者，每期都看", "2026年11月21日", "面积1200平方米，共426人次", "第02版，10001号",
    "这个字我叫不准怎么读，请核", "“王建国”应为“王建帼”", "2版《老王的菜园》，“己经”应为“已经”",
    "文章里的王师傅修车那一段，第二行有错字", "据王阿姨介绍，每天供应十二个菜", "记者王建国写错了，应为王建帼",
    "人物姓名写错了", "这个名字写错了", "署名有误，作者署名：王建国", "文章说“我叫王建国”，第三段又写“王建帼”",
    "“热线021-62345678”多了一位", "报名电话：021-62345678打不通，印错了", "服务热线62345678应为62345679",
    "银杏路88号应为银杏路98号", "“银杏小区3栋2单元501室”应为“5栋”", "应为1、3、5、7、9、11、13、15、17、19",
    "我是高兴，报纸越办越好", "正确的是——食堂", "“家住银杏路的季阿婆高兴地的说”里多了一个“的”",
    "我是说第三版", "六栋老楼那篇，第3栋12层", "改造了3栋120个房间", "本人认为应该用“帐”",
    "我叫得出名字的菜", "市民服务中心的“心”漏了", "12月1日至12月31日",
    "价格由13.50元涨到19.80元", "公元1368年到1644年", "QQ这个缩写不规范", "微信公众号的“公”写成了“工”", "“13912345678”少一位",
])  # fmt: skip
def test_what_names_nobody_stays(text: str) -> None:
    assert mask_identity(text) == text


@pytest.mark.parametrize(("text", "keep", "shown"), [
    ("热线021-62345678应为021-62345679，我的手机13800138000", ("021-62345678", "021-62345679"),
     f"热线021-62345678应为021-62345679，我的手机{BLACK}"),
    ("我是王建国，“王”应为“玉”", ("王", "玉"), f"我是{BLACK}，“王”应为“玉”"),
    ("“3”应为“8”，电话13800138000", ("3", "8"), f"“3”应为“8”，电话{BLACK}"),
    ("——王建国印成了王建帼。我叫季小满", ("王建国", "王建帼"), f"——王建国印成了王建帼。我叫{BLACK}"),
    ("寄到银杏小区3栋2单元501室", ("小区",), f"{BLACK}小区{BLACK}"),
    ("三栋二单元五零一室印错", ("三栋二单元五零一室",), "三栋二单元五零一室印错"),
])  # fmt: skip
def test_what_is_reported_stays(text: str, keep: tuple[str, ...], shown: str) -> None:
    assert mask_identity(text, keep=keep) == shown


WORDS = st.lists(st.sampled_from([
    "我是", "我叫", "王建国", "老王", "王阿姨", "电话", "13912345678", "1391234", "5678", "，", "。", "\n", "——", "“", "”",
    "署名", "：", "退休教师", "李某", "读者", "银杏小区", "3栋2单元501室", "88弄3号", "微信", "abc12345", "食唐", "应为", "食堂",
    " ", "敬上",
    "谢谢", BLACK, "一三九一二三四五六七八", "021-62345678", "的", "寄到", "名字", "@", "a.cn",
]), max_size=24).map("".join)  # fmt: skip


@given(
    WORDS,
    st.sampled_from(["", "夜猫子", "王建国", "老王"]),
    st.lists(st.sampled_from(["食唐", "王建国", "1391234", "3", "老王"])),
)
def test_doing_it_twice_changes_nothing_more(text: str, name: str, keep: list[str]) -> None:
    shown = mask_identity(text, names=(name,), keep=keep)
    assert mask_identity(shown, names=(name,), keep=keep) == shown


@given(
    WORDS,
    st.lists(
        st.sampled_from(["食唐", "王建国", "13912345678", "1391234", "王", "3", "3栋2单元501室"]), min_size=1
    ),
)
def test_reported_words_are_never_touched(text: str, keep: list[str]) -> None:
    stays = sorted(text[start:end] for start, end in kept_spans(text, keep))
    shown = mask_identity(text, names=("老王", "王建国"), keep=keep)
    after = sorted(shown[start:end] for start, end in kept_spans(shown, keep))
    assert [words for words in stays if stays.count(words) > after.count(words)] == []


@given(st.text(max_size=400), st.text(max_size=6), st.text(max_size=6))
def test_no_text_breaks_it(text: str, name: str, kept: str) -> None:
    shown = mask_identity(text, names=(name,), keep=(kept,))
    assert mask_identity(shown, names=(name,), keep=(kept,)) == shown


@pytest.mark.sampled
@pytest.mark.parametrize("text", ["我叫" * 10_000, "1" * 20_000, "银杏小区" * 5_000, "我是" * 10_000, "——" * 10_000,
                                  "王" * 20_000,
                                  "3栋" * 8_000, "一" * 20_000, "a@" * 10_000, "“" * 20_000, "寄到" * 10_000, "\n" * 20_000,
                                  " " * 20_000, "加我微信" * 5_000, "读者：" * 6_000, "12弄" * 6_000])  # fmt: skip
def test_long_text_is_done_at_once(text: str) -> None:
    shown = mask_identity(text)
    assert len(shown) <= len(text) + len(BLACK)


def test_long_runs_stay_as_they_are() -> None:
    assert mask_identity("我叫" * 10_000).startswith("我叫我叫")
    assert mask_identity("1" * 20_000) == "1" * 20_000
