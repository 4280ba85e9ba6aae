"""Who may do what: one table, endpoint → roles. What stands in no rule is open to nobody."""

from __future__ import annotations

from flask import Flask, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from bot.members.sign_in import SignedIn
from models.enums import Role
from web import kept_words, paper_access
from web.deps import deps
from web.visitor import signed_in

EVERYBODY = frozenset(Role)
GRADERS = frozenset({Role.EDITOR, Role.CHIEF, Role.ADMIN})
CHIEFS = frozenset({Role.CHIEF, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
HANDERS = frozenset({Role.PRIZES, Role.CHIEF, Role.ADMIN})

PUBLIC = frozenset({
    "static", "bootstrap.static",
    "auth.sign_in", "auth.code",
    "forgotten.ask", "forgotten.choose", "password_meter.by_link",
    "health.healthz", "health.readyz",
    "metrics.show",
    "webhook.receive",
    "demo.deadline",
    "claims.show", "claims.old",
    "copies.notice", "copies.show",
    "own_reports.index", "own_reports.show", "own_reports.withdraw", "own_reports.change", "own_reports.answer",
    "follower_sign_in.enter", "follower_sign_in.back",
    "own_privacy.show", "own_privacy.copy", "own_privacy.delete",
    "own_reports.appeal", "own_standing.standing", "own_standing.listing",
    "satisfaction.show",
    "public_records.show", "public_records.file", "public_records.listed", "public_records.data",
    "contest_pages.home", "contest_pages.rules", "contest_pages.winners", "contest_pages.hall",
    "errata_pages.index", "errata_pages.issue", "errata_pages.refused", "errata_pages.cut",
})
"""Open without signing in. They look at no session and are never refused here."""

RULES: dict[str, frozenset[Role]] = {
    # every member of staff
    "auth.home": EVERYBODY,
    "auth.sign_out": EVERYBODY,
    "account.index": EVERYBODY,
    "account.link": EVERYBODY,
    "account.email": EVERYBODY,
    "account.prefer": EVERYBODY,
    "account.switch": EVERYBODY,
    "account.end_session": EVERYBODY,
    "account.end_others": EVERYBODY,
    "first_password.index": EVERYBODY,
    "password_meter.own": EVERYBODY,
    "second_factor.index": EVERYBODY,
    "second_factor.new_codes": EVERYBODY,
    "second_factor.switch_off": EVERYBODY,
    # only in the demo
    "demo.finish": GRADERS,
    # 待评
    "queue.index": GRADERS,
    "filters.index": GRADERS,
    "filters.save": GRADERS,
    "filters.rename": GRADERS,
    "filters.share": CHIEFS,
    "filters.remove": GRADERS,
    "filters.restore": GRADERS,
    "bulk.index": GRADERS,
    "bulk.preview": GRADERS,
    "bulk.begin": GRADERS,
    "bulk.show": GRADERS,
    "bulk.step": GRADERS,
    "bulk.undo": GRADERS,
    "undoing.last": GRADERS,
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
    "report.preview": GRADERS,
    "report.words": GRADERS,
    "report.hold": GRADERS,
    "report.tell": GRADERS,
    "duplicates.choose": GRADERS,
    "duplicates.compare": GRADERS,
    # 便签
    "notes.index": GRADERS,
    "notes.add": GRADERS,
    "notes.take_back": GRADERS,
    "notes.read": GRADERS,
    "notes.names": GRADERS,
    "reviews.decide": GRADERS,
    "presence.beat": GRADERS,
    "presence.leave": GRADERS,
    "presence.claim": GRADERS,
    "presence.steal": GRADERS,
    "presence.let_go": GRADERS,
    "presence.listed": GRADERS,
    "assignments.assign": GRADERS,
    "assignments.snooze": GRADERS,
    "assignments.wake": GRADERS,
    "drafts.keep": GRADERS,
    "drafts.drop": GRADERS,
    # 来信
    "desk.index": GRADERS,
    "desk.show": GRADERS,
    "desk.answer": GRADERS,
    "desk.take_back": GRADERS,
    "desk.close": GRADERS,
    "desk.reopen": GRADERS,
    "desk.to_report": GRADERS,
    "desk.preview": GRADERS,
    "desk.close_many": GRADERS,
    "desk.undo": GRADERS,
    # 代录
    "callers.index": GRADERS,
    "callers.enter": GRADERS,
    "callers.preview": GRADERS,
    "callers.show": GRADERS,
    "callers.confirm": GRADERS,
    "callers.refuse": GRADERS,
    "callers.forget": GRADERS,
    # 申诉
    "appeals.keep": GRADERS,
    "appeals.preview": GRADERS,
    "appeals.take_back": GRADERS,
    # 照片和语音
    "attachments.shown": GRADERS,
    "attachments.original": GRADERS,
    "redaction.show": GRADERS,
    "redaction.draw": GRADERS,
    "redaction.remove": GRADERS,
    "reveals.of_report": CHIEFS,
    "reveals.of_letter": CHIEFS,
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
    "cockpit.show": GRADERS,
    "cockpit.plot": GRADERS,
    "cockpit.blocking": GRADERS,
    "cockpit.dismiss": GRADERS,
    "rounds.pick": CHIEFS,
    "rounds.move": CHIEFS,
    "rounds.keep": CHIEFS,
    "rounds.box": CHIEFS,
    "rounds.unsuitable": CHIEFS,
    "rounds.release": CHIEFS,
    "rounds.tick": CHIEFS,
    "reach.show": CHIEFS,
    "month_page.show": CHIEFS,
    "rule_changes.show": CHIEFS,
    "rule_changes.change": CHIEFS,
    "cut_lines.show": CHIEFS,
    "cut_lines.seek": CHIEFS,
    "changes.show": GRADERS,
    "changes.record": GRADERS,
    "changes.name": GRADERS,
    "changes.not_entitled": GRADERS,
    "changes.pick_again": CHIEFS,
    "changes.release": CHIEFS,
    "changes.printed": CHIEFS,
    "changes.withdraw": CHIEFS,
    "announcement.show": GRADERS,
    "announcement.file": GRADERS,
    "announcement.notice": GRADERS,
    "announcement.keep": CHIEFS,
    "articles.show": CHIEFS,
    "articles.picture": CHIEFS,
    "articles.publish": CHIEFS,
    "articles.draft": CHIEFS,
    "articles.by_hand": CHIEFS,
    # 读者
    "leads.index": CHIEFS,
    "leads.show": CHIEFS,
    "leads.close": CHIEFS,
    "leads.reopen": CHIEFS,
    "readers.index": CHIEFS,
    "readers.show": CHIEFS,
    "readers.link": CHIEFS,
    "readers.unlink": CHIEFS,
    "readers.bar": CHIEFS,
    "readers.unbar": CHIEFS,
    "readers.mute": CHIEFS,
    "readers.unmute": CHIEFS,
    "personal.index": CHIEFS,
    "personal.show": CHIEFS,
    "personal.copy": CHIEFS,
    "personal.erase": CHIEFS,
    # 领奖
    "prizes.index": HANDERS,
    "prizes.hand_over": HANDERS,
    "prizes.show": HANDERS,
    "prizes.contact": HANDERS,
    "prizes.enter": HANDERS,
    "prizes.let_go": HANDERS,
    "prizes.receipt": HANDERS,
    "payouts.index": HANDERS,
    "payouts.export": HANDERS,
    "certificates.one": HANDERS,
    "certificates.of_round": HANDERS,
    # 报纸
    "papers.index": GRADERS,
    "papers.show": GRADERS,
    "papers.add": CHIEFS,
    "papers.edit": CHIEFS,
    "papers.plan": CHIEFS,
    "papers.drop": CHIEFS,
    "page_makers.usual": CHIEFS,
    "page_makers.issue": CHIEFS,
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
    # 练习
    "practice.index": GRADERS,
    "practice.show": GRADERS,
    "practice.answer": GRADERS,
    "practice.again": GRADERS,
    "calibration.index": GRADERS,
    "calibration.show": GRADERS,
    "calibration.item": GRADERS,
    "calibration.grade": GRADERS,
    "calibration.prepare": CHIEFS,
    "calibration.skip": CHIEFS,
    "agreement.index": GRADERS,
    "pairs.show": GRADERS,
    "pairs.choose": GRADERS,
    "pairs.take_back": GRADERS,
    "pairs.seal": GRADERS,
    "pairs.do_not_wait": CHIEFS,
    # 设置
    "contests.index": CHIEFS,
    "contests.create": CHIEFS,
    "canned.index": CHIEFS,
    "canned.save": CHIEFS,
    "contests.turn": CHIEFS,
    "contests.holidays": CHIEFS,
    "contests.deputy": CHIEFS,
    # 人员
    "staff.index": CHIEFS,
    "staff.show": CHIEFS,
    "assignments.preview": CHIEFS,
    "assignments.hand_over": CHIEFS,
    "staff.add": ADMINS,
    "staff.set_role": ADMINS,
    "staff.set_password": ADMINS,
    "staff.deactivate": ADMINS,
    "staff.activate": ADMINS,
    "staff.set_email": ADMINS,
    "staff.end_session": ADMINS,
    "staff.end_sessions": ADMINS,
    "staff.reset_factor": ADMINS,
    "staff.set_papers": ADMINS,
    # 运行
    "operations.index": ADMINS,
    "operations.run_job": ADMINS,
    "operations.again": ADMINS,
    "operations.give_up": ADMINS,
    # 记录
    "audit.index": CHIEFS,
}

READERS = ("/claim/", "/records/", "/mine/", "/my/", "/c/")
"""Where readers come: whatever is said there neither leads into the console nor depends on a cookie."""

DEPUTIES = frozenset({"rounds.release", "reach.show"})
"""Open to the deputy of a contest as well; the views and verbs ask whether the round is one of his."""


FIRST_PASSWORD = frozenset({"first_password.index", "password_meter.own", "auth.sign_out"})
"""All that is open to who signed in with an initial password."""
SETTING_UP = frozenset({"second_factor.index", "auth.sign_out"})
"""All that is open to who must set up a second factor and has none."""


def is_for_readers() -> bool:
    """Whether the present request is for a page of theirs, be it there or not."""
    return request.path.startswith(READERS)


def may(role: Role, endpoint: str) -> bool:
    """Whether somebody in this role may open the endpoint. Use it to show or hide a link or a button."""
    return endpoint in PUBLIC or role in RULES.get(endpoint, frozenset())


def announces(member: SignedIn, contest_id: int) -> bool:
    """Whether this member may see a picked list of the contest before its release, and release it."""
    return may(member.role, "rounds.release") or contest_id in member.deputy_of


def register(app: Flask) -> None:
    app.before_request(_guard)


def _guard() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint in PUBLIC:  # None: no such address, answered with 404
        return None
    member = signed_in()
    if member is None:
        return kept_words.handed_back() or redirect(url_for("auth.sign_in", next=_way_back()))
    if member.initial_password and endpoint not in FIRST_PASSWORD:
        return redirect(url_for("first_password.index"))
    if _awaits_second_factor(member) and endpoint not in SETTING_UP:
        return redirect(url_for("second_factor.index"))
    g.role_here = paper_access.role_here(member, endpoint, lambda role: may(role, endpoint))
    deputises = endpoint in DEPUTIES and bool(member.deputy_of)
    if g.role_here is None and not may(member.role, endpoint) and not deputises:
        raise Forbidden
    return None


def _awaits_second_factor(member: SignedIn) -> bool:
    """His own password comes first: else whoever told him the initial one could set up the telephone in his place."""
    return member.needs_second_factor and not member.initial_password and not deps().settings.demo.enabled


def _way_back() -> str | None:
    """Where to go on after signing in: this page, if it was only to be looked at."""
    return request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
