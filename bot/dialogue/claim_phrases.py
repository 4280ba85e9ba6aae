"""Every sentence about claiming a prize: the notice before anything is given, the invitation, the chat (RULES 17, 18).

Pure: values in, text out. Whoever changes what the notice says gives it a new version: claims keep the one they were
made under.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.dialogue.page_phrases import FOR_CLAIM, code_line

NOTICE_VERSION = "2026-11"
NOTHING = "您现在没有要领的奖。回“获奖”看最近的名单。"


def notice(*, holder: str, phone: str, by_post: bool, keep_days: int, age: int) -> list[tuple[str, str]]:
    """(what, words) in the order of the law (个人信息保护法 17, 30, 31): said before the first thing is asked."""
    given = "到编辑部来领：电话可填可不填。"
    if by_post:
        given += "寄给您：收件人、地址和电话。"
    given += f"未满{age}周岁：监护人的姓名和电话。另外要问一声您是不是本报工作人员或他们的亲属，他们不领奖。"
    seen = "只有负责发奖的同事能看，每看一次都留下记录；存着的时候是加密的。"
    if by_post:
        seen += "寄的时候，快递单上要写收件人、地址和电话。"
    call = f"打{phone}，或在公众号里留言" if phone else "在公众号里留言"
    return [
        ("谁来收", f"{holder}{f'，电话{phone}' if phone else ''}。"),
        ("做什么用", "只用来把这份奖品交到您手里，不作别的用处。"),
        ("收哪些", given),
        ("谁能看到", seen),
        ("留到什么时候", f"奖品领走、寄出，或者过期没领，再过{keep_days}天就自动删掉。"),
        ("您可以", f"要看、要改，{call}；要删，在公众号里回“删除我的信息”。不愿填写也可以，到编辑部当面领就行。"),
    ]


def invitation(until: date, *, page: bool, place: str, phone: str, hours: str) -> str:
    """How a winner comes to his prize; stands in his notice and in what reminds him."""
    if not page:
        return f"请在{_day(until)}前{come(place, phone, hours)}，说一声登报的名字。"
    return f"请在{_day(until)}前领：在这里回“领奖”两个字，会给您登记的链接；也可以{come(place, phone, hours)}。"


def link(until: date, address: str, *, place: str, phone: str, hours: str) -> str:
    """The answer to 领奖; the digits follow once, below all of them."""
    return (f"请在{_day(until)}前点开登记（30分钟内有效，过了再回一次“领奖”）：\n{address}\n"
            f"链接只给您一个人用。不方便点的话，{come(place, phone, hours)}。")


def reminder(month: int, days: int, how: str) -> str:
    return f"您{month}月的啄木鸟奖品还没有领，还剩{days}天。{how}"


def lapsed(month: int) -> str:
    return f"您{month}月的啄木鸟奖品过了领取的日子，没有再留。您的名字还在光荣榜上，谢谢您替报纸捉错。"


def claimed(month: int) -> str:
    """Goes to the winner once his claim is in. Without the code word: messages are stored as they are sent."""
    return f"您{month}月的奖品登记好了。回“领奖”两个字，会告诉您暗号和怎么领。如果不是您登记的，请马上告诉我们。"


def asked(items: Sequence[str], *, code: bool) -> str:
    """The answer to 领奖; an item a prize. `code`: the page asks for the digits."""
    if not items:
        return NOTHING
    return "\n".join([*items, code_line(FOR_CLAIM)] if code else items)


def to_claim(month: int, how: str) -> str:
    return f"您{month}月的奖品等您来领。{how}"


def word(month: int, code_word: str, *, place: str, phone: str, hours: str) -> str:
    """After the claim: what is to be said at the counter."""
    return f"您{month}月的奖品登记好了，领奖暗号：{code_word}。请{come(place, '', hours)}，说这个暗号就能领。{_ask(phone)}"


def word_unreadable(month: int, *, phone: str) -> str:
    return f"您{month}月的奖品登记好了，暗号这会儿取不出来，来领的时候说登报的名字也行。{_ask(phone)}"


def to_be_sent(month: int) -> str:
    return f"您{month}月的奖品登记好了，会寄到您留的地址。"


def _ask(phone: str) -> str:
    return f"有事打{phone}。" if phone else ""


def come(place: str, phone: str, hours: str) -> str:
    """Where to: 到银杏路1号编辑部来（周一至周五 9:00—17:00），或打021-…"""
    come = f"到{place or '编辑部'}来{f'（{hours}）' if hours else ''}"
    return f"{come}，或打{phone}" if phone else come


def _day(until: date) -> str:
    return f"{until.month}月{until.day}日"


KEPT_FOR_PRIZE = "您还有奖品没领，只留下发奖要用的，领走后也会删。"
"""Below the sentence that all is deleted, where something is not yet."""
