"""Where personal data lie: every column of every table, what it is, and what an erasure makes of it. Knows no row.

One list for the erasure, the copy that a person may ask for, and docs/privacy.md. A column that stands in none of the
mappings here and in `models.impersonal` fails a test: whoever adds one says first what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """What belongs together: one purpose, one ground, one period."""

    ACCOUNT = "account"
    LETTERS = "letters"
    MEDIA = "media"
    REPORTS = "reports"
    PRIZES = "prizes"
    CONTACT = "contact"
    STAFF = "staff"
    SIGN_IN = "sign_in"
    WORK = "work"
    TRAIL = "trail"


class Key(StrEnum):
    """Whose number leads from a row to a reader."""

    READER = "reader"
    PERSON = "person"
    MESSAGE = "message"
    REPORT = "report"
    AWARD = "award"
    OUTGOING = "outgoing"
    LEAD = "lead"


class Fate(StrEnum):
    """What an erasure makes of a value."""

    GOES = "goes"  # emptied, or its whole row deleted
    MASKED = "masked"  # a text that stays; what names him is taken out
    FACT = "fact"  # stays, and leads to nobody once the rest has gone
    LATER = "later"  # goes at once, unless a claimed prize cannot be handed over without it: then with that


GOES, MASKED, FACT, LATER = Fate.GOES, Fate.MASKED, Fate.FACT, Fate.LATER


@dataclass(frozen=True, slots=True)
class Holding:
    """A table with data about readers. `via`: column → what it is the number of. `title` and the words of `columns`
    are for the copy; `plain`: numbers and workings, in no copy."""

    group: Group
    title: str
    via: tuple[tuple[str, Key], ...]
    columns: Mapping[str, tuple[Fate, str]]
    plain: str


@dataclass(frozen=True, slots=True)
class Apart:
    """A table whose `personal` columns no reader's erasure touches: of members of staff, or printed for good."""

    group: Group
    personal: str
    plain: str


READERS: Mapping[str, Holding] = {
    "reader": Holding(Group.ACCOUNT, "帐号", via=(("id", Key.READER),), columns={
        "account": (FACT, "公众号"), "openid": (GOES, "微信编号"), "openid_digest": (GOES, "微信编号的摘要"),
        "first_seen_at": (FACT, "第一次来"), "last_message_at": (GOES, "最近来信"),
        "unfollowed_at": (FACT, "取消关注"), "erased_at": (FACT, "删除信息"), "name_state": (FACT, "登报名字"),
        "printed_name": (GOES, "登报的名字"), "name_is_nickname": (FACT, "是不是昵称"),
        "name_at": (GOES, "什么时候告诉的"), "name_reason": (GOES, "为什么不宜刊出"),
    }, plain="id person_id last_ordinal answered"),
    "person": Holding(Group.ACCOUNT, "参不参加评奖", via=(("id", Key.PERSON),), columns={
        "bar": (FACT, "不参加的原因"), "bar_reason": (MASKED, "理由"), "created_at": (FACT, "从什么时候起"),
    }, plain="id"),
    "reader_measure": Holding(Group.ACCOUNT, "免打扰，不参加评奖的经过", via=(("reader_id", Key.READER),), columns={
        "kind": (FACT, "什么"), "bar": (FACT, "不参加的原因"), "reason": (MASKED, "理由"), "made_at": (FACT, "从"),
        "until_at": (FACT, "到"), "ended_at": (FACT, "取消"), "ended_reason": (MASKED, "取消的理由"),
    }, plain="id reader_id made_by_id ended_by_id told_at"),
    "reader_link": Holding(Group.ACCOUNT, "关联的帐号", via=(("one_id", Key.READER), ("other_id", Key.READER)), columns={
        "how": (GOES, "怎么关联的"), "reason": (GOES, "理由"), "made_at": (GOES, "关联"), "undone_at": (GOES, "分开"),
        "undone_reason": (GOES, "分开的理由"),
    }, plain="id one_id other_id staff_id undone_by_id"),
    "reader_tie": Holding(Group.ACCOUNT, "关联的依据", via=(("reader_id", Key.READER),), columns={
        "union_digest": (GOES, "微信开放平台编号的摘要"), "union_asked_at": (GOES, "什么时候问的"),
    }, plain="reader_id own_person_id"),
    "link_code": Holding(Group.ACCOUNT, "关联码", via=(("reader_id", Key.READER),), columns={
        "code": (GOES, "关联码"), "expires_at": (GOES, "有效到"),
    }, plain="reader_id"),
    "link_try": Holding(Group.ACCOUNT, "试过的关联码", via=(("reader_id", Key.READER),), columns={
        "at": (GOES, "时间"),
    }, plain="id reader_id staff_id"),
    "code_try": Holding(Group.ACCOUNT, "填错的四位数", via=(("reader_id", Key.READER),), columns={
        "at": (GOES, "时间"),
    }, plain="id reader_id"),
    "held_paper": Holding(Group.ACCOUNT, "手上的报纸", via=(("reader_id", Key.READER),), columns={
        "paper_id": (GOES, "报纸"), "scanned_at": (GOES, "扫码"),
    }, plain="reader_id"),
    "hall_absence": Holding(Group.ACCOUNT, "不上光荣榜", via=(("reader_id", Key.READER),), columns={
        "since_at": (GOES, "从什么时候起"),
    }, plain="reader_id"),
    "copy_link": Holding(Group.ACCOUNT, "导出信息的链接", via=(("reader_id", Key.READER),), columns={
        "made_at": (GOES, "给出"), "expires_at": (GOES, "有效到"), "used_at": (GOES, "用掉"),
    }, plain="id reader_id"),
    "caller": Holding(Group.ACCOUNT, "来电的称呼", via=(("reader_id", Key.READER),), columns={
        "label": (GOES, "称呼"), "added_at": (GOES, "登记"),
    }, plain="reader_id added_by_id"),
    "message": Holding(Group.LETTERS, "来信", via=(("reader_id", Key.READER),), columns={
        "account": (FACT, "公众号"), "msg_type": (FACT, "种类"), "event": (FACT, "事件"), "content": (GOES, "您写的"),
        "fields": (GOES, "微信随信给的"), "received_at": (FACT, "收到"), "reply": (GOES, "当时的回复"),
        "close_reason": (MASKED, "结案的理由"), "erased_at": (FACT, "删除"),
    }, plain="id dedupe_key reader_id create_time counts_at time_flagged stale fate attempts intent closed_at "
        "closed_by_id"),
    "conversation": Holding(Group.LETTERS, "正在等您答的", via=(("reader_id", Key.READER),), columns={
        "waiting_for": (GOES, "等什么"), "asked_at": (GOES, "什么时候问的"),
    }, plain="reader_id report_id asked_name"),
    "caller_entry": Holding(Group.LETTERS, "替您记下的来电", via=(("message_id", Key.MESSAGE),), columns={
        "called_at": (FACT, "来电"), "entered_at": (FACT, "记下"), "state": (FACT, "状态"),
        "settle_reason": (MASKED, "核对的理由"),
    }, plain="message_id entered_by_id settled_at settled_by_id"),
    "attachment": Holding(Group.MEDIA, "照片和语音", via=(("reader_id", Key.READER),), columns={
        "kind": (FACT, "种类"), "state": (FACT, "状态"), "received_at": (FACT, "收到"),
        "problem": (GOES, "为什么没有文件"), "digest": (GOES, "文件"), "content_type": (FACT, "格式"),
        "original_digest": (GOES, "原件"),
    }, plain="id message_id reader_id due_at attempts kept_at looked_at report_id page_id article_id"),
    "outgoing_message": Holding(Group.LETTERS, "发给您的消息", via=(("reader_id", Key.READER),), columns={
        "kind": (FACT, "种类"), "text": (GOES, "内容"), "state": (FACT, "状态"), "created_at": (FACT, "写好"),
        "sent_at": (FACT, "发出"), "last_error": (GOES, "没发出的原因"),
    }, plain="id reader_id report_id idempotency_key not_before expires_at claimed_at"),
    "delivery_attempt": Holding(Group.LETTERS, "发消息的经过", via=(("outgoing_id", Key.OUTGOING),), columns={
        "channel": (FACT, "走哪条路"), "started_at": (FACT, "开始"), "finished_at": (FACT, "结束"),
        "outcome": (FACT, "结果"), "error": (GOES, "微信的回答"),
    }, plain="id outgoing_id errcode along"),
    "report": Holding(Group.REPORTS, "纠错", via=(("id", Key.REPORT),), columns={
        "ordinal": (FACT, "您的第几条"), "state": (FACT, "状态"), "sent_at": (FACT, "发来"),
        "counts_at": (FACT, "算作"), "paper_text": (MASKED, "您写的报纸"), "issue_text": (MASKED, "您写的期"),
        "page_text": (MASKED, "您写的版面"), "page_label": (FACT, "版面"), "article_text": (MASKED, "您写的文章"),
        "wrong": (FACT, "原文"), "right": (FACT, "应为"), "reason": (MASKED, "理由"), "verdict": (FACT, "结论"),
        "reason_text": (MASKED, "给您的理由"), "decided_at": (FACT, "定下"), "withdrawn_at": (FACT, "撤回"),
    }, plain="id contest_id round_id reader_id message_id source late time_flagged sequence updated_at version "
        "paper_id issue_id issue_label stated_article_id located article_id paragraph quote_start "
        "quote_end erratum_id maybe_erratum_id original_id place_mark correction_mark reason_mark "
        "decided_by_id"),
    "report_version": Holding(Group.REPORTS, "纠错改过的样子", via=(("report_id", Key.REPORT),), columns={
        "number": (FACT, "第几稿"), "fields": (MASKED, "内容"), "created_at": (FACT, "时间"),
    }, plain="id report_id message_id staff_id"),
    "grade": Holding(Group.REPORTS, "评分", via=(("report_id", Key.REPORT),), columns={
        "verdict": (FACT, "结论"), "row_code": (FACT, "差错种类"), "place_mark": (FACT, "版面清楚"),
        "correction_mark": (FACT, "改得对"), "reason_mark": (FACT, "有理由"), "reason_text": (MASKED, "给您的理由"),
        "why": (MASKED, "为什么改评"), "created_at": (FACT, "时间"),
    }, plain="id report_id report_version grader_id replaces_id rule_set_id doubling original_id taken_back "
        "opinion"),
    "review": Holding(Group.REPORTS, "复核", via=(("report_id", Key.REPORT),), columns={
        "cause": (FACT, "为什么"), "state": (FACT, "状态"), "reason": (MASKED, "理由"), "opened_at": (FACT, "开始"),
        "closed_at": (FACT, "结束"),
    }, plain="id report_id held_back first_grade_id second_grade_id third_grade_id result_grade_id result"),
    "appeal": Holding(Group.REPORTS, "申诉", via=(("report_id", Key.REPORT),), columns={
        "state": (FACT, "状态"), "made_at": (FACT, "提出"), "answered_at": (FACT, "答复"),
        "same_person_reason": (MASKED, "为什么由同一人答复"),
    }, plain="id report_id message_id decided_by_id verdict due_on answered_by_id"),
    "satisfaction": Holding(Group.REPORTS, "您满不满意", via=(("report_id", Key.REPORT),), columns={
        "satisfied": (FACT, "满意"), "said_at": (FACT, "什么时候说的"),
    }, plain="report_id"),
    "note": Holding(Group.REPORTS, "编辑的便签", via=(("report_id", Key.REPORT),), columns={
        "text": (MASKED, "内容"), "created_at": (FACT, "时间"),
    }, plain="id report_id staff_id taken_back_at"),
    "rescoring": Holding(Group.REPORTS, "重新算分", via=(("report_id", Key.REPORT),), columns={
        "at": (FACT, "时间"), "reason": (MASKED, "理由"),
    }, plain="id round_id staff_id report_id before_rules_id after_rules_id moved crossing"),
    "identity_reveal": Holding(Group.REPORTS, "谁看过您的原话", via=(
            ("report_id", Key.REPORT), ("message_id", Key.MESSAGE)), columns={
        "what": (FACT, "看了什么"), "cause": (FACT, "为什么"), "reason": (MASKED, "理由"), "at": (FACT, "时间"),
    }, plain="id report_id message_id attachment_id sealed staff_id"),
    "lead": Holding(Group.REPORTS, "编辑核对过的线索", via=(("id", Key.LEAD),), columns={
        "kind": (FACT, "种类"), "found_at": (FACT, "发现"), "outcome": (FACT, "结论"), "reason": (MASKED, "理由"),
    }, plain="id round_id key count total numbers issue_id page staff_id closed_at closed_by_id"),
    "award": Holding(Group.PRIZES, "获奖", via=(("reader_id", Key.READER),), columns={
        "prize": (FACT, "奖"), "printed_name": (FACT, "登出的名字"), "standing_milli": (FACT, "得分（千分之一）"),
        "state": (FACT, "状态"), "state_at": (FACT, "时间"),
    }, plain="id round_id person_id reader_id place origin from_award_id vacated_at"),
    "round_correction": Holding(Group.PRIZES, "获奖名单的更正", via=(
            ("reader_id", Key.READER), ("award_id", Key.AWARD)), columns={
        "kind": (FACT, "种类"), "state": (FACT, "状态"), "old_name": (FACT, "原来的名字"),
        "new_name": (MASKED, "改成的名字"), "reason": (MASKED, "理由"), "print_text": (FACT, "登出的话"),
        "article_text": (FACT, "公众号里的话"), "drafted_at": (FACT, "起草"),
    }, plain="id round_id award_id reader_id prize report_id drafted_by_id released_by_id released_at "
        "release_reason printed_on printed_by_id printed_at withdrawn_by_id withdrawn_at withdraw_reason"),
    "claim_term": Holding(Group.PRIZES, "领奖期限", via=(("award_id", Key.AWARD),), columns={
        "until": (FACT, "到"), "lapsed_because": (FACT, "为什么过期"),
    }, plain="award_id"),
    "declaration": Holding(Group.PRIZES, "领奖时的说明", via=(("award_id", Key.AWARD),), columns={
        "relation": (FACT, "和本报的关系"), "asked_at": (FACT, "时间"),
    }, plain="award_id staff_id"),
    "prize_claim": Holding(Group.CONTACT, "领奖登记", via=(("award_id", Key.AWARD),), columns={
        "way": (FACT, "在哪里登记"), "receiving": (FACT, "怎么领"), "notice_version": (FACT, "看到的说明"),
        "guardian_agreed_at": (FACT, "监护人同意"), "claimed_at": (FACT, "登记"),
        "contact_deleted_at": (FACT, "联系方式已删"),
    }, plain="award_id staff_id"),
    "claim_contact": Holding(Group.CONTACT, "领奖时留的", via=(("award_id", Key.AWARD),), columns={
        "kind": (LATER, "种类"), "sealed": (LATER, "内容"),
    }, plain="award_id key_id"),
    "prize_receipt": Holding(Group.PRIZES, "签收", via=(("award_id", Key.AWARD),), columns={
        "note": (MASKED, "备注"), "price_fen": (FACT, "金额（分）"), "entered_at": (FACT, "时间"),
    }, plain="award_id staff_id"),
}

OTHERS: Mapping[str, Apart] = {
    # The names of winners as printed: the paper is out, and the box of a past issue stays what it was.
    "round": Apart(Group.PRIZES, "print_block article",
        plain="id contest_id month rule_set_id state published_on deadline_on closes_at grading_until print_by "
            "box_text deadline_reason closed_at seed picked_at pick_reason result released_at released_by_id"),
    "staff": Apart(Group.STAFF, "login display_name password_hash initial_until role active person_id email created_at",
        plain="id"),
    "staff_preference": Apart(Group.STAFF, "large_type keys_off stay_here theme", plain="staff_id"),
    "second_factor": Apart(Group.STAFF, "sealed confirmed_at last_step", plain="staff_id"),
    "recovery_code": Apart(Group.STAFF, "digest used_at", plain="id staff_id"),
    "staff_session": Apart(Group.SIGN_IN, "token_digest browser_digest created_at seen_at ended_at code_until browser_kind",
        plain="id staff_id"),
    "sign_in_attempt": Apart(Group.SIGN_IN, "login address at", plain="id"),
    "reset_request": Apart(Group.SIGN_IN, "login address at handled_at", plain="id"),
    "password_reset": Apart(Group.SIGN_IN, "token_digest made_at ended_at", plain="id staff_id"),
    "outgoing_call": Apart(Group.SIGN_IN, "address",
        plain="id target idempotency_key kind body state tries not_before claimed_at sent_at last_error created_at"),
    "claim_try": Apart(Group.SIGN_IN, "address at", plain="id"),
    "draft": Apart(Group.WORK, "fields saved_at", plain="staff_id form subject_id version"),
    "saved_filter": Apart(Group.WORK, "name parameters made_at removed_at", plain="id staff_id shared"),
    "audit_entry": Apart(Group.TRAIL, "at actor_kind staff_id verb object_kind object_id before after details",
        plain="id chain chain_number"),
    "presence": Apart(Group.WORK, "doing seen_at", plain="report_id staff_id"),
    "practice_run": Apart(Group.WORK, "number started_at finished_at", plain="id staff_id"),
    "practice_answer": Apart(Group.WORK, "verdict row_code doubling place_mark correction_mark reason_mark answered_at",
        plain="run_id item"),
    "calibration_grade": Apart(Group.WORK, "verdict row_code doubling place_mark correction_mark reason_mark reason_text "
            "graded_at", plain="item_id staff_id"),
}
