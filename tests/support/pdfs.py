"""Tiny PDFs in Latin letters, for what needs no Chinese font."""

from __future__ import annotations

import io

from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas


def made_pdf(*words: tuple[float, float, str], pages: int = 1, size: tuple[float, float] = (400, 600),
             password: str | None = None) -> bytes:  # fmt: skip
    """Each word at (left, base line) in points from the bottom left, on every page."""
    out = io.BytesIO()
    lock = pdfencrypt.StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(out, pagesize=size, invariant=1, encrypt=lock)
    for _ in range(pages):
        canvas.setFont("Helvetica", 20)
        for left, base, text in words:
            canvas.drawString(left, base, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
