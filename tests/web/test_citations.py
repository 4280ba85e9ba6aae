"""What a reader cites and print does not bear out: kept as stated, told to him by the webhook, shown to the editor."""

from __future__ import annotations

import re

import pytest

from bot.dialogue.phrases import ASK_NAME
from models.enums import Role
from tests.support.platform import Platform
from tests.support.world import reports_of

QUOTE = "“老人凭卡享受八折优慧，中午来吃饭的人”应为“老人凭卡享受八折优惠，中午来吃饭的人”"
NOWHERE = "“春风化雨满园香”应为“春风化语满园香”"
STANDS = "03版《社区食堂开张 老人吃上热饭》"

CONTRADICTIONS = {
    "paper": (
        f"梧桐里3版{QUOTE}", f"报上找到了，印在社区晨报·柳湾 {STANDS}。", ["报纸：社区晨报·梧桐里", "版面：03版"],
        "读者说的报纸是“梧桐里”，找到的地方在《社区晨报·柳湾》。",
    ),
    "issue": (
        f"柳湾10月{QUOTE}", f"报上找到了，印在2026年11月那期 {STANDS}。", ["报纸：社区晨报·柳湾 2026年10月"],
        "读者说的是 2026年10月那期，找到的地方在 2026年11月那期。",
    ),
    "day": (
        f"柳湾11月8日3版{QUOTE}", f"报上找到了，印在2026年11月6日那期 {STANDS}。",
        ["报纸：社区晨报·柳湾 2026年11月8日", "版面：03版"], "读者说的是 2026年11月8日那期，找到的地方在 2026年11月6日那期。",
    ),
    "page": (
        f"柳湾1版{QUOTE}", f"报上找到了，印在{STANDS}。", ["报纸：社区晨报·柳湾 2026年11月", "版面：01版"],
        "读者说的是 01 版，找到的地方在 03 版《社区食堂开张 老人吃上热饭》。",
    ),
    "page that is not": (
        "柳湾9版《社区食堂开张》“八折优慧”应为“八折优惠”", "报上找到了，印在03版。", ["版面：09版《社区食堂开张 老人吃上热饭》"],
        "读者说的是 09 版，找到的地方在 03 版《社区食堂开张 老人吃上热饭》。",
    ),
    "article": (
        f"柳湾《垃圾箱房换新颜》{QUOTE}", f"报上找到了，印在{STANDS}。", ["版面：《垃圾箱房换新颜》"],
        "读者说的是《垃圾箱房换新颜》，找到的地方在《社区食堂开张 老人吃上热饭》。",
    ),
    "all": (
        f"梧桐里10月1版《垃圾箱房换新颜》{QUOTE}", f"报上找到了，印在社区晨报·柳湾 2026年11月那期 {STANDS}。",
        ["报纸：社区晨报·梧桐里 2026年10月", "版面：01版《垃圾箱房换新颜》"],
        "读者说的报纸是“梧桐里”，找到的地方在《社区晨报·柳湾》。",
    ),
}  # fmt: skip

IMPOSSIBLE = {
    "page": (f"柳湾9版{NOWHERE}", "这期没有09版，编辑会再核对。", "读者说的是 09 版，这一期没有这一版。"),
    "month": (f"柳湾2021年3月2版{NOWHERE}", "2021年3月这期没有查到，编辑会再核对。", "读者说的 2021年3月那期没有查到"),
    "month of no paper": (f"2021年3月2版{NOWHERE}", "2021年3月这期没有查到，编辑会再核对。", "读者说的 2021年3月那期没有查到"),
    "day": (f"柳湾11月8日3版{NOWHERE}", "2026年11月8日这期没有查到，编辑会再核对。", "读者说的 2026年11月8日那期没有查到"),
    "future": (f"柳湾2026年12月3版{NOWHERE}", "2026年12月这期还没有出，编辑会再核对。", "读者说的 2026年12月那期还没有出"),
}  # fmt: skip

POSSIBLE = {
    "no citation": QUOTE, "what print says": f"柳湾11月6日3版《社区食堂开张》{QUOTE}", "month": f"柳湾11月{QUOTE}",
    "a page that may only not be imported": f"柳湾2版{NOWHERE}", "the day of the issue": f"柳湾11月6日3版{NOWHERE}",
}  # fmt: skip


@pytest.fixture
def app(app):
    yield app
    app.extensions["woodpecker-door"].intake.close()


@pytest.fixture
def platform(contest, client, settings, clock) -> Platform:
    return Platform(client, settings, clock.now())


@pytest.fixture
def told(platform, browser, engine):
    """The reply to a reader's text, and the page that an editor sees of it."""

    def tell(text: str) -> tuple[list[str], str]:
        reply = platform.say(text)
        number = reports_of(engine)[-1].id
        return [line for line in reply.splitlines() if line != ASK_NAME], browser(Role.EDITOR).get(f"/reports/{number}").text

    return tell


@pytest.mark.sampled
@pytest.mark.parametrize("field", CONTRADICTIONS)
def test_a_citation_that_the_place_contradicts_is_kept_and_told(told, field):
    text, said, stated, shown = CONTRADICTIONS[field]
    lines, page = told(text)
    assert lines[-1] == f"{said}目前第1位发现。"
    assert [line for line in lines if line in stated] == stated
    assert shown in page


@pytest.mark.sampled
@pytest.mark.parametrize(("field", "record"), [
    ("paper", "梧桐里 2026年11月"), ("issue", "社区晨报·柳湾 2026年10月"), ("day", "社区晨报·柳湾 2026年11月8日"),
    ("page", "01版"), ("page that is not", "09版"), ("article", "垃圾箱房换新颜"), ("all", "梧桐里 2026年10月"),
])  # fmt: skip
def test_the_record_shows_what_was_stated(told, field, record):
    _, page = told(CONTRADICTIONS[field][0])
    facts = page.split("<h3>记录</h3>")[1].split("</dl>")[0]
    assert set(record.split(" ")) <= set(re.findall(r'record-words">([^<]*)<', facts))


@pytest.mark.sampled
@pytest.mark.parametrize("field", IMPOSSIBLE)
def test_a_citation_that_cannot_be_is_told(told, field):
    text, said, shown = IMPOSSIBLE[field]
    lines, page = told(text)
    assert said in "".join(lines)
    assert shown in page


@pytest.mark.sampled
@pytest.mark.parametrize("field", POSSIBLE)
def test_of_a_citation_that_may_be_nothing_is_said(told, field):
    lines, page = told(POSSIBLE[field])
    assert not [word for word in ("印在", "没有查到", "还没有出", "这期没有") if word in "".join(lines)]
    assert not re.search("读者说的(?:是|报纸| 20)", page)
