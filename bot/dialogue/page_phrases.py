"""What readers are told of their own pages: the line with the link, and the four digits. Pure.

The address and the digits stand here as they are stored; bot/chat/chat_links.py puts the real ones in on the way out, and only
in lines that are ours from beginning to end: an address alone in its line, or a line of `code_line`. What readers wrote, and
names, stand within lines: behind words of ours and without a line end.
"""

from __future__ import annotations

from bot.dialogue.person_phrases import WRITE

CODE_BEFORE = "四位数："
UNTOLD = "____"
FOR_ACTS, FOR_PRIVACY, FOR_CLAIM = "撤回、领奖要填的", "取走、删除要填的", "登记时要填的"
"""What the digits are for: the beginnings of their lines."""


def code_line(what_for: str) -> str:
    """The line with the digits, alone in its line wherever it is said."""
    return f"{what_for}{CODE_BEFORE}{UNTOLD}"


def all_of_mine(address: str) -> str:
    """Below 我的: everything, with the digits that weighty acts ask for."""
    return f"点开看全部（30分钟内有效）：\n{address}\n{code_line(FOR_ACTS)}"


def this_one(address: str) -> str:
    """Below a receipt."""
    return f"点开看这条，可以改、可以撤（30分钟内有效）：\n{address}"


def place(address: str) -> str:
    """The answer to 排行."""
    return f"点开看您排第几（30分钟内有效）：\n{address}"


def earlier_places(address: str) -> str:
    """The answer to 排行 while a round is graded, below the sentence that says so."""
    return f"别的几期点开看（30分钟内有效）：\n{address}"


def hall(address: str) -> str:
    return f"历年登报的名字都在这里：\n{address}\n不想列您的名字，回“不上光荣榜”。"


def errata(address: str) -> str:
    return f"每一期查实了哪些错、哪天更正的，都在这里：\n{address}"


def privacy(address: str) -> str:
    """The answer to 个人信息, with the digits that a copy and the erasure ask for."""
    return f"点开看存着您什么，要取走、要删也在那里（30分钟内有效）：\n{address}\n{code_line(FOR_PRIVACY)}"


def all_rules(address: str) -> str:
    """Below the short rules."""
    return f"细则点这里看：{address}"


def all_winners(address: str) -> str:
    """Below the names last released."""
    return f"各月名单点这里看：{address}"


NO_PAGES = f"这里还没有网页可以看。{WRITE}"
"""Where the installation has no address, or the account no contest."""


def these(address: str) -> str:
    return f"点开看这几条（30分钟内有效）：\n{address}"


def amended(ordinal: int, field: str, value: str) -> str:
    """An act of the page as it stands in the conversation: the command that would have done the same in the chat."""
    return f"改 {ordinal} {field} {value}" if value else f"改 {ordinal} {field} 删去"


def appealed(ordinal: int, words: str) -> str:
    return f"申诉 第{ordinal}条：{words}"
