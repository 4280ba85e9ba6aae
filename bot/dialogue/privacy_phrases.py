"""What readers are told about what is held of them: their copy. Pure."""

from __future__ import annotations

COPY_TOO_OFTEN = "今天已经给过您几次链接了，明天再来取吧。急用就写来说一声，编辑帮您准备。"
COPY_BEGINS = "我们存着的您的信息，点开这里看：\n"
COPY_AGAIN = "刚才没来得及给您链接，请再回一次“导出我的信息”。"
COPY_BY_DESK = "好的，编辑会替您准备一份，备好了告诉您怎么取。"


def copy_link(address: str, hours: int) -> str:
    return (f"{COPY_BEGINS}{address}\n"
            f"链接只给您一个人用，用一次，{hours}小时内有效，不要转给别人。")
