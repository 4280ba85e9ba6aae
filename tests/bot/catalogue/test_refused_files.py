"""Files that cannot be imported: one clear sentence naming the file, in the console and in the command, and nothing is left.

The console's tests of how this looks are in tests/web/console/papers/test_imports.py.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import Engine, func, select

from bot.audit import by_staff
from bot.catalogue import applying, kept, uploads
from bot.catalogue.kept import Folder
from bot.cli import main
from bot.clock import FrozenClock
from bot.settings import Settings
from models.enums import ImportState, Role
from models.imports import ImportUpload
from models.papers import Issue, Page, PageGeometry, Paper
from models.session import reading, writing
from models.staff import Staff
from tests.support.imports import HeldLoop, read_here
from tests.support.pdfs import made_pdf
from tests.support.settings import config_file

SAID = ("社区晨报·柳湾", "2026-11")


def locked(reader: str, owner: str = "owner") -> bytes:
    """A PDF of one page that asks readers for this password."""
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=pdfencrypt.StandardEncryption(reader, owner, canPrint=0), invariant=1)
    canvas.setFont("Helvetica", 20)
    canvas.drawString(50, 500, "page of the paper")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def without_pages() -> bytes:
    out = io.BytesIO()
    pypdfium2.PdfDocument.new().save(out)
    return out.getvalue()


def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("02.pdf", b"%PDF-1.4")
    return out.getvalue()


def sheet(*rows: tuple[object, ...], merged: str | None = None) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    book.save(out)
    return out.getvalue()


HEAD = ("版面", "标题")
BROKEN = "文件坏了，打不开。请重新导出一次。"
REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("broken.pdf", lambda: b"%PDF-1.7 and nothing more", BROKEN),
    ("cut.pdf", lambda: made_pdf((50, 500, "A"))[:300], BROKEN),
    ("locked.pdf", lambda: locked("secret"), "文件加了密码，打不开。请导出一份不带密码的再导入。"),
    ("empty.pdf", lambda: b"", "文件是空的，请重新导出一次。"),
    ("none.pdf", without_pages, "文件里一页也没有。请从排版软件里重新导出PDF。"),
    ("500.pdf", lambda: made_pdf(pages=500), "有500页，一期报纸最多96版，是不是选错了文件？"),
    ("photo.pdf", lambda: b"\xff\xd8\xff\xe0 a photo", "这不是PDF文件，只是名字像。请从排版软件里重新导出PDF。"),
    ("zip.pdf", packed, "这不是PDF文件，只是名字像。请从排版软件里重新导出PDF。"),
    ("11月.zip", packed, "这是压缩包，请先解压，再选里面的文件。"),
    ("稿件.docx", packed, "请另存为TXT再导入。"),
    ("02.txt", lambda: b"\x81\x00\xff\x00", "不是文字文件，或编码不认识，请另存为UTF-8再导入。"),
    ("table.xlsx", lambda: sheet(HEAD, (2, '=CONCATENATE("社区","食堂")')),
     "第2行有公式，文件里没有存下它的结果。请在表格软件里打开、保存一次，再导入。"),
    ("table.xlsx", lambda: b"PK\x03\x04nothing", "表打不开，请另存为XLSX或CSV再导入。"),
    ("issue.json", lambda: b'{"edition": ', "第1行不合JSON的格式，文件读不下去。"),
    ("issue.json", lambda: b"[]", "第1行，文件：这里应是一组“名称：内容”（花括号），现在是列表"),
]  # fmt: skip
IDS = [f"{name}-{n}" for n, (name, _, _) in enumerate(REFUSED)]
TAKEN: list[tuple[str, Callable[[], bytes], list[str]]] = [
    ("open.pdf", lambda: locked(""), ["01"]),  # only printing is forbidden
    ("02-社区食堂开张.txt", lambda: "社区食堂开张\n\n停业两个月的食堂开门了。\n".encode("gbk"), ["02"]),
    ("table.xlsx", lambda: sheet(HEAD, ("2版", "社区食堂开张"), (None, "书屋搬家"), merged="A2:A3"), ["02"]),
]


@pytest.fixture
def left(engine: Engine, settings: Settings) -> Callable[[], list[object]]:
    """What an import has left: rows, kept files, pictures."""

    def look() -> list[object]:
        with reading(engine) as session:
            counts = [session.scalar(select(func.count()).select_from(table)) for table in (Paper, Issue, Page, PageGeometry)]
        folders = [settings.server.data_dir / name for name in ("imports", "pages")]
        return [*counts, *(path for folder in folders for path in folder.rglob("*") if path.is_file())]

    return look


@pytest.fixture
def dropped(engine: Engine, settings: Settings, clock: FrozenClock) -> Callable[[str, bytes], ImportUpload]:
    """Drops one file in the console and has it read."""

    def drop(name: str, data: bytes) -> ImportUpload:
        folder = Folder(kept.address(settings), token := kept.new_token(now=clock.now()))
        folder.put(0, io.BytesIO(data))
        with writing(engine) as session:
            session.add(Staff(id=1, login="chief", display_name="主编", password_hash="x", role=Role.CHIEF,
                              created_at=clock.now()))  # fmt: skip
            session.flush()
            number = uploads.take_in(session, token=token, files=[(name, len(data))], paper=SAID[0], issue=SAID[1],
                                     actor=by_staff(1), now=clock.now())  # fmt: skip
        HeldLoop(engine, settings, clock.now, read=read_here).run()
        with reading(engine) as session:
            return session.get_one(ImportUpload, number)

    return drop


@pytest.mark.sampled
@pytest.mark.parametrize(("name", "make", "sentence"), REFUSED, ids=IDS)
def test_console_says_what_is_wrong_and_keeps_nothing(
    dropped: Callable[[str, bytes], ImportUpload], left: Callable[[], list[object]], name: str,
    make: Callable[[], bytes], sentence: str,
) -> None:  # fmt: skip
    upload = dropped(name, make())
    assert upload.state is ImportState.REFUSED
    assert upload.problems[0] == f"{name}：{sentence}"
    assert left() == [0, 0, 0, 0]


@pytest.mark.sampled
@pytest.mark.parametrize(("name", "make", "sentence"), REFUSED, ids=IDS)
def test_command_says_what_is_wrong_and_keeps_nothing(
    tmp_path: Path, database_url: str, left: Callable[[], list[object]], name: str, make: Callable[[], bytes], sentence: str,
) -> None:  # fmt: skip
    (tmp_path / name).write_bytes(make())
    good = tmp_path / "good.pdf"
    good.write_bytes(made_pdf((50, 500, "page")))
    files = [tmp_path / name, good] if name.endswith(".pdf") else [tmp_path / name]
    config = config_file(tmp_path, database_url)
    result = CliRunner().invoke(main, ["--config", str(config), "papers", "import", *map(str, files),
                                       "--paper", SAID[0], "--issue", SAID[1]])  # fmt: skip
    assert result.exit_code == 1
    assert result.output.splitlines()[0] == f"{tmp_path / name}：{sentence}"
    assert result.output.splitlines()[-1] == "这次什么都没有导入。"
    assert left() == [0, 0, 0, 0]


@pytest.mark.sampled
@pytest.mark.parametrize(("name", "make", "pages"), TAKEN, ids=[name for name, _, _ in TAKEN])
def test_what_only_looks_wrong_is_taken(
    dropped: Callable[[str, bytes], ImportUpload], settings: Settings, engine: Engine, clock: FrozenClock, name: str,
    make: Callable[[], bytes], pages: list[str],
) -> None:  # fmt: skip
    upload = dropped(name, make())
    assert (upload.state, upload.problems) == (ImportState.READ, [])
    with reading(engine) as session:
        seen = applying.preview(session, applying.folder_of(settings, upload.token), upload.result or "").fingerprint
    applying.apply(engine, settings, upload.id, seen=seen, actor=by_staff(1), now=clock.now())
    with reading(engine) as session:
        assert session.scalars(select(Page.number)).all() == pages
