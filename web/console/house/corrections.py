"""更正: which errors deserve a notice, the notices by state, one notice to write, release, print. No reader stands here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.clock import SHANGHAI
from bot.errors import BadInput, WoodpeckerError
from bot.publishing import corrections as verbs
from bot.publishing.correction_words import Slip, Where, doubts, why_deserved
from bot.publishing.corrections import Written
from models.enums import CorrectionKind, CorrectionState
from models.queries import corrections as queries
from models.queries.corrections import MOST_SUGGESTED, NoticeView
from models.queries.newsroom import Confirmed
from models.session import reading
from web.access import may
from web.console.acting import attempt
from web.deps import deps, now
from web.errors import status_of
from web.numbers import whole
from web.paper_access import check_named
from web.visitor import actor, member, role_here

blueprint = Blueprint("corrections", __name__, url_prefix="/papers/corrections")

Answer = Response | tuple[str, int]
SUGGESTED = "suggested"
MONTHS_BACK = 3
ANEW = "anew"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The errors of one article that no notice stands about. `why`: by erratum, why it is suggested; empty: only listed."""

    rows: tuple[Confirmed, ...]
    why: dict[int, str]

    @property
    def first(self) -> Confirmed:
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Entered:
    """What a form held that was refused, shown again."""

    printed_on: str = ""
    printed_page: str = ""
    paper_id: int = 0
    reason: str = ""
    text: str | None = None


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
def index() -> str:
    return _list()


def _list(problem: str = "") -> str:
    asked = request.args.get("state", SUGGESTED)
    state = CorrectionState(asked) if asked in list(CorrectionState) else None
    since = _months_ago(MONTHS_BACK)
    with reading(deps().engine) as session:
        rows = queries.without_notice(session, since=since)
        waived = queries.waived(session, since=since) if state is None else []
        found, following = queries.notices(session, state, before=request.args.get("before", type=whole)) if state else ([], None)
        counts, due = queries.counts(session), verbs.due(session, found, now=now())
    suggestions = _suggestions(rows[:MOST_SUGGESTED])
    wanted, others = [one for one in suggestions if one.why], [one for one in suggestions if not one.why]
    return render_template(
        "console/corrections/index.html", state=state, states=tuple(CorrectionState), counts=counts, notices=found, due=due,
        following=following, first_page="before" not in request.args, suggested=wanted, others=others,
        cut=len(rows) > MOST_SUGGESTED, waived=waived, since=since, problem=problem, State=CorrectionState)


def _months_ago(count: int) -> str:
    today = now().astimezone(SHANGHAI).date()
    months = today.year * 12 + today.month - count
    return f"{months // 12}-{months % 12 + 1:02d}"


def _suggestions(rows: list[Confirmed]) -> list[Suggestion]:
    """By article, the newest month first."""
    groups: dict[tuple[Any, ...], list[Confirmed]] = {}
    for row in rows:
        groups.setdefault((row.issue_id, row.page, row.article_id, row.article), []).append(row)
    found = [Suggestion(tuple(one), {row.id: why for row in one if (why := _why(row))}) for one in groups.values()]
    return sorted(found, key=lambda one: one.first.month, reverse=True)


def _why(row: Confirmed) -> str:
    return why_deserved(row.wrong, row.right, points_milli=row.points_milli, doubling=row.doubling, row_code=row.row_code)


@blueprint.post("/draft")
def draft() -> Answer:
    ids = request.form.getlist("erratum", type=whole)
    drafted: list[int] = []

    def act(session: Session) -> str:
        check_named(session, "erratum_id", ids)
        drafted.append(verbs.draft(session, ids, actor=actor(), now=now()))
        return "更正的草稿写好了，请看一遍，改好了请主编定稿。"

    problem = attempt(act)
    if problem is not None:
        return _list(str(problem)), status_of(problem)
    return redirect(url_for("corrections.show", notice_id=drafted[0]))


@blueprint.post("/errata/<int:erratum_id>/waive")
def waive(erratum_id: int) -> Answer:
    return _suggested(erratum_id, verbs.waive, "这一处不登更正，不再提示。")


@blueprint.post("/errata/<int:erratum_id>/want")
def want(erratum_id: int) -> Answer:
    return _suggested(erratum_id, verbs.want, "又放回建议里了。")


def _suggested(erratum_id: int, verb: Callable[..., None], done: str) -> Answer:
    def act(session: Session) -> str:
        verb(session, erratum_id, actor=actor(), now=now())
        return done

    problem = attempt(act)
    return (_list(str(problem)), status_of(problem)) if problem else redirect(url_for("corrections.index"))


@blueprint.get("/<int:notice_id>")
def show(notice_id: int) -> Answer:
    return _page(notice_id)


@blueprint.post("/<int:notice_id>/write")
def write(notice_id: int) -> Answer:
    try:
        given = _written()
    except WoodpeckerError as problem:
        return _page(notice_id, problem)
    return _act(notice_id, lambda session, version: verbs.write(
        session, notice_id, given, actor=actor(), now=now(), expected_version=version),
        "按格式重写好了。" if given.text is None else "存好了。", Entered(text=given.text))


def _written() -> Written:
    form = request.form
    kinds, wrongs, rights = form.getlist("kind"), form.getlist("wrong"), form.getlist("right")
    if not len(kinds) == len(wrongs) == len(rights) or any(kind not in list(CorrectionKind) for kind in kinds):
        raise BadRequest
    if any(len(words) > 200 for words in (*wrongs, *rights)):
        raise BadInput("误和正各不超过 200 个字。")
    slips = tuple(_slip(CorrectionKind(kind), wrong, right) for kind, wrong, right in zip(kinds, wrongs, rights, strict=True))
    text = None if form.get("how") == ANEW else form.get("text", "").replace("\r\n", "\n")
    return Written(form.get("page", "")[:20].removesuffix("版"), form.get("article", "")[:200], slips, text)


def _slip(kind: CorrectionKind, wrong: str, right: str) -> Slip:
    """An empty correction of words that are there leaves them out where the kind says so; else it is not said yet."""
    empty = "" if kind is CorrectionKind.DELETION else None
    return Slip(kind, wrong.strip() or None, right.strip() or (empty if wrong.strip() else None))


@blueprint.post("/<int:notice_id>/release")
def release(notice_id: int) -> Answer:
    reason = request.form.get("reason", "")
    return _act(notice_id, lambda session, version: verbs.release(
        session, notice_id, reason=reason, actor=actor(), now=now(), expected_version=version),
        "定稿了，可以登了。登出来以后请回来登记，读者会收到消息。", Entered(reason=reason))


@blueprint.post("/<int:notice_id>/printed")
def printed(notice_id: int) -> Answer:
    told: list[int] = []
    return _where_printed(notice_id, lambda session, **where: told.append(verbs.mark_printed(
        session, notice_id, public_url=deps().settings.server.public_url, **where)), lambda: _told(told[0]))


@blueprint.post("/<int:notice_id>/reprinted")
def reprinted(notice_id: int) -> Answer:
    """Where it was printed was entered wrongly."""
    return _where_printed(notice_id, lambda session, **where: verbs.mend_printed(session, notice_id, **where),
                          "登出的地方改好了，读者不会再收到消息。")


def _where_printed(notice_id: int, verb: Callable[..., None], done: str | Callable[[], str]) -> Answer:
    form = request.form
    entered = Entered(form.get("printed_on", ""), form.get("printed_page", ""), form.get("paper_id", 0, type=whole))
    try:
        on = date.fromisoformat(entered.printed_on)
    except ValueError:
        return _page(notice_id, BadInput("请填登出来的日期。"), entered)
    return _act(notice_id, lambda session, version: verb(
        session, paper_id=entered.paper_id, printed_on=on, page=entered.printed_page, actor=actor(), now=now(),
        expected_version=version), done, entered)


def _told(readers: int) -> str:
    if not readers:
        return "记下了。没有要告知的读者。"
    return f"记下了。指出差错的 {readers} 位读者会收到消息，10 秒内可以在“通知”的“待发送”里撤回。"


@blueprint.post("/<int:notice_id>/drop")
def drop(notice_id: int) -> Answer:
    """A draft that nobody released."""
    return _withdraw(notice_id, (CorrectionState.DRAFT,))


@blueprint.post("/<int:notice_id>/withdraw")
def withdraw(notice_id: int) -> Answer:
    return _withdraw(notice_id, (CorrectionState.DRAFT, CorrectionState.RELEASED))


def _withdraw(notice_id: int, of: tuple[CorrectionState, ...]) -> Answer:
    reason = request.form.get("reason", "")
    return _act(notice_id, lambda session, version: verbs.withdraw(
        session, notice_id, reason, of=of, actor=actor(), now=now(), expected_version=version),
        "撤下了。需要的话，可以重新起草。", Entered(reason=reason))


def _act(notice_id: int, act: Callable[[Session, int], None], done: str | Callable[[], str], entered: Entered) -> Answer:
    version = request.form.get("expected_version", type=whole)
    if version is None:
        raise BadRequest

    def once(session: Session) -> str:
        act(session, version)
        return done if isinstance(done, str) else done()

    problem = attempt(once)
    if problem is not None:
        return _page(notice_id, problem, entered)
    return redirect(url_for("corrections.show", notice_id=notice_id))


def _page(notice_id: int, problem: WoodpeckerError | None = None, entered: Entered | None = None) -> Answer:
    with reading(deps().engine) as session:
        notice = queries.load(session, notice_id)
        if notice is None:
            raise NoSuchPage
        due = verbs.due(session, [notice], now=now())[notice_id]
        mine = notice.drafted_by_id == member().staff_id
        alone = mine and verbs.alone(session, notice_id, member().staff_id)
        chief = may(role_here(), "corrections.release")
        asked = chief and notice.state in (CorrectionState.RELEASED, CorrectionState.PRINTED)
        papers = queries.papers(session) if asked else []
        told = queries.told(session, notice_id) if notice.state is CorrectionState.PRINTED else {}
    entered = entered or Entered()
    shown = replace(notice, text=entered.text) if entered.text and problem else notice
    page = render_template(
        "console/corrections/show.html", it=notice, text=shown.text, due=due, problem=str(problem or ""), entered=entered,
        doubts=doubts(shown.text, _where(notice), _slips(notice)) if notice.state is CorrectionState.DRAFT else [],
        chief=chief, mine=mine, alone=alone, papers=papers, told=told,
        kinds=tuple(CorrectionKind), State=CorrectionState,
        today=now().astimezone(SHANGHAI).date(), anew=ANEW, longest=verbs.LONGEST_TEXT)
    return page, status_of(problem) if problem else 200


def _where(notice: NoticeView) -> Where:
    return Where(notice.published_on, notice.month, notice.page, notice.article)


def _slips(notice: NoticeView) -> list[Slip]:
    return [Slip(item.kind, item.wrong, item.right) for item in notice.items]
