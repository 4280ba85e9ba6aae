"""What is said about things that stand still: short, kind, with what to do. Pure; nothing of readers or members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong now. `code`: the same while it lasts; `patience`: so long it may mend itself; `urgent`: told at
    night too."""

    code: str
    title: str
    text: str
    urgent: bool = False
    patience: timedelta = timedelta()


def lasted(time: timedelta) -> str:
    """5 天 · 3 小时 · 20 分钟; whole units."""
    if time >= 2 * DAY:
        return f"{time // DAY} 天"
    return f"{time // HOUR} 小时" if time >= HOUR else f"{max(1, time // timedelta(minutes=1))} 分钟"


def reports(many: int, oldest: timedelta) -> Problem:
    return Problem("reports", "纠错积下来了",
                   f"有 {many} 条纠错还没评，最早的等了 {lasted(oldest)}。读者在等回音，请安排编辑评一评，"
                   "忙不过来可以在“待评”里分派。")


def letters(many: int, oldest: timedelta) -> Problem:
    return Problem("letters", "来信还没答复",
                   f"有 {many} 封来信在等人答复，最早的等了 {lasted(oldest)}。请到“来信”里看一看，"
                   "不用答复的写一句理由收起来就好。")


def unread(many: int) -> Problem:
    return Problem("unread", "来信没有读出来",
                   f"有 {many} 封来信收下一个多小时了，还没有读。请管理员到“运行”里给“补读来信”点“马上做”，看它说什么。",
                   urgent=True)


def outbox(many: int, oldest: timedelta) -> Problem:
    return Problem("outbox", "通知没有发出去",
                   f"有 {many} 条给读者的通知该发没发，最早的晚了 {lasted(oldest)}。请到“运行”里看原因，修好了点“马上再送”。")


def undecided(many: int) -> Problem:
    return Problem("undecided", "通知要人定",
                   f"有 {many} 条通知一天多了还不知道送到没有，或者没发出去。请到“通知”里定：再发一次，还是不发了。")


def job(name: str, called: str) -> Problem:
    return Problem(f"job-{name}", f"“{called}”做不成",
                   f"定时任务“{called}”一再没做成。请管理员到“运行”里看原因，改好以后点“马上做”；看不明白就查日志。", urgent=True,
                   patience=timedelta(minutes=5))


def scheduler(since: timedelta | None) -> Problem:
    how = f"停了 {lasted(since)}" if since is not None else "从来没有开过"
    return Problem("scheduler", "定时任务停着",
                   f"定时任务{how}。没有它，轮次不截止，通知也发不出去。请在服务器上运行 "
                   "systemctl restart woodpecker-scheduler。", urgent=True)


def backup(since: timedelta) -> Problem:
    return Problem("backup", "备份断了",
                   f"最近一次成功的备份是 {lasted(since)} 以前的。请看看夜里的备份为什么没做，先手工做一次。")


def disk(machine: str, free_gb: float, *, urgent: bool) -> Problem:
    now = "马上腾地方，不然很快收不下来信。" if urgent else "请腾些地方，照片还会来。"
    return Problem(f"disk-{machine}", f"机器 {machine} 的磁盘快满了", f"机器 {machine} 只剩 {free_gb:.1f} GB。{now}",
                   urgent=urgent)


def deadline(round_id: int, month: str, left: timedelta, blockers: Sequence[tuple[str, int]]) -> Problem:
    """A round whose grading ends soon and that cannot be picked: `blockers`: (what, how many)."""
    open_ = "、".join(f"{label} {many}" for label, many in blockers)
    return Problem(f"deadline-{round_id}", f"{int(month[5:7])}月这一轮还评不出名单",
                   f"{int(month[5:7])}月这一轮离评分结束还有 {lasted(left)}，名单还评不出来，因为有：{open_}。"
                   "请大家先处理这些，“进度”里一条一条列着。",
                   urgent=left < DAY)


def press(round_id: int, month: str, said: str) -> Problem:
    return Problem(f"press-{round_id}", f"{int(month[5:7])}月的名单还没发布", f"{said}。请主编看一遍预览，发布了才能付印。")


def told(problems: Sequence[Problem], link: str) -> tuple[str, str]:
    """Subject and text of what is said at once."""
    subject = f"啄木鸟：{problems[0].title}" + (f"，还有 {len(problems) - 1} 件" if len(problems) > 1 else "")
    if len(problems) == 1:
        lines = [f"啄木鸟有件事请看一下：{problems[0].text}"]
    else:
        lines = [f"啄木鸟有 {len(problems)} 件事请看一下：", *(f"{n}. {one.text}" for n, one in enumerate(problems, 1))]
    return subject, "\n".join([*lines, *([f"打开看看：{link}"] if link else [])])


def over(titles: Sequence[str]) -> tuple[str, str]:
    """The same of what is well again."""
    said = "；".join(titles)
    more = f"等 {len(titles)} 件" if len(titles) > 1 else ""
    return f"啄木鸟：好了，{titles[0]}{more}", f"好了，下面的事不用再管：{said}。辛苦了。"
