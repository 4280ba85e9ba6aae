"""轮次的最后几天: what blocks, who owes what, when it ends at this pace, the bar with the next deadline. Holds no rule."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.contest import cockpit as reads
from bot.contest.blockers import LABELS, BlockerKind
from bot.contest.cockpit import Cockpit, Day
from bot.contest.days.finish import countdown, finish_words, pace_words
from bot.teamwork import reminders
from bot.teamwork.reminders import Bar
from bot.understanding.identity import mask_identity
from models.enums import MessageFate, RoundState
from models.queries import cockpit as queries
from models.session import reading
from models.work_enums import ReminderMoment, ReminderState
from web.auth import safe_next
from web.console.acting import attempt
from web.console.figures import plots
from web.console.figures.plots import NARROW, Plot, PlotKind, Series, Theme
from web.deps import deps, now
from web.forms import Form
from web.numbers import whole
from web.visitor import actor, member

blueprint = Blueprint("cockpit", __name__, url_prefix="/rounds")

DEADLINE_NAMES = {"closes": "截止", "extra": "路上的来信也算到", "grading": "评到", "print": "付印"}
AIM = "评分结束"
TYPE_NAMES = {
    "text": "文字", "image": "照片", "voice": "语音", "video": "视频", "shortvideo": "小视频", "location": "位置",
    "link": "链接",
}
PAGE_SIZE = 50
PLOT_FROM = 2
"""Days; one point is no line."""


class DismissForm(Form):
    """Guards the button that puts the bar away."""


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

    @app.context_processor
    def _bar() -> dict[str, Any]:
        # A function: a page that does not ask for it costs no query.
        return {"deadline_bar": _deadline_bar, "countdown": lambda moment: countdown(moment, now=now()),
                "owes": reminders.owes}


def _deadline_bar() -> Bar | None:
    with reading(deps().engine) as session:
        return reminders.bar(session, member().staff_id, now=now())


@blueprint.get("/<int:round_id>/cockpit")
def show(round_id: int) -> str:
    with reading(deps().engine) as session:
        found = reads.gather(session, round_id, now=now())
        if found is None:
            raise NoSuchPage
        reminded = queries.reminded(session, round_id)
    plot = _plot(found.days)
    return render_template(
        "console/cockpit/show.html", it=found, round=found.round, reminded=reminded, now=now(), plot=plot is not None,
        sizes=(plots.size(plot, narrow=False), plots.size(plot, narrow=True)) if plot else None, narrow_width=NARROW[0],
        finish=finish_words(found.finish, to=AIM), pace=pace_words(found.pace), tone=_tone(found),
        deadline_names=DEADLINE_NAMES, RoundState=RoundState, ReminderState=ReminderState,
        coming=next((one.key for one in found.deadlines if one.at > now()), None),
        team=member().editors > 1, me=member().staff_id,
    )


def _tone(found: Cockpit) -> str:
    """The colour of the sentence about the end; the words say the same."""
    if found.finish.waiting == 0:
        return "success"
    return "warning" if found.finish.ahead_days is None or found.finish.ahead_days < 0 else "info"


@blueprint.get("/<int:round_id>/cockpit.svg")
def plot(round_id: int) -> Response:
    """Waiting and decided by day, as a picture of its own."""
    with reading(deps().engine) as session:
        found = queries.dates(session, round_id)
        if found is None:
            raise NoSuchPage
        days = reads.of_days(session, round_id, now=now())
    drawn = _plot(days)
    if drawn is None:
        raise NoSuchPage
    theme = Theme.DARK if request.args.get("theme") == Theme.DARK else Theme.LIGHT
    return Response(plots.draw(drawn, theme=theme, narrow="narrow" in request.args), mimetype="image/svg+xml")


def _plot(days: tuple[Day, ...]) -> Plot | None:
    if len(days) < PLOT_FROM:
        return None
    return Plot(PlotKind.LINES, tuple(f"{one.on.month}月{one.on.day}日" for one in days), (
        Series("等着评", tuple(float(one.waiting) for one in days)),
        Series("当天评了", tuple(float(one.decided) for one in days), dashed=True),
    ), unit=" 条")


@blueprint.get("/<int:round_id>/cockpit/<kind>")
def blocking(round_id: int, kind: str) -> str:
    """Exactly what one line of the blockers is about."""
    if kind not in set(BlockerKind):
        raise NoSuchPage
    after = max(0, request.args.get("after", type=whole) or 0)
    with reading(deps().engine) as session:
        found = queries.dates(session, round_id)
        if found is None:
            raise NoSuchPage
        one = next((one for one in reads.blocking(session, found) if one.kind == kind), None)
        numbers, letters = (one.report_ids, one.message_ids) if one else ((), ())
        reports = queries.some_reports(session, numbers[after : after + PAGE_SIZE])
        messages = queries.some_messages(session, letters[after : after + PAGE_SIZE])
        people = [each.name for each in queries.members(session) if each.id in one.staff_ids] if one and one.staff_ids else []
    following = after + PAGE_SIZE if max(len(numbers), len(letters)) > after + PAGE_SIZE else None
    return render_template(
        "console/cockpit/blocking.html", round=found, label=LABELS[BlockerKind(kind)], kind=kind, reports=reports,
        messages=messages, people=people, count=one.count if one else 0, following=following, first_page=not after,
        mask=mask_identity,
        type_names=TYPE_NAMES, MessageFate=MessageFate)


@blueprint.post("/<int:round_id>/reminders/<moment>/dismiss")
def dismiss(round_id: int, moment: str) -> Response:
    if moment not in set(ReminderMoment):
        raise NoSuchPage
    if DismissForm().validate_on_submit() and (problem := attempt(lambda session: _dismissed(session, round_id, moment))):
        flash(str(problem), "danger")
    return redirect(safe_next(request.form.get("next")) or url_for("queue.index"))


def _dismissed(session: Any, round_id: int, moment: str) -> str:
    reminders.dismiss(session, round_id, ReminderMoment(moment), actor=actor(), now=now())
    return "收起来了。要看进度，到“轮次”里点“进度”。"
