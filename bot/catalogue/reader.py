"""Reads one import's files in a process of its own: `python -m bot.catalogue.reader`. Knows no rows.

A process of its own, for three reasons: two dozen pages take up to a minute of processor time, which would hold up the
console's other requests and the scheduler's other jobs; pdfium and the models of OCR are native code, and a hostile
file that makes them crash or hang takes nothing else with it; and the memory goes back when it ends.

Asked on the standard input by one line of JSON (Order); answers on the standard output by lines of JSON: {"file": name}
when it begins one, {"step", "done", "all"} for each page, at the end {"result": name} or {"problems": […], "untold": …}.
It ends itself as soon as its input does: whoever asked is gone then.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

from bot.catalogue import drawing, importer, results, sources
from bot.catalogue.kept import Folder
from bot.catalogue.results import Kept
from bot.catalogue.sources import Hint, ReadIssue, Untold
from bot.errors import ImportProblem
from bot.media import ocr
from bot.media.store import Missing, Room, Store
from models.enums import ImportStep

THUMBNAIL_WIDTH = 280
"""Pixels: twice what the preview shows, for fine screens."""
GONE = "上传的文件已经不在了，请重新选一次文件。"
TOO_MUCH = "读出来的内容太多，不像报纸的文字，没有收下。请分几次导入。"
LARGEST_RESULT = 64 * 1024 * 1024
"""Bytes of what was read, which the console takes into its memory: a page of print is some 100 KB."""
MOST_ARTICLES = 10_000
"""Of one import."""
MOST_MEMORY = 3 * 1024**3
"""Bytes that this process may take: reading scans takes one thousand million, a hostile file unfolds to any number."""
Say = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to read. `issue` as in sources.issue_date; `digests`: of issues that are there already, not to be drawn anew."""

    base: Room
    token: str
    names: list[str]
    paper: str | None
    month: str | None
    published_on: str | None
    known: list[tuple[str, list[str]]]
    digests: list[str]

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"

    @classmethod
    def of(cls, line: str) -> Order:
        raw = json.loads(line)
        return cls(**raw | {"base": Room(**raw["base"])})


def main(asked: TextIO, say: Say) -> None:
    order = Order.of(asked.readline())
    threading.Thread(target=_end_with, args=(asked,), daemon=True).start()
    answer(order, say)


def answer(order: Order, say: Say) -> None:
    """Reads, and says what came of it."""
    try:
        say({"result": _read(order, say)})
    except ImportProblem as found:
        say({"problems": found.problems, "untold": isinstance(found, Untold)})
    except Missing:
        say({"problems": [GONE], "untold": False})


def _end_with(asked: TextIO) -> None:
    asked.read()
    os._exit(1)  # at once, also out of native code; nothing that counts is half done, for only the asker knows rows


def _read(order: Order, say: Say) -> str:
    folder = Folder(order.base, order.token)
    files = [(name, folder.get(number)) for number, name in enumerate(order.names)]
    day = date.fromisoformat(order.published_on) if order.published_on else None
    known = tuple((name, tuple(aliases)) for name, aliases in order.known)
    hint = Hint(order.paper, order.month, day, known)

    def begin(name: str) -> None:
        say({"file": name})

    issues = sources.read(files, hint, _teller(say, ImportStep.READING), ocr.page_reader(), begin)
    importer.refuse_twice(issues)
    refuse_too_much(issues)
    drawn = _drawn(issues, order.digests, folder.pictures(), _teller(say, ImportStep.DRAWING), begin)
    small = folder.thumbnails()
    kept = [Kept(one.file, one.digest, one.notes, _thumbnails(one, folder.pictures(), small)) for one in drawn]
    data = results.encode(kept)
    if len(data) > LARGEST_RESULT:
        raise ImportProblem([TOO_MUCH])
    return folder.put_result(data)


def refuse_too_much(issues: Sequence[ReadIssue]) -> None:
    """ImportProblem for more than is written at once: nothing else is written meanwhile, readers' messages included."""
    articles = sum(len(page.articles) for issue in issues for page in issue.file.pages)
    if articles > MOST_ARTICLES:
        raise ImportProblem([f"这些文件里一共有{articles}篇文章，一次最多导入{MOST_ARTICLES}篇，请分几次。"])


def _teller(say: Say, step: ImportStep) -> sources.Progress:
    return lambda done, of: say({"step": step, "done": done, "all": of})


def _drawn(issues: Sequence[ReadIssue], known: Sequence[str], store: Store, done: sources.Progress,
           begin: Callable[[str], None]) -> list[ReadIssue]:  # fmt: skip
    drawn = drawing.with_pictures([one for one in issues if one.digest not in known], store, done, begin)
    new = {one.digest: one for one in drawn}
    return [new.get(one.digest, one) for one in issues]


def _thumbnails(issue: ReadIssue, pictures: Store, small: Store) -> tuple[str | None, ...]:
    return tuple(None if page.form is None or page.form.picture is None
                 else small.put(thumbnail(pictures.get(page.form.picture))) for page in issue.file.pages)  # fmt: skip


def thumbnail(picture: bytes) -> bytes:
    """A page's picture made small, as WebP; a spread twice as wide."""
    from PIL import Image  # who only asks this process does without

    with Image.open(io.BytesIO(picture)) as image:
        width = THUMBNAIL_WIDTH * (2 if image.width > image.height else 1)
        image.thumbnail((width, 4 * width))
        out = io.BytesIO()
        image.save(out, "WEBP", quality=75)
    return out.getvalue()


def _sayer(out: TextIO) -> Say:
    def say(what: dict[str, Any]) -> None:
        out.write(json.dumps(what, ensure_ascii=False) + "\n")
        out.flush()

    return say


def _be_modest() -> None:
    """Readers' messages come first: this process takes its turn after them, no more memory than it needs, and is the
    first to go where the machine runs out of it."""
    if hasattr(os, "nice"):
        os.nice(5)
    if resource is not None:
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        least = MOST_MEMORY if most == resource.RLIM_INFINITY else min(MOST_MEMORY, most)
        resource.setrlimit(resource.RLIMIT_DATA, (least, most))
    with contextlib.suppress(OSError):  # only Linux has it
        Path("/proc/self/oom_score_adj").write_text("900", encoding="ascii")


if __name__ == "__main__":
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no answer
    _be_modest()
    main(os.fdopen(sys.stdin.fileno(), encoding="utf-8"), _sayer(answers))
