"""What the steering page shows of one account, as plain values. Changes nothing, knows no request."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.clock import SHANGHAI
from web.simulator.books import who
from web.simulator.caps import FORCED, cap_of
from web.simulator.faults import Fault, FaultKind
from web.simulator.limits import DAILY_CAPS
from web.simulator.platform import Platform
from web.simulator.profiles import TITLES
from web.simulator.quota import Opens
from web.simulator.values import Account, CallRecord, Reader
from web.simulator.views import delivery_shown

CALLS_SHOWN = 40
DELIVERIES_SHOWN = 30
OPENED_BY = {Opens.MESSAGE: "来信", Opens.ACTION: "点击、关注或扫码"}
FAULT_WORDS = {
    FaultKind.ERRCODE: "错误码",
    FaultKind.DOWN: "HTTP 503",
    FaultKind.SLOW: "办了，回答得慢",
    FaultKind.CUT: "办了，回答到一半断开",
    FaultKind.GARBAGE: "办了，回答是乱码",
}


def state(platform: Platform, account: Account) -> dict[str, Any]:
    now = platform.book_now()
    return {
        "clock": _moment(platform.clock.now()),
        "book_clock": _moment(now),
        "ahead": _span(platform.skew),
        "account": _account(platform, account),
        "readers": [_reader(platform, one, now) for one in platform.store.readers(account.name)],
        "caps": _caps(platform, account, now),
        "faults": [_fault(one) for one in platform.faults.rules()],
        "calls": [_call(one) for one in platform.store.calls()[:CALLS_SHOWN]],
        "deliveries": [delivery_shown(one) for one in platform.store.deliveries(account.name)[:DELIVERIES_SHOWN]],
        "holding": platform.holding,
        "held": len(platform.held()),
        "lose": platform.courier.answers_to_lose(),
        "scenes": [
            {"ticket": one.ticket, "key": one.key, "ends": _moment(one.ends_at) if one.ends_at else "永久"}
            for one in platform.scenes.of(account.name)
        ],
        "unionid": platform.gives_unionid,
        "lines": platform.transcript.mark(),
    }


def _account(platform: Platform, account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "profile": account.profile,
        "profile_title": TITLES[account.profile],
        "mode": account.keys.mode,
        "body_format": account.keys.body_format,
        "webhook": platform.webhook_of(account),
        "menu": [one.title for one in platform.menu(account.name)],
        "menu_published": account.name in platform.menus,
        "drafts": platform.articles.count(account.name),
    }


def _reader(platform: Platform, reader: Reader, now: datetime) -> dict[str, Any]:
    windows = [
        {"by": OPENED_BY[one.opened_by], "left": one.left, "ends": _moment(one.ends_at)}
        for one in platform.quota.open_windows(who(reader), now=now)
    ]
    return {"openid": reader.openid, "name": reader.name, "following": reader.following, "windows": windows}


def _caps(platform: Platform, account: Account, now: datetime) -> list[dict[str, Any]]:
    used = platform.caps.used(account.name, now=now)
    paths = [*DAILY_CAPS, FORCED, *(path for path in used if path not in DAILY_CAPS and path != FORCED)]
    return [
        {"path": path, "used": used.get(path, 0), "cap": cap_of(path, account.profile)}
        for path in paths
        if path in DAILY_CAPS or path in used
    ]


def _fault(fault: Fault) -> dict[str, Any]:
    words = FAULT_WORDS[fault.kind]
    if fault.kind is FaultKind.ERRCODE:
        words += f" {fault.errcode}"
    if fault.kind is FaultKind.SLOW:
        words += f" {fault.seconds:g} 秒"
    times = "一直" if fault.left is None else f"还有 {fault.left} 次"
    return {"number": fault.number, "path": fault.path, "words": words, "times": times}


def _call(call: CallRecord) -> dict[str, Any]:
    return {
        "number": call.number,
        "account": call.account,
        "path": call.path,
        "errcode": "" if call.errcode is None else str(call.errcode),
        "fault": FAULT_WORDS[FaultKind(call.fault)] if call.fault else "",
        "at": call.at.astimezone(SHANGHAI).strftime("%H:%M:%S"),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _span(span: timedelta) -> str:
    """"2 天 3 小时"; "" for none."""
    minutes = int(span.total_seconds() // 60)
    parts = [(minutes // 1440, "天"), (minutes % 1440 // 60, "小时"), (minutes % 60, "分钟")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def limit_value(value: object) -> str:
    """A limit's value in words."""
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return _span(value) if seconds % 60 == 0 else f"{seconds:g} 秒"
    return f"{value:,}" if isinstance(value, int) else str(value)
