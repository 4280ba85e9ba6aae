"""Who may do what: one table, endpoint → roles. What stands in no rule is open to nobody."""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from models.enums import Role
from web.visitor import signed_in

EVERYBODY = frozenset(Role)
GRADERS = frozenset({Role.EDITOR, Role.CHIEF, Role.ADMIN})
CHIEFS = frozenset({Role.CHIEF, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
HANDERS = frozenset({Role.PRIZES, Role.CHIEF, Role.ADMIN})

PUBLIC = frozenset({
    "static", "bootstrap.static",
    "auth.sign_in",
    "health.healthz", "health.readyz",
    "webhook.receive",
    "demo.deadline",
})
"""Open without signing in. They look at no session and are never refused here."""

RULES: dict[str, frozenset[Role]] = {
    # every member of staff
    "auth.home": EVERYBODY,
    "auth.sign_out": EVERYBODY,
    "account.index": EVERYBODY,
    "account.link": EVERYBODY,
    # only in the demo
    "demo.finish": GRADERS,
    # 待评
    "queue.index": GRADERS,
    "report.show": GRADERS,
    "report.grade": GRADERS,
    "report.undo": GRADERS,
    "report.mend": GRADERS,
    "report.join": GRADERS,
    "report.split": GRADERS,
    "report.link": GRADERS,
    "report.unlink": GRADERS,
    "report.apart": GRADERS,
    "report.settle": GRADERS,
    "report.place": GRADERS,
    "report.escalate": GRADERS,
    # 来信
    "desk.index": GRADERS,
    "desk.show": GRADERS,
    "desk.answer": GRADERS,
    "desk.take_back": GRADERS,
    "desk.close": GRADERS,
    "desk.reopen": GRADERS,
    "desk.to_report": GRADERS,
    # 照片和语音
    "attachments.shown": GRADERS,
    "attachments.original": GRADERS,
    # 通知
    "notices.index": GRADERS,
    "notices.sent": GRADERS,
    "notices.again": GRADERS,
    "notices.drop": GRADERS,
    "notices.switch_on": CHIEFS,
    "notices.note": CHIEFS,
    # 排名
    "standings.index": GRADERS,
    # 轮次
    "rounds.index": EVERYBODY,
    "rounds.show": GRADERS,
    "rounds.pick": CHIEFS,
    "rounds.move": CHIEFS,
    "rounds.box": CHIEFS,
    "rounds.unsuitable": CHIEFS,
    "rounds.release": CHIEFS,
    "rounds.tick": CHIEFS,
    "articles.show": CHIEFS,
    "articles.picture": CHIEFS,
    "articles.publish": CHIEFS,
    "articles.draft": CHIEFS,
    "articles.by_hand": CHIEFS,
    # 读者
    "readers.index": CHIEFS,
    "readers.show": CHIEFS,
    "readers.link": CHIEFS,
    "readers.unlink": CHIEFS,
    "readers.bar": CHIEFS,
    "readers.unbar": CHIEFS,
    # 领奖
    "prizes.index": HANDERS,
    "prizes.hand_over": HANDERS,
    # 报纸
    "papers.index": GRADERS,
    "papers.show": GRADERS,
    "papers.add": CHIEFS,
    "papers.edit": CHIEFS,
    "papers.plan": CHIEFS,
    "papers.drop": CHIEFS,
    "calendar.index": GRADERS,
    "codes.show": GRADERS,
    "codes.as_svg": GRADERS,
    "codes.as_png": GRADERS,
    "search.index": GRADERS,
    "papers.issue": GRADERS,
    "pages.show": GRADERS,
    "pages.marks": GRADERS,
    "pictures.whole": GRADERS,
    "pictures.tile": GRADERS,
    "pictures.crop": GRADERS,
    "mending.show": GRADERS,
    "mending.preview": GRADERS,
    "mending.save": GRADERS,
    "newsroom.index": GRADERS,
    "newsroom.month": GRADERS,
    "newsroom.cause": GRADERS,
    "newsroom.causes": GRADERS,
    "corrections.index": GRADERS,
    "corrections.show": GRADERS,
    "corrections.draft": GRADERS,
    "corrections.write": GRADERS,
    "corrections.drop": GRADERS,
    "corrections.waive": GRADERS,
    "corrections.want": GRADERS,
    "corrections.release": CHIEFS,
    "corrections.printed": CHIEFS,
    "corrections.reprinted": CHIEFS,
    "corrections.withdraw": CHIEFS,
    "ledger.index": GRADERS,
    "ledger.month": GRADERS,
    "ledger.paper": GRADERS,
    "ledger.issue": GRADERS,
    "ledger.export": GRADERS,
    "ledger.set_layout": CHIEFS,
    "ledger.set_page": CHIEFS,
    "house_finds.index": GRADERS,
    "house_finds.enter": GRADERS,
    "house_finds.enter_many": GRADERS,
    "house_finds.reclass": GRADERS,
    "house_finds.withdraw": GRADERS,
    "imports.upload": CHIEFS,
    "imports.send": CHIEFS,
    "imports.show": CHIEFS,
    "imports.progress": CHIEFS,
    "imports.thumbnail": CHIEFS,
    "imports.apply": CHIEFS,
    "imports.drop": CHIEFS,
    "imports.again": CHIEFS,
    # 统计
    "statistics.index": GRADERS,
    "statistics.plot": GRADERS,
    "statistics.table": GRADERS,
    # 设置
    "contests.index": CHIEFS,
    "contests.create": CHIEFS,
    # 人员
    "staff.index": CHIEFS,
    "staff.show": CHIEFS,
    "staff.add": ADMINS,
    "staff.set_role": ADMINS,
    "staff.set_password": ADMINS,
    "staff.deactivate": ADMINS,
    "staff.activate": ADMINS,
    # 记录
    "audit.index": CHIEFS,
}


def may(role: Role, endpoint: str) -> bool:
    """Whether somebody in this role may open the endpoint. Use it to show or hide a link or a button."""
    return endpoint in PUBLIC or role in RULES.get(endpoint, frozenset())


def register(app: Flask) -> None:
    app.before_request(_guard)


def _guard() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint in PUBLIC:  # None: no such address, answered with 404
        return None
    member = signed_in()
    if member is None:
        return redirect(url_for("auth.sign_in", next=_way_back()))
    if not may(member.role, endpoint):
        raise Forbidden
    return None


def _way_back() -> str | None:
    """Where to go on after signing in: this page, if it was only to be looked at."""
    return request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
