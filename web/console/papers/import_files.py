"""The form of an import and what it sends: files, paper, issue. Keeps the files; knows no route."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from contextlib import ExitStack, closing
from typing import BinaryIO, cast

from flask_wtf.file import MultipleFileField  # type: ignore[import-untyped]
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import SelectField, StringField

from bot.catalogue import kept, uploads
from bot.catalogue.kept import Folder
from bot.catalogue.sources import worth_reading
from bot.errors import BadInput
from models.queries import imports as queries
from models.session import writing
from web.deps import deps, now
from web.forms import AtMost, Form
from web.visitor import actor

log = logging.getLogger(__name__)

NO_FILES = "请先选一个或几个文件。"
NO_ROOM = "服务器上存不下这些文件，没有收下。请告诉管理员，看看磁盘是不是满了。"
NO_ISSUE = "期号要写成2026-11这样的年月，或2026-11-08这样的出版日期。"
LONGEST_NAME = 200
READ_OFF = ""
"""The choice of no paper: it stands on the pages."""
ISSUE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})(?:\s*[-./月]\s*(?:(\d{1,2})\s*日?)?)?", re.ASCII)


class TellForm(Form):
    """Which paper and which issue, for pages that do not say it themselves."""

    paper = SelectField("哪份报纸", choices={READ_OFF: "看版面上写的"}, validate_choice=False, validators=[AtMost(80)])
    new_paper = StringField("单子里没有的，写名字", validators=[AtMost(80)])
    issue = StringField("哪一期", validators=[AtMost(20)])

    def offer(self, session: Session) -> None:
        """The papers there are, as choices."""
        self.paper.choices = {READ_OFF: "看版面上写的", **{name: name for name in queries.paper_names(session)}}

    def told(self) -> tuple[str | None, str | None]:
        """(paper, issue) as they were told; BadInput where they cannot be taken."""
        if not self.validate():
            raise BadInput("".join(sentence for errors in self.errors.values() for sentence in errors))
        paper = seen_only(" ".join((self.new_paper.data or "").split())) or self.paper.data
        return paper or None, issue_in(self.issue.data or "")


class UploadForm(TellForm):
    files = MultipleFileField("报纸文件")


def issue_in(text: str) -> str | None:
    """2026年11月 → 2026-11, 2026.11.8 → 2026-11-08; None for nothing. BadInput for anything else."""
    if not text.strip():
        return None
    match = ISSUE.fullmatch(text.strip())
    if match is None:
        raise BadInput(NO_ISSUE)
    year, month, day = match.groups()
    return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")


def take_in(form: UploadForm, sent: Sequence[FileStorage]) -> int:
    """Keeps the files and puts them in the queue; the import's number. BadInput where there is nothing to take."""
    with ExitStack() as undo:
        for one in sent:
            undo.enter_context(closing(one))  # a large one lies in a temporary file
        files = [(name, one) for one in sent if worth_reading(name := name_of(one.filename))]
        _check(files)
        paper, issue = form.told()
        folder = Folder(kept.address(deps().settings), token := kept.new_token(now=now()))
        with ExitStack() as taken_back:
            taken_back.callback(folder.drop)
            sizes = _put(folder, [one for _, one in files])
            with writing(deps().engine) as session:
                upload_id = uploads.take_in(
                    session, token=token, files=[(name, size) for (name, _), size in zip(files, sizes, strict=True)],
                    paper=paper, issue=issue, actor=actor(), now=now())  # fmt: skip
            taken_back.pop_all()
    return upload_id


def _put(folder: Folder, files: Sequence[FileStorage]) -> list[int]:
    """Their sizes in bytes. BadInput where the disk is full, or the place cannot be written to."""
    try:
        return [folder.put(number, cast("BinaryIO", one.stream)) for number, one in enumerate(files)]
    except OSError:
        log.exception("an import's files could not be kept")
        raise BadInput(NO_ROOM) from None


def _check(files: Sequence[tuple[str, FileStorage]]) -> None:
    if not files:
        raise BadInput(NO_FILES)
    seen: set[str] = set()
    for name, _ in files:
        if name in seen:
            raise BadInput(f"有两个文件都叫“{name}”，请改一个名字再选。")
        seen.add(name)


def seen_only(text: str) -> str:
    """Without control characters, and without marks that turn the direction of what follows: 食堂fdp.txt is no PDF."""
    return "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cf", "Cs"))


def name_of(filename: str | None) -> str:
    """The name with the folders it was chosen in, for they may say the page: 02版/食堂.txt. Never a whole machine path."""
    path = re.sub(r"^[A-Za-z]:", "", seen_only(filename or ""))
    parts = [part for part in re.split(r"[\\/]+", path) if part not in ("", ".", "..")]
    return "/".join(parts[-3:])[-LONGEST_NAME:]
