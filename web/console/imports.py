"""Import of a newspaper's files: chosen, looked at, then written. Knows no page of the catalogue."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_wtf.file import MultipleFileField  # type: ignore[import-untyped]
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from bot.catalogue import importer
from bot.catalogue.importer import ImportPlan
from bot.errors import BadInput, ImportProblem, Stale
from models.session import reading, writing
from web.console import uploads
from web.deps import deps, now
from web.forms import Form
from web.visitor import actor

blueprint = Blueprint("imports", __name__, url_prefix="/papers/import")


class UploadForm(Form):
    files = MultipleFileField("报纸文件")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def upload() -> str:
    return render_template("console/papers/upload.html", form=UploadForm())


@blueprint.post("")
def preview() -> str | tuple[str, int]:
    """What importing would change; the files are kept for the button below it."""
    files = [(_name(sent.filename), _read(sent)) for sent in request.files.getlist("files") if sent.filename]
    try:
        if not files:
            raise BadInput("请先选一个或几个文件。")
        with reading(deps().engine) as session:
            plan = importer.preview(session, files)
    except ImportProblem as problem:
        return _refused(problem.problems)
    except BadInput as problem:
        return _refused([str(problem)])
    token = uploads.keep(_folder(), files, now=now()) if plan.anything else ""
    return render_template("console/papers/preview.html", plan=plan, token=token, seen=_seen(plan))


def _refused(problems: list[str]) -> tuple[str, int]:
    return render_template("console/papers/upload.html", form=UploadForm(), problems=problems), 400


@blueprint.post("/apply")
def apply() -> Response:
    token = request.form.get("token", "")
    files = uploads.fetch(_folder(), token)
    with writing(deps().engine) as session:
        plan = importer.preview(session, files)
        if _seen(plan) != request.form.get("seen"):
            raise Stale("您看过之后，报纸库又变了，这次没有导入。请重新选文件看一遍再导入。")
        importer.apply(session, plan, actor=actor(), now=now())
    uploads.drop(_folder(), token)
    done = [change.file for change in plan.changes if not change.unchanged]
    flash(f"已导入{len(done)}期：{'、'.join(f'{file.edition} {file.month}' for file in done)}。", "success")
    return redirect(url_for("papers.index"))


def _seen(plan: ImportPlan) -> str:
    """A digest of what the preview shows, so that what is applied is what was looked at."""
    shown = [(change.digest, change.new_paper, change.known, change.unchanged, change.lines)
             for change in plan.changes]
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def _read(sent: FileStorage) -> bytes:
    with closing(sent):  # a large one lies in a temporary file
        return bytes(sent.read())


def _name(filename: str | None) -> str:
    # Only the last part: some browsers send the whole path on the editor's machine.
    return Path((filename or "").replace("\\", "/")).name[:120]


def _folder() -> Path:
    return deps().settings.server.data_dir / "imports"
