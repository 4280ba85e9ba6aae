"""Characters a line and lines a page, measured from the boxes of pages with a known layout."""

from __future__ import annotations

import pytest

from bot.catalogue.boxes import PageBoxes
from bot.catalogue.measuring import Measured, measure, usual
from tests.support.columns import HEIGHT, WIDTH
from tests.support.columns import columns_page as page


def test_layout_is_measured_across_columns_and_down_the_page() -> None:
    found = measure(page(headline=False), WIDTH, HEIGHT)
    # 4 columns of 16 letters and 3 gutters of 2; 60 lines, the last of which needs no space below it
    assert found == Measured(70, 60, 10.0, 16.0)


def test_headline_does_not_make_the_body_size() -> None:
    found = measure(page(), WIDTH, HEIGHT)
    assert found is not None
    assert (found.per_line, found.size_points) == (70, 10.0)
    assert found.lines == 63  # the headline stands in the type area


@pytest.mark.parametrize("empty", [PageBoxes("", [], (), ()), page(lines=3, columns=1), page(lines=1, columns=30, letters=14)])
def test_page_with_too_little_body_text_tells_nothing(empty: PageBoxes) -> None:
    assert measure(empty, WIDTH, HEIGHT) is None


def test_usual_layout_is_the_middle_of_what_was_measured() -> None:
    pages = [Measured(70, 60, 10.0, 16.0), None, Measured(72, 61, 10.0, 16.0), Measured(30, 20, 10.0, 16.0)]
    assert usual(pages) == Measured(70, 60, 10.0, 16.0)
    assert usual([None]) is None
