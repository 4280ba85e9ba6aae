"""Import of a newspaper: files are dropped, read beside the requests, looked at, then written. Knows no page of the catalogue."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response

from bot.catalogue import applying, uploads, whose
from bot.catalogue.reading_loop import ReadingLoop
from bot.errors import BadInput, NotAllowed, Stale
from bot.media.store import Missing
from models.enums import ImportState, ImportStep
from models.queries import imports as queries
from models.queries.imports import UploadView
from models.session import reading, writing
from web.access import may
from web.console.papers import import_files
from web.console.papers.import_files import TellForm, UploadForm
from web.deps import Deps, deps, now
from web.errors import PAGES, status_of
from web.headers import LARGEST_UPLOAD
from web.visitor import actor, member, signed_in

LARGEST_MB = LARGEST_UPLOAD // 1024 // 1024
TOO_LARGE = f"这些文件合起来超过 {LARGEST_MB} MB，或者多于 990 个，没有收下。请分几次传，或从排版软件里导出小一些的 PDF。"
SIGN_IN_AGAIN = "您的登录已经过期，文件没有收下。请重新登录后再传。"
UNDER_WAY = (ImportState.WAITING, ImportState.READING)

blueprint = Blueprint("imports", __name__, url_prefix="/papers/import")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    known: Deps = app.extensions["woodpecker"]
    app.extensions["woodpecker.imports"] = ReadingLoop(known.engine, known.settings, known.clock.now)


def _wake() -> None:
    """Files that came in are read at once, by this process unless another is quicker."""
    loop = current_app.extensions["woodpecker.imports"]
    assert isinstance(loop, ReadingLoop)
    loop.wake()


# Dropping files


@blueprint.get("")
def upload() -> str:
    return _upload_page(UploadForm())


def _upload_page(form: UploadForm, problem: str = "") -> str:
    with reading(deps().engine) as session:
        form.offer(session)
        lines = queries.recent(session)
    return render_template("console/papers/upload.html", form=form, problem=problem, lines=lines, under_way=UNDER_WAY,
                           largest_mb=LARGEST_MB)


@blueprint.post("")
def send() -> Response | tuple[str, int] | tuple[Response, int]:
    form = UploadForm()
    with reading(deps().engine) as session:
        form.offer(session)
    try:
        upload_id = import_files.take_in(form, request.files.getlist("files"))
    except (BadInput, NotAllowed) as problem:
        return _refused(str(problem), status_of(problem))
    _wake()
    address = url_for("imports.show", upload_id=upload_id)
    return jsonify(address=address) if _by_script() else redirect(address)


def _by_script() -> bool:
    """Whether the page's script asks, which shows how far the sending is."""
    return request.accept_mimetypes.best == "application/json"


def _refused(sentence: str, status: int) -> tuple[str, int] | tuple[Response, int]:
    if _by_script():
        return jsonify(problem=sentence), status
    return _upload_page(UploadForm(formdata=None), sentence), status


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_: RequestEntityTooLarge) -> tuple[str, int] | tuple[Response, int]:
    """Strangers may send little (web/headers.py): whoever is signed out by now is told that."""
    sender = signed_in()
    if sender is not None and not may(sender.role, "imports.send"):
        title, sentence = PAGES[403]
        return render_template("error.html", status=403, title=title, sentence=sentence, more=[]), 403
    sentence = SIGN_IN_AGAIN if sender is None else TOO_LARGE
    if sender is not None or _by_script():
        return _refused(sentence, 413)
    return render_template("error.html", status=413, title="请重新登录", sentence=sentence, more=[]), 413


# One import


@blueprint.get("/<int:upload_id>")
def show(upload_id: int) -> str:
    with reading(deps().engine) as session:
        view = _view(session, upload_id)
        preview, problem, refusal = None, "", ""
        if view.state is ImportState.READ and view.result is not None:
            try:
                preview = applying.preview(session, applying.folder_of(deps().settings, view.token), view.result)
                if member().only_papers is not None:
                    whose.check_plan(session, preview.plan, actor=actor())
            except Stale as found:
                problem = str(found)
            except NotAllowed as found:
                refusal = str(found)
        issues = queries.imported(session, view.issue_ids) if view.issue_ids else []
        form = TellForm(data={"paper": view.paper, "issue": view.issue})
        form.offer(session)
    return render_template("console/papers/import.html", upload=view, preview=preview, problem=problem, refusal=refusal,
                           issues=issues, form=form, under_way=view.state in UNDER_WAY, told=_told(view))


@blueprint.get("/<int:upload_id>/progress")
def progress(upload_id: int) -> Response:
    """What the page asks every second while the files are read."""
    with reading(deps().engine) as session:
        view = _view(session, upload_id)
    return jsonify(under_way=view.state in UNDER_WAY, **_told(view))


def _view(session: Session, upload_id: int) -> UploadView:
    view = queries.load(session, upload_id)
    if view is None:
        raise NotFound
    return view


def _told(view: UploadView) -> dict[str, Any]:
    """How far it is: a sentence, and how much of how much (reading and drawing are a half each)."""
    page = min(view.pages_done + 1, view.pages_all)
    if view.state is ImportState.WAITING:
        sentence = "排着队，马上就看。"
    elif not view.pages_all:
        sentence = "正在打开文件。"
    elif view.step is ImportStep.DRAWING:
        sentence = f"正在画第 {page} 版的版面图，共 {view.pages_all} 版。"
    else:
        sentence = f"正在看第 {page} 版，共 {view.pages_all} 版。"
    before = view.pages_all if view.step is ImportStep.DRAWING else 0
    return {"sentence": sentence, "done": before + view.pages_done, "of": 2 * view.pages_all}


@blueprint.get("/<int:upload_id>/thumbnails/<name>")
def thumbnail(upload_id: int, name: str) -> Response:
    """The small picture of a page that was read and is not yet imported."""
    with reading(deps().engine) as session:
        view = _view(session, upload_id)
    try:
        data = applying.folder_of(deps().settings, view.token).thumbnails().get(name)
    except (Missing, ValueError):
        raise NotFound from None
    return Response(data, mimetype="image/webp")


@blueprint.post("/<int:upload_id>/apply")
def apply(upload_id: int) -> Response:
    try:
        ids = applying.apply(deps().engine, deps().settings, upload_id, seen=request.form.get("seen", ""),
                             actor=actor(), now=now())
    except Stale as problem:
        flash(str(problem), "warning")
    else:
        flash(f"已导入 {len(ids)} 期。", "success")
    return redirect(url_for("imports.show", upload_id=upload_id))


@blueprint.post("/<int:upload_id>/drop")
def drop(upload_id: int) -> Response:
    try:
        with writing(deps().engine) as session:
            token = uploads.drop(session, upload_id, actor=actor(), now=now())
    except Stale as problem:
        flash(str(problem), "warning")
        return redirect(url_for("imports.show", upload_id=upload_id))
    applying.folder_of(deps().settings, token).drop()
    flash("好，这次不导入了，传上来的文件已经删掉。", "success")
    return redirect(url_for("imports.upload"))


@blueprint.post("/<int:upload_id>/again")
def again(upload_id: int) -> Response:
    """The same files once more, with paper and issue told."""
    form = TellForm()
    with writing(deps().engine) as session:
        form.offer(session)
        try:
            paper, issue = form.told()
            uploads.again(session, upload_id, paper=paper, issue=issue, actor=actor(), now=now())
        except (BadInput, Stale) as problem:
            flash(str(problem), "warning")
    _wake()
    return redirect(url_for("imports.show", upload_id=upload_id))
