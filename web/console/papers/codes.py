"""二维码: the QR code of one paper, on the page and as files for the printer."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Flask, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.errors import NotFound
from bot.outbox import rights
from bot.publishing import code_pictures
from bot.wechat.profiles import Call, profile
from models.queries import codes as queries
from models.queries.codes import CodeLine
from models.session import reading
from web.deps import deps

NOT_GRANTED = "这个公众号不能给每份报做单独的二维码，报上印公众号的普通二维码就行。"
COMING = "二维码还没有做好，过几分钟再来看。"
NO_CONTEST = "这份报纸还没有加入活动，没有二维码。"

blueprint = Blueprint("codes", __name__, url_prefix="/papers/<int:paper_id>")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/code")
def show(paper_id: int) -> str:
    with reading(deps().engine) as session:
        line = _line(session, paper_id)
        why_none = why_not(session, [line]).get(paper_id)
    picture = code_pictures.inline_svg(line.url) if line.url else None
    return render_template("console/papers/code.html", line=line, picture=picture, why_none=why_none,
                           shortest=code_pictures.SHORTEST_MM)


@blueprint.get("/code.svg")
def as_svg(paper_id: int) -> Response:
    return _file(code_pictures.svg(_url(paper_id)), "image/svg+xml", f"paper-{paper_id}.svg")


@blueprint.get("/code.png")
def as_png(paper_id: int) -> Response:
    return _file(code_pictures.png(_url(paper_id)), "image/png", f"paper-{paper_id}.png")


def why_not(session: Session, lines: Iterable[CodeLine]) -> dict[int, str]:
    """One sentence for each paper that has no code."""
    granted: dict[str, bool] = {}
    found: dict[int, str] = {}
    for line in lines:
        if line.url is not None:
            continue
        if line.account is None:
            found[line.paper_id] = NO_CONTEST
            continue
        if line.account not in granted:
            granted[line.account] = _granted(session, line.account)
        found[line.paper_id] = COMING if granted[line.account] else NOT_GRANTED
    return found


def _granted(session: Session, account: str) -> bool:
    """Whether the account may make codes, by its type and what was learnt."""
    one = deps().settings.accounts.get(account)
    if one is None:
        return False
    learnt = rights.learnt(rights.of(session.connection(), account))
    return profile(one.kind, verified=one.verified, has_secret=bool(one.app_secret), learnt=learnt).may(Call.QRCODE)


def _line(session: Session, paper_id: int) -> CodeLine:
    found = queries.codes(session, paper_id=paper_id)
    if not found:
        raise NotFound("没有这份报纸。")
    return found[0]


def _url(paper_id: int) -> str:
    with reading(deps().engine) as session:
        line = _line(session, paper_id)
    if line.url is None:
        raise NotFound("这份报纸没有二维码。")
    return line.url


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
