"""What readers are told about what is held of them: their copy, and the erasure that is asked about once. Pure."""

from __future__ import annotations

COPY_TOO_OFTEN = "今天已经给过您几次链接了，明天再来取吧。急用就写来说一声，编辑帮您准备。"
COPY_BEGINS = "我们存着的您的信息，点开这里看：\n"
COPY_AGAIN = "刚才没来得及给您链接，请再回一次“导出我的信息”。"
COPY_BY_DESK = "好的，编辑会替您准备一份，备好了告诉您怎么取。"


def copy_link(address: str, hours: int) -> str:
    return (f"{COPY_BEGINS}{address}\n"
            f"链接只给您一个人用，用一次，{hours}小时内有效，不要转给别人。")


def ask_erasure(code: str, *, accounts: int, to_be_claimed: int, claimed: int, running: int, wrong: bool) -> str:
    """Asked once, with what he gives up by it. `wrong`: the digits he sent were not these."""
    lines = ["数字没对上，再看一眼。" if wrong else "先和您确认一下：删了就找不回来了。"]
    lines.append("会删掉：您的名字、联系方式、聊天记录、照片和语音。报过的差错还会更正，只是不再有您的名字。")
    if accounts > 1:
        lines.append(f"您关联过的{accounts}个帐号一起删。")
    if to_be_claimed:
        lines.append("您有奖品还没登记领取，删了就不能在这里领了，最好先回“领奖”。")
    if claimed:
        lines.append("您登记过的奖品还没领，只留发奖要用的，领走后也删。")
    if running:
        lines.append(f"这一轮您报的{running}处不再参加评奖。")
    lines.append(f"真的要删，一小时内回：确认删除 {code}\n不删就不用理会。")
    return "\n".join(lines)
