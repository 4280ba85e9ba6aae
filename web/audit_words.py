"""What the audit trail says in Chinese: verbs, what they are done to, details. Reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

from bot import job_words
from bot.contest.annex import ROW_NAMES
from web.present import NAMES, month, short

VERBS: dict[str, str] = {
    "add_staff": "新增人员",
    "set_password": "重设密码",
    "set_role": "改角色",
    "deactivate_staff": "停用",
    "activate_staff": "恢复使用",
    "steal_claim": "接过来评",
    "assign_report": "分派",
    "snooze_report": "搁置",
    "wake_report": "从搁置拿回",
    "hand_over_work": "交接手上的工作",
    "sign_in": "登录",
    "sign_out": "退出",
    "end_session": "退出一处登录",
    "end_other_sessions": "退出别处的登录",
    "set_up_factor": "设好两步验证",
    "switch_off_factor": "关掉两步验证",
    "reset_factor": "重置两步验证",
    "make_recovery_codes": "换一批恢复码",
    "use_recovery_code": "用恢复码登录",
    "send_reset": "寄出重设密码的信",
    "set_email": "改邮箱",
    "set_paper_roles": "定在各报的角色",
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
    "move_deadline": "改截止日",
    "keep_deadline": "不按放假安排改截止日",
    "set_weekend_rule": "改截止遇放假怎么办",
    "set_box": "存刊出的启事",
    "close_round": "截止",
    "pick_round": "评出获奖",
    "keep_record": "保存评选记录",
    "release_round": "公布",
    "check_restored": "恢复备份后核对",
    "name_deputy": "请人代理发布",
    "end_deputy": "不再请人代理发布",
    "mark_unsuitable": "署名不宜刊出",
    "tick_step": "发布清单打勾",
    "untick_step": "发布清单取消打勾",
    "hand_over": "发奖",
    "enter_receipt": "登记签收",
    "take_payouts": "下载发奖台账",
    "refuse_prize": "不能领奖",
    "link_readers": "关联读者",
    "unlink_readers": "分开读者",
    "bar_person": "不让参加评奖",
    "unbar_person": "恢复参加评奖",
    "mute_reader": "设免打扰",
    "unmute_reader": "取消免打扰",
    "erase_reader": "删除读者的信息",
    "copy_reader": "导出读者的信息",
    "leave_hall": "读者要求不上光荣榜",
    "return_to_hall": "读者要求上光荣榜",
    "close_lead": "看过线索",
    "reopen_lead": "线索放回没看过的",
    "link_own_wechat": "关联本人微信",
    "publish_article": "请微信发布文章",
    "draft_article": "再送文章草稿",
    "article_by_hand": "文章在后台处理好",
    "answer_message": "答复来信",
    "take_back_answer": "撤回答复",
    "close_message": "来信已处理",
    "reopen_message": "重开来信",
    "message_to_report": "来信转纠错",
    "answer_appeal": "答复申诉",
    "reopen_appeal": "重开申诉",
    "enter_call": "代录",
    "add_caller": "记下新来电者",
    "confirm_entry": "确认代录",
    "refuse_entry": "不确认代录",
    "forget_caller": "删除来电者信息",
    "mark_sent": "认定读者已知",
    "send_again": "通知再发一次",
    "drop_message": "通知不发了",
    "hurry_message": "通知马上再试",
    "send_letter_again": "邮件再寄一次",
    "drop_letter": "邮件不寄了",
    "send_call_again": "再送一次到别处",
    "drop_call": "不送到别处了",
    "run_job": "手动做一遍任务",
    "switch_on_call": "重新启用接口",
    "note_call_off": "知道接口停用",
    "publish_menu": "发布公众号菜单",
    "make_code": "做好二维码",
    "bring_in_messages": "补收旧来信",
    "grade": "评分",
    "undo_grade": "撤销评分",
    "open_review": "请第二位再评",
    "give_opinion": "独立再评",
    "take_back_opinion": "撤销再评",
    "decide_review": "定下分歧",
    "settle_review": "评定",
    "set_page_makers": "记下各版编辑",
    "regrade_erratum": "重定差错分值",
    "escalate": "上报",
    "mend": "改纠错",
    "join_erratum": "并入同一差错",
    "split_erratum": "分开，另立一处",
    "settle_place": "定下在哪一处",
    "settle_maybe": "认定是否同一处",
    "link_erratum": "关联相同差错",
    "unlink_erratum": "取消关联相同差错",
    "keep_apart": "认定不是相同差错",
    "mark_repeat": "认定重复",
    "unmark_repeat": "不再认定重复",
    "call_back_outcome": "撤回给读者的话",
    "write_outcome_anew": "重写给读者的话",
    "add_note": "留便签",
    "take_back_note": "收回便签",
    "set_canned": "改常用理由",
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
    "draw_boxes": "遮住照片的一部分",
    "remove_box": "去掉照片上的遮盖",
    "reveal_words": "看了读者没有遮的原话",
    "reveal_picture": "看了没有遮的照片",
    "save_filter": "存筛选",
    "rename_filter": "筛选改名",
    "share_filter": "改筛选给谁用",
    "remove_filter": "删掉筛选",
    "restore_filter": "恢复筛选",
    "bulk": "一起办",
    "undo_bulk": "撤销一起办的",
    "unsettle_maybe": "重新列为疑似重复",
    "prepare_calibration": "选定校准的纠错",
    "skip_calibration": "免去校准",
    "seal_pairs": "两两比较交卷",
    "waive_pairs": "不等他比较",
    "switch_on": "打开一项做法",
    "switch_off": "关掉一项做法",
    "set_paper_layout": "定报纸版式",
    "set_page_layout": "改一版的版式",
    "rescore": "截止后改评分",
    "change_rules": "换规则重算",
    "claim_prize": "登记领奖",
    "mend_claim": "改领奖登记",
    "lapse_prize": "奖品不再留",
    "see_contact": "看了领奖人的联系方式",
    "delete_contact": "删掉领奖人的联系方式",
    "rotate_claim_key": "换封领奖信息的钥匙",
    "confirm_key_copy": "确认领奖信息的钥匙另存了一份",
    "restore_backup": "从备份恢复了数据库",
    "export_contest": "把活动存成档案",
    "import_contest": "从档案导入了活动",
    "move_database": "把数据搬到了另一个数据库",
    "pick_again": "重新评出",
    "draft_round_correction": "起草名单更正",
    "release_round_correction": "定下名单更正",
    "print_round_correction": "名单更正已登",
    "withdraw_round_correction": "撤下名单更正",
}
"""The Chinese name of every verb that bot writes to the audit trail."""

OBJECTS: dict[str, str] = {
    "staff": "人员", "issue": "期", "report": "纠错", "erratum": "差错", "round": "轮次", "contest": "活动",
    "award": "获奖", "message": "来信", "outgoing_message": "发出的消息", "reader": "读者", "person": "读者",
    "paper": "报纸", "page": "版面", "rule_set": "规则", "account": "公众号", "correction": "更正", "house_find": "自查的差错",
    "import": "导入", "lead": "线索", "attachment": "照片", "filter": "筛选", "bulk": "一起办的事", "claim_key": "领奖信息的钥匙",
    "backup": "备份", "job": "定时任务", "outgoing_call": "送到别处的一条",
    "payouts": "发奖台账", "database": "数据库",
}


STORED: dict[str, str] = {
    "none": "不顺延", "next_workday": "顺延到下一个工作日", "previous_workday": "提前到上一个工作日",
    **{member.value: words for table in reversed(NAMES.values()) for member, words in table.items()},
    "active": "在用", "inactive": "已停用",
    "still_owed": "还没发的", "not_given": "没有发的", "xlsx": "表格文件", "csv": "纯文本表格",
    "chat": "他在公众号里要的", "own_page": "他在自己的页面上办的",
    "console": "在这里办的", "operator": "在机器上办的", "restored": "恢复备份后再删一次",
    "by_call": "打电话", "by_letter": "写信", "at_counter": "当面",
    **{job: called for job, (called, _) in job_words.JOBS.items()},
    "agreement": "一致性", "calibration": "校准", "pairs": "并列第一两两比较",
}

DETAILS: dict[str, str] = {
    "made_at": "备份于", "key": "编号", "note": "便签", "report": "纠错", "shared": "大家共用", "offered": "给出",
    "pairs": "比较", "staff": "人员", "days": "几天",
    "holder": "原来在评的人", "to": "分给人员", "until": "到",
    "with": "另一位读者", "step": "事项",
    "reports": "纠错", "messages": "来信", "seed": "抽签种子", "winners": "获奖人数", "open": "没评完的", "papers": "报纸",
    "paper": "报纸", "month": "月份", "deadline_on": "截止日", "print_by": "付印日", "row": "差错类别", "doubling": "加倍",
    "was_doubling": "原来的加倍",
    "marks": "清楚分", "fields": "改了几处", "erratum": "差错", "from": "原差错", "root": "算作", "pages": "版面",
    "articles": "文章", "sha256": "文件指纹", "same_person": "同一人",
    "account": "公众号", "call": "接口", "cause": "出错环节", "notice": "更正", "errata": "差错数",
    "readers": "告知读者",
    "was": "原来", "became": "改成", "added": "加上", "removed": "去掉", "first_month": "从哪期算起",
    "was_first": "原来从哪期算起",
    "issue": "期", "waits": "要另一位确认",
    "attachment": "附件", "boxes": "几块", "box": "遮盖", "version": "第几版", "reveal": "查看记录", "reason": "原因",
    "moved": "有变的", "crossing": "名单变了几位",
    "sessions": "几处", "left": "还剩", "nth": "第几位", "result": "怎么定的", "changed": "有改动",
    "sealed": "重新封了", "way": "怎么登记", "receiving": "怎么领", "kinds": "内容", "word": "暗号对上",
    "noted": "写了签收", "price_fen": "价钱（分）", "period": "哪段时间", "part": "哪一部分", "rows": "几行", "file": "文件",
    "change": "名单更正", "award": "获奖", "given": "新得奖的", "came_in": "新进", "went_out": "出去",
    "asked": "怎么提出的", "accounts": "帐号",
    "media": "照片和语音", "names": "登报的名字", "contact": "领奖留的", "masked": "别处涂掉",
    "deputy": "由代理人", "instead_of": "原来请的",
    "job": "任务", "letter": "哪封信",
    "notices": "发出的消息", "picks": "评选", "gone": "离开的读者", "next_number": "下一个编号从",
    "personal_data": "带个人信息", "files": "图片和语音",
}
"""The Chinese name of what the audit trail's details hold."""
HOLDS = {"staff": "staff", "holder": "staff", "instead_of": "staff", "to": "staff", "paper": "paper"}
"""Details that hold the id of such an object."""
LISTS = {"papers": "paper"}
"""Details that hold several; elsewhere they are a number of them."""
Names = Mapping[tuple[str, int], str]
NOBODY: Names = {}


def verb(value: str) -> str:
    """Of an audit entry. An unknown one is shown as stored rather than hidden."""
    return VERBS.get(value, value)


def object_kind(value: str) -> str:
    return OBJECTS.get(value, value)


def code_name(value: str) -> str:
    """The Chinese name of a state as the audit trail stores it (a bare text, whichever enum it came from)."""
    return STORED.get(value, value)


def details(values: Mapping[str, Any], names: Names = NOBODY) -> str:
    """The details of an audit entry in one line: 版面 8，文章 25. `names`: of what is stored by its id."""
    return "，".join(f"{DETAILS.get(key, key)} {_detail(_named(key, value, names))}" for key, value in values.items()
                    if value is not None)


def object_name(kind: str, number: int | None, names: Names = NOBODY) -> str:
    """人员 编辑甲, 轮次 2026年11月, 纠错 10001."""
    told = "" if number is None else month(names.get((kind, number), str(number)))
    return f"{object_kind(kind)} {told}".rstrip()


def named_objects(values: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The objects that details hold by their ids."""
    single = [(HOLDS[key], value) for key, value in values.items() if key in HOLDS and isinstance(value, int)]
    return single + [(LISTS[key], one) for key, value in values.items() if key in LISTS and isinstance(value, list)
                     for one in value if isinstance(one, int)]


def _named(key: str, value: Any, names: Names) -> Any:
    if key == "row":
        return ROW_NAMES.get(str(value), value)
    if key in LISTS and isinstance(value, list):
        return [names.get((LISTS[key], one), one) for one in value]
    return names.get((HOLDS[key], value), value) if key in HOLDS else value


def _detail(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return short("、".join(code_name(str(one)) for one in value), 60)
    return short(code_name(str(value)), 16 if isinstance(value, str) else 60)


def register(app: Flask) -> None:
    app.jinja_env.filters.update(verb=verb, object_kind=object_kind, object_name=object_name, code_name=code_name,
                                 details=details)
