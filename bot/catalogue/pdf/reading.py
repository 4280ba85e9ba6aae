"""Opens a PDF with pdfium: letters with their boxes, what is drawn, and the picture of a page. Knows no layout."""

from __future__ import annotations

import ctypes
import io
import math
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

from bot.catalogue.pdf.values import MOST_PAGES, Box, Content, Glyph, looks_like_pdf
from bot.errors import ImportProblem

LARGEST_SIDE = 4000.0
"""Points; a spread of two broadsheets is about 2300."""
MOST_LETTERS = 60_000
PICTURE_WIDTH = 1700
"""Pixels of a single page's picture (a spread: twice that): body type of 9 points is some 25 pixels high."""
THIN = 2.5
"""A drawn thing not thicker than this many points is a rule."""

ABOVE_BASE = 0.86
"""The share of a Chinese letter's square that stands above the base line."""

_ONE_AT_A_TIME = threading.RLock()
"""pdfium may only be called by one thread at once."""


@contextmanager
def opened(source: str, data: bytes) -> Iterator[pdfium.PdfDocument]:
    """The document, closed afterwards. ImportProblem says in a sentence why it cannot be read."""
    if not data:
        raise ImportProblem([f"{source}：文件是空的，请重新导出一次。"])
    if not looks_like_pdf(data):
        raise ImportProblem([f"{source}：这不是PDF文件，只是名字像。请从排版软件里重新导出PDF。"])
    with _ONE_AT_A_TIME:
        # pdfium remembers its last error for ever and sets none for a file without pages: this sets "bad format".
        raw.FPDF_LoadMemDocument(b"-", 1, None)
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as problem:
            raise ImportProblem([_refused(source, problem, data)]) from None
        try:
            _check(source, document)
            yield document
        finally:
            document.close()


def _refused(source: str, problem: pdfium.PdfiumError, data: bytes) -> str:
    code = getattr(problem, "err_code", None)
    if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return f"{source}：文件加了密码，打不开。请导出一份不带密码的再导入。"
    if re.search(rb"/Count\s+0\b", data) and not re.search(rb"/Type\s*/Page\b", data):
        return f"{source}：文件里一页也没有。请从排版软件里重新导出PDF。"
    return f"{source}：文件坏了，打不开。请重新导出一次。"


def _check(source: str, document: pdfium.PdfDocument) -> None:
    count = len(document)
    if count > MOST_PAGES:
        raise ImportProblem([f"{source}：有{count}页，一期报纸最多{MOST_PAGES}版，是不是选错了文件？"])


def content_of(source: str, document: pdfium.PdfDocument, number: int) -> Content:
    """What stands on page `number` (from 0). ImportProblem where the page is broken."""
    try:
        page = document[number]
        text = page.get_textpage()
    except pdfium.PdfiumError:
        raise ImportProblem([f"{source}：第{number + 1}页坏了，读不出来。请重新导出一次。"]) from None
    try:
        width, height = page.get_size()
        if max(width, height) > LARGEST_SIDE or min(width, height) < 1:
            raise ImportProblem([f"{source}：第{number + 1}页的版面大小不对（{width:.0f}×{height:.0f}点）。"])
        if text.count_chars() > MOST_LETTERS:
            raise ImportProblem([f"{source}：第{number + 1}页的字太多，不像一个版面。"])
        # Some files place their page anywhere on the sheet, or turn it.
        left, bottom, right, top = page.get_cropbox()
        if page.get_rotation() or page.get_size() != (right - left, top - bottom):
            left, top = 0.0, height
        glyphs = tuple(_glyphs(text, left, top))
        rules, frames, pictures = _drawn(page, left, top, Box(0, 0, width, height))
        return Content(width, height, glyphs, rules, frames, pictures)
    finally:
        text.close()
        page.close()


def _glyphs(text: pdfium.PdfTextPage, left: float, top: float) -> Iterator[Glyph]:
    """Boxes stand on the base line, so that the letters of one line agree whatever their fonts say of themselves."""
    handle, rect, matrix = text.raw, raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    for n in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, n)
        if raw.FPDFText_IsGenerated(handle, n) or not _is_letter(code):
            continue
        if not raw.FPDFText_GetLooseCharBox(handle, n, rect) or not raw.FPDFText_GetMatrix(handle, n, matrix):
            continue
        box = Box(rect.left - left, top - rect.top, rect.right - left, top - rect.bottom)
        size = raw.FPDFText_GetFontSize(handle, n) * math.hypot(matrix.c, matrix.d)
        upright = abs(matrix.b) < 0.01 * abs(matrix.a) and matrix.a > 0 < matrix.d
        if upright and raw.FPDFText_GetCharOrigin(handle, n, x, y):
            base = top - y.value
            box = Box(box.left, base - ABOVE_BASE * size, box.right, base + (1 - ABOVE_BASE) * size)
        if box.width > 0 and box.height > 0 and size > 1:
            yield Glyph(_plain(code), box, size)


def _plain(code: int) -> str:
    """Some fonts give a radical (⽂ U+2F42) or a compatibility form where the character itself is printed."""
    letter = chr(code)
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF:
        return unicodedata.normalize("NFKC", letter)
    return letter


def _is_letter(code: int) -> bool:
    """Neither white space, nor control, nor a code without a meaning outside its font."""
    if code <= 0x20 or 0x7F <= code <= 0xA0 or 0xE000 <= code <= 0xF8FF or code >= 0xF0000:
        return False
    return code not in (0x3000, 0xFEFF, 0xFFFE, 0xFFFF, 0xFFFD) and not 0x2000 <= code <= 0x200F


def _drawn(page: pdfium.PdfPage, left: float, top: float, sheet: Box
           ) -> tuple[tuple[Box, ...], tuple[Box, ...], tuple[Box, ...]]:  # fmt: skip
    """(rules, frames, pictures); a coloured ground of the whole page is none."""
    rules, frames, pictures = [], [], []
    for item in page.get_objects(max_depth=3):
        if item.type not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
            continue
        x0, y0, x1, y1 = item.get_bounds()
        box = Box(x0 - left, top - y1, x1 - left, top - y0)
        if box.width > 0.95 * sheet.width and box.height > 0.9 * sheet.height:
            continue
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            pictures.append(box)
        elif min(box.width, box.height) <= THIN:
            rules.append(box)
        elif min(box.width, box.height) > 20:
            frames.append(box)
    return tuple(rules), tuple(frames), tuple(pictures)


def picture_of(document: pdfium.PdfDocument, number: int) -> tuple[bytes, int, int]:
    """The page as WebP with its width and height in pixels."""
    page = document[number]
    try:
        width, height = page.get_size()
        pixels = PICTURE_WIDTH * (2 if width > height else 1)
        scale = min(pixels / width, 5200 / height)
        bitmap = page.render(scale=scale, draw_annots=False)
        image = bitmap.to_pil().convert("RGB")
        bitmap.close()
    finally:
        page.close()
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80, method=1)
    return out.getvalue(), image.width, image.height
