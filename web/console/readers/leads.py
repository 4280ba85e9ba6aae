"""线索: what was noticed about readers, looked at and closed by a chief with a reason. No lead is a verdict."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField

from bot.readers import leads as verbs
from models.queries import leads as queries
from models.queries.leads import LeadView
from models.session import reading
from models.work_enums import LeadKind, LeadOutcome
from web import present
from web.console.acting import attempt
from web.console.pseudonyms import pseudonyms
from web.console.readers.readers import EVERY_ROUND
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Form, Required
from web.numbers import whole
from web.visitor import actor

blueprint = Blueprint("leads", __name__, url_prefix="/leads")

Answer = Response | tuple[str, int]


class CloseForm(Form):
    outcome = RadioField("看过以后", choices={one.value: present.name(one) for one in LeadOutcome},
                         validators=[Required("请选一项。")])
    reason = StringField("理由", [Required("请写一句理由。"), AtMost(verbs.LONGEST_REASON)])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.filters["lead_words"] = words
    app.context_processor(lambda: {"open_leads": open_leads})


def open_leads() -> int:
    """How many leads nobody has looked at, for the page that leads here."""
    with reading(deps().engine) as session:
        return queries.open_count(session)


def words(lead: LeadView) -> str:
    """What was noticed, in a sentence."""
    many = len(lead.readers)
    match lead.kind:
        case LeadKind.TOGETHER:
            return f"{many}位读者前后脚报了同样的{lead.count}处（每处相隔不到10分钟）"
        case LeadKind.SAME_LETTER:
            return f"{many}位读者的来信一字不差，一样的有{lead.count}封"
        case LeadKind.EARLY:
            return f"报纸还没出就报了{lead.count}处（这位读者一共报了{lead.total}处）"
        case LeadKind.ONE_MAKER:
            return f"报的{lead.total}处里有{lead.count}处在{lead.maker or '同一位编辑'}做的版面上"
        case LeadKind.NAMESAKE:
            return "登报的名字和编辑部一位同事的名字一样"
        case LeadKind.ONE_PAGE:
            where = "" if lead.paper is None else f"（{lead.paper} {present.month(lead.month or '')} {lead.page}版）"
            return f"报的{lead.total}处里有{lead.count}处在同一个版上{where}"


@blueprint.get("/")
def index() -> str:
    closed = request.args.get("state") == "closed"
    with reading(deps().engine) as session:
        found, following = queries.leads(session, closed=closed, beyond=request.args.get("beyond", type=whole))
        waiting = queries.open_count(session)
    return render_template("console/leads/index.html", leads=found, following=following, closed=closed, waiting=waiting,
                           first_page="beyond" not in request.args)


@blueprint.get("/<int:lead_id>")
def show(lead_id: int) -> Answer:
    return _page(lead_id)


@blueprint.post("/<int:lead_id>/close")
def close(lead_id: int) -> Answer:
    form: Any = CloseForm()
    if not form.validate_on_submit():
        return _page(lead_id, status=400, form=form)

    def act(session: Session) -> str:
        verbs.close(session, lead_id, LeadOutcome(form.outcome.data), form.reason.data, actor=actor(), now=now())
        return "记下了，这条线索看过了。"

    refused = attempt(act)
    if refused is not None:
        return _page(lead_id, problem=str(refused), status=status_of(refused), form=form)
    return redirect(url_for("leads.index"))


@blueprint.post("/<int:lead_id>/reopen")
def reopen(lead_id: int) -> Answer:
    def act(session: Session) -> str:
        verbs.reopen(session, lead_id, actor=actor(), now=now())
        return "放回没看过的里面了。"

    refused = attempt(act)
    if refused is not None:
        return _page(lead_id, problem=str(refused), status=status_of(refused))
    return redirect(url_for("leads.show", lead_id=lead_id))


def _page(lead_id: int, *, problem: str = "", status: int = 200, form: CloseForm | None = None) -> Answer:
    with reading(deps().engine) as session:
        lead = queries.one(session, lead_id)
    if lead is None:
        raise NoSuchPage
    names = pseudonyms([reader for reader, _ in lead.readers], round_id=EVERY_ROUND, secret=deps().settings.server.secret_key)
    page = render_template("console/leads/show.html", lead=lead, names=names, problem=problem,
                           form=form or CloseForm(formdata=None))
    return page, status
