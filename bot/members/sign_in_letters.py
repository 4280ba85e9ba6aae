"""What a member is told at once by mail when his sign-in is changed: put in the queue by the transaction that changes it.

A letter holds no secret, no link and no name. It goes where his mail went before the change: a thief who puts in an
address of his own takes none of them.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.clock import SHANGHAI
from bot.outbox import calls
from models.enums import ActorKind
from models.work_enums import CallTarget

KIND = "sign_in.changed"
SUBJECT = "啄木鸟编辑台：您的帐号有改动"
TEXT = """您好：

您在啄木鸟编辑台的帐号有改动。

改了什么：{what}
什么时候：{at}（北京时间）
谁改的：{who}

是您自己改的，或者改之前同您说过，就不用理会这封信。

如果不是，请马上打电话或者当面告诉管理员，请他重设您的密码，并退出您在各处的登录。请不要回这封信，也不要把密码、验证码、恢复码告诉任何人。

啄木鸟编辑台
"""

OWN_PASSWORD, PASSWORD = "换了密码", "重设了密码，原来的不能用了"
EMAIL = "换掉或去掉了邮箱，以后的信不再寄到这里"
FACTOR, OTHER_FACTOR = "设了两步验证", "换了两步验证的手机"
FACTOR_OFF, FACTOR_RESET = "关掉了两步验证", "重置了两步验证，原来的手机和恢复码不能用了"
CODES, CODE_USED = "换了一批恢复码，原来的不能用了", "用掉一个恢复码登录，还剩 {left} 个"
ROLE, PAPERS = "改了角色", "改了分管的报纸"
SWITCHED_OFF = "停用了这个帐号，登记的邮箱也删掉了"


def tell(session: Session, staff_id: int, address: str | None, what: str, *, actor: Actor, now: datetime) -> None:
    """Queues the letter about `what`; nobody without an address is written to."""
    if address is None:
        return
    at = now.astimezone(SHANGHAI)
    text = TEXT.format(what=what, at=f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}", who=_who(staff_id, actor))
    calls.enqueue(session.connection(), CallTarget.MEMBER, kind=KIND, key=f"{KIND}-{secrets.token_hex(12)}",
                  body={"title": SUBJECT, "text": text}, now=now, address=address)


def _who(staff_id: int, actor: Actor) -> str:
    if actor.kind is ActorKind.STAFF:
        return "您自己（用您的帐号）" if actor.staff_id == staff_id else "管理员"
    return "管服务器的同事"
