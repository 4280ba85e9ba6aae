"""Plots as pictures: scales that end above the highest value, labels that fit, the same picture for the same numbers."""

from __future__ import annotations

import sys
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from web.console.figures import plots
from web.console.figures.plots import LABELS_NARROW, LABELS_WIDE, Plot, PlotKind, Series, Theme

SVG = "{http://www.w3.org/2000/svg}"


def bars(*values: float | None, **changes: object) -> Plot:
    made = {"kind": PlotKind.BARS, "labels": tuple(f"{n}月" for n in range(len(values))), "series": (Series("差错", values),)}
    return Plot(**{**made, **changes})  # type: ignore[arg-type]


def texts(plot: Plot, *, narrow: bool = False) -> list[str]:
    root = ElementTree.fromstring(plots.draw(plot, theme=Theme.LIGHT, narrow=narrow))
    return [one.text or "" for one in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(("values", "marks"), [
    ((), [0, 1]), ((0,), [0, 1]), ((1,), [0, 1]), ((3,), [0, 1, 2, 3]), ((5, 2), [0, 1, 2, 3, 4, 5]), ((6,), [0, 2, 4, 6]),
    ((11,), [0, 5, 10, 15]), ((49,), [0, 10, 20, 30, 40, 50]), ((120,), [0, 50, 100, 150]), ((None, 2), [0, 1, 2]),
])  # fmt: skip
def test_counts_are_marked_by_whole_numbers(values: tuple[float | None, ...], marks: list[float]) -> None:
    assert plots.ticks(bars(*values)) == marks


@pytest.mark.parametrize(("plot", "marks"), [
    (bars(0.35, whole=False), [0, 0.1, 0.2, 0.3, 0.4]), (bars(71.4, whole=False, top=100), [0, 25, 50, 75, 100]),
    (bars(2, series=(Series("甲", (2,)), Series("乙", (3,)))), [0, 1, 2, 3, 4, 5]),
    (bars(2, kind=PlotKind.LINES, series=(Series("甲", (2,)), Series("乙", (3,)))), [0, 1, 2, 3]),
])  # fmt: skip
def test_scales(plot: Plot, marks: list[float]) -> None:
    assert plots.ticks(plot) == marks


@given(st.lists(st.floats(0.01, 1e6), min_size=1), st.booleans())
def test_a_scale_begins_at_nothing_ends_above_all_and_has_few_marks(values: list[float], whole: bool) -> None:
    marks = plots.ticks(bars(*values, whole=whole))
    assert marks[0] == 0
    assert marks[-1] >= max(values) * (1 - 1e-6)
    assert 2 <= len(marks) <= 6
    assert not whole or all(float(one).is_integer() for one in marks)


@pytest.mark.parametrize(("narrow", "most"), [(False, LABELS_WIDE), (True, LABELS_NARROW)])
@pytest.mark.parametrize("count", [1, 7, 31, 92, 157])
def test_labels_below_are_thinned_out(narrow: bool, most: int, count: int) -> None:
    shown = [one for one in texts(bars(*range(count)), narrow=narrow) if one.endswith("月")]
    assert 1 <= len(shown) <= most
    assert shown[0] == "0月"


def test_every_lying_bar_has_its_label_and_a_long_one_is_cut() -> None:
    labels = ("用字", "词语", "特别特别特别特别特别特别长的报名")
    shown = texts(bars(3, 0, 1, labels=labels, kind=PlotKind.ACROSS))
    assert {"用字", "词语", "特别特别特别特别特别特…"} <= set(shown)
    assert [one for one in shown if one in {"3", "1"}].count("3") >= 1


def test_what_a_reader_wrote_is_text_and_nothing_else() -> None:
    drawn = plots.draw(bars(1, labels=("<script>alert(1)</script>",), kind=PlotKind.ACROSS), theme=Theme.LIGHT, narrow=False)
    assert b"<script" not in drawn
    assert b"&lt;script&gt;" in drawn


@pytest.mark.slow
@example([1.2e-07], PlotKind.BARS, False, Theme.LIGHT)
@given(st.lists(st.floats(0, 1e5) | st.none(), min_size=1, max_size=20), st.sampled_from(PlotKind), st.booleans(),
       st.sampled_from(Theme))
@settings(max_examples=40, deadline=None)
def test_any_numbers_make_a_picture_and_the_same_one_again(
    values: list[float | None], kind: PlotKind, narrow: bool, theme: Theme
) -> None:
    plot = bars(*values, kind=kind, whole=False)
    drawn = plots.draw(plot, theme=theme, narrow=narrow)
    assert drawn == plots.draw(plot, theme=theme, narrow=narrow)
    root = ElementTree.fromstring(drawn)
    assert (int(root.attrib["width"]), int(root.attrib["height"])) == plots.size(plot, narrow=narrow)


def test_the_library_leaves_no_finder_behind() -> None:
    assert [one for one in sys.meta_path if type(one).__module__ == "pygal"] == []
