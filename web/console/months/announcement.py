"""公布: the box of the next issue as it is printed, in both columns and every form, and the article beside it.

Before the release for chiefs and the deputy only; afterwards for whoever grades, as printed.
"""

from __future__ import annotations

import gzip
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.contest.announcing import announced, printed_box
from bot.contest.announcing.announced import Announcement
from bot.contest.phases import local_day
from bot.errors import NotAllowed
from bot.printing import files
from bot.printing.files import Printed
from bot.printing.values import FileKind, Width
from bot.recording import records
from bot.wechat import article as wechat
from models.queries import codes as code_queries
from models.queries import round_changes as change_queries
from models.queries.codes import CodeLine
from models.queries.round_changes import CorrectionView
from models.session import reading
from web.access import announces, may
from web.console.acting import attempt
from web.console.papers import codes
from web.deps import deps, now
from web.errors import status_of
from web.visitor import actor, member

blueprint = Blueprint("announcement", __name__, url_prefix="/rounds/<int:round_id>/announcement")

Answer = Response | tuple[str, int]
NOT_YET = "名单还没有发布，现在只有主编能看。"
COLUMNS = "<column>.<kind>"
GZIP_LEVEL = 6
NAMES = {Width.NARROW: "窄栏", Width.WIDE: "宽栏"}
KINDS = {FileKind.TEXT: "文本", FileKind.WORD: "Word", FileKind.SVG: "SVG", FileKind.PDF: "PDF"}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
def show(round_id: int) -> Answer:
    return _page(round_id)


@blueprint.get(f"/box-{COLUMNS}")
def file(round_id: int, column: str, kind: str) -> Response:
    """The box. `paper` in the query: whose QR code stands in it."""
    width, wanted = _form(column, kind)
    with reading(deps().engine) as session:
        found = _look(session, round_id)
        printed = _box(found, _code(found, _code_line(_lines(session, found))))
    return _file(printed, width, wanted, name=f"启事-{found.month}", plain=f"box-{found.month}",
                 made_at=found.released_at or found.picked_at)


@blueprint.get(f"/correction-<int:change_id>-{COLUMNS}")
def notice(round_id: int, change_id: int, column: str, kind: str) -> Response:
    """A correction of the list, once it is let go."""
    width, wanted = _form(column, kind)
    with reading(deps().engine) as session:
        found = _look(session, round_id)
        it = next((one for one in _corrections(session, found) if one.id == change_id), None)
    if it is None or it.print_text is None or it.released_at is None:
        raise NoSuchPage
    printed = Printed("名单更正", printed_box.correction(it.print_text))
    return _file(printed, width, wanted, name=f"更正-{found.month}-{it.id}",
                 plain=f"correction-{found.month}-{it.id}", made_at=it.released_at)


@blueprint.post("/keep")
def keep(round_id: int) -> Answer:
    def act(session: Session) -> str:
        announced.keep_invitation(session, round_id, actor=actor(), now=now())
        return "存好了，下一期的启事就是这一份，日期和奖金也核对过。"

    if refused := attempt(act):
        return _page(round_id, str(refused), status_of(refused))
    return redirect(url_for("announcement.show", round_id=round_id))


def _page(round_id: int, problem: str = "", status: int = 200) -> Answer:
    chief = may(member().role, "announcement.keep")
    with reading(deps().engine) as session:
        found = _look(session, round_id)
        lines = _lines(session, found)
        line = _code_line(lines)
        corrections = _corrections(session, found)
        missing = codes.why_not(session, lines) if line is None else {}
    code = _code(found, line)
    printed = _box(found, code)
    why = next(iter(missing.values()), None)
    text = wechat.article(found.article, author=found.account)
    page = render_template(
        "console/announcement.html", found=found, chief=chief, problem=problem, printed=printed,
        lacking=files.lacking(printed), lines=[one for one in lines if one.url], line=line,
        has_code=bool(code), why_no_own=why, own_coming=why == codes.COMING, corrections=corrections, article=text,
        article_html=wechat.html(text.text), names=NAMES, kinds=KINDS, sizes=files.sizes(printed),
        no_address=found.has_record and _record_address(found) is None)
    return page, status


def _form(column: str, kind: str) -> tuple[Width, FileKind]:
    try:
        return Width(column), FileKind(kind)
    except ValueError:
        raise NoSuchPage from None


def _look(session: Session, round_id: int) -> Announcement:
    found = announced.of(session, round_id, today=local_day(now()))
    if found is None:
        raise NoSuchPage
    if found.released_at is None and not announces(member(), found.contest_id):
        raise NotAllowed(NOT_YET)
    return found


def _lines(session: Session, found: Announcement) -> list[CodeLine]:
    return code_queries.codes(session, contest_id=found.contest_id)


def _code_line(lines: list[CodeLine]) -> CodeLine | None:
    """The paper whose code is printed: the one asked for, else the first that has one."""
    asked = request.args.get("paper", type=int)
    having = [one for one in lines if one.url]
    return next((one for one in having if one.paper_id == asked), having[0] if having else None)


def _corrections(session: Session, found: Announcement) -> tuple[CorrectionView, ...]:
    """Those let go."""
    if found.released_at is None:
        return ()
    return tuple(one for one in change_queries.corrections(session, found.round_id) if one.state in change_queries.OUT)


def _record_address(found: Announcement) -> str | None:
    return records.public_address(deps().settings, found.contest_id, found.month) if found.has_record else None


def _code(found: Announcement, line: CodeLine | None) -> str:
    """What the code beside the invitation says: the paper's own, else the account's; empty where neither is known."""
    if line is not None and line.url:
        return line.url
    account = deps().settings.accounts.get(found.account_name)
    return account.qr_code if account is not None else ""


def _box(found: Announcement, code: str) -> Printed:
    address = _record_address(found)
    return Printed("“啄木鸟”启事和名单", printed_box.sections(
        found.text, account=files.code(code, f"关注“{found.account}”") if code else None,
        record=files.code(address, "扫码看评选记录") if address else None))


def _file(printed: Printed, width: Width, kind: FileKind, *, name: str, plain: str, made_at: datetime) -> Response:
    body = files.write(printed, width, kind, made_at=made_at)
    answer = Response(body, content_type=files.MIME_TYPES[kind])
    # The page shows two of them, and packed they are a third.
    if kind is FileKind.SVG and request.accept_encodings.quality("gzip") > 0:
        answer.set_data(gzip.compress(body, GZIP_LEVEL, mtime=0))
        answer.content_encoding = "gzip"
    answer.vary.add("Accept-Encoding")
    chinese = quote(f"啄木鸟{name}-{NAMES[width]}.{kind.value}", safe="")
    # The plain name is for programs that do not read the encoded one (RFC 6266).
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}-{width.value}.{kind.value}\"; filename*=UTF-8''{chinese}")
    return answer
