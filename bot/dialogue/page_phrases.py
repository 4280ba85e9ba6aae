"""What readers are told of their own pages: the line with the link, and the four digits. Pure.

The address and the digits stand here as they are stored; bot/chat_links.py puts the real ones in on the way out.
"""

from __future__ import annotations

CODE_BEFORE = "四位数："
UNTOLD = "____"


def all_of_mine(address: str) -> str:
    """Below 我的: everything, with the digits that weighty acts ask for."""
    return f"点开看全部（30分钟内有效）：\n{address}\n撤回、领奖要填的{CODE_BEFORE}{UNTOLD}"


def this_one(address: str) -> str:
    """Below a receipt."""
    return f"点开看这条，可以改、可以撤（30分钟内有效）：\n{address}"


def these(address: str) -> str:
    return f"点开看这几条（30分钟内有效）：\n{address}"



def amended(ordinal: int, field: str, value: str) -> str:
    """An act of the page as it stands in the conversation: the command that would have done the same in the chat."""
    return f"改 {ordinal} {field} {value}" if value else f"改 {ordinal} {field} 删去"


def appealed(ordinal: int, words: str) -> str:
    return f"申诉 第{ordinal}条：{words}"
