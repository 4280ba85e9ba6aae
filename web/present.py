"""How things look: times, points, the Chinese name of every state and verb, shortening. Reads nothing."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum

from flask import Flask

from bot.chat.chat_links import in_words
from bot.clock import SHANGHAI
from models.enums import (
    ActorKind,
    ArticleState,
    AttachmentKind,
    AttachmentState,
    AttemptOutcome,
    AwardOrigin,
    Bar,
    ChangeKind,
    CorrectionKind,
    CorrectionState,
    DeskCause,
    Doubling,
    ImportState,
    ImportStep,
    JobOutcome,
    LinkedBy,
    Measure,
    MessageFate,
    NameState,
    OutgoingState,
    Prize,
    PrizeState,
    Relation,
    ReleaseStep,
    ReportSource,
    ReportState,
    RightState,
    Role,
    RoundState,
    SearchKind,
    Theme,
    Verdict,
)
from models.work_enums import (
    AppealState,
    BulkFate,
    BulkVerb,
    CallTarget,
    CannedKind,
    ClaimWay,
    ContactKind,
    Doing,
    DraftOf,
    EntryState,
    GiveUpReason,
    LapseReason,
    LeadKind,
    LeadOutcome,
    Receiving,
    ReminderMoment,
    ReminderState,
    RevealCause,
    Revealed,
    ReviewCause,
    ReviewResult,
    ReviewState,
)

# A table for each enum: members of two enums with the same value are equal as texts.
NAMES: dict[type[StrEnum], dict[StrEnum, str]] = {
    Verdict: {
        Verdict.ACCEPTED: "采纳", Verdict.ACCEPTED_WITH_EDITS: "修改后采纳", Verdict.BOTH_FORMS: "两可",
        Verdict.SUGGESTION: "建议", Verdict.NOT_AN_ERROR: "非差错", Verdict.OUT_OF_SCOPE: "不在范围",
        Verdict.CANNOT_CHECK: "无法核对", Verdict.REPEATED: "重复", Verdict.NEEDS_MORE: "待补充",
    },
    AppealState: {
        AppealState.OPEN: "申诉待答复", AppealState.UPHELD: "申诉后改判", AppealState.KEPT: "申诉后维持",
    },
    ReviewCause: {
        ReviewCause.RANDOM: "随机抽查", ReviewCause.CONTENDER: "关系到名单", ReviewCause.APPEAL: "读者申诉",
    },
    ReviewState: {
        ReviewState.WAITING_SECOND: "等第二位评", ReviewState.WAITING_THIRD: "等第三位评",
        ReviewState.WAITING_CHIEF: "等主编定", ReviewState.SETTLED: "已评定", ReviewState.DROPPED: "不再复评",
    },
    ReviewResult: {
        ReviewResult.AGREED: "两位一致", ReviewResult.TWO_OF_THREE: "三位里两位一致", ReviewResult.CHIEF: "主编定",
    },
    EntryState: {
        EntryState.COUNTS: "按来电时间算", EntryState.WAITING: "待另一位确认", EntryState.CONFIRMED: "已确认",
        EntryState.REFUSED: "未确认，按录入时间算",
    },
    Doing: {Doing.VIEWING: "在看", Doing.IDLE: "走开了", Doing.EDITING: "在填"},
    DraftOf: {
        DraftOf.GRADE: "评分", DraftOf.MEND: "更正记录", DraftOf.NOTE: "便签", DraftOf.ANSWER: "答复",
    },
    Doubling: {
        Doubling.NONE: "不加倍", Doubling.HEADLINE: "报头、报眉、栏头、标题", Doubling.IMPORTANT: "重要信息",
    },
    ReportState: {
        ReportState.HALF_TOLD: "没说完", ReportState.FILED: "待评", ReportState.NEEDS_MORE: "待补充",
        ReportState.DECIDED: "已定", ReportState.ESCALATED: "上报", ReportState.WITHDRAWN: "已撤回",
        ReportState.LAPSED: "已失效",
    },
    SearchKind: {SearchKind.ARTICLE: "文章", SearchKind.REPORT: "纠错"},
    ReportSource: {
        ReportSource.CHAT: "文字", ReportSource.PHOTO: "照片", ReportSource.VOICE: "语音",
        ReportSource.STAFF: "代录",
    },
    AttachmentKind: {AttachmentKind.PICTURE: "照片", AttachmentKind.VOICE: "语音"},
    AttachmentState: {
        AttachmentState.WAITING: "待取", AttachmentState.FETCHING: "正在取", AttachmentState.KEPT: "已存",
        AttachmentState.REFUSED: "不能收", AttachmentState.LOST: "取不到", AttachmentState.ERASED: "已删除",
    },
    MessageFate: {
        MessageFate.READ: "已读懂", MessageFate.UNREAD: "待读", MessageFate.FAILED: "没读懂",
        MessageFate.EVENT: "事件", MessageFate.DESK: "待处理", MessageFate.DESK_CLOSED: "已处理",
    },
    NameState: {
        NameState.NOT_ASKED: "没问过", NameState.ASKED: "已问，未答", NameState.GIVEN: "已给",
        NameState.DECLINED: "不愿署名", NameState.UNSUITABLE: "不宜刊出",
    },
    Bar: {Bar.STAFF: "本报工作人员", Bar.RELATIVE: "工作人员亲属", Bar.BLOCKED: "已停止参加"},
    Measure: {Measure.BAR: "不参加评奖", Measure.MUTE: "免打扰"},
    RoundState: {
        RoundState.OPEN: "进行中", RoundState.CLOSED: "已截止", RoundState.PICKED: "已评出",
        RoundState.RELEASED: "已公布",
    },
    ReleaseStep: {
        ReleaseStep.TYPESET: "印刷框已发排", ReleaseStep.ARTICLE: "文章已放进公众号后台",
        ReleaseStep.MASS_SENT: "已在公众平台群发", ReleaseStep.WINNERS_TOLD: "获奖者都通知到了",
    },
    Prize: {Prize.BEST: "最佳啄木鸟", Prize.EXCELLENT: "优秀啄木鸟"},
    PrizeState: {
        PrizeState.TO_BE_CLAIMED: "待领", PrizeState.CLAIMED: "已登记", PrizeState.HANDED_OVER: "已领走",
        PrizeState.LAPSED: "过期未领",
    },
    OutgoingState: {
        OutgoingState.QUEUED: "待发送", OutgoingState.SENDING: "发送中", OutgoingState.SENT: "已发送",
        OutgoingState.FAILED: "没发出去", OutgoingState.UNCERTAIN: "不知发没发到",
        OutgoingState.UNREACHABLE: "发不到", OutgoingState.CALLED_BACK: "已撤回",
    },
    AttemptOutcome: {
        AttemptOutcome.SENT: "已发送", AttemptOutcome.REFUSED: "微信没有收", AttemptOutcome.NEVER_LEFT: "没连上微信",
        AttemptOutcome.UNKNOWN: "不知发没发到",
    },
    RightState: {RightState.GRANTED: "能用", RightState.REFUSED: "停用", RightState.RESTING: "暂停"},
    LinkedBy: {LinkedBy.CODE: "关联码", LinkedBy.UNION: "微信认出", LinkedBy.STAFF: "编辑关联"},
    Relation: {Relation.NEITHER: "都不是", Relation.STAFF: "本报工作人员", Relation.RELATIVE: "工作人员亲属"},
    ArticleState: {
        ArticleState.WAITING: "等着送草稿", ArticleState.DRAFTING: "正在送草稿",
        ArticleState.DRAFTED: "草稿已在公众号后台", ArticleState.WANTED: "等着发布",
        ArticleState.SUBMITTING: "正在发布", ArticleState.SUBMITTED: "微信正在处理", ArticleState.PUBLISHED: "文章已发布",
        ArticleState.NOT_GRANTED: "没有权限，请复制", ArticleState.FAILED: "出错", ArticleState.UNCERTAIN: "不知成没成",
        ArticleState.BY_HAND: "已在后台处理好",
    },
    Theme: {Theme.SYSTEM: "跟随系统", Theme.LIGHT: "浅色", Theme.DARK: "深色"},
    Role: {Role.EDITOR: "编辑", Role.CHIEF: "主编", Role.PRIZES: "发奖", Role.ADMIN: "管理员"},
    ActorKind: {ActorKind.STAFF: "工作人员", ActorKind.SCHEDULER: "定时任务", ActorKind.OPERATOR: "运维"},
    DeskCause: {
        DeskCause.REPORTING: "采访", DeskCause.WRITING: "写作", DeskCause.EDITING: "编辑",
        DeskCause.PROOFREADING: "校对", DeskCause.LAYOUT: "排版", DeskCause.PRINTING: "印刷",
    },
    CorrectionKind: {
        CorrectionKind.WORDING: "正文文字", CorrectionKind.TITLE: "标题", CorrectionKind.DELETION: "多印的字",
        CorrectionKind.INSERTION: "漏印的字", CorrectionKind.FACT: "事实",
    },
    CorrectionState: {
        CorrectionState.DRAFT: "草稿", CorrectionState.RELEASED: "可以登了", CorrectionState.PRINTED: "已登",
        CorrectionState.WITHDRAWN: "已撤下",
    },
    JobOutcome: {JobOutcome.RUNNING: "进行中", JobOutcome.DONE: "完成", JobOutcome.FAILED: "失败"},
    ImportState: {
        ImportState.WAITING: "排队", ImportState.READING: "正在看", ImportState.READ: "看好了，待您定",
        ImportState.REFUSED: "不能导入", ImportState.APPLIED: "已导入", ImportState.DROPPED: "没有导入",
    },
    ReminderMoment: {
        ReminderMoment.CLOSES_72: "截止前 3 天", ReminderMoment.CLOSES_24: "截止前 1 天",
        ReminderMoment.CLOSES_2: "截止前 2 小时", ReminderMoment.GRADING_72: "评分结束前 3 天",
        ReminderMoment.GRADING_24: "评分结束前 1 天", ReminderMoment.GRADING_2: "评分结束前 2 小时",
        ReminderMoment.PRINT_2: "付印前 2 天", ReminderMoment.PRINT_1: "付印前 1 天", ReminderMoment.MONTH: "发布后的一页",
    },
    ReminderState: {
        ReminderState.CONSOLE: "只在台面上提醒", ReminderState.SENDING: "邮件发的时候断了", ReminderState.SENT: "邮件已发",
        ReminderState.FAILED: "邮件没发出去",
    },
    CallTarget: {CallTarget.ROBOT: "企业微信群", CallTarget.WEBHOOK: "别的程序", CallTarget.MAIL: "提醒邮件",
                 CallTarget.EVENTS: "对接的程序", CallTarget.MEMBER: "同事"},
    GiveUpReason: {
        GiveUpReason.TOLD: "已用别的办法告知", GiveUpReason.OUTDATED: "说的事已经过了", GiveUpReason.NO_ADDRESS: "收的一方不在了",
        GiveUpReason.DOUBLE: "其实已经送到", GiveUpReason.NOT_NEEDED: "不用送了",
    },
    Revealed: {Revealed.WORDS: "原话", Revealed.PICTURE: "照片"},
    RevealCause: {
        RevealCause.THREAT: "有人身安全的危险", RevealCause.DUTY: "法律或职责要求", RevealCause.PRIZE: "核对获奖读者",
        RevealCause.OTHER: "其他",
    },
    LeadKind: {
        LeadKind.TOGETHER: "一起报的", LeadKind.SAME_LETTER: "一样的来信", LeadKind.EARLY: "没出报就知道",
        LeadKind.ONE_MAKER: "总在一位同事的版上", LeadKind.NAMESAKE: "和同事同名", LeadKind.ONE_PAGE: "总盯着一个版",
    },
    LeadOutcome: {LeadOutcome.NOTHING: "没有问题", LeadOutcome.ACTED: "处理了"},
    CannedKind: {
        CannedKind.ACCEPTED: "采纳", CannedKind.ACCEPTED_WITH_EDITS: "修改后采纳", CannedKind.BOTH_FORMS: "两可",
        CannedKind.SUGGESTION: "建议", CannedKind.NOT_AN_ERROR: "非差错", CannedKind.OUT_OF_SCOPE: "不在范围",
        CannedKind.CANNOT_CHECK: "无法核对", CannedKind.REPEATED: "重复", CannedKind.NEEDS_MORE: "待补充",
        CannedKind.DESK: "答复来信",
    },
    BulkVerb: {
        BulkVerb.ASSIGN: "分派", BulkVerb.SNOOZE: "搁置", BulkVerb.NOTE: "留便签", BulkVerb.ASK_BACK: "请读者补充",
        BulkVerb.REFUSE: "不采纳", BulkVerb.NOT_SAME: "不是同一处", BulkVerb.ESCALATE: "上报",
    },
    BulkFate: {
        BulkFate.WAITING: "还没轮到", BulkFate.DONE: "已办", BulkFate.SKIPPED: "跳过", BulkFate.UNDONE: "已撤销",
        BulkFate.STAYS: "没能撤销",
    },
    Receiving: {Receiving.PICK_UP: "来领", Receiving.POST: "寄送"},
    LapseReason: {
        LapseReason.NOT_CLAIMED: "过期没领", LapseReason.NOT_FETCHED: "登记了没来领", LapseReason.NOT_WANTED: "本人不要",
        LapseReason.RELATION: "工作人员或亲属",
    },
    ContactKind: {
        ContactKind.PHONE: "电话", ContactKind.RECIPIENT: "收件人", ContactKind.ADDRESS: "地址", ContactKind.GUARDIAN: "监护人",
        ContactKind.GUARDIAN_PHONE: "监护人电话", ContactKind.CODE_WORD: "暗号",
    },
    ClaimWay: {ClaimWay.PAGE: "自己填的", ClaimWay.PHONE: "电话里说的", ClaimWay.COUNTER: "当面说的"},
    ImportStep: {ImportStep.READING: "看版面", ImportStep.DRAWING: "画版面图"},
    AwardOrigin: {AwardOrigin.PICKED: "评出", AwardOrigin.MOVED_ON: "递补", AwardOrigin.FURTHER: "申诉补发"},
    ChangeKind: {
        ChangeKind.NAME: "名字登错", ChangeKind.NOT_ENTITLED: "不该得奖", ChangeKind.MOVED_ON: "奖项递补",
        ChangeKind.FURTHER: "申诉补奖",
    },
}

TONES: dict[type[StrEnum], dict[StrEnum, str]] = {
    AppealState: {AppealState.OPEN: "warning", AppealState.UPHELD: "success"},
    EntryState: {EntryState.WAITING: "warning", EntryState.CONFIRMED: "success", EntryState.REFUSED: "danger"},
    ArticleState: {
        ArticleState.DRAFTED: "success", ArticleState.PUBLISHED: "success", ArticleState.NOT_GRANTED: "warning",
        ArticleState.FAILED: "danger", ArticleState.UNCERTAIN: "danger",
    },
    ReportState: {
        ReportState.FILED: "primary", ReportState.HALF_TOLD: "info", ReportState.NEEDS_MORE: "warning",
        ReportState.DECIDED: "success", ReportState.ESCALATED: "danger",
    },
    Verdict: {
        Verdict.ACCEPTED: "success", Verdict.ACCEPTED_WITH_EDITS: "success", Verdict.NEEDS_MORE: "warning",
    },
    RoundState: {
        RoundState.OPEN: "primary", RoundState.CLOSED: "warning", RoundState.PICKED: "info",
        RoundState.RELEASED: "success",
    },
    CorrectionState: {
        CorrectionState.DRAFT: "warning", CorrectionState.RELEASED: "primary", CorrectionState.PRINTED: "success",
    },
    BulkFate: {BulkFate.DONE: "success", BulkFate.SKIPPED: "warning", BulkFate.STAYS: "warning"},
    ImportState: {
        ImportState.WAITING: "info", ImportState.READING: "info", ImportState.READ: "warning",
        ImportState.REFUSED: "danger", ImportState.APPLIED: "success",
    },
    MessageFate: {MessageFate.DESK: "primary", MessageFate.FAILED: "danger", MessageFate.UNREAD: "warning"},
    PrizeState: {
        PrizeState.TO_BE_CLAIMED: "warning", PrizeState.CLAIMED: "primary", PrizeState.HANDED_OVER: "success",
    },
    OutgoingState: {
        OutgoingState.QUEUED: "info", OutgoingState.SENT: "success", OutgoingState.FAILED: "danger",
        OutgoingState.UNCERTAIN: "danger", OutgoingState.UNREACHABLE: "warning",
    },
}
"""Colour of a badge; what stands in no row is grey. The colour never says more than the word."""

def name(value: StrEnum | None) -> str:
    """The Chinese name of a stored state or kind; empty for none."""
    return "" if value is None else NAMES[type(value)][value]


def tone(value: StrEnum) -> str:
    """A Bootstrap colour for its badge."""
    return TONES.get(type(value), {}).get(value, "secondary")


def moment(value: datetime | None) -> str:
    """11月21日 09:03, in Shanghai."""
    if value is None:
        return ""
    local = value.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def moment_full(value: datetime | None) -> str:
    """2026年11月21日 09:03:27, in Shanghai."""
    if value is None:
        return ""
    local = value.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"


def clock_time(value: datetime) -> str:
    """09:03, in Shanghai."""
    return f"{value.astimezone(SHANGHAI):%H:%M}"


def day(value: date | None) -> str:
    """2026年11月21日. A moment is refused: its day depends on the zone."""
    if value is None:
        return ""
    assert not isinstance(value, datetime)
    return f"{value.year}年{value.month}月{value.day}日"


def month(value: str) -> str:
    """2026-11 → 2026年11月, 2026-11-08 → 2026年11月8日; whatever else an issue is called stays as it is."""
    found = _ISSUE.fullmatch(value)
    if found is None:
        return value
    words = f"{found['year']}年{int(found['month'])}月"
    return f"{words}{int(found['day'])}日" if found["day"] else words


_ISSUE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?")


def points(milli: int | None) -> str:
    """Thousandths of a point as the rules write them: 2000 → 2.000. Empty for none."""
    if milli is None:
        return ""
    sign, rest = ("−" if milli < 0 else ""), abs(milli)
    return f"{sign}{rest // 1000}.{rest % 1000:03d}"


def short(text: str | None, length: int = 40) -> str:
    """At most `length` characters, the last of them … when something was cut; line ends become spaces."""
    line = " ".join((text or "").split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        name=name, tone=tone, moment=moment, moment_full=moment_full, clock_time=clock_time, day=day, month=month, points=points,
        short=short, told=in_words,
    )
