"""Error codes of the platform's API and what to do about each: one table. Knows no network and no account.

Meanings: the platform's own texts as collected by WxJava (WxMpErrorMsgEnum). The decisions are ours.
The Chinese sentences are for the operator in the console, never for readers.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What the caller does next."""

    PROCEED = "proceed"  # it worked
    DONE = "done"  # had been done before: success
    BACK_OFF = "back_off"  # wait and try again
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 (no secret): fetch a token once, try once again, never loop
    WAIT_FOR_QUOTA = "wait_for_quota"  # until the daily reset, or clear_quota
    HOLD_FOR_READER = "hold_for_reader"  # until this reader acts again, or by another channel
    GIVE_UP_READER = "give_up_reader"  # this reader cannot be reached
    SWITCH_OFF = "switch_off"  # switch the channel off and tell the operator
    DO_NOT_RETRY = "do_not_retry"  # our bug or bad input: the same call fails again


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about one code, and what it means, in Chinese, for the operator."""

    action: Action
    meaning: str


_TABLE: dict[int, Advice] = {
    0: Advice(Action.PROCEED, "成功"),
    45065: Advice(Action.DONE, "同一条群发已经提交过"),
    -1: Advice(Action.BACK_OFF, "微信系统繁忙，稍后再试"),
    45011: Advice(Action.BACK_OFF, "调用太频繁，稍后再试"),
    40001: Advice(Action.REFRESH_TOKEN, "接口凭证无效"),
    40014: Advice(Action.REFRESH_TOKEN, "接口凭证不合法"),
    42001: Advice(Action.REFRESH_TOKEN, "接口凭证已过期"),
    45009: Advice(Action.WAIT_FOR_QUOTA, "今天的调用次数用完了"),
    45015: Advice(Action.HOLD_FOR_READER, "读者超过 48 小时没有来信，不能主动发消息"),
    45047: Advice(Action.HOLD_FOR_READER, "读者来信后的主动消息条数用完了"),
    40003: Advice(Action.GIVE_UP_READER, "openid 不属于这个公众号"),
    43004: Advice(Action.GIVE_UP_READER, "读者没有关注公众号"),
    50005: Advice(Action.GIVE_UP_READER, "读者没有关注公众号"),
    43019: Advice(Action.GIVE_UP_READER, "读者在黑名单里"),
    43101: Advice(Action.GIVE_UP_READER, "读者没有同意接收"),
    48002: Advice(Action.GIVE_UP_READER, "读者关闭了接收消息"),
    48001: Advice(Action.SWITCH_OFF, "公众号没有这个接口的权限，或认证已过期"),
    48004: Advice(Action.SWITCH_OFF, "接口被封禁，请到公众平台查看"),
    50002: Advice(Action.SWITCH_OFF, "公众号受限，可能已被冻结"),
    45028: Advice(Action.SWITCH_OFF, "群发次数用完了"),
    40164: Advice(Action.SWITCH_OFF, "服务器地址不在 IP 白名单里"),
    61004: Advice(Action.SWITCH_OFF, "服务器地址不在 IP 白名单里"),
    40013: Advice(Action.SWITCH_OFF, "AppID 不对"),
    40125: Advice(Action.SWITCH_OFF, "AppSecret 不对"),
    40243: Advice(Action.SWITCH_OFF, "AppSecret 已被冻结"),
    40033: Advice(Action.DO_NOT_RETRY, "请求里有不合法的字符"),
    47001: Advice(Action.DO_NOT_RETRY, "请求的 JSON 有误"),
    47003: Advice(Action.DO_NOT_RETRY, "模板参数不符合要求"),
    45002: Advice(Action.DO_NOT_RETRY, "内容太长，要分开发"),
    45008: Advice(Action.DO_NOT_RETRY, "图文条数超过限制"),
    40029: Advice(Action.DO_NOT_RETRY, "网页授权的 code 不对"),
    40163: Advice(Action.DO_NOT_RETRY, "网页授权的 code 已经用过"),
    40007: Advice(Action.DO_NOT_RETRY, "media_id 无效，要重新上传"),
}
WHOLE_ACCOUNT = frozenset({40164, 61004, 40013, 40125, 40243, 50002})
"""Codes of SWITCH_OFF that close every call of the account, not only the one that was made."""
NOT_GRANTED = frozenset({48001, 48004})
_RISK_CONFIRMATION = Advice(Action.SWITCH_OFF, "调用来源需要管理员到公众平台确认")
_RISK_CODES = range(89500, 89600)
_UNKNOWN = Advice(Action.DO_NOT_RETRY, "没有见过的错误码，请查微信文档")
_RID = re.compile(r"rid:\s*([0-9A-Za-z-]+)")


def advise(errcode: int) -> Advice:
    """What to do about `errcode`. An unknown one is not retried: that may send a message twice."""
    if errcode in _RISK_CODES:
        return _RISK_CONFIRMATION
    return _TABLE.get(errcode, _UNKNOWN)


def closes_account(errcode: int) -> bool:
    """Whether nothing of the account works any more until somebody mends it."""
    return errcode in WHOLE_ACCOUNT or errcode in _RISK_CODES


def advise_http(status: int, *, idempotent: bool) -> Advice:
    """What to do about an HTTP status other than 200, or a timeout (status 0): perhaps it was done."""
    if idempotent and (status == 0 or status >= 500):
        return Advice(Action.BACK_OFF, "微信没有回应，稍后再试")
    return Advice(Action.DO_NOT_RETRY, "微信没有给出结果，不知道是否已经发出")


def request_id(errmsg: str) -> str | None:
    """The rid that an errmsg carries: the one thing the platform's support asks for."""
    found = _RID.search(errmsg)
    return found.group(1) if found else None
