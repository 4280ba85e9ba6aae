"""How things look: times, points, the Chinese name of every state and verb, shortening. Reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask import Flask

from bot.clock import SHANGHAI
from models.enums import (
    ActorKind,
    ArticleState,
    AttachmentKind,
    AttachmentState,
    AttemptOutcome,
    Bar,
    CorrectionKind,
    CorrectionState,
    DeskCause,
    Doubling,
    ImportState,
    ImportStep,
    JobOutcome,
    LinkedBy,
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
    Verdict,
)

# A table for each enum: members of two enums with the same value are equal as texts.
NAMES: dict[type[StrEnum], dict[StrEnum, str]] = {
    Verdict: {
        Verdict.ACCEPTED: "采纳", Verdict.ACCEPTED_WITH_EDITS: "修改后采纳", Verdict.BOTH_FORMS: "两可",
        Verdict.SUGGESTION: "建议", Verdict.NOT_AN_ERROR: "非差错", Verdict.OUT_OF_SCOPE: "不在范围",
        Verdict.CANNOT_CHECK: "无法核对", Verdict.REPEATED: "重复", Verdict.NEEDS_MORE: "待补充",
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
    ImportStep: {ImportStep.READING: "看版面", ImportStep.DRAWING: "画版面图"},
}

TONES: dict[type[StrEnum], dict[StrEnum, str]] = {
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
    ImportState: {
        ImportState.WAITING: "info", ImportState.READING: "info", ImportState.READ: "warning",
        ImportState.REFUSED: "danger", ImportState.APPLIED: "success",
    },
    MessageFate: {MessageFate.DESK: "primary", MessageFate.FAILED: "danger", MessageFate.UNREAD: "warning"},
    OutgoingState: {
        OutgoingState.QUEUED: "info", OutgoingState.SENT: "success", OutgoingState.FAILED: "danger",
        OutgoingState.UNCERTAIN: "danger", OutgoingState.UNREACHABLE: "warning",
    },
}
"""Colour of a badge; what stands in no row is grey. The colour never says more than the word."""

VERBS: dict[str, str] = {
    "add_staff": "新增人员",
    "set_password": "重设密码",
    "set_role": "改角色",
    "deactivate_staff": "停用",
    "activate_staff": "恢复使用",
    "sign_in": "登录",
    "sign_out": "退出",
    "import_issue": "导入报纸",
    "drop_import": "不导入了",
    "mend_issue": "改了版面上的文章",
    "check_page": "核对版面",
    "add_paper": "登记报纸",
    "rename_paper": "报纸改名",
    "set_aliases": "改报纸别名",
    "set_rhythm": "改多久出一期",
    "set_usual_pages": "改通常版数",
    "set_scope": "改哪些不算在内",
    "assign_graders": "改谁来评",
    "plan_issue": "加排一期",
    "drop_issue": "取消一期",
    "create_contest": "新建活动",
    "join_paper": "报纸加入活动",
    "make_round": "排出轮次",
    "move_deadline": "推迟截止",
    "set_box": "存刊出的启事",
    "close_round": "截止",
    "pick_round": "评出获奖",
    "release_round": "公布",
    "mark_unsuitable": "署名不宜刊出",
    "tick_step": "发布清单打勾",
    "untick_step": "发布清单取消打勾",
    "hand_over": "发奖",
    "refuse_prize": "不能领奖",
    "link_readers": "关联读者",
    "unlink_readers": "分开读者",
    "bar_person": "不让参加评奖",
    "unbar_person": "恢复参加评奖",
    "link_own_wechat": "关联本人微信",
    "publish_article": "请微信发布文章",
    "draft_article": "再送文章草稿",
    "article_by_hand": "文章在后台处理好",
    "answer_message": "答复来信",
    "take_back_answer": "撤回答复",
    "close_message": "来信已处理",
    "reopen_message": "重开来信",
    "message_to_report": "来信转纠错",
    "mark_sent": "认定读者已知",
    "send_again": "通知再发一次",
    "drop_message": "通知不发了",
    "switch_on_call": "重新启用接口",
    "note_call_off": "知道接口停用",
    "publish_menu": "发布公众号菜单",
    "make_code": "做好二维码",
    "bring_in_messages": "补收旧来信",
    "grade": "评分",
    "undo_grade": "撤销评分",
    "regrade_erratum": "重定差错分值",
    "escalate": "上报",
    "mend": "改纠错",
    "join_erratum": "并入同一差错",
    "split_erratum": "拆成另一差错",
    "settle_place": "定下在哪一处",
    "settle_maybe": "认定是否同一处",
    "link_erratum": "关联相同差错",
    "unlink_erratum": "取消关联相同差错",
    "keep_apart": "认定不是相同差错",
    "set_cause": "定出错环节",
    "draft_correction": "起草更正",
    "write_correction": "改更正文字",
    "release_correction": "更正定稿",
    "print_correction": "更正已登",
    "mend_printed_correction": "改更正登出的地方",
    "withdraw_correction": "撤下更正",
    "waive_correction": "不用登更正",
    "want_correction": "恢复建议更正",
    "enter_house_find": "登记自查差错",
    "reclass_house_find": "改自查差错的种类",
    "withdraw_house_find": "撤销自查差错",
    "set_paper_layout": "定报纸版式",
    "set_page_layout": "改一版的版式",
}
"""The Chinese name of every verb that bot writes to the audit trail."""

OBJECTS: dict[str, str] = {
    "staff": "人员", "issue": "期", "report": "纠错", "erratum": "差错", "round": "轮次", "contest": "活动",
    "award": "获奖", "message": "来信", "outgoing_message": "发出的消息", "reader": "读者", "person": "读者",
    "paper": "报纸", "page": "版面", "rule_set": "规则", "account": "公众号", "correction": "更正", "house_find": "自查的差错",
    "import": "导入",
}


STORED: dict[str, str] = {
    **{member.value: words for table in reversed(NAMES.values()) for member, words in table.items()},
    "active": "在用", "inactive": "已停用",
}

DETAILS: dict[str, str] = {
    "with": "另一位读者", "step": "事项",
    "reports": "纠错", "messages": "来信", "seed": "抽签种子", "winners": "获奖人数", "open": "没评完的", "papers": "报纸",
    "paper": "报纸", "month": "月份", "deadline_on": "截止日", "row": "差错类别", "doubling": "加倍",
    "was_doubling": "原来的加倍",
    "marks": "清楚分", "fields": "改了几处", "erratum": "差错", "from": "原差错", "root": "算作", "pages": "版面",
    "articles": "文章", "sha256": "文件指纹", "same_person": "同一人",
    "account": "公众号", "call": "接口", "cause": "出错环节", "notice": "更正", "errata": "差错数",
    "readers": "告知读者",
    "was": "原来", "became": "改成", "added": "加上", "removed": "去掉", "first_month": "从哪期算起",
    "was_first": "原来从哪期算起",
    "issue": "期",
}
"""The Chinese name of what the audit trail's details hold."""


def name(value: StrEnum | None) -> str:
    """The Chinese name of a stored state or kind; empty for none."""
    return "" if value is None else NAMES[type(value)][value]


def tone(value: StrEnum) -> str:
    """A Bootstrap colour for its badge."""
    return TONES.get(type(value), {}).get(value, "secondary")


def verb(value: str) -> str:
    """Of an audit entry. An unknown one is shown as stored rather than hidden."""
    return VERBS.get(value, value)


def object_kind(value: str) -> str:
    return OBJECTS.get(value, value)


def code_name(value: str) -> str:
    """The Chinese name of a state as the audit trail stores it (a bare text, whichever enum it came from)."""
    return STORED.get(value, value)


def details(values: Mapping[str, Any]) -> str:
    """The details of an audit entry in one line: 版面 8，文章 25."""
    return "，".join(f"{DETAILS.get(key, key)} {_detail(value)}" for key, value in values.items() if value is not None)


def _detail(value: Any) -> str:
    if value is True:
        return "是"
    if isinstance(value, list):
        return short("、".join(map(str, value)), 60)
    return short(code_name(str(value)), 16 if isinstance(value, str) else 60)


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
    """2026-11 → 2026年11月."""
    year, _, number = value.partition("-")
    return f"{year}年{int(number)}月"


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
        name=name, code_name=code_name, details=details, tone=tone, verb=verb, object_kind=object_kind,
        moment=moment, moment_full=moment_full, clock_time=clock_time, day=day, month=month, points=points,
        short=short,
    )
