"""A QR code as a picture to print: SVG and PNG, drawn here from the address it says. Knows no row and no platform."""

from __future__ import annotations

from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import segno

ERROR_CORRECTION = "m"
"""At least 15 % of the squares may be lost in print; segno takes more where it costs no size."""
QUIET_ZONE = 4
"""Squares left white around the code; ISO/IEC 18004 asks for four."""
SHORTEST_MM = 40
DPI = 300
MM_AN_INCH = 25.4
ON_SCREEN = 6
"""Pixels a square in the console."""


def code_of(url: str) -> segno.QRCode:
    """The squares; `code_of(url).matrix` holds them row by row, 1 is dark."""
    import segno  # with its writers of every kind of file

    return segno.make_qr(url, error=ERROR_CORRECTION)


def inline_svg(url: str) -> str:
    """For a page: an `<svg>` element without a style, so that it keeps to the console's content policy."""
    return code_of(url).svg_inline(scale=ON_SCREEN, border=QUIET_ZONE, light="#fff", lineclass=None, svgclass=None)


def scalable_svg(text: str) -> str:
    """The same in the size that the page gives it: no part of it can be cut off on a small screen."""
    return code_of(text).svg_inline(border=QUIET_ZONE, light="#fff", lineclass=None, svgclass=None, omitsize=True)


def svg(url: str) -> bytes:
    """A file in millimetres; the squares without the white around them are at least SHORTEST_MM wide."""
    code, file = code_of(url), BytesIO()
    quarters = ceil(SHORTEST_MM * 4 / len(code.matrix))  # of a millimetre: they have no long fractions
    code.save(file, kind="svg", scale=quarters / 4, unit="mm", border=QUIET_ZONE, light="#fff", lineclass=None,
              svgclass=None)
    return file.getvalue()


def png(url: str) -> bytes:
    """At least SHORTEST_MM wide, without the white around it, at DPI; every square is the same number of pixels."""
    code, file = code_of(url), BytesIO()
    pixels = ceil(SHORTEST_MM / MM_AN_INCH * DPI / len(code.matrix))
    code.save(file, kind="png", scale=pixels, border=QUIET_ZONE, dpi=DPI)
    return file.getvalue()
