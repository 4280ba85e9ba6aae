"""编辑部自查: errors that the newsroom found itself, entered and withdrawn. The rules stand in bot.house.house_finds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.contest.annex import ROW_NAMES, AnnexRow, RowKind
from bot.contest.arithmetic import points_text
from bot.contest.phases import local_day
from bot.contest.rules import RuleSet
from bot.errors import BadInput, NotFound, WoodpeckerError
from bot.house import house_finds
from bot.house.house_finds import Entry
from bot.understanding.in_print.locate import Index
from bot.understanding.values import SUBTITLE, TITLE, Finding, Located, Place
from models.enums import Doubling
from models.ledger import HouseFind
from models.queries import house_finds as queries
from models.queries.house_finds import FindLine, IssueChoice
from models.session import reading, writing
from web.console.acting import attempt
from web.console.house.house_find_forms import (
    AUTO,
    MOST_LINES,
    FindForm,
    ManyForm,
    ReclassForm,
    Typed,
    WithdrawForm,
    row_choices,
    token,
    typed_lines,
)
from web.console.shelf import library
from web.deps import deps, now
from web.errors import status_of
from web.numbers import whole
from web.paper_access import check_named
from web.present import month as month_name
from web.visitor import actor

blueprint = Blueprint("house_finds", __name__, url_prefix="/papers/house-finds")

ISSUES_OFFERED = 60
LISTED = 80
AROUND = 14
"""Characters shown on each side of a place to choose from."""
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Choice:
    """One place where the words stand, to tick, with some words around it."""

    token: str
    where: str
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the editor must settle before a find is entered. `missing`: the words stand nowhere in the issue."""

    choices: tuple[Choice, ...] = ()
    missing: bool = False


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> Answer:
    return _page()


@blueprint.post("")
def enter() -> Answer:
    with reading(deps().engine) as session:
        form = _find_form(session, _asked())
    if not form.validate_on_submit():
        return _page(find_form=form, status=400)
    try:
        with writing(deps().engine) as session:
            chosen, said = _enter(session, form)
    except WoodpeckerError as problem:
        return _page(find_form=form, problem=str(problem), status=status_of(problem))
    if chosen is not None:
        return _page(find_form=form, chosen=chosen, status=400)
    flash(said, "success")
    return redirect(url_for("house_finds.index", issue=form.issue.data))


def _enter(session: Session, form: Any) -> tuple[Chosen | None, str]:
    """What is still to be settled (nothing was written), or the sentence that says what was entered."""
    db = session.connection()
    index = library().index(db)
    check_named(session, "issue_id", [int(form.issue.data)])
    entry = Entry(int(form.issue.data), form.wrong.data or "", "" if form.delete.data else form.right.data or "",
                  form.row_code.data or AUTO, form.page.data or "", note=form.note.data or "")
    if not entry.right and not form.delete.data:
        raise BadInput("请写应该是什么；如果应删去，请打勾。")
    found = house_finds.seek(db, entry, index=index, now=now())
    places = _picked(found)
    if found.located is Located.SEVERAL and not places:
        return Chosen(tuple(_choice(place, index) for place in found.places)), ""
    if found.located is Located.NOT_FOUND and not form.anyway.data:
        return Chosen(missing=True), ""
    for one in [house_finds.at(found, place) for place in places] or [found]:
        number = _put(session, entry, one, form.doubling.data or AUTO)
    if len(places) > 1:
        return None, f"登记了 {len(places)} 处，时间已经记下。"
    where = _where(found if not places else house_finds.at(found, places[0]), index)
    return None, f"登记好了：自查第 {number} 条，{where}。{_worth(session, number)}"


def _worth(session: Session, number: int) -> str:
    """What it counts, for the row may have been chosen by the words."""
    find = session.get_one(HouseFind, number)
    names = {row.code: row.name for row in _rules(session, find.issue_id).annex}
    doubled = "" if find.doubling is Doubling.NONE else "，已加倍"
    return f"按“{names[find.row_code]}”计 {points_text(find.points_milli)} 分{doubled}。"


def _put(session: Session, entry: Entry, found: Finding, doubling: str) -> int:
    """Enters one; what was left open is proposed by the words and the place."""
    ready = entry
    rules = _rules(session, entry.issue_id)
    if entry.row_code == AUTO:
        ready = house_finds.with_kind(entry, found, rules)
    elif doubling == AUTO:
        doubles = any(row.code == entry.row_code and row.doubles for row in rules.annex)
        in_title = doubles and house_finds.in_title(found)
        ready = replace(entry, doubling=Doubling.HEADLINE if in_title else Doubling.NONE)
    if doubling != AUTO:
        ready = replace(ready, doubling=Doubling(doubling))
    return house_finds.enter(session, ready, found, actor=actor(), now=now())


def _picked(found: Finding) -> list[Place]:
    ticked = set(request.form.getlist("place"))
    return [place for place in found.places if token(place) in ticked]


@blueprint.post("/many")
def enter_many() -> Answer:
    """Each line for itself: what cannot be entered comes back, with the reason."""
    with reading(deps().engine) as session:
        form = _many_form(session, _asked())
    if not form.validate_on_submit():
        return _page(many_form=form, status=400)
    read, unread = typed_lines(form.lines.data or "")
    if len(read) + len(unread) > MOST_LINES:
        return _page(many_form=form, problem=f"一次最多 {MOST_LINES} 行，请分几次。", status=400)
    failed = [(line, "看不懂。请写成：版 错的→对的") for line in unread]
    done = 0
    for one in read:
        problem = _enter_line(int(form.many_issue.data), one)
        done += problem is None
        failed += [(one.line, problem)] if problem else []
    if done:
        flash(f"登记了 {done} 处，时间已经记下。", "success")
    if not failed:
        return redirect(url_for("house_finds.index", issue=form.many_issue.data))
    form.lines.data = "\n".join(line for line, _ in failed)
    return _page(many_form=form, failed=failed, status=400 if not done else 200)


def _enter_line(issue_id: int, one: Typed) -> str | None:
    """None when it is on record now, else why not."""
    try:
        with writing(deps().engine) as session:
            db = session.connection()
            check_named(session, "issue_id", [issue_id])
            entry = Entry(issue_id, one.wrong, one.right, AUTO, one.page)
            found = house_finds.seek(db, entry, index=library().index(db), now=now())
            if found.located is Located.SEVERAL:
                return f"在 {len(found.places)} 处都有，请在上面的表里单独登记，选是哪几处。"
            if found.located is Located.NOT_FOUND:
                return "这一期里没有找到这几个字，请看看有没有抄错。"
            _put(session, entry, found, AUTO)
    except WoodpeckerError as problem:
        return str(problem)
    return None


@blueprint.post("/<int:find_id>/reclass")
def reclass(find_id: int) -> Answer:
    with reading(deps().engine) as session:
        find = next(iter(queries.finds(session, find_id=find_id, limit=1)), None)
        if find is None:
            raise NotFound("没有这条自查记录。")
        form = _reclass_form(session, find)
    if not form.validate_on_submit():
        return _page(problem="请选差错种类和加倍。", status=400)
    problem = attempt(lambda session: _reclass(session, find_id, form.row_code.data or "", Doubling(form.doubling.data)))
    if problem is not None:
        return _page(problem=str(problem), status=status_of(problem))
    return _back_to_list(form.issue.data)


def _reclass_form(session: Session, find: FindLine) -> Any:
    """With what the find is under now, unless it is being sent."""
    form: Any = ReclassForm(row_code=find.row_code, doubling=find.doubling.value)
    form.row_code.choices = row_choices(_rows(_rules(session, find.issue_id)))
    return form


def _reclass(session: Session, find_id: int, row_code: str, doubling: Doubling) -> str:
    changed = house_finds.reclass(session, find_id, row_code, doubling, actor=actor(), now=now())
    if not changed:
        return "和原来一样，没有改动。"
    return f"自查第 {find_id} 条改好了，登记的时间不变。{_worth(session, find_id)}"


def _back_to_list(issue: str | None) -> Response:
    return redirect(url_for("house_finds.index", issue=issue if issue and issue.isdigit() else None))


@blueprint.post("/<int:find_id>/withdraw")
def withdraw(find_id: int) -> Answer:
    form: Any = WithdrawForm()
    if not form.validate_on_submit():
        return _page(problem="请写一句为什么撤销。", status=400)
    problem = attempt(lambda session: _withdraw(session, find_id, form.reason.data or ""))
    if problem is not None:
        return _page(problem=str(problem), status=status_of(problem))
    return _back_to_list(form.issue.data)


def _withdraw(session: Session, find_id: int, reason: str) -> str:
    house_finds.withdraw(session, find_id, reason, actor=actor(), now=now())
    return f"自查第 {find_id} 条已撤销，记录还留着。"


# The page


def _page(*, find_form: Any = None, many_form: Any = None, chosen: Chosen | None = None, problem: str = "",
          failed: list[tuple[str, str]] | None = None, status: int = 200) -> Answer:
    asked = _asked()
    with reading(deps().engine) as session:
        find_form = find_form or _find_form(session, asked, empty=True)
        many_form = many_form or _many_form(session, asked, empty=True)
        finds = queries.finds(session, issue_id=asked, limit=LISTED + 1)
        issues = queries.issues(session, limit=1, always=asked)
        changing = next((one for one in finds[:LISTED] if one.id == request.args.get("change", type=whole)), None)
        reclass_form = _reclass_form(session, changing) if changing else None
    issue = next((one for one in issues if one.id == asked), None)
    page = render_template(
        "console/ledger/house_finds.html", find_form=find_form, many_form=many_form, chosen=chosen or Chosen(), problem=problem,
        failed=failed or [], finds=finds[:LISTED], more=len(finds) > LISTED, limit=LISTED, issue=issue,
        changing=changing, reclass_form=reclass_form, names=ROW_NAMES,
        points_text=points_text, most_lines=MOST_LINES)
    return page if status == 200 else (page, status)


def _asked() -> int | None:
    """The issue that the screen is about: the form's, else the address's."""
    text = request.form.get("issue") or request.form.get("many_issue") or request.args.get("issue") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _find_form(session: Session, asked: int | None, *, empty: bool = False) -> Any:
    form: Any = FindForm(formdata=None) if empty else FindForm()
    issues = queries.issues(session, limit=ISSUES_OFFERED, always=asked)
    first = asked or _newest(issues)
    form.issue.choices = _named(issues)
    form.row_code.choices = {AUTO: "按改法自动判断"} | row_choices(_rows(_rules(session, first or 0)))
    if empty and first is not None:
        form.issue.data = str(first)
    return form


def _many_form(session: Session, asked: int | None, *, empty: bool = False) -> Any:
    form: Any = ManyForm(formdata=None) if empty else ManyForm()
    issues = queries.issues(session, limit=ISSUES_OFFERED, always=asked)
    first = asked or _newest(issues)
    form.many_issue.choices = _named(issues)
    if empty and first is not None:
        form.many_issue.data = str(first)
    return form


def _newest(issues: list[IssueChoice]) -> int | None:
    """The newest issue that is out or imported; those planned ahead can be chosen too."""
    today = local_day(now())
    out = (one.id for one in issues if one.imported or (one.published_on is not None and one.published_on <= today))
    return next(out, issues[0].id if issues else None)


def _named(issues: list[IssueChoice]) -> dict[str, str]:
    return {str(one.id): f"{one.paper} {month_name(one.month)}{'' if one.imported else '（没有导入）'}" for one in issues}


def _rules(session: Session, issue_id: int) -> RuleSet:
    return house_finds.rules_of_issue(session.connection(), issue_id)


def _rows(rules: RuleSet) -> tuple[AnnexRow, ...]:
    return tuple(row for row in rules.annex if row.kind is RowKind.POINTS)


def _choice(place: Place, index: Index) -> Choice:
    line = index.text_at(place)
    begin, end = max(0, place.start - AROUND), place.end + AROUND
    return Choice(token(place), _place_name(place, index), ("…" if begin else "") + line[begin:place.start],
                  line[place.start:place.end], line[place.end:end] + ("…" if end < len(line) else ""))


def _where(found: Finding, index: Index) -> str:
    if found.place is None:
        return f"{found.page}版，没有对上原文" if found.page else "没有对上原文"
    return _place_name(found.place, index)


def _place_name(place: Place, index: Index) -> str:
    """02版《食堂开张》正文第 2 段."""
    number = index.entry_of(place.article_id)
    if number is None:
        return "原文"
    entry = index.entries[number]
    title = f"《{entry.article.title}》" if entry.article.title else "图片说明"
    part = {TITLE: "标题", SUBTITLE: "副题"}.get(place.paragraph, f"正文第 {place.paragraph + 1} 段")
    return f"{entry.page.number}版{title}{part}"
