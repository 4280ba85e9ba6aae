"""Every sentence said to readers. Values in, text out; knows no rows. Warm, short, plain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import SHANGHAI
from bot.dialogue import share_words
from bot.understanding.turns.merge import Mended
from bot.understanding.values import Field
from models.enums import SCORING_VERDICTS, ReportState, Verdict

MAX_LINES = 6
QUOTE_CHARS = 24
PAGE_CHARS = 12
WEEKDAYS = "一二三四五六日"

FIELD_NAMES = {
    Field.PAPER: "报纸", Field.ISSUE: "期", Field.PAGE: "版面", Field.ARTICLE: "文章",
    Field.WRONG: "原文", Field.RIGHT: "改正", Field.REASON: "理由", Field.DETAIL: "差错",
}

WELCOME = (
    "您好，欢迎来捉错！看到报上哪里印错了，直接发给我就行，例如：\n"
    "柳湾版3版《社区食堂开张》，“食唐”应为“食堂”\n"
    "一次说几处也可以。回“规则”看评奖办法，回“截止”看日期。"
)
HOLDS = "您手里的是{paper}，没写报名的都算这一份。"
HELP = (
    "发现差错直接写来就行：哪份报、几版、哪篇文章、哪几个字错了，先后不限。\n"
    "“我的”看您报过的；“改 版面 03”改最近一条；“改 2 文章 题目”改第2条；“撤回 2”撤掉第2条。\n"
    "“规则”“截止”“获奖”“排行”“光荣榜”“差错日历”“个人信息”随时可问；“署名 早起鸟”定登报用的名字；“删除我的信息”抹去您的资料。"
)
THANKS = "不客气，谢谢您这么细心！"
HELLO = "您好！看到报上哪里印错了，直接写来就行。回“帮助”看用法。"
KEPT_FOR_DESK = "收到，这件事我转给值班编辑看。若是报纸上印错了字，请把错的那几个字发给我。"
READ_LATER = "收到，已经记下，稍后给您回音。"
BESIDES, MORE_BESIDES = "还有一件事要告诉您：\n", "还有几件事要告诉您：\n"
NOTHING_MORE = "没有别的了，都已经告诉您。"  # what waits takes its place, see outbox.passive
NO_CONTEST = "收到。啄木鸟活动还没有开始，您的话已经留给编辑。"
NOTHING_TO_CHANGE = "您还没有报过差错。看到报上哪里印错了，直接写来就行。"
NO_SUCH_REPORT = "没有找到您说的那一条。回“我的”看您报过的。"
ERASED = "已经删除您的名字、联系方式和聊天记录。您报过的差错还会更正，但不再有您的名字。"
NAME_TOO_LONG = "这个名字有点长，请用12个字以内的。"
ASK_NAME = "若获奖，登报用什么名字？回“署名 早起鸟”这样的话；不愿登就回“不登名字”。"
TOO_LONG = "您写得很详细，先记下前面这些，其余的编辑会接着看。"
ANSWER_PASSED_ON = "好的，已经补上，编辑会接着看。"
MENDED = {Mended.NOTHING: "好的，本来就是这样，不用改。", Mended.ADDED: "好的，已经补上。", Mended.REPLACED: "好的，已经改好。"}
STILL_UNCLEAR = "已经记下，编辑会看。想起是哪几个字错了，随时再告诉我。"


@dataclass(frozen=True, slots=True)
class ReceiptItem:
    """One report as the receipt shows it. `rank` 0: not counted; `asked` is what is still missing."""

    ordinal: int
    number: int
    paper: str | None
    issue: str | None  # 2026年11月
    page: str | None
    article: str | None
    wrong: str | None
    right: str | None
    found: str  # a `Located` value
    found_page: str | None  # where it stands, if not where the reader said
    late: bool
    rank: int
    first_number: int | None
    first_at: datetime | None
    repeat_of: bool
    unknown_page: bool = False
    unknown_issue: str | None = None  # an issue that there is not, as `issue` is written
    not_out: bool = False  # that issue is still to come
    found_paper: str | None = None  # as found_page, for the other fields of the citation
    found_issue: str | None = None
    found_article: str | None = None
    elsewhere: bool = False  # the first find is the same slip at another place
    same_as_own: int | None = None  # the reader's own report (ordinal) of the same slip at another place
    reason: str | None = None
    told_otherwise: bool = False  # a repeat with another right form than the one on record
    unknown_paper: bool = False  # a newspaper that is none of the contest's


def receipt(items: Sequence[ReceiptItem], ask: str | None, *, ask_name: bool, title: str = "收到，谢谢！") -> str:
    """At most six short lines, then how to see the rest; a question stands last, and only one."""
    room = MAX_LINES - bool(ask or ask_name) - 1
    lines = _one(items[0], title) if len(items) == 1 else _many(items, title, room=room)
    if ask:
        lines = [*lines[: MAX_LINES - 1], ask]
    elif ask_name:
        lines = [*lines[: MAX_LINES - 1], ASK_NAME]
    return "\n".join(lines)


def _one(item: ReceiptItem, title: str) -> list[str]:
    if item.repeat_of and item.told_otherwise and item.right:
        return [f"这一处您已经报过，是第{item.ordinal}条（编号{item.number}）。",
                f"要改成“{short(item.right)}”，回“改 {item.ordinal} 改正 {short(item.right)}”。"]
    if item.repeat_of:
        return [f"这一处您已经报过，是第{item.ordinal}条（编号{item.number}），不用再发。"]
    lines = [f"{title}记为第{item.ordinal}条（编号{item.number}）。"]
    paper = " ".join(part for part in (short(item.paper), item.issue) if part)
    if paper:
        lines.append(f"报纸：{paper}")
    place = _place(item)
    if place:
        lines.append(f"版面：{place}")
    detail = correction(item.wrong, item.right)
    if detail and item.right is None and item.reason:
        detail += f"，{short(item.reason)}"  # what he said of it, where he gave no right form
    if detail:
        lines.append(f"差错：{detail}")
    standing = _standing(item)
    if standing:
        lines.append(standing)
    return lines


def _many(items: Sequence[ReceiptItem], title: str, *, room: int) -> list[str]:
    lines = [f"{title}共{len(items)}处："]
    for item in items[: room - 1]:
        mark = "，您报过" if item.repeat_of else _short_standing(item)
        page = _page(item.page, " ")
        lines.append(f"第{item.ordinal}条 {page}{correction(item.wrong, item.right) or '（还缺内容）'}{mark}")
    if len(items) > room - 1:
        lines.append(f"共{len(items)}处，回复“我的”看全部。")
    else:
        lines.append("哪条不对，回“改 条号 版面 03”；撤掉回“撤回 条号”。")
    return lines


def _place(item: ReceiptItem) -> str:
    return _page(item.page) + (f"《{short(item.article)}》" if item.article else "")


def page_words(page: str | None) -> str:
    """3版, for sentences that stand in other modules."""
    return _page(page)


def _page(page: str | None, after: str = "") -> str:
    """A page as stated may be anything that a reader wrote."""
    return f"{short(page, PAGE_CHARS)}版{after}" if page else ""


def correction(wrong: str | None, right: str | None) -> str:
    """“食唐”→“食堂”; deletions and one-sided reports in words."""
    if wrong and right == "":
        return f"“{short(wrong)}”应删去"
    if wrong and right:
        return f"“{short(wrong)}”→“{short(right)}”"
    if wrong:
        return f"“{short(wrong)}”"
    return f"应为“{short(right)}”" if right else ""


def _standing(item: ReceiptItem) -> str:
    if item.unknown_paper:
        return f"活动的报纸里没有“{short(item.paper, PAGE_CHARS)}”，编辑会再核对。"  # and no rank: it may be nobody's
    if item.late and item.unknown_issue is not None:
        return f"{_found(item)}早前的报纸已经截止，不参加评奖。"
    if item.late:
        told = _found(item) if item.unknown_page or _against(item) else ""
        return f"{told}这一期已经截止：差错照样核对更正，不参加评奖。"
    return _found(item) + _linked(item) + _rank(item)


def _rank(item: ReceiptItem) -> str:
    if item.rank > 1 and item.first_at is not None:
        return f"目前第{item.rank}位；首位{moment(item.first_at)}，编号{item.first_number}。"
    return "目前第1位发现。" if item.rank == 1 else ""


def _linked(item: ReceiptItem) -> str:
    """The same slip elsewhere counts once (RULES 7)."""
    if item.same_as_own is not None:
        return f"同样的错您在第{item.same_as_own}条报过，合算一处。"
    return "同样的错别处也印了，合算一处。" if item.elsewhere else ""


def _found(item: ReceiptItem) -> str:
    if _impossible(item):
        return _impossible(item)
    if item.found == "found":
        against = _against(item)
        return f"报上找到了，印在{against}。" if against else "报上找到了这处。"
    if item.found == "not_found":
        return f"没在{_page(item.page) or '这期'}找到这几个字，编辑会再核对。"
    return ""


def _impossible(item: ReceiptItem) -> str:
    if item.unknown_issue is not None:
        return f"{item.unknown_issue}这期{'还没有出' if item.not_out else '没有查到'}，编辑会再核对。"
    return f"这期没有{_page(item.page)}，编辑会再核对。" if item.unknown_page else ""


def _against(item: ReceiptItem) -> str:
    """Where print says otherwise than the reader, and only that."""
    issue = f"{item.found_issue}那期" if item.found_issue else ""
    place = _page(item.found_page) + (f"《{short(item.found_article)}》" if item.found_article else "")
    return " ".join(part for part in (short(item.found_paper), issue, place) if part)


def _short_standing(item: ReceiptItem) -> str:
    if item.late:
        return "（已截止）"
    if item.unknown_paper:
        return "（活动里没有这份报纸）"
    said = [_short_found(item)]
    if item.same_as_own is not None:
        said.append(f"与第{item.same_as_own}条同样的错，合算一处")
    elif item.rank > 1 and item.first_at is not None:
        said.append(f"目前第{item.rank}位，首位{moment(item.first_at)}，编号{item.first_number}")
    elif item.rank == 1:
        said.append("目前第1位")
    words = "，".join(part for part in said if part)
    return f"（{words}）" if words else ""


def _short_found(item: ReceiptItem) -> str:
    if item.unknown_issue is not None:
        return "这期还没有出" if item.not_out else "没有查到这期"
    if item.unknown_page:
        return "没有这一版"
    against = _against(item)
    if against:
        return f"印在{against}"
    return {"found": "已找到", "not_found": "没找到，编辑再看"}.get(item.found, "")


ASKS = {
    Field.DETAIL: "请再告诉我：哪几个字错了？",
    Field.PAPER: "请再告诉我：是哪一份报纸、第几版？",
    Field.PAGE: "请再告诉我：在第几版、哪篇文章？",
    Field.ARTICLE: "这几个字不止一处，请再告诉我：在哪篇文章？",
}


def short(text: str | None, length: int = QUOTE_CHARS) -> str:
    """One line, cut in the middle of nothing: the head with “…”."""
    line = " ".join((text or "").split())
    return line if len(line) <= length else line[: length - 1] + "…"


def moment(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def day(on: date) -> str:
    return f"{on.month}月{on.day}日（星期{WEEKDAYS[on.weekday()]}）"


def month(label: str) -> str:
    """2026-11 → 2026年11月."""
    return f"{label[:4]}年{int(label[5:7])}月"


STATE_WORDS = {
    ReportState.HALF_TOLD: "还缺内容", ReportState.FILED: "待评", ReportState.NEEDS_MORE: "请补充",
    ReportState.ESCALATED: "编辑部核对中", ReportState.WITHDRAWN: "已撤回", ReportState.LAPSED: "已过期",
    ReportState.DECIDED: "已评",
}
VERDICT_WORDS = {
    Verdict.ACCEPTED: "采纳", Verdict.ACCEPTED_WITH_EDITS: "修改后采纳", Verdict.BOTH_FORMS: "两种写法都可以",
    Verdict.SUGGESTION: "作为建议收下", Verdict.NOT_AN_ERROR: "不是差错", Verdict.OUT_OF_SCOPE: "不在范围",
    Verdict.CANNOT_CHECK: "无法核对", Verdict.REPEATED: "您报过这一处", Verdict.NEEDS_MORE: "请补充",
}


def state_words(state: ReportState, verdict: Verdict | None, *, corrected: bool = False) -> str:
    """`corrected`: a notice about it has been printed."""
    if state is ReportState.DECIDED and verdict is not None:
        return VERDICT_WORDS[verdict] + ("，已登更正" if corrected else "")
    return STATE_WORDS[state]


@dataclass(frozen=True, slots=True)
class MineItem:
    ordinal: int
    page: str | None
    wrong: str | None
    right: str | None
    state: str


def mine(items: Sequence[MineItem], total: int) -> str:
    if not items:
        return NOTHING_TO_CHANGE
    lines = [f"您共报过{total}处" + ("，最近几条：" if total > len(items) else "：")]
    for item in items:
        said = (_page(item.page), correction(item.wrong, item.right), item.state)
        lines.append(" ".join((f"第{item.ordinal}条", *(part for part in said if part))))
    if any(item.state == STATE_WORDS[ReportState.WITHDRAWN] for item in items):
        lines.append("撤回了的还想报，再写一遍就行。")
    return "\n".join(lines)


def rules(best: str, excellent: int, deadline: date | None, shares: Sequence[int] = (4, 1, 1)) -> str:
    """`shares`: of the first finder of an erratum, the second and so on, in quarters."""
    until = f"本期{day(deadline)}24时截止。" if deadline else ""
    others = f"；之后{excellent}位是优秀“啄木鸟”，有纪念品" if excellent else ""
    return (
        f"报纸上印错的都算，广告、图说、中缝也算。{until}\n"
        f"同一处差错，先报的得{share_words.finders(shares)}；位置、改正、理由说清楚再加分。\n"
        f"得分最高的一位是最佳“啄木鸟”，奖{best}{others}。下期登报公布。"
    )


def deadline_words(deadline: date | None, label: str | None) -> str:
    if deadline is None or label is None:
        return "现在没有进行中的一期。下一期出报后再来捉错吧。"
    return f"{month(label)}这期，{day(deadline)}24时截止。"


def winners(label: str, best: Sequence[str], excellent: Sequence[str], corrections: Sequence[str] = ()) -> str:
    lines = [f"{month(label)}啄木鸟："]
    lines.append(f"最佳：{'、'.join(best)}" if best else "最佳：本期空缺")
    if excellent:
        lines.append(f"优秀：{'、'.join(excellent)}")
    lines += corrections
    return "\n".join(lines)


NO_WINNERS_YET = "还没有公布过获奖名单。公布后在这里回“获奖”就能看到。"


def issue_name(label: str) -> str:
    """2026-11 → 2026年11月; 2026-11-08 → 2026年11月8日."""
    return month(label) + (f"{int(label[8:10])}日" if len(label) == 10 else "")


def name_kept(name: str) -> str:
    return f"好的，若获奖，登报用“{name}”。" if name else "好的，若获奖，不登您的名字。"


def ask_back(ordinal: int, wrong: str | None, question: str) -> str:
    about = f"（“{short(wrong)}”）" if wrong else ""
    return f"您的第{ordinal}条{about}，编辑想再问一句：{question}"


def outcome(ordinal: int, wrong: str | None, right: str | None, page: str | None, verdict: Verdict,
            reason: str | None, *, appeal_days: int = 10) -> str:
    """The verdict, always with the reader's own words and the place; after a "no" how to appeal (0 days: not told)."""
    lines = [f"您的第{ordinal}条：{_page(page)}{correction(wrong, right)}", f"结果：{VERDICT_WORDS[verdict]}。"]
    if reason:
        lines.append(reason)
    if appeal_days and verdict not in SCORING_VERDICTS:
        lines.append(f"不同意？{appeal_days}天内回“申诉 {ordinal} 理由”，编辑会重新看。")
    return "\n".join(lines)


def more_waiting(count: int) -> str:
    """Stands below a reply that could not hold everything that waits for the reader."""
    return f"还有{count}条，回“更多”看。"


def recorded_for_you(items: Sequence[tuple[int, int, str | None, str | None]]) -> str:
    """What an editor put on record from a photo, a voice or a letter. Items: ordinal, number, wrong, right."""
    lines = ["您的来信编辑看过了，替您记下："]
    for ordinal, number, wrong, right in items[: MAX_LINES - 2]:
        lines.append(f"第{ordinal}条（编号{number}）{correction(wrong, right)}")
    if len(items) > MAX_LINES - 2:
        lines.append(f"共{len(items)}处，回复“我的”看全部。")
    return "\n".join(lines)


def corrected(items: Sequence[tuple[str | None, str | None]], on: date, page: str, paper: str | None) -> str:
    """To the finder of what a notice corrects. Items: wrong, right; `paper`: named only where it is another one."""
    named = correction(*items[0]) or "差错"
    many = f"等{len(items)}处" if len(items) > 1 else ""
    return f"您指出的{named}{many}，{f'《{paper}》' if paper else '本报'}已在{on.month}月{on.day}日{page}更正。谢谢您。"


def welcome(paper: str | None, *, new: bool) -> str | None:
    """After following, or after scanning the code on a paper; nothing where a follower scanned another code."""
    holds = HOLDS.format(paper=paper) if paper else None
    if not new:
        return holds
    return f"{WELCOME}\n{holds}" if holds else WELCOME
