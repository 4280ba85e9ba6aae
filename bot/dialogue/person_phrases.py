"""What readers are told about their several accounts, about their pace, and about whom they can call.

Values in, text out; knows no rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.wechat.replies import MAX_TEXT_BYTES

EVERY = 3
"""So many of a reader's messages later he is told again whom he can call."""
WRITE = "请直接写来，编辑会看。"
"""In every sentence that says no and sends the reader to a person: the telephone stands below it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a person answers. `phone` empty: nobody can be called, and nothing is said."""

    phone: str = ""
    hours: str = ""

    @property
    def line(self) -> str:
        if not self.phone:
            return ""
        return f"想找人说说，打编辑部电话{self.phone}{f'（{self.hours}）' if self.hours else ''}。"

    @property
    def room(self) -> int:
        """Bytes that the line takes below a text."""
        return len(f"\n{self.line}".encode()) if self.phone else 0

    def beside(self, text: str, *, due: bool, grows: int = 0) -> str:
        """The text with the line below, where it is due or the text says no; once, and never beyond a message.

        `grows`: bytes by which the text becomes longer on its way out.
        """
        if not self.phone or self.phone in text or not (due or WRITE in text):
            return text
        whole = f"{text}\n{self.line}"
        return whole if len(whole.encode("utf-8", "replace")) + grows <= MAX_TEXT_BYTES else text


NOBODY = Desk()

CODE_FORM = "关联码是6位字母和数字。请先在另一个公众号里发“关联”，把收到的码照样发来，例如：关联 7KPX3M"
CODE_WRONG = "这个关联码不对，或者已经过期。请在另一个公众号里再发“关联”取一个新的。"
CODE_OWN = "这个码是在这里取的，请到另一个公众号里发。"
CODE_TOO_MANY = "试的次数多了，请过一小时再试。要帮忙就直接写来，编辑会看。"
LINKED = ("好的，已经关联。以后两边报的差错合在一起算，同一处只算一次，奖也只得一份。\n"
          "关联错了就写来说一声，编辑帮您分开。")
HEARD = "收到。报上哪里印错了，请把错的那几个字发来，照样给您记上。"
"""The one sentence a day to the talk of a muted reader: true of him as of anybody."""
UNLISTED = ("好的，网上的光荣榜和获奖名单不再列您的名字，报上已经印了的改不了。\n"
            "想再列出来，回“上光荣榜”。")
LISTED = "好的，您获奖后登报的名字会列在光荣榜上。不想列了，回“不上光荣榜”。"
LISTED_STILL_NOT = "和您关联的另一个帐号说过不上光荣榜，请用那个帐号回“上光荣榜”。"
LINKED_ALREADY = "两边早就关联好了，不用再关联。"
LINKED_ELSEWHERE = "您刚才在另一个公众号里完成了关联，两边报的差错合在一起算。若不是您本人，请马上回一句，编辑帮您分开。"


def unnamed(count: int) -> list[str]:
    """Among the names of a list: those who are not to be named."""
    return [f"{count}位不列名字的读者"] if count else []


def code(value: str, minutes: int) -> str:
    return (f"您的关联码：{value}（{minutes}分钟内有效）\n请到另一个公众号里发：关联 {value}\n"
            "两边就算同一位读者。码不要给别人。")


def held(limit: int) -> str:
    """To a message beyond the day's pace."""
    return (f"今天您已经报了{limit}处，真细心！先歇一歇，其余的请明天再发。\n"
            "刚才这条已经收好，明天一早替您记上，时间按现在算。")


def held_read(reports: int, half_told: int) -> str:
    """The next morning: how many reports came of what was held."""
    if not reports:
        return "昨天多发的几条已经看过，编辑会接着看。"
    more = f"其中{half_told}处还缺内容，请补一句是哪份报、第几版、哪几个字错了。" if half_told else ""
    return f"昨天多发的几条已经记好，共{reports}处，回“我的”看。{more}"
