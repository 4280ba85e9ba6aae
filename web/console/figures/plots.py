"""Plots as SVG pictures, drawn by pygal. Knows labels and numbers only.

A picture stands by itself: its style lies in it, it holds no script and asks for no font but the reader's own.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

FONTS = "system-ui, -apple-system, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
WIDE, NARROW = (720, 300), (360, 280)
"""Width and height in CSS pixels; the narrow ones are for telephones, so that letters keep their size there."""
FONT_SIZE = 13
LINE_HEIGHT = 30
"""Of a bar that lies."""
LABELS_WIDE, LABELS_NARROW = 12, 6
"""At most so many labels below the bars; others in between are left out."""
VALUES_SHOWN = 14
"""With so many bars or fewer each bears its number."""
LONGEST_LABEL = 12
CHARACTER_SHARE = 0.4
"""pygal reckons 0.6 of the font size for a letter; a Chinese character takes all of it."""

LEAST = 0.001
"""Where the highest value is below this there is nothing to see, and pygal finds no scale."""

CSS = ("file://style.css", "file://graph.css")
"""pygal's own, read from the package and written into the picture."""

UNUSED = frozenset({"script", "desc"})


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


class PlotKind(StrEnum):
    BARS = "bars"  # standing, one series upon the other
    ACROSS = "across"  # lying, for long labels
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Series:
    """None: nothing is known there, the line is broken."""

    name: str
    values: tuple[float | None, ...]
    dashed: bool = False
    dots: bool = True


@dataclass(frozen=True, slots=True)
class Plot:
    """`whole`: only whole numbers are marked. `top`: the end of the scale, where it is given (100 for per cent)."""

    kind: PlotKind
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    whole: bool = True
    top: float | None = None


BESIDE = {
    PlotKind.BARS: "inline:.text-overlay text.value { transform: translateY(-4px); }",
    PlotKind.ACROSS: "inline:.text-overlay text.value { text-anchor: start; }",
    PlotKind.LINES: "inline:",
}
"""Where a bar's number stands: clear of its end."""

_STYLES = {
    Theme.LIGHT: {"background": "#fcfcfa", "foreground": "#454c50", "foreground_strong": "#23282b",
                  "foreground_subtle": "#d9dcd8", "guide_stroke_color": "#d9dcd8", "major_guide_stroke_color": "#d9dcd8",
                  "colors": ("#1f5a4c", "#d39a3e", "#1b5678")},
    Theme.DARK: {"background": "#16191b", "foreground": "#b9c0c3", "foreground_strong": "#dfe3e4",
                 "foreground_subtle": "#3b4144", "guide_stroke_color": "#3b4144", "major_guide_stroke_color": "#3b4144",
                 "colors": ("#7cc4b0", "#c08a35", "#8bc4e5")},
}  # fmt: skip


def draw(plot: Plot, *, theme: Theme, narrow: bool) -> bytes:
    """The whole picture, as bytes of an SVG file."""
    width, height = size(plot, narrow=narrow)
    across = plot.kind is PlotKind.ACROSS
    chart = _kinds()[plot.kind](**_common(plot, theme), width=width, height=height, margin_left=_room(plot))
    turned = -1 if across else 1  # lying bars are drawn from below
    chart.x_labels = [_short(label) for label in plot.labels][::turned]
    if not across:
        chart.show_minor_x_labels = False
        chart.x_labels_major_every = math.ceil(len(plot.labels) / (LABELS_NARROW if narrow else LABELS_WIDE)) or 1
    chart.print_values = len(plot.labels) * (2 if narrow and not across else 1) <= VALUES_SHOWN and _stands_alone(plot)
    for one in plot.series:
        style = {"width": 2.5, "dasharray": "6, 4"} if one.dashed else {"width": 2.5}
        chart.add(one.name, list(one.values)[::turned], stroke_style=style, show_dots=one.dots or len(plot.labels) == 1)
    chart.add_xml_filter(_bare)
    drawn: bytes = chart.render()
    return drawn


def _bare(root: Any) -> Any:
    """Without what only pygal's script would use: the script's settings, texts to hover over, notes with the time."""
    for parent in root.iter():
        for child in list(parent):
            if child.tag in UNUSED or callable(child.tag):
                parent.remove(child)
    return root


def size(plot: Plot, *, narrow: bool) -> tuple[int, int]:
    """Width and height, the same for both themes."""
    width, height = NARROW if narrow else WIDE
    if plot.kind is PlotKind.ACROSS:
        return width, 60 + LINE_HEIGHT * len(plot.labels) + (24 * len(plot.series) if len(plot.series) > 1 else 0)
    return width, height


@cache
def _kinds() -> dict[PlotKind, Any]:
    """pygal's charts, read with the first picture: it brings lxml, which not every start is to pay for."""
    import pygal  # type: ignore[import-untyped]
    from pygal.etree import etree  # type: ignore[import-untyped]

    # Where lxml is there pygal takes it, whose trees _bare could not walk while it takes parts away: scripts would stay.
    etree.to_etree()
    # It leaves a finder for plugins behind, of a kind that Python warns of at every import that follows.
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]
    return {PlotKind.BARS: pygal.StackedBar, PlotKind.ACROSS: pygal.HorizontalStackedBar, PlotKind.LINES: pygal.Line}


def _common(plot: Plot, theme: Theme) -> dict[str, Any]:
    marks = ticks(plot)
    return {
        "style": _style(theme, lines=plot.kind is PlotKind.LINES), "css": [*CSS, BESIDE[plot.kind]], "js": [],
        "no_prefix": True, "explicit_size": True, "margin": 12, "margin_right": 22, "spacing": 8,
        "show_legend": len(plot.series) > 1, "legend_at_bottom": True, "legend_box_size": 12, "truncate_legend": 40,
        "legend_at_bottom_columns": 1 if plot.kind is PlotKind.ACROSS else len(plot.series),
        "range": (0, marks[-1]), "y_labels": marks, "value_formatter": lambda value: _number(value, plot.unit),
        "dots_size": 3, "allow_interruptions": True, "print_values_position": "top", "truncate_label": 40,
    }


def _style(theme: Theme, *, lines: bool) -> Any:
    from pygal.style import Style  # type: ignore[import-untyped]

    sizes = {f"{part}_font_size": FONT_SIZE for part in ("label", "major_label", "value", "legend", "value_label", "tooltip")}
    families = {f"{part}_font_family": FONTS for part in ("label", "major_label", "value", "legend", "value_label", "title",
                                                          "no_data", "tooltip")}
    colours = _STYLES[theme]
    written = (colours["foreground_strong"],) * 3
    return Style(font_family=FONTS, plot_background=colours["background"], opacity=".92", opacity_hover="1",
                 transition="0s", stroke_width="2.5" if lines else "1", value_colors=written, **sizes, **families, **colours)


def ticks(plot: Plot) -> list[float]:
    """The marks of the scale: from 0 to above the highest value, at most six, at 1, 2 or 5 times a power of ten."""
    highest = plot.top or max(_heights(plot), default=0)
    highest = highest if highest >= LEAST else 1
    if plot.top == 100:
        return [0, 25, 50, 75, 100]
    step = 10.0 ** math.floor(math.log10(highest / 5)) if highest > 5 or not plot.whole else 1.0
    while highest / step > 5:
        step *= 2.5 if str(step).lstrip("0.").startswith("2") else 2
    return [round(step * n, 6) for n in range(math.ceil(round(highest / step, 6)) + 1)]


def _heights(plot: Plot) -> list[float]:
    columns = zip(*(one.values for one in plot.series), strict=True)
    if plot.kind is PlotKind.LINES:
        return [value for column in columns for value in column if value is not None]
    return [sum(value or 0 for value in column) for column in columns]


def _stands_alone(plot: Plot) -> bool:
    return plot.kind is not PlotKind.LINES and len(plot.series) == 1


def _number(value: float | None, unit: str) -> str:
    return "" if not value else f"{value:g}{unit}"


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


def _room(plot: Plot) -> int:
    """What pygal leaves too little at the left of lying bars."""
    if plot.kind is not PlotKind.ACROSS:
        return 12
    widest: Sequence[int] = [sum(ord(one) > 0x2E7F for one in _short(label)) for label in plot.labels]
    return 12 + round(max(widest, default=0) * FONT_SIZE * CHARACTER_SHARE)
