"""Page pictures cut for screens: widths, tiles that cover the page, crops that stay small."""

from __future__ import annotations

import random
from io import BytesIO
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.catalogue import cutting
from bot.catalogue.cutting import LARGEST_CROP, TILE, Damaged, Unpacked


def seen(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data)) as image:
        assert image.format == "WEBP"
        return image.convert("RGB")


def written(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", lossless=True)
    return out.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """The worst page there is: nothing repeats."""
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))


def quarters(width: int = 1300, height: int = 900) -> Image.Image:
    """A page of four colours."""
    page = Image.new("RGB", (width, height), "white")
    for colour, x, y in (("red", 0, 0), ("lime", 1, 0), ("blue", 0, 1), ("black", 1, 1)):
        page.paste(colour, (x * width // 2, y * height // 2, (x + 1) * width // 2, (y + 1) * height // 2))
    return page


@pytest.mark.parametrize(("width", "expected"), [(200, (200, 138)), (700, (700, 485)), (1400, (1300, 900))])
def test_whole_page_is_as_wide_as_asked_but_never_blown_up(width: int, expected: tuple[int, int]) -> None:
    assert seen(cutting.whole(quarters(), width)).size == expected


@pytest.mark.parametrize(("size", "highest"), [
    ((1700, 2050), 3), ((3400, 2050), 3), ((512, 512), 0), ((513, 20), 1), ((1, 1), 0), ((1700, 5200), 4),
])  # fmt: skip
def test_highest_zoom_is_the_pictures_own_size_and_the_lowest_one_tile(size: tuple[int, int], highest: int) -> None:
    assert cutting.levels(*size) == highest
    assert cutting.size_at(*size, highest) == size
    assert max(cutting.size_at(*size, 0)) <= TILE


def test_tiles_of_every_zoom_cover_the_page_without_gap() -> None:
    page = quarters()
    for zoom in range(cutting.levels(*page.size) + 1):
        width, height = cutting.size_at(*page.size, zoom)
        laid = Image.new("RGB", (width, height), "magenta")
        for row in range(-(-height // TILE)):
            for column in range(-(-width // TILE)):
                data = cutting.tile(page, zoom, row, column)
                assert data is not None
                laid.paste(seen(data), (column * TILE, row * TILE))
        for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8), (0.01, 0.99), (0.99, 0.99)):
            there = page.getpixel((int(x * page.width), int(y * page.height)))
            here = laid.getpixel((int(x * width), int(y * height)))
            assert isinstance(there, tuple)
            assert isinstance(here, tuple)
            assert max(abs(a - b) for a, b in zip(there, here, strict=True)) < 40


@pytest.mark.parametrize(("zoom", "row", "column"), [
    (9, 0, 0), (0, 1, 0), (0, 0, 1), (2, 2, 0), (2, 0, 3), (2, 0, 10**30), (-1, 0, 0),
])  # fmt: skip
def test_tile_that_is_not_on_the_page_is_none(zoom: int, row: int, column: int) -> None:
    assert cutting.tile(quarters(), zoom, row, column) is None


@given(st.integers(1, 6000), st.integers(1, 6000), st.tuples(*[st.integers(0, 10_000)] * 4))
def test_piece_is_never_empty_and_never_beyond_the_page(width: int, height: int, sides: tuple[int, ...]) -> None:
    box = cutting.region(width, height, *sides)
    if box is None:
        assert sides[0] >= sides[2] or sides[1] >= sides[3]
    else:
        assert 0 <= box[0] < box[2] <= width
        assert 0 <= box[1] < box[3] <= height


@pytest.mark.parametrize("sides", [(5, 5, 5, 9), (9, 5, 5, 9), (-1, 0, 10, 10), (0, 0, 10_001, 10), (0, 0, 10, 99_999)])
def test_piece_that_is_none_is_refused(sides: tuple[int, int, int, int]) -> None:
    assert cutting.region(1700, 2050, *sides) is None


@pytest.mark.slow
@pytest.mark.parametrize("box", [(0, 0, 1700, 2050), (300, 400, 1000, 700), (0, 0, 1, 2050), (5, 5, 6, 6)])
def test_crop_stays_small_whatever_is_on_the_page(box: tuple[int, int, int, int]) -> None:
    data = cutting.crop(noise(1700, 2050), box)
    assert len(data) <= LARGEST_CROP
    assert seen(data).width <= box[2] - box[0]


def test_crop_of_a_calm_page_keeps_its_pixels() -> None:
    image = seen(cutting.crop(quarters(), (600, 400, 1100, 700)))
    assert image.size == (500, 300)


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=200))
def test_file_that_is_no_picture_is_said_to_be_damaged(data: bytes) -> None:
    with pytest.raises(Damaged):
        cutting.opened(data)


def test_picture_cut_short_is_said_to_be_damaged() -> None:
    with pytest.raises(Damaged):
        cutting.opened(written(quarters(300, 300))[:-40])


def test_pages_are_unpacked_once_and_the_oldest_goes_first() -> None:
    loads: list[str] = []

    def load(name: str) -> bytes:
        loads.append(name)
        return written(Image.new("RGB", (100, 100)))

    pages = Unpacked(most_pixels=20_000)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert pages.page(name, lambda name=name: load(name)).size == (100, 100)  # type: ignore[misc]
    assert loads == ["a", "b", "c", "b"]


def test_page_larger_than_the_bound_is_given_all_the_same() -> None:
    pages = Unpacked(most_pixels=10)
    assert pages.page("a", lambda: written(Image.new("RGB", (100, 50)))).size == (100, 50)


def test_threads_may_ask_for_the_same_page_at_once() -> None:
    data, sizes, pages = written(Image.new("RGB", (60, 40))), [], Unpacked()
    threads = [Thread(target=lambda: sizes.append(pages.page("a", lambda: data).size)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes == [(60, 40)] * 8
