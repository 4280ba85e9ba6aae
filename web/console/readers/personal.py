"""个人信息: what is held how long and what has gone; a copy and the erasure for a reader who asked by phone or letter.

For chiefs. The screens show no name and no words; the copy itself is a file for the reader alone, and whoever takes it
stands in the trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import ValidationError

from bot.errors import WoodpeckerError
from bot.personal import erasing
from bot.personal.erasing import Asked, Proof, Way
from bot.readers import persons
from bot.settings import Settings
from bot.teamwork import drafts
from models.queries import personal as queries
from models.queries import persons as person_queries
from models.queries.personal import Done
from models.session import reading, writing
from models.staff import Staff
from web import audit_words, personal_copy
from web.console.pseudonyms import pseudonyms
from web.deps import deps, now
from web.errors import status_of
from web.forms import Form, Required
from web.visitor import actor

blueprint = Blueprint("personal", __name__)

YEAR = timedelta(days=366)
PROOFS = 20
SURE = "删除"
EVERY_ROUND = 0
Answer = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of data: how long it is kept, and the job that ends it with the words of its count."""

    what: str
    long: str
    job: str
    keys: tuple[str, ...]


def kept(settings: Settings) -> tuple[Kept, ...]:
    months, claims = settings.privacy.words_months, settings.claims
    return (
        Kept("读者的原话、照片和语音", f"那一轮公布满 {months} 个月", "forget_old", ("messages",)),
        Kept("发给读者的话", f"那一轮公布满 {months} 个月", "forget_old", ("notices",)),
        Kept("登报用的名字", f"{months} 个月没再来信", "forget_old", ("names",)),
        Kept("话里写的电话号码", f"收到后 {claims.phone_days} 天", "forget_contact", ("phones",)),
        Kept("领奖留的电话和地址", f"奖品发完或过期后 {claims.keep_days} 天", "forget_contact", ("claims",)),
        Kept("取消关注的读者再回来时认得的记号", "他参加的几轮奖都发完", "forget_digests", ("forgotten",)),
        Kept("写了没保存的草稿", f"{drafts.KEEP.days} 天", "forget_presence", ("drafts",)),
        Kept("同事登录过的浏览器", "退出或不再用以后 90 天", "forget_old", ("sessions",)),
    )


WAYS = {Asked.BY_CALL.value: "打电话", Asked.BY_LETTER.value: "写信", Asked.AT_COUNTER.value: "来编辑部"}


class CheckedForm(Form):
    """Staff say how he asked and that they made sure who he is."""

    asked = SelectField("他怎么提出的", choices=WAYS, id="copy-asked")
    himself = BooleanField("核对过，是他本人", id="copy-himself")

    def validate_himself(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("先核对是不是他本人，例如请他说出报过的几处和编号。")


class EraseForm(CheckedForm):
    asked = SelectField("他怎么提出的", choices=WAYS, id="erase-asked")
    himself = BooleanField("核对过，是他本人", id="erase-himself")
    sure = StringField(f"确定的话，填“{SURE}”两个字", [Required(f"请填“{SURE}”两个字。")], id="erase-sure")

    def validate_sure(self, field: Any) -> None:
        if (field.data or "").strip().strip("“”\"") != SURE:
            raise ValidationError(f"请填“{SURE}”两个字。")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/personal")
def index() -> str:
    rows = kept(deps().settings)
    with reading(deps().engine) as session:
        found = {job: queries.runs(session, job, now() - YEAR) for job in dict.fromkeys(one.job for one in rows)}
        held, proofs = queries.held(session), erasing.proofs(session, PROOFS)
        names = _names(session, proofs)
    done: list[tuple[Kept, Done]] = [(one, queries.done(found[one.job], one.keys)) for one in rows]
    return render_template("console/personal/index.html", done=done, held=held, proofs=proofs, names=names,
                           told=audit_words.details)


@blueprint.route("/readers/<int:reader_id>/personal", methods=["GET"])
def show(reader_id: int) -> Answer:
    return _page(reader_id)


@blueprint.post("/readers/<int:reader_id>/copy")
def copy(reader_id: int) -> Answer:
    form: Any = CheckedForm()
    if not form.validate_on_submit():
        return _page(reader_id, status=400, copy_form=form)
    together = _together(reader_id)
    with writing(deps().engine) as session:  # the log is written before anything is given
        erasing.note_copy(session.connection(), reader_id, way=Way.CONSOLE, actor=actor(), now=now(),
                          accounts=len(together), asked=Asked(form.asked.data))
    with reading(deps().engine) as session:
        found = personal_copy.gathered(session.connection(), together, now=now())
    return personal_copy.file_of(found)


@blueprint.post("/readers/<int:reader_id>/erase")
def erase(reader_id: int) -> Answer:
    form: Any = EraseForm()
    if not form.validate_on_submit():
        return _page(reader_id, status=400, erase_form=form)
    try:
        with writing(deps().engine) as session:
            erasing.erase(session.connection(), _together(reader_id), way=Way.CONSOLE, actor=actor(), now=now(),
                          asked=Asked(form.asked.data))
    except WoodpeckerError as refused:
        return _page(reader_id, problem=str(refused), status=status_of(refused), erase_form=form)
    flash("删掉了。证明在下面，也在操作记录里。", "success")
    return redirect(url_for("personal.show", reader_id=reader_id))


def _together(reader_id: int) -> list[int]:
    with reading(deps().engine) as session:
        db = session.connection()
        if not person_queries.readers(session, [reader_id]):
            raise NoSuchPage
        return persons.linked_with(db, reader_id)


def _page(reader_id: int, *, problem: str = "", status: int = 200, copy_form: CheckedForm | None = None,
          erase_form: EraseForm | None = None) -> Answer:
    together = _together(reader_id)
    with reading(deps().engine) as session:
        every = {one.id: one for one in person_queries.readers(session, together)}
        gives = erasing.given_up(session.connection(), together)
        proofs = erasing.proofs(session, PROOFS, reader_id=reader_id)
        names = _names(session, proofs)
    page = render_template(
        "console/personal/show.html", reader=every[reader_id], together=[every[one] for one in together], gives=gives,
        proofs=proofs, names=names, told=audit_words.details, problem=problem, sure=SURE,
        titles={name: one.title for name, one in deps().settings.accounts.items()},
        pseudonyms=pseudonyms(every, round_id=EVERY_ROUND, secret=deps().settings.server.secret_key),
        copy_form=copy_form or CheckedForm(formdata=None), erase_form=erase_form or EraseForm(formdata=None))
    return page, status


def _names(session: Session, proofs: list[Proof]) -> dict[int, str]:
    """Who of the staff did it."""
    ids = {one.staff_id for one in proofs if one.staff_id is not None}
    return {one.id: one.display_name for one in session.query(Staff).where(Staff.id.in_(ids))} if ids else {}
