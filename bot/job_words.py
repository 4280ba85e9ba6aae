"""What the jobs of the scheduler are called in Chinese, what each is for, and what it did. Reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

JOBS: dict[str, tuple[str, str]] = {
    "make_rounds": ("排轮次", "把以后几个月的轮次先排好"),
    "read_unread": ("补读来信", "来信先收下了没读的，再读一遍"),
    "lapse_waiting": ("清理没补充的", "请读者补充、过了期限没有回音的，作失效"),
    "place_unplaced": ("补找位置", "报纸导入以后，给没找到位置的纠错再找一遍"),
    "close_rounds": ("截止", "到点的轮次收口"),
    "seek_leads": ("找线索", "评奖前要主编看一眼的"),
    "pick_rounds": ("评出名单", "评完的轮次算出名单"),
    "release_rounds": ("自动公布", "约定了自动公布的轮次"),
    "deliver": ("发通知", "给读者的消息"),
    "fetch_media": ("取照片和语音", "读者发来的照片、语音存下来"),
    "read_photos": ("认照片上的字", "从照片上认出是哪篇文章"),
    "ask_unionids": ("认同一位读者", "几个公众号上的同一位读者"),
    "send_articles": ("送公众号文章", "获奖名单的文章送进公众号后台"),
    "make_codes": ("做二维码", "各报印在启事里的二维码"),
    "read_imports": ("读导入的报纸", "后台导入的报纸文件"),
    "forget_imports": ("清理没用的导入", "一天没人定的导入删掉"),
    "forget_digests": ("忘掉离开的读者", "领奖期过了，取消关注的读者彻底忘掉"),
    "index_search": ("更新查找", "新来的文章和纠错能查到"),
    "send_resets": ("寄重设密码的信", "忘了密码的同事"),
    "remind_editors": ("提醒编辑", "截止前、评分结束前提醒还有没评的"),
    "alert_unreleased": ("催公布", "快付印了名单还没公布"),
    "send_months": ("寄每月一页", "公布以后寄给主编"),
    "tell_months": ("告诉读者这一期", "公布以后告诉每位报过错的读者"),
    "forget_presence": ("清理草稿", "很久没人回来的草稿"),
    "seal_audit": ("封存记录", "谁做了什么，封好就改不了"),
    "sign_records": ("签评选记录", "设了签名钥匙的"),
    "tend_claims": ("照看领奖", "提醒没来领的，过期的作罢"),
    "forget_contact": ("删到期的联系方式", "领完奖的电话、地址，来信里的电话"),
    "forget_old": ("删到期的原话和名字", "存满了期限的来信、照片、语音、名字、登录记录"),
    "move_prizes_on": ("递补奖品", "过期没领的奖品起草递补"),
    "tell_events": ("告诉对接的程序", "截止、公布、更正、评选记录"),
    "watch": ("看哪里停着", "有事停着就告诉配置里写的人"),
    "post_calls": ("告诉别处", "往配置里的地址送提醒，给同事寄帐号有改动的信"),
    "turn": ("定时任务", "所有任务轮一遍"),
    "backup": ("备份", "把数据库备份下来"),
}
"""By name: what it is called, and what it is for."""

DONE: dict[str, str] = {
    "new": "新排", "closed": "截止", "picked": "评出", "released": "公布", "moved": "递补", "read": "读了", "lapsed": "作失效",
    "placed": "找到位置", "leads": "线索", "sent": "送出", "waiting": "稍后再送", "uncertain": "不知送到没有", "expired": "过时",
    "unreachable": "送不到", "forgotten": "忘掉", "kept": "存下", "refused": "没收", "lost": "取不到", "deleted": "删掉",
    "asked": "问了", "linked": "认出", "made": "做好", "gone": "清理", "reminded": "提醒", "alerted": "催了", "months": "寄了",
    "drafts": "清理", "sealed": "封存", "signed": "签好", "unsigned": "没签", "terms": "定了期限", "claims": "删了联系方式",
    "phones": "删了电话", "messages": "删了原话", "notices": "删了发出的话", "names": "删了名字",
    "sessions": "删了登录记录",
    "months_told": "告诉了",
    "told": "提醒", "over": "说了已好", "drafted": "送了草稿", "submitted": "送去发布", "published": "发布",
    "failed": "没成",
}
"""What a job's result counts, in the order in which it is said."""

PROBLEMS: dict[str, str] = {
    "OperationalError": "数据库没有应答，或者正忙", "DatabaseProblem": "数据库是恢复来的，还没有核对",
    "OSError": "磁盘或网络出错", "FileNotFoundError": "少了一个文件", "PermissionError": "文件没有权限读写",
    "MemoryError": "内存不够", "ConnectionError": "网络连不上", "TimeoutError": "等得太久，没有应答",
    "NoKey": "读不到钥匙文件",
}


def name(job: str) -> str:
    """An unknown one is shown as it is rather than hidden."""
    return JOBS[job][0] if job in JOBS else job


def purpose(job: str) -> str:
    return JOBS[job][1] if job in JOBS else ""


def problem(kind: str) -> str:
    """Of what a job raised, in a sentence."""
    return PROBLEMS.get(kind, "程序出错，日志里有详情")


def result(values: Mapping[str, Any]) -> str:
    """送出 3，没成 1; empty for nothing that means something to people."""
    return "，".join(f"{words} {many}" for key, words in DONE.items() if (many := _many(values.get(key))))


def _many(value: Any) -> int:
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
