"""Boxes are burnt into a picture: nothing of what lay beneath is left, and nothing else of the file."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from bot.media.addresses import Refused
from bot.media.covering import Box, cover
from tests.support.files import picture


def pixels(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data)) as image:
        return image.convert("RGB")


def dark(image: Image.Image, x: int, y: int) -> bool:
    pixel = image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return max(pixel) < 60


@pytest.mark.parametrize(("box", "inside", "outside"), [
    ((0, 0, 5000, 5000), [(0, 0), (99, 0), (0, 74), (99, 74)], [(110, 10), (10, 85), (199, 149)]),
    ((2500, 5000, 7500, 10_000), [(54, 80), (146, 147)], [(38, 100), (168, 140), (100, 58)]),
    ((0, 0, 10_000, 10_000), [(0, 0), (199, 149), (100, 75)], []),
    ((9000, 9000, 10_000, 10_000), [(196, 147)], [(160, 110)]),
])  # fmt: skip
def test_the_box_is_black_and_the_rest_is_not(
    box: Box, inside: list[tuple[int, int]], outside: list[tuple[int, int]]
) -> None:
    shown = pixels(cover(picture(200, 150), [box]))
    assert shown.size == (200, 150)
    assert [dark(shown, *at) for at in inside] == [True] * len(inside)
    assert [dark(shown, *at) for at in outside] == [False] * len(outside)


def test_several_boxes_may_overlap() -> None:
    shown = pixels(cover(picture(100, 100), [(0, 0, 3000, 3000), (2000, 2000, 6000, 6000)]))
    assert [dark(shown, *at) for at in ((10, 10), (50, 50), (90, 90))] == [True, True, False]


def test_nothing_else_of_the_file_is_left() -> None:
    source = picture(exif=True)
    assert b"Exif" in source
    assert b"Exif" not in cover(source, [(0, 0, 100, 100)])


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<html></html>", picture(form="PNG"), picture()[:200]])
def test_what_is_no_picture_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        cover(data, [(0, 0, 100, 100)])
